package mailwire

import (
	"bytes"
	"regexp"
	"strings"
)

// Report is a delivery report: news about mail that was sent earlier.
type Report struct {
	Recipients []Delivery
	// OriginalMessageID is the id of the mail the report is about, without
	// angle brackets; empty when the report does not say.
	OriginalMessageID string
	// Original holds the header of that mail as far as it was returned.
	Original Header
	// ReportingMTA is the server that writes, as it names itself.
	ReportingMTA string
	// Text is the explanation for people.
	Text string
}

// Action is what became of a mail at one recipient (RFC 3464 section 2.3.3),
// with complaint for abuse reports (RFC 5965).
type Action string

const (
	ActionFailed    Action = "failed"
	ActionDelayed   Action = "delayed" // still being tried: nothing is lost yet
	ActionDelivered Action = "delivered"
	ActionRelayed   Action = "relayed"
	ActionExpanded  Action = "expanded"
	ActionComplaint Action = "complaint" // the recipient calls it spam
)

// Delivery is the fate of the mail at one recipient.
type Delivery struct {
	Address         string // the final recipient
	OriginalAddress string // as first given, when it differs
	Action          Action
	Status          string // enhanced status code (RFC 3463) such as 5.1.1; "" when unknown
	Code            string // SMTP reply code such as 550; "" when unknown
	Diagnostic      string // the server's own words
	RemoteMTA       string
	Reason          string // one of the Reason constants
	// Hard tells that the address itself is no good (no such person or host,
	// moved away, takes no mail) and another attempt is useless.
	Hard bool
}

// Why a delivery failed, in the order in which the signs are looked for.
const (
	ReasonUserUnknown = "user_unknown"
	ReasonHostUnknown = "host_unknown"
	ReasonMoved       = "moved"
	ReasonNotAccepted = "not_accepted"
	ReasonMailboxFull = "mailbox_full"
	ReasonTooLarge    = "too_large"
	ReasonSpam        = "spam"
	ReasonPolicy      = "policy"
	ReasonDisabled    = "disabled"
	ReasonExpired     = "expired"
	ReasonOther       = "other"
)

// Failed gives the recipients that will not get the mail.
func (r *Report) Failed() []Delivery {
	var failed []Delivery
	for _, d := range r.Recipients {
		if d.Action == ActionFailed {
			failed = append(failed, d)
		}
	}
	return failed
}

var (
	bounceSubject = regexp.MustCompile(`(?i)(undeliver|undelivered|delivery (status|failure|report|has failed|notification|problem|error)|mail (delivery|system|failure|error)|returned mail|return(ed)? to sender|failure notice|could not be delivered|` +
		`not be delivered|non[- ]?delivery|delivery.{0,12}(fail|delay)|failed (delivery|mail)|message (status|delayed|you sent blocked)|warning: (could not|message)|unzustellbar|non remis|退信|无法送达|投递失败|未送達|無法傳遞|系统退信|配信不能|エラー)`)
	bounceLocal   = regexp.MustCompile(`(?i)(mailer.?daemon|mail.?daemon|postmaster|mail.?delivery|^mdaemon|mail-?system|mail.administrator|^bounces?$|notifier)`)
	statusCode    = regexp.MustCompile(`\b([245]\.\d{1,2}\.\d{1,3})\b`)
	replyCode     = regexp.MustCompile(`(?:^|[\s:<>"'(#-])([245][0-5]\d)(?:[\s\]\-,;):]|$)`)
	bracketRcpt   = regexp.MustCompile(`(?i)<\s*(?:mailto:)?([a-z0-9.!#$%&'*+/=?^_{|}~"-]+@[a-z0-9.-]+)\s*>`)
	lineRcpt      = regexp.MustCompile(`(?im)^\s*(?:to:?\s+|recipient:?\s+|- )?<?\s*([a-z0-9.!#$%&'*+/=?^_{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)\s*>?\s*(?:$|[:.,(]|\s-|\s\.\.\.|\s(?:on|was|is|has)\b)`)
	anyRcpt       = regexp.MustCompile(`(?i)\b([a-z0-9.!#$%&'*+/=?^_{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+)\b`)
	originalStart = regexp.MustCompile(`(?im)^[ \t>]*(-{2,}.*(copy of|original|returned|undelivered|unsent|your|transcript of (header|message)|message header|below this line|included).*|received: (from|by|with)\b.*|return-path:.*|(the )?(original|rejected) (message|mail)( (headers?|was|follows).*)?:?\s*|message headers? follow.*|content of the (message|mail).*|your (message|mail) (reads|follows|was).*|.*headers? of the (original )?(message|mail).*:?)$`)
	blankLine     = regexp.MustCompile(`\n[ \t]*\n`)
	gaveUp        = regexp.MustCompile(`(?i)(giving up|gave up|given up|permanent|returned|fatal)`)
	messageIDLine = regexp.MustCompile(`(?im)^[ \t>|]*message-id[ \t]*:[ \t]*(?:\r?\n[ \t]+)?<?([^<>\s]+@[^<>\s]+)>?`)
	delayedWords  = regexp.MustCompile(`(?i)(delivery (to .{3,90} )?(has been |is |was )?delayed|not yet been delivered|has not been delivered yet|will (keep|continue|be re)[ -]?(trying|tried|retry)|will (be )?(re)?tr(y|ied) (again )?|still (being|trying)|warning message only|this is a warning|no need to (resend|retry)|do not need to resend|delay(ed)?\b.{0,30}(delivery|mail)|temporary (failure|problem).{0,80}(retry|trying))`)
)

