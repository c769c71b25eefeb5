// Package id makes tokens that nobody can guess. Rows inside are numbered with
// int64; a token is used only where an address leaves the house.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"strings"
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// Token returns 128 random bits as 26 lower-case letters and digits.
func Token() string { return random(16) }

// Secret returns 256 random bits as 52 lower-case letters and digits.
func Secret() string { return random(32) }

func random(n int) string {
	b := make([]byte, n)
	// crypto/rand.Read never fails: it ends the program if the system has no randomness.
	_, _ = rand.Read(b)
	return strings.ToLower(encoding.EncodeToString(b))
}
