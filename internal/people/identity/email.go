package identity

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"heed/internal/platform/mailwire"
)

// The limits of RFC 5321 section 4.5.3.1, in octets.
const (
	maxAddress = 254
	maxLocal   = 64
)

// Email gives the form in which an address is kept: ordinary width, lower
// case, the domain in ASCII, no name or brackets around it. The local part is
// lowered too: RFC 5321 leaves that to its host, but no host in use tells
// Anna@ from anna@, and people write both. It is false for what is no address.
func Email(written string) (string, bool) {
	a := strings.ToLower(mailwire.NormalizeAddress(norm.NFKC.String(written)))
	at := strings.LastIndexByte(a, '@')
	if at < 1 || len(a) > maxAddress || at > maxLocal {
		return "", false
	}
	return a, localPart(a[:at]) && domain(a[at+1:])
}

// localPart takes the dot-atom of RFC 5322 (with the letters of RFC 6531).
// Quoted local parts exist in the standard and in test suites.
func localPart(s string) bool {
	if strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune(`()<>[]:;@\,"`, r) {
			return false
		}
	}
	return true
}

func domain(s string) bool {
	if s == "" {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
				return false
			}
		}
	}
	return true
}
