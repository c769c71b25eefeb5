// Package actor says on whose behalf something is done. The actor travels in
// the context from the edge to the service, which asks whether he may.
package actor

import (
	"context"
	"slices"
)

// Kind tells what sort of actor it is.
type Kind string

// The kinds of actors. Anonymous is a caller who has not said who he is.
const (
	Anonymous Kind = ""
	Agent     Kind = "agent"
	Contact   Kind = "contact"
	System    Kind = "system"
)

// Actor is who acts. ID is the agent's or the contact's id, 0 for the system.
type Actor struct {
	Kind   Kind
	ID     int64
	Name   string
	Role   string  // the agent's role; empty for others
	Teams  []int64 // the agent's teams
	Locale string  // en, zh-CN or zh-TW
	Zone   string  // IANA zone for showing times
}

// InTeam tells whether the actor belongs to the team.
func (a Actor) InTeam(team int64) bool {
	return slices.Contains(a.Teams, team)
}

type key struct{}

// With returns a context in which a acts.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, key{}, a)
}

// From returns who acts in ctx; the zero Actor is Anonymous.
func From(ctx context.Context) Actor {
	a, _ := ctx.Value(key{}).(Actor)
	return a
}

// AsSystem returns a context in which the program itself acts, for followers,
// jobs and the command line.
func AsSystem(ctx context.Context) context.Context {
	return With(ctx, Actor{Kind: System, Name: "Heed"})
}
