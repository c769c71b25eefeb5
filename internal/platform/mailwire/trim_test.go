package mailwire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func squeeze(s string) string {
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "\n")
}

// TestTrimAgreesWithTheCrispReplies compares with what another program shows
// of each reply. The ones listed differ on purpose.
func TestTrimAgreesWithTheCrispReplies(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "reply-crisp")
	raw, err := os.ReadFile(filepath.Join(dir, "reference_output.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]struct{ Visible string }
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	good := 0
	for name, w := range want {
		text, err := os.ReadFile(filepath.Join(dir, "test", "fixtures", name))
		if err != nil {
			t.Fatal(err)
		}
		fresh, _ := Trim(string(text))
		if squeeze(fresh) == squeeze(w.Visible) {
			good++
			continue
		}
		t.Logf("%s differs:\n--- got\n%s\n--- want\n%s", name, tail(fresh), tail(w.Visible))
	}
	t.Logf("reply-crisp: %d of %d exact", good, len(want))
	if good*100 < len(want)*90 {
		t.Errorf("only %d of %d agree", good, len(want))
	}
}

func tail(s string) string {
	if len(s) > 260 {
		return "…" + s[len(s)-260:]
	}
	return s
}

func TestTrimAgreesWithTheTalonReplies(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "reply-talon")
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Test, Fn, Input, Expected string }
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	good, all := 0, 0
	check := func(name, got, want string) {
		all++
		if got == want {
			good++
			return
		}
		t.Logf("%s differs:\n--- got\n%s\n--- want\n%s", name, tail(got), tail(want))
	}
	none := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for _, c := range cases {
		switch c.Fn {
		case "extract_from_plain":
			fresh, _ := Trim(c.Input)
			check(c.Test, squeeze(fresh), squeeze(c.Expected))
		case "extract_from_html":
			fresh, _ := TrimHTML(c.Input)
			check(c.Test, none(HTMLToText(fresh)), none(HTMLToText(c.Expected)))
		}
	}
	mails, _ := filepath.Glob(filepath.Join(dir, "fixtures", "standard_replies", "*.eml"))
	for _, file := range mails {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		fresh, _ := Trim(m.PlainText())
		check(file, fresh, "Hello")
	}
	pages, _ := filepath.Glob(filepath.Join(dir, "fixtures", "html_replies", "*.html"))
	for _, file := range pages {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fresh, _ := TrimHTML(decodeCharset("", raw))
		check(file, none(HTMLToText(fresh)), none("Hi. I am fine. Thanks, Alex"))
	}
	t.Logf("reply-talon: %d of %d exact", good, all)
	if good*100 < all*90 {
		t.Errorf("only %d of %d agree", good, all)
	}
}
