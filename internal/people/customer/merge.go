package customer

import (
	"slices"
	"strings"
	"time"

	"heed/internal/people/identity"
)

// Merge is one record that has become part of another.
type Merge struct {
	ID       int64
	From     int64
	Into     int64
	ByID     int64
	ByName   string
	At       time.Time
	UndoneAt time.Time // zero: it holds
}

// snapshot is a customer as he was, in the form in which it is stored. Its
// names are part of the schema.
type snapshot struct {
	Name          string           `json:"name"`
	Salutation    string           `json:"salutation"`
	Locale        string           `json:"locale"`
	Zone          string           `json:"zone"`
	Notes         string           `json:"notes"`
	Tier          Tier             `json:"tier"`
	Region        string           `json:"region"`
	City          string           `json:"city"`
	Since         string           `json:"since"`
	Novice        Novice           `json:"novice"`
	Preferred     int64            `json:"preferred_agent_id"`
	NeedLevel     string           `json:"need_level"`
	Type          string           `json:"customer_type"`
	ChainRole     string           `json:"chain_role"`
	Anonymous     bool             `json:"anonymous"`
	Preferences   []Preference     `json:"preferences"`
	Emails        []keptEntry      `json:"emails"`
	Phones        []keptEntry      `json:"phones"`
	Organizations []keptMembership `json:"organizations"`
}

type keptEntry struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

type keptMembership struct {
	ID    int64    `json:"id"`
	Title string   `json:"title"`
	Roles []string `json:"roles"`
}

func (m keptMembership) equal(o keptMembership) bool {
	return m.ID == o.ID && m.Title == o.Title && slices.Equal(m.Roles, o.Roles)
}

// moved is what a merge has moved, so that it can be undone exactly.
type moved struct {
	From    snapshot `json:"from"`    // as it was
	Before  snapshot `json:"before"`  // who stays, as he was
	After   snapshot `json:"after"`   // and as the merge left him
	Notes   []int64  `json:"notes"`   // personal notes
	People  []int64  `json:"people"`  // who went to the other organization, by id
	Doubled []member `json:"doubled"` // affiliations of people who belonged to both
	Upper   []int64  `json:"upper"`   // links in which it was the upper one
	Lower   []int64  `json:"lower"`
	Dropped []Link   `json:"dropped"` // links that the other one had already, or between the two
}

// member is a row of customer_affiliation.
type member struct {
	ID     int64    `json:"id"`
	Person int64    `json:"person"`
	Title  string   `json:"title"`
	Roles  []string `json:"roles"`
}

func snapshotOf(c Customer) snapshot {
	s := snapshot{
		Name: c.Name, Salutation: c.Salutation, Locale: c.Locale, Zone: c.Zone, Notes: c.Notes, Tier: c.Tier, Region: c.Region, City: c.City,
		Since: c.Since, Novice: c.Novice, Preferred: c.PreferredAgentID, NeedLevel: c.NeedLevel, Type: c.Type, ChainRole: c.ChainRole,
		Anonymous: c.Anonymous, Preferences: c.Preferences.V,
	}
	for _, e := range c.Emails {
		s.Emails = append(s.Emails, keptEntry(e))
	}
	for _, p := range c.Phones {
		s.Phones = append(s.Phones, keptEntry{p.Number.String(), p.Label})
	}
	for _, o := range c.Organizations {
		s.Organizations = append(s.Organizations, keptMembership{o.ID, o.Title, o.Roles})
	}
	return s
}

// onto gives c as the snapshot says.
func (s snapshot) onto(c Customer) Customer {
	c.Name, c.Salutation, c.Locale, c.Zone, c.Notes = s.Name, s.Salutation, s.Locale, s.Zone, s.Notes
	c.Tier, c.Region, c.City, c.Since, c.Novice = s.Tier, s.Region, s.City, s.Since, s.Novice
	c.PreferredAgentID, c.NeedLevel, c.Type, c.ChainRole, c.Anonymous = s.Preferred, s.NeedLevel, s.Type, s.ChainRole, s.Anonymous
	c.Preferences.V = append([]Preference{}, s.Preferences...)
	c.NameSort = sortOf(c.Name)
	c.Emails, c.Phones, c.Organizations = []Email{}, []Phone{}, []Affiliation{}
	for _, e := range s.Emails {
		c.Emails = append(c.Emails, Email(e))
	}
	for _, p := range s.Phones {
		c.Phones = append(c.Phones, Phone{identity.ParsePhone(p.Value), p.Label})
	}
	for _, o := range s.Organizations {
		c.Organizations = append(c.Organizations, Affiliation{ID: o.ID, Title: o.Title, Roles: o.Roles})
	}
	return c
}

