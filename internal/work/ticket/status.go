package ticket

import "slices"

// Status is how far a ticket has come (R312).
type Status string

// The states of a ticket.
const (
	StatusNew             Status = "new"              // nobody has it, nothing was done
	StatusAssigned        Status = "assigned"         // it has an owner who has not begun
	StatusInProgress      Status = "in_progress"      // somebody is at it
	StatusWaitingCustomer Status = "waiting_customer" // the customer must do something; the clock stands
	StatusWaitingInternal Status = "waiting_internal" // we wait for a colleague, a part, a supplier
	StatusSolved          Status = "solved"           // done as we see it
	StatusClosed          Status = "closed"           // done as everybody sees it
	StatusReopened        Status = "reopened"         // it was done, and is not after all
	StatusCancelled       Status = "cancelled"        // nothing is to be done
)

// Statuses lists the states in the order in which people know them.
func Statuses() []Status {
	return []Status{StatusNew, StatusAssigned, StatusInProgress, StatusWaitingCustomer, StatusWaitingInternal, StatusSolved, StatusClosed, StatusReopened, StatusCancelled}
}

// Known tells whether s is a state.
func (s Status) Known() bool { return slices.Contains(Statuses(), s) }

// Open tells whether something is still to be done.
func (s Status) Open() bool { return s != StatusSolved && s != StatusClosed && s != StatusCancelled }

// steps are the states that a person may set from each state. assigned → new
// and whatever else the package comment gives to rules is not among them.
var steps = map[Status][]Status{
	StatusNew:             {StatusAssigned, StatusInProgress, StatusWaitingCustomer, StatusWaitingInternal, StatusSolved, StatusCancelled},
	StatusAssigned:        {StatusInProgress, StatusWaitingCustomer, StatusWaitingInternal, StatusSolved, StatusCancelled},
	StatusInProgress:      {StatusWaitingCustomer, StatusWaitingInternal, StatusSolved, StatusClosed, StatusCancelled},
	StatusWaitingCustomer: {StatusInProgress, StatusWaitingInternal, StatusSolved, StatusClosed, StatusCancelled},
	StatusWaitingInternal: {StatusInProgress, StatusWaitingCustomer, StatusSolved, StatusClosed, StatusCancelled},
	StatusSolved:          {StatusClosed, StatusReopened},
	StatusClosed:          {StatusReopened},
	StatusReopened:        {StatusInProgress, StatusWaitingCustomer, StatusWaitingInternal, StatusSolved, StatusClosed, StatusCancelled},
	StatusCancelled:       {StatusReopened},
}

// Next lists the states that a person may set next.
func (s Status) Next() []Status { return slices.Clone(steps[s]) }

// mayBecome tells whether a person may set the state next.
func (s Status) mayBecome(next Status) bool { return slices.Contains(steps[s], next) }

// takes tells whether setting the state means to take the ticket: whoever does
// it and finds no owner becomes the owner, so that work never lacks one (R315).
func (s Status) takes() bool {
	switch s {
	case StatusAssigned, StatusInProgress, StatusWaitingCustomer, StatusWaitingInternal, StatusSolved:
		return true
	default:
		return false
	}
}

// Shelf is where a ticket lies for the lists. Partial indexes name its values
// literally, so they never change.
type Shelf int64

// The shelves.
const (
	Active  Shelf = 0 // open, to be seen now
	Snoozed Shelf = 1 // open, out of sight until a time
	Done    Shelf = 2 // solved or closed
	Dropped Shelf = 3 // cancelled
)

func shelfOf(s Status, snoozed bool) Shelf {
	switch {
	case s == StatusCancelled:
		return Dropped
	case !s.Open():
		return Done
	case snoozed:
		return Snoozed
	}
	return Active
}

// Priority is how soon a ticket wants to be looked at. It is stored as its
// rank, so that an index holds the urgent ones first.
type Priority string

// The priorities.
const (
	Urgent Priority = "urgent"
	High   Priority = "high"
	Normal Priority = "normal"
	Low    Priority = "low"
)

// Priorities lists the priorities, the most urgent first. The place in the
// list is the stored rank.
func Priorities() []Priority { return []Priority{Urgent, High, Normal, Low} }

// Known tells whether p is a priority.
func (p Priority) Known() bool { return p.Rank() >= 0 }

// Rank is 0 for urgent to 3 for low, -1 for what is no priority.
func (p Priority) Rank() int64 { return int64(slices.Index(Priorities(), p)) }

// Channels lists the ways by which a ticket can come. note is what somebody
// wrote down on his own account.
func Channels() []string { return []string{"email", "phone", "web", "chat", "visit", "note"} }

// Results lists the result codes with which a ticket can end (R313).
func Results() []string {
	return []string{
		"solved_answered", "solved_fixed", "solved_workaround", "duplicate", "not_reproducible",
		"withdrawn", "spam", "no_answer", "refused",
	}
}

// spam is the result after which the sender's further mail stays where it is.
const spam = "spam"