// Bounce reads a delivery report: RFC 3464 and 6522, abuse reports of RFC
// 5965, and the texts of servers that follow no standard. False means that
// the mail is none, vacation answers among them.
func Bounce(m *Mail) (*Report, bool) {
	r := &Report{Text: m.PlainText()}
	r.readOriginal(m)
	structured := false
	for _, p := range m.Attachments {
		switch p.ContentType {
		case "message/delivery-status", "message/global-delivery-status":
			structured = r.readStatus(p.Data) || structured
		case "message/feedback-report":
			structured = r.readFeedback(p.Data) || structured
		}
	}
	if !structured && (strings.Contains(r.Text, "Final-Recipient:") || strings.Contains(r.Text, "Original-Recipient:")) && bouncer(m) {
		structured = r.readStatus([]byte(statusIn(r.Text)))
	}
	if !structured && hotmailComplaint(m) {
		structured = r.readFeedback([]byte("Feedback-Type: abuse\n"))
	}
	if structured && len(r.Recipients) > 0 {
		r.completeFromText()
		return r, true
	}
	if !bouncer(m) {
		return nil, false
	}
	r.readText(m)
	if len(r.Recipients) == 0 && !bounceSubject.MatchString(m.Subject) {
		return nil, false
	}
	return r, true
}

// hotmailComplaint knows the complaints of Microsoft's services, which hold
// the returned mail alone.
func hotmailComplaint(m *Mail) bool {
	return m.FromAddress().Address == "staff@hotmail.com" && strings.HasPrefix(strings.ToLower(m.Subject), "complaint about message")
}

// bouncer tells whether a mail without a machine-readable report comes from a
// mail system: by its author, or the null path and a telling subject.
func bouncer(m *Mail) bool {
	if strings.HasPrefix(strings.ToLower(m.Header.Get("Auto-Submitted")), "auto-replied") && absent.MatchString(m.Subject) {
		return false
	}
	if m.contentType == "multipart/report" || m.Header.Has("X-Failed-Recipients") {
		return m.reportType != "disposition-notification"
	}
	from := m.FromAddress()
	local, _, _ := strings.Cut(from.Address, "@")
	author := bounceLocal.MatchString(local) || bounceLocal.MatchString(from.Name)
	null := m.HasReturnPath && m.ReturnPath == ""
	subject := bounceSubject.MatchString(m.Subject)
	if author && (subject || null || len(m.InReplyTo) == 0) || null && subject {
		return true
	}
	// Without either sign it takes a server's words, its code and an address.
	text := m.PlainText()
	return subject && !answerSubject.MatchString(m.Subject) && failureText.MatchString(text) && anyRcpt.MatchString(text) && (statusCode.MatchString(text) || replyCode.MatchString(text))
}

// answerSubject marks what a person sends on or answers.
var answerSubject = regexp.MustCompile(`(?i)^\s*(re|fw|fwd|aw|wg|回复|回覆|答复|转发|轉寄)\s*[:：]`)

var failureText = regexp.MustCompile(`(?i)(could not be delivered|was not delivered|undeliverable|delivery.{0,20}fail|user unknown|no such user|unable to deliver|mailbox (is )?(full|unavailable)|recipient.{0,40}(rejected|unknown|not found)|无法送达|無法傳遞|退信)`)

