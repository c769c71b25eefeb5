// Package exchange brings tables into Heed and gives them out: customers,
// products, articles and so on, as CSV and XLSX.
//
// It owns the imports with what became of each row, and the external keys by
// which a row that comes again is known. What a row means it does not know:
// each kind is an Importer, which stores rows by the services of its slice.
//
// # How an import goes
//
//	new ──check──▶ checking ─▶ checked ──run──▶ running ─▶ done
//	                   │                           │
//	                   ├─▶ failed / cancelled ◀────┤
//
// A check is a run whose transactions are undone, so that it finds what the run
// would find. Both go through the file in pieces, a transaction each.
//
// # Invariants
//
//  1. The position in the file is stored in the transaction that stores the
//     rows before it: killed at any moment, an import goes on without a row lost
//     or doubled.
//  2. A row is stored whole or not at all, and every row that is not stored is
//     kept with the reason.
//  3. A row that was imported before, known by its natural key, is updated.
package exchange
