// Package identity brings what people are reached by into the one form in
// which it is kept and compared: e-mail addresses in lower case, phone numbers
// as ITU-T E.164 with their extension. It is pure.
package identity