// readOriginal finds the returned mail or its header.
func (r *Report) readOriginal(m *Mail) {
	for _, p := range m.Attachments {
		switch p.ContentType {
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers":
			h, _ := readHeader(p.Data)
			if len(h.fields) == 0 || len(r.Original.fields) > 0 {
				continue
			}
			r.Original = h
		}
	}
	if ids := messageIDs(r.Original.allRaw("Message-ID")); len(ids) > 0 {
		r.OriginalMessageID = ids[0]
		return
	}
	text := r.Text
	if at := originalStart.FindStringIndex(text); at != nil && len(r.Original.fields) == 0 {
		block := strings.TrimLeft(text[at[0]:], " \t>")
		if !strings.Contains(strings.SplitN(block, "\n", 2)[0], ": ") || strings.HasPrefix(block, "-") {
			if k := strings.IndexByte(block, '\n'); k >= 0 {
				block = strings.TrimLeft(block[k:], "\r\n \t")
			}
		}
		if h, _ := readHeader([]byte(block)); len(h.fields) > 2 {
			r.Original = h
		}
	}
	if found := messageIDLine.FindStringSubmatch(text); found != nil {
		r.OriginalMessageID = found[1]
		return
	}
	// Some servers only thread their report to the mail.
	switch {
	case len(m.InReplyTo) > 0:
		r.OriginalMessageID = m.InReplyTo[0]
	case len(m.References) > 0:
		r.OriginalMessageID = m.References[len(m.References)-1]
	}
}

// statusIn cuts the delivery fields out of a text.
func statusIn(text string) string {
	at := len(text)
	for _, mark := range []string{"Reporting-MTA:", "Original-Recipient:", "Final-Recipient:"} {
		if k := strings.Index(text, mark); k >= 0 && k < at {
			at = k
		}
	}
	return text[at:]
}

// readStatus reads the groups of fields of a delivery-status part.
func (r *Report) readStatus(data []byte) bool {
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	found := false
	for _, group := range blankLine.Split(string(data), -1) {
		h, _ := readHeader([]byte(strings.TrimLeft(group, "\n") + "\n"))
		if v := h.Get("Reporting-MTA"); v != "" && r.ReportingMTA == "" {
			r.ReportingMTA = typedValue(v)
		}
		final, original := h.Get("Final-Recipient"), h.Get("Original-Recipient")
		if final == "" {
			final = h.Get("X-Actual-Recipient")
		}
		if final == "" && original == "" {
			continue
		}
		d := Delivery{
			Address:         statusAddress(final),
			OriginalAddress: statusAddress(original),
			Action:          Action(strings.ToLower(firstWord(h.Get("Action")))),
			Diagnostic:      typedValue(h.Get("Diagnostic-Code")),
			RemoteMTA:       typedValue(h.Get("Remote-MTA")),
		}
		if m := statusCode.FindString(h.Get("Status")); m != "" {
			d.Status = m
		}
		if d.Address == "" || !strings.Contains(d.Address, "@") && strings.Contains(d.OriginalAddress, "@") {
			d.Address = d.OriginalAddress
		}
		if d.OriginalAddress == d.Address {
			d.OriginalAddress = ""
		}
		switch d.Action {
		case ActionFailed, ActionDelayed, ActionDelivered, ActionRelayed, ActionExpanded:
		default:
			d.Action = ActionFailed
			if strings.HasPrefix(d.Status, "4.") && delayedWords.MatchString(r.Text) {
				d.Action = ActionDelayed
			} else if strings.HasPrefix(d.Status, "2.") {
				d.Action = ActionDelivered
			}
		}
		found = true
		r.add(d)
	}
	return found
}

func firstWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return strings.Trim(f[0], "();,")
	}
	return ""
}

// typedValue takes the type off "smtp; 550 …" and "dns; host".
func typedValue(v string) string {
	if k := strings.IndexByte(v, ';'); k >= 0 && k < 24 && !strings.Contains(v[:k], " ") {
		v = v[k+1:]
	}
	return strings.TrimSpace(v)
}

func statusAddress(v string) string {
	v = typedValue(v)
	if m := anyRcpt.FindString(v); m != "" {
		return NormalizeAddress(m)
	}
	return NormalizeAddress(v)
}

// readFeedback reads an abuse report (RFC 5965).
func (r *Report) readFeedback(data []byte) bool {
	h, _ := readHeader(data)
	kind := strings.ToLower(h.Get("Feedback-Type"))
	if kind == "" {
		return false
	}
	d := Delivery{Action: ActionComplaint, Reason: ReasonSpam, Diagnostic: "Feedback-Type: " + kind}
	var to []string
	for _, name := range []string{"Original-Rcpt-To", "Removal-Recipient", "Redacted-Address"} {
		to = append(to, h.All(name)...)
	}
	if len(to) == 0 {
		for _, a := range addresses(&r.Original, "To") {
			to = append(to, a.Address)
		}
	}
	if len(to) == 0 {
		to = []string{""}
	}
	for _, a := range to {
		d.Address = NormalizeAddress(a)
		r.Recipients = append(r.Recipients, d)
	}
	return true
}

