package setting

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"heed/internal/kernel/fault"
	"heed/internal/platform/i18n"
)

// maxName bounds the firm's name, in characters.
const maxName = 120

// Settings are what holds for the whole firm.
type Settings struct {
	FirmName  string    `db:"firm_name"`
	Locale    string    `db:"locale"`  // en, zh-CN or zh-TW
	Zone      string    `db:"zone"`    // IANA name
	Country   string    `db:"country"` // ISO 3166-1 alpha-2; empty: numbers must be written with +
	Off       Off       `db:"modules_off"`
	UpdatedAt time.Time `db:"updated_at"`
	Version   int64     `db:"version"`
}

// Patch is a change: what is nil stays.
type Patch struct {
	FirmName *string
	Locale   *string
	Zone     *string
	Country  *string
	Off      *map[string][]int64 // module → teams; see Off
}

// IsLocale tells whether Heed speaks the language.
func IsLocale(locale string) bool { return slices.Contains(i18n.Locales(), locale) }

// IsZone tells whether name is a zone of the IANA time zone database. "Local"
// and the empty name, which Go also takes, are none.
func IsZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// IsCountry tells whether code is a country whose phone numbers can be read.
func IsCountry(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }

// CountryOf guesses the country of a firm from its zone and its language, for
// the first start; empty when neither says it.
func CountryOf(zone, locale string) string {
	if c, ok := countryOfZone[zone]; ok {
		return c
	}
	switch locale {
	case "zh-CN":
		return "CN"
	case "zh-TW":
		return "TW"
	}
	return ""
}

// countryOfZone holds the zones of the places where Heed is used most
// (from zone1970.tab of the IANA database). It is only a first guess.
var countryOfZone = map[string]string{
	"Asia/Shanghai": "CN", "Asia/Urumqi": "CN", "Asia/Chongqing": "CN", "PRC": "CN",
	"Asia/Taipei": "TW", "Asia/Hong_Kong": "HK", "Asia/Macau": "MO", "Asia/Singapore": "SG", "Asia/Kuala_Lumpur": "MY",
	"Asia/Tokyo": "JP", "Asia/Seoul": "KR", "Asia/Bangkok": "TH", "Asia/Ho_Chi_Minh": "VN", "Asia/Jakarta": "ID",
	"Asia/Manila": "PH", "Asia/Kolkata": "IN", "Asia/Dubai": "AE", "Australia/Sydney": "AU", "Australia/Melbourne": "AU",
	"Pacific/Auckland": "NZ", "Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE", "Europe/Paris": "FR",
	"Europe/Madrid": "ES", "Europe/Rome": "IT", "Europe/Amsterdam": "NL", "Europe/Zurich": "CH", "Europe/Vienna": "AT",
	"America/New_York": "US", "America/Chicago": "US", "America/Denver": "US", "America/Los_Angeles": "US",
	"America/Toronto": "CA", "America/Vancouver": "CA", "America/Sao_Paulo": "BR", "America/Mexico_City": "MX",
}

// with applies a change and tells which fields differ afterwards.
func (s Settings) with(p Patch) (Settings, []string, error) {
	var f fault.Fields
	out := s
	if p.FirmName != nil {
		out.FirmName = strings.TrimSpace(*p.FirmName)
		switch {
		case out.FirmName == "":
			f.Add("firm_name", "field.required")
		case utf8.RuneCountInString(out.FirmName) > maxName:
			f.Add("firm_name", "field.too_long", "max", maxName)
		}
	}
	if p.Locale != nil {
		if out.Locale = *p.Locale; !IsLocale(out.Locale) {
			f.Add("locale", "field.unknown_value")
		}
	}
	if p.Zone != nil {
		if out.Zone = *p.Zone; !IsZone(out.Zone) {
			f.Add("zone", "field.zone_unknown")
		}
	}
	if p.Country != nil {
		if out.Country = strings.ToUpper(strings.TrimSpace(*p.Country)); out.Country != "" && !IsCountry(out.Country) {
			f.Add("country", "field.unknown_value")
		}
	}
	if p.Off != nil {
		out.Off = readOff(&f, *p.Off)
	}
	return out, s.differs(out), f.Err()
}

func (s Settings) differs(o Settings) []string {
	var names []string
	for _, f := range []struct{ name, a, b string }{
		{"firm_name", s.FirmName, o.FirmName},
		{"locale", s.Locale, o.Locale},
		{"zone", s.Zone, o.Zone},
		{"country", s.Country, o.Country},
	} {
		if f.a != f.b {
			names = append(names, f.name)
		}
	}
	if !maps.EqualFunc(s.Off.V, o.Off.V, slices.Equal) {
		names = append(names, "modules_off")
	}
	return names
}
