package referral

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/kernel/page"
	"heed/internal/offer/dealer"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

// Letter is the mail that hands a ticket to a dealer.
type Letter struct {
	To, Name string // the dealer's address and name
	Firm     string
	Number   string // of the ticket
	Subject  string
	Note     string
	Contact  string
	Due      *time.Time
	Link     string
	Locale   string
}

// Ports are what referrals ask of those who carry their words.
type Ports interface {
	// Mail has a letter mailed, inside a Write. It tells whether there is a
	// mailbox that can send.
	Mail(ctx context.Context, l Letter) (bool, error)
	// Tell writes to the customer of a ticket, in his language, inside a Write. It
	// tells whether he can be written to.
	Tell(ctx context.Context, t ticket.Ticket, words func(locale string) string) (bool, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Setting *setting.Service
	Tickets *ticket.Service
	Dealers *dealer.Service
	Ports   Ports
	// BaseURL is where the pages are, without a slash at the end.
	BaseURL func(ctx context.Context) string
}

// Service holds the use cases of referrals.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	setting *setting.Service
	tickets *ticket.Service
	dealers *dealer.Service
	ports   Ports
	baseURL func(ctx context.Context) string
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{d.DB, d.Journal, d.Clock, d.Setting, d.Tickets, d.Dealers, d.Ports, d.BaseURL}
}

// Path is where a dealer's page stands, followed by the token.
const Path = "/help/referral/"

// hashOf is the form in which a token is kept.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Create forwards a ticket to a dealer who is current (R305). The link is given
// once, for when nobody could mail it.
func (s *Service) Create(ctx context.Context, ticketID int64, in Input) (Referral, string, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Referral{}, "", err
	}
	in, err := in.check(s.clock.Now())
	if err != nil {
		return Referral{}, "", err
	}
	d, err := s.dealers.InForce(ctx, in.DealerID)
	if errors.Is(err, db.ErrNotFound) {
		var f fault.Fields
		f.Add("dealer_id", "field.not_found")
		err = f.Err()
	}
	if err != nil {
		return Referral{}, "", err
	}
	token, by := id.Secret(), actor.From(ctx)
	var r Referral
	err = s.db.Write(ctx, func(ctx context.Context) error {
		t, err := s.hand(ctx, ticketID, d)
		if err != nil {
			return err
		}
		r = Referral{
			TicketID: t.ID, CustomerID: t.CustomerID, DealerID: d.ID, DealerName: d.Name, DealerPhone: d.Phone, State: Sent, Note: in.Note,
			Contact: in.Contact, Due: in.Due, TokenHash: hashOf(token), MailTo: d.Email, Locale: d.Locale,
			ByID: by.ID, ByName: by.Name, CreatedAt: s.clock.Now(), UpdatedAt: s.clock.Now(),
		}
		if r, err = s.mail(ctx, r, t, token); err != nil {
			return err
		}
		if in.TellCustomer {
			if r.Told, err = s.ports.Tell(ctx, t, r.forwarded); err != nil {
				return err
			}
		}
		if r.ID, err = s.insert(ctx, r); err != nil {
			return err
		}
		if err := s.addStep(ctx, r, "", by); err != nil {
			return err
		}
		return s.journal.Record(ctx, r.event(EventSent, "", ""))
	})
	return r, s.link(ctx, token), err
}

// hand gives a ticket that may be forwarded to the dealer: it waits for him.
func (s *Service) hand(ctx context.Context, ticketID int64, d dealer.Dealer) (ticket.Ticket, error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return t, err
	}
	if !t.Status.Open() {
		return t, fault.Conflict("referral.ticket_ended")
	}
	open, err := s.openOf(ctx, ticketID)
	if err != nil {
		return t, err
	}
	if len(open) > 0 {
		return t, fault.Conflict("referral.open", "dealer", open[0].DealerName)
	}
	waits := ticket.StatusWaitingInternal
	p := ticket.Patch{DealerID: &d.ID, Reason: d.Name}
	if t.Status != waits {
		p.Status = &waits
	}
	return s.tickets.Change(ctx, ticketID, 0, p)
}

