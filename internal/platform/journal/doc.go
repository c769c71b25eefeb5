// Package journal is the append-only record of everything that happened. Every
// change of state records its event in the same transaction; everything else
// (timelines, live pages, counters, search, webhooks, reports) is read from it.
//
// # Positions
//
// A position is an event's place in the order that every reader sees. Positions
// start at 1, are gap-free, and once a reader has seen position n it has seen
// everything up to n, for ever.
//
// On SQLite there is one writer, so the position is given when the event is
// recorded. On PostgreSQL transactions commit in another order than they
// insert, and a reader that went by insertion numbers would skip an event whose
// transaction commits late. There an event is recorded without a position;
// after the commit the sequencer, one at a time under an advisory lock, gives
// the next positions to all committed events that have none. Readers see only
// events with a position.
//
// # Followers
//
// A follower handles events in its own transaction, which also saves how far
// it has come: each event takes effect once, and a crash loses nothing. A
// follower that fails stands still and tries again with growing pauses; it
// never skips.
package journal

import "heed/internal/platform/db"

// Migrations gives the schema of the journal.
func Migrations() []db.Migration {
	return []db.Migration{{
		Slice: "journal", N: 1,
		SQL: `
CREATE TABLE journal (
	id $id,
	at $time NOT NULL,
	actor_kind $text NOT NULL, actor_id $int NOT NULL, actor_name $text NOT NULL,
	kind $text NOT NULL, about_kind $text NOT NULL, about_id $int NOT NULL, customer_id $int NOT NULL,
	data $json NOT NULL,
	pos $int
) $end;
CREATE UNIQUE INDEX journal_pos ON journal (pos);
CREATE INDEX journal_about ON journal (about_kind, about_id, id);
CREATE INDEX journal_customer ON journal (customer_id, id) WHERE customer_id > 0;
CREATE TABLE journal_follower (
	name $text NOT NULL PRIMARY KEY, pos $int NOT NULL, failures $int NOT NULL, last_error $text NOT NULL
) $end;`,
		// Rows that wait for the sequencer: a small index that stays small.
		Postgres: `CREATE INDEX journal_unplaced ON journal (id) WHERE pos IS NULL;`,
	}}
}
