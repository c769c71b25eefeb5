package knowledge

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/text"
)

// Query asks for articles.
type Query struct {
	Text   string
	Locale string // the language in which hits are shown, if there is one
	Kinds  []Kind // none is all
	// ProductID and TypeID put articles about them before others; with Strict,
	// others are left out.
	ProductID, TypeID int64
	Strict            bool
	Topic             string
	Tag               string
	Limit             int  // 0 is 20
	Public            bool // only what anybody may read, whoever asks
}

// Hit is an article that was found, in the language in which it is best shown.
type Hit struct {
	ArticleID int64
	VersionID int64
	N         int64
	Locale    string
	Locales   []string
	Kind      Kind
	Topic     string
	Audience  Audience
	Code      string
	Title     string
	Snippet   string
	Ranges    []text.Range // of the snippet: what was found
	Period    string       // of a campaign: upcoming, running or ended
	From, To  *time.Time
	Uses      int64
	Solved    int64
	Score     float64
}

// Signals are what is known of a matter for which articles are suggested.
type Signals struct {
	Text      string // its subject and words
	TypeID    int64
	ProductID int64
	Locale    string
	Kinds     []Kind
	Limit     int // 0 is 5
}

const (
	searchLimit  = 20
	suggestLimit = 5
	snippetSize  = 140

	// How much an article about the product or the type of the matter gains, and
	// how much one about other products loses.
	sameProduct  = 1.35
	otherProduct = 0.75
	sameType     = 1.15
	overCampaign = 0.5
	// ownLanguage is what an article that can be read in the language of who asks
	// gains; the two ways to write Chinese count as one.
	ownLanguage = 1.15
	// noText is what an article about the product or the type is worth when no
	// word of the matter is in it.
	noText = 1.0
	// least is the part of the best score below which nothing is suggested, and
	// tail that below which nothing is found: what shares a common word with the
	// question and no more.
	least = 0.3
	tail  = 0.12
)

// Search gives the articles that answer a question, the best first: among those
// that the actor may read, and that are in force now. Without a question it
// gives those that are used most.
func (s *Service) Search(ctx context.Context, q Query) ([]Hit, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	hits := s.search(ctx, q, strings.TrimSpace(q.Text) == "")
	if s.searched != nil && strings.TrimSpace(q.Text) != "" {
		s.searched(ctx, q, len(hits))
	}
	return hits, nil
}

// Suggest gives the articles that may help with a matter: by its words, its
// product and its type.
func (s *Service) Suggest(ctx context.Context, g Signals) ([]Hit, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	limit := g.Limit
	if limit <= 0 {
		limit = suggestLimit
	}
	hits := s.search(ctx, Query{Text: g.Text, Locale: g.Locale, Kinds: g.Kinds, ProductID: g.ProductID, TypeID: g.TypeID, Limit: limit}, g.ProductID != 0 || g.TypeID != 0)
	for i, h := range hits {
		if h.Score < hits[0].Score*least {
			hits = hits[:i]
			break
		}
	}
	return hits, nil
}

// search scores, groups the languages of an article and orders. with says that
// articles without a word of the question are found too: by the product or the
// type, or all when there is no question.
func (s *Service) search(ctx context.Context, q Query, with bool) []Hit {
	x := s.index
	now := s.clock.Now()
	x.mu.RLock()
	defer x.mu.RUnlock()
	keep := s.keeper(ctx, q, now)
	asked := x.ask(q.Text)
	found := x.find(asked, keep)
	for _, word := range asked.sounds {
		found = append(found, x.sounds(word, keep)...)
	}
	best := map[int64]match{}
	for _, m := range found {
		id := m.entry.article.ID
		if b, ok := best[id]; !ok || m.score > b.score || m.score == b.score && m.entry.version.ID < b.entry.version.ID {
			best[id] = m
		}
	}
	if with {
		for id, entries := range x.of {
			if _, ok := best[id]; ok {
				continue
			}
			for _, n := range entries {
				if e := x.entries[n]; keep(e) && (strings.TrimSpace(q.Text) == "" && q.ProductID == 0 && q.TypeID == 0 || e.about(q)) {
					best[id] = match{entry: e, score: noText}
					break
				}
			}
		}
	}
	all := make([]match, 0, len(best))
	top := 0.0
	for _, m := range best {
		m.score *= m.entry.fit(q, now)
		top = max(top, m.score)
		all = append(all, m)
	}
	if !with {
		all = slices.DeleteFunc(all, func(m match) bool { return m.score < top*tail })
	}
	order(all)
	limit := q.Limit
	if limit <= 0 {
		limit = searchLimit
	}
	all = all[:min(len(all), limit)]
	parsed := text.Query(strings.Join(asked.marks, " "))
	hits := make([]Hit, len(all))
	for i, m := range all {
		hits[i] = x.hit(m, q, keep, parsed, now)
	}
	return hits
}

// keeper tells which texts may be found: in force, in the actor's sight, and of
// what was asked for.
func (s *Service) keeper(ctx context.Context, q Query, now time.Time) func(*entry) bool {
	by := actor.From(ctx)
	return func(e *entry) bool {
		a := &e.article
		switch {
		case !e.served(now),
			q.Public && a.Audience != Public,
			!readable(by, a.Audience, a.TeamIDs, a.OwnerID),
			len(q.Kinds) > 0 && !slices.Contains(q.Kinds, a.Kind),
			q.Topic != "" && a.Topic != q.Topic,
			q.Tag != "" && !slices.Contains(a.Tags, q.Tag),
			q.Strict && q.ProductID != 0 && !slices.Contains(a.ProductIDs, q.ProductID),
			q.Strict && q.TypeID != 0 && !slices.Contains(a.TypeIDs, q.TypeID):
			return false
		}
		return true
	}
}

