package main

import (
	"flag"
	"fmt"
	"os"

	"heed/internal/app"
	"heed/internal/kernel/fault"
	"heed/internal/platform/config"
	"heed/internal/platform/obs"
	"heed/web"
)

// serve runs the server until it is told to end.
func serve(e env, args []string) error {
	cfg, err := load(e, flag.NewFlagSet("serve", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	if err := config.CheckEnv(os.Environ()); err != nil {
		return usageError{err.Error()}
	}
	log := obs.NewLogger(e.err, obs.LogOptions{Level: cfg.LogLevel, Format: cfg.LogFormat})
	a, err := app.Open(e.ctx, app.Options{Config: cfg, Log: log, Version: version, Pages: web.Pages()}, true)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.Close(); err != nil {
			log.Error("closing", "err", err)
		}
	}()
	if cfg.Demo {
		if err := a.LoadDemo(e.ctx, progress(e)); err != nil && fault.KeyOf(err) != "demo.loaded" {
			return err
		}
	}
	return a.Serve(e.ctx, func(url string) {
		log.Info("heed is ready", "address", url, "version", version)
		link, err := a.SetupLink(e.ctx)
		switch {
		case err != nil:
			log.Error("the link for the first administrator could not be made", "err", err)
		case link != "":
			fmt.Fprintf(e.out, "\nHeed is at %s\nOpen this link once to make the first administrator:\n\n    %s\n\n", url, link)
		default:
			fmt.Fprintf(e.out, "\nHeed is at %s\n\n", url)
		}
	})
}

// progress shows how far a long task is, on one line.
func progress(e env) func(done, total int) {
	return func(done, total int) {
		fmt.Fprintf(e.err, "\rdemo data: %d of %d", done, total)
		if done >= total {
			fmt.Fprintln(e.err)
		}
	}
}
