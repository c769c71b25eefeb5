package canned

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/mailwire"
	"heed/internal/platform/text"
)

// The bounds of what people type, in characters.
const (
	CodeMost = 40
	NameMost = 120
	HTMLMost = 50_000
)

// Answer is a canned answer.
type Answer struct {
	ID        int64
	Code      string // what is typed after / to get it
	Name      string
	HTML      string // clean, with merge fields
	Locale    string // the language it is written in; empty is any
	Shared    bool
	OwnerID   int64 // who made it; 0 is the system
	Uses      int64
	UpdatedAt time.Time
	Version   int64
}

// Input is what is given of a new answer.
type Input struct {
	Code, Name, HTML, Locale string
	Shared                   bool
}

// Patch is a change: what is nil stays.
type Patch struct {
	Code, Name, HTML, Locale *string
	Shared                   *bool
}

// scope tells among which answers the code is unique: 0 are the shared ones.
func (a Answer) scope() int64 {
	if a.Shared {
		return 0
	}
	return a.OwnerID
}

// visible tells whether the actor may use the answer.
func (a Answer) visible(by actor.Actor) bool {
	return a.Shared || a.OwnerID == by.ID && by.Kind == actor.Agent
}

// editable tells whether the actor may change the answer.
func (a Answer) editable(by actor.Actor) bool {
	if a.Shared {
		return authority.Can(by, authority.CannedEdit)
	}
	return a.visible(by)
}

// with gives the answer as the patch makes it.
func (a Answer) with(p Patch) (Answer, error) {
	set(&a.Code, p.Code)
	set(&a.Name, p.Name)
	set(&a.HTML, p.HTML)
	set(&a.Locale, p.Locale)
	set(&a.Shared, p.Shared)
	a.Code = strings.TrimPrefix(strings.TrimSpace(a.Code), "/")
	a.Name = strings.Join(strings.Fields(a.Name), " ")
	a.HTML = mailwire.Clean(a.HTML, mailwire.CleanOptions{Remote: func(url string) string { return url }}).HTML
	var f fault.Fields
	switch {
	case a.Code == "":
		f.Add("code", "field.required")
	case utf8.RuneCountInString(a.Code) > CodeMost:
		f.Add("code", "field.too_long", "max", CodeMost)
	case strings.ContainsFunc(a.Code, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) && r != '-' && r != '_' }):
		f.Add("code", "canned.code_invalid")
	}
	switch {
	case a.Name == "":
		f.Add("name", "field.required")
	case utf8.RuneCountInString(a.Name) > NameMost:
		f.Add("name", "field.too_long", "max", NameMost)
	}
	switch {
	case a.HTML == "":
		f.Add("html", "field.required")
	case utf8.RuneCountInString(a.HTML) > HTMLMost:
		f.Add("html", "field.too_long", "max", HTMLMost)
	}
	if a.Locale != "" && !setting.IsLocale(a.Locale) {
		f.Add("locale", "field.unknown_value")
	}
	return a, f.Err()
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// matches tells whether the answer is what somebody looks for: every word of the
// folded query is in its code, its name or its text.
func (a Answer) matches(folded []string) bool {
	if len(folded) == 0 {
		return true
	}
	all := text.Fold(a.Code + "\n" + a.Name + "\n" + mailwire.HTMLToText(a.HTML))
	for _, w := range folded {
		if !strings.Contains(all, w) {
			return false
		}
	}
	return true
}
