package referral

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
)

// The bounds of what people type, in characters.
const (
	noteMost = 5000
	textMost = 5000
)

// State is how far a referral has come.
type State string

// The states.
const (
	Sent      State = "sent"
	Accepted  State = "accepted"
	Working   State = "working"
	Done      State = "done"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
)

// steps are the states that a report may bring from each state. Working may be
// reported again: it is how a dealer says how things stand.
var steps = map[State][]State{
	Sent:     {Accepted, Working, Done, Declined},
	Accepted: {Working, Done, Declined},
	Working:  {Working, Done, Declined},
}

// Open tells whether the dealer still has the matter.
func (s State) Open() bool { return len(steps[s]) > 0 }

// Next lists the states that may be reported next.
func (s State) Next() []State { return slices.Clone(steps[s]) }

// Referral is a ticket in the hands of a dealer.
type Referral struct {
	ID          int64      `db:"id"`
	TicketID    int64      `db:"ticket_id"`
	CustomerID  int64      `db:"customer_id"`
	DealerID    int64      `db:"dealer_id"`
	DealerName  string     `db:"dealer_name"` // as he was called then
	DealerPhone string     `db:"dealer_phone"`
	State       State      `db:"state"`
	Note        string     `db:"note"`    // what the dealer is to do
	Contact     string     `db:"contact"` // whom he is to call, and where
	Due         *time.Time `db:"due_at"`  // nil: none
	TokenHash   string     `db:"token_hash"`
	MailTo      string     `db:"mail_to"` // empty: the link is handed over by a person
	Locale      string     `db:"locale"`
	Told        bool       `db:"told"` // the customer is told how it stands
	ByID        int64      `db:"by_id"`
	ByName      string     `db:"by_name"`
	CreatedAt   time.Time  `db:"created_at"`
	UpdatedAt   time.Time  `db:"updated_at"`
}

// Step is one thing that was said about a referral.
type Step struct {
	ID         int64     `db:"id"`
	ReferralID int64     `db:"referral_id"`
	State      State     `db:"state"`
	Text       string    `db:"text"`
	By         string    `db:"by_kind"` // dealer or agent
	ByName     string    `db:"by_name"`
	At         time.Time `db:"at"`
}

// Late tells whether a referral is open beyond its time.
func (r Referral) Late(now time.Time) bool {
	return r.State.Open() && r.Due != nil && r.Due.Before(now)
}

// Input is a ticket to be forwarded.
type Input struct {
	DealerID     int64
	Note         string
	Contact      string
	Due          *time.Time
	TellCustomer bool
}

func (in Input) check(now time.Time) (Input, error) {
	in.Note, in.Contact = strings.TrimSpace(in.Note), strings.TrimSpace(in.Contact)
	var f fault.Fields
	if in.DealerID == 0 {
		f.Add("dealer_id", "field.required")
	}
	if in.Note == "" {
		f.Add("note", "field.required")
	}
	if utf8.RuneCountInString(in.Note) > noteMost {
		f.Add("note", "field.too_long", "max", noteMost)
	}
	if utf8.RuneCountInString(in.Contact) > noteMost {
		f.Add("contact", "field.too_long", "max", noteMost)
	}
	if in.Due != nil && !in.Due.After(now) {
		f.Add("due", "field.time_past")
	}
	return in, f.Err()
}

// report gives the referral as a report makes it.
func (r Referral) report(s State, text string, now time.Time) (Referral, error) {
	if !slices.Contains(steps[r.State], s) {
		return r, fault.Conflict("referral.step")
	}
	var f fault.Fields
	if s == Declined && strings.TrimSpace(text) == "" {
		f.Add("text", "referral.reason_required")
	}
	if utf8.RuneCountInString(text) > textMost {
		f.Add("text", "field.too_long", "max", textMost)
	}
	r.State, r.UpdatedAt = s, now
	if !s.Open() {
		r.TokenHash = ""
	}
	return r, f.Err()
}
