package text_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"heed/internal/platform/text"
)

func TestFoldMakesEqualThingsEqual(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, a, b string }{
		{"case", "Heed KNOWS", "heed knows"},
		{"width", "ＡＢＣ１２３", "abc123"},
		{"half-width katakana with marks", "ｶﾞﾗｽ", "ガラス"},
		{"Latin diacritics", "Crème Brûlée, Łódź, Ærø", "creme brulee, lodz, aero"},
		{"a letter and its combining mark", "Cafe\u0301", "café"},
		{"sharp s", "STRASSE", "straße"},
		{"Turkish dotted capital i", "İzmir", "izmir"},
		{"final sigma", "ΟΔΟΣ", "οδοσ"},
		{"Korean in parts", "\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"},
		{"Traditional and Simplified", "客戶服務與賠償", "客户服务与赔偿"},
		{"關系 and 關係", "關系", "關係"},
		{"復雜 and 複雜", "復雜", "複雜"},
		{"准確 and 準確", "准確", "準確"},
		{"搔擾 and 騷擾", "搔擾", "騷擾"},
		{"咨詢 and 諮詢", "咨詢", "諮詢"},
		{"葯 and 藥", "對症下葯", "对症下藥"},
		{"僥幸 and 僥倖", "僥幸", "侥倖"},
		{"鉆 and 鑽", "鉆", "鑽"},
		{"Taiwan's and Hong Kong's forms", "裡臺啟麵", "裏台啓麪"},
		{"回覆 and 回复", "回覆", "回复"},
		{"帳號, 賬號 and 账号", "帳號", "账号"},
		{"著 and 着", "跟著", "跟着"},
		{"ligatures and compatibility signs", "ﬁx ㎏ ①", "fix kg 1"},
		{"compatibility ideographs", "\uf900", "豈"},
		{"invisible characters", "in\u00advoi\u200bce\u202e", "invoice"},
		{"hyphens", "A‐1‑2–3", "a-1-2-3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if a, b := text.Fold(tt.a), text.Fold(tt.b); a != b {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q, want equal", tt.a, a, tt.b, b)
			}
		})
	}
}

