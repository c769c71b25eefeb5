package conversation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
)

// Kind tells who speaks to whom.
type Kind string

// The kinds of messages.
const (
	Incoming Kind = "incoming" // the customer said it
	Reply    Kind = "reply"    // we said it to the customer
	Note     Kind = "note"     // we said it among ourselves
)

// State is how far a message has come on its way.
type State string

// The states of delivery; see the package comment.
const (
	Received  State = "received"
	Queued    State = "queued"
	Sending   State = "sending"
	Sent      State = "sent"
	Delivered State = "delivered"
	Failed    State = "failed"
	Bounced   State = "bounced"
	MaybeSent State = "maybe_sent"
)

// moves are the allowed next states. A bounce can be read before the sender has
// noted its success, so it is allowed from sending too.
var moves = map[State][]State{
	Queued:    {Sending, Failed},
	Sending:   {Queued, Sent, Delivered, Failed, Bounced, MaybeSent},
	Sent:      {Delivered, Bounced},
	Delivered: {Bounced},
	MaybeSent: {Sent, Delivered, Bounced, Queued},
	Failed:    {Queued},
	Bounced:   {Queued},
}

// CanMove tells whether a message may go from one state to another.
func CanMove(from, to State) bool { return slices.Contains(moves[from], to) }

// Retriable tells whether a person may have the message sent again.
func (s State) Retriable() bool { return s == Failed || s == Bounced || s == MaybeSent }

// Author is who wrote a message, as he was called then. Kind is customer, agent
// or system; ID is the customer's or the agent's, 0 when unknown.
type Author struct {
	Kind string
	ID   int64
	Name string
}

// Message is one thing said about a ticket.
type Message struct {
	ID       int64
	TicketID int64
	Kind     Kind
	Channel  string
	Author   Author
	From     string   // the address it came from, empty when none was used
	ReplyTo  []string // where the sender wants answers, empty: From
	To, Cc   []string
	Subject  string
	Text     string // what is new in it, as plain text
	HTML     string // the same, clean, with placeholders for remote pictures

	Quoted      bool // it repeats earlier messages; the words are kept apart
	HTMLMail    bool // it came with HTML of its own
	Blocked     int  // remote pictures in HTML
	OriginalKey string
	Lang        string // see LanguageOf
	Automatic   bool   // a program wrote it (RFC 3834)
	State       State
	ErrorKey    string // what went wrong, as a text key
	ErrorDetail string // what the other side said
	CreatedAt   time.Time
	SentAt      time.Time // zero as long as it has not been sent
	Files       []File

	// What a reply was made of is told in its event and counted; the row does
	// not keep it.
	CannedID  int64
	Untouched bool // it is the canned answer and nothing else
}

// quote is what a message repeats of earlier ones.
type quote struct{ text, html string }

// Travels tells whether the message has to be carried to somebody.
func (m Message) Travels() bool { return m.Kind == Reply && len(m.To) > 0 }

// move puts the message into another state or refuses. Being there already is
// no fault and no change.
func (m *Message) move(to State, errorKey, detail string, at time.Time) (changed bool, err error) {
	if m.State == to && m.ErrorKey == errorKey {
		return false, nil
	}
	if !m.Travels() || m.State != to && !CanMove(m.State, to) {
		return false, fault.Conflict("conversation.illegal_state", "from", m.State, "to", to)
	}
	m.State, m.ErrorKey, m.ErrorDetail = to, errorKey, cut(detail, maxDetail)
	if to == Sent || to == Delivered && m.SentAt.IsZero() {
		m.SentAt = at
	}
	return true, nil
}

// Limits of what a message holds, in characters.
const (
	maxText    = 1_000_000
	maxSubject = 500
	maxName    = 200
	maxDetail  = 1000
	maxPreview = 140
	maxAddress = 254 // RFC 5321 with erratum 1690
	maxPeople  = 50
	maxFiles   = 100
)

// previewOf is the first words of a text on one line.
func previewOf(text string) string {
	return cut(strings.Join(strings.Fields(text), " "), maxPreview)
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// speaks are the channels on which the agent himself talks to the customer, so
// that a reply without an address is a record of what he said.
var speaks = []string{"phone", "visit"}

// Speaks tells whether replies on the channel are spoken.
func Speaks(channel string) bool { return slices.Contains(speaks, channel) }
