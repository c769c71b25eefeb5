package conversation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/rest"
	"heed/internal/work/conversation"
)

// doors let in whoever gives his name as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, bearer string) (actor.Actor, error) {
	for _, a := range []actor.Actor{ann, bo, cleo} {
		if a.Name == bearer {
			return a, nil
		}
	}
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return build(t, dbtest.New(t, dbtest.SQLite, slices.Concat(migrations(), rest.Migrations())))
}

type browser struct {
	t   *testing.T
	url string
}

func newBrowser(t *testing.T, h *house) browser {
	t.Helper()
	r := rest.NewRouter(rest.Deps{DB: h.db, Auth: doors{}, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
	h.Routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return browser{t, server.URL}
}

// call makes a request as an agent and gives status, header and body.
func (b browser) call(who, method, path, contentType string, body io.Reader, header ...string) (int, http.Header, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+who)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(content)
}

func (b browser) json(who, method, path, body string, into any, header ...string) int {
	b.t.Helper()
	status, _, content := b.call(who, method, path, "application/json", strings.NewReader(body), header...)
	if into != nil {
		if err := json.Unmarshal([]byte(content), into); err != nil {
			b.t.Fatalf("%s: %v", content, err)
		}
	}
	return status
}

func (b browser) upload(who, name, content string, into any) int {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := io.WriteString(part, content); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	status, _, answer := b.call(who, http.MethodPost, "/api/v1/attachments", w.FormDataContentType(), &form)
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		b.t.Fatalf("%s: %v", answer, err)
	}
	return status
}

var sealedParam = regexp.MustCompile(`/image\?u=([^"]+)"`)

