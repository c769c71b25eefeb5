package portal

import (
	"context"
	"slices"
	"sync"
	"time"

	"heed/internal/kernel/page"
	"heed/internal/offer/catalog"
	"heed/internal/offer/knowledge"
)

// How old a list may be. Up to shelfLife it is believed; up to shelfMost it is
// still shown while a new one is being made. Whether a single article may be read
// is asked anew each time.
const (
	shelfLife = 10 * time.Second
	shelfMost = 40 * time.Second
)

// overview is what there is to read, in a language.
type overview struct {
	until    time.Time
	articles []knowledge.PublicArticle
	byID     map[int64]int // place in articles
	kinds    map[knowledge.Kind]int
	products map[int64]int // how many articles are about a product
}

// article gives an article as it is listed, false when it is not.
func (o *overview) article(id int64) (knowledge.PublicArticle, bool) {
	i, ok := o.byID[id]
	if !ok {
		return knowledge.PublicArticle{}, false
	}
	return o.articles[i], true
}

// shelf keeps the overviews of all languages for a short time: counting through
// thousands of articles takes longer than a page may.
type shelf struct {
	mu       sync.Mutex
	kept     map[string]*overview
	making   map[string]bool
	products []catalog.Product
	until    time.Time
}

// overview gives what there is to read. A list that is a little old is made anew
// beside the page, so that nobody waits for it.
func (s *Service) overview(ctx context.Context, locale string) (*overview, error) {
	now, h := s.Clock.Now(), &s.shelf
	h.mu.Lock()
	kept := h.kept[locale]
	if kept != nil && now.Before(kept.until) {
		h.mu.Unlock()
		return kept, nil
	}
	busy := h.making[locale]
	if h.kept == nil {
		h.kept, h.making = map[string]*overview{}, map[string]bool{}
	}
	h.making[locale] = true
	h.mu.Unlock()
	if kept == nil || !now.Before(kept.until.Add(shelfMost-shelfLife)) {
		return s.restock(ctx, locale)
	}
	if !busy {
		go func() {
			if _, err := s.restock(context.WithoutCancel(ctx), locale); err != nil {
				s.Log.Warn("the list of public articles could not be made anew", "err", err)
			}
		}()
	}
	return kept, nil
}

// restock looks through all articles and keeps what it has found.
func (s *Service) restock(ctx context.Context, locale string) (*overview, error) {
	now, h := s.Clock.Now(), &s.shelf
	made, err := s.lookThrough(ctx, locale)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.making[locale] = false
	if err != nil {
		return nil, err
	}
	made.until = now.Add(shelfLife)
	h.kept[locale] = made
	return made, nil
}

func (s *Service) lookThrough(ctx context.Context, locale string) (*overview, error) {
	o := &overview{byID: map[int64]int{}, kinds: map[knowledge.Kind]int{}, products: map[int64]int{}}
	for r := (page.Request{Limit: page.MaxLimit}); ; {
		some, err := s.Knowledge.PublicList(ctx, knowledge.Query{Locale: locale}, r)
		if err != nil {
			return nil, err
		}
		for _, a := range some.Items {
			o.byID[a.ArticleID] = len(o.articles)
			o.articles = append(o.articles, a)
			o.kinds[a.Kind]++
			for _, p := range a.ProductIDs {
				o.products[p]++
			}
		}
		if r.Cursor = some.Next; r.Cursor == "" {
			return o, nil
		}
	}
}

// productsMost bounds how many products a page offers to choose from.
const productsMost = 1000

// products gives the products that are offered, by their code.
func (s *Service) products(ctx context.Context) ([]catalog.Product, error) {
	now, h := s.Clock.Now(), &s.shelf
	h.mu.Lock()
	kept, ok := h.products, now.Before(h.until)
	h.mu.Unlock()
	if ok {
		return kept, nil
	}
	var all []catalog.Product
	for r := (page.Request{Limit: page.MaxLimit}); len(all) < productsMost; {
		some, err := s.Catalog.PublicList(ctx, "", 0, r)
		if err != nil {
			return nil, err
		}
		all = append(all, some.Items...)
		if r.Cursor = some.Next; r.Cursor == "" {
			break
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.products, h.until = all, now.Add(shelfLife)
	return all, nil
}

// productName is what a reader calls one of the products, "" when it is not offered.
func productName(all []catalog.Product, id int64, locale string) string {
	i := slices.IndexFunc(all, func(p catalog.Product) bool { return p.ID == id })
	if i < 0 {
		return ""
	}
	return all[i].Name(locale)
}
