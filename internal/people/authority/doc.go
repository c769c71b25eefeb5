// Package authority says what each role may do. It is pure: it keeps nothing,
// reads nothing, and decides by the actor alone.
//
// Services ask it at the start of each use case, so that no route can forget
// to. What an actor may see of a single thing (private teams, his own
// tickets) is decided by the slice that owns the thing.
//
// The system may do everything; an anonymous caller and a customer may do
// nothing here.
package authority
