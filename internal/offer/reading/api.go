package reading

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

// module is the part of the program that readings belong to.
const module = "knowledge"

// readingWire is how a reading is written in the API.
type readingWire struct {
	ID        int64          `json:"id"`
	Must      bool           `json:"must" doc:"It has to be acknowledged"`
	Source    string         `json:"source" enum:"article,product,person"`
	SourceID  *int64         `json:"source_id" doc:"The article or the product"`
	VersionID *int64         `json:"version_id"`
	Title     string         `json:"title" doc:"In the reader's language, or the nearest"`
	Text      string         `json:"text" doc:"HTML, in the reader's language, or the nearest"`
	Topic     string         `json:"topic"`
	TeamIDs   []int64        `json:"team_ids" doc:"None: everybody"`
	Quiz      []questionWire `json:"quiz"`
	DueAt     *time.Time     `json:"due_at"`
	ByID      *int64         `json:"by_id"`
	ByName    string         `json:"by_name"`
	CreatedAt time.Time      `json:"created_at"`
	ClosedAt  *time.Time     `json:"closed_at"`
	Version   int64          `json:"version"`

	Open       bool       `json:"open" doc:"I have still to read it"`
	ReadAt     *time.Time `json:"read_at"`
	DoneAt     *time.Time `json:"done_at"`
	Tries      int64      `json:"tries"`
	RemindedAt *time.Time `json:"reminded_at"`

	// For who may publish.
	Titles Words `json:"titles,omitempty"`
	Texts  Words `json:"texts,omitempty"`
	Share  *int  `json:"share,omitempty" doc:"Percent that have acknowledged; in the list of all"`
	Total  *int  `json:"total,omitempty"`
}

type questionWire struct {
	Text    string   `json:"text"`
	Choices []string `json:"choices"`
	// For who may publish.
	Texts   Words   `json:"texts,omitempty"`
	Options []Words `json:"options,omitempty"`
	Right   *int    `json:"right,omitempty"`
}

// wire writes a reading for the actor. The right answers are for who may publish.
func wire(ctx context.Context, m Mine) readingWire {
	locale, publisher := rest.Locale(ctx), authority.Can(actor.From(ctx), authority.KnowledgePublish)
	w := readingWire{
		ID: m.ID, Must: m.Must, Source: m.Source, SourceID: orNull(m.SourceID), VersionID: orNull(m.VersionID), Title: m.Titles.In(locale), Text: m.Texts.In(locale),
		Topic: m.Topic, TeamIDs: append([]int64{}, m.TeamIDs...), Quiz: []questionWire{}, DueAt: at(m.DueAt), ByID: orNull(m.ByID), ByName: m.ByName,
		CreatedAt: m.CreatedAt, ClosedAt: at(m.ClosedAt), Version: m.Version,
		Open: m.Open, ReadAt: at(m.ReadAt), DoneAt: at(m.DoneAt), Tries: m.Tries, RemindedAt: at(m.RemindedAt),
	}
	for _, q := range m.Quiz {
		one := questionWire{Text: q.Text.In(locale), Choices: []string{}}
		for _, c := range q.Choices {
			one.Choices = append(one.Choices, c.In(locale))
		}
		if publisher {
			one.Texts, one.Options, one.Right = q.Text, q.Choices, &q.Right
		}
		w.Quiz = append(w.Quiz, one)
	}
	if publisher {
		w.Titles, w.Texts = m.Titles, m.Texts
	}
	return w
}

