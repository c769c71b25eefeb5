package live_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/rest"
)

type world struct {
	d   *db.DB
	j   *journal.Journal
	hub *live.Hub
	url string

	mu       sync.Mutex
	disabled map[int64]bool
	away     bool // the database does not answer
}

// Agent 1 sees everything, agent 2 only even things.
func start(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, disabled: map[int64]bool{}}
	log := slog.New(slog.DiscardHandler)
	w.j = journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: log})
	w.hub = live.NewHub(live.Deps{
		Journal: w.j, Clock: clock.System{}, Log: log,
		Actor: func(_ context.Context, id int64) (actor.Actor, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if w.away {
				return actor.Actor{}, fault.Unavailable("db.unavailable")
			}
			if w.disabled[id] {
				return actor.Actor{}, fault.Unauthenticated("unauthenticated")
			}
			return actor.Actor{Kind: actor.Agent, ID: id}, nil
		},
		Render: func(_ context.Context, e event.Event, viewers []actor.Actor) (map[int64]any, error) {
			out := map[int64]any{}
			for _, v := range viewers {
				if v.ID == 1 || e.About.ID%2 == 0 {
					out[v.ID] = map[string]any{"id": e.About.ID}
				}
			}
			return out, nil
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { w.j.Run(ctx) })
	wg.Go(func() { w.hub.Run(ctx) })
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		id := int64(1)
		if req.URL.Query().Get("agent") == "2" {
			id = 2
		}
		w.hub.Serve(rw, req.WithContext(actor.With(req.Context(), actor.Actor{Kind: actor.Agent, ID: id})))
	}))
	t.Cleanup(func() { cancel(); srv.CloseClientConnections(); srv.Close(); wg.Wait() })
	w.url = srv.URL
	return w
}

