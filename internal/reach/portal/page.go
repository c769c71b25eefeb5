package portal

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"strings"
	"time"

	"heed/internal/offer/knowledge"
	"heed/internal/platform/i18n"
	"heed/internal/platform/text"
)

//go:embed pages/*.html assets/help.css
var pageFiles embed.FS

// The pages, each a file of pages/.
const (
	pageHome     = "home"
	pageSearch   = "search"
	pageArticle  = "article"
	pageProducts = "products"
	pageProduct  = "product"
	pageDealers  = "dealers"
	pageAsk      = "ask"
	pageThanks   = "thanks"
	pageConfirm  = "confirm"
	pageReferral = "referral"
	pageMessage  = "message" // says one thing: not found, too much, failed
)

// pages are the templates by language and page, and the style sheet.
type pages struct {
	of      map[string]map[string]*template.Template
	css     []byte
	cssPath string
}

func parsePages() *pages {
	css, err := pageFiles.ReadFile("assets/help.css")
	if err != nil {
		panic("portal: " + err.Error()) // a broken build
	}
	sum := sha256.Sum256(css)
	p := &pages{of: map[string]map[string]*template.Template{}, css: css, cssPath: root + "/assets/help-" + hex.EncodeToString(sum[:6]) + ".css"}
	for _, locale := range i18n.Locales() {
		p.of[locale] = map[string]*template.Template{}
		funcs := template.FuncMap{
			"t":    func(key string, pairs ...any) string { return say(locale, key, pairs...) },
			"icon": icon, "parts": parts, "size": i18n.Size, "add": func(a, b int) int { return a + b },
			"date": func(t time.Time) string { return date(locale, t) },
			"time": func(t time.Time) string { return moment(locale, t) },
		}
		for _, name := range []string{
			pageHome, pageSearch, pageArticle, pageProducts, pageProduct, pageDealers, pageAsk, pageThanks, pageConfirm, pageReferral, pageMessage,
		} {
			p.of[locale][name] = template.Must(template.New("layout.html").Funcs(funcs).ParseFS(pageFiles, "pages/layout.html", "pages/parts.html", "pages/"+name+".html"))
		}
	}
	return p
}

// root is the path below which the help centre lives.
const root = "/help"

// view is what a page is made of.
type view struct {
	Locale      string
	Firm        string
	Title       string // without the firm's name
	Description string
	Path        string // below the language, "" for the home page
	Canonical   string // address of the page in the language of its content
	Alternates  []alternate
	Crumbs      []crumb
	Section     string // the entry of the menu that the page belongs to
	Query       string // what is typed into the search box
	Private     bool   // neither kept by caches nor found by search engines
	CSS         string

	Knowledge, Catalog, Dealers bool

	Phone, PhoneLink, Hours string

	Data any
}

// alternate is the page in a language. URL is empty for a link that goes to the
// home page because the content is not there in that language.
type alternate struct {
	Locale, Name, Path, URL string
	Current                 bool
}

type crumb struct{ Name, Path string }

// At gives the path of a page in the language of the view.
func (v view) At(path string) string { return root + "/" + v.Locale + "/" + path }

// languageNames are what speakers of a language call it.
var languageNames = map[string]string{i18n.English: "English", i18n.Simplified: "简体中文", i18n.Traditional: "繁體中文"}

// parts cuts a snippet where it was hit.
func parts(h knowledge.Hit) []text.Part { return text.Parts(h.Snippet, h.Ranges) }

// articlePath is where an article stands, below the language.
func articlePath(id int64, title string) string {
	if s := slug(title); s != "" {
		return fmt.Sprintf("a/%d-%s", id, s)
	}
	return fmt.Sprintf("a/%d", id)
}

// icons are drawn here (24 × 24, lines of 1.75), so that no page asks for files.
var icons = map[string]string{
	"search":   `<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`,
	"question": `<circle cx="12" cy="12" r="9"/><path d="M9.3 9.2a2.8 2.8 0 1 1 4 2.6c-.9.5-1.3 1-1.3 2M12 17v.01"/>`,
	"policy":   `<path d="M12 3 5 6v5c0 4.6 2.9 8.3 7 10 4.1-1.7 7-5.4 7-10V6z"/><path d="m9 12 2.2 2.2L15.2 10"/>`,
	"process":  `<circle cx="6" cy="6" r="2.5"/><circle cx="18" cy="18" r="2.5"/><path d="M8.500 6H15a3 3 0 0 1 0 6H9a3 3 0 0 0 0 6h6.500"/>`,
	"product":  `<path d="M12 3 4 7v10l8 4 8-4V7z"/><path d="m4 7 8 4 8-4M12 11v10"/>`,
	"fault":    `<path d="M15 4.500a4.500 4.500 0 0 0-4.200 6.200L4.500 17a2.100 2.100 0 0 0 3 3l6.300-6.300A4.500 4.500 0 0 0 19.500 8l-2.700 2.500-2.800-.700-.700-2.800L15.900 4.600z"/>`,
	"campaign": `<path d="M4 10v4h3l8 4.500v-13L7 10zM18 9.500a3.500 3.500 0 0 1 0 5"/>`,
	"pin":      `<path d="M12 21s7-6.200 7-11.500A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21z"/><circle cx="12" cy="9.500" r="2.500"/>`,
	"phone":    `<path d="M6.500 4h3l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500L16 13l4 1.500v3a2 2 0 0 1-2.200 2A15.500 15.500 0 0 1 4.500 6.200 2 2 0 0 1 6.500 4z"/>`,
	"write":    `<path d="M5 19h4L19.500 8.500a2.100 2.100 0 0 0-4-3L5 15z"/><path d="m14 7 3 3"/>`,
	"file":     `<path d="M7 3h7l5 5v12a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"/><path d="M14 3v5h5"/>`,
	"check":    `<path d="m5 12.500 4.500 4.500L19 7.500"/>`,
	"clock":    `<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.500 2"/>`,
	"right":    `<path d="m9 5 7 7-7 7"/>`,
	"globe":    `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3.500 6 3.500 9S15 18 12 21c-3-3-3.500-6-3.500-9S9 6 12 3z"/>`,
	"down":     `<path d="M12 4v11m-4.500-4.500L12 15l4.500-4.500M5 20h14"/>`,
	"mail":     `<rect x="3.500" y="5.500" width="17" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>`,
	"link":     `<path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>`,
}

func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` + icons[strings.TrimSpace(name)] + `</svg>`) //nolint:gosec // our own drawings
}
