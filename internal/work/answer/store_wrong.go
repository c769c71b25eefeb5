package answer

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

func (s *Service) insertWrong(ctx context.Context, w Wrong) (int64, error) {
	return db.Insert(ctx, s.db, "answer_wrong", &w)
}

func (s *Service) loadWrong(ctx context.Context, id int64) (Wrong, error) {
	return db.One[Wrong](ctx, s.db, "SELECT "+db.Cols[Wrong]()+" FROM answer_wrong WHERE id = ?", id)
}

func (s *Service) updateWrong(ctx context.Context, w Wrong) error {
	_, err := db.Exec(ctx, s.db, "UPDATE answer_wrong SET state = ?, settled_at = ? WHERE id = ?", w.State, w.SettledAt, w.ID)
	return err
}

func (s *Service) wrongs(ctx context.Context, articleID int64) ([]Wrong, error) {
	return db.All[Wrong](ctx, s.db, "SELECT "+db.Cols[Wrong]()+" FROM answer_wrong WHERE article_id = ? ORDER BY id DESC LIMIT 200", articleID)
}

// openWrongs lists the open reports about versions of an article before n.
func (s *Service) openWrongs(ctx context.Context, articleID, n int64) ([]Wrong, error) {
	return db.All[Wrong](ctx, s.db, "SELECT "+db.Cols[Wrong]()+" FROM answer_wrong WHERE article_id = ? AND state = 'open' AND n < ? ORDER BY id LIMIT 200", articleID, n)
}

// Recipients are walked from the highest down: customers, then tickets whose
// customer nobody knows.
const beginning = int64(1) << 62

// recipientRows reads the last answer of each recipient of a version below a
// recipient.
func (s *Service) recipientRows(ctx context.Context, articleID, n, below int64, limit int) ([]Given, error) {
	return db.All[Given](ctx, s.db, "SELECT "+db.Cols[Given]()+` FROM answer_given WHERE id IN (
		SELECT MAX(id) FROM answer_given WHERE article_id = ? AND n = ? AND recipient < ? GROUP BY recipient ORDER BY recipient DESC LIMIT ?
	) ORDER BY recipient DESC`, articleID, n, below, limit)
}

type correctedRow struct {
	Recipient int64 `db:"recipient"`
	MessageID int64 `db:"message_id"`
}

func (s *Service) recipients(ctx context.Context, articleID, n int64, r page.Request) (page.Of[Recipient], error) {
	below := beginning
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &below); err != nil {
			return page.Of[Recipient]{}, err
		}
	}
	rows, err := s.recipientRows(ctx, articleID, n, below, r.Size()+1)
	if err != nil || len(rows) == 0 {
		return page.Of[Recipient]{Items: []Recipient{}}, err
	}
	ids := make([]int64, len(rows))
	out := make([]Recipient, len(rows))
	for i, g := range rows {
		ids[i], out[i] = g.Recipient, Recipient{Given: g}
	}
	q := db.In(db.New("SELECT recipient, message_id FROM answer_corrected WHERE article_id = ? AND n = ?", articleID, n), "AND recipient IN", ids)
	corrected, err := db.All[correctedRow](ctx, s.db, q.String(), q.Args()...)
	state := map[int64]string{}
	for _, c := range corrected {
		if c.MessageID != 0 {
			state[c.Recipient] = "sent"
		} else if state[c.Recipient] == "" {
			state[c.Recipient] = "unreachable"
		}
	}
	for i := range out {
		out[i].Correction = state[out[i].Recipient]
	}
	return page.Cut(out, r.Size(), func(r Recipient) []any { return []any{r.Recipient} }), err
}

func (s *Service) countRecipients(ctx context.Context, articleID, n int64) (int64, error) {
	return db.One[int64](ctx, s.db, "SELECT COUNT(DISTINCT recipient) FROM answer_given WHERE article_id = ? AND n = ?", articleID, n)
}

// nextRecipient is the last answer of the next recipient of a version.
func (s *Service) nextRecipient(ctx context.Context, articleID, n, below int64) (Given, error) {
	rows, err := s.recipientRows(ctx, articleID, n, below, 1)
	if err != nil {
		return Given{}, err
	}
	if len(rows) == 0 {
		return Given{}, db.ErrNotFound
	}
	return rows[0], nil
}

type correctionRow struct {
	ID          int64                      `db:"id"`
	ArticleID   int64                      `db:"article_id"`
	N           int64                      `db:"n"`
	Texts       db.JSON[map[string]string] `db:"texts"`
	Total       int64                      `db:"total"`
	Sent        int64                      `db:"sent"`
	Unreachable int64                      `db:"unreachable"`
	Done        bool                       `db:"done"`
	Last        int64                      `db:"last_recipient"`
	ByID        int64                      `db:"by_id"`
	ByName      string                     `db:"by_name"`
	At          time.Time                  `db:"at"`
}

func (r correctionRow) correction() Correction {
	return Correction{r.ID, r.ArticleID, r.N, r.Texts.V, r.Total, r.Sent, r.Unreachable, r.Done, r.ByID, r.ByName, r.At, r.Last}
}

func (s *Service) insertCorrection(ctx context.Context, c Correction) (int64, error) {
	return db.Insert(ctx, s.db, "answer_correction", &correctionRow{
		ArticleID: c.ArticleID, N: c.N, Texts: db.JSON[map[string]string]{V: c.Texts}, Total: c.Total, Last: c.last, ByID: c.ByID, ByName: c.ByName, At: c.At,
	})
}

func (s *Service) loadCorrection(ctx context.Context, id int64) (Correction, error) {
	r, err := db.One[correctionRow](ctx, s.db, "SELECT "+db.Cols[correctionRow]()+" FROM answer_correction WHERE id = ?", id)
	return r.correction(), err
}

func (s *Service) saveCorrection(ctx context.Context, c Correction) error {
	_, err := db.Exec(ctx, s.db, "UPDATE answer_correction SET sent = ?, unreachable = ?, done = ?, last_recipient = ? WHERE id = ?", c.Sent, c.Unreachable, c.Done, c.last, c.ID)
	return err
}

func (s *Service) corrections(ctx context.Context, articleID int64) ([]Correction, error) {
	rows, err := db.All[correctionRow](ctx, s.db, "SELECT "+db.Cols[correctionRow]()+" FROM answer_correction WHERE article_id = ? ORDER BY id DESC LIMIT 50", articleID)
	out := make([]Correction, len(rows))
	for i, r := range rows {
		out[i] = r.correction()
	}
	return out, err
}

// running tells whether a correction of a version is on its way.
func (s *Service) running(ctx context.Context, articleID, n int64) (bool, error) {
	rows, err := db.All[correctionRow](ctx, s.db, "SELECT "+db.Cols[correctionRow]()+" FROM answer_correction WHERE article_id = ? ORDER BY id DESC LIMIT 50", articleID)
	for _, r := range rows {
		if r.N == n && !r.Done {
			return true, err
		}
	}
	return false, err
}

// insertCorrected notes that a recipient got a correction; a second time is
// refused by the database.
func (s *Service) insertCorrected(ctx context.Context, correction int64, g Given, message int64, why string) error {
	_, err := db.Exec(ctx, s.db, "INSERT INTO answer_corrected (correction_id, recipient, article_id, n, ticket_id, message_id, why, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		correction, g.Recipient, g.ArticleID, g.N, g.TicketID, message, why, s.d.Clock.Now())
	return err
}