// mail has the dealer written to, if that can be.
func (s *Service) mail(ctx context.Context, r Referral, t ticket.Ticket, token string) (Referral, error) {
	if r.MailTo == "" {
		return r, nil
	}
	set, err := s.setting.Get(ctx)
	if err != nil {
		return r, err
	}
	if r.Locale == "" {
		r.Locale = set.Locale
	}
	sent, err := s.ports.Mail(ctx, Letter{
		To: r.MailTo, Name: r.DealerName, Firm: set.FirmName, Number: t.Number(), Subject: t.Subject, Note: r.Note, Contact: r.Contact,
		Due: r.Due, Link: s.link(ctx, token), Locale: r.Locale,
	})
	if !sent {
		r.MailTo = ""
	}
	return r, err
}

func (s *Service) link(ctx context.Context, token string) string {
	return strings.TrimSuffix(s.baseURL(ctx), "/") + Path + token
}

// Resend mails a new link to the dealer, as he is called now; the one before is void.
func (s *Service) Resend(ctx context.Context, referralID int64) (Referral, string, error) {
	token := id.Secret()
	var r Referral
	err := s.change(ctx, referralID, func(ctx context.Context, was Referral, t ticket.Ticket) (err error) {
		d, err := s.dealers.Get(ctx, was.DealerID)
		if err != nil {
			return err
		}
		r = was
		r.TokenHash, r.MailTo, r.Locale, r.UpdatedAt = hashOf(token), d.Email, d.Locale, s.clock.Now()
		if r, err = s.mail(ctx, r, t, token); err != nil {
			return err
		}
		return s.update(ctx, r, was.State)
	})
	return r, s.link(ctx, token), err
}

// Withdraw takes an open referral back.
func (s *Service) Withdraw(ctx context.Context, referralID int64, reason string) (Referral, error) {
	var r Referral
	err := s.change(ctx, referralID, func(ctx context.Context, was Referral, t ticket.Ticket) error {
		r = was
		r.State, r.TokenHash, r.UpdatedAt = Withdrawn, "", s.clock.Now()
		return s.settle(ctx, was, r, t, reason, EventWithdrawn, actor.From(ctx))
	})
	return r, err
}

// ReportFor notes what a dealer has told an agent, on the phone for example.
func (s *Service) ReportFor(ctx context.Context, referralID int64, state State, text string) (Referral, error) {
	var r Referral
	err := s.change(ctx, referralID, func(ctx context.Context, was Referral, t ticket.Ticket) (err error) {
		if r, err = was.report(state, text, s.clock.Now()); err != nil {
			return err
		}
		return s.settle(ctx, was, r, t, text, EventReported, actor.From(ctx))
	})
	return r, err
}

// change does something with an open referral for an agent who works on its ticket.
func (s *Service) change(ctx context.Context, referralID int64, do func(ctx context.Context, r Referral, t ticket.Ticket) error) error {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		r, err := s.find(ctx, referralID)
		if err != nil {
			return err
		}
		t, err := s.tickets.Get(ctx, r.TicketID)
		if err != nil {
			return err
		}
		if !r.State.Open() {
			return fault.Conflict("referral.step")
		}
		return do(ctx, r, t)
	})
}

// Report is what the dealer says on his page. A token that is not known or not
// good any more is the fault "referral.link_void".
func (s *Service) Report(ctx context.Context, token string, state State, text string) (Referral, error) {
	var r Referral
	err := s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.byToken(ctx, token)
		if err != nil {
			return err
		}
		// The dealer acts, with the rights that his link gives him: the ticket
		// he was handed, and nothing else.
		by := actor.Actor{Kind: actor.System, Name: was.DealerName}
		ctx = actor.With(ctx, by)
		t, err := s.tickets.Get(ctx, was.TicketID)
		if err != nil {
			return err
		}
		text = strings.TrimSpace(text)
		if r, err = was.report(state, text, s.clock.Now()); err != nil {
			return err
		}
		return s.settle(ctx, was, r, t, text, EventReported, by)
	})
	return r, err
}

// settle stores a referral in its new state and does what follows for the ticket
// and the customer.
func (s *Service) settle(ctx context.Context, was, r Referral, t ticket.Ticket, text, kind string, by actor.Actor) error {
	if err := s.update(ctx, r, was.State); err != nil {
		return err
	}
	if err := s.addStep(ctx, r, text, by); err != nil {
		return err
	}
	if !r.State.Open() {
		if err := s.release(ctx, t, r.DealerName); err != nil {
			return err
		}
	}
	if r.Told && r.State != was.State && (r.State == Accepted || r.State == Done) {
		if _, err := s.ports.Tell(ctx, t, r.progressed); err != nil {
			return err
		}
	}
	r.CustomerID = t.CustomerID // whom the ticket belongs to now
	return s.journal.Record(ctx, r.event(kind, text, sayer(by)))
}

