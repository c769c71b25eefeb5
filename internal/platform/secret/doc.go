// Package secret encrypts the secrets that must be stored in a form that can be
// read again: passwords of mailboxes, tokens of other systems, TOTP seeds. (What
// need only be compared, such as people's passwords, is hashed elsewhere.)
//
// A Box holds the keys of a key file. The file has one line a key, the last of
// which encrypts; the others still decrypt. Sealed values name their key, so keys
// are changed by Rotate and sealing anew whatever is Stale, without a stop.
//
// Values are sealed with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) and a
// random nonce, and bound to a context, such as "mailbox/7/password": a value
// copied into another row does not open there.
//
// Whoever loses the key file loses the secrets: it belongs into the backup, and
// apart from the backup of the database if that may be seen by others.
package secret
