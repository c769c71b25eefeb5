package secret

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"heed/internal/kernel/fault"
)

const (
	scheme  = "x1" // XChaCha20-Poly1305, first form
	keyHead = "# Keys of Heed. The last line encrypts, all decrypt. Keep a copy: without it stored secrets are lost.\n"
)

// Box seals and opens secrets. It is safe for concurrent use.
type Box struct {
	keys    map[string]cipher.AEAD
	current string
}

// Load reads the key file, and makes it with a first key if there is none. The
// error says what is wrong with the file and what to do.
func Load(path string) (*Box, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, fmt.Errorf("the key file %s cannot be made: %w", path, err)
		}
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	return parse(path, data)
}

func parse(path string, data []byte) (*Box, error) {
	b := &Box{keys: map[string]cipher.AEAD{}}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, encoded, _ := strings.Cut(line, " ")
		key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if err != nil || len(key) != chacha20poly1305.KeySize || strings.Contains(id, ":") {
			return nil, fmt.Errorf("line %d of the key file %s is damaged; put the file back from a backup", i+1, path)
		}
		if b.keys[id] != nil {
			return nil, fmt.Errorf("the key file %s has two keys called %s; put the file back from a backup", path, id)
		}
		aead, err := chacha20poly1305.NewX(key)
		if err != nil {
			return nil, err
		}
		b.keys[id], b.current = aead, id
	}
	if b.current == "" {
		return nil, fmt.Errorf("the key file %s holds no key; put it back from a backup, or remove it if no secret was ever stored", path)
	}
	return b, nil
}

// Seal encrypts plaintext for the context and returns it as text. The context
// says where the value belongs; Open must be given the same.
func (b *Box) Seal(plaintext, context string) string {
	aead := b.keys[b.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plaintext)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails (crypto/rand)
	head := scheme + ":" + b.current + ":"
	return head + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(plaintext), []byte(head+context)))
}

// Open decrypts what Seal made. The fault is "secret.key_missing" when the key
// file lacks the key, "secret.unreadable" when the value is damaged, belongs to
// another context or its key was replaced by another of the same name.
func (b *Box) Open(sealed, context string) (string, error) {
	name, id, body, ok := split(sealed)
	if !ok || name != scheme {
		return "", fault.Unavailable("secret.unreadable")
	}
	aead := b.keys[id]
	if aead == nil {
		return "", fault.Unavailable("secret.key_missing", "key", id)
	}
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", fault.Unavailable("secret.unreadable")
	}
	head := sealed[:len(sealed)-len(body)]
	plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(head+context))
	if err != nil {
		return "", fault.Wrap(err, fault.KindUnavailable, "secret.unreadable")
	}
	return string(plain), nil
}

// Stale tells that a sealed value was not sealed with the present key.
func (b *Box) Stale(sealed string) bool {
	name, id, _, ok := split(sealed)
	return !ok || name != scheme || id != b.current
}

func split(sealed string) (name, id, body string, ok bool) {
	name, rest, ok := strings.Cut(sealed, ":")
	if !ok {
		return "", "", "", false
	}
	id, body, ok = strings.Cut(rest, ":")
	return name, id, body, ok
}

// Rotate adds a new key to the file, which boxes loaded from now on seal with.
func Rotate(path string) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the key file cannot be read: %w", err)
	}
	if _, err := parse(path, old); err != nil {
		return err
	}
	temp, err := write(path, append(append(bytes.TrimRight(old, "\n"), '\n'), newLine()...))
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return syncDir(filepath.Dir(path))
}

// create makes the file without ever showing it half written, and without
// replacing one that another process has made meanwhile.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temp, err := write(path, append([]byte(keyHead), newLine()...))
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func newLine() []byte {
	var id [4]byte
	var key [chacha20poly1305.KeySize]byte
	_, _ = rand.Read(id[:])
	_, _ = rand.Read(key[:])
	return []byte(hex.EncodeToString(id[:]) + " " + base64.StdEncoding.EncodeToString(key[:]) + "\n")
}

// write puts data into a new file beside path, for its owner only.
func write(path string, data []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
