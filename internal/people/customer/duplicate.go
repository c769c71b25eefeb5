package customer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"heed/internal/people/authority"
	"heed/internal/people/identity"
	"heed/internal/platform/text"
)

// Why two customers may be one.
const (
	AlikeEmail = "email"
	AlikePhone = "phone"
	AlikeName  = "name"
	AlikeSound = "sound" // names that are typed alike
)

// duplicatesMost is how many are shown.
const duplicatesMost = 20

// Duplicate is somebody who may be the same.
type Duplicate struct {
	Customer Customer
	Reasons  []string // the strongest first
}

// Description is what is known of somebody who is about to be registered.
type Description struct {
	Kind  Kind
	Name  string
	Email string
	Phone string
}

// Duplicates gives who may be the same as a customer, the likeliest first (R306).
func (s *Service) Duplicates(ctx context.Context, id int64) ([]Duplicate, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.alike(ctx, c)
}

// Alike gives whom a description may be about, while it is being typed. What
// cannot be read yet is left out.
func (s *Service) Alike(ctx context.Context, d Description) ([]Duplicate, error) {
	if err := authority.Require(ctx, authority.CustomerView); err != nil {
		return nil, err
	}
	country, err := s.settings.Country(ctx)
	if err != nil {
		return nil, err
	}
	c := Customer{Kind: d.Kind, Name: strings.TrimSpace(d.Name)}
	c.NameSort = sortOf(c.Name)
	if email, ok := identity.Email(d.Email); ok {
		c.Emails = []Email{{Value: email}}
	}
	if number, wrong := identity.ReadPhone(d.Phone, country); wrong == "" {
		c.Phones = []Phone{{Number: number}}
	}
	return s.alike(ctx, c)
}

func (s *Service) alike(ctx context.Context, c Customer) ([]Duplicate, error) {
	others, err := s.resembling(ctx, c)
	if err != nil {
		return nil, err
	}
	if others, err = s.complete(ctx, others); err != nil {
		return nil, err
	}
	out := []Duplicate{}
	for _, o := range others {
		if d := (Duplicate{o, c.resembles(o)}); len(d.Reasons) > 0 {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.Customer.ID, b.Customer.ID))
	})
	return out[:min(len(out), duplicatesMost)], nil
}

// resembles names what two customers have in common.
func (c Customer) resembles(o Customer) []string {
	reasons := []string{}
	if slices.ContainsFunc(c.Emails, func(e Email) bool {
		return slices.ContainsFunc(o.Emails, func(x Email) bool { return x.Value == e.Value })
	}) {
		reasons = append(reasons, AlikeEmail)
	}
	if slices.ContainsFunc(c.Phones, func(p Phone) bool {
		return slices.ContainsFunc(o.Phones, func(x Phone) bool { return x.Number == p.Number })
	}) {
		reasons = append(reasons, AlikePhone)
	}
	switch {
	case c.Kind != "" && c.Kind != o.Kind || c.Name == "":
	case unspaced(text.Fold(c.Name)) == unspaced(text.Fold(o.Name)):
		reasons = append(reasons, AlikeName)
	case unspaced(c.NameSort) == unspaced(o.NameSort):
		reasons = append(reasons, AlikeSound)
	}
	return reasons
}

func unspaced(s string) string { return strings.Join(strings.Fields(s), "") }

func (d Duplicate) weight() int {
	w := map[string]int{AlikeEmail: 8, AlikePhone: 6, AlikeName: 4, AlikeSound: 1}
	sum := 0
	for _, r := range d.Reasons {
		sum += w[r]
	}
	return sum
}
