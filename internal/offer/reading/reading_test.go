package reading_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/reading"
	"heed/internal/people/agent"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var (
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
	bo   = actor.Actor{Kind: actor.Agent, ID: 3, Name: "Bo", Role: "rep", Locale: "zh-CN"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 4, Name: "Cleo", Role: "rep", Locale: "zh-TW"}
	dan  = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Dan", Role: "rep", Locale: "en"}
)

// town stands in for the agents: who is active, in which teams.
type town struct{ teams map[int64][]int64 }

func (t *town) List(context.Context, agent.State, page.Request) (page.Of[agent.Agent], error) {
	var out page.Of[agent.Agent]
	for _, a := range []actor.Actor{eve, ann, bo, cleo, dan} {
		if teams, ok := t.teams[a.ID]; ok {
			out.Items = append(out.Items, agent.Agent{ID: a.ID, Name: a.Name, Role: a.Role, State: agent.Active, TeamIDs: teams})
		}
	}
	return out, nil
}

const service = 7 // a team of Ann, Bo and Cleo; Dan is in another

type house struct {
	*reading.Service
	db      *db.DB
	clock   *clock.Manual
	journal *journal.Journal
	town    *town
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(journal.Migrations(), reading.Migrations()), func(t *testing.T, d *db.DB) {
		h := &house{db: d, clock: clock.NewManual(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))}
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: slog.New(slog.DiscardHandler)})
		h.town = &town{teams: map[int64][]int64{eve.ID: nil, ann.ID: {service}, bo.ID: {service}, cleo.ID: {service}, dan.ID: {8}}}
		h.Service = reading.New(reading.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, People: h.town,
			Titles: func(_ context.Context, id int64) (map[string]string, error) {
				if id != 12 {
					return nil, fault.NotFound("not_found")
				}
				return map[string]string{"en": "Warranty is 24 months", "zh-CN": "保修期为 24 个月"}, nil
			},
			Cards: func(context.Context, string, int) ([]reading.Card, error) {
				return []reading.Card{{ArticleID: 12, Title: "Warranty?", Uses: 3}, {ArticleID: 13, Title: "Delivery?", Uses: 9}}, nil
			},
		})
		fn(t, h)
	})
}

