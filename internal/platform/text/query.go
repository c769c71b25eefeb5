package text

import (
	"slices"
	"strings"
)

const (
	maxTerms     = 24 // terms of one query; what follows is ignored
	maxRunTokens = 48 // tokens of one phrase
)

// Parsed is what a person asks for: terms that must all be there. Its zero
// value asks for nothing.
type Parsed struct{ terms []term }

// term is there when one of its phrases is. Its needles show where.
type term struct {
	phrases []phrase
	needles []needle
}

// phrase is a row of neighbouring tokens, the last one perhaps only begun.
type phrase struct {
	tokens []string
	prefix bool
}

// Query reads what a person typed into a search box. Words and numbers must
// all be there, in any order; "…", “…” and 「…」 hold exact phrases; a Chinese,
// Japanese or Korean run is found wherever its characters stand together; the
// last word may be incomplete when it has two characters or more. Order numbers
// are found with or without their hyphens, phone numbers in any writing.
func Query(q string) Parsed {
	var p Parsed
	for _, part := range splitQuotes(q) {
		if len(p.terms) >= maxTerms {
			break
		}
		if part.quoted {
			if t, ok := quotedTerm(part.s); ok {
				p.terms = append(p.terms, t)
			}
			continue
		}
		p.terms = append(p.terms, looseTerms(part.s, part.last)...)
	}
	p.terms = p.terms[:min(len(p.terms), maxTerms)]
	return p
}

type queryPart struct {
	s            string
	quoted, last bool
}

var closing = map[rune]rune{'"': '"', '“': '”', '„': '“', '「': '」', '『': '』', '＂': '＂'}

// splitQuotes separates quoted phrases from the rest. A quote that is never
// closed quotes nothing.
func splitQuotes(q string) []queryPart {
	var out []queryPart
	rest := q
	for rest != "" {
		open := strings.IndexFunc(rest, func(r rune) bool { _, ok := closing[r]; return ok })
		if open < 0 {
			break
		}
		r := []rune(rest[open : open+min(4, len(rest)-open)])[0]
		body := rest[open+len(string(r)):]
		end := strings.IndexRune(body, closing[r])
		if end < 0 {
			break
		}
		out = append(out, queryPart{s: rest[:open]}, queryPart{s: body[:end], quoted: true})
		rest = body[end+len(string(closing[r])):]
	}
	return append(out, queryPart{s: rest, last: true})
}

// quotedTerm makes one phrase of all tokens. The last character alone that
// ends the tokens of a run is left out, since the text may go on after it.
func quotedTerm(s string) (term, bool) {
	tokens := Tokens(s)
	if len(tokens) == 0 {
		return term{}, false
	}
	cs := foldChars(s)
	units := scan(cs)
	last := units[len(units)-1]
	ph := phrase{tokens: tokens}
	if last.cjk {
		if len(last.text) > 1 {
			ph.tokens = tokens[:len(tokens)-1]
		} else {
			ph.prefix = true
		}
	}
	ph.tokens = ph.tokens[:min(len(ph.tokens), maxRunTokens)]
	var n needle
	for _, u := range units {
		n.add(u.text)
	}
	return term{phrases: []phrase{ph}, needles: []needle{n}}, true
}

func looseTerms(s string, last bool) []term {
	cs := foldChars(s)
	units := scan(cs)
	calls := phones(cs, units)
	var out []term
	for i := 0; i < len(units) && len(out) < maxTerms; i++ {
		u := units[i]
		if u.cjk {
			out = append(out, runTerm(u.text))
			continue
		}
		for len(calls) > 0 && calls[0].last < i {
			calls = calls[1:]
		}
		if len(calls) > 0 && calls[0].first == i {
			if t, ok := callTerm(calls[0], units, last && calls[0].last == len(units)-1); ok {
				out = append(out, t)
				i = calls[0].last
				continue
			}
		}
		out = append(out, wordTerm(u, last && i == len(units)-1))
	}
	return out
}

