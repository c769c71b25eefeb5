package conversation

import (
	"context"
	"errors"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/offer/canned"
	"heed/internal/offer/wording"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
	"heed/internal/work/ticket"
)

// Words says what must not be written to customers; offer/wording does.
type Words interface {
	// Check gives what is to be said about a reply.
	Check(ctx context.Context, r wording.Reply) ([]wording.Finding, error)
	// Allow is a fault for a reply that must not go.
	Allow(ctx context.Context, r wording.Reply) error
}

// Templates knows the canned answers that replies are made of; offer/canned does.
type Templates interface {
	// Untouched tells whether a plain text is the answer as it came.
	Untouched(ctx context.Context, cannedID, ticketID int64, plain string) (bool, error)
	// NoteSent counts a reply that has been sent, in the caller's transaction.
	NoteSent(ctx context.Context, sent canned.Sent) error
}

// Letter is a reply as it will lie before the customer.
type Letter struct {
	From    string // name and address
	Subject string
	HTML    string // with signature
}

// Checked is what is to be known of a reply before it goes.
type Checked struct {
	Findings []wording.Finding
	Blocked  bool // it would be refused
	Message  Message
	Letter   Letter
}

// CheckReply says what is to be said about a reply that has not been sent
// (R415), and gives it exactly as the customer will see it (R424). Nothing is
// stored. Faults are those of sending it, but for the words.
func (s *Service) CheckReply(ctx context.Context, p Post) (Checked, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Checked{}, err
	}
	t, err := s.tickets.Get(ctx, p.TicketID)
	if err != nil {
		return Checked{}, err
	}
	p.Kind = Reply
	var out Checked
	if out.Message, err = s.compose(ctx, t, p); err != nil {
		return out, err
	}
	out.Letter, err = s.preview(ctx, t, out.Message)
	if err != nil || s.words == nil {
		return out, err
	}
	r, err := s.reviewed(ctx, out.Message)
	if err != nil {
		return out, err
	}
	if out.Message.Untouched, err = s.untouched(ctx, p.CannedID, out.Message); err != nil {
		return out, err
	}
	r.Untouched = out.Message.Untouched
	out.Findings, err = s.words.Check(ctx, r)
	for _, f := range out.Findings {
		out.Blocked = out.Blocked || f.Severity == wording.Block && out.Message.Travels()
	}
	return out, err
}

// preview gives the letter of a composed reply. What is spoken is no letter.
func (s *Service) preview(ctx context.Context, t ticket.Ticket, m Message) (Letter, error) {
	html := withoutRemote(m.HTML)
	if !m.Travels() || s.letter == nil {
		return Letter{HTML: html}, nil
	}
	o := Outgoing{Message: m, Ticket: t, HTML: html, Text: m.Text, Files: m.Files}
	answering, err := s.lastIncoming(ctx, t.ID, last)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return Letter{}, err
	}
	o.Answering = answering
	return s.letter(ctx, o)
}

// reviewed is a composed reply as the check of words wants it.
func (s *Service) reviewed(ctx context.Context, m Message) (wording.Reply, error) {
	r := wording.Reply{Text: m.Text, Lang: m.Lang, Spoken: !m.Travels()}
	theirs, err := s.lastIncoming(ctx, m.TicketID, last)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return r, err
	}
	r.Theirs = theirs.Lang
	r.Strays = strays(m.Text, r.Theirs)
	answered, err := s.answered(ctx, m.TicketID)
	r.First = !answered
	return r, err
}

// allow refuses a reply of an agent that says what must not be said. What was
// spoken has been said already, and what the program writes the firm has written.
func (s *Service) allow(ctx context.Context, m Message) error {
	if s.words == nil || !m.Travels() || m.Automatic || actor.From(ctx).Kind != actor.Agent {
		return nil
	}
	return s.words.Allow(ctx, wording.Reply{Text: m.Text, Lang: m.Lang})
}

// untouched tells whether a composed reply is a canned answer and nothing else.
func (s *Service) untouched(ctx context.Context, cannedID int64, m Message) (bool, error) {
	if s.templates == nil || cannedID == 0 || m.Kind != Reply {
		return false, nil
	}
	return s.templates.Untouched(ctx, cannedID, m.TicketID, m.Text)
}

// noteSent counts a reply of an agent by the canned answer that it was made of.
func (s *Service) noteSent(ctx context.Context, m Message) error {
	if s.templates == nil || m.Kind != Reply || m.Automatic || m.Author.Kind != string(actor.Agent) {
		return nil
	}
	return s.templates.NoteSent(ctx, canned.Sent{AgentID: m.Author.ID, CannedID: m.CannedID, Untouched: m.Untouched})
}

// strays are the characters of one Chinese script in a text of the other: of
// the one that the customer does not write, else of the rarer one. Up to ten.
func strays(text, theirs string) string {
	scripts := scriptOf()
	var simplified, traditional []rune
	for _, r := range text {
		switch sign(scripts[r]) {
		case -1:
			simplified = append(simplified, r)
		case 1:
			traditional = append(traditional, r)
		}
	}
	if len(simplified) == 0 || len(traditional) == 0 {
		return ""
	}
	list := simplified
	if theirs == "zh-CN" || theirs != "zh-TW" && len(traditional) < len(simplified) {
		list = traditional
	}
	var out strings.Builder
	n := 0
	for _, r := range list {
		if n < 10 && !strings.ContainsRune(out.String(), r) {
			out.WriteRune(r)
			n++
		}
	}
	return out.String()
}