func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type listIn struct {
	rest.PageIn
	State string `query:"state" enum:"open,done,all" default:"open" doc:"all is for who may publish"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type createIn struct {
	Body struct {
		Must      bool       `json:"must,omitempty"`
		Titles    Words      `json:"titles,omitempty"`
		Texts     Words      `json:"texts,omitempty" doc:"HTML by locale"`
		TeamIDs   []int64    `json:"team_ids,omitempty" nullable:"true" doc:"None: everybody"`
		Quiz      []Question `json:"quiz,omitempty" nullable:"true"`
		DueAt     *time.Time `json:"due_at,omitempty" doc:"Three days from now by default"`
		ArticleID *int64     `json:"article_id,omitempty"`
	}
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Titles *Words      `json:"titles,omitempty"`
		Texts  *Words      `json:"texts,omitempty"`
		Quiz   *[]Question `json:"quiz,omitempty"`
		DueAt  *time.Time  `json:"due_at,omitempty"`
		Closed *bool       `json:"closed,omitempty" doc:"true withdraws it"`
	}
}

type acknowledgeIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Answers []int `json:"answers,omitempty" nullable:"true" doc:"One choice, from 0, a question"`
	}
}

// Acknowledged says whether a must-read is done.
type Acknowledged struct {
	Done    bool        `json:"done"`
	Wrong   []int       `json:"wrong" doc:"Questions, from 0, that were answered wrongly"`
	Reading readingWire `json:"reading"`
}

type readerWire struct {
	AgentID    int64      `json:"agent_id"`
	Name       string     `json:"name"`
	ReadAt     *time.Time `json:"read_at"`
	DoneAt     *time.Time `json:"done_at"`
	Tries      int64      `json:"tries"`
	RemindedAt *time.Time `json:"reminded_at"`
}

// Readership is how far everybody has come with a reading.
type Readership struct {
	Total       int          `json:"total"`
	Share       int          `json:"share" doc:"Percent that have acknowledged, rounded down"`
	Done        []readerWire `json:"done"`
	Outstanding []readerWire `json:"outstanding"`
}

// UnreadReadings is what the badge shows.
type UnreadReadings struct {
	Count int `json:"count" doc:"At most 100"`
	Must  int `json:"must" doc:"Of them must-reads"`
}

type cardWire struct {
	ArticleID int64  `json:"article_id"`
	Title     string `json:"title"`
	Code      string `json:"code"`
	Answer    string `json:"answer" doc:"HTML"`
	Uses      int64  `json:"uses"`
	Box       int    `json:"box" doc:"0: new; the higher, the better known"`
}

// PracticeCards are the answers to practise now.
type PracticeCards struct {
	Due   []cardWire `json:"due"`
	Known int        `json:"known"`
	Total int        `json:"total"`
}

type practiceIn struct {
	Locale string `query:"locale"`
}

type practicedIn struct {
	ID   int64 `path:"article"`
	Body struct {
		Known bool `json:"known"`
	}
}

// Reminded says who was reminded.
type Reminded struct {
	AgentIDs []int64 `json:"agent_ids"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "readings", Summary: summary, Module: module}
	}
	created := op("create-reading", "Publish an announcement or a must-read")
	created.Status = 201
	rest.Get(r, "/readings", op("list-readings", "What I have still to read, or have read, newest first; or all readings"), s.apiList)
	rest.Get(r, "/readings/unread", op("count-readings", "How much I have still to read"),
		func(ctx context.Context, _ *struct{}) (*rest.Body[UnreadReadings], error) {
			n, err := s.Unread(ctx)
			return rest.Of(UnreadReadings(n)), err
		})
	rest.Post(r, "/readings", created, s.apiCreate)
	rest.Get(r, "/readings/{id}", op("get-reading", "Open a reading; an announcement is read with that"), s.apiGet)
	rest.Patch(r, "/readings/{id}", op("change-reading", "Change a reading, its quiz or its date, or withdraw it"), s.apiChange)
	rest.Post(r, "/readings/{id}/acknowledge", op("acknowledge-reading", "Say that I have read it, and answer its quiz"), s.apiAcknowledge)
	rest.Get(r, "/readings/{id}/progress", op("get-reading-progress", "Who has acknowledged, and who has not"), s.apiProgress)
	rest.Post(r, "/readings/{id}/remind", op("remind-readers", "Remind everybody who has not acknowledged"),
		func(ctx context.Context, in *idIn) (*rest.Body[Reminded], error) {
			whom, err := s.Remind(ctx, in.ID)
			return rest.Of(Reminded{whom}), err
		})
	rest.Get(r, "/practice", op("list-practice", "The most used answers that I should practise now"), s.apiPractice)
	rest.Post(r, "/practice/{article}", op("note-practice", "Say whether I knew an answer"),
		func(ctx context.Context, in *practicedIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.Practiced(ctx, in.ID, in.Body.Known)
		})
}

