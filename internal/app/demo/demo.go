package demo

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"heed/internal/insight/search"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/offer/canned"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/db"
	"heed/internal/platform/journal"
	"heed/internal/reach/email"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/diagnosis"
	"heed/internal/work/ticket"
)

// Deps are the services that the demo is made through. All of them tell the
// time by Clock, which stands at the present when it begins.
type Deps struct {
	DB           *db.DB
	Journal      *journal.Journal
	Clock        *clock.Manual
	Settings     *setting.Service
	Agents       *agent.Service
	Customers    *customer.Service
	Canned       *canned.Service
	Catalog      *catalog.Service // nil: the firm has no catalogue, nor dealers
	Dealers      *dealer.Service
	Tickets      *ticket.Service
	Conversation *conversation.Service
	Email        *email.Service
	Search       *search.Service
	Knowledge    *knowledge.Service
	// Readings, Answers and Flows are what is done with knowledge; nil: nothing.
	Readings *reading.Service
	Answers  *answer.Service
	Flows    *diagnosis.Service
	// ProductIDs and TypeIDs give the ids of the products and of the ticket types
	// that the articles name by keys; nil, or none found, leaves them out.
	ProductIDs, TypeIDs func(ctx context.Context, key string) ([]int64, error)
	// First makes what every firm begins with, such as ticket types; may be nil.
	First func(ctx context.Context) error
	// Followers let go of agents who are disabled: their sessions, their tickets.
	Followers []journal.Follower
	// PurgeMail removes what is kept of the mail of tickets, inside a Write.
	PurgeMail func(ctx context.Context, tickets []int64) error
	// PurgeAgents has agents leave, so that tickets of others that they were
	// given go back to their queue, and removes them and teams with their events.
	// It opens its own transactions.
	PurgeAgents func(ctx context.Context, agents, teams []int64) error
}

const (
	days    = 90
	tickets = 2000
	open    = 180 // of the tickets now
	seed    = 20240601
)

// loader makes the demo firm.
type loader struct {
	Deps
	now       time.Time
	rand      *rand.Rand
	staff     []*colleague
	teams     [teamCount]int64
	mailboxes [mailboxCount]mailbox
	people    []*person
	strangers map[string]*person
	made      map[string][]int64              // the products of each family
	codes     map[string]int64                // the products by code
	news      func(ctx context.Context) error // launches what is new; nil: nothing is
	articles  map[string]int64                // the articles by their keys
	progress  func(done, total int)
	done      int
	total     int
}

