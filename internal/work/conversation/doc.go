// Package conversation holds what is said about a ticket: by the customer, to
// the customer, and between colleagues.
//
// It owns the messages with their state of delivery, the files that belong to
// them, the drafts of the agents, and the raw mails that came in. It does not
// own the ticket (work/ticket keeps its status and its counts, and is told of
// every message in the same transaction), nor does it speak any protocol:
// reach/email and its like hand in what came and carry out what is queued.
//
// # Invariants
//
//  1. A message never changes once it is written, but for its state of delivery.
//  2. What is stored as HTML has been through mailwire.Clean. Remote pictures
//     are kept as a placeholder, so that nothing is loaded by showing it.
//  3. A note, and whatever hangs on it, is given only to who has NoteRead. Its
//     words go neither into the journal nor into the ticket's preview.
//  4. The same client key on the same ticket is the same message.
//  5. A file belongs to who uploaded it until a message takes it; from then on
//     whoever may see the message may see the file. A file that neither a message
//     nor a draft has taken goes after a day.
//
// # States of delivery
//
//	received                            what came in
//	queued ─→ sending ─→ sent ─→ delivered
//	  ↑ ↖        │  ├──→ failed ──→ queued (retry)
//	  │   temporary └──→ maybe_sent ─→ sent, delivered, bounced, queued (retry)
//	  └──────────────── bounced ←── sent, delivered
//
// maybe_sent is the honest answer when the connection broke after the whole mail
// had been handed over and before the server answered: a person decides whether
// to send it again. Messages that do not travel (a note, what was said on the
// phone) are "sent" from the beginning and stay so.
package conversation
