package knowledge

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
)

// known is what the index has not taken in yet.
type known struct {
	fresh *atomic.Bool // nothing is waiting

	mu       *sync.Mutex // guards what follows
	articles map[int64]bool
	words    bool
	pos      int64 // how far the journal has been read

	work   *sync.Mutex // held while the index is brought up to date
	loaded bool
}

func newKnown() known {
	return known{fresh: new(atomic.Bool), mu: new(sync.Mutex), articles: map[int64]bool{}, words: true, work: new(sync.Mutex)}
}

// touch notes that articles have changed.
func (k *known) touch(ids ...int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range ids {
		k.articles[id] = true
	}
	k.fresh.Store(false)
}

func (k *known) touchWords() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.words = true
	k.fresh.Store(false)
}

// settle notes that nothing is waiting, if that is so.
func (k *known) settle() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.articles) == 0 && !k.words {
		k.fresh.Store(true)
	}
}

// take gives what is waiting.
func (k *known) take() ([]int64, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ids := make([]int64, 0, len(k.articles))
	for id := range k.articles {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	words := k.words
	clear(k.articles)
	k.words = false
	return ids, words
}

// Run keeps the index up to date with what other nodes write, until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ctx = actor.AsSystem(ctx)
	wakes, end := s.journal.Wakes()
	defer end()
	again := time.NewTicker(time.Minute) // after a failure
	defer again.Stop()
	for {
		if err := s.follow(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("the index of knowledge could not be brought up to date", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wakes:
		case <-again.C:
		}
	}
}

// follow reads on in the journal and takes in what has changed.
func (s *Service) follow(ctx context.Context) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	const most = 500
	for {
		evs, err := s.journal.Since(ctx, s.known.pos, most)
		if err != nil {
			return err
		}
		for _, e := range evs {
			switch {
			case e.About.Kind == About && strings.HasPrefix(e.Kind, "article."):
				s.known.touch(e.About.ID)
			case e.About.Kind == About && e.Kind == journal.EventForgotten:
				s.known.touch(s.index.articles()...) // which of them, it does not say
			case e.Kind == EventWords:
				s.known.touchWords()
			}
			s.known.pos = e.Pos
		}
		if len(evs) < most {
			return s.ready(ctx)
		}
	}
}

// ready brings the index up to date with what this node knows to have changed.
func (s *Service) ready(ctx context.Context) error {
	k := &s.known
	if k.fresh.Load() {
		return nil
	}
	k.work.Lock()
	defer k.work.Unlock()
	ids, words := k.take()
	if err := s.refresh(ctx, ids, words); err != nil {
		k.touch(ids...)
		if words {
			k.touchWords()
		}
		return err
	}
	k.settle()
	return nil
}

func (s *Service) refresh(ctx context.Context, ids []int64, words bool) error {
	if words {
		all, err := s.allSynonyms(ctx)
		if err != nil {
			return err
		}
		compiled := compile(all)
		s.index.mu.Lock()
		s.index.synonyms = compiled
		s.index.mu.Unlock()
	}
	if !s.known.loaded {
		return s.loadAll(ctx)
	}
	return s.reindex(ctx, ids)
}

// loadAll makes the index from all articles that are in service.
func (s *Service) loadAll(ctx context.Context) error {
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return err
	}
	const most = 200
	for after := int64(0); ; {
		ids, err := s.servedIDs(ctx, after, most)
		if err != nil {
			return err
		}
		if err := s.reindex(ctx, ids); err != nil {
			return err
		}
		if len(ids) < most {
			break
		}
		after = ids[len(ids)-1]
	}
	s.known.pos, s.known.loaded = pos, true
	return nil
}

// reindex makes the index say of articles what the tables do.
func (s *Service) reindex(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	var articles []Article
	var versions []Version
	err := s.db.Read(ctx, func(ctx context.Context) (err error) {
		if articles, err = s.loadMany(ctx, ids); err == nil {
			versions, err = s.published(ctx, ids)
		}
		return err
	})
	if err != nil {
		return err
	}
	of := map[int64][]Version{}
	for _, v := range versions {
		of[v.ArticleID] = append(of[v.ArticleID], v)
	}
	texts := map[int64][]indexed{}
	for _, a := range articles {
		if a.Status == Published {
			texts[a.ID] = s.prepare(a, of[a.ID])
		}
	}
	s.index.mu.Lock()
	defer s.index.mu.Unlock()
	for _, id := range ids {
		s.index.replace(id, texts[id])
	}
	return nil
}

// prepare gives the texts of an article that are or will be served.
func (s *Service) prepare(a Article, all []Version) []indexed {
	now := s.clock.Now().UnixMicro()
	var out []indexed
	for _, v := range all {
		from, until := v.EffectiveFrom.UnixMicro(), int64(math.MaxInt64)
		if v.EffectiveTo != nil {
			until = v.EffectiveTo.UnixMicro()
		}
		var languages []string
		for _, o := range all {
			if o.N > v.N {
				until = min(until, o.EffectiveFrom.UnixMicro())
			}
			if o.N == v.N {
				languages = append(languages, o.Locale)
			}
		}
		if until <= max(from, now) {
			continue
		}
		e := entry{article: a, version: v, prior: a.prior(), lead: lead(v.Text), sound: sound(v.Text), from: from, until: until, languages: languages}
		weights := weigh(a, v.Text)
		e.version.Answer, e.version.Body, e.version.Rules, e.version.Keywords = "", "", "", ""
		e.version.Symptoms, e.version.Causes = nil, nil
		out = append(out, indexed{e, weights})
	}
	return out
}

// leadMost bounds what is kept of a text for snippets, in characters.
const leadMost = 500

// lead gives the words that a reader sees first.
func lead(t Text) string {
	words := strings.Fields(t.Summary + "\n" + mailwire.HTMLToText(t.Answer) + "\n" + strings.Join(t.Symptoms, "\n"))
	r := []rune(strings.Join(words, " "))
	return string(r[:min(len(r), leadMost)])
}
