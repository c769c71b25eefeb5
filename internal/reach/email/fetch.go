package email

import (
	"context"
	"errors"
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
		err := s.session(ctx, m)
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
	last, err := s.position(ctx, m, c)
	if err != nil {
		return err
	}
	for {
		more := true
		for more {
			more, err = c.FetchAfter(ctx, last, fetchMost, func(f mailwire.Fetched) error {
				if err := s.takeFetched(ctx, m, c.UIDValidity, f); err != nil {
					return err
				}
				last = f.UID
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

// position is the UID up to which the folder has been read. At the first
// connection that is everything: old mail stays where it is. When the server
// has numbered the folder anew, it is read from its beginning; what is known
// already is recognised.
func (s *Service) position(ctx context.Context, m Mailbox, c *mailwire.IMAPSession) (uint32, error) {
	st, err := s.state(ctx, m.ID)
	if err != nil {
		return 0, err
	}
	if st.UIDValidity == int64(c.UIDValidity) {
		return uint32(st.LastUID), nil //nolint:gosec // a UID is 32 bits
	}
	last := uint32(0)
	if st.UIDValidity == 0 && c.UIDNext > 0 {
		last = c.UIDNext - 1
	}
	return last, s.DB.Write(ctx, func(ctx context.Context) error {
		return s.setPosition(ctx, m.ID, c.UIDValidity, last, s.Clock.Now())
	})
}

// takeFetched records a mail and the position behind it together. A mail that
// is empty is passed over: there is nothing to keep.
func (s *Service) takeFetched(ctx context.Context, m Mailbox, validity uint32, f mailwire.Fetched) error {
	now := s.Clock.Now()
	move := func(ctx context.Context) error { return s.setPosition(ctx, m.ID, validity, f.UID, now) }
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
