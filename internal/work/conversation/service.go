package conversation

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/outbound"
	"heed/internal/work/ticket"
)

// Tickets is what the conversation asks of tickets.
type Tickets interface {
	// Get gives a ticket that the actor may see, else a KindNotFound fault.
	Get(ctx context.Context, id int64) (ticket.Ticket, error)
	Change(ctx context.Context, id, version int64, p ticket.Patch) (ticket.Ticket, error)
	NoteMessage(ctx context.Context, id int64, said ticket.Said) (ticket.Ticket, error)
}

// Customer is what the conversation knows of who it is held with.
type Customer struct {
	Name, Salutation string
	Emails           []string // the first one first
}

// Presence tells who is at a ticket now; live.Hub is one.
type Presence interface {
	Enter(topic string, who actor.Actor, doing string)
	Leave(topic string, agent int64)
	Present(topic string) []live.Presence
}

// Sealer makes texts that only we can have made; secret.Box is one.
type Sealer interface {
	Seal(plaintext, context string) string
	Open(sealed, context string) (string, error)
}

// Deps are what the service is made of.
type Deps struct {
	DB       *db.DB
	Journal  *journal.Journal
	Clock    clock.Clock
	Tickets  Tickets
	Blobs    blob.Store
	Presence Presence
	Seal     Sealer
	Outbound *outbound.Out
	// Customer gives a customer whose ticket the actor may see.
	Customer func(ctx context.Context, id int64) (Customer, error)
	// OwnAddresses lists the addresses of our mailboxes, which are never among
	// the recipients of a reply by default.
	OwnAddresses func(ctx context.Context) ([]string, error)
	// FileLimit bounds an uploaded file, in bytes.
	FileLimit int64
	// Words is asked before an agent's reply goes; nil allows everything.
	Words Words
	// Templates counts what replies are made of; may be nil.
	Templates Templates
	// Letter gives a reply as its mail will be; nil gives it without a signature.
	Letter func(ctx context.Context, o Outgoing) (Letter, error)
}

// Service holds the use cases of the conversation.
type Service struct {
	db           *db.DB
	journal      *journal.Journal
	clock        clock.Clock
	tickets      Tickets
	blobs        blob.Store
	presence     Presence
	seal         Sealer
	outbound     *outbound.Out
	customer     func(ctx context.Context, id int64) (Customer, error)
	ownAddresses func(ctx context.Context) ([]string, error)
	fileLimit    int64
	words        Words
	templates    Templates
	letter       func(ctx context.Context, o Outgoing) (Letter, error)
}

// New makes the service.
func New(d Deps) *Service {
	return &Service{
		db: d.DB, journal: d.Journal, clock: d.Clock, tickets: d.Tickets, blobs: d.Blobs, presence: d.Presence,
		seal: d.Seal, outbound: d.Outbound, customer: d.Customer, ownAddresses: d.OwnAddresses, fileLimit: d.FileLimit,
		words: d.Words, templates: d.Templates, letter: d.Letter,
	}
}

// Get gives a message that the actor may read.
func (s *Service) Get(ctx context.Context, id int64) (Message, error) {
	m, err := s.find(ctx, id)
	if err != nil {
		return Message{}, err
	}
	return m, s.mayRead(ctx, m)
}

// mayRead is nil when the actor may read the message. Who may not is told that
// there is none.
func (s *Service) mayRead(ctx context.Context, m Message) error {
	if _, err := s.tickets.Get(ctx, m.TicketID); err != nil {
		return err
	}
	if m.Kind == Note && !authority.Can(actor.From(ctx), authority.NoteRead) {
		return fault.NotFound("not_found")
	}
	return nil
}

// List gives the messages of a ticket, the newest first. Notes are left out
// for who may not read them.
func (s *Service) List(ctx context.Context, ticketID int64, r page.Request) (page.Of[Message], error) {
	if _, err := s.tickets.Get(ctx, ticketID); err != nil {
		return page.Of[Message]{}, err
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return page.Of[Message]{}, err
	}
	out, err := s.list(ctx, ticketID, authority.Can(actor.From(ctx), authority.NoteRead), r)
	out.Position = pos
	return out, err
}

// Recipients gives whom a reply on the ticket goes to unless the agent says
// otherwise.
func (s *Service) Recipients(ctx context.Context, ticketID int64) (Recipients, error) {
	t, err := s.tickets.Get(ctx, ticketID)
	if err != nil {
		return Recipients{}, err
	}
	return s.answerTo(ctx, t)
}

func (s *Service) answerTo(ctx context.Context, t ticket.Ticket) (Recipients, error) {
	ours, err := s.ownAddresses(ctx)
	if err != nil {
		return Recipients{}, err
	}
	isOurs := func(a string) bool { return hasAddress(ours, a) }
	switch m, err := s.lastIncoming(ctx, t.ID, last); {
	case err == nil:
		return answerTo(t.Channel, &m, nil, isOurs), nil
	case !errors.Is(err, db.ErrNotFound):
		return Recipients{}, err
	}
	c, err := s.customerOf(ctx, t)
	return answerTo(t.Channel, nil, c.Emails, isOurs), err
}

