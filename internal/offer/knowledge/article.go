package knowledge

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// Kind is what sort of knowledge an article holds.
type Kind string

// The kinds.
const (
	Question Kind = "question"
	Policy   Kind = "policy"
	Process  Kind = "process"
	Product  Kind = "product"
	Fault    Kind = "fault"    // symptoms, causes and their cures
	Campaign Kind = "campaign" // rules that hold for a period
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{Question, Policy, Process, Product, Fault, Campaign} }

// Audience is who may read an article.
type Audience string

// The audiences, the widest first. Each includes those after it.
const (
	Public    Audience = "public"    // anybody
	Customers Audience = "customers" // who is signed in to the portal
	Partners  Audience = "partners"  // dealers and service points
	Internal  Audience = "internal"  // agents: of the article's teams, if it names any
)

// Audiences lists the audiences, the widest first.
func Audiences() []Audience { return []Audience{Public, Customers, Partners, Internal} }

// Status is where an article stands in its life.
type Status string

// The states. A published article may have a next version under way: Work says so.
const (
	Draft     Status = "draft"
	Review    Status = "review"
	Published Status = "published"
	Retired   Status = "retired"
)

// Statuses lists the states in the order of a life.
func Statuses() []Status { return []Status{Draft, Review, Published, Retired} }

// The bounds of what people type: characters, or entries of a list.
const (
	TitleMost   = 200
	SummaryMost = 600
	AnswerMost  = 20_000
	BodyMost    = 200_000
	ListMost    = 60
	LineMost    = 1000
	CodeMost    = 40
	TopicMost   = 80
)

// Article is what all versions of an article have in common.
type Article struct {
	ID         int64
	Kind       Kind
	Topic      string // articles of one topic must not contradict each other
	Audience   Audience
	TeamIDs    []int64 // internal audience: these teams; none is all
	ProductIDs []int64
	TypeIDs    []int64 // ticket types that it answers
	Tags       []string
	Code       string // what is typed after / to insert its answer; empty for none
	OwnerID    int64  // the agent who answers for it; 0 for nobody
	ReviewBy   *time.Time
	Status     Status
	// Work is the state of the version under way, Draft or Review; empty when
	// there is none.
	Work Status
	// LiveN is the number of the newest published version (in force or not), and
	// DraftN that of the version under way; 0 for none.
	LiveN, DraftN int64
	// WorkNote is what the writer told the reviewer, or the reviewer the writer.
	WorkNote                          string
	Uses, Solved, Helpful, Unhelpful  int64
	CreatedBy                         int64
	CreatedAt, UpdatedAt, PublishedAt time.Time // PublishedAt is zero before the first time
	Version                           int64
}

// Meta is what is given of an article beside its text: what is nil stays.
type Meta struct {
	Kind       *Kind
	Topic      *string
	Audience   *Audience
	TeamIDs    *[]int64
	ProductIDs *[]int64
	TypeIDs    *[]int64
	Tags       *[]string
	Code       *string
	OwnerID    *int64
	ReviewBy   **time.Time
}

// with gives the article as the change makes it, and adds to f what is wrong.
func (a Article) with(m Meta, f *fault.Fields) Article {
	set(&a.Kind, m.Kind)
	set(&a.Topic, m.Topic)
	set(&a.Audience, m.Audience)
	set(&a.TeamIDs, m.TeamIDs)
	set(&a.ProductIDs, m.ProductIDs)
	set(&a.TypeIDs, m.TypeIDs)
	set(&a.Tags, m.Tags)
	set(&a.Code, m.Code)
	set(&a.OwnerID, m.OwnerID)
	set(&a.ReviewBy, m.ReviewBy)
	a.Topic = oneLine(a.Topic)
	a.Code = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(a.Code), "/"))
	a.TeamIDs, a.ProductIDs, a.TypeIDs = idSet(a.TeamIDs), idSet(a.ProductIDs), idSet(a.TypeIDs)
	a.Tags = wordSet(a.Tags)
	if a.Audience != Internal {
		a.TeamIDs = []int64{}
	}
	if !slices.Contains(Kinds(), a.Kind) {
		f.Add("kind", "field.unknown_value")
	}
	if !slices.Contains(Audiences(), a.Audience) {
		f.Add("audience", "field.unknown_value")
	}
	tooLong(f, "topic", a.Topic, TopicMost)
	tooLong(f, "code", a.Code, CodeMost)
	if strings.ContainsFunc(a.Code, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }) {
		f.Add("code", "knowledge.code_invalid")
	}
	for name, n := range map[string]int{"team_ids": len(a.TeamIDs), "product_ids": len(a.ProductIDs), "type_ids": len(a.TypeIDs), "tags": len(a.Tags)} {
		if n > ListMost {
			f.Add(name, "knowledge.too_many", "max", ListMost)
		}
	}
	return a
}

