package customer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/text"
)

// Kind tells a person from an organization.
type Kind string

// The kinds of customers.
const (
	Person       Kind = "person"
	Organization Kind = "organization"
)

// The limits, in characters and entries.
const (
	maxName       = 200
	maxSalutation = 80
	maxNotes      = 10_000
	maxLabel      = 40
	maxEntries    = 20
	maxSort       = 200
)

// numberAbove is what the numbers of customers begin above.
const numberAbove = 1000

// Customer is somebody whom the firm serves.
type Customer struct {
	ID          int64     `db:"id"`
	Kind        Kind      `db:"kind"`
	Name        string    `db:"name"`
	NameSort    string    `db:"name_sort"`  // what lists are sorted by: the name as it sounds
	Salutation  string    `db:"salutation"` // how he wants to be addressed
	Locale      string    `db:"locale"`     // en, zh-CN, zh-TW; empty when unknown
	Zone        string    `db:"zone"`       // IANA name; empty when unknown
	Notes       string    `db:"notes"`
	PeopleCount int64     `db:"people_count"` // of an organization
	CreatedAt   time.Time `db:"created_at"`
	UpdatedAt   time.Time `db:"updated_at"`
	Version     int64     `db:"version"`

	Tier             Tier                  `db:"tier"`
	Region           string                `db:"region"`
	City             string                `db:"city"`
	Since            string                `db:"since"` // a date; empty: the day he was registered
	Novice           Novice                `db:"novice"`
	PreferredAgentID int64                 `db:"preferred_agent_id"` // 0 for none
	NeedLevel        string                `db:"need_level"`
	Type             string                `db:"customer_type"`
	ChainRole        string                `db:"chain_role"`
	Anonymous        bool                  `db:"anonymous"`   // a caller who did not give his name
	MergedInto       int64                 `db:"merged_into"` // 0, or the customer whom this record has become part of
	Preferences      db.JSON[[]Preference] `db:"preferences"`

	Emails        []Email       // the main one first
	Phones        []Phone       // the main one first
	Organizations []Affiliation // of a person, the main one first
}

// Email is an address of a customer.
type Email struct {
	Value string // as identity.Email gives it
	Label string
}

// Phone is a number of a customer.
type Phone struct {
	Number identity.Phone
	Label  string
}

// Affiliation is an organization that a person belongs to.
type Affiliation struct {
	ID    int64 // of the organization
	Name  string
	Title string   // what the person is there
	Roles []string // among Roles()
}

func (a Affiliation) equal(o Affiliation) bool {
	return a.ID == o.ID && a.Title == o.Title && slices.Equal(a.Roles, o.Roles)
}

// Number is the customer's number as people say it: "C-1001".
func (c Customer) Number() string { return NumberOf(c.ID) }

// NumberOf is the number of the customer with an id.
func NumberOf(id int64) string { return "C-" + strconv.FormatInt(id+numberAbove, 10) }

// IDOf reads a customer's number, with or without its letter.
func IDOf(number string) (int64, bool) {
	s := strings.TrimSpace(text.Fold(number))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "c"), "-")
	n, err := strconv.ParseInt(s, 10, 64)
	return n - numberAbove, err == nil && n > numberAbove
}

// Entry is an address or a number as somebody writes it.
type Entry struct {
	Value   string
	Label   string
	Primary bool // is to be the main one
}

// Member says that a person belongs to an organization.
type Member struct {
	OrganizationID int64
	Title          string
	Roles          []string
}

// Registration describes a customer to be registered. Without a name he is called by
// his first address or number.
type Registration struct {
	Kind           Kind // empty is Person
	Name           string
	Salutation     string
	Locale         string
	Zone           string
	Notes          string
	Emails         []Entry
	Phones         []Entry
	Organizations  []Member
	AllowDuplicate bool // register him though somebody has his address
	Anonymous      bool // he gives no name and no address
	Profile
}

// Patch is a change; what is nil stays, lists are replaced whole.
type Patch struct {
	Name           *string
	Salutation     *string
	Locale         *string
	Zone           *string
	Notes          *string
	Emails         *[]Entry
	Phones         *[]Entry
	Organizations  *[]Member
	AllowDuplicate bool
	Profile
}

