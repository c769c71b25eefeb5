package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/offer/canned"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
	"heed/internal/platform/secret"
	"heed/internal/work/conversation"
	"heed/internal/work/ticket"
)

const service = "service@heed.example"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// town stands in for the agents.
type town struct{}

func (town) Actor(context.Context, int64) (actor.Actor, error) {
	return actor.Actor{}, fault.NotFound("not_found")
}
func (town) TeamInUse(context.Context, int64) (bool, error)      { return true, nil }
func (town) PrivateTeamsHidden(context.Context) ([]int64, error) { return nil, nil }
func (town) DialContext(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("no network here")
}

// trouble is a blob store that can be broken.
type trouble struct {
	blob.Store
	open func() error
}

func (b *trouble) Open(ctx context.Context, key string) (io.ReadSeekCloser, int64, error) {
	if b.open != nil {
		if err := b.open(); err != nil {
			return nil, 0, err
		}
	}
	return b.Store.Open(ctx, key)
}

type house struct {
	*Service
	clock     *clock.Manual
	queue     *jobs.Queue
	customers *customer.Service
	blobs     *trouble
	box       Mailbox
}

func build(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{clock: clock.NewManual(noon)}
	log := slog.New(slog.DiscardHandler)
	j := journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	h.queue = jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	files, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	h.blobs = &trouble{Store: files}
	seal, err := secret.Load(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	settings := setting.New(setting.Deps{DB: d, Journal: j, Clock: h.clock})
	h.customers = customer.New(customer.Deps{DB: d, Journal: j, Clock: h.clock, Settings: settings})
	tickets := ticket.New(ticket.Deps{DB: d, Journal: j, Jobs: h.queue, Clock: h.clock, People: town{}, Customers: h.customers})
	talk := conversation.New(conversation.Deps{
		DB: d, Journal: j, Clock: h.clock, Tickets: tickets, Blobs: h.blobs, Seal: seal, FileLimit: 1 << 20,
		Customer:     func(context.Context, int64) (conversation.Customer, error) { return conversation.Customer{}, nil },
		OwnAddresses: func(ctx context.Context) ([]string, error) { return h.Addresses(ctx) },
	})
	h.Service = New(Deps{
		DB: d, Journal: j, Jobs: h.queue, Clock: h.clock, Log: log, Blobs: h.blobs, Seal: seal, Dialer: town{}, Setting: settings,
		Tickets: tickets, Conversation: talk, Requester: h.customers.Requester, Belongs: h.customers.Belongs, MailLimit: 1 << 20,
		Signature: func(context.Context, int64) (string, error) { return "", nil },
		Facts:     func(context.Context, int64) (canned.Facts, error) { return canned.Facts{}, nil },
	})
	h.box, err = h.Add(system(t), Input{
		Name: new("Service"), Address: new(service), AckEnabled: new(true),
		SMTP: &Account{Host: "mail.heed.example", Port: 587, Security: "starttls"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	schema := slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), customer.Migrations(), ticket.Migrations(),
		conversation.Migrations(), Migrations())
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) { fn(t, build(t, d)) })
}

func system(t *testing.T) context.Context { return actor.AsSystem(t.Context()) }

// arrive takes a mail in and gives its record; the mail is handled by handled.
func (h *house) arrive(t *testing.T, raw string) mailIn {
	t.Helper()
	if err := h.Deliver(system(t), service, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
		t.Fatal(err)
	}
	id, err := db.One[int64](t.Context(), h.DB, "SELECT MAX(id) FROM mail_in")
	if err != nil {
		t.Fatal(err)
	}
	return h.mail(t, id)
}

