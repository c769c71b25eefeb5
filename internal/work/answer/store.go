package answer

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the answers.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "answer", N: 1, SQL: `
CREATE TABLE answer_given (
	id $id, ticket_id $int NOT NULL, customer_id $int NOT NULL, recipient $int NOT NULL,
	article_id $int NOT NULL, version_id $int NOT NULL, n $int NOT NULL, locale $text NOT NULL, topic $text NOT NULL, title $text NOT NULL,
	how $text NOT NULL, warned $bool NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL
) $end;
CREATE INDEX answer_given_ticket ON answer_given (ticket_id, id);
CREATE INDEX answer_given_recipient ON answer_given (recipient, id);
CREATE INDEX answer_given_version ON answer_given (article_id, n, recipient, id);
CREATE INDEX answer_given_topic ON answer_given (topic, ticket_id) WHERE topic <> '';
CREATE INDEX answer_given_at ON answer_given (at);
CREATE TABLE answer_moved (merge_id $int NOT NULL, given_id $int NOT NULL, PRIMARY KEY (merge_id, given_id)) $end;
CREATE TABLE answer_solved (
	ticket_id $int NOT NULL, article_id $int NOT NULL, by_id $int NOT NULL, at $time NOT NULL, PRIMARY KEY (ticket_id, article_id)
) $end;
CREATE INDEX answer_solved_at ON answer_solved (at);
CREATE TABLE answer_flag (
	ticket_id $int NOT NULL, article_id $int NOT NULL, n $int NOT NULL, title $text NOT NULL, change $text NOT NULL, given $bool NOT NULL, at $time NOT NULL,
	PRIMARY KEY (ticket_id, article_id)
) $end;
CREATE TABLE answer_wrong (
	id $id, article_id $int NOT NULL, n $int NOT NULL, what $text NOT NULL, ticket_id $int NOT NULL, task_id $int NOT NULL, state $text NOT NULL,
	by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL, settled_at $time NOT NULL
) $end;
CREATE INDEX answer_wrong_article ON answer_wrong (article_id, id);
CREATE INDEX answer_wrong_at ON answer_wrong (at);
CREATE TABLE answer_correction (
	id $id, article_id $int NOT NULL, n $int NOT NULL, texts $json NOT NULL, total $int NOT NULL, sent $int NOT NULL, unreachable $int NOT NULL,
	done $bool NOT NULL, last_recipient $int NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL
) $end;
CREATE INDEX answer_correction_article ON answer_correction (article_id, id);
CREATE TABLE answer_corrected (
	correction_id $int NOT NULL, recipient $int NOT NULL, article_id $int NOT NULL, n $int NOT NULL, ticket_id $int NOT NULL, message_id $int NOT NULL,
	why $text NOT NULL, at $time NOT NULL, PRIMARY KEY (correction_id, recipient)
) $end;
CREATE INDEX answer_corrected_recipient ON answer_corrected (article_id, n, recipient);
CREATE TABLE answer_search (
	skey $text NOT NULL, locale $text NOT NULL, day $time NOT NULL, shown $text NOT NULL, searches $int NOT NULL, empty $int NOT NULL,
	PRIMARY KEY (skey, locale, day)
) $end;
CREATE INDEX answer_search_day ON answer_search (day);
`}}
}

