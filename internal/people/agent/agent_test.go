package agent_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var schema = slices.Concat(journal.Migrations(), setting.Migrations(), agent.Migrations())

type house struct {
	*agent.Service
	db      *db.DB
	journal *journal.Journal
	clock   *clock.Manual
	system  context.Context
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	t.Helper()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
		set := setting.New(setting.Deps{DB: d, Journal: j, Clock: c})
		system := actor.AsSystem(t.Context())
		if _, err := set.Change(system, 0, setting.Patch{Locale: new("zh-CN"), Zone: new("Asia/Shanghai")}); err != nil {
			t.Fatal(err)
		}
		fn(t, house{agent.NewService(agent.Deps{DB: d, Journal: j, Clock: c, Settings: set}), d, j, c, system})
	})
}

// hire adds an agent who has joined.
func (h house) hire(t *testing.T, name, role string, teams ...int64) agent.Agent {
	t.Helper()
	a, err := h.Add(h.system, agent.New{Name: name, Email: name + "@example.com", Role: role, TeamIDs: teams})
	if err != nil {
		t.Fatal(err)
	}
	if a, err = h.Join(h.system, a.ID, agent.Preferences{}); err != nil {
		t.Fatal(err)
	}
	return a
}

// as gives a context in which the agent acts as he is now.
func (h house) as(t *testing.T, a agent.Agent) context.Context {
	t.Helper()
	who, err := h.Actor(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(t.Context(), who)
}

func fieldOf(t *testing.T, err error) string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		t.Fatalf("%v names no field", err)
	}
	return f.Fields[0].Name + " " + f.Fields[0].Key
}

func TestAnAddressBelongsToOneAgent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		a, err := h.Add(h.system, agent.New{Name: " 李  工 ", Email: "Li@Example.com", Role: authority.Rep})
		if err != nil || a.Name != "李 工" || a.Email != "li@example.com" || a.State != agent.Invited || a.Locale != "zh-CN" || a.Zone != "Asia/Shanghai" {
			t.Fatal(a, err)
		}
		_, err = h.Add(h.system, agent.New{Name: "Other", Email: "ＬＩ@example.com", Role: authority.Rep})
		if got := fieldOf(t, err); got != "email field.taken" {
			t.Error(got)
		}
		if found, err := h.ByEmail(t.Context(), "<LI@EXAMPLE.COM>"); err != nil || found.ID != a.ID {
			t.Error(found, err)
		}
		if _, err := h.ByEmail(t.Context(), "nobody"); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		var f *fault.Error
		_, err = h.Add(h.system, agent.New{Name: " ", Email: "x", Role: "boss", Locale: "fr", Zone: "Mars/Base"})
		if !errors.As(err, &f) || len(f.Fields) != 5 {
			t.Error(err)
		}
	})
}

func TestOnlyAdministratorsManageAgents_R064(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		boss := h.hire(t, "boss", authority.Administrator)
		for _, role := range []string{authority.Supervisor, authority.Rep, authority.Employee} {
			ctx := h.as(t, h.hire(t, role, role))
			if _, err := h.Add(ctx, agent.New{}); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s adds: %v", role, err)
			}
			if _, err := h.Change(ctx, boss.ID, 0, agent.Patch{}); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s changes: %v", role, err)
			}
			if _, err := h.Get(ctx, boss.ID); err != nil {
				t.Errorf("%s does not know his colleague: %v", role, err)
			}
		}
		if _, err := h.Get(t.Context(), boss.ID); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error(err)
		}
		employee := h.as(t, h.hire(t, "clerk", authority.Employee))
		if _, err := h.Teams(employee, page.Request{}); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("an employee sees the queues: %v", err)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		if has, err := h.HasAdministrator(t.Context()); err != nil || has {
			t.Fatal(has, err)
		}
		one := h.hire(t, "one", authority.Administrator)
		for _, p := range []agent.Patch{{State: new(agent.Disabled)}, {Role: new(authority.Rep)}} {
			if _, err := h.Change(h.system, one.ID, 0, p); fault.KeyOf(err) != "agent.last_administrator" {
				t.Errorf("%+v: %v", p, err)
			}
		}
		// An administrator who has not joined cannot take over.
		if _, err := h.Add(h.system, agent.New{Name: "two", Email: "two@example.com", Role: authority.Administrator}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Change(h.system, one.ID, 0, agent.Patch{Role: new(authority.Rep)}); fault.KeyOf(err) != "agent.last_administrator" {
			t.Error(err)
		}
		// Two who remove each other at the same moment.
		three := h.hire(t, "three", authority.Administrator)
		var wg sync.WaitGroup
		var errs [2]error
		for i, id := range []int64{one.ID, three.ID} {
			wg.Go(func() { _, errs[i] = h.Change(h.system, id, 0, agent.Patch{State: new(agent.Disabled)}) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("one must succeed and one must not: %v", errs)
		}
		if has, err := h.HasAdministrator(t.Context()); err != nil || !has {
			t.Error(has, err)
		}
	})
}

