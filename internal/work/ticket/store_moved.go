package ticket

import (
	"context"

	"heed/internal/platform/db"
)

// move is a part in a ticket that went from one customer to another in a merge.
type move struct {
	MergeID  int64  `db:"merge_id"`
	TicketID int64  `db:"ticket_id"`
	Part     string `db:"part"`
}

// toMove lists the tickets in which a customer has a part.
func (s *Service) toMove(ctx context.Context, merge, customer int64) ([]move, error) {
	return db.All[move](ctx, s.db, `SELECT CAST(? AS BIGINT) AS merge_id, id AS ticket_id, 'customer_id' AS part FROM ticket WHERE customer_id > 0 AND customer_id = ?
		UNION ALL SELECT CAST(? AS BIGINT), id, 'organization_id' FROM ticket WHERE organization_id > 0 AND organization_id = ?
		UNION ALL SELECT CAST(? AS BIGINT), id, 'user_id' FROM ticket WHERE user_id > 0 AND user_id = ?
		UNION ALL SELECT CAST(? AS BIGINT), id, 'payer_id' FROM ticket WHERE payer_id > 0 AND payer_id = ?`,
		merge, customer, merge, customer, merge, customer, merge, customer)
}

// moved lists what a merge has moved.
func (s *Service) moved(ctx context.Context, merge int64) ([]move, error) {
	return db.All[move](ctx, s.db, "SELECT merge_id, ticket_id, part FROM ticket_moved WHERE merge_id = ? ORDER BY ticket_id, part", merge)
}

func (s *Service) remember(ctx context.Context, moves []move) error {
	for _, m := range moves {
		_, err := db.Exec(ctx, s.db, "INSERT INTO ticket_moved (merge_id, ticket_id, part) VALUES (?, ?, ?) ON CONFLICT (merge_id, ticket_id, part) DO NOTHING",
			m.MergeID, m.TicketID, m.Part)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) forgetMoves(ctx context.Context, merge int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM ticket_moved WHERE merge_id = ?", merge)
	return err
}
