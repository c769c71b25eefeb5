package customer

import (
	"context"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/platform/rest"
)

// Card is how a customer is written in the API. How many tickets he has is
// told by GET /customers/{id}/summary.
type Card struct {
	ID            int64             `json:"id"`
	Number        string            `json:"number"`
	Kind          Kind              `json:"kind" enum:"person,organization"`
	Name          string            `json:"name"`
	Salutation    string            `json:"salutation"`
	Locale        string            `json:"locale"`
	Zone          string            `json:"zone"`
	Notes         string            `json:"notes"`
	Emails        []EmailCard       `json:"emails"`
	Phones        []PhoneCard       `json:"phones"`
	Organizations []AffiliationCard `json:"organizations"`
	PeopleCount   int64             `json:"people_count" doc:"Of an organization"`
	CreatedAt     time.Time         `json:"created_at"`
	Version       int64             `json:"version"`
	ProfileCard
	Anonymous  bool   `json:"anonymous" doc:"A caller who did not give his name, which is empty then"`
	MergedInto *int64 `json:"merged_into" doc:"The customer whom this record has become part of"`
}

// ProfileCard is what is known about a customer beyond his name and addresses.
type ProfileCard struct {
	Tier             Tier         `json:"tier" doc:"basic, silver, gold or platinum; empty when not judged"`
	Region           string       `json:"region"`
	City             string       `json:"city"`
	Since            string       `json:"since" doc:"A date; empty is the day of registration"`
	Novice           Novice       `json:"novice" doc:"yes, no, or empty to tell by what was solved for him"`
	PreferredAgentID *int64       `json:"preferred_agent_id"`
	NeedLevel        string       `json:"need_level" doc:"product, service, experience, relationship, success or empty"`
	CustomerType     string       `json:"customer_type" doc:"economic, ethical, personal, convenience or empty"`
	ChainRole        string       `json:"chain_role"`
	Preferences      []Preference `json:"preferences"`
}

// EmailCard is an address of a customer.
type EmailCard struct {
	Value   string `json:"value"`
	Label   string `json:"label"`
	Primary bool   `json:"primary"`
}

// PhoneCard is a number of a customer.
type PhoneCard struct {
	Value   string `json:"value" doc:"E.164, an extension as in RFC 3966"`
	Shown   string `json:"shown" doc:"As it is dialled in the firm's country"`
	Label   string `json:"label"`
	Primary bool   `json:"primary"`
}

// AffiliationCard is an organization that a person belongs to.
type AffiliationCard struct {
	ID    int64    `json:"id"`
	Name  string   `json:"name"`
	Title string   `json:"title"`
	Roles []string `json:"roles" doc:"buyer, payer, user, decision_maker, custodian, complainant"`
}

// card writes a customer for people in country.
func card(c Customer, country string) Card {
	out := Card{
		ID: c.ID, Number: c.Number(), Kind: c.Kind, Name: c.Name, Salutation: c.Salutation, Locale: c.Locale, Zone: c.Zone,
		Notes: c.Notes, PeopleCount: c.PeopleCount, CreatedAt: c.CreatedAt, Version: c.Version,
		Emails: make([]EmailCard, len(c.Emails)), Phones: make([]PhoneCard, len(c.Phones)),
		Organizations: make([]AffiliationCard, len(c.Organizations)),
		ProfileCard: ProfileCard{
			Tier: c.Tier, Region: c.Region, City: c.City, Since: c.Since, Novice: c.Novice, PreferredAgentID: orNull(c.PreferredAgentID),
			NeedLevel: c.NeedLevel, CustomerType: c.Type, ChainRole: c.ChainRole, Preferences: append([]Preference{}, c.Preferences.V...),
		},
		Anonymous: c.Anonymous, MergedInto: orNull(c.MergedInto),
	}
	for i, e := range c.Emails {
		out.Emails[i] = EmailCard{e.Value, e.Label, i == 0}
	}
	for i, p := range c.Phones {
		out.Phones[i] = PhoneCard{p.Number.String(), p.Number.Shown(country), p.Label, i == 0}
	}
	for i, o := range c.Organizations {
		out.Organizations[i] = AffiliationCard{o.ID, o.Name, o.Title, append([]string{}, o.Roles...)}
	}
	return out
}