func (s *Service) customerOf(ctx context.Context, t ticket.Ticket) (Customer, error) {
	if t.CustomerID == 0 {
		return Customer{}, nil
	}
	return s.customer(ctx, t.CustomerID)
}

// SetState notes how far a reply has come on its way; whoever carries replies
// calls it as the system. errorKey is a text key, detail what the other side
// said; both are empty when nothing is wrong. A move that the package comment
// does not show is a KindConflict fault.
func (s *Service) SetState(ctx context.Context, messageID int64, to State, errorKey, detail string) (Message, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Message{}, err
	}
	var m Message
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if m, err = s.find(ctx, messageID); err != nil {
			return err
		}
		return s.setState(ctx, &m, to, errorKey, detail)
	})
	return m, err
}

func (s *Service) setState(ctx context.Context, m *Message, to State, errorKey, detail string) error {
	was := m.State
	changed, err := m.move(to, errorKey, detail, s.clock.Now())
	if err != nil || !changed {
		return err
	}
	if err := s.saveState(ctx, *m, was); err != nil {
		return err
	}
	t, err := s.tickets.Get(actor.AsSystem(ctx), m.TicketID)
	if err != nil {
		return err
	}
	return s.journal.Record(ctx, event.New{
		Kind: EventStateChanged, About: ref(m.TicketID), Customer: t.CustomerID,
		Data: StateChanged{MessageID: m.ID, From: was, State: to, Error: errorKey},
	})
}

// Retry has a reply sent again that did not arrive, or may not have.
func (s *Service) Retry(ctx context.Context, messageID int64) (Message, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Message{}, err
	}
	var m Message
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if m, err = s.Get(ctx, messageID); err != nil {
			return err
		}
		if !m.State.Retriable() {
			return fault.Conflict("conversation.not_failed", "state", m.State)
		}
		if err := s.setState(ctx, &m, Queued, "", ""); err != nil {
			return err
		}
		t, err := s.tickets.Get(ctx, m.TicketID)
		if err != nil {
			return err
		}
		return s.journal.Record(ctx, m.said(t.CustomerID))
	})
	return m, err
}

// Outgoing is a reply as it is to be carried to the customer.
type Outgoing struct {
	Message Message
	Ticket  ticket.Ticket
	// HTML and Text are the two forms of what is to be said. Pictures in HTML
	// are at their own addresses, or name the file with that ContentID.
	HTML, Text string
	// Files are attached, those with Inline set beside the HTML that shows them.
	Files []File
	// Answering is the customer's last message before this one, with ID 0 when
	// there is none.
	Answering Message
}

// ForMail gives everything that is needed to make a mail of a reply.
func (s *Service) ForMail(ctx context.Context, messageID int64) (Outgoing, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Outgoing{}, err
	}
	var out Outgoing
	err := s.db.Read(ctx, func(ctx context.Context) (err error) {
		if out.Message, err = s.find(ctx, messageID); err != nil {
			return err
		}
		if !out.Message.Travels() {
			return fault.Conflict("conversation.not_outgoing")
		}
		if out.Ticket, err = s.tickets.Get(ctx, out.Message.TicketID); err != nil {
			return err
		}
		if out.Answering, err = s.lastIncoming(ctx, out.Ticket.ID, messageID); errors.Is(err, db.ErrNotFound) {
			err = nil
		}
		return err
	})
	out.HTML, out.Text, out.Files = forMail(out.Message.HTML), out.Message.Text, out.Message.Files
	for i := range out.Files {
		out.Files[i].ContentID = out.Files[i].Token + contentHost
	}
	return out, err
}

// Purge removes everything that was said on the tickets as if it had never
// been. The blobs go when nothing needs them any more.
func (s *Service) Purge(ctx context.Context, ticketIDs []int64) error {
	if err := authority.Require(ctx, authority.TicketDelete); err != nil || len(ticketIDs) == 0 {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.purge(ctx, ticketIDs) })
}

// BlobsInUse gives those of the blobs that a file or a raw mail of the
// conversation still needs.
func (s *Service) BlobsInUse(ctx context.Context, keys []string) ([]string, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	return s.blobsInUse(ctx, keys)
}

const (
	jobSweep   = "conversation.sweep_uploads"
	sweepEvery = time.Hour
	sweepMost  = 500
	looseLife  = 24 * time.Hour // how long an upload waits for a message to take it
)

// Jobs gives the handlers of the conversation's jobs and when they run by
// themselves.
func (s *Service) Jobs() ([]jobs.Handler, []jobs.Periodic) {
	sweep := func(ctx context.Context, _ jobs.Job) error { return s.Sweep(ctx) }
	return []jobs.Handler{{Kind: jobSweep, Timeout: 5 * time.Minute, Run: sweep}}, []jobs.Periodic{{Kind: jobSweep, Every: sweepEvery}}
}

// Sweep removes the uploads that nothing has taken for a day.
func (s *Service) Sweep(ctx context.Context) error {
	for {
		var n int64
		err := s.db.Write(ctx, func(ctx context.Context) (err error) {
			n, err = s.dropLoose(ctx, s.clock.Now().Add(-looseLife), sweepMost)
			return err
		})
		if err != nil || n < sweepMost {
			return err
		}
	}
}
