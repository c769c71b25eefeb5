package mailwire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// IMAPAccount is an account to read mail from.
type IMAPAccount struct {
	Endpoint
	User     string
	Password string
	// AccessToken, if given, is used instead of the password (XOAUTH2).
	AccessToken string
	Folder      string // INBOX if empty
	// MaxSize is the largest mail fetched whole, in bytes; 0 means no limit.
	MaxSize int64
	// PollEvery is how often a server without IDLE is asked; 30 s if zero.
	PollEvery time.Duration
}

// IMAPSession is an open folder. It is for one goroutine at a time. When the
// context of a running method ends, the connection is closed, for IMAP has no
// way to take a command back.
type IMAPSession struct {
	// UIDValidity changes when the server numbered the folder anew: positions
	// kept under another value mean nothing.
	UIDValidity uint32
	// UIDNext is what the next mail to arrive would get, at opening time.
	UIDNext uint32

	account IMAPAccount
	conn    *trackedConn
	client  *imapclient.Client
	news    chan struct{}
	idle    bool
	closing atomic.Bool
}

// Fetched is one mail from the folder.
type Fetched struct {
	UID      uint32
	Size     int64     // bytes, of the whole mail
	Received time.Time // when the server took it in, UTC
	// HeaderOnly tells that the mail is over MaxSize and Raw its header alone.
	HeaderOnly bool
	Raw        []byte
}

// Open connects, signs in and opens the folder for reading only: no flag is
// ever looked at or changed. Errors hold a Problem.
func Open(ctx context.Context, a IMAPAccount) (*IMAPSession, error) {
	s := &IMAPSession{account: a, news: make(chan struct{}, 1)}
	if s.account.Folder == "" {
		s.account.Folder = "INBOX"
	}
	conn, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	s.conn = conn
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := s.start(ctx); err != nil {
		if s.client != nil {
			s.client.Close()
		}
		conn.Close()
		return nil, err
	}
	return s, nil
}

func (s *IMAPSession) start(ctx context.Context) error {
	a := s.account
	fail := func(step Step, err error) error {
		if ctx.Err() != nil {
			return connError(step, KeyTimeout, ctx.Err())
		}
		return classifyError(step, err)
	}
	options := &imapclient.Options{
		TLSConfig: a.tlsConfig(),
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{
			Mailbox: func(d *imapclient.UnilateralDataMailbox) {
				if d.NumMessages != nil {
					s.announce()
				}
			},
		},
	}
	if a.TLS == TLSStart {
		client, err := imapclient.NewStartTLS(s.conn, options)
		if err != nil {
			return s.startTLSError(fail, err)
		}
		s.client = client
	} else {
		s.client = imapclient.New(s.conn, options)
	}
	if err := s.client.WaitGreeting(); err != nil {
		return fail(StepConnect, err)
	}
	if err := s.signIn(); err != nil {
		return fail(StepAuth, err)
	}
	caps := s.client.Caps()
	if caps.Has(imap.CapID) {
		// Some servers (163.com among them) open no folder for a client that
		// did not introduce itself.
		_, _ = s.client.ID(&imap.IDData{Name: "Heed", Version: "1"}).Wait()
	}
	s.idle = caps.Has(imap.CapIdle) || caps.Has(imap.CapIMAP4rev2)
	box, err := s.client.Select(a.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return fail(StepFolder, err)
	}
	s.UIDValidity, s.UIDNext = box.UIDValidity, uint32(box.UIDNext)
	return nil
}

func (s *IMAPSession) startTLSError(fail func(Step, error) error, err error) error {
	if _, ok := errors.AsType[*imap.Error](err); ok {
		return connError(StepTLS, KeyStartTLSMissing, err)
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return connError(StepTLS, KeyTLSFailed, err)
	}
	return fail(StepTLS, err)
}

func (s *IMAPSession) signIn() error {
	a := s.account
	if a.AccessToken != "" {
		return s.client.Authenticate(&xoauth2{a.User, a.AccessToken})
	}
	caps := s.client.Caps()
	switch {
	case caps.Has(imap.AuthCap(sasl.Plain)):
		return s.client.Authenticate(sasl.NewPlainClient("", a.User, a.Password))
	case caps.Has(imap.CapLoginDisabled):
		return connError(StepAuth, KeyAuthMissing, errors.New("the server allows no sign-in on this connection (LOGINDISABLED)"))
	}
	return s.client.Login(a.User, a.Password).Wait()
}

func (s *IMAPSession) announce() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// guard ends the connection when ctx does and turns errors into ConnErrors.
func (s *IMAPSession) guard(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	err := do()
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return connError(StepFetch, KeyTimeout, ctx.Err())
	}
	return err
}

