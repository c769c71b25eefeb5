package text

import "slices"

const (
	minPhone  = 7  // digits of the shortest number worth joining
	maxPhone  = 15 // ITU-T E.164
	maxGroups = 6  // a longer row of numbers is a table, not a phone number
)

// call is a row of digit groups that may be a phone number.
type call struct {
	first, last int // units
	plus        bool
	groups      []string
}

// phones finds rows of digit groups separated as phone numbers are.
func phones(cs []char, units []unit) []call {
	var out []call
	for i := 0; i < len(units); {
		if !numeric(units[i]) {
			i++
			continue
		}
		c := call{first: i, last: i, plus: units[i].lo > 0 && cs[units[i].lo-1].r == '+'}
		for {
			c.groups = append(c.groups, pieces(units[c.last].text, false)...)
			next := c.last + 1
			if next >= len(units) || !numeric(units[next]) || !phoneGap(cs[units[c.last].hi:units[next].lo]) {
				break
			}
			c.last = next
		}
		i = c.last + 1
		c.dropTrunkZero(cs, units)
		out = append(out, c)
	}
	return out
}

// numeric tells a unit of digits, hyphens and dots alone.
func numeric(u unit) bool {
	if u.cjk {
		return false
	}
	for _, r := range u.text {
		if !isDigit(r) && r != '-' && r != '.' {
			return false
		}
	}
	return true
}

// phoneGap tells what may stand between two groups of one phone number.
func phoneGap(gap []char) bool {
	if len(gap) > 3 {
		return false
	}
	for _, c := range gap {
		switch c.r {
		case ' ', '-', '.', '(', ')', '/':
		default:
			return false
		}
	}
	return true
}

// dropTrunkZero removes the "(0)" of "+44 (0)20 7946 0958", which is never
// dialled after a country code.
func (c *call) dropTrunkZero(cs []char, units []unit) {
	if !c.plus {
		return
	}
	for i := c.first; i <= c.last; i++ {
		u := units[i]
		if len(u.text) == 1 && u.text[0] == '0' && u.lo > 0 && cs[u.lo-1].r == '(' && u.hi < len(cs) && cs[u.hi].r == ')' {
			if g := slices.Index(c.groups, "0"); g > 0 {
				c.groups = slices.Delete(c.groups, g, g+1)
			}
			return
		}
	}
}

// numbers are the tokens of the row: every stretch of neighbouring groups
// long enough for a phone number, because "Tel 6552 9988 2 pieces" does not
// say where the number ends. A row too long to be one gives the groups that
// are numbers by themselves.
func (c call) numbers() []string {
	var out []string
	add := func(n string) {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	if len(c.groups) > maxGroups {
		for _, g := range c.groups {
			if n := national([]string{g}, false); n != "" && n != g {
				out = append(out, n)
			}
		}
		return out
	}
	for i := range c.groups {
		for j := i + 1; j <= len(c.groups); j++ {
			add(national(c.groups[i:j], c.plus && i == 0))
		}
	}
	return out
}

// number is the token of the row taken as one phone number, or "".
func (c call) number() string { return national(c.groups, c.plus) }

// national joins the groups of a phone number and takes off what depends on
// where it is dialled from: the international prefix, the country code, the
// trunk zero. So +86 138 0013 8000, 0086-138-0013-8000 and 13800138000 are
// one. It returns "" for what is too short or too long for a phone number.
func national(groups []string, plus bool) string {
	var d string
	for _, g := range groups {
		d += g
		if len(d) > maxPhone+2 {
			return ""
		}
	}
	switch {
	case plus:
		d = d[min(len(d), codeLength(d)):]
	case len(d) >= 11 && d[:2] == "00":
		d = d[2:]
		d = d[codeLength(d):]
	case len(d) == 13 && d[:3] == "861" && d[3] >= '3', // Chinese mobile without the plus
		len(d) == 11 && len(groups) == 4 && groups[0] == "1": // 1-202-555-0123
		d = d[codeLength(d):]
	case len(d) == 12 && d[:4] == "8869": // Taiwanese mobile without the plus
		d = d[3:]
	}
	if len(d) > 0 && d[0] == '0' {
		d = d[1:]
	}
	if len(d) < minPhone || len(d) > maxPhone {
		return ""
	}
	return d
}

// codeLength is the number of digits of the country code d starts with, by
// the zones of ITU-T E.164 Annex (list of assigned country codes).
func codeLength(d string) int {
	if d == "" {
		return 0
	}
	if d[0] == '1' || d[0] == '7' {
		return 1
	}
	if len(d) < 2 {
		return len(d)
	}
	switch d[:2] {
	case "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
		"51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
		"81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98":
		return 2
	}
	return min(3, len(d))
}
