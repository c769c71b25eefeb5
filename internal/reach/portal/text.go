package portal

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/i18n"
)

//go:embed texts/*.json
var textFiles embed.FS

// texts are the texts of the pages by language, read once.
var texts = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, locale := range i18n.Locales() {
		data, err := textFiles.ReadFile("texts/" + locale + ".json")
		if err == nil {
			m := map[string]string{}
			err = json.Unmarshal(data, &m)
			all[locale] = m
		}
		if err != nil {
			panic("portal: texts/" + locale + ".json: " + err.Error()) // a broken build
		}
	}
	return all
})

// say gives a text of the pages with values, given as pairs of name and value. A
// key without a text is given as it is; a test sees that there is none.
func say(locale, key string, pairs ...any) string {
	text, ok := texts()[locale][key]
	if !ok {
		return key
	}
	return filled(text, pairs...)
}

// filled puts values, given as pairs of name and value, into a text.
func filled(text string, pairs ...any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return text
}

// date writes a day for people.
func date(locale string, t time.Time) string {
	if locale == i18n.English {
		return t.Format("2 January 2006")
	}
	return t.Format("2006年1月2日")
}

// moment writes a day with its time.
func moment(locale string, t time.Time) string { return date(locale, t) + " " + t.Format("15:04") }

// wish is the language that a browser asks for, "" when it asks for none of ours.
func wish(acceptLanguage string) string {
	ours := func(tag string) bool {
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), ";")
		tag, _, _ = strings.Cut(tag, "-")
		return slices.Contains([]string{"en", "zh", "cmn", "yue"}, tag)
	}
	if !slices.ContainsFunc(strings.Split(acceptLanguage, ","), ours) {
		return ""
	}
	return i18n.Match(acceptLanguage)
}

const slugMost = 60 // characters

// slug makes the readable part of an address out of a title.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := ""
	for _, w := range words {
		next := strings.TrimPrefix(out+"-"+w, "-")
		if utf8.RuneCountInString(next) > slugMost {
			if out == "" {
				out = string([]rune(w)[:slugMost])
			}
			break
		}
		out = next
	}
	return out
}

// styles are the looks that an article was written with. The policy of the pages
// takes none from within a page, and articles should look alike here.
var styles = regexp.MustCompile(` (style|color|face|bgcolor)="[^"]*"`)

// article gives the HTML of an article for a page. It was cleaned when it was
// stored, in which quotes within texts are written as entities.
func articleHTML(clean string) template.HTML {
	return template.HTML(styles.ReplaceAllString(clean, "")) //nolint:gosec // cleaned by knowledge before it is stored
}

// sentence gives the first words of a text as one line, for a subject.
func sentence(text string, most int) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	line = strings.Join(strings.Fields(line), " ")
	if i := strings.IndexAny(line, "。！？!?"); i > 0 {
		_, size := utf8.DecodeRuneInString(line[i:])
		if end := i + size; utf8.RuneCountInString(line[:end]) >= 6 {
			line = line[:end]
		}
	}
	if r := []rune(line); len(r) > most {
		return strings.TrimSpace(string(r[:most-1])) + "…"
	}
	return strings.TrimRight(line, "。")
}
