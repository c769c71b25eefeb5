package signin

import (
	"context"
	"time"

	"heed/internal/platform/db"
)

// Migrations gives the schema of this slice.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "signin", N: 1, SQL: `
CREATE TABLE signin_password (
	agent_id $int NOT NULL PRIMARY KEY, hash $text NOT NULL, changed_at $time NOT NULL
) $end;
CREATE TABLE signin_session (
	id $id, hash $text NOT NULL, agent_id $int NOT NULL, created_at $time NOT NULL, last_seen_at $time NOT NULL,
	address $text NOT NULL, user_agent $text NOT NULL
) $end;
CREATE UNIQUE INDEX signin_session_hash ON signin_session (hash);
CREATE INDEX signin_session_agent ON signin_session (agent_id);
CREATE TABLE signin_token (
	id $id, hash $text NOT NULL, agent_id $int NOT NULL, name $text NOT NULL, prefix $text NOT NULL,
	created_at $time NOT NULL, last_used_at $time, expires_at $time
) $end;
CREATE UNIQUE INDEX signin_token_hash ON signin_token (hash);
CREATE INDEX signin_token_agent ON signin_token (agent_id);
CREATE TABLE signin_link (
	id $id, hash $text NOT NULL, kind $text NOT NULL, agent_id $int NOT NULL, created_at $time NOT NULL, expires_at $time NOT NULL
) $end;
CREATE UNIQUE INDEX signin_link_hash ON signin_link (hash);
CREATE INDEX signin_link_agent ON signin_link (agent_id);
CREATE TABLE signin_throttle (
	key $text NOT NULL PRIMARY KEY, failures $int NOT NULL, last_at $time NOT NULL, until_at $time NOT NULL
) $end;
CREATE TABLE signin_address (
	agent_id $int NOT NULL, network $text NOT NULL, last_at $time NOT NULL,
	PRIMARY KEY (agent_id, network)
) $end;
`}}
}

func (s *Service) passwordOf(ctx context.Context, agentID int64) (string, error) {
	return db.One[string](ctx, s.db, "SELECT hash FROM signin_password WHERE agent_id = ?", agentID)
}

func (s *Service) savePassword(ctx context.Context, agentID int64, hash string, at time.Time) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO signin_password (agent_id, hash, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (agent_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`, agentID, hash, at)
	return err
}

type sessionRow struct {
	Session
	Hash string `db:"hash"`
}

func (s *Service) insertSession(ctx context.Context, v Session, hash string) (int64, error) {
	return db.Insert(ctx, s.db, "signin_session", &sessionRow{v, hash})
}

func (s *Service) sessionByHash(ctx context.Context, hash string) (Session, error) {
	return db.One[Session](ctx, s.db, "SELECT "+db.Cols[Session]()+" FROM signin_session WHERE hash = ?", hash)
}

func (s *Service) sessionsOf(ctx context.Context, agentID int64) ([]Session, error) {
	return db.All[Session](ctx, s.db,
		"SELECT "+db.Cols[Session]()+" FROM signin_session WHERE agent_id = ? ORDER BY last_seen_at DESC, id DESC", agentID)
}

func (s *Service) touchSession(ctx context.Context, id int64, at time.Time) error {
	_, err := db.Exec(ctx, s.db, "UPDATE signin_session SET last_seen_at = ? WHERE id = ?", at, id)
	return err
}

func (s *Service) deleteSession(ctx context.Context, agentID, id int64) (int64, error) {
	return db.Exec(ctx, s.db, "DELETE FROM signin_session WHERE agent_id = ? AND id = ?", agentID, id)
}

func (s *Service) deleteSessions(ctx context.Context, agentID, except int64) (int64, error) {
	return db.Exec(ctx, s.db, "DELETE FROM signin_session WHERE agent_id = ? AND id <> ?", agentID, except)
}

type keyRow struct {
	Key
	Hash string `db:"hash"`
}

func (s *Service) insertKey(ctx context.Context, k Key, hash string) (int64, error) {
	return db.Insert(ctx, s.db, "signin_token", &keyRow{k, hash})
}

func (s *Service) keyByHash(ctx context.Context, hash string) (Key, error) {
	return db.One[Key](ctx, s.db, "SELECT "+db.Cols[Key]()+" FROM signin_token WHERE hash = ?", hash)
}

func (s *Service) keyOfAgent(ctx context.Context, agentID, id int64) (Key, error) {
	return db.One[Key](ctx, s.db, "SELECT "+db.Cols[Key]()+" FROM signin_token WHERE agent_id = ? AND id = ?", agentID, id)
}

func (s *Service) keysOf(ctx context.Context, agentID int64) ([]Key, error) {
	return db.All[Key](ctx, s.db, "SELECT "+db.Cols[Key]()+" FROM signin_token WHERE agent_id = ? ORDER BY id DESC", agentID)
}

