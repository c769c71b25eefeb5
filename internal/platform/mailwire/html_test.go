package mailwire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
)

// danger finds in cleaned HTML what must never be there.
func danger(t testing.TB, cleaned string) string {
	t.Helper()
	z := xhtml.NewTokenizer(strings.NewReader(cleaned))
	for {
		kind := z.Next()
		if kind == xhtml.ErrorToken {
			return ""
		}
		if kind != xhtml.StartTagToken && kind != xhtml.SelfClosingTagToken {
			continue
		}
		token := z.Token()
		switch token.Data {
		case "script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea", "select", "link", "meta", "base", "svg", "math", "video", "audio", "frame", "frameset", "template", "noscript":
			return "element " + token.Data
		}
		for _, a := range token.Attr {
			value := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
			switch {
			case strings.HasPrefix(a.Key, "on"):
				return "attribute " + a.Key
			case a.Key == "srcset" || a.Key == "background" || a.Key == "action" || a.Key == "id" || a.Key == "class" || a.Key == "data-blocked-src":
				return "attribute " + a.Key
			case a.Key == "style" && regexp.MustCompile(`url\(|expression|javascript|@import|position`).MatchString(value):
				return "style " + a.Val
			case (a.Key == "href" || a.Key == "src") && regexp.MustCompile(`^(javascript|vbscript|file|data:text)`).MatchString(value):
				return a.Key + " " + a.Val
			case a.Key == "src" && !strings.HasPrefix(value, "data:image/") && !strings.HasPrefix(value, "/ours/"):
				return "src " + a.Val
			}
		}
	}
}

