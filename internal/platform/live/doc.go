// Package live sends what happens to the pages that are open, by server-sent
// events (WHATWG HTML, "Server-sent events").
//
// Every journal event that a viewer may see is sent with its position as id.
// A page that was away comes back with the last id it saw and gets what it
// missed, in order and without a gap; one that was away too long is told to
// read everything anew ("reset"). What is not in the journal (counters, who is
// looking) is sent without an id: the next such message makes up for a lost one.
//
// A page that reads too slowly is cut off rather than kept in memory; it
// resumes like any other.
package live
