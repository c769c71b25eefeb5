package desk

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

// EventOnboarding tells that an agent has marked one of his first steps, or
// put the list away.
const EventOnboarding = "onboarding.marked"

// The first steps, in the order in which they are shown.
const (
	StepProfile   = "profile"      // has looked after his own profile
	StepMailbox   = "mailbox"      // mail can come in
	StepInvite    = "invite"       // there is a colleague
	StepTeam      = "team"         // there is a team
	StepTicket    = "first_ticket" // there is a ticket
	StepReply     = "first_reply"  // somebody has answered a customer
	StepCanned    = "canned"       // a canned answer was used, changed or written
	StepShortcuts = "shortcuts"    // has seen the keyboard sheet; only the page knows
)

// dismissed is the mark of who has put the list away.
const dismissed = "dismissed"

// stepRight is a first step and the right that it needs; empty for everybody.
type stepRight struct {
	key   string
	right authority.Permission
}

func steps() []stepRight {
	return []stepRight{
		{StepProfile, ""},
		{StepMailbox, authority.MailboxManage},
		{StepInvite, authority.AgentManage},
		{StepTeam, authority.TeamManage},
		{StepTicket, authority.TicketCreate},
		{StepReply, authority.TicketWork},
		{StepCanned, authority.TicketWork},
		{StepShortcuts, ""},
	}
}

// OnboardingStep is one first step.
type OnboardingStep struct {
	Key  string `json:"key"`
	Done bool   `json:"done"`
}

// Onboarding is the list of first steps of one agent.
type Onboarding struct {
	Steps     []OnboardingStep `json:"steps"`
	Dismissed bool             `json:"dismissed"`
}

// Onboarding gives the first steps that the actor can take. What can be seen in
// the data is done when it is there, whoever did it; the rest when he says so.
func (s *Service) Onboarding(ctx context.Context) (Onboarding, error) {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return Onboarding{}, err
	}
	out := Onboarding{Steps: []OnboardingStep{}}
	err = s.db.Read(ctx, func(ctx context.Context) error {
		marks, err := s.marks(ctx, a.ID)
		if err != nil {
			return err
		}
		out.Dismissed = slices.Contains(marks, dismissed)
		for _, step := range steps() {
			if step.right != "" && !authority.Can(a, step.right) {
				continue
			}
			done := slices.Contains(marks, step.key)
			if !done {
				if done, err = s.fact(ctx, step.key, a.ID); err != nil {
					return err
				}
			}
			out.Steps = append(out.Steps, OnboardingStep{step.key, done})
		}
		return nil
	})
	return out, err
}

// MarkStep notes that the actor has done a first step.
func (s *Service) MarkStep(ctx context.Context, key string) error {
	if !slices.ContainsFunc(steps(), func(r stepRight) bool { return r.key == key }) {
		return fault.NotFound("not_found")
	}
	return s.note(ctx, key)
}

// Dismiss puts the actor's list of first steps away for good.
func (s *Service) Dismiss(ctx context.Context) error { return s.note(ctx, dismissed) }

func (s *Service) note(ctx context.Context, mark string) error {
	a, err := authority.RequireAgent(ctx)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		added, err := s.addMark(ctx, a.ID, mark)
		if err != nil || !added {
			return err
		}
		return s.journal.Record(ctx, event.New{
			Kind: EventOnboarding, About: event.Ref{Kind: string(actor.Agent), ID: a.ID}, Data: map[string]string{"mark": mark},
		})
	})
}
