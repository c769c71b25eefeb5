// Package event gives the shape of what the journal holds: something that
// happened, to what, by whom.
package event

import (
	"encoding/json"
	"time"
)

// Ref points at a thing: its kind ("ticket", "customer") and its id.
type Ref struct {
	Kind string `json:"kind"`
	ID   int64  `json:"id"`
}

// Actor is who did it, as he was called then.
type Actor struct {
	Kind string `json:"kind"`
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// New is an event to be recorded. Customer is the customer whose journey it
// belongs to, 0 for none. Data is marshalled to a JSON object.
type New struct {
	Kind     string
	About    Ref
	Customer int64
	Data     any
}

// Event is a recorded event. Pos is its place in the order that every reader
// sees; it is gap-free and never changes.
type Event struct {
	Pos      int64           `json:"pos"`
	At       time.Time       `json:"at"`
	Actor    Actor           `json:"actor"`
	Kind     string          `json:"kind"`
	About    Ref             `json:"about"`
	Customer int64           `json:"customer,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
}

// Decode reads the event's data into v.
func (e Event) Decode(v any) error { return json.Unmarshal(e.Data, v) }
