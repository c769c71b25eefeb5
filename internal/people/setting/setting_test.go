package setting_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
)

var schema = slices.Concat(journal.Migrations(), setting.Migrations())

func service(d *db.DB, c clock.Clock) *setting.Service {
	j := journal.New(journal.Deps{DB: d, Clock: c, Log: slog.New(slog.DiscardHandler)})
	return setting.New(setting.Deps{DB: d, Journal: j, Clock: c})
}

func as(ctx context.Context, role string) context.Context {
	return actor.With(ctx, actor.Actor{Kind: actor.Agent, ID: 1, Name: "Li", Role: role})
}

func TestSettingsChangeByVersionAndForAdministratorsOnly_R064(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		s := service(d, clock.System{})
		admin := as(t.Context(), authority.Administrator)
		was, err := s.Get(admin)
		if err != nil || was.Version != 1 || was.Locale != "en" {
			t.Fatal(was, err)
		}
		now, err := s.Change(admin, 1, setting.Patch{
			FirmName: new(" 和声压缩机 "), Locale: new("zh-CN"), Zone: new("Asia/Shanghai"), Country: new("cn"),
		})
		if err != nil || now.Version != 2 || now.FirmName != "和声压缩机" || now.Country != "CN" {
			t.Fatal(now, err)
		}
		if got, err := s.Get(admin); err != nil || !reflect.DeepEqual(got, now) {
			t.Errorf("after the change: %+v %v", got, err)
		}
		if _, err := s.Change(admin, 1, setting.Patch{Country: new("TW")}); fault.KeyOf(err) != "stale" {
			t.Errorf("old version: %v", err)
		}
		if same, err := s.Change(admin, 2, setting.Patch{Country: new("CN")}); err != nil || same.Version != 2 {
			t.Errorf("a change of nothing: %+v %v", same, err)
		}
		for _, role := range []string{authority.Supervisor, authority.Rep, authority.Employee} {
			ctx := as(t.Context(), role)
			if _, err := s.Show(ctx); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s sees the settings: %v", role, err)
			}
			if _, err := s.Change(ctx, 0, setting.Patch{Country: new("TW")}); !fault.Is(err, fault.KindForbidden) {
				t.Errorf("%s changes the settings: %v", role, err)
			}
		}
	})
}

func TestEveryWrongSettingIsNamed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		s := service(d, clock.System{})
		_, err := s.Change(actor.AsSystem(t.Context()), 0, setting.Patch{
			FirmName: new(" "), Locale: new("fr"), Zone: new("Local"), Country: new("XX"),
		})
		var f *fault.Error
		if !errors.As(err, &f) {
			t.Fatal(err)
		}
		var names []string
		for _, field := range f.Fields {
			names = append(names, field.Name)
		}
		if !slices.Equal(names, []string{"firm_name", "locale", "zone", "country"}) {
			t.Errorf("%v", names)
		}
	})
}

func TestWhatIsRolledBackIsNotKept(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		s := service(d, clock.System{})
		undone := errors.New("undone")
		err := d.Write(actor.AsSystem(t.Context()), func(ctx context.Context) error {
			if _, err := s.Change(ctx, 0, setting.Patch{FirmName: new("never")}); err != nil {
				return err
			}
			if _, err := s.Get(ctx); err != nil {
				return err
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if got, err := s.Get(t.Context()); err != nil || got.FirmName != "" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestAnotherProgramsChangeIsSeenAfterAFewSeconds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
		here, there := service(d, c), service(d, c)
		if _, err := here.Get(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := there.Change(actor.AsSystem(t.Context()), 0, setting.Patch{FirmName: new("Harmony")}); err != nil {
			t.Fatal(err)
		}
		c.Advance(5 * time.Second)
		if got, err := here.Get(t.Context()); err != nil || got.FirmName != "Harmony" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestTheCountryIsGuessedFromZoneThenLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ zone, locale, want string }{
		{"Asia/Shanghai", "en", "CN"},
		{"Asia/Taipei", "zh-TW", "TW"},
		{"UTC", "zh-CN", "CN"},
		{"UTC", "en", ""},
	} {
		if got := setting.CountryOf(tt.zone, tt.locale); got != tt.want {
			t.Errorf("%s %s: %q, want %q", tt.zone, tt.locale, got, tt.want)
		}
	}
}
