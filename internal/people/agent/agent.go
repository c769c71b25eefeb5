package agent

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/mailwire"
)

// State tells whether an agent can sign in.
type State string

// The states of an agent.
const (
	Invited  State = "invited"  // has not set a password yet
	Active   State = "active"   // works
	Disabled State = "disabled" // cannot sign in any more
)

// The limits of what an agent may write about himself, in characters.
const (
	maxName      = 80
	maxSignature = 20_000
	maxShortcuts = 100
	maxShortcut  = 64
)

// Agent is somebody who works with Heed.
type Agent struct {
	ID            int64
	Name          string
	Email         string // as identity.Email gives it
	Role          string // one of people/authority
	State         State
	TeamIDs       []int64 // ascending
	Locale        string  // en, zh-CN or zh-TW
	Zone          string  // IANA name
	Theme         string  // light, dark or system
	Density       string  // comfortable or compact
	SignatureHTML string  // cleaned
	Shortcuts     map[string]string
	JoinedAt      *time.Time // nil until he has set a password once
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int64
}

// New describes an agent to be added. Locale and Zone are the firm's when empty.
type New struct {
	Name    string
	Email   string
	Role    string
	TeamIDs []int64
	Locale  string
	Zone    string
}

// Patch is what an administrator changes; what is nil stays.
type Patch struct {
	Name    *string
	Role    *string
	State   *State
	TeamIDs *[]int64 // replaces the list
}

// Preferences is what an agent changes about himself; what is nil stays.
type Preferences struct {
	Name          *string
	Locale        *string
	Zone          *string
	Theme         *string
	Density       *string
	SignatureHTML *string
	Shortcuts     *map[string]string // replaces all; action to key
}

// actor is the agent as somebody who acts.
func (a Agent) actor() actor.Actor {
	return actor.Actor{
		Kind: actor.Agent, ID: a.ID, Name: a.Name, Role: a.Role, Teams: a.TeamIDs, Locale: a.Locale, Zone: a.Zone,
	}
}

// isAdministrator tells whether the agent can do what only administrators can.
func (a Agent) isAdministrator() bool { return a.State == Active && a.Role == authority.Administrator }

// newAgent checks a new agent. Whether address and teams fit is for the store.
func newAgent(n New, firm setting.Settings, now time.Time) (Agent, error) {
	var f fault.Fields
	a := Agent{
		State: Invited, Role: n.Role, TeamIDs: n.TeamIDs, Locale: n.Locale, Zone: n.Zone, Theme: "system", Density: "comfortable",
		Shortcuts: map[string]string{}, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	if a.Locale == "" {
		a.Locale = firm.Locale
	}
	if a.Zone == "" {
		a.Zone = firm.Zone
	}
	a.Name = checkName(&f, n.Name)
	a.Email = checkEmail(&f, n.Email)
	checkRole(&f, a.Role)
	checkLocale(&f, a.Locale)
	checkZone(&f, a.Zone)
	return a, f.Err()
}

// with applies an administrator's change, teams left aside.
func (a Agent) with(p Patch) (Agent, error) {
	var f fault.Fields
	if p.Name != nil {
		a.Name = checkName(&f, *p.Name)
	}
	if p.Role != nil {
		a.Role = *p.Role
		checkRole(&f, a.Role)
	}
	if p.State != nil && *p.State != a.State {
		switch {
		case *p.State == Disabled:
			a.State = Disabled
		case *p.State != Active && *p.State != Invited:
			f.Add("state", "field.unknown_value")
		case a.State == Invited || a.State == Active:
			// Only the invited himself makes himself active, and nobody is un-joined.
			f.Add("state", "field.unknown_value")
		case a.JoinedAt == nil:
			a.State = Invited
		default:
			a.State = Active
		}
	}
	return a, f.Err()
}

// prefer applies what an agent changes about himself.
func (a Agent) prefer(p Preferences) (Agent, error) {
	var f fault.Fields
	if p.Name != nil {
		a.Name = checkName(&f, *p.Name)
	}
	if p.Locale != nil {
		a.Locale = *p.Locale
		checkLocale(&f, a.Locale)
	}
	if p.Zone != nil {
		a.Zone = *p.Zone
		checkZone(&f, a.Zone)
	}
	if p.Theme != nil {
		if a.Theme = *p.Theme; !slices.Contains([]string{"light", "dark", "system"}, a.Theme) {
			f.Add("theme", "field.unknown_value")
		}
	}
	if p.Density != nil {
		if a.Density = *p.Density; a.Density != "comfortable" && a.Density != "compact" {
			f.Add("density", "field.unknown_value")
		}
	}
	if p.SignatureHTML != nil {
		if utf8.RuneCountInString(*p.SignatureHTML) > maxSignature {
			f.Add("signature_html", "field.too_long", "max", maxSignature)
		}
		a.SignatureHTML = mailwire.Clean(*p.SignatureHTML, mailwire.CleanOptions{}).HTML
	}
	if p.Shortcuts != nil {
		a.Shortcuts = *p.Shortcuts
		checkShortcuts(&f, a.Shortcuts)
	}
	return a, f.Err()
}

func checkName(f *fault.Fields, name string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	switch {
	case name == "":
		f.Add("name", "field.required")
	case utf8.RuneCountInString(name) > maxName:
		f.Add("name", "field.too_long", "max", maxName)
	}
	return name
}

func checkEmail(f *fault.Fields, written string) string {
	if strings.TrimSpace(written) == "" {
		f.Add("email", "field.required")
		return ""
	}
	email, ok := identity.Email(written)
	if !ok {
		f.Add("email", "field.email_invalid")
	}
	return email
}

func checkRole(f *fault.Fields, role string) {
	if !authority.IsRole(role) {
		f.Add("role", "field.unknown_value")
	}
}

func checkLocale(f *fault.Fields, locale string) {
	if !setting.IsLocale(locale) {
		f.Add("locale", "field.unknown_value")
	}
}

func checkZone(f *fault.Fields, zone string) {
	if !setting.IsZone(zone) {
		f.Add("zone", "field.zone_unknown")
	}
}

func checkShortcuts(f *fault.Fields, s map[string]string) {
	if len(s) > maxShortcuts {
		f.Add("shortcuts", "field.too_many", "max", maxShortcuts)
	}
	for action, key := range s {
		if action == "" || utf8.RuneCountInString(action) > maxShortcut || utf8.RuneCountInString(key) > maxShortcut {
			f.Add("shortcuts", "field.too_long", "max", maxShortcut)
			return
		}
	}
}

// sortedIDs gives each id once, ascending.
func sortedIDs(ids []int64) []int64 {
	out := slices.Clone(ids)
	slices.Sort(out)
	out = slices.Compact(out)
	if out == nil {
		return []int64{}
	}
	return out
}

// apart tells which ids are only in the new list and which only in the old.
// Both lists are ascending.
func apart(was, now []int64) (added, removed []int64) {
	for _, id := range now {
		if _, in := slices.BinarySearch(was, id); !in {
			added = append(added, id)
		}
	}
	for _, id := range was {
		if _, in := slices.BinarySearch(now, id); !in {
			removed = append(removed, id)
		}
	}
	return added, removed
}
