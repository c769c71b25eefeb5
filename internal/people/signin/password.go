package signin

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"heed/internal/kernel/fault"
)

// The parameters of argon2id that OWASP's Password Storage Cheat Sheet gives
// first for small machines: 19 MiB, 2 passes, 1 lane.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonSalt    = 16 // bytes, as RFC 9106 section 3.1 recommends
	argonKey     = 32 // bytes
)

// The bounds of a password's length (NIST SP 800-63B section 3.1.1 wants at
// least 8, and at least 64 allowed).
const (
	minPassword = 10  // characters
	maxPassword = 256 // characters
)

// hasher hashes passwords, a few at a time: each takes 19 MiB, and a hundred
// people who come in at nine must not take two gigabytes.
type hasher struct {
	room chan struct{}
	// nobody is verified against when there is no such account, so that this
	// takes as long as a wrong password.
	nobody string
}

func newHasher() *hasher {
	secret := make([]byte, argonSalt+argonKey)
	_, _ = rand.Read(secret) // never fails
	return &hasher{
		room:   make(chan struct{}, min(4, max(1, runtime.GOMAXPROCS(0)))),
		nobody: encode(secret[:argonSalt], secret[argonSalt:]),
	}
}

func encode(salt, key []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// enter waits for room; what it gives leaves again.
func (h *hasher) enter(ctx context.Context) (func(), error) {
	select {
	case h.room <- struct{}{}:
		return func() { <-h.room }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash gives the password in the PHC string format.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, argonSalt)
	_, _ = rand.Read(salt) // never fails
	return encode(salt, argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)), nil
}

// verify tells whether the password is the one that was hashed. An empty hash
// stands for an account that does not exist: never, after the usual time.
func (h *hasher) verify(ctx context.Context, password, hashed string) (bool, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hashed != ""
	if !known {
		hashed = h.nobody
	}
	var version int
	var memory, passes uint32
	var threads uint8
	parts := strings.Split(hashed, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, fmt.Errorf("signin: a stored password is no argon2id hash")
	}
	_, err1 := fmt.Sscanf(parts[2], "v=%d", &version)
	_, err2 := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads)
	salt, err3 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err4 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil || version != argon2.Version || len(key) == 0 {
		return false, fmt.Errorf("signin: a stored password hash cannot be read")
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, threads, uint32(len(key)))
	return subtle.ConstantTimeCompare(got, key) == 1 && known, nil
}

// checkPassword finds passwords that would be guessed first. about are words
// that an attacker knows: the name, the address, the firm.
func checkPassword(f *fault.Fields, field, password string, about ...string) {
	n := utf8.RuneCountInString(password)
	switch {
	case password == "":
		f.Add(field, "field.required")
	case n < minPassword:
		f.Add(field, "field.too_short", "min", minPassword)
	case n > maxPassword:
		f.Add(field, "field.too_long", "max", maxPassword)
	case simple(password, about):
		f.Add(field, "field.password_simple")
	}
}

// rows are where passwords are drawn from that look long and are not.
const rows = "abcdefghijklmnopqrstuvwxyz 01234567890 qwertyuiop asdfghjkl zxcvbnm qazwsxedcrfvtgbyhnujm 1qaz2wsx3edc4rfv 1q2w3e4r5t6y7u8i9o0p"

// simple tells passwords of few different characters, runs along the keyboard
// or the alphabet, and known words with little around them.
func simple(password string, about []string) bool {
	p := strings.ToLower(password)
	different := map[rune]bool{}
	for _, r := range p {
		different[r] = true
	}
	if len(different) < 5 {
		return true
	}
	left := p
	for _, word := range guessable(about) {
		left = strings.ReplaceAll(left, word, "")
	}
	return utf8.RuneCountInString(withoutRuns(left)) < 5
}

// guessable gives the words that count for nothing in a password, the longest
// first: those that everybody uses, and what is known of the person, whole
// and in pieces.
func guessable(about []string) []string {
	words := []string{
		"password", "passw0rd", "p@ssw0rd", "p@ssword", "welcome", "letmein", "iloveyou", "admin", "woaini", "mima", "heed",
	}
	for _, a := range about {
		a = strings.ToLower(strings.TrimSpace(a))
		local, _, _ := strings.Cut(a, "@")
		words = append(words, a, local, strings.ReplaceAll(a, " ", ""))
		words = append(words, strings.FieldsFunc(a, func(r rune) bool { return strings.ContainsRune(" @._-+", r) })...)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 3 })
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// withoutRuns shortens what follows a row, forwards or backwards, for four
// characters or more, and repetitions, to one character.
func withoutRuns(s string) string {
	both := rows + " " + mirrored(rows)
	in := []rune(s)
	var out []rune
	for i := 0; i < len(in); {
		end := i + 1
		for end < len(in) && (strings.Contains(both, string(in[i:end+1])) || in[end] == in[end-1] && end-i < 2) {
			end++
		}
		out = append(out, in[i])
		if end-i < 4 && in[min(end, len(in))-1] != in[i] {
			out = append(out, in[i+1:end]...)
		}
		i = end
	}
	return string(out)
}

func mirrored(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}
