package portal

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
)

const introMost = 300 // characters

// Setting is what a firm says of its help centre.
type Setting struct {
	Prices    bool   // the prices that hold for everybody in the firm's country are shown
	Phone     string // that customers call; E.164
	Hours     map[string]string
	Intro     map[string]string // below the greeting, by language
	UpdatedAt time.Time
	Version   int64
}

// SettingPatch is a change; nil stays.
type SettingPatch struct {
	Prices *bool
	Phone  *string
	Hours  *map[string]string
	Intro  *map[string]string
}

// with gives the setting as the patch makes it; country is the firm's.
func (v Setting) with(p SettingPatch, country string) (Setting, error) {
	var f fault.Fields
	if p.Prices != nil {
		v.Prices = *p.Prices
	}
	if p.Phone != nil {
		v.Phone = strings.TrimSpace(*p.Phone)
		if v.Phone != "" {
			read, wrong := identity.ReadPhone(v.Phone, country)
			if wrong != "" {
				f.Add("phone", wrong)
			} else {
				v.Phone = read.String()
			}
		}
	}
	if p.Hours != nil {
		v.Hours = tidy(*p.Hours, "hours", &f)
	}
	if p.Intro != nil {
		v.Intro = tidy(*p.Intro, "intro", &f)
	}
	return v, f.Err()
}

func tidy(in map[string]string, field string, f *fault.Fields) map[string]string {
	out := map[string]string{}
	for _, l := range slices.Sorted(maps.Keys(in)) {
		v := strings.Join(strings.Fields(in[l]), " ")
		switch {
		case !setting.IsLocale(l):
			f.Add(field, "field.unknown_value")
		case utf8.RuneCountInString(v) > introMost:
			f.Add(field+"."+l, "field.too_long", "max", introMost)
		case v != "":
			out[l] = v
		}
	}
	return out
}

// Settings gives what the firm has said of its help centre.
func (s *Service) Settings(ctx context.Context) (Setting, error) { return s.loadSetting(ctx) }

// ChangeSettings changes it; version is the one that was seen, 0 any.
func (s *Service) ChangeSettings(ctx context.Context, version int64, p SettingPatch) (Setting, error) {
	if err := authority.Require(ctx, authority.SettingManage); err != nil {
		return Setting{}, err
	}
	country, err := s.Deps.Setting.Country(ctx)
	if err != nil {
		return Setting{}, err
	}
	var v Setting
	err = s.DB.Write(ctx, func(ctx context.Context) error {
		was, err := s.loadSetting(ctx)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return db.ErrStale
		}
		if v, err = was.with(p, country); err != nil {
			return err
		}
		v.UpdatedAt, v.Version = s.Clock.Now(), was.Version+1
		if err := s.saveSetting(ctx, v, was.Version); err != nil {
			return err
		}
		return s.Journal.Record(ctx, event.New{Kind: EventSettingChanged, About: event.Ref{Kind: "setting", ID: 1}})
	})
	return v, err
}
