package setting

import (
	"context"
	"maps"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
)

// Off says which modules are switched off (R295): for each module the teams
// that do without it, where team 0 is the whole firm. A module that is not
// named is on. Switching off hides and refuses; it removes no data.
type Off = db.JSON[map[string][]int64]

// Modules lists what a firm can switch off, in the order in which it is shown.
// Tickets, customers and mail are no modules: without them there is no Heed.
func Modules() []string {
	return []string{"knowledge", "catalog", "dealer", "need", "portal", "exchange"}
}

// Has tells whether an actor has a module: it is on for the firm, and for at
// least one of his teams if he is in any.
func (s Settings) Has(a actor.Actor, module string) bool {
	teams := s.Off.V[module]
	if slices.Contains(teams, 0) {
		return false
	}
	return len(a.Teams) == 0 || a.Kind != actor.Agent ||
		slices.ContainsFunc(a.Teams, func(t int64) bool { return !slices.Contains(teams, t) })
}

// On tells whether the actor in ctx has a module.
func (s *Service) On(ctx context.Context, module string) (bool, error) {
	set, err := s.Get(ctx)
	return set.Has(actor.From(ctx), module), err
}

// RequireModule is the fault "module.off" when the actor in ctx does without
// the module: to him it is not there.
func (s *Service) RequireModule(ctx context.Context, module string) error {
	on, err := s.On(ctx, module)
	if err == nil && !on {
		err = fault.NotFound("module.off")
	}
	return err
}

// ModulesOf lists the modules that an actor has.
func (s Settings) ModulesOf(a actor.Actor) []string {
	return slices.DeleteFunc(Modules(), func(m string) bool { return !s.Has(a, m) })
}

func readOff(f *fault.Fields, in map[string][]int64) Off {
	out := Off{V: map[string][]int64{}}
	for _, m := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(Modules(), m) {
			f.Add("modules_off", "field.unknown_value")
			continue
		}
		teams := slices.Compact(slices.Sorted(slices.Values(in[m])))
		if slices.Contains(teams, 0) {
			teams = []int64{0}
		}
		if len(teams) > 0 {
			out.V[m] = teams
		}
	}
	return out
}
