package mailwire

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func golden(t *testing.T, name string) *Mail {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestParseReadsMailOfManyPrograms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, id, name, address, subject, text, language string
		date                                             string
	}{
		{"qq-gb2312.eml", "tencent_5E1A0B@qq.example", "王建国", "wang.jianguo@qq.example", "空压机报警 㐀-75", "空压机（型号㐀-75）启动后报警", "zh-CN", "2026-03-02T01:15:00Z"},
		{"hinet-big5.eml", "20260302.1@clinic.example", "林美玲", "lin@clinic.example", "牙科椅故障", "牙科椅的扶手壞了，附上照片。", "zh-TW", "2026-03-02T02:00:00Z"},
		{"iphone-iso2022jp.eml", "A1B2@example.jp", "山田太郎", "yamada@example.jp", "歯科用コンプレッサーの修理について", "修理の日程を教えてください。", "ja", "2026-03-03T02:00:00Z"},
		{"foxmail-raw8bit.eml", "", "李娜", "lina@dealer.example", "询价：配件报价单", "请报价以下配件，谢谢。", "zh-CN", "2026-03-04T00:00:00Z"},
		{"split-words.eml", "split@example.com", "张伟", "zhang@example.com", "空压机无法启动需要维修", "ok", "zh-CN", "2026-03-05T00:00:00Z"},
		{"no-message-id.eml", "", "", "machine@plant.example", "alarm 7", "pressure low", "en", "0001-01-01T00:00:00Z"},
		{"utf7.eml", "u7@example.jp", "日本語", "t@example.jp", "日本語", "Price 5 + tax: 日本語", "zh-CN", "2026-03-04T23:00:00Z"},
		{"naver-euckr.eml", "kr@example.kr", "홍길동", "hong@example.kr", "컴프레서 문의", "견적을 보내 주세요.", "ko", "2026-03-04T23:00:00Z"},
	} {
		t.Run(c.file, func(t *testing.T) {
			t.Parallel()
			m := golden(t, c.file)
			for what, pair := range map[string][2]string{
				"id": {m.MessageID, c.id}, "name": {m.FromAddress().Name, c.name}, "address": {m.FromAddress().Address, c.address},
				"subject": {m.Subject, c.subject}, "language": {m.Language, c.language}, "date": {m.Date.Format(time.RFC3339), c.date},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %q, not %q", what, pair[0], pair[1])
				}
			}
			if !strings.Contains(m.Text, c.text) {
				t.Errorf("text is %q", m.Text)
			}
		})
	}
}

func TestParseKeepsAttachmentsAndThreads(t *testing.T) {
	t.Parallel()
	big5 := golden(t, "hinet-big5.eml")
	if len(big5.Attachments) != 1 || big5.Attachments[0].Name != "牙科椅照片.jpg" || !bytes.HasPrefix(big5.Attachments[0].Data, []byte{0xff, 0xd8}) {
		t.Errorf("attachments %+v", big5.Attachments)
	}
	m := golden(t, "broken-multipart.eml")
	if m.From[0].Name != "O'Brien, Pat" || len(m.To) != 2 || m.To[1].Name != "Support; Team" || len(m.Cc) != 0 {
		t.Errorf("from %v to %v cc %v", m.From, m.To, m.Cc)
	}
	if got := strings.Join(m.References, " "); got != "one@example.com two@example.com" {
		t.Errorf("references %q", got)
	}
	if len(m.InReplyTo) != 1 || m.InReplyTo[0] != "two@example.com" {
		t.Errorf("in reply to %v", m.InReplyTo)
	}
	if m.Date.Hour() != 14 {
		t.Errorf("CST is not six hours behind: %v", m.Date)
	}
	if !strings.Contains(m.HTML, "请看图片") || m.Text != "" || strings.TrimSpace(m.PlainText()) != "请看图片" {
		t.Errorf("html %q text %q plain %q", m.HTML, m.Text, m.PlainText())
	}
	if len(m.Attachments) != 2 || m.Attachments[0].Name != "图.png" || !m.Attachments[0].Inline || m.Attachments[0].ContentID != "pic1@x" || m.Attachments[1].Name != "winmail.dat" || m.Attachments[1].Inline {
		t.Errorf("attachments %+v", m.Attachments)
	}
}

func TestParseRefusesOnlyTheEmptyMail(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "\r\n \t", "\x00\x00"} {
		if _, err := Parse([]byte(raw)); !errors.Is(err, ErrEmpty) {
			t.Errorf("%q: %v", raw, err)
		}
	}
	m, err := Parse([]byte("just a line without any header"))
	if err != nil || !strings.Contains(m.Text, "just a line") {
		t.Errorf("%+v %v", m, err)
	}
}

