package canned_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/offer/canned"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en", Zone: "UTC"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann <Lee>", Role: "rep", Locale: "en", Zone: "Asia/Shanghai"}
	bo   = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Bo", Role: "rep", Locale: "zh-CN", Zone: "UTC"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 4, Name: "Cleo", Role: "employee"}
)

func each(t *testing.T, fn func(t *testing.T, s *canned.Service, j *journal.Journal)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), setting.Migrations(), canned.Migrations()), func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC))
		j := journal.New(journal.Deps{DB: d, Clock: c})
		s := canned.New(canned.Deps{
			DB: d, Journal: j, Clock: c, Setting: setting.New(setting.Deps{DB: d, Journal: j, Clock: c}),
			Ticket: func(_ context.Context, id int64) (canned.Facts, error) {
				if id != 7 {
					return canned.Facts{}, fault.NotFound("ticket.not_found")
				}
				return canned.Facts{CustomerName: `Wang "<b>" Fang`, TicketNumber: "10007", TicketSubject: "Leak"}, nil
			},
		})
		fn(t, s, j)
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func create(t *testing.T, s *canned.Service, a actor.Actor, in canned.Input) canned.Answer {
	t.Helper()
	out, err := s.Create(as(t, a), in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func codes(t *testing.T, s *canned.Service, a actor.Actor, q string) string {
	t.Helper()
	all, err := s.List(as(t, a), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range all {
		out = append(out, c.Code)
	}
	return strings.Join(out, " ")
}

func TestOwnAnswersAreNobodyElsesBusiness(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		mine := create(t, s, ann, canned.Input{Code: "bye", Name: "Mine", HTML: "<p>Bye</p>"})
		create(t, s, eve, canned.Input{Code: "hello", Name: "Ours", HTML: "<p>Hello</p>", Shared: true})
		if a, b := codes(t, s, ann, ""), codes(t, s, bo, ""); a != "bye hello" || b != "hello" {
			t.Fatalf("Ann sees %q, Bo %q", a, b)
		}
		name := "Yours"
		if _, err := s.Change(as(t, bo), mine.ID, 0, canned.Patch{Name: &name}); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if err := s.Remove(as(t, eve), mine.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, err := s.Render(as(t, bo), mine.ID, 0); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, err := s.List(as(t, cleo), ""); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
	})
}

func TestSharedAnswersAreEditedByWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, j *journal.Journal) {
		if _, err := s.Create(as(t, ann), canned.Input{Code: "x", Name: "X", HTML: "x", Shared: true}); !fault.Is(err, fault.KindForbidden) {
			t.Fatal(err)
		}
		ours := create(t, s, eve, canned.Input{Code: "hello", Name: "Ours", HTML: "<p>Hello</p>", Shared: true})
		own := create(t, s, ann, canned.Input{Code: "own", Name: "Own", HTML: "own"})
		name, yes := "New name", true
		if _, err := s.Change(as(t, ann), ours.ID, 0, canned.Patch{Name: &name}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := s.Change(as(t, ann), own.ID, 0, canned.Patch{Shared: &yes}); !fault.Is(err, fault.KindForbidden) {
			t.Error("sharing without the right:", err)
		}
		if err := s.Remove(as(t, ann), ours.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		changed, err := s.Change(as(t, eve), ours.ID, ours.Version, canned.Patch{Name: &name})
		if err != nil || changed.Name != name || changed.Version != 2 || changed.HTML != ours.HTML {
			t.Fatal(changed, err)
		}
		if _, err := s.Change(as(t, eve), ours.ID, ours.Version, canned.Patch{Name: &name}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		if err := s.Remove(as(t, eve), ours.ID); err != nil {
			t.Fatal(err)
		}
		if err := j.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
			t.Fatal(err)
		}
		evs, err := j.About(t.Context(), event.Ref{Kind: "canned", ID: ours.ID}, 0, 10)
		if err != nil || len(evs) != 3 || evs[0].Kind != canned.EventRemoved {
			t.Error(evs, err)
		}
	})
}

func TestCodesAreUniqueInTheirScope(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		create(t, s, eve, canned.Input{Code: "hello", Name: "Ours", HTML: "x", Shared: true})
		create(t, s, ann, canned.Input{Code: "/Hello", Name: "Mine", HTML: "x"})
		create(t, s, bo, canned.Input{Code: "hello", Name: "His", HTML: "x"})
		for _, in := range []canned.Input{
			{Code: "HELLO", Name: "Again", HTML: "x"},
			{Code: "", Name: "No code", HTML: "x"},
			{Code: "two words", Name: "Bad code", HTML: "x"},
			{Code: "ok", Name: "", HTML: "x"},
			{Code: "ok", Name: "No text", HTML: "<script>x</script>"},
			{Code: "ok", Name: "Bad language", HTML: "x", Locale: "tlh"},
		} {
			if _, err := s.Create(as(t, ann), in); !fault.Is(err, fault.KindInvalid) {
				t.Errorf("%+v: %v", in, err)
			}
		}
		if _, err := s.Create(as(t, ann), canned.Input{Code: "你好", Name: "Chinese", HTML: "x", Locale: "zh-CN"}); err != nil {
			t.Error(err)
		}
	})
}

