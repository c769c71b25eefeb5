package mailwire

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// roughText takes the tags off HTML that the parser refuses (nested beyond
// its limit).
func roughText(source string) string {
	var out strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(source))
	skip := ""
	for {
		switch z.Next() {
		case xhtml.ErrorToken:
			return strings.TrimSpace(out.String())
		case xhtml.StartTagToken:
			name, _ := z.TagName()
			if n := string(name); n == "script" || n == "style" || n == "title" {
				skip = n
			} else if n == "p" || n == "div" || n == "tr" || n == "br" || n == "li" {
				out.WriteByte('\n')
			}
		case xhtml.EndTagToken:
			if name, _ := z.TagName(); string(name) == skip {
				skip = ""
			}
		case xhtml.TextToken:
			if skip == "" {
				out.Write(z.Text())
			}
		}
	}
}

var (
	linkInText = regexp.MustCompile(`https?://[^\s<>"'（）【】「」，。；、]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+`)
	manyBlank  = regexp.MustCompile(`\n{3,}`)
)

// TextToHTML gives plain text as HTML: paragraphs, line breaks, kept
// indentation, and links that can be followed. The result is safe.
func TextToHTML(text string) string {
	text = strings.Trim(clean(text), "\n")
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var out strings.Builder
	for para := range strings.SplitSeq(manyBlank.ReplaceAllString(text, "\n\n"), "\n\n") {
		out.WriteString("<p>")
		for i, line := range strings.Split(para, "\n") {
			if i > 0 {
				out.WriteString("<br>\n")
			}
			out.WriteString(lineToHTML(line))
		}
		out.WriteString("</p>\n")
	}
	return out.String()
}

func lineToHTML(line string) string {
	var out strings.Builder
	bare := strings.TrimLeft(line, " \t")
	for _, c := range line[:len(line)-len(bare)] {
		if c == '\t' {
			out.WriteString("&nbsp;&nbsp;&nbsp;")
		}
		out.WriteString("&nbsp;")
	}
	at := 0
	for _, m := range linkInText.FindAllStringIndex(bare, -1) {
		link := strings.TrimRight(bare[m[0]:m[1]], ".,;:!?)]}")
		href := link
		if !strings.HasPrefix(link, "http") {
			href = "mailto:" + link
		}
		out.WriteString(escapeSpaces(bare[at:m[0]]))
		out.WriteString(`<a href="` + html.EscapeString(href) + `" rel="noopener noreferrer nofollow" target="_blank">` + html.EscapeString(link) + `</a>`)
		at = m[0] + len(link)
	}
	out.WriteString(escapeSpaces(bare[at:]))
	return out.String()
}

func escapeSpaces(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "  ", "&nbsp; ")
}

// HTMLToText gives HTML as readable plain text: for the plain alternative of
// an outgoing mail, for search and for previews.
func HTMLToText(source string) string {
	root, err := xhtml.Parse(strings.NewReader(clean(source)))
	if err != nil {
		return roughText(source)
	}
	w := textWriter{}
	w.node(root)
	return w.String()
}

// textWriter writes text with line breaks where a browser breaks lines.
type textWriter struct {
	out    strings.Builder
	prefix string // before each line: quotation marks
	breaks int    // line ends wanted before the next text
	space  bool   // a space is wanted before the next text
	pre    int
	lists  []int // counters of open lists, -1 for bullets
	wrote  bool
}

func (w *textWriter) String() string {
	return strings.TrimRight(w.out.String(), " \n")
}

func (w *textWriter) breakLine(n int) {
	w.breaks = max(w.breaks, n)
	w.space = false
}

func (w *textWriter) text(s string) {
	if w.pre > 0 {
		for i, line := range strings.Split(s, "\n") {
			if i > 0 {
				w.breaks = max(w.breaks, 0) + 1
			}
			if line != "" {
				w.emit(line)
			}
		}
		return
	}
	for i, f := range strings.FieldsFunc(s, collapsible) {
		if i > 0 || s != "" && collapsible(rune(s[0])) {
			w.space = true
		}
		w.emit(strings.ReplaceAll(f, "\u00a0", " "))
	}
	if s != "" && collapsible(rune(s[len(s)-1])) {
		w.space = true
	}
}

