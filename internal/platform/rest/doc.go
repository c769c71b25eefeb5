// Package rest is the edge at which HTTP becomes calls of services: it finds
// out who acts, checks where a request comes from, decodes and validates by
// schema (huma), turns faults into RFC 9457 problems in the reader's language,
// and makes a POST with an Idempotency-Key take effect once.
//
// # Idempotency
//
// The key becomes durable in the same transaction as what the request did, so
// a request sent again after a lost answer, or after a crash between the two,
// is never carried out twice. The stored answer is given again, word for word;
// if the program died before the answer was stored, the caller is told that
// the work was done (409, key "idempotency.done").
//
// # Cross-site requests
//
// Browsers send the session cookie by themselves; therefore an unsafe method
// with a cookie must come from our own origin (Sec-Fetch-Site, else Origin).
// Requests with a bearer token carry no ambient authority and are not checked.
package rest

import "heed/internal/platform/db"

// Migrations gives the schema of the idempotency keys.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "rest", N: 1, SQL: `
CREATE TABLE idempotency (
	actor $text NOT NULL, ikey $text NOT NULL, request $text NOT NULL,
	status $int NOT NULL, header $json NOT NULL, body $bytes NOT NULL, at $time NOT NULL,
	PRIMARY KEY (actor, ikey)
) $end;
CREATE INDEX idempotency_at ON idempotency (at);
`}}
}
