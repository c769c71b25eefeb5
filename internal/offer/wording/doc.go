// Package wording keeps the words that must not reach a customer, or had better
// not, in each language, and checks a reply before it goes: words, courtesy,
// length, the script it is written in, fields that were left unfilled.
//
// It owns the table wording. It does not own replies: work/conversation asks
// before it sends one, and refuses to send what blocks.
//
// # Invariants
//
//   - A word is unique within its language, whatever its case, width or script.
//   - Only a word of severity "block" and a merge field that was left unfilled
//     block a reply. Everything else is advice, and the writer decides.
//   - Words are looked for in what is new in a reply, never in what it quotes.
package wording