func (w *world) happen(t *testing.T, ids ...int64) {
	t.Helper()
	err := w.d.Write(t.Context(), func(ctx context.Context) error {
		for _, id := range ids {
			if err := w.j.Record(ctx, event.New{Kind: "thing.made", About: event.Ref{Kind: "thing", ID: id}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// stream opens a page and gives its messages as "event id data".
func (w *world) stream(t *testing.T, query string) (<-chan string, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	out := make(chan string, 10000)
	go func() {
		defer res.Body.Close()
		defer close(out)
		var name, id, data string
		for s := bufio.NewScanner(res.Body); s.Scan(); {
			switch k, v, _ := strings.Cut(s.Text(), ": "); k {
			case "event":
				name = v
			case "id":
				id = v
			case "data":
				data = v
			case "":
				if name != "" {
					out <- strings.TrimSpace(name + " " + id + " " + data)
				}
				name, id, data = "", "", ""
			}
		}
	}()
	t.Cleanup(cancel)
	return out, cancel
}

func next(t *testing.T, c <-chan string) string {
	t.Helper()
	select {
	case s := <-c:
		return s
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
		return ""
	}
}

func expect(t *testing.T, c <-chan string, want ...string) {
	t.Helper()
	for _, w := range want {
		if got := next(t, c); !strings.HasPrefix(got, w) {
			t.Fatalf("got %q, want %q", got, w)
		}
	}
}

func TestAPageSeesWhatItMayAndResumesWithoutAGap(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, journal.Migrations(), func(t *testing.T, d *db.DB) {
		w := start(t, d)
		one, closeOne := w.stream(t, "?since=0")
		two, _ := w.stream(t, "?agent=2&since=0")
		expect(t, one, "hello")
		expect(t, two, "hello")
		w.happen(t, 1, 2)
		expect(t, one, `change 1 {"id":1}`, `change 2 {"id":2}`)
		expect(t, two, `change 2 {"id":2}`)
		closeOne()
		w.happen(t, 3)
		w.happen(t, 4, 6)
		expect(t, two, `change 4 {"id":4}`, `change 5 {"id":6}`)
		back, _ := w.stream(t, "?since=2")
		expect(t, back, "hello", `change 3 {"id":3}`, `change 4 {"id":4}`, `change 5 {"id":6}`)
		w.happen(t, 8)
		expect(t, back, `change 6 {"id":8}`)
	})
}

func TestNoEventIsLostOrDoubledWhilePagesComeAndGo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, journal.Migrations(), func(t *testing.T, d *db.DB) {
		w := start(t, d)
		const n = 200
		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range n {
				w.happen(t, int64(i+1))
			}
		})
		last := 0
		for last < n {
			c, stop := w.stream(t, fmt.Sprintf("?since=%d", last))
			expect(t, c, "hello")
			for range 17 {
				if last == n {
					break
				}
				last++
				expect(t, c, fmt.Sprintf("change %d ", last))
			}
			stop()
		}
		wg.Wait()
	})
}

func TestAPageThatWasAwayTooLongReadsAnew(t *testing.T) {
	t.Parallel()
	w := start(t, dbtest.New(t, "sqlite", journal.Migrations()))
	c, _ := w.stream(t, "?since=99")
	expect(t, c, "hello", "reset")
	c, _ = w.stream(t, "?since=0")
	ids := make([]int64, 1200)
	w.happen(t, ids...)
	expect(t, c, "hello")
	for i := range ids {
		expect(t, c, fmt.Sprintf("change %d ", i+1))
	}
	c, _ = w.stream(t, "?since=1")
	expect(t, c, "hello", "reset")
}

func TestPresenceAndEndOfSession(t *testing.T) {
	t.Parallel()
	w := start(t, dbtest.New(t, "sqlite", journal.Migrations()))
	c, _ := w.stream(t, "?since=0")
	expect(t, c, "hello")
	w.hub.Enter("ticket:1", actor.Actor{ID: 2, Name: "Bo"}, "viewing")
	w.hub.Enter("ticket:1", actor.Actor{ID: 1, Name: "Al"}, "replying")
	if p := w.hub.Present("ticket:1"); len(p) != 2 || p[0].Name != "Al" || p[0].Doing != "replying" {
		t.Fatalf("%+v", p)
	}
	w.hub.Leave("ticket:1", 1)
	if p := w.hub.Present("ticket:1"); len(p) != 1 {
		t.Fatalf("%+v", p)
	}
	w.hub.SendTo(1, "counters", map[string]int{"mine": 3})
	expect(t, c, `counters  {"mine":3}`)
	w.hub.End(1, 0)
	expect(t, c, "session")
	if _, open := <-c; open {
		t.Fatal("the page stayed open")
	}
	c, _ = w.stream(t, "?since=0")
	expect(t, c, "hello")
	w.mu.Lock()
	w.disabled[1] = true
	w.mu.Unlock()
	w.happen(t, 1)
	expect(t, c, "session")
}

func (w *world) setAway(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = away
}

// A database that does not answer for a while must not send people to the
// sign-in page, nor cost them an event.
func TestAPageOutlivesALostDatabase(t *testing.T) {
	t.Parallel()
	w := start(t, dbtest.New(t, "sqlite", journal.Migrations()))
	c, _ := w.stream(t, "?since=0")
	expect(t, c, "hello")
	w.setAway(true)
	w.happen(t, 1)
	w.hub.SendTo(1, "mark", 1)
	expect(t, c, "mark")
	if got := w.hub.Viewers(t.Context()); len(got) != 0 {
		t.Fatal(got)
	}
	w.setAway(false)
	expect(t, c, `change 1 {"id":1}`)
}

func TestNoPageStaysOpenWhenTheServerEnds(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, "sqlite", journal.Migrations())
	w := start(t, d)
	ended, end := context.WithCancel(t.Context())
	end()
	w.hub.Run(ended) // as at the end of the program
	c, _ := w.stream(t, "?since=0")
	expect(t, c, "hello")
	if got, open := <-c; open {
		t.Fatal("the page stayed open: ", got)
	}
}

type keys struct {
	mu   sync.Mutex
	good bool
}

func (k *keys) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (k *keys) Token(context.Context, string) (actor.Actor, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.good {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	return actor.Actor{Kind: actor.Agent, ID: 1}, nil
}

// Whoever has lost his token must not go on reading over the page he has open.
func TestAPageEndsWithItsToken(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t, "sqlite", append(journal.Migrations(), rest.Migrations()...))
	log := slog.New(slog.DiscardHandler)
	j := journal.New(journal.Deps{DB: d, Clock: clock.System{}, Log: log})
	k := &keys{good: true}
	hub := live.NewHub(live.Deps{
		Journal: j, Clock: clock.System{}, Log: log, Recheck: 20 * time.Millisecond,
		Actor: func(ctx context.Context, _ int64) (actor.Actor, error) { return k.Token(ctx, "") },
	})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { hub.Run(ctx) })
	router := rest.NewRouter(rest.Deps{DB: d, Auth: k, Clock: clock.System{}, Log: log})
	rest.Raw(router, http.MethodGet, "/events", rest.Op{}, hub.Serve)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		req.Header.Set("Authorization", "Bearer key")
		router.ServeHTTP(rw, req)
	}))
	t.Cleanup(func() { cancel(); srv.CloseClientConnections(); srv.Close(); wg.Wait() })
	w := &world{url: srv.URL}
	c, _ := w.stream(t, "/events")
	expect(t, c, "hello")
	k.mu.Lock()
	k.good = false
	k.mu.Unlock()
	expect(t, c, "session")
	if got, open := <-c; open {
		t.Fatal("the page stayed open: ", got)
	}
}
