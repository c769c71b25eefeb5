package dealer

import (
	"context"
	"time"

	"heed/internal/kernel/day"
	"heed/internal/platform/db"
)

// Migrations gives the schema of the dealers.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "dealer", N: 1, SQL: `
CREATE TABLE dealer (
	id $id, name $text NOT NULL, kind $text NOT NULL, level $int NOT NULL, status $text NOT NULL, region $text NOT NULL, city $text NOT NULL,
	address $text NOT NULL, lat $float, lon $float, phone $text NOT NULL, email $text NOT NULL, website $text NOT NULL, hours $json NOT NULL,
	ways $json NOT NULL, locale $text NOT NULL, from_day $text NOT NULL, to_day $text NOT NULL, contacts $json NOT NULL, rating $int NOT NULL,
	contract $text NOT NULL, notes $text NOT NULL, updated_at $time NOT NULL, version $int NOT NULL
) $end;
CREATE TABLE dealer_scope (dealer_id $int NOT NULL, kind $text NOT NULL, ref_id $int NOT NULL, PRIMARY KEY (dealer_id, kind, ref_id)) $end;
`}}
}

type row struct {
	ID        int64              `db:"id"`
	Name      string             `db:"name"`
	Kind      Kind               `db:"kind"`
	Level     int64              `db:"level"`
	Status    Status             `db:"status"`
	Region    string             `db:"region"`
	City      string             `db:"city"`
	Address   string             `db:"address"`
	Lat       *float64           `db:"lat"`
	Lon       *float64           `db:"lon"`
	Phone     string             `db:"phone"`
	Email     string             `db:"email"`
	Website   string             `db:"website"`
	Hours     db.JSON[[]Hours]   `db:"hours"`
	Ways      db.JSON[[]string]  `db:"ways"`
	Locale    string             `db:"locale"`
	From      day.Day            `db:"from_day"`
	To        day.Day            `db:"to_day"`
	Contacts  db.JSON[[]Contact] `db:"contacts"`
	Rating    int64              `db:"rating"`
	Contract  string             `db:"contract"`
	Notes     string             `db:"notes"`
	UpdatedAt time.Time          `db:"updated_at"`
	Version   int64              `db:"version"`
}

type scope struct {
	DealerID int64  `db:"dealer_id"`
	Kind     string `db:"kind"` // product or category
	RefID    int64  `db:"ref_id"`
}

func (r row) dealer(scopes []scope) Dealer {
	d := Dealer{
		ID: r.ID, Name: r.Name, Kind: r.Kind, Level: r.Level, Status: r.Status, Region: r.Region, City: r.City, Address: r.Address,
		Phone: r.Phone, Email: r.Email, Website: r.Website, Hours: r.Hours.V, Ways: r.Ways.V, Locale: r.Locale, From: r.From, To: r.To,
		Contacts: r.Contacts.V, Rating: r.Rating, Contract: r.Contract, Notes: r.Notes, UpdatedAt: r.UpdatedAt, Version: r.Version,
		Products: []int64{}, Categories: []int64{},
	}
	if r.Lat != nil && r.Lon != nil {
		d.At = &Place{*r.Lat, *r.Lon}
	}
	for _, s := range scopes {
		if s.Kind == "product" {
			d.Products = append(d.Products, s.RefID)
		} else {
			d.Categories = append(d.Categories, s.RefID)
		}
	}
	return d
}

func rowOf(d Dealer) *row {
	r := &row{
		ID: d.ID, Name: d.Name, Kind: d.Kind, Level: d.Level, Status: d.Status, Region: d.Region, City: d.City, Address: d.Address,
		Phone: d.Phone, Email: d.Email, Website: d.Website, Hours: db.JSON[[]Hours]{V: d.Hours}, Ways: db.JSON[[]string]{V: d.Ways}, Locale: d.Locale,
		From: d.From, To: d.To, Contacts: db.JSON[[]Contact]{V: d.Contacts}, Rating: d.Rating, Contract: d.Contract, Notes: d.Notes,
		UpdatedAt: d.UpdatedAt, Version: d.Version,
	}
	if d.At != nil {
		r.Lat, r.Lon = &d.At.Lat, &d.At.Lon
	}
	return r
}

// dealersMost bounds what is searched: the dealers of a firm are hundreds, and
// are read as a whole to be ordered by distance.
const dealersMost = 10_000

func (s *Service) all(ctx context.Context) ([]Dealer, error) {
	rows, err := db.All[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM dealer ORDER BY id LIMIT ?", dealersMost)
	if err != nil {
		return nil, err
	}
	scopes, err := db.All[scope](ctx, s.db, "SELECT "+db.Cols[scope]()+" FROM dealer_scope ORDER BY dealer_id, kind, ref_id")
	if err != nil {
		return nil, err
	}
	of := map[int64][]scope{}
	for _, x := range scopes {
		of[x.DealerID] = append(of[x.DealerID], x)
	}
	out := make([]Dealer, len(rows))
	for i, r := range rows {
		out[i] = r.dealer(of[r.ID])
	}
	return out, nil
}

func (s *Service) find(ctx context.Context, id int64) (Dealer, error) {
	r, err := db.One[row](ctx, s.db, "SELECT "+db.Cols[row]()+" FROM dealer WHERE id = ?", id)
	if err != nil {
		return Dealer{}, err
	}
	scopes, err := db.All[scope](ctx, s.db, "SELECT "+db.Cols[scope]()+" FROM dealer_scope WHERE dealer_id = ? ORDER BY kind, ref_id", id)
	return r.dealer(scopes), err
}

func (s *Service) insert(ctx context.Context, d Dealer) (int64, error) {
	id, err := db.Insert(ctx, s.db, "dealer", rowOf(d))
	if err != nil {
		return 0, err
	}
	d.ID = id
	return id, s.putScopes(ctx, d)
}

func (s *Service) update(ctx context.Context, d Dealer, was int64) error {
	r := rowOf(d)
	n, err := db.Exec(ctx, s.db, `UPDATE dealer SET name = ?, kind = ?, level = ?, status = ?, region = ?, city = ?, address = ?, lat = ?, lon = ?, phone = ?,
		email = ?, website = ?, hours = ?, ways = ?, locale = ?, from_day = ?, to_day = ?, contacts = ?, rating = ?, contract = ?, notes = ?,
		updated_at = ?, version = ? WHERE id = ? AND version = ?`,
		r.Name, r.Kind, r.Level, r.Status, r.Region, r.City, r.Address, r.Lat, r.Lon, r.Phone,
		r.Email, r.Website, r.Hours, r.Ways, r.Locale, r.From, r.To, r.Contacts, r.Rating, r.Contract, r.Notes, r.UpdatedAt, r.Version, r.ID, was)
	if err != nil {
		return err
	}
	if n == 0 {
		return db.ErrStale
	}
	if _, err := db.Exec(ctx, s.db, "DELETE FROM dealer_scope WHERE dealer_id = ?", d.ID); err != nil {
		return err
	}
	return s.putScopes(ctx, d)
}

func (s *Service) putScopes(ctx context.Context, d Dealer) error {
	for kind, ids := range map[string][]int64{"product": d.Products, "category": d.Categories} {
		for _, id := range ids {
			if err := db.Put(ctx, s.db, "dealer_scope", &scope{d.ID, kind, id}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Purge removes dealers as if they had never been, with their events, for demo data.
func (s *Service) Purge(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return s.db.Write(ctx, func(ctx context.Context) error {
		for table, column := range map[string]string{"dealer_scope": "dealer_id", "dealer": "id"} {
			q := db.In(db.New("DELETE FROM "+table+" WHERE"), column+" IN", ids)
			if _, err := db.Exec(ctx, s.db, q.String(), q.Args()...); err != nil {
				return err
			}
		}
		return s.journal.Forget(ctx, "dealer", ids)
	})
}
