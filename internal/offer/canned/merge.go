package canned

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Facts are what merge fields are filled from. An empty fact is an unknown one.
type Facts struct {
	CustomerName       string
	CustomerSalutation string // how the customer is addressed; empty: the name
	TicketNumber       string
	TicketSubject      string
	AgentName          string
	FirmName           string
	Today              string // a date as people write it, see Date
	// Blank drops the fields that are unknown, for letters that nobody sees
	// before they go. Otherwise they stay visible, so that the writer sees what
	// is missing.
	Blank bool
}

var field = regexp.MustCompile(`\{\{\s*([a-z]+(?:\.[a-z]+)?)\s*\}\}`)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// HTML fills the fields in HTML; what it fills in is escaped.
func (f Facts) HTML(source string) string { return f.fill(source, escaper.Replace) }

// Text fills the fields in plain text, such as a subject.
func (f Facts) Text(source string) string { return f.fill(source, func(s string) string { return s }) }

func (f Facts) fill(source string, escape func(string) string) string {
	return field.ReplaceAllStringFunc(source, func(whole string) string {
		value := f.value(field.FindStringSubmatch(whole)[1])
		if value == "" && !f.Blank {
			return whole
		}
		return escape(value)
	})
}

// value gives the fact of a field's name, as the API documents them.
func (f Facts) value(name string) string {
	switch name {
	case "customer.name":
		return f.CustomerName
	case "customer.salutation":
		if f.CustomerSalutation == "" {
			return f.CustomerName
		}
		return f.CustomerSalutation
	case "ticket.number":
		return f.TicketNumber
	case "ticket.subject":
		return f.TicketSubject
	case "agent.name":
		return f.AgentName
	case "firm.name":
		return f.FirmName
	case "today":
		return f.Today
	}
	return ""
}

// Date gives a day as a letter in the language writes it.
func Date(locale string, t time.Time) string {
	if strings.HasPrefix(locale, "zh") {
		return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
	}
	return t.Format("2 January 2006")
}
