package conversation

import (
	"context"
	"errors"
	"time"

	"heed/internal/platform/db"
)

type draftRow struct {
	ID        int64             `db:"id"`
	TicketID  int64             `db:"ticket_id"`
	AgentID   int64             `db:"agent_id"`
	Kind      Kind              `db:"kind"`
	HTML      string            `db:"html"`
	To        db.JSON[[]string] `db:"recipients"`
	Cc        db.JSON[[]string] `db:"copies"`
	UpdatedAt time.Time         `db:"updated_at"`
	Version   int64             `db:"version"`
}

func (r draftRow) draft() Draft {
	return Draft{
		ID: r.ID, TicketID: r.TicketID, AgentID: r.AgentID, Kind: r.Kind, HTML: r.HTML, To: r.To.V, Cc: r.Cc.V,
		UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
}

func (s *Service) findDraft(ctx context.Context, ticketID, agentID int64, kind Kind) (Draft, error) {
	r, err := db.One[draftRow](ctx, s.db, "SELECT "+db.Cols[draftRow]()+" FROM draft WHERE ticket_id = ? AND agent_id = ? AND kind = ?", ticketID, agentID, kind)
	return r.draft(), err
}

// insertDraft adds a draft; db.ErrExists when another page was quicker.
func (s *Service) insertDraft(ctx context.Context, d Draft) (int64, error) {
	return db.Insert(ctx, s.db, "draft", &draftRow{
		TicketID: d.TicketID, AgentID: d.AgentID, Kind: d.Kind, HTML: d.HTML, To: listOf(d.To), Cc: listOf(d.Cc), UpdatedAt: d.UpdatedAt, Version: d.Version,
	})
}

// updateDraft stores a draft that was at version base; db.ErrStale when it is
// not any more.
func (s *Service) updateDraft(ctx context.Context, d Draft, base int64) error {
	n, err := db.Exec(ctx, s.db, "UPDATE draft SET html = ?, recipients = ?, copies = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?",
		d.HTML, listOf(d.To), listOf(d.Cc), d.UpdatedAt, d.Version, d.ID, base)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

// deleteDraft removes a draft if there is one and lets go of its files.
func (s *Service) deleteDraft(ctx context.Context, ticketID, agentID int64, kind Kind) error {
	id, err := db.One[int64](ctx, s.db, "DELETE FROM draft WHERE ticket_id = ? AND agent_id = ? AND kind = ? RETURNING id", ticketID, agentID, kind)
	if errors.Is(err, db.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.hold(ctx, id, agentID, nil)
}
