package catalog

import (
	"heed/internal/kernel/day"
	"heed/internal/kernel/event"
)

// The kinds of events. They are never renamed, only added to. Those that begin
// with "product." are about the product, with "price" about the list; DocumentSent
// is about the ticket.
const (
	EventCreated          = "product.created"
	EventChanged          = "product.changed"
	EventLaunched         = "product.launched" // offered for the first time
	EventDiscontinued     = "product.discontinued"
	EventDocumentAdded    = "product.document_added"
	EventDocumentRemoved  = "product.document_withdrawn"
	EventCategoryChanged  = "product_category.changed"
	EventPriceListChanged = "price_list.changed"
	EventPriceSet         = "price.set"
	EventPriceEnded       = "price.ended"
	EventDocumentSent     = "document.sent"
)

// Told is what the events of a product tell.
type Told struct {
	Code       string   `json:"code"`
	Model      string   `json:"model,omitempty"`
	Names      Names    `json:"names"`
	Summary    Names    `json:"summary,omitempty"`
	CategoryID int64    `json:"category_id,omitempty"`
	Since      day.Day  `json:"since,omitempty"`
	Fields     []string `json:"fields,omitempty"` // what was changed, names as in the API
}

// DocumentTold is what the events of a document tell.
type DocumentTold struct {
	DocumentID int64    `json:"document_id"`
	ProductID  int64    `json:"product_id"`
	Kind       string   `json:"kind"`
	Locale     string   `json:"locale,omitempty"`
	Title      string   `json:"title"`
	Version    int64    `json:"version"`
	Audience   Audience `json:"audience"`
	How        string   `json:"how,omitempty"` // of document.sent: mail or link
}

// PriceTold is what the events of a price tell.
type PriceTold struct {
	ProductID int64   `json:"product_id"`
	Minor     int64   `json:"minor"`
	Currency  string  `json:"currency"`
	From      day.Day `json:"from,omitempty"`
	To        day.Day `json:"to,omitempty"`
}

// ListTold is what price_list.changed tells.
type ListTold struct {
	Name string `json:"name"`
}

func (p Product) event(kind string, fields ...string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "product", ID: p.ID}, Data: Told{p.Code, p.Model, p.Names, p.Summary, p.CategoryID, p.Since, fields}}
}

func (d Document) told(how string) DocumentTold {
	return DocumentTold{d.ID, d.ProductID, d.Kind, d.Locale, d.Title, d.N, d.Audience, how}
}

func (d Document) event(kind string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "product", ID: d.ProductID}, Data: d.told("")}
}

func (p Price) event(kind, currency string) event.New {
	return event.New{Kind: kind, About: event.Ref{Kind: "price_list", ID: p.ListID}, Data: PriceTold{p.ProductID, p.Minor, currency, p.From, p.To}}
}

func categoryChanged(c Category) event.New {
	return event.New{Kind: EventCategoryChanged, About: event.Ref{Kind: "product_category", ID: c.ID}, Data: c.Names}
}

func (l List) changed() event.New {
	return event.New{Kind: EventPriceListChanged, About: event.Ref{Kind: "price_list", ID: l.ID}, Data: ListTold{l.Name}}
}