// absorb gives s with what it lacks from o. Both histories are kept: texts are
// joined, lists put together, and the longer acquaintance counts.
func (s snapshot) absorb(o snapshot, joined, otherJoined string) snapshot {
	fill(&s.Name, o.Name)
	s.Anonymous = s.Name == "" && s.Anonymous
	fill(&s.Salutation, o.Salutation)
	fill(&s.Locale, o.Locale)
	fill(&s.Zone, o.Zone)
	fill(&s.Tier, o.Tier)
	fill(&s.Region, o.Region)
	fill(&s.City, o.City)
	fill(&s.Novice, o.Novice)
	fill(&s.Preferred, o.Preferred)
	fill(&s.NeedLevel, o.NeedLevel)
	fill(&s.Type, o.Type)
	fill(&s.ChainRole, o.ChainRole)
	if otherJoined < joined {
		s.Since = otherJoined
	}
	if o.Notes != "" && !strings.Contains(s.Notes, o.Notes) {
		s.Notes = strings.TrimSpace(s.Notes + "\n\n" + o.Notes)
	}
	s.Preferences = together(s.Preferences, o.Preferences, func(a, b Preference) bool { return a == b })
	sameValue := func(a, b keptEntry) bool { return a.Value == b.Value }
	s.Emails = together(s.Emails, o.Emails, sameValue)
	s.Phones = together(s.Phones, o.Phones, sameValue)
	s.Organizations = together(s.Organizations, o.Organizations, func(a, b keptMembership) bool { return a.ID == b.ID })
	return s
}

// undo gives a customer, who is now as s says, without what a merge had brought
// him: exactly as before where nobody has changed him since; what was changed
// since stays, apart from what came with the merge.
func (s snapshot) undo(before, after snapshot) snapshot {
	back(&s.Name, before.Name, after.Name)
	back(&s.Anonymous, before.Anonymous, after.Anonymous)
	back(&s.Salutation, before.Salutation, after.Salutation)
	back(&s.Locale, before.Locale, after.Locale)
	back(&s.Zone, before.Zone, after.Zone)
	back(&s.Notes, before.Notes, after.Notes)
	back(&s.Tier, before.Tier, after.Tier)
	back(&s.Region, before.Region, after.Region)
	back(&s.City, before.City, after.City)
	back(&s.Since, before.Since, after.Since)
	back(&s.Novice, before.Novice, after.Novice)
	back(&s.Preferred, before.Preferred, after.Preferred)
	back(&s.NeedLevel, before.NeedLevel, after.NeedLevel)
	back(&s.Type, before.Type, after.Type)
	back(&s.ChainRole, before.ChainRole, after.ChainRole)
	s.Preferences = apart(s.Preferences, before.Preferences, after.Preferences, func(a, b Preference) bool { return a == b })
	same := func(a, b keptEntry) bool { return a == b }
	s.Emails = apart(s.Emails, before.Emails, after.Emails, same)
	s.Phones = apart(s.Phones, before.Phones, after.Phones, same)
	s.Organizations = apart(s.Organizations, before.Organizations, after.Organizations, keptMembership.equal)
	return s
}

func fill[T comparable](field *T, with T) {
	var none T
	if *field == none {
		*field = with
	}
}

// back gives a field its value before a merge when it still has that which the
// merge gave it.
func back[T comparable](field *T, before, after T) {
	if *field == after {
		*field = before
	}
}

func together[T any](a, b []T, same func(a, b T) bool) []T {
	out := slices.Clone(a)
	for _, v := range b {
		if !slices.ContainsFunc(out, func(o T) bool { return same(o, v) }) {
			out = append(out, v)
		}
	}
	return out
}

// apart takes from a list what a merge had added to it.
func apart[T any](now, before, after []T, same func(a, b T) bool) []T {
	if slices.EqualFunc(now, after, same) {
		return before
	}
	has := func(list []T, v T) bool { return slices.ContainsFunc(list, func(o T) bool { return same(o, v) }) }
	return slices.DeleteFunc(slices.Clone(now), func(v T) bool { return has(after, v) && !has(before, v) })
}