func as(t testing.TB, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

// tell records an event as another slice does, and lets the followers catch up.
func (h *house) tell(t testing.TB, kind string, about event.Ref, data any) {
	t.Helper()
	err := h.db.Write(as(t, eve), func(ctx context.Context) error {
		return h.journal.Record(ctx, event.New{Kind: kind, About: about, Data: data})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range h.Followers() {
		if err := h.journal.CatchUp(actor.AsSystem(t.Context()), f); err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) publish(t testing.TB, version int64) {
	t.Helper()
	h.tell(t, "article.published", event.Ref{Kind: "article", ID: 12}, map[string]any{
		"article_id": 12, "version_id": version, "n": 2, "kind": "policy", "topic": "warranty", "teams": []int64{service},
		"change": "24 months instead of 12", "must_read": true,
	})
}

// open lists the readings that an agent has still to read.
func (h *house) open(t testing.TB, a actor.Actor) []reading.Mine {
	t.Helper()
	p, err := h.Mine(as(t, a), true, page.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return p.Items
}

var quiz = []reading.Question{{
	Text:    reading.Words{"en": "How long is the warranty?"},
	Choices: []reading.Words{{"en": "12 months"}, {"en": "24 months"}},
	Right:   1,
}}

func TestAPublishedChangeIsAnUnreadMustReadOfEachMemberWithinTheMinute_R120(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		before := h.clock.Now()
		h.publish(t, 31)
		for _, a := range []actor.Actor{ann, bo, cleo} {
			got := h.open(t, a)
			if len(got) != 1 || !got[0].Must || got[0].SourceID != 12 || got[0].VersionID != 31 || got[0].Topic != "warranty" {
				t.Fatalf("%s has %+v to read", a.Name, got)
			}
			if late := got[0].CreatedAt.Sub(before); late > time.Minute {
				t.Errorf("%s has it after %v", a.Name, late)
			}
			n, err := h.Unread(as(t, a))
			if err != nil || n.Count != 1 || n.Must != 1 {
				t.Errorf("%s's badge says %+v, %v", a.Name, n, err)
			}
		}
		if got := h.open(t, dan); len(got) != 0 {
			t.Errorf("who is in another team has %+v to read", got)
		}
		if got := h.open(t, ann)[0]; got.Titles.In("zh-TW") != "保修期为 24 个月" || got.Texts.In("en") == "" || got.ByName != "Eve" {
			t.Errorf("it is %+v", got)
		}
		// The same event handled again makes no second one; a newer version takes the first one's place.
		h.publish(t, 31)
		if got := h.open(t, ann); len(got) != 1 {
			t.Fatalf("Ann has %d to read", len(got))
		}
		h.publish(t, 32)
		if got := h.open(t, ann); len(got) != 1 || got[0].VersionID != 32 {
			t.Errorf("after the next version Ann has %+v", got)
		}
	})
}

func TestOneOfThreeAcknowledgesIsAThirdAndNamesTheOthers_R121(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		r, err := h.Create(as(t, eve), reading.Input{
			Must: true, Titles: reading.Words{"en": "Warranty is 24 months"}, TeamIDs: []int64{service}, Quiz: quiz,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, answers := range [][]int{nil, {0}, {7}} {
			m, wrong, err := h.Acknowledge(as(t, ann), r.ID, answers)
			if err != nil || !m.Open || !slices.Equal(wrong, []int{0}) {
				t.Fatalf("wrong answers %v: open %v, wrong %v, %v", answers, m.Open, wrong, err)
			}
		}
		p, err := h.Progress(as(t, eve), r.ID)
		if err != nil || p.Share() != 0 || len(p.Outstanding) != 3 {
			t.Fatalf("after wrong answers %+v, %v", p, err)
		}
		m, wrong, err := h.Acknowledge(as(t, ann), r.ID, []int{1})
		if err != nil || m.Open || len(wrong) != 0 || m.Tries != 4 {
			t.Fatalf("%+v, %v, %v", m, wrong, err)
		}
		if p, err = h.Progress(as(t, eve), r.ID); err != nil || p.Total != 3 || p.Share() != 33 {
			t.Fatalf("%+v is %d %%, %v", p, p.Share(), err)
		}
		var names []string
		for _, o := range p.Outstanding {
			names = append(names, o.Name)
		}
		if !slices.Equal(names, []string{"Bo", "Cleo"}) || len(p.Done) != 1 || p.Done[0].Name != "Ann" {
			t.Errorf("outstanding are %v, done %+v", names, p.Done)
		}
		// Cleo leaves the firm: half of those who are left have acknowledged.
		delete(h.town.teams, cleo.ID)
		if p, err = h.Progress(as(t, eve), r.ID); err != nil || p.Share() != 50 {
			t.Errorf("%d %%, %v", p.Share(), err)
		}
		if _, err := h.Progress(as(t, ann), r.ID); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a rep sees who has not read: %v", err)
		}
		if _, _, err := h.Acknowledge(as(t, dan), r.ID, []int{1}); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("whom it does not concern acknowledges: %v", err)
		}
	})
}

func TestWhoHasNotReadIsRemindedOnceADay_R121(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.publish(t, 31)
		id := h.open(t, ann)[0].ID
		if _, _, err := h.Acknowledge(as(t, ann), id, nil); err != nil {
			t.Fatal(err)
		}
		reminded := func() (out []string) {
			t.Helper()
			if err := h.RemindDue(actor.AsSystem(t.Context())); err != nil {
				t.Fatal(err)
			}
			p, err := h.Progress(as(t, eve), id)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range p.Outstanding {
				if o.RemindedAt.Equal(h.clock.Now()) {
					out = append(out, o.Name)
				}
			}
			return out
		}
		if got := reminded(); len(got) != 0 {
			t.Errorf("at once %v were reminded", got)
		}
		h.clock.Advance(73 * time.Hour)
		if got := reminded(); !slices.Equal(got, []string{"Bo", "Cleo"}) {
			t.Errorf("after three days %v were reminded", got)
		}
		h.clock.Advance(time.Hour)
		if got := reminded(); len(got) != 0 {
			t.Errorf("an hour later %v were reminded again", got)
		}
		h.clock.Advance(24 * time.Hour)
		if got := reminded(); len(got) != 2 {
			t.Errorf("a day later %v were reminded", got)
		}
		whom, err := h.Remind(as(t, eve), id)
		if err != nil || len(whom) != 0 {
			t.Errorf("in the same moment %v are reminded again, %v", whom, err)
		}
	})
}

func TestANewProductReachesEachRep_R067(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.tell(t, "product.launched", event.Ref{Kind: "product", ID: 5}, map[string]any{
			"product_id": 5, "names": map[string]string{"en": "Compressor GA-45", "zh-CN": "空压机 GA-45"}, "summary": map[string]string{"en": "Quieter & smaller"},
		})
		for _, a := range []actor.Actor{ann, bo, cleo, dan} {
			got := h.open(t, a)
			if len(got) != 1 || got[0].Must || got[0].Source != reading.FromProduct || got[0].SourceID != 5 || got[0].Titles.In(a.Locale) == "" {
				t.Fatalf("%s has %+v", a.Name, got)
			}
		}
		id := h.open(t, ann)[0].ID
		if m, err := h.Open(as(t, ann), id); err != nil || m.Open || m.DoneAt.IsZero() {
			t.Fatalf("opened it is %+v, %v", m, err)
		}
		if got := h.open(t, ann); len(got) != 0 {
			t.Errorf("Ann has still %+v", got)
		}
		if p, err := h.Mine(as(t, ann), false, page.Request{}); err != nil || len(p.Items) != 1 {
			t.Errorf("what Ann has read is %+v, %v", p, err)
		}
		h.tell(t, "article.published", event.Ref{Kind: "article", ID: 12}, map[string]any{"article_id": 12, "version_id": 40, "kind": "campaign"})
		if got := h.open(t, dan); len(got) != 2 {
			t.Errorf("a campaign reaches nobody: %+v", got)
		}
		h.tell(t, "article.published", event.Ref{Kind: "article", ID: 12}, map[string]any{"article_id": 12, "version_id": 41, "kind": "question"})
		if got := h.open(t, dan); len(got) != 2 {
			t.Errorf("any article is news: %+v", got)
		}
	})
}

