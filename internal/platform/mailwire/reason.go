package mailwire

import (
	"regexp"
	"strings"
)

// userUnknown is how servers say that there is no such person.
var userUnknown = regexp.MustCompile(`(?i)(user (is )?(unknown|not found|doesn'?t exist|does not exist)|unknown (user|recipient|address|local|account|or illegal)|no such (user|recipient|person|mailbox|address|account)|recipient.{0,60}(unknown|not found|does ?n[o']t exist|rejected|not exist|invalid)|mailbox (is )?(unavailable|not found|unknown|does ?n[o']t exist|invalid)|(mailbox|account|address|user|ユーザー)[^.]{0,60}(does ?n[o']t exist|not exist|could ?n[o']t be found|not found|no longer (exists|available)|unknown|not listed|not known|is invalid)|invalid (recipient|mailbox|user|address)|no mailbox|not a (valid|known) (user|mailbox|recipient|address)|unrouteable address|address (rejected|unknown|not found)|bad (destination|address|recipient)|doesn'?t have (a|an) .{0,30}account|not listed in|is not (a )?(known|valid|local|recogni)|user.{0,12}not (known|local)|undefined mail|no account|unknown to|存在しない|見つかりません|不存在|ユーザ.{0,20}存在|宛先.{0,12}(不明|存在)|无此用户|找不到收件人|收件人不存在)`)

// signs are the words of servers, in the order of what they say most surely.
var signs = []struct {
	reason string
	words  *regexp.Regexp
}{
	{ReasonMailboxFull, regexp.MustCompile(`(?i)(mailbox (is )?(full|over|exceed)|over ?quota|quota (exceed|violation|full|limit)|exceed(ed|s)?.{0,30}(quota|storage|mailbox size)|insufficient (system )?(storage|disk)|not enough (storage|space)|out of (disk )?(space|storage)|user is over|disk quota|mailfolder is full|is full\b|mailbox size limit|account is over|receiving mail at a rate|inbox is (full|out of)|no space left|メールボックス.{0,12}(一杯|容量)|邮箱(已满|空间不足)|邮箱容量)`)},
	{ReasonTooLarge, regexp.MustCompile(`(?i)(message (is )?(too (large|big)|size exceed|file too big|exceeds)|exceeds? .{0,40}(message size|maximum.{0,12}size|size limit)|max(imum)? message size|too large|size limit)`)},
	{ReasonMoved, regexp.MustCompile(`(?i)(has (been )?moved to|user has moved|address (has )?changed|no longer (valid|with (us|the company))|new address|recipient moved)`)},
	{ReasonHostUnknown, regexp.MustCompile(`(?i)(host (or domain name )?(not found|unknown)|unknown host|no such (domain|host)|domain (does not exist|not found|must resolve|name not found|is not valid)|name (service error|server).{0,60}(not found|type=)|couldn'?t find any host|unrouteable (mail )?domain|illegal host|invalid domain name|host.{0,80}not found|bad destination (system|mailbox) address.{0,12}system|no mx|domain .{0,60}(invalid|unknown)|nxdomain|dns (error|lookup))`)},
	{ReasonNotAccepted, regexp.MustCompile(`(?i)(does not accept (mail|email)|null ?mx|smtp protocol returned a permanent error|host.{0,40}does not (receive|accept) mail|mail receiving disabled|domain.{0,40}does(n't| not) accept)`)},
	{ReasonDisabled, regexp.MustCompile(`(?i)(account (has been |is )?(disabled|suspended|inactive|expired|locked)|mailbox (has been |is |currently )?(disabled|suspended|inactive|unavailable due|frozen)|user.{0,40}(suspended|inactive|disabled)|(disabled|inactive|suspended) (mailbox|user|recipient|account)|domain.{0,30}suspended)`)},
	{ReasonSpam, regexp.MustCompile(`(?i)(\bspam\b|unsolicited|junk|bulk mail|content (rejected|filter)|high probability of spam|message looks like)`)},
	{ReasonPolicy, regexp.MustCompile(`(?i)(blacklist|block(ed|list)|\brbl\b|spamhaus|\bdnsbl\b|reputation|denied|refused|reject(ed)? (due to|by|for|because)? ?(security |local )?policy|policy (violation|reason|restriction)|administrative(ly)? prohib|prohibited|dmarc|dkim|\bspf\b|relay(ing)? (denied|not permitted|access)|not permitted|unable to relay|reverse dns|\bptr\b|fcrdns|virus|malware|authentication|too many|rate limit|throttl|access denied|banned|security|attachment|compliant)`)},
	{ReasonUserUnknown, userUnknown},
	{ReasonExpired, regexp.MustCompile(`(?i)(connection (timed out|refused|reset)|timed? ?out|timeout|retry (time(out)?|limit).{0,20}(exceed|exhaust|expired)|(been|too) (on|in)(to)? the queue|undeliverable for|delivery time (expired|limit)|queue.{0,24}(expire|too long)|host unreachable|no route|message expired|temporarily (unavailable|deferred)|could not be delivered for|giving up|lost connection|too long)`)},
}