func (s *Service) insertGiven(ctx context.Context, g Given) (int64, error) {
	return db.One[int64](ctx, s.db, `INSERT INTO answer_given (ticket_id, customer_id, recipient, article_id, version_id, n, locale, topic, title, how, warned, by_id, by_name, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		g.TicketID, g.CustomerID, g.Recipient, g.ArticleID, g.VersionID, g.N, g.Locale, g.Topic, g.Title, g.How, g.Warned, g.ByID, g.ByName, g.At)
}

// before lists what a recipient was given on a topic or of an article, the
// newest first.
func (s *Service) before(ctx context.Context, recipient int64, topic string, articleID int64, limit int) ([]Given, error) {
	q := db.New("SELECT "+db.Cols[Given]()+" FROM answer_given WHERE recipient = ?", recipient)
	if topic != "" {
		q.Add("AND (topic = ? OR article_id = ?)", topic, articleID)
	} else {
		q.Add("AND article_id = ?", articleID)
	}
	q.Add("ORDER BY id DESC LIMIT ?", limit)
	return db.All[Given](ctx, s.db, q.String(), q.Args()...)
}

// givenOnMost bounds what is shown of one ticket.
const givenOnMost = 200

func (s *Service) givenOn(ctx context.Context, ticketID int64) ([]Given, error) {
	return db.All[Given](ctx, s.db, "SELECT "+db.Cols[Given]()+" FROM answer_given WHERE ticket_id = ? ORDER BY id DESC LIMIT ?", ticketID, givenOnMost)
}

func (s *Service) givenTo(ctx context.Context, customerID int64, r page.Request) (page.Of[Given], error) {
	before := int64(1) << 62
	if r.Cursor != "" {
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[Given]{}, err
		}
	}
	rows, err := db.All[Given](ctx, s.db, "SELECT "+db.Cols[Given]()+" FROM answer_given WHERE recipient = ? AND id < ? ORDER BY id DESC LIMIT ?", customerID, before, r.Size()+1)
	return page.Cut(rows, r.Size(), func(g Given) []any { return []any{g.ID} }), err
}

// insertSolved is true when it was not marked before.
func (s *Service) insertSolved(ctx context.Context, ticketID, articleID, by int64, at time.Time) (bool, error) {
	n, err := db.Exec(ctx, s.db, "INSERT INTO answer_solved (ticket_id, article_id, by_id, at) VALUES (?, ?, ?, ?) ON CONFLICT (ticket_id, article_id) DO NOTHING",
		ticketID, articleID, by, at)
	return n == 1, err
}

func (s *Service) solvedBy(ctx context.Context, ticketID int64) ([]int64, error) {
	return db.All[int64](ctx, s.db, "SELECT article_id FROM answer_solved WHERE ticket_id = ? ORDER BY at", ticketID)
}

func (s *Service) flags(ctx context.Context, ticketID int64) ([]Flag, error) {
	return db.All[Flag](ctx, s.db, "SELECT "+db.Cols[Flag]()+" FROM answer_flag WHERE ticket_id = ? ORDER BY at DESC", ticketID)
}

func (s *Service) putFlag(ctx context.Context, f Flag) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO answer_flag (ticket_id, article_id, n, title, change, given, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (ticket_id, article_id) DO UPDATE SET n = excluded.n, title = excluded.title, change = excluded.change, given = excluded.given, at = excluded.at`,
		f.TicketID, f.ArticleID, f.N, f.Title, f.Change, f.Given, f.At)
	return err
}

func (s *Service) dropFlag(ctx context.Context, ticketID, articleID int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM answer_flag WHERE ticket_id = ? AND article_id = ?", ticketID, articleID)
	return err
}

// ticketsGiven lists the tickets on which an older version of an article, or
// another article of its topic, was given, the newest first.
func (s *Service) ticketsGiven(ctx context.Context, articleID, n int64, topic string, limit int) ([]int64, error) {
	ids, err := db.All[int64](ctx, s.db, "SELECT DISTINCT ticket_id FROM answer_given WHERE article_id = ? AND n < ? ORDER BY ticket_id DESC LIMIT ?", articleID, n, limit)
	if err != nil || topic == "" {
		return ids, err
	}
	more, err := db.All[int64](ctx, s.db, "SELECT DISTINCT ticket_id FROM answer_given WHERE topic = ? AND topic <> '' AND article_id <> ? ORDER BY ticket_id DESC LIMIT ?", topic, articleID, limit)
	return append(ids, more...), err
}

// moveTicket gives what was given on a ticket to its present customer.
func (s *Service) moveTicket(ctx context.Context, ticketID, customer int64) error {
	_, err := db.Exec(ctx, s.db, "UPDATE answer_given SET customer_id = ?, recipient = ? WHERE ticket_id = ?", customer, recipientOf(customer, ticketID), ticketID)
	return err
}

// moveCustomer gives what a customer was given to another one, and remembers
// what that was.
func (s *Service) moveCustomer(ctx context.Context, merge, from, into int64) error {
	if _, err := db.Exec(ctx, s.db, `INSERT INTO answer_moved (merge_id, given_id) SELECT ?, id FROM answer_given WHERE recipient = ?
		ON CONFLICT (merge_id, given_id) DO NOTHING`, merge, from); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.db, "UPDATE answer_given SET customer_id = ?, recipient = ? WHERE recipient = ?", into, into, from)
	return err
}

// moveBack gives exactly what was moved then back.
func (s *Service) moveBack(ctx context.Context, merge, from int64) error {
	if _, err := db.Exec(ctx, s.db, "UPDATE answer_given SET customer_id = ?, recipient = ? WHERE id IN (SELECT given_id FROM answer_moved WHERE merge_id = ?)", from, from, merge); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.db, "DELETE FROM answer_moved WHERE merge_id = ?", merge)
	return err
}