func TestParseReadsTheEnvelope(t *testing.T) {
	t.Parallel()
	m, err := Parse([]byte("Return-Path: <>\nDelivered-To: box@heed.example\nX-Original-To: Sales@Heed.example\nFrom: a@b.example\n\nx"))
	if err != nil {
		t.Fatal(err)
	}
	if !m.HasReturnPath || m.ReturnPath != "" || len(m.DeliveredTo) != 2 || m.DeliveredTo[0].Address != "Sales@heed.example" {
		t.Errorf("%+v", m)
	}
}

func TestAddressesAreReadLeniently(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{`a@Example.COM`, `|a@example.com`},
		{`"Doe, John" <john@x.test>, jane@x.test (Jane)`, `Doe, John|john@x.test Jane|jane@x.test`},
		{`A Group: a@x.test, B <b@x.test>;`, `|a@x.test B|b@x.test`},
		{`John <john@x.test> Jane <jane@x.test>`, `John|john@x.test Jane|jane@x.test`},
		{`MAILER-DAEMON <>`, `|MAILER-DAEMON`},
		{`小王 <wang@bücher.example>`, `小王|wang@xn--bcher-kva.example`},
		{`=?utf-8?B?5byg5LiJIDxhQHgudGVzdD4=?=`, `张三|a@x.test`},
		{`'quoted' <a@x.test>; b@x.test`, `quoted|a@x.test |b@x.test`},
		{`<mailto:a@x.test>`, `|a@x.test`},
		{`undisclosed-recipients:;`, ``},
		{`"unclosed <a@x.test>`, `unclosed|a@x.test`},
	} {
		var got []string
		for _, a := range ParseAddresses(c.in) {
			got = append(got, a.Name+"|"+a.Address)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s is read as %q, not %q", c.in, s, c.want)
		}
	}
}

func TestEncodedWordsAreReadEvenIfBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"plain", "plain"},
		{"=?utf-8?Q?Caf=C3=A9_au_lait?=", "Café au lait"},
		{"=?iso-8859-1*en?Q?a=E9?= and =?UTF-8?B?5Lit?=", "aé and 中"},
		{"=?utf-8?B?5Li?= =?utf-8?B?t5paH?=", "中文"},
		{"=??B?5Lit5paH?=", "中文"},
		{"=?x-unknown?B?5Lit5paH?=", "中文"},
		{"=?utf-8?Q?with space inside?= x", "with space inside x"},
		{"=?utf-8?B?5Lit5paH", "中文"},
		{"=?not a word?= =? either", "=?not a word?= =? either"},
		{"=?gb2312?B?1tDOxA==?= (=?gb2312?B?1tDOxA==?=)", "中文 (中文)"},
	} {
		if got := decodeWords(c.in); got != c.want {
			t.Errorf("%s is read as %q, not %q", c.in, got, c.want)
		}
	}
}

func TestMislabelledCharsetsAreSeenThrough(t *testing.T) {
	t.Parallel()
	gbk := []byte("\xc7\xeb\xb1\xa8\xbc\xdb\xd2\xd4\xcf\xc2\xc5\xe4\xbc\xfe") // 请报价以下配件
	big5 := []byte("\xa4\xfa\xac\xec\xb4\xc8\xaa\xba\xa7\xde\xa4\xe2\xc3\x61\xa4\x46")
	for _, c := range []struct {
		label string
		in    []byte
		want  string
	}{
		{"", gbk, "请报价以下配件"},
		{"us-ascii", gbk, "请报价以下配件"},
		{"utf-8", gbk, "请报价以下配件"},
		{"no-such-charset", gbk, "请报价以下配件"},
		{"", big5, "牙科椅的技手壞了"},
		{"iso-8859-1", []byte("中文邮件"), "中文邮件"},
		{"gbk", []byte("中文邮件正文"), "中文邮件正文"},
		{"", []byte("Gr\xfc\xdfe aus M\xfcnchen"), "Grüße aus München"},
		{"windows-1252", []byte("\x93quoted\x94"), "“quoted”"},
		{"x-sjis", []byte("\x93\xfa\x96\x7b"), "日本"},
		{"utf-16le", []byte("-N\x87e"), "中文"},
		{"utf-8", []byte("caf\xc3\xa9 cut \xe4\xb8"), "café cut \uFFFD"},
	} {
		if got := decodeCharset(c.label, c.in); got != c.want {
			t.Errorf("%q % x is read as %q, not %q", c.label, c.in, got, c.want)
		}
	}
}

