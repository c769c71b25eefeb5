// Package reading sees to it that everybody knows what is new: must-reads, which
// are acknowledged and may have a quiz, and announcements, which are only read.
//
// It owns the tables reading, reading_for (who has to read what) and
// reading_card (who knows which answer by heart). It does
// not own what is read: articles and products live elsewhere and are known by
// their ids; a reading made by hand holds its own text. Whoever publishes an
// article as a must-read, or launches a product, is followed.
//
// # States of a reading for one agent
//
//	open ──▶ done
//
// An announcement is done when it was opened. A must-read is done when it was
// acknowledged, and, if it has a quiz, with every answer right; a wrong answer
// keeps it open (R121).
//
// # Invariants
//
//   - Whoever is active and in one of its teams (of no team: everybody) has a
//     must-read that is in force; who joins later gets it then, and who leaves
//     the teams before he has read it loses it.
//   - A must-read about an article takes the place of the earlier ones about the
//     same article: only the newest has to be known.
//   - The right answers of a quiz are shown only to who may publish.
//   - The share that has acknowledged is counted over the active agents.
package reading
