package referral

import (
	"html"

	"heed/internal/people/identity"
	"heed/internal/platform/i18n"
)

// forwarded tells the customer who looks after his matter from now on.
func (r Referral) forwarded(locale string) string {
	return r.say(locale, "referral.told_forwarded", "referral.told_forwarded_phone")
}

// progressed tells the customer how far it has come.
func (r Referral) progressed(locale string) string {
	key := "referral.told_accepted"
	if r.State == Done {
		key = "referral.told_done"
	}
	return r.say(locale, key, key)
}

func (r Referral) say(locale, key, withPhone string) string {
	words := map[string]any{"dealer": html.EscapeString(r.DealerName)}
	if r.DealerPhone != "" {
		key, words["phone"] = withPhone, html.EscapeString(identity.ParsePhone(r.DealerPhone).Shown(""))
	}
	return i18n.T(locale, key, words)
}
