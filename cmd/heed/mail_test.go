package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/platform/mailwire"
	"heed/internal/platform/mailwire/mailtest"
)

// One program, one Postfix, one Dovecot: a mail becomes a ticket on an open
// page, the answer reaches the customer's mailbox, and what must not join,
// answer or get lost does not.

// page follows the stream of events as an open page does.
func (s *server) page(t *testing.T) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatal(err, res)
	}
	out := make(chan string, 1000)
	go func() {
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				out <- data
			}
		}
	}()
	return out
}

type ticketLine struct {
	ID           int64
	Number       string
	Subject      string
	Status       string
	MessageCount int64 `json:"message_count"`
}

func (s *server) tickets() []ticketLine {
	s.t.Helper()
	var list struct{ Items []ticketLine }
	s.do("GET", "/tickets?view=all&sort=oldest", nil).into(s.t, &list)
	return list.Items
}

type messageLine struct {
	ID        int64
	Kind      string
	Text      string
	State     string
	Error     string
	Automatic bool
	HasQuoted bool `json:"has_quoted"`
}

// messages gives a ticket's messages, the oldest first.
func (s *server) messages(ticket int64) []messageLine {
	s.t.Helper()
	var list struct{ Items []messageLine }
	s.do("GET", "/tickets/"+itoa(ticket)+"/messages", nil).into(s.t, &list)
	for i, j := 0, len(list.Items)-1; i < j; i, j = i+1, j-1 {
		list.Items[i], list.Items[j] = list.Items[j], list.Items[i]
	}
	return list.Items
}

func (s *server) reply(ticket int64, text string, more ...string) messageLine {
	s.t.Helper()
	body := map[string]any{"kind": "reply", "html": "<p>" + text + "</p>"}
	if len(more) > 0 {
		body["to"] = more
	}
	var out struct{ Message messageLine }
	s.do("POST", "/tickets/"+itoa(ticket)+"/messages", body).into(s.t, &out)
	return out.Message
}

func (s *server) mailbox(servers *mailtest.Servers, address string) {
	s.t.Helper()
	account := func(port int, security string) map[string]any {
		return map[string]any{
			"host": servers.Host, "port": port, "security": security, "user": address, "password": mailtest.Password, "allow_self_signed": true,
		}
	}
	box := map[string]any{
		"name": "支持", "address": address, "ack_enabled": true,
		"imap": account(servers.IMAPSPort, "tls"), "smtp": account(servers.SubmissionPort, "starttls"),
	}
	var test struct {
		IMAP, SMTP []struct{ Key, Message string }
	}
	s.do("POST", "/mailboxes/test", map[string]any{"imap": box["imap"], "smtp": box["smtp"]}).into(s.t, &test)
	if len(test.IMAP)+len(test.SMTP) != 0 {
		s.t.Fatalf("the connection test finds %+v", test)
	}
	wrong := account(servers.IMAPSPort, "tls")
	wrong["password"] = "nonsense"
	s.do("POST", "/mailboxes/test", map[string]any{"imap": wrong}).into(s.t, &test)
	if len(test.IMAP) != 1 || test.IMAP[0].Key != "mail.auth_failed" || test.IMAP[0].Message == "" {
		s.t.Fatalf("a wrong password is told as %+v", test)
	}
	var made struct {
		ID    int64
		State struct{ IMAP string }
	}
	s.do("POST", "/mailboxes", box).into(s.t, &made)
	s.eventually("the mailbox is watched", func() bool {
		s.do("GET", "/mailboxes/"+itoa(made.ID), nil).into(s.t, &made)
		return made.State.IMAP == "idle"
	})
}

func parse(t *testing.T, raw []byte) *mailwire.Mail {
	t.Helper()
	m, err := mailwire.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// saying gives the mail that says text: two that arrive in one second lie in
// the mailbox in any order.
func saying(t *testing.T, mails [][]byte, text string) *mailwire.Mail {
	t.Helper()
	for _, raw := range mails {
		if m := parse(t, raw); strings.Contains(m.PlainText(), text) {
			return m
		}
	}
	t.Fatalf("none of %d mails says %q", len(mails), text)
	return nil
}

func mail(from, to, subject, id, text string, more ...string) []byte {
	return []byte(fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\nDate: %s\r\n%s\r\n%s\r\n",
		from, to, subject, id, time.Now().Format(time.RFC1123Z), strings.Join(append(more, ""), "\r\n"), text))
}

