// Package customer keeps whom the firm serves: persons and organizations, how
// they are reached, and who belongs to whom.
//
// It owns the tables customer, customer_identity (addresses and numbers),
// customer_affiliation (a person's organizations) and customer_token (what
// finds a name). It does not own what customers ask for (work/ticket), nor
// figures about them (insight).
//
// Invariants:
//   - addresses and numbers are kept in the one form of people/identity, so
//     that any writing finds them; the first of each is the main one;
//   - a person may belong to several organizations, an organization to none;
//   - people_count of an organization is the number of its affiliations;
//   - customer_token holds the tokens of the present name and addresses.
//
// Two customers may share an address (a family, a front desk), but only when
// somebody has said so: otherwise it is the fault "customer.duplicate_email".
package customer
