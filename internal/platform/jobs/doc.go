// Package jobs does work that talks to the outside or waits for a time: it is
// enqueued in the transaction that wants it, and done after that has been
// committed, by whichever node is free.
//
// # Invariants
//
//  1. A job exists exactly when the transaction that enqueued it was committed.
//  2. At most one job of a kind and unique key is waiting or running.
//  3. A job is worked on by one worker at a time, as long as that worker lives:
//     it holds a lease, which it renews; when it dies the lease runs out and
//     another takes the job. Therefore a handler must be idempotent.
//  4. A job that fails is tried again with growing pauses; after its last try,
//     or when its handler says that no try can help, it is dead: kept, listed,
//     and brought back only by an administrator.
//
// States: ready → running → done (removed) | ready (again) | dead → ready.
// In the column state they are 0 ready, 1 running, 2 dead; literals in the SQL
// too, so that the databases see that the partial indexes fit.
package jobs

import "heed/internal/platform/db"

// Migrations gives the schema of the jobs.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "jobs", N: 1, SQL: `
CREATE TABLE job (
	id $id,
	kind $text NOT NULL, ukey $text NOT NULL, args $json NOT NULL,
	state $int NOT NULL, priority $int NOT NULL, run_at $time NOT NULL, lease_until $time NOT NULL,
	attempt $int NOT NULL, max_attempts $int NOT NULL, last_error $text NOT NULL,
	created_at $time NOT NULL, failed_at $time
) $end;
CREATE INDEX job_ready ON job (priority, run_at, id) WHERE state = 0;
CREATE INDEX job_due ON job (run_at) WHERE state = 0;
CREATE INDEX job_leased ON job (lease_until) WHERE state = 1;
CREATE INDEX job_dead ON job (id) WHERE state = 2;
CREATE UNIQUE INDEX job_unique ON job (kind, ukey) WHERE state < 2 AND ukey <> '';
`}}
}
