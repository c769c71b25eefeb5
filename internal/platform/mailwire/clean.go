package mailwire

import (
	"regexp"
	"strings"
	"sync"

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
	for d := range strings.SplitSeq(style, ";") {
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
