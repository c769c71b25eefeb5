package conversation

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/db"
)

// Draft is what an agent is writing on a ticket, one for each kind. It is seen
// by nobody else, is no event, and keeps the editor's HTML word for word.
type Draft struct {
	ID        int64
	TicketID  int64
	AgentID   int64
	Kind      Kind // Reply or Note
	HTML      string
	To, Cc    []string // as typed, so possibly no addresses yet
	Files     []File
	UpdatedAt time.Time
	Version   int64
}

// draftOf checks that the actor may write on the ticket.
func (s *Service) draftOf(ctx context.Context, ticketID int64, kind Kind) (actor.Actor, error) {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return a, err
	}
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return a, err
	}
	if kind != Reply && kind != Note {
		return a, fault.NotFound("not_found")
	}
	_, err = s.tickets.Get(ctx, ticketID)
	return a, err
}

// Draft gives the actor's draft, a KindNotFound fault when there is none.
func (s *Service) Draft(ctx context.Context, ticketID int64, kind Kind) (Draft, error) {
	a, err := s.draftOf(ctx, ticketID, kind)
	if err != nil {
		return Draft{}, err
	}
	d, err := s.findDraft(ctx, ticketID, a.ID, kind)
	if err != nil {
		return Draft{}, err
	}
	d.Files, err = s.filesOfDraft(ctx, d.ID)
	return d, err
}

// SaveDraft stores the actor's draft d of a ticket. base is the version that was
// edited, 0 for none before, nil for whatever there is. Another base than the
// stored one is a KindConflict fault: the agent writes in two places at once.
func (s *Service) SaveDraft(ctx context.Context, d Draft, fileIDs []int64, base *int64) (Draft, error) {
	a, err := s.draftOf(ctx, d.TicketID, d.Kind)
	if err != nil {
		return Draft{}, err
	}
	if err := d.check(); err != nil {
		return Draft{}, err
	}
	d.AgentID, d.UpdatedAt = a.ID, s.clock.Now()
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.putDraft(ctx, &d, base); err != nil {
			return err
		}
		if err := s.hold(ctx, d.ID, a.ID, unique(fileIDs)); err != nil {
			return err
		}
		var err error
		d.Files, err = s.filesOfDraft(ctx, d.ID)
		return err
	})
	if errors.Is(err, db.ErrExists) || errors.Is(err, db.ErrStale) {
		err = fault.Conflict("conversation.draft_conflict")
	}
	return d, err
}

func (s *Service) putDraft(ctx context.Context, d *Draft, base *int64) error {
	old, err := s.findDraft(ctx, d.TicketID, d.AgentID, d.Kind)
	if err != nil && !errors.Is(err, db.ErrNotFound) {
		return err
	}
	if base != nil && *base != old.Version {
		return fault.Conflict("conversation.draft_conflict", "version", old.Version)
	}
	d.ID, d.Version = old.ID, old.Version+1
	if old.ID != 0 {
		return s.updateDraft(ctx, *d, old.Version)
	}
	d.ID, err = s.insertDraft(ctx, *d)
	return err
}

func (d Draft) check() error {
	var f fault.Fields
	if utf8.RuneCountInString(d.HTML) > maxText {
		f.Add("html", "field.too_long", "max", maxText)
	}
	tooLong := func(a string) bool { return utf8.RuneCountInString(a) > maxSubject }
	for field, list := range map[string][]string{"to": d.To, "cc": d.Cc} {
		switch {
		case len(list) > maxPeople:
			f.Add(field, "field.too_many", "max", maxPeople)
		case slices.ContainsFunc(list, tooLong):
			f.Add(field, "field.too_long", "max", maxSubject)
		}
	}
	return f.Err()
}

// DropDraft removes the actor's draft, if there is one.
func (s *Service) DropDraft(ctx context.Context, ticketID int64, kind Kind) error {
	a, err := s.draftOf(ctx, ticketID, kind)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.deleteDraft(ctx, ticketID, a.ID, kind) })
}
