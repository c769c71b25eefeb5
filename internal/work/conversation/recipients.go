package conversation

import (
	"slices"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/platform/mailwire"
)

// Recipients are whom a reply goes to.
type Recipients struct{ To, Cc []string }

// addresses brings what people type into address fields to one form each, with
// a fault on the field for what is no address.
func addresses(field string, in []string, f *fault.Fields) []string {
	out := []string{}
	for _, entry := range in {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		found := mailwire.ParseAddresses(entry)
		if strings.ContainsAny(entry, "\r\n") || len(found) != 1 || !plausible(found[0].Address) {
			f.Add(field, "field.email_invalid")
			return nil
		}
		if !hasAddress(out, found[0].Address) {
			out = append(out, found[0].Address)
		}
	}
	if len(out) > maxPeople {
		f.Add(field, "field.too_many", "max", maxPeople)
	}
	return out
}

// plausible tells whether an address has a host that mail can be carried to. Only
// that host knows whether the address exists.
func plausible(a string) bool {
	local, host, ok := strings.Cut(a, "@")
	return ok && local != "" && len(a) <= maxAddress && !strings.ContainsAny(a, " \t\r\n,;<>()\"") &&
		!strings.Contains(host, "@") && strings.Contains(strings.Trim(host, "."), ".") && !strings.Contains(host, "..")
}

// same tells whether two addresses are one for all practical purposes: no host
// in use tells local parts apart by case.
func same(a, b string) bool { return strings.EqualFold(a, b) }

func hasAddress(list []string, a string) bool {
	return slices.ContainsFunc(list, func(b string) bool { return same(a, b) })
}

// withoutAddresses is list without what is in drop or ours.
func withoutAddresses(list, drop []string, ours func(string) bool) []string {
	out := []string{}
	for _, a := range list {
		if !hasAddress(drop, a) && !hasAddress(out, a) && !ours(a) {
			out = append(out, a)
		}
	}
	return out
}

// answerTo is whom a reply goes to by default: who wrote last, where he wants
// answers, and openly everybody else he wrote to; if nobody wrote, the customer
// at his first address, unless the channel is one where we speak to him. ours
// tells which addresses are our own mailboxes.
func answerTo(channel string, lastMail *Message, emails []string, ours func(string) bool) Recipients {
	if lastMail == nil {
		if len(emails) == 0 || Speaks(channel) {
			return Recipients{To: []string{}, Cc: []string{}}
		}
		return Recipients{To: emails[:1], Cc: []string{}}
	}
	to := withoutAddresses(lastMail.ReplyTo, nil, ours)
	if len(to) == 0 {
		to = []string{lastMail.From}
	}
	return Recipients{To: to, Cc: withoutAddresses(slices.Concat(lastMail.To, lastMail.Cc), append([]string{lastMail.From}, to...), ours)}
}
