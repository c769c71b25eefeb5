package app

import (
	"context"
	"net/url"
	"path/filepath"
	"slices"

	"heed/internal/kernel/actor"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/live"
	"heed/internal/platform/obs"
	"heed/internal/platform/outbound"
	"heed/internal/platform/secret"
)

func (a *App) buildPlatform(ctx context.Context) (err error) {
	cfg := a.o.Config
	if a.DB, err = db.Open(ctx, db.Options{URL: cfg.DatabaseURL(), Log: a.log}); err != nil {
		return err
	}
	keys := cfg.SecretKeyFile
	if keys == "" {
		keys = filepath.Join(cfg.Data, "secret.key")
	}
	if a.Box, err = secret.Load(keys); err != nil {
		return err
	}
	if a.Out, err = outbound.New(outbound.Options{Allow: a.allowed(), UserAgent: "Heed/" + a.o.Version}); err != nil {
		return err
	}
	if a.Blobs, err = a.openBlobs(); err != nil {
		return err
	}
	a.Metrics = obs.NewMetrics(obs.NewBuild(a.o.Version))
	a.buildCore()
	return nil
}

// buildCore builds what tells the time.
func (a *App) buildCore() {
	a.Journal = journal.New(journal.Deps{DB: a.DB, Clock: a.clock, Log: a.log})
	a.Jobs = jobs.NewQueue(jobs.Deps{DB: a.DB, Clock: a.clock, Log: a.log})
	a.Hub = live.NewHub(live.Deps{
		Journal: a.Journal, Clock: a.clock, Log: a.log,
		Actor:    func(ctx context.Context, id int64) (actor.Actor, error) { return a.Agents.Actor(ctx, id) },
		Render:   a.render,
		Batch:    a.counters.note,
		Presence: a.showPresence,
	})
}

// allowed are the private addresses that may be called: those of the settings,
// and the blob store that an administrator has chosen.
func (a *App) allowed() []string {
	allow := a.o.Config.AllowPrivate
	if u, err := url.Parse(a.o.Config.BlobS3.Endpoint); err == nil && u.Host != "" {
		allow = append(slices.Clip(allow), u.Host)
	}
	return allow
}

func (a *App) openBlobs() (blob.Store, error) {
	s3 := a.o.Config.BlobS3
	if s3.Bucket == "" {
		return blob.NewFiles(filepath.Join(a.o.Config.Data, "blobs"), a.clock)
	}
	return blob.NewS3(blob.S3Options{
		Endpoint: s3.Endpoint, Bucket: s3.Bucket, Region: s3.Region, AccessKey: s3.AccessKey, SecretKey: s3.SecretKey,
		Prefix: s3.Prefix, Dial: a.Out.DialContext,
	})
}
