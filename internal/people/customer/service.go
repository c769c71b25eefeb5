package customer

import (
	"context"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/platform/text"
)

// Deps are what a service is made of.
type Deps struct {
	DB       *db.DB
	Journal  *journal.Journal
	Clock    clock.Clock
	Settings *setting.Service
}

// Service knows the customers.
type Service struct {
	db       *db.DB
	journal  *journal.Journal
	clock    clock.Clock
	settings *setting.Service
}

// New makes a service.
func New(d Deps) *Service {
	return &Service{db: d.DB, journal: d.Journal, clock: d.Clock, settings: d.Settings}
}

// Get gives a customer. A record that has become part of another says of whom:
// MergedInto leads to the end of the way.
func (s *Service) Get(ctx context.Context, id int64) (Customer, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return Customer{}, err
	}
	c, err := s.load(ctx, id, false)
	if err == nil && c.MergedInto != 0 {
		c.MergedInto, err = s.Current(ctx, c.MergedInto)
	}
	return c, err
}

// Create registers a customer. Whoever may register a ticket may do so, for it
// is done while somebody is on the phone (R064, R307). An address that somebody
// has already is the fault "customer.duplicate_email" with the parameters
// customer_id and name, unless n allows it.
func (s *Service) Create(ctx context.Context, n Registration) (Customer, error) {
	if !authority.Can(actor.From(ctx), authority.TicketCreate) {
		if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
			return Customer{}, err
		}
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return Customer{}, err
	}
	c, err := newCustomer(n, country, s.clock.Now())
	if err != nil {
		return c, err
	}
	err = s.db.Write(ctx, func(ctx context.Context) error {
		if err := s.checkDuplicates(ctx, Customer{}, c, n.AllowDuplicate); err != nil {
			return err
		}
		var err error
		c, err = s.create(ctx, c)
		return err
	})
	return c, err
}

// create stores a checked customer and records it, inside a Write.
func (s *Service) create(ctx context.Context, c Customer) (Customer, error) {
	var err error
	if c, err = s.nameOrganizations(ctx, c); err != nil {
		return c, err
	}
	if c, err = s.insert(ctx, c); err != nil {
		return c, err
	}
	if err := s.recordPeople(ctx, nil, c.Organizations); err != nil {
		return c, err
	}
	return c, s.journal.Record(ctx, about(KindCreated, c.ID, Created{c.Number(), c.Kind, c.Name}))
}

// Change changes a customer that was seen at a version (0: any). Faults: as
// Create, and "stale".
func (s *Service) Change(ctx context.Context, id, version int64, p Patch) (Customer, error) {
	if err := authority.Require(ctx, authority.CustomerEdit); err != nil {
		return Customer{}, err
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return Customer{}, err
	}
	var now Customer
	err = s.db.Write(ctx, func(ctx context.Context) error {
		was, err := s.load(ctx, id, true)
		if err != nil {
			return err
		}
		if version != 0 && version != was.Version {
			return fault.Conflict("stale")
		}
		if was.MergedInto != 0 {
			return s.gone(ctx, was)
		}
		if now, err = was.with(p, country); err != nil {
			return err
		}
		fields := was.differs(now)
		if len(fields) == 0 {
			now = was
			return nil
		}
		if err := s.checkDuplicates(ctx, was, now, p.AllowDuplicate); err != nil {
			return err
		}
		if now, err = s.nameOrganizations(ctx, now); err != nil {
			return err
		}
		now.UpdatedAt = s.clock.Now()
		now.Version++
		if err := s.update(ctx, was, now); err != nil {
			return err
		}
		if err := s.recordPeople(ctx, was.Organizations, now.Organizations); err != nil {
			return err
		}
		return s.journal.Record(ctx, about(KindChanged, id, Changed{fields}))
	})
	return now, err
}