func TestMailFromTheCustomerAndBack(t *testing.T) {
	servers := mailtest.Start(t)
	const support, alice, stranger = "support@support.test", "alice@customer.test", "stranger@customer.test"
	data, token := prepared(t)
	s := start(t, data, "--allow-private-outbound", "127.0.0.0/8")
	s.token = token
	s.mailbox(servers, support)
	events := s.page(t)

	// A mail by swaks is a ticket on the open page at once, by IDLE.
	began := time.Now()
	servers.Swaks(t, "--from", alice, "--to", support, "--header", "Subject: Compressor is loud", "--header", "Message-Id: <first@customer.test>", "--body", "It is very loud since yesterday.")
	seen := time.Duration(0)
	for seen == 0 {
		select {
		case e := <-events:
			if strings.Contains(e, `"kind":"ticket.created"`) && strings.Contains(e, "Compressor is loud") {
				seen = time.Since(began)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("the mail never became a ticket on the page\n%s", s.said())
		}
	}
	// The wait above is shorter than the pause of polling: it came by IDLE. How
	// fast is a figure, not a promise that a busy machine could break.
	t.Logf("from swaks to the open page: %v", seen.Round(time.Millisecond))
	ticket := s.tickets()[0]

	// The customer is told the number, by a mail that says it is automatic.
	ack := parse(t, servers.Maildir(t, alice, 1)[0])
	if !strings.Contains(ack.Subject+ack.PlainText(), ticket.Number) || ack.Header.Get("Auto-Submitted") != "auto-replied" || ack.InReplyTo[0] != "first@customer.test" {
		t.Fatalf("acknowledgement: %q %v", ack.Subject, ack.Header)
	}

	// The answer reaches her mailbox and threads there.
	s.reply(ticket.ID, "请先关机，我们今天上门。")
	answer := saying(t, servers.Maildir(t, alice, 2), "今天上门")
	if answer.InReplyTo[0] == "" || !slices.Contains(answer.References, "first@customer.test") || !strings.Contains(answer.PlainText(), "今天上门") || answer.HTML == "" {
		t.Fatalf("reply: %v %v %q", answer.InReplyTo, answer.References, answer.PlainText())
	}
	if !strings.HasPrefix(answer.Subject, "Re: Compressor is loud") || answer.From[0].Address != support {
		t.Errorf("reply: %q from %v", answer.Subject, answer.From)
	}
	s.eventually("the reply is marked as sent", func() bool { m := s.messages(ticket.ID); return m[len(m)-1].State == "sent" })

	// Her second mail joins; what it quotes is folded away.
	servers.Deliver(t, alice, support, mail("Alice <"+alice+">", support, "Something else entirely", "second@customer.test",
		"Thank you, that helped.\r\n\r\nOn Tue, 24 Nov 2026, Support wrote:\r\n> 请先关机", "In-Reply-To: <"+answer.MessageID+">", "Content-Type: text/plain; charset=utf-8"))
	s.eventually("the second mail joins the ticket", func() bool { return len(s.messages(ticket.ID)) == 3 })
	if last := s.messages(ticket.ID)[2]; last.Kind != "incoming" || strings.Contains(last.Text, "请先关机") || !last.HasQuoted {
		t.Errorf("%+v", last)
	}

	// A stranger who quotes the number, or even the Message-ID, opens his own.
	servers.Deliver(t, stranger, support, mail(stranger, support, "Re: ["+ticket.Number+"] Compressor is loud", "strange1@customer.test", "let me in"))
	servers.Deliver(t, stranger, support, mail(stranger, support, "Re: Compressor is loud", "strange2@customer.test", "let me in again", "References: <"+answer.MessageID+">"))
	s.eventually("the stranger has tickets of his own", func() bool { return len(s.tickets()) == 3 })
	if n := len(s.messages(ticket.ID)); n != 3 {
		t.Fatalf("the stranger joined: %d messages", n)
	}

	// A vacation answer is shown and answered by nothing.
	acks := len(servers.Maildir(t, stranger, 2))
	servers.Deliver(t, stranger, support, mail(stranger, support, "Out of office", "vac@customer.test", "I am away", "Auto-Submitted: auto-replied"))
	s.eventually("the vacation answer is kept", func() bool { return len(s.tickets()) == 4 })
	vacation := s.tickets()[3]
	if m := s.messages(vacation.ID); len(m) != 1 || !m[0].Automatic {
		t.Errorf("%+v", m)
	}

	// A bounce lands on the message that it is about, as no ticket of its own.
	bounced := s.reply(ticket.ID, "To nobody", mailtest.BouncesLater)
	servers.Flush(t)
	s.eventually("the bounce is on its message", func() bool {
		for _, m := range s.messages(ticket.ID) {
			if m.ID == bounced.ID && m.State == "bounced" && m.Error != "" {
				return true
			}
		}
		return false
	})
	refused := s.reply(ticket.ID, "To nobody at all", mailtest.NotThere)
	s.eventually("a refused recipient is told on the message", func() bool {
		for _, m := range s.messages(ticket.ID) {
			if m.ID == refused.ID && m.State == "failed" && strings.Contains(m.Error, mailtest.NotThere) {
				return true
			}
		}
		return false
	})
	if n := len(s.tickets()); n != 4 {
		t.Errorf("the bounce made a ticket: %d", n)
	}

	// Mail that came while Heed was down is fetched when it is back, whatever was read meanwhile.
	if code := s.stop(); code != 0 {
		t.Fatal(code, s.said())
	}
	servers.Deliver(t, alice, support, mail(alice, support, "While you were away", "away@customer.test", "Are you there?"))
	s.up()
	s.eventually("the mail of the night is a ticket", func() bool { return len(s.tickets()) == 5 })

	// Dovecot goes away and comes back: nothing is lost, nothing is doubled.
	servers.StopDovecot(t)
	s.eventually("the mailbox is shown as failing", func() bool {
		var list struct {
			Items []struct{ State struct{ IMAP string } }
		}
		s.do("GET", "/mailboxes", nil).into(t, &list)
		return list.Items[0].State.IMAP == "failing"
	})
	servers.StartDovecot(t)
	servers.Deliver(t, alice, support, mail(alice, support, "After the outage", "outage@customer.test", "hello"))
	s.eventually("mail after the outage is a ticket", func() bool { return len(s.tickets()) == 6 })
	if n := len(servers.Maildir(t, stranger, acks)); n != acks {
		t.Errorf("the vacation answer was answered: %d mails, not %d", n, acks)
	}
}

// The same mail in two mailboxes is one message, and one that breaks no rule
// but has no Message-ID is kept.
func TestTheSameMailTwiceIsOneMessage(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	s := start(t, data)
	s.token = token
	for _, a := range []string{"one@heed.example", "two@heed.example"} {
		s.do("POST", "/mailboxes", map[string]any{"name": a, "address": a}).into(t, &json.RawMessage{})
	}
	same := mail("w@customer.example", "one@heed.example, two@heed.example", "Both", "both@customer.example", "to both of you")
	nameless := []byte("From: w@customer.example\r\nTo: one@heed.example\r\nSubject: no id\r\nDate: Tue, 24 Nov 2026 10:00:00 +0800\r\n\r\ntext\r\n")
	for _, d := range []struct {
		to  string
		raw []byte
	}{
		{"one@heed.example", same},
		{"two@heed.example", append([]byte("Received: from elsewhere\r\n"), same...)},
		{"one@heed.example", same},
		{"one@heed.example", nameless},
		{"one@heed.example", nameless},
		// Two mails that share an id by mistake are two mails.
		{"one@heed.example", mail("w@customer.example", "one@heed.example", "Other", "both@customer.example", "another text")},
	} {
		if out, code := call(t, string(d.raw), "mail", "deliver", "--data", data, "--mailbox", d.to); code != 0 {
			t.Fatal(code, out)
		}
	}
	s.eventually("three tickets", func() bool { return len(s.tickets()) == 3 })
	for _, line := range s.tickets() {
		if line.MessageCount != 1 {
			t.Errorf("%+v", line)
		}
	}
}
