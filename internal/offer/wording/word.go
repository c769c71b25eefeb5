package wording

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters.
const (
	WordMost    = 60
	InsteadMost = 200
)

// Kind tells why a word is watched.
type Kind string

// The kinds of words.
const (
	Forbidden Kind = "forbidden" // it hurts, promises too much, or puts the customer off
	Jargon    Kind = "jargon"    // only we understand it
)

// Severity tells what a finding does to a reply.
type Severity string

// The severities.
const (
	Block Severity = "block" // the reply does not go
	Warn  Severity = "warn"  // the writer is told
)

// Word is a word or phrase that is watched.
type Word struct {
	ID        int64
	Word      string
	Locale    string // the language in which it is watched; empty is any
	Kind      Kind
	Severity  Severity
	Instead   string // what to say instead; may be empty
	Active    bool
	UpdatedAt time.Time
	Version   int64
}

// Patch is a change: what is nil stays.
type Patch struct {
	Word, Locale, Instead *string
	Kind                  *Kind
	Severity              *Severity
	Active                *bool
}

// with gives the word as the patch makes it.
func (w Word) with(p Patch) (Word, error) {
	set(&w.Word, p.Word)
	set(&w.Locale, p.Locale)
	set(&w.Instead, p.Instead)
	set(&w.Kind, p.Kind)
	set(&w.Severity, p.Severity)
	set(&w.Active, p.Active)
	w.Word = strings.Join(strings.Fields(w.Word), " ")
	w.Instead = strings.Join(strings.Fields(w.Instead), " ")
	var f fault.Fields
	switch {
	case strings.TrimSpace(text.Fold(w.Word)) == "":
		f.Add("word", "field.required")
	case utf8.RuneCountInString(w.Word) > WordMost:
		f.Add("word", "field.too_long", "max", WordMost)
	}
	if utf8.RuneCountInString(w.Instead) > InsteadMost {
		f.Add("instead", "field.too_long", "max", InsteadMost)
	}
	if w.Locale != "" && !setting.IsLocale(w.Locale) {
		f.Add("locale", "field.unknown_value")
	}
	if w.Kind != Forbidden && w.Kind != Jargon {
		f.Add("kind", "field.unknown_value")
	}
	if w.Severity != Block && w.Severity != Warn {
		f.Add("severity", "field.unknown_value")
	}
	return w, f.Err()
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// watched tells whether the word counts in a text of the language. English
// words count everywhere: mixed into Chinese they say the same. A text of which
// only "zh" or nothing is known counts as either.
func (w Word) watched(lang string) bool {
	return w.Active && (w.Locale == "" || w.Locale == lang || w.Locale == "en" || lang == "" ||
		lang == "zh" && strings.HasPrefix(w.Locale, "zh-"))
}

// found looks for the folded word in a folded text. A word that begins or ends
// with a letter that is written in words must stand alone there: "ass" is not
// in "class". Chinese has no such borders.
func found(folded, word string) bool {
	for at := 0; at < len(folded); {
		i := strings.Index(folded[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		if !joins(lastRune(folded[:start]), firstRune(word)) && !joins(lastRune(word), firstRune(folded[end:])) {
			return true
		}
		_, size := utf8.DecodeRuneInString(folded[start:])
		at = start + size
	}
	return false
}

// joins tells whether two neighbouring characters belong to one word.
func joins(a, b rune) bool { return ofWord(a) && ofWord(b) }

func ofWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

func firstRune(s string) rune {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
