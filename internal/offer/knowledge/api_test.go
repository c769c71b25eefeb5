package knowledge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/rest"
)

// doors let in whoever gives his id as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, bearer string) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann, bo, emil} {
		if strconv.FormatInt(a.ID, 10) == bearer {
			return a, nil
		}
	}
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

// caller speaks HTTP with the service.
type caller struct {
	t   *testing.T
	url string
}

func serve(t *testing.T) (*desk, caller) {
	t.Helper()
	d := dbtest.New(t, dbtest.SQLite, slices.Concat(migrations(), rest.Migrations()))
	k := open(t, d)
	r := rest.NewRouter(rest.Deps{DB: d, Auth: doors{}, Clock: k.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
	k.Routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return k, caller{t, server.URL}
}

func (c caller) do(by actor.Actor, method, path, body string, version int64, into any) int {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strconv.FormatInt(by.ID, 10))
	req.Header.Set("Content-Type", "application/json")
	if version != 0 {
		req.Header.Set("If-Match", fmt.Sprintf("%q", strconv.FormatInt(version, 10)))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err == nil && into != nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		c.t.Fatalf("%s: %v", content, err)
	}
	return res.StatusCode
}

type card struct {
	ID      int64  `json:"id"`
	Status  string `json:"status"`
	Work    string `json:"work"`
	Version int64  `json:"version"`
	OwnerID int64  `json:"owner_id"`
	Text    *struct {
		Title  string `json:"title"`
		N      int64  `json:"n"`
		Causes []struct {
			Key   string `json:"key"`
			Cures []struct{ Key, Cure string }
		}
	}
	Draft *struct {
		N     int64
		Texts []struct{ Title string }
	}
}

type wrong struct {
	Errors []struct{ Field, Key string }
}

func TestAnArticleGoesItsWayThroughTheAPI_R115_R300(t *testing.T) {
	t.Parallel()
	_, c := serve(t)
	var a card
	var bad wrong
	body := `{"kind":"fault","audience":"public","code":"leak","draft":{"texts":[{"locale":"en","title":"Oil leak","symptoms":["a puddle"],
		"causes":[{"cause":"seal","cures":[{"cure":"replace"}]}],"answer":"<p>Stop the machine.</p>"}]}}`
	if got := c.do(ann, "POST", "/articles", body, 0, &a); got != 201 || a.Status != "draft" || a.OwnerID != ann.ID {
		t.Fatal(got, a)
	}
	at := "/articles/" + strconv.FormatInt(a.ID, 10)
	if got := c.do(ann, "PATCH", at, `{"owner_id":null,"draft":{"texts":[{"locale":"en","title":""}]}}`, a.Version, &bad); got != 422 || bad.Errors[0].Field != "texts.en.title" {
		t.Error(got, bad)
	}
	if got := c.do(ann, "POST", at+"/submit", `{"note":"done"}`, 1, &a); got != 200 || a.Status != "review" {
		t.Fatal(got, a)
	}
	if got := c.do(ann, "POST", at+"/publish", `{}`, a.Version, nil); got != http.StatusForbidden {
		t.Error(got)
	}
	if got := c.do(eve, "POST", at+"/publish", `{"change":"First","must_read":true,"team_ids":[1]}`, a.Version, &a); got != 200 || a.Status != "published" {
		t.Fatal(got, a)
	}
	if got := c.do(emil, "GET", at, "", 0, &a); got != 200 || a.Text.N != 1 || a.Text.Causes[0].Key != "c1" || a.Text.Causes[0].Cures[0].Key != "c1.1" || a.Draft != nil {
		t.Error(got, a)
	}
	if got := c.do(ann, "POST", at+"/draft", "", 0, &a); got != 200 || a.Work != "draft" || a.Status != "published" {
		t.Error(got, a)
	}
	if got := c.do(ann, "GET", at, "", 0, &a); got != 200 || a.Draft == nil || a.Draft.N != 2 {
		t.Error(got, a)
	}
	var found struct {
		Items []struct {
			Title   string
			Snippet []struct {
				Text string
				Hit  bool
			}
		}
	}
	if got := c.do(ann, "GET", "/articles/search?q=oil+leak&kind=fault", "", 0, &found); got != 200 || len(found.Items) != 1 || found.Items[0].Title != "Oil leak" {
		t.Error(got, found)
	}
	var text struct{ Answer string }
	if got := c.do(ann, "GET", "/articles/by-code/leak", "", 0, &text); got != 200 || text.Answer != "<p>Stop the machine.</p>" {
		t.Error(got, text)
	}
	if got := c.do(ann, "GET", "/articles/by-word/leak", "", 0, nil); got != 404 {
		t.Error(got)
	}
	if got := c.do(ann, "DELETE", at+"/draft", "", a.Version, nil); got != 204 {
		t.Error(got)
	}
	var editions struct {
		Items []struct {
			N       int64
			InForce bool `json:"in_force"`
			Change  string
			Texts   []struct{ Title string }
		}
	}
	if got := c.do(ann, "GET", at+"/versions", "", 0, &editions); got != 200 || len(editions.Items) != 1 || !editions.Items[0].InForce || editions.Items[0].Change != "First" {
		t.Error(got, editions)
	}
	var one struct{ Texts []struct{ Title string } }
	if got := c.do(ann, "GET", at+"/versions/1", "", 0, &one); got != 200 || len(one.Texts) != 1 {
		t.Error(got, one)
	}
	if got := c.do(ann, "GET", at+"/versions/9", "", 0, nil); got != 404 {
		t.Error(got)
	}
	if got := c.do(emil, "GET", "/articles?status=published", "", 0, &found); got != 200 || len(found.Items) != 1 {
		t.Error(got, found)
	}
	if got := c.do(emil, "POST", at+"/helpful", `{"helpful":true}`, 0, nil); got != 204 {
		t.Error(got)
	}
}

func TestSynonymsGlossaryAndExpertsAreEditable_R117_R416(t *testing.T) {
	t.Parallel()
	k, c := serve(t)
	k.publish(knowledge0(), zh("保修期", "两年。"))
	var a card
	var bad wrong
	if got := c.do(ann, "POST", "/synonyms", `{"words":["保修期","延保年限"]}`, 0, nil); got != http.StatusForbidden {
		t.Error(got)
	}
	if got := c.do(eve, "POST", "/synonyms", `{"words":["保修期"]}`, 0, &bad); got != 422 || bad.Errors[0].Field != "words" {
		t.Error(got, bad)
	}
	if got := c.do(eve, "POST", "/synonyms", `{"words":["保修期","延保年限"]}`, 0, &a); got != 201 {
		t.Error(got, a)
	}
	if got := k.titles(ann, query("延保年限")); len(got) != 1 {
		t.Error("a new synonym does not find:", got)
	}
	at := "/synonyms/" + strconv.FormatInt(a.ID, 10)
	if got := c.do(eve, "PATCH", at, `{"words":["甲","乙"]}`, a.Version, &a); got != 200 || a.Version != 2 {
		t.Error(got, a)
	}
	if got := c.do(eve, "DELETE", at, "", 0, nil); got != 204 {
		t.Error(got)
	}
	if got := k.titles(ann, query("延保年限")); len(got) != 0 {
		t.Error("a removed synonym finds:", got)
	}
	if got := c.do(ann, "POST", "/glossary", `{"names":{"en":"bar"},"definitions":{"en":"A unit of pressure."}}`, 0, &a); got != 201 {
		t.Error(got, a)
	}
	if got := c.do(eve, "POST", "/experts", `{"agent_id":3,"subjects":["bar","pressure"]}`, 0, &a); got != 201 {
		t.Error(got, a)
	}
	var found struct {
		Terms   []struct{ Definitions map[string]string }
		Experts []struct {
			AgentID int64 `json:"agent_id"`
		}
	}
	if got := c.do(ann, "GET", "/articles/search?q=bar", "", 0, &found); got != 200 || len(found.Terms) != 1 || len(found.Experts) != 1 || found.Experts[0].AgentID != 3 {
		t.Error(got, found)
	}
}
