package knowledge_test

import (
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/db"
)

// many publishes n articles, each in Chinese and English, whose sentences are
// shuffled from those of the demo's, so that words are as common as they are.
func (k *desk) many(n int) {
	k.t.Helper()
	var texts [2][]knowledge.Text
	for _, w := range jsonLines[written](k.t, "../../app/demo/articles/*.jsonl") {
		for _, t := range w.texts() {
			at := 0
			if t.Locale == "en" {
				at = 1
			}
			texts[at] = append(texts[at], t)
		}
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same each time
	ctx := actor.AsSystem(k.t.Context())
	for done := 0; done < n; {
		err := k.db.Write(ctx, func(ctx context.Context) error {
			for range min(500, n-done) {
				var both []knowledge.Text
				for at, locale := range []string{"zh-CN", "en"} {
					some := func() knowledge.Text { return texts[at][r.IntN(len(texts[at]))] }
					both = append(both, knowledge.Text{
						Locale: locale, Title: some().Title, Summary: some().Summary, Answer: some().Answer,
						Body: some().Body + some().Body, Keywords: some().Keywords, Symptoms: some().Symptoms,
					})
				}
				a, err := k.Create(ctx, knowledge.Meta{ProductIDs: new([]int64{1 + r.Int64N(50)}), TypeIDs: new([]int64{1 + r.Int64N(60)})}, knowledge.Work{Texts: both})
				if err == nil {
					_, err = k.Publish(ctx, a.ID, 0, knowledge.Release{})
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			k.t.Fatal(err)
		}
		done += min(500, n-done)
	}
}

const manyArticles = 5000

// measure asks each question, and suggests for a letter that begins with it, and
// gives how long each took, in order.
func (k *desk) measure(questions []asked) []time.Duration {
	k.t.Helper()
	ctx := k.as(ann)
	var took []time.Duration
	for i, q := range questions {
		for _, suggest := range []bool{false, true} {
			begin := time.Now() //nolint:forbidigo // a measurement
			var err error
			if suggest {
				letter := q.Q + "\n" + strings.Repeat(questions[(i+7)%len(questions)].Q+" "+questions[(i+31)%len(questions)].Q+"\n", 3)
				_, err = k.Suggest(ctx, knowledge.Signals{Text: letter, ProductID: int64(i%50 + 1), TypeID: int64(i%60 + 1), Locale: q.Locale})
			} else {
				_, err = k.Search(ctx, knowledge.Query{Text: q.Q, Locale: q.Locale})
			}
			if err != nil {
				k.t.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	return took
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkSearchOver5000Articles searches and suggests with each question, and
// reports the 99th percentile and the memory of the index.
func BenchmarkSearchOver5000Articles(b *testing.B) {
	d := benchDB(b)
	k := open(b, d)
	if err := k.Seed(actor.AsSystem(b.Context())); err != nil {
		b.Fatal(err)
	}
	k.many(manyArticles)
	before := heap()
	k.titles(ann, query("x"))
	b.ReportMetric(float64((heap()-before)>>20), "index-MB")
	questions := jsonLines[asked](b, "testdata/questions-*.jsonl")
	for b.Loop() {
		took := k.measure(questions)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	}
}

func benchDB(b *testing.B) *db.DB {
	b.Helper()
	d, err := db.Open(b.Context(), db.Options{URL: "sqlite:" + b.TempDir() + "/heed.db"})
	if err == nil {
		err = d.Migrate(b.Context(), migrations())
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	return d
}
