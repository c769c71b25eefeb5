package knowledge

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// GlossaryTerm is a word of the trade with what it means, by language.
type GlossaryTerm struct {
	ID          int64
	Names       map[string]string
	Definitions map[string]string
	Aliases     []string
	UpdatedAt   time.Time
	Version     int64
}

// Expert says what an agent can be asked about.
type Expert struct {
	ID        int64
	AgentID   int64
	Subjects  []string
	Note      string // how and when to ask him
	UpdatedAt time.Time
	Version   int64
}

func (g GlossaryTerm) clean() (GlossaryTerm, error) {
	var f fault.Fields
	g.Names, g.Definitions = localized(&f, "names", g.Names), localized(&f, "definitions", g.Definitions)
	g.Aliases = wordSet(g.Aliases)
	if len(g.Names) == 0 {
		f.Add("names", "field.required")
	}
	if len(g.Definitions) == 0 {
		f.Add("definitions", "field.required")
	}
	return g, f.Err()
}

func localized(f *fault.Fields, name string, texts map[string]string) map[string]string {
	out := map[string]string{}
	for locale, t := range texts {
		if !setting.IsLocale(locale) {
			f.Add(name, "field.unknown_value")
			continue
		}
		if t = strings.TrimSpace(t); t != "" {
			out[locale] = t
		}
		tooLong(f, name+"."+locale, t, 2*LineMost)
	}
	return out
}

func (e Expert) clean() (Expert, error) {
	var f fault.Fields
	e.Subjects, e.Note = wordSet(e.Subjects), strings.TrimSpace(e.Note)
	if e.AgentID <= 0 {
		f.Add("agent_id", "field.required")
	}
	if len(e.Subjects) == 0 {
		f.Add("subjects", "field.required")
	}
	if len(e.Subjects) > ListMost {
		f.Add("subjects", "knowledge.too_many", "max", ListMost)
	}
	tooLong(&f, "note", e.Note, LineMost)
	return e, f.Err()
}

// changeWords carries out a change of words and tells of it.
func (s *Service) changeWords(ctx context.Context, needs authority.Permission, about string, fn func(ctx context.Context) (int64, error)) error {
	if err := authority.Require(ctx, needs); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		id, err := fn(ctx)
		if err != nil {
			return err
		}
		db.After(ctx, s.known.touchWords)
		return s.journal.Record(ctx, event.New{Kind: EventWords, About: event.Ref{Kind: about, ID: id}})
	})
}

// Synonyms gives all sets of words that mean the same.
func (s *Service) Synonyms(ctx context.Context) ([]Synonym, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	return s.allSynonyms(ctx)
}

// SaveSynonym makes (id 0) or changes a set that was seen at its version (0: any).
func (s *Service) SaveSynonym(ctx context.Context, y Synonym) (Synonym, error) {
	y, err := y.clean()
	if err != nil {
		return y, err
	}
	err = s.changeWords(ctx, authority.KnowledgePublish, "synonym", func(ctx context.Context) (int64, error) {
		was := int64(0)
		if y.ID != 0 {
			old, err := s.findSynonym(ctx, y.ID)
			if err != nil {
				return 0, err
			}
			if was = old.Version; y.Version != 0 && y.Version != was {
				return 0, db.ErrStale
			}
		}
		y.Version, y.UpdatedAt = was+1, s.clock.Now()
		y.ID, err = s.putSynonym(ctx, y, was)
		return y.ID, err
	})
	return y, err
}

// RemoveSynonym removes a set.
func (s *Service) RemoveSynonym(ctx context.Context, id int64) error {
	return s.changeWords(ctx, authority.KnowledgePublish, "synonym", func(ctx context.Context) (int64, error) { return id, s.deleteSynonym(ctx, id) })
}

// Glossary gives the terms that hold every word of q in any language, the best
// first; all of them, in the order of their names, for an empty q.
func (s *Service) Glossary(ctx context.Context, q string) ([]GlossaryTerm, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	all, err := s.allTerms(ctx)
	if err != nil {
		return nil, err
	}
	return chosen(all, q, func(g GlossaryTerm) (names, rest []string) {
		return append(slices.Collect(maps.Values(g.Names)), g.Aliases...), slices.Collect(maps.Values(g.Definitions))
	}), nil
}

