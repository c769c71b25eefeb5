package wording_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/offer/wording"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/i18n"
	"heed/internal/platform/journal"
)

var (
	eve = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
)

func each(t *testing.T, fn func(t *testing.T, s *wording.Service)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), wording.Migrations()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC))
		fn(t, wording.New(wording.Deps{DB: d, Journal: journal.New(journal.Deps{DB: d, Clock: c}), Clock: c}))
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func TestWhoManagesTypesEditsTheWordsOfEachLanguage_R415(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *wording.Service) {
		word, locale, block := "cheap", "en", wording.Block
		if _, err := s.Create(as(t, ann), wording.Patch{Word: &word}); !fault.Is(err, fault.KindForbidden) {
			t.Fatalf("a representative added a word: %v", err)
		}
		w, err := s.Create(as(t, eve), wording.Patch{Word: &word, Locale: &locale, Severity: &block})
		if err != nil {
			t.Fatal(err)
		}
		again := "ＣＨＥＡＰ"
		if _, err := s.Create(as(t, eve), wording.Patch{Word: &again, Locale: &locale}); fault.KeyOf(err) != "invalid" {
			t.Errorf("the same word twice in a language: %v", err)
		}
		if err := s.Allow(as(t, ann), wording.Reply{Text: "A cheap part", Lang: "en"}); fault.KeyOf(err) != "wording.forbidden" {
			t.Errorf("a forbidden word went through: %v", err)
		}
		instead := "good value"
		if w, err = s.Change(as(t, eve), w.ID, w.Version, wording.Patch{Instead: &instead}); err != nil || w.Version != 2 {
			t.Fatal(w, err)
		}
		if err := s.Allow(as(t, ann), wording.Reply{Text: "A cheap part", Lang: "en"}); fault.KeyOf(err) != "wording.forbidden_instead" {
			t.Errorf("the better word is not told: %v", err)
		}
		if _, err = s.Change(as(t, eve), w.ID, 1, wording.Patch{Instead: &instead}); fault.KeyOf(err) != "stale" {
			t.Errorf("an old version was changed: %v", err)
		}
		off := false
		if _, err = s.Change(as(t, eve), w.ID, 2, wording.Patch{Active: &off}); err != nil {
			t.Fatal(err)
		}
		if err := s.Allow(as(t, ann), wording.Reply{Text: "A cheap part", Lang: "en"}); err != nil {
			t.Errorf("a word that is switched off blocks: %v", err)
		}
		if err := s.Remove(as(t, eve), w.ID); err != nil {
			t.Fatal(err)
		}
		if all, err := s.List(as(t, ann)); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
	})
}

func TestAnUnfilledFieldBlocks_R172(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *wording.Service) {
		if err := s.Allow(as(t, ann), wording.Reply{Text: "Dear {{customer.name}}"}); fault.KeyOf(err) != "wording.field_unfilled" {
			t.Error(err)
		}
	})
}

func TestAFirmBeginsWithWordsInThreeLanguages_R415(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *wording.Service) {
		ctx := actor.AsSystem(t.Context())
		made := []event.Event{{Kind: "agent.created", Data: []byte(`{"role":"administrator"}`)}}
		for range 2 { // the second administrator brings nothing new
			if err := s.Follower().Handle(ctx, made); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.List(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, locale := range i18n.Locales() {
			var blocks, jargon int
			for _, w := range all {
				if w.Locale != locale {
					continue
				}
				if w.Severity == wording.Block {
					blocks++
				}
				if w.Kind == wording.Jargon {
					jargon++
				}
			}
			if blocks < 3 || jargon < 3 {
				t.Errorf("%s begins with %d words that block and %d of jargon", locale, blocks, jargon)
			}
		}
		for _, rule := range []string{
			wording.RuleForbidden, wording.RuleJargon, wording.RuleUnfilled, wording.RuleShort, wording.RuleLong, wording.RuleSentence, wording.RuleGreeting,
			wording.RuleClosing, wording.RuleScript, wording.RuleOther, wording.RuleLanguage, wording.RuleShouting, wording.RuleUntouched,
		} {
			if !i18n.Has("wording.rule." + rule) {
				t.Errorf("the rule %s has no text", rule)
			}
		}
	})
}
