package mailwire

import (
	"regexp"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// TrimHTML is Trim for HTML: the fresh part keeps the document's shape, the
// quoted part holds what was taken out. Both are as hostile as the source:
// Clean comes after. When nothing would be left, all is fresh.
func TrimHTML(source string) (fresh, quoted string) {
	root, err := xhtml.Parse(strings.NewReader(source))
	if err != nil {
		return source, ""
	}
	h := htmlTrimmer{}
	body := find(root, atom.Body)
	if body == nil {
		return source, ""
	}
	if h.forwarded(body) {
		return source, ""
	}
	h.marked(body)
	if !h.cutDone {
		h.textual(body)
	}
	if len(h.removed) == 0 {
		return source, ""
	}
	var kept, gone strings.Builder
	if err := renderChildren(&kept, body); err != nil || !visible(HTMLToText(kept.String())) && !strings.Contains(kept.String(), "<img") {
		return source, ""
	}
	for _, n := range h.removed {
		if err := xhtml.Render(&gone, n); err != nil {
			return source, ""
		}
	}
	return kept.String(), gone.String()
}

func renderChildren(out *strings.Builder, n *xhtml.Node) error {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if err := xhtml.Render(out, c); err != nil {
			return err
		}
	}
	return nil
}

type htmlTrimmer struct {
	removed []*xhtml.Node
	cutDone bool
}

var (
	// quoteMarks are the classes and ids by which mail programs mark the
	// answered mail: Gmail, Yahoo, Thunderbird, Proton, Zoho, Outlook on the
	// web and for Mac, Windows Mail, Apple, AOL, QQ Mail, 163 and Foxmail.
	quoteMarks = regexp.MustCompile(`(?i)\b(gmail_quote(_container)?|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|zmail_extra_hr|divRplyFwdMsg|OLK_SRC_BODY_SECTION|` +
		`appendonsend|mail_android_quote|tutanota_quote|ymail_android_signature|isReplyContent|ntes-mailmaster-quote|netease-quote|spnEditorSign|` +
		`cm_quote_msg|foxmail_quote|reply_quote|quoted_message|yj6qo)\b`)
	signatureMarks = regexp.MustCompile(`(?i)\b(gmail_signature|gmail_signature_prefix|moz-signature|Apple-Mail-Signature|protonmail_signature_block|ms-outlook-mobile-signature|x_ms-outlook-mobile-signature|ntes-mailmaster-signature)\b`)
	// outlookRule is the border above the copied header in Outlook's mail.
	outlookRule  = regexp.MustCompile(`(?i)border:\s*none;\s*border-top:\s*solid\s+#?[0-9a-z]+\s+1\.0pt|border-top:\s*(solid\s+)?#?[0-9a-z]+\s+1\.0pt(\s+solid)?`)
	splitPattern = regexp.MustCompile(`(?i)^[\s\x{00a0}]*on\b.{4,200}\bwrote:[\s\x{00a0}]*$`)
)

func class(n *xhtml.Node) string { return attr(n, "class") + " " + attr(n, "id") }

// forwarded tells that the quotation is a mail passed on and thus new.
func (h *htmlTrimmer) forwarded(body *xhtml.Node) bool {
	for line := range strings.SplitSeq(HTMLToText(outer(body)), "\n") {
		if forwardMark.MatchString(line) {
			return true
		}
		if originalMark.MatchString(line) || splitPattern.MatchString(line) {
			return false
		}
	}
	return false
}

func outer(n *xhtml.Node) string {
	var out strings.Builder
	if err := xhtml.Render(&out, n); err != nil {
		return ""
	}
	return out.String()
}

