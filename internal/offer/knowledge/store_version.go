package knowledge

import (
	"context"
	"slices"
	"time"

	"heed/internal/platform/db"
)

// texts gives the texts of one version of an article, in the order in which
// they were written.
func (s *Service) texts(ctx context.Context, articleID, n int64) ([]Version, error) {
	rows, err := db.All[versionRow](ctx, s.db, "SELECT "+db.Cols[versionRow]()+" FROM article_version WHERE article_id = ? AND n = ? ORDER BY id", articleID, n)
	return versionsOf(rows), err
}

// history gives the texts of all versions of an article, the newest first.
func (s *Service) history(ctx context.Context, articleID int64) ([]Version, error) {
	rows, err := db.All[versionRow](ctx, s.db, "SELECT "+db.Cols[versionRow]()+" FROM article_version WHERE article_id = ? ORDER BY n DESC, id", articleID)
	return versionsOf(rows), err
}

// published gives the texts of the published versions of articles, oldest
// first, of those that may be or come into force: the last that is in force at
// now, and all after it.
func (s *Service) published(ctx context.Context, ids []int64) ([]Version, error) {
	var out []Version
	for some := range slices.Chunk(ids, 300) {
		q := db.In(db.New("SELECT "+db.Cols[versionRow]()+" FROM article_version WHERE published_at IS NOT NULL"), "AND article_id IN", some).
			Add("ORDER BY article_id, n, id")
		rows, err := db.All[versionRow](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		out = append(out, versionsOf(rows)...)
	}
	return out, nil
}

func (s *Service) versionByID(ctx context.Context, id int64) (Version, error) {
	r, err := db.One[versionRow](ctx, s.db, "SELECT "+db.Cols[versionRow]()+" FROM article_version WHERE id = ?", id)
	return r.version(), err
}

// titles gives, for each article, the locales and titles of a version of it.
type titleRow struct {
	ArticleID int64  `db:"article_id"`
	N         int64  `db:"n"`
	Locale    string `db:"locale"`
	Title     string `db:"title"`
	Summary   string `db:"summary"`
}

func (s *Service) titles(ctx context.Context, ids []int64) ([]titleRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	q := db.In(db.New("SELECT v.article_id, v.n, v.locale, v.title, v.summary FROM article_version v JOIN article a ON a.id = v.article_id WHERE (v.n = a.live_n OR v.n = a.draft_n)"), "AND a.id IN", ids).
		Add("ORDER BY v.article_id, v.n, v.id")
	return db.All[titleRow](ctx, s.db, q.String(), q.Args()...)
}

func versionsOf(rows []versionRow) []Version {
	out := make([]Version, len(rows))
	for i, r := range rows {
		out[i] = r.version()
	}
	return out
}

// write makes the texts of a version that is under way what w says.
func (s *Service) write(ctx context.Context, articleID, n int64, w Work) error {
	had, err := s.texts(ctx, articleID, n)
	if err != nil {
		return err
	}
	for _, h := range had {
		if !slices.ContainsFunc(w.Texts, func(t Text) bool { return t.Locale == h.Locale }) {
			if _, err := db.Exec(ctx, s.db, "DELETE FROM article_version WHERE id = ? AND published_at IS NULL", h.ID); err != nil {
				return err
			}
		}
	}
	for _, t := range w.Texts {
		i := slices.IndexFunc(had, func(h Version) bool { return h.Locale == t.Locale })
		if i < 0 {
			r := versionRow{
				ArticleID: articleID, N: n, Locale: t.Locale, Title: t.Title, Summary: t.Summary, Answer: t.Answer, Body: t.Body, Keywords: t.Keywords,
				Symptoms: db.JSON[[]string]{V: t.Symptoms}, Causes: db.JSON[[]Cause]{V: t.Causes}, Rules: t.Rules, From: w.From, To: w.To,
			}
			if _, err := db.Insert(ctx, s.db, "article_version", &r); err != nil {
				return err
			}
			continue
		}
		_, err := db.Exec(ctx, s.db, `UPDATE article_version SET title = ?, summary = ?, answer = ?, body = ?, keywords = ?, symptoms = ?, causes = ?, rules = ?, from_at = ?, to_at = ?
			WHERE id = ? AND published_at IS NULL`,
			t.Title, t.Summary, t.Answer, t.Body, t.Keywords, db.JSON[[]string]{V: t.Symptoms}, db.JSON[[]Cause]{V: t.Causes}, t.Rules, w.From, w.To, had[i].ID)
		if err != nil {
			return err
		}
	}
	return nil
}

// release publishes the texts of a version.
func (s *Service) release(ctx context.Context, articleID, n int64, p Release, now time.Time, by int64) error {
	_, err := db.Exec(ctx, s.db, `UPDATE article_version SET effective_from = ?, effective_to = ?, published_at = ?, published_by = ?, change = ?, impact = ?
		WHERE article_id = ? AND n = ? AND published_at IS NULL`, p.EffectiveFrom, p.EffectiveTo, now, by, p.Change, p.Impact, articleID, n)
	return err
}

// drop removes the texts of a version that is under way.
func (s *Service) drop(ctx context.Context, articleID, n int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM article_version WHERE article_id = ? AND n = ? AND published_at IS NULL", articleID, n)
	return err
}

// remove removes an article with everything that hangs on it.
func (s *Service) remove(ctx context.Context, id int64) error {
	for _, text := range []string{
		"DELETE FROM article_version WHERE article_id = ?", "DELETE FROM article_ref WHERE article_id = ?",
		"DELETE FROM article_success WHERE article_id = ?", "DELETE FROM article WHERE id = ?",
	} {
		if _, err := db.Exec(ctx, s.db, text, id); err != nil {
			return err
		}
	}
	return nil
}

// servedIDs gives the ids of the articles that have a published version and are
// in service, a run at a time.
func (s *Service) servedIDs(ctx context.Context, after int64, most int) ([]int64, error) {
	return db.All[int64](ctx, s.db, "SELECT id FROM article WHERE status = 'published' AND id > ? ORDER BY id LIMIT ?", after, most)
}
