package portrait

import (
	"context"
	"encoding/json"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/work/ticket"
)

// Step is one event of a customer's journey.
type Step struct {
	Pos    int64           `json:"pos"`
	At     time.Time       `json:"at"`
	Actor  event.Actor     `json:"actor"`
	Kind   string          `json:"kind"`
	About  event.Ref       `json:"about"`
	Data   json.RawMessage `json:"data"`
	Ticket *Matter         `json:"ticket,omitempty" doc:"The ticket that it is about"`
}

// Journey gives everything that happened with a customer, the newest first:
// requests, messages, answers given, changes of what is known about him. begins
// narrows it to events whose kind begins so.
func (s *Service) Journey(ctx context.Context, id int64, begins string, r page.Request) (page.Of[Step], error) {
	none := page.Of[Step]{}
	if _, err := s.customers.Get(ctx, id); err != nil {
		return none, err
	}
	var before int64
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return none, err
		}
	}
	v, err := s.sightOf(ctx)
	if err != nil {
		return none, err
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return none, err
	}
	steps, size := []Step{}, r.Size()
	for len(steps) <= size {
		evs, err := s.journey(ctx, id, begins, before, size+1)
		if err != nil {
			return none, err
		}
		seen, err := s.shown(ctx, evs, v)
		if err != nil {
			return none, err
		}
		steps = append(steps, seen...)
		if len(evs) <= size {
			break
		}
		before = evs[len(evs)-1].Pos
	}
	out := page.Cut(steps[:min(len(steps), size+1)], size, func(s Step) []any { return []any{s.Pos} })
	out.Position = pos
	return out, nil
}

// shown gives of some events what the actor may know.
func (s *Service) shown(ctx context.Context, evs []event.Event, v sight) ([]Step, error) {
	var ids []int64
	for _, e := range evs {
		if e.About.Kind == ticket.About {
			ids = append(ids, e.About.ID)
		}
	}
	tickets := map[int64]Matter{}
	if len(ids) > 0 {
		rows, err := s.byIDs(ctx, ids, v)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			tickets[r.ID] = r.matter()
		}
	}
	a := actor.From(ctx)
	out := make([]Step, 0, len(evs))
	for _, e := range evs {
		step := Step{e.Pos, e.At, e.Actor, e.Kind, e.About, e.Data, nil}
		switch e.About.Kind {
		case ticket.About:
			m, ok := tickets[e.About.ID]
			if !ok {
				continue
			}
			seen, ok := s.eventFor(e, a)
			if !ok {
				continue
			}
			step.Data, step.Ticket = seen.Data, &m
		case "customer": // who may look the customer up may know of it
		default:
			if !authority.Can(a, authority.NoteRead) {
				continue
			}
		}
		out = append(out, step)
	}
	return out, nil
}
