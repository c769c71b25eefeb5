package canned

import (
	"context"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/platform/text"
)

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Clock   clock.Clock
	Setting *setting.Service
	// Ticket gives the facts about a ticket that the actor may see. Tickets live
	// above this slice.
	Ticket func(ctx context.Context, ticketID int64) (Facts, error)
}

// Service holds the use cases of canned answers.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	clock   clock.Clock
	setting *setting.Service
	ticket  func(ctx context.Context, ticketID int64) (Facts, error)
}

// New makes the service.
func New(d Deps) *Service { return &Service{d.DB, d.Journal, d.Clock, d.Setting, d.Ticket} }

// List gives the answers that the actor may use and that hold every word of q,
// the most used first.
func (s *Service) List(ctx context.Context, q string) ([]Answer, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return nil, err
	}
	all, err := s.all(ctx, actor.From(ctx).ID)
	out := []Answer{}
	words := strings.Fields(text.Fold(strings.TrimPrefix(strings.TrimSpace(q), "/")))
	for _, a := range all {
		if a.matches(words) {
			out = append(out, a)
		}
	}
	return out, err
}

// get gives an answer that the actor may use. Who may not is told that there is
// none.
func (s *Service) get(ctx context.Context, id int64) (Answer, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Answer{}, err
	}
	a, err := s.find(ctx, id)
	if err == nil && !a.visible(actor.From(ctx)) {
		err = db.ErrNotFound
	}
	return a, err
}

// mayEdit is nil when the actor may make the answer what it is.
func (s *Service) mayEdit(ctx context.Context, a Answer) error {
	if a.editable(actor.From(ctx)) {
		return nil
	}
	return authority.Require(ctx, authority.CannedEdit)
}

// Create makes a new answer, the actor's own or a shared one.
func (s *Service) Create(ctx context.Context, in Input) (Answer, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return Answer{}, err
	}
	a, err := Answer{OwnerID: actor.From(ctx).ID, Shared: in.Shared, UpdatedAt: s.clock.Now(), Version: 1}.
		with(Patch{Code: &in.Code, Name: &in.Name, HTML: &in.HTML, Locale: &in.Locale})
	if err != nil {
		return Answer{}, err
	}
	if err := s.mayEdit(ctx, a); err != nil {
		return Answer{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if a.ID, err = s.insert(ctx, a); err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventCreated))
	})
	return a, err
}

// Change changes an answer that was seen at a version; 0 is any.
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Answer, error) {
	var a Answer
	err := s.db.Write(ctx, func(ctx context.Context) error {
		old, err := s.get(ctx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != old.Version {
			return db.ErrStale
		}
		if a, err = old.with(p); err != nil {
			return err
		}
		for _, state := range []Answer{old, a} {
			if err := s.mayEdit(ctx, state); err != nil {
				return err
			}
		}
		a.UpdatedAt, a.Version = s.clock.Now(), old.Version+1
		if !a.Shared && old.Shared {
			a.OwnerID = actor.From(ctx).ID
		}
		if err := s.update(ctx, a, old.Version); err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventChanged))
	})
	return a, err
}

// Remove removes an answer.
func (s *Service) Remove(ctx context.Context, id int64) error {
	return s.db.Write(ctx, func(ctx context.Context) error {
		a, err := s.get(ctx, id)
		if err != nil {
			return err
		}
		if err := s.mayEdit(ctx, a); err != nil {
			return err
		}
		if err := s.delete(ctx, id); err != nil {
			return err
		}
		return s.journal.Record(ctx, a.event(EventRemoved))
	})
}

// Render fills the answer's merge fields for a ticket (0: for none) and counts
// the use. Fields that nothing is known for stay visible.
func (s *Service) Render(ctx context.Context, id, ticketID int64) (string, error) {
	html, err := s.filled(ctx, id, ticketID)
	if err != nil {
		return "", err
	}
	return html, s.db.Write(ctx, func(ctx context.Context) error { return s.countUse(ctx, id) })
}

// filled gives an answer that the actor may use, filled for a ticket.
func (s *Service) filled(ctx context.Context, id, ticketID int64) (string, error) {
	a, err := s.get(ctx, id)
	if err != nil {
		return "", err
	}
	var f Facts
	if ticketID != 0 {
		if f, err = s.ticket(ctx, ticketID); err != nil {
			return "", err
		}
	}
	f, err = s.own(ctx, f, a.Locale)
	return f.HTML(a.HTML), err
}

// own adds to what is known of a ticket who acts, for whom, and the day, in
// the language (empty: the actor's).
func (s *Service) own(ctx context.Context, f Facts, locale string) (Facts, error) {
	firm, err := s.setting.Get(ctx)
	if err != nil {
		return f, err
	}
	a := actor.From(ctx)
	if locale == "" {
		locale = a.Locale
	}
	zone, err := time.LoadLocation(orElse(a.Zone, firm.Zone))
	if err != nil {
		zone = time.UTC
	}
	f.AgentName, f.FirmName = a.Name, firm.FirmName
	f.Today = Date(orElse(locale, firm.Locale), s.clock.Now().In(zone))
	return f, nil
}

func orElse(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// Seed makes the first shared answers in a language, once, at setup. Where
// there are shared answers already it does nothing.
func (s *Service) Seed(ctx context.Context, locale string) error {
	if err := authority.Require(ctx, authority.CannedEdit); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		if any, err := s.anyShared(ctx); err != nil || any {
			return err
		}
		for _, in := range firstAnswers(locale) {
			if _, err := s.Create(ctx, in); err != nil {
				return err
			}
		}
		return nil
	})
}