func TestFingerprintKnowsTheSameMailInTwoMailboxes(t *testing.T) {
	t.Parallel()
	mail := "From: machine@plant.example\r\nDate: Thu, 5 Mar 2026 08:00:00 +0800\r\nSubject: alarm 7\r\n\r\npressure low\r\n"
	one := Fingerprint([]byte("Received: by a\r\nDelivered-To: one@heed.example\r\n" + mail))
	two := Fingerprint([]byte("Received: by b\r\nX-Spam: no\r\n" + strings.ReplaceAll(mail, "\r\n", "\n")))
	other := Fingerprint([]byte(strings.Replace(mail, "alarm 7", "alarm 8", 1)))
	if one != two || one == other || len(one) != 64 {
		t.Errorf("%s %s %s", one, two, other)
	}
}

func TestBouncesAndAnswersByMachinesAreToldApart(t *testing.T) {
	t.Parallel()
	r, ok := Bounce(golden(t, "dsn-postfix.eml"))
	if !ok || r.OriginalMessageID != "out-1@heed.example" || len(r.Failed()) != 1 {
		t.Fatalf("%+v %v", r, ok)
	}
	if d := r.Failed()[0]; d.Address != "gone@customer.example" || d.Status != "5.1.1" || d.Code != "550" || !d.Hard || d.Reason != ReasonUserUnknown || d.RemoteMTA != "mx.customer.example" {
		t.Errorf("%+v", d)
	}
	r, ok = Bounce(golden(t, "dsn-delayed.eml"))
	if !ok || len(r.Failed()) != 0 || r.Recipients[0].Action != ActionDelayed || r.Recipients[0].Hard || r.OriginalMessageID != "out-2@heed.example" {
		t.Errorf("a delay is read as %+v %v", r, ok)
	}
	vacation := golden(t, "vacation-zh.eml")
	if _, ok := Bounce(vacation); ok {
		t.Error("a vacation answer is taken for a bounce")
	}
	if kind, auto := Automatic(vacation); !auto || kind != AutoVacation {
		t.Errorf("vacation: %q", kind)
	}
	for _, c := range []struct {
		header string
		kind   AutoKind
	}{
		{"Auto-Submitted: auto-replied (vacation)", AutoReplied},
		{"Auto-Submitted: auto-generated", AutoGenerated},
		{"Auto-Submitted: no", ""},
		{"Return-Path: <>", AutoBounce},
		{"Return-Path: <a@x.test>", ""},
		{"Precedence: bulk", AutoBulk},
		{"List-Id: <news.example>", AutoList},
		{"X-Autoreply: yes", AutoReplied},
		{"X-Auto-Response-Suppress: OOF, AutoReply", AutoSuppress},
		{"X-Auto-Response-Suppress: DR", ""},
		{"From: noreply@shop.example", AutoNoReply},
		{"From: MAILER-DAEMON", AutoBounce},
		{"Subject: Out of Office: pump", AutoVacation},
		{"Subject: 自動回覆: 牙科椅", AutoVacation},
		{"Subject: Offices of the future", ""},
	} {
		m, err := Parse([]byte(c.header + "\nX-A: b\n\nhello"))
		if err != nil {
			t.Fatal(err)
		}
		if kind, auto := Automatic(m); kind != c.kind || auto != (c.kind != "") {
			t.Errorf("%s is %q", c.header, kind)
		}
	}
}

// TestAHumansWordsAboutBouncesAreNone keeps a customer's question from being
// taken for a report.
func TestAHumansWordsAboutBouncesAreNone(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"From: a@customer.example\nSubject: Re: delivery failed\n\nMy delivery failed, no such user at the door. Call me.",
		"From: a@customer.example\nSubject: Fwd: Undelivered Mail Returned to Sender\n\nWhat does this mean?\n> <x@y.example>: 550 user unknown",
		"From: a@customer.example\nSubject: delivery problem\n\nThe pump was not delivered on Monday.",
	} {
		m, err := Parse([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if r, ok := Bounce(m); ok {
			t.Errorf("%q is taken for a bounce: %+v", m.Subject, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=\n\n--\n--\n----"))
	f.Add([]byte("Subject: =?utf-8?B?=?=\n =?utf-7?Q?+AAA?=\nFrom: <<\"(a,;:>\n\n+"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil && !errors.Is(err, ErrEmpty) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		for _, s := range []string{m.Subject, m.Text, m.HTML, m.MessageID, m.FromAddress().Name, m.FromAddress().Address} {
			if strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s {
				t.Fatalf("not clean: %q", s)
			}
		}
		for _, p := range m.Attachments {
			if p.Name == "" || strings.ContainsAny(p.Name, "/\\\n\r\x00") {
				t.Fatalf("file name %q", p.Name)
			}
		}
		Automatic(m)
		Bounce(m)
	})
}
