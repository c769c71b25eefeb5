package mailwire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Mail is a received mail as a person and a program read it. All text is
// valid UTF-8 without NUL.
type Mail struct {
	Header Header

	MessageID  string   // without angle brackets; empty when the mail has none
	InReplyTo  []string // ids without angle brackets
	References []string // ids without angle brackets, oldest first

	From    []Address
	ReplyTo []Address
	Sender  Address
	To      []Address
	Cc      []Address

	// DeliveredTo is for whom the last servers took the mail (Delivered-To,
	// X-Original-To, Envelope-To and their like), which To and Cc need not tell.
	DeliveredTo []Address
	// ReturnPath is the envelope sender where the delivering server noted it.
	// HasReturnPath with an empty ReturnPath is the null path of bounces.
	ReturnPath    string
	HasReturnPath bool

	Subject string
	Date    time.Time // UTC; zero when the mail has no usable date

	Text string // plain text as sent; empty when there is none (see PlainText)
	HTML string // HTML as sent: hostile until Clean has seen it

	Attachments []Part

	// Language is a hint: zh-CN, zh-TW, ja, ko, en (any text in Latin letters)
	// or "" when nothing tells.
	Language string

	contentType string
	reportType  string
	charset     string
}

// Part is one attached file or inline picture, transfer encoding undone.
type Part struct {
	Name        string // a bare file name, never a path, never empty
	ContentType string // lower case, as the sender claims
	ContentID   string // without angle brackets
	Charset     string // of text parts, as claimed
	Inline      bool   // meant to be shown within the HTML
	Data        []byte
}

// ErrEmpty says that there is nothing to read: no byte that is not white space.
var ErrEmpty = errors.New("mailwire: the mail is empty")

// Parse reads a mail. It accepts everything that has any content: what is
// malformed is read as far as it goes and the rest is kept as text or
// attachment. The only error is ErrEmpty. The caller limits the size of raw.
func Parse(raw []byte) (m *Mail, err error) {
	if len(bytes.Trim(raw, "\x00 \t\r\n")) == 0 {
		return nil, ErrEmpty
	}
	defer func() {
		// A mail must never be lost to a fault in its reader: it is then kept
		// as plain text, and the fuzz tests look for the case.
		if p := recover(); p != nil {
			m = &Mail{Text: decodeCharset("", raw)}
			err = fmt.Errorf("mailwire: reader failed: %v", p)
		}
	}()
	h, rest := readHeader(raw)
	m = &Mail{Header: h}
	m.readFields()
	r := &reader{mail: m}
	root := r.readEntity(h, rest, 0, "text/plain")
	m.contentType, m.reportType = root.ctype, strings.ToLower(root.params["report-type"])
	b := r.collect(root, true, "")
	m.Text, m.HTML = b.text, b.html
	m.Language = m.language()
	return m, nil
}

func (m *Mail) readFields() {
	h := &m.Header
	if ids := messageIDs(h.allRaw("Message-ID")); len(ids) > 0 {
		m.MessageID = ids[0]
	} else if v := strings.Trim(h.Get("Message-ID"), "<> "); v != "" && !strings.ContainsAny(v, " \t") {
		m.MessageID = v
	}
	m.InReplyTo = messageIDs(h.allRaw("In-Reply-To"))
	m.References = messageIDs(h.allRaw("References"))
	m.From = addresses(h, "From")
	m.ReplyTo = addresses(h, "Reply-To")
	m.To = addresses(h, "To")
	m.Cc = addresses(h, "Cc")
	if s := addresses(h, "Sender"); len(s) > 0 {
		m.Sender = s[0]
	}
	seen := map[string]bool{}
	for _, name := range []string{"X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "X-Rcpt-To", "X-Forwarded-To", "Delivered-To"} {
		for _, a := range addresses(h, name) {
			if !seen[a.Address] && strings.Contains(a.Address, "@") {
				seen[a.Address] = true
				m.DeliveredTo = append(m.DeliveredTo, a)
			}
		}
	}
	if h.Has("Return-Path") {
		m.HasReturnPath = true
		m.ReturnPath = NormalizeAddress(strings.TrimSpace(h.raw("Return-Path")))
	}
	m.Subject = h.Get("Subject")
	if h.Has("Date") {
		m.Date = parseDate(h.raw("Date"))
	}
}

