package catalog

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/day"
	"heed/internal/kernel/fault"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters and entries.
const (
	codeMost       = 60
	modelMost      = 120
	nameMost       = 200
	summaryMost    = 4000
	valueMost      = 300
	unitMost       = 20
	attributesMost = 80
	keyMost        = 40
)

// NewDays is how many days a product counts as new after its launch.
const NewDays = 60

// Status is where a product is in its life.
type Status string

// The states of a product.
const (
	Draft        Status = "draft"
	Active       Status = "active"
	Discontinued Status = "discontinued"
)

// next are the states that may follow each state.
var next = map[Status][]Status{
	"":           {Draft, Active, Discontinued},
	Draft:        {Active, Discontinued},
	Active:       {Discontinued},
	Discontinued: {Active},
}

// Known tells whether s is a state.
func (s Status) Known() bool { return s != "" && len(next[s]) > 0 }

// Groups are the sides from which a product is judged (R259), in the order in
// which a data sheet shows them. Prices come from the lists.
func Groups() []string { return []string{"function", "performance", "quality", "price"} }

// Attribute is one line of a data sheet.
type Attribute struct {
	Key    string `json:"key"` // what makes it the same line on another product's sheet
	Group  string `json:"group"`
	Names  Names  `json:"names"`
	Value  string `json:"value"`            // as it is written in every language
	Values Names  `json:"values,omitempty"` // where it is a word, by language
	Unit   string `json:"unit,omitempty"`
}

// same tells whether two lines say the same.
func (a Attribute) same(b Attribute) bool {
	if text.Fold(a.Value) != text.Fold(b.Value) || text.Fold(a.Unit) != text.Fold(b.Unit) {
		return false
	}
	for l, v := range a.Values {
		if w, ok := b.Values[l]; ok && text.Fold(v) != text.Fold(w) {
			return false
		}
	}
	return (len(a.Values) == 0) == (len(b.Values) == 0)
}

// Product is something that the firm offers or has offered.
type Product struct {
	ID          int64
	Code        string // by which people and other programs name it
	Model       string
	Names       Names
	Summary     Names
	CategoryID  int64 // 0: none
	Status      Status
	Attributes  []Attribute
	Criticality int64   // 1 little to 3 much stands still without it; 0 is not judged
	Since       day.Day // of the launch
	Ended       day.Day // since when it is discontinued
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int64
}

// Name is what a reader of the locale calls the product.
func (p Product) Name(locale string) string { return NameIn(p.Names, locale) }

// New tells whether the product was launched lately, as of a day.
func (p Product) New(today day.Day) bool {
	return p.Status == Active && p.Since != "" && today.Within(p.Since, p.Since.Add(NewDays))
}

// Patch is what is to be changed; nil leaves a thing as it is.
type Patch struct {
	Code        *string
	Model       *string
	Names       *Names
	Summary     *Names
	CategoryID  *int64
	Status      *Status
	Attributes  *[]Attribute
	Criticality *int64
	Since       *day.Day
}

// with gives the product as the patch makes it, on a day. Whether the category
// exists is the service's question.
func (p Product) with(c Patch, today day.Day) (Product, error) {
	was := p.Status
	set(&p.Code, c.Code)
	set(&p.Model, c.Model)
	set(&p.Names, c.Names)
	set(&p.Summary, c.Summary)
	set(&p.CategoryID, c.CategoryID)
	set(&p.Status, c.Status)
	set(&p.Attributes, c.Attributes)
	set(&p.Criticality, c.Criticality)
	set(&p.Since, c.Since)
	var f fault.Fields
	p.Code, p.Model = oneLine(p.Code), oneLine(p.Model)
	switch {
	case p.Code == "":
		f.Add("code", "field.required")
	case utf8.RuneCountInString(p.Code) > codeMost:
		f.Add("code", "field.too_long", "max", codeMost)
	}
	if utf8.RuneCountInString(p.Model) > modelMost {
		f.Add("model", "field.too_long", "max", modelMost)
	}
	p.Names = tidy(p.Names, "names", nameMost, true, &f)
	p.Summary = tidy(p.Summary, "summary", summaryMost, false, &f)
	if p.Criticality < 0 || p.Criticality > 3 {
		f.Add("criticality", "field.unknown_value")
	}
	if !p.Since.Valid() {
		f.Add("since", "field.date_invalid")
	}
	switch {
	case p.Status == was:
	case !p.Status.Known():
		f.Add("status", "field.unknown_value")
	case !slices.Contains(next[was], p.Status):
		f.Add("status", "catalog.status_step")
	}
	p.Attributes = tidyAttributes(p.Attributes, &f)
	p = p.dated(was, today)
	return p, f.Err()
}

