package mailwire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestBouncesOfManyServersAreRecognised(t *testing.T) {
	t.Parallel()
	dir := sharedData(t, "bounce-sisimai")
	raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want map[string][]struct {
		DSN, ReplyCode, Reason string
		HardBounce             bool
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	all, seen, hard, rcpt := 0, 0, 0, 0
	for name, w := range want {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := Bounce(m)
		if w[0].Reason == "vacation" {
			if ok {
				t.Errorf("%s: a vacation answer is taken for a bounce", name)
			}
			if _, auto := Automatic(m); !auto {
				t.Errorf("%s: a vacation answer is not seen", name)
			}
			continue
		}
		all++
		if !ok {
			t.Logf("%s (%s): not recognised; from %v subject %q", name, w[0].Reason, m.From, m.Subject)
			continue
		}
		seen++
		if len(r.Recipients) == 0 || r.Recipients[0].Address == "" && w[0].Reason != "feedback" {
			t.Logf("%s (%s): no recipient", name, w[0].Reason)
			continue
		}
		rcpt++
		// "filtered" is that program's guess that a server which says "user
		// unknown" does not mean it; the server is believed here.
		if r.Recipients[0].Hard == w[0].HardBounce || w[0].Reason == "filtered" && r.Recipients[0].Reason == ReasonUserUnknown {
			hard++
		} else {
			t.Logf("%s: hard %v, want %s %v: %+v", name, r.Recipients[0].Hard, w[0].Reason, w[0].HardBounce, r.Recipients[0])
		}
	}
	t.Logf("bounces: %d mails, %d recognised, %d with a recipient, %d with hard or soft as expected", all, seen, rcpt, hard)
	if seen*100 < all*95 || hard*100 < all*90 {
		t.Error("too few")
	}
}
