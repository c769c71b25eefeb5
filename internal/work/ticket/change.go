package ticket

import (
	"slices"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
)

// Patch is what is to be changed; nil leaves a thing as it is.
type Patch struct {
	Subject        *string
	Status         *Status
	ResultCode     *string
	ResultText     *string
	Priority       *Priority
	OwnerID        *int64 // 0: back into the queue
	TeamID         *int64 // 0: into the firm's own queue
	Tags           *[]string
	CustomerID     *int64
	OrganizationID *int64
	MailboxID      *int64
	SnoozedUntil   *time.Time // zero: wake
	TypeID         *int64     // 0: none
	Severity       *int64     // 0: not judged
	SeverityReason *string
	Criticality    *int64
	PriorityBy     *string // ByRule lets the rule decide again
	PriorityReason *string
	UserID         *int64
	PayerID        *int64
	Place          *string
	SpentSeconds   *int64
	SpentAdd       int64 // seconds to be added
	FirstContact   *bool
	Fields         map[string]string // merged; an empty value takes a field away
	Checklist      *[]string
	ProductID      *int64
	DealerID       *int64
	ResultNote     *string
	Symptom        *string
	Reason         string // why, for the timeline; never shown to the customer
}

// change gives the ticket as the patch makes it. by is the agent who becomes
// the owner when the new state means to take a ticket that nobody has, 0 for
// none. Whether owner, team and customer exist is the service's question.
func (t Ticket) change(p Patch, by int64, now time.Time) (Ticket, error) {
	n := t
	var f fault.Fields
	set(&n.TeamID, p.TeamID)
	set(&n.CustomerID, p.CustomerID)
	set(&n.OrganizationID, p.OrganizationID)
	set(&n.MailboxID, p.MailboxID)
	set(&n.ResultText, p.ResultText)
	set(&n.ResultNote, p.ResultNote)
	n.judge(p, &f)
	if p.Subject != nil {
		if n.Subject = oneLine(*p.Subject); n.Subject == "" {
			f.Add("subject", "field.required")
		}
	}
	if p.Tags != nil {
		n.Tags = tidyTags(*p.Tags, &f)
	}
	if utf8.RuneCountInString(p.Reason) > ReasonMost {
		f.Add("reason", "field.too_long", "max", ReasonMost)
	}
	if p.OwnerID != nil {
		n.own(*p.OwnerID)
	}
	if p.Status != nil && *p.Status != n.Status {
		if !p.Status.Known() {
			f.Add("status", "field.unknown_value")
			return t, f.Err()
		}
		if err := n.step(*p.Status, by, now); err != nil {
			return t, err
		}
	}
	n.result(p, &f)
	if p.SnoozedUntil != nil {
		n.snooze(*p.SnoozedUntil, now, &f)
	}
	n.check(&f)
	return n, f.Err()
}

// judge takes over what the patch says about the matter. The rule of
// priorities and what the type wants are asked afterwards.
func (t *Ticket) judge(p Patch, f *fault.Fields) {
	was := *t
	set(&t.TypeID, p.TypeID)
	set(&t.Severity, p.Severity)
	set(&t.Priority, p.Priority)
	set(&t.Criticality, p.Criticality)
	set(&t.UserID, p.UserID)
	set(&t.PayerID, p.PayerID)
	set(&t.SpentSeconds, p.SpentSeconds)
	set(&t.FirstContact, p.FirstContact)
	set(&t.ProductID, p.ProductID)
	set(&t.DealerID, p.DealerID)
	setLine(&t.Place, p.Place)
	setLine(&t.Symptom, p.Symptom)
	setLine(&t.SeverityReason, p.SeverityReason)
	if p.SpentAdd < 0 || p.SpentAdd > spentMost {
		f.Add("spent_seconds_add", "field.number_invalid")
	} else {
		t.SpentSeconds += p.SpentAdd
	}
	if p.Fields != nil {
		t.Fields = merged(t.Fields, p.Fields)
	}
	if p.Checklist != nil {
		t.Checklist = tidyKeys(*p.Checklist)
	}
	switch {
	case t.Severity != worst:
		t.SeverityReason = ""
	case was.Severity != worst && t.SeverityReason == "":
		if t.SeverityReason = oneLine(p.Reason); t.SeverityReason == "" {
			f.Add("severity_reason", "ticket.severity_reason")
		}
	}
	t.judgePriority(was, p, f)
}

// judgePriority notes whether the priority is a person's, and why.
func (t *Ticket) judgePriority(was Ticket, p Patch, f *fault.Fields) {
	if p.PriorityBy != nil && *p.PriorityBy != ByRule && *p.PriorityBy != ByPerson {
		f.Add("priority_by", "field.unknown_value")
	}
	setLine(&t.PriorityReason, p.PriorityReason)
	switch {
	case p.PriorityBy != nil && *p.PriorityBy == ByRule:
		t.PriorityBy = ByRule
	case p.Priority != nil && *p.Priority != was.Priority:
		t.PriorityBy = ByPerson
		if p.PriorityReason == nil {
			t.PriorityReason = oneLine(p.Reason)
		}
	}
	if t.PriorityBy != ByPerson {
		t.PriorityReason = ""
	}
}