// governs tells whether the change touches who may read the article or how it
// is reached: on what is published, that is for who publishes.
func (a Article) governs(b Article) bool {
	return a.Audience != b.Audience || a.Code != b.Code || !slices.Equal(a.TeamIDs, b.TeamIDs)
}

// readable tells whether the actor is in the audience. Who publishes must be
// able to read what he answers for, and so must the owner.
func readable(by actor.Actor, audience Audience, teams []int64, owner int64) bool {
	switch by.Kind {
	case actor.System:
		return true
	case actor.Agent:
		return audience != Internal || len(teams) == 0 || owner == by.ID && owner != 0 ||
			authority.Can(by, authority.KnowledgePublish) || slices.ContainsFunc(teams, by.InTeam)
	default:
		return audience == Public
	}
}

// Stale tells whether the article should have been looked at again by now.
func (a Article) Stale(now time.Time) bool {
	return a.Status == Published && a.ReviewBy != nil && a.ReviewBy.Before(now)
}

// begin gives the article with a version under way.
func (a Article) begin() Article {
	if a.DraftN == 0 {
		a.DraftN = a.LiveN + 1
	}
	a.Work, a.WorkNote = Draft, ""
	return a.settled()
}

// submit hands the version under way to who reviews.
func (a Article) submit(note string) (Article, error) {
	if a.Work != Draft {
		return a, fault.Conflict("knowledge.no_draft")
	}
	a.Work, a.WorkNote = Review, cut(note)
	return a.settled(), nil
}

// giveBack returns what is in review to its writer, or a retired article to
// service.
func (a Article) giveBack(reason string) (Article, error) {
	switch {
	case a.Work == Review:
		a.Work, a.WorkNote = Draft, cut(reason)
	case a.Status == Retired:
		a.Status = Published
	default:
		return a, fault.Conflict("knowledge.nothing_to_return")
	}
	return a.settled(), nil
}

// publish makes the version under way the newest one.
func (a Article) publish(now time.Time) (Article, error) {
	if a.DraftN == 0 {
		return a, fault.Conflict("knowledge.no_draft")
	}
	a.LiveN, a.DraftN, a.Work, a.WorkNote = a.DraftN, 0, "", ""
	a.Status, a.PublishedAt = Published, now
	return a, nil
}

// retire takes the article out of service; its versions stay.
func (a Article) retire() (Article, error) {
	if a.Status != Published {
		return a, fault.Conflict("knowledge.not_published")
	}
	a.Status = Retired
	return a, nil
}

// discard gives up the version under way of an article that was published.
func (a Article) discard() (Article, error) {
	if a.DraftN == 0 {
		return a, fault.Conflict("knowledge.no_draft")
	}
	a.DraftN, a.Work, a.WorkNote = 0, "", ""
	return a, nil
}

// settled gives the article the state that follows from its versions.
func (a Article) settled() Article {
	if a.LiveN == 0 {
		a.Status = a.Work
	}
	return a
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut bounds a note.
func cut(s string) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), LineMost)])
}

func tooLong(f *fault.Fields, name, value string, most int) {
	if utf8.RuneCountInString(value) > most {
		f.Add(name, "field.too_long", "max", most)
	}
}

// idSet gives ids sorted, without doubles and without zero; never nil.
func idSet(ids []int64) []int64 {
	out := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id <= 0 })
	slices.Sort(out)
	return append([]int64{}, slices.Compact(out)...)
}

// wordSet gives tags without doubles, in the order given; never nil.
func wordSet(words []string) []string {
	out := []string{}
	for _, w := range words {
		r := []rune(oneLine(w))
		if w = string(r[:min(len(r), TopicMost)]); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
