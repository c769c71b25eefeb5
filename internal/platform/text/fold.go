package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	hanFirst = 0x4E00
	hanLast  = 0x9FFF
)

// foldMap is the table of characters that stand for others: direct for the
// basic block, a map for the rare rest.
type foldMap struct {
	basic [hanLast - hanFirst + 1]rune
	rare  map[rune]rune
}

var foldTable = sync.OnceValue(func() *foldMap {
	t := &foldMap{rare: map[rune]rune{}}
	var from rune
	for _, r := range foldPairs {
		switch {
		case from == 0:
			from = r
			continue
		case from >= hanFirst && from <= hanLast:
			t.basic[from-hanFirst] = r
		default:
			t.rare[from] = r
		}
		from = 0
	}
	return t
})

func (t *foldMap) of(r rune) rune {
	if r >= hanFirst && r <= hanLast {
		if to := t.basic[r-hanFirst]; to != 0 {
			return to
		}
		return r
	}
	if r >= 0x3400 {
		if to, ok := t.rare[r]; ok {
			return to
		}
	}
	return r
}

// char is one folded character and the bytes of the original it came from.
type char struct {
	r      rune
	lo, hi int
}

// Fold returns s in the form in which equal things are equal: NFKC, lower
// case, ordinary width, no Latin diacritics, one of each set of Chinese
// variants, one hyphen, no invisible characters. Line breaks and punctuation
// stay. Bytes that are not UTF-8 become U+FFFD.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, c := range foldChars(s) {
		b.WriteRune(c.r)
	}
	return b.String()
}

// isFolded spots the common case of plain lower-case ASCII.
func isFolded(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

// foldChars folds s and remembers where each character came from.
func foldChars(s string) []char {
	f := folder{out: make([]char, 0, len(s)/2+8), table: foldTable()}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			f.out = append(f.out, char{rune(c), i, i + 1})
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= hanFirst && r <= hanLast || r == utf8.RuneError && n == 1 {
			f.out = append(f.out, char{f.table.of(r), i, i + n})
			i += n
			continue
		}
		// Whatever composes (kana with marks, jamo, accents) is normalised
		// together, up to the next place where composing must stop.
		n = max(n, norm.NFKC.NextBoundaryInString(s[i:], true))
		for _, r := range norm.NFKC.String(s[i : i+n]) {
			f.add(r, i, i+n)
		}
		i += n
	}
	return f.out
}

type folder struct {
	out   []char
	table *foldMap
}

func (f *folder) add(r rune, lo, hi int) {
	switch {
	case invisible(r):
		return
	case unicode.Is(unicode.Mn, r):
		if n := len(f.out); n > 0 && unicode.Is(unicode.Latin, f.out[n-1].r) {
			return
		}
	case unicode.Is(unicode.Latin, r):
		f.addLatin(r, lo, hi)
		return
	}
	f.out = append(f.out, char{f.table.of(lower(r)), lo, hi})
}

// latinLetters are the letters Unicode does not decompose.
var latinLetters = map[rune]string{
	'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th",
	'ł': "l", 'ħ': "h", 'ı': "i", 'ŋ': "ng", 'ŧ': "t", 'ĸ': "k",
}

func (f *folder) addLatin(r rune, lo, hi int) {
	if r >= utf8.RuneSelf {
		var buf [utf8.UTFMax]byte
		n := utf8.EncodeRune(buf[:], r)
		if d := norm.NFD.Properties(buf[:n]).Decomposition(); len(d) > 0 {
			r, _ = utf8.DecodeRune(d)
		}
		r = unicode.ToLower(r)
		if s, ok := latinLetters[r]; ok {
			for _, c := range s {
				f.out = append(f.out, char{c, lo, hi})
			}
			return
		}
	}
	f.out = append(f.out, char{unicode.ToLower(r), lo, hi})
}

func lower(r rune) rune {
	switch r {
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2212', '\uFE63': // hyphens, dashes within numbers, minus
		return '-'
	case 'ς': // final sigma
		return 'σ'
	case '\u2019', '\u02BC': // apostrophes
		return '\''
	}
	return unicode.ToLower(r)
}

// invisible tells characters that change how text looks or breaks, never what
// it says: soft hyphens, joiners, direction marks, variation selectors.
func invisible(r rune) bool {
	switch {
	case r == 0x00AD, r == 0x034F, r == 0x061C, r == 0x180E, r == 0xFEFF,
		r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r >= 0xFE00 && r <= 0xFE0F,
		r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}
