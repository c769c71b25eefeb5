package signin_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/people/agent"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/people/signin"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
)

var schema = slices.Concat(journal.Migrations(), rest.Migrations(), setting.Migrations(), agent.Migrations(), signin.Migrations())

const (
	base     = "https://desk.example.com"
	password = "correct horse battery"
)

var (
	office  = signin.Caller{Address: "192.0.2.1", UserAgent: "Office browser"}
	home    = signin.Caller{Address: "198.51.100.9", UserAgent: "Home browser"}
	villain = signin.Caller{Address: "203.0.113.66"}
)

type house struct {
	*signin.Service
	agents   *agent.Service
	settings *setting.Service
	journal  *journal.Journal
	clock    *clock.Manual
	db       *db.DB
	system   context.Context
	mailer   *mailer
	mu       sync.Mutex
	ended    []string
}

type mailer struct {
	fail error
	sent []string
}

func (m *mailer) Invite(_ context.Context, to, name, firm, link, locale string) (bool, error) {
	m.sent = append(m.sent, fmt.Sprint(to, "|", name, "|", firm, "|", link, "|", locale))
	return m.fail == nil, m.fail
}

func (h *house) endings() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := h.ended
	h.ended = nil
	return out
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		c := clock.NewManual(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
		log := slog.New(slog.DiscardHandler)
		j := journal.New(journal.Deps{DB: d, Clock: c, Log: log})
		h := &house{clock: c, db: d, journal: j, system: actor.AsSystem(t.Context()), mailer: &mailer{}}
		h.settings = setting.New(setting.Deps{DB: d, Journal: j, Clock: c})
		h.agents = agent.NewService(agent.Deps{DB: d, Journal: j, Clock: c, Settings: h.settings})
		h.Service = signin.New(signin.Deps{
			DB: d, Journal: j, Clock: c, Log: log, Agents: h.agents, Settings: h.settings, Mailer: h.mailer,
			Ended: func(agentID, except int64) {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.ended = append(h.ended, fmt.Sprintf("agent %d but %d", agentID, except))
			},
			EndedOne: func(session int64) {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.ended = append(h.ended, fmt.Sprintf("session %d", session))
			},
			BaseURL: func(context.Context) string { return base },
		})
		fn(t, h)
	})
}

// first sets the firm up.
func (h *house) first(t *testing.T) signin.Opened {
	t.Helper()
	link, needed, err := h.SetupLink(t.Context(), base)
	if err != nil || !needed {
		t.Fatal(needed, err)
	}
	o, err := h.Setup(t.Context(), signin.First{
		Token: tokenOf(link), FirmName: "和声压缩机", Name: "Chen", Email: "chen@example.com", Password: password,
		Locale: "zh-CN", Zone: "Asia/Shanghai",
	}, office)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (h *house) as(t *testing.T, o signin.Opened) context.Context {
	t.Helper()
	who, _, err := h.Session(t.Context(), o.Token)
	if err != nil {
		t.Fatal(err)
	}
	return actor.With(t.Context(), who)
}

// hire invites somebody and has him accept.
func (h *house) hire(t *testing.T, name, role string) signin.Opened {
	t.Helper()
	offer, err := h.Invite(h.system, agent.New{Name: name, Email: name + "@example.com", Role: role})
	if err != nil {
		t.Fatal(err)
	}
	o, err := h.Accept(t.Context(), tokenOf(offer.URL), signin.Acceptance{Password: password}, office)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func tokenOf(link string) string { return link[strings.LastIndexAny(link, "/=")+1:] }

func fields(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Key)
	}
	return strings.Join(out, ", ")
}

