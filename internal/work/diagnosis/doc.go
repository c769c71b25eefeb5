// Package diagnosis keeps branching questions that lead to the cause of a
// fault, and the walks through them on tickets (R039).
//
// It owns the tables flow, flow_version and walk. It does not own the articles
// that a result points at (offer/knowledge), known by their ids.
//
// # The life of a flow
//
//	draft ──publish──▶ published ──retire──▶ retired
//	                     │   ▲                 │
//	                     │   └────publish──────┘
//	                     ▼
//	             changed: the draft of its next version stands beside it
//
// # Invariants
//
//   - A flow has one first node; every answer leads to a node that is there; no
//     way leads back; every node can be reached; every way ends at a result.
//   - A published version is never changed. A walk goes on in the version in
//     which it began.
//   - A walk is on one ticket. Its path, and in the end its cause, its article and
//     its part, are told in the ticket's journal.
package diagnosis
