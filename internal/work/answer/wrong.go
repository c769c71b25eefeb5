package answer

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/work/conversation"
)

// ReportWrong says that an article is wrong and opens a task for its owner
// (R380). ticketID is where it was noticed, 0 for none; n the version, 0 for
// the one in force.
func (s *Service) ReportWrong(ctx context.Context, articleID, n, ticketID int64, what string) (Wrong, error) {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return Wrong{}, err
	}
	a, err := s.d.Knowledge.Article(ctx, articleID, "")
	if err != nil {
		return Wrong{}, err
	}
	var f fault.Fields
	if what = strings.TrimSpace(what); what == "" {
		f.Add("what", "field.required")
	}
	if utf8.RuneCountInString(what) > WhatMost {
		f.Add("what", "field.too_long", "max", WhatMost)
	}
	if n == 0 {
		n = a.N
	}
	if n < 0 || n > a.N {
		f.Add("n", "field.unknown_value")
	}
	if err := f.Err(); err != nil {
		return Wrong{}, err
	}
	task := Task{OwnerID: a.OwnerID}
	number := ""
	if ticketID != 0 {
		t, err := s.d.Tickets.Get(ctx, ticketID)
		if err != nil {
			return Wrong{}, err
		}
		number = t.Number()
	}
	by := actor.From(ctx)
	task.Subject = i18n.T(by.Locale, "answer.task_subject", map[string]any{"title": a.Title})
	task.Text = i18n.T(by.Locale, "answer.task_text", map[string]any{"title": a.Title, "n": n, "what": what, "article": a.ID})
	if number != "" {
		task.Text += "\n" + i18n.T(by.Locale, "answer.task_ticket", map[string]any{"number": number})
	}
	w := Wrong{
		ArticleID: a.ID, N: n, What: what, TicketID: ticketID, State: WrongOpen, ByID: by.ID, ByName: by.Name, At: s.d.Clock.Now(), SettledAt: s.d.Clock.Now(),
	}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if w.TaskID, err = s.d.OpenTask(ctx, task); err != nil {
			return err
		}
		if w.ID, err = s.insertWrong(ctx, w); err != nil {
			return err
		}
		return s.journal.Record(ctx, w.event(EventWrong))
	})
	return w, err
}

// WrongReports lists the reports about an article, the newest first, at most 200.
func (s *Service) WrongReports(ctx context.Context, articleID int64) ([]Wrong, error) {
	if err := s.mayAnswerFor(ctx, articleID); err != nil {
		return nil, err
	}
	return s.wrongs(ctx, articleID)
}

// SettleWrong says how a report ended.
func (s *Service) SettleWrong(ctx context.Context, id int64, state string) (Wrong, error) {
	var w Wrong
	err := s.db.Write(ctx, func(ctx context.Context) (err error) {
		if w, err = s.loadWrong(ctx, id); err != nil {
			return err
		}
		if err := s.mayAnswerFor(ctx, w.ArticleID); err != nil {
			return err
		}
		if state != WrongCorrected && state != WrongUnfounded {
			var f fault.Fields
			f.Add("state", "field.unknown_value")
			return f.Err()
		}
		return s.settle(ctx, &w, state)
	})
	return w, err
}

func (s *Service) settle(ctx context.Context, w *Wrong, state string) error {
	w.State, w.SettledAt = state, s.d.Clock.Now()
	if err := s.updateWrong(ctx, *w); err != nil {
		return err
	}
	return s.journal.Record(ctx, w.event(EventSettled))
}

// mayAnswerFor is nil for who publishes and for the article's owner.
func (s *Service) mayAnswerFor(ctx context.Context, articleID int64) error {
	if err := authority.Require(ctx, authority.KnowledgeRead); err != nil {
		return err
	}
	by := actor.From(ctx)
	if authority.Can(by, authority.KnowledgePublish) {
		return nil
	}
	a, err := s.d.Knowledge.Article(ctx, articleID, "")
	if err != nil {
		return err
	}
	if a.OwnerID != 0 && a.OwnerID == by.ID {
		return nil
	}
	return authority.Require(ctx, authority.KnowledgePublish)
}

// Recipient is somebody who got a version.
type Recipient struct {
	Given             // the last time
	Name       string // "" where nobody knows who it is
	Kind       string
	Hidden     bool   // the ticket is not for the actor's eyes
	Correction string // "", "sent" or "unreachable"
}

// Recipients gives a page of who got a version of an article, each once, with
// what became of a correction (R380).
func (s *Service) Recipients(ctx context.Context, articleID, n int64, r page.Request) (page.Of[Recipient], error) {
	none := page.Of[Recipient]{Items: []Recipient{}}
	if err := s.mayAnswerFor(ctx, articleID); err != nil {
		return none, err
	}
	p, err := s.recipients(ctx, articleID, n, r)
	if err != nil {
		return none, err
	}
	for i, g := range p.Items {
		ok, err := s.visible(ctx, g.TicketID)
		if err != nil {
			return none, err
		}
		p.Items[i].Hidden = !ok
		if g.CustomerID == 0 {
			continue
		}
		c, err := s.d.Customer(ctx, g.CustomerID)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return none, err
		}
		p.Items[i].Name, p.Items[i].Kind = c.Name, c.Kind
	}
	return p, nil
}

// jobCorrect sends a correction.
const jobCorrect = "answer.correct"

type correctArgs struct {
	ID int64 `json:"id"`
}