func TestTheFirstStartMakesTheAdministratorThroughALinkOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		before, needed, err := h.SetupLink(t.Context(), base)
		if err != nil || !needed || !strings.HasPrefix(before, base+"/setup?token=") {
			t.Fatal(before, needed, err)
		}
		after, _, err := h.SetupLink(t.Context(), base)
		if err != nil || after == before {
			t.Fatal("a restart prints a fresh link:", after, err)
		}
		for _, link := range []string{before, after} {
			if err := h.CheckSetup(t.Context(), tokenOf(link)); err != nil {
				t.Error(err)
			}
		}
		in := signin.First{Token: "guess", FirmName: "", Name: "", Email: "x", Password: "short", Locale: "fr", Zone: "Mars"}
		if _, err := h.Setup(t.Context(), in, office); fault.KeyOf(err) != "setup.link_used" {
			t.Error(err)
		}
		in.Token = tokenOf(before)
		_, err = h.Setup(t.Context(), in, office)
		if got := fields(err); got != "password field.too_short, firm_name field.required, locale field.unknown_value, zone field.zone_unknown, name field.required, email field.email_invalid" {
			t.Error(got)
		}
		o := h.first(t)
		if o.Agent.Role != authority.Administrator || o.Agent.State != agent.Active || o.Agent.Zone != "Asia/Shanghai" {
			t.Errorf("%+v", o.Agent)
		}
		if firm, err := h.settings.Get(t.Context()); err != nil || firm.FirmName != "和声压缩机" || firm.Country != "CN" {
			t.Error(firm, err)
		}
		for _, link := range []string{before, after} {
			if err := h.CheckSetup(t.Context(), tokenOf(link)); fault.KeyOf(err) != "setup.link_used" {
				t.Error(err)
			}
			in.Token = tokenOf(link)
			if _, err := h.Setup(t.Context(), in, office); fault.KeyOf(err) != "setup.link_used" {
				t.Error(err)
			}
		}
		if link, needed, err := h.SetupLink(t.Context(), base); err != nil || needed || link != "" {
			t.Error(link, needed, err)
		}
		if _, err := h.SignIn(t.Context(), "CHEN@example.com", password, home); err != nil {
			t.Error(err)
		}
	})
}

func TestTwoWhoSetUpAtOnceMakeOneAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var wg sync.WaitGroup
		var errs [2]error
		for i := range errs {
			link, _, err := h.SetupLink(t.Context(), base)
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() {
				_, errs[i] = h.Setup(t.Context(), signin.First{
					Token: tokenOf(link), FirmName: "Firm", Name: "N", Email: fmt.Sprintf("n%d@example.com", i), Password: password,
					Locale: "en", Zone: "UTC",
				}, office)
			})
		}
		wg.Wait()
		one := 0
		for _, err := range errs {
			if err == nil {
				one++
			} else if fault.KeyOf(err) != "setup.link_used" {
				t.Error(err)
			}
		}
		if one != 1 {
			t.Error(errs)
		}
	})
}

func TestWrongUnknownAndDisabled(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t)
		anna := h.hire(t, "anna", authority.Rep)
		if _, err := h.Invite(h.system, agent.New{Name: "Ben", Email: "ben@example.com", Role: authority.Rep}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ email, password string }{
			{"chen@example.com", "wrong password"}, {"nobody@example.com", password}, {"ben@example.com", password}, {"", ""},
		} {
			_, err := h.SignIn(t.Context(), tt.email, tt.password, home)
			if fault.KeyOf(err) != "signin.wrong" || !fault.Is(err, fault.KindUnauthenticated) {
				t.Errorf("%s: %v", tt.email, err)
			}
		}
		if _, err := h.agents.Change(h.system, anna.Agent.ID, 0, agent.Patch{State: new(agent.Disabled)}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), "anna@example.com", password, home); fault.KeyOf(err) != "signin.disabled" {
			t.Error(err)
		}
		if _, err := h.SignIn(t.Context(), "anna@example.com", "wrong password", home); fault.KeyOf(err) != "signin.wrong" {
			t.Error("whoever does not know the password learns that she is disabled:", err)
		}
	})
}

func TestWhoGuessesIsSlowedDownAndThePersonComesIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t)
		guess := func(from signin.Caller) error {
			_, err := h.SignIn(t.Context(), "chen@example.com", "wrong password", from)
			return err
		}
		for range 6 {
			if err := guess(villain); fault.KeyOf(err) != "signin.wrong" {
				t.Fatal(err)
			}
		}
		err := guess(villain)
		var f *fault.Error
		if !errors.As(err, &f) || f.Key != "signin.throttled" || f.Params["retry_after"] != 2 {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), "chen@example.com", password, villain); fault.KeyOf(err) != "signin.throttled" {
			t.Error("the right password tells the attacker that he found it:", err)
		}
		for _, from := range []signin.Caller{office, home} {
			if _, err := h.SignIn(t.Context(), "chen@example.com", password, from); err != nil {
				t.Errorf("%s is locked out: %v", from.UserAgent, err)
			}
		}
		h.clock.Advance(2 * time.Second)
		if err := guess(villain); fault.KeyOf(err) != "signin.wrong" {
			t.Error("the pause does not end:", err)
		}
		if err := guess(villain); !errors.As(err, &f) || f.Params["retry_after"] != 4 {
			t.Error("the pause does not double:", err)
		}
	})
}

