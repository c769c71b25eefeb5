// Package referral hands tickets to dealers and follows what becomes of them.
//
// It owns the tables referral and referral_step. It does not own the dealers
// (offer/dealer) nor the tickets (work/ticket), whose status and dealer it sets.
// The mail to the dealer is carried by a port, and so is what the customer is told.
//
// # States (R305)
//
//	sent ──▶ accepted ──▶ working ──▶ done
//	  │          │           │
//	  │          └───────────┴──▶ declined
//	  └──▶ working, done, declined
//
//	sent, accepted, working ──▶ withdrawn
//
// While a referral is open, the ticket names the dealer as the one who works on
// it and waits internally: its clock goes on, and its owner goes on answering for
// it. When the dealer is done or declines, or the referral is withdrawn, the
// ticket is the owner's again.
//
// # Invariants
//
//   - A ticket has one open referral at most.
//   - The dealer comes in by a link whose token is kept as a hash; a new link
//     makes the one before void, and a referral that has ended has none.
//   - What the dealer reads is what the agent wrote for him, the ticket's number
//     and its subject, and nothing else of the ticket.
package referral
