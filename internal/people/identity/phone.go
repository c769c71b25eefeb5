package identity

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a telephone number.
type Phone struct {
	E164 string // "+8613800138000"
	Ext  string // digits dialled after the call is taken; mostly empty
}

// The keys of what may be wrong with a number, texts for a form's field.
const (
	PhoneInvalid    = "field.phone_invalid"
	PhoneNoCountry  = "field.phone_no_country"   // neither + nor a country to read it by
	PhoneNoAreaCode = "field.phone_no_area_code" // only the local part
)

const (
	phoneExtPrefix   = ";ext="
	fewestTailDigits = 4
)

// ReadPhone reads a number as a person writes it; without + it is read as one
// dialled within country (ISO 3166-1), which may be empty. The second result
// is empty, or the key that says what is wrong.
//
// With a country code a number counts when its length is possible, for new
// ranges are given out faster than any table learns of them. Without one it
// must be in a known range, or a local number would pass for a national one.
func ReadPhone(written, country string) (Phone, string) {
	s := extensionWords.Replace(strings.TrimSpace(written))
	if country == "" {
		digits := Digits(s)
		switch {
		case strings.HasPrefix(digits, "00") && !strings.HasPrefix(s, "+"):
			s = "+" + digits[2:]
		case !strings.HasPrefix(s, "+") && !strings.HasPrefix(s, "＋"):
			if len(digits) < fewestTailDigits {
				return Phone{}, PhoneInvalid
			}
			return Phone{}, PhoneNoCountry
		}
	}
	n, err := phonenumbers.Parse(s, country)
	if err != nil {
		return Phone{}, PhoneInvalid
	}
	full := strings.HasPrefix(s, "+") || strings.HasPrefix(s, "＋")
	switch reason := phonenumbers.IsPossibleNumberWithReason(n); {
	case phonenumbers.IsValidNumber(n), full && reason == phonenumbers.IS_POSSIBLE:
		return Phone{E164: phonenumbers.Format(n, phonenumbers.E164), Ext: n.GetExtension()}, ""
	case !full && isLocal(phonenumbers.GetNationalSignificantNumber(n)):
		return Phone{}, PhoneNoAreaCode
	}
	return Phone{}, PhoneInvalid
}

// isLocal tells a number that is as long as those dialled within a town.
func isLocal(national string) bool { return len(national) >= 6 && len(national) <= 8 }

// extensionWords are how Chinese writes "extension".
var extensionWords = strings.NewReplacer("分机", " ext. ", "分機", " ext. ", "内线", " ext. ", "內線", " ext. ", "转", " ext. ", "轉", " ext. ")

// ParsePhone reads a number in the form that String gives.
func ParsePhone(value string) Phone {
	number, ext, _ := strings.Cut(value, phoneExtPrefix)
	return Phone{E164: number, Ext: ext}
}

// String is the form in which a number is kept: E.164, with an extension as in
// RFC 3966 ("+862066551234;ext=801").
func (p Phone) String() string {
	if p.Ext == "" {
		return p.E164
	}
	return p.E164 + phoneExtPrefix + p.Ext
}

// Shown is the number as somebody in country dials it: national within his
// country, international otherwise.
func (p Phone) Shown(country string) string {
	n, err := phonenumbers.Parse(p.E164, "")
	if err != nil {
		return p.String()
	}
	format := phonenumbers.INTERNATIONAL
	if country != "" && int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
		format = phonenumbers.NATIONAL
	}
	shown := phonenumbers.Format(n, format)
	if p.Ext != "" {
		shown += " ext. " + p.Ext
	}
	return shown
}

// Reversed gives the digits of the number from last to first, so that an index
// finds numbers by how they end. The extension is left out.
func (p Phone) Reversed() string { return reverse(Digits(p.E164)) }

// Tail gives the last digits of what may be the end of a number, from last to
// first: what Reversed of a number that ends so begins with. It is false for
// what is no row of at least four digits. Zeros in front, which are dialled
// before a national number or another country, do not count.
func Tail(written string) (string, bool) {
	for _, r := range written {
		if !strings.ContainsRune("+＋()（）-–. /　", r) && digit(r) < 0 {
			return "", false
		}
	}
	d := Digits(written)
	if trimmed := strings.TrimLeft(d, "0"); len(trimmed) >= fewestTailDigits {
		d = trimmed
	}
	return reverse(d), len(d) >= fewestTailDigits
}

// Heads gives what the E.164 form of a number may begin with that begins as it
// is written: dialled within country (ISO 3166-1, may be empty), or with the
// code of a country. None for what is no row of at least four digits.
func Heads(written, country string) []string {
	if _, ok := Tail(written); !ok {
		return nil
	}
	d, s := Digits(written), strings.TrimSpace(written)
	switch code := phonenumbers.GetCountryCodeForRegion(country); {
	case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "＋"):
		return []string{"+" + d}
	case strings.HasPrefix(d, "00"):
		return []string{"+" + d[2:]}
	case code == 0:
		return []string{"+" + d}
	default:
		national := strings.TrimPrefix(d, "0")
		return []string{"+" + d, "+" + strconv.Itoa(code) + national}
	}
}

// Digits gives the digits in s, those of full width as plain ones.
func Digits(s string) string {
	var b strings.Builder
	for _, r := range s {
		if d := digit(r); d >= 0 {
			b.WriteByte(byte('0' + d))
		}
	}
	return b.String()
}

func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= '０' && r <= '９':
		return int(r - '０')
	}
	return -1
}

func reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
