package referral

import (
	"context"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the referrals.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "referral", N: 1, SQL: `
CREATE TABLE referral (
	id $id, ticket_id $int NOT NULL, customer_id $int NOT NULL, dealer_id $int NOT NULL, dealer_name $text NOT NULL, dealer_phone $text NOT NULL,
	state $text NOT NULL, note $text NOT NULL, contact $text NOT NULL, due_at $time, token_hash $text NOT NULL, mail_to $text NOT NULL,
	locale $text NOT NULL, told $bool NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, created_at $time NOT NULL, updated_at $time NOT NULL
) $end;
CREATE INDEX referral_ticket ON referral (ticket_id, id);
CREATE INDEX referral_dealer ON referral (dealer_id, id);
CREATE UNIQUE INDEX referral_token ON referral (token_hash) WHERE token_hash <> '';
CREATE TABLE referral_step (
	id $id, referral_id $int NOT NULL, state $text NOT NULL, text $text NOT NULL, by_kind $text NOT NULL, by_name $text NOT NULL, at $time NOT NULL
) $end;
CREATE INDEX referral_step_referral ON referral_step (referral_id, id);
`}}
}

func (s *Service) insert(ctx context.Context, r Referral) (int64, error) {
	return db.Insert(ctx, s.db, "referral", &r)
}

// update is db.ErrStale when the referral is no longer in the state that was seen.
func (s *Service) update(ctx context.Context, r Referral, was State) error {
	n, err := db.Exec(ctx, s.db, "UPDATE referral SET state = ?, token_hash = ?, mail_to = ?, locale = ?, updated_at = ? WHERE id = ? AND state = ?",
		r.State, r.TokenHash, r.MailTo, r.Locale, r.UpdatedAt, r.ID, was)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

func (s *Service) addStep(ctx context.Context, r Referral, text string, by actor.Actor) error {
	_, err := db.Insert(ctx, s.db, "referral_step", &Step{ReferralID: r.ID, State: r.State, Text: text, By: sayer(by), ByName: by.Name, At: s.clock.Now()})
	return err
}

func (s *Service) find(ctx context.Context, id int64) (Referral, error) {
	return db.One[Referral](ctx, s.db, "SELECT "+db.Cols[Referral]()+" FROM referral WHERE id = ?", id)
}

func (s *Service) findByHash(ctx context.Context, hash string) (Referral, error) {
	return db.One[Referral](ctx, s.db, "SELECT "+db.Cols[Referral]()+" FROM referral WHERE token_hash = ? AND token_hash <> ''", hash)
}

func (s *Service) ofTicket(ctx context.Context, ticketID int64) ([]Referral, error) {
	return db.All[Referral](ctx, s.db, "SELECT "+db.Cols[Referral]()+" FROM referral WHERE ticket_id = ? ORDER BY id DESC", ticketID)
}

func (s *Service) openOf(ctx context.Context, ticketID int64) ([]Referral, error) {
	return db.All[Referral](ctx, s.db, "SELECT "+db.Cols[Referral]()+" FROM referral WHERE ticket_id = ? AND state IN ('sent', 'accepted', 'working') ORDER BY id DESC", ticketID)
}

func (s *Service) ofDealer(ctx context.Context, dealerID int64, req page.Request) ([]Referral, error) {
	q := db.New("SELECT "+db.Cols[Referral]()+" FROM referral WHERE dealer_id = ?", dealerID)
	if req.Cursor != "" {
		var before int64
		if err := page.Decode(req.Cursor, &before); err != nil {
			return nil, err
		}
		q.Add("AND id < ?", before)
	}
	q.Add("ORDER BY id DESC LIMIT ?", req.Size()+1)
	return db.All[Referral](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) stepsOf(ctx context.Context, ids []int64) ([]Step, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := db.In(db.New("SELECT "+db.Cols[Step]()+" FROM referral_step WHERE 1 = 1"), "AND referral_id IN", ids).Add("ORDER BY id")
	return db.All[Step](ctx, s.db, q.String(), q.Args()...)
}

// Purge removes the referrals of tickets as if they had never been, for demo
// data and erasure, inside a Write.
func (s *Service) Purge(ctx context.Context, ticketIDs []int64) error {
	if len(ticketIDs) == 0 {
		return nil
	}
	q := db.In(db.New("DELETE FROM referral_step WHERE referral_id IN (SELECT id FROM referral WHERE 1 = 1"), "AND ticket_id IN", ticketIDs).Add(")")
	if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
		return err
	}
	q = db.In(db.New("DELETE FROM referral WHERE 1 = 1"), "AND ticket_id IN", ticketIDs)
	_, err := db.Exec(ctx, s.db, q.String(), q.Args()...)
	return err
}
