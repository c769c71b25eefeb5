// Package catalog keeps what the firm offers: products with their data sheet
// and documents, the tree of categories, and what everything costs for whom
// and when.
//
// It owns the tables product, product_category, product_token, product_document,
// price_list and price. It does not own who sells the products (offer/dealer),
// nor what customers ask about them (work/ticket).
//
// # A product's life
//
//	draft ──▶ active ──▶ discontinued
//	             ▲             │
//	             └─────────────┘
//
// A draft is for those who edit. A product that becomes active for the first
// time is launched: the event product.launched says so once, and for [NewDays]
// it is marked as new (R067). A discontinued one is not offered any more and has
// no price, but it stays with all that belongs to it (R304).
//
// # What something costs (R005, R297)
//
// Days are those of the firm's zone, both ends included. A list holds for a
// tier and a region, where empty is everybody, from one day to another; so does
// a price on it. Of the lists that hold for the customer on the day, in each
// currency, the most specific one that has a price decides:
//
//  1. a list for exactly his tier before one for every tier,
//  2. then the list whose region is nearest: "CN-31" before "CN" before none,
//  3. then the list that began last, then the one made last.
//
// Within a list, of the prices that hold on the day, the one that began last.
//
// # Documents (R239, R240)
//
// A document is of a kind and in a language. A new version supersedes the one
// before, which stays. Its audience is asked at each download: public ones are
// for everybody who has the address, all others are not.
//
// # Invariants
//
//   - codes are unique, whatever their writing;
//   - product_token holds the tokens of the present code, model and names;
//   - a price that has begun to hold is never changed or removed, only ended.
package catalog
