package need

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/work/tickettype"
)

// The bounds of what people type, in characters.
const (
	WordsMost        = 10_000
	RestatementMost  = 4000
	IntentMost       = 500
	StepMost         = 1000 // of the ladder, the brief, an answer, a resolution
	ReasonMost       = 500
	AlternativesMost = 10
)

// enough is the completeness, in percent, from which on something may be
// recommended without a reason (R286).
const enough = 60

// By is who did something, as he was called then: the customer or an agent.
type By struct {
	Kind string `json:"kind"` // customer or agent; empty: nobody
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Who confirms.
const (
	ByCustomer = "customer"
	ByAgent    = "agent"
)

// Ways lists by which ways a customer confirms. link is his own doing; the
// others are noted by the agent who heard it.
func Ways() []string { return []string{"phone", "visit", "email", "chat", "link"} }

// Ladder leads from the thing that is asked for to the problem behind it (R285).
type Ladder struct {
	Asked        string   `json:"asked"`
	Purpose      string   `json:"purpose"`
	Problem      string   `json:"problem"`
	Needed       string   `json:"needed"` // yes, no, or empty as long as nobody knows
	Alternatives []string `json:"alternatives"`
}

// Brief is what is to be known of what is to be made or chosen for somebody (R090).
type Brief struct {
	Audience string `json:"audience"`
	Style    string `json:"style"`
	Deadline string `json:"deadline"`
	Budget   string `json:"budget"`
}

// Resolution settles two answers that contradict each other.
type Resolution struct {
	Rule string    `json:"rule"` // see RuleOf
	Text string    `json:"text"`
	By   By        `json:"by"`
	At   time.Time `json:"at"`
}

// Need is what we have understood of a ticket. Times are zero where it has not
// happened.
type Need struct {
	TicketID     int64
	OwnWords     string // the customer's
	Restatement  string // ours
	Intent       string // what he wants to reach, in a few words
	RestatedAt   time.Time
	RestatedBy   By
	ConfirmedAt  time.Time
	ConfirmedBy  By
	ConfirmedVia string // one of Ways
	Corrections  int64
	Correction   string // what he last said instead, until we have restated it
	Ladder       Ladder
	Brief        Brief
	Answers      map[string]string // question → answer
	Resolved     []Resolution
	Mood         Mood // how he is now, as last marked
	SkipReason   string
	SkippedAt    time.Time
	SkippedBy    By
	OpenedAt     time.Time // when the ticket came
	SolvedAt     time.Time // when it was first solved
	UpdatedAt    time.Time
	Version      int64 // unwritten: nothing has been written down yet
}

// unwritten is the version of a need of which nothing has been written down. It
// is a version like the others, so that of two who begin at once one is told.
const unwritten = 1

// Confirmed tells whether the customer has agreed to our restatement.
func (n Need) Confirmed() bool { return !n.ConfirmedAt.IsZero() }

// Patch is a change: what is nil stays. Of Answers and Resolved only what is
// named changes; an empty text takes it away.
type Patch struct {
	OwnWords    *string
	Restatement *string
	Intent      *string
	Ladder      *Ladder
	Brief       *Brief
	Answers     map[string]string
	Resolved    map[string]string // rule → resolution
}

// with gives the need as the patch makes it, for a ticket of the type.
func (n Need) with(p Patch, typ tickettype.Type, by By, now time.Time) (Need, error) {
	var f fault.Fields
	line(&f, "own_words", &n.OwnWords, p.OwnWords, WordsMost)
	line(&f, "intent", &n.Intent, p.Intent, IntentMost)
	was := n.Restatement
	line(&f, "restatement", &n.Restatement, p.Restatement, RestatementMost)
	if n.Restatement != was {
		n = n.restated(by, now)
	}
	if p.Ladder != nil {
		n.Ladder = p.Ladder.tidy(&f)
	}
	if p.Brief != nil {
		b := *p.Brief
		for name, text := range map[string]*string{"audience": &b.Audience, "style": &b.Style, "deadline": &b.Deadline, "budget": &b.Budget} {
			line(&f, "brief."+name, text, text, StepMost)
		}
		n.Brief = b
	}
	n.Answers = answered(n.Answers, p.Answers, typ, &f)
	n.Resolved = resolved(n.Resolved, p.Resolved, typ, by, now, &f)
	return n, f.Err()
}

// restated takes away what was said of the wording before.
func (n Need) restated(by By, now time.Time) Need {
	n.RestatedBy, n.RestatedAt = by, now
	if n.Restatement == "" {
		n.RestatedBy, n.RestatedAt = By{}, time.Time{}
	}
	n.ConfirmedAt, n.ConfirmedBy, n.ConfirmedVia, n.Correction = time.Time{}, By{}, "", ""
	return n
}

// line sets a text without the spaces around it.
func line(f *fault.Fields, name string, field *string, to *string, most int) {
	if to == nil {
		return
	}
	if *field = strings.TrimSpace(*to); utf8.RuneCountInString(*field) > most {
		f.Add(name, "field.too_long", "max", most)
	}
}

func (l Ladder) tidy(f *fault.Fields) Ladder {
	for name, text := range map[string]*string{"asked": &l.Asked, "purpose": &l.Purpose, "problem": &l.Problem} {
		line(f, "ladder."+name, text, text, StepMost)
	}
	if !slices.Contains([]string{"", "yes", "no"}, l.Needed) {
		f.Add("ladder.needed", "field.unknown_value")
	}
	alternatives := []string{}
	for _, a := range l.Alternatives {
		line(f, "ladder.alternatives", &a, &a, StepMost)
		if a != "" && !slices.Contains(alternatives, a) {
			alternatives = append(alternatives, a)
		}
	}
	if l.Alternatives = alternatives; len(alternatives) > AlternativesMost {
		f.Add("ladder.alternatives", "field.too_many", "max", AlternativesMost)
	}
	return l
}

// answered gives the answers with a change. Only questions of the type are
// answered, a closed one by one of its choices.
func answered(old, change map[string]string, typ tickettype.Type, f *fault.Fields) map[string]string {
	out := make(map[string]string, len(old)+len(change))
	maps.Copy(out, old)
	for key, value := range change {
		at := "answers." + key
		if line(f, at, &value, &value, StepMost); value == "" {
			delete(out, key)
			continue
		}
		q, ok := typ.Question(key)
		if !ok || !answers(q, value) {
			f.Add(at, "field.unknown_value")
		}
		out[key] = value
	}
	return out
}

func answers(q tickettype.Question, value string) bool {
	if q.Kind != tickettype.Closed {
		return true
	}
	if len(q.Choices) == 0 {
		return value == "yes" || value == "no"
	}
	for _, v := range parts(value) {
		if !slices.ContainsFunc(q.Choices, func(c tickettype.Choice) bool { return c.Key == v }) {
			return false
		}
	}
	return true
}

// parts are the values of an answer, which may be several: "calm, cadenced".
func parts(value string) []string {
	out := strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(",;，；、", r) })
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// RuleOf names a conflict for its resolution.
func RuleOf(c tickettype.Conflict) string {
	return c.A.Field + "=" + c.A.Value + "&" + c.B.Field + "=" + c.B.Value
}

