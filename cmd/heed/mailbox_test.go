package main

import (
	"fmt"
	"testing"
)

// A field that is left out of a change stays as it is, and null clears it.
func TestChangeOfAMailboxTouchesWhatItNames(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	s.token = token
	var team struct{ ID int64 }
	s.do("POST", "/teams", map[string]any{"name": "Service"}).into(t, &team)
	// On port 1 nobody listens: what is kept is asked here, not whether it works.
	account := map[string]any{"host": "127.0.0.1", "port": 1, "security": "tls", "user": "support", "password": "a password"}
	type kept struct {
		Host        string
		HasPassword bool `json:"has_password"`
	}
	var box struct {
		ID, Version int64
		Name        string
		TeamID      *int64 `json:"team_id"`
		IMAP, SMTP  *kept
	}
	s.do("POST", "/mailboxes", map[string]any{
		"name": "Support", "address": "support@heed.example", "active": false, "team_id": team.ID, "imap": account, "smtp": account,
	}).into(t, &box)
	for _, c := range []struct {
		name             string
		change           map[string]any
		team, imap, smtp bool
	}{
		{"only the name", map[string]any{"name": "Help"}, true, true, true},
		{"an account without its password", map[string]any{"imap": map[string]any{"host": "127.0.0.1", "port": 1, "security": "tls", "user": "support"}}, true, true, true},
		{"no fetching", map[string]any{"imap": nil}, true, false, true},
		{"no team", map[string]any{"team_id": nil}, false, false, true},
		{"no sending", map[string]any{"smtp": nil}, false, false, false},
	} {
		a := s.do("PATCH", fmt.Sprintf("/mailboxes/%d", box.ID), c.change, "If-Match", fmt.Sprintf(`"%d"`, box.Version))
		box.TeamID, box.IMAP, box.SMTP = nil, nil, nil
		a.into(t, &box)
		if box.Name != "Help" {
			t.Errorf("%s: the name is %q", c.name, box.Name)
		}
		if got := box.TeamID != nil && *box.TeamID == team.ID; got != c.team {
			t.Errorf("%s: the team is kept: %v", c.name, got)
		}
		if got := box.IMAP != nil && box.IMAP.HasPassword; got != c.imap {
			t.Errorf("%s: the account for fetching is kept: %v", c.name, got)
		}
		if got := box.SMTP != nil && box.SMTP.HasPassword; got != c.smtp {
			t.Errorf("%s: the account for sending is kept: %v", c.name, got)
		}
	}
}
