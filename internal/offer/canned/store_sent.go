package canned

import (
	"context"

	"heed/internal/platform/db"
)

// sentSchema counts replies. canned_id 0 is a reply of one's own words.
const sentSchema = `
CREATE TABLE canned_day (
	id $id, day $int NOT NULL, agent_id $int NOT NULL, canned_id $int NOT NULL, sent $int NOT NULL, untouched $int NOT NULL
) $end;
CREATE UNIQUE INDEX canned_day_of ON canned_day (day, agent_id, canned_id);
`

func (s *Service) countSent(ctx context.Context, day int64, sent Sent) error {
	untouched := 0
	if sent.Untouched {
		untouched = 1
	}
	_, err := db.Exec(ctx, s.db, `INSERT INTO canned_day (day, agent_id, canned_id, sent, untouched) VALUES (?, ?, ?, 1, ?)
		ON CONFLICT (day, agent_id, canned_id) DO UPDATE SET sent = canned_day.sent + 1, untouched = canned_day.untouched + excluded.untouched`,
		day, sent.AgentID, sent.CannedID, untouched)
	return err
}

func (s *Service) deleteSent(ctx context.Context, agents []int64) error {
	q := db.In(db.New("DELETE FROM canned_day WHERE 1 = 1"), "AND agent_id IN", agents)
	_, err := db.Exec(ctx, s.db, q.String(), q.Args()...)
	return err
}

// usesMost bounds a report.
const usesMost = 1000

func (s *Service) usesOfAgents(ctx context.Context, from, to, only int64) ([]AgentUse, error) {
	q := db.New(`SELECT agent_id, SUM(sent) AS replies, SUM(CASE WHEN canned_id <> 0 THEN sent ELSE 0 END) AS made, SUM(untouched) AS untouched
		FROM canned_day WHERE day >= ? AND day <= ?`, from, to).
		If(only != 0, "AND agent_id = ?", only).Add("GROUP BY agent_id ORDER BY 4 DESC, 1 LIMIT ?", usesMost)
	rows, err := db.All[struct {
		AgentID   int64 `db:"agent_id"`
		Replies   int64 `db:"replies"`
		Made      int64 `db:"made"`
		Untouched int64 `db:"untouched"`
	}](ctx, s.db, q.String(), q.Args()...)
	out := make([]AgentUse, len(rows))
	for i, r := range rows {
		out[i] = AgentUse(r)
	}
	return out, err
}

// usesOfAnswers leaves out answers that have been removed since: nobody could
// do anything about them.
func (s *Service) usesOfAnswers(ctx context.Context, from, to, only int64) ([]AnswerUse, error) {
	q := db.New(`SELECT c.id AS canned_id, c.code AS code, c.name AS name, SUM(d.sent) AS sent, SUM(d.untouched) AS untouched
		FROM canned_day d JOIN canned c ON c.id = d.canned_id WHERE d.day >= ? AND d.day <= ?`, from, to).
		If(only != 0, "AND d.agent_id = ?", only).Add("GROUP BY c.id, c.code, c.name ORDER BY 5 DESC, 1 LIMIT ?", usesMost)
	rows, err := db.All[struct {
		CannedID  int64  `db:"canned_id"`
		Code      string `db:"code"`
		Name      string `db:"name"`
		Sent      int64  `db:"sent"`
		Untouched int64  `db:"untouched"`
	}](ctx, s.db, q.String(), q.Args()...)
	out := make([]AnswerUse, len(rows))
	for i, r := range rows {
		out[i] = AnswerUse(r)
	}
	return out, err
}