func TestManyAddressesThatGuessDoNotLockOutAKnownPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t) // from the office
		refused := 0
		for i := range 40 {
			_, err := h.SignIn(t.Context(), "chen@example.com", "wrong password", signin.Caller{Address: fmt.Sprintf("203.0.113.%d", i)})
			if fault.KeyOf(err) == "signin.throttled" {
				refused++
			}
		}
		if refused == 0 {
			t.Error("nobody slows them down")
		}
		if _, err := h.SignIn(t.Context(), "chen@example.com", password, office); err != nil {
			t.Error(err)
		}
		h.clock.Advance(30 * time.Second)
		if _, err := h.SignIn(t.Context(), "chen@example.com", password, home); err != nil {
			t.Error("a new place must wait for half a minute at most:", err)
		}
	})
}

func TestAThousandGuessesAtOnceAreAThousandGuesses(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t)
		var wg sync.WaitGroup
		var mu sync.Mutex
		looked := 0
		for range 24 {
			wg.Go(func() {
				_, err := h.SignIn(t.Context(), "chen@example.com", "wrong password", villain)
				mu.Lock()
				defer mu.Unlock()
				switch fault.KeyOf(err) {
				case "signin.wrong":
					looked++
				case "signin.throttled":
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if looked != 6 {
			t.Errorf("%d passwords were looked at, want 6", looked)
		}
	})
}

func TestSessionsSlideAndRunOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		o := h.first(t)
		good := func() bool {
			who, id, err := h.Session(t.Context(), o.Token)
			if err != nil && fault.KeyOf(err) != "unauthenticated" {
				t.Fatal(err)
			}
			return err == nil && who.ID == o.Agent.ID && id == o.Session.ID
		}
		for day := 0; day < 80; day += 10 {
			if !good() {
				t.Fatalf("over after %d days of use", day)
			}
			h.clock.Advance(10 * 24 * time.Hour)
		}
		h.clock.Advance(10 * 24 * time.Hour)
		if good() {
			t.Error("it lasts for more than 90 days")
		}
		o, err := h.SignIn(t.Context(), "chen@example.com", password, office)
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(14 * 24 * time.Hour)
		if good() {
			t.Error("it lasts unused for two weeks")
		}
		if _, _, err := h.Session(t.Context(), "guess"); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
	})
}

func TestOneSessionOthersOrAllCanBeEnded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		first := h.first(t)
		second, err := h.SignIn(t.Context(), "chen@example.com", password, home)
		if err != nil {
			t.Fatal(err)
		}
		other := h.hire(t, "anna", authority.Rep)
		ctx := h.as(t, first)
		list, err := h.Sessions(ctx)
		if err != nil || len(list) != 2 || list[0].UserAgent != "Home browser" {
			t.Fatalf("%+v %v", list, err)
		}
		if err := h.SignOut(ctx, other.Session.ID); !fault.Is(err, fault.KindNotFound) {
			t.Error("somebody else's session:", err)
		}
		h.endings()
		if err := h.SignOut(ctx, second.Session.ID); err != nil {
			t.Fatal(err)
		}
		if got := h.endings(); len(got) != 1 || got[0] != fmt.Sprintf("session %d", second.Session.ID) {
			t.Error(got)
		}
		if _, _, err := h.Session(t.Context(), second.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
		second, err = h.SignIn(t.Context(), "chen@example.com", password, home)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.ChangePassword(ctx, "wrong password", "another good sentence", first.Session.ID); fields(err) != "old_password field.password_wrong" {
			t.Error(err)
		}
		if err := h.ChangePassword(ctx, password, "chen@example.com", first.Session.ID); fields(err) != "new_password field.password_simple" {
			t.Error(err)
		}
		if err := h.ChangePassword(ctx, password, "another good sentence", first.Session.ID); err != nil {
			t.Fatal(err)
		}
		if got := h.endings(); len(got) != 1 || got[0] != fmt.Sprintf("agent %d but %d", first.Agent.ID, first.Session.ID) {
			t.Error(got)
		}
		if _, _, err := h.Session(t.Context(), second.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
		if err := h.SignOutEverywhere(ctx); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Session(t.Context(), first.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
		if _, err := h.SignIn(t.Context(), "chen@example.com", password, office); fault.KeyOf(err) != "signin.wrong" {
			t.Error("the old password:", err)
		}
	})
}

