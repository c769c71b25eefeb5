package text

import (
	"slices"
	"strings"
	"unicode"
)

const (
	maxHits   = 400 // places looked at in one text
	maxNeedle = 64  // characters compared at each place
)

// Range is a stretch of a string in bytes, from Start up to but without End.
type Range struct{ Start, End int }

// Part is a stretch of a snippet, marked or not.
type Part struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

// Parts cuts a snippet at its ranges, for who shows it and does not want to
// count bytes. Joined, the texts are the snippet.
func Parts(snippet string, ranges []Range) []Part {
	var out []Part
	at := 0
	for _, r := range ranges {
		if r.Start > at {
			out = append(out, Part{Text: snippet[at:r.Start]})
		}
		out = append(out, Part{Text: snippet[r.Start:r.End], Hit: true})
		at = r.End
	}
	if at < len(snippet) {
		out = append(out, Part{Text: snippet[at:]})
	}
	return out
}

// needle is what a term looks like in a text: characters that follow one
// another, with separators allowed before those marked in gap.
type needle struct {
	runes    []rune
	gap      []bool
	prefix   bool // may end within a word
	anywhere bool // may begin within a word
}

// add appends a word, which separators may stand before and, at its joining
// characters, within.
func (n *needle) add(word []rune) {
	gap := true
	for _, r := range word {
		if isJoiner(r) {
			gap = true
			continue
		}
		if len(n.runes) == maxNeedle {
			n.prefix = true
			return
		}
		n.runes = append(n.runes, r)
		n.gap = append(n.gap, gap)
		gap = false
	}
}

// match returns where the needle ends if it begins at lo, else -1.
func (n *needle) match(cs []char, lo int) int {
	if len(n.runes) == 0 || cs[lo].r != n.runes[0] || !n.anywhere && !border(cs, lo) {
		return -1
	}
	j := lo + 1
	for i := 1; i < len(n.runes); i++ {
		for skipped := 0; j < len(cs) && skipped < 4 && n.skips(cs[j].r, i); skipped++ {
			j++
		}
		if j >= len(cs) || cs[j].r != n.runes[i] {
			return -1
		}
		j++
	}
	if !n.prefix && !border(cs, j) {
		return -1
	}
	return j
}

// skips tells whether r of the text may stand before the needle's character i.
func (n *needle) skips(r rune, i int) bool {
	if isWord(r) || isCJK(r) {
		return false
	}
	return n.gap[i] || isJoiner(r) || r == '\'' || isCJK(n.runes[i]) && (r == '\n' || r == '\r')
}

// border tells whether a word may begin or end before position i: between
// unlike kinds of characters, and anywhere in Chinese, Japanese and Korean.
func border(cs []char, i int) bool {
	if i <= 0 || i >= len(cs) {
		return true
	}
	a, b := cs[i-1].r, cs[i].r
	if !isWord(a) || !isWord(b) {
		return true
	}
	return isDigit(a) != isDigit(b) && !unicode.Is(unicode.M, b)
}

type hit struct{ lo, hi, term int }

// hits finds the query in a folded text, in order and without overlaps.
func (p Parsed) hits(cs []char) []hit {
	var out []hit
	for i := 0; i < len(cs) && len(out) < maxHits; i++ {
		best := hit{lo: i, hi: -1}
		for t, term := range p.terms {
			for k := range term.needles {
				if end := term.needles[k].match(cs, i); end > best.hi {
					best.hi, best.term = end, t
				}
			}
		}
		if best.hi > 0 {
			out = append(out, best)
			i = best.hi - 1
		}
	}
	return out
}

// Snippet returns about size characters of s around the place where most of
// the query stands, white space made single spaces, "…" where s goes on, and
// what matched as ranges of the snippet in order. Without a match it is the
// beginning of s and no ranges.
func Snippet(s string, query Parsed, size int) (string, []Range) {
	cs := foldChars(s)
	found := query.hits(cs)
	lo, hi := window(cs, found, max(size, 8))
	from, to := 0, len(s)
	if lo > 0 {
		from = cs[lo].lo
	}
	if hi < len(cs) {
		to = max(from, cs[hi].lo)
	}
	m := marker{}
	if from > 0 {
		m.b.WriteString("…")
	}
	for _, h := range found {
		start, end := cs[h.lo].lo, cs[h.hi-1].hi
		if start < from || end > to {
			continue
		}
		m.plain(s[from:start])
		m.mark(s[start:end])
		from = end
	}
	m.plain(s[from:to])
	out := strings.TrimRight(m.b.String(), " ")
	if to < len(s) && strings.TrimSpace(s[to:]) != "" {
		out += "…"
	}
	return out, m.ranges
}

// window chooses which folded characters to show.
func window(cs []char, found []hit, size int) (lo, hi int) {
	if len(cs) <= size {
		return 0, len(cs)
	}
	if len(found) > 0 {
		lo = max(0, bestHit(found, size*3/4).lo-size/4)
	}
	if lo+size > len(cs) {
		lo = len(cs) - size
	}
	hi = lo + size
	// Rather begin and end between words, if that costs little.
	for i := lo; lo > 0 && i < lo+size/8; i++ {
		if unicode.IsSpace(cs[i].r) {
			lo = i + 1
			break
		}
	}
	for i := hi; hi < len(cs) && i > hi-size/8; i-- {
		if unicode.IsSpace(cs[i].r) {
			hi = i
			break
		}
	}
	return lo, hi
}

// bestHit is the first hit followed within the span by the most terms.
func bestHit(found []hit, span int) hit {
	best, most := found[0], 0
	for i, first := range found {
		var terms []int
		for _, h := range found[i:] {
			if h.hi-first.lo > span {
				break
			}
			if !slices.Contains(terms, h.term) {
				terms = append(terms, h.term)
			}
		}
		if len(terms) > most {
			best, most = first, len(terms)
		}
	}
	return best
}

// marker writes a snippet and keeps its ranges.
type marker struct {
	b      strings.Builder
	space  bool
	ranges []Range
}

func (m *marker) plain(s string) {
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			m.space = true
			continue
		}
		m.gap()
		m.b.WriteRune(r)
	}
}

func (m *marker) gap() {
	if m.space && m.b.Len() > 0 && !strings.HasSuffix(m.b.String(), "…") {
		m.b.WriteByte(' ')
	}
	m.space = false
}

func (m *marker) mark(s string) {
	m.gap()
	start := m.b.Len()
	m.plain(s)
	m.ranges = append(m.ranges, Range{start, m.b.Len()})
}
