// Package demo makes a firm that one can look around in: agents and teams,
// customers on three continents, and three months of requests in three
// languages, about 180 of them open now.
//
// It owns the table demo_mark, which names every thing that was made, so that
// Clear removes exactly that and what people have made themselves stays.
//
// # How it is made
//
// Everything goes through the services, as people would do it, with a clock
// that is moved through the three months: so journal, timelines, counters and
// lists are what they would be. First the whole course of every ticket is
// planned (plan.go), without touching the database and from fixed seeds, so that
// it is the same each time; then all steps of all tickets are carried out in the
// order of their times (play.go), many in one transaction.
//
// Nothing is ever mailed: a reply is noted as sent in the transaction that
// writes it, so whoever carries replies finds nothing to do, and the two
// mailboxes have no servers. All addresses are below .example (RFC 2606), phone
// numbers are from ranges that nobody has.
//
// The stories are in stories_*.json, the three languages side by side; what the
// firm knows is in articles/*.jsonl, one article a line, and is published before
// the first request.
package demo