func orNull(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func (s *Service) one(ctx context.Context, c Customer, err error) (*rest.One[Card], error) {
	if err != nil {
		return nil, err
	}
	country, err := s.settings.Country(ctx)
	return rest.OneOf(card(c, country), c.Version), err
}

func (s *Service) page(ctx context.Context, p page.Of[Customer], err error) (*rest.List[Card], error) {
	if err != nil {
		return nil, err
	}
	out := page.Of[Card]{Next: p.Next, Position: p.Position}
	out.Items, err = s.Cards(ctx, p.Items)
	return &rest.List[Card]{Body: out}, err
}

// Cards writes customers as the API shows them.
func (s *Service) Cards(ctx context.Context, cs []Customer) ([]Card, error) {
	country, err := s.settings.Country(ctx)
	out := make([]Card, len(cs))
	for i, c := range cs {
		out[i] = card(c, country)
	}
	return out, err
}

// EntryBody is an address or a number as somebody writes it.
type EntryBody struct {
	Value   string `json:"value"`
	Label   string `json:"label,omitempty"`
	Primary bool   `json:"primary,omitempty"`
}

func entries(bs []EntryBody) []Entry {
	out := make([]Entry, len(bs))
	for i, b := range bs {
		out[i] = Entry(b)
	}
	return out
}

// MemberBody says that a person belongs to an organization.
type MemberBody struct {
	ID    int64    `json:"id"`
	Title string   `json:"title,omitempty"`
	Roles []string `json:"roles,omitempty" nullable:"true"`
}

func members(bs []MemberBody) []Member {
	out := make([]Member, len(bs))
	for i, b := range bs {
		out[i] = Member{b.ID, b.Title, b.Roles}
	}
	return out
}

// Body describes a customer to be registered.
type Body struct {
	Kind            Kind         `json:"kind,omitempty" enum:"person,organization" default:"person"`
	Name            string       `json:"name,omitempty" doc:"Empty: called by the first address or number"`
	Salutation      string       `json:"salutation,omitempty"`
	Locale          string       `json:"locale,omitempty"`
	Zone            string       `json:"zone,omitempty"`
	Notes           string       `json:"notes,omitempty"`
	Emails          []EntryBody  `json:"emails,omitempty"`
	Phones          []EntryBody  `json:"phones,omitempty"`
	OrganizationIDs []MemberBody `json:"organization_ids,omitempty"`
	AllowDuplicate  bool         `json:"allow_duplicate,omitempty" doc:"Register though somebody has the address"`
	Anonymous       bool         `json:"anonymous,omitempty" doc:"A caller who does not give his name: name, addresses and numbers may be missing"`
	ProfileBody
}

// ProfileBody is what may be noted about a customer; what is left out stays.
type ProfileBody struct {
	Tier             *Tier                `json:"tier,omitempty" enum:",basic,silver,gold,platinum"`
	Region           *string              `json:"region,omitempty"`
	City             *string              `json:"city,omitempty"`
	Since            *string              `json:"since,omitempty" doc:"A date as in 2019-05-01"`
	Novice           *Novice              `json:"novice,omitempty" enum:",yes,no"`
	PreferredAgentID rest.Nullable[int64] `json:"preferred_agent_id,omitzero" required:"false"`
	NeedLevel        *string              `json:"need_level,omitempty"`
	CustomerType     *string              `json:"customer_type,omitempty"`
	ChainRole        *string              `json:"chain_role,omitempty"`
	Preferences      *[]PreferenceBody    `json:"preferences,omitempty" doc:"Replaces the list"`
}

// PreferenceBody is a preference as somebody writes it.
type PreferenceBody struct {
	Kind      PreferenceKind `json:"kind"`
	Text      string         `json:"text,omitempty"`
	Channel   string         `json:"channel,omitempty"`
	NotBefore string         `json:"not_before,omitempty"`
	NotAfter  string         `json:"not_after,omitempty"`
	Warn      bool           `json:"warn,omitempty"`
}

func (b ProfileBody) profile() Profile {
	p := Profile{
		Tier: b.Tier, Region: b.Region, City: b.City, Since: b.Since, Novice: b.Novice, NeedLevel: b.NeedLevel, Type: b.CustomerType, ChainRole: b.ChainRole,
	}
	if b.PreferredAgentID.Set {
		p.PreferredAgentID = new(b.PreferredAgentID.V)
	}
	if b.Preferences != nil {
		list := make([]Preference, len(*b.Preferences))
		for i, one := range *b.Preferences {
			list[i] = Preference(one)
		}
		p.Preferences = &list
	}
	return p
}

// Registration is what the body asks for.
func (b Body) Registration() Registration {
	return Registration{
		Kind: b.Kind, Name: b.Name, Salutation: b.Salutation, Locale: b.Locale, Zone: b.Zone, Notes: b.Notes,
		Emails: entries(b.Emails), Phones: entries(b.Phones), Organizations: members(b.OrganizationIDs), AllowDuplicate: b.AllowDuplicate,
		Anonymous: b.Anonymous, Profile: b.profile(),
	}
}

type createIn struct {
	Body Body
}

type changeIn struct {
	rest.VersionIn
	ID   int64 `path:"id"`
	Body struct {
		Name            *string       `json:"name,omitempty"`
		Salutation      *string       `json:"salutation,omitempty"`
		Locale          *string       `json:"locale,omitempty"`
		Zone            *string       `json:"zone,omitempty"`
		Notes           *string       `json:"notes,omitempty"`
		Emails          *[]EntryBody  `json:"emails,omitempty"`
		Phones          *[]EntryBody  `json:"phones,omitempty"`
		OrganizationIDs *[]MemberBody `json:"organization_ids,omitempty"`
		AllowDuplicate  bool          `json:"allow_duplicate,omitempty"`
		ProfileBody
	}
}

func (in *changeIn) patch() Patch {
	b := in.Body
	p := Patch{Name: b.Name, Salutation: b.Salutation, Locale: b.Locale, Zone: b.Zone, Notes: b.Notes, AllowDuplicate: b.AllowDuplicate, Profile: b.profile()}
	if b.Emails != nil {
		p.Emails = new(entries(*b.Emails))
	}
	if b.Phones != nil {
		p.Phones = new(entries(*b.Phones))
	}
	if b.OrganizationIDs != nil {
		p.Organizations = new(members(*b.OrganizationIDs))
	}
	return p
}

type listIn struct {
	rest.PageIn
	Q    string `query:"q" maxLength:"200" doc:"Name, sound, initials, address, number or its last digits, customer number"`
	Kind string `query:"kind" enum:"person,organization"`
	Tier string `query:"tier" enum:"basic,silver,gold,platinum"`
	Sort string `query:"sort" enum:"name,newest" doc:"By name as it sounds, or who was registered last first"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type peopleIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	rest.Get(r, "/customers", rest.Op{ID: "list-customers", Tag: "customers", Summary: "Find customers"},
		func(ctx context.Context, in *listIn) (*rest.List[Card], error) {
			p, err := s.List(ctx, Filter{Q: in.Q, Kind: Kind(in.Kind), Tier: Tier(in.Tier), Newest: in.Sort == "newest"}, in.Request())
			return s.page(ctx, p, err)
		})
	rest.Post(r, "/customers", rest.Op{ID: "create-customer", Tag: "customers", Summary: "Register a customer", Status: 201},
		func(ctx context.Context, in *createIn) (*rest.One[Card], error) {
			c, err := s.Create(ctx, in.Body.Registration())
			return s.one(ctx, c, err)
		})
	rest.Get(r, "/customers/{id}", rest.Op{ID: "get-customer", Tag: "customers", Summary: "One customer"},
		func(ctx context.Context, in *idIn) (*rest.One[Card], error) {
			c, err := s.Get(ctx, in.ID)
			return s.one(ctx, c, err)
		})
	rest.Patch(r, "/customers/{id}", rest.Op{ID: "change-customer", Tag: "customers", Summary: "Change a customer; lists are replaced whole"},
		func(ctx context.Context, in *changeIn) (*rest.One[Card], error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			c, err := s.Change(ctx, in.ID, version, in.patch())
			return s.one(ctx, c, err)
		})
	rest.Get(r, "/customers/{id}/people", rest.Op{ID: "list-people", Tag: "customers", Summary: "The people of an organization"},
		func(ctx context.Context, in *peopleIn) (*rest.List[Card], error) {
			p, err := s.People(ctx, in.ID, in.Request())
			return s.page(ctx, p, err)
		})
	s.moreRoutes(r)
}
