package ticket

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

// TicketCore is how a ticket is written in the API by the slices that change
// it. What the page shows beside it (names, unread, draft) is told by
// insight/desk.
type TicketCore struct { //nolint:revive // the schema of this name in the API's document; names there have no package
	ID             int64      `json:"id"`
	Number         string     `json:"number" doc:"What people say and write"`
	Subject        string     `json:"subject"`
	Status         Status     `json:"status" enum:"new,assigned,in_progress,waiting_customer,waiting_internal,solved,closed,reopened,cancelled"`
	Priority       Priority   `json:"priority" enum:"low,normal,high,urgent"`
	Channel        string     `json:"channel"`
	CustomerID     *int64     `json:"customer_id"`
	OrganizationID *int64     `json:"organization_id"`
	TeamID         *int64     `json:"team_id"`
	OwnerID        *int64     `json:"owner_id"`
	MailboxID      *int64     `json:"mailbox_id"`
	Tags           []string   `json:"tags"`
	ResultCode     *string    `json:"result_code"`
	ResultText     string     `json:"result_text"`
	SnoozedUntil   *time.Time `json:"snoozed_until"`
	Preview        string     `json:"preview" doc:"First line of the last message"`
	LastBy         string     `json:"last_by" enum:"customer,agent,system"`
	LastMessageAt  time.Time  `json:"last_message_at"`
	MessageCount   int64      `json:"message_count"`
	CreatedBy      By         `json:"created_by"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
	SolvedAt       *time.Time `json:"solved_at"`
	ClosedAt       *time.Time `json:"closed_at"`
	Allowed        []Status   `json:"allowed" doc:"The states that the caller may set next"`
	Version        int64      `json:"version"`
	Facts
}

// Facts is what a ticket is about, as the API writes it.
type Facts struct {
	TypeID         *int64            `json:"type_id"`
	Severity       *int64            `json:"severity" doc:"1 is the worst, 4 the slightest; null: nobody has judged"`
	SeverityReason string            `json:"severity_reason"`
	Criticality    int64             `json:"criticality" doc:"How much hangs on the product, 1 to 3; 0 unknown"`
	PriorityBy     string            `json:"priority_by" enum:"rule,person"`
	PriorityReason string            `json:"priority_reason"`
	Score          int64             `json:"score" doc:"Points of the rule of priorities"`
	UserID         *int64            `json:"user_id" doc:"The customer who uses it"`
	PayerID        *int64            `json:"payer_id" doc:"The customer who pays"`
	Place          string            `json:"place"`
	SpentSeconds   int64             `json:"spent_seconds"`
	FirstContact   bool              `json:"first_contact"`
	Fields         map[string]string `json:"fields" doc:"What the type wants to be written down"`
	Checklist      []string          `json:"checklist" doc:"Keys of the steps that are done"`
	ProductID      *int64            `json:"product_id"`
	DealerID       *int64            `json:"dealer_id"`
	ResultNote     string            `json:"result_note" doc:"The part of the result that stays among ourselves; empty for who may not read notes"`
	Symptom        string            `json:"symptom"`
}

// FactsFor writes what a ticket is about for an actor.
func FactsFor(t Ticket, a actor.Actor) Facts {
	f := Facts{
		TypeID: orNull(t.TypeID), Severity: orNull(t.Severity), SeverityReason: t.SeverityReason, Criticality: t.Criticality,
		PriorityBy: t.PriorityBy, PriorityReason: t.PriorityReason, Score: t.Score, UserID: orNull(t.UserID), PayerID: orNull(t.PayerID),
		Place: t.Place, SpentSeconds: t.SpentSeconds, FirstContact: t.FirstContact, Fields: t.Fields, Checklist: t.Checklist,
		ProductID: orNull(t.ProductID), DealerID: orNull(t.DealerID), ResultNote: t.ResultNote, Symptom: t.Symptom,
	}
	if !authority.Can(a, authority.NoteRead) {
		f.ResultNote, f.SeverityReason, f.PriorityReason = "", "", ""
	}
	return f
}

// Core writes a ticket for an actor.
func Core(t Ticket, a actor.Actor) TicketCore {
	return TicketCore{
		ID: t.ID, Number: t.Number(), Subject: t.Subject, Status: t.Status, Priority: t.Priority, Channel: t.Channel,
		CustomerID: orNull(t.CustomerID), OrganizationID: orNull(t.OrganizationID), TeamID: orNull(t.TeamID), OwnerID: orNull(t.OwnerID),
		MailboxID: orNull(t.MailboxID), Tags: t.Tags, ResultCode: orNull(t.ResultCode), ResultText: t.ResultText,
		SnoozedUntil: orNull(t.SnoozedUntil), Preview: t.Preview, LastBy: t.LastBy, LastMessageAt: t.LastMessageAt, MessageCount: t.MessageCount,
		CreatedBy: t.CreatedBy, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, SolvedAt: orNull(t.SolvedAt), ClosedAt: orNull(t.ClosedAt),
		Allowed: t.Allowed(a), Version: t.Version, Facts: FactsFor(t, a),
	}
}

// orNull is nil for "none".
func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// nullable is what a field of an edit says: nil when it was left out, and for null
// the zero value, which is "none" throughout.
func nullable[T any](n rest.Nullable[T]) *T {
	if !n.Set {
		return nil
	}
	return &n.V
}

// ticketPatch is what is to be changed; what is absent stays.
type ticketPatch struct {
	Subject        *string                  `json:"subject,omitempty"`
	Status         *string                  `json:"status,omitempty"`
	ResultCode     *string                  `json:"result_code,omitempty"`
	ResultText     *string                  `json:"result_text,omitempty" doc:"May be shown to the customer"`
	Priority       *string                  `json:"priority,omitempty"`
	OwnerID        rest.Nullable[int64]     `json:"owner_id,omitzero" doc:"null: back into the queue"`
	TeamID         rest.Nullable[int64]     `json:"team_id,omitzero" doc:"null: the firm's own queue"`
	Tags           *[]string                `json:"tags,omitempty"`
	CustomerID     rest.Nullable[int64]     `json:"customer_id,omitzero"`
	OrganizationID rest.Nullable[int64]     `json:"organization_id,omitzero"`
	MailboxID      rest.Nullable[int64]     `json:"mailbox_id,omitzero"`
	SnoozedUntil   rest.Nullable[time.Time] `json:"snoozed_until,omitzero" doc:"null: wake"`
	Reason         string                   `json:"reason,omitempty" doc:"Why, for the timeline; never shown to the customer"`
	TypeID         rest.Nullable[int64]     `json:"type_id,omitzero"`
	Severity       rest.Nullable[int64]     `json:"severity,omitzero" doc:"1 needs severity_reason"`
	SeverityReason *string                  `json:"severity_reason,omitempty"`
	Criticality    *int64                   `json:"criticality,omitempty"`
	PriorityBy     *string                  `json:"priority_by,omitempty" doc:"rule: let the rule decide again"`
	PriorityReason *string                  `json:"priority_reason,omitempty" doc:"Why the priority is not the rule's"`
	UserID         rest.Nullable[int64]     `json:"user_id,omitzero"`
	PayerID        rest.Nullable[int64]     `json:"payer_id,omitzero"`
	Place          *string                  `json:"place,omitempty"`
	SpentSeconds   *int64                   `json:"spent_seconds,omitempty"`
	SpentAdd       int64                    `json:"spent_seconds_add,omitempty" doc:"To be added to the time spent"`
	FirstContact   *bool                    `json:"first_contact,omitempty"`
	Fields         map[string]string        `json:"fields,omitempty" doc:"Merged into what there is; an empty value takes a field away"`
	Checklist      *[]string                `json:"checklist,omitempty"`
	ProductID      rest.Nullable[int64]     `json:"product_id,omitzero"`
	DealerID       rest.Nullable[int64]     `json:"dealer_id,omitzero"`
	ResultNote     *string                  `json:"result_note,omitempty" doc:"Stays among ourselves"`
	Symptom        *string                  `json:"symptom,omitempty"`
}

func (p ticketPatch) patch() Patch {
	return Patch{
		Subject: p.Subject, Status: (*Status)(p.Status), ResultCode: p.ResultCode, ResultText: p.ResultText, Priority: (*Priority)(p.Priority),
		OwnerID: nullable(p.OwnerID), TeamID: nullable(p.TeamID), Tags: p.Tags, CustomerID: nullable(p.CustomerID),
		OrganizationID: nullable(p.OrganizationID), MailboxID: nullable(p.MailboxID), SnoozedUntil: nullable(p.SnoozedUntil), Reason: p.Reason,
		TypeID: nullable(p.TypeID), Severity: nullable(p.Severity), SeverityReason: p.SeverityReason, Criticality: p.Criticality,
		PriorityBy: p.PriorityBy, PriorityReason: p.PriorityReason, UserID: nullable(p.UserID), PayerID: nullable(p.PayerID), Place: p.Place,
		SpentSeconds: p.SpentSeconds, SpentAdd: p.SpentAdd, FirstContact: p.FirstContact, Fields: p.Fields, Checklist: p.Checklist,
		ProductID: nullable(p.ProductID), DealerID: nullable(p.DealerID), ResultNote: p.ResultNote, Symptom: p.Symptom,
	}
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body ticketPatch
}

type bulkIn struct {
	Body struct {
		IDs   []int64     `json:"ids" maxItems:"200" minItems:"1"`
		Patch ticketPatch `json:"patch"`
	}
}

// BulkFailure says why one ticket of many was not changed.
type BulkFailure struct {
	ID     int64  `json:"id"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// BulkResult says which tickets were changed.
type BulkResult struct {
	Done   []int64       `json:"done"`
	Failed []BulkFailure `json:"failed"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Patch(r, "/tickets/{id}", rest.Op{ID: "change-ticket", Tag: "tickets", Summary: "Change a ticket"},
		func(ctx context.Context, in *changeIn) (*rest.One[TicketCore], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			t, err := s.Change(ctx, in.ID, version, in.Body.patch())
			if err != nil {
				return nil, err
			}
			return rest.OneOf(Core(t, actor.From(ctx)), t.Version), nil
		})
	rest.Post(r, "/tickets/bulk", rest.Op{ID: "change-tickets", Tag: "tickets", Summary: "Change many tickets, each by itself"},
		func(ctx context.Context, in *bulkIn) (*rest.Body[BulkResult], error) {
			return rest.Of(s.changeMany(ctx, in.Body.IDs, in.Body.Patch.patch())), nil
		})
}

// changeMany changes each ticket in a transaction of its own, so that one that
// cannot be changed does not keep the others back.
func (s *Service) changeMany(ctx context.Context, ids []int64, p Patch) BulkResult {
	out := BulkResult{Done: []int64{}, Failed: []BulkFailure{}}
	for _, id := range ids {
		_, err := s.Change(ctx, id, 0, p)
		if err == nil {
			out.Done = append(out.Done, id)
			continue
		}
		problem := rest.ProblemOf(rest.Locale(ctx), err)
		failure := BulkFailure{ID: id, Key: problem.Key, Detail: problem.Detail}
		if problem.Key == "invalid" && len(problem.Errors) > 0 {
			failure.Key, failure.Detail = problem.Errors[0].Key, problem.Errors[0].Message
		}
		out.Failed = append(out.Failed, failure)
	}
	return out
}
