package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"heed/internal/platform/db"
	"heed/internal/work/ticket"
)

func within(q *db.Query, p Period, hidden []int64) *db.Query {
	q.Add("WHERE t.created_at >= ? AND t.created_at < ?", p.From, p.To)
	if len(p.types) > 0 {
		db.In(q, "AND t.type_id IN", p.types)
	}
	byField(q, ticket.PlaceField, p.Place)
	if len(hidden) > 0 {
		db.In(q, "AND t.team_id NOT IN", hidden)
	}
	return q
}

// shares adds up a period's tickets by type, place and channel. It looks at
// each of them, along the index of their creation.
func (s *Service) shares(ctx context.Context, p Period, hidden []int64) ([]Share, error) {
	q := db.New(`SELECT t.type_id, t.place, t.channel, COUNT(*) AS n, CAST(SUM(CASE WHEN t.shelf = 2 THEN 1 ELSE 0 END) AS BIGINT) AS ended,
		CAST(SUM(CASE WHEN t.first_contact THEN 1 ELSE 0 END) AS BIGINT) AS first_n, CAST(SUM(t.spent_seconds) AS BIGINT) AS spent FROM ticket AS t`)
	within(q, p, hidden).Add("GROUP BY t.type_id, t.place, t.channel")
	return db.All[Share](ctx, s.db, q.String(), q.Args()...)
}

type faultRow struct {
	Code      string                     `db:"code"`
	CreatedAt time.Time                  `db:"created_at"`
	SolvedAt  int64                      `db:"solved_at"`
	Fields    db.JSON[map[string]string] `db:"fields"`
}

func (s *Service) faults(ctx context.Context, p Period, hidden []int64) ([]faultRow, error) {
	q := db.New(`SELECT f.value AS code, t.created_at, t.solved_at, t.fields FROM ticket_field AS f JOIN ticket AS t ON t.id = f.ticket_id`)
	within(q, p, hidden).Add("AND f.field = 'fault_code'")
	return db.All[faultRow](ctx, s.db, q.String(), q.Args()...)
}

// placesMost bounds the list of places.
const placesMost = 200

// places lists the places as they were written last, by jumping from one
// value to the next along the index instead of reading every ticket.
func (s *Service) places(ctx context.Context) ([]string, error) {
	out, after := []string{}, ""
	for len(out) < placesMost {
		next, err := db.One[string](ctx, s.db, "SELECT value FROM ticket_field WHERE field = 'place' AND value > ? ORDER BY value LIMIT 1", after)
		if errors.Is(err, db.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		after = next
		written, err := db.One[string](ctx, s.db, `SELECT t.place FROM ticket_field AS f JOIN ticket AS t ON t.id = f.ticket_id
			WHERE f.field = 'place' AND f.value = ? ORDER BY f.ticket_id DESC LIMIT 1`, next)
		if err != nil {
			return nil, err
		}
		if written != "" {
			out = append(out, written)
		}
	}
	slices.Sort(out)
	return out, nil
}
