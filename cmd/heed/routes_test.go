package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// public are the operations that nobody need be signed in for. Whoever adds
// one adds it here, knowingly.
var public = []string{
	"get /meta", "get /setup", "post /setup", "post /session", "get /invitations/{token}", "post /invitations/{token}/accept",
}

// managed are those of administrators alone.
var managed = []string{
	"get /jobs", "post /jobs/{id}/retry", "post /jobs/{id}/discard", "get /mailboxes", "post /mailboxes", "get /mailboxes/{id}",
	"patch /mailboxes/{id}", "delete /mailboxes/{id}", "post /mailboxes/test", "get /mail/refused", "post /mail/refused/{id}/retry",
	"patch /settings", "post /invitations", "patch /agents/{id}", "post /agents/{id}/link",
}

var inPath = regexp.MustCompile(`\{[a-z_]+\}`)

// The permission is asked in the services; here every route is knocked at.
func TestEveryRouteAsksWhoComes(t *testing.T) {
	t.Parallel()
	data, admin := prepared(t)
	s := start(t, data)
	s.token = admin
	var doc struct {
		Paths map[string]map[string]struct{ Security []any }
	}
	s.do("GET", "/openapi.json", nil).into(t, &doc)
	tokens := map[string]string{}
	for _, role := range []string{"supervisor", "rep", "employee"} {
		s.token = admin
		tokens[role] = s.join(role)
	}
	s.token = ""
	seen := []string{}
	for path, ops := range doc.Paths {
		short := strings.TrimPrefix(path, "/api/v1")
		for method, op := range ops {
			name := method + " " + short
			seen = append(seen, name)
			if open := len(op.Security) == 0; open != slices.Contains(public, name) {
				t.Errorf("%s: public %t", name, open)
			}
			if len(op.Security) == 0 {
				continue
			}
			at := inPath.ReplaceAllString(strings.ReplaceAll(short, "{kind}", "reply"), "1")
			if a := s.do(strings.ToUpper(method), at, map[string]any{}, "If-Match", "*"); a.status != http.StatusUnauthorized && a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s for nobody: %d %s", name, a.status, a.body)
			}
		}
	}
	for _, path := range []string{"/files/x/y", "/api/v1/events", "/api/v1/messages/1/body", "/api/v1/messages/1/image", "/api/v1/messages/1/original"} {
		if a := s.raw(path); a.status != http.StatusUnauthorized {
			t.Errorf("%s for nobody: %d", path, a.status)
		}
	}
	for _, name := range managed {
		if !slices.Contains(seen, name) {
			t.Errorf("there is no %s", name)
			continue
		}
		method, path, _ := strings.Cut(name, " ")
		for role, token := range tokens {
			s.token = token
			if a := s.do(strings.ToUpper(method), inPath.ReplaceAllString(path, "1"), bodies[name], "If-Match", "*"); a.status != http.StatusForbidden {
				t.Errorf("%s for a %s: %d %s", name, role, a.status, a.body)
			}
		}
	}
}

// bodies are what makes a request well-formed, so that its permission is asked.
var bodies = map[string]map[string]any{
	"post /mailboxes": {"name": "x", "address": "x@heed.example"}, "patch /mailboxes/{id}": {}, "post /mailboxes/test": {},
	"patch /settings": {"firm_name": "x"}, "patch /agents/{id}": {"name": "x"},
	"post /invitations": {"name": "x", "email": "x@heed.example", "role": "rep"},
}

// join invites somebody, accepts for him and gives him a token.
func (s *server) join(role string) string {
	s.t.Helper()
	var offer struct {
		Link string
	}
	s.do("POST", "/invitations", map[string]any{"name": role, "email": role + "@heed.example", "role": role}).into(s.t, &offer)
	link := offer.Link[strings.LastIndex(offer.Link, "/")+1:]
	s.token = ""
	a := s.do("POST", "/invitations/"+link+"/accept", map[string]any{"password": "a long enough secret 9"})
	if a.status != http.StatusOK {
		s.t.Fatal(a.status, string(a.body))
	}
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	var made struct{ Token string }
	s.do("POST", "/tokens", map[string]any{"name": "test"}, "Cookie", cookie).into(s.t, &made)
	return made.Token
}
