package mailwire

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// CleanOptions say where the pictures of a mail come from.
type CleanOptions struct {
	// Inline gives the URL for a part by its Content-ID, "" if there is none.
	// Nil drops every such picture.
	Inline func(contentID string) string
	// Remote gives the URL (a proxy's) to load a remote picture from, "" to
	// block it. Nil blocks all.
	Remote func(url string) string
}

// Cleaned is HTML that is safe to put into a page.
type Cleaned struct {
	HTML string
	// Blocked counts the remote pictures that were left out.
	Blocked int
}

// Values of attributes and style declarations that cannot load or run anything.
var (
	dataImage  = regexp.MustCompile(`(?i)^data:image/(png|gif|jpe?g|webp);base64,[a-z0-9+/=\s]+$`)
	badStyle   = regexp.MustCompile(`(?i)url|expression|import|javascript|behaviou?r|binding|\\|/\*|<`)
	lengthRule = regexp.MustCompile(`^(0|auto|\d{1,4}(\.\d{1,3})?(px|pt|em|rem|ex|%|cm|mm|in)?)( (0|auto|\d{1,4}(\.\d{1,3})?(px|pt|em|rem|%)?)){0,3}$`)
	colorRule  = regexp.MustCompile(`(?i)^(#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([0-9., %]{3,40}\)|hsla?\([0-9., %deg]{3,40}\))$`)
	fontRule   = regexp.MustCompile(`^[\p{L}\p{N} ,"'._-]{1,200}$`)
	borderRule = regexp.MustCompile(`(?i)^[a-z0-9#.,()% ]{1,80}$`)
	wordRule   = regexp.MustCompile(`^[a-z-]{1,24}$`)
	weightRule = regexp.MustCompile(`^(bold|bolder|normal|lighter|[1-9]00)$`)
	sizeRule   = regexp.MustCompile(`^(xx-small|x-small|small|medium|large|x-large|xx-large|smaller|larger|\d{1,3}(\.\d{1,3})?(px|pt|em|rem|%))$`)
	decorRule  = regexp.MustCompile(`^(none|underline|line-through|overline)$`)
	spanRule   = regexp.MustCompile(`^\d{1,3}$`)
	sizeAttr   = regexp.MustCompile(`^\d{1,4}%?$`)
)