func resolved(old []Resolution, change map[string]string, typ tickettype.Type, by By, now time.Time, f *fault.Fields) []Resolution {
	out := slices.Clone(old)
	for rule, text := range change {
		at := "resolved." + rule
		line(f, at, &text, &text, StepMost)
		if !slices.ContainsFunc(typ.Conflicts, func(c tickettype.Conflict) bool { return RuleOf(c) == rule }) {
			f.Add(at, "field.unknown_value")
		}
		i := slices.IndexFunc(out, func(r Resolution) bool { return r.Rule == rule })
		switch {
		case i >= 0 && out[i].Text == text:
		case i >= 0 && text == "":
			out = slices.Delete(out, i, i+1)
		case i >= 0:
			out[i] = Resolution{rule, text, by, now}
		case text != "":
			out = append(out, Resolution{rule, text, by, now})
		}
	}
	slices.SortFunc(out, func(a, b Resolution) int { return strings.Compare(a.Rule, b.Rule) })
	return out
}

// Conflict is a rule of the type that two answers meet.
type Conflict struct {
	tickettype.Conflict
	Resolution Resolution // its Text is empty while it is not settled
}

// Conflicts lists what contradicts itself in the answers and the ticket's
// fields (R085). Both answers stay as they are; a resolution is beside them.
func (n Need) Conflicts(typ tickettype.Type, fields map[string]string) []Conflict {
	says := func(a tickettype.Answer) bool {
		value, ok := n.Answers[a.Field]
		if !ok {
			value = fields[a.Field]
		}
		return slices.ContainsFunc(parts(value), func(v string) bool { return strings.EqualFold(v, a.Value) })
	}
	var out []Conflict
	for _, c := range typ.Conflicts {
		if !says(c.A) || !says(c.B) {
			continue
		}
		found := Conflict{Conflict: c}
		for _, r := range n.Resolved {
			if r.Rule == RuleOf(c) {
				found.Resolution = r
			}
		}
		out = append(out, found)
	}
	return out
}

