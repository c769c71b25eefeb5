package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/platform/db/dbtest"
)

// A database that goes away costs nothing but the time: requests are told so,
// and when it is back, everything goes on by itself.
func TestALostDatabaseConnection(t *testing.T) {
	t.Parallel()
	pg := dbtest.StartServer(t)
	data, token := prepared(t, "--db", pg.URL)
	s := start(t, data, "--db", pg.URL)
	s.token = token
	var box, ticket struct{ ID, Version int64 }
	s.do("POST", "/mailboxes", map[string]any{"name": "Service", "address": "service@heed.example"}).into(t, &box)
	s.do("POST", "/tickets", map[string]any{"subject": "before", "channel": "phone"}).into(t, &ticket)
	if a := s.do("PUT", "/tickets/"+itoa(ticket.ID)+"/presence", map[string]any{"doing": "viewing"}); a.status >= 300 {
		t.Fatal(a.status, string(a.body))
	}
	page := s.page(t)

	// Whoever writes at the moment it goes is answered or told, nothing else.
	busy, rest := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	for w := range 8 {
		writers.Go(func() {
			for i := 0; busy.Err() == nil; i++ {
				a, err := s.send(busy, "POST", "/tickets", map[string]any{"subject": "busy", "channel": "phone"}, "Idempotency-Key", fmt.Sprintf("busy-%d-%d", w, i))
				if err == nil && a.status != http.StatusCreated && (a.status != http.StatusServiceUnavailable || problem(a) != "db.unavailable") {
					t.Errorf("while the database goes away: %d %s", a.status, a.body)
				}
			}
		})
	}
	<-time.After(300 * time.Millisecond)
	pg.Stop()
	<-time.After(300 * time.Millisecond)
	rest()
	writers.Wait()
	for away := time.Now().Add(5 * time.Second); time.Now().Before(away); <-time.After(100 * time.Millisecond) {
		for _, a := range []answer{
			s.do("GET", "/tickets", nil),
			s.do("POST", "/tickets", map[string]any{"subject": "during", "channel": "phone"}, "Idempotency-Key", "during"),
			s.do("PATCH", "/tickets/"+itoa(ticket.ID), map[string]any{"priority": "high"}, "If-Match", "*"),
			s.do("GET", "/meta", nil),
			s.do("POST", "/session", map[string]any{"email": "ada@heed.example", "password": "a long password 7"}),
		} {
			if a.status != http.StatusServiceUnavailable || problem(a) != "db.unavailable" {
				t.Fatalf("while the database is away: %d %s", a.status, a.body)
			}
		}
	}
	if a := s.raw("/healthz"); a.status != http.StatusOK {
		t.Error("not alive:", a.status)
	}
	if a := s.raw("/readyz"); a.status != http.StatusServiceUnavailable {
		t.Error("ready without a database:", a.status)
	}

	pg.Start()
	var after struct{ ID int64 }
	s.eventually("a ticket can be made again", func() bool {
		a := s.do("POST", "/tickets", map[string]any{"subject": "zzafter", "channel": "phone"}, "Idempotency-Key", "after")
		return a.status == http.StatusCreated && json.Unmarshal(a.body, &after) == nil
	})
	back := time.Now()
	seen := false
	for deadline := time.After(20 * time.Second); !seen; {
		select {
		case line := <-page:
			if strings.Contains(line, "session.ended") {
				t.Fatal("the page was sent away: ", line)
			}
			seen = strings.Contains(line, "zzafter")
		case <-deadline:
			t.Fatalf("the page does not see the ticket\n%s", s.said())
		}
	}
	s.eventually("the search finds it", func() bool {
		var found struct{ Items []json.RawMessage }
		a := s.do("GET", "/search?q=zzafter&in=tickets", nil)
		return json.Unmarshal(a.body, &found) == nil && len(found.Items) == 1
	})
	mail := "From: Li <li@customer.example>\r\nTo: service@heed.example\r\nSubject: zzmail\r\nMessage-ID: <after@customer.example>\r\n\r\nhello\r\n"
	if out, code := call(t, mail, "mail", "deliver", "--data", data, "--db", pg.URL, "--mailbox", "service@heed.example"); code != 0 {
		t.Fatal(code, out)
	}
	s.eventually("mail becomes a ticket", func() bool {
		return strings.Contains(string(s.do("GET", "/tickets?view=open", nil).body), "zzmail")
	})
	t.Logf("everything went on %s after the first answer", time.Since(back).Round(time.Millisecond))
	if code := s.stop(); code != 0 {
		t.Fatalf("ended with %d\n%s", code, s.said())
	}
}

// raw asks beside the API.
func (s *server) raw(path string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	return answer{status: res.StatusCode}
}
