// Package portrait shows one customer at one place: who he is and what is open,
// who it may be that asks, and everything that ever happened with him.
//
// It owns no tables. It reads tickets and the journal, and asks people/customer
// for what is known about customers.
//
// Invariants:
//   - of tickets nobody sees here what work/ticket would not show him;
//   - the journey of a customer holds that of every record that has become part
//     of him, and of an organization that of its people.
package portrait
