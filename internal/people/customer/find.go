package customer

import (
	"context"
	"slices"
	"strings"

	"heed/internal/people/identity"
	"heed/internal/platform/text"
)

// maxWords bounds the words of a question; what follows is ignored.
const maxWords = 8

// wanted is a question as it is looked up: somebody with all the words, or
// with the words written as one, or a number that ends or begins so, or that id. Nil
// wants everybody.
type wanted struct {
	words  []string // how tokens begin
	joined string   // "wang fang" typed for "wangfang"; empty for none
	tails  []string // how reversed numbers begin
	heads  []string // how numbers begin
	id     int64    // 0 for none
}

// wanted reads a question.
func (s *Service) wanted(ctx context.Context, q string) (*wanted, error) {
	if strings.TrimSpace(q) == "" {
		return nil, nil //nolint:nilnil // nil wants everybody
	}
	w := &wanted{}
	for _, t := range whole(text.Tokens(q)) {
		if len(w.words) < maxWords && !slices.Contains(w.words, t) {
			w.words = append(w.words, t)
		}
	}
	if len(w.words) > 1 && !slices.ContainsFunc(w.words, func(t string) bool { return strings.Trim(t, "abcdefghijklmnopqrstuvwxyz") != "" }) {
		w.joined = strings.Join(w.words, "")
	}
	if tail, ok := identity.Tail(q); ok {
		w.tails = append(w.tails, tail)
		country, err := s.settings.Country(ctx)
		if err != nil {
			return nil, err
		}
		w.heads = identity.Heads(q, country)
		if whole, wrong := identity.ReadPhone(q, country); wrong == "" {
			w.tails = append(w.tails, whole.Reversed())
		}
	}
	if id, ok := IDOf(q); ok {
		var err error
		if w.id, err = s.Current(ctx, id); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// empty tells a question that holds nothing to look for.
func (w *wanted) empty() bool { return len(w.words) == 0 && len(w.tails) == 0 && w.id == 0 }

// whole leaves out the pieces of addresses and numbers: who has the whole has
// its pieces, and pieces such as "com" are what many have.
func whole(tokens []string) []string {
	return slices.DeleteFunc(slices.Clone(tokens), func(t string) bool {
		return slices.ContainsFunc(tokens, func(o string) bool {
			return len(o) > len(t) && strings.ContainsAny(o, "@._-+") && strings.Contains(o, t)
		})
	})
}
