// Command heed is the whole of Heed: the server and the tools beside it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"heed/internal/app"
	"heed/internal/kernel/fault"
	"heed/internal/platform/config"
	"heed/internal/platform/i18n"
	"heed/internal/platform/obs"
	"heed/web"
)

// version is set by the build.
var version = "dev"

// Exit codes; those of mail deliver are sysexits(3), which mail servers read.
const (
	exitDone      = 0
	exitFailed    = 1
	exitUsage     = 2
	exitRefused   = 65 // EX_DATAERR: this mail will never be taken
	exitTemporary = 75 // EX_TEMPFAIL: try again
)

// env is what a verb is run with.
type env struct {
	ctx    context.Context
	in     io.Reader
	out    io.Writer
	err    io.Writer
	lookup func(string) (string, bool)
}

// verb is one thing that the program does.
type verb struct {
	name, usage, help string
	run               func(e env, args []string) error
}

func verbs() []verb {
	return []verb{
		{"serve", "serve [settings]", "run the server", serve},
		{"admin create", "admin create --email E --name N [--password-stdin]", "make an administrator", adminCreate},
		{"token create", "token create --agent E --name N", "make an API token and print it once", tokenCreate},
		{"mail deliver", "mail deliver --mailbox ADDRESS < raw.eml", "take one mail: exit 0 stored, 75 try again, 65 refused", mailDeliver},
		{"import", "import KIND FILE [--dry-run] [--encoding E] [--errors FILE]", "bring a table in: " + strings.Join(kinds(), ", "), importTable},
		{"export", "export KIND FILE [--filter name=value&…]", "give a table out as .csv or .xlsx", exportTable},
		{"demo load", "demo load", "load the demo firm", demoLoad},
		{"demo clear", "demo clear", "remove exactly what demo load made", demoClear},
		{"doctor", "doctor", "check settings, database, mail and disk, and say what to do", doctor},
		{"openapi", "openapi", "print the description of the API", openapi},
		{"version", "version", "print the version", printVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) //nolint:forbidigo // the root of all contexts
	code := run(env{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr, lookup: os.LookupEnv}, os.Args[1:])
	stop()
	os.Exit(code)
}

// usageError is a wrong command line.
type usageError struct{ text string }

func (u usageError) Error() string { return u.text }

// exitError ends the program with a code of its own.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }

func run(e env, args []string) int {
	v, rest, err := find(args)
	if err == nil {
		err = v.run(e, rest)
	}
	var usage usageError
	var exit exitError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, flag.ErrHelp):
		printHelp(e.out, v)
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintln(e.err, "heed:", usage.text)
		return exitUsage
	case errors.As(err, &exit):
		fmt.Fprintln(e.err, "heed:", sentence(exit.err))
		return exit.code
	}
	fmt.Fprintln(e.err, "heed:", sentence(err))
	return exitFailed
}

// sentence tells an error to the person at the command line: a fault in words,
// with its cause behind.
func sentence(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err.Error()
	}
	var text strings.Builder
	text.WriteString(i18n.T("en", "fault."+f.Key, f.Params))
	for _, field := range f.Fields {
		fmt.Fprintf(&text, "\n  %s: %s", field.Name, i18n.T("en", field.Key, field.Params))
	}
	if cause := errors.Unwrap(f); cause != nil {
		text.WriteString(" (" + cause.Error() + ")")
	}
	return text.String()
}

// find gives the verb that args begin with, and what follows it.
func find(args []string) (verb, []string, error) {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		return verb{}, nil, flag.ErrHelp
	}
	for _, v := range verbs() {
		words := strings.Fields(v.name)
		if len(args) >= len(words) && strings.Join(args[:len(words)], " ") == v.name {
			return v, args[len(words):], nil
		}
	}
	return verb{}, nil, usageError{fmt.Sprintf("there is no verb %q; `heed help` lists them", args[0])}
}

func printHelp(w io.Writer, v verb) {
	if v.name != "" {
		fmt.Fprintf(w, "heed %s\n\n%s\n\n%s", v.usage, v.help, config.Help())
		return
	}
	fmt.Fprintln(w, "Heed (知音): customer service in one program.")
	fmt.Fprintln(w)
	for _, v := range verbs() {
		fmt.Fprintf(w, "  heed %-50s %s\n", v.usage, v.help)
	}
	fmt.Fprintln(w, "\n`heed VERB --help` lists the settings.")
}

// load reads the settings and the verb's own flags.
func load(e env, fs *flag.FlagSet, args []string) (config.Config, error) {
	fs.SetOutput(io.Discard)
	cfg, rest, err := config.LoadVerb(fs, args, e.lookup)
	if errors.Is(err, config.ErrHelp) {
		return cfg, flag.ErrHelp
	}
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%q is not understood", rest[0])
	}
	if err != nil {
		return cfg, usageError{err.Error()}
	}
	return cfg, nil
}

// open builds the program for a verb beside a server.
func open(e env, cfg config.Config) (*app.App, error) {
	log := obs.NewLogger(e.err, obs.LogOptions{Level: cfg.LogLevel, Format: cfg.LogFormat})
	return app.Open(e.ctx, app.Options{Config: cfg, Log: log, Version: version, Pages: web.Pages()}, false)
}

func printVersion(e env, args []string) error {
	if len(args) > 0 {
		return usageError{"version takes no arguments"}
	}
	_, err := fmt.Fprintln(e.out, "heed", obs.NewBuild(version))
	return err
}
