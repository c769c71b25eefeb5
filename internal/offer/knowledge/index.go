package knowledge

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"sync"
	"time"
)

// entry is one text (a version of an article in one language) as the index
// knows it.
type entry struct {
	article Article
	version Version // without answer, body, symptoms, causes and rules
	lead    string  // the first words a reader sees, for snippets
	sound   string  // the pinyin and the initials of title and keywords
	prior   float64
	// from and until bound when it is served, in microseconds.
	from, until int64
	terms       []int32
	languages   []string // of the article's version
}

// posting says that a text holds a term, with the weight that follows from
// the fields in which it stands.
type posting struct {
	entry  int32
	weight float32
}

// index finds texts by terms. It is made from published versions, which never
// change: a change of an article adds and removes texts, and is otherwise a
// change of what is known about them.
type index struct {
	mu       sync.RWMutex
	numbers  map[string]int32
	words    []string
	postings [][]posting
	entries  []*entry // nil: free
	free     []int32
	count    int
	of       map[int64][]int32 // article → its entries
	synonyms *synonyms
	scratch  sync.Pool
}

func newIndex() *index {
	return &index{numbers: map[string]int32{}, of: map[int64][]int32{}, synonyms: &synonyms{}}
}

// indexed is a text prepared for the index.
type indexed struct {
	entry
	weights map[string]float32
}

// replace makes the texts of an article those given: none removes it. It must
// hold the lock.
func (x *index) replace(article int64, texts []indexed) {
	var kept []int32
	for _, n := range x.of[article] {
		e := x.entries[n]
		i := slices.IndexFunc(texts, func(t indexed) bool { return t.version.ID == e.version.ID })
		if i < 0 {
			x.remove(n)
			continue
		}
		t := texts[i]
		t.terms = e.terms
		x.entries[n] = &t.entry
		texts = slices.Delete(slices.Clone(texts), i, i+1)
		kept = append(kept, n)
	}
	for i := range texts {
		kept = append(kept, x.add(&texts[i]))
	}
	if len(kept) == 0 {
		delete(x.of, article)
		return
	}
	x.of[article] = kept
}

// articles gives the ids of all that it knows.
func (x *index) articles() []int64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return slices.Collect(maps.Keys(x.of))
}

func (x *index) add(t *indexed) int32 {
	n := int32(len(x.entries)) //nolint:gosec // bounded by memory
	if k := len(x.free); k > 0 {
		n, x.free = x.free[k-1], x.free[:k-1]
	} else {
		x.entries = append(x.entries, nil)
	}
	e := t.entry
	e.terms = make([]int32, 0, len(t.weights))
	for word, w := range t.weights {
		id, ok := x.numbers[word]
		if !ok {
			id = int32(len(x.words)) //nolint:gosec // bounded by memory
			x.numbers[word] = id
			x.words = append(x.words, word)
			x.postings = append(x.postings, nil)
		}
		x.postings[id] = append(x.postings[id], posting{n, w})
		e.terms = append(e.terms, id)
	}
	x.entries[n] = &e
	x.count++
	return n
}

func (x *index) remove(n int32) {
	for _, id := range x.entries[n].terms {
		list := x.postings[id]
		if i := slices.IndexFunc(list, func(p posting) bool { return p.entry == n }); i >= 0 {
			list[i] = list[len(list)-1]
			x.postings[id] = list[:len(list)-1]
		}
	}
	x.entries[n] = nil
	x.free = append(x.free, n)
	x.count--
}

// rarity is the inverse document frequency of a term (Robertson and Spärck
// Jones, in the form that is never negative).
func (x *index) rarity(id int32) float64 {
	df := float64(len(x.postings[id]))
	return math.Log(1 + (float64(x.count)-df+0.5)/(df+0.5))
}

// saturation is BM25's k1: how soon more of the same word stops counting.
const saturation = 2.0

// match is a text with what the question found in it.
type match struct {
	entry    *entry
	score    float64
	coverage float64 // how much of the question was found, by rarity, from 0 to 1
}

// scores is what a search sums up in; it is used again by the next one.
type scores struct {
	sum     []float64
	covered []float64
	best    []float64 // of the present idea
	part    []float64 // of the present alternative
	seen    []int16   // terms of the present alternative
	strong  []bool    // touched by more than single characters
	touched []int32
	any     []int32 // touched by any idea
}