func (h *house) mail(t *testing.T, id int64) mailIn {
	t.Helper()
	in, err := h.mailByID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (h *house) try(t *testing.T, in mailIn, attempt int) error {
	t.Helper()
	return h.handle(system(t), jobs.Job{Args: fmt.Appendf(nil, `{"id":%d}`, in.ID), Attempt: attempt, MaxAttempts: 12})
}

// handled gives the ticket that a mail has come to.
func (h *house) handled(t *testing.T, raw string) int64 {
	t.Helper()
	in := h.arrive(t, raw)
	if err := h.try(t, in, 1); err != nil {
		t.Fatal(err)
	}
	if in = h.mail(t, in.ID); in.State != mailHandled {
		t.Fatalf("%+v", in)
	}
	return in.TicketID
}

func letter(from, id, refs string) string {
	head := "From: " + from + "\nTo: " + service + "\nSubject: the pump\nMessage-ID: <" + id + ">\n"
	if refs != "" {
		head += "References: " + refs + "\n"
	}
	return head + "\nit leaks " + id + "\n"
}

func (h *house) count(t *testing.T, sql string) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), h.DB, sql)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAMailJoinsByReferenceAndSenderOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		wang := h.handled(t, letter("Wang <wang@a.example>", "w1@a.example", ""))
		li := h.handled(t, letter("Li <li@b.example>", "l1@b.example", ""))
		for _, c := range []struct {
			name, from, refs string
			want             int64 // 0: a new ticket
		}{
			{"the customer refers to his mail", "wang@a.example", "<w1@a.example>", wang},
			{"his address is written otherwise", "WANG@A.example", "<w1@a.example>", wang},
			{"a stranger has learned an id", "eve@evil.example", "<w1@a.example>", 0},
			{"another customer refers to a foreign mail", "li@b.example", "<w1@a.example>", 0},
			{"two tickets: the one he belongs to", "li@b.example", "<l1@b.example> <w1@a.example>", li},
			{"the subject alone", "wang@a.example", "", 0},
			{"a mailbox of ours as the sender", service, "<w1@a.example>", 0},
		} {
			t.Run(c.name, func(t *testing.T) {
				got := h.handled(t, letter(c.from, strings.ReplaceAll(c.name, " ", "")+"@x.example", c.refs))
				if c.want != 0 && got != c.want || c.want == 0 && (got == wang || got == li) {
					t.Errorf("came to ticket %d, want %d", got, c.want)
				}
			})
		}
	})
}

func TestOddMailBecomesATicketOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		for name, raw := range map[string]string{
			"no sender":             "To: " + service + "\nSubject: who?\n\nhello\n",
			"an invalid sender":     "From: <<<broken\nSubject: x\n\nhello\n",
			"no subject, no text":   "From: a@c.example\nMessage-ID: <n1@c.example>\n\n\n",
			"zero bytes":            "From: \"A\x00B\" <z\x00@c.example>\nSubject: nul\x00l\nMessage-ID: <z\x00@c.example>\n\nte\x00xt\n",
			"bytes of no charset":   "From: b@c.example\nSubject: \xff\xfe\nMessage-ID: <\xff@c.example>\n\n\xff\xfe\x80\n",
			"a name of 3000 signs":  "From: " + strings.Repeat("n", 3000) + " <long@c.example>\n\nhello\n",
			"an address too long":   "From: " + strings.Repeat("l", 400) + "@c.example\n\nhello\n",
			"a thousand recipients": "From: many@c.example\nTo: " + strings.Repeat("x@y.example, ", 1000) + "z@y.example\n\nhello\n",
		} {
			in := h.arrive(t, raw)
			for range 2 { // a job that ended unnoticed runs again
				if err := h.try(t, in, 1); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if in = h.mail(t, in.ID); in.State != mailHandled || in.TicketID == 0 {
				t.Errorf("%s: %+v", name, in)
			}
		}
		if n := h.count(t, "SELECT COUNT(*) FROM ticket"); n != 8 {
			t.Error("tickets:", n)
		}
	})
}

func TestTwoFirstMailsAtOnceAreOneCustomer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var mails []mailIn
		for i := range 6 {
			mails = append(mails, h.arrive(t, letter("Wang <wang@a.example>", fmt.Sprintf("w%d@a.example", i), "")))
		}
		failed := make(chan error, 2*len(mails))
		for _, in := range slices.Concat(mails, mails) {
			go func() { failed <- h.try(t, in, 1) }()
		}
		for range cap(failed) {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		if tickets, people := h.count(t, "SELECT COUNT(*) FROM ticket"), h.count(t, "SELECT COUNT(*) FROM customer"); tickets != 6 || people != 1 {
			t.Errorf("%d tickets of %d customers", tickets, people)
		}
	})
}