// policy is the list of what may stay; everything else is dropped. bluemonday
// is safe for concurrent use once built.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
		"dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img",
		"ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup",
		"table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr")
	p.AllowURLSchemes("http", "https", "mailto", "tel", "data")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src").OnElements("img")
	p.AllowAttrs("alt", "title").OnElements("img", "a", "abbr", "td", "th")
	p.AllowAttrs("width", "height").Matching(sizeAttr).OnElements("img", "table", "td", "th", "col", "colgroup", "hr")
	p.AllowAttrs("align", "valign").Matching(wordRule).Globally()
	p.AllowAttrs("bgcolor").Matching(colorRule).OnElements("table", "tr", "td", "th", "tbody", "thead")
	p.AllowAttrs("color").Matching(colorRule).OnElements("font")
	p.AllowAttrs("face").Matching(fontRule).OnElements("font")
	p.AllowAttrs("size").Matching(regexp.MustCompile(`^[+-]?[1-7]$`)).OnElements("font")
	p.AllowAttrs("colspan", "rowspan", "border", "cellpadding", "cellspacing").Matching(spanRule).OnElements("table", "td", "th", "col", "colgroup")
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("lang").Matching(regexp.MustCompile(`^[A-Za-z-]{2,20}$`)).Globally()
	p.AllowAttrs("start").Matching(spanRule).OnElements("ol")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^[1aAiI]$`)).OnElements("ol")
	p.AllowAttrs("type").Matching(regexp.MustCompile(`^cite$`)).OnElements("blockquote")
	for rule, names := range map[*regexp.Regexp][]string{
		lengthRule: {
			"margin", "margin-top", "margin-right", "margin-bottom", "margin-left", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
			"width", "height", "max-width", "min-width", "max-height", "line-height", "text-indent", "letter-spacing", "border-spacing", "border-radius",
		},
		colorRule:  {"color", "background-color", "border-color", "border-top-color", "border-right-color", "border-bottom-color", "border-left-color"},
		fontRule:   {"font-family"},
		weightRule: {"font-weight"},
		sizeRule:   {"font-size"},
		decorRule:  {"text-decoration", "text-decoration-line"},
		borderRule: {"border", "border-top", "border-right", "border-bottom", "border-left", "border-width", "border-style"},
		wordRule:   {"font-style", "text-align", "vertical-align", "white-space", "list-style-type", "border-collapse", "text-transform", "direction", "word-break", "overflow-wrap", "table-layout"},
	} {
		p.AllowStyles(names...).Matching(rule).Globally()
	}
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AddTargetBlankToFullyQualifiedLinks(true)
	p.SkipElementsContent("head", "textarea", "select", "svg", "math", "template", "applet", "audio", "video", "canvas", "xml")
	p.AddSpaceWhenStrippingTag(false)
	return p
})

// Clean makes the HTML of a mail harmless: no script, form, style sheet, frame
// or event handler, nothing that loads by itself from elsewhere, no link that
// tells where it was followed from.
func Clean(source string, o CleanOptions) Cleaned {
	root, err := xhtml.Parse(strings.NewReader(clean(source)))
	if err != nil {
		return Cleaned{HTML: TextToHTML(roughText(source))}
	}
	c := cleaner{options: o}
	c.walk(root)
	var out strings.Builder
	if err := xhtml.Render(&out, bodyOf(root)); err != nil {
		return Cleaned{HTML: TextToHTML(roughText(source)), Blocked: c.blocked}
	}
	return Cleaned{HTML: strings.TrimSpace(policy().Sanitize(out.String())), Blocked: c.blocked}
}

type cleaner struct {
	options CleanOptions
	blocked int
}

// walk rewrites links and pictures before the policy judges the result, which
// therefore holds whatever this code overlooks.
func (c *cleaner) walk(n *xhtml.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		if child.Type == xhtml.CommentNode || child.Type == xhtml.DoctypeNode {
			n.RemoveChild(child)
		} else {
			c.walk(child)
		}
		child = next
	}
	if n.Type != xhtml.ElementNode {
		return
	}
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		switch a.Key {
		case "src":
			if n.DataAtom != atom.Img {
				continue
			}
			if a.Val = c.picture(a.Val); a.Val == "" {
				continue
			}
		case "href":
			if n.DataAtom != atom.A || !outwardLink(a.Val) {
				continue
			}
			a.Val = strings.TrimSpace(a.Val)
		case "style":
			a.Val = safeStyle(a.Val)
		case "background", "srcset", "poster", "id", "class", "name", "action", "formaction", "data", "code", "codebase", "ping", "target", "rel":
			if (a.Key == "background" || a.Key == "srcset" || a.Key == "poster") && c.remote(a.Val) {
				c.blocked++
			}
			continue
		}
		kept = append(kept, a)
	}
	n.Attr = kept
}

// safeStyle drops the declarations that could load or run something.
func safeStyle(style string) string {
	var keep []string
	for _, d := range strings.Split(style, ";") {
		if !badStyle.MatchString(d) {
			keep = append(keep, d)
		}
	}
	return strings.Join(keep, ";")
}

// outwardLink accepts absolute links only: a relative one would point into
// the application that shows the mail.
func outwardLink(href string) bool {
	href = strings.ToLower(strings.TrimSpace(href))
	for _, scheme := range []string{"http://", "https://", "mailto:", "tel:"} {
		if strings.HasPrefix(href, scheme) && len(href) > len(scheme) {
			return true
		}
	}
	return false
}

func (c *cleaner) remote(src string) bool {
	src = strings.ToLower(strings.TrimSpace(src))
	return strings.HasPrefix(src, "http:") || strings.HasPrefix(src, "https:") || strings.HasPrefix(src, "//")
}

// picture gives the URL a picture may be loaded from, or "".
func (c *cleaner) picture(src string) string {
	src = strings.TrimSpace(src)
	switch {
	case len(src) > 4 && strings.EqualFold(src[:4], "cid:"):
		if c.options.Inline == nil {
			return ""
		}
		return c.options.Inline(strings.Trim(unpercentText(src[4:]), "<> "))
	case dataImage.MatchString(src):
		return strings.Join(strings.Fields(src), "")
	case c.remote(src):
		if c.options.Remote != nil {
			if strings.HasPrefix(src, "//") {
				src = "https:" + src
			}
			if url := c.options.Remote(src); url != "" {
				return url
			}
		}
		c.blocked++
	}
	return ""
}

func unpercentText(s string) string { return clean(string(unpercent(s))) }

// bodyOf gives a node holding what is in the body.
func bodyOf(root *xhtml.Node) *xhtml.Node {
	if b := find(root, atom.Body); b != nil {
		// The body's own tag goes; its children stay.
		frame := &xhtml.Node{Type: xhtml.DocumentNode}
		for c := b.FirstChild; c != nil; c = b.FirstChild {
			b.RemoveChild(c)
			frame.AppendChild(c)
		}
		return frame
	}
	return root
}

func find(n *xhtml.Node, a atom.Atom) *xhtml.Node {
	if n.Type == xhtml.ElementNode && n.DataAtom == a {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, a); f != nil {
			return f
		}
	}
	return nil
}

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
	for _, para := range strings.Split(manyBlank.ReplaceAllString(text, "\n\n"), "\n\n") {
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
	atBOL  bool
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
		for i := 0; i < min(w.breaks, 3); i++ {
			w.out.WriteByte('\n')
			if i+1 == min(w.breaks, 3) {
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
	for i := 0; i < min(w.breaks, 2)-1; i++ {
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
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += plainOf(c)
	}
	return s
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
