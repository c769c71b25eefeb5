package conversation_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/platform/mailwire"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

const png = "\x89PNG\r\n\x1a\nxxxxxxxxxxxxxxxx"

// put stores a blob as reach/email does before the transaction.
func (h *house) put(t *testing.T, content string) string {
	t.Helper()
	ref, err := h.blobs.Put(t.Context(), strings.NewReader(content), 0)
	if err != nil {
		t.Fatal(err)
	}
	return ref.Key
}

func TestAMailIsKeptCleanAndWhole(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		raw := h.put(t, "From: wang@example.com\r\n\r\nraw")
		m := h.receive(t, conversation.Mail{
			TicketID: tk.ID, CustomerID: wangID, AuthorName: "王芳", Subject: strings.Repeat("长", 700),
			To: []string{serviceAddress}, Cc: []string{otherAddress},
			HTML:       `<p onclick="x()">漏油了 <img src="cid:logo@x"> <img src="https://track.example.com/p.gif"></p>`,
			QuotedHTML: `<blockquote>earlier <img src="http://track.example.com/q.gif"></blockquote>`, OriginalKey: raw,
			Files: []conversation.File{
				{Name: "../logo.png", Type: "image/png", Size: 24, BlobKey: h.put(t, png), ContentID: "logo@x"},
				{Name: "", Type: "application/pdf", Size: 4, BlobKey: h.put(t, "%PDF-1")},
			},
		})
		got, err := h.Get(as(t, ann), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Text != "漏油了" || strings.Contains(got.HTML, "onclick") || strings.Contains(got.HTML, "track.example") || got.Blocked != 1 || !got.Quoted || !got.HTMLMail {
			t.Errorf("%+v", got)
		}
		if len([]rune(got.Subject)) != 500 || got.Lang != "zh" && got.Lang != "zh-CN" || got.State != conversation.Received || got.SentAt.IsZero() {
			t.Errorf("%+v", got)
		}
		if len(got.Files) != 2 || got.Files[0].Name != "logo.png" || !got.Files[0].Inline || got.Files[1].Name != "file" || got.Files[1].Inline ||
			!strings.Contains(got.HTML, got.Files[0].URL()) {
			t.Errorf("%+v", got.Files)
		}
		after, err := h.tickets.Get(as(t, ann), tk.ID)
		if err != nil || after.IncomingCount != 1 || after.LastBy != "customer" {
			t.Errorf("%+v %v", after, err)
		}
		original, err := h.OpenOriginal(as(t, ann), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer original.Close()
	})
}

func TestAMailWithoutWordsIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", 0, 0)
		m := h.receive(t, conversation.Mail{TicketID: tk.ID, Files: []conversation.File{{Name: "scan.pdf", Type: "application/pdf", Size: 4, BlobKey: h.put(t, "%PDF-2")}}})
		after, err := h.tickets.Get(as(t, ann), tk.ID)
		if err != nil || after.Preview != "scan.pdf" || m.Text != "" {
			t.Errorf("%+v %v", after, err)
		}
		if _, err := h.Receive(as(t, cleo), conversation.Mail{TicketID: tk.ID, Text: "x"}); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := h.Receive(system(t), conversation.Mail{TicketID: 999, Text: "x"}); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestDocumentsHoldThePartAskedForAndNoPictureUnasked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		m := h.receive(t, conversation.Mail{
			TicketID: tk.ID, HTML: `<p>fresh words <img alt="chart" src="https://pic.example.com/a.png"></p>`, QuotedText: "> older words",
		})
		doc := func(part conversation.Part, pictures bool) string {
			t.Helper()
			html, err := h.Document(as(t, ann), m.ID, part, pictures)
			if err != nil {
				t.Fatal(err)
			}
			return html
		}
		for part, want := range map[conversation.Part][2]bool{conversation.Full: {true, true}, conversation.Fresh: {true, false}, conversation.Quoted: {false, true}} {
			html := doc(part, false)
			if strings.Contains(html, "fresh words") != want[0] || strings.Contains(html, "older words") != want[1] || strings.Contains(html, "pic.example") || strings.Contains(html, "remote-picture") {
				t.Errorf("%s: %s", part, html)
			}
		}
		if html := doc(conversation.Full, true); !strings.Contains(html, `src="/api/v1/messages/`) || strings.Contains(html, "pic.example") {
			t.Error(html)
		}
	})
}