// add completes one delivery and keeps it once per address.
func (r *Report) add(d Delivery) {
	d.complete()
	for i := range r.Recipients {
		if strings.EqualFold(r.Recipients[i].Address, d.Address) && d.Address != "" {
			return
		}
	}
	r.Recipients = append(r.Recipients, d)
}

func (d *Delivery) complete() {
	d.Diagnostic = oneLine(strings.Join(strings.Fields(d.Diagnostic), " "))
	if d.Code == "" {
		if m := replyCode.FindStringSubmatch(d.Diagnostic); m != nil {
			d.Code = m[1]
		}
	}
	if m := statusCode.FindString(d.Diagnostic); m != "" && (d.Status == "" || strings.HasSuffix(d.Status, ".0.0")) {
		d.Status = m
	}
	d.Reason, d.Hard = classify(d.Status, d.Code, d.Diagnostic)
	if d.Action != ActionFailed {
		d.Hard = false
	}
}

// completeFromText looks in the text for what a status part leaves out.
func (r *Report) completeFromText() {
	for i := range r.Recipients {
		d := &r.Recipients[i]
		if d.Action == ActionFailed && d.Reason == ReasonOther && len(r.Recipients) == 1 {
			head := r.Text
			if at := originalStart.FindStringIndex(head); at != nil {
				head = head[:at[0]]
			}
			if len(head) > 6000 {
				head = head[:6000]
			}
			if reason, hard := classify("", "", head); reason != ReasonOther {
				d.Reason, d.Hard = reason, hard
			}
		}
	}
}

// readText reads a report that is only written for people.
func (r *Report) readText(m *Mail) {
	text := r.Text
	if at := originalStart.FindStringIndex(text); at != nil && at[0] > 40 {
		text = text[:at[0]]
	}
	action := ActionFailed
	if delayedWords.MatchString(text) && !gaveUp.MatchString(text) {
		action = ActionDelayed
	}
	own := map[string]bool{}
	for _, a := range m.To {
		own[strings.ToLower(a.Address)] = true
	}
	for _, a := range append(m.From, m.Sender) {
		own[strings.ToLower(a.Address)] = true
	}
	// The author of the returned mail is told, not missing.
	for _, a := range addresses(&r.Original, "From") {
		own[strings.ToLower(a.Address)] = true
	}
	var found []string
	seen := map[string]bool{}
	add := func(a string) {
		a = NormalizeAddress(strings.Trim(a, ".,;:"))
		key := strings.ToLower(a)
		if a != "" && strings.Contains(a, "@") && !seen[key] && !own[key] && !bounceLocal.MatchString(strings.SplitN(a, "@", 2)[0]) {
			seen[key] = true
			found = append(found, a)
		}
	}
	for _, v := range m.Header.All("X-Failed-Recipients") {
		for _, a := range anyRcpt.FindAllString(v, -1) {
			add(a)
		}
	}
	for _, pattern := range []*regexp.Regexp{lineRcpt, bracketRcpt, anyRcpt} {
		if len(found) > 0 {
			break
		}
		for _, a := range pattern.FindAllStringSubmatch(text, 20) {
			add(a[1])
		}
	}
	if len(found) == 0 {
		own = nil // a mail to oneself
		for _, a := range lineRcpt.FindAllStringSubmatch(text, 20) {
			add(a[1])
		}
	}
	if len(found) == 0 {
		for _, a := range append(addresses(&r.Original, "To"), addresses(&r.Original, "Cc")...) {
			add(a.Address)
		}
	}
	for _, a := range found {
		d := Delivery{Address: a, Action: action, Diagnostic: around(text, a)}
		d.complete()
		if d.Reason == ReasonOther {
			d.Reason, d.Hard = classify(d.Status, d.Code, text)
			d.Hard = d.Hard && action == ActionFailed
		}
		if d.Status == "" {
			d.Status = statusCode.FindString(text)
		}
		r.Recipients = append(r.Recipients, d)
	}
}

// around gives the lines of text in which and after which addr stands.
func around(text, addr string) string {
	at := strings.Index(strings.ToLower(text), strings.ToLower(addr))
	if at < 0 {
		return ""
	}
	start := strings.LastIndexByte(text[:at], '\n') + 1
	var out []string
	for i, line := range strings.Split(text[start:], "\n") {
		line = strings.TrimSpace(line)
		if i > 0 && line == "" && len(out) > 1 || i > 6 || i > 0 && lineRcpt.MatchString(line) && !strings.Contains(strings.ToLower(line), strings.ToLower(addr)) {
			break
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, " ")
}
