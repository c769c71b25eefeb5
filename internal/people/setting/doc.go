// Package setting keeps what holds for the whole firm: its name, the language
// and time zone that new agents and letters start with, and the country by
// which phone numbers without a country code are read.
//
// It owns the table setting, which has exactly one row from the first start.
// Settings of single things (mailboxes, teams) belong to those things.
//
// Invariants: the locale is one that Heed speaks, the zone is in the IANA
// database, the country is an ISO 3166-1 code in capitals or empty.
package setting