func (s *Service) apiPractice(ctx context.Context, in *practiceIn) (*rest.Body[PracticeCards], error) {
	locale := in.Locale
	if locale == "" {
		locale = rest.Locale(ctx)
	}
	p, err := s.Practice(ctx, locale)
	out := PracticeCards{Due: []cardWire{}, Known: p.Known, Total: p.Total}
	for _, c := range p.Due {
		out.Due = append(out.Due, cardWire{c.ArticleID, c.Title, c.Code, c.Answer, c.Uses, c.Box})
	}
	return rest.Of(out), err
}

func (s *Service) apiList(ctx context.Context, in *listIn) (*rest.List[readingWire], error) {
	if in.State == "all" {
		return s.apiAll(ctx, in)
	}
	p, err := s.Mine(ctx, in.State != "done", in.Request())
	out := page.Of[readingWire]{Items: []readingWire{}, Next: p.Next, Position: p.Position}
	for _, m := range p.Items {
		out.Items = append(out.Items, wire(ctx, m))
	}
	return &rest.List[readingWire]{Body: out}, err
}

func (s *Service) apiAll(ctx context.Context, in *listIn) (*rest.List[readingWire], error) {
	p, err := s.All(ctx, in.Request())
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(p.Items))
	for i, r := range p.Items {
		ids[i] = r.ID
	}
	shares, err := s.Shares(ctx, ids)
	out := page.Of[readingWire]{Items: []readingWire{}, Next: p.Next}
	for _, r := range p.Items {
		w := wire(ctx, Mine{Reading: r})
		progress := shares[r.ID]
		share := progress.Share()
		w.Share, w.Total = &share, &progress.Total
		out.Items = append(out.Items, w)
	}
	return &rest.List[readingWire]{Body: out}, err
}

func (s *Service) apiGet(ctx context.Context, in *idIn) (*rest.One[readingWire], error) {
	m, err := s.Open(ctx, in.ID)
	return rest.OneOf(wire(ctx, m), m.Version), err
}

func (s *Service) apiCreate(ctx context.Context, in *createIn) (*rest.One[readingWire], error) {
	b := in.Body
	input := Input{Must: b.Must, Titles: b.Titles, Texts: b.Texts, TeamIDs: b.TeamIDs, Quiz: b.Quiz}
	if b.DueAt != nil {
		input.DueAt = *b.DueAt
	}
	if b.ArticleID != nil {
		input.ArticleID = *b.ArticleID
	}
	r, err := s.Create(ctx, input)
	return rest.OneOf(wire(ctx, Mine{Reading: r}), r.Version), err
}

func (s *Service) apiChange(ctx context.Context, in *changeIn) (*rest.One[readingWire], error) {
	version, err := in.Version()
	if err != nil {
		return nil, err
	}
	r, err := s.Change(ctx, in.ID, version, Patch(in.Body))
	return rest.OneOf(wire(ctx, Mine{Reading: r}), r.Version), err
}

func (s *Service) apiAcknowledge(ctx context.Context, in *acknowledgeIn) (*rest.Body[Acknowledged], error) {
	m, wrong, err := s.Acknowledge(ctx, in.ID, in.Body.Answers)
	return rest.Of(Acknowledged{!m.Open, wrong, wire(ctx, m)}), err
}

func (s *Service) apiProgress(ctx context.Context, in *idIn) (*rest.Body[Readership], error) {
	p, err := s.Progress(ctx, in.ID)
	return rest.Of(Readership{p.Total, p.Share(), readers(p.Done), readers(p.Outstanding)}), err
}

func readers(in []Reader) []readerWire {
	out := []readerWire{}
	for _, r := range in {
		out = append(out, readerWire{r.AgentID, r.Name, at(r.ReadAt), at(r.DoneAt), r.Tries, at(r.RemindedAt)})
	}
	return out
}
