package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// reps is how many people work at once on the filled database.
const reps = 20

// mass measures the desk on a database of a firm that has run for years.
func mass(ctx context.Context, r *report, bin, database, keep string, tickets int, load time.Duration) error {
	dir := keep
	if dir == "" {
		made, err := os.MkdirTemp("", "heedbench")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(made) }()
		dir = made
	}
	s := &server{bin: bin, dir: dir, db: database}
	cookies, again, err := s.begin(ctx, r)
	if err == nil && !again {
		err = s.filled(ctx, r, sizeOf(tickets))
	}
	if err == nil {
		err = s.work(ctx, r, cookies, sizeOf(tickets), load)
	}
	if err == nil {
		err = s.memoryAfter(ctx, r)
	}
	return errorsJoin(err, s.stop())
}

// begin starts the server with an administrator and reps. again: the folder
// holds what an earlier run has filled.
func (s *server) begin(ctx context.Context, r *report) (cookies []string, again bool, err error) {
	if _, err := os.Stat(filepath.Join(s.dir, "data")); err == nil {
		again = true
		if err := s.newToken(ctx); err != nil {
			return nil, again, err
		}
		if _, err := s.start(ctx); err != nil {
			return nil, again, err
		}
	} else if err := s.startTimes(ctx, r); err != nil {
		return nil, again, err
	}
	cookies, err = s.agents(ctx, reps)
	return cookies, again, err
}

// filled fills the database while the server is away, and has the doctor count.
func (s *server) filled(ctx context.Context, r *report, sz size) error {
	var teams, agents []int64
	for i := range 4 {
		var t struct{ ID int64 }
		if err := s.call(ctx, client(1), http.MethodPost, "/teams", s.token, map[string]any{"name": fmt.Sprintf("Team %d", i), "member_ids": []int64{}}, &t); err != nil {
			return err
		}
		teams = append(teams, t.ID)
	}
	var people struct{ Items []struct{ ID int64 } }
	if err := s.call(ctx, client(1), http.MethodGet, "/agents?limit=200", s.token, nil, &people); err != nil {
		return err
	}
	for _, p := range people.Items {
		agents = append(agents, p.ID)
	}
	if err := s.stop(); err != nil {
		return err
	}
	begin := time.Now()
	if err := fill(ctx, s.urlOf(), sz, agents, teams, func(f string, v ...any) { fmt.Fprintf(os.Stderr, f+"\n", v...) }); err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	r.add(fmt.Sprintf("filled with %d tickets, %d messages", sz.Tickets, sz.Messages), time.Since(begin).Seconds(), "s", "")
	took, err := s.start(ctx)
	if err != nil {
		return err
	}
	r.add("start on the filled database, ready after", ms(took), "ms", "")
	begin = time.Now()
	if err := s.articles(ctx, sz.Articles); err != nil {
		return err
	}
	r.add(fmt.Sprintf("published %d articles through the API", sz.Articles), time.Since(begin).Seconds(), "s", "")
	out, _ := exec.CommandContext(ctx, s.bin, s.args("doctor")...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "counts of the views") || strings.Contains(line, "follower") {
			fmt.Fprint(os.Stderr, line)
		}
	}
	return nil
}

// articles writes and publishes articles, each in one language.
func (s *server) articles(ctx context.Context, n int) error {
	const writers = 4
	c := client(writers)
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(uint64(i), 13))       //nolint:gosec // the same each time
			w := newWords(rand.New(rand.NewPCG(20260302, 7))) //nolint:gosec // the words of the filled rows
			for range n / writers {
				if errs[i] = s.article(ctx, c, w, rnd); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errorsJoin(errs...)
}

func (s *server) article(ctx context.Context, c *http.Client, w *words, rnd *rand.Rand) error {
	var made struct{ ID int64 }
	err := s.call(ctx, c, http.MethodPost, "/articles", s.token, map[string]any{
		"kind": pick(rnd, []string{"question", "policy", "process", "product"}), "audience": "public", "topic": w.line(rnd, 1, 2),
		"draft": map[string]any{"texts": []map[string]any{{
			"locale": pick(rnd, []string{"zh-CN", "en"}), "title": w.line(rnd, 3, 7), "summary": w.line(rnd, 6, 12),
			"answer": "<p>" + w.line(rnd, 15, 40) + "</p>", "body": "<p>" + w.line(rnd, 60, 150) + "</p>",
		}}},
	}, &made)
	if err != nil {
		return err
	}
	return s.call(ctx, c, http.MethodPost, fmt.Sprintf("/articles/%d/publish", made.ID), s.token, map[string]any{}, nil)
}

// task is one thing that a rep does, as the pages do it.
type task struct {
	name  string
	paths func(r *rand.Rand) []string
}

