package app

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"heed/internal/insight/desk"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/offer/knowledge"
	"heed/internal/people/authority"
	"heed/internal/platform/live"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// shown is an event as a page gets it.
type shown struct {
	event.Event
	Ticket *desk.TicketRow `json:"ticket,omitempty"`
}

// readers says who may see events of a kind, by how the kind begins. Events of
// tickets and messages are decided by the ticket, and what is not named here
// is for who manages agents.
var readers = []struct {
	begins string
	needs  authority.Permission
}{
	{"customer.", authority.CustomerView},
	{"canned.", authority.TicketWork},
	{"product", authority.CatalogView},
	{"price", authority.CatalogView},
	{"dealer.", authority.CatalogView},
	{"knowledge.", authority.KnowledgeRead},
	{"reading.", authority.KnowledgeRead},
	{"flow.", authority.KnowledgeRead},
	{"wording.", authority.TicketWork},
	{"import.", authority.DataImport},
	{"mailbox.", authority.MailboxManage},
	{"mail.", authority.MailboxManage},
	{"tickettype.", authority.TicketCreate},
	{"setting.", authority.TicketCreate},
	{"team.", authority.TicketCreate},
	{"agent.", authority.TicketCreate},
	{"", authority.AgentManage},
}

// render says what each viewer gets of an event.
func (a *App) render(ctx context.Context, e event.Event, viewers []actor.Actor) (map[int64]any, error) {
	if e.About.Kind == ticket.About {
		return a.renderTicket(ctx, e, viewers)
	}
	out := map[int64]any{}
	for _, v := range viewers {
		if e.About.Kind == knowledge.About {
			if knowledge.Sees(e, v) {
				out[v.ID] = shown{Event: e}
			}
			continue
		}
		for _, r := range readers {
			if !strings.HasPrefix(e.Kind, r.begins) {
				continue
			}
			if authority.Can(v, r.needs) {
				out[v.ID] = shown{Event: forReader(e, v)}
			}
			break
		}
	}
	return out, nil
}

// forReader leaves of an event about agents or teams, to who does not manage
// them, that it happened: enough to read the list anew. A private team does not
// exist for who is not in it, so its name must not come by this way.
func forReader(e event.Event, v actor.Actor) event.Event {
	if strings.HasPrefix(e.Kind, "agent.") && !authority.Can(v, authority.AgentManage) ||
		strings.HasPrefix(e.Kind, "team.") && !authority.Can(v, authority.TeamManage) {
		e.Data = nil
	}
	return e
}

func (a *App) renderTicket(ctx context.Context, e event.Event, viewers []actor.Actor) (map[int64]any, error) {
	rows, err := a.Desk.ForViewers(ctx, e.About.ID, viewers)
	if err != nil {
		return nil, err
	}
	out := map[int64]any{}
	for _, v := range viewers {
		row, ok := rows[v.ID]
		if !ok && e.Kind == ticket.EventAssigned && authority.Can(v, authority.TicketView) {
			// It may have just gone out of his sight: the page lets go of it.
			out[v.ID] = shown{Event: event.Event{Pos: e.Pos, At: e.At, Kind: "ticket.hidden", About: e.About}}
			continue
		}
		if !ok || e.Kind == conversation.EventNoted && !authority.Can(v, authority.NoteRead) {
			continue
		}
		if seen, ok := desk.EventFor(e, v); ok {
			out[v.ID] = shown{Event: seen, Ticket: &row}
		}
	}
	return out, nil
}

// showPresence tells who is at a ticket to the pages that may see the ticket.
func (a *App) showPresence(topic string, present []live.Presence) {
	id, ok := conversation.TicketOf(topic)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(actor.AsSystem(context.Background()), 5*time.Second) //nolint:forbidigo // belongs to no request
	defer cancel()
	rows, err := a.Desk.ForViewers(ctx, id, a.Hub.Viewers(ctx))
	if err != nil {
		a.log.Warn("presence could not be shown", "ticket", id, "err", err)
		return
	}
	for agent := range rows {
		a.Hub.SendTo(agent, "presence", map[string]any{"ticket_id": id, "items": present})
	}
}

// counters sends the counts of the views to the pages when they have changed.
// Changes that come together are sent together.
type counters struct {
	once    sync.Once
	changed chan struct{}
	last    map[int64][]byte // what each agent was last sent
}

// counterPause gathers changes: counts are sent at most this often.
const counterPause = 60 * time.Millisecond

func (c *counters) init() { c.once.Do(func() { c.changed = make(chan struct{}, 1) }) }

// note is told of new events.
func (c *counters) note(evs []event.Event) {
	c.init()
	for _, e := range evs {
		if e.About.Kind == ticket.About || strings.HasPrefix(e.Kind, "team.") || strings.HasPrefix(e.Kind, "agent.") {
			select {
			case c.changed <- struct{}{}:
			default:
			}
			return
		}
	}
}

// sendCounters runs until ctx ends.
func (a *App) sendCounters(ctx context.Context) {
	c := &a.counters
	c.init()
	c.last = map[int64][]byte{}
	ctx = actor.AsSystem(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.changed:
		}
		if err := a.sendChanged(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("counts could not be sent", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(counterPause):
		}
	}
}

func (a *App) sendChanged(ctx context.Context) error {
	viewers := a.Hub.Viewers(ctx)
	if len(viewers) == 0 {
		clear(a.counters.last)
		return nil
	}
	all, err := a.Desk.Counters(ctx, viewers)
	if err != nil {
		return err
	}
	online := map[int64]bool{}
	for _, v := range viewers {
		online[v.ID] = true
		views, ok := all[v.ID]
		if !ok {
			continue
		}
		b, err := json.Marshal(views)
		if err != nil {
			return err
		}
		if bytes.Equal(b, a.counters.last[v.ID]) {
			continue
		}
		a.counters.last[v.ID] = b
		a.Hub.SendTo(v.ID, "counters", map[string]any{"views": views})
	}
	for id := range a.counters.last {
		if !online[id] {
			delete(a.counters.last, id)
		}
	}
	return nil
}