func TestAnswersAreFoundInAnyWriting(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		create(t, s, eve, canned.Input{Code: "warranty", Name: "保固期說明", HTML: "<p>Your <b>warranty</b> lasts two years.</p>", Shared: true})
		create(t, s, eve, canned.Input{Code: "bye", Name: "Goodbye", HTML: "<p>Regards</p>", Shared: true})
		for q, want := range map[string]string{
			"WARR": "warranty", "/warr": "warranty", "保固期说明": "warranty", "two  years": "warranty", "two regards": "", "good": "bye", "": "bye warranty",
		} {
			if got := codes(t, s, ann, q); got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
	})
}

func TestRenderingFillsTheFieldsAndCounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		a := create(t, s, ann, canned.Input{Code: "a", Name: "A", HTML: "<p>Dear {{customer.salutation}}, {{ ticket.number }} ({{ticket.subject}}) {{today}} {{agent.name}} {{asset.serial}}</p>"})
		got, err := s.Render(as(t, ann), a.ID, 7)
		want := "<p>Dear Wang &#34;&lt;b&gt;&#34; Fang, 10007 (Leak) 3 March 2026 Ann &lt;Lee&gt; {{asset.serial}}</p>"
		if err != nil || got != want {
			t.Fatalf("%s\n%s\n%v", got, want, err)
		}
		if got, err = s.Render(as(t, ann), a.ID, 0); err != nil || !strings.Contains(got, "{{customer.salutation}}") {
			t.Error("without a ticket:", got, err)
		}
		if _, err = s.Render(as(t, ann), a.ID, 8); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		all, err := s.List(as(t, ann), "")
		if err != nil || all[0].Uses != 2 || all[0].Version != 1 {
			t.Error(all, err)
		}
	})
}

func TestTheFirstAnswersComeOnceInTheFirmsLanguage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		system := actor.AsSystem(t.Context())
		for range 2 {
			if err := s.Seed(system, "zh-TW"); err != nil {
				t.Fatal(err)
			}
		}
		all, err := s.List(as(t, ann), "")
		if err != nil || len(all) != 5 || all[0].Locale != "zh-TW" || !all[0].Shared {
			t.Fatal(all, err)
		}
	})
}

func TestEveryLanguageHasTheSameFirstAnswers(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, dbtest.SQLite, slices.Concat(journal.Migrations(), canned.Migrations()))
	c := clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	s := canned.New(canned.Deps{DB: d, Journal: journal.New(journal.Deps{DB: d, Clock: c}), Clock: c})
	system := actor.AsSystem(t.Context())
	want := ""
	for _, locale := range []string{"en", "zh-CN", "zh-TW"} {
		if err := s.Seed(system, locale); err != nil {
			t.Fatal(err)
		}
		all, err := s.List(system, "")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range all {
			got = append(got, a.Code)
			if err := s.Remove(system, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if want == "" {
			want = strings.Join(got, " ")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s has %q, not %q", locale, got, want)
		}
	}
}

func TestUnknownFieldsVanishFromLettersThatNobodySees(t *testing.T) {
	t.Parallel()
	f := canned.Facts{FirmName: "Heed & Co", Blank: true}
	if got := f.HTML("{{customer.name}}|{{firm.name}}|{{what.ever}}"); got != "|Heed &amp; Co|" {
		t.Error(got)
	}
	if got := f.Text("{{firm.name}}"); got != "Heed & Co" {
		t.Error(got)
	}
}

func TestDatesAreWrittenAsPeopleDo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for locale, want := range map[string]string{"en": "2 March 2026", "zh-CN": "2026年3月2日", "zh-TW": "2026年3月2日"} {
		if got := canned.Date(locale, at); got != want {
			t.Errorf("%s: %s", locale, got)
		}
	}
}
