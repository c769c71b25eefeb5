package knowledge

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
)

// Deps are what the service is made of.
type Deps struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *jobs.Queue
	Clock   clock.Clock
	Setting *setting.Service
	Log     *slog.Logger
	// Ticket gives what is known about a ticket that the actor may see, to suggest
	// articles for it. Tickets live above this slice. May be nil.
	Ticket func(ctx context.Context, ticketID int64) (Signals, error)
	// Remind gives an owner the task of looking at an article whose review-by date
	// has passed, in the transaction of ctx. Tasks live above this slice. May be nil.
	Remind func(ctx context.Context, r Reminder) error
	// Searched is told of every question that an agent or a customer has asked,
	// and how many articles were found. It must be quick. May be nil.
	Searched func(ctx context.Context, q Query, found int)
}

// Reminder says that an article should be looked at again.
type Reminder struct {
	ArticleID, OwnerID int64
	Title              string
	ReviewBy           time.Time
}

// Service holds the use cases of knowledge.
type Service struct {
	db      *db.DB
	journal *journal.Journal
	jobs    *jobs.Queue
	clock   clock.Clock
	setting *setting.Service
	log     *slog.Logger

	ticket   func(ctx context.Context, ticketID int64) (Signals, error)
	remind   func(ctx context.Context, r Reminder) error
	searched func(ctx context.Context, q Query, found int)

	index *index
	known known
}

// New makes the service.
func New(d Deps) *Service {
	log := d.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		db: d.DB, journal: d.Journal, jobs: d.Jobs, clock: d.Clock, setting: d.Setting, log: log,
		ticket: d.Ticket, remind: d.Remind, searched: d.Searched,
		index: newIndex(), known: newKnown(),
	}
}

// mayRead is nil for agents who may read knowledge, and for who is no agent:
// he reads what is public.
func mayRead(ctx context.Context) error {
	if k := actor.From(ctx).Kind; k == actor.Anonymous || k == actor.Contact {
		return nil
	}
	return authority.Require(ctx, authority.KnowledgeRead)
}

// Get gives an article that the actor may read. Who may not is told that there
// is none; what was never published is for who writes.
func (s *Service) Get(ctx context.Context, id int64) (Article, error) {
	if err := mayRead(ctx); err != nil {
		return Article{}, err
	}
	a, err := s.load(ctx, id)
	return a, s.hide(ctx, a, err)
}

func (s *Service) hide(ctx context.Context, a Article, err error) error {
	if err != nil {
		return err
	}
	by := actor.From(ctx)
	if !readable(by, a.Audience, a.TeamIDs, a.OwnerID) || a.Status != Published && !authority.Can(by, authority.KnowledgeWrite) {
		return db.ErrNotFound
	}
	return nil
}

// inForce gives, of the published versions of one article, the texts of the one
// that is served at a time; none when none is.
func inForce(all []Version, now time.Time) []Version {
	n := int64(0)
	for _, v := range all {
		if v.PublishedAt != nil && v.EffectiveFrom != nil && !v.EffectiveFrom.After(now) {
			n = max(n, v.N)
		}
	}
	var out []Version
	for _, v := range all {
		if v.N == n && v.PublishedAt != nil && (v.EffectiveTo == nil || now.Before(*v.EffectiveTo)) {
			out = append(out, v)
		}
	}
	return out
}

// Published gives the text of an article that is in force now, in the locale or
// the nearest that there is. db.ErrNotFound when nothing is served to the actor.
func (s *Service) Published(ctx context.Context, articleID int64, locale string) (Version, error) {
	if err := mayRead(ctx); err != nil {
		return Version{}, err
	}
	a, err := s.load(ctx, articleID)
	if err != nil {
		return Version{}, err
	}
	return s.serve(ctx, a, locale)
}

// ByCode is Published for the article with a code ("/warranty", "warranty").
func (s *Service) ByCode(ctx context.Context, code, locale string) (Version, error) {
	if err := mayRead(ctx); err != nil {
		return Version{}, err
	}
	a, err := s.withCode(ctx, codeOf(code))
	if err != nil {
		return Version{}, err
	}
	return s.serve(ctx, a, locale)
}

func (s *Service) serve(ctx context.Context, a Article, locale string) (Version, error) {
	if a.Status != Published || !readable(actor.From(ctx), a.Audience, a.TeamIDs, a.OwnerID) {
		return Version{}, db.ErrNotFound
	}
	all, err := s.published(ctx, []int64{a.ID})
	if err != nil {
		return Version{}, err
	}
	v, ok, err := s.nearest(ctx, inForce(all, s.clock.Now()), locale)
	if err == nil && !ok {
		err = db.ErrNotFound
	}
	if err != nil {
		return Version{}, err
	}
	return s.counted(ctx, v)
}

// counted adds to a fault how often each cure has helped, those that helped most
// first.
func (s *Service) counted(ctx context.Context, v Version) (Version, error) {
	if len(v.Causes) == 0 {
		return v, nil
	}
	solved, err := s.successes(ctx, v.ArticleID)
	if err != nil {
		return v, err
	}
	sums := map[string]int64{}
	for i, c := range v.Causes {
		for j, u := range c.Cures {
			v.Causes[i].Cures[j].Solved = solved[u.Key]
			sums[c.Key] += solved[u.Key]
		}
		slices.SortStableFunc(v.Causes[i].Cures, func(a, b Cure) int { return int(b.Solved - a.Solved) })
	}
	slices.SortStableFunc(v.Causes, func(a, b Cause) int { return int(sums[b.Key] - sums[a.Key]) })
	return v, nil
}

