package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync/atomic"

	"heed/internal/insight/desk"
	"heed/internal/insight/exchange"
	"heed/internal/insight/portrait"
	"heed/internal/insight/search"
	"heed/internal/kernel/clock"
	"heed/internal/offer/canned"
	"heed/internal/offer/knowledge"
	"heed/internal/offer/reading"
	"heed/internal/offer/wording"
	"heed/internal/people/agent"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/people/signin"
	"heed/internal/platform/blob"
	"heed/internal/platform/config"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/obs"
	"heed/internal/platform/outbound"
	"heed/internal/platform/rest"
	"heed/internal/platform/secret"
	"heed/internal/reach/email"
	"heed/internal/reach/intake"
	"heed/internal/reach/portal"
	"heed/internal/work/answer"
	"heed/internal/work/conversation"
	"heed/internal/work/diagnosis"
	"heed/internal/work/need"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

// Options are what the program is told from outside.
type Options struct {
	Config  config.Config
	Log     *slog.Logger
	Clock   clock.Clock // nil is the system's
	Version string
	// Pages are the built pages of the desk; nil serves the API alone.
	Pages fs.FS
}

// App is the whole program.
type App struct {
	o       Options
	log     *slog.Logger
	clock   clock.Clock
	lock    *folderLock
	baseURL atomic.Pointer[string]
	past    bool // built for the demo: nobody is given a task for what lies behind

	platform
	people
	work
	sales
	reach
	insight

	counters counters
}

// platform is technology.
type platform struct {
	DB      *db.DB
	Journal *journal.Journal
	Jobs    *jobs.Queue
	Hub     *live.Hub
	Blobs   blob.Store
	Box     *secret.Box
	Out     *outbound.Out
	Metrics *obs.Metrics
	Router  *rest.Router
}

// people knows who.
type people struct {
	Settings  *setting.Service
	Agents    *agent.Service
	Signin    *signin.Service
	Customers *customer.Service
}

// work is what is being done, and what we know for it.
type work struct {
	Canned       *canned.Service
	Knowledge    *knowledge.Service
	Wording      *wording.Service
	Tickets      *ticket.Service
	Types        *tickettype.Service
	Conversation *conversation.Service
	Need         *need.Service
	Readings     *reading.Service
	Answers      *answer.Service
	Flows        *diagnosis.Service
}

// reach is how people reach us.
type reach struct {
	Email  *email.Service
	Intake *intake.Service
	Portal *portal.Service
}

// insight reads.
type insight struct {
	Desk     *desk.Service
	Portrait *portrait.Service
	Search   *search.Service
	Exchange *exchange.Service
}

// Open prepares the data folder, opens the database, brings its schema up to
// date and builds everything. Nothing runs before Serve. exclusive locks the
// data folder against a second server; verbs of the command line that may run
// beside a server leave it.
func Open(ctx context.Context, o Options, exclusive bool) (*App, error) {
	a := &App{o: o, log: o.Log, clock: o.Clock}
	if a.clock == nil {
		a.clock = clock.System{}
	}
	a.baseURL.Store(&a.o.Config.BaseURL)
	if err := a.open(ctx, exclusive); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context, exclusive bool) error {
	if err := a.openFolder(exclusive); err != nil {
		return err
	}
	if err := a.buildPlatform(ctx); err != nil {
		return err
	}
	if err := a.DB.Migrate(ctx, Migrations()); err != nil {
		return err
	}
	a.buildPeople()
	a.buildWork()
	a.buildInsight()
	a.buildReach()
	a.buildExchange()
	return a.buildRouter()
}

// Close lets go of everything that Open took.
func (a *App) Close() error {
	var errs []error
	if a.Out != nil {
		a.Out.Close()
	}
	if a.DB != nil {
		errs = append(errs, a.DB.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.release())
	}
	return errors.Join(errs...)
}