func (s *server) tasks(sz size) []task {
	ticket := func(r *rand.Rand) int64 { return 1 + r.Int64N(int64(sz.Tickets)) }
	person := func(r *rand.Rand) int64 { return int64(sz.Organizations) + 1 + r.Int64N(int64(sz.Persons)) }
	w := newWords(rand.New(rand.NewPCG(20260302, 7))) //nolint:gosec // the words of the filled rows
	views := []string{"all", "unassigned", "mine"}
	return []task{
		{"look up a caller by phone", func(r *rand.Rand) []string {
			return []string{fmt.Sprintf("/lookup?phone=%s", url.QueryEscape(fmt.Sprintf("138%08d", person(r))))}
		}},
		{"look up by name, pinyin or number", func(r *rand.Rand) []string {
			q := []string{fmt.Sprintf("C-%d", person(r)+1000), w.person(r), pick(r, strings.Fields("wang lihua zhangwei wxm chenjing zhaolei"))}[r.IntN(3)]
			return []string{"/lookup?q=" + url.QueryEscape(q)}
		}},
		{"page of the inbox", func(r *rand.Rand) []string {
			return []string{"/tickets?limit=50&view=" + pick(r, views), "/views"}
		}},
		{"page of a ticket", func(r *rand.Rand) []string {
			id := ticket(r)
			return []string{fmt.Sprintf("/tickets/%d", id), fmt.Sprintf("/tickets/%d/messages?limit=50", id), fmt.Sprintf("/tickets/%d/timeline", id)}
		}},
		{"suggestions beside a ticket", func(r *rand.Rand) []string { return []string{fmt.Sprintf("/tickets/%d/suggestions", ticket(r))} }},
		{"search in the articles", func(r *rand.Rand) []string {
			return []string{"/articles/search?locale=zh-CN&q=" + url.QueryEscape(w.line(r, 1, 4))}
		}},
		{"search, two words", func(r *rand.Rand) []string {
			return []string{"/search?q=" + url.QueryEscape(w.one(r)+" "+w.one(r))}
		}},
		{"search, one part number", func(r *rand.Rand) []string {
			n := r.IntN(3000)
			return []string{"/search?q=" + url.QueryEscape(fmt.Sprintf("%c%c-%d", 'A'+rune(n%26), 'A'+rune(n/26%26), 1000+n))}
		}},
		{"register a request", nil},
	}
}

// work has the reps work: each does something, waits as people do (a tenth of
// their pace, so ten times the load), and does the next thing.
func (s *server) work(ctx context.Context, r *report, cookies []string, sz size, load time.Duration) error {
	tasks := s.tasks(sz)
	took := make([][][]time.Duration, reps)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	end := time.Now().Add(load)
	for i := range reps {
		took[i] = make([][]time.Duration, len(tasks))
		wg.Go(func() {
			c, rnd := client(4), rand.New(rand.NewPCG(uint64(i), 11)) //nolint:gosec // repeatable
			for n := 0; time.Now().Before(end) && ctx.Err() == nil; n++ {
				k := (n + i) % len(tasks)
				begin := time.Now()
				if err := s.do(ctx, c, cookies[i], tasks[k], rnd, sz); err != nil {
					cancel(fmt.Errorf("%s: %w", tasks[k].name, err))
					return
				}
				if n >= len(tasks) { // the first round warms up
					took[i][k] = append(took[i][k], time.Since(begin))
				}
				time.Sleep(time.Duration(200+rnd.IntN(400)) * time.Millisecond)
			}
		})
	}
	wg.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	for k, t := range tasks {
		var all []time.Duration
		for i := range reps {
			all = append(all, took[i][k]...)
		}
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		r.add(t.name+", p50", ms(all[len(all)/2]), "ms", "")
		r.add(fmt.Sprintf("  p99 of %d", len(all)), ms(all[len(all)*99/100]), "ms", "< 50")
	}
	return nil
}

func (s *server) do(ctx context.Context, c *http.Client, cookie string, t task, rnd *rand.Rand, sz size) error {
	if t.paths == nil {
		return s.call(ctx, c, http.MethodPost, "/tickets", s.token, s.newTicket(1+rnd.Int64N(int64(sz.Persons)), rnd.Int64()), nil)
	}
	for _, path := range t.paths(rnd) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1"+path, nil)
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(strings.SplitN(cookie, ";", 2)[0], "=")
		req.AddCookie(&http.Cookie{Name: name, Value: value})
		res, err := c.Do(req)
		if err != nil {
			return err
		}
		b, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			return err
		}
		if res.StatusCode >= 300 {
			return fmt.Errorf("%s: %s: %s", path, res.Status, b)
		}
	}
	return nil
}
