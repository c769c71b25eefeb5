package knowledge

import (
	"time"

	"heed/internal/platform/db"
	"heed/internal/platform/rest"
	"heed/internal/platform/text"
)

var errNone = db.ErrNotFound

// ArticleCard is what all versions of an article have in common.
type ArticleCard struct {
	ID          int64      `json:"id"`
	Kind        Kind       `json:"kind" enum:"question,policy,process,product,fault,campaign"`
	Topic       string     `json:"topic" doc:"Articles of one topic must not contradict each other"`
	Audience    Audience   `json:"audience" enum:"public,customers,partners,internal"`
	TeamIDs     []int64    `json:"team_ids" doc:"Internal audience: these teams; none is all"`
	ProductIDs  []int64    `json:"product_ids"`
	TypeIDs     []int64    `json:"type_ids" doc:"Ticket types that it answers"`
	Tags        []string   `json:"tags"`
	Code        string     `json:"code" doc:"What is typed after / to insert its answer"`
	OwnerID     *int64     `json:"owner_id"`
	ReviewBy    *time.Time `json:"review_by"`
	Status      Status     `json:"status" enum:"draft,review,published,retired"`
	Work        Status     `json:"work" enum:",draft,review" doc:"The state of the version under way; empty when there is none"`
	WorkNote    string     `json:"work_note" doc:"What writer and reviewer told each other last"`
	LiveN       int64      `json:"live_n" doc:"The newest published version; 0 for none"`
	DraftN      int64      `json:"draft_n" doc:"The version under way; 0 for none"`
	Uses        int64      `json:"uses"`
	Solved      int64      `json:"solved"`
	Helpful     int64      `json:"helpful"`
	Unhelpful   int64      `json:"unhelpful"`
	Stale       bool       `json:"stale" doc:"Its review-by date has passed"`
	CreatedAt   time.Time  `json:"created_at"`
	UpdatedAt   time.Time  `json:"updated_at"`
	PublishedAt *time.Time `json:"published_at"`
	Version     int64      `json:"version"`
}

// ListedArticle is an article in a list.
type ListedArticle struct {
	ArticleCard
	Title   string   `json:"title"`
	Summary string   `json:"summary"`
	Locale  string   `json:"locale"`
	Locales []string `json:"locales"`
}

// ArticleText is the text of a version in one language.
type ArticleText struct {
	VersionID     int64      `json:"version_id"`
	ArticleID     int64      `json:"article_id"`
	N             int64      `json:"n"`
	EffectiveFrom *time.Time `json:"effective_from"`
	EffectiveTo   *time.Time `json:"effective_to"`
	PublishedAt   *time.Time `json:"published_at"`
	PublishedBy   int64      `json:"published_by"`
	Change        string     `json:"change"`
	Impact        string     `json:"impact"`
	From          *time.Time `json:"from"`
	To            *time.Time `json:"to"`
	Period        string     `json:"period" enum:",upcoming,running,ended" doc:"Of a campaign"`
	Text
}

// Upcoming is a version whose date has not come.
type Upcoming struct {
	N             int64     `json:"n"`
	EffectiveFrom time.Time `json:"effective_from"`
}

// DraftWire is the version under way.
type DraftWire struct {
	N     int64      `json:"n"`
	State Status     `json:"state" enum:"draft,review"`
	Note  string     `json:"note"`
	From  *time.Time `json:"from"`
	To    *time.Time `json:"to"`
	Texts []Text     `json:"texts"`
}

// ArticleRead is an article as it is read and written.
type ArticleRead struct {
	ArticleCard
	Text     *ArticleText   `json:"text" doc:"What is in force; for who writes, where nothing is, the newest version; else null"`
	Locales  []string       `json:"locales"`
	Upcoming *Upcoming      `json:"upcoming"`
	Draft    *DraftWire     `json:"draft" doc:"For who writes"`
	Related  []FoundArticle `json:"related"`
}

