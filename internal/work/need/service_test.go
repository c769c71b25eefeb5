package need_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/work/need"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

var (
	noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "supervisor", Locale: "en"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
	cleo = actor.Actor{Kind: actor.Agent, ID: 5, Name: "Cleo", Role: "employee", Locale: "en"}
)

const (
	wangID    = 100
	complaint = 7 // wants a restatement, and listens
	question  = 8 // listens
)

// town stands in for the slices around.
type town struct {
	said  []string // replies and corrections
	types map[int64]tickettype.Type
	off   bool
}

func (*town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann, cleo} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}
func (*town) TeamInUse(context.Context, int64) (bool, error)      { return true, nil }
func (*town) PrivateTeamsHidden(context.Context) ([]int64, error) { return nil, nil }
func (*town) HomeOf(context.Context, int64) (int64, error)        { return 0, nil }
func (*town) FirstWords(context.Context, int64) (string, error)   { return "它漏油了！", nil }

func (*town) Addressed(context.Context, int64) (string, string, error) { return "Ms <Wang>", "en", nil }

func (x *town) Reply(_ context.Context, _ int64, html string) error {
	x.said = append(x.said, "reply "+html)
	return nil
}

func (x *town) Heard(_ context.Context, _ int64, text string) error {
	x.said = append(x.said, "heard "+text)
	return nil
}

func (x *town) Get(_ context.Context, id int64) (tickettype.Type, error) {
	if t, ok := x.types[id]; ok {
		return t, nil
	}
	return tickettype.Type{}, fault.NotFound("tickettype.not_found")
}

type house struct {
	*need.Service
	town    *town
	db      *db.DB
	clock   *clock.Manual
	journal *journal.Journal
	tickets *ticket.Service
}

// Get is what a reader of English gets.
func (h *house) Get(ctx context.Context, id int64) (need.Seen, error) {
	return h.Service.Get(ctx, id, "en")
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	all := slices.Concat(journal.Migrations(), jobs.Migrations(), ticket.Migrations(), need.Migrations())
	dbtest.Each(t, all, func(t *testing.T, d *db.DB) {
		names := func(s string) tickettype.Names { return tickettype.Names{"en": s} }
		ask := tickettype.Question{Key: "since", Names: names("Since when?"), Kind: tickettype.Open}
		h := &house{db: d, clock: clock.NewManual(noon), town: &town{types: map[int64]tickettype.Type{
			complaint: {ID: complaint, Need: true, RequireRestatement: true, Questions: []tickettype.Question{ask}},
			question:  {ID: question, Need: true, Questions: []tickettype.Question{ask}},
		}}}
		log := slog.New(slog.DiscardHandler)
		h.journal = journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
		var guard ticket.Guard
		h.tickets = ticket.New(ticket.Deps{
			DB: d, Journal: h.journal, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log}), Clock: h.clock, People: h.town, Customers: h.town,
			Guards: []ticket.Guard{func(ctx context.Context, old, next ticket.Ticket) (fault.Fields, error) { return guard(ctx, old, next) }},
		})
		h.Service = need.New(need.Deps{
			DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Types: h.town, Talk: h.town,
			Link:   func(token string) string { return "https://heed.example/help/confirm/" + token },
			On:     func(context.Context) (bool, error) { return !h.town.off, nil },
			Novice: func(_ context.Context, id int64) (bool, error) { return id == wangID, nil },
			Guides: func(context.Context, ticket.Ticket, string) ([]need.Guide, error) {
				return []need.Guide{{ArticleID: 3, Title: "First steps"}}, nil
			},
		})
		guard = h.Guard
		fn(t, h)
	})
}

