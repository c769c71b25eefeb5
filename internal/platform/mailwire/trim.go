package mailwire

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Trim divides the text of a mail into what its author wrote now and what was
// there before: quoted history, forwarding headers of the answered mail and
// signatures. Nothing is thrown away: every line is in one of the two. When in
// doubt a line is fresh; when nothing would be left, all of it is.
func Trim(text string) (fresh, quoted string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(text, "\n")
	t := trimmer{lines: lines, old: make([]bool, len(lines)), tail: len(lines)}
	t.mark()
	var f, q []string
	for i, line := range t.lines {
		if i >= t.tail || t.old[i] {
			q = append(q, line)
		} else {
			f = append(f, line)
		}
	}
	fresh = strings.TrimRight(strings.Join(f, "\n"), " \t\n\u00a0")
	fresh = strings.TrimLeft(fresh, "\n")
	if strings.TrimSpace(fresh) == "" {
		return strings.Trim(text, "\n"), ""
	}
	return fresh, strings.Trim(strings.Join(q, "\n"), "\n")
}

type trimmer struct {
	lines []string
	old   []bool
	tail  int // from here on everything is old
}

var (
	quoteLine = regexp.MustCompile(`^\s{0,4}(>|＞)`)
	// originalMark is the line most clients of Outlook's family put above the
	// answered mail.
	originalMark = regexp.MustCompile(`(?i)^[\s>*|]*[-_=]{2,}[\s\x{00a0}]*(original message|original appointment|reply message|replied message|original|` +
		`原始邮件|原始郵件|原邮件|原郵件|回复的原邮件|回覆的原郵件|回复邮件|原始消息|原始信件|原始訊息|` +
		`ursprüngliche (nachricht|mail)|antwort nachricht|original ?nachricht|oprindelig (meddelelse|besked)|message d['’]origine|message original|mensaje original|` +
		`messaggio originale|mensagem original|oorspronkelijk bericht|originele bericht|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|oryginalna wiadomość|` +
		`исходное сообщение|пересланное сообщение|元のメッセージ|元のメール|original ?メッセージ|원본 ?메시지|원본 ?메일|original mail)[\s\x{00a0}]*[-_=]{2,}\s*$`)
	// forwardMark opens mail that the author passes on: it is the message.
	forwardMark = regexp.MustCompile(`(?i)^[\s>*]*([-_=]{2,}[\s\x{00a0}]*(forwarded (message|by)|转发的?邮件(信息)?|轉寄的?郵件|轉寄信件|已转发邮件|weitergeleitete nachricht|message transféré|mensaje reenviado|転送メッセージ|전달된 메시지)|begin forwarded message:|下面是被转发的邮件|以下是轉寄的郵件|开始转发的邮件)`)

	verbs = `(wrote|writes|sent|schrieb|a[\s\x{00a0}]*écrit|escribió|escribio|ha scritto|schreef|het volgende geschreven|geschreven|escreveu|skrev|napisał(\(a\))?|napisał/a|kirjoitti|đã viết|írta|` +
		`пишет|написал(\(а\)|а)?|yazdı|napsal(\(a\)|a)?|ha escrit|a scris|写道|寫道|写到|寫到|の?書きました|さんは書きました|のメール|님이 작성(했습니다)?|님이 쓴 글|쓰다|씀)`
	// attributionEnd ends "On … wrote:". The languages that put the verb first
	// ("schreef Julius:", "schrieb Jane:") are attributionVerbFirst.
	attributionEnd       = regexp.MustCompile(`(?i)` + verbs + `[\s\x{00a0}]*[:：]?[\s*_-]*$`)
	attributionVerbFirst = regexp.MustCompile(`(?i)\b(schrieb|schreef|skrev)\b[^:]{2,120}:\s*$`)
	attributionStart     = regexp.MustCompile(`(?i)^[\s>*_-]*(on|at|le|am|el|il|op|em|den|på|w dniu|dnia|in data|vào|dne|kl|a|in|----)\b`)
	attributionCJK       = regexp.MustCompile(`(写道|寫道|写到|寫到|書きました|のメール|작성|쓴 글|쓰다)[\s\x{00a0}]*[:：]?\s*$`)
	// attributionFirst opens an attribution of several lines, so that a line
	// of the answer above one is never taken for its beginning.
	attributionFirst = regexp.MustCompile(`(?i)^[\s>*_-]*(\d|["'\p{L}]{2,14}[.,]{0,2}\s+\d|在|於|于|((mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)[,.])`)
	sentenceEnd      = regexp.MustCompile(`[!?。！？]\s*$|\p{L}{4,}\.\s*$`)
	// attributionAddress is "2024-01-05 15:00 Name <a@b>:" in any language.
	attributionAddress = regexp.MustCompile(`^.{0,120}<\s*[^<>\s]+@[^<>\s]+\s*>\s*[:：]\s*$`)
	attributionQuoted  = regexp.MustCompile(`^\s*\d{4}[/.年-]\d{1,2}[/.月-]\d{1,2}.{0,80}<[^<>\s]+@[^<>\s]+>\s*[:：]?\s*$`)
	attributionDashes  = regexp.MustCompile(`(?i)^\s*-{2,}\s*(on\s.{4,160}|.{2,60}\s)wrote\s*:?\s*-{2,}\s*$`)
	attributionInline  = regexp.MustCompile(`(?i)^(.*\S)[\s-]+(On\s+(mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|\d)[^<>]{4,80}\S+\s*(<[^<>]+>)?\s*wrote:)\s*$`)
	clockTime          = regexp.MustCompile(`\d{1,2}[:.h時时点點]\s?\d{2}|\d{4}[-/.年]\d{1,2}|(?i)[ap]m\b`)
	anyDigit           = regexp.MustCompile(`\d`)
	atAddress          = regexp.MustCompile(`[^\s<>@]+@[^\s<>@]+`)

	headerLine = regexp.MustCompile(`(?i)^[\s>|*_]*(` + headerWords + `)[\s\x{00a0}*_|]*[:：|]`)
	subjectish = regexp.MustCompile(`(?i)^(subject|betreff|objet|asunto|oggetto|onderwerp|assunto|emne|ämne|temat|тема|主题|主題|主旨|件名|题目|제목|标题|標題)`)
	sentish    = regexp.MustCompile(`(?i)^(sent|gesendet|envoyé|enviado|inviato|verzonden|sendt|skickat|wysłano|отправлено|发送时间|發送時間|发送日期|傳送時間|傳送日期|寄件日期|送信日時|보낸 ?날짜)`)
	senderish  = regexp.MustCompile(`(?i)^(from|von|de|da|van|fra|från|od|от|发件人|發件人|寄件者|寄件人|寄件日期|差出人|送信者|보낸 ?사람|보낸사람|发自|from address)`)

	ruleLine   = regexp.MustCompile(`^[\s*]*([_=]{4,}|-{10,}|[─━－—]{5,}|(\* ){2,}\*?)\s*$`)
	sigMark    = regexp.MustCompile(`^\s?-- ?\s*$|^__\s*$`)
	listFooter = regexp.MustCompile(`^_{20,}\s*$`)
	sentFrom   = regexp.MustCompile(`(?i)^\s*((sent|posted) (from|with|via) (my|a|the|an|mail|outlook|yahoo|samsung|typeapp|spark|bluemail|proton|windows|acompli)\b|sent from \S+<http|get outlook for (ios|android)|envoyé (de|depuis|à partir de) (mon|outlook|mail)|` +
		`(von meinem .{2,40} gesendet|gesendet (von|mit) (meinem|outlook|der|mail))|enviado (desde|do|de) (mi|meu|mail|outlook)|inviato da|verzonden vanaf|` +
		`发自我的|發自我的|从我的.{1,20}发送|從我的.{1,20}傳送|傳送自|发送自|来自我的|來自我的|发自.{0,8}(手机|邮箱|iphone|ipad|outlook|mail)|iphoneから送信|androidから送信|나의 .{2,20}에서 보냄|내 .{2,20}에서 보냄)`)
	closing = regexp.MustCompile(`(?i)^\s*((best|kind|kindest|warm|warmest|many)\s+)?regards[\s,.!]*$|^\s*(mit freundlichen grüßen|cordialement|saludos( cordiales)?|cordiali saluti)[\s,.!]*$`)
)