// purge removes what belongs to tickets. Counts of searches belong to nobody.
func (s *Service) purge(ctx context.Context, ticketIDs []int64) error {
	for _, table := range []string{
		"DELETE FROM answer_given WHERE 1 = 1", "DELETE FROM answer_solved WHERE 1 = 1", "DELETE FROM answer_flag WHERE 1 = 1",
		"DELETE FROM answer_corrected WHERE 1 = 1", "DELETE FROM answer_wrong WHERE 1 = 1",
	} {
		for rest := ticketIDs; len(rest) > 0; {
			some := rest[:min(len(rest), 500)]
			rest = rest[len(some):]
			q := db.In(db.New(table), "AND ticket_id IN", some)
			if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
				return err
			}
		}
	}
	return nil
}

type useRow struct {
	ArticleID int64     `db:"article_id"`
	Title     string    `db:"title"`
	Uses      int64     `db:"uses"`
	Warned    int64     `db:"warned"`
	LastAt    time.Time `db:"last_at"`
}

type countRow struct {
	ArticleID int64 `db:"article_id"`
	N         int64 `db:"n"`
}

// uses tells how often articles served since a time.
func (s *Service) uses(ctx context.Context, since time.Time, limit int) ([]ArticleUse, error) {
	rows, err := db.All[useRow](ctx, s.db, `SELECT g.article_id, g.title, u.uses, u.warned, u.last_at FROM (
			SELECT article_id, COUNT(*) AS uses, SUM(CASE WHEN warned THEN 1 ELSE 0 END) AS warned, MAX(at) AS last_at, MAX(id) AS last_id
			FROM answer_given WHERE at >= ? GROUP BY article_id ORDER BY uses DESC, article_id LIMIT ?
		) AS u JOIN answer_given AS g ON g.id = u.last_id ORDER BY u.uses DESC, g.article_id`, since, limit)
	if err != nil {
		return nil, err
	}
	solved, err := s.countBy(ctx, "SELECT article_id, COUNT(*) AS n FROM answer_solved WHERE at >= ? GROUP BY article_id", since)
	if err != nil {
		return nil, err
	}
	wrong, err := s.countBy(ctx, "SELECT article_id, COUNT(*) AS n FROM answer_wrong WHERE at >= ? GROUP BY article_id", since)
	out := make([]ArticleUse, 0, len(rows))
	for _, r := range rows {
		out = append(out, ArticleUse{r.ArticleID, r.Title, r.Uses, solved[r.ArticleID], r.Warned, wrong[r.ArticleID], r.LastAt})
	}
	return out, err
}

func (s *Service) countBy(ctx context.Context, text string, since time.Time) (map[int64]int64, error) {
	rows, err := db.All[countRow](ctx, s.db, text, since)
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.ArticleID] = r.N
	}
	return out, err
}

func (s *Service) countSearch(ctx context.Context, key, shown, locale string, day time.Time, nothing bool) error {
	empty := 0
	if nothing {
		empty = 1
	}
	_, err := db.Exec(ctx, s.db, `INSERT INTO answer_search (skey, locale, day, shown, searches, empty) VALUES (?, ?, ?, ?, 1, ?)
		ON CONFLICT (skey, locale, day) DO UPDATE SET searches = answer_search.searches + 1, empty = answer_search.empty + excluded.empty, shown = excluded.shown`,
		key, locale, day, shown, empty)
	return err
}

// wanted tells whether something was searched for before and not found.
func (s *Service) wanted(ctx context.Context, key string) (bool, error) {
	rows, err := db.All[int64](ctx, s.db, "SELECT searches FROM answer_search WHERE skey = ? LIMIT 1", key)
	return len(rows) > 0, err
}

type gapRow struct {
	Shown    string    `db:"shown"`
	Searches int64     `db:"searches"`
	Empty    int64     `db:"empty"`
	LastDay  time.Time `db:"last_day"`
}

// searchGaps lists what found nothing on the last day on which it was searched for.
func (s *Service) searchGaps(ctx context.Context, since time.Time, limit int) ([]SearchGap, error) {
	rows, err := db.All[gapRow](ctx, s.db, `SELECT MAX(shown) AS shown, SUM(searches) AS searches, SUM(empty) AS empty, MAX(day) AS last_day
		FROM answer_search AS a WHERE day >= ? GROUP BY skey
		HAVING SUM(empty) > 0 AND MAX(day) = MAX(CASE WHEN empty > 0 THEN day ELSE 0 END)
		ORDER BY SUM(empty) DESC, MAX(day) DESC, skey LIMIT ?`, since, limit)
	out := make([]SearchGap, 0, len(rows))
	for _, r := range rows {
		out = append(out, SearchGap{r.Shown, r.Searches, r.Empty, r.LastDay})
	}
	return out, err
}

func (s *Service) dropSearches(ctx context.Context, before time.Time) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM answer_search WHERE day < ?", before)
	return err
}