func as(t *testing.T, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

func (h *house) open(t *testing.T, typ int64) ticket.Ticket {
	t.Helper()
	tk, err := h.tickets.Create(as(t, ann), ticket.Input{Subject: "The pump leaks", Channel: "phone", CustomerID: wangID, TypeID: typ})
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

func (h *house) restate(t *testing.T, id int64, words string) {
	t.Helper()
	if _, err := h.Save(as(t, ann), id, 0, need.Patch{Restatement: &words}, "en"); err != nil {
		t.Fatal(err)
	}
}

func (h *house) set(t *testing.T, id int64, to ticket.Status, result string) error {
	t.Helper()
	_, err := h.tickets.Change(as(t, ann), id, 0, ticket.Patch{Status: &to, ResultCode: &result})
	return err
}

func (h *house) token(t *testing.T, id int64) string {
	t.Helper()
	q, err := h.Ask(as(t, ann), id, false)
	if err != nil {
		t.Fatal(err)
	}
	return q.URL[strings.LastIndex(q.URL, "/")+1:]
}

func (h *house) kinds(t *testing.T, id int64) string {
	t.Helper()
	if err := h.journal.CatchUp(t.Context(), journal.Follower{Name: "test", Handle: func(context.Context, []event.Event) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	evs, err := h.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: id}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range slices.Backward(evs) {
		if name, ok := strings.CutPrefix(e.Kind, "need."); ok {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

func wantField(t *testing.T, err error, name, key string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == name && x.Key == key }) {
		t.Errorf("got %v, want %s: %s", err, name, key)
	}
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if err == nil || fault.KeyOf(err) != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func TestTheCustomersWordsStandBesideOurs_R038(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		n, err := h.Get(as(t, ann), tk.ID)
		if err != nil || n.OwnWords != "它漏油了！" || n.Restatement != "" || n.Version != 1 {
			t.Fatalf("%+v, %v", n.Need, err)
		}
		h.restate(t, tk.ID, "The pump loses oil at the shaft")
		n, err = h.Get(as(t, ann), tk.ID)
		if err != nil || n.OwnWords != "它漏油了！" || n.Restatement != "The pump loses oil at the shaft" || n.RestatedBy.ID != ann.ID || n.Confirmed() {
			t.Errorf("%+v, %v", n.Need, err)
		}
		words := "from the form"
		if _, err := h.Save(actor.AsSystem(t.Context()), tk.ID, 0, need.Patch{OwnWords: &words}, "en"); err != nil {
			t.Fatal(err)
		}
		if n, _ = h.Get(as(t, ann), tk.ID); n.OwnWords != words || n.Restatement == "" {
			t.Errorf("%+v", n.Need)
		}
		_, err = h.Get(as(t, cleo), tk.ID)
		wantKey(t, err, "forbidden")
		_, err = h.Save(as(t, ann), tk.ID, 1, need.Patch{Intent: &words}, "en")
		wantKey(t, err, "stale")
	})
}

func TestAnswersAreKeptOnTheTicketAndFindIt_R037_R090(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		before, err := h.Get(as(t, ann), tk.ID)
		if err != nil {
			t.Fatal(err)
		}
		budget := need.Brief{Audience: "the night shift", Style: "plain", Deadline: "Friday", Budget: "2000 CNY"}
		n, err := h.Save(as(t, ann), tk.ID, 0, need.Patch{Answers: map[string]string{"since": "since Monday"}, Brief: &budget, Ladder: &need.Ladder{Purpose: "air"}}, "en")
		if err != nil || n.Answers["since"] != "since Monday" || n.Brief != budget || n.Completeness <= before.Completeness {
			t.Fatalf("%+v, %v", n, err)
		}
		found, err := db.All[int64](t.Context(), h.db, "SELECT ticket_id FROM ticket_field WHERE field = ? AND value = 'since monday'", ticket.AnswerField("since"))
		if err != nil || !slices.Equal(found, []int64{tk.ID}) {
			t.Errorf("the answer does not find the ticket: %v, %v", found, err)
		}
		_, err = h.Save(as(t, ann), tk.ID, 0, need.Patch{Answers: map[string]string{"weight": "5"}}, "en")
		wantField(t, err, "answers.weight", "field.unknown_value")
	})
}

func TestAComplaintNeedsARestatementBeforeWorkGoesOn_R102(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, complaint)
		wantField(t, h.set(t, tk.ID, ticket.StatusInProgress, ""), "restatement", "need.restatement_required")
		if err := h.set(t, tk.ID, ticket.StatusWaitingCustomer, ""); err != nil {
			t.Errorf("the customer cannot be asked: %v", err)
		}
		h.restate(t, tk.ID, "The pump loses oil at the shaft")
		if err := h.set(t, tk.ID, ticket.StatusInProgress, ""); err != nil {
			t.Errorf("restated, and still refused: %v", err)
		}
		other := h.open(t, 0)
		if err := h.set(t, other.ID, ticket.StatusInProgress, ""); err != nil {
			t.Errorf("a ticket without a type: %v", err)
		}
		h.town.off = true
		if err := h.set(t, h.open(t, complaint).ID, ticket.StatusInProgress, ""); err != nil {
			t.Errorf("the module is off, and it is refused: %v", err)
		}
	})
}

