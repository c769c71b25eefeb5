package portal

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/id"
	"heed/internal/offer/knowledge"
	"heed/internal/platform/rest"
)

type articleData struct {
	ID                  int64
	Kind                string
	Title, Summary      string
	Lang                string // of the text
	Elsewhere           string // the name of the text's language, when it is not the page's
	Answer, Body, Rules template.HTML
	Symptoms            []string
	Causes              []knowledge.Cause
	Period              string
	From, To            string
	Updated             string
	N                   int64
	Products            []crumb
	Related             []hit
	Said                string // "", "thanks" or "already"
	Action              string
}

// article shows an article, and takes what a visitor says of it.
func (s *Service) article(v visit, path string) error {
	number, rest, _ := strings.Cut(path, "-")
	number, tail, deeper := strings.Cut(number, "/")
	articleID, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fault.NotFound("not_found")
	}
	if v.post() {
		if (deeper && tail == "helpful") || strings.HasSuffix(rest, "/helpful") {
			return s.takeJudgement(v, articleID)
		}
		return fault.NotFound("not_found")
	}
	a, err := s.Knowledge.Get(v.ctx, articleID)
	if err != nil {
		return err
	}
	text, err := s.Knowledge.Published(v.ctx, articleID, v.locale)
	if err != nil {
		return err
	}
	own := articlePath(articleID, text.Title)
	if "a/"+path != own {
		http.Redirect(v.w, v.r, (&url.URL{Path: root + "/" + v.locale + "/" + own, RawQuery: v.r.URL.RawQuery}).String(), http.StatusFound)
		return nil
	}
	return s.showArticle(v, a, text, own)
}

func (s *Service) showArticle(v visit, a knowledge.Article, text knowledge.Version, own string) error {
	out := s.page(v, "home", own, text.Title)
	out.Description = text.Summary
	listed, err := s.overview(v.ctx, v.locale)
	if err != nil {
		return err
	}
	locales := []string{text.Locale}
	if l, ok := listed.article(a.ID); ok {
		locales = l.Locales
	}
	variants, err := s.variants(v.ctx, a.ID, locales)
	if err != nil {
		return err
	}
	for i := range out.Alternates {
		l := &out.Alternates[i]
		in, ok := variants[l.Locale]
		switch {
		case l.Locale == text.Locale:
			l.Path, l.URL = root+"/"+l.Locale+"/"+own, s.absolute(l.Locale, own)
		case ok:
			path := articlePath(a.ID, in.Title)
			l.Path, l.URL = root+"/"+l.Locale+"/"+path, s.absolute(l.Locale, path)
		default: // it is shown in the nearest language, which is no variant of its own
			l.Path, l.URL = root+"/"+l.Locale+"/a/"+strconv.FormatInt(a.ID, 10), ""
		}
	}
	out.Canonical = s.absolute(text.Locale, own)
	d := articleData{
		ID: a.ID, Kind: string(a.Kind), Title: text.Title, Summary: text.Summary, Lang: text.Locale, N: text.N,
		Answer: articleHTML(text.Answer), Body: articleHTML(text.Body), Rules: articleHTML(text.Rules), Symptoms: text.Symptoms, Causes: text.Causes,
		Period: text.Period(s.Clock.Now()), Said: v.r.URL.Query().Get("said"), Action: root + "/" + v.locale + "/a/" + strconv.FormatInt(a.ID, 10) + "/helpful",
	}
	if text.Locale != v.locale {
		d.Elsewhere = languageNames[text.Locale]
	}
	if text.PublishedAt != nil {
		d.Updated = date(v.locale, v.local(*text.PublishedAt))
	}
	if text.From != nil {
		d.From = date(v.locale, v.local(*text.From))
	}
	if text.To != nil { // the first moment at which it is over
		d.To = date(v.locale, v.local(text.To.Add(-1)))
	}
	if out.Catalog && len(a.ProductIDs) > 0 {
		products, err := s.products(v.ctx)
		if err != nil {
			return err
		}
		for _, id := range a.ProductIDs {
			if name := productName(products, id, v.locale); name != "" {
				d.Products = append(d.Products, crumb{name, fmt.Sprintf("products/%d", id)})
			}
		}
	}
	related, err := s.Knowledge.Related(v.ctx, a, text.Title, v.locale, relatedMost)
	if err != nil {
		return err
	}
	d.Related = hits(related)
	out.Crumbs = []crumb{{say(v.locale, "kind."+d.Kind), "search?kind=" + d.Kind}, {text.Title, ""}}
	out.Data = d
	return s.show(v, http.StatusOK, pageArticle, out)
}

// visitorCookie holds a random number, by which a visitor judges an article once
// a day.
const visitorCookie = "heed_visitor"

// visitor gives the visitor's number, a new one to who has none.
func (v visit) visitor() string {
	number := id.Token()
	if c, err := v.r.Cookie(visitorCookie); err == nil && len(c.Value) == len(number) {
		return c.Value
	}
	//nolint:gosec // Secure is set wherever the page itself came by HTTPS
	http.SetCookie(v.w, &http.Cookie{
		Name: visitorCookie, Value: number, Path: root + "/", MaxAge: 2 * 24 * 3600, HttpOnly: true, Secure: rest.Secure(v.ctx), SameSite: http.SameSiteLaxMode,
	})
	return number
}

// takeJudgement takes a yes or a no, with a word if he likes.
func (s *Service) takeJudgement(v visit, articleID int64) error {
	if _, ok := s.voices.count(rest.ClientIP(v.ctx), s.Clock.Now()); !ok {
		return fault.TooMany("portal.too_many")
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, 64<<10)
	if err := v.r.ParseForm(); err != nil {
		return fault.NotFound("not_found")
	}
	said := v.r.PostFormValue("helpful")
	if said != "yes" && said != "no" {
		return fault.NotFound("not_found")
	}
	fresh, err := s.judge(v.ctx, articleID, v.locale, v.visitor(), said == "yes", v.r.PostFormValue("word"))
	if err != nil {
		return err
	}
	state := "thanks"
	if !fresh {
		state = "already"
	}
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, root+"/"+v.locale+"/a/"+strconv.FormatInt(articleID, 10)+"?said="+state+"#helpful", http.StatusSeeOther)
	return nil
}