// FoundArticle is an article that was found or suggested.
type FoundArticle struct {
	ArticleID int64       `json:"article_id"`
	VersionID int64       `json:"version_id"`
	N         int64       `json:"n"`
	Locale    string      `json:"locale"`
	Locales   []string    `json:"locales"`
	Kind      Kind        `json:"kind"`
	Topic     string      `json:"topic"`
	Audience  Audience    `json:"audience"`
	Code      string      `json:"code"`
	Title     string      `json:"title"`
	Snippet   []text.Part `json:"snippet"`
	Period    string      `json:"period" enum:",upcoming,running,ended"`
	From      *time.Time  `json:"from"`
	To        *time.Time  `json:"to"`
	Uses      int64       `json:"uses"`
	Solved    int64       `json:"solved"`
	Score     float64     `json:"score"`
}

// TextInput is a text in one language.
type TextInput struct {
	Locale   string       `json:"locale" enum:"en,zh-CN,zh-TW"`
	Title    string       `json:"title,omitempty"`
	Summary  string       `json:"summary,omitempty"`
	Answer   string       `json:"answer,omitempty"`
	Body     string       `json:"body,omitempty"`
	Keywords string       `json:"keywords,omitempty"`
	Symptoms []string     `json:"symptoms,omitempty"`
	Causes   []CauseInput `json:"causes,omitempty"`
	Rules    string       `json:"rules,omitempty"`
}

// CauseInput is a cause with its cures; a new one has no key.
type CauseInput struct {
	Key   string      `json:"key,omitempty"`
	Cause string      `json:"cause"`
	Cures []CureInput `json:"cures,omitempty"`
}

// CureInput is one thing that helps; a new one has no key.
type CureInput struct {
	Key  string `json:"key,omitempty"`
	Cure string `json:"cure"`
}

// DraftInput is the version under way: given, it is replaced as a whole.
type DraftInput struct {
	From  *time.Time  `json:"from,omitempty"`
	To    *time.Time  `json:"to,omitempty"`
	Texts []TextInput `json:"texts"`
}

// ArticleInput is what is given of an article: what is left out stays.
type ArticleInput struct {
	Kind       *Kind                    `json:"kind,omitempty" enum:"question,policy,process,product,fault,campaign"`
	Topic      *string                  `json:"topic,omitempty"`
	Audience   *Audience                `json:"audience,omitempty" enum:"public,customers,partners,internal"`
	TeamIDs    *[]int64                 `json:"team_ids,omitempty"`
	ProductIDs *[]int64                 `json:"product_ids,omitempty"`
	TypeIDs    *[]int64                 `json:"type_ids,omitempty"`
	Tags       *[]string                `json:"tags,omitempty"`
	Code       *string                  `json:"code,omitempty"`
	OwnerID    rest.Nullable[int64]     `json:"owner_id,omitzero"`
	ReviewBy   rest.Nullable[time.Time] `json:"review_by,omitzero"`
	Draft      *DraftInput              `json:"draft,omitempty"`
}

func (in ArticleInput) meta() Meta {
	m := Meta{
		Kind: in.Kind, Topic: in.Topic, Audience: in.Audience, TeamIDs: in.TeamIDs, ProductIDs: in.ProductIDs, TypeIDs: in.TypeIDs, Tags: in.Tags, Code: in.Code,
	}
	if in.OwnerID.Set {
		m.OwnerID = &in.OwnerID.V
	}
	if in.ReviewBy.Set {
		at := in.ReviewBy.Ptr()
		m.ReviewBy = &at
	}
	return m
}

func (in ArticleInput) work() *Work {
	if in.Draft == nil {
		return nil
	}
	w := &Work{From: in.Draft.From, To: in.Draft.To}
	for _, t := range in.Draft.Texts {
		x := Text{
			Locale: t.Locale, Title: t.Title, Summary: t.Summary, Answer: t.Answer, Body: t.Body, Keywords: t.Keywords, Symptoms: t.Symptoms, Rules: t.Rules,
		}
		for _, c := range t.Causes {
			cause := Cause{Key: c.Key, Cause: c.Cause}
			for _, u := range c.Cures {
				cause.Cures = append(cause.Cures, Cure{Key: u.Key, Cure: u.Cure})
			}
			x.Causes = append(x.Causes, cause)
		}
		w.Texts = append(w.Texts, x)
	}
	return w
}

