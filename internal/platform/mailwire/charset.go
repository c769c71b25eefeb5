package mailwire

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// aliases are charset names seen in mail that neither the WHATWG nor the IANA
// index knows, or that both read too narrowly: mail labelled GB2312 routinely
// holds GBK and GB18030 characters, so the superset is always used.
var aliases = map[string]encoding.Encoding{
	"gb2312": simplifiedchinese.GB18030, "gb2312-80": simplifiedchinese.GB18030, "gb231280": simplifiedchinese.GB18030,
	"csgb2312": simplifiedchinese.GB18030, "csgb231280": simplifiedchinese.GB18030, "chinese": simplifiedchinese.GB18030,
	"gbk": simplifiedchinese.GB18030, "cp936": simplifiedchinese.GB18030, "ms936": simplifiedchinese.GB18030,
	"windows936": simplifiedchinese.GB18030, "936": simplifiedchinese.GB18030, "euccn": simplifiedchinese.GB18030,
	"gb18030": simplifiedchinese.GB18030, "gb180302000": simplifiedchinese.GB18030, "gb180302005": simplifiedchinese.GB18030,
	"gb": simplifiedchinese.GB18030, "isoir58": simplifiedchinese.GB18030,
	"hzgb2312": simplifiedchinese.HZGB2312, "hz": simplifiedchinese.HZGB2312,
	"big5": traditionalchinese.Big5, "big5hkscs": traditionalchinese.Big5, "big5hkscs2004": traditionalchinese.Big5,
	"cp950": traditionalchinese.Big5, "ms950": traditionalchinese.Big5, "windows950": traditionalchinese.Big5,
	"cnbig5": traditionalchinese.Big5, "xbig5": traditionalchinese.Big5, "big5eten": traditionalchinese.Big5,
	"shiftjis": japanese.ShiftJIS, "sjis": japanese.ShiftJIS, "cp932": japanese.ShiftJIS, "ms932": japanese.ShiftJIS,
	"windows31j": japanese.ShiftJIS, "windows932": japanese.ShiftJIS, "mskanji": japanese.ShiftJIS,
	"iso2022jp": japanese.ISO2022JP, "iso2022jp1": japanese.ISO2022JP, "iso2022jp2": japanese.ISO2022JP,
	"iso2022jp3": japanese.ISO2022JP, "iso2022jpms": japanese.ISO2022JP, "cp50220": japanese.ISO2022JP, "cp50221": japanese.ISO2022JP,
	"eucjp": japanese.EUCJP, "ujis": japanese.EUCJP, "eucjpms": japanese.EUCJP,
	"euckr": korean.EUCKR, "ksc56011987": korean.EUCKR, "ksc5601": korean.EUCKR, "cp949": korean.EUCKR, "ms949": korean.EUCKR,
	"windows949": korean.EUCKR, "uhc": korean.EUCKR, "korean": korean.EUCKR,
	"latin1": charmap.Windows1252, "iso88591": charmap.Windows1252, "iso885911987": charmap.Windows1252, "l1": charmap.Windows1252,
	"cp1250": charmap.Windows1250, "cp1251": charmap.Windows1251, "cp1252": charmap.Windows1252, "ansi": charmap.Windows1252,
	"cp1253": charmap.Windows1253, "cp1254": charmap.Windows1254, "cp1255": charmap.Windows1255, "cp1256": charmap.Windows1256,
	"cp1257": charmap.Windows1257, "cp1258": charmap.Windows1258, "cp437": charmap.CodePage437, "cp850": charmap.CodePage850,
	"cp866": charmap.CodePage866, "koi8r": charmap.KOI8R, "koi8u": charmap.KOI8U, "macroman": charmap.Macintosh,
	"tis620": charmap.Windows874, "cp874": charmap.Windows874, "iso885911": charmap.Windows874,
	"iso88598i": charmap.ISO8859_8I, "iso88598e": charmap.ISO8859_8E,
}

