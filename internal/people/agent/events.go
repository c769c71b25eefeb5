package agent

import (
	"maps"
	"slices"

	"heed/internal/kernel/event"
)

// The kinds of events about agents and teams.
const (
	KindCreated     = "agent.created"
	KindChanged     = "agent.changed"
	KindTeamCreated = "team.created"
	KindTeamChanged = "team.changed"
)

// Created is the data of KindCreated.
type Created struct {
	Name  string `json:"name"`
	Role  string `json:"role"`
	State State  `json:"state"`
}

// Changed is the data of KindChanged. Role and State hold old and new when
// they are among the fields.
type Changed struct {
	Fields []string   `json:"fields"` // names as in the API
	Role   *[2]string `json:"role,omitempty"`
	State  *[2]State  `json:"state,omitempty"`
}

// TeamCreated is the data of KindTeamCreated.
type TeamCreated struct {
	Name    string `json:"name"`
	Private bool   `json:"private"`
}

// TeamChanged is the data of KindTeamChanged. Added and Removed are members.
// Whoever shows the teams of agents reads those agents anew, too.
type TeamChanged struct {
	Fields  []string `json:"fields"`
	Added   []int64  `json:"added,omitempty"`
	Removed []int64  `json:"removed,omitempty"`
}

func aboutAgent(id int64) event.Ref { return event.Ref{Kind: "agent", ID: id} }
func aboutTeam(id int64) event.Ref  { return event.Ref{Kind: "team", ID: id} }

// changed describes the change from was to now; Fields is empty when there is none.
func changed(was, now Agent) Changed {
	var c Changed
	for _, d := range []struct {
		name string
		is   bool
	}{
		{"name", was.Name != now.Name},
		{"role", was.Role != now.Role},
		{"state", was.State != now.State},
		{"team_ids", !slices.Equal(was.TeamIDs, now.TeamIDs)},
		{"locale", was.Locale != now.Locale},
		{"zone", was.Zone != now.Zone},
		{"theme", was.Theme != now.Theme},
		{"density", was.Density != now.Density},
		{"signature_html", was.SignatureHTML != now.SignatureHTML},
		{"shortcuts", !maps.Equal(was.Shortcuts, now.Shortcuts)},
	} {
		if d.is {
			c.Fields = append(c.Fields, d.name)
		}
	}
	if was.Role != now.Role {
		c.Role = &[2]string{was.Role, now.Role}
	}
	if was.State != now.State {
		c.State = &[2]State{was.State, now.State}
	}
	return c
}
