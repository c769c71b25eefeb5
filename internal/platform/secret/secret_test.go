package secret_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"heed/internal/kernel/fault"
	"heed/internal/platform/secret"
)

func load(t *testing.T, path string) *secret.Box {
	t.Helper()
	b, err := secret.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsSealedOpensAgainAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data", "secret.key")
	for _, plain := range []string{"", "pa55 wörd 密码", strings.Repeat("x", 1<<16)} {
		sealed := load(t, path).Seal(plain, "mailbox/7/password")
		if plain != "" && strings.Contains(sealed, plain) {
			t.Fatalf("%q is readable in %q", plain, sealed)
		}
		got, err := load(t, path).Open(sealed, "mailbox/7/password")
		if err != nil || got != plain {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestTheKeyFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	load(t, path)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(files) != 1 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

func TestTheSameSecretNeverLooksTheSame(t *testing.T) {
	t.Parallel()
	b := load(t, filepath.Join(t.TempDir(), "secret.key"))
	if one, two := b.Seal("x", "c"), b.Seal("x", "c"); one == two {
		t.Error("two seals are equal")
	}
}

func TestWhatCannotBeOpenedSaysWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := load(t, filepath.Join(dir, "a"))
	other := load(t, filepath.Join(dir, "b"))
	sealed := b.Seal("hush", "here")
	tests := []struct{ name, sealed, context, key string }{
		{"another context", sealed, "there", "secret.unreadable"},
		{"another key file", other.Seal("hush", "here"), "here", "secret.key_missing"},
		{"damaged", sealed[:len(sealed)-3] + "AAA", "here", "secret.unreadable"},
		{"cut", sealed[:len(sealed)/2], "here", "secret.unreadable"},
		{"of another scheme", "x0" + sealed[2:], "here", "secret.unreadable"},
		{"plain text", "hush", "here", "secret.unreadable"},
		{"empty", "", "here", "secret.unreadable"},
		{"without a body", sealed[:strings.LastIndex(sealed, ":")+1], "here", "secret.unreadable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := b.Open(tt.sealed, tt.context)
			if got != "" || fault.KeyOf(err) != tt.key {
				t.Errorf("got %q, %v, want %s", got, err, tt.key)
			}
		})
	}
}

func TestKeysAreChangedWithoutLosingWhatOldKeysSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	before := load(t, path)
	sealed := before.Seal("hush", "c")
	if before.Stale(sealed) {
		t.Error("stale at once")
	}
	if err := secret.Rotate(path); err != nil {
		t.Fatal(err)
	}
	after := load(t, path)
	if got, err := after.Open(sealed, "c"); err != nil || got != "hush" {
		t.Errorf("got %q, %v", got, err)
	}
	if !after.Stale(sealed) || after.Stale(after.Seal("hush", "c")) {
		t.Error("only what the old key sealed is stale")
	}
	if _, err := before.Open(after.Seal("hush", "c"), "c"); fault.KeyOf(err) != "secret.key_missing" {
		t.Errorf("got %v", err)
	}
}

func TestADamagedKeyFileIsNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	load(t, path)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	line := string(good[strings.IndexByte(string(good), '\n')+1:])
	for name, content := range map[string]string{
		"holds no key": "# nothing\n",
		"is damaged":   "k1 dG9vIHNob3J0\n",
		"two keys":     line + line,
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := secret.Load(path)
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), path) {
			t.Errorf("want %q, got %v", name, err)
		}
		if err := secret.Rotate(path); err == nil {
			t.Errorf("%s: rotated", name)
		}
	}
	if _, err := secret.Load(filepath.Join(path, "below-a-file")); err == nil {
		t.Error("no error where no file can be")
	}
}

func TestTwoStartsAtOnceAgreeOnOneKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret.key")
	boxes := make([]*secret.Box, 8)
	var wg sync.WaitGroup
	for i := range boxes {
		wg.Go(func() { boxes[i], _ = secret.Load(path) })
	}
	wg.Wait()
	for _, b := range boxes {
		if b == nil {
			t.Fatal("a box is missing")
		}
		if _, err := b.Open(boxes[0].Seal("x", "c"), "c"); err != nil {
			t.Error(err)
		}
	}
}
