package canned

import (
	"context"
	"strings"
	"time"
	"unicode"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/platform/mailwire"
)

// Sent is a reply that an agent has sent.
type Sent struct {
	AgentID   int64
	CannedID  int64 // the answer it was made of, 0 for none
	Untouched bool  // it went as the answer came, without a word of the agent's own
}

// PurgeSent forgets the counts of agents who are removed as if they had never been.
func (s *Service) PurgeSent(ctx context.Context, agents []int64) error {
	if err := authority.Require(ctx, authority.AgentManage); err != nil || len(agents) == 0 {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error { return s.deleteSent(ctx, agents) })
}

// Untouched tells whether a text, as plain text, is the answer filled for the
// ticket and nothing else. Spaces and line breaks make no difference. An answer
// that is not there (any more) was not used.
func (s *Service) Untouched(ctx context.Context, id, ticketID int64, plain string) (bool, error) {
	html, err := s.filled(ctx, id, ticketID)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return squeeze(mailwire.HTMLToText(html)) == squeeze(plain), err
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// NoteSent counts a reply in the caller's transaction, by the day in the firm's
// zone, the agent and the answer it was made of.
func (s *Service) NoteSent(ctx context.Context, sent Sent) error {
	firm, err := s.setting.Get(ctx)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(firm.Zone)
	if err != nil {
		zone = time.UTC
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		return s.countSent(ctx, dayOf(s.clock.Now().In(zone)), sent)
	})
}

// dayOf is the day as a number: 20261124.
func dayOf(t time.Time) int64 {
	y, m, d := t.Date()
	return int64(y*10000 + int(m)*100 + d)
}

// AgentUse says how an agent uses canned answers.
type AgentUse struct {
	AgentID   int64
	Replies   int64 // all his replies
	Made      int64 // those made of an answer
	Untouched int64 // those that were an answer and nothing else
}

// AnswerUse says how an answer is used.
type AnswerUse struct {
	CannedID  int64
	Code      string
	Name      string
	Sent      int64
	Untouched int64
}

// Uses gives, for the days from and to (both within, as dates), how agents use
// canned answers (R172). Who may not edit the shared ones sees his own use only.
func (s *Service) Uses(ctx context.Context, from, to time.Time) ([]AgentUse, []AnswerUse, error) {
	if err := authority.Require(ctx, authority.TicketWork); err != nil {
		return nil, nil, err
	}
	var only int64
	if a := actor.From(ctx); !authority.Can(a, authority.CannedEdit) {
		only = a.ID
	}
	agents, err := s.usesOfAgents(ctx, dayOf(from), dayOf(to), only)
	if err != nil {
		return nil, nil, err
	}
	answers, err := s.usesOfAnswers(ctx, dayOf(from), dayOf(to), only)
	return agents, answers, err
}
