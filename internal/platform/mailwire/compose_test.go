package mailwire

import (
	"bytes"
	"errors"
	"io"
	mimepart "mime/multipart"
	"net/mail"
	"strings"
	"testing"
	"time"
)

func full() Outgoing {
	return Outgoing{
		MessageID: "m1@heed.example", InReplyTo: "q2@x.example", References: []string{"q1@x.example", "q2@x.example"},
		From:    Address{"售后服务（压缩机）", "support@heed.example"},
		ReplyTo: []Address{{"", "support+t7@heed.example"}},
		To:      []Address{{"王建国", "wang@customer.example"}, {"O'Brien, Pat", "pat@customer.example"}},
		Cc:      []Address{{"Plain Name", "cc@customer.example"}},
		Subject: "回复：关于空压机启动后报警、需要尽快派人上门维修并更换配件的问题（第二次）🙂",
		Date:    time.Date(2026, 3, 2, 9, 30, 0, 0, time.FixedZone("", 8*3600)),
		Text:    "您好：\n\n配件明天寄出。\n.\nFrom here\n" + strings.Repeat("很长的一行", 400),
		HTML:    "<p>您好：配件明天寄出。</p><img src=\"cid:logo@heed\">",
		Parts: []Part{
			{Name: "logo.png", ContentType: "image/png", ContentID: "logo@heed", Inline: true, Data: []byte("\x89PNG")},
			{Name: "空压机 维修报价单（2026年第一季度，含配件与上门服务费用明细）.pdf", ContentType: "application/pdf", Data: bytes.Repeat([]byte{0, 1, 2}, 1000)},
			{Name: "mail.eml", ContentType: "message/rfc822", Data: []byte("Subject: x\r\n\r\nåß")},
		},
	}
}

func TestComposeIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	o := full()
	raw, err := Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Compose(o)
	if err != nil || !bytes.Equal(raw, again) {
		t.Error("the same mail is written in two ways")
	}
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 || len(line) > 78 && !strings.HasPrefix(line, "Message-ID") {
			t.Errorf("line of %d characters: %s", len(line), line)
		}
		if !ascii([]byte(line)) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("not plain: %q", line)
		}
	}
	m, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != o.Subject || m.From[0] != o.From || m.To[0] != o.To[0] || m.To[1] != o.To[1] || m.Cc[0] != o.Cc[0] || m.ReplyTo[0] != o.ReplyTo[0] {
		t.Errorf("header %+v", m)
	}
	if m.MessageID != o.MessageID || strings.Join(m.References, " ") != "q1@x.example q2@x.example" || m.InReplyTo[0] != "q2@x.example" || !m.Date.Equal(o.Date) {
		t.Errorf("thread %+v", m)
	}
	if strings.TrimSpace(m.Text) != strings.TrimSpace(o.Text) || !strings.Contains(m.HTML, o.HTML) {
		t.Errorf("text %q\nhtml %q", m.Text, m.HTML)
	}
	if len(m.Attachments) != 3 || m.Attachments[0].ContentID != "logo@heed" || !m.Attachments[0].Inline || m.Attachments[1].Name != o.Parts[1].Name || !bytes.Equal(m.Attachments[1].Data, o.Parts[1].Data) || !bytes.Equal(m.Attachments[2].Data, o.Parts[2].Data) {
		t.Errorf("parts %+v", m.Attachments)
	}
}

// TestComposeIsReadByTheStandardLibrary asks a stricter reader.
func TestComposeIsReadByTheStandardLibrary(t *testing.T) {
	t.Parallel()
	raw, err := Compose(full())
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if list, err := m.Header.AddressList("To"); err != nil || len(list) != 2 || list[0].Name != "王建国" {
		t.Errorf("%v %v", list, err)
	}
	ctype, params := parseMediaType(m.Header.Get("Content-Type"))
	if ctype != "multipart/mixed" {
		t.Fatal(ctype)
	}
	parts := mimepart.NewReader(m.Body, params["boundary"])
	n := 0
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 && !strings.HasPrefix(p.FileName(), "空压机") {
			t.Errorf("file name %q", p.FileName())
		}
	}
	if n != 3 {
		t.Errorf("%d parts", n)
	}
}

func TestComposeLetsNothingIntoTheHeader(t *testing.T) {
	t.Parallel()
	o := full()
	evil := "x\r\nBcc: victim@x.example\r\n\r\nbody"
	o.Subject, o.From.Name, o.To[0].Name = evil, evil, "a\" <evil@x.example>\r\nBcc: b@x.example"
	o.MessageID, o.InReplyTo, o.References = "a@b>\r\nBcc: c", "d>\r\nBcc: e", []string{"f\r\nBcc: g"}
	o.Parts[1].Name, o.Parts[1].ContentType, o.Parts[0].ContentID = evil, "text/html\r\nBcc: h", "i>\r\nBcc: j"
	o.Extra = []ExtraField{{"X-Heed-Ticket", evil}}
	o.AutoSubmitted, o.ListUnsubscribe = "auto-replied", "https://heed.example/u/1"
	raw, err := Compose(o)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "\r\nBcc") || strings.Contains(string(raw), "\nBcc") {
		t.Errorf("a field was injected:\n%s", raw[:1500])
	}
	m, err := Parse(raw)
	if err != nil || m.Header.Has("Bcc") || len(m.To) != 2 || m.Header.Get("Auto-Submitted") != "auto-replied" || m.Header.Get("List-Unsubscribe-Post") == "" {
		t.Errorf("%+v %v", m.To, err)
	}
	for name, spoil := range map[string]func(*Outgoing){
		"address with a line":     func(o *Outgoing) { o.To[0].Address = "a@b.example\r\nBcc: c@d.example" },
		"two addresses":           func(o *Outgoing) { o.To[0].Address = "a@b.example, c@d.example" },
		"no author":               func(o *Outgoing) { o.From.Address = "" },
		"no id":                   func(o *Outgoing) { o.MessageID = " " },
		"no date":                 func(o *Outgoing) { o.Date = time.Time{} },
		"foreign field":           func(o *Outgoing) { o.Extra = []ExtraField{{"Bcc", "a@b.example"}} },
		"field with a line":       func(o *Outgoing) { o.Extra = []ExtraField{{"X-A\r\nBcc", "b"}} },
		"unknown automatic mark":  func(o *Outgoing) { o.AutoSubmitted = "no\r\nBcc: x" },
		"unsafe opt-out address":  func(o *Outgoing) { o.ListUnsubscribe = "javascript:x" },
		"opt-out with a line end": func(o *Outgoing) { o.ListUnsubscribe = "https://x/ \r\nBcc: y" },
	} {
		bad := full()
		spoil(&bad)
		if raw, err := Compose(bad); err == nil {
			t.Errorf("%s is accepted:\n%s", name, raw[:600])
		}
	}
}

func TestComposePlainTextIsOnePart(t *testing.T) {
	t.Parallel()
	raw, err := Compose(Outgoing{MessageID: "a@b", From: Address{"", "a@b.example"}, To: []Address{{"", "c@d.example"}}, Date: time.Unix(0, 0), Subject: "hi", Text: "hello"})
	if err != nil || bytes.Contains(raw, []byte("multipart")) || !bytes.Contains(raw, []byte("\r\n\r\nhello\r\n")) {
		t.Errorf("%s %v", raw, err)
	}
}