// marked takes out what the sending program marked itself.
func (h *htmlTrimmer) marked(n *xhtml.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == xhtml.ElementNode {
			switch {
			case h.isQuote(c):
				h.attributionBefore(c)
				if strings.Contains(class(c), "divRplyFwdMsg") || strings.Contains(class(c), "appendonsend") || outlookRule.MatchString(attr(c, "style")) {
					h.cutFrom(c)
					return
				}
				if strings.Contains(class(c), "moz-cite-prefix") {
					if !nextBlockquote(c) {
						h.cutFrom(c)
						return
					}
				}
				h.take(c)
			case signatureMarks.MatchString(class(c)):
				h.take(c)
			default:
				h.marked(c)
				if h.cutDone {
					return
				}
			}
		}
		c = next
	}
}

func nextBlockquote(n *xhtml.Node) bool {
	s := nextElement(n)
	return s != nil && s.DataAtom == atom.Blockquote
}

func (h *htmlTrimmer) isQuote(n *xhtml.Node) bool {
	if n.DataAtom == atom.Blockquote {
		if strings.EqualFold(attr(n, "type"), "cite") || strings.Contains(attr(n, "class"), "gmail_quote") && h.attributed(n) {
			return true
		}
		if strings.Contains(attr(n, "class"), "gmail_quote") {
			return false // Gmail's indent button: the author's own
		}
		return h.attributed(n) || startsWithAttribution(n) || !h.freshAfter(n) && previousText(n) != "" && !hasBlockquoteAfter(n)
	}
	if !quoteMarks.MatchString(class(n)) {
		return (n.DataAtom == atom.Div || n.DataAtom == atom.P) && outlookRule.MatchString(attr(n, "style")) && headerText(n)
	}
	return true
}

// attributed tells that the text right before n is "On … wrote:".
func (h *htmlTrimmer) attributed(n *xhtml.Node) bool {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		text := strings.TrimSpace(plainOf(s))
		if text == "" {
			continue
		}
		lines := strings.Split(strings.TrimSpace(HTMLToText(outer(s))), "\n")
		return isAttributionText(lines[len(lines)-1]) || isAttributionText(strings.Join(lines, " "))
	}
	return false
}

func startsWithAttribution(n *xhtml.Node) bool {
	for line := range strings.SplitSeq(HTMLToText(innerOf(n)), "\n") {
		if strings.TrimSpace(line) != "" {
			return isAttributionText(line)
		}
	}
	return false
}

func innerOf(n *xhtml.Node) string {
	var out strings.Builder
	if err := renderChildren(&out, n); err != nil {
		return ""
	}
	return out.String()
}

func isAttributionText(s string) bool {
	t := trimmer{lines: []string{s, "> x"}, old: make([]bool, 2), tail: 2}
	return t.attribution(0) == 1
}

func headerText(n *xhtml.Node) bool {
	text := HTMLToText(outer(n))
	t := trimmer{lines: strings.Split(text, "\n")}
	for i, l := range t.lines {
		if strings.TrimSpace(l) != "" {
			return t.headerBlock(i)
		}
	}
	return false
}

// freshAfter tells that text follows n beside it.
func (h *htmlTrimmer) freshAfter(n *xhtml.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.DataAtom != atom.Blockquote && visible(plainOf(s)) {
			return true
		}
	}
	return false
}

func hasBlockquoteAfter(n *xhtml.Node) bool {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.DataAtom == atom.Blockquote {
			return true
		}
	}
	return false
}

func previousText(n *xhtml.Node) string {
	for p := n; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		for s := p.PrevSibling; s != nil; s = s.PrevSibling {
			if text := strings.TrimSpace(plainOf(s)); text != "" {
				return text
			}
		}
	}
	return ""
}

// attributionBefore takes the "On … wrote:" that stands before a quotation.
func (h *htmlTrimmer) attributionBefore(n *xhtml.Node) {
	for s := n.PrevSibling; s != nil; {
		prev := s.PrevSibling
		text := strings.TrimSpace(plainOf(s))
		if text == "" && s.DataAtom != atom.Img && find(s, atom.Img) == nil {
			s = prev
			continue
		}
		lines := strings.Split(strings.TrimSpace(HTMLToText(outer(s))), "\n")
		switch {
		case wholeAttribution(lines):
			h.take(s)
		case isAttributionText(lines[len(lines)-1]):
			h.takeLastLine(s)
		}
		return
	}
}

