package knowledge_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/offer/knowledge"
)

// quality is how good the ranking is over a set of questions whose right article
// is known.
type quality struct {
	questions     int
	first, atFive int
	reciprocal    float64
}

func (q *quality) add(rank int) {
	q.questions++
	if rank == 1 {
		q.first++
	}
	if rank > 0 && rank <= 5 {
		q.atFive++
	}
	if rank > 0 {
		q.reciprocal += 1 / float64(rank)
	}
}

func (q quality) String() string {
	n := float64(q.questions)
	return fmt.Sprintf("%d questions: hit@1 %.3f, hit@5 %.3f, MRR %.3f", q.questions, float64(q.first)/n, float64(q.atFive)/n, q.reciprocal/n)
}

type asked struct {
	Q      string   `json:"q"`
	Locale string   `json:"locale"`
	Want   []string `json:"want"`
	Why    string   `json:"why"`
}

// TestQualityOfSearchOverTheQuestions_R117 asks all questions of the set and holds the ranking to a floor.
// -v tells the figures, and which questions fail.
func TestQualityOfSearchOverTheQuestions_R117(t *testing.T) {
	t.Parallel()
	questions := jsonLines[asked](t, "testdata/questions-*.jsonl")
	each(t, func(t *testing.T, k *desk) {
		keys := k.library()
		ctx := actor.AsSystem(t.Context())
		var all quality
		by := map[string]*quality{}
		for _, q := range questions {
			rank, got := rankOf(ctx, k, keys, q)
			all.add(rank)
			for _, group := range []string{q.Locale, "why: " + q.Why} {
				if by[group] == nil {
					by[group] = &quality{}
				}
				by[group].add(rank)
			}
			if rank == 0 || rank > 5 {
				t.Logf("rank %d: %q (%s, %s) wants %s, got %s", rank, q.Q, q.Locale, q.Why, strings.Join(q.Want, " "), strings.Join(got, " "))
			}
		}
		t.Logf("%d articles, all %v", len(keys), all)
		groups := []string{}
		for g := range by {
			groups = append(groups, g)
		}
		slices.Sort(groups)
		for _, g := range groups {
			t.Logf("%s: %v", g, *by[g])
		}
		if at5 := float64(all.atFive) / float64(all.questions); at5 < 0.9 {
			t.Errorf("hit@5 is %.3f", at5)
		}
	})
}

// rankOf is the place of the first right article, 0 when it is not found.
func rankOf(ctx context.Context, k *desk, keys map[int64]string, q asked) (int, []string) {
	k.t.Helper()
	hits, err := k.Search(ctx, knowledge.Query{Text: q.Q, Locale: q.Locale, Limit: 50})
	if err != nil {
		k.t.Fatal(err)
	}
	var got []string
	rank := 0
	for i, h := range hits {
		if i < 5 {
			got = append(got, fmt.Sprintf("%s(%.1f)", keys[h.ArticleID], h.Score))
		}
		if rank == 0 && slices.Contains(q.Want, keys[h.ArticleID]) {
			rank = i + 1
		}
	}
	return rank, got
}