// ReleaseInput says how a version is published.
type ReleaseInput struct {
	EffectiveFrom *time.Time               `json:"effective_from,omitempty" doc:"Now by default"`
	EffectiveTo   *time.Time               `json:"effective_to,omitempty" doc:"Never by default"`
	Change        string                   `json:"change,omitempty" doc:"What changed"`
	Impact        string                   `json:"impact,omitempty" doc:"What that means for customers"`
	MustRead      bool                     `json:"must_read,omitempty"`
	TeamIDs       []int64                  `json:"team_ids,omitempty" doc:"Who must read it; none is all"`
	ReviewBy      rest.Nullable[time.Time] `json:"review_by,omitzero"`
}

func (in ReleaseInput) release() Release {
	r := Release{EffectiveTo: in.EffectiveTo, Change: in.Change, Impact: in.Impact, MustRead: in.MustRead, Teams: in.TeamIDs}
	if in.EffectiveFrom != nil {
		r.EffectiveFrom = *in.EffectiveFrom
	}
	if in.ReviewBy.Set {
		at := in.ReviewBy.Ptr()
		r.ReviewBy = &at
	}
	return r
}

// Edition is a version of an article in the list of its versions.
type Edition struct {
	N             int64             `json:"n"`
	Published     bool              `json:"published"`
	InForce       bool              `json:"in_force" doc:"Its time has come and no newer one has taken its place"`
	EffectiveFrom *time.Time        `json:"effective_from"`
	EffectiveTo   *time.Time        `json:"effective_to"`
	PublishedAt   *time.Time        `json:"published_at"`
	PublishedBy   int64             `json:"published_by"`
	Change        string            `json:"change"`
	Impact        string            `json:"impact"`
	Titles        map[string]string `json:"titles" doc:"By language"`
}

// EditionRead is a version in all its languages.
type EditionRead struct {
	Edition
	From  *time.Time `json:"from"`
	To    *time.Time `json:"to"`
	Texts []Text     `json:"texts"`
}

func edition(v Version, inForce bool) Edition {
	return Edition{
		N: v.N, Published: v.PublishedAt != nil, InForce: inForce, EffectiveFrom: v.EffectiveFrom, EffectiveTo: v.EffectiveTo,
		PublishedAt: v.PublishedAt, PublishedBy: v.PublishedBy, Change: v.Change, Impact: v.Impact, Titles: map[string]string{v.Locale: v.Title},
	}
}

func (s *Service) wire(a Article) ArticleCard {
	w := ArticleCard{
		ID: a.ID, Kind: a.Kind, Topic: a.Topic, Audience: a.Audience, TeamIDs: a.TeamIDs, ProductIDs: a.ProductIDs, TypeIDs: a.TypeIDs, Tags: a.Tags, Code: a.Code,
		ReviewBy: a.ReviewBy, Status: a.Status, Work: a.Work, WorkNote: a.WorkNote, LiveN: a.LiveN, DraftN: a.DraftN, Uses: a.Uses, Solved: a.Solved,
		Helpful: a.Helpful, Unhelpful: a.Unhelpful, Stale: a.Stale(s.clock.Now()), CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Version: a.Version,
	}
	if a.OwnerID != 0 {
		w.OwnerID = &a.OwnerID
	}
	if !a.PublishedAt.IsZero() {
		w.PublishedAt = &a.PublishedAt
	}
	return w
}

func (s *Service) textWire(v Version) ArticleText {
	return ArticleText{
		VersionID: v.ID, ArticleID: v.ArticleID, N: v.N, EffectiveFrom: v.EffectiveFrom, EffectiveTo: v.EffectiveTo, PublishedAt: v.PublishedAt,
		PublishedBy: v.PublishedBy, Change: v.Change, Impact: v.Impact, From: v.From, To: v.To, Period: v.Period(s.clock.Now()), Text: v.Text,
	}
}

func found(h Hit) FoundArticle {
	return FoundArticle{
		ArticleID: h.ArticleID, VersionID: h.VersionID, N: h.N, Locale: h.Locale, Locales: h.Locales, Kind: h.Kind, Topic: h.Topic, Audience: h.Audience, Code: h.Code,
		Title: h.Title, Snippet: text.Parts(h.Snippet, h.Ranges), Period: h.Period, From: h.From, To: h.To, Uses: h.Uses, Solved: h.Solved, Score: h.Score,
	}
}
