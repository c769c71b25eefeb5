package live

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/journal"
)

const (
	// frames that may wait for one page before it is cut off.
	backlog = 10_000
	// events that a returning page is sent one by one; more than that is a reset.
	replayMost = 1000
	readMost   = 200
)

// Deps are what a hub is made of.
type Deps struct {
	Journal *journal.Journal
	Clock   clock.Clock
	Log     *slog.Logger
	// Actor gives an agent as he is now, or a KindUnauthenticated fault when he
	// may no longer see anything. It is asked for every batch of events, so it
	// must be quick.
	Actor func(ctx context.Context, agent int64) (actor.Actor, error)
	// Render gives, for one event, what each viewer is sent, by agent id. Who is
	// left out does not see the event.
	Render func(ctx context.Context, e event.Event, viewers []actor.Actor) (map[int64]any, error)
	// Recheck is how often an open page's session or token is looked at again;
	// 0 means a minute.
	Recheck time.Duration
	// Batch, if set, is told of each batch of new events after it was sent.
	Batch func(evs []event.Event)
	// Presence, if set, is told when who is present at a topic has changed.
	Presence func(topic string, present []Presence)
}

// Hub knows the open pages.
type Hub struct {
	deps Deps

	mu    sync.Mutex
	pos   int64 // the last event that was sent to all
	over  bool  // Run has ended: no page stays open
	pages map[*page]struct{}

	// begun is closed when pos is known, or will never be: a page that came
	// before would miss what happens until then.
	begun     chan struct{}
	beginOnce sync.Once

	present presence
}

// page is one open connection.
type page struct {
	agent   int64
	session int64
	gone    chan struct{} // closed by the hub to end the connection
	once    sync.Once
	some    chan struct{} // holds a token while frames wait
	mu      sync.Mutex
	frames  []frame
}

// frame is one message on its way to a page. pos is 0 when it is not in the journal.
type frame struct {
	pos  int64
	name string
	data []byte
}

// sessionOver tells a page that it must sign in again.
var sessionOver = frame{name: "session", data: []byte(`{"key":"session.ended"}`)}

// NewHub makes a hub; events flow once Run is running.
func NewHub(d Deps) *Hub {
	if d.Recheck == 0 {
		d.Recheck = time.Minute
	}
	h := &Hub{deps: d, pages: map[*page]struct{}{}, begun: make(chan struct{})}
	h.present.topics = map[string]map[int64]*seen{}
	return h
}

// Run sends new events to the open pages until ctx ends, then ends them.
func (h *Hub) Run(ctx context.Context) {
	wakes, stop := h.deps.Journal.Wakes()
	defer stop()
	defer h.endAll()
	tick := time.NewTicker(presenceCheck)
	defer tick.Stop()
	for !h.begin(ctx) {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			h.sweepPresence() // and look for what a failing database kept back
		case <-wakes:
		}
		for h.sendBatch(ctx) {
		}
	}
}

// begin takes up the present position; what came before was seen by nobody here.
func (h *Hub) begin(ctx context.Context) bool {
	pos, err := h.deps.Journal.Position(ctx)
	if err != nil {
		h.deps.Log.Warn("the live feed cannot read the journal and will try again", "err", err)
		return false
	}
	h.mu.Lock()
	h.pos = pos
	h.mu.Unlock()
	h.letIn()
	return true
}

// sendBatch sends the next events and tells whether there may be more.
func (h *Hub) sendBatch(ctx context.Context) bool {
	h.mu.Lock()
	from := h.pos
	h.mu.Unlock()
	evs, err := h.deps.Journal.Since(ctx, from, readMost)
	if err != nil || len(evs) == 0 {
		if err != nil && ctx.Err() == nil {
			h.deps.Log.Warn("the live feed could not read the journal", "err", err)
		}
		return false
	}
	viewers, err := h.viewers(ctx)
	if err != nil {
		h.deps.Log.Warn("the live feed could not read who looks on", "err", err)
		return false
	}
	for i, e := range evs {
		if err := h.send(ctx, e, viewers); err != nil {
			h.deps.Log.Warn("the live feed waits for the database", "pos", e.Pos, "err", err)
			evs = evs[:i]
			break
		}
	}
	if h.deps.Batch != nil && len(evs) > 0 {
		h.deps.Batch(evs)
	}
	return len(evs) == readMost
}

// send sends an event to who may see it. It is an error when that cannot be
// found out now, but may be later.
func (h *Hub) send(ctx context.Context, e event.Event, viewers []actor.Actor) error {
	shown, err := h.render(ctx, e, viewers)
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pos = e.Pos
	for p := range h.pages {
		if data, ok := shown[p.agent]; ok {
			p.push(frame{e.Pos, "change", data})
		}
	}
	return nil
}

