package dealer

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/people/identity"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters and entries.
const (
	nameMost    = 160
	lineMost    = 300
	notesMost   = 4000
	entriesMost = 20
	scopeMost   = 500
)

// Kind tells who sells from who repairs.
type Kind string

// The kinds.
const (
	Seller       Kind = "dealer"
	ServicePoint Kind = "service_point"
)

// Status says whether the firm works with a dealer at present.
type Status string

// The states. Which way one goes is for people to decide.
const (
	Active Status = "active"
	Paused Status = "paused"
	Ended  Status = "ended"
)

// Ways lists how one can buy from a dealer or be served by him (R298).
func Ways() []string { return []string{"shop", "phone", "online", "on_site"} }

// Contact is a person at the dealer, for those who work here.
type Contact struct {
	Name  string `json:"name"`
	Role  string `json:"role,omitempty"`
	Phone string `json:"phone,omitempty"` // E.164
	Email string `json:"email,omitempty"`
}

// Hours are when a dealer is open on some days of the week.
type Hours struct {
	Days []int  `json:"days"` // 1 Monday to 7 Sunday
	From string `json:"from"` // "09:00"
	To   string `json:"to"`
}

// Dealer is somebody who sells or looks after products for the firm.
type Dealer struct {
	ID         int64
	Name       string
	Kind       Kind
	Level      int64 // 1 is nearest to the firm; 0 is not graded
	Status     Status
	Region     string
	City       string // as people write it
	Address    string
	At         *Place // where exactly; nil: where the city is
	Phone      string // that customers call; E.164
	Email      string // to which requests are forwarded
	Website    string
	Hours      []Hours
	Ways       []string
	Locale     string // in which he is written to; empty: the firm's
	Products   []int64
	Categories []int64
	From, To   day.Day // when he may sell; empty: always, open
	Contacts   []Contact
	Rating     int64 // 1 to 5; 0 is none
	Contract   string
	Notes      string
	UpdatedAt  time.Time
	Version    int64
}

// Patch is what is to be changed; nil leaves a thing as it is.
type Patch struct {
	Name, Region, City, Address, Phone, Email, Website, Locale, Contract, Notes *string

	Kind       *Kind
	Level      *int64
	Status     *Status
	At         **Place
	Hours      *[]Hours
	Ways       *[]string
	Products   *[]int64
	Categories *[]int64
	From, To   *day.Day
	Contacts   *[]Contact
	Rating     *int64
}

// Current tells whether a dealer may be named to customers on a day (R450).
func (d Dealer) Current(today day.Day) bool {
	return d.Status == Active && today.Within(d.From, d.To)
}

// Place is where the dealer is, false when nobody can tell.
func (d Dealer) Place() (Place, bool) {
	if d.At != nil {
		return *d.At, true
	}
	c, ok := CityOf(d.City)
	return c.At, ok
}

// Sells tells whether the dealer sells a product that stands on the shelves.
func (d Dealer) Sells(product int64, shelves []int64) bool {
	if len(d.Products)+len(d.Categories) == 0 || slices.Contains(d.Products, product) {
		return true
	}
	return slices.ContainsFunc(shelves, func(s int64) bool { return slices.Contains(d.Categories, s) })
}

// with gives the dealer as the patch makes it. country is that of the firm, for
// numbers written without one.
func (d Dealer) with(p Patch, country string) (Dealer, error) {
	for to, from := range map[*string]*string{
		&d.Name: p.Name, &d.Region: p.Region, &d.City: p.City, &d.Address: p.Address, &d.Website: p.Website, &d.Locale: p.Locale, &d.Contract: p.Contract,
	} {
		if from != nil {
			*to = oneLine(*from)
		}
	}
	if p.Notes != nil {
		d.Notes = strings.TrimSpace(*p.Notes)
	}
	set(&d.Kind, p.Kind)
	set(&d.Level, p.Level)
	set(&d.Status, p.Status)
	set(&d.At, p.At)
	set(&d.Hours, p.Hours)
	set(&d.Ways, p.Ways)
	set(&d.Products, p.Products)
	set(&d.Categories, p.Categories)
	set(&d.From, p.From)
	set(&d.To, p.To)
	set(&d.Contacts, p.Contacts)
	set(&d.Rating, p.Rating)
	if c, ok := CityOf(d.City); ok {
		country = c.Country
	}
	var f fault.Fields
	d.checkText(&f)
	d.checkChoices(&f)
	if p.Phone != nil {
		d.Phone = phone(*p.Phone, country, "phone", &f)
	}
	if p.Email != nil {
		d.Email = mail(*p.Email, "email", &f)
	}
	if p.Contacts != nil {
		d.Contacts = contacts(d.Contacts, country, &f)
	}
	if !d.From.Valid() {
		f.Add("from", "field.date_invalid")
	}
	switch {
	case !d.To.Valid():
		f.Add("to", "field.date_invalid")
	case d.To != "" && d.To < d.From:
		f.Add("to", "dealer.ends_before")
	}
	return d, f.Err()
}

