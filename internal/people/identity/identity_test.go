package identity_test

import (
	"slices"
	"strings"
	"testing"

	"heed/internal/people/identity"
)

func TestOneAddressInManyWritings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ written, want string }{
		{"Anna.Li@Example.COM", "anna.li@example.com"},
		{"  <anna@example.com> ", "anna@example.com"},
		{"mailto:anna@example.com", "anna@example.com"},
		{"ａｎｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "anna@example.com"},
		{"anna@bücher.example", "anna@xn--bcher-kva.example"},
		{"o'brien+desk@example.co.uk", "o'brien+desk@example.co.uk"},
		{"root@localhost", "root@localhost"},
		{"用户@例子.测试", "用户@xn--fsqu00a.xn--0zwm56d"},
	} {
		got, ok := identity.Email(tt.written)
		if !ok || got != tt.want {
			t.Errorf("%q: %q %v, want %q", tt.written, got, ok, tt.want)
		}
	}
	for _, written := range []string{
		"", "anna", "@example.com", "anna@", "anna@@example.com", "an na@example.com", "anna@exa mple.com", "a..b@example.com",
		".a@example.com", "anna@example..com", "anna@-x.com", "a@example.com, b@example.com", "anna@example.com\r\nBcc: x",
		strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("x.", 130) + "com", `"quoted"@example.com`,
	} {
		if got, ok := identity.Email(written); ok {
			t.Errorf("%q was taken as %q", written, got)
		}
	}
}

func TestOneNumberInManyWritings_R306(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ written, country, want, key string }{
		{"138 0013 8000", "CN", "+8613800138000", ""},
		{"+86 138-0013-8000", "US", "+8613800138000", ""},
		{"0086 13800138000", "CN", "+8613800138000", ""},
		{"0086 13800138000", "", "+8613800138000", ""},
		{"１３８００１３８０００", "CN", "+8613800138000", ""},
		{"（020）6655-1234 转 801", "CN", "+862066551234;ext=801", ""},
		{"(020) 6655 1234 ext. 801", "CN", "+862066551234;ext=801", ""},
		{"0912-345-678", "TW", "+886912345678", ""},
		{"(202) 555-0123", "US", "+12025550123", ""},
		{"+44 (0)20 7946 0958", "CN", "+442079460958", ""},
		{"13800138000", "", "", identity.PhoneNoCountry},
		{"6655 1234", "CN", "", identity.PhoneNoAreaCode},
		{"555-0123", "US", "", identity.PhoneNoAreaCode},
		{"123", "CN", "", identity.PhoneInvalid},
		{"12", "", "", identity.PhoneInvalid},
		{"not a number", "CN", "", identity.PhoneInvalid},
		{"", "CN", "", identity.PhoneInvalid},
		{"138001380001380013800013800138000", "CN", "", identity.PhoneInvalid},
	} {
		got, key := identity.ReadPhone(tt.written, tt.country)
		if key != tt.key || got.String() != tt.want {
			t.Errorf("%q in %q: %q %q, want %q %q", tt.written, tt.country, got, key, tt.want, tt.key)
		}
		if key == "" && identity.ParsePhone(got.String()) != got {
			t.Errorf("%q does not come back from its text", got)
		}
	}
}

func TestNumbersAreShownAsTheyAreDialled(t *testing.T) {
	t.Parallel()
	mobile := identity.Phone{E164: "+8613800138000"}
	office := identity.Phone{E164: "+12025550123", Ext: "7"}
	for _, tt := range []struct {
		of            identity.Phone
		country, want string
	}{
		{mobile, "CN", "138 0013 8000"},
		{mobile, "TW", "+86 138 0013 8000"},
		{mobile, "", "+86 138 0013 8000"},
		{office, "US", "(202) 555-0123 ext. 7"},
		{office, "CN", "+1 202-555-0123 ext. 7"},
	} {
		if got := tt.of.Shown(tt.country); got != tt.want {
			t.Errorf("%s in %q: %q, want %q", tt.of, tt.country, got, tt.want)
		}
	}
}

func TestTheEndOfANumberIsRecognised_R306(t *testing.T) {
	t.Parallel()
	full := identity.Phone{E164: "+8613800138000"}.Reversed()
	for _, written := range []string{"8000", "138-000", "0013 8000", "013800138000", "86 138 0013 8000", "１３８０００"} {
		tail, ok := identity.Tail(written)
		if !ok || !strings.HasPrefix(full, tail) {
			t.Errorf("%q: %q %v", written, tail, ok)
		}
	}
	for _, written := range []string{"", "800", "12a4", "anna", "C-1001"} {
		if tail, ok := identity.Tail(written); ok {
			t.Errorf("%q was taken as %q", written, tail)
		}
	}
}

func TestTheBeginningOfANumberIsRecognised_R306(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		written, country string
		want             []string
	}{
		{"138 0013", "CN", []string{"+1380013", "+861380013"}},
		{"020 6655", "CN", []string{"+0206655", "+86206655"}},
		{"+86 138", "CN", []string{"+86138"}},
		{"0086 138", "CN", []string{"+86138"}},
		{"2025", "", []string{"+2025"}},
		{"138", "CN", nil},
		{"1380 wang", "CN", nil},
	} {
		if got := identity.Heads(tt.written, tt.country); !slices.Equal(got, tt.want) {
			t.Errorf("%q in %q: %q", tt.written, tt.country, got)
		}
	}
}
