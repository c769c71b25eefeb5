package setting_test

import (
	"slices"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

func TestAModuleIsOffForTheFirmOrForTeams_R295(t *testing.T) {
	t.Parallel()
	agent := func(teams ...int64) actor.Actor { return actor.Actor{Kind: actor.Agent, ID: 2, Teams: teams} }
	tests := []struct {
		name string
		off  map[string][]int64
		who  actor.Actor
		has  bool
	}{
		{"nothing is off", nil, agent(1), true},
		{"off for the firm", map[string][]int64{"catalog": {0}}, agent(1), false},
		{"off for the firm, and for who is in no team", map[string][]int64{"catalog": {0}}, agent(), false},
		{"off for the firm, and for the public", map[string][]int64{"catalog": {0}}, actor.Actor{Kind: actor.Anonymous}, false},
		{"off for his only team", map[string][]int64{"catalog": {1}}, agent(1), false},
		{"off for one of his teams", map[string][]int64{"catalog": {1}}, agent(1, 2), true},
		{"off for a team, for who is in none", map[string][]int64{"catalog": {1}}, agent(), true},
		{"off for a team, for the public", map[string][]int64{"catalog": {1}}, actor.Actor{Kind: actor.Anonymous}, true},
		{"another module is off", map[string][]int64{"dealer": {0}}, agent(1), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			set := setting.Settings{Off: setting.Off{V: tt.off}}
			if got := set.Has(tt.who, "catalog"); got != tt.has {
				t.Errorf("has it: %v", got)
			}
			if got := slices.Contains(set.ModulesOf(tt.who), "catalog"); got != tt.has {
				t.Errorf("listed: %v", got)
			}
		})
	}
}

func TestSwitchingAModuleOffAndOn_R295(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		s := service(d, clock.System{})
		admin := as(t.Context(), authority.Administrator)
		off := func(m map[string][]int64) error {
			_, err := s.Change(admin, 0, setting.Patch{Off: &m})
			return err
		}
		if err := off(map[string][]int64{"dealer": {0, 3, 3}}); err != nil {
			t.Fatal(err)
		}
		if err := s.RequireModule(admin, "dealer"); fault.KeyOf(err) != "module.off" || !fault.Is(err, fault.KindNotFound) {
			t.Errorf("off: %v", err)
		}
		if err := s.RequireModule(admin, "catalog"); err != nil {
			t.Errorf("another: %v", err)
		}
		if err := off(map[string][]int64{"ticket": {0}}); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("what is no module: %v", err)
		}
		if err := off(map[string][]int64{}); err != nil {
			t.Fatal(err)
		}
		if err := s.RequireModule(admin, "dealer"); err != nil {
			t.Errorf("on again: %v", err)
		}
	})
}
