// Package signin is how agents prove who they are: the first start, passwords,
// sessions, invitations, reset links and API tokens, and the brake on guessing.
//
// It owns the tables signin_password, signin_session, signin_token,
// signin_link, signin_throttle and signin_address. Who the agents are and
// whether they may come in is people/agent's; what they may do is
// people/authority's.
//
// # Secrets
//
// Session tokens, API tokens and links are 256 random bits, of which only the
// SHA-256 is kept: who reads the database can use none of them. Passwords are
// kept as argon2id (RFC 9106).
//
// # Sessions
//
// A session lasts while it is used at least every two weeks, at most 90 days.
// Each request asks people/agent for the agent as he is now, so a changed role
// or a disabled account takes effect at once; a follower of the journal then
// removes what a disabled agent could come back with.
//
// # Guessing
//
// Every try is counted before its password is looked at, so that a thousand
// tries sent at once are a thousand tries. Three counters slow down, each
// doubling its pause: one for the account from this address (strict), one for
// the address (many accounts), one for the account from everywhere (mild, and
// not for addresses from which the agent has signed in before). So an attacker
// brings himself to a halt, and the person he is after can still come in.
// An unknown account costs the same time and gives the same answer as a wrong
// password.
package signin