func TestStatesOfAnAgent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.hire(t, "boss", authority.Administrator)
		a, err := h.Add(h.system, agent.New{Name: "Anna", Email: "anna@example.com", Role: authority.Rep})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Actor(t.Context(), a.ID); fault.KeyOf(err) != "unauthenticated" {
			t.Errorf("an invited agent acts: %v", err)
		}
		to := func(s agent.State) (agent.State, error) {
			a, err := h.Change(h.system, a.ID, 0, agent.Patch{State: &s})
			return a.State, err
		}
		if _, err := to(agent.Active); fieldOf(t, err) != "state field.unknown_value" {
			t.Error("an administrator joins for her")
		}
		if s, err := to(agent.Disabled); err != nil || s != agent.Disabled {
			t.Error(s, err)
		}
		if _, err := h.Join(h.system, a.ID, agent.Preferences{}); fault.KeyOf(err) != "agent.disabled" {
			t.Error(err)
		}
		if s, err := to(agent.Active); err != nil || s != agent.Invited {
			t.Error("she has never joined:", s, err)
		}
		if a, err := h.Join(h.system, a.ID, agent.Preferences{Locale: new("en")}); err != nil || a.State != agent.Active || a.Locale != "en" {
			t.Error(a, err)
		}
		if _, err := to(agent.Disabled); err != nil {
			t.Error(err)
		}
		if s, err := to(agent.Active); err != nil || s != agent.Active {
			t.Error(s, err)
		}
	})
}

func TestAnActorIsFreshAfterEveryChange(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		boss := h.hire(t, "boss", authority.Administrator)
		anna := h.hire(t, "anna", authority.Rep)
		if who, err := h.Actor(t.Context(), anna.ID); err != nil || who.Role != authority.Rep || len(who.Teams) != 0 {
			t.Fatal(who, err)
		}
		team, err := h.AddTeam(h.as(t, boss), agent.TeamPatch{Name: new("Repairs"), MemberIDs: &[]int64{anna.ID}})
		if err != nil {
			t.Fatal(err)
		}
		if who, err := h.Actor(t.Context(), anna.ID); err != nil || !who.InTeam(team.ID) {
			t.Error(who, err)
		}
		if _, err := h.Change(h.as(t, boss), anna.ID, 0, agent.Patch{Role: new(authority.Supervisor)}); err != nil {
			t.Fatal(err)
		}
		if who, err := h.Actor(t.Context(), anna.ID); err != nil || who.Role != authority.Supervisor {
			t.Error(who, err)
		}
		// Another program, which this one hears nothing of.
		other := agent.NewService(agent.Deps{DB: h.db, Journal: h.journal, Clock: h.clock})
		if _, err := other.Change(h.system, anna.ID, 0, agent.Patch{State: new(agent.Disabled)}); err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(3 * time.Second)
		if who, err := h.Actor(t.Context(), anna.ID); fault.KeyOf(err) != "unauthenticated" {
			t.Error(who, err)
		}
	})
}

func TestPreferencesAreOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		h.hire(t, "boss", authority.Administrator)
		ctx := h.as(t, h.hire(t, "anna", authority.Employee))
		a, err := h.Prefer(ctx, agent.Preferences{
			Locale: new("zh-TW"), Zone: new("Asia/Taipei"), Theme: new("dark"), Density: new("compact"),
			SignatureHTML: new(`<p>謝謝<script>alert(1)</script></p>`), Shortcuts: &map[string]string{"reply": "r"},
		})
		if err != nil || a.Theme != "dark" || a.Zone != "Asia/Taipei" || a.Shortcuts["reply"] != "r" {
			t.Fatal(a, err)
		}
		if !strings.Contains(a.SignatureHTML, "謝謝") || strings.Contains(a.SignatureHTML, "script") {
			t.Error(a.SignatureHTML)
		}
		if again, err := h.Get(ctx, a.ID); err != nil || again.Shortcuts["reply"] != "r" || again.Version != a.Version {
			t.Error(again, err)
		}
		if w := agent.ProfileFor(ctx, a); w.SignatureHTML == "" || w.Shortcuts == nil {
			t.Error("her own signature is kept from her")
		}
		if w := agent.ProfileFor(h.system, a); w.SignatureHTML != "" || w.Shortcuts != nil {
			t.Error("her signature is told to others")
		}
		var f *fault.Error
		_, err = h.Prefer(ctx, agent.Preferences{
			Locale: new("fr"), Zone: new("../etc/passwd"), Theme: new("pink"), Density: new(""), Shortcuts: &map[string]string{"": "x"},
		})
		if !errors.As(err, &f) || len(f.Fields) != 5 {
			t.Error(err)
		}
		if _, err := h.Prefer(t.Context(), agent.Preferences{}); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error(err)
		}
	})
}

