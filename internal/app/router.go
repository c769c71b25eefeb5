package app

import (
	"cmp"
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/i18n"
	"heed/internal/platform/jobs"
	"heed/internal/platform/rest"
	"heed/internal/platform/web"
)

// buildRouter adds the operations of all slices and the pages.
func (a *App) buildRouter() error {
	r := rest.NewRouter(rest.Deps{
		DB: a.DB, Auth: a.Signin, Clock: a.clock, Log: a.log, Version: a.o.Version,
		TrustedProxies: a.o.Config.Proxies, Module: a.Settings.RequireModule, Observe: a.Metrics.ObserveRequest,
	})
	a.Router = r
	a.Settings.Routes(r)
	a.Agents.Routes(r, a.Hub.Online)
	a.Signin.Routes(r)
	a.Customers.Routes(r)
	a.Canned.Routes(r)
	a.Catalog.Routes(r)
	a.Dealers.Routes(r)
	a.Referrals.Routes(r)
	a.Knowledge.Routes(r)
	a.Readings.Routes(r)
	a.Wording.Routes(r)
	a.Tickets.Routes(r)
	a.Types.Routes(r)
	a.Conversation.Routes(r)
	a.Answers.Routes(r)
	a.Flows.Routes(r)
	a.Need.Routes(r)
	a.Intake.Routes(r)
	a.Email.Routes(r)
	a.Portal.Routes(r)
	a.Desk.Routes(r)
	a.Portrait.Routes(r)
	a.Search.Routes(r)
	a.Exchange.Routes(r)
	a.jobRoutes(r)
	rest.Get(r, "/meta", rest.Op{ID: "get-meta", Tag: "meta", Summary: "What a page must know before anybody has signed in", Public: true}, a.meta)
	rest.Raw(r, http.MethodGet, rest.Base+"/events", rest.Op{}, a.Hub.Serve)
	r.Handle("GET /healthz", http.HandlerFunc(alive))
	r.Handle("GET /readyz", http.HandlerFunc(a.ready))
	r.Handle("GET /metrics", a.Metrics.Handler(a.o.Config.MetricsToken))
	r.Handle("GET /api/docs", http.HandlerFunc(a.docs))
	r.Handle("/api/", http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		rest.WriteFault(w, req, fault.NotFound("not_found"))
	}))
	if a.o.Pages != nil {
		pages, err := web.New(a.o.Pages)
		if err != nil {
			return err
		}
		r.Handle("/", pages)
	}
	return nil
}

// Meta is what a page must know before anybody has signed in.
type Meta struct {
	Version     string   `json:"version"`
	FirmName    string   `json:"firm_name"`
	SetupNeeded bool     `json:"setup_needed"`
	Locales     []string `json:"locales"`
}

func (a *App) meta(ctx context.Context, _ *struct{}) (*rest.Body[Meta], error) {
	set, err := a.Settings.Get(ctx)
	if err != nil {
		return nil, err
	}
	needed, err := a.Signin.SetupNeeded(ctx)
	return rest.Of(Meta{Version: a.o.Version, FirmName: set.FirmName, SetupNeeded: needed, Locales: i18n.Locales()}), err
}

func alive(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("alive\n")) }

// ready tells whether requests can be served now: the database answers and
// blobs can be stored.
func (a *App) ready(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), 3*time.Second)
	defer cancel()
	if err := cmp.Or(a.DB.Ping(ctx), a.Blobs.Check(ctx)); err != nil {
		a.log.Warn("not ready", "err", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

type jobIn struct {
	ID int64 `path:"id"`
}

type jobsIn struct {
	rest.PageIn
	State string `query:"state" enum:"dead" default:"dead"`
}

type jobWire struct {
	ID        int64      `json:"id"`
	Kind      string     `json:"kind"`
	About     string     `json:"about" doc:"What the job was to do, as JSON"`
	Attempt   int        `json:"attempt"`
	LastError string     `json:"last_error"`
	CreatedAt time.Time  `json:"created_at"`
	FailedAt  *time.Time `json:"failed_at"`
}

// jobRoutes shows the administrator the jobs that failed for good. The queue
// itself knows no agents, so the permission is asked here.
func (a *App) jobRoutes(r *rest.Router) {
	rest.Get(r, "/jobs", rest.Op{ID: "list-jobs", Tag: "jobs", Summary: "Jobs that failed for good"},
		func(ctx context.Context, in *jobsIn) (*rest.List[jobWire], error) {
			if err := authority.Require(ctx, authority.JobManage); err != nil {
				return nil, err
			}
			p, err := a.Jobs.Dead(ctx, in.Request())
			if err != nil {
				return nil, err
			}
			out := page.Of[jobWire]{Items: []jobWire{}, Next: p.Next}
			for _, j := range p.Items {
				out.Items = append(out.Items, jobWire{j.ID, j.Kind, string(j.Args), j.Attempt, j.LastError, j.CreatedAt, j.FailedAt})
			}
			out.Position, err = a.Journal.Position(ctx)
			return &rest.List[jobWire]{Body: out}, err
		})
	act := func(do func(context.Context, int64) error) func(context.Context, *jobIn) (*rest.Empty, error) {
		return func(ctx context.Context, in *jobIn) (*rest.Empty, error) {
			if err := authority.Require(ctx, authority.JobManage); err != nil {
				return nil, err
			}
			return nil, do(ctx, in.ID)
		}
	}
	rest.Post(r, "/jobs/{id}/retry", rest.Op{ID: "retry-job", Tag: "jobs", Summary: "Try a failed job again"}, act(a.Jobs.Retry))
	rest.Post(r, "/jobs/{id}/discard", rest.Op{ID: "discard-job", Tag: "jobs", Summary: "Give a failed job up"}, act(a.Jobs.Discard))
}

// sweepKeys is the job that forgets old Idempotency-Keys.
func (a *App) sweepKeys() ([]jobs.Handler, []jobs.Periodic) {
	const kind = "rest.sweep"
	return []jobs.Handler{{Kind: kind, Run: func(ctx context.Context, _ jobs.Job) error { return a.Router.SweepKeys(ctx) }}},
		[]jobs.Periodic{{Kind: kind, Every: time.Hour}}
}

var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Heed API</title>
<h1>Heed API</h1>
<p>The full description is <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1). Send <code>Authorization: Bearer TOKEN</code>.</p>
<table><thead><tr><th>Method<th>Path<th>What it does</tr></thead><tbody>
{{range .}}<tr><td><code>{{.Method}}</code><td><code>{{.Path}}</code><td>{{.Summary}}</tr>
{{end}}</tbody></table></html>`))

type operation struct{ Method, Path, Summary string }

// docs lists the operations, without a script.
func (a *App) docs(w http.ResponseWriter, req *http.Request) {
	list, err := a.operations()
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	_ = docsPage.Execute(w, list)
}

func (a *App) operations() ([]operation, error) {
	b, err := a.Router.OpenAPI()
	if err != nil {
		return nil, err
	}
	var doc struct {
		Paths map[string]map[string]struct{ Summary string }
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	var out []operation
	for path, ops := range doc.Paths {
		for method, op := range ops {
			out = append(out, operation{method, path, op.Summary})
		}
	}
	slices.SortFunc(out, func(x, y operation) int { return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Method, y.Method)) })
	return out, nil
}
