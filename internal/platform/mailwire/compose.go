package mailwire

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"mime/quotedprintable"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// Outgoing is a mail to be written. There is no Bcc: whom else it goes to is
// told to the server only (see Send).
type Outgoing struct {
	MessageID  string // without angle brackets, required
	InReplyTo  string
	References []string // oldest first; InReplyTo is added if it is missing

	From    Address // required
	Sender  Address // who acts for From, if another
	ReplyTo []Address
	To, Cc  []Address

	Subject string
	Date    time.Time // required; written in its own zone

	// Text and HTML are the two views of the content. With HTML alone the text
	// is made from it; with Text alone the mail is plain.
	Text string
	HTML string

	// Parts are attachments, and pictures of the HTML (Inline with ContentID).
	Parts []Part

	// AutoSubmitted marks automatic mail (RFC 3834): "auto-replied" or
	// "auto-generated". It also asks for no automatic answer.
	AutoSubmitted string
	// ListUnsubscribe is the HTTPS address to opt out at (RFC 2369), which
	// also takes the one-click POST of RFC 8058.
	ListUnsubscribe string
	// Extra are further fields with names that start with "X-".
	Extra []ExtraField
}

// ExtraField is one additional header field of an outgoing mail.
type ExtraField struct{ Name, Value string }

// What can be wrong with an Outgoing.
var (
	ErrNoMessageID = errors.New("mailwire: an outgoing mail needs a message id")
	ErrNoDate      = errors.New("mailwire: an outgoing mail needs a date")
	ErrBadAddress  = errors.New("mailwire: not an address")
	ErrBadField    = errors.New("mailwire: not a field that may be added")
)

var (
	goodAddress = regexp.MustCompile(`^[^\s<>"(),:;@\\\[\]\x00-\x1f\x7f]+@[^\s<>"(),:;@\\\x00-\x1f\x7f]+$`)
	goodField   = regexp.MustCompile(`^X-[A-Za-z0-9-]{1,60}$`)
	goodType    = regexp.MustCompile(`^[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$`)
	atomName    = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~ -]+$`)
	references  = 100 // ids kept of a very long chain: the first and the latest
)

// Compose writes the mail: 7-bit (unless an address itself is not ASCII: then
// its field is UTF-8, RFC 6532), lines within RFC 5322's limits, the same
// bytes for the same Outgoing, so that a repeated send is the same mail. No
// value given can add a field or a line to the header.
func Compose(o Outgoing) ([]byte, error) {
	c := composer{}
	if err := c.header(o); err != nil {
		return nil, err
	}
	text, html := o.Text, o.HTML
	if html != "" && strings.TrimSpace(text) == "" {
		text = HTMLToText(html)
	}
	root := plainPart("text/plain", text)
	if html != "" {
		root = multipart("alternative", root, related(html, o.Parts))
	}
	var attached []node
	for _, p := range o.Parts {
		if !p.Inline || html == "" || p.ContentID == "" {
			attached = append(attached, filePart(p, false))
		}
	}
	if len(attached) > 0 {
		root = multipart("mixed", append([]node{root}, attached...)...)
	}
	c.out.WriteString("MIME-Version: 1.0\r\n")
	c.node(root, sha256.Sum256([]byte(o.MessageID)))
	return c.out.Bytes(), nil
}

// related puts the pictures of an HTML text beside it.
func related(html string, parts []Part) node {
	n := plainPart("text/html", wrapHTML(html))
	var pictures []node
	for _, p := range parts {
		if p.Inline && p.ContentID != "" {
			pictures = append(pictures, filePart(p, true))
		}
	}
	if len(pictures) == 0 {
		return n
	}
	return multipart("related", append([]node{n}, pictures...)...)
}

func wrapHTML(html string) string {
	if strings.Contains(strings.ToLower(html[:min(len(html), 512)]), "<html") {
		return html
	}
	return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n" + html + "\n</body></html>\n"
}

type composer struct{ out bytes.Buffer }

func (c *composer) header(o Outgoing) error {
	id := cleanID(o.MessageID)
	switch {
	case id == "":
		return ErrNoMessageID
	case o.Date.IsZero():
		return ErrNoDate
	}
	c.field("Date", o.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	for _, f := range []struct {
		name     string
		list     []Address
		required bool
	}{
		{"From", []Address{o.From}, true}, {"Sender", nonZero(o.Sender), false}, {"Reply-To", o.ReplyTo, false}, {"To", o.To, false}, {"Cc", o.Cc, false},
	} {
		if err := c.addresses(f.name, f.list); err != nil {
			return err
		}
	}
	if len(o.To) == 0 && len(o.Cc) == 0 {
		c.field("To", "undisclosed-recipients:;")
	}
	c.field("Message-ID", "<"+id+">")
	answered := cleanID(o.InReplyTo)
	if answered != "" {
		c.field("In-Reply-To", "<"+answered+">")
	}
	if chain := chain(o.References, answered); len(chain) > 0 {
		c.field("References", "<"+strings.Join(chain, ">\r\n <")+">")
	}
	c.field("Subject", foldText(oneLine(o.Subject), len("Subject: ")))
	switch o.AutoSubmitted {
	case "":
	case "auto-replied", "auto-generated":
		c.field("Auto-Submitted", o.AutoSubmitted)
		c.field("X-Auto-Response-Suppress", "All")
	default:
		return fmt.Errorf("%w: Auto-Submitted", ErrBadField)
	}
	if o.ListUnsubscribe != "" {
		url := oneLine(o.ListUnsubscribe)
		if !strings.HasPrefix(url, "https://") || strings.ContainsAny(url, "<> ") || !ascii([]byte(url)) {
			return fmt.Errorf("%w: List-Unsubscribe", ErrBadField)
		}
		c.field("List-Unsubscribe", "<"+url+">")
		c.field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	for _, f := range o.Extra {
		if !goodField.MatchString(f.Name) {
			return fmt.Errorf("%w: %q", ErrBadField, f.Name)
		}
		c.field(f.Name, foldText(oneLine(f.Value), len(f.Name)+2))
	}
	return nil
}

func nonZero(a Address) []Address {
	if a.Address == "" {
		return nil
	}
	return []Address{a}
}

// field writes a field whose value was made safe before.
func (c *composer) field(name, value string) {
	c.out.WriteString(name + ": " + value + "\r\n")
}

func (c *composer) addresses(name string, list []Address) error {
	if len(list) == 0 {
		return nil
	}
	parts := make([]string, len(list))
	for i, a := range list {
		addr := NormalizeAddress(a.Address)
		if !goodAddress.MatchString(addr) || len(addr) > 320 || !utf8.ValidString(addr) {
			return fmt.Errorf("%w: %q in %s", ErrBadAddress, a.Address, name)
		}
		display := oneLine(clean(a.Name))
		switch {
		case display == "" || display == addr:
			parts[i] = addr
		case atomName.MatchString(display) && len(display) < 60 && !strings.Contains(display, "=?"):
			parts[i] = display + " <" + addr + ">"
		case ascii([]byte(display)) && len(display) < 60 && !strings.Contains(display, "=?"):
			parts[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(display) + `" <` + addr + ">"
		default:
			parts[i] = strings.Join(encodeWords(display, len(name)+2), "\r\n ") + "\r\n <" + addr + ">"
		}
	}
	c.field(name, strings.Join(parts, ",\r\n "))
	return nil
}