// FetchAfter gives the mails whose UID is greater than uid to fn, in order,
// at most limit of them, and tells whether more are waiting. It looks at
// positions only, never at flags or dates, so that nothing is passed over
// after an outage. A mail over MaxSize comes with its header only. An error
// of fn ends the fetching and is returned as it is.
func (s *IMAPSession) FetchAfter(ctx context.Context, uid uint32, limit int, fn func(Fetched) error) (more bool, err error) {
	err = s.guard(ctx, func() error {
		uids, err := s.after(uid)
		if err != nil {
			return err
		}
		if len(uids) > limit {
			uids, more = uids[:limit], true
		}
		for len(uids) > 0 {
			n := min(len(uids), 50)
			if err := s.fetchBatch(uids[:n], fn); err != nil {
				return err
			}
			uids = uids[n:]
		}
		return nil
	})
	return more, err
}

// after lists the UIDs greater than uid.
func (s *IMAPSession) after(uid uint32) ([]imap.UID, error) {
	if uid == ^uint32(0) {
		return nil, nil
	}
	var set imap.UIDSet
	set.AddRange(imap.UID(uid+1), 0) // 0 is "*": the last one, which may be below the first
	found, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
	if err != nil {
		return nil, classifyError(StepFetch, err)
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(u imap.UID) bool { return u <= imap.UID(uid) })
	slices.Sort(uids)
	return uids, nil
}

func (s *IMAPSession) fetchBatch(uids []imap.UID, fn func(Fetched) error) error {
	infos, err := s.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true}).Collect()
	if err != nil {
		return classifyError(StepFetch, err)
	}
	slices.SortFunc(infos, func(a, b *imapclient.FetchMessageBuffer) int { return int(int64(a.UID) - int64(b.UID)) })
	for _, info := range infos {
		if !slices.Contains(uids, info.UID) {
			continue // an unasked notice about another mail
		}
		f := Fetched{UID: uint32(info.UID), Size: info.RFC822Size, Received: info.InternalDate.UTC()}
		f.HeaderOnly = s.account.MaxSize > 0 && f.Size > s.account.MaxSize
		var gone bool
		if f.Raw, gone, err = s.body(info.UID, f.HeaderOnly); err != nil {
			return err
		}
		if gone {
			continue
		}
		if err := fn(f); err != nil {
			return err
		}
	}
	return nil
}

// body reads one mail without marking it as read. gone: it was deleted
// meanwhile by someone else.
func (s *IMAPSession) body(uid imap.UID, headerOnly bool) (raw []byte, gone bool, err error) {
	section := &imap.FetchItemBodySection{Peek: true}
	if headerOnly {
		section.Specifier = imap.PartSpecifierHeader
	}
	cmd := s.client.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	gone = true
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		for item := msg.Next(); item != nil; item = msg.Next() {
			b, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || b.Literal == nil {
				continue
			}
			if raw, err = io.ReadAll(b.Literal); err != nil {
				cmd.Close()
				return nil, false, classifyError(StepFetch, err)
			}
			gone = false
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, false, classifyError(StepFetch, err)
	}
	return raw, gone, nil
}

// Idle waits until something new may be there (true) or restartEvery has
// passed (false); the caller then fetches in either case and comes back. A
// server without IDLE is asked every PollEvery. Servers end an IDLE after 30
// minutes (RFC 2177), and routers sooner: restartEvery should be below that.
func (s *IMAPSession) Idle(ctx context.Context, restartEvery time.Duration) (news bool, err error) {
	err = s.guard(ctx, func() error {
		if !s.idle {
			news, err = s.poll(ctx, restartEvery)
			return err
		}
		cmd, err := s.client.Idle()
		if err != nil {
			return classifyError(StepFetch, err)
		}
		timer := time.NewTimer(restartEvery)
		defer timer.Stop()
		select {
		case <-s.news:
			news = true
		case <-timer.C:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.client.Closed():
			return connError(StepFetch, KeyConnectionLost, io.ErrUnexpectedEOF)
		}
		if err := cmd.Close(); err != nil {
			return classifyError(StepFetch, err)
		}
		if err := cmd.Wait(); err != nil {
			return classifyError(StepFetch, err)
		}
		return nil
	})
	return news, err
}

func (s *IMAPSession) poll(ctx context.Context, limit time.Duration) (bool, error) {
	every := s.account.PollEvery
	if every <= 0 {
		every = 30 * time.Second
	}
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := s.client.Noop().Wait(); err != nil {
			return false, classifyError(StepFetch, err)
		}
		select {
		case <-s.news:
			return true, nil
		default:
		}
		select {
		case <-s.news:
			return true, nil
		case <-tick.C:
		case <-deadline.C:
			return false, nil
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// Close says goodbye and ends the connection.
func (s *IMAPSession) Close() error {
	if s.closing.Swap(true) {
		return nil
	}
	timer := time.AfterFunc(2*time.Second, func() { s.conn.Close() })
	defer timer.Stop()
	// Nothing is pending: a failed farewell changes nothing.
	_ = s.client.Logout().Wait()
	return s.client.Close()
}

// TestIMAP connects, signs in and opens the folder. It gives what is wrong;
// nothing means all is well.
func TestIMAP(ctx context.Context, a IMAPAccount) []Problem {
	s, err := Open(ctx, a)
	if err != nil {
		return problems(StepConnect, err)
	}
	_ = s.Close()
	if strings.TrimSpace(a.User) == "" {
		return []Problem{{StepAuth, KeyAuthMissing, ""}}
	}
	return nil
}
