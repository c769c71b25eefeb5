package knowledge

import (
	"context"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

const (
	tag    = "knowledge"
	module = "knowledge"
)

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op { return rest.Op{ID: id, Tag: tag, Summary: summary, Module: module} }
	made := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: tag, Summary: summary, Module: module, Status: 201}
	}
	rest.Get(r, "/articles", op("list-articles", "Articles, the last changed first"), s.apiList)
	rest.Get(r, "/articles/search", op("search-articles", "The articles that answer a question or help with a ticket, the best first"), s.apiSearch)
	rest.Get(r, "/articles/stale", op("list-stale-articles", "Published articles whose review-by date has passed"), s.apiStale)
	rest.Get(r, "/articles/{by}/{code}", op("get-article-by-code", "The text in force of the article with a short code"), s.apiByCode)
	rest.Post(r, "/articles", made("create-article", "Write an article"), s.apiCreate)
	rest.Get(r, "/articles/{id}", op("get-article", "An article: the text in force, and what is under way"), s.apiGet)
	rest.Patch(r, "/articles/{id}", op("change-article", "Change an article, and the version under way"), s.apiChange)
	rest.Delete(r, "/articles/{id}/draft", op("discard-article-draft", "Give up the version under way; an article that was never published goes with it"), s.apiDiscard)
	rest.Post(r, "/articles/{id}/draft", op("begin-article-draft", "Begin the next version as a copy of the last one"), s.apiBegin)
	rest.Post(r, "/articles/{id}/submit", op("submit-article", "Hand the version under way to who reviews"), s.apiSubmit)
	rest.Post(r, "/articles/{id}/return", op("return-article", "Give a version back to its writer, or a retired article back to service"), s.apiReturn)
	rest.Post(r, "/articles/{id}/publish", op("publish-article", "Publish the version under way, from a date on"), s.apiPublish)
	rest.Post(r, "/articles/{id}/retire", op("retire-article", "Take an article out of service"), s.apiRetire)
	rest.Post(r, "/articles/{id}/helpful", op("judge-article", "Say whether an article was helpful"), s.apiHelpful)
	rest.Get(r, "/articles/{id}/versions", op("list-article-versions", "All versions of an article, the newest first"), s.apiVersions)
	rest.Get(r, "/articles/{id}/versions/{n}", op("get-article-version", "One version of an article in all its languages"), s.apiVersion)
	s.wordRoutes(r, op, made)
}

type articlesIn struct {
	rest.PageIn
	Status    Status   `query:"status" enum:",draft,review,published,retired"`
	Kind      Kind     `query:"kind" enum:",question,policy,process,product,fault,campaign"`
	Audience  Audience `query:"audience" enum:",public,customers,partners,internal"`
	Topic     string   `query:"topic"`
	Tag       string   `query:"tag"`
	OwnerID   int64    `query:"owner_id"`
	ProductID int64    `query:"product_id"`
	TypeID    int64    `query:"type_id"`
	Locale    string   `query:"locale" doc:"The language of the titles; yours by default"`
}

func (s *Service) apiList(ctx context.Context, in *articlesIn) (*rest.List[ListedArticle], error) {
	p, err := s.List(ctx, Filter{
		Status: in.Status, Kind: in.Kind, Audience: in.Audience, Topic: in.Topic, Tag: in.Tag, OwnerID: in.OwnerID, ProductID: in.ProductID, TypeID: in.TypeID,
	}, localeOf(ctx, in.Locale), in.Request())
	return s.listWire(p), err
}

type staleIn struct {
	rest.PageIn
	OwnerID int64  `query:"owner_id" doc:"Of one owner"`
	Locale  string `query:"locale"`
}

func (s *Service) apiStale(ctx context.Context, in *staleIn) (*rest.List[ListedArticle], error) {
	p, err := s.Stale(ctx, in.OwnerID, localeOf(ctx, in.Locale), in.Request())
	return s.listWire(p), err
}

func (s *Service) listWire(p page.Of[Listed]) *rest.List[ListedArticle] {
	out := page.Of[ListedArticle]{Items: make([]ListedArticle, len(p.Items)), Next: p.Next}
	for i, l := range p.Items {
		out.Items[i] = ListedArticle{s.wire(l.Article), l.Title, l.Summary, l.Locale, l.Locales}
	}
	return &rest.List[ListedArticle]{Body: out}
}

// localeOf is the locale asked for, or that of who asks.
func localeOf(ctx context.Context, asked string) string {
	if asked == "" {
		return actor.From(ctx).Locale
	}
	return asked
}

