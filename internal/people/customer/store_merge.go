package customer

import (
	"context"
	"errors"
	"slices"
	"time"

	"heed/internal/platform/db"
)

// lockAll keeps customers from being changed by others until the transaction
// ends, always in the same order. SQLite has one writer and needs no such thing.
func (s *Service) lockAll(ctx context.Context, ids ...int64) error {
	if !s.db.Postgres() {
		return nil
	}
	q := db.In(db.New("SELECT id FROM customer WHERE 1 = 1"), "AND id IN", ids).Add("ORDER BY id FOR UPDATE")
	_, err := db.All[int64](ctx, s.db, q.String(), q.Args()...)
	return err
}

// many loads customers with all that belongs to them, in the order of the ids.
func (s *Service) many(ctx context.Context, ids []int64) ([]Customer, error) {
	if len(ids) == 0 {
		return []Customer{}, nil
	}
	q := db.In(db.New("SELECT "+db.Cols[Customer]()+" FROM customer WHERE 1 = 1"), "AND id IN", ids)
	rows, err := db.All[Customer](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Customer) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return s.complete(ctx, rows)
}

func (s *Service) mergedInto(ctx context.Context, id int64) (int64, error) {
	into, err := db.One[int64](ctx, s.db, "SELECT merged_into FROM customer WHERE id = ?", id)
	if errors.Is(err, db.ErrNotFound) {
		return 0, nil
	}
	return into, err
}

// links gives the links of customers that lead up (-1) or down (1), the oldest first.
func (s *Service) links(ctx context.Context, ids []int64, way int) ([]Link, error) {
	end := "AND upper_id IN"
	if way < 0 {
		end = "AND lower_id IN"
	}
	q := db.In(db.New("SELECT "+db.Cols[Link]()+" FROM customer_link WHERE 1 = 1"), end, ids).Add("ORDER BY id")
	return db.All[Link](ctx, s.db, q.String(), q.Args()...)
}

func (s *Service) loadLink(ctx context.Context, id int64) (Link, error) {
	return db.One[Link](ctx, s.db, "SELECT "+db.Cols[Link]()+" FROM customer_link WHERE id = ?", id)
}

func (s *Service) insertLink(ctx context.Context, l Link) (int64, error) {
	return db.Insert(ctx, s.db, "customer_link", &l)
}

func (s *Service) deleteLinks(ctx context.Context, ids []int64) error {
	q := db.In(db.New(""), "DELETE FROM customer_link WHERE id IN", ids)
	_, err := db.Exec(ctx, s.db, q.String(), q.Args()...)
	return err
}

func (s *Service) loadNotes(ctx context.Context, id int64) ([]Note, error) {
	return db.All[Note](ctx, s.db, "SELECT "+db.Cols[Note]()+" FROM customer_note WHERE customer_id = ? ORDER BY id DESC", id)
}

func (s *Service) insertNote(ctx context.Context, n Note) (int64, error) {
	return db.Insert(ctx, s.db, "customer_note", &n)
}

func (s *Service) deleteNote(ctx context.Context, id, note int64) (int64, error) {
	return db.Exec(ctx, s.db, "DELETE FROM customer_note WHERE id = ? AND customer_id = ?", note, id)
}

// resembling gives candidates for being the same as c: who has one of his
// addresses or numbers, or a name that is typed alike.
func (s *Service) resembling(ctx context.Context, c Customer) ([]Customer, error) {
	const each = "SELECT customer_id FROM customer_identity WHERE"
	emails, numbers := make([]string, len(c.Emails)), make([]string, len(c.Phones))
	for i, e := range c.Emails {
		emails[i] = e.Value
	}
	for i, p := range c.Phones {
		numbers[i] = p.Number.String()
	}
	q := db.New("SELECT "+columns+" FROM customer AS c WHERE c.merged_into = 0 AND c.id <> ? AND c.id IN (", c.ID)
	q = db.In(q, each+" kind = 'email' AND value IN", emails)
	q = db.In(q.Add("UNION"), each+" kind = 'phone' AND value IN", numbers)
	if c.NameSort != nameless && c.NameSort != "" {
		q.Add("UNION SELECT id FROM (SELECT id FROM customer WHERE name_sort = ? ORDER BY id LIMIT ?) AS named", c.NameSort, 3*duplicatesMost)
	}
	q.Add(") ORDER BY c.id LIMIT ?", 5*duplicatesMost)
	return db.All[Customer](ctx, s.db, q.String(), q.Args()...)
}

