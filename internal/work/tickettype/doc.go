// Package tickettype keeps what kinds of requests there are, what is asked and
// written down for each, how severe a matter can be, and how urgent that makes it.
//
// It owns the tables ticket_type and ticket_judgement. It does not own tickets:
// work/ticket asks it, by a port, to judge a ticket whenever one is made or
// changed. It does not own the answers to guided questions (work/need), which it
// only describes, nor articles (offer/knowledge), which a type may point at.
//
// # Invariants
//
//   - Types form a tree of at most three levels, and a firm has at most 500. A
//     type is never removed, because tickets have it: it is switched off.
//   - A key is unique, never changes, and is what other parts of the program and
//     imports know a type by.
//   - Every name exists in at least one language; Say finds the best one.
//   - Severity runs from 1, the worst, to 4; 0 is "nobody has judged".
//   - The priority follows from the rule alone: the same severity, tier,
//     criticality and type give the same points. Who overrides it says why.
package tickettype
