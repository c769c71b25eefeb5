package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// The locales.
const (
	English     = "en"
	Simplified  = "zh-CN"
	Traditional = "zh-TW"
)

// Locales returns the locales there are texts for, the fallback first.
func Locales() []string { return []string{English, Simplified, Traditional} }

//go:embed *.json
var files embed.FS

// texts are read once, when first asked for.
var texts = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, locale := range Locales() {
		data, err := files.ReadFile(locale + ".json")
		if err == nil {
			var m map[string]string
			err = json.Unmarshal(data, &m)
			all[locale] = m
		}
		if err != nil {
			panic("i18n: " + locale + ".json: " + err.Error()) // a broken build; the tests see it first
		}
	}
	return all
})

// T returns the text of key in the locale, its placeholders filled from params.
// An unknown locale is matched to the nearest, a missing key is returned as it
// is, and a placeholder without a parameter stays visible.
func T(locale, key string, params map[string]any) string {
	m, ok := texts()[locale]
	if !ok {
		m = texts()[Match(locale)]
	}
	s, ok := m[key]
	if !ok {
		return key
	}
	return fill(s, params)
}

// Has tells whether there is a text for key.
func Has(key string) bool {
	_, ok := texts()[English][key]
	return ok
}

func fill(s string, params map[string]any) string {
	if !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:open])
		b.WriteString(placeholder(s[open:open+end+1], params))
		s = s[open+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

// placeholder fills one "{…}".
func placeholder(p string, params map[string]any) string {
	name := p[1 : len(p)-1]
	name, forms, plural := strings.Cut(name, "|")
	name, format, _ := strings.Cut(name, ":")
	v, ok := params[name]
	if !ok {
		return p
	}
	switch {
	case plural:
		one, other, _ := strings.Cut(forms, "|")
		if fmt.Sprint(v) == "1" {
			return one
		}
		return other
	case format == "size":
		if n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64); err == nil {
			return Size(n)
		}
	}
	return fmt.Sprint(v)
}

// Size writes a number of bytes for people, in powers of 1024 as file managers
// do: "512 B", "1.5 KB", "25 MB".
func Size(bytes int64) string {
	if bytes < 1024 {
		return strconv.FormatInt(bytes, 10) + " B"
	}
	v, unit := float64(bytes), ""
	for _, unit = range []string{"KB", "MB", "GB", "TB"} {
		v /= 1024
		if v < 999.95 {
			break
		}
	}
	return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + " " + unit
}

// Match chooses the locale for an Accept-Language header (RFC 9110, section
// 12.5.4) or a single language tag: the most wanted there are texts for, else
// English.
func Match(acceptLanguage string) string {
	best, bestQ := English, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, args, _ := strings.Cut(part, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(args), "q="); ok {
			parsed, err := strconv.ParseFloat(v, 64)
			if err != nil {
				continue
			}
			q = parsed
		}
		if locale := matchTag(strings.TrimSpace(tag)); locale != "" && q > bestQ {
			best, bestQ = locale, q
		}
	}
	return best
}

// matchTag knows that Hong Kong and Macau write Traditional Chinese, and that
// a script, where one is named, decides over the region.
func matchTag(tag string) string {
	parts := strings.Split(strings.ToLower(strings.ReplaceAll(tag, "_", "-")), "-")
	switch parts[0] {
	case "en":
		return English
	case "yue": // Cantonese
		parts = append(parts, "hk")
	case "zh", "cmn":
	default:
		return ""
	}
	for _, p := range parts[1:] {
		switch p {
		case "hant", "tw", "hk", "mo":
			return Traditional
		case "hans", "cn", "sg":
			return Simplified
		}
	}
	return Simplified
}
