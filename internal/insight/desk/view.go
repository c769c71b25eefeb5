package desk

import (
	"slices"
	"strconv"
	"strings"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/work/ticket"
)

// The keys of the views. A team's view is ViewTeam and the team's id.
const (
	ViewMine       = "mine"       // open, mine
	ViewUnassigned = "unassigned" // open, nobody's
	ViewOpen       = "open"       // all open
	ViewWaiting    = "waiting"    // waiting for the customer, mine or my teams'
	ViewSnoozed    = "snoozed"    // out of sight until a time; in no other open view
	ViewSolved     = "solved"     // solved and closed
	ViewAll        = "all"
	ViewCreated    = "created_by_me" // whatever has become of them
	ViewTeam       = "team:"
)

// builtin are the views that everybody who works on tickets has, in the order
// in which they are shown.
func builtin() []string {
	return []string{ViewMine, ViewUnassigned, ViewWaiting, ViewOpen, ViewSnoozed, ViewSolved, ViewAll, ViewCreated}
}

// teamOf reads the team out of a view's key; ok is false for what is no team's view.
func teamOf(view string) (team int64, ok bool) {
	text, found := strings.CutPrefix(view, ViewTeam)
	if !found {
		return 0, false
	}
	team, err := strconv.ParseInt(text, 10, 64)
	return team, err == nil && team > 0
}

// knownView is a fault when there is no such view.
func knownView(view string) error {
	if _, ok := teamOf(view); ok || slices.Contains(builtin(), view) {
		return nil
	}
	var f fault.Fields
	f.Add("view", "field.unknown_value")
	return f.Err()
}

// group is the number of tickets that are alike for the counts.
type group struct {
	TeamID  int64         `db:"team_id"`
	OwnerID int64         `db:"owner_id"`
	Status  ticket.Status `db:"status"`
	Snoozed bool          `db:"snoozed"`
	N       int64         `db:"n"`
}

// registered is the number of tickets that an agent has registered in a team.
type registered struct {
	AgentID int64 `db:"agent_id"`
	TeamID  int64 `db:"team_id"`
	N       int64 `db:"n"`
}

// counts adds up the views of one agent. Its cases are the conditions of the
// lists (see narrow in store_list.go), said of a group.
func counts(a actor.Actor, groups []group, regs []registered, teams []team, hidden []int64) map[string]int64 {
	out := map[string]int64{}
	for _, v := range builtin() {
		out[v] = 0
	}
	for _, t := range teams {
		out[ViewTeam+strconv.FormatInt(t.ID, 10)] = 0
	}
	for _, g := range groups {
		if slices.Contains(hidden, g.TeamID) {
			continue
		}
		out[ViewAll] += g.N
		switch {
		case g.Status == ticket.StatusCancelled:
		case !g.Status.Open():
			out[ViewSolved] += g.N
		case g.Snoozed:
			out[ViewSnoozed] += g.N
		default:
			countOpen(a, g, out)
		}
	}
	for _, r := range regs {
		if r.AgentID == a.ID && !slices.Contains(hidden, r.TeamID) {
			out[ViewCreated] += r.N
		}
	}
	return out
}

// countOpen adds a group that is open and to be seen now.
func countOpen(a actor.Actor, g group, out map[string]int64) {
	out[ViewOpen] += g.N
	switch g.OwnerID {
	case 0:
		out[ViewUnassigned] += g.N
	case a.ID:
		out[ViewMine] += g.N
	}
	if g.Status == ticket.StatusWaitingCustomer && (g.OwnerID == a.ID || a.InTeam(g.TeamID)) {
		out[ViewWaiting] += g.N
	}
	key := ViewTeam + strconv.FormatInt(g.TeamID, 10)
	if _, ok := out[key]; ok {
		out[key] += g.N
	}
}
