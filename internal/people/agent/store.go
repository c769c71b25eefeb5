package agent

import (
	"context"
	"time"

	"heed/internal/platform/db"
)

// Migrations gives the schema of agents and teams.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "agent", N: 1, SQL: `
CREATE TABLE agent (
	id $id,
	name $text NOT NULL, email $text NOT NULL, role $text NOT NULL, state $text NOT NULL,
	locale $text NOT NULL, zone $text NOT NULL, theme $text NOT NULL, density $text NOT NULL,
	signature_html $text NOT NULL, shortcuts $json NOT NULL,
	joined_at $time, created_at $time NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX agent_email ON agent (email);
CREATE INDEX agent_administrators ON agent (id) WHERE role = 'administrator' AND state = 'active';
CREATE TABLE team (
	id $id,
	name $text NOT NULL, name_fold $text NOT NULL, private $bool NOT NULL, lead_id $int NOT NULL, archived $bool NOT NULL,
	created_at $time NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE UNIQUE INDEX team_name ON team (name_fold) WHERE NOT archived;
CREATE TABLE team_member (
	team_id $int NOT NULL REFERENCES team (id), agent_id $int NOT NULL REFERENCES agent (id),
	PRIMARY KEY (team_id, agent_id)
) $end;
CREATE INDEX team_member_agent ON team_member (agent_id, team_id);
`}}
}

// row is an agent as it is stored.
type row struct {
	ID            int64                      `db:"id"`
	Name          string                     `db:"name"`
	Email         string                     `db:"email"`
	Role          string                     `db:"role"`
	State         string                     `db:"state"`
	Locale        string                     `db:"locale"`
	Zone          string                     `db:"zone"`
	Theme         string                     `db:"theme"`
	Density       string                     `db:"density"`
	SignatureHTML string                     `db:"signature_html"`
	Shortcuts     db.JSON[map[string]string] `db:"shortcuts"`
	JoinedAt      *time.Time                 `db:"joined_at"`
	CreatedAt     time.Time                  `db:"created_at"`
	UpdatedAt     time.Time                  `db:"updated_at"`
	Version       int64                      `db:"version"`
}

func (r row) agent(teams []int64) Agent {
	if teams == nil {
		teams = []int64{}
	}
	return Agent{
		ID: r.ID, Name: r.Name, Email: r.Email, Role: r.Role, State: State(r.State), TeamIDs: teams, Locale: r.Locale,
		Zone: r.Zone, Theme: r.Theme, Density: r.Density, SignatureHTML: r.SignatureHTML, Shortcuts: r.Shortcuts.V,
		JoinedAt: r.JoinedAt, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
}

func rowOf(a Agent) row {
	return row{
		ID: a.ID, Name: a.Name, Email: a.Email, Role: a.Role, State: string(a.State), Locale: a.Locale, Zone: a.Zone,
		Theme: a.Theme, Density: a.Density, SignatureHTML: a.SignatureHTML, Shortcuts: db.JSON[map[string]string]{V: a.Shortcuts},
		JoinedAt: a.JoinedAt, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt, Version: a.Version,
	}
}

// forUpdate keeps others from changing the rows read until the transaction
// ends. SQLite has one writer and needs no such thing.
func (s *Service) forUpdate(lock bool) string {
	if lock && s.db.Postgres() {
		return " FOR UPDATE"
	}
	return ""
}

func (s *Service) load(ctx context.Context, id int64, lock bool) (Agent, error) {
	return s.loadWhere(ctx, "WHERE id = ?"+s.forUpdate(lock), id)
}

func (s *Service) loadByEmail(ctx context.Context, email string) (Agent, error) {
	return s.loadWhere(ctx, "WHERE email = ?", email)
}

func (s *Service) loadWhere(ctx context.Context, where string, arg any) (Agent, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM agent "+where, arg)
	if err != nil {
		return Agent{}, err
	}
	teams, err := s.loadTeamsOf(ctx, r.ID)
	return r.agent(teams), err
}

func (s *Service) loadMany(ctx context.Context, state State, after int64, limit int) ([]Agent, error) {
	q := db.New("SELECT "+db.Cols[row]()+" FROM agent WHERE id > ?", after).
		If(state != "", "AND state = ?", string(state)).
		Add("ORDER BY id LIMIT ?", limit)
	rows, err := db.All[row](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	in := db.In(db.New("SELECT team_id, agent_id FROM team_member WHERE"), "agent_id IN", ids).Add("ORDER BY team_id")
	members, err := db.All[member](ctx, s.db, in.String(), in.Args()...)
	teams := map[int64][]int64{}
	for _, m := range members {
		teams[m.Agent] = append(teams[m.Agent], m.Team)
	}
	out := make([]Agent, len(rows))
	for i, r := range rows {
		out[i] = r.agent(teams[r.ID])
	}
	return out, err
}

func (s *Service) insert(ctx context.Context, a Agent) (Agent, error) {
	r := rowOf(a)
	id, err := db.Insert(ctx, s.db, "agent", &r)
	a.ID = id
	return a, err
}

// update stores a, whose version is one more than the one it was made from.
func (s *Service) update(ctx context.Context, a Agent) error {
	r := rowOf(a)
	n, err := db.Exec(ctx, s.db, `UPDATE agent SET name = ?, role = ?, state = ?, locale = ?, zone = ?, theme = ?, density = ?,
		signature_html = ?, shortcuts = ?, joined_at = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.Name, r.Role, r.State, r.Locale, r.Zone, r.Theme, r.Density, r.SignatureHTML, r.Shortcuts, r.JoinedAt,
		r.UpdatedAt, r.Version, r.ID, r.Version-1)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return err
}

// lockAdministrators gives the active administrators and keeps them as they are
// until the transaction ends, so that two cannot remove each other at once.
func (s *Service) lockAdministrators(ctx context.Context) ([]int64, error) {
	return db.All[int64](ctx, s.db,
		"SELECT id FROM agent WHERE role = 'administrator' AND state = 'active' ORDER BY id"+s.forUpdate(true))
}

func (s *Service) anyAdministrator(ctx context.Context) (bool, error) {
	ids, err := db.All[int64](ctx, s.db, "SELECT id FROM agent WHERE role = 'administrator' AND state = 'active' LIMIT 1")
	return len(ids) > 0, err
}

// workingAmong gives those of the ids that are agents who are not disabled.
func (s *Service) workingAmong(ctx context.Context, ids []int64) ([]int64, error) {
	q := db.In(db.New("SELECT id FROM agent WHERE state <> 'disabled'"), "AND id IN", ids)
	return db.All[int64](ctx, s.db, q.String(), q.Args()...)
}