func collapsible(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' }

func (w *textWriter) emit(s string) {
	switch {
	case !w.wrote:
		w.out.WriteString(w.prefix)
	case w.breaks > 0:
		ends := min(w.breaks, 3)
		for i := range ends {
			w.out.WriteByte('\n')
			if i+1 == ends {
				w.out.WriteString(w.prefix)
			} else {
				w.out.WriteString(strings.TrimRight(w.prefix, " "))
			}
		}
	case w.space:
		w.out.WriteByte(' ')
	}
	w.breaks, w.space, w.wrote = 0, false, true
	w.out.WriteString(s)
}

func (w *textWriter) children(n *xhtml.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *textWriter) node(n *xhtml.Node) {
	switch n.Type {
	case xhtml.TextNode:
		w.text(n.Data)
		return
	case xhtml.DocumentNode:
		w.children(n)
		return
	case xhtml.ElementNode:
	default:
		return
	}
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Head, atom.Title, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Svg, atom.Select:
	case atom.Br:
		w.breaks++
		w.space = false
	case atom.Hr:
		w.breakLine(1)
		w.emit("----")
		w.breakLine(1)
	case atom.Img:
		if alt := strings.TrimSpace(attr(n, "alt")); alt != "" && len(alt) < 200 {
			w.emit("[" + alt + "]")
		}
	case atom.A:
		w.link(n)
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Dl, atom.Figure:
		w.block(n, 2)
	case atom.Pre:
		w.breakLine(2)
		w.pre++
		w.children(n)
		w.pre--
		w.breakLine(2)
	case atom.Blockquote:
		w.breakLine(2)
		before := w.prefix
		if w.breaks > 0 && w.wrote {
			w.emitBreaks()
		}
		w.prefix += "> "
		w.pendingPrefix()
		w.children(n)
		w.prefix = before
		w.breakLine(2)
	case atom.Ul, atom.Ol:
		counter := -1
		if n.DataAtom == atom.Ol {
			counter = 0
		}
		w.lists = append(w.lists, counter)
		w.block(n, 1)
		w.lists = w.lists[:len(w.lists)-1]
	case atom.Li:
		w.listItem(n)
	case atom.Td, atom.Th:
		w.children(n)
		if nextElement(n) != nil {
			w.space = true
		}
	case atom.Table, atom.Tr, atom.Div, atom.Dt, atom.Dd, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Aside, atom.Main, atom.Address, atom.Center, atom.Caption, atom.Fieldset, atom.Form, atom.Body:
		w.block(n, 1)
	default:
		w.children(n)
	}
}

// emitBreaks ends the lines before a quotation with the outer prefix.
func (w *textWriter) emitBreaks() {
	for range min(w.breaks, 2) - 1 {
		w.out.WriteByte('\n')
		w.out.WriteString(strings.TrimRight(w.prefix, " "))
	}
	w.breaks = 1
}

// pendingPrefix makes the first line of a mail that starts with a quotation
// carry its mark.
func (w *textWriter) pendingPrefix() {
	if w.wrote && w.breaks == 0 {
		w.breaks = 1
	}
}

func (w *textWriter) block(n *xhtml.Node, lines int) {
	w.breakLine(lines)
	w.children(n)
	w.breakLine(lines)
}

func (w *textWriter) listItem(n *xhtml.Node) {
	w.breakLine(1)
	mark := "- "
	if k := len(w.lists) - 1; k >= 0 && w.lists[k] >= 0 {
		w.lists[k]++
		mark = strconv.Itoa(w.lists[k]) + ". "
	}
	w.emit(strings.Repeat("  ", max(0, len(w.lists)-1)) + strings.TrimRight(mark, " "))
	w.space = true
	w.children(n)
	w.breakLine(1)
}

// link writes "text <url>" unless the text is the URL.
func (w *textWriter) link(n *xhtml.Node) {
	href := strings.TrimSpace(attr(n, "href"))
	text := strings.TrimSpace(plainOf(n))
	w.children(n)
	if !outwardLink(href) || text == "" {
		return
	}
	bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(href, "https://"), "http://"), "mailto:"), "/")
	if strings.Contains(text, bare) || strings.EqualFold(strings.TrimSuffix(strings.TrimPrefix(text, "www."), "/"), strings.TrimPrefix(bare, "www.")) || strings.HasPrefix(href, "tel:") {
		return
	}
	w.space = true
	w.emit("<" + href + ">")
}

func plainOf(n *xhtml.Node) string {
	if n.Type == xhtml.TextNode {
		return n.Data
	}
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == xhtml.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}

func nextElement(n *xhtml.Node) *xhtml.Node {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == xhtml.ElementNode {
			return s
		}
	}
	return nil
}

func attr(n *xhtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// visible tells whether s has anything a person sees.
func visible(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && r != '\u200b' && r != '\ufeff' && r != '\u00a0' && r != '\u034f' {
			return true
		}
	}
	return false
}
