// Package answer keeps which answer was given to whom: which version of which
// article, by whom, on which ticket. From that follow the warning when a
// colleague has said something else before (R112), what solved a matter (R303),
// the list of customers who got a wrong answer and its correction (R380), and
// what people ask that nobody has written an answer to (R116).
//
// It owns the tables answer_given, answer_solved, answer_flag, answer_wrong,
// answer_correction, answer_corrected and answer_search. It does not own the
// articles (offer/knowledge), nor what is said to the customer
// (work/conversation): inserting an answer into a reply is recorded here, the
// words that are sent are there.
//
// # Invariants
//
//   - An answer given names one text of one version, which is never changed
//     afterwards: what was said can be looked up for ever.
//   - A recipient is the customer, or, while nobody knows who it is, the ticket.
//   - A recipient gets a correction at most once, whatever crashes: that he got
//     it is stored in the transaction that posts the reply.
//   - What people searched for is counted by day, with no word of who searched,
//     on which ticket, or for whom; addresses, numbers that could be somebody's,
//     and names with a form of address are cut out before anything is stored.
package answer