func sealedIn(t *testing.T, document string) []string {
	t.Helper()
	var out []string
	for _, m := range sealedParam.FindAllStringSubmatch(document, -1) {
		s, err := url.QueryUnescape(html.UnescapeString(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

type problem struct {
	Key    string         `json:"key"`
	Params map[string]any `json:"params"`
	Errors []struct {
		Field string `json:"field"`
		Key   string `json:"key"`
	} `json:"errors"`
}

func TestAMessageGoesThroughTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	tk := h.open(t, ann, "email", wangID, 0)
	at := "/api/v1/tickets/" + strconv.FormatInt(tk.ID, 10)
	var posted, again struct {
		Message conversation.TicketMessage `json:"message"`
		Ticket  struct {
			Status  string `json:"status"`
			Version int64  `json:"version"`
		} `json:"ticket"`
	}
	body := `{"kind":"reply","html":"<p>Hello</p>","status":"waiting_customer","attachment_ids":null}`
	if s := b.json("Ann", "POST", at+"/messages", body, &posted, "Idempotency-Key", "k1"); s != http.StatusCreated || posted.Message.State != "queued" || posted.Ticket.Status != "waiting_customer" {
		t.Fatal(s, posted)
	}
	if s := b.json("Ann", "POST", at+"/messages", body, &again, "Idempotency-Key", "k1"); s != http.StatusCreated || again.Message.ID != posted.Message.ID {
		t.Fatal(s, again)
	}
	var list struct {
		Items    []conversation.TicketMessage `json:"items"`
		Position int64                        `json:"position"`
	}
	if s := b.json("Ann", "GET", at+"/messages", "", &list); s != 200 || len(list.Items) != 1 || list.Position == 0 || list.Items[0].To[0] != wangAddress || list.Items[0].Cc == nil || list.Items[0].Files == nil {
		t.Fatal(s, list)
	}
	one := "/api/v1/messages/" + strconv.FormatInt(posted.Message.ID, 10)
	var p problem
	if s := b.json("Ann", "POST", one+"/retry", "", &p); s != http.StatusConflict || p.Key != "conversation.not_failed" {
		t.Error(s, p)
	}
	if s := b.json("Ann", "POST", at+"/messages", `{"kind":"reply","html":"x","to":["bad"]}`, &p); s != http.StatusUnprocessableEntity || p.Errors[0].Field != "to" {
		t.Error(s, p)
	}
	if s := b.json("Cleo", "GET", at+"/messages", "", &p); s != http.StatusNotFound {
		t.Error(s, p)
	}
	if s := b.json("", "GET", at+"/messages", "", &p); s != http.StatusUnauthorized {
		t.Error(s, p)
	}
	for _, state := range []conversation.State{conversation.Sending, conversation.Failed} {
		if _, err := h.SetState(system(t), posted.Message.ID, state, "fault.conversation.no_recipient", ""); err != nil {
			t.Fatal(err)
		}
	}
	var m conversation.TicketMessage
	if s := b.json("Ann", "GET", one, "", &m); s != 200 || m.State != "failed" || !strings.Contains(m.Error, "recipient") {
		t.Error(s, m)
	}
	if s := b.json("Ann", "POST", one+"/retry", "", &m); s != 200 || m.State != "queued" || m.Error != "" {
		t.Error(s, m)
	}
}

func TestDraftsAndPresenceGoThroughTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	tk := h.open(t, ann, "email", wangID, 0)
	at := "/api/v1/tickets/" + strconv.FormatInt(tk.ID, 10)
	if s := b.json("Ann", "GET", at+"/drafts/reply", "", nil); s != http.StatusNotFound {
		t.Error(s)
	}
	f := h.upload(t, ann, "a.pdf", "%PDF")
	var d conversation.MessageDraft
	body := `{"html":"<p>x</p>","to":[],"cc":[],"attachment_ids":[` + strconv.FormatInt(f.ID, 10) + `],"base_version":0}`
	if s := b.json("Ann", "PUT", at+"/drafts/reply", body, &d); s != 200 || d.Version != 1 || len(d.FileIDs) != 1 || len(d.Files) != 1 {
		t.Fatal(s, d)
	}
	var p problem
	if s := b.json("Ann", "PUT", at+"/drafts/reply", body, &p); s != http.StatusConflict || p.Key != "conversation.draft_conflict" || p.Params["version"] != float64(1) {
		t.Fatal(s, p)
	}
	if s := b.json("Ann", "GET", at+"/drafts/reply", "", &d); s != 200 || d.HTML != "<p>x</p>" {
		t.Error(s, d)
	}
	if s := b.json("Ann", "DELETE", at+"/drafts/reply", "", nil); s != http.StatusNoContent {
		t.Error(s)
	}
	if s := b.json("Ann", "PUT", at+"/presence", `{"doing":"replying"}`, nil); s != http.StatusNoContent {
		t.Error(s)
	}
	var who conversation.PresentAgents
	if s := b.json("Bo", "GET", at+"/presence", "", &who); s != 200 || len(who.Items) != 1 || who.Items[0].Doing != "replying" {
		t.Error(s, who)
	}
	if s := b.json("Ann", "DELETE", at+"/presence", "", nil); s != http.StatusNoContent {
		t.Error(s)
	}
}

func TestFilesAreServedHarmlessly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	tk := h.open(t, ann, "phone", wangID, 0)
	for name, c := range map[string]struct{ name, content, kind, disposition string }{
		"a picture is shown":                   {"图.png", png, "image/png", "inline"},
		"a page is a download of no type":      {"a.png", "<html><script>alert(1)</script>", "application/octet-stream", "attachment"},
		"an SVG is a download of no type":      {"a.svg", "<svg onload='alert(1)'/>", "application/octet-stream", "attachment"},
		"a document is a download of its type": {"a.pdf", "%PDF-1.7", "application/pdf", "attachment"},
	} {
		var f conversation.MessageFile
		if s := b.upload("Ann", c.name, c.content, &f); s != http.StatusCreated {
			t.Fatal(name, s)
		}
		if s, _, _ := b.call("Bo", "GET", f.URL, "", nil); s != http.StatusNotFound {
			t.Errorf("%s: a colleague gets an unused upload: %d", name, s)
		}
		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", FileIDs: []int64{f.ID}})
		s, header, content := b.call("Bo", "GET", f.URL, "", nil)
		if s != 200 || content != c.content || header.Get("Content-Type") != c.kind || !strings.HasPrefix(header.Get("Content-Disposition"), c.disposition+";") {
			t.Errorf("%s: %d %v", name, s, header)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(header.Get("Cache-Control"), "private") {
			t.Errorf("%s: %v", name, header)
		}
		if s, _, _ := b.call("Cleo", "GET", f.URL, "", nil); s != http.StatusNotFound {
			t.Errorf("%s: who may not read notes gets its file: %d", name, s)
		}
		if s, _, _ := b.call("", "GET", f.URL, "", nil); s != http.StatusUnauthorized {
			t.Errorf("%s: a stranger: %d", name, s)
		}
	}
}

func TestUploadsHaveALimit(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, newHouse(t))
	for _, size := range []int{fileLimit + 1, fileLimit + 200<<10} {
		var p problem
		if s := b.upload("Ann", "big", strings.Repeat("x", size), &p); s != http.StatusRequestEntityTooLarge || p.Key != "too_large" || p.Params["limit"] == nil {
			t.Error(size, s, p)
		}
	}
	var f conversation.MessageFile
	if s := b.upload("Ann", "fits", strings.Repeat("x", fileLimit), &f); s != http.StatusCreated || f.Size != fileLimit {
		t.Error(s, f)
	}
	var p problem
	if s := b.json("Ann", "POST", "/api/v1/attachments", "{}", &p); s != http.StatusUnprocessableEntity || p.Key != "conversation.no_form" {
		t.Error(s, p)
	}
	if s := b.json("Ann", "DELETE", "/api/v1/attachments/"+strconv.FormatInt(f.ID, 10), "", nil); s != http.StatusNoContent {
		t.Error(s)
	}
}

func TestDocumentsHaveTheirOwnPolicy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := newBrowser(t, h)
	tk := h.open(t, ann, "email", wangID, 0)
	m := h.receive(t, conversation.Mail{TicketID: tk.ID, HTML: "<script>alert(1)</script><p>Hi</p>", OriginalKey: h.put(t, "raw mail")})
	one := "/api/v1/messages/" + strconv.FormatInt(m.ID, 10)
	s, header, body := b.call("Ann", "GET", one+"/body?part=full&images=1", "", nil)
	policy := header.Get("Content-Security-Policy")
	if s != 200 || strings.Contains(body, "<script") || !strings.HasPrefix(body, "<!doctype html>") || header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatal(s, body)
	}
	for _, want := range []string{"default-src 'none'", "img-src 'self' data:", "frame-ancestors 'self'", "sandbox allow-same-origin allow-popups"} {
		if !strings.Contains(policy, want) {
			t.Errorf("%q lacks %q", policy, want)
		}
	}
	if strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "script-src") {
		t.Error(policy)
	}
	s, header, body = b.call("Ann", "GET", one+"/original", "", nil)
	if s != 200 || body != "raw mail" || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
		t.Error(s, header, body)
	}
	for _, path := range []string{one + "/image?u=nonsense", "/api/v1/messages/999/body", "/api/v1/messages/x/original"} {
		if s, _, _ := b.call("Ann", "GET", path, "", nil); s != http.StatusNotFound {
			t.Error(path, s)
		}
	}
}
