package desk_test

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

	"heed/internal/insight/desk"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

// doorman lets in whoever names an agent's id as his token.
type doorman struct{}

func (doorman) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doorman) Token(_ context.Context, bearer string) (actor.Actor, error) {
	id, err := strconv.ParseInt(bearer, 10, 64)
	return agentOf(id), err
}

func call(t *testing.T, h http.Handler, agent int64, method, path, body string, out any) int {
	t.Helper()
	req := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", fmt.Sprint("Bearer ", agent))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			t.Fatalf("%s %s: %d %v in %s", method, path, w.Code, err, w.Body)
		}
	}
	return w.Code
}

func TestTheAPIShowsTickets(t *testing.T) {
	t.Parallel()
	h := build(t, dbtest.New(t, dbtest.SQLite, append(migrations(), rest.Migrations()...)))
	api := rest.NewRouter(rest.Deps{DB: h.db, Auth: doorman{}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Version: "test"})
	h.Routes(api)
	h.tickets.Routes(api)
	if _, err := api.OpenAPI(); err != nil {
		t.Fatal(err)
	}
	made := h.make(t, annID, ticket.Input{TeamID: openTeam, CustomerID: personID})
	h.make(t, annID, ticket.Input{OwnerID: annID, Tags: []string{"油"}})

	var list page.Of[desk.TicketRow]
	if code := call(t, api, annID, "GET", "/tickets?view=unassigned&team=1&owner=none&status=new,assigned&sort=priority&limit=10", "", &list); code != 200 ||
		len(list.Items) != 1 || list.Items[0].ID != made.ID || list.Position == 0 {
		t.Errorf("%d %+v", code, list)
	}
	if code := call(t, api, annID, "GET", "/tickets?tag=%E6%B2%B9", "", &list); code != 200 || len(list.Items) != 1 {
		t.Errorf("%d %+v", code, list)
	}
	var problem rest.Problem
	if code := call(t, api, annID, "GET", "/tickets?owner=me", "", &problem); code != 422 || problem.Errors[0].Field != "owner" {
		t.Errorf("%d %+v", code, problem)
	}
	if code := call(t, api, cleoID, "GET", "/tickets?view=open", "", &problem); code != 403 {
		t.Errorf("R064: %d %+v", code, problem)
	}
	if code := call(t, api, cleoID, "GET", "/views", "", &problem); code != 403 {
		t.Errorf("R064: %d %+v", code, problem)
	}
	for _, path := range []string{fmt.Sprint("/tickets/", made.ID), "/tickets/by-number/" + made.Number()} {
		var d map[string]any
		if code := call(t, api, annID, "GET", path, "", &d); code != 200 || d["number"] != made.Number() || d["owner_id"] != nil || d["allowed"] == nil || d["customer"] == nil {
			t.Errorf("%s: %d %v", path, code, d)
		}
	}
	for _, path := range []string{"/tickets/by-number/12", "/tickets/by-number/x", "/tickets/1/nothing", "/tickets/99"} {
		if code := call(t, api, annID, "GET", path, "", &problem); code != 404 {
			t.Errorf("%s: %d %+v", path, code, problem)
		}
	}
	var steps page.Of[desk.Step]
	if code := call(t, api, annID, "GET", fmt.Sprintf("/tickets/%d/timeline", made.ID), "", &steps); code != 200 || len(steps.Items) != 1 || steps.Items[0].Actor.Name != "Ann" {
		t.Errorf("%d %+v", code, steps)
	}
	if code := call(t, api, annID, "POST", fmt.Sprintf("/tickets/%d/read", made.ID), `{"message_id":1}`, nil); code != 204 {
		t.Errorf("read: %d", code)
	}
	var views desk.ViewList
	if code := call(t, api, annID, "GET", "/views", "", &views); code != 200 || len(views.Items) != 9 || views.Items[8].Key != "team:1" || views.Items[8].Count != 1 || views.Position == 0 {
		t.Errorf("%d %+v", code, views)
	}
	var sum desk.CustomerSummary
	if code := call(t, api, annID, "GET", "/customers/1/summary", "", &sum); code != 200 || sum.OpenTickets != 1 || sum.LastTicketAt == nil {
		t.Errorf("%d %+v", code, sum)
	}
	if code := call(t, api, annID, "GET", "/customers/2/tickets", "", &list); code != 200 || len(list.Items) != 1 {
		t.Errorf("%d %+v", code, list)
	}
	if code := call(t, api, annID, "POST", "/onboarding/shortcuts/done", "", nil); code != 204 {
		t.Errorf("onboarding step: %d", code)
	}
	if code := call(t, api, annID, "POST", "/onboarding/dismiss", "", nil); code != 204 {
		t.Errorf("onboarding: %d", code)
	}
	var o desk.Onboarding
	if code := call(t, api, annID, "GET", "/onboarding", "", &o); code != 200 || !o.Dismissed || len(o.Steps) != 5 {
		t.Errorf("%d %+v", code, o)
	}
}
