package main

import (
	"bufio"
	"crypto/rand"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"heed/internal/app"
	"heed/internal/kernel/actor"
	"heed/internal/platform/config"
)

// with runs do on the program beside a server, as the system.
func with(e env, cfg config.Config, do func(a *app.App) error) error {
	a, err := open(e, cfg)
	if err != nil {
		return err
	}
	err = do(a)
	if e := a.Close(); err == nil {
		err = e
	}
	return err
}

func adminCreate(e env, args []string) error {
	fs := flag.NewFlagSet("admin create", flag.ContinueOnError)
	email := fs.String("email", "", "the administrator's address")
	name := fs.String("name", "", "the administrator's name")
	stdin := fs.Bool("password-stdin", false, "read the password from standard input")
	cfg, err := load(e, fs, args)
	if err != nil {
		return err
	}
	if *email == "" || *name == "" {
		return usageError{"admin create needs --email and --name"}
	}
	var password string
	if *stdin {
		line, err := bufio.NewReader(e.in).ReadString('\n')
		if err != nil && err != io.EOF { //nolint:errorlint // the reader gives io.EOF itself
			return err
		}
		password = strings.TrimRight(line, "\r\n")
	} else {
		password = rand.Text()
	}
	return with(e, cfg, func(a *app.App) error {
		who, err := a.Signin.CreateAdmin(actor.AsSystem(e.ctx), *email, *name, password)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "%s is an administrator.\n", who.Email)
		if !*stdin {
			fmt.Fprintf(e.out, "The password is %s\nIt is shown only now.\n", password)
		}
		return nil
	})
}

func tokenCreate(e env, args []string) error {
	fs := flag.NewFlagSet("token create", flag.ContinueOnError)
	email := fs.String("agent", "", "the address of the agent that the token acts as")
	name := fs.String("name", "", "what the token is for")
	cfg, err := load(e, fs, args)
	if err != nil {
		return err
	}
	if *email == "" || *name == "" {
		return usageError{"token create needs --agent and --name"}
	}
	return with(e, cfg, func(a *app.App) error {
		_, token, err := a.Signin.IssueToken(actor.AsSystem(e.ctx), *email, *name, nil)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.out, token)
		return err
	})
}

func mailDeliver(e env, args []string) error {
	fs := flag.NewFlagSet("mail deliver", flag.ContinueOnError)
	mailbox := fs.String("mailbox", "", "the address that the mail is for")
	cfg, err := load(e, fs, args)
	if err != nil {
		return err
	}
	if *mailbox == "" {
		return usageError{"mail deliver needs --mailbox"}
	}
	a, err := open(e, cfg)
	if err != nil {
		return exitError{exitTemporary, err}
	}
	err = a.Email.Deliver(actor.AsSystem(e.ctx), *mailbox, e.in)
	closed := a.Close()
	switch {
	case err == nil && closed != nil:
		return exitError{exitTemporary, closed}
	case err == nil:
		return nil
	case app.Refused(err):
		return exitError{exitRefused, err}
	}
	return exitError{exitTemporary, err}
}

func demoLoad(e env, args []string) error {
	cfg, err := load(e, flag.NewFlagSet("demo load", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	return with(e, cfg, func(a *app.App) error { return a.LoadDemo(e.ctx, progress(e)) })
}

func demoClear(e env, args []string) error {
	cfg, err := load(e, flag.NewFlagSet("demo clear", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	return with(e, cfg, func(a *app.App) error { return a.ClearDemo(e.ctx) })
}

func doctor(e env, args []string) error {
	cfg, err := load(e, flag.NewFlagSet("doctor", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, "Settings:")
	for _, s := range cfg.Settings() {
		fmt.Fprintf(e.out, "  %-24s %-40s %s\n", s.Name, s.Value, s.Source)
	}
	return with(e, cfg, func(a *app.App) error {
		sick := 0
		fmt.Fprintln(e.out, "\nChecks:")
		for _, f := range a.Examine(e.ctx) {
			mark := "ok"
			if f.Trouble != "" {
				mark, sick = "TROUBLE", sick+1
			}
			fmt.Fprintf(e.out, "  %-8s %-28s %s\n", mark, f.What, f.Trouble+f.Detail)
			if f.Advice != "" {
				fmt.Fprintf(e.out, "           → %s\n", f.Advice)
			}
		}
		if sick > 0 {
			return fmt.Errorf("%d of the checks found trouble", sick)
		}
		return nil
	})
}

// openapi prints the API's description; it needs no database of its own.
func openapi(e env, args []string) error {
	cfg, err := load(e, flag.NewFlagSet("openapi", flag.ContinueOnError), args)
	if err != nil {
		return err
	}
	b, err := app.OpenAPI(cfg, version)
	if err != nil {
		return err
	}
	if !json.Valid(b) {
		return fmt.Errorf("the description is no JSON")
	}
	_, err = e.out.Write(b)
	return err
}
