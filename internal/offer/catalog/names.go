package catalog

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/setting"
)

// Names is a text in several languages, by locale.
type Names = map[string]string

// nearest says in which order the languages stand in for one another.
var nearest = map[string][]string{
	"en":    {"en", "zh-CN", "zh-TW"},
	"zh-CN": {"zh-CN", "zh-TW", "en"},
	"zh-TW": {"zh-TW", "zh-CN", "en"},
}

// NameIn gives the text for a reader of the locale: in his own language, else in
// the nearest that there is.
func NameIn(names Names, locale string) string {
	order, ok := nearest[locale]
	if !ok {
		order = nearest["en"]
	}
	for _, l := range order {
		if names[l] != "" {
			return names[l]
		}
	}
	return ""
}

// tidy trims the texts and leaves empty ones out; what is wrong is told of the field.
func tidy(in Names, field string, most int, required bool, f *fault.Fields) Names {
	out := Names{}
	for _, l := range slices.Sorted(maps.Keys(in)) {
		v := strings.TrimSpace(in[l])
		switch {
		case v == "":
		case !setting.IsLocale(l):
			f.Add(field, "field.unknown_value")
		case utf8.RuneCountInString(v) > most:
			f.Add(field, "field.too_long", "max", most)
		default:
			out[l] = v
		}
	}
	if required && len(out) == 0 {
		f.Add(field, "field.required")
	}
	return out
}
