package tickettype

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/platform/i18n"
)

// The bounds of a type.
const (
	NameMost      = 120 // characters
	HelpMost      = 500
	FieldsMost    = 40
	ChecksMost    = 40
	QuestionsMost = 40
	ChoicesMost   = 60
	ConflictsMost = 20
	NextMost      = 20
	TypesMost     = 500
	depthMost     = 3
)

// Names are a text in the languages of the firm: locale → text.
type Names map[string]string

// Say gives the text for a reader: in his language, for Chinese else in the
// other script, else in the first of the others that has it; "" when there is none.
func (n Names) Say(locales ...string) string {
	for _, l := range locales {
		if v := n[l]; v != "" {
			return v
		}
		switch l {
		case i18n.Traditional:
			if v := n[i18n.Simplified]; v != "" {
				return v
			}
		case i18n.Simplified:
			if v := n[i18n.Traditional]; v != "" {
				return v
			}
		}
	}
	for _, l := range i18n.Locales() {
		if v := n[l]; v != "" {
			return v
		}
	}
	return ""
}

// Choice is one of the answers that can be chosen.
type Choice struct {
	Key   string `json:"key"`
	Names Names  `json:"names"`
}

// Check is a step of a checklist. A required one is ticked off before the
// ticket is solved.
type Check struct {
	Key      string `json:"key"`
	Names    Names  `json:"names"`
	Required bool   `json:"required,omitempty"`
}

// The kinds of questions.
const (
	Open   = "open"   // answered in the customer's words
	Closed = "closed" // answered by a choice; without choices by yes or no
)

// Question is asked of the customer, in the order of the type (R037). Work/need
// keeps the answers.
type Question struct {
	Key     string   `json:"key"`
	Names   Names    `json:"names"`
	Kind    string   `json:"kind" enum:"open,closed"`
	Choices []Choice `json:"choices"`
}

// Answer names a field or a question and what it says.
type Answer struct {
	Field string `json:"field" doc:"The key of a field or a question"`
	Value string `json:"value"`
}

// Conflict is two answers that do not go together, and what to ask then.
type Conflict struct {
	A   Answer `json:"a"`
	B   Answer `json:"b"`
	Ask Names  `json:"ask"`
}

// NextIssue is what customers of this type usually ask next (R372). ArticleID
// is 0 when no article answers it.
type NextIssue struct {
	Names     Names `json:"names"`
	ArticleID int64 `json:"article_id,omitempty"`
}

// Type is a kind of request.
type Type struct {
	ID       int64
	Key      string // never changes
	ParentID int64  // 0: at the root
	Names    Names
	Icon     string // a name of the page's icon set
	Active   bool   // may be given to tickets
	TeamID   int64  // who works on it; 0: wherever the ticket is (R243)
	Severity int64  // what a ticket begins with; 0: nobody has judged
	Weight   int64  // points that the type itself adds to the priority
	// RequireRestatement: before work begins, the customer's matter is said again
	// in our words. Asked by work/need.
	RequireRestatement bool
	Position           int64 // among its siblings
	Fields             []Field
	Checklist          []Check
	Questions          []Question
	Conflicts          []Conflict
	NextIssues         []NextIssue
	// Need: the type takes part in the completeness of a need. Which fields count
	// is each field's Need.
	Need      bool
	Topic     string // of articles
	UpdatedAt time.Time
	Version   int64
}

// Input is what is given of a type. In a change, what is nil stays.
type Input struct {
	Key                string // of a new one
	ParentID           *int64
	Names              *Names
	Icon               *string
	Active             *bool
	TeamID             *int64
	Severity           *int64
	Weight             *int64
	RequireRestatement *bool
	Position           *int64
	Fields             *[]Field
	Checklist          *[]Check
	Questions          *[]Question
	Conflicts          *[]Conflict
	NextIssues         *[]NextIssue
	Need               *bool
	Topic              *string
}

// Field gives the field with a key; ok is false when the type has none.
func (t Type) Field(key string) (Field, bool) {
	i := slices.IndexFunc(t.Fields, func(f Field) bool { return f.Key == key })
	if i < 0 {
		return Field{}, false
	}
	return t.Fields[i], true
}

// Question gives the question with a key; ok is false when the type has none.
func (t Type) Question(key string) (Question, bool) {
	i := slices.IndexFunc(t.Questions, func(q Question) bool { return q.Key == key })
	if i < 0 {
		return Question{}, false
	}
	return t.Questions[i], true
}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// with gives the type as the input makes it. Whether parent, team and key can
// be is the service's question.
func (t Type) with(in Input) (Type, error) {
	set(&t.ParentID, in.ParentID)
	set(&t.Names, in.Names)
	set(&t.Icon, in.Icon)
	set(&t.Active, in.Active)
	set(&t.TeamID, in.TeamID)
	set(&t.Severity, in.Severity)
	set(&t.Weight, in.Weight)
	set(&t.RequireRestatement, in.RequireRestatement)
	set(&t.Position, in.Position)
	set(&t.Fields, in.Fields)
	set(&t.Checklist, in.Checklist)
	set(&t.Questions, in.Questions)
	set(&t.Conflicts, in.Conflicts)
	set(&t.NextIssues, in.NextIssues)
	set(&t.Need, in.Need)
	set(&t.Topic, in.Topic)
	var f fault.Fields
	t.check(&f)
	return t.tidy(), f.Err()
}

func set[T any](field *T, to *T) {
	if to != nil {
		*field = *to
	}
}

