package demo

import (
	"context"
	_ "embed"
	"encoding/json"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/work/answer"
	"heed/internal/work/diagnosis"
)

//go:embed lessons.json
var lessonFile []byte

// lessons are the ways to the cause of a fault and what everybody must read.
type lessons struct {
	Flows []struct {
		Names    diagnosis.Words `json:"names"`
		Products []string        `json:"products"`
		Nodes    []struct {
			diagnosis.Node
			Result *struct {
				diagnosis.Result
				Article string `json:"article"`
			} `json:"result"`
		} `json:"nodes"`
	} `json:"flows"`
	Readings []struct {
		Article string             `json:"article"`
		Titles  reading.Words      `json:"titles"`
		Texts   reading.Words      `json:"texts"`
		Quiz    []reading.Question `json:"quiz"`
	} `json:"readings"`
}

const (
	answeredOf = 400 // the last tickets that are looked at
	answered   = 120 // on how many of them an article was given
	solvedOf   = 3   // one of so many of these was solved by it
	readBy     = 5   // colleagues who have acknowledged a must-read
)

// learn makes the flows and must-reads, and has the last tickets answered by
// articles.
func (l *loader) learn(ctx context.Context) error {
	if l.Knowledge == nil || l.Flows == nil {
		return nil
	}
	var all lessons
	if err := json.Unmarshal(lessonFile, &all); err != nil {
		return err
	}
	if err := l.DB.Write(ctx, func(ctx context.Context) error { return l.draw(ctx, all) }); err != nil {
		return err
	}
	if err := l.DB.Write(ctx, func(ctx context.Context) error { return l.spread(ctx, all) }); err != nil {
		return err
	}
	return l.answer(ctx)
}

// draw publishes the flows.
func (l *loader) draw(ctx context.Context, all lessons) error {
	for _, f := range all.Flows {
		products, err := idsOf(ctx, l.ProductIDs, f.Products)
		if err != nil {
			return err
		}
		in := diagnosis.Input{Names: f.Names, ProductIDs: products}
		for _, n := range f.Nodes {
			node := n.Node
			if n.Result != nil {
				r := n.Result.Result
				r.ArticleID = l.articles[n.Result.Article]
				node.Result = &r
			}
			in.Nodes = append(in.Nodes, node)
		}
		made, err := l.Flows.Create(ctx, in)
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markFlow, made.ID); err != nil {
			return err
		}
		if _, err := l.Flows.Publish(ctx, made.ID, 0); err != nil {
			return err
		}
	}
	return nil
}

// spread publishes the must-reads; some have acknowledged them.
func (l *loader) spread(ctx context.Context, all lessons) error {
	for _, x := range all.Readings {
		made, err := l.Readings.Create(ctx, reading.Input{Must: true, Titles: x.Titles, Texts: x.Texts, Quiz: x.Quiz, ArticleID: l.articles[x.Article]})
		if err != nil {
			return err
		}
		if err := l.mark(ctx, markReading, made.ID); err != nil {
			return err
		}
		right := make([]int, len(made.Quiz))
		for i, q := range made.Quiz {
			right[i] = q.Right
		}
		for _, c := range l.staff[:min(readBy, len(l.staff))] {
			if _, _, err := l.Readings.Acknowledge(actor.With(ctx, c.actor), made.ID, right); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
	}
	return nil
}

// answer has the owners of the last tickets give the articles that fit them.
func (l *loader) answer(ctx context.Context) error {
	ids, err := marks(ctx, l.DB, markTicket)
	if err != nil {
		return err
	}
	who := map[int64]*colleague{}
	for _, c := range l.staff {
		who[c.actor.ID] = c
	}
	n := 0
	for _, id := range ids[max(0, len(ids)-answeredOf):] {
		t, err := l.Tickets.Get(ctx, id)
		if err != nil {
			return err
		}
		owner := who[t.OwnerID]
		if owner == nil || n == answered {
			continue
		}
		hits, err := l.Knowledge.Suggest(ctx, knowledge.Signals{Text: t.Subject + "\n" + t.Preview, Locale: owner.locale, ProductID: t.ProductID, TypeID: t.TypeID, Limit: 1})
		if err != nil {
			return err
		}
		if len(hits) == 0 {
			continue
		}
		n++
		l.Clock.Set(l.now.Add(time.Duration(n-answered) * time.Minute))
		err = l.DB.Write(ctx, func(ctx context.Context) error {
			ctx = actor.With(ctx, owner.actor)
			if _, _, err := l.Answers.Give(ctx, id, hits[0].ArticleID, owner.locale, answer.Inserted); err != nil {
				return err
			}
			if t.Status.Open() || n%solvedOf != 0 {
				return nil
			}
			return l.Answers.Solved(ctx, id, hits[0].ArticleID)
		})
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return err
		}
	}
	l.Clock.Set(l.now)
	return nil
}

// clearLessons removes what learn has made, and what everybody had to read about
// the demo's articles and products.
func clearLessons(ctx context.Context, d Deps) error {
	if d.Flows == nil || d.Readings == nil {
		return nil
	}
	ctx = actor.AsSystem(ctx)
	if err := each(ctx, d, markFlow, func(ctx context.Context, ids []int64) error { return d.Flows.Purge(ctx, nil, ids) }); err != nil {
		return err
	}
	if err := each(ctx, d, markReading, d.Readings.Purge); err != nil {
		return err
	}
	for kind, source := range map[string]string{markArticle: reading.FromArticle, markProduct: reading.FromProduct} {
		ids, err := marks(ctx, d.DB, kind)
		if err != nil {
			return err
		}
		if err := d.Readings.PurgeAbout(ctx, source, ids); err != nil {
			return err
		}
	}
	return nil
}