// release gives a ticket back to its owner.
func (s *Service) release(ctx context.Context, t ticket.Ticket, dealer string) error {
	p := ticket.Patch{DealerID: new(int64), Reason: dealer}
	if t.Status == ticket.StatusWaitingInternal {
		at := ticket.StatusInProgress
		p.Status = &at
	}
	_, err := s.tickets.Change(ctx, t.ID, 0, p)
	return err
}

func sayer(by actor.Actor) string {
	if by.Kind == actor.Agent {
		return "agent"
	}
	return "dealer"
}

// View is a referral as the dealer sees it.
type View struct {
	Referral
	Number  string // of the ticket
	Subject string
	Firm    string
	Steps   []Step
}

// ByToken gives to whoever has the link what the dealer may see.
func (s *Service) ByToken(ctx context.Context, token string) (View, error) {
	r, err := s.byToken(ctx, token)
	if err != nil {
		return View{}, err
	}
	t, err := s.tickets.Get(actor.AsSystem(ctx), r.TicketID)
	if err != nil {
		return View{}, err
	}
	set, err := s.setting.Get(ctx)
	if err != nil {
		return View{}, err
	}
	all, err := s.stepsOf(ctx, []int64{r.ID})
	return View{r, t.Number(), t.Subject, set.FirmName, all}, err
}

func (s *Service) byToken(ctx context.Context, token string) (Referral, error) {
	r, err := s.findByHash(ctx, hashOf(token))
	if errors.Is(err, db.ErrNotFound) {
		err = fault.NotFound("referral.link_void")
	}
	return r, err
}

// Tracked is a referral with all that was said about it.
type Tracked struct {
	Referral
	Steps []Step
}

// OfTicket gives the referrals of a ticket that the actor may see, the last first.
func (s *Service) OfTicket(ctx context.Context, ticketID int64) ([]Tracked, error) {
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return nil, err
	}
	all, err := s.ofTicket(ctx, ticketID)
	if err != nil {
		return nil, err
	}
	return s.track(ctx, all)
}

func (s *Service) track(ctx context.Context, all []Referral) ([]Tracked, error) {
	out := make([]Tracked, len(all))
	ids := make([]int64, len(all))
	for i, r := range all {
		out[i], ids[i] = Tracked{Referral: r, Steps: []Step{}}, r.ID
	}
	said, err := s.stepsOf(ctx, ids)
	for _, x := range said {
		for i := range out {
			if out[i].ID == x.ReferralID {
				out[i].Steps = append(out[i].Steps, x)
			}
		}
	}
	return out, err
}

// OfDealer gives the referrals to a dealer, the last first. Whoever sees all
// tickets may see them; those of tickets that are hidden from him are left out.
func (s *Service) OfDealer(ctx context.Context, dealerID int64, req page.Request) (page.Of[Referral], error) {
	if err := authority.Require(ctx, authority.TicketView); err != nil {
		return page.Of[Referral]{}, err
	}
	rows, err := s.ofDealer(ctx, dealerID, req)
	if err != nil {
		return page.Of[Referral]{}, err
	}
	out := page.Cut(rows, req.Size(), func(r Referral) []any { return []any{r.ID} })
	seen := []Referral{}
	for _, r := range out.Items {
		switch _, err := s.tickets.Get(ctx, r.TicketID); {
		case err == nil:
			seen = append(seen, r)
		case !fault.Is(err, fault.KindNotFound):
			return out, err
		}
	}
	out.Items = seen
	return out, nil
}

// CustomerView is what a customer may know of who works on his matter.
type CustomerView struct {
	Dealer, Phone string
	State         State
	Since         time.Time
}

// ForCustomer tells who works on a ticket outside of the firm, false when nobody
// does. Whether the asker is the customer is for the caller to know.
func (s *Service) ForCustomer(ctx context.Context, ticketID int64) (CustomerView, bool, error) {
	open, err := s.openOf(ctx, ticketID)
	if err != nil || len(open) == 0 {
		return CustomerView{}, false, err
	}
	r := open[0]
	return CustomerView{r.DealerName, r.DealerPhone, r.State, r.UpdatedAt}, true, nil
}
