package answer

import (
	"context"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/rest"
	"heed/internal/work/ticket"
)

// module is the part of the program that answers belong to.
const module = "knowledge"

type givenWire struct {
	ID           int64     `json:"id"`
	TicketID     int64     `json:"ticket_id"`
	TicketNumber string    `json:"ticket_number"`
	CustomerID   *int64    `json:"customer_id"`
	ArticleID    int64     `json:"article_id"`
	VersionID    int64     `json:"version_id" doc:"The text in one language"`
	N            int64     `json:"n" doc:"The number of the version"`
	Locale       string    `json:"locale"`
	Topic        string    `json:"topic"`
	Title        string    `json:"title" doc:"As it was then"`
	How          string    `json:"how" enum:"inserted,link,told"`
	Warned       bool      `json:"warned" doc:"Something else had been said on the topic before"`
	ByID         *int64    `json:"by_id"`
	ByName       string    `json:"by_name"`
	At           time.Time `json:"at"`
}

func wireGiven(g Given) givenWire {
	return givenWire{
		g.ID, g.TicketID, ticket.Ticket{ID: g.TicketID}.Number(), orNull(g.CustomerID), g.ArticleID, g.VersionID, g.N, g.Locale, g.Topic, g.Title,
		g.How, g.Warned, orNull(g.ByID), g.ByName, g.At,
	}
}

type earlierWire struct {
	givenWire
	Kind string `json:"kind" enum:"other_article,older_version"`
}

func wireEarlier(in []Earlier) []earlierWire {
	out := make([]earlierWire, 0, len(in))
	for _, e := range in {
		out = append(out, earlierWire{wireGiven(e.Given), e.Kind})
	}
	return out
}

type flagWire struct {
	ArticleID int64     `json:"article_id"`
	N         int64     `json:"n"`
	Title     string    `json:"title"`
	Change    string    `json:"change"`
	Given     bool      `json:"given" doc:"An answer on this topic was given on the ticket before it changed"`
	At        time.Time `json:"at"`
}

// TicketAnswers is what was answered on a ticket.
type TicketAnswers struct {
	Given    []givenWire `json:"given"`
	SolvedBy []int64     `json:"solved_by" doc:"Articles that solved it"`
	Flags    []flagWire  `json:"flags" doc:"Answers that have changed since"`
}

// GivenAnswer is the answer to one that was given.
type GivenAnswer struct {
	Given   givenWire     `json:"given"`
	Earlier []earlierWire `json:"earlier" doc:"What else the customer was told on the topic before"`
	HTML    string        `json:"html" doc:"The standard answer with its merge fields filled"`
}

type suggestionWire struct {
	ArticleID int64         `json:"article_id"`
	VersionID int64         `json:"version_id"`
	N         int64         `json:"n"`
	Locale    string        `json:"locale"`
	Kind      string        `json:"kind"`
	Topic     string        `json:"topic"`
	Title     string        `json:"title"`
	Code      string        `json:"code"`
	Snippet   string        `json:"snippet"`
	Uses      int64         `json:"uses"`
	Solved    int64         `json:"solved"`
	Given     bool          `json:"given" doc:"This version was given to the customer"`
	Earlier   []earlierWire `json:"earlier"`
}

type similarWire struct {
	TicketID   int64     `json:"ticket_id"`
	Number     string    `json:"number"`
	Subject    string    `json:"subject"`
	Status     string    `json:"status"`
	ResultCode string    `json:"result_code"`
	ResultText string    `json:"result_text"`
	Same       []string  `json:"same" doc:"What it has in common: product, type, words"`
	ArticleIDs []int64   `json:"article_ids" doc:"What solved it"`
	SolvedAt   time.Time `json:"solved_at"`
}

// TicketSuggestions is what may help with a ticket.
type TicketSuggestions struct {
	Articles []suggestionWire `json:"articles"`
	Similar  []similarWire    `json:"similar" doc:"Tickets like it that are solved"`
	Locale   string           `json:"locale" doc:"The language that the customer is answered in"`
}

func wireSuggestions(in []Suggestion) []suggestionWire {
	out := make([]suggestionWire, 0, len(in))
	for _, a := range in {
		out = append(out, suggestionWire{
			a.ID, a.VersionID, a.N, a.Locale, a.Kind, a.Topic, a.Title, a.Code, a.Snippet, a.Uses, a.Solved, a.Given, wireEarlier(a.Earlier),
		})
	}
	return out
}

func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