func runTerm(run []rune) term {
	ph := phrase{prefix: len(run) == 1}
	ph.tokens = grams(run)
	if len(run) > 1 {
		ph.tokens = ph.tokens[:len(run)-1]
	}
	ph.tokens = ph.tokens[:min(len(ph.tokens), maxRunTokens)]
	var n needle
	n.add(run)
	return term{phrases: []phrase{ph}, needles: []needle{n}}
}

// wordTerm finds a word as a whole, without its hyphens, or as its pieces in
// a row. One letter alone is never a beginning: that would read the index.
func wordTerm(u unit, last bool) term {
	f := u.forms()
	prefix := last && len(u.text) > 1
	t := term{phrases: []phrase{{tokens: []string{f.whole}, prefix: prefix}}}
	if f.joined != "" {
		t.phrases = append(t.phrases, phrase{tokens: []string{f.joined}, prefix: prefix})
	}
	n := needle{prefix: prefix}
	if f.pieces == nil {
		n.add(u.text)
	} else {
		t.phrases = append(t.phrases, phrase{tokens: f.pieces, prefix: prefix && len([]rune(f.pieces[len(f.pieces)-1])) > 1})
		for _, p := range f.pieces {
			n.add([]rune(p))
		}
	}
	t.needles = []needle{n}
	return t
}

// callTerm finds a row of digit groups as a phone number or as it stands.
func callTerm(c call, units []unit, last bool) (term, bool) {
	number := c.number()
	if number == "" {
		return term{}, false
	}
	prefix := last
	var t term
	if c.first == c.last {
		t = wordTerm(units[c.first], last)
	} else {
		// The groups as they stand: what Tokens makes of them, less the
		// numbers it adds after the last, which are the other phrase.
		var ph phrase
		var n needle
		for _, u := range units[c.first : c.last+1] {
			f := u.forms()
			ph.tokens = append(ph.tokens, f.whole)
			if f.joined != "" {
				ph.tokens = append(ph.tokens, f.joined)
			}
			ph.tokens = append(ph.tokens, f.pieces...)
			n.add(u.text)
		}
		t = term{phrases: []phrase{ph}, needles: []needle{n}}
	}
	same := func(p phrase) bool { return len(p.tokens) == 1 && p.tokens[0] == number }
	if !slices.ContainsFunc(t.phrases, same) {
		t.phrases = append(t.phrases, phrase{tokens: []string{number}, prefix: prefix})
	}
	n := needle{anywhere: true, prefix: prefix}
	for _, r := range number {
		n.add([]rune{r})
	}
	t.needles = append(t.needles, n)
	return t, true
}

// Empty tells that nothing can be searched for: no letter, no digit.
func (p Parsed) Empty() bool { return len(p.terms) == 0 }

// FTS5 is the query as an FTS5 MATCH expression, or "" when it is empty.
// Every token stands in double quotes, so nothing typed acts as an operator.
func (p Parsed) FTS5() string {
	var b strings.Builder
	for i, t := range p.terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		if len(t.phrases) > 1 {
			b.WriteByte('(')
		}
		for j, ph := range t.phrases {
			if j > 0 {
				b.WriteString(" OR ")
			}
			b.WriteByte('"')
			for k, token := range ph.tokens {
				if k > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(token)
			}
			b.WriteByte('"')
			if ph.prefix {
				b.WriteByte('*')
			}
		}
		if len(t.phrases) > 1 {
			b.WriteByte(')')
		}
	}
	return b.String()
}

// TSQuery is the query as text that PostgreSQL casts to tsquery, or "" when it
// is empty.
func (p Parsed) TSQuery() string {
	var b strings.Builder
	for i, t := range p.terms {
		if i > 0 {
			b.WriteString(" & ")
		}
		b.WriteByte('(')
		for j, ph := range t.phrases {
			if j > 0 {
				b.WriteString(" | ")
			}
			for k, token := range ph.tokens {
				if k > 0 {
					b.WriteString(" <-> ")
				}
				quoteLexeme(&b, token)
			}
			if ph.prefix {
				b.WriteString(":*")
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}
