package diagnosis

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
)

// The bounds of a flow.
const (
	NodesMost   = 200
	AnswersMost = 12
	TextMost    = 600 // characters of one text
	KeyMost     = 40
)

// Words are one text in several languages, by locale.
type Words map[string]string

// In gives the text in a locale, else in the nearest one that there is.
func (w Words) In(locale string) string {
	order := []string{locale, "en", "zh-CN", "zh-TW"}
	if strings.HasPrefix(locale, "zh") {
		order = []string{locale, "zh-CN", "zh-TW", "en"}
	}
	for _, l := range order {
		if w[l] != "" {
			return w[l]
		}
	}
	return ""
}

func (w Words) tidy(field string, f *fault.Fields) Words {
	out := Words{}
	for locale, s := range w {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if !setting.IsLocale(locale) {
			f.Add(field, "field.unknown_value")
		}
		if utf8.RuneCountInString(s) > TextMost {
			f.Add(field, "field.too_long", "max", TextMost)
		}
		out[locale] = s
	}
	return out
}

// The things that are to be done after a result.
const (
	ActNone   = ""       // nothing beyond the article
	ActReply  = "reply"  // tell the customer what to do
	ActRepair = "repair" // order a repair
	ActVisit  = "visit"  // send somebody
	ActPart   = "part"   // send a part
)

func acts() []string { return []string{ActNone, ActReply, ActRepair, ActVisit, ActPart} }

// Result is where a way ends.
type Result struct {
	Cause     Words  `json:"cause"`
	ArticleID int64  `json:"article_id,omitempty" doc:"What helps; 0 for none"`
	Part      string `json:"part,omitempty" doc:"The part that is suggested, as it is ordered"`
	Act       string `json:"act,omitempty" enum:",reply,repair,visit,part"`
	Advice    Words  `json:"advice,omitempty" doc:"What to do next"`
}

// Answer is one answer to a question, and where it leads.
type Answer struct {
	Text Words  `json:"text"`
	Next string `json:"next" doc:"The key of a node"`
}

// Node is a question with its answers, or a result.
type Node struct {
	Key      string   `json:"key"`
	Question Words    `json:"question,omitempty"`
	Help     Words    `json:"help,omitempty" doc:"How to find out"`
	Answers  []Answer `json:"answers,omitempty"`
	Result   *Result  `json:"result,omitempty"`
}

// The states of a flow.
const (
	Draft     = "draft"
	Published = "published"
	Retired   = "retired"
)

// Flow is a tree of questions. Nodes are those of the draft, or, when nothing
// was changed since, of the published version; the first one is where a walk
// begins.
type Flow struct {
	ID         int64
	Names      Words
	TypeIDs    []int64
	ProductIDs []int64
	State      string
	Nodes      []Node
	LiveN      int64 // the published version; 0 for none
	Changed    bool  // the draft differs from the published version
	UpdatedAt  time.Time
	Version    int64
}

// Input is a new flow.
type Input struct {
	Names      Words
	TypeIDs    []int64
	ProductIDs []int64
	Nodes      []Node
}

// Patch is a change: what is nil stays.
type Patch struct {
	Names      *Words
	TypeIDs    *[]int64
	ProductIDs *[]int64
	Nodes      *[]Node
}

// with gives the flow as the patch makes it. A draft may be incomplete, but
// not malformed.
func (fl Flow) with(p Patch) (Flow, error) {
	var f fault.Fields
	if p.Names != nil {
		fl.Names, fl.Changed = *p.Names, true
	}
	if p.TypeIDs != nil {
		fl.TypeIDs = *p.TypeIDs
	}
	if p.ProductIDs != nil {
		fl.ProductIDs = *p.ProductIDs
	}
	if p.Nodes != nil {
		fl.Nodes, fl.Changed = *p.Nodes, true
	}
	if fl.Names = fl.Names.tidy("names", &f); len(fl.Names) == 0 {
		f.Add("names", "field.required")
	}
	if len(fl.Nodes) > NodesMost {
		f.Add("nodes", "field.too_many", "max", NodesMost)
	}
	nodes := make([]Node, 0, len(fl.Nodes))
	seen := map[string]bool{}
	for _, n := range fl.Nodes {
		if n.Key = strings.TrimSpace(n.Key); n.Key == "" || len(n.Key) > KeyMost || seen[n.Key] {
			f.Add("nodes", "diagnosis.key_invalid")
		}
		seen[n.Key] = true
		nodes = append(nodes, n.tidy(&f))
	}
	fl.Nodes = nodes
	fl.TypeIDs, fl.ProductIDs = sorted(fl.TypeIDs), sorted(fl.ProductIDs)
	return fl, f.Err()
}