const headerWords = `from|sent|date|to|cc|bcc|subject|reply-to|importance|attachments|` +
	`von|gesendet|datum|an|betreff|antwort an|de|envoyé( le)?|date d'envoi|à|a|objet|copie à|message du|enviado( el| em)?|fecha|para|asunto|assunto|data|` +
	`da|inviato|oggetto|van|verzonden|aan|onderwerp|fra|sendt|dato|til|emne|från|skickat|till|ämne|od|wysłano|do|temat|data wysłania|` +
	`от|от кого|отправлено|дата|кому|копия|тема|` +
	`发件人|發件人|寄件者|寄件人|发送时间|發送時間|发送日期|寄件日期|傳送時間|傳送日期|日期|日\s*期|时间|時間|收件人|收件者|抄送|抄送人|副本|密件抄送|主题|主題|主旨|题目|标题|` +
	`差出人|送信者|送信日時|送信日|日時|宛先|件名|보낸 ?사람|보낸 ?날짜|날짜|받는 ?사람|참조|제목`

func (t *trimmer) mark() {
	for i := 0; i < len(t.lines); i++ {
		if t.old[i] {
			continue
		}
		line := t.lines[i]
		switch {
		case forwardMark.MatchString(line):
			return // what is passed on is new to the reader, to its end
		case quoteLine.MatchString(line) && !falseQuote(line):
			i = t.quoteBlock(i)
		case historyMark(line), t.headerBlock(i):
			t.cut(i)
			return
		default:
			if sigMark.MatchString(line) || listFooter.MatchString(line) && t.lastBlock(i) {
				t.signature(i)
				continue
			}
			if len(line) < 240 && utf8.RuneCountInString(line) < 80 && sentFrom.MatchString(line) && !strings.Contains(line, ", ") && t.attribution(i) == 0 {
				t.cut(i)
				return
			}
			if t.splitInline(i) {
				continue
			}
			if n := t.attribution(i); n > 0 {
				if t.foldAttribution(i, n) {
					return
				}
				i += n - 1
				continue
			}
		}
	}
	t.closing()
}

