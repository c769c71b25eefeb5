package email

// The kinds of events. They are never renamed, only added to.
const (
	EventMailboxCreated = "mailbox.created"
	EventMailboxChanged = "mailbox.changed"
	EventMailboxRemoved = "mailbox.removed"
	EventMailboxState   = "mailbox.state_changed" // it began to fail, or works again
	EventMailRefused    = "mail.refused"          // about the incoming mail
	EventMailDelayed    = "mail.delayed"          // about the ticket: a server still tries to deliver a reply
	EventAcknowledged   = "mail.acknowledged"     // about the ticket
)

// MailboxData tells which fields of a mailbox were changed.
type MailboxData struct {
	Address string   `json:"address"`
	Fields  []string `json:"fields,omitempty"`
}

// StateData tells how a mailbox fares now.
type StateData struct {
	IMAP      string `json:"imap"`
	IMAPError string `json:"imap_error,omitempty"`
	SMTPError string `json:"smtp_error,omitempty"`
}

// RefusedData tells of a mail that could not become part of a ticket.
type RefusedData struct {
	MailboxID int64  `json:"mailbox_id"`
	Reason    string `json:"reason"`
}

// SentTo tells whom something went to, or did not yet reach.
type SentTo struct {
	MessageID int64  `json:"message_id,omitempty"`
	Address   string `json:"address"`
	Detail    string `json:"detail,omitempty"`
}
