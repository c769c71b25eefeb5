package mailwire

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// The depth and number of parts that are looked into. What lies beyond is
// kept whole as an attachment, so a mail built to exhaust the reader costs
// little and still loses nothing.
const (
	maxDepth = 24
	maxParts = 2000
	maxUU    = 50 // uuencoded files within one text
)

// entity is one node of the MIME tree (RFC 2045).
type entity struct {
	header      Header
	ctype       string
	params      map[string]string
	disposition string
	dispParams  map[string]string
	raw         []byte // the body as sent, transfer encoding untouched
	children    []*entity
}

// body is what an entity contributes to the text a person reads.
type body struct {
	text, html       string
	hasText, hasHTML bool
}

type reader struct {
	mail  *Mail
	parts int
}

// readEntity builds the tree below one header and body.
func (r *reader) readEntity(h Header, raw []byte, depth int, fallback string) *entity {
	r.parts++
	e := &entity{header: h, raw: raw, params: map[string]string{}}
	if h.Has("Content-Type") {
		e.ctype, e.params = parseMediaType(h.raw("Content-Type"))
	}
	e.disposition, e.dispParams = parseMediaType(h.raw("Content-Disposition"))
	switch {
	case e.ctype == "":
		e.ctype = fallback
	case e.ctype == "text":
		e.ctype = "text/plain"
	case !strings.Contains(e.ctype, "/"):
		e.ctype = "application/octet-stream"
		if e.disposition != "attachment" && e.fileName() == "" {
			e.ctype = "text/plain"
		}
	}
	if !strings.HasPrefix(e.ctype, "multipart/") || depth >= maxDepth {
		return e
	}
	content := raw
	if enc := e.encoding(); enc == "base64" && !bytes.Contains(raw, []byte("--")) {
		content = decodeTransfer(enc, raw) // RFC 2045 section 6.4 forbids it; it exists
	}
	childFallback := "text/plain"
	if e.ctype == "multipart/digest" {
		childFallback = "message/rfc822"
	}
	for _, piece := range splitMultipart(content, e.params["boundary"]) {
		if r.parts >= maxParts {
			break
		}
		ph, pb := readPartHeader(piece)
		e.children = append(e.children, r.readEntity(ph, pb, depth+1, childFallback))
	}
	if len(e.children) == 0 {
		e.ctype = "text/plain" // no boundary is found: nothing may be lost
	}
	return e
}

// readPartHeader reads a part's header: unlike a mail, a part may start with
// the blank line that says it has none.
func readPartHeader(piece []byte) (Header, []byte) {
	if line, next := nextLine(piece, 0); len(bytes.TrimSpace(line)) == 0 {
		return Header{}, piece[next:]
	}
	return readHeader(piece)
}

func (e *entity) encoding() string {
	enc := strings.ToLower(oneLine(e.header.raw("Content-Transfer-Encoding")))
	enc, _ = dropComments(enc)
	enc = strings.Trim(strings.TrimSpace(enc), `"';`)
	switch enc {
	case "b", "base-64", "base_64":
		return "base64"
	case "q", "quotedprintable", "quoted_printable":
		return "quoted-printable"
	}
	return enc
}

func (e *entity) data() []byte { return decodeTransfer(e.encoding(), e.raw) }

func (e *entity) fileName() string {
	for _, name := range []string{e.dispParams["filename"], e.params["name"], e.params["filename"], e.dispParams["name"]} {
		if name = safeName(name); name != "" {
			return name
		}
	}
	return ""
}

