package mailwire

import (
	"bytes"
	"net/mail"
	"regexp"
	"strings"
	"time"
)

// Header is the header block of a mail or of one part, in the order sent.
type Header struct {
	fields []field
	// charset is what raw 8-bit bytes are taken for; empty means: guess.
	charset string
}

type field struct {
	name  string // as sent
	value []byte // unfolded, as sent
}

// Get gives the first field of that name, decoded to UTF-8, or "".
func (h *Header) Get(name string) string {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return decodeWords(h.text(f.value))
		}
	}
	return ""
}

// All gives every field of that name, decoded, in the order sent.
func (h *Header) All(name string) []string {
	var all []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			all = append(all, decodeWords(h.text(f.value)))
		}
	}
	return all
}

// Has tells whether a field of that name is there, be it empty.
func (h *Header) Has(name string) bool {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return true
		}
	}
	return false
}

// Names gives the field names as sent, in order, repeated ones repeated.
func (h *Header) Names() []string {
	names := make([]string, len(h.fields))
	for i, f := range h.fields {
		names[i] = f.name
	}
	return names
}

// raw gives the first field of that name with its encoded words untouched,
// for structured fields whose commas and brackets must be read first.
func (h *Header) raw(name string) string {
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			return h.text(f.value)
		}
	}
	return ""
}

func (h *Header) allRaw(name string) []string {
	var all []string
	for _, f := range h.fields {
		if strings.EqualFold(f.name, name) {
			all = append(all, h.text(f.value))
		}
	}
	return all
}

// text turns the bytes of a field into UTF-8; raw 8-bit bytes, which RFC 5322
// forbids and mail holds all the same, are guessed.
func (h *Header) text(b []byte) string {
	if ascii(b) && !bytes.Contains(b, []byte{0x1b}) {
		return oneLine(string(b))
	}
	return oneLine(decodeCharset(h.charset, b))
}

// oneLine replaces line ends and control characters by spaces.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == 0:
			return -1
		case r == '\r', r == '\n', r == '\t', r < 0x20, r == 0x7f, r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// readHeader splits raw into its header and its body. A mail that starts
// without any field is all body.
func readHeader(raw []byte) (Header, []byte) {
	var h Header
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	at := 0
	for at < len(raw) && len(h.fields) == 0 && blankLineAt(raw, at) {
		_, at = nextLine(raw, at)
	}
	for at < len(raw) {
		line, next := nextLine(raw, at)
		switch {
		case len(bytes.TrimSpace(line)) == 0:
			if len(h.fields) > 0 && (len(line) > 0 && headerGoesOn(raw, next) || foldedWord(raw, next) && headerComesBack(raw, next)) {
				// A "blank" line inside a folded field.
				at = next
				continue
			}
			return h.withCharset(), raw[next:]
		case (line[0] == ' ' || line[0] == '\t') && len(h.fields) > 0:
			last := &h.fields[len(h.fields)-1]
			last.value = append(append(last.value, ' '), bytes.TrimSpace(line)...)
		default:
			name, value, ok := splitField(line)
			switch {
			case ok:
				h.fields = append(h.fields, field{name, append([]byte{}, value...)})
			case mboxLine(line):
			case len(h.fields) == 0 && !headerGoesOn(raw, next):
				return h, raw[at:]
			case headerGoesOn(raw, next) || headerComesBack(raw, next):
				// A line that lost its folding space belongs to the field above.
				if len(h.fields) > 0 {
					last := &h.fields[len(h.fields)-1]
					last.value = append(append(last.value, ' '), bytes.TrimSpace(line)...)
				}
			default:
				return h.withCharset(), raw[at:]
			}
		}
		at = next
	}
	return h.withCharset(), nil
}

func (h Header) withCharset() Header {
	if ct := h.raw("Content-Type"); ct != "" {
		if _, params := parseMediaType(ct); params["charset"] != "" {
			h.charset = params["charset"]
		}
	}
	return h
}

// foldedWord tells whether the line at i continues a field with an encoded word.
func foldedWord(raw []byte, i int) bool {
	line, _ := nextLine(raw, i)
	return len(line) > 1 && (line[0] == ' ' || line[0] == '\t') && bytes.HasPrefix(bytes.TrimSpace(line), []byte("=?"))
}

func blankLineAt(raw []byte, at int) bool {
	line, _ := nextLine(raw, at)
	return len(bytes.TrimSpace(line)) == 0
}

// headerGoesOn tells whether the line at i is a header field.
func headerGoesOn(raw []byte, i int) bool {
	line, _ := nextLine(raw, i)
	_, _, ok := splitField(line)
	return ok && !bytes.HasPrefix(bytes.ToLower(line), []byte("http"))
}

// wellKnown are fields that a body hardly starts a line with.
var wellKnown = regexp.MustCompile(`(?i)^(received|from|to|cc|date|subject|message-id|in-reply-to|references|mime-version|content-type|content-transfer-encoding|return-path|reply-to|x-[a-z0-9-]+)\s*:`)

