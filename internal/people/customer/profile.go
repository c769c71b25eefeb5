package customer

import (
	"slices"
	"time"

	"heed/internal/kernel/fault"
)

// Tier is how much service a customer is entitled to. Empty is not judged yet.
type Tier string

// The tiers, the lowest first.
const (
	Basic    Tier = "basic"
	Silver   Tier = "silver"
	Gold     Tier = "gold"
	Platinum Tier = "platinum"
)

// Tiers lists the tiers, the lowest first.
func Tiers() []Tier { return []Tier{Basic, Silver, Gold, Platinum} }

// Types lists what may matter most to a customer: the price, what is right, to
// be known and talked to, or no trouble. A type never lowers the service.
func Types() []string { return []string{"economic", "ethical", "personal", "convenience"} }

// NeedLevels lists on which level a customer's need lies, the lowest first.
func NeedLevels() []string {
	return []string{"product", "service", "experience", "relationship", "success"}
}

// ChainRoles lists where a customer may stand between the maker and who uses
// the thing in the end.
func ChainRoles() []string {
	return []string{"maker", "wholesaler_1", "wholesaler_2", "retailer", "logistics", "dealer", "end_customer", "user", "internal"}
}

// Roles lists what a person may be in an organization (R052).
func Roles() []string {
	return []string{"buyer", "payer", "user", "decision_maker", "custodian", "complainant"}
}

// Channels lists the ways by which a customer may be spoken to.
func Channels() []string {
	return []string{"phone", "email", "web", "chat", "visit", "sms", "fax", "social"}
}

// Novice tells whether somebody knows our things and our words.
type Novice string

// What may be known about it. NoviceUnknown leaves it to what was solved for
// him: somebody for whom nothing was solved yet is one.
const (
	NoviceUnknown Novice = ""
	NoviceYes     Novice = "yes"
	NoviceNo      Novice = "no"
)

// Profile is a change of what is known about a customer beyond his name and
// addresses; what is nil stays.
type Profile struct {
	Tier             *Tier
	Region           *string
	City             *string
	Since            *string // a date as in "2019-05-01"; empty is the day he was registered
	Novice           *Novice
	PreferredAgentID *int64 // 0 is none
	NeedLevel        *string
	Type             *string
	ChainRole        *string
	Preferences      *[]Preference // replaces the list
}

const maxPlace = 80

func (c *Customer) applyProfile(f *fault.Fields, p Profile) {
	choose(f, "tier", &c.Tier, p.Tier, Tiers())
	choose(f, "novice", &c.Novice, p.Novice, []Novice{NoviceYes, NoviceNo})
	choose(f, "need_level", &c.NeedLevel, p.NeedLevel, NeedLevels())
	choose(f, "customer_type", &c.Type, p.Type, Types())
	choose(f, "chain_role", &c.ChainRole, p.ChainRole, ChainRoles())
	if p.Region != nil {
		c.Region = line(f, "region", *p.Region, maxPlace)
	}
	if p.City != nil {
		c.City = line(f, "city", *p.City, maxPlace)
	}
	if p.Since != nil {
		if c.Since = *p.Since; c.Since != "" {
			if _, err := time.Parse(time.DateOnly, c.Since); err != nil {
				f.Add("since", "field.date_invalid")
			}
		}
	}
	if p.PreferredAgentID != nil {
		c.PreferredAgentID = *p.PreferredAgentID
	}
	if p.Preferences != nil {
		c.Preferences.V = readPreferences(f, *p.Preferences)
	}
}

// choose sets one of the choices, or nothing.
func choose[T ~string](f *fault.Fields, name string, field, to *T, among []T) {
	if to == nil {
		return
	}
	if *field = *to; *to != "" && !slices.Contains(among, *to) {
		f.Add(name, "field.unknown_value")
	}
}

// Joined is the day since when he is a customer, for people in zone: the one
// that was noted, else the day on which he was registered.
func (c Customer) Joined(zone string) string {
	if c.Since != "" {
		return c.Since
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		at = time.UTC
	}
	return c.CreatedAt.In(at).Format(time.DateOnly)
}
