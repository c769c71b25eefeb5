package signin

import (
	"context"
	"errors"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
)

// SetupLink makes a link with which somebody becomes the first administrator,
// and tells whether one is needed: it is not once there is an administrator.
// Links made before stay good, so that it does not matter which of several
// starts printed the one that is used.
func (s *Service) SetupLink(ctx context.Context, baseURL string) (string, bool, error) {
	if has, err := s.agents.HasAdministrator(ctx); err != nil || has {
		return "", false, err
	}
	token := id.Secret()
	err := s.db.Write(ctx, func(ctx context.Context) error {
		return s.insertLink(ctx, link{
			Hash: hashOf(token), Kind: string(linkSetup), CreatedAt: s.clock.Now(), ExpiresAt: time.UnixMicro(0),
		})
	})
	return baseURL + "/setup?token=" + token, true, err
}

// SetupNeeded tells whether there is no administrator yet.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	has, err := s.agents.HasAdministrator(ctx)
	return !has, err
}

// CheckSetup is nil while a setup link is good, else the fault "setup.link_used".
func (s *Service) CheckSetup(ctx context.Context, token string) error {
	l, err := s.linkByHash(ctx, hashOf(token))
	if errors.Is(err, db.ErrNotFound) || err == nil && l.Kind != string(linkSetup) {
		return fault.Gone("setup.link_used")
	}
	if err != nil {
		return err
	}
	if has, err := s.agents.HasAdministrator(ctx); err != nil {
		return err
	} else if has {
		return fault.Gone("setup.link_used")
	}
	return nil
}

// First is what is entered at the first start.
type First struct {
	Token    string
	FirmName string
	Name     string
	Email    string
	Password string
	Locale   string
	Zone     string
}

// Setup names the firm, makes the first administrator and begins his session,
// all or nothing. The link, and every other setup link, is used up. Wrong
// fields are all told at once.
func (s *Service) Setup(ctx context.Context, in First, from Caller) (Opened, error) {
	if err := s.CheckSetup(ctx, in.Token); err != nil {
		return Opened{}, err
	}
	var f fault.Fields
	checkPassword(&f, "password", in.Password, in.Name, in.Email, in.FirmName)
	hashed, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Opened{}, err
	}
	var out Opened
	err = s.db.Write(ctx, func(ctx context.Context) error {
		f := f // the closure may run again
		// Who deletes the links is first; a second one waits and finds none.
		if n, err := s.deleteSetupLinks(ctx); err != nil {
			return err
		} else if n == 0 {
			return fault.Gone("setup.link_used")
		}
		system := actor.AsSystem(ctx)
		patch := setting.Patch{FirmName: &in.FirmName, Locale: &in.Locale, Zone: &in.Zone}
		if country := setting.CountryOf(in.Zone, in.Locale); country != "" {
			patch.Country = &country
		}
		if _, err := s.settings.Change(system, 0, patch); !collect(&f, err) {
			return err
		}
		a, err := s.agents.Add(system, agent.New{
			Name: in.Name, Email: in.Email, Role: authority.Administrator, Locale: in.Locale, Zone: in.Zone,
		})
		if !collect(&f, err) {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		if a, err = s.agents.Join(system, a.ID, agent.Preferences{}); err != nil {
			return err
		}
		if err := s.setPassword(system, a.ID, hashed); err != nil {
			return err
		}
		out, err = s.open(ctx, a, from)
		return err
	})
	return out, err
}

// collect adds the fields that err names to f, each once. It is false when err
// is something else.
func collect(f *fault.Fields, err error) bool {
	if err == nil {
		return true
	}
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != fault.KindInvalid || len(e.Fields) == 0 {
		return false
	}
	had := map[string]bool{}
	if so, ok := errors.AsType[*fault.Error](f.Err()); ok {
		for _, field := range so.Fields {
			had[field.Name] = true
		}
	}
	for _, field := range e.Fields {
		if had[field.Name] {
			continue
		}
		params := make([]any, 0, 2*len(field.Params))
		for name, value := range field.Params {
			params = append(params, name, value)
		}
		f.Add(field.Name, field.Key, params...)
	}
	return true
}