// dated notes the days of launch and end.
func (p Product) dated(was Status, today day.Day) Product {
	if p.Status == Active && p.Since == "" {
		p.Since = today
	}
	switch {
	case p.Status != Discontinued:
		p.Ended = ""
	case was != Discontinued:
		p.Ended = today
	}
	return p
}

func tidyAttributes(in []Attribute, f *fault.Fields) []Attribute {
	out, seen := []Attribute{}, map[string]bool{}
	if len(in) > attributesMost {
		f.Add("attributes", "field.too_many", "max", attributesMost)
		return out
	}
	for i, a := range in {
		field := func(name string) string { return fmt.Sprintf("attributes[%d].%s", i, name) }
		a.Key, a.Value, a.Unit = oneLine(a.Key), oneLine(a.Value), oneLine(a.Unit)
		a.Names = tidy(a.Names, field("names"), nameMost, true, f)
		a.Values = tidy(a.Values, field("values"), valueMost, false, f)
		if a.Key == "" {
			a.Key = keyOf(NameIn(a.Names, "en"))
		}
		if utf8.RuneCountInString(a.Key) > keyMost {
			f.Add(field("key"), "field.too_long", "max", keyMost)
		}
		if seen[a.Key] {
			f.Add(field("key"), "field.taken")
		}
		seen[a.Key] = true
		if !slices.Contains(Groups(), a.Group) {
			f.Add(field("group"), "field.unknown_value")
		}
		if utf8.RuneCountInString(a.Value) > valueMost {
			f.Add(field("value"), "field.too_long", "max", valueMost)
		}
		if a.Value == "" && len(a.Values) == 0 {
			f.Add(field("value"), "field.required")
		}
		if utf8.RuneCountInString(a.Unit) > unitMost {
			f.Add(field("unit"), "field.too_long", "max", unitMost)
		}
		out = append(out, a)
	}
	return out
}

// keyOf makes the key of a line out of its name: "Rated power" → "rated_power".
func keyOf(name string) string {
	key := strings.Join(strings.FieldsFunc(text.Fold(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "_")
	if r := []rune(key); len(r) > keyMost {
		key = string(r[:keyMost])
	}
	return key
}

// tokens are the words by which the product is found, each once.
func (p Product) tokens() []string {
	all := text.Tokens(p.Code + "\n" + p.Model)
	for _, n := range p.Names {
		all = append(all, text.Tokens(n)...)
		all = append(all, text.Tokens(text.NameIndex(n))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
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

// differs lists what is different in two states of a product, by the names of
// the API.
func (p Product) differs(now Product) []string {
	var out []string
	for _, x := range []struct {
		field string
		same  bool
	}{
		{"code", p.Code == now.Code},
		{"model", p.Model == now.Model},
		{"names", maps.Equal(p.Names, now.Names)},
		{"summary", maps.Equal(p.Summary, now.Summary)},
		{"category_id", p.CategoryID == now.CategoryID},
		{"status", p.Status == now.Status},
		{"attributes", reflect.DeepEqual(p.Attributes, now.Attributes)},
		{"criticality", p.Criticality == now.Criticality},
		{"since", p.Since == now.Since},
	} {
		if !x.same {
			out = append(out, x.field)
		}
	}
	return out
}
