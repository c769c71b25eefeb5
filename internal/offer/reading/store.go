package reading

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the readings. In the column state of
// reading_for 0 is open, 1 done.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "reading", N: 1, SQL: `
CREATE TABLE reading (
	id $id, must $bool NOT NULL, source $text NOT NULL, source_id $int NOT NULL, version_id $int NOT NULL,
	titles $json NOT NULL, texts $json NOT NULL, topic $text NOT NULL, team_ids $json NOT NULL, quiz $json NOT NULL,
	due_at $time NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, created_at $time NOT NULL, closed_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE INDEX reading_source ON reading (source, source_id, id);
CREATE INDEX reading_due ON reading (due_at) WHERE closed_at = 0;
CREATE TABLE reading_for (
	reading_id $int NOT NULL, agent_id $int NOT NULL, state $int NOT NULL,
	read_at $time NOT NULL, done_at $time NOT NULL, tries $int NOT NULL, reminded_at $time NOT NULL,
	PRIMARY KEY (agent_id, reading_id)
) $end;
CREATE INDEX reading_for_open ON reading_for (agent_id, reading_id) WHERE state = 0;
CREATE INDEX reading_for_reading ON reading_for (reading_id, agent_id);
CREATE TABLE reading_card (agent_id $int NOT NULL, article_id $int NOT NULL, box $int NOT NULL, due_at $time NOT NULL, PRIMARY KEY (agent_id, article_id)) $end;
`}}
}

type row struct {
	ID        int64               `db:"id"`
	Must      bool                `db:"must"`
	Source    string              `db:"source"`
	SourceID  int64               `db:"source_id"`
	VersionID int64               `db:"version_id"`
	Titles    db.JSON[Words]      `db:"titles"`
	Texts     db.JSON[Words]      `db:"texts"`
	Topic     string              `db:"topic"`
	TeamIDs   db.JSON[[]int64]    `db:"team_ids"`
	Quiz      db.JSON[[]Question] `db:"quiz"`
	DueAt     moment              `db:"due_at"`
	ByID      int64               `db:"by_id"`
	ByName    string              `db:"by_name"`
	CreatedAt time.Time           `db:"created_at"`
	ClosedAt  moment              `db:"closed_at"`
	Version   int64               `db:"version"`
}

func (r row) reading() Reading {
	return Reading{
		r.ID, r.Must, r.Source, r.SourceID, r.VersionID, r.Titles.V, r.Texts.V, r.Topic, r.TeamIDs.V, r.Quiz.V,
		r.DueAt.time(), r.ByID, r.ByName, r.CreatedAt, r.ClosedAt.time(), r.Version,
	}
}

// moment is a time in a column, 0 for what has not happened.
type moment int64

func momentOf(t time.Time) moment {
	if t.IsZero() {
		return 0
	}
	return moment(t.UnixMicro())
}

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// state is how far one agent has come with one reading.
type state struct {
	ReadingID  int64  `db:"reading_id"`
	AgentID    int64  `db:"agent_id"`
	State      int64  `db:"state"`
	ReadAt     moment `db:"read_at"`
	DoneAt     moment `db:"done_at"`
	Tries      int64  `db:"tries"`
	RemindedAt moment `db:"reminded_at"`
}

func (s *Service) load(ctx context.Context, id int64) (Reading, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM reading WHERE id = ?", id)
	return r.reading(), err
}

func (s *Service) insert(ctx context.Context, r Reading) (int64, error) {
	return db.Insert(ctx, s.db, "reading", &row{
		Must: r.Must, Source: r.Source, SourceID: r.SourceID, VersionID: r.VersionID, Titles: db.JSON[Words]{V: r.Titles},
		Texts: db.JSON[Words]{V: r.Texts}, Topic: r.Topic, TeamIDs: db.JSON[[]int64]{V: r.TeamIDs}, Quiz: db.JSON[[]Question]{V: r.Quiz},
		DueAt: momentOf(r.DueAt), ByID: r.ByID, ByName: r.ByName, CreatedAt: r.CreatedAt, ClosedAt: momentOf(r.ClosedAt), Version: r.Version,
	})
}

// update stores a reading that was at version was.
func (s *Service) update(ctx context.Context, r Reading, was int64) error {
	n, err := db.Exec(ctx, s.db, "UPDATE reading SET titles = ?, texts = ?, quiz = ?, due_at = ?, closed_at = ?, version = ? WHERE id = ? AND version = ?",
		db.JSON[Words]{V: r.Titles}, db.JSON[Words]{V: r.Texts}, db.JSON[[]Question]{V: r.Quiz}, momentOf(r.DueAt), momentOf(r.ClosedAt), r.Version, r.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

// inForce lists the must-reads that are not closed, of one source if id is
// given, made since then.
func (s *Service) inForce(ctx context.Context, source string, id int64, since time.Time) ([]Reading, error) {
	q := db.New("SELECT "+db.Cols[row]()+" FROM reading WHERE closed_at = 0").
		If(source != "", "AND source = ? AND source_id = ?", source, id).
		If(!since.IsZero(), "AND created_at >= ?", since).Add("ORDER BY id LIMIT 500")
	rows, err := db.All[row](ctx, s.db, q.String(), q.Args()...)
	out := []Reading{}
	for _, r := range rows {
		if r.Must {
			out = append(out, r.reading())
		}
	}
	return out, err
}

// made tells whether there is a reading about this version of a source.
func (s *Service) made(ctx context.Context, source string, id, version int64) (bool, error) {
	_, err := db.One[int64](ctx, s.db, "SELECT id FROM reading WHERE source = ? AND source_id = ? AND version_id = ? LIMIT 1", source, id, version)
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// give makes a reading open for agents; who has it already keeps it as it is.
func (s *Service) give(ctx context.Context, reading int64, agents []int64) error {
	for _, a := range agents {
		if _, err := db.Exec(ctx, s.db, `INSERT INTO reading_for (reading_id, agent_id, state, read_at, done_at, tries, reminded_at)
			VALUES (?, ?, 0, 0, 0, 0, 0) ON CONFLICT (agent_id, reading_id) DO NOTHING`, reading, a); err != nil {
			return err
		}
	}
	return nil
}

// take removes an open reading from agents.
func (s *Service) take(ctx context.Context, reading int64, agents []int64) error {
	for _, a := range agents {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM reading_for WHERE agent_id = ? AND reading_id = ? AND state = 0", a, reading); err != nil {
			return err
		}
	}
	return nil
}

// takeAll removes a reading from everybody who has not done it.
func (s *Service) takeAll(ctx context.Context, reading int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM reading_for WHERE reading_id = ? AND state = 0", reading)
	return err
}

func (s *Service) states(ctx context.Context, reading int64) ([]state, error) {
	return db.All[state](ctx, s.db, "SELECT "+db.Cols[state]()+" FROM reading_for WHERE reading_id = ? ORDER BY agent_id", reading)
}

func (s *Service) stateOf(ctx context.Context, reading, agent int64) (state, error) {
	return db.One[state](ctx, s.db, "SELECT "+db.Cols[state]()+" FROM reading_for WHERE agent_id = ? AND reading_id = ?", agent, reading)
}

func (s *Service) saveState(ctx context.Context, st state) error {
	_, err := db.Exec(ctx, s.db, "UPDATE reading_for SET state = ?, read_at = ?, done_at = ?, tries = ?, reminded_at = ? WHERE agent_id = ? AND reading_id = ?",
		st.State, st.ReadAt, st.DoneAt, st.Tries, st.RemindedAt, st.AgentID, st.ReadingID)
	return err
}

// openMost bounds what is counted as unread: a badge that says 99+ says enough.
const openMost = 100

// counts tells how many readings are open for an agent, and how many of them
// must be read.
func (s *Service) counts(ctx context.Context, agent int64) (Unread, error) {
	must, err := db.All[bool](ctx, s.db, `SELECT r.must FROM reading_for AS f JOIN reading AS r ON r.id = f.reading_id
		WHERE f.agent_id = ? AND f.state = 0 ORDER BY f.reading_id DESC LIMIT ?`, agent, openMost)
	out := Unread{Count: len(must)}
	for _, m := range must {
		if m {
			out.Must++
		}
	}
	return out, err
}

// mine gives a page of an agent's readings: the open ones or those that are
// done, newest first.
func (s *Service) mine(ctx context.Context, agent int64, open bool, r page.Request) (page.Of[Mine], error) {
	before := int64(1) << 62
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Mine]{}, err
		}
	}
	q := db.New("SELECT "+db.Cols[state]()+" FROM reading_for WHERE agent_id = ?", agent)
	if open {
		q.Add("AND state = 0")
	} else {
		q.Add("AND state = 1")
	}
	q.Add("AND reading_id < ? ORDER BY reading_id DESC LIMIT ?", before, r.Size()+1)
	states, err := db.All[state](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return page.Of[Mine]{}, err
	}
	byID, err := s.readings(ctx, states)
	if err != nil {
		return page.Of[Mine]{}, err
	}
	rows := make([]Mine, 0, len(states))
	for _, st := range states {
		rows = append(rows, byID[st.ReadingID].mine(st))
	}
	return page.Cut(rows, r.Size(), func(m Mine) []any { return []any{m.ID} }), nil
}

func (s *Service) readings(ctx context.Context, states []state) (map[int64]Reading, error) {
	out := map[int64]Reading{}
	if len(states) == 0 {
		return out, nil
	}
	ids := make([]int64, len(states))
	for i, st := range states {
		ids[i] = st.ReadingID
	}
	q := db.In(db.New("SELECT "+db.Cols[row]()+" FROM reading WHERE 1 = 1"), "AND id IN", ids)
	rows, err := db.All[row](ctx, s.db, q.String(), q.Args()...)
	for _, r := range rows {
		out[r.ID] = r.reading()
	}
	return out, err
}

func (r Reading) mine(st state) Mine {
	return Mine{Reading: r, Open: st.State == 0, ReadAt: st.ReadAt.time(), DoneAt: st.DoneAt.time(), Tries: st.Tries, RemindedAt: st.RemindedAt.time()}
}

// all gives a page of all readings, newest first.
func (s *Service) all(ctx context.Context, r page.Request) (page.Of[Reading], error) {
	before := int64(1) << 62
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Reading]{}, err
		}
	}
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM reading WHERE id < ? ORDER BY id DESC LIMIT ?", before, r.Size()+1)
	out := make([]Reading, len(rows))
	for i, r := range rows {
		out[i] = r.reading()
	}
	return page.Cut(out, r.Size(), func(r Reading) []any { return []any{r.ID} }), err
}

// due lists the must-reads in force whose time has come.
func (s *Service) due(ctx context.Context, now time.Time) ([]Reading, error) {
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM reading WHERE closed_at = 0 AND due_at > 0 AND due_at <= ? ORDER BY due_at LIMIT 500", now)
	out := make([]Reading, len(rows))
	for i, r := range rows {
		out[i] = r.reading()
	}
	return out, err
}

// drop removes readings with who has them.
func (s *Service) drop(ctx context.Context, ids []int64) error {
	for _, id := range ids {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM reading_for WHERE reading_id = ?", id); err != nil {
			return err
		}
		if _, err := db.Exec(ctx, s.db, "DELETE FROM reading WHERE id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

// box is where a card of an agent lies.
type box struct {
	ArticleID int64  `db:"article_id"`
	Box       int64  `db:"box"`
	DueAt     moment `db:"due_at"`
}

func (s *Service) boxes(ctx context.Context, agent int64) (map[int64]box, error) {
	rows, err := db.All[box](ctx, s.db, "SELECT "+db.Cols[box]()+" FROM reading_card WHERE agent_id = ? LIMIT 1000", agent)
	out := make(map[int64]box, len(rows))
	for _, r := range rows {
		out[r.ArticleID] = r
	}
	return out, err
}

func (s *Service) putBox(ctx context.Context, agent, article int64, in int, due time.Time) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO reading_card (agent_id, article_id, box, due_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (agent_id, article_id) DO UPDATE SET box = excluded.box, due_at = excluded.due_at`, agent, article, in, momentOf(due))
	return err
}

// about lists the readings about articles or products.
func (s *Service) about(ctx context.Context, source string, ids []int64) ([]int64, error) {
	q := db.In(db.New("SELECT id FROM reading WHERE source = ?", source), "AND source_id IN", ids)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}
