package mailwire

import (
	"strings"

	"golang.org/x/net/idna"
)

// Address is one mailbox: a display name, possibly empty, and an address
// whose domain is lower case and, if international, in its ASCII form.
type Address struct {
	Name    string
	Address string
}

// NormalizeAddress brings an address to the one form in which mailwire gives
// addresses: without brackets and spaces, domain in lower case and ASCII
// (IDNA); the local part is kept as it is, for only its host may judge it.
func NormalizeAddress(a string) string {
	a = strings.TrimSpace(strings.Trim(strings.TrimSpace(a), "<>"))
	if strings.HasPrefix(strings.ToLower(a), "mailto:") {
		a = a[len("mailto:"):]
	}
	at := strings.LastIndexByte(a, '@')
	if at < 0 {
		return a
	}
	local, domain := a[:at], strings.ToLower(strings.TrimRight(strings.TrimSpace(a[at+1:]), "."))
	if !ascii([]byte(domain)) {
		if d, err := idna.Lookup.ToASCII(domain); err == nil {
			domain = d
		}
	}
	return strings.TrimSpace(local) + "@" + domain
}

// ParseAddresses reads a list of addresses (RFC 5322 section 3.4) leniently:
// groups, comments, semicolons between addresses, and names with encoded
// words or raw characters are understood; what holds no address is left out.
func ParseAddresses(list string) []Address {
	var found []Address
	for _, piece := range splitAddresses(list) {
		if a, ok := parseAddress(piece); ok {
			found = append(found, a)
		}
	}
	if len(found) == 0 && strings.Contains(list, "=?") {
		// The whole field, address included, was put in encoded words.
		if decoded := decodeWords(list); decoded != list && strings.Contains(decoded, "@") {
			return ParseAddresses(strings.ReplaceAll(decoded, "=?", "= ?"))
		}
	}
	return found
}

// splitAddresses splits at commas and semicolons outside quotes, comments and
// angle brackets, and drops the names of groups.
func splitAddresses(list string) []string {
	var pieces []string
	start, depth := 0, 0
	quoted, angle := false, false
	cut := func(end int) {
		if p := strings.TrimSpace(list[start:end]); p != "" {
			pieces = append(pieces, p)
		}
		start = end + 1
	}
	for i := 0; i < len(list); i++ {
		c := list[i]
		switch {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			if quoted || strings.IndexByte(list[i+1:], '"') >= 0 {
				quoted = !quoted
			}
		case quoted:
		case c == '(' && !angle:
			if strings.IndexByte(list[i:], ')') > 0 {
				depth++
			}
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = strings.IndexByte(list[i:], '>') > 0
		case c == '>':
			angle = false
			// "A <a@x> B <b@x>", the comma forgotten.
			if rest := strings.TrimSpace(list[i+1:]); rest != "" && !strings.ContainsAny(rest[:1], ",;()<>") && strings.Contains(rest, "<") {
				cut(i + 1)
				start = i + 1
			}
		case angle:
		case c == ':' && !strings.HasSuffix(strings.ToLower(list[start:i]), "mailto") && !strings.ContainsAny(list[start:i], "@["):
			start = i + 1 // a group's name
		case c == ',' || c == ';':
			cut(i)
		}
	}
	cut(min(len(list), max(start, len(list))))
	return pieces
}

func parseAddress(piece string) (Address, bool) {
	open := strings.LastIndexByte(piece, '<')
	if open >= 0 {
		inner := piece[open+1:]
		if k := strings.IndexByte(inner, '>'); k >= 0 {
			inner = inner[:k]
		}
		if strings.HasPrefix(inner, "@") { // an old source route
			if k := strings.LastIndexByte(inner, ':'); k >= 0 {
				inner = inner[k+1:]
			}
		}
		inner, _ = dropComments(inner)
		name := strings.TrimSpace(piece[:open])
		addr := NormalizeAddress(strings.Trim(unquote(strings.TrimSpace(inner)), `'`))
		addr = strings.Join(strings.Fields(addr), "")
		if addr == "" && name != "" && !strings.ContainsAny(name, " \t") {
			return Address{"", cleanName(name)}, true // "MAILER-DAEMON <>"
		}
		if addr == "" {
			return Address{}, false
		}
		return Address{cleanName(name), addr}, true
	}
	bare, comment := dropComments(piece)
	bare = strings.TrimSpace(bare)
	if bare == "" {
		return Address{}, false
	}
	// "name user@host", brackets forgotten.
	if f := strings.Fields(bare); len(f) > 1 && !strings.HasPrefix(bare, `"`) {
		for i, w := range f {
			if strings.Contains(w, "@") && !strings.Contains(w, "=?") {
				name := strings.Join(append(append([]string{}, f[:i]...), f[i+1:]...), " ")
				return Address{cleanName(name), NormalizeAddress(w)}, true
			}
		}
		return Address{}, false
	}
	if strings.Contains(bare, "=?") {
		return Address{}, false
	}
	return Address{cleanName(comment), NormalizeAddress(bare)}, true
}

// dropComments takes the RFC 5322 comments out of s and gives the last one.
func dropComments(s string) (rest, comment string) {
	if !strings.Contains(s, "(") {
		return s, ""
	}
	var out, inside strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			if depth > 0 {
				inside.WriteByte(s[i])
			} else {
				out.WriteByte(c)
				out.WriteByte(s[i])
			}
		case c == '"' && depth == 0:
			quoted = !quoted
			out.WriteByte(c)
		case c == '(' && !quoted:
			if depth == 0 {
				inside.Reset()
			} else {
				inside.WriteByte(c)
			}
			depth++
		case c == ')' && depth > 0:
			if depth--; depth > 0 {
				inside.WriteByte(c)
			}
		case depth > 0:
			inside.WriteByte(c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), inside.String()
}

// cleanName unquotes and decodes a display name.
func cleanName(name string) string {
	name = strings.TrimSpace(name)
	if strings.HasPrefix(name, `"`) && strings.Count(name, `"`) == 2 && strings.HasSuffix(name, `"`) {
		name = unquote(name)
	} else if strings.Contains(name, `"`) {
		name = strings.ReplaceAll(strings.ReplaceAll(name, `\"`, "\x00"), `"`, "")
		name = strings.ReplaceAll(name, "\x00", `"`)
	}
	name = oneLine(decodeWords(name))
	if len(name) > 1 && (name[0] == '\'' && name[len(name)-1] == '\'' || name[0] == '"' && name[len(name)-1] == '"') {
		name = name[1 : len(name)-1]
	}
	return strings.TrimSpace(name)
}