func TestFoldKeepsDifferentThingsApart(t *testing.T) {
	t.Parallel()
	for _, p := range [][2]string{{"が", "か"}, {"й", "и"}, {"客户", "客服"}, {"画", "划"}, {"हिन्दी", "हनद"}} {
		if text.Fold(p[0]) == text.Fold(p[1]) {
			t.Errorf("%q and %q fold alike", p[0], p[1])
		}
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in, want string
	}{
		{"nothing", "", ""},
		{"words", "The printer, again!", "the printer again"},
		{"apostrophes", "don't O’Brien", "dont obrien"},
		{"pairs and the last character", "客戶服務", "客户 户服 服务 务"},
		{"one character", "好", "好"},
		{"mixed without spaces", "用iPhone手機", "用 iphone 手机 机"},
		{"punctuation ends a run", "好。坏", "好 坏"},
		{"a line break within a run does not", "客\r\n户", "客户 户"},
		{"an empty line does", "客\n\n户", "客 户"},
		{"Japanese", "プリンターの紙", "プリ リン ンタ ター ーの の纸 纸"},
		{"Korean", "환불 요청", "환불 불 요청 청"},
		{"emoji separate", "好👍👍ok😀", "好 ok"},
		{"an e-mail address", "Wang.Fang+x@Example.com,", "wang.fang+x@example.com wang fang x example com"},
		{"an order number", "SO-2024-A1", "so-2024-a1 so2024a1 so 2024 a 1"},
		{"a model number", "X200i", "x200i x 200 i"},
		{"an identifier with too many pieces", "a1b2c3d4e5f6", "a1b2c3d4e5f6"},
		{"a decimal number", "3.14", "3.14 3 14"},
		{"full width", "ＨＰ１０２０", "hp1020 hp 1020"},
		{"Thai vowels stay", "สวัสดี", "สวัสดี"},
		{"only signs", "!!! — …", ""},
		{"no UTF-8", "a\xffb", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := text.IndexText(tt.in); got != tt.want {
				t.Errorf("IndexText(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestLongTokensAreCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	if got := text.Tokens(long); len(got) != 1 || len(got[0]) != 64 {
		t.Errorf("got %d tokens, first of %d bytes", len(got), len(got[0]))
	}
	if q := text.Query(long).FTS5(); q != `"`+long[:64]+`"*` {
		t.Errorf("query is %s", q)
	}
}

func TestOnePhoneNumberInManyWritingsIsOneToken(t *testing.T) {
	t.Parallel()
	tests := []struct {
		token    string
		writings []string
	}{
		{"13800138000", []string{"13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "+8613800138000", "0086-138-0013-8000", "8613800138000", "+86-138-0013-8000", "１３８ ００１３ ８０００", "电话：138.0013.8000。"}},
		{"1065529988", []string{"010-6552 9988", "(010) 65529988", "+86 10 6552 9988", "+86 (0)10 6552-9988"}},
		{"912345678", []string{"0912-345-678", "0912345678", "+886 912 345 678", "+886912345678", "886912345678"}},
		{"2025550123", []string{"(202) 555-0123", "202.555.0123", "+1 202 555 0123", "1-202-555-0123", "+12025550123"}},
		{"2079460958", []string{"020 7946 0958", "+44 20 7946 0958", "+44 (0)20 7946 0958"}},
		{"23456789", []string{"2345 6789", "+852 2345 6789", "2345-6789"}},
	}
	for _, tt := range tests {
		for _, w := range tt.writings {
			if !slices.Contains(text.Tokens(w), tt.token) {
				t.Errorf("%q gives %q, want %s among them", w, text.Tokens(w), tt.token)
			}
			if q := text.Query(w).FTS5(); !strings.Contains(q, `"`+tt.token+`"`) {
				t.Errorf("query %q is %s, want %s in it", w, q, tt.token)
			}
		}
	}
}

func TestPhoneNumberIsFoundAmongOtherNumbers(t *testing.T) {
	t.Parallel()
	if got := text.Tokens("Tel 6552 9988 2 pieces"); !slices.Contains(got, "65529988") {
		t.Errorf("got %q", got)
	}
	table := text.Tokens("1 13800138000 2 13900139000 3 13700137000 4")
	if len(table) != 7 {
		t.Errorf("a table of numbers gives noise: %q", table)
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, fts5, tsquery string }{
		{"nothing", "  ", ``, ``},
		{"only signs", `" * ^ - ( ) :`, ``, ``},
		{"the last word as a beginning", "broken printer", `"broken" AND "printer"*`, `('broken') & ('printer':*)`},
		{"one letter is no beginning", "a", `"a"`, `('a')`},
		{"one Chinese character", "客", `"客"*`, `('客':*)`},
		{"two Chinese characters", "客戶", `"客户"`, `('客户')`},
		{"four Chinese characters as a phrase", "客戶服務", `"客户 户服 服务"`, `('客户' <-> '户服' <-> '服务')`},
		{"Chinese and Latin", "退款 refund", `"退款" AND "refund"*`, `('退款') & ('refund':*)`},
		{"Latin before Chinese is whole", "hp 打印机", `"hp" AND "打印 印机"`, `('hp') & ('打印' <-> '印机')`},
		{"an exact phrase", `"not working" now`, `"not working" AND "now"*`, `('not' <-> 'working') & ('now':*)`},
		{"a Chinese phrase may go on", `“手机壳”`, `"手机 机壳"`, `('手机' <-> '机壳')`},
		{"a phrase ending in one character", `"iPhone 壳"`, `"iphone 壳"*`, `('iphone' <-> '壳':*)`},
		{"an open quote quotes nothing", `"open quote`, `"open" AND "quote"*`, `('open') & ('quote':*)`},
		{"operators are words", `a AND NOT b`, `"a" AND "and" AND "not" AND "b"`, `('a') & ('and') & ('not') & ('b')`},
		{"engine syntax is harmless", `x' | 'y):* \`, `"x" AND "y"`, `('x') & ('y')`},
		{"an order number", "SO-2024-17", `("so-2024-17"* OR "so202417"* OR "so 2024 17"*)`, `('so-2024-17':* | 'so202417':* | 'so' <-> '2024' <-> '17':*)`},
		{
			"a phone number", "138 0013 8000", `("138 0013 8000" OR "13800138000"*)`,
			`('138' <-> '0013' <-> '8000' | '13800138000':*)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			q := text.Query(tt.in)
			if got := q.FTS5(); got != tt.fts5 {
				t.Errorf("FTS5 of %q\n got %s\nwant %s", tt.in, got, tt.fts5)
			}
			if got := q.TSQuery(); got != tt.tsquery {
				t.Errorf("TSQuery of %q\n got %s\nwant %s", tt.in, got, tt.tsquery)
			}
			if q.Empty() != (tt.fts5 == "") {
				t.Errorf("Empty() = %v", q.Empty())
			}
		})
	}
}

func TestQueryIsBounded(t *testing.T) {
	t.Parallel()
	if q := text.Query(strings.Repeat("word ", 10000)).FTS5(); len(q) > 1000 {
		t.Errorf("a query of %d bytes", len(q))
	}
	if q := text.Query(strings.Repeat("客户", 10000)).FTS5(); len(q) > 1000 {
		t.Errorf("a phrase of %d bytes", len(q))
	}
}

func TestTSVectorStaysWithinPostgreSQLsLimits(t *testing.T) {
	t.Parallel()
	if got, want := text.TSVector("退款 refund 退款"), "'退款':1,4 '款':2,5 'refund':3"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var b strings.Builder
	for i := range 400_000 {
		b.WriteString("w")
		b.WriteString(strings.Repeat(string(rune('a'+i%26)), i%40))
		b.WriteString(" 客")
		b.WriteRune(rune(0x4e00 + i%20000))
		b.WriteByte(' ')
	}
	if got := len(text.TSVector(b.String())); got > 1<<20 {
		t.Errorf("%d bytes", got)
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("lorem ipsum ", 30) + "the Printer jams; 印表機卡紙。 " + strings.Repeat("dolor sit ", 30)
	tests := []struct {
		name, in, query string
		size            int
		want            string
	}{
		{"a short text whole", "My printer is broken", "print", 80, "My [print]er is broken"},
		{"Simplified finds Traditional", "客戶要求退貨", "退货", 80, "客戶要求[退貨]"},
		{"several terms", "退款 for order", "order 退款", 80, "[退款] for [order]"},
		{"words only at their beginning", "reprint print", "print", 80, "reprint [print]"},
		{"a whole word before the last", "printers print ok", "print ok", 80, "printers [print] [ok]"},
		{"diacritics", "Un café crème", "cafe", 80, "Un [café] crème"},
		{"white space is one space", "a\r\n\r\n b\tprinter", "printer", 80, "a b [printer]"},
		{"an order number without its hyphens", "your SO-2024-17 came", "so202417", 80, "your [SO-2024-17] came"},
		{"an order number with hyphens", "your SO202417 came", "so-2024-17", 80, "your [SO202417] came"},
		{"a phone number in another writing", "call +86 138-0013-8000 now", "13800138000", 80, "call +86 [138-0013-8000] now"},
		{"an exact phrase", "it is not  working now", `"not working"`, 80, "it is [not working] now"},
		{"no match is the beginning", "hello world", "absent", 80, "hello world"},
		{"no query", "hello world", "", 80, "hello world"},
		{"nothing", "", "x", 80, ""},
		{"the middle of a long text", long, "printer 卡纸", 60, "…ipsum the [Printer] jams; 印表機[卡紙]。 dolor sit dolor sit…"},
		{"a run broken over lines", "客\n户", "客户", 80, "[客 户]"},
		{"no UTF-8", "a\xffprinter", "printer", 80, "a�[printer]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, ranges := text.Snippet(tt.in, text.Query(tt.query), tt.size)
			var b, plain strings.Builder
			for _, p := range text.Parts(s, ranges) {
				plain.WriteString(p.Text)
				if p.Hit {
					p.Text = "[" + p.Text + "]"
				}
				b.WriteString(p.Text)
			}
			if b.String() != tt.want {
				t.Errorf("\n got %s\nwant %s", b.String(), tt.want)
			}
			if plain.String() != s {
				t.Errorf("parts join to %q, snippet is %q", plain.String(), s)
			}
		})
	}
}

func TestPinyinOfNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, pinyin, initials string }{
		{"王芳", "wangfang", "wf"},
		{"曾志偉", "zengzhiwei", "zzw"},
		{"单田芳", "shantianfang", "stf"},
		{"歐陽修", "ouyangxiu", "oyx"},
		{"尉遲恭", "yuchigong", "ycg"},
		{"呂布", "lvbu", "lb"},
		{"智慧科技有限公司", "zhihuikejiyouxiangongsi", "zhkjyxgs"},
		{"IBM 中国", "ibm zhongguo", "ibm zg"},
		{"Anna Müller", "anna muller", "anna muller"},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := text.Pinyin(tt.name); got != tt.pinyin {
			t.Errorf("Pinyin(%q) = %q, want %q", tt.name, got, tt.pinyin)
		}
		if got := text.Initials(tt.name); got != tt.initials {
			t.Errorf("Initials(%q) = %q, want %q", tt.name, got, tt.initials)
		}
	}
	got := strings.Fields(text.NameIndex("呂樂"))
	for _, want := range []string{"吕乐", "乐", "lvle", "lyule", "lule", "ll"} {
		if !slices.Contains(got, want) {
			t.Errorf("NameIndex is %q, want %q in it", got, want)
		}
	}
	if got := text.NameIndex("Anna"); got != "anna" {
		t.Errorf("NameIndex(Anna) = %q", got)
	}
}

// naughty are strings that break programs (big list of naughty strings).
func naughty(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/blns/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestNaughtyStringsKeepEveryPromise(t *testing.T) {
	t.Parallel()
	for _, s := range naughty(t) {
		checkPromises(t, s)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range naughty(f) {
		f.Add(s)
	}
	f.Add("客戶+86 138 0013 8000 SO-2024-17 wang@example.com ｶﾞ 👍🏽\u200d")
	f.Fuzz(checkPromises)
}

// checkPromises checks what holds of any text: the form of tokens, that a
// text is found by itself, and that snippets are in bounds.
func checkPromises(t *testing.T, s string) {
	tokens := text.Tokens(s)
	for _, token := range tokens {
		if token == "" || utf8.RuneCountInString(token) > 64 || !utf8.ValidString(token) {
			t.Fatalf("%q gives the token %q", s, token)
		}
		for _, r := range token {
			if !unicode.In(r, unicode.L, unicode.N, unicode.M) && !strings.ContainsRune("@._-+", r) && r != 'ー' {
				t.Fatalf("%q gives the token %q with %q", s, token, r)
			}
		}
	}
	q := text.Query(s)
	if q.Empty() != (len(tokens) == 0) && !strings.ContainsAny(s, "\"“„「『＂") {
		t.Fatalf("%q has %d tokens but Empty is %v", s, len(tokens), q.Empty())
	}
	if strings.Count(q.FTS5(), `"`)%2 != 0 || strings.Count(q.TSQuery(), "'")%2 != 0 {
		t.Fatalf("unbalanced quotes: %s", q.FTS5())
	}
	snippet, ranges := text.Snippet(s, q, 40)
	at := 0
	for _, r := range ranges {
		if r.Start < at || r.End < r.Start || r.End > len(snippet) {
			t.Fatalf("snippet %q of %q has ranges %v", snippet, s, ranges)
		}
		at = r.End
	}
	if !utf8.ValidString(snippet) {
		t.Fatalf("snippet %q is no UTF-8", snippet)
	}
	text.NameIndex(s)
	text.TSVector(s)
}

func BenchmarkTokens(b *testing.B) {
	const s = "您好，我昨天在贵店购买的打印机（订单号 SO-2024-00017）出现卡纸问题，请尽快联系我：+86 138 0013 8000，谢谢！The printer jams."
	text.Tokens(s)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		text.Tokens(s)
	}
}