// Whatever goes wrong with a mail, people see it, it holds up none that refers
// to it, and "try again" does so now.
func TestAMailThatCannotBeHandledIsShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		in := h.arrive(t, letter("Wang <wang@a.example>", "w1@a.example", ""))
		answer := h.arrive(t, letter("wang@a.example", "w2@a.example", "<w1@a.example>"))
		if err := h.try(t, answer, 1); !jobs.IsLater(err) {
			t.Fatal("the answer does not wait for what it answers:", err)
		}
		h.blobs.open = func() error { panic("a bug") }
		for attempt := 1; attempt <= shownAfter+1; attempt++ {
			if attempt == shownAfter {
				continue // the program was killed in this try
			}
			if err := h.try(t, in, attempt); err == nil {
				t.Fatal("it was handled")
			}
		}
		h.blobs.open = nil
		list, err := h.refused(t.Context(), page.Request{})
		if err != nil || len(list.Items) != 1 || list.Items[0].Reason != reasonTrouble {
			t.Fatal(list.Items, err)
		}
		if err := h.try(t, answer, 1); err != nil {
			t.Fatal("the answer is held up:", err)
		}
		// Its job waits for hours; the administrator does not.
		if _, err := h.waits(t, in, noon.Add(4*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := h.Retry(system(t), in.ID); err != nil {
			t.Fatal(err)
		}
		if at, err := h.waits(t, in, time.Time{}); err != nil || at.After(noon) {
			t.Error("tried again only at", at, err)
		}
		if err := h.try(t, in, 1); err != nil || h.mail(t, in.ID).State != mailHandled {
			t.Error(err, h.mail(t, in.ID))
		}
	})
}

// waits puts the job of a mail off, unless the time is zero, and gives when it is due.
func (h *house) waits(t *testing.T, in mailIn, until time.Time) (time.Time, error) {
	t.Helper()
	var at time.Time
	err := h.DB.Write(t.Context(), func(ctx context.Context) (err error) {
		if !until.IsZero() {
			_, err = db.Exec(ctx, h.DB, "UPDATE job SET run_at = ? WHERE kind = ? AND ukey = ?", until, jobHandle, jobKey(in.ID))
			if err != nil {
				return err
			}
		}
		at, err = db.One[time.Time](ctx, h.DB, "SELECT run_at FROM job WHERE kind = ? AND ukey = ?", jobHandle, jobKey(in.ID))
		return err
	})
	return at, err
}

// A try whose time is over must still be able to show the mail.
func TestAMailWhoseHandlingTakesTooLongIsShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		in := h.arrive(t, letter("Wang <wang@a.example>", "w1@a.example", ""))
		ctx, cancel := context.WithCancel(system(t))
		h.blobs.open = func() error { cancel(); return ctx.Err() }
		if err := h.handle(ctx, jobs.Job{Args: fmt.Appendf(nil, `{"id":%d}`, in.ID), Attempt: shownAfter, MaxAttempts: 12}); err == nil {
			t.Fatal("it was handled")
		}
		if in = h.mail(t, in.ID); in.State != mailRefused {
			t.Fatalf("%+v", in)
		}
	})
}

// reply writes a reply on a ticket and gives the message's id, planned to be sent.
func (h *house) reply(t *testing.T, ticketID int64) int64 {
	t.Helper()
	m, _, err := h.Conversation.Post(system(t), conversation.Post{TicketID: ticketID, Kind: conversation.Reply, HTML: "<p>we come</p>", To: []string{"wang@a.example"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Journal.CatchUp(t.Context(), h.Follower()); err != nil {
		t.Fatal(err)
	}
	return m.ID
}

func (h *house) state(t *testing.T, message int64) conversation.State {
	t.Helper()
	m, err := h.Conversation.Get(system(t), message)
	if err != nil {
		t.Fatal(err)
	}
	return m.State
}

func (h *house) trySend(t *testing.T, message int64, attempt int) error {
	t.Helper()
	return h.send(system(t), jobs.Job{Args: fmt.Appendf(nil, `{"message":%d}`, message), Attempt: attempt, MaxAttempts: 12})
}

func TestAReplyThatCannotBeSentSaysSo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		message := h.reply(t, h.handled(t, letter("Wang <wang@a.example>", "w1@a.example", "")))
		// A password that cannot be read now may be readable later, the key file being put back.
		err := h.DB.Write(t.Context(), func(ctx context.Context) error {
			_, err := db.Exec(ctx, h.DB, "UPDATE mailbox SET smtp_secret = 'nonsense'")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.trySend(t, message, 1); err == nil || h.state(t, message) != conversation.Queued {
			t.Fatal(err, h.state(t, message))
		}
		if err := h.trySend(t, message, 12); err != nil || h.state(t, message) != conversation.Failed {
			t.Fatal("after the last try:", err, h.state(t, message))
		}
	})
}

func TestAReplyOfARemovedMailbox(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		message := h.reply(t, h.handled(t, letter("Wang <wang@a.example>", "w1@a.example", "")))
		if err := h.Remove(system(t), h.box.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.trySend(t, message, 1); err != nil || h.state(t, message) != conversation.Failed {
			t.Fatal(err, h.state(t, message))
		}
	})
}

func TestAReplyInterruptedWhileSendingIsNotSentTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		message := h.reply(t, h.handled(t, letter("Wang <wang@a.example>", "w1@a.example", "")))
		if err := h.note(system(t), message, conversation.Sending, "", ""); err != nil {
			t.Fatal(err)
		}
		if err := h.trySend(t, message, 2); err != nil || h.state(t, message) != conversation.MaybeSent {
			t.Fatal(err, h.state(t, message))
		}
	})
}