// decodeCharset turns b, said to be in the charset label, into clean UTF-8
// (see clean). It never fails: a label that is unknown, missing or plainly
// wrong is replaced by a guess.
func decodeCharset(label string, b []byte) string {
	if len(b) == 0 {
		return ""
	}
	key := charsetKey(label)
	switch key {
	case "utf8", "utf8mb4", "unicode11utf8":
		return clean(decodeUTF8(b))
	case "utf7", "unicode11utf7", "csunicode11utf7", "xunicode20utf7":
		return clean(decodeUTF7(b))
	case "iso2022kr":
		return clean(decodeISO2022KR(b))
	case "", "usascii", "ascii", "unknown", "unknown8bit", "xunknown", "8bit", "7bit", "default", "none", "binary":
		return clean(guess(b))
	}
	enc := findEncoding(key, label)
	if enc == nil {
		return clean(guess(b))
	}
	if !wide(key) && utf8.Valid(b) && !ascii(b) && !bytes.Contains(b, []byte{0x1b}) {
		// A text in another charset is valid UTF-8 by accident only when it
		// is very short; the label is wrong far more often.
		if s, err := enc.NewDecoder().Bytes(b); err != nil || bytes.ContainsRune(s, utf8.RuneError) || len(b) > 4 {
			return clean(string(b))
		}
	}
	s, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return clean(guess(b))
	}
	return clean(string(s))
}

// charsetKey reduces a charset name to lower-case letters and digits without
// an "x-" prefix, so that Shift-JIS, shift_jis and x-shift_jis are the same.
func charsetKey(label string) string {
	label = strings.ToLower(strings.TrimSpace(label))
	for strings.HasPrefix(label, "x-") {
		label = label[2:]
	}
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, label)
}

func findEncoding(key, label string) encoding.Encoding {
	if e, ok := aliases[key]; ok {
		return e
	}
	switch key {
	case "utf16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf16le", "unicode", "ucs2":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	label = strings.Trim(strings.TrimSpace(label), `"'`)
	if e, err := htmlindex.Get(label); err == nil {
		if name, _ := htmlindex.Name(e); name != "replacement" {
			return e
		}
	}
	if e, err := ianaindex.MIME.Encoding(label); err == nil && e != nil {
		return e
	}
	// Names without or with odd hyphens: iso8859-1, windows_1251, win-1251.
	for prefix, full := range map[string]string{"iso8859": "iso-8859-", "windows": "windows-", "win": "windows-", "cp": "windows-", "koi8": "koi8-"} {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			if e, err := htmlindex.Get(full + rest); err == nil {
				return e
			}
		}
	}
	return nil
}

// wide reports charsets whose ASCII characters are not single bytes.
func wide(key string) bool {
	return strings.HasPrefix(key, "utf16") || strings.HasPrefix(key, "utf32") || key == "unicode" || key == "ucs2"
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// decodeUTF8 keeps valid text; text with a few broken sequences (cut in the
// middle of a character) keeps the rest; anything else was mislabelled.
func decodeUTF8(b []byte) string {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b)
	}
	good, bad, broken := 0, 0, false
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		wrong := r == utf8.RuneError && n == 1
		if wrong && !broken {
			bad++ // a run of wrong bytes is one damage
		} else if n > 1 {
			good++
		}
		broken = wrong
		i += n
	}
	if good >= bad && good > 0 {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return guess(b)
}

