package knowledge

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
)

// Migrations gives the schema of what the firm knows.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "knowledge", N: 1, SQL: `
CREATE TABLE article (
	id $id, kind $text NOT NULL, topic $text NOT NULL, audience $text NOT NULL,
	team_ids $json NOT NULL, product_ids $json NOT NULL, type_ids $json NOT NULL, tags $json NOT NULL,
	code $text NOT NULL, owner_id $int NOT NULL, review_by $time, review_told $bool NOT NULL,
	status $text NOT NULL, work $text NOT NULL, live_n $int NOT NULL, draft_n $int NOT NULL, work_note $text NOT NULL,
	uses $int NOT NULL, solved $int NOT NULL, helpful $int NOT NULL, unhelpful $int NOT NULL,
	created_by $int NOT NULL, created_at $time NOT NULL, updated_at $time NOT NULL, published_at $time NOT NULL,
	version $int NOT NULL
) $end;
CREATE UNIQUE INDEX article_code ON article (code) WHERE code <> '';
CREATE INDEX article_recent ON article (updated_at, id);
CREATE INDEX article_status ON article (status, updated_at, id);
CREATE INDEX article_review ON article (review_by, id) WHERE review_by IS NOT NULL;
CREATE TABLE article_version (
	id $id, article_id $int NOT NULL, n $int NOT NULL, locale $text NOT NULL,
	title $text NOT NULL, summary $text NOT NULL, answer $text NOT NULL, body $text NOT NULL, keywords $text NOT NULL,
	symptoms $json NOT NULL, causes $json NOT NULL, rules $text NOT NULL, from_at $time, to_at $time,
	effective_from $time, effective_to $time, published_at $time, published_by $int NOT NULL, change $text NOT NULL, impact $text NOT NULL
) $end;
CREATE UNIQUE INDEX article_version_n ON article_version (article_id, n, locale);
CREATE TABLE article_ref (
	id $id, article_id $int NOT NULL, kind $text NOT NULL, ref $text NOT NULL
) $end;
CREATE UNIQUE INDEX article_ref_of ON article_ref (kind, ref, article_id);
CREATE INDEX article_ref_article ON article_ref (article_id);
CREATE TABLE article_success (
	id $id, article_id $int NOT NULL, cure $text NOT NULL, solved $int NOT NULL
) $end;
CREATE UNIQUE INDEX article_success_cure ON article_success (article_id, cure);
CREATE TABLE synonym (
	id $id, words $json NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE glossary_term (
	id $id, names $json NOT NULL, definitions $json NOT NULL, aliases $json NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE expert (
	id $id, agent_id $int NOT NULL, subjects $json NOT NULL, note $text NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX expert_agent ON expert (agent_id);
`}}
}

type articleRow struct {
	ID          int64             `db:"id"`
	Kind        Kind              `db:"kind"`
	Topic       string            `db:"topic"`
	Audience    Audience          `db:"audience"`
	TeamIDs     db.JSON[[]int64]  `db:"team_ids"`
	ProductIDs  db.JSON[[]int64]  `db:"product_ids"`
	TypeIDs     db.JSON[[]int64]  `db:"type_ids"`
	Tags        db.JSON[[]string] `db:"tags"`
	Code        string            `db:"code"`
	OwnerID     int64             `db:"owner_id"`
	ReviewBy    *time.Time        `db:"review_by"`
	ReviewTold  bool              `db:"review_told"`
	Status      Status            `db:"status"`
	Work        Status            `db:"work"`
	LiveN       int64             `db:"live_n"`
	DraftN      int64             `db:"draft_n"`
	WorkNote    string            `db:"work_note"`
	Uses        int64             `db:"uses"`
	Solved      int64             `db:"solved"`
	Helpful     int64             `db:"helpful"`
	Unhelpful   int64             `db:"unhelpful"`
	CreatedBy   int64             `db:"created_by"`
	CreatedAt   time.Time         `db:"created_at"`
	UpdatedAt   time.Time         `db:"updated_at"`
	PublishedAt time.Time         `db:"published_at"`
	Version     int64             `db:"version"`
}

// epoch stands for "never" where a time is ordered.
var epoch = time.UnixMicro(0).UTC()

func (r articleRow) article() Article {
	a := Article{
		ID: r.ID, Kind: r.Kind, Topic: r.Topic, Audience: r.Audience, TeamIDs: r.TeamIDs.V, ProductIDs: r.ProductIDs.V, TypeIDs: r.TypeIDs.V,
		Tags: r.Tags.V, Code: r.Code, OwnerID: r.OwnerID, ReviewBy: r.ReviewBy, Status: r.Status, Work: r.Work, LiveN: r.LiveN, DraftN: r.DraftN,
		WorkNote: r.WorkNote, Uses: r.Uses, Solved: r.Solved, Helpful: r.Helpful, Unhelpful: r.Unhelpful,
		CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
	if !r.PublishedAt.Equal(epoch) {
		a.PublishedAt = r.PublishedAt
	}
	return a
}

func rowOf(a Article) articleRow {
	r := articleRow{
		ID: a.ID, Kind: a.Kind, Topic: a.Topic, Audience: a.Audience, TeamIDs: db.JSON[[]int64]{V: a.TeamIDs}, ProductIDs: db.JSON[[]int64]{V: a.ProductIDs},
		TypeIDs: db.JSON[[]int64]{V: a.TypeIDs}, Tags: db.JSON[[]string]{V: a.Tags}, Code: a.Code, OwnerID: a.OwnerID, ReviewBy: a.ReviewBy,
		Status: a.Status, Work: a.Work, LiveN: a.LiveN, DraftN: a.DraftN, WorkNote: a.WorkNote,
		Uses: a.Uses, Solved: a.Solved, Helpful: a.Helpful, Unhelpful: a.Unhelpful,
		CreatedBy: a.CreatedBy, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, PublishedAt: epoch, Version: a.Version,
	}
	if !a.PublishedAt.IsZero() {
		r.PublishedAt = a.PublishedAt
	}
	return r
}

type versionRow struct {
	ID            int64             `db:"id"`
	ArticleID     int64             `db:"article_id"`
	N             int64             `db:"n"`
	Locale        string            `db:"locale"`
	Title         string            `db:"title"`
	Summary       string            `db:"summary"`
	Answer        string            `db:"answer"`
	Body          string            `db:"body"`
	Keywords      string            `db:"keywords"`
	Symptoms      db.JSON[[]string] `db:"symptoms"`
	Causes        db.JSON[[]Cause]  `db:"causes"`
	Rules         string            `db:"rules"`
	From          *time.Time        `db:"from_at"`
	To            *time.Time        `db:"to_at"`
	EffectiveFrom *time.Time        `db:"effective_from"`
	EffectiveTo   *time.Time        `db:"effective_to"`
	PublishedAt   *time.Time        `db:"published_at"`
	PublishedBy   int64             `db:"published_by"`
	Change        string            `db:"change"`
	Impact        string            `db:"impact"`
}

func (r versionRow) version() Version {
	return Version{
		ID: r.ID, ArticleID: r.ArticleID, N: r.N,
		Text: Text{
			Locale: r.Locale, Title: r.Title, Summary: r.Summary, Answer: r.Answer, Body: r.Body, Keywords: r.Keywords,
			Symptoms: append([]string{}, r.Symptoms.V...), Causes: append([]Cause{}, r.Causes.V...), Rules: r.Rules,
		},
		From: r.From, To: r.To, EffectiveFrom: r.EffectiveFrom, EffectiveTo: r.EffectiveTo,
		PublishedAt: r.PublishedAt, PublishedBy: r.PublishedBy, Change: r.Change, Impact: r.Impact,
	}
}

func (s *Service) load(ctx context.Context, id int64) (Article, error) {
	r, err := db.One[articleRow](ctx, s.db, "SELECT "+db.Cols[articleRow]()+" FROM article WHERE id = ?", id)
	return r.article(), err
}

func (s *Service) loadMany(ctx context.Context, ids []int64) ([]Article, error) {
	var out []Article
	for some := range slices.Chunk(ids, 500) {
		q := db.In(db.New("SELECT "+db.Cols[articleRow]()+" FROM article WHERE 1 = 1"), "AND id IN", some).Add("ORDER BY id")
		rows, err := db.All[articleRow](ctx, s.db, q.String(), q.Args()...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			out = append(out, r.article())
		}
	}
	return out, nil
}

func (s *Service) withCode(ctx context.Context, code string) (Article, error) {
	r, err := db.One[articleRow](ctx, s.db, "SELECT "+db.Cols[articleRow]()+" FROM article WHERE code = ? AND code <> ''", code)
	return r.article(), err
}

func (s *Service) insert(ctx context.Context, a Article) (int64, error) {
	r := rowOf(a)
	id, err := db.Insert(ctx, s.db, "article", &r)
	if err != nil {
		return 0, codeTaken(err)
	}
	a.ID = id
	return id, s.refer(ctx, a)
}

// save stores an article that was at version was. The counters are not among
// what it stores: they go up beside it.
func (s *Service) save(ctx context.Context, a Article, was int64) error {
	r := rowOf(a)
	n, err := db.Exec(ctx, s.db, `UPDATE article SET kind = ?, topic = ?, audience = ?, team_ids = ?, product_ids = ?, type_ids = ?, tags = ?, code = ?, owner_id = ?,
		review_told = CASE WHEN review_by IS NULL OR review_by <> ? THEN ? ELSE review_told END, review_by = ?,
		status = ?, work = ?, live_n = ?, draft_n = ?, work_note = ?, updated_at = ?, published_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.Kind, r.Topic, r.Audience, r.TeamIDs, r.ProductIDs, r.TypeIDs, r.Tags, r.Code, r.OwnerID, orEpoch(r.ReviewBy), false, r.ReviewBy,
		r.Status, r.Work, r.LiveN, r.DraftN, r.WorkNote, r.UpdatedAt, r.PublishedAt, r.Version, r.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	if err != nil {
		return codeTaken(err)
	}
	return s.refer(ctx, a)
}

func orEpoch(t *time.Time) time.Time {
	if t == nil {
		return epoch
	}
	return *t
}

// codeTaken tells as a fault of the field that the code is in use.
func codeTaken(err error) error {
	if !errors.Is(err, db.ErrExists) {
		return err
	}
	var f fault.Fields
	f.Add("code", "field.taken")
	return f.Err()
}

// refer keeps by what an article is filtered.
func (s *Service) refer(ctx context.Context, a Article) error {
	type refRow struct {
		ID        int64  `db:"id"`
		ArticleID int64  `db:"article_id"`
		Kind      string `db:"kind"`
		Ref       string `db:"ref"`
	}
	had, err := db.All[refRow](ctx, s.db, "SELECT "+db.Cols[refRow]()+" FROM article_ref WHERE article_id = ?", a.ID)
	if err != nil {
		return err
	}
	want := map[[2]string]bool{}
	for _, t := range a.Tags {
		want[[2]string{"tag", t}] = true
	}
	for kind, ids := range map[string][]int64{"product": a.ProductIDs, "type": a.TypeIDs} {
		for _, id := range ids {
			want[[2]string{kind, strconv.FormatInt(id, 10)}] = true
		}
	}
	for _, r := range had {
		k := [2]string{r.Kind, r.Ref}
		if want[k] {
			delete(want, k)
			continue
		}
		if _, err := db.Exec(ctx, s.db, "DELETE FROM article_ref WHERE id = ?", r.ID); err != nil {
			return err
		}
	}
	order := make([][2]string, 0, len(want))
	for k := range want {
		order = append(order, k)
	}
	slices.SortFunc(order, func(x, y [2]string) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	for _, k := range order {
		if _, err := db.Insert(ctx, s.db, "article_ref", &refRow{ArticleID: a.ID, Kind: k[0], Ref: k[1]}); err != nil {
			return err
		}
	}
	return nil
}

// Filter chooses articles of the list. Zero values choose nothing.
type Filter struct {
	Status    Status // Review also finds published articles whose next version is in review
	Kind      Kind
	Audience  Audience
	Topic     string
	Tag       string
	OwnerID   int64
	ProductID int64
	TypeID    int64
	StaleAt   time.Time // those that should have been looked at again by then
}

// list gives articles, the last changed first; stale ones the longest due first.
// It is not asked who may read them: the caller leaves out what he may not.
func (s *Service) list(ctx context.Context, f Filter, size int, cursor string) ([]Article, error) {
	q := db.New("SELECT " + db.Cols[articleRow]() + " FROM article a WHERE 1 = 1")
	switch f.Status {
	case "":
	case Review:
		q.Add("AND (status = 'review' OR work = 'review')")
	default:
		q.Add("AND status = ?", f.Status)
	}
	q.If(f.Kind != "", "AND kind = ?", f.Kind).If(f.Audience != "", "AND audience = ?", f.Audience).
		If(f.Topic != "", "AND topic = ?", f.Topic).If(f.OwnerID != 0, "AND owner_id = ?", f.OwnerID)
	const ref = "AND EXISTS (SELECT 1 FROM article_ref r WHERE r.article_id = a.id AND r.kind = ? AND r.ref = ?)"
	q.If(f.Tag != "", ref, "tag", f.Tag).If(f.ProductID != 0, ref, "product", strconv.FormatInt(f.ProductID, 10)).
		If(f.TypeID != 0, ref, "type", strconv.FormatInt(f.TypeID, 10))
	var at, id int64
	if cursor != "" {
		if err := page.Decode(cursor, &at, &id); err != nil {
			return nil, err
		}
	}
	if f.StaleAt.IsZero() {
		q.If(cursor != "", "AND (updated_at, id) < (?, ?)", at, id).Add("ORDER BY updated_at DESC, id DESC LIMIT ?", size)
	} else {
		q.Add("AND status = 'published' AND review_by IS NOT NULL AND review_by < ?", f.StaleAt).
			If(cursor != "", "AND (review_by, id) > (?, ?)", at, id).Add("ORDER BY review_by, id LIMIT ?", size)
	}
	rows, err := db.All[articleRow](ctx, s.db, q.String(), q.Args()...)
	out := make([]Article, len(rows))
	for i, r := range rows {
		out[i] = r.article()
	}
	return out, err
}

func (f Filter) key(a Article) []any {
	if f.StaleAt.IsZero() {
		return []any{a.UpdatedAt.UnixMicro(), a.ID}
	}
	return []any{orEpoch(a.ReviewBy).UnixMicro(), a.ID}
}

// due gives articles whose review-by date has passed and whose owner has not
// been told.
func (s *Service) due(ctx context.Context, now time.Time, most int) ([]Article, error) {
	rows, err := db.All[articleRow](ctx, s.db, "SELECT "+db.Cols[articleRow]()+` FROM article
		WHERE review_by IS NOT NULL AND review_by < ? AND status = 'published' AND NOT review_told ORDER BY review_by, id LIMIT ?`, now, most)
	out := make([]Article, len(rows))
	for i, r := range rows {
		out[i] = r.article()
	}
	return out, err
}

// markTold notes that the owner was told; false when that was noted before.
func (s *Service) markTold(ctx context.Context, id int64) (bool, error) {
	n, err := db.Exec(ctx, s.db, "UPDATE article SET review_told = ? WHERE id = ? AND NOT review_told", true, id)
	return n > 0, err
}

// count adds one to a counter. column is one of the program's own words.
func (s *Service) count(ctx context.Context, id int64, what string) error {
	text := map[string]string{
		countUsed:      "UPDATE article SET uses = uses + 1 WHERE id = ?",
		countSolved:    "UPDATE article SET solved = solved + 1 WHERE id = ?",
		countHelpful:   "UPDATE article SET helpful = helpful + 1 WHERE id = ?",
		countUnhelpful: "UPDATE article SET unhelpful = unhelpful + 1 WHERE id = ?",
	}[what]
	n, err := db.Exec(ctx, s.db, text, id)
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}

func (s *Service) countCure(ctx context.Context, id int64, cure string) error {
	n, err := db.Exec(ctx, s.db, "UPDATE article_success SET solved = solved + 1 WHERE article_id = ? AND cure = ?", id, cure)
	if err != nil || n > 0 {
		return err
	}
	_, err = db.Exec(ctx, s.db, "INSERT INTO article_success (article_id, cure, solved) VALUES (?, ?, 1)", id, cure)
	return err
}

// successes gives how often each cure of an article has helped.
func (s *Service) successes(ctx context.Context, id int64) (map[string]int64, error) {
	type row struct {
		Cure   string `db:"cure"`
		Solved int64  `db:"solved"`
	}
	rows, err := db.All[row](ctx, s.db, "SELECT cure, solved FROM article_success WHERE article_id = ?", id)
	out := map[string]int64{}
	for _, r := range rows {
		out[r.Cure] = r.Solved
	}
	return out, err
}
