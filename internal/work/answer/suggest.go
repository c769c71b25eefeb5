package answer

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

// Signals are what is known of a ticket when articles are suggested.
type Signals struct {
	Text       string // what it is about, in the customer's words
	TypeID     int64
	ProductID  int64
	CustomerID int64
	Locale     string // the language that the customer is answered in
	Limit      int
}

// Hit is an article that fits.
type Hit struct {
	Article
	Snippet string
	Uses    int64
	Solved  int64
}

// Similar is a ticket that was like this one and is solved.
type Similar struct {
	TicketID   int64
	Number     string
	Subject    string
	Status     string
	ResultCode string
	ResultText string
	Same       []string // what it has in common: "product", "type", "words"
	ArticleIDs []int64  // what solved it
	SolvedAt   time.Time
}

// Suggestion is an article for a ticket, with what its customer was told before.
type Suggestion struct {
	Hit
	Given   bool // this very version was given to him
	Earlier []Earlier
}

// Suggested is what helps with a ticket.
type Suggested struct {
	Articles []Suggestion
	Similar  []Similar
	Locale   string // the language that the customer is answered in
}

const (
	suggestMost = 6
	similarMost = 5
	findMost    = 20
	wordsMost   = 1200 // characters of what the customer said that are read
)

// Suggest gives what may help with a ticket: articles by its type, product and
// words (R168), and tickets like it that are solved (R246).
func (s *Service) Suggest(ctx context.Context, ticketID int64) (Suggested, error) {
	out := Suggested{Articles: []Suggestion{}, Similar: []Similar{}}
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return out, err
	}
	t, err := s.d.Tickets.Get(ctx, ticketID)
	if err != nil {
		return out, err
	}
	words, heard, err := s.words(ctx, t)
	if err != nil {
		return out, err
	}
	if out.Locale, err = s.locale(ctx, t, heard); err != nil {
		return out, err
	}
	hits, err := s.d.Knowledge.Suggest(ctx, Signals{
		Text: words, TypeID: t.TypeID, ProductID: t.ProductID, CustomerID: t.CustomerID, Locale: out.Locale, Limit: suggestMost,
	})
	if err != nil {
		return out, err
	}
	if out.Articles, err = s.Judge(ctx, t, hits); err != nil {
		return out, err
	}
	if s.d.Similar != nil && authority.Can(actor.From(ctx), authority.TicketView) {
		out.Similar, err = s.d.Similar(ctx, t.ID, similarMost)
	}
	return out, err
}

// Judge says of articles what the customer of a ticket was told before.
func (s *Service) Judge(ctx context.Context, t ticket.Ticket, hits []Hit) ([]Suggestion, error) {
	out := make([]Suggestion, 0, len(hits))
	recipient := recipientOf(t.CustomerID, t.ID)
	err := s.db.Read(ctx, func(ctx context.Context) error {
		for _, h := range hits {
			before, err := s.before(ctx, recipient, h.Topic, h.ID, beforeMost)
			if err != nil {
				return err
			}
			one := Suggestion{Hit: h, Earlier: contradictions(h.Article, before)}
			for _, g := range before {
				one.Given = one.Given || g.ArticleID == h.ID && g.N == h.N
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

// Find gives what answers a question that an agent types beside a ticket, with
// what its customer was told before.
func (s *Service) Find(ctx context.Context, ticketID int64, question, locale string) ([]Suggestion, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	t, err := s.d.Tickets.Get(ctx, ticketID)
	if err != nil {
		return nil, err
	}
	if locale == "" {
		if locale, err = s.locale(ctx, t, ""); err != nil {
			return nil, err
		}
	}
	hits, err := s.d.Knowledge.Search(ctx, Signals{Text: question, TypeID: t.TypeID, ProductID: t.ProductID, CustomerID: t.CustomerID, Locale: locale, Limit: findMost})
	if err != nil {
		return nil, err
	}
	return s.Judge(ctx, t, hits)
}

// Coded gives the articles whose answer is inserted by typing a short code
// (R302), the most used first.
func (s *Service) Coded(ctx context.Context, locale string) ([]Hit, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return nil, err
	}
	return s.d.Knowledge.Coded(ctx, locale)
}

// words are the subject and what the customer said, last first, and the
// language of the last of it ("" when it does not tell).
func (s *Service) words(ctx context.Context, t ticket.Ticket) (words, lang string, err error) {
	p, err := s.d.Conversation.List(ctx, t.ID, page.Request{Limit: 20})
	parts := []string{t.Subject}
	left := wordsMost
	for _, m := range p.Items {
		if m.Kind != conversation.Incoming || left <= 0 {
			continue
		}
		if lang == "" {
			lang = m.Lang
		}
		said := firstRunes(m.Text, left)
		left -= utf8.RuneCountInString(said)
		parts = append(parts, said)
	}
	return strings.Join(parts, "\n"), lang, err
}

func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// locale is the language that the customer is answered in: his own, else the
// one he wrote in, else the actor's.
func (s *Service) locale(ctx context.Context, t ticket.Ticket, heard string) (string, error) {
	if t.CustomerID != 0 && authority.Can(actor.From(ctx), authority.CustomerView) {
		c, err := s.d.Customer(ctx, t.CustomerID)
		if err != nil {
			return "", err
		}
		if c.Locale != "" {
			return c.Locale, nil
		}
	}
	switch {
	case strings.EqualFold(heard, "zh-TW"), strings.EqualFold(heard, "zh-Hant"):
		return "zh-TW", nil
	case strings.HasPrefix(heard, "zh"):
		return "zh-CN", nil
	case strings.HasPrefix(heard, "en"):
		return "en", nil
	}
	return actor.From(ctx).Locale, nil
}
