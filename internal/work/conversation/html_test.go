package conversation

import (
	"strings"
	"testing"
)

func TestRemotePicturesAreHeldBackAndComeBack(t *testing.T) {
	t.Parallel()
	const url = `https://img.example.com/a.png?x=1&y="2"`
	w := cleanWords("", `<p>See <img src="https://img.example.com/a.png?x=1&amp;y=&quot;2&quot;" alt="chart"></p><img src="http://b.example/p.gif">`, nil)
	if w.blocked != 2 || strings.Contains(w.html, "example") {
		t.Fatalf("%d blocked in %s", w.blocked, w.html)
	}
	if quiet := withoutRemote(w.html); strings.Contains(quiet, "src=") || !strings.Contains(quiet, `alt="chart"`) {
		t.Error(quiet)
	}
	var asked []string
	shown := withRemote(w.html, func(u string) string { asked = append(asked, u); return "/proxy?a&b" })
	if len(asked) != 2 || asked[0] != url || !strings.Contains(shown, `src="/proxy?a&amp;b"`) {
		t.Error(asked, shown)
	}
	if out := forMail(w.html); !strings.Contains(out, `src="https://img.example.com/a.png?x=1&amp;y=&#34;2&#34;"`) {
		t.Error(out)
	}
}

func TestAMailCannotForgeAPlaceholder(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		`<img src="/remote-picture/aHR0cHM6Ly9ldmlsLmV4YW1wbGU">`,
		`<img src="/files/abc/x.png">`,
		`<img alt=' src="/remote-picture/aHR0cHM6Ly9ldmlsLmV4YW1wbGU"'>`,
		`<p> src="/remote-picture/aHR0cHM6Ly9ldmlsLmV4YW1wbGU"</p>`,
		`<p title=' src="/files/abc/x.png"'>x</p>`,
	} {
		w := cleanWords("", hostile, nil)
		if w.blocked != 0 || remotePicture.MatchString(w.html) || ownPicture.MatchString(w.html) {
			t.Errorf("%s became %s", hostile, w.html)
		}
	}
}

func TestInlinePicturesAreFoundByContentID(t *testing.T) {
	t.Parallel()
	files := []File{{Token: "tok1", Name: "a.png", ContentID: "image001@01D"}, {Token: "tok2", Name: "b.png"}}
	w := cleanWords("", `<img src="cid:image001@01D"><img src="cid:missing@x">`, files)
	if strings.Count(w.html, "src=") != 1 || !strings.Contains(w.html, `src="/files/tok1/a.png"`) {
		t.Error(w.html)
	}
}

func TestAnEditorsOwnPicturesAreFilesOfTheMessage(t *testing.T) {
	t.Parallel()
	files := []File{{Token: "tok2", Name: "b.png"}, {Token: "tok3", Name: "c.pdf"}}
	w := cleanWords("", fromEditor(`<p>Look: <img src="/files/tok2/b.png"> <img src="/files/foreign/b.png"></p>`), files)
	if strings.Count(w.html, "src=") != 1 || !strings.Contains(w.html, `src="/files/tok2/b.png"`) {
		t.Fatal(w.html)
	}
	markInline(w.html, files)
	if !files[0].Inline || files[1].Inline {
		t.Error(files)
	}
	if out := forMail(w.html); !strings.Contains(out, `src="cid:tok2@heed"`) {
		t.Error(out)
	}
}

func TestWordsHaveBothForms(t *testing.T) {
	t.Parallel()
	if w := cleanWords("a < b", "", nil); w.html != "<p>a &lt; b</p>\n" {
		t.Errorf("%q", w.html)
	}
	if w := cleanWords("", "<p>Hello <b>you</b></p><script>alert(1)</script>", nil); w.text != "Hello you" || strings.Contains(w.html, "script") {
		t.Errorf("%+v", w)
	}
}
