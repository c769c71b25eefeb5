package ticket

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
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
}

// Core writes a ticket for an actor.
func Core(t Ticket, a actor.Actor) TicketCore {
	return TicketCore{
		ID: t.ID, Number: t.Number(), Subject: t.Subject, Status: t.Status, Priority: t.Priority, Channel: t.Channel,
		CustomerID: orNull(t.CustomerID), OrganizationID: orNull(t.OrganizationID), TeamID: orNull(t.TeamID), OwnerID: orNull(t.OwnerID),
		MailboxID: orNull(t.MailboxID), Tags: t.Tags, ResultCode: orNull(t.ResultCode), ResultText: t.ResultText,
		SnoozedUntil: orNull(t.SnoozedUntil), Preview: t.Preview, LastBy: t.LastBy, LastMessageAt: t.LastMessageAt, MessageCount: t.MessageCount,
		CreatedBy: t.CreatedBy, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, SolvedAt: orNull(t.SolvedAt), ClosedAt: orNull(t.ClosedAt),
		Allowed: t.Allowed(a), Version: t.Version,
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

// given is what a field of an edit says: nil when it was left out, and for null
// the zero value, which is "none" throughout.
func given[T any](n rest.Nullable[T]) *T {
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
}

func (p ticketPatch) patch() Patch {
	return Patch{
		Subject: p.Subject, Status: (*Status)(p.Status), ResultCode: p.ResultCode, ResultText: p.ResultText, Priority: (*Priority)(p.Priority),
		OwnerID: given(p.OwnerID), TeamID: given(p.TeamID), Tags: p.Tags, CustomerID: given(p.CustomerID),
		OrganizationID: given(p.OrganizationID), MailboxID: given(p.MailboxID), SnoozedUntil: given(p.SnoozedUntil), Reason: p.Reason,
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
