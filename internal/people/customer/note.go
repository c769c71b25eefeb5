package customer

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

const (
	maxNote    = 2000
	maxConsent = 200
)

// Note is something personal that a customer told and agreed to have kept:
// a hobby, the family (R062).
type Note struct {
	ID         int64     `db:"id"`
	CustomerID int64     `db:"customer_id"`
	Text       string    `db:"text"`
	ConsentHow string    `db:"consent_how"` // how he agreed
	ByID       int64     `db:"by_id"`
	ByName     string    `db:"by_name"`
	At         time.Time `db:"at"`
}

// NoteInput is a note as somebody writes it.
type NoteInput struct {
	Text       string
	Consent    bool
	ConsentHow string
}

// note checks a note. What he has not agreed to is not kept.
func (in NoteInput) note(customer int64, by actor.Actor, now time.Time) (Note, error) {
	n := Note{CustomerID: customer, Text: strings.TrimSpace(in.Text), ByID: by.ID, ByName: by.Name, At: now}
	var f fault.Fields
	switch {
	case n.Text == "":
		f.Add("text", "field.required")
	case utf8.RuneCountInString(n.Text) > maxNote:
		f.Add("text", "field.too_long", "max", maxNote)
	}
	if !in.Consent {
		f.Add("consent", "customer.consent_required")
	}
	if n.ConsentHow = line(&f, "consent_how", in.ConsentHow, maxConsent); n.ConsentHow == "" {
		f.Add("consent_how", "field.required")
	}
	return n, f.Err()
}

// Notes lists a customer's personal notes, the newest first, for who may read notes.
func (s *Service) Notes(ctx context.Context, id int64) ([]Note, error) {
	if err := authority.Require(ctx, authority.NoteRead); err != nil {
		return nil, err
	}
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	return s.loadNotes(ctx, id)
}

// AddNote keeps a personal note. Faults of the fields text, consent and consent_how.
func (s *Service) AddNote(ctx context.Context, id int64, in NoteInput) (Note, error) {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return Note{}, err
	}
	n, err := in.note(id, actor.From(ctx), s.clock.Now())
	if err != nil {
		return n, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		c, err := s.load(ctx, id, true)
		if err != nil {
			return err
		}
		if c.MergedInto != 0 {
			return s.gone(ctx, c)
		}
		if n.ID, err = s.insertNote(ctx, n); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindNoted, id, Noted{n.ID}))
	})
	return n, err
}

// RemoveNote forgets a personal note, such as when the customer no longer agrees.
func (s *Service) RemoveNote(ctx context.Context, id, note int64) error {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		n, err := s.deleteNote(ctx, id, note)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFound("not_found")
		}
		return s.journal.Record(ctx, about(KindNoteRemoved, id, Noted{note}))
	})
}
