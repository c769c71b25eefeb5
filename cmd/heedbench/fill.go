package main

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"heed/internal/people/customer"
	"heed/internal/people/identity"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// size is how much a filled database holds. The same size gives the same rows.
type size struct {
	Organizations, Persons, Tickets, Messages, Articles int
}

// sizeOf keeps the proportions of a firm that has run for years: for a million
// tickets three million messages, 200,000 customers and 5,000 articles.
func sizeOf(tickets int) size {
	return size{Organizations: tickets / 50, Persons: tickets * 9 / 50, Tickets: tickets, Messages: 3 * tickets, Articles: tickets / 200}
}

// filler writes rows past the services, a few hundred in one statement: through
// them a million tickets would take an hour. That what it writes is what they
// would have written is checked afterwards with `heed doctor`, which recounts.
type filler struct {
	db     *db.DB
	rnd    *rand.Rand
	size   size
	agents []int64
	teams  []int64
	from   time.Time
	words  *words
	pos    int64
	counts map[counted]int64
	log    func(format string, args ...any)
}

type counted struct {
	team, owner int64
	status      string
	shard       int64
}

// fill makes the rows in the database at url, whose schema is up to date and
// which has the agents and teams named.
func fill(ctx context.Context, url string, sz size, agents, teams []int64, progress func(string, ...any)) error {
	d, err := db.Open(ctx, db.Options{URL: url, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	f := &filler{
		db: d, rnd: rand.New(rand.NewPCG(20260302, 7)), size: sz, agents: agents, teams: teams, //nolint:gosec // must be the same each time
		from: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), counts: map[counted]int64{}, log: progress,
	}
	f.words = newWords(f.rnd)
	return errorsJoin(f.run(ctx), d.Close())
}

func (f *filler) run(ctx context.Context) error {
	if used, err := db.One[int64](ctx, f.db, "SELECT COALESCE(MAX(id), 0) FROM ticket"); err != nil || used > 0 {
		return errorsJoin(err, fmt.Errorf("the database has tickets already"))
	}
	var err error
	if f.pos, err = db.One[int64](ctx, f.db, "SELECT COALESCE(MAX(id), 0) FROM journal"); err != nil {
		return err
	}
	again, err := f.dropIndexes(ctx)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{f.customers, f.tickets, f.counters, again, f.settle} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// filled are the tables whose indexes are made after the rows, which is many
// times faster.
const filled = `'ticket', 'message', 'journal', 'customer', 'customer_identity', 'customer_affiliation', 'customer_token', 'ticket_tag',
	'search_ticket', 'search_message', 'search_customer'`

// dropIndexes gives what makes the dropped ones again.
func (f *filler) dropIndexes(ctx context.Context) (func(context.Context) error, error) {
	list := "SELECT name, sql AS made FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (" + filled + ")"
	if f.db.Postgres() {
		list = `SELECT indexname AS name, indexdef AS made FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN (` + filled + `)
			AND indexname NOT IN (SELECT conname FROM pg_constraint)`
	}
	type index struct {
		Name string `db:"name"`
		Made string `db:"made"`
	}
	indexes, err := db.All[index](ctx, f.db, list)
	if err != nil {
		return nil, err
	}
	each := func(ctx context.Context, text func(index) string) error {
		for _, ix := range indexes {
			begin := time.Now()
			if err := f.db.Write(ctx, func(ctx context.Context) error {
				if f.db.Postgres() {
					if _, err := db.Exec(ctx, f.db, "SET LOCAL maintenance_work_mem = '1GB'"); err != nil {
						return err
					}
				}
				_, err := db.Exec(ctx, f.db, text(ix))
				return err
			}); err != nil {
				return fmt.Errorf("%s: %w", ix.Name, err)
			}
			if took := time.Since(begin); took > 10*time.Second {
				f.log("index %s %.0f s", ix.Name, took.Seconds())
			}
		}
		return nil
	}
	again := func(ctx context.Context) error { return each(ctx, func(ix index) string { return ix.Made }) }
	return again, each(ctx, func(ix index) string { return "DROP INDEX " + ix.Name })
}

// batch is how many things are written in one transaction.
const batch = 5000

// inBatches calls one for 1 … n and writes what it added to rows.
func (f *filler) inBatches(ctx context.Context, what string, n int, one func(id int64, w *writer)) error {
	begin := time.Now()
	for at := 0; at < n; at += batch {
		w := &writer{tables: map[string]*rows{}}
		for i := at; i < min(at+batch, n); i++ {
			one(int64(i+1), w)
		}
		if err := f.db.Write(ctx, func(ctx context.Context) error { return w.flush(ctx, f.db) }); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		if (at/batch)%20 == 19 {
			f.log("%s %d of %d, %.0f s", what, at+batch, n, time.Since(begin).Seconds())
		}
	}
	return nil
}

// writer collects rows by table.
type writer struct {
	order  []string
	tables map[string]*rows
}

type rows struct {
	width int
	args  []any
}

// add takes a row; head is the table with its columns.
func (w *writer) add(head string, values ...any) {
	t := w.tables[head]
	if t == nil {
		t = &rows{width: len(values)}
		w.tables[head] = t
		w.order = append(w.order, head)
	}
	t.args = append(t.args, values...)
}

// argsMost is how many values go into a statement. PostgreSQL takes 65,535, and
// gains by each trip saved; SQLite's driver needs time by the square of them.
func argsMost(d *db.DB) int {
	if d.Postgres() {
		return 15_000
	}
	return 60
}

func (w *writer) flush(ctx context.Context, d *db.DB) error {
	for _, head := range w.order {
		t := w.tables[head]
		one := "(" + strings.TrimSuffix(strings.Repeat("?, ", t.width), ", ") + "), "
		step := max(1, argsMost(d)/t.width) * t.width
		if strings.Contains(head, "rowid") {
			step = t.width // FTS5 writes its index out before each statement of several rows
		}
		for at := 0; at < len(t.args); at += step {
			part := t.args[at:min(at+step, len(t.args))]
			q := "INSERT INTO " + head + " VALUES " + strings.TrimSuffix(strings.Repeat(one, len(part)/t.width), ", ")
			if _, err := db.Exec(ctx, d, q, part...); err != nil {
				return fmt.Errorf("%s: %w", head, err)
			}
		}
	}
	return nil
}

func (f *filler) index(w *writer, table string, id int64, words string) {
	if f.db.Postgres() {
		w.add("search_"+table+" (id, tokens)", id, text.TSVector(words))
		return
	}
	w.add("search_"+table+" (rowid, body)", id, text.IndexText(words))
}

func (f *filler) event(w *writer, at time.Time, kind, about string, id, customer int64, agent int64, data string) {
	f.pos++
	who, name := "agent", fmt.Sprintf("Rep %d", agent)
	if agent == 0 {
		who, name = "system", ""
	}
	w.add("journal (id, at, actor_kind, actor_id, actor_name, kind, about_kind, about_id, customer_id, data, pos)",
		f.pos, at, who, agent, name, kind, about, id, customer, data, f.pos)
}

func (f *filler) customers(ctx context.Context) error {
	n := f.size.Organizations + f.size.Persons
	return f.inBatches(ctx, "customers", n, func(id int64, w *writer) {
		organization := id <= int64(f.size.Organizations)
		name, kind, people := f.words.person(f.rnd), "person", int64(0)
		if organization {
			name, kind, people = f.words.firm(f.rnd), "organization", int64(f.size.Persons/f.size.Organizations)
		}
		at := f.from.Add(time.Duration(id) * time.Minute)
		w.add("customer (id, kind, name, name_sort, salutation, locale, zone, notes, people_count, created_at, updated_at, version)",
			id, kind, name, sortOf(name), "", "zh-CN", "Asia/Shanghai", "", people, at, at, int64(1))
		mail, phone := fmt.Sprintf("c%d@mail%d.example", id, id%997), identity.ParsePhone(fmt.Sprintf("+86138%08d", id))
		w.add("customer_identity (customer_id, kind, value, reversed, label)", id, "email", mail, "", "")
		w.add("customer_identity (customer_id, kind, value, reversed, label)", id, "phone", phone.String(), phone.Reversed(), "")
		if !organization {
			w.add("customer_affiliation (person_id, organization_id, title)", id, f.homeOf(id), "")
		}
		tokens := append(strings.Fields(text.NameIndex(name)), text.Tokens(mail)...)
		slices.Sort(tokens)
		for _, t := range slices.Compact(tokens) {
			w.add("customer_token (token, customer_id)", t, id)
		}
		f.index(w, "customer", id, strings.Join([]string{name, text.Pinyin(name), text.Initials(name), customer.NumberOf(id), mail, phone.String()}, " | "))
		f.event(w, at, "customer.created", "customer", id, id, 0, `{}`)
	})
}

func (f *filler) homeOf(person int64) int64 { return person%int64(f.size.Organizations) + 1 }

func sortOf(name string) string {
	if s := text.Pinyin(name); s != "" {
		return s
	}
	return text.Fold(name)
}

// openMost is about how many tickets are still open: a firm of 20 reps has some
// thousands, whatever it has done before.
const openMost = 6000

func (f *filler) tickets(ctx context.Context) error {
	total := f.size.Tickets
	step := 2 * 365 * 24 * time.Hour / time.Duration(total)
	message := int64(0)
	return f.inBatches(ctx, "tickets", total, func(id int64, w *writer) {
		at := f.from.Add(time.Duration(id) * step)
		person := int64(f.size.Organizations) + 1 + f.rnd.Int64N(int64(f.size.Persons))
		subject := f.words.line(f.rnd, 4, 9)
		open := int(id) > total-openMost && f.rnd.IntN(2) == 0 || f.rnd.IntN(total) < 500
		status, shelf, owner := "closed", 2, f.agents[f.rnd.IntN(len(f.agents))]
		if open {
			status, shelf = []string{"new", "assigned", "in_progress", "waiting_customer"}[f.rnd.IntN(4)], 0
		}
		if status == "new" {
			owner = 0
		}
		team := f.teams[f.rnd.IntN(len(f.teams))]
		result, solved := "", time.Time{}
		if !open {
			result, solved = "solved_answered", at.Add(time.Hour)
		}
		rank := f.rnd.IntN(4)
		preview := f.words.line(f.rnd, 6, 12)
		w.add(`ticket (id, subject, status, rank, channel, shelf, customer_id, organization_id, team_id, owner_id, mailbox_id, tags,
			result_code, result_text, snoozed_until, preview, last_by, last_message_at, message_count, incoming_count, begun,
			created_by_kind, created_by_id, created_by_name, creator_id, created_at, updated_at, solved_at, closed_at, version)`,
			id, subject, status, int64(rank), "email", int64(shelf), person, f.homeOf(person), team, owner, int64(0), "[]",
			result, "", int64(0), preview, "customer", at, int64(3), int64(2), status != "new" && status != "assigned",
			"system", int64(0), "", int64(0), at, at.Add(time.Hour), micro(solved), micro(solved), int64(5))
		f.index(w, "ticket", id, fmt.Sprintf("%s | %d", subject, id+10000))
		f.counts[counted{team, owner, status, id % 8}]++
		f.event(w, at, "ticket.created", "ticket", id, person, 0, `{"channel":"email","status":"new"}`)
		for n := range 3 {
			message++
			f.say(w, message, id, person, at.Add(time.Duration(n)*20*time.Minute), n, owner)
		}
		if !open {
			f.event(w, solved, "ticket.status_changed", "ticket", id, person, owner, `{"from":"in_progress","to":"closed","result_code":"solved_answered"}`)
		}
	})
}

func (f *filler) say(w *writer, id, ticket, person int64, at time.Time, n int, owner int64) {
	kind, by, who, state, name := "incoming", "customer", person, "received", "Customer"
	if n == 1 && owner != 0 {
		kind, by, who, state, name = "reply", "agent", owner, "sent", fmt.Sprintf("Rep %d", owner)
	}
	body := f.words.line(f.rnd, 15, 45)
	w.add(`message (id, ticket_id, kind, channel, author_kind, author_id, author_name, sender, answer_to, recipients, copies, subject,
		body_text, body_html, quoted_text, quoted_html, quoted, html_mail, blocked, original_key, lang, automatic, state, error_key,
		error_detail, client_key, created_at, sent_at)`,
		id, ticket, kind, "email", by, who, name, "", "[]", "[]", "[]", "", body, "<p>"+body+"</p>", "", "", false, false, int64(0), "",
		"zh", false, state, "", "", "", at, at)
	f.index(w, "message", id, body)
	eventKind := "message.received"
	if kind == "reply" {
		eventKind = "message.queued"
	}
	f.event(w, at, eventKind, "ticket", ticket, person, owner, fmt.Sprintf(`{"message_id":%d}`, id))
}

func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func (f *filler) counters(ctx context.Context) error {
	w := &writer{tables: map[string]*rows{}}
	for k, n := range f.counts {
		w.add("ticket_counter (team_id, owner_id, status, snoozed, shard, n)", k.team, k.owner, k.status, false, k.shard, n)
	}
	return f.db.Write(ctx, func(ctx context.Context) error { return w.flush(ctx, f.db) })
}

// settle puts every follower at the end, moves PostgreSQL's sequences past the
// rows and gathers the statistics that the planner chooses by.
func (f *filler) settle(ctx context.Context) error {
	err := f.db.Write(ctx, func(ctx context.Context) error {
		if _, err := db.Exec(ctx, f.db, "UPDATE journal_follower SET pos = ?", f.pos); err != nil {
			return err
		}
		if !f.db.Postgres() {
			return nil
		}
		for _, table := range []string{"customer", "customer_identity", "customer_affiliation", "ticket", "message", "journal"} {
			q := "SELECT setval(pg_get_serial_sequence('" + table + "', 'id'), (SELECT MAX(id) FROM " + table + "))"
			if _, err := db.One[int64](ctx, f.db, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return f.db.Write(ctx, func(ctx context.Context) error {
		_, err := db.Exec(ctx, f.db, "ANALYZE")
		return err
	})
}

// urlOf is the address of the database that the server with a folder uses.
func (s *server) urlOf() string {
	if s.db != "" {
		return s.db
	}
	return "sqlite:" + filepath.Join(s.dir, "data", "heed.db")
}
