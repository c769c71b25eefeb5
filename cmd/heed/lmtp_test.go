package main

import (
	"net"
	"net/textproto"
	"testing"
)

// A mail server of one's own hands mail over by LMTP (RFC 2033): a wrong
// address is refused at once, a right one is acknowledged when it is durable.
func TestMailByLMTP(t *testing.T) {
	t.Parallel()
	data, token := prepared(t)
	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := probe.Addr().String()
	if err := probe.Close(); err != nil {
		t.Fatal(err)
	}
	s := start(t, data, "--lmtp", addr)
	s.token = token
	s.do("POST", "/mailboxes", map[string]any{"name": "Service", "address": "service@heed.example", "aliases": []string{"help@heed.example"}}).into(t, &struct{}{})
	c, err := textproto.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	say := func(code int, line string) {
		t.Helper()
		if line != "" {
			if err := c.PrintfLine("%s", line); err != nil {
				t.Fatal(err)
			}
		}
		if _, msg, err := c.ReadResponse(code); err != nil {
			t.Fatalf("%q: %v %s", line, err, msg)
		}
	}
	say(220, "")
	say(250, "LHLO mail.heed.example")
	say(250, "MAIL FROM:<wang@customer.example>")
	say(550, "RCPT TO:<nobody@heed.example>")
	say(250, "RCPT TO:<HELP+machine@heed.example>")
	say(354, "DATA")
	say(250, "From: wang@customer.example\r\nTo: help@heed.example\r\nSubject: by LMTP\r\nMessage-ID: <l1@customer.example>\r\n\r\nhello\r\n.")
	say(221, "QUIT")
	s.eventually("the mail is a ticket", func() bool {
		all := s.tickets()
		return len(all) == 1 && all[0].Subject == "by LMTP"
	})
}
