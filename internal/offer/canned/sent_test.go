package canned_test

import (
	"testing"
	"time"

	"heed/internal/offer/canned"
	"heed/internal/platform/journal"
)

func TestWhatGoesUntouchedIsCountedForEachAgent_R172(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *canned.Service, _ *journal.Journal) {
		a := create(t, s, eve, canned.Input{Code: "done", Name: "Done", HTML: "<p>Dear {{customer.name}},</p><p>it is <b>done</b>.</p>", Shared: true})
		filled := "Dear Wang \"<b>\" Fang,\n\nit is done."
		for _, c := range []struct {
			text string
			want bool
		}{{filled, true}, {" " + filled + "\n", true}, {filled + " The new pump runs quietly.", false}} {
			if got, err := s.Untouched(as(t, ann), a.ID, 7, c.text); err != nil || got != c.want {
				t.Errorf("%q is untouched: %v, %v", c.text, got, err)
			}
		}
		if got, err := s.Untouched(as(t, ann), 999, 7, filled); err != nil || got {
			t.Error("an answer that is not there was used", err)
		}
		for _, sent := range []canned.Sent{
			{AgentID: ann.ID, CannedID: a.ID, Untouched: true},
			{AgentID: ann.ID, CannedID: a.ID},
			{AgentID: ann.ID},
			{AgentID: ann.ID},
			{AgentID: bo.ID, CannedID: a.ID, Untouched: true},
		} {
			if err := s.NoteSent(as(t, ann), sent); err != nil {
				t.Fatal(err)
			}
		}
		day := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
		agents, answers, err := s.Uses(as(t, eve), day.AddDate(0, 0, -7), day)
		if err != nil {
			t.Fatal(err)
		}
		if len(agents) != 2 || agents[0] != (canned.AgentUse{AgentID: ann.ID, Replies: 4, Made: 2, Untouched: 1}) || agents[1].AgentID != bo.ID {
			t.Errorf("agents: %+v", agents)
		}
		if len(answers) != 1 || answers[0].Sent != 3 || answers[0].Untouched != 2 || answers[0].Code != "done" {
			t.Errorf("answers: %+v", answers)
		}
		if own, _, err := s.Uses(as(t, bo), day.AddDate(0, 0, -7), day); err != nil || len(own) != 1 || own[0].AgentID != bo.ID {
			t.Errorf("a representative sees the use of others: %+v %v", own, err)
		}
		if before, _, err := s.Uses(as(t, eve), day.AddDate(0, 0, -60), day.AddDate(0, 0, -30)); err != nil || len(before) != 0 {
			t.Errorf("another month: %+v %v", before, err)
		}
	})
}
