package diagnosis

import (
	"context"
	"time"

	"heed/internal/platform/db"
)

// Migrations gives the schema of the flows.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "diagnosis", N: 1, SQL: `
CREATE TABLE flow (
	id $id, names $json NOT NULL, type_ids $json NOT NULL, product_ids $json NOT NULL, state $text NOT NULL, nodes $json NOT NULL,
	live_n $int NOT NULL, changed $bool NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE flow_version (
	flow_id $int NOT NULL, n $int NOT NULL, names $json NOT NULL, nodes $json NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL,
	PRIMARY KEY (flow_id, n)
) $end;
CREATE TABLE walk (
	id $id, ticket_id $int NOT NULL, flow_id $int NOT NULL, flow_n $int NOT NULL, names $json NOT NULL, state $text NOT NULL, path $json NOT NULL,
	at_node $text NOT NULL, result $json NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, started_at $time NOT NULL, ended_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE INDEX walk_ticket ON walk (ticket_id, id);
`}}
}

type flowRow struct {
	ID         int64            `db:"id"`
	Names      db.JSON[Words]   `db:"names"`
	TypeIDs    db.JSON[[]int64] `db:"type_ids"`
	ProductIDs db.JSON[[]int64] `db:"product_ids"`
	State      string           `db:"state"`
	Nodes      db.JSON[[]Node]  `db:"nodes"`
	LiveN      int64            `db:"live_n"`
	Changed    bool             `db:"changed"`
	UpdatedAt  time.Time        `db:"updated_at"`
	Version    int64            `db:"version"`
}

func (r flowRow) flow() Flow {
	return Flow{r.ID, r.Names.V, r.TypeIDs.V, r.ProductIDs.V, r.State, r.Nodes.V, r.LiveN, r.Changed, r.UpdatedAt, r.Version}
}

func (s *Service) insertFlow(ctx context.Context, fl Flow) (int64, error) {
	return db.Insert(ctx, s.db, "flow", &flowRow{
		Names: db.JSON[Words]{V: fl.Names}, TypeIDs: db.JSON[[]int64]{V: fl.TypeIDs}, ProductIDs: db.JSON[[]int64]{V: fl.ProductIDs}, State: fl.State,
		Nodes: db.JSON[[]Node]{V: fl.Nodes}, LiveN: fl.LiveN, Changed: fl.Changed, UpdatedAt: fl.UpdatedAt, Version: fl.Version,
	})
}

func (s *Service) loadFlow(ctx context.Context, id int64) (Flow, error) {
	r, err := db.One[flowRow](ctx, s.db, "SELECT "+db.Cols[flowRow]()+" FROM flow WHERE id = ?", id)
	return r.flow(), err
}

// flowsMost bounds the list: a firm has some dozens.
const flowsMost = 500

func (s *Service) flows(ctx context.Context) ([]Flow, error) {
	rows, err := db.All[flowRow](ctx, s.db, "SELECT "+db.Cols[flowRow]()+" FROM flow ORDER BY id LIMIT ?", flowsMost)
	out := make([]Flow, len(rows))
	for i, r := range rows {
		out[i] = r.flow()
	}
	return out, err
}

// updateFlow stores a flow that was at version was.
func (s *Service) updateFlow(ctx context.Context, fl Flow, was int64) error {
	n, err := db.Exec(ctx, s.db, `UPDATE flow SET names = ?, type_ids = ?, product_ids = ?, state = ?, nodes = ?, live_n = ?, changed = ?, updated_at = ?, version = ?
		WHERE id = ? AND version = ?`,
		db.JSON[Words]{V: fl.Names}, db.JSON[[]int64]{V: fl.TypeIDs}, db.JSON[[]int64]{V: fl.ProductIDs}, fl.State, db.JSON[[]Node]{V: fl.Nodes},
		fl.LiveN, fl.Changed, fl.UpdatedAt, fl.Version, fl.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

func (s *Service) insertVersion(ctx context.Context, fl Flow, by int64, name string) error {
	_, err := db.Exec(ctx, s.db, "INSERT INTO flow_version (flow_id, n, names, nodes, by_id, by_name, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		fl.ID, fl.LiveN, db.JSON[Words]{V: fl.Names}, db.JSON[[]Node]{V: fl.Nodes}, by, name, fl.UpdatedAt)
	return err
}

type versionRow struct {
	Names db.JSON[Words]  `db:"names"`
	Nodes db.JSON[[]Node] `db:"nodes"`
}

// version gives the nodes of a published version.
func (s *Service) version(ctx context.Context, flow, n int64) (Words, []Node, error) {
	r, err := db.One[versionRow](ctx, s.db, "SELECT "+db.Cols[versionRow]()+" FROM flow_version WHERE flow_id = ? AND n = ?", flow, n)
	return r.Names.V, r.Nodes.V, err
}

type walkRow struct {
	ID        int64            `db:"id"`
	TicketID  int64            `db:"ticket_id"`
	FlowID    int64            `db:"flow_id"`
	FlowN     int64            `db:"flow_n"`
	Names     db.JSON[Words]   `db:"names"`
	State     string           `db:"state"`
	Path      db.JSON[[]Step]  `db:"path"`
	At        string           `db:"at_node"`
	Result    db.JSON[*Result] `db:"result"`
	ByID      int64            `db:"by_id"`
	ByName    string           `db:"by_name"`
	StartedAt time.Time        `db:"started_at"`
	EndedAt   time.Time        `db:"ended_at"`
	Version   int64            `db:"version"`
}

func (r walkRow) walk() Walk {
	return Walk{
		r.ID, r.TicketID, r.FlowID, r.FlowN, r.Names.V, r.State, r.Path.V, r.At, r.Result.V, r.ByID, r.ByName, r.StartedAt, r.EndedAt, r.Version,
	}
}

func (s *Service) insertWalk(ctx context.Context, w Walk) (int64, error) {
	return db.Insert(ctx, s.db, "walk", &walkRow{
		TicketID: w.TicketID, FlowID: w.FlowID, FlowN: w.FlowN, Names: db.JSON[Words]{V: w.Names}, State: w.State, Path: db.JSON[[]Step]{V: w.Path},
		At: w.At, Result: db.JSON[*Result]{V: w.Result}, ByID: w.ByID, ByName: w.ByName, StartedAt: w.StartedAt, EndedAt: w.EndedAt, Version: w.Version,
	})
}

func (s *Service) loadWalk(ctx context.Context, id int64) (Walk, error) {
	r, err := db.One[walkRow](ctx, s.db, "SELECT "+db.Cols[walkRow]()+" FROM walk WHERE id = ?", id)
	return r.walk(), err
}

func (s *Service) walksOn(ctx context.Context, ticketID int64) ([]Walk, error) {
	rows, err := db.All[walkRow](ctx, s.db, "SELECT "+db.Cols[walkRow]()+" FROM walk WHERE ticket_id = ? ORDER BY id DESC LIMIT 100", ticketID)
	out := make([]Walk, len(rows))
	for i, r := range rows {
		out[i] = r.walk()
	}
	return out, err
}

// updateWalk stores a walk that was at version was.
func (s *Service) updateWalk(ctx context.Context, w Walk, was int64) error {
	n, err := db.Exec(ctx, s.db, "UPDATE walk SET state = ?, path = ?, at_node = ?, result = ?, ended_at = ?, version = ? WHERE id = ? AND version = ?",
		w.State, db.JSON[[]Step]{V: w.Path}, w.At, db.JSON[*Result]{V: w.Result}, w.EndedAt, w.Version, w.ID, was)
	if err == nil && n == 0 {
		return db.ErrStale
	}
	return err
}

func (s *Service) purge(ctx context.Context, tickets, flows []int64) error {
	for _, id := range tickets {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM walk WHERE ticket_id = ?", id); err != nil {
			return err
		}
	}
	for _, id := range flows {
		for _, text := range []string{"DELETE FROM walk WHERE flow_id = ?", "DELETE FROM flow_version WHERE flow_id = ?", "DELETE FROM flow WHERE id = ?"} {
			if _, err := db.Exec(ctx, s.db, text, id); err != nil {
				return err
			}
		}
	}
	return nil
}