func TestTeamsHaveMembersAndALeadWhoIsOneOfThem_R315(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		boss := h.as(t, h.hire(t, "boss", authority.Administrator))
		anna, ben := h.hire(t, "anna", authority.Rep), h.hire(t, "ben", authority.Rep)
		team, err := h.AddTeam(boss, agent.TeamPatch{Name: new("维修 "), LeadID: &anna.ID})
		if err != nil || !slices.Equal(team.MemberIDs, []int64{anna.ID}) || team.Name != "维修" {
			t.Fatal(team, err)
		}
		_, err = h.AddTeam(boss, agent.TeamPatch{Name: new("維修")})
		if fieldOf(t, err) != "name field.taken" {
			t.Error(err)
		}
		team, err = h.ChangeTeam(boss, team.ID, team.Version, agent.TeamPatch{MemberIDs: &[]int64{ben.ID, ben.ID}})
		if err != nil || !slices.Equal(team.MemberIDs, []int64{anna.ID, ben.ID}) {
			t.Fatal("the lead left:", team, err)
		}
		if _, err := h.ChangeTeam(boss, team.ID, 1, agent.TeamPatch{Private: new(true)}); fault.KeyOf(err) != "stale" {
			t.Error(err)
		}
		_, err = h.ChangeTeam(boss, team.ID, 0, agent.TeamPatch{MemberIDs: &[]int64{999}})
		if fieldOf(t, err) != "member_ids field.not_found" {
			t.Error(err)
		}
		_, err = h.ChangeTeam(boss, team.ID, 0, agent.TeamPatch{LeadID: new(int64(999))})
		if fieldOf(t, err) != "lead_id field.not_found" {
			t.Error(err)
		}
		_, err = h.AddTeam(boss, agent.TeamPatch{})
		if fieldOf(t, err) != "name field.required" {
			t.Error(err)
		}
		// Seen from the agent: out of the team, and so no longer its lead.
		now, err := h.Change(boss, anna.ID, 0, agent.Patch{TeamIDs: &[]int64{}})
		if err != nil || len(now.TeamIDs) != 0 {
			t.Fatal(now, err)
		}
		if team, err = h.Team(boss, team.ID); err != nil || team.LeadID != 0 || !slices.Equal(team.MemberIDs, []int64{ben.ID}) {
			t.Error(team, err)
		}
		_, err = h.Change(boss, anna.ID, 0, agent.Patch{TeamIDs: &[]int64{999}})
		if fieldOf(t, err) != "team_ids field.not_found" {
			t.Error(err)
		}
		// A disabled agent leads nothing.
		if _, err := h.ChangeTeam(boss, team.ID, 0, agent.TeamPatch{LeadID: &ben.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Change(boss, ben.ID, 0, agent.Patch{State: new(agent.Disabled)}); err != nil {
			t.Fatal(err)
		}
		if team, err = h.Team(boss, team.ID); err != nil || team.LeadID != 0 {
			t.Error(team, err)
		}
		// An archived team gives its name free.
		if _, err := h.ChangeTeam(boss, team.ID, 0, agent.TeamPatch{Archived: new(true)}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.AddTeam(boss, agent.TeamPatch{Name: new("維修")}); err != nil {
			t.Error(err)
		}
	})
}

func TestAPrivateTeamIsHiddenFromOthers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		boss := h.as(t, h.hire(t, "boss", authority.Administrator))
		in, out := h.hire(t, "in", authority.Rep), h.hire(t, "out", authority.Rep)
		lead := h.hire(t, "lead", authority.Supervisor)
		secret, err := h.AddTeam(boss, agent.TeamPatch{Name: new("Legal"), Private: new(true), MemberIDs: &[]int64{in.ID}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.AddTeam(boss, agent.TeamPatch{Name: new("Open")}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			who  agent.Agent
			sees int
		}{{in, 2}, {lead, 2}, {out, 1}} {
			ctx := h.as(t, tt.who)
			p, err := h.Teams(ctx, page.Request{})
			if err != nil || len(p.Items) != tt.sees {
				t.Errorf("%s: %+v %v", tt.who.Name, p.Items, err)
			}
			_, err = h.Team(ctx, secret.ID)
			if hidden := fault.Is(err, fault.KindNotFound); hidden != (tt.sees == 1) {
				t.Errorf("%s: %v", tt.who.Name, err)
			}
		}
		if _, err := h.ChangeTeam(boss, secret.ID, 0, agent.TeamPatch{Private: new(false)}); err != nil {
			t.Fatal(err)
		}
		if hidden, err := h.PrivateTeamsHidden(h.as(t, out)); err != nil || len(hidden) != 0 {
			t.Error(hidden, err)
		}
	})
}

func TestListsGoByPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h house) {
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			h.hire(t, name, authority.Rep)
		}
		if _, err := h.Add(h.system, agent.New{Name: "f", Email: "f@example.com", Role: authority.Rep}); err != nil {
			t.Fatal(err)
		}
		var names []string
		req := page.Request{Limit: 2}
		for {
			p, err := h.List(h.system, agent.Active, req)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range p.Items {
				names = append(names, a.Name)
			}
			if req.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if strings.Join(names, "") != "abcde" {
			t.Error(names)
		}
		if _, err := h.List(h.system, "", page.Request{Cursor: "nonsense"}); fault.KeyOf(err) != "cursor_invalid" {
			t.Error(err)
		}
	})
}
