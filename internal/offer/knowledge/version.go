package knowledge

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
	"heed/internal/platform/i18n"
	"heed/internal/platform/mailwire"
)

// Text is an article in one language. Answer, Body and Rules are clean HTML.
type Text struct {
	Locale   string   `json:"locale" enum:"en,zh-CN,zh-TW"`
	Title    string   `json:"title"`
	Summary  string   `json:"summary"`
	Answer   string   `json:"answer" doc:"The standard answer, as it is put into a reply: HTML"`
	Body     string   `json:"body" doc:"HTML"`
	Keywords string   `json:"keywords" doc:"Other words that people look for it by, with commas between"`
	Symptoms []string `json:"symptoms" doc:"Of a fault: what the customer sees"`
	Causes   []Cause  `json:"causes" doc:"Of a fault: what it may come from, and what helps"`
	Rules    string   `json:"rules" doc:"Of a campaign: what holds, as HTML"`
}

// Cause is what a fault may come from, with what helps. Its key is the same in
// all languages and versions, so that success is counted across them.
type Cause struct {
	Key   string `json:"key"`
	Cause string `json:"cause"`
	Cures []Cure `json:"cures"`
}

// Cure is one thing that helps.
type Cure struct {
	Key    string `json:"key"`
	Cure   string `json:"cure"`
	Solved int64  `json:"solved" readOnly:"true" doc:"How often it was marked as what solved the matter"`
}

// Version is the text of one version of an article in one language, with when
// it holds.
type Version struct {
	ID        int64
	ArticleID int64
	N         int64
	Text
	// From and To are the period of a campaign.
	From, To *time.Time
	// EffectiveFrom is when it begins to be served, nil while it is not
	// published; EffectiveTo when it ends, nil for never.
	EffectiveFrom, EffectiveTo *time.Time
	PublishedAt                *time.Time
	PublishedBy                int64
	Change                     string // what changed
	Impact                     string // what that means for customers
}

// Period tells how the campaign's period lies to a time: "", "upcoming",
// "running" or "ended".
func (v Version) Period(now time.Time) string {
	switch {
	case v.From == nil && v.To == nil:
		return ""
	case v.From != nil && now.Before(*v.From):
		return "upcoming"
	case v.To != nil && !now.Before(*v.To):
		return "ended"
	}
	return "running"
}

// Work is the version of an article that is under way, in all its languages.
type Work struct {
	From, To *time.Time // the period of a campaign
	Texts    []Text
}

// clean gives the version as it is stored, and adds to f what is wrong, by names
// such as "texts.zh-CN.title".
func (w Work) clean(f *fault.Fields) Work {
	out := Work{From: w.From, To: w.To, Texts: make([]Text, 0, len(w.Texts))}
	if w.From != nil && w.To != nil && !w.To.After(*w.From) {
		f.Add("to", "knowledge.period_reversed")
	}
	if len(w.Texts) == 0 {
		f.Add("texts", "field.required")
	}
	seen := map[string]bool{}
	for _, t := range w.Texts {
		if !setting.IsLocale(t.Locale) || seen[t.Locale] {
			f.Add("texts", "field.unknown_value")
			continue
		}
		seen[t.Locale] = true
		out.Texts = append(out.Texts, t.clean(f))
	}
	order := i18n.Locales()
	slices.SortFunc(out.Texts, func(a, b Text) int { return slices.Index(order, a.Locale) - slices.Index(order, b.Locale) })
	return out
}

func (t Text) clean(f *fault.Fields) Text {
	at := func(name string) string { return "texts." + t.Locale + "." + name }
	t.Title, t.Summary, t.Keywords = oneLine(t.Title), oneLine(t.Summary), oneLine(t.Keywords)
	t.Answer, t.Body, t.Rules = harmless(t.Answer), harmless(t.Body), harmless(t.Rules)
	t.Symptoms = lines(t.Symptoms)
	if t.Title == "" {
		f.Add(at("title"), "field.required")
	}
	tooLong(f, at("title"), t.Title, TitleMost)
	tooLong(f, at("summary"), t.Summary, SummaryMost)
	tooLong(f, at("keywords"), t.Keywords, SummaryMost)
	tooLong(f, at("answer"), t.Answer, AnswerMost)
	tooLong(f, at("body"), t.Body, BodyMost)
	tooLong(f, at("rules"), t.Rules, AnswerMost)
	if len(t.Symptoms) > ListMost {
		f.Add(at("symptoms"), "knowledge.too_many", "max", ListMost)
	}
	causes := make([]Cause, 0, len(t.Causes))
	taken := map[string]bool{}
	for _, c := range t.Causes {
		taken[c.Key] = true
	}
	for i, c := range t.Causes {
		c.Cause = cut(oneLine(c.Cause))
		if c.Key = key(c.Key); c.Key == "" {
			c.Key = freeKey("c", i+1, taken)
		}
		c.Cures = c.cleanCures()
		if c.Cause != "" || len(c.Cures) > 0 {
			causes = append(causes, c)
		}
	}
	if len(causes) > ListMost {
		f.Add(at("causes"), "knowledge.too_many", "max", ListMost)
	}
	t.Causes = causes
	return t
}