func TestASolutionBeforeTheConfirmationNeedsAReason_R098(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		wantField(t, h.set(t, tk.ID, ticket.StatusSolved, "solved_fixed"), "skip_reason", "need.confirm_or_skip")
		_, err := h.Skip(as(t, ann), tk.ID, " ", "en")
		wantField(t, err, "reason", "field.required")
		if _, err := h.Skip(as(t, ann), tk.ID, "an outage that everybody has", "en"); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(90 * time.Minute)
		if err := h.set(t, tk.ID, ticket.StatusSolved, "solved_fixed"); err != nil {
			t.Fatal(err)
		}
		confirmed := h.open(t, question)
		h.restate(t, confirmed.ID, "Where is the filter?")
		if _, err := h.Heard(as(t, ann), confirmed.ID, true, "", "phone", "en"); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(10 * time.Minute)
		if err := h.set(t, confirmed.ID, ticket.StatusSolved, "solved_answered"); err != nil {
			t.Errorf("confirmed, and still refused: %v", err)
		}
		if err := h.set(t, h.open(t, question).ID, ticket.StatusCancelled, "spam"); err != nil {
			t.Errorf("spam has no need: %v", err)
		}
		if err := h.journal.CatchUp(t.Context(), h.Follower()); err != nil {
			t.Fatal(err)
		}
		r, err := h.Listening(as(t, eve), noon.Add(-time.Hour), noon.Add(24*time.Hour))
		if err != nil || r.Solved != 2 || r.Skipped != 1 || r.SkipRate() != 0.5 || r.MedianSeconds != 600 {
			t.Errorf("%+v, %v", r, err)
		}
		if n, _ := h.Get(as(t, ann), tk.ID); !n.SolvedAt.Equal(noon.Add(90*time.Minute)) || n.SkippedBy.ID != ann.ID {
			t.Errorf("%+v", n.Need)
		}
		_, err = h.Listening(as(t, ann), noon, noon)
		wantKey(t, err, "forbidden")
	})
}

func TestTheCustomerConfirmsAtHisLink_R103(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		_, err := h.Ask(as(t, ann), tk.ID, false)
		wantField(t, err, "restatement", "need.restatement_required")
		h.restate(t, tk.ID, "The pump <loses> oil")
		q, err := h.Ask(as(t, ann), tk.ID, true)
		if err != nil || !q.Sent || len(h.town.said) != 1 || !strings.Contains(h.town.said[0], "The pump &lt;loses&gt; oil") || !strings.Contains(h.town.said[0], q.URL) ||
			!strings.Contains(h.town.said[0], "Ms &lt;Wang&gt;") {
			t.Fatal(q, h.town.said, err)
		}
		token := q.URL[strings.LastIndex(q.URL, "/")+1:]
		hashes, err := db.All[string](t.Context(), h.db, "SELECT hash FROM need_link")
		if err != nil || len(hashes) != 1 || strings.Contains(hashes[0], token) {
			t.Errorf("the token is stored: %v, %v", hashes, err)
		}
		nobody := t.Context()
		_, err = h.ByToken(nobody, "x"+token)
		wantKey(t, err, "need.link_unknown")
		if err := h.set(t, tk.ID, ticket.StatusInProgress, ""); err != nil {
			t.Fatal(err)
		}
		if err := h.set(t, tk.ID, ticket.StatusWaitingCustomer, ""); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(24 * time.Hour)
		if err := h.Confirm(nobody, token); err != nil {
			t.Fatal(err)
		}
		wantKey(t, h.Confirm(nobody, token), "need.link_used")
		wantKey(t, h.Correct(nobody, token, "no"), "need.link_used")
		if a, err := h.ByToken(nobody, token); err != nil || a.State != need.LinkConfirmed || a.Number != tk.Number() || a.UsedAt.IsZero() {
			t.Errorf("afterwards the link shows %+v, %v", a, err)
		}
		n, err := h.Get(as(t, ann), tk.ID)
		if err != nil || !n.ConfirmedAt.Equal(noon.Add(24*time.Hour)) || n.ConfirmedBy.Kind != need.ByCustomer || n.ConfirmedBy.ID != wangID || n.ConfirmedVia != "link" {
			t.Errorf("%+v, %v", n.Need, err)
		}
		if n.Ticket.Status != ticket.StatusInProgress {
			t.Errorf("we still wait for the customer: %s", n.Ticket.Status)
		}
		if got := h.kinds(t, tk.ID); got != "changed asked confirmed" {
			t.Errorf("told: %s", got)
		}
		evs, err := h.journal.About(t.Context(), event.Ref{Kind: "ticket", ID: tk.ID}, 0, 100)
		if i := slices.IndexFunc(evs, func(e event.Event) bool { return e.Kind == need.EventConfirmed }); err != nil || i < 0 || evs[i].Actor.Kind != "contact" {
			t.Errorf("told as if by somebody else: %v, %v", evs, err)
		}
	})
}