// wholeAttribution tells that the lines are one attribution and nothing else.
func wholeAttribution(lines []string) bool {
	t := trimmer{lines: append(append([]string{}, lines...), "> x"), old: make([]bool, len(lines)+1), tail: len(lines) + 1}
	return t.attribution(0) == len(lines)
}

// takeLastLine takes what stands behind the last <br> of n.
func (h *htmlTrimmer) takeLastLine(n *xhtml.Node) {
	var last []*xhtml.Node
	for c := n.LastChild; c != nil && c.DataAtom != atom.Br; c = c.PrevSibling {
		last = append(last, c)
	}
	if len(last) == 0 || last[len(last)-1].PrevSibling == nil {
		return
	}
	for _, l := range slices.Backward(last) {
		h.take(l)
	}
}

func (h *htmlTrimmer) take(n *xhtml.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
		h.removed = append(h.removed, n)
	}
}

// cutFrom takes n and everything behind it in the document, with a rule
// (<hr>) right before it.
func (h *htmlTrimmer) cutFrom(n *xhtml.Node) {
	h.cutDone = true
	for p := n.PrevSibling; p != nil; {
		prev := p.PrevSibling
		if p.DataAtom == atom.Hr {
			h.take(p)
			break
		}
		if visible(plainOf(p)) || find(p, atom.Img) != nil {
			break
		}
		p = prev
	}
	var behind []*xhtml.Node
	for p := n; p != nil && p.DataAtom != atom.Body; p = p.Parent {
		for s := p.NextSibling; s != nil; s = s.NextSibling {
			behind = append(behind, s)
		}
	}
	h.take(n)
	for _, s := range behind {
		h.take(s)
	}
}

// textual finds a header block, an original-message mark or an attribution
// that only its words give away, and cuts there. Each text line's first node
// is known, so a line of the text leads back to its place.
func (h *htmlTrimmer) textual(body *xhtml.Node) {
	var lines []string
	var starts []*xhtml.Node
	open := false
	var walk func(n *xhtml.Node)
	walk = func(n *xhtml.Node) {
		if n.Type == xhtml.TextNode {
			text := strings.Join(strings.Fields(n.Data), " ")
			if text == "" {
				return
			}
			if !open {
				lines, starts = append(lines, ""), append(starts, n)
				open = true
			}
			lines[len(lines)-1] = strings.TrimSpace(lines[len(lines)-1] + " " + text)
			return
		}
		if n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Title {
			return
		}
		breaks := n.Type == xhtml.ElementNode && breaksLine[n.DataAtom]
		if breaks {
			open = false
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		if breaks {
			open = false
		}
	}
	walk(body)
	t := trimmer{lines: lines, old: make([]bool, len(lines)), tail: len(lines)}
	for i, line := range lines {
		hit := historyMark(line) || t.headerBlock(i)
		if !hit && i > 0 {
			n := t.attribution(i)
			hit = n > 0
		}
		if hit {
			if i == 0 {
				return
			}
			h.cutAt(starts[i], body)
			return
		}
	}
}

var breaksLine = map[atom.Atom]bool{
	atom.Br: true, atom.P: true, atom.Div: true, atom.Tr: true, atom.Table: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Hr: true, atom.Blockquote: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.Pre: true, atom.Section: true, atom.Body: true, atom.B: false,
}

// cutAt widens n to the biggest element that starts with it, then cuts.
func (h *htmlTrimmer) cutAt(n, body *xhtml.Node) {
	for n.Parent != nil && n.Parent != body && firstVisible(n) {
		n = n.Parent
	}
	h.cutFrom(n)
}

// firstVisible tells that nothing visible precedes n in its parent.
func firstVisible(n *xhtml.Node) bool {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if visible(plainOf(s)) || s.DataAtom == atom.Img || find(s, atom.Img) != nil {
			return false
		}
	}
	return true
}