func (c Cause) cleanCures() []Cure {
	out := make([]Cure, 0, len(c.Cures))
	taken := map[string]bool{}
	for _, u := range c.Cures {
		taken[u.Key] = true
	}
	for i, u := range c.Cures {
		if u.Cure = cut(oneLine(u.Cure)); u.Cure == "" {
			continue
		}
		if u.Key = key(u.Key); u.Key == "" {
			u.Key = freeKey(c.Key+".", i+1, taken)
		}
		u.Solved = 0
		out = append(out, u)
	}
	return out[:min(len(out), ListMost)]
}

// freeKey numbers what has no key yet: by its place, so that the languages of
// one article, written side by side, number alike.
func freeKey(prefix string, n int, taken map[string]bool) string {
	for taken[prefix+strconv.Itoa(n)] {
		n++
	}
	k := prefix + strconv.Itoa(n)
	taken[k] = true
	return k
}

// key is empty for what is none.
func key(s string) string {
	if len(s) > 40 || strings.ContainsFunc(s, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' }) {
		return ""
	}
	return s
}

func lines(all []string) []string {
	out := make([]string, 0, len(all))
	for _, s := range all {
		if s = cut(oneLine(s)); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// harmless is HTML that may be put into a page and into a mail.
func harmless(source string) string {
	if source == "" {
		return ""
	}
	return mailwire.Clean(source, mailwire.CleanOptions{Remote: func(url string) string { return url }}).HTML
}

// complete tells what is missing before the version of a kind can be published.
func (w Work) complete(kind Kind) error {
	var f fault.Fields
	for _, t := range w.Texts {
		at := func(name string) string { return fmt.Sprintf("texts.%s.%s", t.Locale, name) }
		if blank(t.Answer) && blank(t.Body) && blank(t.Rules) && len(t.Causes) == 0 {
			f.Add(at("answer"), "field.required")
		}
		if kind == Fault && len(t.Symptoms) == 0 {
			f.Add(at("symptoms"), "field.required")
		}
		if kind == Campaign && blank(t.Rules) {
			f.Add(at("rules"), "field.required")
		}
	}
	if kind == Campaign && w.From == nil {
		f.Add("from", "field.required")
	}
	if kind == Campaign && w.To == nil {
		f.Add("to", "field.required")
	}
	return f.Err()
}

func blank(source string) bool { return strings.TrimSpace(mailwire.HTMLToText(source)) == "" }

// FromText gives plain text as HTML: paragraphs with an empty line between,
// lines that begin with "- " as a list, lines that begin with "1. " as a
// numbered one. The result is harmless.
func FromText(source string) string {
	var b strings.Builder
	open := ""
	list := func(tag string) {
		if open == tag {
			return
		}
		if open != "" {
			b.WriteString("</" + open + ">")
		}
		if open = tag; tag != "" {
			b.WriteString("<" + tag + ">")
		}
	}
	fresh := true // the next line begins a paragraph
	for line := range strings.Lines(strings.ReplaceAll(source, "\r\n", "\n") + "\n\n") {
		line = strings.TrimSpace(line)
		item, tag := listItem(line)
		switch {
		case line == "":
			if !fresh && open == "" {
				b.WriteString("</p>")
			}
			fresh = true
		case tag != "":
			if !fresh && open == "" {
				b.WriteString("</p>")
			}
			list(tag)
			b.WriteString("<li>" + html.EscapeString(item) + "</li>")
			fresh = false
		case fresh || open != "":
			list("")
			b.WriteString("<p>" + html.EscapeString(line))
			fresh = false
		default:
			b.WriteString("<br>" + html.EscapeString(line))
		}
	}
	list("")
	return b.String()
}

// listItem gives the text of a line of a list and its tag, or "".
func listItem(line string) (item, tag string) {
	for _, mark := range []string{"- ", "* ", "• "} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return strings.TrimSpace(rest), "ul"
		}
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits == 0 || digits > 2 {
		return "", ""
	}
	for _, mark := range []string{". ", ") ", "、", "．"} {
		if rest, ok := strings.CutPrefix(line[digits:], mark); ok {
			return strings.TrimSpace(rest), "ol"
		}
	}
	return "", ""
}

// choose gives the index of the locale that a reader of want is best served
// with: his own, the other Chinese, the firm's, English, any. -1 for none.
func choose(have []string, want ...string) int {
	for _, w := range append(want, i18n.English) {
		if i := slices.Index(have, w); i >= 0 {
			return i
		}
		if strings.HasPrefix(w, "zh") {
			if i := slices.IndexFunc(have, func(l string) bool { return strings.HasPrefix(l, "zh") }); i >= 0 {
				return i
			}
		}
	}
	return min(len(have), 1) - 1
}