type ticketIn struct {
	ID int64 `path:"id"`
}

type suggestIn struct {
	ID     int64  `path:"id"`
	Q      string `query:"q" doc:"A question; without one, what fits the ticket"`
	Locale string `query:"locale"`
}

type giveIn struct {
	ID   int64 `path:"id"`
	Body struct {
		ArticleID int64  `json:"article_id"`
		Locale    string `json:"locale,omitempty" doc:"By default the customer's"`
		How       string `json:"how,omitempty" enum:"inserted,link,told" default:"inserted"`
	}
}

type solvedIn struct {
	ID   int64 `path:"id"`
	Body struct {
		ArticleID int64 `json:"article_id"`
	}
}

type seenIn struct {
	ID        int64 `path:"id"`
	ArticleID int64 `path:"article"`
}

type ofCustomerIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

type daysIn struct {
	Days int `query:"days" default:"90" minimum:"1" maximum:"400"`
}

func (s *Service) since(in *daysIn) time.Time {
	return s.d.Clock.Now().Add(-time.Duration(in.Days) * 24 * time.Hour)
}

type typeGapWire struct {
	TypeID  int64             `json:"type_id"`
	Key     string            `json:"key"`
	Names   map[string]string `json:"names"`
	Tickets int64             `json:"tickets"`
}

type searchGapWire struct {
	Text     string    `json:"text"`
	Searches int64     `json:"searches"`
	Empty    int64     `json:"empty" doc:"Of them without a result"`
	LastDay  time.Time `json:"last_day"`
}

// KnowledgeGaps is what people ask that nobody has written an answer to.
type KnowledgeGaps struct {
	Types    []typeGapWire   `json:"types" doc:"Types that had tickets and have no article"`
	Searches []searchGapWire `json:"searches" doc:"What was searched for and not found"`
}

type useWire struct {
	ArticleID      int64     `json:"article_id"`
	Title          string    `json:"title"`
	Uses           int64     `json:"uses"`
	Solved         int64     `json:"solved"`
	Contradictions int64     `json:"contradictions" doc:"Given after something else had been said on the topic"`
	Wrong          int64     `json:"wrong" doc:"Reports that it says something wrong"`
	LastAt         time.Time `json:"last_at"`
}

type codedWire struct {
	ArticleID int64  `json:"article_id"`
	Code      string `json:"code" doc:"What is typed after / to insert its answer"`
	Title     string `json:"title"`
	Locale    string `json:"locale"`
	Uses      int64  `json:"uses"`
}

// CodedAnswers are the answers with a short code.
type CodedAnswers struct {
	Items []codedWire `json:"items"`
}

type codedIn struct {
	Locale string `query:"locale" doc:"The language that they are shown in, if there is one"`
}

