package ticket_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

// doorman lets in whoever names an agent's id as his token.
type doorman struct{ *town }

func (d doorman) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (d doorman) Token(ctx context.Context, bearer string) (actor.Actor, error) {
	id, err := strconv.ParseInt(bearer, 10, 64)
	if err != nil {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	return d.Actor(ctx, id)
}

func serve(h *house) http.Handler {
	r := rest.NewRouter(rest.Deps{DB: h.db, Auth: doorman{h.town}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Version: "test"})
	h.Routes(r)
	return r
}

func call(t *testing.T, h http.Handler, agent int64, method, path, body string, out any, headers ...string) int {
	t.Helper()
	req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", fmt.Sprint("Bearer ", agent))
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return w.Code
}

func TestTheAPIChangesTickets(t *testing.T) {
	t.Parallel()
	h := build(dbtest.New(t, dbtest.SQLite, append(migrations(), rest.Migrations()...)))
	api := serve(h)
	made := h.make(t, h.as(t.Context(), annID), ticket.Input{OwnerID: annID, TeamID: openTeam})
	path := fmt.Sprint("/tickets/", made.ID)

	var got ticket.TicketCore
	code := call(t, api, annID, "PATCH", path, `{"owner_id":null,"priority":"high"}`, &got, "If-Match", `"1"`)
	if code != 200 || got.OwnerID != nil || got.TeamID == nil || *got.TeamID != openTeam || got.Status != ticket.StatusNew || got.Priority != ticket.High || got.Version != 2 {
		t.Errorf("%d %+v", code, got)
	}
	var problem rest.Problem
	if code = call(t, api, annID, "PATCH", path, `{"status":"closed"}`, &problem, "If-Match", `"2"`); code != 409 ||
		problem.Key != "ticket.illegal_transition" || problem.Params["from"] != "new" || problem.Params["to"] != "closed" {
		t.Errorf("%d %+v", code, problem)
	}
	if code = call(t, api, annID, "PATCH", path, `{"status":"solved"}`, &problem, "If-Match", `"2"`); code != 422 || len(problem.Errors) != 1 ||
		problem.Errors[0].Field != "result_code" || problem.Errors[0].Key != "ticket.result_required" || strings.HasPrefix(problem.Errors[0].Message, "ticket.") {
		t.Errorf("%d %+v", code, problem)
	}
	if code = call(t, api, annID, "PATCH", path, `{"subject":"x"}`, &problem, "If-Match", `"1"`); code != 409 || problem.Key != "stale" {
		t.Errorf("%d %+v", code, problem)
	}
	if code = call(t, api, annID, "PATCH", path, `{"subject":"x"}`, &problem); code != 422 || problem.Key != "if_match_required" {
		t.Errorf("%d %+v", code, problem)
	}
	if code = call(t, api, cleoID, "PATCH", path, `{"subject":"x"}`, &problem, "If-Match", `*`); code != 403 {
		t.Errorf("%d %+v", code, problem)
	}
	if code = call(t, api, annID, "PATCH", path, `{"snoozed_until":"2030-01-01T08:00:00+08:00"}`, &got, "If-Match", `*`); code != 200 ||
		got.SnoozedUntil == nil || got.SnoozedUntil.Format("2006-01-02T15:04Z") != "2030-01-01T00:00Z" {
		t.Errorf("%d %+v", code, got)
	}
	var woken ticket.TicketCore
	if code = call(t, api, annID, "PATCH", path, `{"snoozed_until":null}`, &woken, "If-Match", `*`); code != 200 || woken.SnoozedUntil != nil {
		t.Errorf("%d %+v", code, woken)
	}
}

func TestManyTicketsAreChangedEachByItself(t *testing.T) {
	t.Parallel()
	h := build(dbtest.New(t, dbtest.SQLite, append(migrations(), rest.Migrations()...)))
	api := serve(h)
	ann := h.as(t.Context(), annID)
	a, b := h.make(t, ann, ticket.Input{OwnerID: annID}), h.make(t, ann, ticket.Input{})
	c := h.make(t, ann, ticket.Input{TeamID: privateTeam})
	body := fmt.Sprintf(`{"ids":[%d,%d,%d,999],"patch":{"status":"assigned"}}`, a.ID, b.ID, c.ID)
	var got ticket.BulkResult
	if code := call(t, api, annID, "POST", "/tickets/bulk", body, &got); code != 200 || len(got.Done) != 2 || len(got.Failed) != 2 ||
		got.Failed[0].ID != c.ID || got.Failed[0].Key != "ticket.not_found" || got.Failed[0].Detail == "" || got.Failed[1].ID != 999 {
		t.Errorf("%d %+v", code, got)
	}
	body = fmt.Sprintf(`{"ids":[%d],"patch":{"status":"solved"}}`, a.ID)
	if code := call(t, api, annID, "POST", "/tickets/bulk", body, &got); code != 200 || len(got.Done) != 0 || got.Failed[0].Key != "ticket.result_required" {
		t.Errorf("%d %+v", code, got)
	}
}
