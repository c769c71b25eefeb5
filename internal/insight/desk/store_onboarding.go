package desk

import (
	"context"
	"errors"

	"heed/internal/platform/db"
)

// facts tell by the data whether a step was taken. Each looks for one row.
// The texts with a ? are about the agent.
var facts = map[string]struct {
	text string
	own  bool
}{
	StepProfile: {"SELECT 1 FROM agent WHERE id = ? AND signature_html <> ''", true},
	StepMailbox: {"SELECT 1 FROM mailbox LIMIT 1", false},
	StepInvite:  {"SELECT 1 FROM agent LIMIT 1 OFFSET 1", false},
	StepTeam:    {"SELECT 1 FROM team LIMIT 1", false},
	StepTicket:  {"SELECT 1 FROM ticket LIMIT 1", false},
	StepReply:   {"SELECT 1 FROM message WHERE kind = 'reply' AND author_kind = 'agent' LIMIT 1", false},
	StepCanned:  {"SELECT 1 FROM canned WHERE uses > 0 OR version > 1 OR owner_id <> 0 LIMIT 1", false},
}

// fact tells whether a step can be seen to be done; a step without a fact is not.
func (s *Service) fact(ctx context.Context, step string, agent int64) (bool, error) {
	f, ok := facts[step]
	if !ok {
		return false, nil
	}
	var args []any
	if f.own {
		args = append(args, agent)
	}
	_, err := db.One[int64](ctx, s.db, f.text, args...)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// marks lists what an agent has marked.
func (s *Service) marks(ctx context.Context, agent int64) ([]string, error) {
	return db.All[string](ctx, s.db, "SELECT mark FROM onboarding_mark WHERE agent_id = ?", agent)
}

// addMark adds a mark and tells whether it is new.
func (s *Service) addMark(ctx context.Context, agent int64, mark string) (bool, error) {
	n, err := db.Exec(ctx, s.db, "INSERT INTO onboarding_mark (agent_id, mark, at) VALUES (?, ?, ?) ON CONFLICT (agent_id, mark) DO NOTHING",
		agent, mark, s.clock.Now())
	return n > 0, err
}
