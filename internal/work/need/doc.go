// Package need keeps what we have understood of a customer's matter: his own
// words beside our restatement, whether he has confirmed it and how often he had
// to correct it, what lies behind the thing he asks for, the answers to the
// questions of the ticket's type, what contradicts itself in them, and how he felt.
//
// It owns the tables need, need_mood and need_link. It does not own the ticket
// (work/ticket asks it before a state is set, and finds tickets by the answers),
// the questions (work/tickettype), nor the conversation, of which it is told by
// a small interface.
//
// # Invariants
//
//   - The customer's own words are never made out of ours, nor ours out of his.
//   - A confirmation is of one restatement: another wording takes it away.
//   - A correction by the customer is counted once, and by nobody undone.
//   - Of a link's token only the hash is stored. A link confirms or corrects once,
//     within thirty days, and tells afterwards what was done with it. A new one, or
//     another restatement, replaces it.
//   - Where the type wants a restatement, work does not go on before there is one
//     (R102). Where the type takes part in listening, a solution before the
//     confirmation needs a reason (R098).
package need
