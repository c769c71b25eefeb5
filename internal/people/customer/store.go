package customer

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	"heed/internal/people/identity"
	"heed/internal/platform/db"
)

// Migrations gives the schema of customers. What is searched by how it begins
// is compared byte by byte on PostgreSQL, too, whatever the database's locale.
func Migrations() []db.Migration {
	return []db.Migration{{
		Slice: "customer", N: 1,
		SQL: `
CREATE TABLE customer (
	id $id,
	kind $text NOT NULL, name $text NOT NULL, name_sort $text NOT NULL, salutation $text NOT NULL, locale $text NOT NULL,
	zone $text NOT NULL, notes $text NOT NULL, people_count $int NOT NULL,
	created_at $time NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE INDEX customer_sort ON customer (name_sort, id);
CREATE INDEX customer_kind_sort ON customer (kind, name_sort, id);
CREATE TABLE customer_identity (
	id $id,
	customer_id $int NOT NULL REFERENCES customer (id), kind $text NOT NULL, value $text NOT NULL, reversed $text NOT NULL,
	label $text NOT NULL
) $end;
CREATE UNIQUE INDEX customer_identity_once ON customer_identity (customer_id, kind, value);
CREATE INDEX customer_identity_value ON customer_identity (kind, value, customer_id);
CREATE INDEX customer_identity_end ON customer_identity (reversed, customer_id);
CREATE TABLE customer_affiliation (
	id $id,
	person_id $int NOT NULL REFERENCES customer (id), organization_id $int NOT NULL REFERENCES customer (id), title $text NOT NULL
) $end;
CREATE UNIQUE INDEX customer_affiliation_once ON customer_affiliation (person_id, organization_id);
CREATE INDEX customer_affiliation_people ON customer_affiliation (organization_id, person_id);
CREATE TABLE customer_token (
	token $text NOT NULL, customer_id $int NOT NULL,
	PRIMARY KEY (token, customer_id)
) $end;
CREATE INDEX customer_token_customer ON customer_token (customer_id);
`,
		Postgres: `
ALTER TABLE customer ALTER COLUMN name_sort TYPE TEXT COLLATE "C";
ALTER TABLE customer_identity ALTER COLUMN value TYPE TEXT COLLATE "C", ALTER COLUMN reversed TYPE TEXT COLLATE "C";
ALTER TABLE customer_token ALTER COLUMN token TYPE TEXT COLLATE "C";
`,
	}, {
		Slice: "customer", N: 2,
		SQL: `
ALTER TABLE customer ADD COLUMN tier $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN region $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN city $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN since $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN novice $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN preferred_agent_id $int NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN need_level $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN customer_type $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN chain_role $text NOT NULL DEFAULT '';
ALTER TABLE customer ADD COLUMN anonymous $bool NOT NULL DEFAULT false;
ALTER TABLE customer ADD COLUMN merged_into $int NOT NULL DEFAULT 0;
ALTER TABLE customer ADD COLUMN preferences $json NOT NULL DEFAULT '[]';
ALTER TABLE customer_affiliation ADD COLUMN roles $json NOT NULL DEFAULT '[]';
CREATE INDEX customer_merged ON customer (merged_into, id) WHERE merged_into > 0;
CREATE INDEX customer_tier ON customer (tier, name_sort, id) WHERE tier <> '';
CREATE TABLE customer_note (
	id $id,
	customer_id $int NOT NULL REFERENCES customer (id), text $text NOT NULL, consent_how $text NOT NULL,
	by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL
) $end;
CREATE INDEX customer_note_customer ON customer_note (customer_id, id);
CREATE TABLE customer_link (
	id $id,
	upper_id $int NOT NULL REFERENCES customer (id), lower_id $int NOT NULL REFERENCES customer (id), kind $text NOT NULL,
	at $time NOT NULL
) $end;
CREATE UNIQUE INDEX customer_link_once ON customer_link (upper_id, lower_id, kind);
CREATE INDEX customer_link_lower ON customer_link (lower_id, upper_id);
CREATE TABLE customer_merge (
	id $id,
	from_id $int NOT NULL REFERENCES customer (id), into_id $int NOT NULL REFERENCES customer (id),
	moved $json NOT NULL, by_id $int NOT NULL, by_name $text NOT NULL, at $time NOT NULL, undone_at $time NOT NULL
) $end;
CREATE INDEX customer_merge_from ON customer_merge (from_id, id);
CREATE INDEX customer_merge_into ON customer_merge (into_id, id);
`,
	}}
}

// The kinds of customer_identity.
const (
	kindEmail = "email"
	kindPhone = "phone"
)

type identityRow struct {
	ID         int64  `db:"id"`
	CustomerID int64  `db:"customer_id"`
	Kind       string `db:"kind"`
	Value      string `db:"value"`
	Reversed   string `db:"reversed"` // of a phone; empty for an address
	Label      string `db:"label"`
}

type affiliationRow struct {
	Person       int64             `db:"person_id"`
	Organization int64             `db:"organization_id"`
	Title        string            `db:"title"`
	Roles        db.JSON[[]string] `db:"roles"`
	Name         string            `db:"name"`
}

