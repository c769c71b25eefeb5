package desk_test

import (
	"slices"
	"testing"
	"time"

	"heed/internal/insight/desk"
	"heed/internal/kernel/actor"
	"heed/internal/work/ticket"
)

func (h *house) register(t *testing.T, in ticket.Input) ticket.Ticket {
	t.Helper()
	in.Subject = "x"
	if in.Channel == "" {
		in.Channel = "phone"
	}
	tk, err := h.tickets.Create(actor.With(t.Context(), agentOf(annID)), in)
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

func (h *house) listed(t *testing.T, l desk.Listing) []int64 {
	t.Helper()
	page, err := h.List(actor.With(t.Context(), agentOf(annID)), l)
	if err != nil {
		t.Fatal(err)
	}
	out := []int64{}
	for _, r := range page.Items {
		out = append(out, r.ID)
	}
	slices.Sort(out)
	return out
}

func TestAListIsNarrowedByAnswersFieldsTypeSeverityAndPlace_R037_R446(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := actor.With(t.Context(), agentOf(annID))
		a := h.register(t, ticket.Input{Channel: "visit", Place: "Shop 3", Fields: map[string]string{"serial": "GA-37"}, Severity: 2})
		b := h.register(t, ticket.Input{Place: "shop  3", TypeID: 2})
		c := h.register(t, ticket.Input{Place: "counter", TypeID: 1, Severity: 2})
		for id, answer := range map[int64]string{a.ID: "no", c.ID: "yes"} {
			if err := h.tickets.SetAnswers(ann, id, map[string]string{"tone": answer}); err != nil {
				t.Fatal(err)
			}
		}
		h.exec(t, `INSERT INTO ticket_type (type_key, parent_id, names, icon, active, team_id, severity, weight, restatement, position, fields, checklist,
			questions, conflicts, next_issues, need, topic, updated_at, version) VALUES ('p', 0, '{}', '', ?, 0, 0, 0, ?, 1, '[]', '[]', '[]', '[]', '[]', ?, '', 0, 1)`, true, false, false)
		h.exec(t, `INSERT INTO ticket_type (type_key, parent_id, names, icon, active, team_id, severity, weight, restatement, position, fields, checklist,
			questions, conflicts, next_issues, need, topic, updated_at, version) VALUES ('k', 1, '{}', '', ?, 0, 0, 0, ?, 1, '[]', '[]', '[]', '[]', '[]', ?, '', 0, 1)`, true, false, false)
		for name, tt := range map[string]struct {
			l    desk.Listing
			want []int64
		}{
			"a place in any writing": {desk.Listing{Place: "SHOP 3"}, []int64{a.ID, b.ID}},
			"an answer":              {desk.Listing{Fields: []desk.Field{{Key: ticket.AnswerField("tone"), Value: "no"}}}, []int64{a.ID}},
			"a field and a place":    {desk.Listing{Place: "shop 3", Fields: []desk.Field{{Key: "serial", Value: "ga-37"}}}, []int64{a.ID}},
			"a field of nobody":      {desk.Listing{Fields: []desk.Field{{Key: "serial", Value: "no"}}}, []int64{}},
			"a severity":             {desk.Listing{Severity: new(int64(2))}, []int64{a.ID, c.ID}},
			"not judged":             {desk.Listing{Severity: new(int64(0))}, []int64{b.ID}},
			"a type":                 {desk.Listing{Type: 2}, []int64{b.ID}},
			"a type and those below": {desk.Listing{Type: 1}, []int64{b.ID, c.ID}},
			"not at first contact":   {desk.Listing{FirstContact: new(true)}, []int64{}},
		} {
			if got := h.listed(t, tt.l); !slices.Equal(got, tt.want) {
				t.Errorf("%s: %v, not %v", name, got, tt.want)
			}
		}
		if places, err := h.Places(ann); err != nil || !slices.Equal(places, []string{"counter", "shop 3"}) {
			t.Error(places, err)
		}
	})
}

func TestTheQueueHasTheMostPointsFirstWithinAPriority_R311(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var want []int64
		for _, points := range []int{60, 50, 58} {
			tk := h.register(t, ticket.Input{Priority: ticket.High})
			h.exec(t, "UPDATE ticket SET score = ? WHERE id = ?", -points, tk.ID)
			want = append(want, tk.ID)
		}
		want = []int64{want[0], want[2], want[1]}
		l := desk.Listing{View: desk.ViewUnassigned, Sort: desk.SortPriority}
		l.Limit = 1
		var got []int64
		for {
			page, err := h.List(actor.With(t.Context(), agentOf(annID)), l)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range page.Items {
				got = append(got, r.ID)
			}
			if l.Cursor = page.Next; l.Cursor == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Error(got, want)
		}
	})
}

func TestATicketTellsWhoUsesAndWhoPays_R052(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.register(t, ticket.Input{CustomerID: personID, UserID: strayID, PayerID: firmID})
		got, err := h.Detail(actor.With(t.Context(), agentOf(annID)), tk.ID)
		if err != nil || got.Customer == nil || got.Customer.ID != personID || got.User == nil || got.User.ID != strayID || got.Payer == nil || got.Payer.ID != firmID {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestFaultCodesAreCountedWithTheTimeToRestore_R245(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ann := actor.With(t.Context(), agentOf(annID))
		since := noon.Add(-2 * time.Hour).Format(time.RFC3339)
		a := h.register(t, ticket.Input{Place: "Shop 3", Fields: map[string]string{"fault_code": "E14", "fault_since": since}})
		h.register(t, ticket.Input{Fields: map[string]string{"fault_code": "e14"}})
		h.register(t, ticket.Input{Fields: map[string]string{"fault_code": "E2"}})
		h.clock.Advance(time.Hour)
		if _, err := h.tickets.Change(ann, a.ID, 0, ticket.Patch{Status: new(ticket.StatusSolved), ResultCode: new("solved_fixed"), SpentAdd: 600, FirstContact: new(true)}); err != nil {
			t.Fatal(err)
		}
		p := desk.Period{From: noon.Add(-time.Hour), To: noon.Add(2 * time.Hour)}
		got, err := h.Faults(ann, p)
		if err != nil || len(got) != 2 || got[0] != (desk.FaultShare{Code: "e14", N: 2, Restored: 1, RestoreSeconds: 3 * 3600}) || got[1].Code != "e2" {
			t.Error(got, err)
		}
		all, err := h.Requests(ann, p)
		if err != nil || all.Total.N != 3 || all.Total.FirstContact != 1 || all.Total.SpentSeconds != 600 || all.Total.Ended != 1 {
			t.Errorf("%+v %v", all, err)
		}
		p.Place = "shop 3"
		if all, err = h.Requests(ann, p); err != nil || all.Total.N != 1 || all.ByPlace[0].Place != "Shop 3" {
			t.Errorf("%+v %v", all, err)
		}
		p.To = p.From
		if _, err := h.Faults(ann, p); err == nil {
			t.Error("an empty period was taken")
		}
	})
}