func TestTheCustomerCorrectsUsAtHisLink_R431(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		h.restate(t, tk.ID, "The pump loses oil")
		token := h.token(t, tk.ID)
		wantField(t, h.Correct(t.Context(), token, "  "), "text", "field.required")
		if err := h.Correct(t.Context(), token, "It is water"); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(h.town.said, []string{"heard It is water"}) {
			t.Errorf("the conversation has %v", h.town.said)
		}
		n, err := h.Get(as(t, ann), tk.ID)
		if err != nil || n.Corrections != 1 || n.Correction != "It is water" || n.Confirmed() || n.Asked.State != need.LinkCorrected {
			t.Errorf("%+v, %v", n, err)
		}
		other := h.open(t, question)
		h.restate(t, other.ID, "He asks for a filter")
		if _, err := h.Heard(as(t, ann), other.ID, true, "", "phone", "en"); err != nil {
			t.Fatal(err)
		}
		r, err := h.Listening(as(t, eve), noon, noon.Add(time.Hour))
		if err != nil || r.Restated != 2 || r.Corrected != 1 || r.CorrectionRate() != 1 || len(r.Agents) != 1 || r.Agents[0].Corrected != 1 {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

func TestALinkEndsAfterThirtyDaysAndWithAnotherWording_R103(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		h.restate(t, tk.ID, "The pump loses oil")
		first := h.token(t, tk.ID)
		h.restate(t, tk.ID, "The pump loses water")
		wantKey(t, h.Confirm(t.Context(), first), "need.link_replaced")
		second := h.token(t, tk.ID)
		h.clock.Advance(30 * 24 * time.Hour)
		wantKey(t, h.Confirm(t.Context(), second), "need.link_expired")
		if a, err := h.ByToken(t.Context(), second); err != nil || a.State != need.LinkExpired {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestMoodsAreMarkedBeforeAndAfter_R099(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		_, err := h.MarkMood(as(t, ann), tk.ID, "furious", need.Calm, "en")
		wantField(t, err, "before", "field.unknown_value")
		n, err := h.MarkMood(as(t, ann), tk.ID, need.Angry, need.Calm, "en")
		if err != nil || n.Mood != need.Calm || len(n.Moods) != 1 || n.Moods[0].By.Name != "Ann" {
			t.Fatalf("%+v, %v", n, err)
		}
		if n, err := h.Get(as(t, eve), tk.ID); err != nil || n.Mood != need.Calm {
			t.Errorf("the next one reads %q, %v", n.Mood, err)
		}
		if _, err := h.MarkMood(as(t, eve), tk.ID, need.Calm, need.Upset, "en"); err != nil {
			t.Fatal(err)
		}
		r, err := h.Listening(as(t, eve), noon, noon.Add(time.Hour))
		want := []need.MoodShift{{Before: need.Angry, After: need.Calm, N: 1}, {Before: need.Calm, After: need.Upset, N: 1}}
		if err != nil || !slices.Equal(r.Moods, want) || len(r.Agents) != 2 {
			t.Errorf("%+v, %v", r, err)
		}
		for _, a := range r.Agents {
			if a.AgentID == ann.ID && a.Calmer != 1 || a.AgentID == eve.ID && a.Worse != 1 {
				t.Errorf("%+v", a)
			}
		}
	})
}

func TestTheLadderLeadsToAnAlternativeThatCitesTheProblem_R285(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		_, err := h.Propose(as(t, ann), tk.ID, "an adhesive hook", "he is in a hurry")
		wantField(t, err, "ladder.problem", "need.problem_required")
		ladder := need.Ladder{Asked: "a drill", Purpose: "hang a picture", Problem: "a picture is to hang without holes", Needed: "no"}
		if _, err := h.Save(as(t, ann), tk.ID, 0, need.Patch{Ladder: &ladder}, "en"); err != nil {
			t.Fatal(err)
		}
		got, err := h.Propose(as(t, ann), tk.ID, "an adhesive hook", "he is in a hurry")
		if err != nil || !strings.Contains(got.HTML, "a picture is to hang without holes") || !strings.Contains(got.HTML, "an adhesive hook") || !strings.Contains(got.HTML, "a drill") {
			t.Fatal(got, err)
		}
		if n, _ := h.Get(as(t, ann), tk.ID); !slices.Equal(n.Ladder.Alternatives, []string{"an adhesive hook"}) {
			t.Errorf("%+v", n.Ladder)
		}
	})
}