// checkDuplicates finds somebody else who has an address that is new to c.
// Until the transaction ends nobody else can register these addresses.
func (s *Service) checkDuplicates(ctx context.Context, was, c Customer, allow bool) error {
	var added []string
	for _, e := range c.Emails {
		if !slices.ContainsFunc(was.Emails, func(o Email) bool { return o.Value == e.Value }) {
			added = append(added, e.Value)
		}
	}
	if len(added) == 0 || allow {
		return nil
	}
	if err := s.lockAddresses(ctx, added); err != nil {
		return err
	}
	others, err := s.havingEmails(ctx, added, c.ID)
	if err != nil || len(others) == 0 {
		return err
	}
	return fault.Exists("customer.duplicate_email", "customer_id", others[0].ID, "name", others[0].Name)
}

// nameOrganizations fills in the names of the organizations and finds those
// that there are not.
func (s *Service) nameOrganizations(ctx context.Context, c Customer) (Customer, error) {
	if len(c.Organizations) == 0 {
		return c, nil
	}
	names, err := s.organizationNames(ctx, c.Organizations)
	if err != nil {
		return c, err
	}
	var f fault.Fields
	c.Organizations = slices.Clone(c.Organizations)
	for i, o := range c.Organizations {
		name, ok := names[o.ID]
		if !ok {
			f.Add(place("organization_ids", i, "id"), "field.not_found")
		}
		c.Organizations[i].Name = name
	}
	return c, f.Err()
}

// recordPeople counts and records for the organizations whose people are no
// longer the same.
func (s *Service) recordPeople(ctx context.Context, was, now []Affiliation) error {
	change := map[int64]int64{}
	for _, o := range now {
		change[o.ID]++
	}
	for _, o := range was {
		change[o.ID]--
	}
	ids := make([]int64, 0, len(change))
	for org, by := range change {
		if by != 0 {
			ids = append(ids, org)
		}
	}
	slices.Sort(ids) // always the same order, so that two of these never wait for each other
	for _, org := range ids {
		if err := s.countPeople(ctx, org, change[org]); err != nil {
			return err
		}
		if err := s.journal.Record(ctx, about(KindChanged, org, Changed{[]string{"people"}})); err != nil {
			return err
		}
	}
	return nil
}

// Filter chooses customers. Q finds by name, sound, initials, address, number
// or its last digits, and customer number; empty fields choose all.
type Filter struct {
	Q    string
	Kind Kind
	Tier Tier
	// Newest puts who was registered last first, instead of the order of names.
	Newest bool
}

// List gives a page of customers in the order of their names.
func (s *Service) List(ctx context.Context, f Filter, p page.Request) (page.Of[Customer], error) {
	return s.list(ctx, p, func(after cursor, limit int) ([]Customer, error) {
		want, err := s.wanted(ctx, f.Q)
		if err != nil {
			return nil, err
		}
		return s.loadPage(ctx, want, f, 0, after, limit)
	})
}

// People gives a page of the people of an organization.
func (s *Service) People(ctx context.Context, organizationID int64, p page.Request) (page.Of[Customer], error) {
	return s.list(ctx, p, func(after cursor, limit int) ([]Customer, error) {
		if _, err := s.load(ctx, organizationID, false); err != nil {
			return nil, err
		}
		return s.loadPage(ctx, nil, Filter{Kind: Person}, organizationID, after, limit)
	})
}

// cursor is the last customer of the page before.
type cursor struct {
	sort string
	id   int64
}

func (s *Service) list(ctx context.Context, p page.Request, read func(after cursor, limit int) ([]Customer, error)) (page.Of[Customer], error) {
	var none page.Of[Customer]
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return none, err
	}
	var after cursor
	if p.Cursor != "" {
		if err := page.Decode(p.Cursor, &after.sort, &after.id); err != nil {
			return none, err
		}
	}
	pos, err := s.journal.Position(ctx)
	if err != nil {
		return none, err
	}
	rows, err := read(after, p.Size()+1)
	if err != nil {
		return none, err
	}
	out := page.Cut(rows, p.Size(), func(c Customer) []any { return []any{c.NameSort, c.ID} })
	out.Position = pos
	out.Items, err = s.complete(ctx, out.Items)
	return out, err
}

// lookupMost is how many a lookup gives.
const lookupMost = 50

