package conversation

import (
	"encoding/base64"
	"regexp"
	"strings"

	"heed/internal/platform/mailwire"
)

// remotePath stands in stored HTML where a picture of another server was: its
// address follows in base64url. Clean lets no relative address of a mail's own
// through, so whatever begins like this was written here.
const remotePath = "/remote-picture/"

// contentHost ends the Content-IDs of our own pictures, which begin with the
// file's token.
const contentHost = "@heed"

var (
	remotePicture = regexp.MustCompile(` src="` + remotePath + `([A-Za-z0-9_-]+)"`)
	// ownPicture is a picture from our files as an editor or a stored message
	// names it, with or without the address of the server.
	ownPicture = regexp.MustCompile(`(?i) src="(?:https?://[^"/]*)?` + filesPath + `([a-z0-9]+)/[^"]*"`)
)

// words are a text in its two forms.
type words struct {
	text, html string
	blocked    int
}

// cleanWords makes stored words out of hostile ones. Either form may be missing.
func cleanWords(text, html string, files []File) words {
	w := words{text: strings.TrimSpace(text)}
	if html == "" {
		w.html = mailwire.TextToHTML(w.text)
	} else {
		c := mailwire.Clean(html, mailwire.CleanOptions{Inline: inlineOf(files), Remote: holdRemote})
		w.html = c.HTML
		w.blocked = c.Blocked + len(remotePicture.FindAllStringIndex(c.HTML, -1))
	}
	if w.text == "" {
		w.text = mailwire.HTMLToText(w.html)
	}
	w.text = cut(w.text, maxText)
	return w
}

// holdRemote gives the placeholder of a picture on another server.
func holdRemote(url string) string {
	return remotePath + base64.RawURLEncoding.EncodeToString([]byte(url))
}

// inlineOf finds the address of a file by the Content-ID that HTML names.
func inlineOf(files []File) func(string) string {
	return func(contentID string) string {
		token, own := strings.CutSuffix(contentID, contentHost)
		for _, f := range files {
			if f.ContentID != "" && f.ContentID == contentID || own && f.Token == token {
				return f.URL()
			}
		}
		return ""
	}
}

// fromEditor turns addresses of our files into Content-IDs, the form in which
// Clean asks what they stand for.
func fromEditor(html string) string {
	return ownPicture.ReplaceAllString(html, ` src="cid:${1}`+contentHost+`"`)
}

// markInline marks the files that the HTML shows in its text.
func markInline(html string, files []File) {
	shown := map[string]bool{}
	for _, m := range ownPicture.FindAllStringSubmatch(html, -1) {
		shown[m[1]] = true
	}
	for i := range files {
		files[i].Inline = shown[files[i].Token]
	}
}

// withoutRemote is stored HTML in the form in which it loads nothing from
// elsewhere.
func withoutRemote(html string) string {
	return remotePicture.ReplaceAllLiteralString(html, "")
}

// withRemote is stored HTML with each remote picture at the address that proxy
// gives for its own.
func withRemote(html string, proxy func(url string) string) string {
	return remotePicture.ReplaceAllStringFunc(html, func(src string) string {
		url := remoteURL(remotePicture.FindStringSubmatch(src)[1])
		if url == "" {
			return ""
		}
		return ` src="` + escape(proxy(url)) + `"`
	})
}

// forMail is stored HTML as it leaves the house: remote pictures at their own
// addresses, our files by Content-ID.
func forMail(html string) string {
	html = withRemote(html, func(url string) string { return url })
	return ownPicture.ReplaceAllString(html, ` src="cid:${1}`+contentHost+`"`)
}

func remoteURL(encoded string) string {
	b, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return ""
	}
	return string(b)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;")

func escape(s string) string { return escaper.Replace(s) }

// documentStyle is how a message looks in its frame: on its own light sheet,
// whatever the desk's colours, because mails are written for white paper.
const documentStyle = `:root{color-scheme:light}html{background:#fff}body{margin:0;padding:12px;color:#1b2029;` +
	`font:14px/1.6 -apple-system,"Segoe UI","PingFang SC","PingFang TC","Microsoft YaHei","Microsoft JhengHei",sans-serif;` +
	`overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}` +
	`blockquote{margin:0 0 0 2px;padding-left:12px;border-left:2px solid #d3d8e0;color:#4a5361}a{color:#0b62c4}`

// document is a complete page that holds cleaned HTML and nothing else.
func document(lang, html string) string {
	return `<!doctype html><html lang="` + escape(lang) + `"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">` +
		`<base target="_blank"><title></title><style>` + documentStyle + `</style></head><body>` + html + `</body></html>`
}

// documentPolicy is the document's Content-Security-Policy. It runs no script
// and loads pictures from here alone; allow-same-origin lets the desk, which has
// the same origin, measure the frame's height, and without scripts gives the
// mail nothing.
const documentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
