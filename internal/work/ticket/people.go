package ticket

import (
	"context"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/agent"
)

// agents answers for people/agent.
type agents struct{ *agent.Service }

// Agents joins tickets to the agents and teams of the firm.
func Agents(s *agent.Service) People { return agents{s} }

// TeamInUse asks as the system: whoever hands a ticket to a private team need
// not be able to see it.
func (a agents) TeamInUse(ctx context.Context, teamID int64) (bool, error) {
	t, err := a.Team(actor.AsSystem(ctx), teamID)
	if fault.Is(err, fault.KindNotFound) {
		return false, nil
	}
	return err == nil && !t.Archived, err
}
