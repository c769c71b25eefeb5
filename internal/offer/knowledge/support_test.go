package knowledge_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/offer/knowledge"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en", Zone: "UTC"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Teams: []int64{1}, Locale: "zh-CN", Zone: "UTC"}
	bo   = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Bo", Role: "rep", Teams: []int64{2}, Locale: "en", Zone: "UTC"}
	emil = actor.Actor{Kind: actor.Agent, ID: 4, Name: "Emil", Role: "employee", Locale: "en"}
)

// desk is a service with what it stands on.
type desk struct {
	*knowledge.Service
	t       testing.TB
	db      *db.DB
	clock   *clock.Manual
	journal *journal.Journal
	remind  []knowledge.Reminder
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), knowledge.Migrations())
}

func open(t testing.TB, d *db.DB) *desk {
	c := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	j := journal.New(journal.Deps{DB: d, Clock: c})
	k := &desk{t: t, db: d, clock: c, journal: j}
	k.Service = knowledge.New(knowledge.Deps{
		DB: d, Journal: j, Clock: c, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: c}), Setting: setting.New(setting.Deps{DB: d, Journal: j, Clock: c}),
		Remind: func(_ context.Context, r knowledge.Reminder) error {
			k.remind = append(k.remind, r)
			return nil
		},
	})
	return k
}

func each(t *testing.T, fn func(t *testing.T, k *desk)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, open(t, d)) })
}

func (k *desk) as(a actor.Actor) context.Context { return actor.With(k.t.Context(), a) }

// heard gives the events about an article, the newest first.
func (k *desk) heard(article int64) []event.Event {
	k.t.Helper()
	ctx := actor.AsSystem(k.t.Context())
	if err := k.journal.CatchUp(ctx, journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
		k.t.Fatal(err)
	}
	evs, err := k.journal.About(ctx, event.Ref{Kind: knowledge.About, ID: article}, 0, 50)
	if err != nil {
		k.t.Fatal(err)
	}
	return evs
}

// publish makes an article of a text and publishes it now.
func (k *desk) publish(m knowledge.Meta, texts ...knowledge.Text) knowledge.Article {
	k.t.Helper()
	a, err := k.Create(k.as(eve), m, knowledge.Work{Texts: texts})
	if err == nil {
		a, err = k.Publish(k.as(eve), a.ID, 0, knowledge.Release{})
	}
	if err != nil {
		k.t.Fatal(err)
	}
	return a
}

// titles are what a search finds, in order.
func (k *desk) titles(by actor.Actor, q knowledge.Query) []string {
	k.t.Helper()
	hits, err := k.Search(k.as(by), q)
	if err != nil {
		k.t.Fatal(err)
	}
	out := []string{}
	for _, h := range hits {
		out = append(out, h.Title)
	}
	return out
}

func zh(title, answer string) knowledge.Text {
	return knowledge.Text{Locale: "zh-CN", Title: title, Answer: "<p>" + answer + "</p>"}
}

func en(title, answer string) knowledge.Text {
	return knowledge.Text{Locale: "en", Title: title, Answer: "<p>" + answer + "</p>"}
}

// written is an article as the demo's files hold it.
type written struct {
	Key      string   `json:"key"`
	Kind     string   `json:"kind"`
	Topic    string   `json:"topic"`
	Products []string `json:"products"`
	Types    []string `json:"types"`
	Audience string   `json:"audience"`
	Tags     []string `json:"tags"`
	Locales  map[string]struct {
		Title, Summary, Answer, Body, Keywords string
		Symptoms                               []string
		Causes                                 []struct {
			Cause string
			Cures []string
		}
	} `json:"locales"`
}

func jsonLines[T any](tb testing.TB, pattern string) []T {
	tb.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		tb.Fatal(pattern, names, err)
	}
	var out []T
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			tb.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for n := 1; lines.Scan(); n++ {
			if len(lines.Bytes()) == 0 {
				continue
			}
			var v T
			if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
				tb.Fatalf("%s:%d: %v", name, n, err)
			}
			out = append(out, v)
		}
		_ = f.Close()
	}
	return out
}

func (w written) texts() []knowledge.Text {
	var out []knowledge.Text
	for _, locale := range []string{"en", "zh-CN", "zh-TW"} {
		l, ok := w.Locales[locale]
		if !ok {
			continue
		}
		t := knowledge.Text{
			Locale: locale, Title: l.Title, Summary: l.Summary, Answer: knowledge.FromText(l.Answer), Body: knowledge.FromText(l.Body),
			Keywords: l.Keywords, Symptoms: l.Symptoms,
		}
		for _, c := range l.Causes {
			cause := knowledge.Cause{Cause: c.Cause}
			for _, u := range c.Cures {
				cause.Cures = append(cause.Cures, knowledge.Cure{Cure: u})
			}
			t.Causes = append(t.Causes, cause)
		}
		out = append(out, t)
	}
	return out
}

// library publishes the demo's articles and gives their keys by id.
func (k *desk) library() map[int64]string {
	k.t.Helper()
	keys := map[int64]string{}
	ctx := actor.AsSystem(k.t.Context())
	all := jsonLines[written](k.t, "../../app/demo/articles/*.jsonl")
	if err := k.Seed(ctx); err != nil {
		k.t.Fatal(err)
	}
	err := k.db.Write(ctx, func(ctx context.Context) error {
		clear(keys)
		for _, w := range all {
			kind := knowledge.Kind(w.Kind)
			if kind == knowledge.Campaign {
				kind = knowledge.Policy // the period of the demo's campaigns is the demo's
			}
			a, err := k.Create(ctx, knowledge.Meta{
				Kind: &kind, Topic: &w.Topic, Audience: new(knowledge.Audience(w.Audience)), Tags: &w.Tags,
			}, knowledge.Work{Texts: w.texts()})
			if err == nil {
				a, err = k.Publish(ctx, a.ID, 0, knowledge.Release{})
			}
			if err != nil {
				return fmt.Errorf("%s: %w", w.Key, err)
			}
			keys[a.ID] = w.Key
		}
		return nil
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return keys
}

func knowledge0() knowledge.Meta { return knowledge.Meta{} }

func query(text string) knowledge.Query { return knowledge.Query{Text: text} }
