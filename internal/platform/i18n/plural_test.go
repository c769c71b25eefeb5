package i18n

import "testing"

func TestPluralFormFollowsTheNumber(t *testing.T) {
	t.Parallel()
	const s = "{n} {n|ticket|tickets} of {who}"
	for n, want := range map[any]string{1: "1 ticket of Ann", int64(2): "2 tickets of Ann", 0: "0 tickets of Ann"} {
		if got := fill(s, map[string]any{"n": n, "who": "Ann"}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := fill("open { brace", nil); got != "open { brace" {
		t.Errorf("got %q", got)
	}
}
