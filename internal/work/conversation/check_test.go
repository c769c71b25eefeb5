package conversation_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"heed/internal/offer/canned"
	"heed/internal/offer/wording"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/work/conversation"
)

// templates stands in for the canned answers.
type templates struct{ sent []canned.Sent }

func (*templates) Untouched(_ context.Context, id, _ int64, plain string) (bool, error) {
	return id == 5 && plain == "We are looking into it. Kind regards", nil
}

func (x *templates) NoteSent(_ context.Context, sent canned.Sent) error {
	x.sent = append(x.sent, sent)
	return nil
}

// watch gives a house where "stupid" blocks and the mail has a signature.
func watch(t *testing.T, d *db.DB) (*house, *templates) {
	t.Helper()
	h, used := build(t, d), &templates{}
	words := wording.New(wording.Deps{DB: d, Journal: h.journal, Clock: h.clock})
	for word, severity := range map[string]wording.Severity{"stupid": wording.Block, "RMA": wording.Warn} {
		if _, err := words.Create(system(t), wording.Patch{Word: &word, Severity: &severity}); err != nil {
			t.Fatal(err)
		}
	}
	h.Service = conversation.New(conversation.Deps{
		DB: d, Journal: h.journal, Clock: h.clock, Tickets: h.tickets, Blobs: h.blobs, Presence: h.hub, Customer: customer, FileLimit: fileLimit,
		OwnAddresses: func(context.Context) ([]string, error) { return []string{serviceAddress}, nil },
		Words:        words, Templates: used,
		Letter: func(_ context.Context, o conversation.Outgoing) (conversation.Letter, error) {
			return conversation.Letter{From: "Service <" + serviceAddress + ">", Subject: "Re: " + o.Ticket.Subject, HTML: o.HTML + "<div>-- Ann</div>"}, nil
		},
	})
	return h, used
}

func eachWatched(t *testing.T, fn func(t *testing.T, h *house, used *templates)) {
	t.Helper()
	dbtest.Each(t, slices.Concat(migrations(), wording.Migrations()), func(t *testing.T, d *db.DB) {
		h, used := watch(t, d)
		fn(t, h, used)
	})
}

func TestAForbiddenWordBlocksAReplyAndAnotherWarns_R415(t *testing.T) {
	t.Parallel()
	eachWatched(t, func(t *testing.T, h *house, _ *templates) {
		tk := h.open(t, ann, "email", wangID, 0)
		p := conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "<p>What a <b>stu</b>pid question.</p>"}
		_, _, err := h.Post(as(t, ann), p)
		wantKey(t, err, "wording.forbidden")
		if got := h.list(t, ann, tk.ID); len(got) != 0 {
			t.Errorf("it was sent all the same: %+v", got)
		}
		c, err := h.CheckReply(as(t, ann), p)
		if err != nil || !c.Blocked || len(c.Findings) == 0 || c.Findings[0].Word != "stupid" {
			t.Errorf("the check says %+v, %v", c.Findings, err)
		}
		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "<p>stupid of me</p>"})

		p.HTML = "<p>Dear Ms Wang, your RMA is 7. Kind regards</p>"
		if c, err = h.CheckReply(as(t, ann), p); err != nil || c.Blocked || len(c.Findings) != 1 || c.Findings[0].Word != "RMA" {
			t.Errorf("a warning: %+v, %v", c, err)
		}
		h.post(t, ann, p)
		if c, err = h.CheckReply(as(t, ann), conversation.Post{TicketID: tk.ID, HTML: "<p>It goes out today.</p>"}); err != nil || len(c.Findings) != 0 {
			t.Errorf("a second reply needs no greeting: %+v, %v", c.Findings, err)
		}
	})
}

func TestTheCheckKnowsTheCustomersScript_R415(t *testing.T) {
	t.Parallel()
	eachWatched(t, func(t *testing.T, h *house, _ *templates) {
		tk := h.open(t, ann, "email", wangID, 0)
		h.receive(t, conversation.Mail{TicketID: tk.ID, CustomerID: wangID, Text: "這個門壞了，請問什麼時候來修？"})
		c, err := h.CheckReply(as(t, ann), conversation.Post{TicketID: tk.ID, HTML: "<p>您好，我們明天來修门，謝謝。</p>"})
		if err != nil || len(c.Findings) != 1 || c.Findings[0].Rule != wording.RuleScript || c.Findings[0].Word != "门" {
			t.Errorf("%+v, %v", c.Findings, err)
		}
	})
}

func TestThePreviewIsWhatTheCustomerWillSee_R424(t *testing.T) {
	t.Parallel()
	eachWatched(t, func(t *testing.T, h *house, _ *templates) {
		tk := h.open(t, ann, "email", wangID, 0)
		f := h.upload(t, ann, "plan.txt", "turn left")
		p := conversation.Post{TicketID: tk.ID, HTML: `<p onclick="x()">Good news<script>y</script></p>`, Cc: []string{otherAddress}, FileIDs: []int64{f.ID}}
		c, err := h.CheckReply(as(t, ann), p)
		if err != nil {
			t.Fatal(err)
		}
		if c.Letter.HTML != "<p>Good news</p><div>-- Ann</div>" || c.Letter.Subject != "Re: The pump leaks" || !strings.Contains(c.Letter.From, serviceAddress) {
			t.Errorf("%+v", c.Letter)
		}
		if !slices.Equal(c.Message.To, []string{wangAddress}) || !slices.Equal(c.Message.Cc, []string{otherAddress}) || len(c.Message.Files) != 1 {
			t.Errorf("%+v", c.Message)
		}
		if got := h.list(t, ann, tk.ID); len(got) != 0 {
			t.Error("the preview was stored")
		}
		// What is sent afterwards is the same.
		p.Kind = conversation.Reply
		m, _ := h.post(t, ann, p)
		out, err := h.ForMail(system(t), m.ID)
		if err != nil || out.HTML+"<div>-- Ann</div>" != c.Letter.HTML {
			t.Errorf("sent %q, shown %q, %v", out.HTML, c.Letter.HTML, err)
		}
		_, err = h.CheckReply(as(t, cleo), p)
		wantKey(t, err, "forbidden")
	})
}

func TestAnUntouchedTemplateIsToldAndCounted_R172(t *testing.T) {
	t.Parallel()
	eachWatched(t, func(t *testing.T, h *house, used *templates) {
		tk := h.open(t, ann, "email", wangID, 0)
		p := conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "<p>We are looking into it. Kind regards</p>", CannedID: 5}
		c, err := h.CheckReply(as(t, ann), p)
		if err != nil || !slices.ContainsFunc(c.Findings, func(f wording.Finding) bool { return f.Rule == wording.RuleUntouched }) {
			t.Errorf("no nudge: %+v, %v", c.Findings, err)
		}
		h.post(t, ann, p)
		p.HTML = "<p>We are looking into it. The seal comes tomorrow. Kind regards</p>"
		h.post(t, ann, p)
		p.CannedID, p.HTML = 0, "<p>My own words</p>"
		h.post(t, ann, p)
		want := []canned.Sent{{AgentID: annID, CannedID: 5, Untouched: true}, {AgentID: annID, CannedID: 5}, {AgentID: annID}}
		if !slices.Equal(used.sent, want) {
			t.Errorf("counted %+v", used.sent)
		}
		var said conversation.Said
		if evs := h.kinds(t, tk.ID); len(evs) != 3 || evs[0].Decode(&said) != nil || said.CannedID != 5 || !said.Untouched {
			t.Errorf("the event tells %+v", said)
		}
	})
}
