// Package intake is the one door by which every request comes in, whatever its
// channel (R247): it finds or registers the customer, gives the ticket its
// number, writes down what was said and, if the matter is settled at once,
// settles it, all in one transaction.
//
// It owns no table and emits no event of its own: customers, tickets and the
// conversation keep and tell what is theirs. Whoever looks at a ticket that was
// solved in the same moment as it was registered sees first-contact resolution
// (R296).
//
// # Who is the customer (R307)
//
// He is named by id, or described. Described by an e-mail address or a phone
// number that is known, he is who has it, if the names agree or no name was given:
// whole offices share a number, and some an address. Otherwise he is registered,
// and where another has his address, whoever registers is asked first. A ticket
// may also have no customer, until somebody finds out.
package intake