// cleanID makes a message id that cannot leave its brackets.
func cleanID(id string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r >= 0x7f || r == '<' || r == '>' {
			return -1
		}
		return r
	}, id)
}

func chain(ids []string, answered string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, id := range append(append([]string{}, ids...), answered) {
		if id = cleanID(id); id != "" && !seen[id] && len(id) < 900 {
			seen[id] = true
			kept = append(kept, id)
		}
	}
	// The answered mail stands last (RFC 5322 section 3.6.4).
	for i, id := range kept {
		if id == answered && i != len(kept)-1 {
			kept = append(append(kept[:i:i], kept[i+1:]...), answered)
			break
		}
	}
	if len(kept) > references {
		kept = append(kept[:1:1], kept[len(kept)-references+1:]...)
	}
	return kept
}

// foldText writes an unstructured value: as it is when it is plain ASCII and
// its words are short, else in encoded words. used is what the line holds yet.
func foldText(s string, used int) string {
	plain := ascii([]byte(s)) && !strings.Contains(s, "=?") && !strings.Contains(s, "  ")
	for w := range strings.SplitSeq(s, " ") {
		plain = plain && len(w) < 70
	}
	if !plain {
		return strings.Join(encodeWords(s, used), "\r\n ")
	}
	var out strings.Builder
	for i, w := range strings.Split(s, " ") {
		switch {
		case i == 0:
		case used+1+len(w) > 76:
			out.WriteString("\r\n ")
			used = 1
		default:
			out.WriteByte(' ')
			used++
		}
		out.WriteString(w)
		used += len(w)
	}
	return out.String()
}

// encodeWords gives s as RFC 2047 words of at most 75 characters, cut between
// characters, in Q where most of it is ASCII and in B else.
func encodeWords(s string, used int) []string {
	high := 0
	for i := range len(s) {
		if s[i] >= 0x80 {
			high++
		}
	}
	q := high*4 < len(s)
	var words []string
	room := max(76-used, 40) - len("=?utf-8?B??=")
	var piece strings.Builder
	size := 0
	flush := func() {
		if piece.Len() == 0 {
			return
		}
		if q {
			words = append(words, "=?utf-8?Q?"+piece.String()+"?=")
		} else {
			words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(piece.String()))+"?=")
		}
		piece.Reset()
		size = 0
		room = 74 - len("=?utf-8?B??=")
	}
	for _, r := range s {
		ch := string(r)
		cost := len(ch)
		if q {
			ch = qEncode(ch)
			cost = len(ch)
			if size+cost > room {
				flush()
			}
		} else if (size+cost+2)/3*4 > room {
			flush()
		}
		piece.WriteString(ch)
		size += cost
	}
	flush()
	return words
}

