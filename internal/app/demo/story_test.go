package demo

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

var locales = []string{"zh-CN", "zh-TW", "en"}

func TestEveryStoryIsToldWholeInItsOwnLanguage(t *testing.T) {
	t.Parallel()
	lib, err := readStories()
	if err != nil {
		t.Fatal(err)
	}
	if len(lib.stories) < 30 {
		t.Errorf("only %d stories", len(lib.stories))
	}
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // a test
	for _, s := range lib.stories {
		if !s.Priority.Known() || !slices.Contains(ticket.Results(), s.Outcome) {
			t.Errorf("%s: priority %q, outcome %q", s.Key, s.Priority, s.Outcome)
		}
		for _, locale := range locales {
			told := s.in(locale)
			all := append(slices.Clone(told.Subject), told.Open, told.Ask, told.Answer, told.Note, told.Fix, told.Result)
			v := newVars(r, s, &person{org: &organization{city: "X", dental: s.Product == "chair"}})
			for _, text := range all {
				if text == "" {
					t.Errorf("%s in %s: something is missing", s.Key, locale)
				}
				filled := v.fill(text, locale, time.Date(2026, 6, 18, 0, 0, 0, 0, time.UTC))
				if strings.ContainsAny(filled, "{}") {
					t.Errorf("%s in %s: %q has a value that nobody fills in", s.Key, locale, filled)
				}
			}
			if lang := conversation.LanguageOf(strings.Join(all, "\n")); lang != locale {
				t.Errorf("%s in %s reads as %q", s.Key, locale, lang)
			}
			if len(s.Tags[locale]) == 0 {
				t.Errorf("%s has no tags in %s", s.Key, locale)
			}
		}
	}
}

func TestThePhrasesAreThereInEachLanguage(t *testing.T) {
	t.Parallel()
	lib, err := readStories()
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range locales {
		p := reflect.ValueOf(lib.phrases[locale])
		for i := range p.NumField() {
			if p.Field(i).Len() == 0 {
				t.Errorf("%s has no %s", locale, p.Type().Field(i).Name)
			}
		}
	}
}

func TestTheSameCustomersEachTime(t *testing.T) {
	t.Parallel()
	made := func() []*person { return directory(rand.New(rand.NewPCG(seed, 1))) } //nolint:gosec // a test
	a, b := made(), made()
	if !reflect.DeepEqual(a, b) {
		t.Error("two directories differ")
	}
	emails := map[string]bool{}
	for _, p := range a {
		if !strings.HasSuffix(p.email, ".example") || emails[p.email] {
			t.Errorf("address %s of %s", p.email, p.name)
		}
		emails[p.email] = true
	}
}

// TestWhateverTheHourAsManyAreOpen plans at quiet and at busy times.
func TestWhateverTheHourAsManyAreOpen(t *testing.T) {
	t.Parallel()
	lib, err := readStories()
	if err != nil {
		t.Fatal(err)
	}
	for name, now := range map[string]time.Time{
		"on Thursday afternoon": time.Date(2026, 6, 18, 7, 30, 0, 0, time.UTC), "in the night to Tuesday": time.Date(2026, 11, 23, 16, 16, 0, 0, time.UTC),
		"on Sunday": time.Date(2026, 8, 2, 4, 0, 0, 0, time.UTC), "on Monday morning": time.Date(2026, 1, 12, 1, 5, 0, 0, time.UTC),
	} {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
		l := &loader{now: now, rand: r, staff: colleagues(), people: directory(r), strangers: strangers()}
		steps := l.plan(lib)
		var at [standings]int
		sum := 0
		for _, s := range steps {
			if s.at.After(now) {
				t.Fatalf("%s: something happens at %v", name, s.at)
			}
			if s.act != actOpen {
				continue
			}
			if is, ok := s.standingOf(now); ok {
				at[is]++
				sum++
			}
		}
		if sum < open || sum > open+25 {
			t.Errorf("%s %d are open: %v", name, sum, at)
		}
		for is, n := range at {
			if n < 4 {
				t.Errorf("%s only %d stand at %d", name, n, is)
			}
		}
	}
}
