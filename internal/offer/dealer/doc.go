// Package dealer keeps who sells and looks after the firm's products outside of
// the firm: dealers and service points, where they are, what they may sell, and
// from when until when.
//
// It owns the tables dealer and dealer_scope. It does not own the products
// (offer/catalog) nor what is handed to a dealer (work/referral).
//
// A dealer is current when he is active and the day lies within his dates, both
// ends included, in the firm's zone. Who is not current is never named to a
// customer, but stays for those who work here (R450).
//
// Who sells what: a dealer without products and categories sells everything;
// else what is named, and what stands on a shelf below a category that is named.
//
// The nearest are found by the city that somebody names (R298). The table of
// cities with their places, in three writings, is built in (cities.txt); a dealer
// is where his city is, unless he says more exactly. Distances are on the
// sphere (haversine), good to a few kilometres within a city, which is what the
// question "which is the nearest" needs.
package dealer
