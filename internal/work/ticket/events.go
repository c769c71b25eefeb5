package ticket

import (
	"slices"
	"time"

	"heed/internal/kernel/event"
)

// About is the kind of thing that a ticket's events are about.
const About = "ticket"

// The kinds of events. They are never renamed, only added to.
const (
	EventCreated       = "ticket.created"
	EventAssigned      = "ticket.assigned" // owner or team or both
	EventStatusChanged = "ticket.status_changed"
	EventChanged       = "ticket.changed" // data: field → [old, new]
	EventTagged        = "ticket.tagged"
	EventSnoozed       = "ticket.snoozed"
	EventWoken         = "ticket.woken"
	// EventPreferredAway says that the customer's preferred agent was not there
	// when the ticket came.
	EventPreferredAway = "ticket.preferred_away"
)

// CreatedData is what ticket.created tells.
type CreatedData struct {
	Subject  string   `json:"subject"`
	Channel  string   `json:"channel"`
	Priority Priority `json:"priority"`
	Status   Status   `json:"status"`
	TeamID   int64    `json:"team_id"`
	OwnerID  int64    `json:"owner_id"`
	Tags     []string `json:"tags,omitempty"`

	TypeID       int64             `json:"type_id,omitempty"`
	Severity     int64             `json:"severity,omitempty"`
	UserID       int64             `json:"user_id,omitempty"`
	PayerID      int64             `json:"payer_id,omitempty"`
	Place        string            `json:"place,omitempty"`
	ProductID    int64             `json:"product_id,omitempty"`
	Fields       map[string]string `json:"fields,omitempty"`
	SpentSeconds int64             `json:"spent_seconds,omitempty"`
}

// AssignedData is what ticket.assigned tells; ids are 0 where there was or is none.
type AssignedData struct {
	From     int64  `json:"from"`
	To       int64  `json:"to"`
	TeamFrom int64  `json:"team_from"`
	TeamTo   int64  `json:"team_to"`
	Reason   string `json:"reason,omitempty"`
}

// StatusData is what ticket.status_changed tells. Waiting begins and ends with
// the times of these events.
type StatusData struct {
	From       Status `json:"from"`
	To         Status `json:"to"`
	ResultCode string `json:"result_code,omitempty"`
	ResultText string `json:"result_text,omitempty"`
	Reason     string `json:"reason,omitempty"`
	ResultNote string `json:"result_note,omitempty"` // stays among ourselves
}

// TaggedData is what ticket.tagged tells, tags as they were typed.
type TaggedData struct {
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
}

// SnoozedData is what ticket.snoozed tells.
type SnoozedData struct {
	Until  time.Time `json:"until"`
	Reason string    `json:"reason,omitempty"`
}

// PreferredAwayData is what ticket.preferred_away tells.
type PreferredAwayData struct {
	AgentID int64 `json:"agent_id"`
}

func (t Ticket) preferredAway(agent int64) event.New {
	return event.New{Kind: EventPreferredAway, About: t.ref(), Customer: t.CustomerID, Data: PreferredAwayData{agent}}
}

// ref points at the ticket.
func (t Ticket) ref() event.Ref { return event.Ref{Kind: About, ID: t.ID} }

func (t Ticket) created() event.New {
	return event.New{Kind: EventCreated, About: t.ref(), Customer: t.CustomerID, Data: CreatedData{
		t.Subject, t.Channel, t.Priority, t.Status, t.TeamID, t.OwnerID, t.Tags,
		t.TypeID, t.Severity, t.UserID, t.PayerID, t.Place, t.ProductID, t.Fields, t.SpentSeconds,
	}}
}

// difference tells as events what changed between two states of one ticket.
// Preview and counts of messages are told by the message's own event.
func difference(old, now Ticket, reason string) []event.New {
	var out []event.New
	add := func(kind string, data any) {
		out = append(out, event.New{Kind: kind, About: now.ref(), Customer: now.CustomerID, Data: data})
	}
	if old.OwnerID != now.OwnerID || old.TeamID != now.TeamID {
		add(EventAssigned, AssignedData{old.OwnerID, now.OwnerID, old.TeamID, now.TeamID, reason})
	}
	if old.Status != now.Status {
		add(EventStatusChanged, StatusData{old.Status, now.Status, now.ResultCode, now.ResultText, reason, now.ResultNote})
	}
	if fields := changedFields(old, now); len(fields) > 0 {
		add(EventChanged, fields)
	}
	if added, removed := without(now.Tags, old.Tags), without(old.Tags, now.Tags); len(added)+len(removed) > 0 {
		add(EventTagged, TaggedData{added, removed})
	}
	switch {
	case now.SnoozedUntil.Equal(old.SnoozedUntil):
	case now.SnoozedUntil.IsZero():
		add(EventWoken, nil)
	default:
		add(EventSnoozed, SnoozedData{now.SnoozedUntil, reason})
	}
	return out
}

func changedFields(old, now Ticket) map[string][2]any {
	fields := map[string][2]any{}
	note := func(name string, was, is any) {
		if was != is {
			fields[name] = [2]any{was, is}
		}
	}
	note("subject", old.Subject, now.Subject)
	note("priority", old.Priority, now.Priority)
	note("customer_id", old.CustomerID, now.CustomerID)
	note("organization_id", old.OrganizationID, now.OrganizationID)
	note("mailbox_id", old.MailboxID, now.MailboxID)
	note("type_id", old.TypeID, now.TypeID)
	note("severity", old.Severity, now.Severity)
	note("severity_reason", old.SeverityReason, now.SeverityReason)
	note("criticality", old.Criticality, now.Criticality)
	note("priority_by", old.PriorityBy, now.PriorityBy)
	note("priority_reason", old.PriorityReason, now.PriorityReason)
	note("user_id", old.UserID, now.UserID)
	note("payer_id", old.PayerID, now.PayerID)
	note("place", old.Place, now.Place)
	note("spent_seconds", old.SpentSeconds, now.SpentSeconds)
	note("first_contact", old.FirstContact, now.FirstContact)
	note("product_id", old.ProductID, now.ProductID)
	note("dealer_id", old.DealerID, now.DealerID)
	note("symptom", old.Symptom, now.Symptom)
	noteFields(old.Fields, now.Fields, note)
	if !slices.Equal(old.Checklist, now.Checklist) {
		fields["checklist"] = [2]any{old.Checklist, now.Checklist}
	}
	if old.Status == now.Status {
		note("result_code", old.ResultCode, now.ResultCode)
		note("result_text", old.ResultText, now.ResultText)
		note("result_note", old.ResultNote, now.ResultNote)
	}
	return fields
}

// noteFields tells each field of the type by itself, "" where it has no value:
// so the journal keeps what a change of the type takes away (R309).
func noteFields(old, now map[string]string, note func(name string, was, is any)) {
	for k, v := range old {
		note("fields."+k, v, now[k])
	}
	for k, v := range now {
		if _, ok := old[k]; !ok {
			note("fields."+k, "", v)
		}
	}
}

// without lists what is in a and not in b.
func without(a, b []string) []string {
	out := []string{}
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}
