package setting

import (
	"context"

	"heed/internal/platform/db"
)

// Migrations gives the schema of the settings, with the row that they are.
func Migrations() []db.Migration {
	return []db.Migration{{Slice: "setting", N: 1, SQL: `
CREATE TABLE setting (
	id $int NOT NULL PRIMARY KEY,
	firm_name $text NOT NULL, locale $text NOT NULL, zone $text NOT NULL, country $text NOT NULL,
	updated_at $time NOT NULL, version $int NOT NULL
) $end;
INSERT INTO setting (id, firm_name, locale, zone, country, updated_at, version) VALUES (1, '', 'en', 'UTC', '', 0, 1);
`}, {Slice: "setting", N: 2, SQL: `ALTER TABLE setting ADD COLUMN modules_off $json NOT NULL DEFAULT '{}'`}}
}

func (s *Service) load(ctx context.Context) (Settings, error) {
	return db.One[Settings](ctx, s.db, "SELECT "+db.Cols[Settings]()+" FROM setting WHERE id = 1")
}

// save stores v over the version that it was made from and gives the new
// version, or ErrStale if another transaction was first.
func (s *Service) save(ctx context.Context, v Settings) (int64, error) {
	n, err := db.Exec(ctx, s.db, `UPDATE setting SET firm_name = ?, locale = ?, zone = ?, country = ?, modules_off = ?, updated_at = ?,
		version = version + 1 WHERE id = 1 AND version = ?`, v.FirmName, v.Locale, v.Zone, v.Country, v.Off, v.UpdatedAt, v.Version)
	if err == nil && n == 0 {
		err = db.ErrStale
	}
	return v.Version + 1, err
}