// Correct begins to send a correction to everybody who got a version of an
// article. The texts hold merge fields as canned answers do.
func (s *Service) Correct(ctx context.Context, articleID, n int64, texts map[string]string) (Correction, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return Correction{}, err
	}
	if _, err := authority.RequireAgent(ctx); err != nil {
		return Correction{}, err // somebody's name stands below it
	}
	clean, err := checkTexts(texts)
	if err != nil {
		return Correction{}, err
	}
	by := actor.From(ctx)
	c := Correction{ArticleID: articleID, N: n, Texts: clean, ByID: by.ID, ByName: by.Name, At: s.d.Clock.Now(), last: beginning}
	err = s.db.Write(ctx, func(ctx context.Context) (err error) {
		if c.Total, err = s.countRecipients(ctx, articleID, n); err != nil {
			return err
		}
		if c.Total == 0 {
			return fault.Conflict("answer.no_recipients")
		}
		if running, err := s.running(ctx, articleID, n); err != nil || running {
			if err == nil {
				err = fault.Conflict("answer.correction_running")
			}
			return err
		}
		if c.ID, err = s.insertCorrection(ctx, c); err != nil {
			return err
		}
		if err := s.journal.Record(ctx, c.event()); err != nil {
			return err
		}
		return s.d.Jobs.Enqueue(ctx, jobs.New{Kind: jobCorrect, Args: correctArgs{c.ID}, Unique: fmt.Sprint(c.ID)})
	})
	return c, err
}

// Correction tells how far a correction has come.
func (s *Service) Correction(ctx context.Context, id int64) (Correction, error) {
	if err := authority.Require(ctx, authority.KnowledgePublish); err != nil {
		return Correction{}, err
	}
	return s.loadCorrection(ctx, id)
}

// Corrections lists the corrections of an article, the newest first.
func (s *Service) Corrections(ctx context.Context, articleID int64) ([]Correction, error) {
	if err := s.mayAnswerFor(ctx, articleID); err != nil {
		return nil, err
	}
	return s.corrections(ctx, articleID)
}

// correctMost is how many get a correction in one try of the job; the rest is
// left to the next one.
const correctMost = 100

// Handlers gives the jobs of this slice.
func (s *Service) Handlers() []jobs.Handler {
	return []jobs.Handler{{Kind: jobCorrect, Timeout: 5 * time.Minute, Run: func(ctx context.Context, j jobs.Job) error {
		var args correctArgs
		if err := j.Decode(&args); err != nil {
			return jobs.Permanent(err)
		}
		more, err := s.CorrectSome(ctx, args.ID, correctMost)
		if err == nil && more {
			return jobs.Later(0)
		}
		return err
	}}}
}

// CorrectSome sends a correction to the next recipients, at most most, and
// tells whether there are more. Each gets it in a transaction of his own, in
// which it is also noted that he got it.
func (s *Service) CorrectSome(ctx context.Context, id int64, most int) (more bool, err error) {
	for range most {
		if more, err = s.correctNext(ctx, id); err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

func (s *Service) correctNext(ctx context.Context, id int64) (more bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context) error {
		more = false
		c, err := s.loadCorrection(ctx, id)
		if err != nil || c.Done {
			return err
		}
		g, err := s.nextRecipient(ctx, c.ArticleID, c.N, c.last)
		if fault.Is(err, fault.KindNotFound) {
			c.Done = true
			if err := s.saveCorrection(ctx, c); err != nil {
				return err
			}
			return s.journal.Record(ctx, c.event())
		}
		if err != nil {
			return err
		}
		more = true
		message, why, err := s.correctOne(ctx, c, g)
		if err != nil {
			return err
		}
		if message != 0 {
			c.Sent++
		} else {
			c.Unreachable++
		}
		if err := s.insertCorrected(ctx, c.ID, g, message, why); err != nil {
			return err
		}
		c.last = g.Recipient
		return s.saveCorrection(ctx, c)
	})
	return more, err
}

// correctOne posts a correction on the ticket on which the answer was given, in
// the name of who sends it. It gives the message, or why there is no way.
func (s *Service) correctOne(ctx context.Context, c Correction, g Given) (message int64, why string, err error) {
	sender, err := s.d.Actor(ctx, c.ByID)
	if err != nil {
		return 0, "", jobs.Permanent(err)
	}
	ctx = actor.With(ctx, sender)
	to, err := s.d.Conversation.Recipients(ctx, g.TicketID)
	switch {
	case fault.Is(err, fault.KindNotFound):
		return 0, "ticket.not_found", nil
	case err != nil:
		return 0, "", err
	case len(to.To) == 0:
		return 0, "conversation.no_recipient", nil
	}
	locale := g.Locale
	if g.CustomerID != 0 {
		who, err := s.d.Customer(ctx, g.CustomerID)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return 0, "", err
		}
		if who.Locale != "" {
			locale = who.Locale
		}
	}
	facts, err := s.d.Facts(ctx, g.TicketID)
	if err != nil {
		return 0, "", err
	}
	facts.Blank, facts.AgentName = true, sender.Name
	m, _, err := s.d.Conversation.Post(ctx, conversation.Post{
		TicketID: g.TicketID, Kind: conversation.Reply, HTML: facts.HTML(inLanguage(c.Texts, locale)), To: to.To,
		Automatic: true, // it takes nobody's ticket up and reopens nothing
	})
	if k := fault.KindOf(err); err != nil && (k == fault.KindInvalid || k == fault.KindForbidden) {
		return 0, fault.KeyOf(err), nil
	}
	return m.ID, "", err
}
