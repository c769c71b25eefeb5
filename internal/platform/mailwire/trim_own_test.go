package mailwire

import (
	"strings"
	"testing"
)

// asian holds answers as the mail programs of China, Taiwan, Japan and Korea
// write them; everything below the mark is history.
var asian = []struct{ name, fresh, old string }{
	{"QQ Mail", "好的，明天上午来修。\n\n\n王建国", "------------------ 原始邮件 ------------------\n发件人: \"售后服务\" <support@heed.example>;\n发送时间: 2026年3月2日(星期一) 上午9:20\n收件人: \"王建国\"<wang@qq.example>;\n主题: 回复：空压机报警\n\n请问明天方便吗？"},
	{"Foxmail", "已收到报价。", "发件人： 售后服务\n发送时间： 2026-03-02 09:20\n收件人： wang\n主题： 回复: 报价\n请查收报价。"},
	{"163", "可以，谢谢！", "在 2026-03-02 09:20:31，\"售后服务\" <support@heed.example> 写道：\n\n请问明天方便吗？"},
	{"163 in English", "OK, thanks.", "At 2026-03-02 09:20:31, \"Support\" <support@heed.example> wrote:\n\nIs tomorrow fine?"},
	{"NetEase master", "确认。", "---- 回复的原邮件 ----\n| 发件人 | 售后服务<support@heed.example> |\n| 日期 | 2026年03月02日 09:20 |\n| 收件人 | wang@qq.example |\n请确认。"},
	{"Gmail in Chinese", "没问题", "售后服务 <support@heed.example> 于2026年3月2日周一 09:20写道：\n\n> 请问明天方便吗？"},
	{"Gmail in Taiwan", "沒問題，謝謝", "客服中心 <support@heed.example> 於 2026年3月2日 週一 上午9:20寫道：\n\n> 請問明天方便嗎？"},
	{"Gmail broken over two lines", "沒問題", "客服中心 <support@heed.example>\n於 2026年3月2日 週一 上午9:20寫道：\n\n> 請問明天方便嗎？"},
	{"Apple Mail in Chinese", "收到", "> 2026年3月2日 上午9:20，售后服务 <support@heed.example> 写道：\n>\n> 请问明天方便吗？"},
	{"Apple Mail in Taiwan", "收到", "> 售後服務 <support@heed.example> 於 2026年3月2日 上午9:20 寫道：\n>\n> 請問明天方便嗎？"},
	{"Outlook in Chinese", "请安排周三。", "________________________________\n发件人: 售后服务 <support@heed.example>\n发送时间: 2026年3月2日 9:20\n收件人: 王建国 <wang@customer.example>\n主题: 回复: 空压机报警\n\n请问明天方便吗？"},
	{"Outlook in Taiwan", "請安排週三。", "寄件者: 客服中心 <support@heed.example>\n寄件日期: 2026年3月2日 上午 09:20\n收件者: 林美玲 <lin@clinic.example>\n主旨: 回覆: 牙科椅\n\n請問明天方便嗎？"},
	{"Outlook's old mark", "好", "-----原始郵件-----\n寄件者: 客服\n\n請問？"},
	{"Gmail in Japanese", "承知しました。", "2026年3月2日(月) 9:20 サポート <support@heed.example>:\n\n> ご都合はいかがですか。"},
	{"Outlook in Japanese", "お願いします。", "差出人: サポート <support@heed.example>\n送信日時: 2026年3月2日 9:20\n宛先: 山田\n件名: Re: 修理\n\nご都合は？"},
	{"Thunderbird in Japanese", "お願いします。", "On 2026/03/02 9:20, サポート wrote:\n> ご都合は？"},
	{"Gmail in Korean", "네, 좋습니다.", "2026년 3월 2일 (월) 오전 9:20, 고객지원 <support@heed.example>님이 작성:\n\n> 내일 괜찮으신가요?"},
	{"Outlook in Korean", "감사합니다.", "보낸 사람: 고객지원 <support@heed.example>\n보낸 날짜: 2026년 3월 2일 월요일 오전 9:20\n받는 사람: 홍길동\n제목: RE: 문의\n\n내일?"},
	{"a phone's signature in Chinese", "明天可以。", "发自我的iPhone"},
	{"a signature", "Please call me.", "-- \nPat Example\nPlant manager\n+1 202 555 0142"},
}

func TestTrimFoldsTheHistoryOfAsianPrograms(t *testing.T) {
	t.Parallel()
	for _, c := range asian {
		fresh, quoted := Trim(c.fresh + "\n\n" + c.old + "\n")
		if fresh != c.fresh {
			t.Errorf("%s: fresh is\n%s", c.name, fresh)
		}
		if quoted != c.old {
			t.Errorf("%s: quoted is\n%s", c.name, quoted)
		}
	}
}

// TestTrimNeverLosesALine counts the lines of every input: each is in one of
// the two parts.
func TestTrimNeverLosesALine(t *testing.T) {
	t.Parallel()
	for _, c := range asian {
		text := "first line\n" + c.fresh + "\n\n" + c.old + "\nlast line"
		fresh, quoted := Trim(text)
		if !strings.Contains(fresh, "first line") {
			t.Errorf("%s: the first line is lost", c.name)
		}
		have := map[string]int{}
		for l := range strings.SplitSeq(fresh+"\n"+quoted, "\n") {
			have[strings.TrimSpace(l)]++
		}
		for l := range strings.SplitSeq(text, "\n") {
			if strings.TrimSpace(l) != "" && have[strings.TrimSpace(l)] == 0 {
				t.Errorf("%s: %q is in neither part", c.name, l)
			}
		}
	}
}