func TestADisabledAgentIsOutAtOnceAndComesBackWithNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t)
		anna := h.hire(t, "anna", authority.Rep)
		_, token, err := h.AddToken(h.as(t, anna), "script", nil)
		if err != nil {
			t.Fatal(err)
		}
		set := func(s agent.State) {
			t.Helper()
			if _, err := h.agents.Change(h.system, anna.Agent.ID, 0, agent.Patch{State: &s}); err != nil {
				t.Fatal(err)
			}
		}
		set(agent.Disabled)
		if _, _, err := h.Session(t.Context(), anna.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("session:", err)
		}
		if _, err := h.Token(t.Context(), token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("token:", err)
		}
		h.endings()
		for _, f := range h.Followers() {
			if err := h.journal.CatchUp(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.endings(); len(got) != 1 || got[0] != fmt.Sprintf("agent %d but 0", anna.Agent.ID) {
			t.Error(got)
		}
		set(agent.Active)
		if _, _, err := h.Session(t.Context(), anna.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("session:", err)
		}
		if _, err := h.Token(t.Context(), token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("token:", err)
		}
		if _, err := h.SignIn(t.Context(), "anna@example.com", password, office); err != nil {
			t.Error(err)
		}
	})
}

func TestInvitationsWorkOnceWithOrWithoutMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		admin := h.as(t, h.first(t))
		offer, err := h.Invite(admin, agent.New{Name: "Anna", Email: "anna@example.com", Role: authority.Rep})
		if err != nil || !offer.Mailed || !strings.HasPrefix(offer.URL, base+"/join/") {
			t.Fatal(offer, err)
		}
		if want := "anna@example.com|Anna|和声压缩机|" + offer.URL + "|zh-CN"; len(h.mailer.sent) != 1 || h.mailer.sent[0] != want {
			t.Error(h.mailer.sent)
		}
		old := offer
		h.mailer.fail = errors.New("no mail here")
		if offer, err = h.Relink(admin, old.Agent.ID); err != nil || offer.Mailed || offer.URL == "" {
			t.Fatal("the link is there without mail:", offer, err)
		}
		if _, err := h.Offered(t.Context(), tokenOf(old.URL)); fault.KeyOf(err) != "invitation.link_used" {
			t.Error("the replaced link:", err)
		}
		about, err := h.Offered(t.Context(), tokenOf(offer.URL))
		if err != nil || about != (signin.Offered{Kind: signin.LinkInvitation, Name: "Anna", Email: "anna@example.com", FirmName: "和声压缩机"}) {
			t.Error(about, err)
		}
		if _, err := h.Accept(t.Context(), tokenOf(offer.URL), signin.Acceptance{Password: "anna@example"}, home); fields(err) != "password field.password_simple" {
			t.Error(err)
		}
		o, err := h.Accept(t.Context(), tokenOf(offer.URL), signin.Acceptance{Password: password, Name: new("Anna Li"), Locale: new("zh-TW")}, home)
		if err != nil || o.Agent.Name != "Anna Li" || o.Agent.State != agent.Active || o.Agent.Locale != "zh-TW" {
			t.Fatal(o, err)
		}
		if _, err := h.Accept(t.Context(), tokenOf(offer.URL), signin.Acceptance{Password: password}, villain); fault.KeyOf(err) != "invitation.link_used" {
			t.Error(err)
		}
		if _, err := h.Invite(h.as(t, o), agent.New{Name: "Ben", Email: "ben@example.com", Role: authority.Rep}); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep invites:", err)
		}
		if _, err := h.Relink(h.as(t, o), o.Agent.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep makes a link:", err)
		}
		// A link for an active agent sets a new password and ends sessions; it changes nothing else.
		reset, err := h.Relink(admin, o.Agent.ID)
		if err != nil {
			t.Fatal(err)
		}
		again, err := h.Accept(t.Context(), tokenOf(reset.URL), signin.Acceptance{Password: "another good sentence", Name: new("Mallory")}, home)
		if err != nil || again.Agent.Name != "Anna Li" {
			t.Fatal(again, err)
		}
		if _, _, err := h.Session(t.Context(), o.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("her session from before:", err)
		}
		// Old ones do not work.
		reset, err = h.Relink(admin, o.Agent.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Set(reset.Expires)
		if _, err := h.Accept(t.Context(), tokenOf(reset.URL), signin.Acceptance{Password: password}, home); fault.KeyOf(err) != "invitation.link_used" {
			t.Error(err)
		}
		if _, err := h.agents.Change(h.system, o.Agent.ID, 0, agent.Patch{State: new(agent.Disabled)}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Relink(admin, o.Agent.ID); fault.KeyOf(err) != "agent.disabled" {
			t.Error(err)
		}
	})
}

