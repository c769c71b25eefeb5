package setting

import (
	"context"

	"heed/internal/platform/rest"
)

// SettingsWire is how the settings are written in the API.
type SettingsWire struct {
	FirmName string             `json:"firm_name"`
	Locale   string             `json:"locale" enum:"en,zh-CN,zh-TW"`
	Zone     string             `json:"zone" doc:"IANA time zone"`
	Country  string             `json:"country" doc:"ISO 3166-1 code for phone numbers without country code; empty for none"`
	Off      map[string][]int64 `json:"modules_off" doc:"Module → the teams that do without it; team 0 is the whole firm"`
	Modules  []string           `json:"modules" doc:"All that can be switched off"`
	Version  int64              `json:"version"`
}

func wire(s Settings) *rest.One[SettingsWire] {
	return rest.OneOf(SettingsWire{s.FirmName, s.Locale, s.Zone, s.Country, s.Off.V, Modules(), s.Version}, s.Version)
}

type patchIn struct {
	rest.VersionIn
	Body struct {
		FirmName *string             `json:"firm_name,omitempty"`
		Locale   *string             `json:"locale,omitempty"`
		Zone     *string             `json:"zone,omitempty"`
		Country  *string             `json:"country,omitempty"`
		Off      *map[string][]int64 `json:"modules_off,omitempty" doc:"Replaces the whole"`
	}
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/settings", rest.Op{ID: "get-settings", Tag: "settings", Summary: "The firm's settings"},
		func(ctx context.Context, _ *struct{}) (*rest.One[SettingsWire], error) {
			v, err := s.Show(ctx)
			return wire(v), err
		})
	rest.Patch(r, "/settings", rest.Op{ID: "change-settings", Tag: "settings", Summary: "Change the firm's settings"},
		func(ctx context.Context, in *patchIn) (*rest.One[SettingsWire], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			v, err := s.Change(ctx, version, Patch(in.Body))
			return wire(v), err
		})
}
