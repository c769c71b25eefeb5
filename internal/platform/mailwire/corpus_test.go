package mailwire

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// eachMail walks the mails of a folder of the shared data.
func eachMail(t *testing.T, dir string, fn func(path string, raw []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".eml", ".raw", ".msg", ".txt":
		default:
			return nil
		}
		if name := d.Name(); name == "SOURCE.txt" || strings.Contains(name, "_decoded") || strings.Contains(name, "_test.go") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fn(path, raw)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryCollectedMailIsReadable walks odd and broken mails: each is read,
// keeps a sender or a subject or a text, and is clean UTF-8.
func TestEveryCollectedMailIsReadable(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"mail-enmime", "mail-mikel", "mail-mime4j", "mail-python", "bounce-sisimai"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			n := 0
			eachMail(t, sharedData(t, folder), func(path string, raw []byte) {
				if strings.Contains(path, "/parts/") || strings.HasSuffix(path, "msg_18.txt") {
					return // bare parts without any content
				}
				n++
				m, err := Parse(raw)
				if err != nil {
					if len(bytes.TrimSpace(raw)) != 0 {
						t.Errorf("%s: %v", path, err)
					}
					return
				}
				if m.Subject == "" && len(m.From) == 0 && !visible(m.PlainText()) && len(m.Attachments) == 0 {
					t.Errorf("%s: nothing was read", path)
				}
				for _, s := range []string{m.Subject, m.Text, m.HTML, m.FromAddress().Name, m.FromAddress().Address} {
					if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
						t.Errorf("%s: not clean: %q", path, s)
					}
				}
				Trim(m.PlainText())
				TrimHTML(m.HTML)
				Clean(m.HTML, CleanOptions{})
				Automatic(m)
				Bounce(m)
				Fingerprint(raw)
			})
			t.Logf("%s: %d mails", folder, n)
			if n == 0 {
				t.Error("no mail found")
			}
		})
	}
}

// TestMailsAgreeWithTheConsensus compares with what several other readers
// agree upon. Addresses are compared without case. The names of attachments in
// those files belong to other mails, so they are not compared.
func TestMailsAgreeWithTheConsensus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ folder, file, root string }{
		{"mail-enmime", "mail-enmime_testdata_mail.consensus.jsonl.gz", "testdata/mail"},
		{"mail-mikel", "mail-mikel_spec_fixtures_emails.consensus.jsonl.gz", "emails"},
	} {
		t.Run(c.folder, func(t *testing.T) {
			t.Parallel()
			dir := sharedData(t, c.folder)
			good, all := 0, 0
			for _, w := range readConsensus(t, filepath.Join(dir, c.file)) {
				raw, err := os.ReadFile(filepath.Join(dir, c.root, w.File))
				if err != nil {
					t.Logf("%s is not in the folder", w.File)
					continue
				}
				m, err := Parse(raw)
				if err != nil {
					t.Errorf("%s: %v", w.File, err)
					continue
				}
				check := func(what, got, want string, applies bool) {
					if !applies {
						return
					}
					all++
					if strings.Join(strings.Fields(got), " ") == strings.Join(strings.Fields(want), " ") {
						good++
						return
					}
					t.Logf("%s: %s is %q, others read %q", w.File, what, tail(got), tail(want))
				}
				agree := " " + strings.Join(w.Agree, " ") + " "
				check("subject", m.Subject, w.Subject, strings.Contains(agree, " subject "))
				check("from", strings.ToLower(m.FromAddress().Address), strings.ToLower(NormalizeAddress(w.From)), strings.Contains(agree, " from_ "))
				if strings.Contains(agree, " date ") {
					all++
					if m.Date.Unix() == w.DateUnix {
						good++
					} else {
						t.Logf("%s: date is %d, others read %d", w.File, m.Date.Unix(), w.DateUnix)
					}
				}
				if w.Text != nil {
					check("text", m.Text, *w.Text, strings.Contains(agree, " text "))
				}
			}
			t.Logf("%s: %d of %d agree", c.folder, good, all)
			if good*100 < all*95 {
				t.Errorf("only %d of %d agree", good, all)
			}
		})
	}
}

type consensus struct {
	File     string
	Agree    []string
	Subject  string
	From     string
	DateUnix int64   `json:"date_unix"`
	Text     *string `json:"text_plain"`
}

func readConsensus(t *testing.T, path string) []consensus {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []consensus
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c consensus
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