// safeName keeps the last element of a path and no control characters.
func safeName(name string) string {
	name = oneLine(name)
	name = path.Base("/" + strings.ReplaceAll(name, `\`, "/"))
	if name == "/" || name == "." || name == ".." {
		return ""
	}
	if r := []rune(name); len(r) > 200 {
		name = string(r[:150]) + string(r[len(r)-50:])
	}
	return strings.TrimSpace(name)
}

var guessBoundary = regexp.MustCompile(`(?m)^--([^\r\n]{1,200}?)[ \t]*\r?$`)

// splitMultipart gives the raw parts between the boundary lines (RFC 2046
// section 5.1.1). A missing boundary parameter is guessed from the first
// boundary-like line whose mark comes again; a missing end is the end of data.
func splitMultipart(b []byte, boundary string) [][]byte {
	boundary = strings.TrimRight(boundary, " \t")
	if boundary == "" || !bytes.Contains(b, []byte("--"+boundary)) {
		m := guessBoundary.FindSubmatch(b)
		if m == nil || bytes.Count(b, append([]byte("--"), m[1]...)) < 2 {
			return nil
		}
		boundary = string(m[1])
	}
	mark := []byte("--" + boundary)
	var parts [][]byte
	start := -1
	for at := 0; at < len(b); {
		line, next := nextLine(b, at)
		if bytes.HasPrefix(line, mark) {
			tail := string(bytes.TrimSpace(line[len(mark):]))
			if tail == "-" && len(bytes.TrimSpace(b[next:])) == 0 {
				tail = "--" // cut short at the very end
			}
			if tail == "" || tail == "--" {
				if start >= 0 {
					parts = append(parts, trimLastEnd(b[start:at]))
				}
				start = next
				if tail == "--" {
					// Parts after the end exist in mail that was joined
					// badly; a following boundary line opens them again.
					start = -1
				}
			}
		}
		at = next
	}
	if start >= 0 && start < len(b) {
		parts = append(parts, b[start:])
	}
	return parts
}

// trimLastEnd drops the line end that belongs to the boundary after it.
func trimLastEnd(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// collect walks the tree, gives the readable body and puts everything else
// among the mail's attachments.
func (r *reader) collect(e *entity, top bool, parent string) body {
	if len(e.children) > 0 {
		return r.collectMultipart(e)
	}
	if r.isBody(e, top, parent) {
		text := r.decodeText(e)
		if e.ctype == "text/html" || e.ctype == "application/xhtml+xml" {
			return body{html: text, hasHTML: true}
		}
		return body{text: text, hasText: true}
	}
	if parent == "multipart/alternative" && e.ctype == "text/x-amp-html" {
		return body{} // the same content a third time
	}
	r.attach(e, parent)
	return body{}
}

func (r *reader) isBody(e *entity, top bool, parent string) bool {
	if !strings.HasPrefix(e.ctype, "text/") && e.ctype != "application/xhtml+xml" {
		return false
	}
	if e.disposition == "attachment" {
		return false
	}
	plain := e.ctype == "text/plain" || e.ctype == "text/html" || e.ctype == "application/xhtml+xml" || e.ctype == "text/enriched"
	if top {
		return plain || e.fileName() == ""
	}
	if !plain {
		return false
	}
	return e.fileName() == "" || parent == "multipart/alternative"
}

func (r *reader) collectMultipart(e *entity) body {
	switch e.ctype {
	case "multipart/alternative":
		var b body
		for _, c := range e.children {
			got := r.collect(c, false, e.ctype)
			if got.hasText && (!b.hasText || strings.TrimSpace(b.text) == "") {
				b.text, b.hasText = got.text, true
			}
			if got.hasHTML {
				b.html, b.hasHTML = got.html, true
			}
		}
		return b
	case "multipart/related":
		root := 0
		if start := strings.Trim(e.params["start"], "<> "); start != "" {
			for i, c := range e.children {
				if contentID(&c.header) == start {
					root = i
				}
			}
		}
		var bodies []body
		for i, c := range e.children {
			if i == root || !strings.HasPrefix(c.ctype, "text/") {
				bodies = append(bodies, r.collect(c, false, e.ctype))
				continue
			}
			// A text beside the root that no one refers to is read as well.
			if contentID(&c.header) == "" {
				bodies = append(bodies, r.collect(c, false, e.ctype))
			} else {
				r.attach(c, e.ctype)
			}
		}
		return joinBodies(bodies)
	}
	bodies := make([]body, 0, len(e.children))
	for _, c := range e.children {
		bodies = append(bodies, r.collect(c, false, e.ctype))
	}
	return joinBodies(bodies)
}

// joinBodies puts the readable parts of a mixed mail one after another. When
// any of them is HTML, the plain ones join it as HTML, and the other way round
// when there is any plain text, so that either view is complete.
func joinBodies(bodies []body) body {
	var all body
	for _, b := range bodies {
		all.hasText = all.hasText || b.hasText
		all.hasHTML = all.hasHTML || b.hasHTML
	}
	for _, b := range bodies {
		if !b.hasText && !b.hasHTML {
			continue
		}
		text, html := b.text, b.html
		if all.hasHTML && !b.hasHTML {
			html = TextToHTML(text)
		}
		if all.hasText && !b.hasText {
			text = HTMLToText(html)
		}
		if all.hasText {
			all.text = joinText(all.text, text)
		}
		if all.hasHTML {
			all.html += html
		}
	}
	return all
}

func joinText(a, b string) string {
	switch {
	case strings.TrimSpace(a) == "":
		return b
	case strings.TrimSpace(b) == "":
		return a
	case strings.HasSuffix(a, "\n"):
		return a + b
	}
	return a + "\n" + b
}

var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_:.-]+)`)

func (r *reader) decodeText(e *entity) string {
	data := e.data()
	label := e.params["charset"]
	if label == "" && e.ctype == "text/html" {
		if m := metaCharset.FindSubmatch(data[:min(len(data), 4096)]); m != nil {
			label = string(m[1])
		}
	}
	if label != "" && r.mail.charset == "" && !ascii(data) {
		r.mail.charset = charsetKey(label)
	}
	if e.ctype == "text/plain" {
		for range maxUU {
			if !bytes.Contains(data, []byte("begin ")) {
				break
			}
			name, file, rest, ok := cutUU(data)
			if !ok {
				break
			}
			data = rest
			r.mail.Attachments = append(r.mail.Attachments, Part{Name: safeName(name), ContentType: "application/octet-stream", Data: file})
		}
	}
	return decodeCharset(label, data)
}

func contentID(h *Header) string {
	return strings.Trim(strings.TrimSpace(h.Get("Content-ID")), "<> ")
}

// attach keeps e as an attachment. A multipart beyond the limits is kept whole.
func (r *reader) attach(e *entity, parent string) {
	p := Part{
		Name:        e.fileName(),
		ContentType: e.ctype,
		ContentID:   contentID(&e.header),
		Charset:     e.params["charset"],
		Data:        e.data(),
	}
	p.Inline = e.disposition == "inline" && p.ContentID != "" || e.disposition != "attachment" && p.ContentID != "" && parent == "multipart/related" ||
		e.disposition == "inline" && strings.HasPrefix(e.ctype, "image/")
	if e.ctype == "message/rfc822" || e.ctype == "message/global" {
		if p.Name == "" {
			h, _ := readHeader(p.Data)
			p.Name = safeName(strings.ReplaceAll(h.Get("Subject"), "/", "-"))
			if p.Name != "" {
				p.Name += ".eml"
			}
		}
	}
	if p.Name == "" {
		p.Name = fmt.Sprintf("attachment-%d%s", len(r.mail.Attachments)+1, extension(e.ctype))
	}
	r.mail.Attachments = append(r.mail.Attachments, p)
}

var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/bmp": ".bmp",
	"application/pdf": ".pdf", "application/zip": ".zip", "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv",
	"message/rfc822": ".eml", "message/global": ".eml", "message/delivery-status": ".txt", "message/global-delivery-status": ".txt",
	"text/rfc822-headers": ".txt", "message/global-headers": ".txt", "message/disposition-notification": ".txt", "message/feedback-report": ".txt",
	"audio/wav": ".wav", "audio/mpeg": ".mp3", "audio/amr": ".amr", "application/pkcs7-signature": ".p7s", "application/pgp-signature": ".asc",
	"application/ms-tnef": ".dat", "text/vcard": ".vcf", "text/x-vcard": ".vcf",
}

func extension(ctype string) string {
	if e, ok := extensions[ctype]; ok {
		return e
	}
	return ".bin"
}