func qEncode(ch string) string {
	c := ch[0]
	switch {
	case ch == " ":
		return "_"
	case len(ch) == 1 && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("!*+-/", c) >= 0):
		return ch
	}
	var out strings.Builder
	for i := range len(ch) {
		fmt.Fprintf(&out, "=%02X", ch[i])
	}
	return out.String()
}

// node is one part of the mail to be written.
type node struct {
	fields   []string // whole header lines, folded
	data     []byte   // encoded
	kind     string   // of a multipart
	children []node
}

func multipart(kind string, children ...node) node { return node{kind: kind, children: children} }

// plainPart is a text in UTF-8, quoted-printable or base64, whichever is shorter.
func plainPart(ctype, text string) node {
	text = strings.ReplaceAll(clean(text), "\n", "\r\n")
	if text != "" && !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	n := node{fields: []string{"Content-Type: " + ctype + "; charset=utf-8"}}
	high := 0
	for i := range len(text) {
		if text[i] >= 0x80 {
			high++
		}
	}
	if high*6 > len(text) {
		n.fields = append(n.fields, "Content-Transfer-Encoding: base64")
		n.data = base64Lines([]byte(text))
		return n
	}
	n.fields = append(n.fields, "Content-Transfer-Encoding: quoted-printable")
	var out bytes.Buffer
	w := quotedprintable.NewWriter(&out)
	// A bytes.Buffer does not fail.
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	n.data = out.Bytes()
	return n
}

func filePart(p Part, inline bool) node {
	name := safeName(clean(p.Name))
	if name == "" {
		name = "attachment"
	}
	ctype := strings.ToLower(strings.TrimSpace(p.ContentType))
	if !goodType.MatchString(ctype) || strings.HasPrefix(ctype, "multipart/") || strings.HasPrefix(ctype, "message/") {
		// RFC 2046 forbids base64 for message/*.
		ctype = "application/octet-stream"
	}
	line := "Content-Type: " + ctype
	if cs := charsetKey(p.Charset); strings.HasPrefix(ctype, "text/") && cs != "" {
		line += "; charset=" + tokenOnly(p.Charset)
	}
	// The name in encoded words is for the programs that do not read RFC 2231.
	line += ";\r\n name=\"" + quoteName(name) + "\""
	kind := "attachment"
	if inline {
		kind = "inline"
	}
	n := node{fields: []string{line, "Content-Disposition: " + kind + fileParam(name), "Content-Transfer-Encoding: base64"}}
	if id := cleanID(p.ContentID); id != "" {
		n.fields = append(n.fields, "Content-ID: <"+id+">")
	}
	n.data = base64Lines(p.Data)
	return n
}

func tokenOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f && !strings.ContainsRune(`()<>@,;:\"/[]?=`, r) {
			return r
		}
		return -1
	}, s)
}

func quoteName(name string) string {
	if ascii([]byte(name)) && len(name) < 60 && !strings.Contains(name, "=?") {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
	}
	return strings.Join(encodeWords(name, 8), "\r\n ")
}

// fileParam writes the filename parameter, by RFC 2231 where it must be.
func fileParam(name string) string {
	if ascii([]byte(name)) && len(name) < 60 {
		return ";\r\n filename=\"" + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + "\""
	}
	var pieces []string
	piece := ""
	for i := range len(name) {
		c := name[i]
		ch := string(rune(c))
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			ch = fmt.Sprintf("%%%02X", c)
		}
		if len(piece)+len(ch) > 54 {
			pieces = append(pieces, piece)
			piece = ""
		}
		piece += ch
	}
	pieces = append(pieces, piece)
	if len(pieces) == 1 {
		return ";\r\n filename*=utf-8''" + pieces[0]
	}
	var out strings.Builder
	for i, p := range pieces {
		if i == 0 {
			p = "utf-8''" + p
		}
		fmt.Fprintf(&out, ";\r\n filename*%d*=%s", i, p)
	}
	return out.String()
}

func base64Lines(b []byte) []byte {
	out := make([]byte, 0, len(b)*4/3+len(b)/54+4)
	for len(b) > 0 {
		n := min(len(b), 57)
		out = base64.StdEncoding.AppendEncode(out, b[:n])
		out = append(out, '\r', '\n')
		b = b[n:]
	}
	return out
}

// node writes n and what is below it. Boundaries come from the message id and
// the place in the tree; "=_" never stands in either transfer encoding.
func (c *composer) node(n node, seed [32]byte) {
	if n.kind == "" {
		for _, f := range n.fields {
			c.out.WriteString(f + "\r\n")
		}
		c.out.WriteString("\r\n")
		c.out.Write(n.data)
		return
	}
	boundary := "=_" + hex.EncodeToString(seed[:12])
	c.out.WriteString("Content-Type: multipart/" + n.kind + ";\r\n boundary=\"" + boundary + "\"\r\n\r\n")
	for i, child := range n.children {
		c.out.WriteString("--" + boundary + "\r\n")
		c.node(child, sha256.Sum256(append(seed[:], byte(i))))
		c.out.WriteString("\r\n")
	}
	c.out.WriteString("--" + boundary + "--\r\n")
}
