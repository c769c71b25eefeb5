package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/mailwire"
	"heed/internal/platform/text"
)

// A field's words count by where they stand: what an article is called says more
// than what it mentions. b and typical are BM25F's length normalisation, with
// fixed typical lengths instead of running averages: so a text weighs the same
// whatever else there is.
type field struct {
	weight, b, typical float64
}

var (
	inTitle    = field{4.0, 0.4, 12}
	inKeywords = field{3.0, 0.3, 20}
	inSymptoms = field{2.0, 0.4, 40}
	inSummary  = field{1.4, 0.4, 40}
	inAnswer   = field{1.2, 0.5, 120}
	inCauses   = field{0.8, 0.5, 80}
	inBody     = field{0.45, 0.6, 250}
	inTags     = field{1.2, 0.2, 6}
	inCode     = field{3.0, 0, 1}
)

// single is how much a Chinese character alone counts against a pair.
const single = 0.22

// weigh gives the terms of a text with their weights over all its fields.
func weigh(a Article, t Text) map[string]float32 {
	sums := map[string]float64{}
	add := func(f field, parts ...string) {
		here := map[string]float64{}
		n := 0.0
		for _, p := range parts {
			for _, term := range terms(text.Fold(p)) {
				w := 1.0
				if term.single {
					w = single
				}
				here[term.word] += w
				if !term.single {
					n++
				}
			}
		}
		for word, tf := range here {
			sums[word] += f.weight * tf / (1 - f.b + f.b*n/f.typical)
		}
	}
	add(inTitle, t.Title)
	add(inKeywords, t.Keywords)
	add(inSymptoms, t.Symptoms...)
	add(inSummary, t.Summary)
	add(inAnswer, mailwire.HTMLToText(t.Answer))
	add(inBody, mailwire.HTMLToText(t.Body), mailwire.HTMLToText(t.Rules))
	add(inTags, a.Tags...)
	add(inCode, a.Code)
	var causes []string
	for _, c := range t.Causes {
		causes = append(causes, c.Cause)
		for _, u := range c.Cures {
			causes = append(causes, u.Cure)
		}
	}
	add(inCauses, causes...)
	out := make(map[string]float32, len(sums))
	for word, w := range sums {
		out[word] = float32(w)
	}
	return out
}

// term is a word of a text or a question. A single is a Chinese character that
// also stands in pairs.
type term struct {
	word   string
	single bool
	lo, hi int // where it stands in the folded text, in bytes
}

// terms cuts folded text: Chinese, Japanese and Korean into pairs of
// neighbours and single characters, the rest into the stems of its words, with
// codes both whole and in pieces.
func terms(folded string) []term {
	var out []term
	for i := 0; i < len(folded); {
		r, n := utf8.DecodeRuneInString(folded[i:])
		if ideograph(r) {
			i = appendRun(&out, folded, i)
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			i += n
			continue
		}
		j := i
		for j < len(folded) {
			r, n := utf8.DecodeRuneInString(folded[j:])
			if ideograph(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.@+'", r) {
				break
			}
			j += n
		}
		for k, tok := range text.Tokens(folded[i:j]) {
			if k > 0 && len(tok) == 1 {
				continue // the letter of a code means nothing alone
			}
			out = append(out, term{stem(tok), false, i, j})
		}
		i = j
	}
	return out
}

// appendRun adds the terms of a run of ideographs and returns where it ends.
func appendRun(out *[]term, folded string, i int) int {
	before := -1
	for i < len(folded) {
		r, n := utf8.DecodeRuneInString(folded[i:])
		if !ideograph(r) {
			break
		}
		*out = append(*out, term{folded[i : i+n], true, i, i + n})
		if before >= 0 {
			*out = append(*out, term{folded[before : i+n], false, before, i + n})
		}
		before, i = i, i+n
	}
	return i
}

func ideograph(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo)
}

// stem takes the commonest endings off English words, so that "leaking" and
// "leaks" meet. It is deliberately careful: words with digits and short words
// stay as they are.
func stem(w string) string {
	if len(w) < 4 || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return w
	}
	if strings.HasSuffix(w, "ies") && len(w) > 4 {
		w = w[:len(w)-3] + "y"
	} else if strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "xes") || strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes") {
		w = w[:len(w)-2]
	} else if strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") {
		w = w[:len(w)-1]
	}
	for _, end := range []string{"ing", "ed"} {
		base, ok := strings.CutSuffix(w, end)
		if !ok || len(base) < 3 || !strings.ContainsAny(base, "aeiouy") {
			continue
		}
		if n := len(base); base[n-1] == base[n-2] && !strings.ContainsRune("lsz", rune(base[n-1])) {
			return base[:n-1]
		}
		return strings.TrimSuffix(base, "e")
	}
	if len(w) > 4 {
		w = strings.TrimSuffix(w, "e") // so that "leakage" and "shake", "shaking" are cut alike
	}
	return w
}

// sound is how the title and the keywords of a text are typed by their sound:
// words of pinyin and, after them, of initials.
func sound(t Text) string {
	var b strings.Builder
	for _, part := range append([]string{t.Title}, strings.FieldsFunc(t.Keywords, func(r rune) bool { return strings.ContainsRune(",，、;；", r) })...) {
		// A first character would be read as a family name; these are no names.
		for _, spelled := range []string{text.Pinyin("一" + part), text.Initials("一" + part)} {
			for i, w := range strings.Fields(spelled) {
				if i == 0 {
					if w = strings.TrimPrefix(strings.TrimPrefix(w, "yi"), "y"); w == "" {
						continue
					}
				}
				b.WriteByte(' ')
				b.WriteString(w)
			}
		}
	}
	b.WriteByte(' ')
	return b.String()
}

// soundsLike is 1 when a word of the sound begins with what was typed, less
// when it stands within one, 0 when it is not there.
func soundsLike(sound, typed string) float64 {
	switch {
	case strings.Contains(sound, " "+typed):
		return 1
	case strings.Contains(sound, typed):
		return 0.6
	}
	return 0
}

// near tells whether two words differ by at most most insertions, deletions,
// replacements and swaps of neighbours (optimal string alignment), and by how
// many.
func near(a, b string, most int) (int, bool) {
	if d := len(a) - len(b); d > most || -d > most {
		return 0, false
	}
	var rows [3][40]int
	if len(a) >= len(rows[0]) || len(b) >= len(rows[0]) {
		return 0, false
	}
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		now, last, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return 0, false
		}
	}
	d := rows[len(a)%3][len(b)]
	return d, d <= most
}
