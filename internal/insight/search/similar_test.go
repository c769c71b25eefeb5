package search_test

import (
	"fmt"
	"slices"
	"testing"

	"heed/internal/insight/search"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/work/ticket"
)

// solve ends a ticket with a result.
func (h *house) solve(t testing.TB, id int64, code, how string) {
	t.Helper()
	status := ticket.StatusSolved
	if _, err := h.tickets.Change(as(t, boss), id, 0, ticket.Patch{Status: &status, ResultCode: &code, ResultText: &how}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) similar(t testing.TB, id int64) []search.Like {
	t.Helper()
	got, err := h.Similar(as(t, ann), id, 5)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestASimilarTicketIsListedWithItsSolution_R246(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		const pump, chair = 40, 41
		leak := h.open(t, ann, ticket.Input{Subject: "空压机底部漏油", ProductID: pump})
		h.solve(t, leak, "solved_fixed", "更换油封")
		loud := h.open(t, ann, ticket.Input{Subject: "空压机噪音很大", ProductID: pump})
		h.solve(t, loud, "solved_fixed", "紧固底座螺栓")
		foreign := h.open(t, ann, ticket.Input{Subject: "牙科椅漏油", ProductID: chair})
		h.solve(t, foreign, "solved_fixed", "更换管路")
		h.open(t, ann, ticket.Input{Subject: "空压机漏油还没解决", ProductID: pump}) // open
		spam := h.open(t, ann, ticket.Input{Subject: "空压机漏油 广告", ProductID: pump})
		h.solve(t, spam, "spam", "")
		now := h.open(t, ann, ticket.Input{Subject: "空壓機漏油怎麼辦", ProductID: pump})
		h.catchUp(t)
		got := h.similar(t, now)
		if len(got) == 0 || got[0].TicketID != leak || got[0].ResultText != "更换油封" || got[0].Number != fmt.Sprint(leak+10000) ||
			!slices.Equal(got[0].Same, []string{search.SameProduct, search.SameWords}) {
			t.Fatalf("like it is %+v", got)
		}
		for _, l := range got {
			if l.TicketID == foreign || l.TicketID == spam || l.TicketID == now {
				t.Errorf("%q is listed", l.Subject)
			}
		}
		// What solved it, and the words that the customer said.
		h.insert(t, fmt.Sprintf("INSERT INTO answer_solved (ticket_id, article_id, by_id, at) VALUES (%d, 12, 1, 1) RETURNING article_id", leak))
		mute := h.open(t, ann, ticket.Input{Subject: "请帮忙", ProductID: pump})
		h.say(t, ann, mute, "incoming", "你好，机器底部漏油了")
		h.catchUp(t)
		if got := h.similar(t, mute); len(got) == 0 || got[0].TicketID != leak || !slices.Equal(got[0].ArticleIDs, []int64{12}) {
			t.Errorf("by what the customer said: %+v", got)
		}
		// Without a product the words alone have to say it.
		bare := h.open(t, ann, ticket.Input{Subject: "空压机底部漏油"})
		h.catchUp(t)
		if got := h.similar(t, bare); len(got) == 0 || got[0].TicketID != leak || !slices.Equal(got[0].Same, []string{search.SameWords}) {
			t.Errorf("without a product: %+v", got)
		}
	})
}

func TestASimilarTicketThatMayNotBeSeenIsNotListed_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		secret := h.open(t, bo, ticket.Input{Subject: "compressor leaks oil", TeamID: privateTeam, ProductID: 40})
		h.solve(t, secret, "solved_fixed", "new seal")
		now := h.open(t, ann, ticket.Input{Subject: "compressor leaks oil", ProductID: 40})
		h.catchUp(t)
		if got := h.similar(t, now); len(got) != 0 {
			t.Errorf("Ann sees %+v", got)
		}
		if got, err := h.Similar(as(t, bo), now, 5); err != nil || len(got) != 1 {
			t.Errorf("Bo sees %+v, %v", got, err)
		}
		if _, err := h.Similar(as(t, ann), secret, 5); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestTicketsAreNotFoundByTheMarksOfTheIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.open(t, ann, ticket.Input{Subject: "compressor", ProductID: 40})
		h.catchUp(t)
		for _, q := range []string{"40", "p", "product40"} {
			want(t, h.find(t, ann, q, search.Tickets))
		}
	})
}

// BenchmarkSimilar measures the walk over many tickets of one product with
// common words.
func BenchmarkSimilar(b *testing.B) {
	for _, engine := range dbtest.Engines() {
		b.Run(string(engine), func(b *testing.B) {
			h := build(b, dbtest.New(b, engine, migrations()))
			fill(b, h)
			h.insert(b, "UPDATE ticket SET product_id = 1 + id % 20, shelf = 2, result_code = 'solved_fixed', result_text = 'x' RETURNING 1")
			if err := h.Start(b.Context()); err != nil {
				b.Fatal(err)
			}
			if err := h.Reindex(as(b, boss)); err != nil {
				b.Fatal(err)
			}
			if err := h.Handlers()[0].Run(actor.AsSystem(b.Context()), jobs.Job{}); err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				n++
				if _, err := h.Similar(as(b, boss), int64(1+n%2000), 5); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
