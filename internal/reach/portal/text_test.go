package portal

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/platform/i18n"
)

var holes = regexp.MustCompile(`\{[a-z]+\}`)

func TestTheTextsAreTheSameInAllLanguages(t *testing.T) {
	t.Parallel()
	all := texts()
	for key, english := range all[i18n.English] {
		want := slices.Sorted(slices.Values(holes.FindAllString(english, -1)))
		for _, l := range i18n.Locales() {
			text := all[l][key]
			// What names a language or the firm may be said without in one of them.
			if got := slices.Sorted(slices.Values(holes.FindAllString(text, -1))); text == "" || !slices.Equal(got, want) && !strings.HasPrefix(key, "referral.text") {
				t.Errorf("%s: %s is %q, in English %q", l, key, text, english)
			}
		}
	}
	for _, l := range i18n.Locales() {
		if keys := slices.Sorted(maps.Keys(all[l])); !slices.Equal(keys, slices.Sorted(maps.Keys(all[i18n.English]))) {
			t.Errorf("%s has other keys", l)
		}
	}
}

var said = regexp.MustCompile(`(?:\bt|say\([a-z.]+,) "([a-z_.]+)"`)

func TestEveryTextThatPagesSayIsThere(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			names = append(names, f.Name())
		}
	}
	pages, err := os.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range pages {
		names = append(names, "pages/"+f.Name())
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(b), -1) {
			if _, ok := texts()[i18n.English][m[1]]; !ok && !strings.HasSuffix(m[1], ".") {
				t.Errorf("%s says %s, which has no text", name, m[1])
			}
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Oil leak: at the bottom?": "oil-leak-at-the-bottom", "保修期多长？": "保修期多长", "C21：椅位 升降": "c21-椅位-升降", "???": "",
		strings.Repeat("长", 100): strings.Repeat("长", slugMost), "a " + strings.Repeat("b", 70): "a",
	} {
		if got := slug(title); got != want {
			t.Errorf("%q: %q", title, got)
		}
	}
}

func TestTheSubjectIsTheFirstSentence(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]string{
		"空压机漏油了。地上一滩":            "空压机漏油了",
		"  It leaks! Badly.":     "It leaks!",
		"Hi!\nIt leaks":          "Hi!",
		"急！机器坏了。请来人":             "急！机器坏了。请来人",
		strings.Repeat("很", 100): strings.Repeat("很", subjectMost-1) + "…",
	} {
		if got := sentence(words, subjectMost); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestWeekdaysAreWrittenInRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		days []int
		want string
	}{{[]int{1, 2, 3, 4, 5}, "Mon–Fri"}, {[]int{6, 7}, "Sat, Sun"}, {[]int{5, 1, 2, 3, 7}, "Mon–Wed, Fri, Sun"}, {[]int{2}, "Tue"}} {
		if got := weekdays("en", tt.days); got != tt.want {
			t.Errorf("%v: %q", tt.days, got)
		}
	}
}

func TestAMeterCountsNetworksForAnHour(t *testing.T) {
	t.Parallel()
	m, now := newMeter(2, time.Hour), time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for i, tt := range []struct {
		from  string
		after time.Duration
		ok    bool
	}{
		{"192.0.2.1", 0, true},
		{"192.0.2.1", time.Minute, true},
		{"192.0.2.1", 2 * time.Minute, false},
		{"192.0.2.2", 2 * time.Minute, true},
		{"2001:db8::1", 0, true},
		{"2001:db8::2", 0, true},
		{"2001:db8::3", 0, false},
		{"192.0.2.1", time.Hour, true},
		{"192.0.2.1", time.Hour, false},
	} {
		if _, ok := m.count(tt.from, now.Add(tt.after)); ok != tt.ok {
			t.Errorf("%d: %v", i, ok)
		}
	}
	for range placesMost + 10 {
		m.seen[strings.Repeat("x", len(m.seen)+1)[:1]+time.Duration(len(m.seen)).String()] = []time.Time{now}
	}
	m.count("192.0.2.9", now)
	if len(m.seen) > placesMost {
		t.Error("it remembers", len(m.seen))
	}
}
