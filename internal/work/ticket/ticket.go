package ticket

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters.
const (
	SubjectMost    = 300
	PreviewMost    = 200
	ResultTextMost = 4000
	ReasonMost     = 500
	PlaceMost      = 100
	SymptomMost    = 500
	TagMost        = 50
	TagsMost       = 30
)

// numberOffset keeps the first numbers from looking like a toy. A number is
// computed, so that no two transactions wait for one counter row.
const numberOffset = 10000

// By is who made a ticket, as he was called then.
type By struct {
	Kind actor.Kind `json:"kind"`
	ID   int64      `json:"id"`
	Name string     `json:"name"`
}

// Ticket is one request of a customer. Ids are 0 where there is none, times
// are zero where it has not happened.
type Ticket struct {
	ID             int64
	Subject        string
	Status         Status
	Priority       Priority
	Channel        string
	CustomerID     int64
	OrganizationID int64
	TeamID         int64 // 0: the firm's own queue
	OwnerID        int64 // 0: it sits in the queue of its team
	MailboxID      int64 // the mailbox it came by and is answered from
	Tags           []string
	ResultCode     string
	ResultText     string // may be shown to the customer
	SnoozedUntil   time.Time
	Preview        string // first line of the last message that is no note
	LastBy         string // customer, agent or system
	LastMessageAt  time.Time
	MessageCount   int64
	IncomingCount  int64
	CreatedBy      By
	CreatedAt      time.Time
	UpdatedAt      time.Time
	SolvedAt       time.Time
	ClosedAt       time.Time
	Begun          bool // somebody has worked on it: replied, or set in_progress
	Version        int64
	Judged
}

// Judged is what a ticket is about and how much hangs on it.
type Judged struct {
	TypeID         int64             // see work/tickettype; 0: nobody has said
	Severity       int64             // 1 is the worst, 4 the slightest, 0 nobody has judged (R310)
	SeverityReason string            // why it is the worst
	Criticality    int64             // how much hangs on the product: 1 to 3, 0 unknown
	PriorityBy     string            // ByRule or ByPerson
	PriorityReason string            // why a person overrides the rule (R311)
	Score          int64             // points of the rule; within one priority the higher come first
	UserID         int64             // the customer who uses it, when he is not who asks (R052)
	PayerID        int64             // the customer who pays
	Place          string            // shop, counter, room (R446)
	SpentSeconds   int64             // time spent on it (R314)
	FirstContact   bool              // settled in the moment in which it was registered (R296)
	Fields         map[string]string // what the type wants to be written down
	Checklist      []string          // keys of the steps that are done, in the type's order
	ProductID      int64
	DealerID       int64  // who works on it outside of the firm
	ResultNote     string // the part of the result that stays among ourselves (R313)
	Symptom        string
}

// Who has set the priority.
const (
	ByRule   = "rule"
	ByPerson = "person"
)

// Number is the number that people say and write: "10023".
func (t Ticket) Number() string { return strconv.FormatInt(t.ID+numberOffset, 10) }

// IDOf gives the id of the ticket with a number, 0 for what is no number.
func IDOf(number string) int64 {
	n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(number), "#"), 10, 64)
	if err != nil || n <= numberOffset {
		return 0
	}
	return n - numberOffset
}

// Shelf is where the ticket lies for the lists.
func (t Ticket) Shelf() Shelf { return shelfOf(t.Status, !t.SnoozedUntil.IsZero()) }

// CreatorID is the agent who registered the ticket, 0 when it was no agent.
func (t Ticket) CreatorID() int64 {
	if t.CreatedBy.Kind == actor.Agent {
		return t.CreatedBy.ID
	}
	return 0
}

// Allowed lists the states that a may set next.
func (t Ticket) Allowed(a actor.Actor) []Status {
	if !authority.Can(a, authority.TicketWork) {
		return []Status{}
	}
	return t.Status.Next()
}

// Visible tells whether a may see a ticket that lies in the team and was
// registered by the agent creator. hidden are the private teams that a is not in.
//
// An employee sees what he registered, wherever it has gone since (R064);
// everybody else sees all but the private teams of others.
func Visible(a actor.Actor, team, creator int64, hidden []int64) bool {
	switch {
	case authority.Can(a, authority.TicketView):
		return team == 0 || authority.SeesPrivateTeams(a) || !slices.Contains(hidden, team)
	case authority.Can(a, authority.TicketViewOwn):
		return creator != 0 && creator == a.ID
	}
	return false
}

// Input is a ticket to be registered.
type Input struct {
	Subject        string
	Channel        string
	Priority       Priority // empty: normal
	CustomerID     int64
	OrganizationID int64 // 0: the first organization of the customer, if he has one
	TeamID         int64
	OwnerID        int64
	MailboxID      int64
	Tags           []string
	TypeID         int64
	Severity       int64 // 0: the type's
	SeverityReason string
	Criticality    int64
	PriorityReason string
	UserID         int64
	PayerID        int64
	Place          string
	SpentSeconds   int64
	Fields         map[string]string
	Checklist      []string
	ProductID      int64
	Symptom        string
}

