package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxToken is the longest token in characters. What is longer (encoded
	// data, mostly) is cut, so that its beginning still finds.
	maxToken = 64
	// maxPieces bounds how finely a number is cut: identifiers made of mixed
	// letters and digits would otherwise fill the index with noise.
	maxPieces = 8
)

// unit is a stretch of folded characters that belongs together: a word with
// its joined parts, or a run of Chinese, Japanese or Korean.
type unit struct {
	lo, hi int // into the folded characters
	cjk    bool
	text   []rune // without what is skipped inside (apostrophes, line breaks in a run)
}

// scan cuts folded text into units.
func scan(cs []char) []unit {
	var units []unit
	for i := 0; i < len(cs); {
		switch {
		case isCJK(cs[i].r):
			u := scanRun(cs, i)
			units = append(units, u)
			i = u.hi
		case isWord(cs[i].r):
			u := scanWord(cs, i)
			units = append(units, u)
			i = u.hi
		default:
			i++
		}
	}
	return units
}

// scanRun takes characters up to the first that is not Chinese, Japanese or
// Korean. One line break inside is skipped: mail wraps lines anywhere.
func scanRun(cs []char, lo int) unit {
	u := unit{lo: lo, cjk: true, text: make([]rune, 0, 16)}
	i := lo
	for i < len(cs) {
		if isCJK(cs[i].r) {
			u.text = append(u.text, cs[i].r)
			i++
			continue
		}
		j := i
		if cs[j].r == '\r' && j+1 < len(cs) {
			j++
		}
		if cs[j].r != '\n' || j+1 >= len(cs) || !isCJK(cs[j+1].r) {
			break
		}
		i = j + 1
	}
	u.hi = i
	return u
}

// scanWord takes letters and digits, single joining characters between them,
// and drops apostrophes between them.
func scanWord(cs []char, lo int) unit {
	u := unit{lo: lo, text: make([]rune, 0, 12)}
	i := lo
	for i < len(cs) {
		r := cs[i].r
		if isWord(r) {
			u.text = append(u.text, r)
			i++
			continue
		}
		if i+1 >= len(cs) || !isWord(cs[i+1].r) || !isJoiner(r) && r != '\'' {
			break
		}
		if r != '\'' {
			u.text = append(u.text, r)
		}
		i++
	}
	u.hi = i
	return u
}

func isCJK(r rune) bool {
	switch {
	case r < 0x1100:
		return false
	case r >= hanFirst && r <= hanLast:
		return true
	}
	return unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) && !unicode.Is(unicode.S, r) && !unicode.Is(unicode.P, r) ||
		r == 'ー' || r == '\u3099' || r == '\u309A'
}

func isWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M) && !isCJK(r)
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isJoiner(r rune) bool {
	return r == '-' || r == '_' || r == '.' || r == '@' || r == '+'
}

// forms are the tokens of a word: itself, its letters and digits without what
// joins them (for order numbers written with or without hyphens), and its
// pieces. A plain word is whole alone.
type forms struct {
	whole  string
	joined string
	pieces []string
}

func (u unit) forms() forms {
	f := forms{whole: cut(u.text)}
	joiner, mail, digit := false, false, false
	for _, r := range u.text {
		joiner = joiner || isJoiner(r)
		mail = mail || r == '@'
		digit = digit || isDigit(r)
	}
	if !joiner && !digit {
		return f
	}
	f.pieces = pieces(u.text, true)
	if len(f.pieces) > maxPieces {
		f.pieces = pieces(u.text, false)
	}
	if len(f.pieces) == 1 {
		f.pieces = nil
		return f
	}
	f.pieces = f.pieces[:min(len(f.pieces), 2*maxPieces)]
	if joiner && digit && !mail {
		joined := make([]rune, 0, len(u.text))
		for _, r := range u.text {
			if !isJoiner(r) {
				joined = append(joined, r)
			}
		}
		if len(joined) >= 4 {
			f.joined = cut(joined)
		}
	}
	return f
}

// pieces splits a word at its joining characters and, if fine, where letters
// and digits meet.
func pieces(word []rune, fine bool) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, cut(word[start:end]))
		}
		start = end
	}
	for i, r := range word {
		switch {
		case isJoiner(r):
			flush(i)
			start = i + 1
		case fine && i > start && isDigit(r) != isDigit(word[i-1]) && !unicode.Is(unicode.M, r):
			flush(i)
		}
	}
	flush(len(word))
	return out
}

func cut(word []rune) string { return string(word[:min(len(word), maxToken)]) }

// grams are the pairs of a run, then its last character alone.
func grams(run []rune) []string {
	s := string(run)
	out := make([]string, 0, len(run))
	before := -1
	for i, r := range s { // the grams share the memory of s
		if before >= 0 {
			out = append(out, s[before:i+utf8.RuneLen(r)])
		}
		before = i
	}
	return append(out, s[before:])
}

// Tokens cuts s into its tokens in order, folded. Tokens hold letters, digits,
// marks and the characters @ . _ - + only, are never empty and have at most 64
// characters.
func Tokens(s string) []string {
	cs := foldChars(s)
	units := scan(cs)
	calls := phones(cs, units)
	out := make([]string, 0, len(cs)/2+4)
	row := 0 // where the tokens of the present row of digit groups begin
	for i, u := range units {
		if u.cjk {
			out = append(out, grams(u.text)...)
			continue
		}
		if len(calls) > 0 && calls[0].first == i {
			row = len(out)
		}
		f := u.forms()
		out = append(out, f.whole)
		if f.joined != "" {
			out = append(out, f.joined)
		}
		out = append(out, f.pieces...)
		if len(calls) > 0 && calls[0].last == i {
			for _, n := range calls[0].numbers() {
				if !slices.Contains(out[row:], n) {
					out = append(out, n)
				}
			}
			calls = calls[1:]
		}
	}
	return out
}

// IndexText returns the tokens of s with spaces between, to be stored in an
// FTS5 table declared with [FTS5Tokenizer].
func IndexText(s string) string { return strings.Join(Tokens(s), " ") }