var hostile = []string{
	`<p onclick="x()">a</p><script>alert(1)</script><style>body{background:url(http://x/)}</style>`,
	`<img src=x onerror=alert(1)><img src="http://track.example/p.gif" width=1 height=1>`,
	`<a href="javascript:alert(1)">x</a><a href=" jAvAsCrIpT:alert(1)">x</a><a href="/admin/delete">x</a><a href="//evil.example">x</a>`,
	`<div style="background:url(http://x/y);color:red;position:fixed;width:expression(alert(1))">t</div>`,
	`<div style="color:red;background-image:u\72l(http://x)">t</div>`,
	`<form action=/x><input name=a><button>go</button></form>`,
	`<svg><script>alert(1)</script><image href="http://x/"/></svg><math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`,
	`<table background="http://x/bg.gif"><tr><td>t</td></tr></table><img srcset="http://x/a 1x" src="cid:1">`,
	`<base href="http://x/"><meta http-equiv=refresh content="0;url=http://x"><link rel=stylesheet href=http://x>`,
	`<iframe srcdoc="<script>alert(1)</script>"></iframe><object data=x></object><embed src=x>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<!--[if mso]><script>alert(1)</script><![endif]--><![CDATA[<script>x</script>]]>`,
	`<img src="data:text/html;base64,PHNjcmlwdD4=">` + `<img src="data:image/svg+xml;base64,PHN2Zz4=">`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<p id="location" class="modal" name="x">t</p>`,
	strings.Repeat("<div>", 700) + "deep",
	"<p>\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
	`<select><option><script>alert(1)</script></option></select><textarea></textarea><script>alert(1)</script>`,
}

func testOptions() CleanOptions {
	return CleanOptions{Inline: func(id string) string { return "/ours/" + id }}
}

func TestCleanLeavesNothingThatRunsOrLoads(t *testing.T) {
	t.Parallel()
	for _, h := range hostile {
		got := Clean(h, testOptions())
		if d := danger(t, got.HTML); d != "" {
			t.Errorf("%s leaves %s in %s", h, d, got.HTML)
		}
	}
}

func TestCleanDefusesTheCollectedInputs(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(sharedData(t, "html-bluemonday"), "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []struct{ In string }
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			n++
			got := Clean(c.In, testOptions())
			if d := danger(t, got.HTML); d != "" {
				t.Errorf("%s leaves %s in %s", c.In, d, got.HTML)
			}
		}
	}
	t.Logf("%d inputs", n)
}

func TestCleanKeepsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	got := Clean(`<html><head><title>t</title></head><body><h1 style="color:#ff0000;text-align:center">报价</h1>
<table border="1" cellpadding="4"><tr><td colspan="2" style="padding: 4px 8px; border: 1px solid #ccc">泵</td></tr></table>
<p>见 <a href="https://example.com/a?b=1&c=2">链接</a>, <a href="mailto:a@b.example">信</a><br><b>粗</b> <span style="font-size:14px;font-family:'微软雅黑',sans-serif">字</span></p>
<img src="cid:logo%40x" alt="标志" width="80"><img src="data:image/png;base64,iVBORw0KGgo="><img src="https://x.example/a.png" alt="远"></body></html>`,
		CleanOptions{Inline: func(id string) string { return "/ours/" + id }})
	for _, want := range []string{
		"报价", "color: #ff0000", `colspan="2"`, "padding: 4px 8px", `href="https://example.com/a?b=1&amp;c=2"`, `rel="nofollow noreferrer noopener"`, `target="_blank"`, `href="mailto:a@b.example"`,
		`src="/ours/logo@x"`, `alt="标志"`, `src="data:image/png;base64,iVBORw0KGgo="`, `alt="远"`, "font-size: 14px", "微软雅黑",
	} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("%s is missing in %s", want, got.HTML)
		}
	}
	if got.Blocked != 1 || strings.Contains(got.HTML, "x.example") || strings.Contains(got.HTML, "<title") {
		t.Errorf("blocked %d in %s", got.Blocked, got.HTML)
	}
	got = Clean(`<img src="//x.example/a.png">`, CleanOptions{Remote: func(url string) string { return "/ours/proxy?u=" + url }})
	if got.Blocked != 0 || !strings.Contains(got.HTML, `src="/ours/proxy?u=https://x.example/a.png"`) {
		t.Errorf("%+v", got)
	}
}

func TestTextAndHTMLTurnIntoEachOther(t *testing.T) {
	t.Parallel()
	html := TextToHTML("您好 <b>：\n  缩进\n\n见 https://example.com/a?b=1&c=2。或 a@b.example")
	for _, want := range []string{"<p>您好 &lt;b&gt;：<br>", "&nbsp;&nbsp;缩进</p>", `<a href="https://example.com/a?b=1&amp;c=2" rel=`, ">https://example.com/a?b=1&amp;c=2</a>。", `href="mailto:a@b.example"`} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is missing in %s", want, html)
		}
	}
	for _, c := range []struct{ in, want string }{
		{`<p>One</p><p>Two<br>three</p>`, "One\n\nTwo\nthree"},
		{`<div>a</div><div>b <b>c</b> d</div>`, "a\nb c d"},
		{`<ul><li>x<li>y</ul><ol><li>p<li>q</ol>`, "- x\n- y\n1. p\n2. q"},
		{`<a href="https://e.example/x">here</a> or <a href="https://e.example">e.example</a>`, "here <https://e.example/x> or e.example"},
		{`<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>`, "a b\nc d"},
		{`<blockquote><p>q1</p><p>q2</p></blockquote><p>n</p>`, "> q1\n>\n> q2\n\nn"},
		{`<style>x{}</style><script>y</script><title>z</title><pre>  keep
 this</pre>`, "  keep\n this"},
		{`&nbsp;中文&amp;&lt;`, " 中文&<"},
		{``, ""},
	} {
		if got := HTMLToText(c.in); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
			t.Errorf("%s is\n%q\nnot\n%q", c.in, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, h := range hostile {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, h string) {
		got := Clean(h, testOptions())
		if d := danger(t, got.HTML); d != "" {
			t.Fatalf("%s in %s", d, got.HTML)
		}
		HTMLToText(h)
		if d := danger(t, TextToHTML(h)); d != "" {
			t.Fatalf("%s in TextToHTML", d)
		}
	})
}
