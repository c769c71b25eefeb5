// Package agent keeps the people who work with Heed, their teams, and how each
// wants the desk to look.
//
// It owns the tables agent, team and team_member. It does not own how an agent
// proves who he is (people/signin), what his role allows (people/authority),
// or who is at the desk now (platform/live).
//
// An agent's state:
//
//	invited ──joins──▶ active ◀──▶ disabled
//	   └───────────────────────────────▲   (and back to invited, if he never joined)
//
// Agents are never deleted: what they did stays theirs.
//
// Invariants:
//   - an e-mail address belongs to one agent, however it is written;
//   - once there is an active administrator, there is always one;
//   - the lead of a team, who answers for its queue, is a member of it and not
//     disabled;
//   - a private team and what it holds are seen by its members, supervisors
//     and administrators only.
package agent
