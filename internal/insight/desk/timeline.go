package desk

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/work/ticket"
)

// Step is one event in the life of a ticket.
type Step struct {
	Pos   int64           `json:"pos"`
	At    time.Time       `json:"at"`
	Actor event.Actor     `json:"actor"`
	Kind  string          `json:"kind"`
	Data  json.RawMessage `json:"data"`
}

// public are the events that may be known to somebody who does not work on
// tickets: what happened, without what was said among ourselves.
func public(kind string) bool {
	return slices.Contains([]string{ticket.EventCreated, ticket.EventAssigned, ticket.EventStatusChanged}, kind) ||
		slices.Contains([]string{"message.received", "message.queued", "message.spoken", "message.state_changed"}, kind)
}

// inside are the fields of events that are not for him.
var inside = []string{"reason", "tags", "result_note"}

// Timeline gives a ticket's events, the newest first (R314). Who may not read
// notes sees only what is public.
func (s *Service) Timeline(ctx context.Context, id int64, r page.Request) (page.Of[Step], error) {
	none := page.Of[Step]{}
	if _, err := s.tickets.Get(ctx, id); err != nil {
		return none, err
	}
	var before int64
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return none, err
		}
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return none, err
	}
	a := actor.From(ctx)
	steps, size := []Step{}, r.Size()
	for len(steps) <= size {
		evs, err := s.journal.About(ctx, event.Ref{Kind: ticket.About, ID: id}, before, size+1)
		if err != nil {
			return none, err
		}
		for _, e := range evs {
			before = e.Pos
			if seen, ok := EventFor(e, a); ok {
				steps = append(steps, Step{seen.Pos, seen.At, seen.Actor, seen.Kind, seen.Data})
			}
		}
		if len(evs) <= size {
			break
		}
	}
	out := page.Cut(steps[:min(len(steps), size+1)], size, func(s Step) []any { return []any{s.Pos} })
	out.Position = pos
	return out, nil
}

// EventFor gives a ticket's event as an agent may know it, who may see the
// ticket: all of it, or for who may not read notes what is public. ok is false
// when it is not for him at all.
func EventFor(e event.Event, a actor.Actor) (seen event.Event, ok bool) {
	if authority.Can(a, authority.NoteRead) {
		return e, true
	}
	if !public(e.Kind) {
		return event.Event{}, false
	}
	var data map[string]json.RawMessage
	if e.Decode(&data) != nil {
		return event.Event{}, false
	}
	maps.DeleteFunc(data, func(field string, _ json.RawMessage) bool {
		if strings.HasPrefix(e.Kind, "message.") {
			// That it came, went or failed; its words are read where it lies.
			return field != "message_id" && field != "state"
		}
		return slices.Contains(inside, field)
	})
	var err error
	e.Data, err = json.Marshal(data)
	return e, err == nil
}
