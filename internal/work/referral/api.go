package referral

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/offer/dealer"
	"heed/internal/people/identity"
	"heed/internal/platform/rest"
)

// referral is how a referral is written in the API.
type referral struct {
	ID           int64      `json:"id"`
	TicketID     int64      `json:"ticket_id"`
	DealerID     int64      `json:"dealer_id"`
	Dealer       string     `json:"dealer" doc:"As he was called then"`
	DealerPhone  string     `json:"dealer_phone"`
	State        State      `json:"state" enum:"sent,accepted,working,done,declined,withdrawn"`
	Open         bool       `json:"open"`
	Next         []State    `json:"next" doc:"What can be reported next"`
	Note         string     `json:"note"`
	Contact      string     `json:"contact"`
	Due          *time.Time `json:"due"`
	Late         bool       `json:"late"`
	MailedTo     string     `json:"mailed_to" doc:"Empty when the link is to be handed over by a person"`
	CustomerTold bool       `json:"customer_told"`
	By           string     `json:"by"`
	CreatedAt    time.Time  `json:"created_at"`
	UpdatedAt    time.Time  `json:"updated_at"`
	Steps        []step     `json:"steps"`
}

type step struct {
	State  State     `json:"state"`
	Text   string    `json:"text"`
	By     string    `json:"by" enum:"dealer,agent"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

func (s *Service) wire(r Referral, said []Step) referral {
	w := referral{
		ID: r.ID, TicketID: r.TicketID, DealerID: r.DealerID, Dealer: r.DealerName, State: r.State, Open: r.State.Open(), Next: r.State.Next(), Note: r.Note,
		Contact: r.Contact, Due: r.Due, Late: r.Late(s.clock.Now()), MailedTo: r.MailTo, CustomerTold: r.Told, By: r.ByName,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Steps: []step{},
	}
	if w.Next == nil {
		w.Next = []State{}
	}
	if r.DealerPhone != "" {
		w.DealerPhone = identity.ParsePhone(r.DealerPhone).Shown("")
	}
	for _, x := range said {
		w.Steps = append(w.Steps, step{x.State, x.Text, x.By, x.ByName, x.At})
	}
	return w
}

// Forwarded is a referral with the link for the dealer, which is shown once.
type Forwarded struct {
	referral
	Link string `json:"link"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type createIn struct {
	ID   int64 `path:"id"`
	Body struct {
		DealerID     int64      `json:"dealer_id"`
		Note         string     `json:"note" doc:"What the dealer is to do; he reads it"`
		Contact      string     `json:"contact,omitempty" doc:"Whom he is to call, and where; he reads it"`
		Due          *time.Time `json:"due,omitempty"`
		TellCustomer bool       `json:"tell_customer,omitempty" doc:"Write to the customer who looks after his matter, and how it stands"`
	}
}

type reportIn struct {
	ID   int64 `path:"id"`
	Body struct {
		State State  `json:"state" enum:"accepted,working,done,declined"`
		Text  string `json:"text,omitempty"`
	}
}

type withdrawIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

type ofDealerIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "referrals", Summary: summary, Module: dealer.Module}
	}
	forward, resend := op("create-referral", "Forward a ticket to a dealer"), op("resend-referral", "Mail the dealer a new link; the one before is void")
	forward.Status, forward.Secret, resend.Secret = 201, true, true
	rest.Post(r, "/tickets/{id}/referrals", forward, s.apiCreate)
	rest.Get(r, "/tickets/{id}/referrals", op("list-referrals-of-ticket", "To whom a ticket was forwarded, and what became of it"), s.apiOfTicket)
	rest.Get(r, "/dealers/{id}/referrals", op("list-referrals-of-dealer", "What was forwarded to a dealer"), s.apiOfDealer)
	rest.Post(r, "/referrals/{id}/report", op("report-referral", "Note what a dealer has told"), s.apiReport)
	rest.Post(r, "/referrals/{id}/withdraw", op("withdraw-referral", "Take a ticket back from a dealer"), s.apiWithdraw)
	rest.Post(r, "/referrals/{id}/resend", resend, s.apiResend)
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.Body[Forwarded], error) {
	r, link, err := s.Create(ctx, in.ID, Input(in.Body))
	return rest.Of(Forwarded{s.wire(r, nil), link}), err
}

func (s *Service) apiResend(ctx context.Context, in *idIn) (*rest.Body[Forwarded], error) {
	r, link, err := s.Resend(ctx, in.ID)
	return rest.Of(Forwarded{s.wire(r, nil), link}), err
}

func (s *Service) apiOfTicket(ctx context.Context, in *idIn) (*rest.List[referral], error) {
	all, err := s.OfTicket(ctx, in.ID)
	out := page.Of[referral]{Items: make([]referral, len(all))}
	for i, r := range all {
		out.Items[i] = s.wire(r.Referral, r.Steps)
	}
	return &rest.List[referral]{Body: out}, err
}

func (s *Service) apiOfDealer(ctx context.Context, in *ofDealerIn) (*rest.List[referral], error) {
	got, err := s.OfDealer(ctx, in.ID, in.Request())
	out := page.Of[referral]{Items: make([]referral, len(got.Items)), Next: got.Next}
	for i, r := range got.Items {
		out.Items[i] = s.wire(r, nil)
	}
	return &rest.List[referral]{Body: out}, err
}

func (s *Service) apiReport(ctx context.Context, in *reportIn) (*rest.Body[referral], error) {
	r, err := s.ReportFor(ctx, in.ID, in.Body.State, in.Body.Text)
	return rest.Of(s.wire(r, nil)), err
}

func (s *Service) apiWithdraw(ctx context.Context, in *withdrawIn) (*rest.Body[referral], error) {
	r, err := s.Withdraw(ctx, in.ID, in.Body.Reason)
	return rest.Of(s.wire(r, nil)), err
}