func TestWhoJoinsATeamGetsItsMustReadsAndWhoLeavesLosesThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.publish(t, 31)
		h.town.teams[dan.ID], h.town.teams[bo.ID] = []int64{service}, nil
		h.tell(t, "team.changed", event.Ref{Kind: "team", ID: service}, map[string]any{"added": []int64{dan.ID}})
		if a, b := h.open(t, dan), h.open(t, bo); len(a) != 1 || len(b) != 0 {
			t.Errorf("who joined has %d, who left %d", len(a), len(b))
		}
	})
}

func TestAReadingIsMadeChangedAndWithdrawnByWhoMay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Create(as(t, ann), reading.Input{Titles: reading.Words{"en": "x"}}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		bad := []reading.Question{{Text: reading.Words{"en": "?"}, Choices: []reading.Words{{"en": "one"}}}}
		if _, err := h.Create(as(t, eve), reading.Input{Must: true, Quiz: bad}); !fault.Is(err, fault.KindInvalid) {
			t.Error(err)
		}
		if _, err := h.Create(as(t, eve), reading.Input{Titles: reading.Words{"en": "x"}, Quiz: quiz}); !fault.Is(err, fault.KindInvalid) {
			t.Error("an announcement with a quiz:", err)
		}
		r, err := h.Create(as(t, eve), reading.Input{Titles: reading.Words{"en": " Free delivery in May "}, Texts: reading.Words{"en": "<p onclick=x>Until 31 May.</p>"}})
		if err != nil || r.Titles.In("en") != "Free delivery in May" || r.Texts.In("zh-CN") != "<p>Until 31 May.</p>" {
			t.Fatal(r, err)
		}
		titles := reading.Words{"en": "Free delivery until June"}
		changed, err := h.Change(as(t, eve), r.ID, r.Version, reading.Patch{Titles: &titles})
		if err != nil || changed.Titles.In("en") != titles["en"] {
			t.Fatal(changed, err)
		}
		if _, err := h.Change(as(t, eve), r.ID, r.Version, reading.Patch{Titles: &titles}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		yes := true
		if _, err := h.Change(as(t, eve), r.ID, changed.Version, reading.Patch{Closed: &yes}); err != nil {
			t.Fatal(err)
		}
		if got := h.open(t, ann); len(got) != 0 {
			t.Errorf("withdrawn, Ann still has %+v", got)
		}
	})
}

func TestTheMostUsedAnswersArePractisedUntilTheyAreKnown_R302(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		due := func() (out []int64) {
			t.Helper()
			p, err := h.Practice(as(t, ann), "en")
			if err != nil || p.Total != 2 {
				t.Fatal(p, err)
			}
			for _, c := range p.Due {
				out = append(out, c.ArticleID)
			}
			return out
		}
		if got := due(); !slices.Equal(got, []int64{13, 12}) {
			t.Fatalf("the most used first: %v", got)
		}
		knew := func(id int64, known bool) {
			t.Helper()
			if err := h.Practiced(as(t, ann), id, known); err != nil {
				t.Fatal(err)
			}
		}
		knew(13, true)
		knew(12, false)
		if got := due(); !slices.Equal(got, []int64{12}) {
			t.Errorf("what was not known is asked again: %v", got)
		}
		h.clock.Advance(25 * time.Hour)
		if got := due(); len(got) != 2 {
			t.Errorf("a day later %v", got)
		}
		for range 3 {
			knew(13, true)
		}
		if p, err := h.Practice(as(t, ann), "en"); err != nil || p.Known != 1 {
			t.Errorf("%+v, %v", p, err)
		}
		h.clock.Advance(20 * 24 * time.Hour)
		if got := due(); !slices.Equal(got, []int64{12}) {
			t.Errorf("what is well known rests three weeks: %v", got)
		}
		if p, err := h.Practice(as(t, bo), "en"); err != nil || len(p.Due) != 2 {
			t.Errorf("each has his own boxes: %+v, %v", p, err)
		}
	})
}
