package desk

import (
	"time"

	"heed/internal/work/ticket"
)

// Person is a customer as a list names him.
type Person struct {
	ID   int64  `db:"id" json:"id"`
	Name string `db:"name" json:"name"`
	Kind string `db:"kind" json:"kind" enum:"person,organization"`
}

// Organization is an organization as a list names it.
type Organization struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// TicketRow is a ticket as a list shows it. Unread and Draft are the viewer's own.
type TicketRow struct {
	ID            int64           `json:"id"`
	Number        string          `json:"number" doc:"What people say and write"`
	Subject       string          `json:"subject"`
	Status        ticket.Status   `json:"status" enum:"new,assigned,in_progress,waiting_customer,waiting_internal,solved,closed,reopened,cancelled"`
	Priority      ticket.Priority `json:"priority" enum:"low,normal,high,urgent"`
	Channel       string          `json:"channel"`
	Customer      *Person         `json:"customer"`
	Organization  *Organization   `json:"organization"`
	TeamID        *int64          `json:"team_id"`
	OwnerID       *int64          `json:"owner_id"`
	Tags          []string        `json:"tags"`
	Preview       string          `json:"preview" doc:"First line of the last message that is no note"`
	LastBy        string          `json:"last_by" enum:"customer,agent,system"`
	LastMessageAt time.Time       `json:"last_message_at"`
	MessageCount  int64           `json:"message_count"`
	Unread        int64           `json:"unread" doc:"The customer's messages that the caller has not seen"`
	Draft         bool            `json:"draft" doc:"The caller has a draft here"`
	SnoozedUntil  *time.Time      `json:"snoozed_until"`
	CreatedAt     time.Time       `json:"created_at"`
	UpdatedAt     time.Time       `json:"updated_at"`
	Version       int64           `json:"version"`
	TypeID        *int64          `json:"type_id"`
	Severity      *int64          `json:"severity" doc:"1 is the worst, 4 the slightest; null: nobody has judged"`
	Score         int64           `json:"score" doc:"Points of the rule of priorities; within one priority the higher come first"`
	Place         string          `json:"place"`
}

// Base is a ticket's row without what depends on the viewer.
type Base struct {
	Row       TicketRow
	TeamID    int64 // 0: the firm's own queue
	CreatorID int64 // the agent who registered it, 0 for none
	Incoming  int64 // how many messages the customer has sent
}

// For gives the row as a viewer sees it who has seen so many of the customer's
// messages. What was last said before he joined is nothing new to him.
func (b Base) For(seen int64, draft bool, joined time.Time) TicketRow {
	r := b.Row
	r.Unread, r.Draft = max(0, b.Incoming-seen), draft
	if seen == 0 && r.LastMessageAt.Before(joined) {
		r.Unread = 0
	}
	return r
}

// TicketDetail is a ticket with all that the page shows beside the conversation.
type TicketDetail struct {
	TicketRow
	MailboxID      *int64          `json:"mailbox_id"`
	ResultCode     *string         `json:"result_code"`
	ResultText     string          `json:"result_text"`
	SolvedAt       *time.Time      `json:"solved_at"`
	ClosedAt       *time.Time      `json:"closed_at"`
	CreatedBy      ticket.By       `json:"created_by"`
	Allowed        []ticket.Status `json:"allowed" doc:"The states that the caller may set next"`
	QueueOwnerID   *int64          `json:"queue_owner_id" doc:"Who answers for a ticket without an owner"`
	ReplyTo        []string        `json:"reply_to" doc:"Whom a reply goes to by default"`
	Cc             []string        `json:"cc"`
	CustomerEmails []string        `json:"customer_emails"`
	Position       int64           `json:"position"`

	SeverityReason string            `json:"severity_reason"`
	Criticality    int64             `json:"criticality"`
	PriorityBy     string            `json:"priority_by" enum:"rule,person"`
	PriorityReason string            `json:"priority_reason"`
	User           *Person           `json:"user" doc:"The customer who uses it"`
	Payer          *Person           `json:"payer" doc:"The customer who pays"`
	SpentSeconds   int64             `json:"spent_seconds"`
	FirstContact   bool              `json:"first_contact"`
	Fields         map[string]string `json:"fields"`
	Checklist      []string          `json:"checklist"`
	ProductID      *int64            `json:"product_id"`
	DealerID       *int64            `json:"dealer_id"`
	ResultNote     string            `json:"result_note"`
	Symptom        string            `json:"symptom"`
}