type mergeRow struct {
	ID       int64          `db:"id"`
	From     int64          `db:"from_id"`
	Into     int64          `db:"into_id"`
	Moved    db.JSON[moved] `db:"moved"`
	ByID     int64          `db:"by_id"`
	ByName   string         `db:"by_name"`
	At       time.Time      `db:"at"`
	UndoneAt int64          `db:"undone_at"` // 0: it holds
}

func (r mergeRow) merge() Merge {
	m := Merge{ID: r.ID, From: r.From, Into: r.Into, ByID: r.ByID, ByName: r.ByName, At: r.At}
	if r.UndoneAt != 0 {
		m.UndoneAt = time.UnixMicro(r.UndoneAt).UTC()
	}
	return m
}

func (s *Service) insertMerge(ctx context.Context, m Merge, was moved) (int64, error) {
	r := mergeRow{From: m.From, Into: m.Into, Moved: db.JSON[moved]{V: was}, ByID: m.ByID, ByName: m.ByName, At: m.At}
	return db.Insert(ctx, s.db, "customer_merge", &r)
}

func (s *Service) loadMerge(ctx context.Context, id int64) (Merge, moved, error) {
	r, err := db.One[mergeRow](ctx, s.db, "SELECT "+db.Cols[mergeRow]()+" FROM customer_merge WHERE id = ?", id)
	return r.merge(), r.Moved.V, err
}

// loadMerges gives the merges into a customer that hold, the newest first.
func (s *Service) loadMerges(ctx context.Context, into int64) ([]Merge, error) {
	rows, err := db.All[mergeRow](ctx, s.db, "SELECT "+db.Cols[mergeRow]()+" FROM customer_merge WHERE into_id = ? AND undone_at = 0 ORDER BY id DESC", into)
	out := make([]Merge, len(rows))
	for i, r := range rows {
		out[i] = r.merge()
	}
	return out, err
}

func (s *Service) markUndone(ctx context.Context, m Merge) error {
	_, err := db.Exec(ctx, s.db, "UPDATE customer_merge SET undone_at = ? WHERE id = ?", m.UndoneAt, m.ID)
	return err
}

// moveRows moves notes, people and links from one customer to another and notes
// what it moved.
func (s *Service) moveRows(ctx context.Context, from, into int64, was *moved) error {
	var err error
	if was.Notes, err = db.All[int64](ctx, s.db, "SELECT id FROM customer_note WHERE customer_id = ? ORDER BY id", from); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, s.db, "UPDATE customer_note SET customer_id = ? WHERE customer_id = ?", into, from); err != nil {
		return err
	}
	if err := s.movePeople(ctx, from, into, was); err != nil {
		return err
	}
	return s.moveLinks(ctx, from, into, was)
}

