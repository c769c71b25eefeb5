package knowledge

import (
	"context"
	"time"

	"heed/internal/platform/db"
)

type synonymRow struct {
	ID        int64             `db:"id"`
	Words     db.JSON[[]string] `db:"words"`
	UpdatedAt time.Time         `db:"updated_at"`
	Version   int64             `db:"version"`
}

func (r synonymRow) synonym() Synonym { return Synonym{r.ID, r.Words.V, r.UpdatedAt, r.Version} }

// wordsMost bounds how many sets, terms and experts a firm may have.
const wordsMost = 5000

func (s *Service) allSynonyms(ctx context.Context) ([]Synonym, error) {
	rows, err := db.All[synonymRow](ctx, s.db, "SELECT "+db.Cols[synonymRow]()+" FROM synonym ORDER BY id LIMIT ?", wordsMost)
	out := make([]Synonym, len(rows))
	for i, r := range rows {
		out[i] = r.synonym()
	}
	return out, err
}

func (s *Service) findSynonym(ctx context.Context, id int64) (Synonym, error) {
	r, err := db.One[synonymRow](ctx, s.db, "SELECT "+db.Cols[synonymRow]()+" FROM synonym WHERE id = ?", id)
	return r.synonym(), err
}

func (s *Service) putSynonym(ctx context.Context, y Synonym, was int64) (int64, error) {
	if y.ID == 0 {
		return db.Insert(ctx, s.db, "synonym", &synonymRow{Words: db.JSON[[]string]{V: y.Words}, UpdatedAt: y.UpdatedAt, Version: y.Version})
	}
	n, err := db.Exec(ctx, s.db, "UPDATE synonym SET words = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?",
		db.JSON[[]string]{V: y.Words}, y.UpdatedAt, y.Version, y.ID, was)
	return y.ID, staleIfNone(n, err)
}

func (s *Service) deleteSynonym(ctx context.Context, id int64) error {
	n, err := db.Exec(ctx, s.db, "DELETE FROM synonym WHERE id = ?", id)
	return missingIfNone(n, err)
}

type termRow struct {
	ID          int64                      `db:"id"`
	Names       db.JSON[map[string]string] `db:"names"`
	Definitions db.JSON[map[string]string] `db:"definitions"`
	Aliases     db.JSON[[]string]          `db:"aliases"`
	UpdatedAt   time.Time                  `db:"updated_at"`
	Version     int64                      `db:"version"`
}

func (r termRow) term() GlossaryTerm {
	return GlossaryTerm{r.ID, r.Names.V, r.Definitions.V, r.Aliases.V, r.UpdatedAt, r.Version}
}

func (s *Service) allTerms(ctx context.Context) ([]GlossaryTerm, error) {
	rows, err := db.All[termRow](ctx, s.db, "SELECT "+db.Cols[termRow]()+" FROM glossary_term ORDER BY id LIMIT ?", wordsMost)
	out := make([]GlossaryTerm, len(rows))
	for i, r := range rows {
		out[i] = r.term()
	}
	return out, err
}

func (s *Service) findTerm(ctx context.Context, id int64) (GlossaryTerm, error) {
	r, err := db.One[termRow](ctx, s.db, "SELECT "+db.Cols[termRow]()+" FROM glossary_term WHERE id = ?", id)
	return r.term(), err
}

func (s *Service) putTerm(ctx context.Context, g GlossaryTerm, was int64) (int64, error) {
	r := termRow{
		Names: db.JSON[map[string]string]{V: g.Names}, Definitions: db.JSON[map[string]string]{V: g.Definitions}, Aliases: db.JSON[[]string]{V: g.Aliases},
		UpdatedAt: g.UpdatedAt, Version: g.Version,
	}
	if g.ID == 0 {
		return db.Insert(ctx, s.db, "glossary_term", &r)
	}
	n, err := db.Exec(ctx, s.db, "UPDATE glossary_term SET names = ?, definitions = ?, aliases = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?",
		r.Names, r.Definitions, r.Aliases, r.UpdatedAt, r.Version, g.ID, was)
	return g.ID, staleIfNone(n, err)
}

func (s *Service) deleteTerm(ctx context.Context, id int64) error {
	n, err := db.Exec(ctx, s.db, "DELETE FROM glossary_term WHERE id = ?", id)
	return missingIfNone(n, err)
}

type expertRow struct {
	ID        int64             `db:"id"`
	AgentID   int64             `db:"agent_id"`
	Subjects  db.JSON[[]string] `db:"subjects"`
	Note      string            `db:"note"`
	UpdatedAt time.Time         `db:"updated_at"`
	Version   int64             `db:"version"`
}

func (r expertRow) expert() Expert {
	return Expert{r.ID, r.AgentID, r.Subjects.V, r.Note, r.UpdatedAt, r.Version}
}

func (s *Service) allExperts(ctx context.Context) ([]Expert, error) {
	rows, err := db.All[expertRow](ctx, s.db, "SELECT "+db.Cols[expertRow]()+" FROM expert ORDER BY id LIMIT ?", wordsMost)
	out := make([]Expert, len(rows))
	for i, r := range rows {
		out[i] = r.expert()
	}
	return out, err
}

func (s *Service) findExpert(ctx context.Context, id int64) (Expert, error) {
	r, err := db.One[expertRow](ctx, s.db, "SELECT "+db.Cols[expertRow]()+" FROM expert WHERE id = ?", id)
	return r.expert(), err
}

func (s *Service) putExpert(ctx context.Context, e Expert, was int64) (int64, error) {
	if e.ID == 0 {
		return db.Insert(ctx, s.db, "expert", &expertRow{AgentID: e.AgentID, Subjects: db.JSON[[]string]{V: e.Subjects}, Note: e.Note, UpdatedAt: e.UpdatedAt, Version: e.Version})
	}
	n, err := db.Exec(ctx, s.db, "UPDATE expert SET agent_id = ?, subjects = ?, note = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?",
		e.AgentID, db.JSON[[]string]{V: e.Subjects}, e.Note, e.UpdatedAt, e.Version, e.ID, was)
	return e.ID, staleIfNone(n, err)
}

func (s *Service) deleteExpert(ctx context.Context, id int64) error {
	n, err := db.Exec(ctx, s.db, "DELETE FROM expert WHERE id = ?", id)
	return missingIfNone(n, err)
}

func staleIfNone(n int64, err error) error {
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

func missingIfNone(n int64, err error) error {
	if err == nil && n == 0 {
		return db.ErrNotFound
	}
	return err
}
