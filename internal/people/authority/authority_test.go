package authority_test

import (
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
)

func TestEachRoleMayDoWhatItsDutiesNeed_R064(t *testing.T) {
	t.Parallel()
	tests := []struct {
		role   string
		may    []authority.Permission
		mayNot []authority.Permission
	}{
		{
			authority.Administrator,
			[]authority.Permission{authority.AgentManage, authority.SettingManage, authority.JobManage, authority.MailboxManage, authority.TicketDelete},
			nil,
		},
		{
			authority.Supervisor,
			[]authority.Permission{authority.TeamManage, authority.CannedEdit, authority.TicketWork, authority.NoteRead},
			[]authority.Permission{authority.AgentManage, authority.SettingManage, authority.JobManage, authority.MailboxManage},
		},
		{
			authority.Rep,
			[]authority.Permission{authority.TicketView, authority.TicketCreate, authority.TicketWork, authority.NoteRead, authority.CustomerEdit},
			[]authority.Permission{authority.TeamManage, authority.CannedEdit, authority.TicketDelete, authority.SettingManage},
		},
		{
			authority.Employee,
			[]authority.Permission{authority.TicketCreate, authority.TicketViewOwn, authority.CustomerView},
			[]authority.Permission{authority.TicketView, authority.TicketWork, authority.NoteRead, authority.CustomerEdit, authority.SettingManage},
		},
		{"no such role", nil, []authority.Permission{authority.TicketCreate, authority.CustomerView}},
	}
	for _, tt := range tests {
		t.Run(tt.role, func(t *testing.T) {
			t.Parallel()
			ctx := actor.With(t.Context(), actor.Actor{Kind: actor.Agent, ID: 1, Role: tt.role})
			for _, p := range tt.may {
				if err := authority.Require(ctx, p); err != nil {
					t.Errorf("%s may not %s: %v", tt.role, p, err)
				}
			}
			for _, p := range tt.mayNot {
				if err := authority.Require(ctx, p); !fault.Is(err, fault.KindForbidden) {
					t.Errorf("%s and %s: %v, want forbidden", tt.role, p, err)
				}
			}
		})
	}
}

func TestSomebodyUnknownMayDoNothingAndTheSystemEverything(t *testing.T) {
	t.Parallel()
	for _, p := range authority.Of(authority.Administrator) {
		if err := authority.Require(t.Context(), p); !fault.Is(err, fault.KindUnauthenticated) {
			t.Errorf("nobody and %s: %v", p, err)
		}
		if err := authority.Require(actor.AsSystem(t.Context()), p); err != nil {
			t.Errorf("the system and %s: %v", p, err)
		}
		contact := actor.With(t.Context(), actor.Actor{Kind: actor.Contact, ID: 3, Role: authority.Administrator})
		if err := authority.Require(contact, p); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a customer and %s: %v", p, err)
		}
	}
	if _, err := authority.RequireAgent(actor.AsSystem(t.Context())); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("the system taken for an agent: %v", err)
	}
}
