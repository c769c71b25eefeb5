package customer

import "heed/internal/kernel/event"

// The kinds of events about customers.
const (
	KindCreated = "customer.created"
	KindChanged = "customer.changed"
)

// Created is the data of KindCreated.
type Created struct {
	Number string `json:"number"`
	Kind   Kind   `json:"kind"`
	Name   string `json:"name"`
}

// Changed is the data of KindChanged. What the values were and are is left
// out: an erased customer must not live on in the journal.
type Changed struct {
	Fields []string `json:"fields"` // names as in the API; "people" of an organization
}

func about(kind string, id int64, data any) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "customer", ID: id}, Customer: id, Data: data}
}
