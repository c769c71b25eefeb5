package customer

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// Merge makes a record part of another one: addresses, organizations, links and
// notes go to who stays, and the record stays as a signpost. Everything else
// that belongs to it follows the event KindMerged (R307). Faults:
// "customer.merge_kinds", "customer.merged_already", and of the field into.
func (s *Service) Merge(ctx context.Context, fromID, intoID int64) (Merge, error) {
	if err := authority.Require(ctx, authority.CustomerMerge); err != nil {
		return Merge{}, err
	}
	set, err := s.settings.Get(ctx)
	if err != nil {
		return Merge{}, err
	}
	a := actor.From(ctx)
	m := Merge{From: fromID, Into: intoID, ByID: a.ID, ByName: a.Name, At: s.clock.Now()}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		from, into, err := s.pair(ctx, fromID, intoID)
		if err != nil {
			return err
		}
		was := moved{From: snapshotOf(from), Before: snapshotOf(into)}
		was.After = was.Before.absorb(was.From, into.Joined(set.Zone), from.Joined(set.Zone))
		now, post := was.After.onto(into), from
		post.Emails, post.Phones, post.Organizations, post.MergedInto = []Email{}, []Phone{}, []Affiliation{}, intoID
		if err := s.both(ctx, from, post, into, now); err != nil {
			return err
		}
		if err := s.moveRows(ctx, fromID, intoID, &was); err != nil {
			return err
		}
		if m.ID, err = s.insertMerge(ctx, m, was); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindMerged, intoID, Merged{m.ID, fromID, intoID, into.Kind}), about(KindChanged, fromID, Changed{[]string{"merged_into"}}))
	})
	return m, err
}

// pair loads two customers who may become one.
func (s *Service) pair(ctx context.Context, fromID, intoID int64) (from, into Customer, err error) {
	var f fault.Fields
	if fromID == intoID {
		f.Add("into", "customer.merge_self")
		return from, into, f.Err()
	}
	if err := s.lockAll(ctx, fromID, intoID); err != nil {
		return from, into, err
	}
	if from, err = s.load(ctx, fromID, false); err != nil {
		return from, into, err
	}
	into, err = s.load(ctx, intoID, false)
	switch {
	case fault.Is(err, fault.KindNotFound):
		f.Add("into", "field.not_found")
		return from, into, f.Err()
	case err != nil:
		return from, into, err
	case from.MergedInto != 0:
		return from, into, s.gone(ctx, from)
	case into.MergedInto != 0:
		return from, into, s.gone(ctx, into)
	case from.Kind != into.Kind:
		return from, into, fault.Conflict("customer.merge_kinds")
	}
	return from, into, nil
}

// gone is the fault for who changes a record that has become part of another.
func (s *Service) gone(ctx context.Context, c Customer) error {
	into, err := s.Current(ctx, c.ID)
	if err != nil {
		return err
	}
	other, err := s.load(ctx, into, false)
	if err != nil {
		return err
	}
	return fault.Conflict("customer.merged_already", "merged_into", into, "name", other.Name)
}

// both stores the two ends of a merge, or of its undoing.
func (s *Service) both(ctx context.Context, fromWas, from, intoWas, into Customer) error {
	// What both have must not be in both at once.
	for _, pair := range [][2]*Customer{{&fromWas, &from}, {&intoWas, &into}} {
		was, now := pair[0], pair[1]
		now.UpdatedAt, now.Version = s.clock.Now(), was.Version+1
		if err := s.update(ctx, *was, *now); err != nil {
			return err
		}
		if err := s.recordPeople(ctx, was.Organizations, now.Organizations); err != nil {
			return err
		}
	}
	return nil
}

// Unmerge undoes a merge: both are as they were, apart from what was changed by
// hand since. Faults: "customer.merge_undone", and "customer.merged_already"
// when who stayed has become part of another one since, which is undone first.
func (s *Service) Unmerge(ctx context.Context, mergeID int64) (Merge, error) {
	if err := authority.Require(ctx, authority.CustomerMerge); err != nil {
		return Merge{}, err
	}
	var m Merge
	err := s.db.Write(ctx, func(ctx context.Context) error {
		var was moved
		var err error
		if m, was, err = s.loadMerge(ctx, mergeID); err != nil {
			return err
		}
		if err := s.lockAll(ctx, m.From, m.Into); err != nil {
			return err
		}
		post, err := s.load(ctx, m.From, false)
		if err != nil {
			return err
		}
		into, err := s.load(ctx, m.Into, false)
		switch {
		case err != nil:
			return err
		case !m.UndoneAt.IsZero() || post.MergedInto != m.Into:
			return fault.Conflict("customer.merge_undone")
		case into.MergedInto != 0:
			return s.gone(ctx, into)
		}
		from, now := was.From.onto(post), snapshotOf(into).undo(was.Before, was.After).onto(into)
		from.MergedInto = 0
		if err := s.both(ctx, post, from, into, now); err != nil {
			return err
		}
		if err := s.moveBack(ctx, m.From, m.Into, was); err != nil {
			return err
		}
		m.UndoneAt = s.clock.Now()
		if err := s.markUndone(ctx, m); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindUnmerged, m.Into, Merged{m.ID, m.From, m.Into, into.Kind}), about(KindChanged, m.From, Changed{[]string{"merged_into"}}))
	})
	return m, err
}

// Absorbed is a merge with the record that has become part of the customer.
type Absorbed struct {
	Merge Merge
	From  Customer
}

// Merges lists what has become part of a customer and still is, the newest first.
func (s *Service) Merges(ctx context.Context, id int64) ([]Absorbed, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	merges, err := s.loadMerges(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(merges))
	for i, m := range merges {
		ids[i] = m.From
	}
	customers, err := s.many(ctx, ids)
	out := make([]Absorbed, 0, len(merges))
	for _, m := range merges {
		if i := slices.IndexFunc(customers, func(c Customer) bool { return c.ID == m.From }); i >= 0 {
			out = append(out, Absorbed{m, customers[i]})
		}
	}
	return out, err
}

// signpostsMost bounds how far signposts lead.
const signpostsMost = 50

// Current gives the customer under whom somebody is kept now: himself, or whom
// his record has become part of.
func (s *Service) Current(ctx context.Context, id int64) (int64, error) {
	for range signpostsMost {
		into, err := s.mergedInto(ctx, id)
		if err != nil || into == 0 {
			return id, err
		}
		id = into
	}
	return id, nil
}
