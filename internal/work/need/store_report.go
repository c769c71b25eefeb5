package need

import (
	"context"
	"errors"
	"time"

	"heed/internal/platform/db"
)

type countsRow struct {
	Tickets    int64 `db:"tickets"`
	Restated   int64 `db:"restated"`
	ByCustomer int64 `db:"by_customer"`
	ByAgent    int64 `db:"by_agent"`
	Skipped    int64 `db:"skipped"`
	Solved     int64 `db:"solved"`
	Corrected  int64 `db:"corrected"`
}

func (s *Service) counts(ctx context.Context, from, to time.Time) (Counts, error) {
	r, err := db.One[countsRow](ctx, s.db, `SELECT COUNT(*) AS tickets,
		COALESCE(SUM(CASE WHEN restatement <> '' THEN 1 ELSE 0 END), 0) AS restated,
		COALESCE(SUM(CASE WHEN confirmed_kind = 'customer' THEN 1 ELSE 0 END), 0) AS by_customer,
		COALESCE(SUM(CASE WHEN confirmed_kind = 'agent' THEN 1 ELSE 0 END), 0) AS by_agent,
		COALESCE(SUM(CASE WHEN skip_reason <> '' THEN 1 ELSE 0 END), 0) AS skipped,
		COALESCE(SUM(CASE WHEN solved_at > ? THEN 1 ELSE 0 END), 0) AS solved,
		COALESCE(SUM(CASE WHEN corrections > 0 THEN 1 ELSE 0 END), 0) AS corrected
		FROM need WHERE opened_at >= ? AND opened_at < ?`, time.Time{}, from, to)
	return Counts(r), err
}

// median takes the middle one of the solved tickets by how long they took.
func (s *Service) median(ctx context.Context, from, to time.Time, solved int64) (int64, error) {
	took, err := db.One[int64](ctx, s.db, `SELECT solved_at - opened_at FROM need WHERE opened_at >= ? AND opened_at < ? AND solved_at > ?
		ORDER BY solved_at - opened_at LIMIT 1 OFFSET ?`, from, to, time.Time{}, max(solved-1, 0)/2)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return took / int64(time.Second/time.Microsecond), err
}

func (s *Service) shifts(ctx context.Context, from, to time.Time) ([]MoodShift, error) {
	return db.All[MoodShift](ctx, s.db, `SELECT mood_before, mood_after, COUNT(*) AS n FROM need_mood
		WHERE created_at >= ? AND created_at < ? GROUP BY mood_before, mood_after ORDER BY mood_before, mood_after`, from, to)
}

type restatedRow struct {
	AgentID    int64 `db:"restated_by"`
	Restated   int64 `db:"restated"`
	ByCustomer int64 `db:"by_customer"`
	ByAgent    int64 `db:"by_agent"`
	Corrected  int64 `db:"corrected"`
}

func (s *Service) restatedBy(ctx context.Context, from, to time.Time) ([]restatedRow, error) {
	return db.All[restatedRow](ctx, s.db, `SELECT restated_by, COUNT(*) AS restated,
		SUM(CASE WHEN confirmed_kind = 'customer' THEN 1 ELSE 0 END) AS by_customer,
		SUM(CASE WHEN confirmed_kind = 'agent' THEN 1 ELSE 0 END) AS by_agent,
		SUM(CASE WHEN corrections > 0 THEN 1 ELSE 0 END) AS corrected
		FROM need WHERE opened_at >= ? AND opened_at < ? AND restatement <> '' GROUP BY restated_by`, from, to)
}

type skippedRow struct {
	AgentID int64 `db:"skipped_by"`
	N       int64 `db:"n"`
}

func (s *Service) skippedBy(ctx context.Context, from, to time.Time) ([]skippedRow, error) {
	return db.All[skippedRow](ctx, s.db, `SELECT skipped_by, COUNT(*) AS n FROM need
		WHERE opened_at >= ? AND opened_at < ? AND skip_reason <> '' GROUP BY skipped_by`, from, to)
}

type shiftRow struct {
	AgentID int64 `db:"agent_id"`
	Before  Mood  `db:"mood_before"`
	After   Mood  `db:"mood_after"`
	N       int64 `db:"n"`
}

func (s *Service) shiftsBy(ctx context.Context, from, to time.Time) ([]shiftRow, error) {
	return db.All[shiftRow](ctx, s.db, `SELECT agent_id, mood_before, mood_after, COUNT(*) AS n FROM need_mood
		WHERE created_at >= ? AND created_at < ? GROUP BY agent_id, mood_before, mood_after`, from, to)
}
