package portal

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"

	"heed/internal/platform/i18n"
)

// sitemapMost is how many addresses a site map may hold (sitemaps.org).
const sitemapMost = 50_000

type siteURL struct {
	Loc     string     `xml:"loc"`
	LastMod string     `xml:"lastmod,omitempty"`
	Links   []siteLink `xml:"xhtml:link"`
}

type siteLink struct {
	Rel      string `xml:"rel,attr"`
	Hreflang string `xml:"hreflang,attr"`
	Href     string `xml:"href,attr"`
}

// sitemap lists every public page with its languages, for search engines.
func (s *Service) sitemap(v visit) error {
	set := struct {
		XMLName xml.Name  `xml:"urlset"`
		NS      string    `xml:"xmlns,attr"`
		XHTML   string    `xml:"xmlns:xhtml,attr"`
		URLs    []siteURL `xml:"url"`
	}{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	add := func(pathIn func(locale string) (string, time.Time, bool)) {
		var links []siteLink
		for _, l := range i18n.Locales() {
			if path, _, ok := pathIn(l); ok {
				links = append(links, siteLink{"alternate", l, s.absolute(l, path)})
			}
		}
		for _, l := range i18n.Locales() {
			path, at, ok := pathIn(l)
			if !ok || len(set.URLs) == sitemapMost {
				continue
			}
			u := siteURL{Loc: s.absolute(l, path), Links: links}
			if !at.IsZero() {
				u.LastMod = at.UTC().Format(time.DateOnly)
			}
			set.URLs = append(set.URLs, u)
		}
	}
	everywhere := func(path string, at time.Time) {
		add(func(string) (string, time.Time, bool) { return path, at, true })
	}
	everywhere("", time.Time{})
	everywhere("ask", time.Time{})
	if v.on(moduleDealer) {
		everywhere("dealers", time.Time{})
	}
	if v.on(moduleCatalog) {
		everywhere("products", time.Time{})
		products, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		for _, p := range products {
			everywhere(fmt.Sprintf("products/%d", p.ID), p.UpdatedAt)
		}
	}
	if v.on(moduleKnowledge) {
		if err := s.articleMap(v, add); err != nil {
			return err
		}
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	if err := xml.NewEncoder(&b).Encode(set); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	return write(v, http.StatusOK, b.Bytes(), true)
}

func (s *Service) articleMap(v visit, add func(func(locale string) (string, time.Time, bool))) error {
	lists := map[string]*overview{}
	var ids []int64
	for _, l := range i18n.Locales() {
		o, err := s.overview(v.ctx, l)
		if err != nil {
			return err
		}
		lists[l] = o
		if len(ids) == 0 {
			for _, a := range o.articles {
				ids = append(ids, a.ArticleID)
			}
		}
	}
	for _, id := range ids {
		add(func(l string) (string, time.Time, bool) {
			a, ok := lists[l].article(id)
			return articlePath(id, a.Title), a.PublishedAt, ok && a.Locale == l
		})
	}
	return nil
}

// robots tells search engines what they may read: the help centre, and nothing
// else of the program.
func (s *Service) robots(v visit) error {
	text := "User-agent: *\nDisallow: /\n"
	if v.on(Module) {
		text = "User-agent: *\nAllow: " + root + "/\nDisallow: " + root + "/confirm/\nDisallow: " + root + "/referral/\nDisallow: /\n\nSitemap: " +
			s.absoluteRoot() + "/sitemap.xml\n"
	}
	v.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return write(v, http.StatusOK, []byte(text), true)
}
