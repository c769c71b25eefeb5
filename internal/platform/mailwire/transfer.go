package mailwire

import "bytes"

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). It
// is lenient: damaged input gives what can be read of it.
func decodeTransfer(encoding string, b []byte) []byte {
	switch encoding {
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQuotedPrintable(b, false)
	case "x-uuencode", "uuencode", "x-uue", "uue":
		if _, data, _, ok := cutUU(b); ok {
			return data
		}
	}
	return b
}

func base64Value(c byte) int {
	switch {
	case c >= 'A' && c <= 'Z':
		return int(c - 'A')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 26
	case c >= '0' && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == '/':
		return 63
	}
	return -1
}

// decodeBase64 skips whatever is not of the alphabet and accepts missing
// padding and several padded pieces in a row.
func decodeBase64(b []byte) []byte {
	out := make([]byte, 0, len(b)*3/4+3)
	var acc uint32
	n := 0
	flush := func() {
		switch n {
		case 2:
			out = append(out, byte(acc>>4))
		case 3:
			out = append(out, byte(acc>>10), byte(acc>>2))
		}
		acc, n = 0, 0
	}
	for _, c := range b {
		if c == '=' {
			flush()
			continue
		}
		v := base64Value(c)
		if v < 0 {
			continue
		}
		acc = acc<<6 | uint32(v)
		if n++; n == 4 {
			out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
			acc, n = 0, 0
		}
	}
	flush()
	return out
}

// decodeQuotedPrintable keeps an escape it cannot read as it stands. In a
// header (RFC 2047 Q) an underscore is a space.
func decodeQuotedPrintable(b []byte, header bool) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '_' && header:
			out = append(out, ' ')
		case c == '=':
			if i+2 < len(b) && hexValue(b[i+1]) >= 0 && hexValue(b[i+2]) >= 0 {
				out = append(out, byte(hexValue(b[i+1])<<4|hexValue(b[i+2])))
				i += 2
				continue
			}
			// A soft line break, with the white space that transports add.
			j := i + 1
			for j < len(b) && (b[j] == ' ' || b[j] == '\t') {
				j++
			}
			switch {
			case j >= len(b):
				i = j
			case b[j] == '\n':
				i = j
			case b[j] == '\r':
				i = j
				if j+1 < len(b) && b[j+1] == '\n' {
					i = j + 1
				}
			default:
				out = append(out, c)
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// cutUU finds the first uuencoded file in b and gives its name, its data and
// the text without it.
func cutUU(b []byte) (name string, data, rest []byte, ok bool) {
	start := 0
	for {
		line, next := nextLine(b, start)
		if f := bytes.Fields(line); len(f) >= 3 && string(f[0]) == "begin" && octal(f[1]) {
			name = string(bytes.Join(f[2:], []byte(" ")))
			data, end, good := uuBody(b, next)
			if good {
				rest = append(append([]byte{}, b[:start]...), b[end:]...)
				return name, data, rest, true
			}
		}
		if next >= len(b) {
			return "", nil, nil, false
		}
		start = next
	}
}

func octal(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '7' {
			return false
		}
	}
	return len(b) >= 3 && len(b) <= 4
}

func uuBody(b []byte, at int) (data []byte, end int, ok bool) {
	for at < len(b) {
		line, next := nextLine(b, at)
		at = next
		if string(bytes.TrimSpace(line)) == "end" {
			return data, at, true
		}
		if len(line) == 0 {
			continue
		}
		n := int(line[0]-' ') & 63
		if line[0] < ' ' || line[0] > '`' || len(line)-1 > (n+2)/3*4+2 {
			return nil, 0, false
		}
		got := make([]byte, 0, n+2)
		for i := 1; i < len(line); i += 4 {
			var v [4]byte
			for k := range v {
				if i+k < len(line) {
					v[k] = (line[i+k] - ' ') & 63
				}
			}
			got = append(got, v[0]<<2|v[1]>>4, v[1]<<4|v[2]>>2, v[2]<<6|v[3])
		}
		data = append(data, got[:min(n, len(got))]...)
	}
	return data, at, len(data) > 0
}

// nextLine gives the line of b that starts at i without its end, and where
// the next one starts. Ends are \n, \r\n or a lone \r.
func nextLine(b []byte, i int) (line []byte, next int) {
	if i >= len(b) {
		return nil, len(b)
	}
	k := bytes.IndexAny(b[i:], "\r\n")
	if k < 0 {
		return b[i:], len(b)
	}
	line, next = b[i:i+k], i+k+1
	if b[i+k] == '\r' && next < len(b) && b[next] == '\n' {
		next++
	}
	return line, next
}