func (e *entry) about(q Query) bool {
	return q.ProductID != 0 && slices.Contains(e.article.ProductIDs, q.ProductID) || q.TypeID != 0 && slices.Contains(e.article.TypeIDs, q.TypeID)
}

// fit is what beside the words makes an article likelier: experience, and that
// it is about the product and the type of the matter.
func (e *entry) fit(q Query, now time.Time) float64 {
	f := e.prior
	if q.ProductID != 0 && len(e.article.ProductIDs) > 0 {
		if slices.Contains(e.article.ProductIDs, q.ProductID) {
			f *= sameProduct
		} else {
			f *= otherProduct
		}
	}
	if q.TypeID != 0 && slices.Contains(e.article.TypeIDs, q.TypeID) {
		f *= sameType
	}
	if q.Locale != "" && slices.ContainsFunc(e.languages, func(l string) bool { return l[:2] == q.Locale[:min(2, len(q.Locale))] }) {
		f *= ownLanguage
	}
	if e.version.Period(now) == "ended" {
		f *= overCampaign
	}
	return f
}

// hit shows a match in the language of who asked.
func (x *index) hit(m match, q Query, keep func(*entry) bool, parsed text.Parsed, now time.Time) Hit {
	e := m.entry
	if q.Locale != "" && e.version.Locale != q.Locale {
		var have []string
		var served []*entry
		for _, n := range x.of[e.article.ID] {
			if o := x.entries[n]; o.version.N == e.version.N && keep(o) {
				have, served = append(have, o.version.Locale), append(served, o)
			}
		}
		if i := choose(have, q.Locale, e.version.Locale); i >= 0 {
			e = served[i]
		}
	}
	snippet, ranges := text.Snippet(e.lead, parsed, snippetSize)
	return Hit{
		ArticleID: e.article.ID, VersionID: e.version.ID, N: e.version.N, Locale: e.version.Locale, Locales: e.languages, Kind: e.article.Kind,
		Topic: e.article.Topic, Audience: e.article.Audience, Code: e.article.Code, Title: e.version.Title, Snippet: snippet, Ranges: ranges,
		Period: e.version.Period(now), From: e.version.From, To: e.version.To, Uses: e.article.Uses, Solved: e.article.Solved, Score: m.score,
	}
}

// Related gives articles on the same topic and about the same products, without
// the article itself.
func (s *Service) Related(ctx context.Context, a Article, title, locale string, limit int) ([]Hit, error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	q := Query{Text: title, Locale: locale, Limit: limit + 1}
	if len(a.ProductIDs) > 0 {
		q.ProductID = a.ProductIDs[0]
	}
	hits := s.search(ctx, q, false)
	slices.SortStableFunc(hits, func(x, y Hit) int { return cmp.Compare(same(y, a), same(x, a)) })
	hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.ArticleID == a.ID })
	return hits[:min(len(hits), limit)], nil
}

func same(h Hit, a Article) int {
	if a.Topic != "" && h.Topic == a.Topic {
		return 1
	}
	return 0
}

// PublicArticle is an article of the public help centre, in one language.
type PublicArticle struct {
	ArticleID   int64
	VersionID   int64
	Locale      string
	Locales     []string
	Kind        Kind
	Topic       string
	Tags        []string
	ProductIDs  []int64
	Title       string
	Summary     string
	PublishedAt time.Time
	Solved      int64
}

// PublicList gives what anybody may read now, in a language or its nearest, by
// article, for the help centre and its site map. Filters: Kinds, ProductID,
// TypeID, Topic and Tag of the query, and its locale.
func (s *Service) PublicList(ctx context.Context, q Query, r page.Request) (page.Of[PublicArticle], error) {
	if err := s.ready(ctx); err != nil {
		return page.Of[PublicArticle]{}, err
	}
	var after int64
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &after); err != nil {
			return page.Of[PublicArticle]{}, err
		}
	}
	q.Public, q.Strict = true, true
	now := s.clock.Now()
	x := s.index
	x.mu.RLock()
	defer x.mu.RUnlock()
	keep := s.keeper(ctx, q, now)
	var ids []int64
	for id, entries := range x.of {
		if id > after && slices.ContainsFunc(entries, func(n int32) bool { return keep(x.entries[n]) }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	ids = ids[:min(len(ids), r.Size()+1)]
	out := make([]PublicArticle, len(ids))
	for i, id := range ids {
		var have []string
		var served []*entry
		for _, n := range x.of[id] {
			if e := x.entries[n]; keep(e) {
				have, served = append(have, e.version.Locale), append(served, e)
			}
		}
		e := served[choose(have, q.Locale)]
		out[i] = PublicArticle{
			ArticleID: id, VersionID: e.version.ID, Locale: e.version.Locale, Locales: e.languages, Kind: e.article.Kind, Topic: e.article.Topic,
			Tags: e.article.Tags, ProductIDs: e.article.ProductIDs, Title: e.version.Title, Summary: e.version.Summary,
			PublishedAt: *e.version.PublishedAt, Solved: e.article.Solved,
		}
	}
	return page.Cut(out, r.Size(), func(p PublicArticle) []any { return []any{p.ArticleID} }), nil
}

// CoveredTypes gives the ticket types that an article in force answers.
func (s *Service) CoveredTypes(ctx context.Context) (map[int64]bool, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	now := s.clock.Now()
	s.index.mu.RLock()
	defer s.index.mu.RUnlock()
	out := map[int64]bool{}
	for _, e := range s.index.entries {
		if e == nil || !e.served(now) {
			continue
		}
		for _, t := range e.article.TypeIDs {
			out[t] = true
		}
	}
	return out, nil
}
