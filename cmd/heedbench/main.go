// Command heedbench measures what docs/performance.md reports: it starts the
// built heed on a temporary folder, speaks only its public API on loopback, and
// prints a table; -json also writes the figures to a file. Every run is bounded
// in count and time and ends what it started.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"text/tabwriter"
	"time"
)

// result is one measured figure.
type result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Aim   string  `json:"aim,omitempty"`
}

type report struct {
	At      time.Time `json:"at"`
	Go      string    `json:"go"`
	Cores   int       `json:"cores"`
	Engine  string    `json:"engine"`
	Results []result  `json:"results"`
}

func (r *report) add(name string, value float64, unit, aim string) {
	r.Results = append(r.Results, result{name, value, unit, aim})
	fmt.Fprintf(os.Stderr, "%-52s %10.2f %s\n", name, value, unit)
}

func main() {
	bin := flag.String("bin", "bin/heed", "the program to measure")
	database := flag.String("db", "", "a postgres:// address of an empty database; SQLite if empty")
	out := flag.String("json", "build/bench.json", "where the figures go as JSON")
	seconds := flag.Int("seconds", 6, "how long each load runs")
	pages := flag.Int("pages", 200, "how many pages are connected")
	tickets := flag.Int("tickets", 0, "measure the desk on a database filled with so many tickets instead (a million takes some minutes)")
	rows := flag.Int("import", 0, "measure the import of so many customers instead")
	keep := flag.String("keep", "", "the folder in which the filled database stays, and is used again")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, time.Hour)
	defer cancel()
	r := &report{At: time.Now().UTC(), Go: runtime.Version(), Cores: runtime.NumCPU(), Engine: "sqlite"}
	if *database != "" {
		r.Engine = "postgres"
	}
	run := func() error { return measure(ctx, r, *bin, *database, time.Duration(*seconds)*time.Second, *pages) }
	if *tickets > 0 {
		run = func() error {
			return mass(ctx, r, *bin, *database, *keep, *tickets, 5*time.Duration(*seconds)*time.Second)
		}
	}
	if *rows > 0 {
		run = func() error { return imports(ctx, r, *bin, *database, *rows) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "heedbench:", err)
		os.Exit(1)
	}
	print(r)
	b, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(*out, append(b, '\n'), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "heedbench:", err)
		os.Exit(1)
	}
}

func print(r *report) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "engine %s, %d cores, %s\n\nfigure\tvalue\tunit\taim\n", r.Engine, r.Cores, r.Go)
	for _, x := range r.Results {
		fmt.Fprintf(w, "%s\t%.2f\t%s\t%s\n", x.Name, x.Value, x.Unit, x.Aim)
	}
	_ = w.Flush()
}

func measure(ctx context.Context, r *report, bin, database string, load time.Duration, pages int) error {
	dir, err := os.MkdirTemp("", "heedbench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s := &server{bin: bin, dir: dir, db: database}
	for _, step := range []func(context.Context, *report) error{
		s.startTimes,
		s.idleMemory,
		s.firstPage,
		func(ctx context.Context, r *report) error { return s.creates(ctx, r, load) },
		func(ctx context.Context, r *report) error { return s.delay(ctx, r, pages) },
		s.memoryAfter,
	} {
		if err := step(ctx, r); err != nil {
			return errorsJoin(err, s.stop())
		}
	}
	return s.stop()
}
