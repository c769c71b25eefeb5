package catalog

import (
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
)

const titleMost = 200

// documentsPath is where documents are served from, a path of its own below
// which no page of ours lives.
const documentsPath = "/documents/"

// DocumentKinds lists what a document can be.
func DocumentKinds() []string {
	return []string{"description", "technical", "manual", "certificate", "other"}
}

// Audience says who may read a document.
type Audience string

// The audiences, from the widest to the narrowest.
const (
	Public    Audience = "public"
	Customers Audience = "customers"
	Partners  Audience = "partners"
	Internal  Audience = "internal"
)

// Audiences lists the audiences, the widest first.
func Audiences() []Audience { return []Audience{Public, Customers, Partners, Internal} }

// admits tells whether the actor may read what is for the audience (R240). Those
// who work here read everything; a customer reads what is for customers. What is
// for partners reaches them by a person who sends it.
func (a Audience) admits(by actor.Actor) bool {
	switch {
	case a == Public, authority.Can(by, authority.CatalogView):
		return true
	case by.Kind == actor.Contact:
		return a == Customers
	}
	return false
}

// Document is one version of a document about a product.
type Document struct {
	ID           int64      `db:"id"`
	ProductID    int64      `db:"product_id"`
	SeriesID     int64      `db:"series_id"` // the first version; what has one series is one document
	N            int64      `db:"n"`         // 1, 2, …
	Kind         string     `db:"kind"`
	Locale       string     `db:"locale"` // empty: in no language in particular
	Title        string     `db:"title"`
	Audience     Audience   `db:"audience"`
	Token        string     `db:"token"` // its unguessable name in addresses
	Name         string     `db:"name"`  // of the file
	Type         string     `db:"type"`
	Size         int64      `db:"size"` // in bytes
	BlobKey      string     `db:"blob_key"`
	AddedBy      string     `db:"added_by"`
	AddedAt      time.Time  `db:"added_at"`
	SupersededAt *time.Time `db:"superseded_at"` // by a newer version, or withdrawn
}

// Current tells whether this is the version that is given out.
func (d Document) Current() bool { return d.SupersededAt == nil }

// URL is where the document is to be had.
func (d Document) URL() string { return documentsPath + d.Token + "/" + url.PathEscape(d.Name) }

// DocumentInput is what is said of a new document. Replaces, if not 0, is the
// document that this is a new version of; then kind, language, title and
// audience that are left empty stay what they were.
type DocumentInput struct {
	Kind     string
	Locale   string
	Title    string
	Audience Audience
	Replaces int64
}

// open makes a document, given the version before; that is zero for the first.
func (in DocumentInput) open(productID int64, before Document, fileName string) (Document, error) {
	d := Document{ProductID: productID, N: 1, Kind: in.Kind, Locale: in.Locale, Title: oneLine(in.Title), Audience: in.Audience}
	if before.ID != 0 {
		d.SeriesID, d.N = before.SeriesID, before.N+1
		d.Kind, d.Title = orElse(d.Kind, before.Kind), orElse(d.Title, before.Title)
		d.Locale, d.Audience = orElse(d.Locale, before.Locale), orElse(d.Audience, before.Audience)
	}
	d.Title, d.Audience = orElse(d.Title, fileName), orElse(d.Audience, Internal)
	var f fault.Fields
	if !slices.Contains(DocumentKinds(), d.Kind) {
		f.Add("kind", "field.unknown_value")
	}
	if d.Locale != "" && !setting.IsLocale(d.Locale) {
		f.Add("locale", "field.unknown_value")
	}
	if !slices.Contains(Audiences(), d.Audience) {
		f.Add("audience", "field.unknown_value")
	}
	if utf8.RuneCountInString(d.Title) > titleMost {
		f.Add("title", "field.too_long", "max", titleMost)
	}
	return d, f.Err()
}

func orElse[T comparable](a, b T) T {
	var zero T
	if a == zero {
		return b
	}
	return a
}