// open makes a ticket out of what was put in. What comes from outside (mail)
// is cut to size; what an agent types is refused with the reason instead.
func (in Input) open(by actor.Actor, now time.Time) (Ticket, error) {
	t := Ticket{
		Subject: oneLine(in.Subject), Status: StatusNew, Priority: in.Priority, Channel: in.Channel,
		CustomerID: in.CustomerID, OrganizationID: in.OrganizationID, TeamID: in.TeamID, OwnerID: in.OwnerID, MailboxID: in.MailboxID,
		LastBy: saidBy(by), LastMessageAt: now, CreatedBy: By{by.Kind, by.ID, by.Name}, CreatedAt: now, UpdatedAt: now, Version: 1,
		Judged: Judged{
			TypeID: in.TypeID, Severity: in.Severity, SeverityReason: oneLine(in.SeverityReason), Criticality: in.Criticality,
			PriorityBy: ByPerson, PriorityReason: oneLine(in.PriorityReason), UserID: in.UserID, PayerID: in.PayerID, Place: oneLine(in.Place),
			SpentSeconds: in.SpentSeconds, Fields: merged(nil, in.Fields), Checklist: tidyKeys(in.Checklist), ProductID: in.ProductID,
			Symptom: oneLine(in.Symptom),
		},
	}
	if t.Priority == "" {
		t.Priority, t.PriorityBy = Normal, ByRule
	}
	if by.Kind != actor.Agent {
		t.Subject, t.Place, t.Symptom = cut(t.Subject, SubjectMost), cut(t.Place, PlaceMost), cut(t.Symptom, SymptomMost)
	}
	var f fault.Fields
	if t.Subject == "" && by.Kind == actor.Agent {
		f.Add("subject", "field.required")
	}
	if t.Severity != worst {
		t.SeverityReason = ""
	} else if t.SeverityReason == "" && by.Kind == actor.Agent {
		f.Add("severity_reason", "ticket.severity_reason")
	}
	t.check(&f)
	if !slices.Contains(Channels(), t.Channel) {
		f.Add("channel", "field.unknown_value")
	}
	t.Tags = tidyTags(in.Tags, &f)
	if t.OwnerID != 0 {
		t.Status = StatusAssigned
	}
	return t, f.Err()
}

// saidBy is how an actor is called in last_by.
func saidBy(a actor.Actor) string {
	if a.Kind == actor.Contact {
		return "customer"
	}
	return string(a.Kind)
}

// check looks at what people type.
func (t Ticket) check(f *fault.Fields) {
	if utf8.RuneCountInString(t.Subject) > SubjectMost {
		f.Add("subject", "field.too_long", "max", SubjectMost)
	}
	if !t.Priority.Known() {
		f.Add("priority", "field.unknown_value")
	}
	for _, typed := range []struct {
		name, text string
		most       int
	}{
		{"result_text", t.ResultText, ResultTextMost},
		{"result_note", t.ResultNote, ResultTextMost},
		{"place", t.Place, PlaceMost},
		{"symptom", t.Symptom, SymptomMost},
		{"severity_reason", t.SeverityReason, ReasonMost},
		{"priority_reason", t.PriorityReason, ReasonMost},
	} {
		if utf8.RuneCountInString(typed.text) > typed.most {
			f.Add(typed.name, "field.too_long", "max", typed.most)
		}
	}
	if t.Severity < 0 || t.Severity > SeverityMost {
		f.Add("severity", "field.unknown_value")
	}
	if t.Criticality < 0 || t.Criticality > CriticalityMost {
		f.Add("criticality", "field.unknown_value")
	}
	if t.SpentSeconds < 0 || t.SpentSeconds > spentMost {
		f.Add("spent_seconds", "field.number_invalid")
	}
	if len(t.Fields) > fieldsMost {
		f.Add("fields", "field.too_many", "max", fieldsMost)
	}
	for key, value := range t.Fields {
		if utf8.RuneCountInString(value) > fieldMost {
			f.Add("fields."+key, "field.too_long", "max", fieldMost)
		}
	}
}

// The bounds of what is judged and written down.
const (
	SeverityMost    = 4
	CriticalityMost = 3
	spentMost       = 100 * 24 * 3600 // seconds
	fieldsMost      = 100
	fieldMost       = 2000 // characters
)

// worst is the severity that wants a reason (R310).
const worst = 1

// merged gives the fields with a change: an empty value takes a field away.
// What was given is not touched.
func merged(old, change map[string]string) map[string]string {
	out := make(map[string]string, len(old)+len(change))
	maps.Copy(out, old)
	for k, v := range change {
		if v = strings.TrimSpace(v); v == "" {
			delete(out, k)
			continue
		}
		out[k] = v
	}
	return out
}

// tidyKeys drops empty and doubled keys.
func tidyKeys(in []string) []string {
	out := []string{}
	for _, k := range in {
		if k = strings.TrimSpace(k); k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// tidyTags trims tags and drops empty ones and those that are another one in
// another writing; the first writing stays.
func tidyTags(in []string, f *fault.Fields) []string {
	out, seen := []string{}, map[string]bool{}
	for _, tag := range in {
		tag = oneLine(tag)
		folded := text.Fold(tag)
		if tag == "" || seen[folded] {
			continue
		}
		if utf8.RuneCountInString(tag) > TagMost {
			f.Add("tags", "field.too_long", "max", TagMost)
			break
		}
		seen[folded] = true
		out = append(out, tag)
	}
	if len(out) > TagsMost {
		f.Add("tags", "field.too_many", "max", TagsMost)
	}
	return out
}

// oneLine makes one line out of a text: no control characters, no double spaces.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// cut shortens s to at most n characters and shows that it did.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