func TestPicturesComeThroughUsOrNotAtAll(t *testing.T) {
	t.Parallel()
	var seen []*http.Request
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		switch r.URL.Path {
		case "/a.png":
			_, _ = w.Write([]byte(png))
		case "/page":
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write([]byte("<html><script>alert(1)</script>"))
		case "/big":
			_, _ = w.Write([]byte(png + strings.Repeat("x", 9<<20)))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(far.Close)
	d := newHouse(t)
	tk := d.open(t, ann, "email", wangID, 0)
	m := d.receive(t, conversation.Mail{TicketID: tk.ID, HTML: `<img src="` + far.URL + `/a.png"><img src="` + far.URL + `/page"><img src="` + far.URL + `/big"><img src="` + far.URL + `/none"><img src="http://169.254.169.254/x.png">`})
	other := d.receive(t, conversation.Mail{TicketID: tk.ID, Text: "x"})
	html, err := d.Document(as(t, ann), m.ID, conversation.Full, true)
	if err != nil {
		t.Fatal(err)
	}
	sealed := sealedIn(t, html)
	if len(sealed) != 5 {
		t.Fatal(html)
	}
	content, kind, err := d.Picture(as(t, ann), m.ID, sealed[0])
	if err != nil || string(content) != png || kind != "image/png" {
		t.Error(kind, err)
	}
	if len(seen) != 1 || seen[0].Header.Get("Cookie") != "" || seen[0].Header.Get("Referer") != "" {
		t.Errorf("%+v", seen)
	}
	_, _, err = d.Picture(as(t, ann), m.ID, sealed[1])
	wantKey(t, err, "conversation.no_picture")
	for _, s := range sealed[2:] {
		if _, _, err = d.Picture(as(t, ann), m.ID, s); err == nil || fault.KindOf(err) == fault.KindInternal {
			t.Error(err)
		}
	}
	_, _, err = d.Picture(as(t, ann), other.ID, sealed[0])
	wantKey(t, err, "not_found")
	_, _, err = d.Picture(as(t, ann), m.ID, far.URL+"/a.png")
	wantKey(t, err, "not_found")
	_, _, err = d.Picture(as(t, cleo), m.ID, sealed[0])
	wantKey(t, err, "ticket.not_found")
}

func TestAReplyIsGivenToTheMailer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		in := h.receive(t, conversation.Mail{TicketID: tk.ID, Text: "漏油了"})
		pic, doc := h.upload(t, ann, "seal.png", png), h.upload(t, ann, "manual.pdf", "%PDF-3")
		m, _ := h.post(t, ann, conversation.Post{
			TicketID: tk.ID, Kind: conversation.Reply, Cc: []string{otherAddress, wangAddress}, FileIDs: []int64{doc.ID, pic.ID},
			HTML: `<p>See <img src="` + pic.URL() + `"></p><img src="https://logo.example.com/l.png">`,
		})
		later := h.receive(t, conversation.Mail{TicketID: tk.ID, Text: "and?"})
		out, err := h.ForMail(system(t), m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if out.Answering.ID != in.ID || later.ID < m.ID || out.Ticket.ID != tk.ID || !slices.Equal(out.Message.To, []string{wangAddress}) || !slices.Equal(out.Message.Cc, []string{otherAddress}) {
			t.Errorf("%+v", out)
		}
		if !strings.Contains(out.HTML, `src="cid:`+pic.Token+`@heed"`) || !strings.Contains(out.HTML, "https://logo.example.com/l.png") || out.Text == "" {
			t.Error(out.HTML, out.Text)
		}
		if len(out.Files) != 2 || out.Files[0].Name != "seal.png" || !out.Files[0].Inline || out.Files[0].ContentID != pic.Token+"@heed" || out.Files[1].Inline || out.Files[1].BlobKey == "" {
			t.Errorf("%+v", out.Files)
		}
		if mailwire.HTMLToText(out.HTML) == "" {
			t.Error("no words")
		}
		_, err = h.ForMail(system(t), in.ID)
		wantKey(t, err, "conversation.not_outgoing")
	})
}

func TestTheProgramWritesAsTheSystem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		m, after, err := h.Post(system(t), conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, Subject: "We have it", HTML: "<p>Your number</p>", Automatic: true})
		if err != nil || m.Author.Kind != "system" || !m.Automatic || m.Subject != "We have it" || after.Status != ticket.StatusNew {
			t.Errorf("%+v %+v %v", m, after, err)
		}
	})
}

func TestDraftsAreMineAndKnowTheirVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "email", wangID, 0)
		ctx := as(t, ann)
		_, err := h.Draft(ctx, tk.ID, conversation.Reply)
		wantKey(t, err, "not_found")
		f, foreign := h.upload(t, ann, "a.pdf", "%PDF"), h.upload(t, bo, "b.pdf", "%PDF")
		save := func(html string, base *int64, files ...int64) (conversation.Draft, error) {
			return h.SaveDraft(ctx, conversation.Draft{TicketID: tk.ID, Kind: conversation.Reply, HTML: html, To: []string{"half an addr"}}, files, base)
		}
		d, err := save("one", new(int64(0)), f.ID, foreign.ID)
		if err != nil || d.Version != 1 || len(d.Files) != 1 || d.Files[0].ID != f.ID {
			t.Fatal(d, err)
		}
		_, err = save("lost", new(int64(0)))
		wantKey(t, err, "conversation.draft_conflict")
		if d, err = save("two", new(int64(1)), f.ID); err != nil || d.Version != 2 {
			t.Fatal(d, err)
		}
		_, err = save("lost", new(int64(1)))
		wantKey(t, err, "conversation.draft_conflict")
		if d, err = save("three", nil, f.ID); err != nil || d.Version != 3 {
			t.Fatal(d, err)
		}
		got, err := h.Draft(ctx, tk.ID, conversation.Reply)
		if err != nil || got.HTML != "three" || !slices.Equal(got.To, []string{"half an addr"}) || len(got.Files) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		_, err = h.Draft(as(t, bo), tk.ID, conversation.Reply)
		wantKey(t, err, "not_found")
		_, err = h.Draft(ctx, tk.ID, conversation.Note)
		wantKey(t, err, "not_found")
		_, err = h.SaveDraft(ctx, conversation.Draft{TicketID: tk.ID, Kind: conversation.Incoming}, nil, nil)
		wantKey(t, err, "not_found")
		_, err = h.SaveDraft(as(t, cleo), conversation.Draft{TicketID: tk.ID, Kind: conversation.Note}, nil, nil)
		wantKey(t, err, "forbidden")

		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x"})
		if _, err = h.Draft(ctx, tk.ID, conversation.Reply); err != nil {
			t.Error("a note ended the draft of a reply:", err)
		}
		m, _ := h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, HTML: "x", FileIDs: []int64{f.ID}})
		_, err = h.Draft(ctx, tk.ID, conversation.Reply)
		wantKey(t, err, "not_found")
		if len(m.Files) != 1 {
			t.Errorf("%+v", m.Files)
		}
		if _, err = save("again", nil); err != nil {
			t.Fatal(err)
		}
		if err = h.DropDraft(ctx, tk.ID, conversation.Reply); err != nil {
			t.Fatal(err)
		}
		if err = h.DropDraft(ctx, tk.ID, conversation.Reply); err != nil {
			t.Error("dropping nothing:", err)
		}
	})
}

func TestUploadsAreMineUntilAMessageTakesThem(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		f := h.upload(t, ann, `C:\x\合同.pdf`, "%PDF-1.7")
		if f.Name != "合同.pdf" || f.Type != "application/pdf" || f.Size != 8 {
			t.Errorf("%+v", f)
		}
		_, _, err := h.OpenFile(as(t, bo), f.Token)
		wantKey(t, err, "not_found")
		_, _, err = h.Post(as(t, bo), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", FileIDs: []int64{f.ID}})
		wantField(t, err, "attachment_ids", "field.not_found")
		wantKey(t, h.DropUpload(as(t, bo), f.ID), "not_found")
		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Note, FileIDs: []int64{f.ID}})
		wantKey(t, h.DropUpload(as(t, ann), f.ID), "not_found")
		_, _, err = h.Post(as(t, ann), conversation.Post{TicketID: tk.ID, Kind: conversation.Note, HTML: "x", FileIDs: []int64{f.ID}})
		wantField(t, err, "attachment_ids", "field.not_found")
		_, content, err := h.OpenFile(as(t, bo), f.Token)
		if err != nil {
			t.Fatal(err)
		}
		content.Close()
		_, err = h.Upload(as(t, ann), "big", strings.NewReader(strings.Repeat("x", fileLimit+1)))
		if !fault.Is(err, fault.KindTooLarge) {
			t.Error(err)
		}
		dropped := h.upload(t, ann, "a.txt", "dropped")
		if err := h.DropUpload(as(t, ann), dropped.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = h.OpenFile(as(t, ann), dropped.Token)
		wantKey(t, err, "not_found")
	})
}

func TestUploadsThatNothingTakesGoAfterADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tk := h.open(t, ann, "phone", wangID, 0)
		loose, drafted, used := h.upload(t, ann, "a.txt", "1"), h.upload(t, ann, "b.txt", "2"), h.upload(t, ann, "c.txt", "3")
		if _, err := h.SaveDraft(as(t, ann), conversation.Draft{TicketID: tk.ID, Kind: conversation.Note, HTML: "x"}, []int64{drafted.ID}, nil); err != nil {
			t.Fatal(err)
		}
		h.post(t, ann, conversation.Post{TicketID: tk.ID, Kind: conversation.Reply, FileIDs: []int64{used.ID}})
		there := func(f conversation.File) bool {
			t.Helper()
			_, content, err := h.OpenFile(as(t, ann), f.Token)
			if err != nil {
				return false
			}
			content.Close()
			return true
		}
		sweep := func() {
			t.Helper()
			handlers, periodics := h.Jobs()
			if len(handlers) != 1 || len(periodics) != 1 || periodics[0].Kind != handlers[0].Kind {
				t.Fatal(handlers, periodics)
			}
			if err := h.Sweep(system(t)); err != nil {
				t.Fatal(err)
			}
		}
		h.clock.Advance(23 * time.Hour)
		if sweep(); !there(loose) {
			t.Error("gone before its time")
		}
		h.clock.Advance(2 * time.Hour)
		if sweep(); there(loose) || !there(drafted) || !there(used) {
			t.Error(there(loose), there(drafted), there(used))
		}
		if err := h.DropDraft(as(t, ann), tk.ID, conversation.Note); err != nil {
			t.Fatal(err)
		}
		if sweep(); there(drafted) {
			t.Error("the file of a dropped draft is kept")
		}
	})
}
