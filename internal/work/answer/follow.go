package answer

import (
	"context"
	"encoding/json"
	"slices"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/customer"
	"heed/internal/platform/journal"
	"heed/internal/work/ticket"
)

// published is what article.published tells, as far as it concerns us.
type published struct {
	ArticleID  int64   `json:"article_id"`
	N          int64   `json:"n"`
	Title      string  `json:"title"`
	Topic      string  `json:"topic"`
	ProductIDs []int64 `json:"product_ids"`
	TypeIDs    []int64 `json:"type_ids"`
	Change     string  `json:"change"`
	MustRead   bool    `json:"must_read"`
}

// flagMost bounds how many tickets one publication flags: those that were
// answered last matter most.
const flagMost = 1000

// Followers flag open tickets when what was answered on them changes (R120),
// settle reports when a new version says it right, and let answers follow
// their customer.
func (s *Service) Followers() []journal.Follower {
	each := func(handle func(context.Context, event.Event) error) func(context.Context, []event.Event) error {
		return func(ctx context.Context, evs []event.Event) error {
			for _, e := range evs {
				if err := handle(ctx, e); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return []journal.Follower{
		{Name: "answer.articles", Kinds: []string{"article.published"}, Handle: each(s.articlePublished)},
		{Name: "answer.customers", Kinds: []string{ticket.EventChanged, customer.KindMerged, customer.KindUnmerged}, Handle: each(s.customerChanged)},
	}
}

func (s *Service) articlePublished(ctx context.Context, e event.Event) error {
	var p published
	if err := e.Decode(&p); err != nil {
		return err
	}
	if p.N > 1 {
		open, err := s.openWrongs(ctx, p.ArticleID, p.N)
		if err != nil {
			return err
		}
		for _, w := range open {
			if err := s.settle(ctx, &w, WrongCorrected); err != nil {
				return err
			}
		}
	}
	given, err := s.ticketsGiven(ctx, p.ArticleID, p.N, p.Topic, flagMost)
	if err != nil {
		return err
	}
	ids := slices.Clone(given)
	if p.MustRead && s.d.OpenAbout != nil && len(p.TypeIDs)+len(p.ProductIDs) > 0 {
		more, err := s.d.OpenAbout(ctx, p.TypeIDs, p.ProductIDs, flagMost)
		if err != nil {
			return err
		}
		ids = append(ids, more...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		f := Flag{
			TicketID: id, ArticleID: p.ArticleID, N: p.N, Title: p.Title, Change: p.Change, Given: slices.Contains(given, id), At: s.d.Clock.Now(),
		}
		if err := s.flag(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// flag flags a ticket if it is open.
func (s *Service) flag(ctx context.Context, f Flag) error {
	t, err := s.d.Tickets.Get(ctx, f.TicketID)
	if fault.Is(err, fault.KindNotFound) || err == nil && !t.Status.Open() {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.putFlag(ctx, f); err != nil {
		return err
	}
	return s.journal.Record(ctx, f.event(t.CustomerID))
}

// customerChanged lets what was given on a ticket before its customer was
// known, or in the name of a customer who is another one's double, be the
// customer's.
func (s *Service) customerChanged(ctx context.Context, e event.Event) error {
	switch e.Kind {
	case ticket.EventChanged:
		var fields map[string]json.RawMessage
		if err := e.Decode(&fields); err != nil {
			return err
		}
		raw, ok := fields["customer_id"]
		if !ok {
			return nil
		}
		var ids [2]int64
		if err := json.Unmarshal(raw, &ids); err != nil {
			return err
		}
		return s.moveTicket(ctx, e.About.ID, ids[1])
	case customer.KindMerged, customer.KindUnmerged:
		var m customer.Merged
		if err := e.Decode(&m); err != nil {
			return err
		}
		if e.Kind == customer.KindMerged {
			return s.moveCustomer(ctx, m.MergeID, m.From, m.Into)
		}
		return s.moveBack(ctx, m.MergeID, m.From)
	}
	return nil
}
