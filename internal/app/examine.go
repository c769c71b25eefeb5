package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/platform/config"
	"heed/internal/platform/i18n"
	"heed/internal/platform/mailwire"
)

// Finding is what the doctor found about one thing. No Trouble is good.
type Finding struct {
	What    string
	Detail  string
	Trouble string
	Advice  string
}

// Examine checks everything that the program stands on.
func (a *App) Examine(ctx context.Context) []Finding {
	ctx = actor.AsSystem(ctx)
	out := []Finding{
		trouble("database", a.DB.Ping(ctx), "Look at the setting db, and whether the database runs."),
		trouble("attachments", a.Blobs.Check(ctx), "Look at the disk, or at the settings blob_s3_…"),
		a.examineFolder(),
	}
	out = append(out, a.examineCounters(ctx), a.examineAdmin(ctx), a.examineJobs(ctx))
	out = append(out, a.examineFollowers(ctx)...)
	return append(out, a.examineMail(ctx)...)
}

func trouble(what string, err error, advice string) Finding {
	if err == nil {
		return Finding{What: what}
	}
	return Finding{What: what, Trouble: err.Error(), Advice: advice}
}

func (a *App) examineFolder() Finding {
	f := Finding{What: "data folder", Detail: a.o.Config.Data}
	info, err := os.Stat(filepath.Join(a.o.Config.Data, "secret.key"))
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		f.Trouble, f.Detail = "secret.key can be read by others", ""
		f.Advice = "chmod 600 " + filepath.Join(a.o.Config.Data, "secret.key")
	}
	return f
}

func (a *App) examineCounters(ctx context.Context) Finding {
	wrong, err := a.Tickets.Verify(ctx)
	if err == nil && len(wrong) > 0 {
		err = fmt.Errorf("%d counters differ from a recount", len(wrong))
	}
	return trouble("counts of the views", err, "Please report this; the recount at the next start mends it.")
}

func (a *App) examineAdmin(ctx context.Context) Finding {
	has, err := a.Agents.HasAdministrator(ctx)
	if err == nil && !has {
		return Finding{What: "administrator", Trouble: "there is none yet", Advice: "Open the link that `heed serve` prints, or run `heed admin create`."}
	}
	return trouble("administrator", err, "")
}

func (a *App) examineJobs(ctx context.Context) Finding {
	p, err := a.Jobs.Dead(ctx, pageOf(1))
	if err == nil && len(p.Items) > 0 {
		return Finding{What: "jobs", Trouble: "some failed for good, the last: " + p.Items[0].Kind, Advice: "See them under Settings → Failed jobs."}
	}
	return trouble("jobs", err, "")
}

// A follower this far behind does not keep up.
const behind = 10_000

func (a *App) examineFollowers(ctx context.Context) []Finding {
	states, err := a.Journal.States(ctx)
	if err != nil {
		return []Finding{trouble("followers", err, "")}
	}
	pos, err := a.Journal.Position(ctx)
	if err != nil {
		return []Finding{trouble("followers", err, "")}
	}
	var out []Finding
	for _, s := range states {
		f := Finding{What: "follower " + s.Name, Detail: fmt.Sprintf("at %d of %d", s.Pos, pos)}
		if s.Failures > 0 {
			f.Trouble, f.Advice = s.Error, "It tries again by itself; if it goes on, please report this."
		} else if pos-s.Pos > behind {
			f.Trouble, f.Advice = "it is far behind", "Is the server running?"
		}
		out = append(out, f)
	}
	return out
}

func (a *App) examineMail(ctx context.Context) []Finding {
	boxes, err := a.Email.List(ctx)
	if err != nil {
		return []Finding{trouble("mailboxes", err, "")}
	}
	if len(boxes) == 0 {
		return []Finding{{What: "mailboxes", Detail: "none yet"}}
	}
	var out []Finding
	for _, m := range boxes {
		if !m.Active {
			continue
		}
		tctx, cancel := context.WithTimeout(ctx, 30*time.Second)
		imap, smtp, err := a.Email.Check(tctx, m)
		cancel()
		f := trouble("mailbox "+m.Address, err, "")
		for _, p := range append(imap, smtp...) {
			f.Trouble = mailTrouble(p)
			f.Advice = "Settings → Mailboxes → Test connection shows it step by step."
		}
		out = append(out, f)
	}
	return out
}

func mailTrouble(p mailwire.Problem) string {
	return i18n.T("en", "fault."+p.Key, nil) + " " + p.Detail
}

// Refused tells whether err means that a mail will never be taken, however
// often it is tried.
func Refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindNotFound, fault.KindForbidden, fault.KindInvalid, fault.KindTooLarge, fault.KindGone:
		return true
	}
	return false
}

// OpenAPI gives the description of the API without opening anything: the
// operations are the same whatever the database.
func OpenAPI(cfg config.Config, version string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "heed-openapi")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	cfg.Data, cfg.DB = dir, ""
	a, err := Open(context.Background(), Options{Config: cfg, Log: slog.New(slog.DiscardHandler), Clock: clock.System{}, Version: version}, false) //nolint:forbidigo // no request
	if err != nil {
		return nil, err
	}
	b, err := a.Router.OpenAPI()
	if e := a.Close(); err == nil {
		err = e
	}
	return b, err
}
