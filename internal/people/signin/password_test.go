package signin

import (
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
)

func TestPasswordsAreHashedAndVerified(t *testing.T) {
	t.Parallel()
	h := newHasher()
	hashed, err := h.hash(t.Context(), "青山依旧在 1234")
	if err != nil || !strings.HasPrefix(hashed, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatal(hashed, err)
	}
	for _, tt := range []struct {
		password, hashed string
		want             bool
	}{
		{"青山依旧在 1234", hashed, true},
		{"青山依旧在 1235", hashed, false},
		{"", hashed, false},
		{"anything", "", false},
		{"", "", false},
	} {
		if got, err := h.verify(t.Context(), tt.password, tt.hashed); err != nil || got != tt.want {
			t.Errorf("%q: %v %v", tt.password, got, err)
		}
	}
	for _, broken := range []string{"x", "$argon2i$v=19$m=1,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=19456,t=2,p=1$!$AAAA"} {
		if ok, err := h.verify(t.Context(), "x", broken); ok || err == nil {
			t.Errorf("%q: %v %v", broken, ok, err)
		}
	}
}

func TestPasswordsThatWouldBeGuessedFirstAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ password, want string }{
		{"", "field.required"},
		{"short", "field.too_short"},
		{strings.Repeat("long ", 60), "field.too_long"},
		{"aaaaaaaaaaaa", "field.password_simple"},
		{"1234567890", "field.password_simple"},
		{"0987654321", "field.password_simple"},
		{"qwertyuiop", "field.password_simple"},
		{"abcdefghijkl", "field.password_simple"},
		{"password123", "field.password_simple"},
		{"P@ssw0rd1234", "field.password_simple"},
		{"anna.li2026", "field.password_simple"},
		{"AnnaLi12345", "field.password_simple"},
		{"anna.li@example.com", "field.password_simple"},
		{"1q2w3e4r5t6y", "field.password_simple"},
		{"correct horse battery", ""},
		{"kX9$vq-77Lm", ""},
		{"青山依旧在几度夕阳红", ""},
		{"mountains-and-rivers", ""},
	} {
		var f fault.Fields
		checkPassword(&f, "password", tt.password, "Anna Li", "anna.li@example.com")
		got := ""
		if e, ok := f.Err().(*fault.Error); ok {
			got = e.Fields[0].Key
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.password, got, tt.want)
		}
	}
}

func TestPausesDoubleUpToABound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		failures int64
		want     time.Duration
	}{{0, 0}, {5, 0}, {6, 2 * time.Second}, {7, 4 * time.Second}, {10, 32 * time.Second}, {16, 15 * time.Minute}, {1 << 40, 15 * time.Minute}} {
		if got := byPair.pause(tt.failures); got != tt.want {
			t.Errorf("after %d: %s, want %s", tt.failures, got, tt.want)
		}
	}
}

func TestAnIPv6CustomerIsOnePlace(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ address, want string }{
		{"192.0.2.7", "192.0.2.7"},
		{"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
		{"fe80::1%eth0", "fe80::/64"},
		{"", ""},
	} {
		if got := network(tt.address); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.address, got, tt.want)
		}
	}
}
