package email

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/event"
	"heed/internal/kernel/fault"
	"heed/internal/platform/mailwire"
)

const (
	// fetchMost mails are taken before the position is looked at again.
	fetchMost = 100
	// idleTime is below the half hour after which servers end an IDLE (RFC 2177)
	// and below what routers keep a quiet connection for.
	idleTime = 9 * time.Minute
	// The pause between tries to reach a server grows between these.
	pauseLeast, pauseMost = 2 * time.Second, 2 * time.Minute
	// A mailbox changed by another node or the command line is noticed this soon.
	lookAgain = 30 * time.Second
	// clockSlack is how far the mail server's clock may be behind ours.
	clockSlack = time.Hour
)

// fetching is a mailbox whose mail is being fetched.
type fetching struct {
	version int64
	stop    context.CancelFunc
	ended   chan struct{}
}

// Run fetches the mail of all active mailboxes until ctx ends.
func (s *Service) Run(ctx context.Context) {
	ctx = actor.AsSystem(ctx)
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	defer s.stopAll()
	for {
		if err := s.reconcile(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("could not look at the mailboxes", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		case <-tick.C:
		}
	}
}

// reconcile starts, restarts and stops fetchers so that they fit the mailboxes.
func (s *Service) reconcile(ctx context.Context) error {
	all, err := s.mailboxes(ctx)
	if err != nil {
		return err
	}
	wanted := map[int64]Mailbox{}
	for _, m := range all {
		if m.Active && m.IMAP != nil {
			wanted[m.ID] = m
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, f := range s.current {
		if m, ok := wanted[id]; !ok || m.Version != f.version {
			f.stop()
			<-f.ended
			delete(s.current, id)
		}
	}
	for id, m := range wanted {
		if _, ok := s.current[id]; ok {
			continue
		}
		ctx, stop := context.WithCancel(ctx)
		f := fetching{version: m.Version, stop: stop, ended: make(chan struct{})}
		s.current[id] = f
		go func() {
			defer close(f.ended)
			s.fetch(ctx, m)
		}()
	}
	return nil
}

func (s *Service) stopAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wg sync.WaitGroup
	for id, f := range s.current {
		f.stop()
		wg.Go(func() { <-f.ended })
		delete(s.current, id)
	}
	wg.Wait()
}

// fetch keeps a connection to the mailbox's server until ctx ends.
func (s *Service) fetch(ctx context.Context, m Mailbox) {
	defer s.imapState(context.WithoutCancel(ctx), m.ID, imapOff, nil)
	pause := pauseLeast
	for ctx.Err() == nil {
		began := s.Clock.Now()
		err := s.trySession(ctx, m)
		if ctx.Err() != nil {
			return
		}
		s.Log.Warn("mail cannot be fetched and will be tried again", "mailbox", m.Address, "err", err, "in", pause)
		s.imapState(ctx, m.ID, imapFailing, err)
		if s.Clock.Now().Sub(began) > pauseMost {
			pause = pauseLeast // it worked for a while
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(pause*2, pauseMost)
	}
}

// trySession gives a panic as an error: one mailbox must not end the program.
func (s *Service) trySession(ctx context.Context, m Mailbox) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("panic in fetching mail", "mailbox", m.Address, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("email: panic: %v", p)
		}
	}()
	return s.session(ctx, m)
}

// session reads everything new and waits for more, until something fails.
func (s *Service) session(ctx context.Context, m Mailbox) error {
	s.imapState(ctx, m.ID, imapConnecting, nil)
	account, err := s.imapAccount(m, m.IMAP, nil)
	if err != nil {
		return err
	}
	c, err := mailwire.Open(ctx, account)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	at, err := s.position(ctx, m, c.UIDValidity, c.UIDNext)
	if err != nil {
		return err
	}
	for {
		more := true
		for more {
			more, err = c.FetchAfter(ctx, at.last, fetchMost, func(f mailwire.Fetched) error {
				if err := s.takeFetched(ctx, m, c.UIDValidity, at, f); err != nil {
					return err
				}
				at.last = f.UID
				return nil
			})
			if err != nil {
				return err
			}
		}
		s.imapState(ctx, m.ID, imapIdle, nil)
		if _, err := c.Idle(ctx, idleTime); err != nil {
			return err
		}
	}
}

// reading is how far a folder has been read.
type reading struct {
	last uint32 // the UID up to which everything is taken
	// again is the last UID of a folder that is read once more because it was
	// numbered anew: among these, what the server took in before began is not ours.
	again uint32
	began time.Time
}

// old tells whether the mail lay in the folder before the first connection. It
// is asked only after the folder was numbered anew: who moves an old mail into
// the folder means it to be read.
func (r reading) old(f mailwire.Fetched) bool {
	return f.UID <= r.again && !f.Received.IsZero() && f.Received.Before(r.began.Add(-clockSlack))
}

// position finds out how far the folder has been read. At the first connection
// that is everything: old mail stays where it is. When the server has numbered
// the folder anew, it is read from its beginning: what is known already is
// recognised, and what lay there before the first connection still stays.
func (s *Service) position(ctx context.Context, m Mailbox, validity, next uint32) (reading, error) {
	st, err := s.state(ctx, m.ID)
	if err != nil {
		return reading{}, err
	}
	if st.UIDValidity == int64(validity) {
		return reading{last: uint32(st.LastUID), again: uint32(st.AgainTo), began: st.BeganAt}, nil //nolint:gosec // UIDs are 32 bits
	}
	now, at, there := s.Clock.Now(), reading{began: st.BeganAt}, uint32(0)
	if next > 0 {
		there = next - 1
	}
	if st.UIDValidity == 0 {
		at.began, at.last = now, there
	} else {
		at.again = there
	}
	return at, s.DB.Write(ctx, func(ctx context.Context) error {
		if err := s.setNumbering(ctx, m, at.began, at.again); err != nil {
			return err
		}
		return s.setPosition(ctx, m, validity, at.last, now)
	})
}

// takeFetched records a mail and the position behind it together. What is old,
// or empty so that there is nothing to keep, is passed over.
func (s *Service) takeFetched(ctx context.Context, m Mailbox, validity uint32, at reading, f mailwire.Fetched) error {
	now := s.Clock.Now()
	move := func(ctx context.Context) error { return s.setPosition(ctx, m, validity, f.UID, now) }
	if at.old(f) {
		return s.DB.Write(ctx, move)
	}
	err := s.take(ctx, arrival{mailbox: m.ID, raw: f.Raw, headerOnly: f.HeaderOnly, size: f.Size, at: now}, move)
	if fault.KeyOf(err) == "email.empty" {
		return s.DB.Write(ctx, move)
	}
	return err
}

// imapState notes how the mailbox fares, and tells the pages when it begins to
// fail or works again.
func (s *Service) imapState(ctx context.Context, mailbox int64, state string, cause error) {
	key, detail := "", ""
	if cause != nil {
		key, detail = "mail.connection_lost", cause.Error()
		if p, ok := mailwire.ProblemOf(cause); ok {
			key, detail = p.Key, p.Detail
		} else if k := fault.KeyOf(cause); k != "internal" {
			key = k
		}
	}
	err := s.DB.Write(ctx, func(ctx context.Context) error {
		was, err := s.state(ctx, mailbox)
		if err != nil {
			return ignoreMissing(err)
		}
		if was.IMAP == state && was.IMAPError == key {
			return nil
		}
		if state == imapConnecting && was.IMAP == imapFailing {
			return nil // it is failing until it works
		}
		if err := s.setIMAPState(ctx, mailbox, state, key, detail); err != nil {
			return err
		}
		return s.Journal.Record(ctx, event.New{
			Kind: EventMailboxState, About: about(mailbox), Data: StateData{IMAP: state, IMAPError: key, SMTPError: was.SMTPError},
		})
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		s.Log.Warn("could not note how a mailbox fares", "mailbox", mailbox, "err", err)
	}
}
