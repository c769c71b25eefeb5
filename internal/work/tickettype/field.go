package tickettype

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/fault"
)

// Kind is what a field holds.
type Kind string

// The kinds of fields.
const (
	Text    Kind = "text"
	Number  Kind = "number"
	Chosen  Kind = "choice"
	Date    Kind = "date"    // 2026-11-24, in the firm's zone
	Moment  Kind = "moment"  // 2026-11-24T09:30:00Z
	Product Kind = "product" // an id of the catalogue, or words
	Asset   Kind = "asset"   // the number on the type plate
	Phone   Kind = "phone"
	Address Kind = "address"
	Money   Kind = "money" // "1250.00 CNY"
	YesNo   Kind = "yesno" // "yes" or "no"
)

// Kinds lists the kinds of fields.
func Kinds() []Kind {
	return []Kind{Text, Number, Chosen, Date, Moment, Product, Asset, Phone, Address, Money, YesNo}
}

// Need says when a field must be filled.
type Need string

// When a field must be filled. What must be known when a ticket is opened must
// be known when it is solved too.
const (
	Never   Need = "never"
	AtOpen  Need = "open"
	AtSolve Need = "solve"
)

// Field is what is written down about a ticket of a type.
type Field struct {
	Key      string   `json:"key"`
	Names    Names    `json:"names"`
	Kind     Kind     `json:"kind" enum:"text,number,choice,date,moment,product,asset,phone,address,money,yesno"`
	Choices  []Choice `json:"choices"`
	Required Need     `json:"required" enum:"never,open,solve"`
	Need     bool     `json:"need,omitempty" doc:"Counts for the completeness of the need"`
	Help     Names    `json:"help,omitempty"`
}

// valueMost bounds a value, in characters.
const valueMost = 2000

func (f Field) check(to *fault.Fields, at string) {
	f.Names.check(to, at+".names", NameMost, true)
	f.Help.check(to, at+".help", HelpMost, false)
	if !slices.Contains(Kinds(), f.Kind) {
		to.Add(at+".kind", "field.unknown_value")
	}
	if !slices.Contains([]Need{Never, AtOpen, AtSolve}, f.Required) {
		to.Add(at+".required", "field.unknown_value")
	}
	if f.Kind == Chosen && len(f.Choices) == 0 {
		to.Add(at+".choices", "field.required")
	}
	checkChoices(to, at, f.Choices)
}

var (
	numberForm = regexp.MustCompile(`^[+-]?\d{1,15}(\.\d{1,6})?$`)
	moneyForm  = regexp.MustCompile(`^-?\d{1,13}(\.\d{1,3})?( [A-Z]{3})?$`)
)

// Tidy gives a value as it is kept, or the key of what is wrong with it. Empty
// is never wrong: it is no value.
func (f Field) Tidy(value string) (tidy, wrong string) {
	value = strings.TrimSpace(value)
	if f.Kind != Text && f.Kind != Address {
		value = strings.Join(strings.Fields(value), " ")
	}
	if value == "" {
		return "", ""
	}
	if utf8.RuneCountInString(value) > valueMost {
		return value, "tickettype.value_too_long"
	}
	ok := true
	switch f.Kind {
	case Number:
		ok = numberForm.MatchString(value)
	case Money:
		value = strings.ToUpper(value)
		ok = moneyForm.MatchString(value)
	case Chosen:
		ok = slices.ContainsFunc(f.Choices, func(c Choice) bool { return c.Key == value })
	case YesNo:
		ok = value == "yes" || value == "no"
	case Date:
		_, err := time.Parse(time.DateOnly, value)
		ok = err == nil
	case Moment:
		at, err := time.Parse(time.RFC3339, value)
		ok, value = err == nil, at.UTC().Format(time.RFC3339)
	case Phone:
		ok = len(strings.FieldsFunc(value, unicode.IsLetter)) == 1 && len(digits(value)) >= 3 && len(digits(value)) <= 20
	case Text, Address, Product, Asset:
	}
	if !ok {
		return value, "tickettype.value_invalid"
	}
	return value, ""
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// place names the i-th thing of a list in a form, counted from 0.
func place(list string, i int) string { return list + "." + strconv.Itoa(i) }