func TestTrimKeepsWhatOnlyLooksQuoted(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Please ship it.\nFrom: Beijing\nTo: Xi'an\nDate: 5 May",
		"主题：无\n请按附件报价",
		"On Monday the pump stopped.\nMy colleague wrote:\nit hums",
		"我在 2026 年写道",
		"> only a quotation",
		"FYI\n\n---------- 转发的邮件 ----------\n发件人: a <a@x.test>\n日期: 2026年3月2日\n主题: 报价\n收件人: b\n\n正文",
		"Price list:\n-----\nA 5\nB 6",
		"Thanks, call me at 10:30\nJohn <j@x.test>:",
		"Regards to all!\n\nThe pump is still loud, can you come on Tuesday?",
		"",
	} {
		if fresh, quoted := Trim(text); fresh != text || quoted != "" {
			t.Errorf("%q is divided into %q and %q", text, fresh, quoted)
		}
	}
}

func TestTrimKeepsAnswersBelowAndBetween(t *testing.T) {
	t.Parallel()
	fresh, quoted := Trim("On 5 Mar 2026, Support wrote:\n> Which pump?\n\nThe left one.\n\n> Since when?\n\nSince Monday.\n")
	if squeeze(fresh) != "The left one.\nSince Monday." || !strings.Contains(quoted, "Which pump?") {
		t.Errorf("fresh %q quoted %q", fresh, quoted)
	}
}

func TestTrimHTMLFoldsWhatProgramsMark(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, html string }{
		{"Gmail", `<div dir="ltr">FRESH</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">于2026年3月2日周一 09:20写道：<br></div><blockquote class="gmail_quote">OLD</blockquote></div>`},
		{"Apple", `<div>FRESH</div><div><br><blockquote type="cite"><div>On 2 Mar 2026, at 09:20, Support wrote:</div><div>OLD</div></blockquote></div>`},
		{"Outlook", `<div><p>FRESH</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p><b>From:</b> Support &lt;s@heed.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> x<br><b>Subject:</b> y</p></div><p>OLD</p></div>`},
		{"Outlook on the web", `<div>FRESH</div><hr><div id="divRplyFwdMsg"><b>发件人:</b> x</div><div>OLD</div>`},
		{"QQ Mail", `<div>FRESH</div><div><br></div><div style="font-size:12px">------------------&nbsp;原始邮件&nbsp;------------------</div><div>发件人: OLD</div><div>OLD</div>`},
		{"Foxmail", `<div>FRESH</div><div style="border:none;border-top:solid #B5C4DF 1.0pt"><div><b>发件人：</b>&nbsp;<a href="mailto:s@heed.example">s</a></div><div><b>发送时间：</b>&nbsp;2026</div><div><b>收件人：</b>&nbsp;w</div><div><b>主题：</b>&nbsp;OLD</div></div><div>OLD</div>`},
		{"163", `<div>FRESH</div><div id="isReplyContent"><p>在 2026-03-02 09:20:31，"x" &lt;s@heed.example&gt; 写道：</p><blockquote id="isReplyContent">OLD</blockquote></div>`},
		{"Thunderbird", `FRESH<div class="moz-cite-prefix">Am 02.03.26 um 09:20 schrieb S:</div><blockquote type="cite">OLD</blockquote>`},
		{"a signature", `<div>FRESH</div><div class="gmail_signature">OLD</div>`},
	} {
		fresh, quoted := TrimHTML(c.html)
		if !strings.Contains(fresh, "FRESH") || strings.Contains(fresh, "OLD") || !strings.Contains(quoted, "OLD") {
			t.Errorf("%s: fresh %s\nquoted %s", c.name, fresh, quoted)
		}
	}
	for _, html := range []string{`<p>Hello <b>you</b></p>`, ``, `<blockquote type="cite">all is quoted</blockquote>`, `<p>See:</p><blockquote>a saying</blockquote><p>That is it.</p>`} {
		if fresh, quoted := TrimHTML(html); fresh != html || quoted != "" {
			t.Errorf("%s is divided into %s and %s", html, fresh, quoted)
		}
	}
}

func FuzzTrim(f *testing.F) {
	for _, c := range asian {
		f.Add(c.fresh + "\n\n" + c.old)
	}
	f.Add("> a\n>> b\nOn 1 Jan 2026 wrote:\n>")
	f.Add("<div class=gmail_quote>x<blockquote type=cite>y")
	f.Fuzz(func(t *testing.T, text string) {
		fresh, quoted := Trim(text)
		if strings.TrimSpace(text) != "" && strings.TrimSpace(fresh) == "" {
			t.Fatal("nothing is left")
		}
		// No character may vanish: white space aside, both parts make the whole.
		if n, m := len(strings.Join(strings.Fields(text), "")), len(strings.Join(strings.Fields(fresh+quoted), "")); m < n-40 && m*10 < n*9 {
			t.Fatalf("%d of %d bytes are left", m, n)
		}
		TrimHTML(text)
	})
}
