package tickettype

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the types. ticket_judgement has one row once
// somebody has changed what is built in.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "tickettype", N: 1, SQL: `
CREATE TABLE ticket_type (
	id $id, type_key $text NOT NULL, parent_id $int NOT NULL, names $json NOT NULL, icon $text NOT NULL, active $bool NOT NULL,
	team_id $int NOT NULL, severity $int NOT NULL, weight $int NOT NULL, restatement $bool NOT NULL, position $int NOT NULL,
	fields $json NOT NULL, checklist $json NOT NULL, questions $json NOT NULL, conflicts $json NOT NULL, next_issues $json NOT NULL,
	need $bool NOT NULL, topic $text NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX ticket_type_key ON ticket_type (type_key);
CREATE TABLE ticket_judgement (
	id $int NOT NULL PRIMARY KEY, levels $json NOT NULL, rule $json NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
`}}
}

type row struct {
	ID          int64                `db:"id"`
	Key         string               `db:"type_key"`
	ParentID    int64                `db:"parent_id"`
	Names       db.JSON[Names]       `db:"names"`
	Icon        string               `db:"icon"`
	Active      bool                 `db:"active"`
	TeamID      int64                `db:"team_id"`
	Severity    int64                `db:"severity"`
	Weight      int64                `db:"weight"`
	Restatement bool                 `db:"restatement"`
	Position    int64                `db:"position"`
	Fields      db.JSON[[]Field]     `db:"fields"`
	Checklist   db.JSON[[]Check]     `db:"checklist"`
	Questions   db.JSON[[]Question]  `db:"questions"`
	Conflicts   db.JSON[[]Conflict]  `db:"conflicts"`
	NextIssues  db.JSON[[]NextIssue] `db:"next_issues"`
	Need        bool                 `db:"need"`
	Topic       string               `db:"topic"`
	UpdatedAt   time.Time            `db:"updated_at"`
	Version     int64                `db:"version"`
}

func rowOf(t Type) *row {
	return &row{
		t.ID, t.Key, t.ParentID,
		db.JSON[Names]{V: t.Names},
		t.Icon, t.Active, t.TeamID, t.Severity, t.Weight, t.RequireRestatement, t.Position,
		db.JSON[[]Field]{V: t.Fields},
		db.JSON[[]Check]{V: t.Checklist},
		db.JSON[[]Question]{V: t.Questions},
		db.JSON[[]Conflict]{V: t.Conflicts},
		db.JSON[[]NextIssue]{V: t.NextIssues},
		t.Need, t.Topic, t.UpdatedAt, t.Version,
	}
}

func (r row) typ() Type {
	return Type{
		r.ID, r.Key, r.ParentID, r.Names.V, r.Icon, r.Active, r.TeamID, r.Severity, r.Weight, r.Restatement, r.Position,
		r.Fields.V, r.Checklist.V, r.Questions.V, r.Conflicts.V, r.NextIssues.V, r.Need, r.Topic, r.UpdatedAt, r.Version,
	}.tidy()
}

func (s *Service) loadAll(ctx context.Context) ([]Type, error) {
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM ticket_type ORDER BY position, id")
	out := make([]Type, len(rows))
	for i, r := range rows {
		out[i] = r.typ()
	}
	return out, err
}

func (s *Service) find(ctx context.Context, id int64) (Type, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM ticket_type WHERE id = ?", id)
	return r.typ(), err
}

func (s *Service) insert(ctx context.Context, t Type) (int64, error) {
	id, err := db.Insert(ctx, s.db, "ticket_type", rowOf(t))
	if errors.Is(err, db.ErrExists) {
		var f fault.Fields
		f.Add("key", "field.taken")
		err = f.Err()
	}
	return id, err
}

// update stores a type that was at version was.
func (s *Service) update(ctx context.Context, t Type, was int64) error {
	r := rowOf(t)
	n, err := db.Exec(ctx, s.db, `UPDATE ticket_type SET parent_id = ?, names = ?, icon = ?, active = ?, team_id = ?, severity = ?, weight = ?,
		restatement = ?, position = ?, fields = ?, checklist = ?, questions = ?, conflicts = ?, next_issues = ?, need = ?, topic = ?,
		updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.ParentID, r.Names, r.Icon, r.Active, r.TeamID, r.Severity, r.Weight, r.Restatement, r.Position, r.Fields, r.Checklist, r.Questions,
		r.Conflicts, r.NextIssues, r.Need, r.Topic, r.UpdatedAt, r.Version, r.ID, was)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

type judgementRow struct {
	ID        int64            `db:"id"`
	Levels    db.JSON[[]Level] `db:"levels"`
	Rule      db.JSON[Rule]    `db:"rule"`
	UpdatedAt time.Time        `db:"updated_at"`
	Version   int64            `db:"version"`
}

// loadJudgement gives what is built in, with the version 1, until somebody has
// changed it.
// stamp differs after every change: each raises a version, and nothing is deleted.
func (s *Service) stamp(ctx context.Context) (int64, error) {
	return db.One[int64](ctx, s.db, `SELECT CAST((SELECT COALESCE(SUM(version), 0) FROM ticket_type) + (SELECT COALESCE(SUM(version), 0) FROM ticket_judgement) AS BIGINT)`)
}

func (s *Service) loadJudgement(ctx context.Context) (Judgement, error) {
	r, err := db.One[judgementRow](ctx, s.db, "SELECT "+db.Cols[judgementRow]()+" FROM ticket_judgement WHERE id = 1")
	if errors.Is(err, db.ErrNotFound) {
		return Judgement{firstLevels(), DefaultRule(), 1}, nil
	}
	return Judgement{r.Levels.V, r.Rule.V, r.Version}, err
}

// saveJudgement stores j over the version that it was made from.
func (s *Service) saveJudgement(ctx context.Context, j Judgement, was int64) error {
	levels, rule := db.JSON[[]Level]{V: j.Levels}, db.JSON[Rule]{V: j.Rule}
	if was == 1 {
		n, err := db.Exec(ctx, s.db, `INSERT INTO ticket_judgement (id, levels, rule, updated_at, version) VALUES (1, ?, ?, ?, ?)
			ON CONFLICT (id) DO NOTHING`, levels, rule, s.clock.Now(), j.Version)
		if err == nil && n == 0 {
			err = db.ErrStale
		}
		return err
	}
	n, err := db.Exec(ctx, s.db, "UPDATE ticket_judgement SET levels = ?, rule = ?, updated_at = ?, version = ? WHERE id = 1 AND version = ?",
		levels, rule, s.clock.Now(), j.Version, was)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}