func (s *Service) load(ctx context.Context, id int64, lock bool) (Customer, error) {
	query := "SELECT " + db.Cols[Customer]() + " FROM customer WHERE id = ?"
	if lock && s.db.Postgres() {
		query += " FOR UPDATE"
	}
	c, err := db.One[Customer](ctx, s.db, query, id)
	if err != nil {
		return c, err
	}
	all, err := s.complete(ctx, []Customer{c})
	if err != nil {
		return c, err
	}
	return all[0], nil
}

// complete fills in addresses, numbers and organizations.
func (s *Service) complete(ctx context.Context, cs []Customer) ([]Customer, error) {
	if cs == nil {
		cs = []Customer{}
	}
	ids := make([]int64, len(cs))
	at := make(map[int64]*Customer, len(cs))
	for i := range cs {
		c := &cs[i]
		c.Emails, c.Phones, c.Organizations = []Email{}, []Phone{}, []Affiliation{}
		ids[i], at[c.ID] = c.ID, c
	}
	if len(cs) == 0 {
		return cs, nil
	}
	q := db.In(db.New("SELECT "+db.Cols[identityRow]()+" FROM customer_identity WHERE 1 = 1"), "AND customer_id IN", ids).Add("ORDER BY id")
	identities, err := db.All[identityRow](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return nil, err
	}
	for _, r := range identities {
		c := at[r.CustomerID]
		if r.Kind == kindPhone {
			c.Phones = append(c.Phones, Phone{identity.ParsePhone(r.Value), r.Label})
		} else {
			c.Emails = append(c.Emails, Email{r.Value, r.Label})
		}
	}
	q = db.In(db.New(`SELECT a.person_id, a.organization_id, a.title, a.roles, o.name FROM customer_affiliation AS a
		JOIN customer AS o ON o.id = a.organization_id WHERE 1 = 1`), "AND a.person_id IN", ids).Add("ORDER BY a.id")
	affiliations, err := db.All[affiliationRow](ctx, s.db, q.String(), q.Args()...)
	for _, r := range affiliations {
		c := at[r.Person]
		c.Organizations = append(c.Organizations, Affiliation{r.Organization, r.Name, r.Title, r.Roles.V})
	}
	return cs, err
}

func (s *Service) insert(ctx context.Context, c Customer) (Customer, error) {
	var err error
	if c.ID, err = db.Insert(ctx, s.db, "customer", &c); err != nil {
		return c, err
	}
	if err := s.insertIdentities(ctx, c); err != nil {
		return c, err
	}
	if err := s.insertAffiliations(ctx, c); err != nil {
		return c, err
	}
	return c, s.insertTokens(ctx, c)
}