// newCustomer checks a new customer; country is what numbers without + are
// read by. Whether the organizations exist is for the store.
func newCustomer(n Registration, country string, now time.Time) (Customer, error) {
	c := Customer{Kind: n.Kind, CreatedAt: now, UpdatedAt: now, Version: 1, Emails: []Email{}, Phones: []Phone{}, Organizations: []Affiliation{}}
	c.Preferences.V = []Preference{}
	if c.Kind == "" {
		c.Kind = Person
	}
	p := Patch{
		Name: &n.Name, Salutation: &n.Salutation, Locale: &n.Locale, Zone: &n.Zone, Notes: &n.Notes,
		Emails: &n.Emails, Phones: &n.Phones, Organizations: &n.Organizations, Profile: n.Profile,
	}
	var f fault.Fields
	c.Anonymous = n.Anonymous && c.Kind == Person
	if c.Kind != Person && c.Kind != Organization {
		f.Add("kind", "field.unknown_value")
	}
	c.apply(&f, p, country)
	return c, f.Err()
}

// with applies a change.
func (c Customer) with(p Patch, country string) (Customer, error) {
	var f fault.Fields
	c.apply(&f, p, country)
	return c, f.Err()
}

func (c *Customer) apply(f *fault.Fields, p Patch, country string) {
	if p.Salutation != nil {
		c.Salutation = line(f, "salutation", *p.Salutation, maxSalutation)
	}
	if p.Locale != nil {
		if c.Locale = *p.Locale; c.Locale != "" && !setting.IsLocale(c.Locale) {
			f.Add("locale", "field.unknown_value")
		}
	}
	if p.Zone != nil {
		if c.Zone = *p.Zone; c.Zone != "" && !setting.IsZone(c.Zone) {
			f.Add("zone", "field.zone_unknown")
		}
	}
	if p.Notes != nil {
		if c.Notes = strings.TrimSpace(*p.Notes); utf8.RuneCountInString(c.Notes) > maxNotes {
			f.Add("notes", "field.too_long", "max", maxNotes)
		}
	}
	if p.Emails != nil {
		c.Emails = readEmails(f, *p.Emails)
	}
	if p.Phones != nil {
		c.Phones = readPhones(f, *p.Phones, country)
	}
	if p.Organizations != nil {
		c.Organizations = readMembers(f, c.Kind, *p.Organizations)
	}
	c.applyProfile(f, p.Profile)
	if p.Name != nil {
		c.Name = line(f, "name", *p.Name, maxName)
	}
	if c.Name == "" {
		switch {
		case len(c.Emails) > 0:
			c.Name = c.Emails[0].Value
		case len(c.Phones) > 0:
			c.Name = c.Phones[0].Number.Shown(country)
		case c.Anonymous:
		default:
			f.Add("name", "field.required")
		}
	}
	c.Anonymous = c.Anonymous && c.Name == ""
	c.NameSort = sortOf(c.Name)
}

// nameless sorts behind every name.
const nameless = "~"

// sortOf is what a name is sorted by: its sound in Latin letters, so that
// Chinese and English names stand in one order.
func sortOf(name string) string {
	s := text.Pinyin(name)
	if s == "" {
		s = text.Fold(name)
	}
	if s == "" {
		return nameless
	}
	if r := []rune(s); len(r) > maxSort {
		s = string(r[:maxSort])
	}
	return s
}

// line reads a text of one line.
func line(f *fault.Fields, field, s string, most int) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if utf8.RuneCountInString(s) > most {
		f.Add(field, "field.too_long", "max", most)
	}
	return s
}

func place(list string, i int, part string) string { return fmt.Sprintf("%s[%d].%s", list, i, part) }

// mainFirst gives the places of the entries in the order in which they are
// kept: what is to be the main one first.
func mainFirst(entries []Entry) []int {
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case entries[a].Primary == entries[b].Primary:
			return 0
		case entries[a].Primary:
			return -1
		}
		return 1
	})
	return order
}

