package need

import (
	"context"
	"html"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/authority"
	"heed/internal/platform/i18n"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// Question is what a customer is asked: the words of a reply and its link.
type Question struct {
	URL       string
	HTML      string
	ExpiresAt time.Time
	Sent      bool
}

// Ask makes a link by which the customer confirms or corrects our restatement
// (R103), and the words around it. With send they go to him as a reply of the
// actor's; without, the actor puts them into his own.
func (s *Service) Ask(ctx context.Context, ticketID int64, send bool) (Question, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Question{}, err
	}
	name, locale, err := s.talk.Addressed(ctx, ticketID)
	if err != nil {
		return Question{}, err
	}
	var out Question
	err = s.db.Write(ctx, func(ctx context.Context) error {
		n, t, _, err := s.load(ctx, ticketID)
		if err != nil {
			return err
		}
		if n.Restatement == "" {
			var f fault.Fields
			f.Add("restatement", "need.restatement_required")
			return f.Err()
		}
		if err := s.replaceLinks(ctx, ticketID); err != nil {
			return err
		}
		token, now := id.Token(), s.clock.Now()
		l := Link{
			TicketID: ticketID, Hash: hashOf(token), Restatement: n.Restatement, Locale: locale, CreatedAt: now, ExpiresAt: now.Add(linkLife), State: LinkOpen,
		}
		if err := s.insertLink(ctx, l); err != nil {
			return err
		}
		out = Question{URL: s.link(token), ExpiresAt: l.ExpiresAt, Sent: send}
		out.HTML = letter(locale, "need.letter.confirm", map[string]string{"name": name, "words": n.Restatement, "url": out.URL})
		if send {
			if err := s.talk.Reply(ctx, ticketID, out.HTML); err != nil {
				return err
			}
		}
		return s.journal.Record(ctx, about(ticketID, t.CustomerID, EventAsked, nil))
	})
	return out, err
}

// letter fills a text of our own that is HTML with texts of others that are not.
func letter(locale, key string, params map[string]string) string {
	safe := make(map[string]any, len(params))
	for k, v := range params {
		safe[k] = strings.ReplaceAll(html.EscapeString(v), "\n", "<br>")
	}
	return i18n.T(locale, key, safe)
}

// Asked is what a customer sees at his link.
type Asked struct {
	State       LinkState
	Restatement string
	Number      string // of the ticket
	Subject     string
	Locale      string // the language in which he was asked
	ExpiresAt   time.Time
	UsedAt      time.Time // zero: not answered
}

// ByToken gives what the customer was asked, whatever has become of it. Whoever
// has the token may see that; nobody need be signed in. Fault: "need.link_unknown".
func (s *Service) ByToken(ctx context.Context, token string) (Asked, error) {
	l, t, err := s.open(ctx, token)
	if err != nil {
		return Asked{}, err
	}
	return Asked{l.at(s.clock.Now()), l.Restatement, t.Number(), t.Subject, l.Locale, l.ExpiresAt, l.UsedAt}, nil
}

// open gives a link with its ticket, whoever asks.
func (s *Service) open(ctx context.Context, token string) (Link, ticket.Ticket, error) {
	l, err := s.findLink(ctx, hashOf(token))
	if err != nil {
		return l, ticket.Ticket{}, unknown(err)
	}
	t, err := s.tickets.Get(actor.AsSystem(ctx), l.TicketID)
	return l, t, unknown(err)
}

func unknown(err error) error {
	if fault.Is(err, fault.KindNotFound) {
		return fault.NotFound("need.link_unknown")
	}
	return err
}

// Confirm is the customer's yes (R103). Faults: "need.link_unknown",
// "need.link_used", "need.link_expired", "need.link_replaced".
func (s *Service) Confirm(ctx context.Context, token string) error {
	return s.answer(ctx, token, true, "")
}

// Correct is the customer's no, with what he means instead (R431). It is added
// to the conversation. Faults as of Confirm, and of the field text.
func (s *Service) Correct(ctx context.Context, token, text string) error {
	return s.answer(ctx, token, false, text)
}

