package customer

import "heed/internal/kernel/event"

// The kinds of events about customers.
const (
	KindCreated     = "customer.created"
	KindChanged     = "customer.changed"
	KindMerged      = "customer.merged" // about who stays
	KindUnmerged    = "customer.unmerged"
	KindLinked      = "customer.linked" // one about each end
	KindUnlinked    = "customer.unlinked"
	KindNoted       = "customer.noted"
	KindNoteRemoved = "customer.note_removed"
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
	// Fields are named as in the API; "people" of an organization, "merged_into"
	// of a record that has become part of another or is itself again.
	Fields []string `json:"fields"`
}

// Merged is the data of KindMerged and KindUnmerged. Whoever keeps something
// by a customer's id moves what is From's to Into, remembers what it moved
// under MergeID, and moves exactly that back on KindUnmerged.
type Merged struct {
	MergeID int64 `json:"merge_id"`
	From    int64 `json:"from"`
	Into    int64 `json:"into"`
	Kind    Kind  `json:"kind"`
}

// Linked is the data of KindLinked and KindUnlinked.
type Linked struct {
	LinkID int64  `json:"link_id"`
	Upper  int64  `json:"upper"`
	Lower  int64  `json:"lower"`
	Kind   string `json:"kind"`
}

// Noted is the data of KindNoted and KindNoteRemoved.
type Noted struct {
	NoteID int64 `json:"note_id"`
}

func about(kind string, id int64, data any) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "customer", ID: id}, Customer: id, Data: data}
}