// historyMark knows the drawn lines with words in them that open history.
func historyMark(line string) bool {
	if !strings.Contains(line, "--") && !strings.Contains(line, "__") && !strings.Contains(line, "==") {
		return false
	}
	return originalMark.MatchString(line) || attributionDashes.MatchString(line)
}

// falseQuote tells a line of decoration from a quoted one.
func falseQuote(line string) bool {
	return strings.Contains(line, ">>> >>>") || strings.HasSuffix(strings.TrimSpace(line), "<<<")
}

// cut makes everything from line i on old, with the rule drawn above it.
func (t *trimmer) cut(i int) {
	for i > 0 {
		above := strings.TrimSpace(t.lines[i-1])
		if above != "" && !ruleLine.MatchString(above) {
			break
		}
		i--
	}
	t.tail = i
	t.closing()
}

// signature folds a signature. The delimiter opens it only where no paragraph
// of the author follows a quotation again: it runs to the end of the text.
func (t *trimmer) signature(i int) {
	t.tail = i
	for k := i; k < len(t.lines); k++ {
		t.old[k] = true
	}
	t.closing()
}

// lastBlock tells whether what follows line i is short enough for the footer
// of a mailing list.
func (t *trimmer) lastBlock(i int) bool {
	n := 0
	for _, l := range t.lines[i+1:] {
		if strings.TrimSpace(l) != "" {
			n++
		}
		if senderish.MatchString(strings.TrimLeft(l, " *_|")) {
			return false
		}
	}
	return n <= 8
}

