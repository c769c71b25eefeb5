package email

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"heed/internal/kernel/fault"
	"heed/internal/people/identity"
	"heed/internal/platform/mailwire"
)

// Bounds of what people type, in characters.
const (
	nameMost      = 120
	subjectMost   = 300
	htmlMost      = 20_000
	aliasesMost   = 50
	secretMost    = 2000
	defaultFolder = "INBOX"
)

// Account is how a mailbox reaches one of its servers. The password is kept
// apart, sealed.
type Account struct {
	Host            string `json:"host"`
	Port            int    `json:"port"`
	Security        string `json:"security"` // tls, starttls or none
	User            string `json:"user"`
	Folder          string `json:"folder,omitempty"` // of IMAP
	AllowSelfSigned bool   `json:"allow_self_signed,omitempty"`
}

// Mailbox is an address of the firm that customers write to.
type Mailbox struct {
	ID            int64
	Name          string // as the sender of what we send
	Address       string
	Aliases       []string // further addresses whose mail arrives here
	TeamID        int64    // whose queue new tickets come to; 0: the firm's own
	Active        bool
	IMAP          *Account // nil: mail comes by LMTP or the command line only
	IMAPSecret    string   // sealed
	SMTP          *Account // nil: nothing is sent from here
	SMTPSecret    string   // sealed
	AckEnabled    bool
	AckSubject    string // with merge fields; empty: the built-in one
	AckHTML       string
	SignatureHTML string
	CreatedAt     time.Time
	Version       int64
}

// Takes tells whether mail to the address arrives here. A detail after a plus
// sign (RFC 5233) does not count.
func (m Mailbox) Takes(address string) bool {
	address = plain(address)
	if plain(m.Address) == address {
		return true
	}
	for _, a := range m.Aliases {
		if plain(a) == address {
			return true
		}
	}
	return false
}

// plain folds an address for comparing and drops its detail.
func plain(address string) string {
	address = fold(address)
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	if i := strings.IndexByte(local, '+'); i > 0 {
		local = local[:i]
	}
	return local + "@" + domain
}

// fold makes one form of an address for comparing. Local parts differ by case
// in theory (RFC 5321) and nowhere in practice.
func fold(address string) string { return strings.ToLower(mailwire.NormalizeAddress(address)) }

var hostName = regexp.MustCompile(`^[\pL\pN]([\pL\pN.-]*[\pL\pN])?$|^\[?[0-9a-fA-F:.]+\]?$`)

// check collects what is wrong with the mailbox, each beside its field.
func (m Mailbox) check() error {
	var f fault.Fields
	text(&f, "name", m.Name, nameMost, true)
	if _, ok := identity.Email(m.Address); !ok {
		f.Add("address", "field.email_invalid")
	}
	if len(m.Aliases) > aliasesMost {
		f.Add("aliases", "field.too_many", "max", aliasesMost)
	}
	for _, a := range m.Aliases {
		if _, ok := identity.Email(a); !ok {
			f.Add("aliases", "field.email_invalid")
			break
		}
	}
	m.IMAP.check(&f, "imap")
	m.SMTP.check(&f, "smtp")
	text(&f, "ack_subject", m.AckSubject, subjectMost, false)
	text(&f, "ack_html", m.AckHTML, htmlMost, false)
	text(&f, "signature_html", m.SignatureHTML, htmlMost, false)
	return f.Err()
}

func text(f *fault.Fields, name, value string, most int, required bool) {
	switch {
	case required && strings.TrimSpace(value) == "":
		f.Add(name, "field.required")
	case utf8.RuneCountInString(value) > most:
		f.Add(name, "field.too_long", "max", most)
	}
}

func (a *Account) check(f *fault.Fields, where string) {
	if a == nil {
		return
	}
	switch {
	case a.Host == "":
		f.Add(where+".host", "field.required")
	case len(a.Host) > 253 || !hostName.MatchString(a.Host):
		f.Add(where+".host", "email.host_invalid")
	}
	if a.Port < 1 || a.Port > 65535 {
		f.Add(where+".port", "email.port_invalid")
	}
	switch mailwire.TLSMode(a.Security) {
	case mailwire.TLSDirect, mailwire.TLSStart, mailwire.TLSNone:
	default:
		f.Add(where+".security", "field.unknown_value")
	}
	text(f, where+".user", a.User, nameMost*2, where == "imap")
	text(f, where+".folder", a.Folder, nameMost, false)
}

// State is how a mailbox fares.
type State struct {
	MailboxID   int64
	UIDValidity int64
	LastUID     int64
	BeganAt     time.Time // when the folder was opened first; what lay there before stays there
	AgainTo     int64     // the last UID that was there when the server had numbered the folder anew
	IMAP        string    // off, connecting, idle or failing
	IMAPError   string    // text key below "fault."
	IMAPDetail  string
	LastFetchAt *time.Time
	SMTPError   string
	SMTPDetail  string
	LastSentAt  *time.Time
}

// What IMAP does at a mailbox.
const (
	imapOff        = "off"
	imapConnecting = "connecting"
	imapIdle       = "idle"
	imapFailing    = "failing"
)