var (
	accessDenied = regexp.MustCompile(`(?i)recipient address rejected: access denied`)
	badSender    = regexp.MustCompile(`(?i)(sender (address )?(was )?(rejected|denied|invalid)|(invalid|bad|unknown|illegal) sender|my name was rejected|helo command rejected)`)
	tryAgain     = regexp.MustCompile(`(?i)host (name )?not found, try again|temporary lookup failure|domain.{0,30}try again`)
)

// classify says why a delivery failed. The server's words come before its
// code, for many give 5.1.1 or 550 to everything they dislike.
func classify(status, code, words string) (reason string, hard bool) {
	reason = ReasonOther
	switch status {
	case "5.1.2", "4.1.2", "5.4.4":
		reason = ReasonHostUnknown
	case "5.1.10":
		return ReasonNotAccepted, true
	case "5.1.6":
		return ReasonMoved, true
	case "5.2.1", "4.2.1":
		reason = ReasonDisabled
	case "5.2.2", "4.2.2":
		return ReasonMailboxFull, false
	case "5.2.3", "5.3.4":
		return ReasonTooLarge, false
	case "4.4.7", "5.4.7":
		reason = ReasonExpired
	}
	switch {
	case accessDenied.MatchString(words):
		// Microsoft's way to say that there is no such recipient.
		return ReasonUserUnknown, !strings.HasPrefix(status, "4.")
	case badSender.MatchString(words), status == "5.1.7", status == "5.1.8":
		return ReasonPolicy, false
	case tryAgain.MatchString(words):
		return ReasonExpired, false
	}
	spoken := ReasonOther
	for _, s := range signs {
		if s.words.MatchString(words) {
			spoken = s.reason
			break
		}
	}
	// A refusal that also says the user is unknown means the user.
	if (spoken == ReasonPolicy || spoken == ReasonSpam) && (status == "5.1.1" || status == "") && userUnknown.MatchString(words) && strings.Contains(strings.ToLower(words), "unknown") {
		spoken = ReasonUserUnknown
	}
	if spoken != ReasonOther && (reason == ReasonOther || spoken == ReasonUserUnknown || spoken == ReasonHostUnknown) {
		reason = spoken
	}
	if reason == ReasonOther {
		switch {
		case status == "5.1.1" || status == "5.1.0" && code == "550" || status == "5.1.3":
			reason = ReasonUserUnknown
		case strings.HasPrefix(status, "5.7.") || strings.HasPrefix(status, "4.7."):
			reason = ReasonPolicy
		case strings.HasPrefix(status, "4.4.") || strings.HasPrefix(status, "5.4."):
			reason = ReasonExpired
		}
	}
	switch reason {
	case ReasonUserUnknown, ReasonHostUnknown, ReasonMoved, ReasonNotAccepted:
		hard = !strings.HasPrefix(status, "4.") && !strings.HasPrefix(code, "4")
	}
	return reason, hard
}