// update stores now over was, from which it was made.
func (s *Service) update(ctx context.Context, was, now Customer) error {
	n, err := db.Exec(ctx, s.db, `UPDATE customer SET name = ?, name_sort = ?, salutation = ?, locale = ?, zone = ?, notes = ?,
		tier = ?, region = ?, city = ?, since = ?, novice = ?, preferred_agent_id = ?, need_level = ?, customer_type = ?, chain_role = ?,
		anonymous = ?, merged_into = ?, preferences = ?, updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		now.Name, now.NameSort, now.Salutation, now.Locale, now.Zone, now.Notes,
		now.Tier, now.Region, now.City, now.Since, now.Novice, now.PreferredAgentID, now.NeedLevel, now.Type, now.ChainRole,
		now.Anonymous, now.MergedInto, now.Preferences, now.UpdatedAt, now.Version, now.ID, was.Version)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	if err != nil {
		return err
	}
	if !slices.Equal(was.Emails, now.Emails) || !slices.Equal(was.Phones, now.Phones) {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM customer_identity WHERE customer_id = ?", now.ID); err != nil {
			return err
		}
		if err := s.insertIdentities(ctx, now); err != nil {
			return err
		}
	}
	if !slices.EqualFunc(was.Organizations, now.Organizations, Affiliation.equal) {
		if _, err := db.Exec(ctx, s.db, "DELETE FROM customer_affiliation WHERE person_id = ?", now.ID); err != nil {
			return err
		}
		if err := s.insertAffiliations(ctx, now); err != nil {
			return err
		}
	}
	if slices.Equal(was.tokens(), now.tokens()) {
		return nil
	}
	if _, err := db.Exec(ctx, s.db, "DELETE FROM customer_token WHERE customer_id = ?", now.ID); err != nil {
		return err
	}
	return s.insertTokens(ctx, now)
}

func (s *Service) insertIdentities(ctx context.Context, c Customer) error {
	for _, e := range c.Emails {
		if _, err := db.Insert(ctx, s.db, "customer_identity", &identityRow{CustomerID: c.ID, Kind: kindEmail, Value: e.Value, Label: e.Label}); err != nil {
			return err
		}
	}
	for _, p := range c.Phones {
		r := identityRow{CustomerID: c.ID, Kind: kindPhone, Value: p.Number.String(), Reversed: p.Number.Reversed(), Label: p.Label}
		if _, err := db.Insert(ctx, s.db, "customer_identity", &r); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) insertAffiliations(ctx context.Context, c Customer) error {
	for _, o := range c.Organizations {
		_, err := db.Exec(ctx, s.db, "INSERT INTO customer_affiliation (person_id, organization_id, title, roles) VALUES (?, ?, ?, ?)",
			c.ID, o.ID, o.Title, db.JSON[[]string]{V: o.Roles})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) insertTokens(ctx context.Context, c Customer) error {
	tokens := c.tokens()
	if len(tokens) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(tokens))
	for _, t := range tokens {
		args = append(args, t, c.ID)
	}
	_, err := db.Exec(ctx, s.db, "INSERT INTO customer_token (token, customer_id) VALUES "+
		strings.TrimSuffix(strings.Repeat("(?, ?), ", len(tokens)), ", "), args...)
	return err
}

func (s *Service) countPeople(ctx context.Context, organizationID, by int64) error {
	_, err := db.Exec(ctx, s.db, "UPDATE customer SET people_count = people_count + ? WHERE id = ?", by, organizationID)
	return err
}

func (s *Service) organizationNames(ctx context.Context, as []Affiliation) (map[int64]string, error) {
	ids := make([]int64, len(as))
	for i, a := range as {
		ids[i] = a.ID
	}
	type named struct {
		ID   int64  `db:"id"`
		Name string `db:"name"`
	}
	q := db.In(db.New("SELECT id, name FROM customer WHERE kind = 'organization'"), "AND id IN", ids)
	rows, err := db.All[named](ctx, s.db, q.String(), q.Args()...)
	names := make(map[int64]string, len(rows))
	for _, r := range rows {
		names[r.ID] = r.Name
	}
	return names, err
}

func (s *Service) kindOf(ctx context.Context, id int64) (Kind, error) {
	kind, err := db.One[string](ctx, s.db, "SELECT kind FROM customer WHERE id = ?", id)
	return Kind(kind), err
}

// homes gives the organizations of persons, the main one first.
func (s *Service) homes(ctx context.Context, ids []int64) (map[int64][]int64, error) {
	type row struct {
		Person       int64 `db:"person_id"`
		Organization int64 `db:"organization_id"`
	}
	q := db.In(db.New("SELECT person_id, organization_id FROM customer_affiliation WHERE 1 = 1"), "AND person_id IN", ids).Add("ORDER BY id")
	rows, err := db.All[row](ctx, s.db, q.String(), q.Args()...)
	out := map[int64][]int64{}
	for _, r := range rows {
		out[r.Person] = append(out[r.Person], r.Organization)
	}
	return out, err
}

// lockAddresses keeps others from registering the addresses until the
// transaction ends. SQLite has one writer and needs no such thing.
func (s *Service) lockAddresses(ctx context.Context, emails []string) error {
	if !s.db.Postgres() {
		return nil
	}
	for _, e := range slices.Sorted(slices.Values(emails)) {
		h := fnv.New64a()
		_, _ = h.Write([]byte("customer " + e)) // never fails
		if _, err := db.Exec(ctx, s.db, "SELECT pg_advisory_xact_lock(?)", int64(h.Sum64())); err != nil {
			return err
		}
	}
	return nil
}

// delete removes customers with the signposts that lead to them, and corrects
// the counts of organizations that stay.
func (s *Service) delete(ctx context.Context, ids []int64) error {
	signposts := db.In(db.New("SELECT id FROM customer WHERE merged_into > 0"), "AND merged_into IN", ids)
	also, err := db.All[int64](ctx, s.db, signposts.String(), signposts.Args()...)
	if err != nil {
		return err
	}
	for _, id := range also {
		if !slices.Contains(ids, id) {
			ids = append(slices.Clone(ids), id)
		}
	}
	q := db.In(db.New("SELECT organization_id FROM customer_affiliation WHERE 1 = 1"), "AND person_id IN", ids)
	orgs, err := db.All[int64](ctx, s.db, q.String(), q.Args()...)
	if err != nil {
		return err
	}
	slices.Sort(orgs)
	for _, org := range orgs {
		if err := s.countPeople(ctx, org, -1); err != nil {
			return err
		}
	}
	for _, text := range []string{
		"DELETE FROM customer_token WHERE customer_id IN", "DELETE FROM customer_identity WHERE customer_id IN",
		"DELETE FROM customer_affiliation WHERE person_id IN", "DELETE FROM customer_affiliation WHERE organization_id IN",
		"DELETE FROM customer_note WHERE customer_id IN", "DELETE FROM customer_link WHERE upper_id IN", "DELETE FROM customer_link WHERE lower_id IN",
		"DELETE FROM customer_merge WHERE from_id IN", "DELETE FROM customer_merge WHERE into_id IN",
		"DELETE FROM customer WHERE id IN",
	} {
		q := db.In(db.New(""), text, ids)
		if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
			return err
		}
	}
	return nil
}