func (s *Service) answer(ctx context.Context, token string, yes bool, text string) error {
	l, t, err := s.open(ctx, token)
	if err != nil {
		return err
	}
	state, now, who := LinkConfirmed, s.clock.Now(), By{ByCustomer, t.CustomerID, ""}
	if !yes {
		state = LinkCorrected
	}
	system := actor.AsSystem(ctx)
	if who.Name, _, err = s.talk.Addressed(system, t.ID); err != nil {
		return err
	}
	return s.db.Write(system, func(ctx context.Context) error {
		if l, err = s.findLink(ctx, l.Hash); err != nil {
			return unknown(err)
		}
		if err := l.usable(now); err != nil {
			return err
		}
		err := s.change(ctx, t.ID, 0, func(_ context.Context, old Need, _ ticket.Ticket, _ tickettype.Type) (Need, []event.New, error) {
			n, err := old.confirm(yes, text, "link", who, now)
			return n, []event.New{confirmed(n, t.CustomerID, yes, "link", who)}, err
		}, actor.Actor{Kind: actor.Contact, ID: who.ID, Name: who.Name})
		if err != nil {
			return err
		}
		if err := s.useLink(ctx, l.ID, state, now); err != nil {
			return err
		}
		if !yes {
			return s.talk.Heard(ctx, t.ID, text)
		}
		return s.takeUp(ctx, t.ID)
	})
}

// takeUp ends the waiting for the customer: what we waited for has come.
func (s *Service) takeUp(ctx context.Context, ticketID int64) error {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil || t.Status != ticket.StatusWaitingCustomer || !t.Begun {
		return err
	}
	on := ticket.StatusInProgress
	_, err = s.tickets.Change(ctx, ticketID, 0, ticket.Patch{Status: &on})
	return err
}

// Proposal is something else than what the customer asked for, and why.
type Proposal struct {
	HTML         string
	Completeness int
}

// Propose gives the words that propose an alternative and cite the problem that
// it solves (R285). As long as too little is known it wants a reason (R286).
func (s *Service) Propose(ctx context.Context, ticketID int64, alternative, reason string) (Proposal, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Proposal{}, err
	}
	_, locale, err := s.talk.Addressed(ctx, ticketID)
	if err != nil {
		return Proposal{}, err
	}
	var out Proposal
	err = s.change(ctx, ticketID, 0, func(_ context.Context, n Need, t ticket.Ticket, typ tickettype.Type) (Need, []event.New, error) {
		var f fault.Fields
		if line(&f, "alternative", &alternative, &alternative, StepMost); alternative == "" {
			f.Add("alternative", "field.required")
		}
		if n.Ladder.Problem == "" {
			f.Add("ladder.problem", "need.problem_required")
		}
		percent, _ := n.Completeness(typ, t.Fields)
		early(&f, percent, &reason)
		if err := f.Err(); err != nil {
			return n, nil, err
		}
		n.Ladder.Alternatives = append(n.Ladder.Alternatives, alternative)
		n.Ladder = n.Ladder.tidy(&f)
		out = Proposal{Completeness: percent, HTML: letter(locale, "need.letter.proposal", map[string]string{
			"asked": either(n.Ladder.Asked, t.Subject), "problem": n.Ladder.Problem, "alternative": alternative,
		})}
		told := ProposedData{alternative, n.Ladder.Problem, percent, reason}
		return n, []event.New{about(ticketID, t.CustomerID, EventProposed, told)}, f.Err()
	})
	return out, err
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// early adds the fault of recommending before enough is known without a reason.
func early(f *fault.Fields, percent int, reason *string) {
	if line(f, "reason", reason, reason, ReasonMost); percent < enough && *reason == "" {
		f.Add("reason", "need.incomplete", "percent", percent, "enough", enough)
	}
}

// Recommend notes that something is recommended or quoted on a ticket. Below the
// completeness that is enough it is the fault "need.incomplete" of the field
// reason, unless there is one (R286), which is told on the ticket.
func (s *Service) Recommend(ctx context.Context, ticketID int64, what, reason string) error {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return err
	}
	n, t, typ, err := s.load(ctx, ticketID)
	if err != nil {
		return err
	}
	percent, _ := n.Completeness(typ, t.Fields)
	var f fault.Fields
	if line(&f, "what", &what, &what, StepMost); what == "" {
		f.Add("what", "field.required")
	}
	early(&f, percent, &reason)
	if err := f.Err(); err != nil || percent >= enough {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		return s.journal.Record(ctx, about(ticketID, t.CustomerID, EventProposed, ProposedData{what, n.Ladder.Problem, percent, reason}))
	})
}