// quoteBlock marks the quoted lines from i on, with the line a mail program
// broke off the end of a long quoted one, and gives the last of them.
func (t *trimmer) quoteBlock(i int) int {
	last := i
	for k := i; k < len(t.lines); k++ {
		line := t.lines[k]
		if quoteLine.MatchString(line) && !falseQuote(line) {
			for m := last; m <= k; m++ {
				t.old[m] = true
			}
			last = k
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		// "> long text" + "continued" + "> more": a broken link or line.
		if k == last+1 && k+1 < len(t.lines) && quoteLine.MatchString(t.lines[k+1]) && strings.ContainsAny(line, ">)") && strings.HasPrefix(strings.TrimSpace(line), "(") ||
			k == last+1 && strings.Contains(t.lines[last], "(http") && !strings.Contains(t.lines[last], ")") {
			t.old[k] = true
			last = k
			continue
		}
		break
	}
	t.old[i] = true
	return last
}

// attribution tells how many lines from i on are one "On … wrote:" line, 0
// when they are not.
func (t *trimmer) attribution(i int) int {
	if strings.TrimSpace(t.lines[i]) == "" {
		return 0
	}
	joined := ""
	for n := 1; n <= 6 && i+n <= len(t.lines); n++ {
		part := strings.TrimSpace(t.lines[i+n-1])
		if n > 1 && quoteLine.MatchString(part) && !strings.HasPrefix(part, "> wrote") && !strings.HasPrefix(part, ">:") && !strings.HasPrefix(part, "> написал") {
			return 0
		}
		if part == "" && n > 1 && !strings.HasSuffix(joined, "<") && !openAngle(t.lines, i+n) {
			return 0
		}
		if n > 1 && sentenceEnd.MatchString(joined) {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + part)
		if utf8.RuneCountInString(joined) > 320 {
			return 0
		}
		if mayEndAttribution(joined) && t.isAttribution(joined, i+n) && (n == 1 || attributionStart.MatchString(joined) || attributionFirst.MatchString(joined) ||
			attributionCJK.MatchString(joined) && n == 2 && strings.Contains(t.lines[i], "@")) {
			return n
		}
		if n == 1 && !strings.ContainsAny(joined, "0123456789") && !strings.Contains(joined, "@") && !attributionStart.MatchString(joined) {
			return 0
		}
	}
	return 0
}

// mayEndAttribution is the cheap question before the dear ones: an attribution
// ends with a colon, an address, dashes or one of the verbs.
func mayEndAttribution(s string) bool {
	s = strings.TrimRight(s, " \t\u00a0*_")
	if s == "" {
		return false
	}
	switch s[len(s)-1] {
	case ':', '>', '-':
		return true
	}
	if strings.HasSuffix(s, "：") {
		return true
	}
	start := max(0, len(s)-40)
	for start > 0 && !utf8.RuneStart(s[start]) {
		start--
	}
	tail := strings.ToLower(s[start:])
	for _, verb := range verbEnds {
		if strings.HasSuffix(tail, verb) {
			return true
		}
	}
	return false
}

// verbEnds are the ends of what verbs accepts.
var verbEnds = []string{
	"wrote", "writes", "sent", "schrieb", "écrit", "escribió", "escribio", "scritto", "schreef", "geschreven", "escreveu", "skrev", "napisał", "napisał(a)", "napisał/a", "kirjoitti",
	"viết", "írta", "пишет", "написал", "написала", "написал(а)", "yazdı", "napsal", "napsala", "napsal(a)", "escrit", "scris",
	"写道", "寫道", "写到", "寫到", "書きました", "メール", "작성", "작성했습니다", "쓴 글", "쓰다", "씀",
}

// openAngle tells that the next line is a lone "<", as Polymail writes it.
func openAngle(lines []string, i int) bool {
	return i < len(lines) && strings.TrimSpace(lines[i]) == "<"
}

// isAttribution judges one joined line; next is the index of the line below.
func (t *trimmer) isAttribution(s string, next int) bool {
	hasDate := clockTime.MatchString(s)
	hasMail := atAddress.MatchString(s)
	colon := strings.HasSuffix(strings.TrimRight(s, " *_-\u00a0"), ":") || strings.HasSuffix(s, "：")
	followed := t.quotedBelow(next)
	switch {
	case attributionCJK.MatchString(s):
		return (colon || followed) && (hasDate || hasMail) || followed
	case attributionEnd.MatchString(s):
		if !anyDigit.MatchString(s) && !hasMail {
			return followed && colon && attributionStart.MatchString(s)
		}
		if sentFrom.MatchString(s) {
			return hasMail && colon
		}
		if !attributionStart.MatchString(s) {
			return colon && (hasMail || followed) && (hasDate || hasMail)
		}
		return colon || followed || hasMail && hasDate
	case attributionVerbFirst.MatchString(s):
		return hasDate || hasMail && anyDigit.MatchString(s)
	case attributionAddress.MatchString(s):
		return hasDate && (attributionFirst.MatchString(s) || attributionStart.MatchString(s))
	case attributionQuoted.MatchString(s):
		return followed || colon
	case colon && hasDate && hasMail && attributionStart.MatchString(s):
		return followed
	case followed && colon && hasDate && len(s) < 160 && strings.ContainsAny(s, `"<`):
		return true
	}
	return false
}

// quotedBelow tells whether the next written line is a quoted one.
func (t *trimmer) quotedBelow(i int) bool {
	for ; i < len(t.lines); i++ {
		if strings.TrimSpace(t.lines[i]) != "" {
			return quoteLine.MatchString(t.lines[i])
		}
	}
	return false
}

// foldAttribution marks an attribution of n lines at i. If marked quotation
// follows, only that is old, for an answer may stand below it; else the rest
// of the text is, and true is returned.
func (t *trimmer) foldAttribution(i, n int) bool {
	if !t.quotedBelow(i + n) {
		// A mail that starts with the attribution and has no marks is an
		// answer below an unmarked quotation: it cannot be divided.
		if strings.TrimSpace(strings.Join(t.fresh(i), "")) == "" {
			return true
		}
		t.cut(i)
		return true
	}
	for k := i; k < len(t.lines) && (k < i+n || strings.TrimSpace(t.lines[k]) == ""); k++ {
		t.old[k] = true
	}
	return false
}

func (t *trimmer) fresh(end int) []string {
	var f []string
	for i := range end {
		if !t.old[i] {
			f = append(f, t.lines[i])
		}
	}
	return f
}

// splitInline cuts "reply On Wed, Apr 4, 2012, bob@example.com wrote:" where
// quotation follows, and tells whether it did.
func (t *trimmer) splitInline(i int) bool {
	if !strings.Contains(t.lines[i], "wrote:") || !t.quotedBelow(i+1) {
		return false
	}
	m := attributionInline.FindStringSubmatch(t.lines[i])
	if m == nil || !visible(strings.Trim(m[1], "-> *_")) {
		return false
	}
	t.lines = append(t.lines[:i+1], append([]string{m[2]}, t.lines[i+1:]...)...)
	t.old = append(t.old[:i+1], append([]bool{true}, t.old[i+1:]...)...)
	t.lines[i] = strings.TrimRight(m[1], "- ")
	t.tail = len(t.lines)
	return true
}

// headerBlock tells whether a copied mail header starts at line i: at least
// two known labels in the next lines, with an address, or three with a
// subject. A form a customer fills in ("From: Beijing, To: Xian") is none.
func (t *trimmer) headerBlock(i int) bool {
	if !strings.ContainsAny(t.lines[i], ":：|") || !headerLine.MatchString(t.lines[i]) {
		return false
	}
	labels := map[string]bool{}
	mail, subject, sender, sent, odd := false, false, false, false, 0
	for k := i; k < len(t.lines) && k < i+14; k++ {
		line := t.lines[k]
		m := headerLine.FindStringSubmatch(line)
		if m == nil {
			if strings.TrimSpace(line) == "" && len(labels) < 2 {
				if k > i+1 {
					break
				}
				continue
			}
			if odd++; odd > 2 || strings.TrimSpace(line) == "" {
				break
			}
			mail = mail || atAddress.MatchString(line)
			continue
		}
		label := strings.ToLower(m[1])
		labels[label] = true
		bare := strings.TrimLeft(line, " \t>|*_")
		mail = mail || atAddress.MatchString(line)
		subject = subject || subjectish.MatchString(bare)
		sent = sent || sentish.MatchString(bare)
		sender = sender || senderish.MatchString(bare)
		if strings.Contains(line, " Objet :") || strings.Contains(line, " Subject:") {
			subject = true
		}
	}
	switch {
	case len(labels) >= 3 && (subject || sent) && (sender || mail):
		return true
	case len(labels) >= 2 && mail && (sender || subject || labels["date"] && labels["to"]):
		return true
	}
	return false
}

// closing folds "Regards, / Name / Title" at the end of the fresh text, if
// all that follows the closing is short enough to be a name and a title.
func (t *trimmer) closing() {
	last := -1
	for i := range min(t.tail, len(t.lines)) {
		if !t.old[i] && len(t.lines[i]) < 60 && closing.MatchString(t.lines[i]) {
			last = i
		}
	}
	if last <= 0 {
		return
	}
	n := 0
	for i := last + 1; i < min(t.tail, len(t.lines)); i++ {
		line := strings.TrimSpace(t.lines[i])
		if t.old[i] || line == "" {
			continue
		}
		low := strings.ToLower(line)
		if n++; n > 5 || utf8.RuneCountInString(line) > 48 || strings.ContainsAny(line, "?？:：") && !strings.ContainsAny(line, "@+") || len(strings.Fields(line)) > 6 ||
			strings.HasPrefix(low, "ps") || strings.HasPrefix(low, "p.s") || strings.HasSuffix(line, ".") || strings.HasSuffix(line, "。") {
			return
		}
	}
	if n == 0 {
		return
	}
	for i := last; i < min(t.tail, len(t.lines)); i++ {
		t.old[i] = true
	}
}
