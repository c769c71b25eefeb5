package portal

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the help centre.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "portal", N: 1, SQL: `
CREATE TABLE portal_vote (
	id $id,
	article_id $int NOT NULL, version_id $int NOT NULL, locale $text NOT NULL,
	visitor $text NOT NULL, on_day $text NOT NULL, helpful $bool NOT NULL, word $text NOT NULL, at $time NOT NULL
) $end;
CREATE UNIQUE INDEX portal_vote_once ON portal_vote (visitor, article_id, on_day);
CREATE INDEX portal_vote_words ON portal_vote (article_id, id) WHERE word <> '';
CREATE TABLE portal_request (
	id $id,
	form $text NOT NULL, ticket_id $int NOT NULL, number $text NOT NULL, at $time NOT NULL
) $end;
CREATE UNIQUE INDEX portal_request_form ON portal_request (form);
CREATE INDEX portal_request_at ON portal_request (at);
CREATE TABLE portal_setting (
	id $int NOT NULL PRIMARY KEY,
	prices $bool NOT NULL, phone $text NOT NULL, hours $json NOT NULL, intro $json NOT NULL,
	updated_at $time NOT NULL, version $int NOT NULL
) $end;
INSERT INTO portal_setting (id, prices, phone, hours, intro, updated_at, version) VALUES (1, FALSE, '', '{}', '{}', 0, 1);
`}}
}

// vote is what a visitor said of an article.
type vote struct {
	ID        int64     `db:"id"`
	ArticleID int64     `db:"article_id"`
	VersionID int64     `db:"version_id"`
	Locale    string    `db:"locale"`
	Visitor   string    `db:"visitor"` // a random number in a cookie; nobody is known by it
	OnDay     day.Day   `db:"on_day"`
	Helpful   bool      `db:"helpful"`
	Word      string    `db:"word"`
	At        time.Time `db:"at"`
}

// addVote stores a vote; false when the visitor has judged the article today.
func (s *Service) addVote(ctx context.Context, v vote) (bool, error) {
	n, err := db.Exec(ctx, s.DB, `INSERT INTO portal_vote (article_id, version_id, locale, visitor, on_day, helpful, word, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (visitor, article_id, on_day) DO NOTHING`,
		v.ArticleID, v.VersionID, v.Locale, v.Visitor, v.OnDay, v.Helpful, v.Word, v.At)
	return n > 0, err
}

// words gives what visitors said of an article, the newest first.
func (s *Service) words(ctx context.Context, articleID int64, r page.Request) (page.Of[vote], error) {
	q := db.New("SELECT "+db.Cols[vote]()+" FROM portal_vote WHERE word <> '' AND article_id = ?", articleID)
	if r.Cursor != "" {
		var before int64
		if err := page.Decode(r.Cursor, &before); err != nil {
			return page.Of[vote]{}, err
		}
		q.Add("AND id < ?", before)
	}
	q.Add("ORDER BY id DESC LIMIT ?", r.Size()+1)
	rows, err := db.All[vote](ctx, s.DB, q.String(), q.Args()...)
	return page.Cut(rows, r.Size(), func(v vote) []any { return []any{v.ID} }), err
}

// formLife is how long it is remembered that a form was sent.
const formLife = 48 * time.Hour

// sent gives the number of the ticket that a form has made, "" for none.
func (s *Service) sent(ctx context.Context, form string) (string, error) {
	number, err := db.One[string](ctx, s.DB, "SELECT number FROM portal_request WHERE form = ?", form)
	if errors.Is(err, db.ErrNotFound) {
		return "", nil
	}
	return number, err
}

// noteSent remembers that a form has made a ticket. db.ErrExists when it had.
func (s *Service) noteSent(ctx context.Context, form string, ticketID int64, number string, now time.Time) error {
	if _, err := db.Exec(ctx, s.DB, "DELETE FROM portal_request WHERE at < ?", now.Add(-formLife)); err != nil {
		return err
	}
	_, err := db.Exec(ctx, s.DB, "INSERT INTO portal_request (form, ticket_id, number, at) VALUES (?, ?, ?, ?)", form, ticketID, number, now)
	return err
}

type settingRow struct {
	Prices    bool                       `db:"prices"`
	Phone     string                     `db:"phone"`
	Hours     db.JSON[map[string]string] `db:"hours"`
	Intro     db.JSON[map[string]string] `db:"intro"`
	UpdatedAt time.Time                  `db:"updated_at"`
	Version   int64                      `db:"version"`
}

func (s *Service) loadSetting(ctx context.Context) (Setting, error) {
	r, err := db.One[settingRow](ctx, s.DB, "SELECT "+db.Cols[settingRow]()+" FROM portal_setting WHERE id = 1")
	return Setting{r.Prices, r.Phone, r.Hours.V, r.Intro.V, r.UpdatedAt, r.Version}, err
}

// saveSetting stores what was made from a version.
func (s *Service) saveSetting(ctx context.Context, v Setting, was int64) error {
	n, err := db.Exec(ctx, s.DB, "UPDATE portal_setting SET prices = ?, phone = ?, hours = ?, intro = ?, updated_at = ?, version = ? WHERE id = 1 AND version = ?",
		v.Prices, v.Phone, db.JSON[map[string]string]{V: v.Hours}, db.JSON[map[string]string]{V: v.Intro}, v.UpdatedAt, v.Version, was)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}
