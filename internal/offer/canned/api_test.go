package canned_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/offer/canned"
	"heed/internal/people/setting"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
)

// doors let in whoever gives his id as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, bearer string) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann, bo, cleo} {
		if strconv.FormatInt(a.ID, 10) == bearer {
			return a, nil
		}
	}
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

func TestAnswersGoThroughTheAPI(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, dbtest.SQLite, slices.Concat(journal.Migrations(), setting.Migrations(), canned.Migrations(), rest.Migrations()))
	c := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	j := journal.New(journal.Deps{DB: d, Clock: c})
	s := canned.New(canned.Deps{DB: d, Journal: j, Clock: c, Setting: setting.New(setting.Deps{DB: d, Journal: j, Clock: c})})
	r := rest.NewRouter(rest.Deps{DB: d, Auth: doors{}, Clock: c, Log: slog.New(slog.DiscardHandler), Version: "test"})
	s.Routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	call := func(by actor.Actor, method, path, body, ifMatch string, into any) int {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+strconv.FormatInt(by.ID, 10))
		req.Header.Set("Content-Type", "application/json")
		if ifMatch != "" {
			req.Header.Set("If-Match", ifMatch)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		content, err := io.ReadAll(res.Body)
		if err == nil && into != nil {
			err = json.Unmarshal(content, into)
		}
		if err != nil {
			t.Fatalf("%s: %v", content, err)
		}
		return res.StatusCode
	}
	type answer struct {
		ID      int64  `json:"id"`
		Code    string `json:"code"`
		HTML    string `json:"html"`
		Locale  string `json:"locale"`
		OwnerID int64  `json:"owner_id"`
		Version int64  `json:"version"`
	}
	var a answer
	if got := call(ann, "POST", "/canned", `{"code":"bye","name":"Bye","html":"<p>Bye {{customer.name}}</p>","locale":"en","shared":false}`, "", &a); got != 201 || a.OwnerID != ann.ID || a.Version != 1 {
		t.Fatal(got, a)
	}
	at := "/canned/" + strconv.FormatInt(a.ID, 10)
	if got := call(ann, "PATCH", at, `{"locale":""}`, "", nil); got != http.StatusUnprocessableEntity {
		t.Error("without a version:", got)
	}
	if got := call(ann, "PATCH", at, `{"locale":""}`, `"1"`, &a); got != 200 || a.Locale != "" || a.Version != 2 {
		t.Error(got, a)
	}
	if got := call(ann, "PATCH", at, `{"code":"x"}`, `"1"`, nil); got != http.StatusConflict {
		t.Error(got)
	}
	var list struct {
		Items []answer `json:"items"`
		Next  string   `json:"next"`
	}
	if got := call(ann, "GET", "/canned?q=by&limit=500", "", "", &list); got != 200 || len(list.Items) != 1 || list.Next != "" {
		t.Error(got, list)
	}
	var rendered answer
	if got := call(ann, "POST", at+"/render", `{}`, "", &rendered); got != 200 || rendered.HTML != "<p>Bye {{customer.name}}</p>" {
		t.Error(got, rendered)
	}
	if got := call(bo, "DELETE", at, "", "", nil); got != http.StatusNotFound {
		t.Error(got)
	}
	if got := call(ann, "DELETE", at, "", `"2"`, nil); got != http.StatusNoContent {
		t.Error(got)
	}
}
