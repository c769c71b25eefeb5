// Package sheet reads and writes tables of text as people exchange them: CSV
// (RFC 4180, in UTF-8, UTF-16 or GB18030, whatever separates the columns) and
// XLSX (ECMA-376).
//
// It knows nothing of what the columns mean. Whatever the file, reading is
// bounded: a broken quote, an endless record or a zip that unfolds to a
// thousand times its size end in a fault that says so, never in a full memory.
//
// Cells that a spreadsheet would take for a formula are written with a leading
// apostrophe in CSV, and as text in XLSX (OWASP, "CSV Injection"); the reader
// takes the apostrophe off again, so that what was exported can be imported.
package sheet