// The parts of a need that count, beside the type's questions and fields.
const (
	PartOwnWords    = "own_words"
	PartRestatement = "restatement"
	PartConfirmed   = "confirmed"
	PartPurpose     = "purpose"
	PartProblem     = "problem"
	PartQuestion    = "question"
	PartField       = "field"
	PartConflict    = "conflict"
)

// Missing is what is not known yet. Key is that of the question or field, or
// the rule of the conflict; empty for the other parts.
type Missing struct{ Part, Key string }

// Completeness tells in percent how much of the matter is known (R286), and
// what is missing, in the order in which it is to be asked (R091).
func (n Need) Completeness(typ tickettype.Type, fields map[string]string) (percent int, missing []Missing) {
	all, have := 0, 0
	count := func(known bool, part, key string) {
		all++
		if known {
			have++
			return
		}
		missing = append(missing, Missing{part, key})
	}
	count(n.OwnWords != "", PartOwnWords, "")
	if typ.ID != 0 && typ.Need {
		for _, q := range typ.Questions {
			count(n.Answers[q.Key] != "", PartQuestion, q.Key)
		}
		for _, f := range typ.Fields {
			if f.Need {
				count(fields[f.Key] != "", PartField, f.Key)
			}
		}
	}
	count(n.Ladder.Purpose != "", PartPurpose, "")
	count(n.Ladder.Problem != "", PartProblem, "")
	for _, c := range n.Conflicts(typ, fields) {
		count(c.Resolution.Text != "", PartConflict, RuleOf(c.Conflict))
	}
	count(n.Restatement != "", PartRestatement, "")
	count(n.Confirmed(), PartConfirmed, "")
	return have * 100 / all, missing
}

// confirm notes that the customer agrees to the restatement, or what he said
// instead.
func (n Need) confirm(yes bool, instead, via string, by By, now time.Time) (Need, error) {
	var f fault.Fields
	if n.Restatement == "" {
		f.Add("restatement", "need.restatement_required")
	}
	if !slices.Contains(Ways(), via) {
		f.Add("via", "field.unknown_value")
	}
	line(&f, "text", &instead, &instead, RestatementMost)
	if !yes && instead == "" {
		f.Add("text", "field.required")
	}
	if err := f.Err(); err != nil {
		return n, err
	}
	n.ConfirmedVia, n.ConfirmedBy = via, by
	if yes {
		n.ConfirmedAt, n.Correction = now, ""
		return n, nil
	}
	n.ConfirmedVia, n.ConfirmedBy, n.ConfirmedAt = "", By{}, time.Time{}
	n.Corrections++
	n.Correction = instead
	return n, nil
}

// Mood is how a customer is.
type Mood string

// The moods, from the best to the worst (R099).
const (
	Calm    Mood = "calm"
	Upset   Mood = "upset"
	Angry   Mood = "angry"
	Abusive Mood = "abusive"
)

// Moods lists the moods from the best to the worst.
func Moods() []Mood { return []Mood{Calm, Upset, Angry, Abusive} }

// Known tells whether m is a mood.
func (m Mood) Known() bool { return slices.Contains(Moods(), m) }

// worse is how bad a mood is: 0 for calm.
func (m Mood) worse() int { return slices.Index(Moods(), m) }

// MoodMark is how a customer was before and after a contact.
type MoodMark struct {
	ID       int64
	TicketID int64
	Before   Mood
	After    Mood
	By       By
	At       time.Time
}
