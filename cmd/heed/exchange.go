package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"heed/internal/app"
	"heed/internal/insight/exchange"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/fault"
	"heed/internal/platform/i18n"
)

// kinds are what the help names; assets is there to be told about.
func kinds() []string {
	return []string{"customers", "organizations", "agents", "products", "prices", "dealers", "articles", "tickets"}
}

// shownRows is how many bad rows are printed; all of them go into --errors.
const shownRows = 20

// kindAndFile takes the two words behind the verb.
func kindAndFile(verb string, args []string) (kind, file string, rest []string, err error) {
	if len(args) < 2 || strings.HasPrefix(args[0], "-") || strings.HasPrefix(args[1], "-") {
		for _, a := range args {
			if a == "--help" || a == "-h" {
				return "", "", nil, flag.ErrHelp
			}
		}
		return "", "", nil, usageError{verb + " needs a KIND (" + strings.Join(kinds(), ", ") + ") and a FILE"}
	}
	return args[0], args[1], args[2:], nil
}

// importTable brings a table in without a server, or beside one. Rows that are
// bad are told and left out; the exit code says that there were any.
func importTable(e env, args []string) error {
	kind, file, rest, err := kindAndFile("import", args)
	if err != nil {
		return err
	}
	fs := flag.NewFlagSet("import", flag.ContinueOnError)
	dry := fs.Bool("dry-run", false, "check every row and change nothing")
	encoding := fs.String("encoding", "", "utf-8, gb18030, big5 or utf-16; found out by itself if empty")
	bad := fs.String("errors", "", "a CSV file for the rows that were not imported, with the reasons")
	cfg, err := load(e, fs, rest)
	if err != nil {
		return err
	}
	content, err := os.Open(file) //nolint:gosec // whoever runs the program names his own file
	if err != nil {
		return err
	}
	defer content.Close()
	return with(e, cfg, func(a *app.App) error {
		ctx := actor.AsSystem(e.ctx)
		im, err := a.Exchange.Immediately(ctx, kind, filepath.Base(file), content, *encoding, *dry, func(im exchange.Import) {
			fmt.Fprintf(e.err, "%d of %d rows\n", im.Counts.Read, im.Counts.Rows)
		})
		if err != nil {
			return err
		}
		if im.State == exchange.Failed {
			return fmt.Errorf("%s", i18n.T(i18n.English, im.Why, im.WhyArgs))
		}
		return reportImport(ctx, e, a, im, *dry, *bad)
	})
}

// reportImport says what became of the rows.
func reportImport(ctx context.Context, e env, a *app.App, im exchange.Import, dry bool, errorsTo string) error {
	c := im.Counts
	would := ""
	if dry {
		would = "Nothing was changed. An import would give: "
	}
	fmt.Fprintf(e.out, "%s%d rows: %d new, %d changed, %d the same, %d double in the file, %d bad.\n", would, c.Rows, c.New, c.Changed, c.Same, c.Duplicate, c.Bad)
	if c.Bad+c.Duplicate == 0 {
		return nil
	}
	rows, err := a.Exchange.FirstRows(ctx, im.ID, shownRows)
	if err != nil {
		return err
	}
	for _, r := range rows {
		for _, p := range r.Problems.V {
			fmt.Fprintf(e.err, "line %d: %s\n", r.Line, p.Text(i18n.English, im.Kind))
		}
	}
	if errorsTo != "" {
		if err := writeFile(errorsTo, func(f *os.File) error { return a.Exchange.WriteRows(ctx, im, i18n.English, f) }); err != nil {
			return err
		}
		fmt.Fprintf(e.err, "All of them are in %s.\n", errorsTo)
	}
	if c.Bad > 0 {
		return fmt.Errorf("%d rows were not imported", c.Bad)
	}
	return nil
}

func writeFile(name string, write func(f *os.File) error) error {
	f, err := os.Create(name) //nolint:gosec // as above
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// exportTable writes a table to a file.
func exportTable(e env, args []string) error {
	kind, file, rest, err := kindAndFile("export", args)
	if err != nil {
		return err
	}
	fs := flag.NewFlagSet("export", flag.ContinueOnError)
	filter := fs.String("filter", "", "what the list is narrowed by, as in the API: tier=gold&sort=newest")
	locale := fs.String("language", i18n.English, "of the header: en, zh-CN or zh-TW")
	cfg, err := load(e, fs, rest)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(*filter)
	if err != nil {
		return usageError{"--filter: " + err.Error()}
	}
	return with(e, cfg, func(a *app.App) error {
		ctx := actor.AsSystem(e.ctx)
		out, err := a.Exchange.ExportOf(kind + strings.ToLower(filepath.Ext(file)))
		if fault.Is(err, fault.KindNotFound) {
			return usageError{"export knows " + strings.Join(append(kinds(), "readings", "answers"), ", ") + " as .csv or .xlsx"}
		}
		if err != nil {
			return err
		}
		out.Filter, out.Locale = query, *locale
		if out, err = a.Exchange.Permit(ctx, out); err != nil {
			return err
		}
		return writeFile(file, func(f *os.File) error { return a.Exchange.Write(ctx, out, f) })
	})
}
