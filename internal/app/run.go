package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/mailwire"
)

// drainTime is how long requests, jobs and deliveries under way may take to end.
const drainTime = 20 * time.Second

// Serve listens and runs everything until ctx ends, then drains. ready is
// called with the address once requests are answered.
func (a *App) Serve(ctx context.Context, ready func(url string)) error {
	ln, err := listen(ctx, a.o.Config.Listen)
	if err != nil {
		return err
	}
	url := "http://" + ln.Addr().String()
	if strings.HasSuffix(a.o.Config.Listen, ":0") {
		a.baseURL.Store(&url) // the port was not known before
	}
	lmtp, err := a.listenLMTP(ctx)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if err := a.Search.Start(actor.AsSystem(ctx)); err != nil {
		return errors.Join(err, ln.Close())
	}
	run, stop := context.WithCancel(actor.AsSystem(context.WithoutCancel(ctx)))
	defer stop()
	var bg, front sync.WaitGroup
	live, endLive := context.WithCancel(run)
	defer endLive()
	bg.Go(func() { a.Journal.Run(run) })
	front.Go(func() { a.Hub.Run(live) })
	a.background(run, &bg)
	if lmtp != nil {
		front.Go(func() {
			if err := lmtp.Serve(live); err != nil {
				a.log.Error("LMTP ended", "err", err)
			}
		})
	}
	srv := &http.Server{Handler: a.Router, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	ready(url)
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = nil
	}
	a.log.Info("ending: requests, deliveries and jobs under way are finished")
	endLive() // ends the open streams, which no Shutdown would
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if e := srv.Shutdown(drain); e != nil {
		err = errors.Join(err, srv.Close())
	}
	front.Wait()
	stop()
	bg.Wait()
	return err
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("the address %s is in use by another program. Stop that one, or choose another address with --listen", addr)
	case err != nil:
		return nil, fmt.Errorf("cannot listen on %s: %w. Choose another address with --listen", addr, err)
	}
	return ln, nil
}

func (a *App) listenLMTP(ctx context.Context) (*mailwire.LMTPServer, error) {
	if a.o.Config.LMTP == "" {
		return nil, nil
	}
	return mailwire.ListenLMTP(ctx, mailwire.LMTPOptions{
		Addr: a.o.Config.LMTP, MaxSize: a.o.Config.MailLimit, Log: a.log,
		Accept: func(ctx context.Context, to string) error {
			_, err := a.Email.Accept(ctx, to)
			return err
		},
		Deliver: func(ctx context.Context, _, to string, raw io.Reader) error { return a.Email.Deliver(ctx, to, raw) },
	})
}

// background runs the followers, the jobs and the fetching of mail.
func (a *App) background(ctx context.Context, wg *sync.WaitGroup) {
	followers := slices.Concat(a.Signin.Followers(), a.Tickets.Followers(), a.Readings.Followers(), a.Answers.Followers(), []journal.Follower{a.Search.Follower(), a.Email.Follower(), a.Canned.Follower(), a.Types.Follower(), a.Knowledge.Follower(), a.Wording.Follower(), a.Need.Follower()})
	for _, f := range followers {
		wg.Go(func() { a.Journal.Follow(ctx, f) })
	}
	handlers, periodics := a.jobs()
	wg.Go(func() { a.Jobs.Run(ctx, handlers, periodics) })
	wg.Go(func() { a.Email.Run(ctx) })
	wg.Go(func() { a.Knowledge.Run(ctx) })
	wg.Go(func() { a.sendCounters(ctx) })
}

func (a *App) jobs() ([]jobs.Handler, []jobs.Periodic) {
	handlers, periodics := a.sweepKeys()
	for _, more := range []func() ([]jobs.Handler, []jobs.Periodic){a.Conversation.Jobs, a.Knowledge.Jobs, a.Readings.Jobs, a.Answers.Jobs, a.Email.JobHandlers, a.sweepBlobs} {
		h, p := more()
		handlers, periodics = append(handlers, h...), append(periodics, p...)
	}
	handlers = slices.Concat(handlers, a.Signin.Handlers(), a.Tickets.Handlers(), a.Search.Handlers(), a.Exchange.Handlers())
	return handlers, append(periodics, a.Signin.Periodics()...)
}

// blobLife is how old a blob must be before it may be swept: what is being
// received now has its row only later.
const blobLife = 24 * time.Hour

// sweepBlobs is the job that removes blobs which nothing refers to any more.
// They are shared by content, so no slice removes one with its own row.
func (a *App) sweepBlobs() ([]jobs.Handler, []jobs.Periodic) {
	const kind = "blob.sweep"
	return []jobs.Handler{{Kind: kind, Timeout: time.Hour, Run: a.sweepOld}}, []jobs.Periodic{{Kind: kind, Every: 24 * time.Hour}}
}

func (a *App) sweepOld(ctx context.Context, _ jobs.Job) error {
	var old []string
	flush := func() error {
		used := map[string]bool{}
		for _, inUse := range []func(context.Context, []string) ([]string, error){a.Conversation.BlobsInUse, a.Email.BlobsInUse, a.Catalog.BlobsInUse, a.Exchange.BlobsInUse} {
			keys, err := inUse(ctx, old)
			if err != nil {
				return err
			}
			for _, k := range keys {
				used[k] = true
			}
		}
		for _, k := range old {
			if !used[k] {
				if err := a.Blobs.Delete(ctx, k); err != nil {
					return err
				}
			}
		}
		old = old[:0]
		return nil
	}
	err := a.Blobs.List(ctx, a.clock.Now().Add(-blobLife), func(key string, _ int64) error {
		if old = append(old, key); len(old) < 200 {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// SetupLink gives the one-time address at which the first administrator is
// made, or "" when there is one.
func (a *App) SetupLink(ctx context.Context) (string, error) {
	link, needed, err := a.Signin.SetupLink(actor.AsSystem(ctx), *a.baseURL.Load())
	if err != nil || !needed {
		return "", err
	}
	return link, nil
}
