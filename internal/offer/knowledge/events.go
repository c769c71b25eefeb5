package knowledge

import (
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/people/authority"
)

// About is the kind of thing that the events of articles are about.
const About = "article"

// The kinds of events, all about the article. They are never renamed, only
// added to.
const (
	EventCreated   = "article.created"
	EventChanged   = "article.changed"   // the version under way, or what all versions share
	EventSubmitted = "article.submitted" // for review
	EventReturned  = "article.returned"  // to its writer, or from retirement
	EventPublished = "article.published"
	EventEffective = "article.effective" // a version's date has come
	EventRetired   = "article.retired"
	EventRemoved   = "article.removed"    // a draft that was never published
	EventReviewDue = "article.review_due" // its review-by date has passed
	EventCounted   = "article.counted"    // used, solved by, helpful or not
)

// EventWords says that synonyms, the glossary or the experts were changed.
const EventWords = "knowledge.words_changed"

// Told is the data of events that need no more than the article. Who may not
// read an article is not told of it: Audience, TeamIDs and OwnerID decide.
type Told struct {
	ArticleID int64    `json:"article_id"`
	Audience  Audience `json:"audience"`
	TeamIDs   []int64  `json:"team_ids"`
	OwnerID   int64    `json:"owner_id"`
	Status    Status   `json:"status"`
	Work      Status   `json:"work,omitempty"`
	Note      string   `json:"note,omitempty"`
}

// PublishedData is the data of EventPublished. Title is in the first language
// of the article. VersionIDs are the version's texts by language.
type PublishedData struct {
	Told
	VersionID     int64            `json:"version_id"`
	VersionIDs    map[string]int64 `json:"version_ids"`
	N             int64            `json:"n"`
	Kind          Kind             `json:"kind"`
	Title         string           `json:"title"`
	Topic         string           `json:"topic"`
	ProductIDs    []int64          `json:"product_ids"`
	TypeIDs       []int64          `json:"type_ids"`
	Change        string           `json:"change"`
	Impact        string           `json:"impact"`
	MustRead      bool             `json:"must_read"`
	Teams         []int64          `json:"teams"` // who must read it; none is all
	EffectiveFrom time.Time        `json:"effective_from"`
	EffectiveTo   *time.Time       `json:"effective_to,omitempty"`
}

// ReviewDue is the data of EventReviewDue.
type ReviewDue struct {
	Told
	Title    string    `json:"title"`
	ReviewBy time.Time `json:"review_by"`
}

// Counted is the data of EventCounted.
type Counted struct {
	Told
	What string `json:"what"` // used, solved, helpful or unhelpful
	Cure string `json:"cure,omitempty"`
}

func (a Article) told() Told {
	return Told{ArticleID: a.ID, Audience: a.Audience, TeamIDs: a.TeamIDs, OwnerID: a.OwnerID, Status: a.Status, Work: a.Work, Note: a.WorkNote}
}

func (a Article) event(kind string, data any) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: About, ID: a.ID}, Data: data}
}

// Sees tells whether a viewer may be told of an event about an article: who may
// not read it does not learn that there is one, and drafts are for who writes.
func Sees(e event.Event, v actor.Actor) bool {
	var t Told
	if e.About.Kind != About || e.Decode(&t) != nil || !authority.Can(v, authority.KnowledgeRead) {
		return false
	}
	return readable(v, t.Audience, t.TeamIDs, t.OwnerID) && (t.Status == Published || authority.Can(v, authority.KnowledgeWrite))
}