// render gives the bytes for each viewer; equal payloads are marshalled once.
func (h *Hub) render(ctx context.Context, e event.Event, viewers []actor.Actor) (map[int64][]byte, error) {
	if len(viewers) == 0 {
		return nil, nil
	}
	shown, err := h.deps.Render(ctx, e, viewers)
	switch {
	case fault.Is(err, fault.KindUnavailable):
		return nil, err
	case err != nil:
		// It must not hold up all others; the viewers see the change when they next read.
		h.deps.Log.Error("an event could not be shown", "pos", e.Pos, "kind", e.Kind, "err", err)
		return nil, nil
	}
	out := make(map[int64][]byte, len(shown))
	for id, payload := range shown {
		if data, err := json.Marshal(payload); err == nil {
			out[id] = data
		}
	}
	return out, nil
}

// viewers gives the agents with open pages as they are now, and ends the pages
// of those who may no longer see anything. A database that does not answer is
// no reason to end any: it is the error, and the others are given all the same.
func (h *Hub) viewers(ctx context.Context) ([]actor.Actor, error) {
	var out []actor.Actor
	var failed error
	for _, id := range h.Online() {
		a, err := h.deps.Actor(ctx, id)
		switch {
		case fault.Is(err, fault.KindUnauthenticated):
			h.End(id, 0)
		case err != nil:
			failed = err
		default:
			out = append(out, a)
		}
	}
	return out, failed
}

// Viewers gives the agents with open pages as they are now, without those of
// whom it cannot be found out now.
func (h *Hub) Viewers(ctx context.Context) []actor.Actor {
	out, err := h.viewers(ctx)
	if err != nil && ctx.Err() == nil {
		h.deps.Log.Warn("it cannot be found out who looks on", "err", err)
	}
	return out
}

// Online lists the agents that have a page open here.
func (h *Hub) Online() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := map[int64]bool{}
	var out []int64
	for p := range h.pages {
		if !ids[p.agent] {
			ids[p.agent] = true
			out = append(out, p.agent)
		}
	}
	return out
}

// SendTo sends a message that is not in the journal to all pages of an agent.
func (h *Hub) SendTo(agent int64, name string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		h.deps.Log.Error("a live message could not be written", "name", name, "err", err)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if p.agent == agent {
			p.push(frame{name: name, data: b})
		}
	}
}

// End closes an agent's pages, except those of one session (0: all), and tells
// them that the session is over.
func (h *Hub) End(agent, except int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if p.agent == agent && (except == 0 || p.session != except) {
			p.push(sessionOver)
			p.end()
		}
	}
}

// EndSession closes the pages of one session and tells them that it is over.
func (h *Hub) EndSession(session int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for p := range h.pages {
		if session != 0 && p.session == session {
			p.push(sessionOver)
			p.end()
		}
	}
}

func (h *Hub) endAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.over = true
	for p := range h.pages {
		p.end()
	}
	h.letIn()
}

func (h *Hub) letIn() { h.beginOnce.Do(func() { close(h.begun) }) }

func (p *page) push(f frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.frames) >= backlog {
		p.end() // too slow: it comes back with the id it has
		return
	}
	p.frames = append(p.frames, f)
	select {
	case p.some <- struct{}{}:
	default:
	}
}

// take gives the frames that wait.
func (p *page) take() []frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	fs := p.frames
	p.frames = nil
	return fs
}

func (p *page) end() { p.once.Do(func() { close(p.gone) }) }

// join adds a page; frames from now on wait in it.
func (h *Hub) join(agent, session int64) (*page, int64) {
	p := &page{agent: agent, session: session, some: make(chan struct{}, 1), gone: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pages[p] = struct{}{}
	if h.over {
		p.end() // it comes back when there is a server again
	}
	return p, h.pos
}

func (h *Hub) leave(p *page) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.pages, p)
}

var errTooFar = errors.New("live: too far behind")

// missed gives what a page that saw everything up to since has missed up to pos.
func (h *Hub) missed(ctx context.Context, agent, since, pos int64) ([]frame, error) {
	if since > pos {
		// The page has read more than the hub has sent, unless the database is
		// an older one than the page knew.
		if now, err := h.deps.Journal.Position(ctx); err != nil || since > now {
			return nil, errTooFar
		}
		return nil, nil
	}
	if pos-since > replayMost {
		return nil, errTooFar
	}
	a, err := h.deps.Actor(ctx, agent)
	if err != nil {
		return nil, err
	}
	var out []frame
	for since < pos {
		evs, err := h.deps.Journal.Since(ctx, since, readMost)
		if err != nil || len(evs) == 0 {
			return out, err
		}
		for _, e := range evs {
			if e.Pos > pos {
				return out, nil
			}
			shown, err := h.render(ctx, e, []actor.Actor{a})
			if err != nil {
				return nil, err
			}
			if data, ok := shown[agent]; ok {
				out = append(out, frame{e.Pos, "change", data})
			}
			since = e.Pos
		}
	}
	return out, nil
}
