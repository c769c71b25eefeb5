// Package canned keeps canned answers: texts that are often needed, with merge
// fields that are filled when one is used.
//
// It owns the tables canned and canned_day. It does not own where an answer is
// used: the editor puts the rendered text into a message, and its writer may
// change every word. When the message goes, work/conversation tells what it was
// made of and whether a word was changed, which is counted by the day.
//
// # Invariants
//
//   - An answer is either shared, and then edited by who has CannedEdit, or its
//     owner's own, and then nobody else's business.
//   - A short code is unique among the shared answers and among each owner's own.
//     An own answer may take the code of a shared one: its owner means his.
//   - HTML is cleaned before it is stored, and values are escaped when filled in.
//   - uses is a plain counter. It orders lists, and no figure is derived from it.
package canned