// Lookup says what is known of somebody who asks: one of the three.
type Lookup struct {
	Phone string // as it is shown by the telephone, or its end
	Email string
	Q     string // as Filter.Q
}

// LookupBest gives at most n customers whom it may be. Those who answer to the
// whole of what was asked come first; whole is how many they are.
func (s *Service) LookupBest(ctx context.Context, l Lookup, n int) (found []Customer, whole int, err error) {
	if found, err = s.Lookup(ctx, l); err != nil {
		return nil, 0, err
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return nil, 0, err
	}
	// Whoever has exactly the name may stand far behind in the order of names.
	named, err := s.alike(ctx, Customer{Name: l.Q, NameSort: sortOf(l.Q)})
	if err != nil {
		return nil, 0, err
	}
	best, others := []Customer{}, []Customer{}
	for _, d := range named {
		if d.Customer.answers(l, country) {
			best = append(best, d.Customer)
		}
	}
	for _, c := range found {
		switch {
		case slices.ContainsFunc(best, func(o Customer) bool { return o.ID == c.ID }):
		case c.answers(l, country):
			best = append(best, c)
		default:
			others = append(others, c)
		}
	}
	out := slices.Concat(best, others)
	return out[:min(len(out), n)], len(best), nil
}

// answers tells whether the whole of what was asked is the customer's.
func (c Customer) answers(l Lookup, country string) bool {
	for _, q := range []string{l.Phone, l.Email, l.Q} {
		if q == "" {
			continue
		}
		if email, ok := identity.Email(q); ok && slices.ContainsFunc(c.Emails, func(e Email) bool { return e.Value == email }) {
			return true
		}
		if number, wrong := identity.ReadPhone(q, country); wrong == "" && slices.ContainsFunc(c.Phones, func(p Phone) bool { return p.Number.E164 == number.E164 }) {
			return true
		}
		if id, ok := IDOf(q); ok && id == c.ID {
			return true
		}
		if name := unspaced(text.Fold(q)); name != "" && name == unspaced(text.Fold(c.Name)) {
			return true
		}
	}
	return false
}

// Lookup gives the customers whom it may be, at most 50.
func (s *Service) Lookup(ctx context.Context, l Lookup) ([]Customer, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	switch {
	case l.Phone != "":
		return s.FindByPhone(ctx, l.Phone)
	case l.Email != "":
		return s.FindByEmail(ctx, l.Email)
	}
	p, err := s.List(ctx, Filter{Q: l.Q}, page.Request{Limit: lookupMost})
	return p.Items, err
}

// FindByEmail gives the customers who have an address, the oldest first; none
// for what is no address.
func (s *Service) FindByEmail(ctx context.Context, address string) ([]Customer, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	email, ok := identity.Email(address)
	if !ok {
		return []Customer{}, nil
	}
	found, err := s.havingEmails(ctx, []string{email}, 0)
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, found)
}

// FindByPhone gives the customers who have a number, the oldest first. A
// number that is not a whole one finds by its end, from four digits on.
func (s *Service) FindByPhone(ctx context.Context, number string) ([]Customer, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return nil, err
	}
	var found []Customer
	if whole, wrong := identity.ReadPhone(number, country); wrong == "" {
		found, err = s.havingPhone(ctx, whole.Reversed(), true, lookupMost)
	} else if tail, ok := identity.Tail(number); ok {
		found, err = s.havingPhone(ctx, tail, false, lookupMost)
	}
	if err != nil {
		return nil, err
	}
	return s.complete(ctx, found)
}

// NormalizePhone gives the form in which a number is kept and the one in which
// it is shown here; what is no number is a fault of the field "phone".
func (s *Service) NormalizePhone(ctx context.Context, written string) (value, shown string, err error) {
	country, err := s.settings.Country(ctx)
	if err != nil {
		return "", "", err
	}
	number, wrong := identity.ReadPhone(written, country)
	if wrong != "" {
		var f fault.Fields
		f.Add("phone", wrong)
		return "", "", f.Err()
	}
	return number.String(), number.Shown(country), nil
}
