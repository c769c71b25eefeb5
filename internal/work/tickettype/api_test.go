package tickettype_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/work/tickettype"
)

// doors let in whoever names his role as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, role string) (actor.Actor, error) {
	return actor.Actor{Kind: actor.Agent, ID: 1, Name: role, Role: role}, nil
}

func TestTypesAndSeveritiesGoThroughTheAPI_R309(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, dbtest.SQLite, slices.Concat(journal.Migrations(), tickettype.Migrations(), rest.Migrations()))
	c, log := clock.NewManual(noon), slog.New(slog.DiscardHandler)
	s := tickettype.New(tickettype.Deps{DB: d, Journal: journal.New(journal.Deps{DB: d, Clock: c, Log: log}), Clock: c})
	r := rest.NewRouter(rest.Deps{DB: d, Auth: doors{}, Clock: c, Log: log, Version: "test"})
	s.Routes(r)
	call := func(role, method, path, body, version string, into any) int {
		t.Helper()
		req := httptest.NewRequestWithContext(t.Context(), method, "/api/v1"+path, strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+role)
		req.Header.Set("Content-Type", "application/json")
		if version != "" {
			req.Header.Set("If-Match", version)
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
		return w.Code
	}
	var made, got tickettype.TicketType
	var problem rest.Problem
	body := `{"key":"cleaning","names":{"zh-CN":"清洗"},"parent_id":null,"team_id":null,"severity":3,"weight":5,"icon":"i-lucide-truck","topic":"",
		"fields":[{"key":"how","names":{"en":"How"},"kind":"choice","required":"solve","choices":[{"key":"wet","names":{"en":"Wet"}}]}],
		"checklist":[{"key":"dry","names":{"en":"Dry"},"required":true}],"questions":[],"conflicts":[],"next_issues":[{"names":{"en":"When again?"}}],"need":true,"require_restatement":false}`
	if code := call("supervisor", "POST", "/types", body, "", &made); code != 201 || made.ID == 0 || made.Fields[0].Choices[0].Key != "wet" || *made.Severity != 3 {
		t.Fatalf("%d %+v", code, made)
	}
	if code := call("rep", "POST", "/types", strings.Replace(body, "cleaning", "c2", 1), "", &problem); code != 403 {
		t.Errorf("%d %+v", code, problem)
	}
	path := fmt.Sprint("/types/", made.ID)
	if code := call("supervisor", "PATCH", path, `{"names":{"en":"Cleaning"},"severity":null,"active":false}`, `"1"`, &got); code != 200 || got.Severity != nil || got.Active ||
		got.Names["en"] != "Cleaning" || len(got.Fields) != 1 {
		t.Errorf("%d %+v", code, got)
	}
	if code := call("supervisor", "PATCH", path, `{"fields":[{"key":"x","names":{},"kind":"text","required":"never","choices":[]}]}`, "*", &problem); code != 422 ||
		problem.Errors[0].Field != "fields.0.names" {
		t.Errorf("%d %+v", code, problem)
	}
	var list page.Of[tickettype.TicketType]
	if code := call("employee", "GET", "/types", "", "", &list); code != 200 || len(list.Items) != 1 {
		t.Errorf("%d %+v", code, list)
	}
	var j tickettype.Severities
	if code := call("rep", "GET", "/severities", "", "", &j); code != 200 || len(j.Levels) != 4 {
		t.Fatalf("%d %+v", code, j)
	}
	j.Rule.Tier["vip"] = 20
	text, err := json.Marshal(map[string]any{"levels": j.Levels, "rule": j.Rule})
	if err != nil {
		t.Fatal(err)
	}
	if code := call("supervisor", "PUT", "/severities", string(text), `"1"`, &j); code != 200 || j.Rule.Tier["vip"] != 20 || j.Version != 2 {
		t.Errorf("%d %+v", code, j)
	}
}
