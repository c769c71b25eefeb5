package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/people/authority"
	"heed/internal/people/customer"
	"heed/internal/platform/i18n"
	"heed/internal/platform/text"
	"heed/internal/reach/intake"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/diagnosis"
	"heed/internal/work/ticket"
)

// buildAnswers builds what is done with knowledge: who must read it, who was
// told it, and the ways through it.
func (a *App) buildAnswers() {
	a.Readings = reading.New(reading.Deps{
		DB: a.DB, Journal: a.Journal, Clock: a.clock, People: a.Agents, Titles: a.titlesOf, Cards: a.cardsOf,
	})
	a.Answers = answer.New(answer.Deps{
		DB: a.DB, Journal: a.Journal, Jobs: a.Jobs, Clock: a.clock, Knowledge: answerable{a}, Tickets: a.Tickets, Conversation: a.Conversation,
		Customer: func(ctx context.Context, id int64) (answer.Customer, error) {
			c, err := a.Customers.Get(ctx, id)
			return answer.Customer{Name: c.Name, Kind: string(c.Kind), Locale: c.Locale}, err
		},
		Actor:    a.Agents.Actor,
		Facts:    a.factsOf,
		OpenTask: a.openTask,
		IsName:   a.isCustomersName,
		Similar: func(ctx context.Context, id int64, limit int) ([]answer.Similar, error) {
			likes, err := a.Search.Similar(ctx, id, limit)
			out := make([]answer.Similar, 0, len(likes))
			for _, l := range likes {
				out = append(out, answer.Similar{
					TicketID: l.TicketID, Number: l.Number, Subject: l.Subject, Status: string(l.Status), ResultCode: l.ResultCode, ResultText: l.ResultText,
					Same: l.Same, ArticleIDs: l.ArticleIDs, SolvedAt: l.SolvedAt,
				})
			}
			return out, err
		},
		TypeGaps: a.typeGaps,
		OpenAbout: func(ctx context.Context, types, products []int64, limit int) ([]int64, error) {
			return a.Search.OpenAbout(ctx, types, products, limit)
		},
	})
	a.Flows = diagnosis.New(diagnosis.Deps{DB: a.DB, Journal: a.Journal, Clock: a.clock, Tickets: a.Tickets})
}

// answerable gives articles as answers see them.
type answerable struct{ a *App }

func (k answerable) Article(ctx context.Context, id int64, locale string) (answer.Article, error) {
	v, err := k.a.Knowledge.Published(ctx, id, locale)
	if err != nil {
		return answer.Article{}, err
	}
	of, err := k.a.Knowledge.Get(ctx, id)
	return answer.Article{
		ID: id, VersionID: v.ID, N: v.N, Locale: v.Locale, Kind: string(of.Kind), Topic: of.Topic, Title: v.Title, Code: of.Code, Answer: v.Answer, OwnerID: of.OwnerID,
	}, err
}

func (k answerable) Suggest(ctx context.Context, sig answer.Signals) ([]answer.Hit, error) {
	hits, err := k.a.Knowledge.Suggest(ctx, knowledge.Signals{
		Text: sig.Text, TypeID: sig.TypeID, ProductID: sig.ProductID, Locale: sig.Locale, Limit: sig.Limit,
	})
	return hitsOf(hits), err
}

func (k answerable) Search(ctx context.Context, sig answer.Signals) ([]answer.Hit, error) {
	hits, err := k.a.Knowledge.Search(ctx, knowledge.Query{
		Text: sig.Text, TypeID: sig.TypeID, ProductID: sig.ProductID, Locale: sig.Locale, Limit: sig.Limit,
	})
	return hitsOf(hits), err
}

// codedMost bounds the answers with a code; a firm has some hundred.
const codedMost = 2000

func (k answerable) Coded(ctx context.Context, locale string) ([]answer.Hit, error) {
	hits, err := k.a.Knowledge.Search(ctx, knowledge.Query{Locale: locale, Limit: codedMost})
	return hitsOf(slices.DeleteFunc(hits, func(h knowledge.Hit) bool { return h.Code == "" })), err
}

func (k answerable) NoteUse(ctx context.Context, id int64) error {
	return k.a.Knowledge.NoteUse(ctx, id)
}

func (k answerable) NoteSolved(ctx context.Context, id int64) error {
	return k.a.Knowledge.NoteSolved(ctx, id)
}