func (s *Service) movePeople(ctx context.Context, from, into int64, was *moved) error {
	type row struct {
		ID     int64             `db:"id"`
		Person int64             `db:"person_id"`
		Title  string            `db:"title"`
		Roles  db.JSON[[]string] `db:"roles"`
		Both   bool              `db:"both_of"`
	}
	rows, err := db.All[row](ctx, s.db, `SELECT a.id, a.person_id, a.title, a.roles,
		EXISTS (SELECT 1 FROM customer_affiliation AS b WHERE b.person_id = a.person_id AND b.organization_id = ?) AS both_of
		FROM customer_affiliation AS a WHERE a.organization_id = ? ORDER BY a.id`, into, from)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Both {
			was.Doubled = append(was.Doubled, member{r.ID, r.Person, r.Title, r.Roles.V})
			_, err = db.Exec(ctx, s.db, "DELETE FROM customer_affiliation WHERE id = ?", r.ID)
		} else {
			was.People = append(was.People, r.Person)
			_, err = db.Exec(ctx, s.db, "UPDATE customer_affiliation SET organization_id = ? WHERE id = ?", into, r.ID)
		}
		if err != nil {
			return err
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := s.countPeople(ctx, from, -int64(len(rows))); err != nil {
		return err
	}
	return s.countPeople(ctx, into, int64(len(was.People)))
}

// moveLinks moves links; those that the other has already, or that would join
// it with itself, are dropped and noted.
func (s *Service) moveLinks(ctx context.Context, from, into int64, was *moved) error {
	for _, way := range []int{-1, 1} {
		mine, err := s.links(ctx, []int64{from}, way)
		if err != nil {
			return err
		}
		his, err := s.links(ctx, []int64{into}, way)
		if err != nil {
			return err
		}
		for _, l := range mine {
			next := l
			if way > 0 {
				next.Upper = into
			} else {
				next.Lower = into
			}
			known := slices.ContainsFunc(his, func(o Link) bool { return o.Upper == next.Upper && o.Lower == next.Lower && o.Kind == next.Kind })
			switch {
			case known || next.Upper == next.Lower:
				was.Dropped = append(was.Dropped, l)
				err = s.deleteLinks(ctx, []int64{l.ID})
			case way > 0:
				was.Upper = append(was.Upper, l.ID)
				_, err = db.Exec(ctx, s.db, "UPDATE customer_link SET upper_id = ? WHERE id = ?", into, l.ID)
			default:
				was.Lower = append(was.Lower, l.ID)
				_, err = db.Exec(ctx, s.db, "UPDATE customer_link SET lower_id = ? WHERE id = ?", into, l.ID)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// moveBack gives back what a merge has moved. What has gone since, or has been
// moved on by hand, stays where it is.
func (s *Service) moveBack(ctx context.Context, from, into int64, was moved) error {
	back := func(text, key string, ids []int64) (int64, error) {
		if len(ids) == 0 {
			return 0, nil
		}
		q := db.In(db.New(text, from, into), key, ids)
		return db.Exec(ctx, s.db, q.String(), q.Args()...)
	}
	if _, err := back("UPDATE customer_note SET customer_id = ? WHERE customer_id = ?", "AND id IN", was.Notes); err != nil {
		return err
	}
	if _, err := back("UPDATE customer_link SET upper_id = ? WHERE upper_id = ?", "AND id IN", was.Upper); err != nil {
		return err
	}
	if _, err := back("UPDATE customer_link SET lower_id = ? WHERE lower_id = ?", "AND id IN", was.Lower); err != nil {
		return err
	}
	for _, l := range was.Dropped {
		if _, err := db.Exec(ctx, s.db, `INSERT INTO customer_link (id, upper_id, lower_id, kind, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (upper_id, lower_id, kind) DO NOTHING`, l.ID, l.Upper, l.Lower, l.Kind, l.At); err != nil {
			return err
		}
	}
	moved, err := back("UPDATE customer_affiliation SET organization_id = ? WHERE organization_id = ?", "AND person_id IN", was.People)
	if err != nil {
		return err
	}
	restored := int64(0)
	for _, m := range was.Doubled {
		n, err := db.Exec(ctx, s.db, `INSERT INTO customer_affiliation (id, person_id, organization_id, title, roles) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (person_id, organization_id) DO NOTHING`, m.ID, m.Person, from, m.Title, db.JSON[[]string]{V: m.Roles})
		if err != nil {
			return err
		}
		restored += n
	}
	if err := s.countPeople(ctx, into, -moved); err != nil {
		return err
	}
	return s.countPeople(ctx, from, moved+restored)
}