// AnswersReport tells how often articles served.
type AnswersReport struct {
	Items []useWire `json:"items"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "answers", Summary: summary, Module: module}
	}
	given := op("give-answer", "Record that a customer gets an article's answer, and what else he was told before")
	given.Status = 201
	rest.Get(r, "/tickets/{id}/suggestions", op("suggest-answers", "Articles and solved tickets that may help with a ticket"), s.apiSuggest)
	rest.Get(r, "/tickets/{id}/answers", op("list-ticket-answers", "What was answered on a ticket"), s.apiOfTicket)
	rest.Post(r, "/tickets/{id}/answers", given, s.apiGive)
	rest.Post(r, "/tickets/{id}/solved-by", op("solve-by-article", "Mark an article as what solved a ticket"),
		func(ctx context.Context, in *solvedIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.Solved(ctx, in.ID, in.Body.ArticleID)
		})
	rest.Delete(r, "/tickets/{id}/answer-flags/{article}", op("see-answer-change", "Take the mark from a ticket that an answer has changed"),
		func(ctx context.Context, in *seenIn) (*rest.Empty, error) {
			return &rest.Empty{}, s.Seen(ctx, in.ID, in.ArticleID)
		})
	rest.Get(r, "/customers/{id}/answers", op("list-customer-answers", "What a customer was answered, newest first"), s.apiOfCustomer)
	rest.Get(r, "/reports/answers", op("report-answers", "How often articles served"), s.apiReport)
	rest.Get(r, "/reports/gaps", op("report-gaps", "What people ask that nobody has written an answer to"), s.apiGaps)
	rest.Get(r, "/answers/coded", op("list-coded-answers", "Articles whose answer is inserted by a short code"), s.apiCoded)
	s.wrongRoutes(r)
}

func (s *Service) apiCoded(ctx context.Context, in *codedIn) (*rest.Body[CodedAnswers], error) {
	locale := in.Locale
	if locale == "" {
		locale = rest.Locale(ctx)
	}
	hits, err := s.Coded(ctx, locale)
	out := CodedAnswers{Items: []codedWire{}}
	for _, h := range hits {
		out.Items = append(out.Items, codedWire{h.ID, h.Code, h.Title, h.Locale, h.Uses})
	}
	return rest.Of(out), err
}

func (s *Service) apiSuggest(ctx context.Context, in *suggestIn) (*rest.Body[TicketSuggestions], error) {
	if in.Q != "" {
		found, err := s.Find(ctx, in.ID, in.Q, in.Locale)
		return rest.Of(TicketSuggestions{Articles: wireSuggestions(found), Similar: []similarWire{}, Locale: in.Locale}), err
	}
	got, err := s.Suggest(ctx, in.ID)
	out := TicketSuggestions{Articles: wireSuggestions(got.Articles), Similar: []similarWire{}, Locale: got.Locale}
	for _, x := range got.Similar {
		out.Similar = append(out.Similar, similarWire(x))
	}
	return rest.Of(out), err
}

func (s *Service) apiOfTicket(ctx context.Context, in *ticketIn) (*rest.Body[TicketAnswers], error) {
	got, err := s.OfTicket(ctx, in.ID)
	out := TicketAnswers{Given: []givenWire{}, SolvedBy: append([]int64{}, got.Solved...), Flags: []flagWire{}}
	for _, g := range got.Given {
		out.Given = append(out.Given, wireGiven(g))
	}
	for _, f := range got.Flags {
		out.Flags = append(out.Flags, flagWire{f.ArticleID, f.N, f.Title, f.Change, f.Given, f.At})
	}
	return rest.Of(out), err
}

func (s *Service) apiGive(ctx context.Context, in *giveIn) (*rest.Body[GivenAnswer], error) {
	locale, how := in.Body.Locale, in.Body.How
	if how == "" {
		how = Inserted
	}
	if locale == "" && authority.Can(actor.From(ctx), authority.TicketWork) {
		t, err := s.d.Tickets.Get(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		if locale, err = s.locale(ctx, t, ""); err != nil {
			return nil, err
		}
	}
	g, earlier, err := s.Give(ctx, in.ID, in.Body.ArticleID, locale, how)
	if err != nil {
		return nil, err
	}
	html, err := s.filled(ctx, g)
	return rest.Of(GivenAnswer{wireGiven(g), wireEarlier(earlier), html}), err
}

// filled is the standard answer that was given, with its merge fields filled;
// unknown ones stay visible, so that the writer sees what is missing.
func (s *Service) filled(ctx context.Context, g Given) (string, error) {
	a, err := s.d.Knowledge.Article(ctx, g.ArticleID, g.Locale)
	if err != nil {
		return "", err
	}
	facts, err := s.d.Facts(ctx, g.TicketID)
	facts.AgentName = actor.From(ctx).Name
	return facts.HTML(a.Answer), err
}

func (s *Service) apiOfCustomer(ctx context.Context, in *ofCustomerIn) (*rest.List[givenWire], error) {
	p, err := s.OfCustomer(ctx, in.ID, in.Request())
	out := page.Of[givenWire]{Items: []givenWire{}, Next: p.Next}
	for _, g := range p.Items {
		out.Items = append(out.Items, wireGiven(g))
	}
	return &rest.List[givenWire]{Body: out}, err
}

func (s *Service) apiReport(ctx context.Context, in *daysIn) (*rest.Body[AnswersReport], error) {
	got, err := s.Report(ctx, s.since(in))
	out := AnswersReport{Items: []useWire{}}
	for _, u := range got {
		out.Items = append(out.Items, useWire(u))
	}
	return rest.Of(out), err
}

func (s *Service) apiGaps(ctx context.Context, in *daysIn) (*rest.Body[KnowledgeGaps], error) {
	types, searches, err := s.Gaps(ctx, s.since(in))
	out := KnowledgeGaps{Types: []typeGapWire{}, Searches: []searchGapWire{}}
	for _, g := range types {
		out.Types = append(out.Types, typeGapWire{g.TypeID, g.Key, g.Names, g.Tickets})
	}
	for _, g := range searches {
		out.Searches = append(out.Searches, searchGapWire(g))
	}
	return rest.Of(out), err
}