func bounceOf(id string) string {
	return "From: MAILER-DAEMON@mx.example\nTo: " + service + "\nSubject: Undelivered\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
		"--b\nContent-Type: text/plain\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
		"Final-Recipient: rfc822; wang@a.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n\n" +
		"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <" + id + ">\nSubject: Re: the pump\n\n--b--\n"
}

func TestABounceLandsOnItsMessage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.handled(t, letter("Wang <wang@a.example>", "w1@a.example", ""))
		message := h.reply(t, first)
		out, err := h.outOf(t.Context(), message)
		if err != nil {
			t.Fatal(err)
		}
		// It may be quicker than the note that the reply was sent.
		if err := h.note(system(t), message, conversation.Sending, "", ""); err != nil {
			t.Fatal(err)
		}
		if got := h.handled(t, bounceOf(out.MessageID)); got != first || h.state(t, message) != conversation.Bounced {
			t.Error(got, h.state(t, message))
		}
		ack, err := db.One[string](t.Context(), h.DB, "SELECT message_id FROM mail_ref WHERE ours AND message_row = 0")
		if err != nil {
			t.Fatal("no acknowledgement was planned:", err)
		}
		if got := h.handled(t, bounceOf(ack)); got != first {
			t.Error("the bounce of an acknowledgement:", got)
		}
		in := h.arrive(t, bounceOf("never@sent.example"))
		if err := h.try(t, in, 1); err != nil || h.mail(t, in.ID).Reason != reasonBounce {
			t.Error("a bounce of nothing we sent:", err, h.mail(t, in.ID))
		}
		if n := h.count(t, "SELECT COUNT(*) FROM ticket"); n != 1 {
			t.Error("tickets:", n)
		}
	})
}

func TestAcknowledgementsEnd(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Change(system(t), h.box.ID, 0, Input{Aliases: &[]string{"sales@heed.example"}}); err != nil {
			t.Fatal(err)
		}
		off, err := h.Add(system(t), Input{Name: new("Old"), Address: new("old@heed.example"), Active: new(false)})
		if err != nil || off.Active {
			t.Fatal(off, err)
		}
		for _, from := range []string{service, "sales@heed.example", "old@heed.example", "old+x@heed.example"} {
			h.handled(t, letter(from, "own"+from, ""))
		}
		if n := h.count(t, "SELECT COUNT(*) FROM mail_ack"); n != 0 {
			t.Error("our own mailboxes were answered", n, "times")
		}
		for i := range acksMost + 3 {
			h.handled(t, letter("robot@a.example", fmt.Sprintf("r%d@a.example", i), ""))
		}
		if n := h.count(t, "SELECT COUNT(*) FROM mail_ack"); n != acksMost {
			t.Error("one address was answered", n, "times")
		}
	})
}

func TestARequestByAFormIsAcknowledgedLikeOneByMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.handled(t, letter("li@a.example", "f0@a.example", ""))
		before := h.count(t, "SELECT COUNT(*) FROM mail_ack")
		own, err := db.One[string](t.Context(), h.DB, "SELECT message_id FROM mail_ref WHERE ours AND message_row = 0")
		if err != nil {
			t.Fatal(err)
		}
		form := func(to string) {
			t.Helper()
			err := h.DB.Write(system(t), func(ctx context.Context) error { return h.Acknowledge(ctx, first, to, "Wang") })
			if err != nil {
				t.Fatal(err)
			}
		}
		form(service)
		if n := h.count(t, "SELECT COUNT(*) FROM mail_ack"); n != before {
			t.Error("our own mailbox was told")
		}
		for range acksMost + 2 {
			form("Wang@a.example")
		}
		if n := h.count(t, "SELECT COUNT(*) FROM mail_ack"); n != before+acksMost {
			t.Error("one address was told", n-before, "times")
		}
		// The answer to the acknowledgement belongs to the ticket.
		ack, err := db.One[string](t.Context(), h.DB, "SELECT message_id FROM mail_ref WHERE ours AND message_row = 0 AND message_id <> ? LIMIT 1", own)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.handled(t, letter("li@a.example", "f1@a.example", ack)); got != first {
			t.Error("the answer came to ticket", got)
		}
		if _, err := h.Change(system(t), h.box.ID, 0, Input{AckEnabled: new(false)}); err != nil {
			t.Fatal(err)
		}
		form("zhao@a.example")
		if n := h.count(t, "SELECT COUNT(*) FROM mail_ack"); n != before+acksMost {
			t.Error("a mailbox that does not acknowledge did")
		}
	})
}

