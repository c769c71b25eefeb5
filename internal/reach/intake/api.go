package intake

import (
	"context"

	"heed/internal/kernel/actor"
	"heed/internal/people/customer"
	"heed/internal/platform/rest"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// NewTicket is a request as it is registered through the API.
type NewTicket struct {
	Subject        string            `json:"subject,omitempty" doc:"By default the beginning of the message"`
	Channel        string            `json:"channel" enum:"email,phone,web,chat,visit,note"`
	CustomerID     *int64            `json:"customer_id,omitempty"`
	Customer       *customer.Body    `json:"customer,omitempty" doc:"Who has no id yet: found by e-mail or phone, else registered"`
	OrganizationID *int64            `json:"organization_id,omitempty" doc:"By default the customer's"`
	Priority       string            `json:"priority,omitempty"`
	TeamID         *int64            `json:"team_id,omitempty"`
	OwnerID        *int64            `json:"owner_id,omitempty"`
	MailboxID      *int64            `json:"mailbox_id,omitempty"`
	Tags           []string          `json:"tags,omitempty" nullable:"true"`
	Message        *NewTicketMessage `json:"message,omitempty"`
	Status         string            `json:"status,omitempty" doc:"Set in the same moment; an end needs result_code and counts as settled at first contact"`
	ResultCode     *string           `json:"result_code,omitempty"`
	ResultText     *string           `json:"result_text,omitempty" doc:"May be shown to the customer"`
	ResultNote     *string           `json:"result_note,omitempty" doc:"Stays among ourselves"`
	TypeID         *int64            `json:"type_id,omitempty"`
	Severity       *int64            `json:"severity,omitempty" doc:"By default the type's; 1 needs severity_reason"`
	SeverityReason string            `json:"severity_reason,omitempty"`
	Criticality    int64             `json:"criticality,omitempty"`
	PriorityReason string            `json:"priority_reason,omitempty" doc:"Why the priority is not the rule's"`
	UserID         *int64            `json:"user_id,omitempty" doc:"The customer who uses it, when he is not who asks"`
	PayerID        *int64            `json:"payer_id,omitempty" doc:"The customer who pays"`
	Place          string            `json:"place,omitempty" doc:"Shop, counter, room"`
	SpentSeconds   int64             `json:"spent_seconds,omitempty"`
	Fields         map[string]string `json:"fields,omitempty"`
	Checklist      []string          `json:"checklist,omitempty" nullable:"true"`
	ProductID      *int64            `json:"product_id,omitempty"`
	Symptom        string            `json:"symptom,omitempty"`
}

// NewTicketMessage is the first that is written down.
type NewTicketMessage struct {
	Kind    conversation.Kind `json:"kind" enum:"incoming,reply,note" doc:"incoming is what the customer said"`
	HTML    string            `json:"html,omitempty"`
	Text    string            `json:"text,omitempty" doc:"If there is no HTML"`
	To      []string          `json:"to,omitempty" nullable:"true"`
	Cc      []string          `json:"cc,omitempty" nullable:"true"`
	FileIDs []int64           `json:"attachment_ids,omitempty" nullable:"true"`
}

type openIn struct{ Body NewTicket }

// bodyMost bounds the JSON of a request: its HTML may have a million characters.
const bodyMost = 4 << 20

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Post(r, "/tickets", rest.Op{
		ID: "create-ticket", Tag: "tickets", Summary: "Register a request with its customer and what was said, in one step", Status: 201, MaxBody: bodyMost,
	}, s.apiOpen)
}

func (s *Service) apiOpen(ctx context.Context, in *openIn) (*rest.One[ticket.TicketCore], error) {
	out, err := s.Open(ctx, in.Body.request())
	if err != nil {
		return nil, err
	}
	return rest.OneOf(ticket.Core(out.Ticket, actor.From(ctx)), out.Ticket.Version), nil
}

func (n NewTicket) request() Request {
	r := Request{
		Ticket: ticket.Input{
			Subject: n.Subject, Channel: n.Channel, Priority: ticket.Priority(n.Priority), CustomerID: orNone(n.CustomerID), OrganizationID: orNone(n.OrganizationID),
			TeamID: orNone(n.TeamID), OwnerID: orNone(n.OwnerID), MailboxID: orNone(n.MailboxID), Tags: n.Tags,
			TypeID: orNone(n.TypeID), Severity: orNone(n.Severity), SeverityReason: n.SeverityReason, Criticality: n.Criticality,
			PriorityReason: n.PriorityReason, UserID: orNone(n.UserID), PayerID: orNone(n.PayerID), Place: n.Place,
			SpentSeconds: n.SpentSeconds, Fields: n.Fields, Checklist: n.Checklist, ProductID: orNone(n.ProductID), Symptom: n.Symptom,
		},
		Status: ticket.Status(n.Status), ResultCode: n.ResultCode, ResultText: n.ResultText, ResultNote: n.ResultNote,
	}
	if n.Customer != nil {
		r.Customer = described(*n.Customer)
	}
	if m := n.Message; m != nil {
		r.Message = &conversation.Post{Kind: m.Kind, HTML: m.HTML, Text: m.Text, To: m.To, Cc: m.Cc, FileIDs: m.FileIDs}
	}
	return r
}

func described(b customer.Body) *customer.Registration { return new(b.Registration()) }

func orNone(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}