func addresses(h *Header, name string) []Address {
	var all []Address
	for _, v := range h.allRaw(name) {
		all = append(all, ParseAddresses(v)...)
	}
	return all
}

// FromAddress is the first author, or the zero Address.
func (m *Mail) FromAddress() Address {
	if len(m.From) > 0 {
		return m.From[0]
	}
	return m.Sender
}

// AnswerTo is where an answer goes: Reply-To if given, else From, else Sender.
func (m *Mail) AnswerTo() []Address {
	switch {
	case len(m.ReplyTo) > 0:
		return m.ReplyTo
	case len(m.From) > 0:
		return m.From
	case m.Sender.Address != "":
		return []Address{m.Sender}
	}
	return nil
}

// PlainText is the plain part, or the HTML part as text when there is none.
func (m *Mail) PlainText() string {
	if strings.TrimSpace(m.Text) != "" || m.HTML == "" {
		return m.Text
	}
	return HTMLToText(m.HTML)
}

// Fingerprint recognises the same mail in two mailboxes when it has no
// Message-ID: a hash of its author, date, subject, text and attachments, which
// do not change on the way; trace fields, which do, are left out. The result
// is 64 hexadecimal digits, and stable for all time: it is stored.
func Fingerprint(raw []byte) string {
	sum := sha256.New()
	put := func(s string) { fmt.Fprintf(sum, "%d:%s\n", len(s), s) }
	m, err := Parse(raw)
	if err != nil {
		put(string(bytes.TrimSpace(raw)))
		return hex.EncodeToString(sum.Sum(nil))
	}
	put(m.FromAddress().Address)
	put(m.Header.Get("Date"))
	put(m.Subject)
	put(strings.Join(strings.Fields(m.Text), " "))
	put(strings.Join(strings.Fields(m.HTML), " "))
	for _, p := range m.Attachments {
		part := sha256.Sum256(p.Data)
		put(p.Name + ":" + hex.EncodeToString(part[:]))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// languageSample is how many bytes of the text are looked at for its language.
const languageSample = 8 << 10

// traditional and simplified hold everyday characters that exist in one of
// the two scripts only.
const (
	traditional = "們個來時會對說這為過學後發電話問題開關機車東長門間見現場價請謝單買賣訂貨與還進運動樣點麼嗎無經處理類號碼錯誤維護"
	simplified  = "们个来时会对说这为过学后发电话问题开关机车东长门间见现场价请谢单买卖订货与还进运动样点么吗无经处理类号码错误维护"
)

// language tells a hint from the header, the charset and the script.
func (m *Mail) language() string {
	if l := strings.ToLower(m.Header.Get("Content-Language")); l != "" && !strings.ContainsAny(l, ", ") {
		switch {
		case strings.HasPrefix(l, "zh"):
			if strings.Contains(l, "tw") || strings.Contains(l, "hk") || strings.Contains(l, "hant") {
				return "zh-TW"
			}
			if l != "zh" {
				return "zh-CN"
			}
		case strings.HasPrefix(l, "ja"):
			return "ja"
		case strings.HasPrefix(l, "ko"):
			return "ko"
		}
	}
	text := m.PlainText()
	if len(text) > languageSample {
		text = text[:languageSample]
	}
	fresh, _ := Trim(text)
	var han, kana, hangul, latin, trad, simp int
	for _, r := range m.Subject + "\n" + fresh {
		switch {
		case unicode.Is(unicode.Han, r):
			han++
			t, s := strings.ContainsRune(traditional, r), strings.ContainsRune(simplified, r)
			if t && !s {
				trad++
			} else if s && !t {
				simp++
			}
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case unicode.Is(unicode.Hangul, r):
			hangul++
		case unicode.Is(unicode.Latin, r):
			latin++
		}
	}
	switch {
	case kana*5 > han && kana > 0 && kana+han > latin/8:
		return "ja"
	case hangul > han && hangul > latin/8:
		return "ko"
	case han > 0 && han > latin/8:
		if trad > simp || trad == simp && strings.HasPrefix(m.charset, "big5") {
			return "zh-TW"
		}
		return "zh-CN"
	case latin > 0:
		return "en"
	}
	return ""
}