func readEmails(f *fault.Fields, entries []Entry) []Email {
	if len(entries) > maxEntries {
		f.Add("emails", "field.too_many", "max", maxEntries)
		return nil
	}
	out := make([]Email, 0, len(entries))
	for _, i := range mainFirst(entries) {
		e := entries[i]
		value, ok := identity.Email(e.Value)
		if !ok {
			f.Add(place("emails", i, "value"), "field.email_invalid")
			continue
		}
		label := line(f, place("emails", i, "label"), e.Label, maxLabel)
		if !slices.ContainsFunc(out, func(o Email) bool { return o.Value == value }) {
			out = append(out, Email{value, label})
		}
	}
	return out
}

func readPhones(f *fault.Fields, entries []Entry, country string) []Phone {
	if len(entries) > maxEntries {
		f.Add("phones", "field.too_many", "max", maxEntries)
		return nil
	}
	out := make([]Phone, 0, len(entries))
	for _, i := range mainFirst(entries) {
		e := entries[i]
		number, wrong := identity.ReadPhone(e.Value, country)
		if strings.Contains(e.Value, ";ext=") { // as we write it ourselves
			number, wrong = identity.ReadPhone(strings.Replace(e.Value, ";ext=", " ext. ", 1), country)
		}
		if wrong != "" {
			f.Add(place("phones", i, "value"), wrong)
			continue
		}
		label := line(f, place("phones", i, "label"), e.Label, maxLabel)
		if !slices.ContainsFunc(out, func(o Phone) bool { return o.Number == number }) {
			out = append(out, Phone{number, label})
		}
	}
	return out
}

func readMembers(f *fault.Fields, kind Kind, members []Member) []Affiliation {
	switch {
	case len(members) > 0 && kind != Person:
		f.Add("organization_ids", "field.person_only")
		return nil
	case len(members) > maxEntries:
		f.Add("organization_ids", "field.too_many", "max", maxEntries)
		return nil
	}
	out := make([]Affiliation, 0, len(members))
	for i, m := range members {
		title := line(f, place("organization_ids", i, "title"), m.Title, maxSalutation)
		roles := readRoles(f, place("organization_ids", i, "roles"), m.Roles)
		if !slices.ContainsFunc(out, func(o Affiliation) bool { return o.ID == m.OrganizationID }) {
			out = append(out, Affiliation{ID: m.OrganizationID, Title: title, Roles: roles})
		}
	}
	return out
}

// readRoles gives roles in the order of Roles, each once.
func readRoles(f *fault.Fields, name string, in []string) []string {
	out := []string{}
	for _, r := range Roles() {
		if slices.Contains(in, r) {
			out = append(out, r)
		}
	}
	if slices.ContainsFunc(in, func(r string) bool { return !slices.Contains(Roles(), r) }) {
		f.Add(name, "field.unknown_value")
	}
	return out
}

// tokens are what finds the customer by name, sound or address.
func (c Customer) tokens() []string {
	all := strings.Fields(text.NameIndex(c.Name))
	for _, e := range c.Emails {
		_, domain, _ := strings.Cut(e.Value, "@")
		all = append(append(all, text.Tokens(e.Value)...), text.Tokens(domain)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// differs names the fields in which two states of a customer differ.
func (c Customer) differs(o Customer) []string {
	var names []string
	for _, d := range []struct {
		name string
		is   bool
	}{
		{"name", c.Name != o.Name},
		{"salutation", c.Salutation != o.Salutation},
		{"locale", c.Locale != o.Locale},
		{"zone", c.Zone != o.Zone},
		{"notes", c.Notes != o.Notes},
		{"emails", !slices.Equal(c.Emails, o.Emails)},
		{"phones", !slices.Equal(c.Phones, o.Phones)},
		{"organizations", !slices.EqualFunc(c.Organizations, o.Organizations, Affiliation.equal)},
		{"tier", c.Tier != o.Tier},
		{"region", c.Region != o.Region},
		{"city", c.City != o.City},
		{"since", c.Since != o.Since},
		{"novice", c.Novice != o.Novice},
		{"preferred_agent_id", c.PreferredAgentID != o.PreferredAgentID},
		{"need_level", c.NeedLevel != o.NeedLevel},
		{"customer_type", c.Type != o.Type},
		{"chain_role", c.ChainRole != o.ChainRole},
		{"preferences", !slices.Equal(c.Preferences.V, o.Preferences.V)},
	} {
		if d.is {
			names = append(names, d.name)
		}
	}
	return names
}
