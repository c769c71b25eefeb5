package mailwire

import (
	"strconv"
	"strings"
)

// word is one RFC 2047 encoded word.
type word struct {
	charset string
	enc     byte // 'B' or 'Q'
	text    string
}

// decodeWords decodes the RFC 2047 words in s and leaves everything else.
// Neighbouring words of one charset are joined as bytes before decoding, for
// many programs cut in the middle of a character (RFC 2047 section 5 forbids it).
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var out strings.Builder
	var pending []word
	flush := func() {
		for len(pending) > 0 {
			n := 1
			for n < len(pending) && strings.EqualFold(pending[n].charset, pending[0].charset) {
				n++
			}
			out.WriteString(oneLineKeepingSpace(decodeCharset(pending[0].charset, wordBytes(pending[:n]))))
			pending = pending[n:]
		}
	}
	for i := 0; i < len(s); {
		k := strings.Index(s[i:], "=?")
		if k < 0 {
			flush()
			out.WriteString(s[i:])
			break
		}
		between := s[i : i+k]
		w, n, ok := readWord(s[i+k:])
		if !ok {
			flush()
			out.WriteString(between)
			out.WriteString("=?")
			i += k + 2
			continue
		}
		if strings.TrimSpace(between) != "" || len(pending) == 0 {
			flush()
			out.WriteString(between)
		}
		pending = append(pending, w)
		i += k + n
	}
	flush()
	return strings.TrimSpace(out.String())
}

func oneLineKeepingSpace(s string) string {
	if t := strings.TrimSpace(s); t != "" {
		lead := s[:strings.Index(s, t)]
		tail := s[len(lead)+len(t):]
		return strings.Repeat(" ", len(lead)) + oneLine(t) + strings.Repeat(" ", len(tail))
	}
	return strings.Repeat(" ", min(len(s), 1))
}

// readWord reads the encoded word that s starts with. A charset may be
// missing, spaces may stand in the text, and the end may be cut off.
func readWord(s string) (w word, n int, ok bool) {
	rest := s[2:]
	q := strings.IndexByte(rest, '?')
	if q < 0 || q > 60 || strings.ContainsAny(rest[:q], " \"<>(),") {
		return word{}, 0, false
	}
	charset := rest[:q]
	if star := strings.IndexByte(charset, '*'); star >= 0 {
		charset = charset[:star] // RFC 2231 section 5: a language follows
	}
	rest = rest[q+1:]
	if len(rest) < 2 || rest[1] != '?' {
		return word{}, 0, false
	}
	enc := rest[0] &^ 0x20
	if enc != 'B' && enc != 'Q' {
		return word{}, 0, false
	}
	text := rest[2:]
	head := len(s) - len(text)
	end := strings.Index(text, "?=")
	if end < 0 {
		end = strings.IndexAny(text, " \"<>")
		if end < 0 {
			end = len(text)
		}
		trimmed := strings.TrimSuffix(text[:end], "?")
		return word{charset, enc, trimmed}, head + end, true
	}
	return word{charset, enc, text[:end]}, head + end + 2, true
}

// wordBytes decodes words of one charset into one run of bytes. Base64 text
// that was cut between words of four letters goes on in the next word.
func wordBytes(words []word) []byte {
	var out []byte
	carry := ""
	for i, w := range words {
		if w.enc == 'Q' {
			out = append(out, decodeBase64([]byte(carry))...)
			carry = ""
			out = append(out, decodeQuotedPrintable([]byte(w.text), true)...)
			continue
		}
		text := carry + w.text
		carry = ""
		if i+1 < len(words) && words[i+1].enc == 'B' && !strings.HasSuffix(text, "=") && len(text)%4 != 0 {
			carry = text
			continue
		}
		out = append(out, decodeBase64([]byte(text))...)
	}
	return append(out, decodeBase64([]byte(carry))...)
}

// parseMediaType reads a Content-Type or Content-Disposition leniently. The
// value and the parameter names are lower case; parameter values are decoded
// (RFC 2231, and RFC 2047 words, which many programs put there).
func parseMediaType(v string) (value string, params map[string]string) {
	parts := splitParams(v)
	params = map[string]string{}
	if len(parts) == 0 {
		return "", params
	}
	value = strings.ToLower(strings.TrimSpace(parts[0]))
	if k := strings.IndexAny(value, " \t("); k >= 0 {
		value = value[:k]
	}
	segments := map[string]map[int]segment{}
	for _, p := range parts[1:] {
		name, val, ok := strings.Cut(p, "=")
		if !ok {
			continue
		}
		name = strings.ToLower(strings.TrimSpace(name))
		val = unquote(strings.TrimSpace(val))
		base, n, extended := continuation(name)
		if n < 0 && !extended {
			if _, twice := params[name]; !twice {
				params[name] = decodeWords(val)
			}
			continue
		}
		if segments[base] == nil {
			segments[base] = map[int]segment{}
		}
		if _, twice := segments[base][max(n, 0)]; !twice {
			segments[base][max(n, 0)] = segment{val, extended}
		}
	}
	for base, segs := range segments {
		params[base] = joinSegments(segs)
	}
	return value, params
}

type segment struct {
	text     string
	extended bool
}

// continuation reads the stars of RFC 2231: name*, name*0, name*0*.
func continuation(name string) (base string, n int, extended bool) {
	base = name
	if strings.HasSuffix(base, "*") {
		base, extended = base[:len(base)-1], true
	}
	n = -1
	if k := strings.LastIndexByte(base, '*'); k >= 0 {
		if i, err := strconv.Atoi(base[k+1:]); err == nil && i >= 0 && i < 1000 {
			return base[:k], i, extended
		}
	}
	return base, n, extended
}

func joinSegments(segs map[int]segment) string {
	var raw []byte
	charset := ""
	for n := 0; ; n++ {
		s, ok := segs[n]
		if !ok {
			if n == 0 {
				continue // some programs count from one
			}
			break
		}
		text := s.text
		if s.extended {
			if len(raw) == 0 {
				if p := strings.SplitN(text, "'", 3); len(p) == 3 {
					charset, text = p[0], p[2]
				}
			}
			raw = append(raw, unpercent(text)...)
			continue
		}
		raw = append(raw, text...)
	}
	s := decodeCharset(charset, raw)
	return oneLine(decodeWords(s))
}

func unpercent(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexValue(s[i+1]) >= 0 && hexValue(s[i+2]) >= 0 {
			out = append(out, byte(hexValue(s[i+1])<<4|hexValue(s[i+2])))
			i += 2
			continue
		}
		out = append(out, s[i])
	}
	return out
}

// splitParams splits at semicolons outside quotes; an unclosed quote ends at
// the end.
func splitParams(v string) []string {
	var parts []string
	quoted, start := false, 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			if quoted {
				i++
			}
		case '"':
			quoted = !quoted
		case ';':
			if !quoted {
				parts = append(parts, v[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, v[start:])
}

func unquote(s string) string {
	if len(s) == 0 || s[0] != '"' {
		if k := strings.IndexAny(s, " \t("); k > 0 && !strings.Contains(s, "=?") && s[k] == '(' {
			s = strings.TrimSpace(s[:k])
		}
		return s
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			out.WriteByte(s[i])
		case s[i] == '"':
			return out.String()
		default:
			out.WriteByte(s[i])
		}
	}
	return out.String()
}