// guess decodes text of unknown charset: UTF-8 if valid, ISO-2022 if it has
// the escapes, then whichever of the double-byte charsets fits its byte
// pattern, GB18030 first, else Windows-1252.
func guess(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}) || bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		if s, err := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Bytes(b); err == nil {
			return string(s)
		}
	case bytes.Contains(b, []byte("\x1b$)C")):
		return decodeISO2022KR(b)
	case bytes.Contains(b, []byte("\x1b$")) || bytes.Contains(b, []byte("\x1b(J")):
		if s, err := japanese.ISO2022JP.NewDecoder().Bytes(b); err == nil {
			return string(s)
		}
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if utf8.Valid(b) {
		return string(b)
	}
	best, bestScore := encoding.Encoding(charmap.Windows1252), 0.5
	for _, c := range doubleByte {
		if score := c.score(b); score > bestScore {
			if s, err := c.enc.NewDecoder().Bytes(b); err == nil && bytes.Count(s, []byte("\uFFFD")) == 0 {
				best, bestScore = c.enc, score
			}
		}
	}
	s, err := best.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(s)
}

// pattern tells how typical a charset's pairs of bytes are: the share of
// non-ASCII pairs whose lead byte is in the range of everyday characters.
type pattern struct {
	enc              encoding.Encoding
	leadLo, leadHi   byte
	usualLo, usualHi byte
	trailLo          byte
	weight           float64
}

var doubleByte = []pattern{
	{simplifiedchinese.GB18030, 0x81, 0xfe, 0xb0, 0xd7, 0xa1, 1.0},
	{traditionalchinese.Big5, 0x81, 0xfe, 0xa4, 0xc6, 0x40, 0.9},
	{japanese.ShiftJIS, 0x81, 0x9f, 0x81, 0x83, 0x40, 0.95},
}

func (p pattern) score(b []byte) float64 {
	usual, all := 0, 0
	for i := 0; i < len(b); i++ {
		if b[i] < 0x80 {
			continue
		}
		all++
		if i+1 >= len(b) || b[i] < p.leadLo || b[i] > p.leadHi {
			continue
		}
		trail := b[i+1]
		usualLead := b[i] >= p.usualLo && b[i] <= p.usualHi || b[i] >= 0xa1 && b[i] <= 0xa3 && trail >= 0xa1
		if usualLead && trail >= p.trailLo {
			usual++
		}
		i++
	}
	if all == 0 {
		return 0
	}
	return p.weight * float64(usual) / float64(all)
}

// decodeUTF7 reads RFC 2152 text; broken shifts are kept as they stand.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for i := 0; i < len(b); {
		if b[i] != '+' {
			out.WriteByte(b[i])
			i++
			continue
		}
		end := i + 1
		for end < len(b) && base64Value(b[end]) >= 0 {
			end++
		}
		switch {
		case end == i+1 && end < len(b) && b[end] == '-':
			out.WriteByte('+')
			end++
		case end == i+1:
			out.WriteByte('+')
		default:
			raw := decodeBase64(b[i+1 : end])
			units := make([]uint16, 0, len(raw)/2)
			for k := 0; k+1 < len(raw); k += 2 {
				units = append(units, uint16(raw[k])<<8|uint16(raw[k+1]))
			}
			out.WriteString(string(utf16.Decode(units)))
			if end < len(b) && b[end] == '-' {
				end++
			}
		}
		i = end
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD")
}

// decodeISO2022KR reads RFC 1557 text by lifting the shifted bytes to EUC-KR.
func decodeISO2022KR(b []byte) string {
	b = bytes.ReplaceAll(b, []byte("\x1b$)C"), nil)
	lifted := make([]byte, 0, len(b))
	shifted := false
	for _, c := range b {
		switch {
		case c == 0x0e:
			shifted = true
		case c == 0x0f:
			shifted = false
		case shifted && c > 0x20 && c < 0x7f:
			lifted = append(lifted, c|0x80)
		default:
			lifted = append(lifted, c)
		}
	}
	s, err := korean.EUCKR.NewDecoder().Bytes(lifted)
	if err != nil {
		return string(lifted)
	}
	return string(s)
}

// clean makes text safe to store anywhere: valid UTF-8, no NUL (PostgreSQL
// refuses it), no byte order mark at the start, line ends as \n.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsRune(s, 0) {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	s = strings.TrimPrefix(s, "\uFEFF")
	if strings.ContainsRune(s, '\r') {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	return s
}