func (d Dealer) checkText(f *fault.Fields) {
	if d.Name == "" {
		f.Add("name", "field.required")
	}
	if d.City == "" {
		f.Add("city", "field.required")
	}
	for _, x := range []struct {
		field, value string
		most         int
	}{
		{"name", d.Name, nameMost},
		{"region", d.Region, lineMost},
		{"city", d.City, lineMost},
		{"address", d.Address, lineMost},
		{"contract", d.Contract, lineMost},
		{"notes", d.Notes, notesMost},
		{"website", d.Website, lineMost},
	} {
		if utf8.RuneCountInString(x.value) > x.most {
			f.Add(x.field, "field.too_long", "max", x.most)
		}
	}
	if d.Website != "" && !strings.HasPrefix(d.Website, "https://") && !strings.HasPrefix(d.Website, "http://") {
		f.Add("website", "field.url_invalid")
	}
}

func (d *Dealer) checkChoices(f *fault.Fields) {
	if d.Kind != Seller && d.Kind != ServicePoint {
		f.Add("kind", "field.unknown_value")
	}
	if d.Status != Active && d.Status != Paused && d.Status != Ended {
		f.Add("status", "field.unknown_value")
	}
	if d.Level < 0 || d.Level > 5 {
		f.Add("level", "field.unknown_value")
	}
	if d.Rating < 0 || d.Rating > 5 {
		f.Add("rating", "field.unknown_value")
	}
	if d.At != nil && (d.At.Lat < -90 || d.At.Lat > 90 || d.At.Lon < -180 || d.At.Lon > 180) {
		f.Add("place", "dealer.place_invalid")
	}
	switch d.Locale {
	case "", "en", "zh-CN", "zh-TW":
	default:
		f.Add("locale", "field.unknown_value")
	}
	d.Ways = unique(d.Ways)
	for _, w := range d.Ways {
		if !slices.Contains(Ways(), w) {
			f.Add("ways", "field.unknown_value")
		}
	}
	d.Products, d.Categories = unique(d.Products), unique(d.Categories)
	if len(d.Products)+len(d.Categories) > scopeMost {
		f.Add("products", "field.too_many", "max", scopeMost)
	}
	if len(d.Hours) > 7 {
		f.Add("hours", "field.too_many", "max", 7)
	}
	for i, h := range d.Hours {
		if len(h.Days) == 0 || slices.ContainsFunc(h.Days, func(x int) bool { return x < 1 || x > 7 }) || !isTime(h.From) || !isTime(h.To) || h.To <= h.From {
			f.Add(fmt.Sprintf("hours[%d]", i), "dealer.hours_invalid")
		}
	}
}

func contacts(in []Contact, country string, f *fault.Fields) []Contact {
	out := []Contact{}
	if len(in) > entriesMost {
		f.Add("contacts", "field.too_many", "max", entriesMost)
	}
	for i, c := range in {
		field := func(name string) string { return fmt.Sprintf("contacts[%d].%s", i, name) }
		c.Name, c.Role = oneLine(c.Name), oneLine(c.Role)
		if c.Name == "" {
			f.Add(field("name"), "field.required")
		}
		if utf8.RuneCountInString(c.Name) > nameMost {
			f.Add(field("name"), "field.too_long", "max", nameMost)
		}
		if utf8.RuneCountInString(c.Role) > nameMost {
			f.Add(field("role"), "field.too_long", "max", nameMost)
		}
		c.Phone, c.Email = phone(c.Phone, country, field("phone"), f), mail(c.Email, field("email"), f)
		out = append(out, c)
	}
	return out
}

func phone(written, country, field string, f *fault.Fields) string {
	if strings.TrimSpace(written) == "" {
		return ""
	}
	p, wrong := identity.ReadPhone(written, country)
	if wrong != "" {
		f.Add(field, wrong)
		return written
	}
	return p.String()
}

func mail(written, field string, f *fault.Fields) string {
	if strings.TrimSpace(written) == "" {
		return ""
	}
	m, ok := identity.Email(written)
	if !ok {
		f.Add(field, "field.email_invalid")
		return written
	}
	return m
}

func isTime(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == 5
}

func unique[T comparable](in []T) []T {
	out := []T{}
	for _, x := range in {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// oneLine makes one line out of a text: no control characters, no double spaces.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// matches tells whether every folded word is in what is known of the dealer.
func (d Dealer) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	var all strings.Builder
	all.WriteString(text.Fold(strings.Join([]string{d.Name, d.City, d.Region, d.Address, d.Email, d.Phone}, "\n")))
	if c, ok := CityOf(d.City); ok {
		for _, n := range c.Names {
			all.WriteString("\n" + text.Fold(n))
		}
	}
	for _, c := range d.Contacts {
		all.WriteString("\n" + text.Fold(c.Name))
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all.String(), w) })
}