func (x *index) borrow() *scores {
	s, _ := x.scratch.Get().(*scores)
	if s == nil || len(s.sum) < len(x.entries) {
		n := len(x.entries) + len(x.entries)/4 + 16
		s = &scores{sum: make([]float64, n), covered: make([]float64, n), best: make([]float64, n), part: make([]float64, n), seen: make([]int16, n), strong: make([]bool, n)}
	}
	return s
}

func (x *index) giveBack(s *scores) {
	for _, n := range s.any {
		s.sum[n], s.covered[n], s.strong[n] = 0, 0, false
	}
	s.any = s.any[:0]
	x.scratch.Put(s)
}

// find scores the texts that have anything of the question and that keep lets
// through. It must hold the lock for reading.
func (x *index) find(q question, keep func(*entry) bool) []match {
	s := x.borrow()
	defer x.giveBack(s)
	total := 0.0
	for _, i := range q.ideas {
		total += x.score(s, i)
	}
	var out []match
	for _, n := range s.any {
		e := x.entries[n]
		if s.sum[n] == 0 || q.strong && !s.strong[n] || !keep(e) {
			s.sum[n] = 0
			continue
		}
		m := match{entry: e, score: s.sum[n]}
		if total > 0 {
			m.coverage = s.covered[n] / total
		}
		m.score *= coverageFloor + (1-coverageFloor)*m.coverage
		out = append(out, m)
		s.sum[n] = 0 // a text that two ideas have touched is listed twice
	}
	return out
}

// coverageFloor is what remains of the score of a text that has next to nothing
// of the question.
const coverageFloor = 0.6

// score adds one idea of the question to the sums: of its alternatives each
// text counts the best. It returns how much the idea can weigh.
func (x *index) score(s *scores, i idea) float64 {
	most := 0.0
	var changed []int32
	for _, a := range i.alternatives {
		weight := 0.0
		s.touched = s.touched[:0]
		for _, id := range a.terms {
			idf := x.rarity(id)
			weight += idf
			for _, p := range x.postings[id] {
				if s.seen[p.entry] == 0 {
					s.touched = append(s.touched, p.entry)
				}
				s.seen[p.entry]++
				w := float64(p.weight)
				s.part[p.entry] += idf * w * (saturation + 1) / (w + saturation)
			}
		}
		factor := a.factor * i.weight
		if n := len(a.terms); a.per > 0 && n > 0 {
			factor *= float64(a.per) / float64(n)
			weight *= float64(a.per) / float64(n)
		}
		most = max(most, weight*i.weight)
		for _, n := range s.touched {
			if v := s.part[n] * factor; (int(s.seen[n]) == len(a.terms) || a.loose) && v > s.best[n] {
				if s.best[n] == 0 {
					changed = append(changed, n)
				}
				s.best[n] = v
			}
			s.part[n], s.seen[n] = 0, 0
		}
	}
	for _, n := range changed {
		s.any = append(s.any, n)
		s.sum[n] += s.best[n]
		s.covered[n] += most
		s.strong[n] = s.strong[n] || !i.single
		s.best[n] = 0
	}
	return most
}

// sounds gives texts whose title or keywords sound like a word typed in
// Latin letters: by whole syllables or by their initials.
func (x *index) sounds(word string, keep func(*entry) bool) []match {
	var out []match
	for _, e := range x.entries {
		if e == nil {
			continue
		}
		if fit := soundsLike(e.sound, word); fit > 0 && keep(e) {
			out = append(out, match{entry: e, score: fit * float64(len(word)), coverage: 1})
		}
	}
	return out
}

// order sorts matches, the best first; those that are equal by their article
// and their version, so that the order is the same everywhere.
func order(ms []match) {
	slices.SortFunc(ms, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.entry.article.ID, b.entry.article.ID), cmp.Compare(a.entry.version.ID, b.entry.version.ID))
	})
}

// serves tells whether an article has a text to be served at a time.
func (x *index) serves(article int64, now time.Time) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return slices.ContainsFunc(x.of[article], func(n int32) bool { return x.entries[n].served(now) })
}

// served tells whether the text is the one to be served at a time.
func (e *entry) served(now time.Time) bool {
	at := now.UnixMicro()
	return e.from <= at && at < e.until
}

// prior is what experience adds to the words: what has solved matters before
// is likelier to do so again. It grows slowly, so that it orders texts that fit
// about equally and does not bury one that fits better.
func (a Article) prior() float64 {
	p := 1 + 0.06*math.Log1p(float64(a.Solved)) + 0.02*math.Log1p(float64(a.Uses))
	p += 0.02 * (math.Log1p(float64(a.Helpful)) - math.Log1p(float64(a.Unhelpful)))
	return min(max(p, 0.8), 1.5)
}
