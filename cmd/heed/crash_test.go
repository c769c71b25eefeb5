package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
)

// Nothing acknowledged is lost, nothing is doubled, and every event has been
// followed exactly once, however often the program is killed.

func TestKilledWhile64Write_SQLite(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	killRounds(t, data, token, 50, "sqlite:"+data+"/heed.db")
}

func TestKilledWhile64Write_PostgreSQL(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	data, token := prepared(t, "--db", url)
	killRounds(t, data, token, 10, url, "--db", url)
}

// acked are the tickets that the server has acknowledged, by their key.
type acked struct {
	mu  sync.Mutex
	ids map[string]int64
}

func killRounds(t *testing.T, data, token string, rounds int, url string, more ...string) {
	s := start(t, data, more...)
	s.token = token
	done := acked{ids: map[string]int64{}}
	random := rand.New(rand.NewPCG(7, uint64(rounds)))
	for round := range rounds {
		ctx, cancel := context.WithCancel(t.Context())
		heard := make(chan struct{}, 2)
		var wg sync.WaitGroup
		for w := range 64 {
			wg.Go(func() { write(ctx, s, &done, heard, round, w) })
		}
		if round%2 == 1 { // a slow machine acknowledges nothing in so short a life
			for range cap(heard) {
				select {
				case <-heard:
				case <-time.After(time.Minute):
					t.Fatalf("nothing was acknowledged in a minute\n%s", s.said())
				}
			}
		}
		time.Sleep(time.Duration(20+random.IntN(120)) * time.Millisecond) // the moment of death is random
		s.kill()
		cancel()
		wg.Wait()
		s.up()
	}
	if len(done.ids) < rounds {
		t.Fatalf("only %d tickets were acknowledged in %d rounds: the test shows nothing", len(done.ids), rounds)
	}
	t.Logf("%d tickets acknowledged in %d rounds", len(done.ids), rounds)
	// A ticket made after the last round is in the index last.
	var last struct{ ID int64 }
	s.do("POST", "/tickets", map[string]any{"subject": "zzlast", "channel": "phone"}).into(t, &last)
	s.eventually("the last ticket is found by search", func() bool {
		var found struct{ Items []json.RawMessage }
		a := s.do("GET", "/search?q=zzlast&in=tickets", nil)
		return json.Unmarshal(a.body, &found) == nil && len(found.Items) == 1
	})
	d, err := db.Open(t.Context(), db.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s.eventually("the other followers have come as far", func() bool { return behind(t, d) == 0 })
	if code := s.stop(); code != 0 {
		t.Fatalf("ended with %d\n%s", code, s.said())
	}
	check(t, d, &done)
}

// write makes tickets with a key each until the server is gone, and notes which
// were acknowledged; heard is told of the first ones. An answer that was lost is asked for again with the same key.
func write(ctx context.Context, s *server, done *acked, heard chan<- struct{}, round, w int) {
	for i := 0; ctx.Err() == nil; i++ {
		key := fmt.Sprintf("r%d-w%d-%d", round, w, i)
		a, err := s.send(ctx, http.MethodPost, "/tickets", map[string]any{
			"subject": key, "channel": "phone", "message": map[string]any{"kind": "incoming", "text": "said " + key},
		}, "Idempotency-Key", key)
		if err != nil {
			return
		}
		var t struct{ ID int64 }
		if a.status != http.StatusCreated || json.Unmarshal(a.body, &t) != nil {
			return
		}
		done.mu.Lock()
		done.ids[key] = t.ID
		done.mu.Unlock()
		select {
		case heard <- struct{}{}:
		default: // enough was heard
		}
	}
}

type ticketRow struct {
	ID       int64  `db:"id"`
	Subject  string `db:"subject"`
	Messages int64  `db:"messages"`
	Created  int64  `db:"created"`
}

// behind counts the followers that have not followed everything.
func behind(t *testing.T, d *db.DB) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM journal_follower WHERE pos < (SELECT MAX(pos) FROM journal)")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func check(t *testing.T, d *db.DB, done *acked) {
	t.Helper()
	ctx := t.Context()
	rows, err := db.All[ticketRow](ctx, d, `SELECT t.id, t.subject, (SELECT COUNT(*) FROM message m WHERE m.ticket_id = t.id) AS messages,
		(SELECT COUNT(*) FROM journal j WHERE j.about_kind = 'ticket' AND j.about_id = t.id AND j.kind = 'ticket.created') AS created FROM ticket t`)
	if err != nil {
		t.Fatal(err)
	}
	bySubject := map[string]int64{}
	for _, r := range rows {
		if _, twice := bySubject[r.Subject]; twice {
			t.Errorf("ticket %s is there twice", r.Subject)
		}
		bySubject[r.Subject] = r.ID
		if r.Subject != "zzlast" && r.Messages != 1 || r.Created != 1 {
			t.Errorf("ticket %s has %d messages and %d events of its creation", r.Subject, r.Messages, r.Created)
		}
	}
	for key, id := range done.ids {
		if bySubject[key] != id {
			t.Errorf("acknowledged ticket %s (%d) is lost", key, id)
		}
	}
	if n := behind(t, d); n != 0 {
		t.Errorf("%d followers have not followed everything", n)
	}
	gaps, err := db.One[int64](ctx, d, "SELECT MAX(pos) - COUNT(*) FROM journal WHERE pos IS NOT NULL")
	if err != nil || gaps != 0 {
		t.Errorf("the journal has %d gaps (%v)", gaps, err)
	}
	counted, err := db.One[int64](ctx, d, "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM ticket_counter")
	if err != nil || counted != int64(len(rows)) {
		t.Errorf("the counters say %d, there are %d tickets (%v)", counted, len(rows), err)
	}
	if !d.Postgres() {
		if ok, err := db.One[string](ctx, d, "PRAGMA integrity_check"); err != nil || ok != "ok" {
			t.Error(ok, err)
		}
	}
}