// nearest chooses the text that a reader of the locale is best served with.
func (s *Service) nearest(ctx context.Context, texts []Version, locale string) (Version, bool, error) {
	firm, err := s.setting.Get(ctx)
	if err != nil || len(texts) == 0 {
		return Version{}, false, err
	}
	have := make([]string, len(texts))
	for i, t := range texts {
		have[i] = t.Locale
	}
	return texts[choose(have, locale, firm.Locale)], true, nil
}

// VersionByID gives a text by its id, whatever became of it: what somebody was
// told stays readable. Who may not read the article is told that there is none.
func (s *Service) VersionByID(ctx context.Context, id int64) (Version, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return Version{}, err
	}
	v, err := s.versionByID(ctx, id)
	if err != nil {
		return Version{}, err
	}
	a, err := s.load(ctx, v.ArticleID)
	if err != nil {
		return Version{}, err
	}
	by := actor.From(ctx)
	if !readable(by, a.Audience, a.TeamIDs, a.OwnerID) || v.PublishedAt == nil && !authority.Can(by, authority.KnowledgeWrite) {
		return Version{}, db.ErrNotFound
	}
	return v, nil
}

// Versions gives the texts of all versions, the newest first. What is not yet
// published or not yet in force is for who writes.
func (s *Service) Versions(ctx context.Context, id int64) ([]Version, error) {
	if _, err := s.Get(ctx, id); err != nil {
		return nil, err
	}
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	all, err := s.history(ctx, id)
	if !authority.Can(actor.From(ctx), authority.KnowledgeWrite) {
		now := s.clock.Now()
		all = slices.DeleteFunc(all, func(v Version) bool { return v.EffectiveFrom == nil || v.EffectiveFrom.After(now) })
	}
	return all, err
}

// Listed is an article in a list, with its title in the reader's language.
type Listed struct {
	Article
	Title, Summary string
	Locale         string
	Locales        []string
}

// List gives a page of the articles that the actor may read, the last changed
// first. Who does not write sees what is in force.
func (s *Service) List(ctx context.Context, f Filter, locale string, r page.Request) (page.Of[Listed], error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return page.Of[Listed]{}, err
	}
	by := actor.From(ctx)
	served := func(int64) bool { return true }
	if !authority.Can(by, authority.KnowledgeWrite) {
		if err := s.ready(ctx); err != nil {
			return page.Of[Listed]{}, err
		}
		served = func(id int64) bool { return s.index.serves(id, s.clock.Now()) }
		if f.Status != "" && f.Status != Published {
			return page.Of[Listed]{Items: []Listed{}}, nil
		}
		f.Status = Published
	}
	var out []Article
	size, cursor := r.Size(), r.Cursor
	for len(out) <= size { // what the actor may not read leaves gaps that are filled
		some, err := s.list(ctx, f, size+1, cursor)
		if err != nil {
			return page.Of[Listed]{}, err
		}
		for _, a := range some {
			if readable(by, a.Audience, a.TeamIDs, a.OwnerID) && served(a.ID) {
				out = append(out, a)
			}
		}
		if len(some) <= size {
			break
		}
		cursor = page.Encode(f.key(some[len(some)-1])...)
	}
	cutOff := page.Cut(out, size, f.key)
	listed, err := s.listed(ctx, cutOff.Items, locale)
	return page.Of[Listed]{Items: listed, Next: cutOff.Next}, err
}

// Stale is List of the published articles whose review-by date has passed, the
// longest due first.
func (s *Service) Stale(ctx context.Context, ownerID int64, locale string, r page.Request) (page.Of[Listed], error) {
	return s.List(ctx, Filter{OwnerID: ownerID, StaleAt: s.clock.Now()}, locale, r)
}

// listed adds to articles what they are called.
func (s *Service) listed(ctx context.Context, all []Article, locale string) ([]Listed, error) {
	ids := make([]int64, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	rows, err := s.titles(ctx, ids)
	if err != nil {
		return nil, err
	}
	firm, err := s.setting.Get(ctx)
	if err != nil {
		return nil, err
	}
	of := map[[2]int64][]titleRow{}
	for _, t := range rows {
		k := [2]int64{t.ArticleID, t.N}
		of[k] = append(of[k], t)
	}
	out := make([]Listed, len(all))
	for i, a := range all {
		n := a.LiveN
		if n == 0 {
			n = a.DraftN
		}
		l := Listed{Article: a, Locales: []string{}}
		texts := of[[2]int64{a.ID, n}]
		for _, t := range texts {
			l.Locales = append(l.Locales, t.Locale)
		}
		if k := choose(l.Locales, locale, firm.Locale); k >= 0 {
			l.Title, l.Summary, l.Locale = texts[k].Title, texts[k].Summary, texts[k].Locale
		}
		out[i] = l
	}
	return out, nil
}

// Article gives what all versions of an article have in common to other slices,
// whatever its state: they ask on their own behalf.
func (s *Service) Article(ctx context.Context, id int64) (Article, error) { return s.load(ctx, id) }

// UnderWay gives the version of an article that is being written, in all its
// languages. Fault: not found when there is none.
func (s *Service) UnderWay(ctx context.Context, id int64) (Work, error) {
	if err := authority.Require(ctx, authority.KnowledgeWrite); err != nil {
		return Work{}, err
	}
	a, err := s.Get(ctx, id)
	if err != nil {
		return Work{}, err
	}
	if a.DraftN == 0 {
		return Work{}, fault.NotFound("not_found")
	}
	return s.work(ctx, id, a.DraftN)
}

func (s *Service) work(ctx context.Context, id, n int64) (Work, error) {
	texts, err := s.texts(ctx, id, n)
	var w Work
	for _, t := range texts {
		w.From, w.To = t.From, t.To
		w.Texts = append(w.Texts, t.Text)
	}
	return w, err
}
