// Package search finds tickets, messages and customers by what is written in
// them.
//
// It owns the tables search_ticket, search_message, search_customer (the
// indexes, one a kind) and search_state. What is found is read from the tables
// of the slices that own it, so that nothing is shown that has gone.
//
// A follower of the journal keeps the indexes. They hold tokens alone, made by
// platform/text: FTS5 without content on SQLite, a tsvector with a GIN index on
// PostgreSQL. The two engines differ in store_sqlite.go and store_postgres.go
// and in nothing else.
//
// # Invariants
//
//   - Nobody finds what work/ticket would not show him: every statement that
//     reads an index says the same as ticket.Visible. Reps do not find tickets
//     of private teams that they are not in, employees find what they registered
//     (R064), and notes are found only by who may read notes.
//   - What was deleted is not found: an entry of an index counts only together
//     with its row. Ids are never used twice, so a forgotten entry does no harm.
//   - Newest first, by id, on both engines: so the engine walks its index
//     backwards and stops when the page is full, however common a word is.
//   - Entries are made by one form of the tokens. A program with another form
//     makes all of them anew, in a job that goes on where it was stopped; until
//     it is done, old entries are found as well as they can be.
package search
