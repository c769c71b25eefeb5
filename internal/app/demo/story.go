package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"heed/internal/work/ticket"
)

//go:embed stories_compressor.json stories_chair.json stories_office.json phrases.json
var texts embed.FS

// story is one kind of request, told in three languages.
type story struct {
	Key      string
	Product  string // compressor, chair, or empty for either
	Priority ticket.Priority
	Outcome  string              // the result code
	Files    map[string]string   // what is attached to which part: photo, log or steps
	Vars     map[string][]string // values for {name} in the texts
	Tags     map[string][]string // by language
	CN       told                `json:"zh-CN"`
	TW       told                `json:"zh-TW"`
	EN       told                `json:"en"`
}

// told is a story in one language. The customer opens, we ask, he answers, one
// of us notes something down, and we fix it. Result is what the ticket says in
// the end.
type told struct {
	Subject                              []string
	Open, Ask, Answer, Note, Fix, Result string
}

func (s story) in(locale string) told {
	switch locale {
	case "zh-CN":
		return s.CN
	case "zh-TW":
		return s.TW
	}
	return s.EN
}

// phrases are what people say in one language whatever it is about.
type phrases struct {
	Hello, Bye, Dear, Sign, Thanks, Chase, Update, Again, AgainFix, Welcome, Transfer, Assign, Wait, Snooze []string
	Spam                                                                                                    [][2]string
}

// library is all that can be told.
type library struct {
	stories []story
	phrases map[string]phrases
}

func readStories() (library, error) {
	var lib library
	for _, name := range []string{"stories_compressor.json", "stories_chair.json", "stories_office.json"} {
		var some []story
		if err := readText(name, &some); err != nil {
			return lib, err
		}
		lib.stories = append(lib.stories, some...)
	}
	return lib, readText("phrases.json", &lib.phrases)
}

func readText(name string, v any) error {
	b, err := texts.ReadFile(name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// of lists the stories that can be about somebody.
func (lib library) of(o *organization) []story {
	product := "compressor"
	if o.dental {
		product = "chair"
	}
	return slices.DeleteFunc(slices.Clone(lib.stories), func(s story) bool { return s.Product != "" && s.Product != product })
}

var models = map[bool][]string{
	false: {"HG-15A", "HG-22F", "HG-37VF", "HG-55VF", "HG-75VF", "HG-110"},
	true:  {"DC-200", "DC-300", "DC-300 Plus", "DC-500"},
}

// vars are the values for one ticket.
type vars map[string]string

func newVars(r *rand.Rand, s story, p *person) vars {
	v := vars{
		"model": pick(r, models[p.org.dental]), "site": p.org.city, "hours": fmt.Sprint(1200 + 37*r.IntN(420)),
		"serial": fmt.Sprintf("CY%02d%05d", 18+r.IntN(7), 11000+r.IntN(7000)), "salutation": p.salutation,
	}
	for _, name := range slices.Sorted(mapKeys(s.Vars)) {
		v[name] = pick(r, s.Vars[name])
	}
	return v
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// fill puts the values into a text. {day} is the day given, as the language
// writes it.
func (v vars) fill(s, locale string, day time.Time) string {
	if !strings.Contains(s, "{") {
		return s
	}
	pairs := []string{"{day}", dayIn(locale, day)}
	for name, value := range v {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

func dayIn(locale string, t time.Time) string {
	week := []rune("日一二三四五六")[t.Weekday()]
	switch locale {
	case "zh-CN":
		return fmt.Sprintf("%d月%d日（周%c）", t.Month(), t.Day(), week)
	case "zh-TW":
		return fmt.Sprintf("%d月%d日（週%c）", t.Month(), t.Day(), week)
	}
	return t.Format("Monday, 2 January")
}