// Load makes the demo firm. If it is there already, that is the fault
// "demo.loaded"; what an interrupted Load has left is removed first. progress,
// which may be nil, is told how many of all steps are done.
func Load(ctx context.Context, d Deps, progress func(done, total int)) error {
	ctx = actor.AsSystem(ctx)
	complete, err := marks(ctx, d.DB, markComplete)
	if err != nil {
		return err
	}
	if len(complete) > 0 {
		return fault.Conflict("demo.loaded")
	}
	begun, err := anyMark(ctx, d.DB)
	if err != nil {
		return err
	}
	if begun {
		if err := Clear(ctx, d); err != nil {
			return err
		}
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	l := &loader{Deps: d, now: d.Clock.Now(), rand: rand.New(rand.NewPCG(seed, 1)), progress: progress} //nolint:gosec // the same firm each time
	defer d.Clock.Set(l.now)
	return l.load(ctx)
}

func (l *loader) load(ctx context.Context) error {
	l.Clock.Set(l.now.AddDate(0, 0, -articleDays-1))
	l.people, l.strangers = directory(l.rand), strangers()
	stories, err := readStories()
	if err != nil {
		return err
	}
	if l.First != nil {
		if err := l.First(ctx); err != nil {
			return err
		}
	}
	if err := l.DB.Write(ctx, l.firm); err != nil {
		return err
	}
	if err := l.hire(ctx); err != nil {
		return err
	}
	if err := l.sell(ctx); err != nil {
		return err
	}
	if err := l.teach(ctx); err != nil {
		return err
	}
	l.Clock.Set(l.now.AddDate(0, 0, -days-1))
	steps := l.plan(stories)
	everybody := append(slices.Clone(l.people), l.strangers["zh-CN"], l.strangers["zh-TW"], l.strangers["en"])
	l.total = len(steps) + len(everybody)
	for some := range slices.Chunk(everybody, batch) {
		if err := l.DB.Write(ctx, func(ctx context.Context) error { return l.register(ctx, some) }); err != nil {
			return err
		}
		l.step(len(some))
	}
	if err := l.play(ctx, steps); err != nil {
		return err
	}
	l.Clock.Set(l.now)
	if err := l.DB.Write(ctx, l.acquaint); err != nil {
		return err
	}
	if l.news != nil {
		if err := l.news(ctx); err != nil {
			return err
		}
	}
	if err := l.leave(ctx); err != nil {
		return err
	}
	if err := l.learn(ctx); err != nil {
		return err
	}
	return l.DB.Write(ctx, func(ctx context.Context) error { return l.mark(ctx, markComplete, 1) })
}

func (l *loader) step(n int) {
	l.done += n
	l.progress(l.done, l.total)
}

// Clear removes what Load has made, and with a demo ticket everything that was
// said on it. What people have made themselves stays; so does a mailbox of the
// demo that somebody has given servers. Files that an interrupted Load had
// uploaded go within a day, as all uploads do that nothing has taken.
func Clear(ctx context.Context, d Deps) error {
	ctx = actor.AsSystem(ctx)
	for _, clear := range []func(context.Context, Deps) error{clearTickets, clearCustomers, clearCanned, clearLessons, clearKnowledge, clearOffers, clearMailboxes, clearStaff} {
		if err := clear(ctx, d); err != nil {
			return err
		}
	}
	return d.DB.Write(ctx, func(ctx context.Context) error { return unmark(ctx, d.DB, markComplete, []int64{1}) })
}

// each calls fn for the marked things of a kind, some at a time, each time in a
// transaction that also removes their marks.
func each(ctx context.Context, d Deps, kind string, fn func(ctx context.Context, ids []int64) error) error {
	all, err := marks(ctx, d.DB, kind)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(all, batch) {
		err := d.DB.Write(ctx, func(ctx context.Context) error {
			if err := fn(ctx, some); err != nil {
				return err
			}
			return unmark(ctx, d.DB, kind, some)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func clearTickets(ctx context.Context, d Deps) error {
	return each(ctx, d, markTicket, func(ctx context.Context, ids []int64) error {
		if err := d.Search.Purge(ctx, ids, nil); err != nil {
			return err
		}
		if err := d.PurgeMail(ctx, ids); err != nil {
			return err
		}
		if err := d.Conversation.Purge(ctx, ids); err != nil {
			return err
		}
		return d.Tickets.Purge(ctx, ids)
	})
}

func clearCustomers(ctx context.Context, d Deps) error {
	return each(ctx, d, markCustomer, func(ctx context.Context, ids []int64) error {
		if err := d.Search.Purge(ctx, nil, ids); err != nil {
			return err
		}
		return d.Customers.Purge(ctx, ids)
	})
}

func clearCanned(ctx context.Context, d Deps) error {
	return each(ctx, d, markCanned, func(ctx context.Context, ids []int64) error {
		for _, id := range ids {
			if err := d.Canned.Remove(ctx, id); err != nil && !fault.Is(err, fault.KindNotFound) {
				return err
			}
		}
		return d.Journal.Forget(ctx, "canned", ids)
	})
}

func clearMailboxes(ctx context.Context, d Deps) error {
	return each(ctx, d, markMailbox, func(ctx context.Context, ids []int64) error {
		for _, id := range ids {
			m, err := d.Email.Get(ctx, id)
			if fault.Is(err, fault.KindNotFound) || err == nil && (m.IMAP != nil || m.SMTP != nil) {
				continue
			}
			if err != nil {
				return err
			}
			if err := d.Email.Remove(ctx, id); err != nil {
				return err
			}
			if err := d.Journal.Forget(ctx, "mailbox", []int64{id}); err != nil {
				return err
			}
		}
		return nil
	})
}

// clearStaff removes agents and teams. Those that an interrupted Clear has
// removed already are passed over.
func clearStaff(ctx context.Context, d Deps) error {
	agents, err := marks(ctx, d.DB, markAgent)
	if err != nil {
		return err
	}
	teams, err := marks(ctx, d.DB, markTeam)
	if err != nil || len(agents)+len(teams) == 0 {
		return err
	}
	var left []int64
	for _, id := range agents {
		switch _, err := d.Agents.Get(ctx, id); {
		case err == nil:
			left = append(left, id)
		case !fault.Is(err, fault.KindNotFound):
			return err
		}
	}
	if err := d.PurgeAgents(ctx, left, teams); err != nil {
		return err
	}
	return d.DB.Write(ctx, func(ctx context.Context) error {
		if err := d.Canned.PurgeSent(ctx, agents); err != nil {
			return err
		}
		if err := unmark(ctx, d.DB, markAgent, agents); err != nil {
			return err
		}
		return unmark(ctx, d.DB, markTeam, teams)
	})
}