func (n Node) tidy(f *fault.Fields) Node {
	field := "nodes." + n.Key
	n.Question, n.Help = n.Question.tidy(field, f), n.Help.tidy(field, f)
	answers := make([]Answer, 0, len(n.Answers))
	for _, a := range n.Answers {
		a.Text, a.Next = a.Text.tidy(field, f), strings.TrimSpace(a.Next)
		answers = append(answers, a)
	}
	if n.Answers = answers; len(answers) > AnswersMost {
		f.Add(field, "field.too_many", "max", AnswersMost)
	}
	if n.Result != nil {
		r := *n.Result
		r.Cause, r.Advice, r.Part = r.Cause.tidy(field, f), r.Advice.tidy(field, f), strings.TrimSpace(r.Part)
		if utf8.RuneCountInString(r.Part) > TextMost {
			f.Add(field, "field.too_long", "max", TextMost)
		}
		if !slices.Contains(acts(), r.Act) {
			f.Add(field, "field.unknown_value")
		}
		n.Result, n.Answers, n.Question = &r, []Answer{}, Words{}
	}
	return n
}

// complete tells what is missing before a flow can be walked: each fault names
// its node.
func complete(nodes []Node) error {
	var f fault.Fields
	if len(nodes) == 0 {
		f.Add("nodes", "field.required")
		return f.Err()
	}
	byKey := map[string]Node{}
	for _, n := range nodes {
		byKey[n.Key] = n
	}
	for _, n := range nodes {
		field := "nodes." + n.Key
		if n.Result != nil {
			if len(n.Result.Cause) == 0 {
				f.Add(field, "diagnosis.no_cause")
			}
			continue
		}
		if len(n.Question) == 0 {
			f.Add(field, "diagnosis.no_question")
		}
		if len(n.Answers) == 0 {
			f.Add(field, "diagnosis.no_answers")
		}
		for _, a := range n.Answers {
			if _, ok := byKey[a.Next]; !ok {
				f.Add(field, "diagnosis.leads_nowhere")
			}
			if len(a.Text) == 0 {
				f.Add(field, "diagnosis.answer_empty")
			}
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	reached, loop := walkAll(byKey, nodes[0].Key)
	if loop != "" {
		f.Add("nodes."+loop, "diagnosis.loop")
	}
	for _, n := range nodes {
		if !reached[n.Key] {
			f.Add("nodes."+n.Key, "diagnosis.unreached")
		}
	}
	return f.Err()
}

// walkAll goes all ways from a node: what is reached, and a node from which a
// way leads back to itself, "" for none.
func walkAll(byKey map[string]Node, from string) (reached map[string]bool, loop string) {
	reached = map[string]bool{}
	onWay := map[string]bool{}
	var visit func(key string)
	visit = func(key string) {
		if onWay[key] {
			loop = key
			return
		}
		if reached[key] {
			return
		}
		reached[key], onWay[key] = true, true
		for _, a := range byKey[key].Answers {
			visit(a.Next)
		}
		onWay[key] = false
	}
	visit(from)
	return reached, loop
}

func find(nodes []Node, key string) (Node, bool) {
	i := slices.IndexFunc(nodes, func(n Node) bool { return n.Key == key })
	if i < 0 {
		return Node{}, false
	}
	return nodes[i], true
}

// The states of a walk.
const (
	Walking   = "walking"
	Found     = "found"
	Abandoned = "abandoned"
)

// Step is one answer on the way, with the words as they were then.
type Step struct {
	Node     string    `json:"node"`
	Answer   int       `json:"answer"` // which, from 0
	Question Words     `json:"question"`
	Said     Words     `json:"said"`
	At       time.Time `json:"at"`
}

// Walk is a way through a flow on a ticket.
type Walk struct {
	ID        int64
	TicketID  int64
	FlowID    int64
	FlowN     int64 // the version
	Names     Words // of the flow
	State     string
	Path      []Step
	At        string  // the node where it stands
	Result    *Result // when found
	ByID      int64
	ByName    string
	StartedAt time.Time
	EndedAt   time.Time // the time of the start while it goes on
	Version   int64
}

// step answers a question. Answering an earlier question of the way again
// takes the walk back to it.
func (w Walk) step(nodes []Node, node string, answer int, now time.Time) (Walk, error) {
	if w.State == Abandoned {
		return w, fault.Conflict("diagnosis.walk_ended")
	}
	if node != w.At {
		i := slices.IndexFunc(w.Path, func(s Step) bool { return s.Node == node })
		if i < 0 {
			return w, fault.Conflict("diagnosis.not_on_way")
		}
		w.Path, w.At, w.State, w.Result = slices.Clone(w.Path[:i]), node, Walking, nil
	}
	n, ok := find(nodes, node)
	if !ok || answer < 0 || answer >= len(n.Answers) {
		var f fault.Fields
		f.Add("answer", "field.unknown_value")
		return w, f.Err()
	}
	a := n.Answers[answer]
	w.Path = append(slices.Clone(w.Path), Step{node, answer, n.Question, a.Text, now})
	w.At, w.EndedAt = a.Next, now
	if next, ok := find(nodes, a.Next); ok && next.Result != nil {
		w.State, w.Result = Found, next.Result
	}
	return w, nil
}

// words are the way as it is read: each question with its answer.
func (w Walk) words(locale string) []string {
	out := make([]string, 0, len(w.Path))
	for _, s := range w.Path {
		out = append(out, s.Question.In(locale)+" → "+s.Said.In(locale))
	}
	return out
}

func sorted(ids []int64) []int64 {
	out := append([]int64{}, ids...)
	slices.Sort(out)
	return slices.Compact(out)
}
