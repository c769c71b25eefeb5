package app

import (
	"encoding/json"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
)

// A private team does not exist for who is not in it; its name must not reach
// his page as an event either.
func TestEventsTellNoMoreThanTheLists(t *testing.T) {
	t.Parallel()
	a := &App{}
	secret := json.RawMessage(`{"name":"Crisis"}`)
	for _, c := range []struct {
		kind, role string
		comes      bool
		data       bool
	}{
		{agent.KindTeamCreated, authority.Supervisor, true, true},
		{agent.KindTeamCreated, authority.Rep, true, false},
		{agent.KindTeamChanged, authority.Employee, true, false},
		{agent.KindCreated, authority.Administrator, true, true},
		{agent.KindCreated, authority.Supervisor, true, false},
		{"mailbox.changed", authority.Supervisor, false, false},
		{"mail.refused", authority.Rep, false, false},
		{"canned.created", authority.Employee, false, false},
		{"session.started", authority.Supervisor, false, false},
	} {
		v := actor.Actor{Kind: actor.Agent, ID: 7, Role: c.role}
		out, err := a.render(t.Context(), event.Event{Kind: c.kind, Data: secret}, []actor.Actor{v})
		if err != nil {
			t.Fatal(err)
		}
		got, comes := out[7].(shown)
		if comes != c.comes || (len(got.Data) > 0) != c.data {
			t.Errorf("%s to a %s: comes %t with %s", c.kind, c.role, comes, got.Data)
		}
	}
}