// SaveTerm makes (id 0) or changes a term that was seen at its version (0: any).
func (s *Service) SaveTerm(ctx context.Context, g GlossaryTerm) (GlossaryTerm, error) {
	g, err := g.clean()
	if err != nil {
		return g, err
	}
	err = s.changeWords(ctx, authority.KnowledgeWrite, "glossary", func(ctx context.Context) (int64, error) {
		was := int64(0)
		if g.ID != 0 {
			old, err := s.findTerm(ctx, g.ID)
			if err != nil {
				return 0, err
			}
			if was = old.Version; g.Version != 0 && g.Version != was {
				return 0, db.ErrStale
			}
		}
		g.Version, g.UpdatedAt = was+1, s.clock.Now()
		g.ID, err = s.putTerm(ctx, g, was)
		return g.ID, err
	})
	return g, err
}

// RemoveTerm removes a term.
func (s *Service) RemoveTerm(ctx context.Context, id int64) error {
	return s.changeWords(ctx, authority.KnowledgeWrite, "glossary", func(ctx context.Context) (int64, error) { return id, s.deleteTerm(ctx, id) })
}

// Experts gives who can be asked about what q says; all for an empty q.
func (s *Service) Experts(ctx context.Context, q string) ([]Expert, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	all, err := s.allExperts(ctx)
	if err != nil {
		return nil, err
	}
	return chosen(all, q, func(e Expert) (names, rest []string) { return e.Subjects, []string{e.Note} }), nil
}

// SaveExpert makes (id 0) or changes an entry that was seen at its version (0: any).
func (s *Service) SaveExpert(ctx context.Context, e Expert) (Expert, error) {
	e, err := e.clean()
	if err != nil {
		return e, err
	}
	err = s.changeWords(ctx, authority.KnowledgePublish, "expert", func(ctx context.Context) (int64, error) {
		was := int64(0)
		if e.ID != 0 {
			old, err := s.findExpert(ctx, e.ID)
			if err != nil {
				return 0, err
			}
			if was = old.Version; e.Version != 0 && e.Version != was {
				return 0, db.ErrStale
			}
		}
		e.Version, e.UpdatedAt = was+1, s.clock.Now()
		if e.ID, err = s.putExpert(ctx, e, was); errors.Is(err, db.ErrExists) {
			var f fault.Fields
			f.Add("agent_id", "field.taken")
			err = f.Err()
		}
		return e.ID, err
	})
	return e, err
}

// RemoveExpert removes an entry.
func (s *Service) RemoveExpert(ctx context.Context, id int64) error {
	return s.changeWords(ctx, authority.KnowledgePublish, "expert", func(ctx context.Context) (int64, error) { return id, s.deleteExpert(ctx, id) })
}

// chosen gives what answers a question: whose name is in the question or begins
// with it first, then whose name holds its words, then whose text does.
func chosen[T any](all []T, q string, texts func(T) (names, rest []string)) []T {
	folded := strings.Join(strings.Fields(text.Fold(q)), " ")
	if folded == "" {
		return all
	}
	type ranked struct {
		of   T
		rank int
	}
	var found []ranked
	for _, one := range all {
		names, rest := texts(one)
		if r := rankOf(folded, names, rest); r > 0 {
			found = append(found, ranked{one, r})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return cmp.Compare(b.rank, a.rank) })
	out := make([]T, len(found))
	for i, f := range found {
		out[i] = f.of
	}
	return out
}

func rankOf(folded string, names, rest []string) int {
	best := 0
	for _, n := range names {
		switch n = text.Fold(n); {
		case n == folded:
			best = max(best, 5)
		case strings.HasPrefix(n, folded):
			best = max(best, 4)
		case utf8.RuneCountInString(n) > 1 && holds(folded, n):
			best = max(best, 3)
		case strings.Contains(n, folded):
			best = max(best, 2)
		}
	}
	if best == 0 && strings.Contains(text.Fold(strings.Join(rest, "\n")), folded) {
		best = 1
	}
	return best
}

// holds tells whether a question has a word in it: anywhere when it is Chinese,
// else between the ends of words.
func holds(question, word string) bool {
	i := strings.Index(question, word)
	if i < 0 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(word)
	return ideograph(r) || wordStart(question, i) && wordEnd(question, i+len(word)) >= 0
}

// PurgeWords removes terms and experts as if they had never been, for demo data.
func (s *Service) PurgeWords(ctx context.Context, terms, experts []int64) error {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for _, id := range terms {
			if err := s.deleteTerm(ctx, id); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
		for _, id := range experts {
			if err := s.deleteExpert(ctx, id); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
		if err := s.journal.Forget(ctx, "glossary", terms); err != nil {
			return err
		}
		return s.journal.Forget(ctx, "expert", experts)
	})
}