func (s *Service) touchKey(ctx context.Context, id int64, at time.Time) error {
	_, err := db.Exec(ctx, s.db, "UPDATE signin_token SET last_used_at = ? WHERE id = ?", at, id)
	return err
}

func (s *Service) deleteKey(ctx context.Context, id int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM signin_token WHERE id = ?", id)
	return err
}

// deleteKeysOf removes the API tokens and links of an agent.
func (s *Service) deleteKeysOf(ctx context.Context, agentID int64) error {
	if _, err := db.Exec(ctx, s.db, "DELETE FROM signin_token WHERE agent_id = ?", agentID); err != nil {
		return err
	}
	return s.deleteLinksOf(ctx, agentID)
}

func (s *Service) insertLink(ctx context.Context, l link) error {
	_, err := db.Insert(ctx, s.db, "signin_link", &l)
	return err
}

func (s *Service) linkByHash(ctx context.Context, hash string) (link, error) {
	return db.One[link](ctx, s.db, "SELECT "+db.Cols[link]()+" FROM signin_link WHERE hash = ?", hash)
}

func (s *Service) deleteLink(ctx context.Context, id int64) (int64, error) {
	return db.Exec(ctx, s.db, "DELETE FROM signin_link WHERE id = ?", id)
}

func (s *Service) deleteLinksOf(ctx context.Context, agentID int64) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM signin_link WHERE agent_id = ?", agentID)
	return err
}

func (s *Service) deleteSetupLinks(ctx context.Context) (int64, error) {
	return db.Exec(ctx, s.db, "DELETE FROM signin_link WHERE kind = 'setup'")
}

// lockCounter gives a counter, new if there is none, and keeps others from it
// until the transaction ends.
func (s *Service) lockCounter(ctx context.Context, key string) (counter, error) {
	_, err := db.Exec(ctx, s.db,
		"INSERT INTO signin_throttle (key, failures, last_at, until_at) VALUES (?, 0, 0, 0) ON CONFLICT (key) DO NOTHING", key)
	if err != nil {
		return counter{}, err
	}
	text := "SELECT key, failures, last_at, until_at FROM signin_throttle WHERE key = ?"
	if s.db.Postgres() {
		text += " FOR UPDATE"
	}
	return db.One[counter](ctx, s.db, text, key)
}

func (s *Service) saveCounter(ctx context.Context, c counter) error {
	_, err := db.Exec(ctx, s.db, "UPDATE signin_throttle SET failures = ?, last_at = ?, until_at = ? WHERE key = ?",
		c.Failures, c.LastAt, c.UntilAt, c.Key)
	return err
}

// lowerCounter takes one failure back, and the pause that it brought.
func (s *Service) lowerCounter(ctx context.Context, key string) error {
	_, err := db.Exec(ctx, s.db, "UPDATE signin_throttle SET failures = failures - 1, until_at = last_at WHERE key = ? AND failures > 0", key)
	return err
}

func (s *Service) deleteCounter(ctx context.Context, key string) error {
	_, err := db.Exec(ctx, s.db, "DELETE FROM signin_throttle WHERE key = ?", key)
	return err
}

func (s *Service) knownAddress(ctx context.Context, agentID int64, network string) (bool, error) {
	found, err := db.All[int64](ctx, s.db, "SELECT 1 FROM signin_address WHERE agent_id = ? AND network = ?", agentID, network)
	return len(found) > 0, err
}

func (s *Service) rememberAddress(ctx context.Context, agentID int64, network string, at time.Time) error {
	_, err := db.Exec(ctx, s.db, `INSERT INTO signin_address (agent_id, network, last_at) VALUES (?, ?, ?)
		ON CONFLICT (agent_id, network) DO UPDATE SET last_at = excluded.last_at`, agentID, network, at)
	return err
}

// sweep removes sessions and links that have run out, counters that are
// forgotten and addresses not come from for long.
func (s *Service) sweep(ctx context.Context, now time.Time) error {
	for _, d := range []struct {
		text string
		args []any
	}{
		{"DELETE FROM signin_session WHERE last_seen_at < ? OR created_at < ?", []any{now.Add(-sessionIdle), now.Add(-sessionMost)}},
		{"DELETE FROM signin_link WHERE kind <> 'setup' AND expires_at < ?", []any{now}},
		{"DELETE FROM signin_token WHERE expires_at < ?", []any{now.Add(-sessionMost)}},
		{"DELETE FROM signin_throttle WHERE last_at < ? AND until_at < ?", []any{now.Add(-byPair.quiet), now}},
		{"DELETE FROM signin_address WHERE last_at < ?", []any{now.Add(-sessionMost)}},
	} {
		if _, err := db.Exec(ctx, s.db, d.text, d.args...); err != nil {
			return err
		}
	}
	return nil
}
