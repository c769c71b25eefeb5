package live

import (
	"sort"
	"sync"
	"time"

	"heed/internal/kernel/actor"
)

const (
	// presenceLife is how long somebody is present after his last sign of life.
	presenceLife  = 45 * time.Second
	presenceCheck = 5 * time.Second
)

// Presence is somebody who is at a topic (a ticket) now.
type Presence struct {
	AgentID int64     `json:"agent_id"`
	Name    string    `json:"name"`
	Doing   string    `json:"doing"`
	Since   time.Time `json:"since"`
}

type seen struct {
	Presence
	last time.Time
}

type presence struct {
	mu     sync.Mutex
	topics map[string]map[int64]*seen
}

// Enter notes that who is at the topic, doing something; it must be called
// again before 45 seconds have passed.
func (h *Hub) Enter(topic string, who actor.Actor, doing string) {
	now := h.deps.Clock.Now()
	h.present.mu.Lock()
	at := h.present.topics[topic]
	if at == nil {
		at = map[int64]*seen{}
		h.present.topics[topic] = at
	}
	s := at[who.ID]
	changed := s == nil || s.Doing != doing
	if s == nil {
		s = &seen{Presence: Presence{AgentID: who.ID, Since: now}}
		at[who.ID] = s
	}
	s.Name, s.Doing, s.last = who.Name, doing, now
	h.present.mu.Unlock()
	if changed {
		h.tellPresence(topic)
	}
}

// Leave notes that an agent has left the topic.
func (h *Hub) Leave(topic string, agent int64) {
	h.present.mu.Lock()
	_, was := h.present.topics[topic][agent]
	h.drop(topic, agent)
	h.present.mu.Unlock()
	if was {
		h.tellPresence(topic)
	}
}

func (h *Hub) drop(topic string, agent int64) {
	delete(h.present.topics[topic], agent)
	if len(h.present.topics[topic]) == 0 {
		delete(h.present.topics, topic)
	}
}

// Present lists who is at the topic, by name.
func (h *Hub) Present(topic string) []Presence {
	h.present.mu.Lock()
	defer h.present.mu.Unlock()
	out := []Presence{}
	for _, s := range h.present.topics[topic] {
		out = append(out, s.Presence)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// sweepPresence drops those who gave no sign of life.
func (h *Hub) sweepPresence() {
	old := h.deps.Clock.Now().Add(-presenceLife)
	var changed []string
	h.present.mu.Lock()
	for topic, at := range h.present.topics {
		for agent, s := range at {
			if s.last.Before(old) {
				h.drop(topic, agent)
				changed = append(changed, topic)
			}
		}
	}
	h.present.mu.Unlock()
	for _, topic := range changed {
		h.tellPresence(topic)
	}
}

func (h *Hub) tellPresence(topic string) {
	if h.deps.Presence != nil {
		h.deps.Presence(topic, h.Present(topic))
	}
}
