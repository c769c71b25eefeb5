package knowledge

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/text"
)

// question is what somebody asks, as ideas: each a set of alternative ways to
// say it.
type question struct {
	ideas []idea
	// strong says that more was asked for than single Chinese characters: a text
	// that has only those does not answer.
	strong bool
	// sounds are words in Latin letters that no text holds: perhaps pinyin.
	sounds []string
	// marks are the words of the question and of what means the same, to be marked
	// where they stand.
	marks []string
}

type idea struct {
	weight       float64
	single       bool
	alternatives []alternative
}

// alternative is one way to say an idea: terms that must all be there, unless
// it is loose. per is the number of terms that it stands for, so that a longer
// way to say the same does not count more; 0 is as many as it has.
type alternative struct {
	terms  []int32
	factor float64
	per    int
	loose  bool
}

const (
	// ideasMost bounds what is looked for: of a long letter the rarest words.
	ideasMost  = 48
	fuzzyMost  = 6
	prefixMost = 12
)

// ask reads a question. It must hold the lock for reading.
func (x *index) ask(q string) question {
	folded := text.Fold(q)
	covered := idle(folded)
	var out question
	for _, hit := range x.synonyms.in(folded) {
		if i := x.meaning(hit); len(i.alternatives) > 0 {
			out.ideas = append(out.ideas, i)
			out.strong = true
			for _, words := range hit.words {
				out.marks = append(out.marks, words...)
			}
			covered = append(covered, span{hit.lo, hit.hi})
		}
	}
	seen := map[string]bool{}
	for _, t := range terms(folded) {
		if seen[t.word] || slices.ContainsFunc(covered, func(s span) bool { return s.lo <= t.lo && t.hi <= s.hi }) {
			continue
		}
		seen[t.word] = true
		out.strong = out.strong || !t.single
		if i, ok := x.word(t, &out); ok {
			if !t.single {
				out.marks = append(out.marks, t.word)
			}
			out.ideas = append(out.ideas, i)
		}
	}
	if len(out.ideas) > ideasMost {
		slices.SortStableFunc(out.ideas, func(a, b idea) int { return cmp.Compare(x.heft(b), x.heft(a)) })
		out.ideas = out.ideas[:ideasMost]
	}
	return out
}

func (x *index) heft(i idea) float64 {
	most := 0.0
	for _, a := range i.alternatives {
		sum := 0.0
		for _, id := range a.terms {
			sum += x.rarity(id)
		}
		most = max(most, sum)
	}
	return most * i.weight
}

// word gives the idea of a single term of the question.
func (x *index) word(t term, q *question) (idea, bool) {
	latin := !t.single && t.word[0] < utf8.RuneSelf
	if latin && idleWords[t.word] {
		return idea{}, false
	}
	weight := 1.0
	if t.single {
		weight = singleAsked
	}
	if id, ok := x.numbers[t.word]; ok && len(x.postings[id]) > 0 {
		return idea{weight, t.single, []alternative{{terms: []int32{id}, factor: 1}}}, true
	}
	if !latin {
		return idea{}, false
	}
	i := idea{weight: weight, alternatives: x.begins(t.word)}
	if len(i.alternatives) == 0 {
		i.alternatives = x.misspelt(t.word)
	}
	if !strings.ContainsFunc(t.word, func(r rune) bool { return r < 'a' || r > 'z' }) && len(t.word) >= 2 {
		q.sounds = append(q.sounds, t.word)
	}
	return i, len(i.alternatives) > 0
}

// singleAsked is how much a Chinese character alone counts in a question.
const singleAsked = 0.6

// begins gives the words that begin with what was typed, the commonest first.
func (x *index) begins(typed string) []alternative {
	if len(typed) < 3 {
		return nil
	}
	var found []int32
	for id, w := range x.words {
		if len(w) > len(typed) && strings.HasPrefix(w, typed) && len(x.postings[id]) > 0 {
			found = append(found, int32(id)) //nolint:gosec // an index of words
		}
	}
	return x.some(found, prefixMost, func(int32) float64 { return 0.8 })
}

// misspelt gives the words that differ from what was typed by one slip, or by
// two when it is long.
func (x *index) misspelt(typed string) []alternative {
	if len(typed) < 4 || strings.ContainsFunc(typed, unicode.IsDigit) {
		return nil
	}
	most := 1
	if len(typed) >= 8 {
		most = 2
	}
	far := map[int32]int{}
	least := most
	for id, w := range x.words {
		if w[0] >= utf8.RuneSelf || len(x.postings[id]) == 0 {
			continue
		}
		if d, ok := near(typed, w, most); ok {
			far[int32(id)] = d //nolint:gosec // an index of words
			least = min(least, d)
		}
	}
	var found []int32
	for id, d := range far {
		if d == least {
			found = append(found, id)
		}
	}
	return x.some(found, fuzzyMost, func(id int32) float64 {
		f := 0.75 / float64(far[id])
		if x.words[id][0] != typed[0] {
			f *= 0.7 // people rarely mistake the first letter
		}
		return f
	})
}

// some makes alternatives of the commonest words, in an order that does not
// depend on when they came.
func (x *index) some(found []int32, most int, factor func(int32) float64) []alternative {
	slices.SortFunc(found, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(x.postings[b]), len(x.postings[a])), cmp.Compare(x.words[a], x.words[b]))
	})
	var out []alternative
	for _, id := range found[:min(len(found), most)] {
		out = append(out, alternative{terms: []int32{id}, factor: factor(id)})
	}
	return out
}

// meaning gives the idea of a phrase that has synonyms.
func (x *index) meaning(h phrase) idea {
	i := idea{weight: 1}
	per := max(len(h.words[h.member]), 1)
	for m, words := range h.words {
		a := alternative{factor: 1, per: per, loose: m == h.member}
		if m != h.member {
			a.factor = 0.85
		}
		known := 0
		for _, w := range words {
			if id, ok := x.numbers[w]; ok && len(x.postings[id]) > 0 {
				a.terms = append(a.terms, id)
				known++
			}
		}
		if known == 0 || known < len(words) && !a.loose {
			continue
		}
		i.alternatives = append(i.alternatives, a)
	}
	return i
}

type span struct{ lo, hi int }

// idle finds what only makes a sentence of the question: "how do I", 请问, 怎么办.
// It tells what is asked, not what about.
func idle(folded string) []span {
	var out []span
	for i := 0; i < len(folded); {
		longest := 0
		if folded[i] >= utf8.RuneSelf {
			for _, p := range idlePhrases() {
				if len(p) > longest && strings.HasPrefix(folded[i:], p) {
					longest = len(p)
				}
			}
		}
		if longest > 0 {
			out = append(out, span{i, i + longest})
			i += longest
			continue
		}
		_, n := utf8.DecodeRuneInString(folded[i:])
		i += n
	}
	return out
}
