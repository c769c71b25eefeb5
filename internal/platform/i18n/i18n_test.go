package i18n_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"heed/internal/platform/i18n"
)

var placeholders = regexp.MustCompile(`\{([a-z][a-z0-9_]*)(:[a-z]+)?(\|[^{}|]*\|[^{}|]*)?\}`)

// load reads one file and fails on what JSON allows but we do not: doubled
// or unsorted keys, nested values.
func load(t *testing.T, locale string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(locale + ".json")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	last := ""
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		key, _ := k.(string)
		v, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		value, ok := v.(string)
		if !ok {
			t.Fatalf("%s.json: %s is no string", locale, key)
		}
		if key <= last {
			t.Errorf("%s.json: %s comes after %s; keep the keys sorted and single", locale, key, last)
		}
		if strings.TrimSpace(value) == "" {
			t.Errorf("%s.json: %s is empty", locale, key)
		}
		last, m[key] = key, value
	}
	if _, err := dec.Token(); err != nil {
		t.Fatal(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		t.Errorf("%s.json has something after its object", locale)
	}
	return m
}

func names(s string) []string {
	var out []string
	for _, m := range placeholders.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestAllLocalesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	t.Parallel()
	en := load(t, i18n.English)
	for _, locale := range i18n.Locales()[1:] {
		m := load(t, locale)
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if _, ok := en[key]; !ok {
				t.Errorf("%s is in %s.json but not in en.json", key, locale)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(en)) {
			s, ok := m[key]
			if !ok {
				t.Errorf("%s is missing in %s.json", key, locale)
				continue
			}
			if a, b := names(en[key]), names(s); !slices.Equal(a, b) {
				t.Errorf("%s has the placeholders %q in en.json, %q in %s.json", key, a, b, locale)
			}
		}
	}
}

func TestEveryBraceBelongsToAPlaceholder(t *testing.T) {
	t.Parallel()
	for _, locale := range i18n.Locales() {
		for key, s := range load(t, locale) {
			if strings.ContainsAny(placeholders.ReplaceAllString(s, ""), "{}") {
				t.Errorf("%s.json: %s has a brace that is no placeholder: %s", locale, key, s)
			}
		}
	}
}

func TestKeysAreDottedLowerSnake(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)
	for key := range load(t, i18n.English) {
		if !form.MatchString(key) {
			t.Errorf("%s is not of the form area.name_of_text", key)
		}
	}
}

func TestT(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, locale, key string
		params            map[string]any
		want              string
	}{
		{"a text", "en", "field.required", nil, "Please fill this in."},
		{"in Chinese", "zh-CN", "field.required", nil, "此项必填。"},
		{"with a parameter", "zh-TW", "field.too_long", map[string]any{"max": 20}, "最多 20 個字元。"},
		{"with a size", "en", "fault.too_large", map[string]any{"limit": int64(25 << 20)}, "This is too large. At most 25 MB is accepted."},
		{"without its parameter", "en", "field.too_long", nil, "At most {max} characters."},
		{"an unknown key is itself", "en", "no.such_key", nil, "no.such_key"},
		{"an unknown locale is matched", "zh-HK", "field.required", nil, "此欄必填。"},
		{"a foreign locale is English", "fr", "field.required", nil, "Please fill this in."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := i18n.T(tt.locale, tt.key, tt.params); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if !i18n.Has("field.required") || i18n.Has("no.such_key") {
		t.Error("Has is wrong")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                                    "en",
		"*":                                   "en",
		"fr-FR,fr;q=0.9":                      "en",
		"zh":                                  "zh-CN",
		"zh-CN,zh;q=0.9,en;q=0.8":             "zh-CN",
		"zh-SG":                               "zh-CN",
		"zh-TW,zh;q=0.9":                      "zh-TW",
		"zh-HK":                               "zh-TW",
		"zh-MO":                               "zh-TW",
		"yue":                                 "zh-TW",
		"zh-Hant":                             "zh-TW",
		"zh-Hant-CN":                          "zh-TW",
		"zh-Hans-TW":                          "zh-CN",
		"zh_TW":                               "zh-TW",
		"en;q=0.5, zh-TW;q=0.8":               "zh-TW",
		"de, en-GB;q=0.7, zh-CN; q=0.6":       "en",
		"zh-CN;q=0":                           "en",
		"zh-CN;q=x, zh-TW;q=0.1":              "zh-TW",
		strings.Repeat("x-", 5000) + ",zh-TW": "zh-TW",
	}
	for in, want := range tests {
		if got := i18n.Match(in); got != want {
			t.Errorf("Match(%.40q) = %s, want %s", in, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1 KB", 1536: "1.5 KB", 25 << 20: "25 MB", 1 << 40: "1 TB", 5 << 50: "5120 TB", 1<<20 - 1: "1 MB"} {
		if got := i18n.Size(n); got != want {
			t.Errorf("Size(%d) = %s, want %s", n, got, want)
		}
	}
}
