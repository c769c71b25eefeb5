// Package ticket keeps what customers want of the firm: what it is about, how
// urgent it is, who is responsible, how far it has come and how it ended.
//
// It owns the tables ticket, ticket_tag, ticket_field, ticket_read,
// ticket_moved, ticket_counter and ticket_creator. It does not own what was said (work/conversation), who the
// people are (people/agent, people/customer), nor lists and counts for the
// page (insight/desk), which read its tables.
//
// # States (R312)
//
//	             ┌──────────────────────────────────────────────┐
//	    owner    │                                              ▼
//	new ◀────▶ assigned ──▶ in_progress ◀──▶ waiting_customer / waiting_internal
//	 │            │              │     ▲              │
//	 └────────────┴──────┬───────┴─────┼──────────────┘
//	                     ▼             │
//	       solved ──▶ closed ──▶ reopened (behaves as in_progress, not yet taken up)
//	         │  cancelled ──────▶ ▲
//	         └────────────────────┘
//
// From new and assigned a ticket may be waited for, solved or cancelled, but
// not closed: closing is the end of work that has begun or of a ticket that was
// solved. Any other jump is the fault "ticket.illegal_transition". Some arrows
// are walked only by rules, never by hand:
//
//   - new → assigned when an owner is given, assigned → new when he is taken away;
//   - a customer's message takes a waiting_customer ticket back to in_progress
//     (to assigned or new if no work had begun) and a finished one to reopened;
//   - an agent's reply takes new, assigned and reopened to in_progress.
//
// # Invariants
//
//   - A ticket has exactly one owner, or none and then sits in the queue of its
//     team or, without a team, of the firm (R315). The queue's owner answers
//     for it: the team's lead.
//   - new ⇒ no owner and no work begun; assigned ⇒ an owner and no work begun.
//   - A ticket is solved, closed or cancelled if and only if it has a result
//     (R313). Reopening clears the result; the journal keeps it.
//   - A snoozed ticket is open: ending it wakes it.
//   - The owner is an active agent with the right to work on tickets who may
//     see the ticket, at the time when he is made the owner.
//   - version grows by one with each change, and a change that changes nothing
//     does not happen.
//   - Every change has its events, made by comparing the ticket before and
//     after, so that none is forgotten and none is told twice.
//   - The worst severity has a reason (R310). A priority that is a person's and
//     not the rule's has one too (R311).
//   - What a ticket says in its fields belongs to its type; a change of the type
//     takes the rest away, and the journal keeps it (R309).
//   - ticket_counter equals a recount at the end of every transaction.
package ticket
