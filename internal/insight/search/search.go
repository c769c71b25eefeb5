package search

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/page"
	"heed/internal/platform/text"
	"heed/internal/work/ticket"
)

// Scope says which kinds of things are looked for.
type Scope string

// The scopes.
const (
	All       Scope = "all"
	Tickets   Scope = "tickets"
	Messages  Scope = "messages"
	Customers Scope = "customers"
)

// The kinds of hits.
const (
	HitTicket   = "ticket"
	HitMessage  = "message"
	HitCustomer = "customer"
)

const (
	queryMost   = 300 // characters of a question that are read
	snippetSize = 120 // characters
)

// Query is what a person asks.
type Query struct {
	Text string
	In   Scope // empty: all
	page.Request
}

// Range is a stretch of a snippet in UTF-16 units, as JavaScript counts, from
// the first up to but without the second.
type Range [2]int

// Hit is one thing that was found.
type Hit struct {
	Kind     string        `json:"kind" enum:"ticket,message,customer"`
	ID       int64         `json:"id"`
	TicketID int64         `json:"ticket_id,omitempty" doc:"The ticket of a message"`
	Title    string        `json:"title" doc:"The subject, or the customer's name"`
	Snippet  string        `json:"snippet" doc:"Text around what was found"`
	Ranges   []Range       `json:"ranges" doc:"What was found in the snippet, in UTF-16 units"`
	At       time.Time     `json:"at" doc:"When it was made"`
	Status   ticket.Status `json:"status,omitempty" doc:"Of the ticket"`
	Number   string        `json:"number,omitempty" doc:"Of the ticket or the customer"`
	Note     bool          `json:"note,omitempty" doc:"The message is a note"`
}

// part is one index.
type part int

const (
	ticketPart part = iota
	messagePart
	customerPart
	parts // how many there are
)

// partsOf lists the indexes that a scope reads.
func partsOf(s Scope) ([]part, bool) {
	switch s {
	case All, "":
		return []part{ticketPart, messagePart, customerPart}, true
	case Tickets:
		return []part{ticketPart}, true
	case Messages:
		return []part{messagePart}, true
	case Customers:
		return []part{customerPart}, true
	}
	return nil, false
}

// document is what is written into an index.
type document struct {
	id   int64
	text string
	// marks are tokens that no text holds, for what is found by a key.
	marks []string
}

// snip makes the snippet of a hit.
func (h *Hit) snip(s string, q text.Parsed) {
	snippet, ranges := text.Snippet(s, q, snippetSize)
	h.Snippet, h.Ranges = snippet, utf16Ranges(snippet, ranges)
}

// utf16Ranges counts ranges of bytes as JavaScript does: a character beyond the
// basic plane is two units.
func utf16Ranges(s string, in []text.Range) []Range {
	out := make([]Range, len(in))
	at, units := 0, 0
	count := func(to int) int {
		for _, r := range s[at:to] {
			units++
			if r > 0xFFFF {
				units++
			}
		}
		at = to
		return units
	}
	for i, r := range in {
		out[i][0] = count(r.Start)
		out[i][1] = count(r.End)
	}
	return out
}

// cutQuery bounds what is read of a question.
func cutQuery(q string) string {
	if utf8.RuneCountInString(q) <= queryMost {
		return q
	}
	return string([]rune(q)[:queryMost])
}

// apart keeps what stands side by side in a document from being read as one
// phone number or phrase.
const apart = " ; "

// nameWords are a name with its sound and initials.
func nameWords(name string) []string {
	words := []string{name}
	if more := strings.TrimSpace(strings.TrimPrefix(text.NameIndex(name), text.IndexText(name))); more != "" {
		words = append(words, more)
	}
	return words
}

// cursor is where each index goes on: below these ids. It is the key of a page.
type cursor [parts]int64

const beginning = int64(1) << 62

func readCursor(c string) (cursor, error) {
	at := cursor{beginning, beginning, beginning}
	if c == "" {
		return at, nil
	}
	err := page.Decode(c, &at[ticketPart], &at[messagePart], &at[customerPart])
	return at, err
}

func (c cursor) String() string { return page.Encode(c[ticketPart], c[messagePart], c[customerPart]) }

// merge takes the newest of several rows of hits, each newest first, up to
// size, and tells where each index goes on and whether anything is left. of
// gives the index of a hit.
func merge(rows [][]Hit, size int, from cursor, of func(Hit) part) (out []Hit, next cursor, more bool) {
	out, next = []Hit{}, from
	heads := slices.Clone(rows)
	for {
		best := -1
		for i, row := range heads {
			if len(row) > 0 && (best < 0 || row[0].At.After(heads[best][0].At)) {
				best = i
			}
		}
		if best < 0 {
			return out, next, false
		}
		if len(out) == size {
			return out, next, true
		}
		h := heads[best][0]
		heads[best] = heads[best][1:]
		next[of(h)] = h.ID
		out = append(out, h)
	}
}

func partOf(h Hit) part {
	switch h.Kind {
	case HitTicket:
		return ticketPart
	case HitMessage:
		return messagePart
	}
	return customerPart
}