func TestReadKeepsWhatTheReaderStumblesOver(t *testing.T) {
	t.Parallel()
	if _, err := read([]byte(" \r\n\x00")); fault.KeyOf(err) != "email.empty" {
		t.Error(err)
	}
	if m, err := kept(&mailwire.Mail{Text: "raw"}, errors.New("reader failed")); err != nil || m.Text != "raw" {
		t.Error(m, err)
	}
}

// The server numbers the folder anew: what Heed had not seen is taken, what it
// had is recognised, and the years of old mail in the folder stay where they are.
func TestAFolderNumberedAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		m, err := h.Change(system(t), h.box.ID, 0, Input{IMAP: &Account{Host: "imap.heed.example", Port: 993, Security: "tls", User: "u"}})
		if err != nil {
			t.Fatal(err)
		}
		fetch := func(validity, uid uint32, received time.Time, id string) {
			t.Helper()
			at, err := h.position(system(t), m, validity, 101)
			if err != nil {
				t.Fatal(err)
			}
			f := mailwire.Fetched{UID: uid, Received: received, Raw: []byte(letter("wang@a.example", id, ""))}
			if err := h.takeFetched(system(t), m, validity, at, f); err != nil {
				t.Fatal(err)
			}
		}
		taken := func() int64 { t.Helper(); return h.count(t, "SELECT COUNT(*) FROM mail_in") }
		at, err := h.position(system(t), m, 7, 101)
		if err != nil || at.last != 100 {
			t.Fatal("the first connection:", at, err)
		}
		h.clock.Advance(48 * time.Hour)
		fetch(7, 101, noon.Add(time.Hour), "new@a.example")
		fetch(7, 102, noon.Add(-1000*time.Hour), "moved@a.example") // somebody moved it here by hand
		if n := taken(); n != 2 {
			t.Fatal("taken:", n)
		}
		if at, err = h.position(system(t), m, 8, 101); err != nil || at.last != 0 {
			t.Fatal("numbered anew:", at, err)
		}
		fetch(8, 1, noon.Add(-1000*time.Hour), "old@a.example")
		fetch(8, 2, noon.Add(time.Hour), "new@a.example")
		fetch(8, 3, noon.Add(2*time.Hour), "missed@a.example")
		fetch(8, 101, noon.Add(-1000*time.Hour), "moved2@a.example")
		if n := taken(); n != 4 {
			t.Error("taken:", n)
		}
		// Who still fetches the old account must not disturb the new one's position.
		stale := m
		if m, err = h.Change(system(t), m.ID, 0, Input{IMAP: &Account{Host: "other.heed.example", Port: 993, Security: "tls", User: "u"}}); err != nil {
			t.Fatal(err)
		}
		if err := h.takeFetched(system(t), stale, 8, at, mailwire.Fetched{UID: 102, Received: noon, Raw: []byte(letter("wang@a.example", "late@a.example", ""))}); err != nil {
			t.Fatal(err)
		}
		if at, err = h.position(system(t), m, 9, 501); err != nil || at.last != 500 {
			t.Error("another account:", at, err)
		}
	})
}

// The fetchers stop when their mailboxes go, also while the server hangs, and with the program.
func TestFetchersEndWithTheirMailboxes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if _, err := h.Change(system(t), h.box.ID, 0, Input{IMAP: &Account{Host: "imap.heed.example", Port: 993, Security: "tls", User: "u"}}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { h.Run(ctx); close(ended) }()
		running := func(want int) {
			t.Helper()
			for deadline := time.Now().Add(10 * time.Second); ; <-time.After(5 * time.Millisecond) {
				h.mu.Lock()
				n := len(h.current)
				h.mu.Unlock()
				if n == want {
					return
				}
				if time.Now().After(deadline) {
					t.Fatal(n, "fetchers, want", want)
				}
			}
		}
		running(1)
		if err := h.Remove(system(t), h.box.ID); err != nil {
			t.Fatal(err)
		}
		running(0)
		cancel()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatal("it does not end")
		}
	})
}