type searchIn struct {
	Q         string `query:"q"`
	Locale    string `query:"locale" doc:"The language in which articles are shown; yours by default"`
	Kind      []Kind `query:"kind" doc:"Only these kinds"`
	ProductID int64  `query:"product_id" doc:"Articles about it come first"`
	TypeID    int64  `query:"type_id" doc:"Articles that answer this ticket type come first"`
	TicketID  int64  `query:"ticket_id" doc:"Suggest for this ticket when there is no q"`
	Tag       string `query:"tag"`
	Strict    bool   `query:"strict" doc:"Leave out articles about other products and types"`
	Limit     int    `query:"limit" minimum:"0" maximum:"100"`
}

// Found is what a question found.
type Found struct {
	Items   []FoundArticle `json:"items"`
	Terms   []TermCard     `json:"terms" doc:"Words of the trade in the question"`
	Experts []ExpertCard   `json:"experts" doc:"Who can be asked about it"`
}

func (s *Service) apiSearch(ctx context.Context, in *searchIn) (*rest.Body[Found], error) {
	locale := localeOf(ctx, in.Locale)
	var hits []Hit
	var err error
	switch {
	case in.TicketID != 0 && strings.TrimSpace(in.Q) == "" && s.ticket != nil:
		var g Signals
		if g, err = s.ticket(ctx, in.TicketID); err != nil {
			return nil, err
		}
		g.Locale, g.Kinds, g.Limit = locale, in.Kind, in.Limit
		hits, err = s.Suggest(ctx, g)
	default:
		q := Query{Text: in.Q, Locale: locale, Kinds: in.Kind, ProductID: in.ProductID, TypeID: in.TypeID, Tag: in.Tag, Strict: in.Strict, Limit: in.Limit}
		if in.TicketID != 0 && s.ticket != nil && q.ProductID == 0 && q.TypeID == 0 {
			g, err := s.ticket(ctx, in.TicketID)
			if err != nil {
				return nil, err
			}
			q.ProductID, q.TypeID = g.ProductID, g.TypeID
		}
		hits, err = s.Search(ctx, q)
	}
	if err != nil {
		return nil, err
	}
	out := Found{Items: make([]FoundArticle, len(hits)), Terms: []TermCard{}, Experts: []ExpertCard{}}
	for i, h := range hits {
		out.Items[i] = found(h)
	}
	if strings.TrimSpace(in.Q) == "" {
		return rest.Of(out), nil
	}
	terms, err := s.Glossary(ctx, in.Q)
	if err != nil {
		return nil, err
	}
	experts, err := s.Experts(ctx, in.Q)
	const most = 5
	for _, g := range terms[:min(len(terms), most)] {
		out.Terms = append(out.Terms, termCard(g))
	}
	for _, e := range experts[:min(len(experts), most)] {
		out.Experts = append(out.Experts, expertCard(e))
	}
	return rest.Of(out), err
}

// codeIn is /articles/by-code/{code}. Its first part is a parameter, because Go's
// mux finds the literal ambiguous beside /articles/{id}/versions.
type codeIn struct {
	By     string `path:"by" doc:"by-code"`
	Code   string `path:"code"`
	Locale string `query:"locale"`
}

func (s *Service) apiByCode(ctx context.Context, in *codeIn) (*rest.Body[ArticleText], error) {
	if in.By != "by-code" {
		return nil, errNone
	}
	v, err := s.ByCode(ctx, in.Code, localeOf(ctx, in.Locale))
	return rest.Of(s.textWire(v)), err
}

type createIn struct{ Body ArticleInput }

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[ArticleCard], error) {
	w := in.Body.work()
	if w == nil {
		w = &Work{}
	}
	a, err := s.Create(ctx, in.Body.meta(), *w)
	return rest.OneOf(s.wire(a), a.Version), err
}

type articleIn struct {
	ID     int64  `path:"id"`
	Locale string `query:"locale" doc:"The language of the text; yours by default, or the nearest there is"`
}

type articleIDIn struct {
	ID int64 `path:"id"`
}

const relatedMost = 6