func TestARecommendationBeforeEnoughIsKnownAsksForAReason_R286(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		if _, err := h.Save(as(t, ann), tk.ID, 0, need.Patch{Ladder: &need.Ladder{Problem: "too hot"}}, "en"); err != nil {
			t.Fatal(err)
		}
		n, err := h.Get(as(t, ann), tk.ID)
		if err != nil || n.Completeness >= 60 {
			t.Fatal(n.Completeness, err)
		}
		_, err = h.Propose(as(t, ann), tk.ID, "a fan", "")
		wantField(t, err, "reason", "need.incomplete")
		wantField(t, h.Recommend(as(t, ann), tk.ID, "quote 5", " "), "reason", "need.incomplete")
		if err := h.Recommend(as(t, ann), tk.ID, "quote 5", "the customer insists"); err != nil {
			t.Errorf("with a reason: %v", err)
		}
		h.restate(t, tk.ID, "The room is too hot")
		if _, err := h.Save(as(t, ann), tk.ID, 0, need.Patch{Answers: map[string]string{"since": "May"}}, "en"); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Heard(as(t, ann), tk.ID, true, "", "phone", "en"); err != nil {
			t.Fatal(err)
		}
		if err := h.Recommend(as(t, ann), tk.ID, "quote 5", ""); err != nil {
			t.Errorf("enough is known: %v", err)
		}
		if _, err := h.Propose(as(t, ann), tk.ID, "a fan", ""); err != nil {
			t.Errorf("enough is known: %v", err)
		}
	})
}

func TestANoviceIsMarkedAndOfferedGuides_R086(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		n, err := h.Get(as(t, ann), h.open(t, question).ID)
		if err != nil || !n.Novice || len(n.Guides) != 1 || n.Guides[0].Title != "First steps" {
			t.Errorf("%+v, %v", n, err)
		}
		tk, err := h.tickets.Create(as(t, ann), ticket.Input{Subject: "Again", Channel: "phone", CustomerID: wangID + 1})
		if err != nil {
			t.Fatal(err)
		}
		if n, err = h.Get(as(t, ann), tk.ID); err != nil || n.Novice || len(n.Guides) != 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func TestWhatIsPurgedIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, question)
		h.restate(t, tk.ID, "The pump loses oil")
		token := h.token(t, tk.ID)
		if err := h.Purge(as(t, eve), []int64{tk.ID}); err != nil {
			t.Fatal(err)
		}
		_, err := h.ByToken(t.Context(), token)
		wantKey(t, err, "need.link_unknown")
		if n, err := h.Get(as(t, ann), tk.ID); err != nil || n.Version != 1 {
			t.Error(n, err)
		}
	})
}