// headerComesBack tells whether a well-known field stands between the line
// at i and the next blank one: what lies before it is then a damaged header.
func headerComesBack(raw []byte, i int) bool {
	for n := 0; n < 12 && i < len(raw); n++ {
		line, next := nextLine(raw, i)
		if len(bytes.TrimSpace(line)) == 0 {
			return false
		}
		if wellKnown.Match(line) {
			return true
		}
		i = next
	}
	return false
}

func mboxLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

func splitField(line []byte) (name string, value []byte, ok bool) {
	k := bytes.IndexByte(line, ':')
	if k <= 0 {
		return "", nil, false
	}
	n := bytes.TrimRight(line[:k], " \t")
	if len(n) == 0 {
		return "", nil, false
	}
	for _, c := range n {
		if c <= ' ' || c >= 0x7f {
			return "", nil, false
		}
	}
	return string(n), bytes.TrimSpace(line[k+1:]), true
}

var angleID = regexp.MustCompile(`<\s*([^<>]*[^<>\s])\s*>`)

// messageIDs reads the ids of a References, In-Reply-To or Message-ID field:
// without their angle brackets, in order, each once. Phrases beside them
// (RFC 822 allowed them in In-Reply-To) are left out.
func messageIDs(values []string) []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		id = strings.Join(strings.Fields(id), "")
		if id != "" && len(id) <= 998 && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, v := range values {
		if strings.Contains(v, "=?") {
			v = decodeWords(v)
		}
		if found := angleID.FindAllStringSubmatch(v, -1); found != nil {
			for _, m := range found {
				add(m[1])
			}
			continue
		}
		for _, token := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
			token = strings.Trim(token, "<>")
			if strings.Contains(token, "@") {
				add(token)
			}
		}
	}
	return ids
}

var (
	dateComment  = regexp.MustCompile(`\([^()]*\)`)
	dateWeekday  = regexp.MustCompile(`^\s*[^\s,\d]+,\s*`)
	dateSpaces   = regexp.MustCompile(`\s+`)
	dateZone     = regexp.MustCompile(`(?i)\b(UTC|GMT)?([+-])(\d\d):?(\d\d)$`)
	dateCore     = regexp.MustCompile(`\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(:\d\d)?`)
	obsoleteZone = regexp.MustCompile(`(?i)\b(EST|EDT|CST|CDT|MST|MDT|PST|PDT)\s*$`)
	// obsoleteZones are the names of RFC 5322 section 4.3.
	obsoleteZones = map[string]string{
		"EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
	}
	dateLayouts = []string{
		"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04 -0700", "2 Jan 06 15:04:05 -0700", "2 Jan 06 15:04 -0700",
		"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04 MST", "2 Jan 06 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
		"2-Jan-2006 15:04:05 -0700", "2 January 2006 15:04:05 -0700", "Jan 2 15:04:05 2006 -0700", "Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 2006",
		"Jan 2, 2006 15:04:05 -0700", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04:05 -0700", "2006-01-02 15:04:05", "2006/01/02 15:04:05", "02.01.2006 15:04:05",
		"Mon Jan 2 15:04:05 MST 2006", "2 Jan 2006 15.04.05 -0700", "Jan 2 2006 15:04:05 -0700", "Mon 2 Jan 2006 15:04:05 -0700",
	}
)

// parseDate reads a Date field leniently; the zero time means unusable. The
// result is UTC in whole seconds.
func parseDate(v string) time.Time {
	v = strings.TrimSpace(v)
	if v == "" {
		return time.Time{}
	}
	// Go reads a zone's name as UTC; RFC 5322 section 4.3 says what they mean.
	v = dateComment.ReplaceAllString(v, "")
	v = obsoleteZone.ReplaceAllStringFunc(v, func(z string) string { return obsoleteZones[strings.ToUpper(z)] })
	if t, err := mail.ParseDate(v); err == nil {
		return plausible(t)
	}
	v = strings.TrimSpace(dateSpaces.ReplaceAllString(v, " "))
	v = dateZone.ReplaceAllString(v, " $2$3$4")
	v = strings.TrimSpace(dateSpaces.ReplaceAllString(v, " "))
	for _, s := range []string{v, dateWeekday.ReplaceAllString(v, "")} {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return plausible(t)
		}
		for _, layout := range dateLayouts {
			if t, err := time.Parse(layout, s); err == nil {
				return plausible(t)
			}
		}
	}
	if m := dateCore.FindString(v); m != "" {
		for _, layout := range []string{"2 Jan 2006 15:04:05", "2 Jan 2006 15:04"} {
			if t, err := time.Parse(layout, m); err == nil {
				return plausible(t) // the zone is unreadable
			}
		}
	}
	return time.Time{}
}

func plausible(t time.Time) time.Time {
	t = t.UTC()
	if t.Year() < 1971 || t.Year() > 2200 {
		return time.Time{}
	}
	return t
}