// setLine sets a line of text.
func setLine(field *string, to *string) {
	if to != nil {
		*field = oneLine(*to)
	}
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// own gives the ticket to an agent, or with 0 back to the queue.
func (t *Ticket) own(agent int64) {
	t.OwnerID = agent
	switch {
	case agent != 0 && t.Status == StatusNew:
		t.Status = StatusAssigned
	case agent == 0 && t.Status == StatusAssigned:
		t.Status = StatusNew
	}
}

// step sets a state as a person does. Going to the state that giving an owner
// has just led to is no second step.
func (t *Ticket) step(to Status, by int64, now time.Time) error {
	if !t.Status.mayBecome(to) {
		return fault.Conflict("ticket.illegal_transition", "from", t.Status, "to", to)
	}
	if t.OwnerID == 0 && to.takes() {
		t.OwnerID = by
	}
	if to == StatusAssigned && t.OwnerID == 0 {
		var f fault.Fields
		f.Add("owner_id", "field.required")
		return f.Err()
	}
	t.become(to, now)
	return nil
}

// become carries out what belongs to a state.
func (t *Ticket) become(to Status, now time.Time) {
	t.Status = to
	switch to {
	case StatusInProgress:
		t.Begun = true
	case StatusSolved:
		t.SolvedAt = now
	case StatusClosed, StatusCancelled:
		t.ClosedAt = now
	case StatusReopened:
		t.Begun = true
		t.ResultCode, t.ResultText, t.ResultNote = "", "", ""
		t.SolvedAt, t.ClosedAt = time.Time{}, time.Time{}
		t.FirstContact = false
	default: // being new, assigned or waiting is all that there is to it
	}
	if !to.Open() {
		t.SnoozedUntil = time.Time{}
	}
}

// result keeps the rule that a ticket has a result if and only if it has ended (R313).
func (t *Ticket) result(p Patch, f *fault.Fields) {
	if !t.Status.Open() {
		set(&t.ResultCode, p.ResultCode)
		switch {
		case t.ResultCode == "":
			f.Add("result_code", "ticket.result_required")
		case !slices.Contains(Results(), t.ResultCode):
			f.Add("result_code", "field.unknown_value")
		}
		return
	}
	if given(p.ResultCode) || given(p.ResultText) || given(p.ResultNote) {
		f.Add("result_code", "ticket.result_too_early")
	}
	t.ResultCode, t.ResultText, t.ResultNote = "", "", ""
}

func given(text *string) bool { return text != nil && *text != "" }

// snooze puts an open ticket out of sight until a time in the future, or with
// the zero time brings it back.
func (t *Ticket) snooze(until, now time.Time, f *fault.Fields) {
	until = until.UTC().Truncate(time.Microsecond)
	switch {
	case until.IsZero():
		t.SnoozedUntil = time.Time{}
	case !t.Status.Open():
		f.Add("snoozed_until", "ticket.snooze_ended")
	case !until.After(now):
		f.Add("snoozed_until", "field.time_past")
	default:
		t.SnoozedUntil = until
	}
}

// Kinds of things that are said.
const (
	SaidIncoming = "incoming" // the customer's words
	SaidReply    = "reply"    // to the customer
	SaidNote     = "note"     // among ourselves
)

// Said is a message that has joined the conversation.
type Said struct {
	By      string // customer, agent or system
	Kind    string // incoming, reply or note
	Preview string // its first line; not used for a note
	At      time.Time
	// Automatic mail (vacation answers, our own acknowledgement) is counted but
	// is nobody's wish: it changes no state and wakes nothing.
	Automatic bool
}

// heard gives the ticket after a message. by is the agent who wrote a reply
// and becomes the owner of a ticket that nobody has, 0 for none.
func (t Ticket) heard(s Said, by int64, now time.Time) Ticket {
	n := t
	n.MessageCount++
	if s.Kind == SaidIncoming {
		n.IncomingCount++
	}
	if s.Kind == SaidNote {
		return n // its words must not show where notes may not be read
	}
	n.Preview, n.LastBy = cut(oneLine(s.Preview), PreviewMost), s.By
	if s.At.After(n.LastMessageAt) || n.MessageCount == 1 {
		n.LastMessageAt = s.At
	}
	if s.Automatic {
		return n
	}
	switch {
	case s.Kind == SaidIncoming:
		n.answer(now)
	case s.Kind == SaidReply && s.By == "agent":
		if n.OwnerID == 0 {
			n.own(by)
		}
		n.Begun = true
		if n.Status == StatusNew || n.Status == StatusAssigned || n.Status == StatusReopened {
			n.become(StatusInProgress, now)
		}
	}
	return n
}

// answer is what a customer's message does to the state.
func (t *Ticket) answer(now time.Time) {
	t.SnoozedUntil = time.Time{}
	switch {
	case t.Status == StatusWaitingCustomer && t.Begun:
		t.become(StatusInProgress, now)
	case t.Status == StatusWaitingCustomer && t.OwnerID != 0:
		t.become(StatusAssigned, now)
	case t.Status == StatusWaitingCustomer:
		t.become(StatusNew, now)
	case t.Status.Open() || t.Status == StatusCancelled && t.ResultCode == spam:
	default:
		t.become(StatusReopened, now)
	}
}