func hitsOf(in []knowledge.Hit) []answer.Hit {
	out := make([]answer.Hit, 0, len(in))
	for _, h := range in {
		out = append(out, answer.Hit{
			Article: answer.Article{
				ID: h.ArticleID, VersionID: h.VersionID, N: h.N, Locale: h.Locale, Kind: string(h.Kind), Topic: h.Topic, Title: h.Title, Code: h.Code,
			},
			Snippet: h.Snippet, Uses: h.Uses, Solved: h.Solved,
		})
	}
	return out
}

// titlesOf gives the titles of a published article by locale.
func (a *App) titlesOf(ctx context.Context, articleID int64) (map[string]string, error) {
	out := map[string]string{}
	for _, locale := range i18n.Locales() {
		v, err := a.Knowledge.Published(ctx, articleID, locale)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return nil, err
		}
		if err == nil {
			out[v.Locale] = v.Title
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	// It is published, but its day has not come.
	all, err := a.Knowledge.Versions(ctx, articleID)
	n := int64(0)
	for _, v := range all {
		n = max(n, v.N)
	}
	for _, v := range all {
		if v.N == n {
			out[v.Locale] = v.Title
		}
	}
	return out, err
}

// cardsOf gives the answers that are used most, for practice.
func (a *App) cardsOf(ctx context.Context, locale string, limit int) ([]reading.Card, error) {
	hits, err := a.Knowledge.Search(ctx, knowledge.Query{Locale: locale, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := make([]reading.Card, 0, len(hits))
	for _, h := range hits {
		v, err := a.Knowledge.Published(ctx, h.ArticleID, locale)
		switch {
		case fault.Is(err, fault.KindNotFound):
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, reading.Card{ArticleID: h.ArticleID, Title: v.Title, Code: h.Code, Answer: v.Answer, Uses: h.Uses})
	}
	return out, nil
}

// openTask opens an internal request for the owner of an article. Who may not
// work on tickets has it opened for him.
func (a *App) openTask(ctx context.Context, t answer.Task) (int64, error) {
	if owner, err := a.Agents.Actor(ctx, t.OwnerID); t.OwnerID != 0 && (err != nil || !authority.Can(owner, authority.TicketWork)) {
		t.OwnerID = 0
	}
	in := ticket.Input{Subject: t.Subject, Channel: "note", OwnerID: t.OwnerID}
	if kind, err := a.Types.ByKey(ctx, "internal_request"); err == nil && kind.Active {
		in.TypeID = kind.ID
	}
	if !authority.Can(actor.From(ctx), authority.TicketWork) {
		ctx = actor.AsSystem(ctx)
	}
	opened, err := a.Intake.Open(ctx, intake.Request{Ticket: in, Message: &conversation.Post{Kind: conversation.Note, Text: t.Text}})
	return opened.Ticket.ID, err
}

// isCustomersName tells whether a text is a customer's whole name.
func (a *App) isCustomersName(ctx context.Context, s string) (bool, error) {
	found, _, err := a.Customers.LookupBest(actor.AsSystem(ctx), customer.Lookup{Q: s}, 5)
	for _, c := range found {
		if fold(c.Name) == fold(s) {
			return true, err
		}
	}
	return false, err
}

func fold(s string) string { return strings.Join(strings.Fields(text.Fold(s)), " ") }

func (a *App) typeGaps(ctx context.Context, since time.Time) ([]answer.TypeGap, error) {
	uses, err := a.Search.TypeUses(ctx, since)
	if err != nil {
		return nil, err
	}
	out := make([]answer.TypeGap, 0, len(uses))
	for _, u := range uses {
		t, err := a.Types.Get(ctx, u.TypeID)
		switch {
		case fault.Is(err, fault.KindNotFound):
			continue
		case err != nil:
			return nil, err
		}
		out = append(out, answer.TypeGap{TypeID: t.ID, Key: t.Key, Names: t.Names, Tickets: u.Tickets, Articles: u.Articles})
	}
	return out, nil
}

// noteSearch counts what somebody looked for in the knowledge and did not find.
// It must not keep the answer waiting, nor fail it.
func (a *App) noteSearch(ctx context.Context, q knowledge.Query, found int) {
	if a.Answers == nil {
		return
	}
	if err := a.Answers.NoteSearch(ctx, q.Text, q.Locale, found); err != nil {
		a.log.Warn("a search could not be counted", "err", err)
	}
}
