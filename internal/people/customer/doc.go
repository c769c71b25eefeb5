// Package customer keeps whom the firm serves: persons and organizations, how
// they are reached, and who belongs to whom.
//
// It owns the tables customer, customer_identity (addresses and numbers),
// customer_affiliation (a person's organizations and what he is there),
// customer_token (what finds a name), customer_note (personal things that he
// agreed to have kept), customer_link (the supply chain) and customer_merge. It does not own what customers ask for (work/ticket), nor
// figures about them (insight).
//
// Invariants:
//   - addresses and numbers are kept in the one form of people/identity, so
//     that any writing finds them; the first of each is the main one;
//   - a person may belong to several organizations, an organization to none;
//   - people_count of an organization is the number of its affiliations;
//   - customer_token holds the tokens of the present name and addresses;
//   - a record that has become part of another keeps its name and number as a
//     signpost, and has no addresses, organizations, notes or links;
//   - customer_merge remembers what a merge has moved, and undoing moves exactly
//     that back.
//
// Two customers may share an address (a family, a front desk), but only when
// somebody has said so: otherwise it is the fault "customer.duplicate_email".
package customer
