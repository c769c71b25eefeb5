// Package db runs one SQL text on SQLite and on PostgreSQL.
//
// # What it promises
//
//   - A transaction is one call of Write. It travels in the context: a Write
//     inside a Write joins the running transaction, so that services can be
//     put together without a second set of methods.
//   - What Write has acknowledged is on the disk. On SQLite (WAL,
//     synchronous=FULL) one goroutine owns the only writing connection and a
//     commit queue shares commits: the waiting transactions run one after
//     another, each in a savepoint, and are made durable together.
//   - A transaction in which any statement failed is never committed, even if
//     the caller has swallowed the error. PostgreSQL works that way by itself;
//     on SQLite the package sees to it.
//   - The context of a request is never handed to a statement inside a
//     transaction: a cancellation there would silently end the transaction and
//     let the next statement be committed alone.
//
// # What a closure given to Write must keep
//
// It may run more than once (PostgreSQL serialisation failures; a SQLite batch
// that broke), and on SQLite everybody waits for it: no network, no files, no
// sleeping. What must follow the commit goes into After.
//
// # SQL
//
// SQL is written by hand, in capitals, with ? placeholders. Times are BIGINT
// microseconds in UTC, booleans are compared as "WHERE spam" and "NOT spam",
// ordered columns hold no NULL, and partial indexes are met with the literal
// of their predicate. Schema texts use the words that Migration lists.
package db