func TestAPITokens(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := h.as(t, h.first(t))
		later := h.clock.Now().Add(time.Hour)
		k, token, err := h.AddToken(ctx, " export ", &later)
		if err != nil || k.Name != "export" || !strings.HasPrefix(token, k.Prefix) || len(token) < 50 {
			t.Fatal(k, token, err)
		}
		if who, err := h.Token(t.Context(), token); err != nil || who.Role != authority.Administrator {
			t.Error(who, err)
		}
		keys, err := h.Tokens(ctx)
		if err != nil || len(keys) != 1 || keys[0].LastUsedAt == nil || !keys[0].ExpiresAt.Equal(later) {
			t.Errorf("%+v %v", keys, err)
		}
		h.clock.Set(later)
		if _, err := h.Token(t.Context(), token); fault.KeyOf(err) != "unauthenticated" {
			t.Error("expired:", err)
		}
		if _, _, err := h.AddToken(ctx, "", &later); fields(err) != "name field.required, expires_at field.time_past" {
			t.Error(err)
		}
		_, issued, err := h.IssueToken(h.system, "Chen@example.com", "cli", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.IssueToken(h.as(t, h.hire(t, "anna", authority.Rep)), "chen@example.com", "x", nil); !fault.Is(err, fault.KindForbidden) {
			t.Error("a rep issues tokens of others:", err)
		}
		keys, _ = h.Tokens(ctx)
		if err := h.RemoveToken(ctx, keys[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Token(t.Context(), issued); fault.KeyOf(err) != "unauthenticated" {
			t.Error("removed:", err)
		}
		if err := h.RemoveToken(ctx, 999); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
		if _, err := h.Token(t.Context(), "heed_guess"); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
	})
}

func TestTheCommandLineMakesOrRescuesAnAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		if _, err := h.CreateAdmin(t.Context(), "a@example.com", "A", password); !fault.Is(err, fault.KindUnauthenticated) {
			t.Error("anybody makes an administrator:", err)
		}
		a, err := h.CreateAdmin(h.system, "a@example.com", "A", password)
		if err != nil || a.Role != authority.Administrator || a.State != agent.Active {
			t.Fatal(a, err)
		}
		if needed, err := h.SetupNeeded(t.Context()); err != nil || needed {
			t.Error(needed, err)
		}
		anna := h.hire(t, "anna", authority.Rep)
		if _, err := h.agents.Change(h.system, anna.Agent.ID, 0, agent.Patch{State: new(agent.Disabled)}); err != nil {
			t.Fatal(err)
		}
		b, err := h.CreateAdmin(h.system, "anna@example.com", "Anna", "another good sentence")
		if err != nil || b.ID != anna.Agent.ID || b.Role != authority.Administrator || b.State != agent.Active {
			t.Fatal(b, err)
		}
		if _, err := h.SignIn(t.Context(), "anna@example.com", "another good sentence", office); err != nil {
			t.Error(err)
		}
	})
}

func TestWhatHasRunOutIsSweptAway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		o := h.first(t)
		if _, err := h.Invite(h.system, agent.New{Name: "Ben", Email: "ben@example.com", Role: authority.Rep}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), "nobody@example.com", password, villain); fault.KeyOf(err) != "signin.wrong" {
			t.Fatal(err)
		}
		h.clock.Advance(91 * 24 * time.Hour)
		if got := h.Periodics(); len(got) != 1 || got[0].Kind != h.Handlers()[0].Kind {
			t.Fatal(got)
		}
		if err := h.Handlers()[0].Run(h.system, jobs.Job{}); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"signin_session", "signin_link", "signin_throttle", "signin_address"} {
			if n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM "+table); err != nil || n != 0 {
				t.Errorf("%s has %d rows: %v", table, n, err)
			}
		}
		if _, _, err := h.Session(t.Context(), o.Token); fault.KeyOf(err) != "unauthenticated" {
			t.Error(err)
		}
	})
}