func (s *Service) apiGet(ctx context.Context, in *articleIn) (*rest.One[ArticleRead], error) {
	a, err := s.Get(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out, err := s.read(ctx, a, localeOf(ctx, in.Locale))
	return rest.OneOf(out, a.Version), err
}

// read gathers what a reader and a writer of an article need.
func (s *Service) read(ctx context.Context, a Article, locale string) (ArticleRead, error) {
	out := ArticleRead{ArticleCard: s.wire(a), Locales: []string{}, Related: []FoundArticle{}}
	published, err := s.published(ctx, []int64{a.ID})
	if err != nil {
		return out, err
	}
	now := s.clock.Now()
	for _, v := range published {
		if v.EffectiveFrom.After(now) && v.N == a.LiveN {
			out.Upcoming = &Upcoming{v.N, *v.EffectiveFrom}
		}
	}
	texts := inForce(published, now)
	if writes := authority.Can(actor.From(ctx), authority.KnowledgeWrite); len(texts) == 0 && writes {
		texts = newest(published)
	} else if !writes {
		out.Upcoming = nil
	}
	for _, t := range texts {
		out.Locales = append(out.Locales, t.Locale)
	}
	v, ok, err := s.nearest(ctx, texts, locale)
	if err != nil {
		return out, err
	}
	if ok {
		if v, err = s.counted(ctx, v); err != nil {
			return out, err
		}
		t := s.textWire(v)
		out.Text = &t
		hits, err := s.Related(ctx, a, v.Title, locale, relatedMost)
		if err != nil {
			return out, err
		}
		for _, h := range hits {
			out.Related = append(out.Related, found(h))
		}
	}
	if a.DraftN != 0 && authority.Can(actor.From(ctx), authority.KnowledgeWrite) {
		w, err := s.work(ctx, a.ID, a.DraftN)
		if err != nil {
			return out, err
		}
		out.Draft = &DraftWire{N: a.DraftN, State: a.Work, Note: a.WorkNote, From: w.From, To: w.To, Texts: w.Texts}
	}
	return out, nil
}

// newest gives the texts of the newest of published versions.
func newest(all []Version) []Version {
	var out []Version
	for _, v := range all {
		if len(out) > 0 && v.N > out[0].N {
			out = out[:0]
		}
		out = append(out, v)
	}
	return out
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body ArticleInput
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[ArticleCard], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.Change(ctx, in.ID, version, in.Body.meta(), in.Body.work())
	return rest.OneOf(s.wire(a), a.Version), err
}

type discardIn struct {
	rest.VersionIn
	ID int64 `path:"id"`
}

func (s *Service) apiDiscard(ctx context.Context, in *discardIn) (*rest.Empty, error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	return &rest.Empty{}, s.Discard(ctx, in.ID, version)
}

func (s *Service) apiBegin(ctx context.Context, in *articleIDIn) (*rest.One[ArticleCard], error) {
	a, err := s.Begin(ctx, in.ID)
	return rest.OneOf(s.wire(a), a.Version), err
}

type noteIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Note string `json:"note,omitempty"`
	}
}

// noted is an operation that takes a version and a note.
func (s *Service) noted(ctx context.Context, in *noteIn, do func(ctx context.Context, id, version int64, note string) (Article, error)) (*rest.One[ArticleCard], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := do(ctx, in.ID, version, in.Body.Note)
	return rest.OneOf(s.wire(a), a.Version), err
}

func (s *Service) apiSubmit(ctx context.Context, in *noteIn) (*rest.One[ArticleCard], error) {
	return s.noted(ctx, in, s.Submit)
}

func (s *Service) apiReturn(ctx context.Context, in *noteIn) (*rest.One[ArticleCard], error) {
	return s.noted(ctx, in, s.Return)
}

func (s *Service) apiRetire(ctx context.Context, in *noteIn) (*rest.One[ArticleCard], error) {
	return s.noted(ctx, in, s.Retire)
}

type publishIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body ReleaseInput
}

func (s *Service) apiPublish(ctx context.Context, in *publishIn) (*rest.One[ArticleCard], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	a, err := s.Publish(ctx, in.ID, version, in.Body.release())
	return rest.OneOf(s.wire(a), a.Version), err
}

type helpfulIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Helpful bool `json:"helpful"`
	}
}

func (s *Service) apiHelpful(ctx context.Context, in *helpfulIn) (*rest.Empty, error) {
	return &rest.Empty{}, s.NoteHelpful(ctx, in.ID, in.Body.Helpful)
}

// Editions are the versions of an article.
type Editions struct {
	Items []Edition `json:"items"`
}

func (s *Service) apiVersions(ctx context.Context, in *articleIDIn) (*rest.Body[Editions], error) {
	all, err := s.Versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	inUse := inForce(all, s.clock.Now())
	out := Editions{Items: []Edition{}}
	for _, v := range all {
		if k := len(out.Items); k > 0 && out.Items[k-1].N == v.N {
			out.Items[k-1].Titles[v.Locale] = v.Title
			continue
		}
		out.Items = append(out.Items, edition(v, len(inUse) > 0 && inUse[0].N == v.N))
	}
	return rest.Of(out), nil
}

type versionIn struct {
	ID int64 `path:"id"`
	N  int64 `path:"n"`
}

func (s *Service) apiVersion(ctx context.Context, in *versionIn) (*rest.Body[EditionRead], error) {
	all, err := s.Versions(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var out *EditionRead
	inUse := inForce(all, s.clock.Now())
	for _, v := range all {
		if v.N != in.N {
			continue
		}
		if out == nil {
			out = &EditionRead{Edition: edition(v, len(inUse) > 0 && inUse[0].N == v.N), From: v.From, To: v.To, Texts: []Text{}}
		}
		out.Titles[v.Locale] = v.Title
		out.Texts = append(out.Texts, v.Text)
	}
	if out == nil {
		return nil, errNone
	}
	return rest.Of(*out), nil
}
