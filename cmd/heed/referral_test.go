package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"heed/internal/platform/mailwire/mailtest"
)

// A ticket is forwarded: the dealer finds the mail in his mailbox, and his link
// shows him what he is to do; the ticket waits for him, and the customer is told.
func TestADealerGetsTheMailAndItsLinkOpensHisPage_R305(t *testing.T) {
	servers := mailtest.Start(t)
	const support, alice, workshop = "support@support.test", "alice@customer.test", "stranger@customer.test"
	data, token := prepared(t)
	s := start(t, data, "--allow-private-outbound", "127.0.0.0/8")
	s.token = token
	s.mailbox(servers, support)
	servers.Deliver(t, alice, support, mail("Alice <"+alice+">", support, "Oil under the machine", "oil@customer.test", "It drips."))
	s.eventually("the mail is a ticket", func() bool { return len(s.tickets()) == 1 })
	ticket := s.tickets()[0]

	var dealer struct{ ID int64 }
	s.do("POST", "/dealers", map[string]any{"name": "Workshop <A>", "city": "苏州", "email": workshop, "phone": "+86 138 0013 7000", "locale": "en"}).into(t, &dealer)
	var made struct {
		ID       int64
		State    string
		MailedTo string `json:"mailed_to"`
		Told     bool   `json:"customer_told"`
		Link     string
	}
	s.do("POST", "/tickets/"+itoa(ticket.ID)+"/referrals", map[string]any{"dealer_id": dealer.ID, "note": "Change the shaft seal & report", "tell_customer": true}).into(t, &made)
	if made.State != "sent" || made.MailedTo != workshop || !made.Told {
		t.Fatalf("%+v", made)
	}
	letter := saying(t, servers.Maildir(t, workshop, 1), "Change the shaft seal & report")
	link := regexp.MustCompile(`/help/referral/[a-z2-7]{52}`).FindString(letter.PlainText())
	if link == "" || !strings.HasSuffix(made.Link, link) || !strings.Contains(letter.Subject, ticket.Number) || !strings.Contains(letter.PlainText(), "Workshop <A>") {
		t.Fatalf("%q\n%s", letter.Subject, letter.PlainText())
	}
	saying(t, servers.Maildir(t, alice, 2), "Workshop <A>")

	if page := s.raw(link); page.status != http.StatusOK {
		t.Errorf("the dealer's page answers %d", page.status)
	}
	var now struct {
		Status   string
		DealerID int64 `json:"dealer_id"`
	}
	s.do("GET", "/tickets/"+itoa(ticket.ID), nil).into(t, &now)
	if now.Status != "waiting_internal" || now.DealerID != dealer.ID {
		t.Errorf("the ticket is %+v", now)
	}
}