// tidy puts empty lists where none were given, so that they read as [].
func (t Type) tidy() Type {
	t.Icon, t.Topic = strings.TrimSpace(t.Icon), strings.TrimSpace(t.Topic)
	t.Names = t.Names.tidy()
	t.Fields, t.Checklist, t.Questions = slices.Clone(t.Fields), slices.Clone(t.Checklist), slices.Clone(t.Questions)
	t.Conflicts, t.NextIssues = slices.Clone(t.Conflicts), slices.Clone(t.NextIssues)
	for i := range t.Fields {
		t.Fields[i].Names, t.Fields[i].Help, t.Fields[i].Choices = t.Fields[i].Names.tidy(), t.Fields[i].Help.tidy(), tidyChoices(t.Fields[i].Choices)
	}
	for i := range t.Checklist {
		t.Checklist[i].Names = t.Checklist[i].Names.tidy()
	}
	for i := range t.Questions {
		t.Questions[i].Names, t.Questions[i].Choices = t.Questions[i].Names.tidy(), tidyChoices(t.Questions[i].Choices)
	}
	for i := range t.Conflicts {
		t.Conflicts[i].Ask = t.Conflicts[i].Ask.tidy()
	}
	for i := range t.NextIssues {
		t.NextIssues[i].Names = t.NextIssues[i].Names.tidy()
	}
	t.Fields, t.Checklist, t.Questions = list(t.Fields), list(t.Checklist), list(t.Questions)
	t.Conflicts, t.NextIssues = list(t.Conflicts), list(t.NextIssues)
	return t
}

func list[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

func tidyChoices(in []Choice) []Choice {
	out := list(slices.Clone(in))
	for i := range out {
		out[i].Names = out[i].Names.tidy()
	}
	return out
}

func (n Names) tidy() Names {
	out := Names{}
	for l, v := range n {
		if v = strings.Join(strings.Fields(v), " "); v != "" {
			out[l] = v
		}
	}
	return out
}

// check looks at all that a person typed. The faults are named by the place in
// the form: "fields.2.key".
func (t Type) check(f *fault.Fields) {
	if !keyForm.MatchString(t.Key) {
		f.Add("key", "tickettype.key_invalid")
	}
	t.Names.check(f, "names", NameMost, true)
	if t.Severity < 0 || t.Severity > Levels {
		f.Add("severity", "field.unknown_value")
	}
	if t.Weight < 0 || t.Weight > weightMost {
		f.Add("weight", "field.unknown_value")
	}
	if utf8.RuneCountInString(t.Icon) > 60 {
		f.Add("icon", "field.too_long", "max", 60)
	}
	if utf8.RuneCountInString(t.Topic) > NameMost {
		f.Add("topic", "field.too_long", "max", NameMost)
	}
	seen := map[string]bool{}
	count(f, "fields", len(t.Fields), FieldsMost)
	for i, field := range t.Fields {
		at := place("fields", i)
		unique(f, at, field.Key, seen)
		field.check(f, at)
	}
	count(f, "questions", len(t.Questions), QuestionsMost)
	for i, q := range t.Questions {
		at := place("questions", i)
		unique(f, at, q.Key, seen)
		q.Names.check(f, at+".names", HelpMost, true)
		if q.Kind != Open && q.Kind != Closed {
			f.Add(at+".kind", "field.unknown_value")
		}
		checkChoices(f, at, q.Choices)
	}
	count(f, "checklist", len(t.Checklist), ChecksMost)
	steps := map[string]bool{}
	for i, c := range t.Checklist {
		at := place("checklist", i)
		unique(f, at, c.Key, steps)
		c.Names.check(f, at+".names", HelpMost, true)
	}
	count(f, "conflicts", len(t.Conflicts), ConflictsMost)
	for i, c := range t.Conflicts {
		at := place("conflicts", i)
		for side, a := range map[string]Answer{"a": c.A, "b": c.B} {
			if !seen[a.Field] {
				f.Add(at+"."+side, "field.unknown_value")
			}
		}
		c.Ask.check(f, at+".ask", HelpMost, true)
	}
	count(f, "next_issues", len(t.NextIssues), NextMost)
	for i, n := range t.NextIssues {
		n.Names.check(f, place("next_issues", i)+".names", HelpMost, true)
	}
}

func (n Names) check(f *fault.Fields, at string, most int, required bool) {
	some := false
	for _, l := range slices.Sorted(maps.Keys(n)) {
		v := strings.TrimSpace(n[l])
		if !slices.Contains(i18n.Locales(), l) {
			f.Add(at, "field.unknown_value")
		}
		if utf8.RuneCountInString(v) > most {
			f.Add(at, "field.too_long", "max", most)
		}
		some = some || v != ""
	}
	if required && !some {
		f.Add(at, "field.required")
	}
}

func checkChoices(f *fault.Fields, at string, choices []Choice) {
	count(f, at+".choices", len(choices), ChoicesMost)
	seen := map[string]bool{}
	for i, c := range choices {
		at := place(at+".choices", i)
		unique(f, at, c.Key, seen)
		c.Names.check(f, at+".names", NameMost, true)
	}
}

func unique(f *fault.Fields, at, key string, seen map[string]bool) {
	switch {
	case !keyForm.MatchString(key):
		f.Add(at+".key", "tickettype.key_invalid")
	case seen[key]:
		f.Add(at+".key", "field.taken")
	}
	seen[key] = true
}

func count(f *fault.Fields, at string, n, most int) {
	if n > most {
		f.Add(at, "field.too_many", "max", most)
	}
}
