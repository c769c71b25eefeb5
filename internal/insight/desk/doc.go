// Package desk is what the pages of the desk read: lists of tickets, one
// ticket with all that is shown beside it, its timeline, the views with their
// counts, and the list of first steps.
//
// It reads the tables of many slices in one statement, so that a list is one
// walk along one index, and writes only its own table, onboarding_mark.
// Nothing here changes a ticket: marking one as read goes to work/ticket.
//
// # Invariants
//
//   - Nobody reads here what work/ticket would not show him: every read asks
//     Visible, or says the same in SQL. Reps do not see the tickets of private
//     teams that they are not in; employees see what they registered (R064) and
//     have no views.
//   - A note's words are in no answer of this package.
//   - A count is exactly the length of its list: both are defined side by side
//     in view.go, and a test compares them.
//   - Every standard view in every order is a walk along an index on both
//     engines; a test asks the engines for their plans.
package desk
