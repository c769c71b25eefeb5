package search

import (
	"context"
	"strings"
	"time"

	"heed/internal/platform/db"
)

// Solved are the results of tickets whose solution may help with another one.
const solvedResults = "('solved_answered', 'solved_fixed', 'solved_workaround')"

// likeOf gives a ticket that the actor may see, and what the customer said
// first.
func (s *Service) likeOf(ctx context.Context, id int64, v sight) (likeRow, string, error) {
	ids, err := s.seen(ctx, id, v)
	if err != nil {
		return likeRow{}, "", err
	}
	if len(ids) == 0 {
		return likeRow{}, "", db.ErrNotFound
	}
	me, err := db.One[likeRow](ctx, s.db, "SELECT "+db.Cols[likeRow]()+" FROM ticket WHERE id = ?", id)
	if err != nil {
		return me, "", err
	}
	said, err := db.All[string](ctx, s.db, "SELECT body_text FROM message WHERE ticket_id = ? AND kind = 'incoming' ORDER BY id LIMIT 2", id)
	return me, strings.Join(said, "\n"), err
}

// walkLike gives the newest ended tickets that have all of some tokens and any
// of others.
func (s *Service) walkLike(ctx context.Context, all, some []string, v sight, not int64, limit int) ([]int64, error) {
	q := s.engine.like(all, some).Add("AND t.shelf = 2")
	narrow(q, ticketPart, v)
	s.engine.order(q, ticketPart, not, limit)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) likeRows(ctx context.Context, ids []int64) ([]likeRow, error) {
	q := db.In(db.New("SELECT "+db.Cols[likeRow]()+" FROM ticket WHERE shelf = 2 AND result_code IN "+solvedResults), "AND id IN", ids)
	return db.All[likeRow](ctx, s.db, q.String(), q.Args()...)
}

type solvedRow struct {
	TicketID  int64 `db:"ticket_id"`
	ArticleID int64 `db:"article_id"`
}

// withArticles adds what solved the tickets. A ticket without a word about its
// solution and without an article shows what it has in common, at least.
func (s *Service) withArticles(ctx context.Context, likes []Like) error {
	if len(likes) == 0 {
		return nil
	}
	at := map[int64]int{}
	ids := make([]int64, len(likes))
	for i, l := range likes {
		at[l.TicketID], ids[i] = i, l.TicketID
	}
	q := db.In(db.New("SELECT ticket_id, article_id FROM answer_solved WHERE 1 = 1"), "AND ticket_id IN", ids).Add("ORDER BY ticket_id, at")
	rows, err := db.All[solvedRow](ctx, s.db, q.String(), q.Args()...)
	for _, r := range rows {
		l := &likes[at[r.TicketID]]
		l.ArticleIDs = append(l.ArticleIDs, r.ArticleID)
	}
	return err
}

// OpenAbout lists open tickets of types or about products, the newest first.
func (s *Service) OpenAbout(ctx context.Context, typeIDs, productIDs []int64, limit int) ([]int64, error) {
	q := db.New("SELECT id FROM ticket WHERE shelf = 0 AND (1 = 0")
	if len(typeIDs) > 0 {
		db.In(q, "OR type_id IN", typeIDs)
	}
	if len(productIDs) > 0 {
		db.In(q, "OR product_id IN", productIDs)
	}
	q.Add(") ORDER BY id DESC LIMIT ?", limit)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}

// TypeUse is how many tickets of a type there were, and how many published
// articles answer it.
type TypeUse struct {
	TypeID   int64 `db:"type_id"`
	Tickets  int64 `db:"tickets"`
	Articles int64 `db:"articles"`
}

// TypeUses counts the tickets of each type since a time, the most asked first.
func (s *Service) TypeUses(ctx context.Context, since time.Time) ([]TypeUse, error) {
	return db.All[TypeUse](ctx, s.db, `SELECT u.type_id, u.tickets, (
			SELECT COUNT(*) FROM article_ref AS r JOIN article AS a ON a.id = r.article_id
			WHERE r.kind = 'type' AND r.ref = CAST(u.type_id AS TEXT) AND a.status = 'published'
		) AS articles
		FROM (SELECT type_id, COUNT(*) AS tickets FROM ticket WHERE type_id > 0 AND created_at >= ? GROUP BY type_id) AS u
		ORDER BY u.tickets DESC, u.type_id`, since)
}
