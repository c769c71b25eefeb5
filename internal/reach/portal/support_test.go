package portal_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/offer/catalog"
	"heed/internal/offer/dealer"
	"heed/internal/offer/knowledge"
	"heed/internal/people/customer"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
	"heed/internal/reach/intake"
	"heed/internal/reach/portal"
	"heed/internal/work/conversation"
	"heed/internal/work/need"
	"heed/internal/work/referral"
	"heed/internal/work/ticket"
	"heed/internal/work/tickettype"
)

var (
	noon = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)
	eve  = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Eve", Role: "administrator", Locale: "en"}
	ann  = actor.Actor{Kind: actor.Agent, ID: 2, Name: "Ann", Role: "rep", Locale: "en"}
)

// town stands in for agents, mail and who is at the door.
type town struct {
	acknowledged []string
	replies      []string
	letters      []referral.Letter
}

func (*town) Actor(_ context.Context, id int64) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann} {
		if a.ID == id {
			return a, nil
		}
	}
	return actor.Actor{}, fault.NotFound("not_found")
}
func (*town) TeamInUse(context.Context, int64) (bool, error)      { return true, nil }
func (*town) PrivateTeamsHidden(context.Context) ([]int64, error) { return nil, nil }
func (*town) Session(context.Context, string) (actor.Actor, int64, error) {
	return eve, 1, nil
}
func (*town) Token(context.Context, string) (actor.Actor, error) { return eve, nil }
func (x *town) Mail(_ context.Context, l referral.Letter) (bool, error) {
	x.letters = append(x.letters, l)
	return true, nil
}

func (*town) Tell(context.Context, ticket.Ticket, func(string) string) (bool, error) {
	return false, nil
}
func (*town) FirstWords(context.Context, int64) (string, error)        { return "", nil }
func (*town) Addressed(context.Context, int64) (string, string, error) { return "王芳", "zh-CN", nil }

func (x *town) Reply(_ context.Context, _ int64, html string) error {
	x.replies = append(x.replies, html)
	return nil
}

func (x *town) Heard(_ context.Context, _ int64, text string) error {
	x.replies = append(x.replies, "heard "+text)
	return nil
}

// box seals by writing down: that nothing else opens is the real one's business.
type box struct{}

func (box) Seal(plaintext, purpose string) string { return fmt.Sprintf("%x", purpose+"|"+plaintext) }

func (box) Open(sealed, purpose string) (string, error) {
	var plain []byte
	if _, err := fmt.Sscanf(sealed, "%x", &plain); err != nil {
		return "", err
	}
	text, ok := strings.CutPrefix(string(plain), purpose+"|")
	if !ok {
		return "", fault.Invalid("invalid")
	}
	return text, nil
}

type house struct {
	*portal.Service
	t         testing.TB
	db        *db.DB
	clock     *clock.Manual
	town      *town
	settings  *setting.Service
	knowledge *knowledge.Service
	catalog   *catalog.Service
	dealers   *dealer.Service
	tickets   *ticket.Service
	types     *tickettype.Service
	talk      *conversation.Service
	needs     *need.Service
	referrals *referral.Service
	customers *customer.Service
	server    *httptest.Server
	client    *http.Client
}

func migrations() []db.Migration {
	return slices.Concat(journal.Migrations(), jobs.Migrations(), rest.Migrations(), setting.Migrations(), customer.Migrations(), catalog.Migrations(), dealer.Migrations(),
		knowledge.Migrations(), ticket.Migrations(), tickettype.Migrations(), conversation.Migrations(), need.Migrations(), referral.Migrations(), portal.Migrations())
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB) { fn(t, build(t, d)) })
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	h := &house{t: t, db: d, clock: clock.NewManual(noon), town: &town{}}
	j := journal.New(journal.Deps{DB: d, Clock: h.clock, Log: log})
	queue := jobs.NewQueue(jobs.Deps{DB: d, Clock: h.clock, Log: log})
	blobs, err := blob.NewFiles(t.TempDir(), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	h.settings = setting.New(setting.Deps{DB: d, Journal: j, Clock: h.clock})
	h.customers = customer.New(customer.Deps{DB: d, Journal: j, Clock: h.clock, Settings: h.settings})
	h.catalog = catalog.New(catalog.Deps{DB: d, Journal: j, Clock: h.clock, Setting: h.settings, Blobs: blobs, FileLimit: 1 << 20})
	h.dealers = dealer.New(dealer.Deps{DB: d, Journal: j, Clock: h.clock, Setting: h.settings, Shelves: h.catalog.Shelves})
	h.knowledge = knowledge.New(knowledge.Deps{DB: d, Journal: j, Clock: h.clock, Jobs: queue, Setting: h.settings})
	h.types = tickettype.New(tickettype.Deps{
		DB: d, Journal: j, Clock: h.clock, TeamInUse: h.town.TeamInUse, TierOf: func(context.Context, int64) (string, error) { return "", nil },
	})
	h.tickets = ticket.New(ticket.Deps{DB: d, Journal: j, Jobs: queue, Clock: h.clock, People: h.town, Customers: h.customers, Types: h.types})
	h.talk = conversation.New(conversation.Deps{
		DB: d, Journal: j, Clock: h.clock, Tickets: h.tickets, Blobs: blobs, FileLimit: 1 << 20,
		Customer: func(ctx context.Context, id int64) (conversation.Customer, error) {
			c, err := h.customers.Get(ctx, id)
			return conversation.Customer{Name: c.Name}, err
		},
		OwnAddresses: func(context.Context) ([]string, error) { return nil, nil },
	})
	h.needs = need.New(need.Deps{
		DB: d, Journal: j, Clock: h.clock, Tickets: h.tickets, Types: h.types, Talk: h.town,
		Link: func(token string) string { return "/help/confirm/" + token }, On: func(context.Context) (bool, error) { return true, nil },
		Novice: func(context.Context, int64) (bool, error) { return false, nil },
		Guides: func(context.Context, ticket.Ticket, string) ([]need.Guide, error) { return nil, nil },
	})
	h.referrals = referral.New(referral.Deps{
		DB: d, Journal: j, Clock: h.clock, Setting: h.settings, Tickets: h.tickets, Dealers: h.dealers, Ports: h.town,
		BaseURL: func(context.Context) string { return "https://help.example" },
	})
	door := intake.New(intake.Deps{DB: d, Customers: h.customers, Tickets: h.tickets, Conversation: h.talk})
	h.Service = portal.New(portal.Deps{
		DB: d, Journal: j, Clock: h.clock, Log: log, Setting: h.settings, Seal: box{}, Blobs: blobs, BaseURL: func() string { return "https://help.example" }, FileLimit: 64 << 10,
		Knowledge: h.knowledge, Catalog: h.catalog, Dealers: h.dealers, Types: h.types, Customers: h.customers, Intake: door, Needs: h.needs, Referrals: h.referrals,
		Prepare: h.talk.Prepare, Acknowledge: func(_ context.Context, _ int64, address, _ string) error {
			h.town.acknowledged = append(h.town.acknowledged, address)
			return nil
		},
	})
	r := rest.NewRouter(rest.Deps{DB: d, Auth: h.town, Clock: h.clock, Log: log, Version: "test"})
	h.Routes(r)
	h.catalog.Routes(r)
	h.server = httptest.NewServer(r)
	t.Cleanup(h.server.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	h.client = &http.Client{Jar: jar}
	firm := setting.Patch{FirmName: new("恒源机电"), Locale: new("zh-CN"), Zone: new("Asia/Shanghai"), Country: new("CN")}
	if _, err := h.settings.Change(as(t, eve), 0, firm); err != nil {
		t.Fatal(err)
	}
	if err := h.types.Seed(actor.AsSystem(t.Context())); err != nil {
		t.Fatal(err)
	}
	return h
}

func as(t testing.TB, a actor.Actor) context.Context {
	t.Helper()
	return actor.With(t.Context(), a)
}

// got is an answer, followed to where it led.
type got struct {
	status int
	path   string // with the query
	header http.Header
	body   string
}

func (h *house) do(method, path string, header map[string]string, body io.Reader) got {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), method, h.server.URL+path, body)
	if err != nil {
		h.t.Fatal(err)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := h.client.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return got{res.StatusCode, res.Request.URL.RequestURI(), res.Header, string(b)}
}

func (h *house) get(path string) got {
	h.t.Helper()
	return h.do(http.MethodGet, path, nil, nil)
}

func (h *house) post(path string, values url.Values) got {
	h.t.Helper()
	return h.do(http.MethodPost, path, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, strings.NewReader(values.Encode()))
}

// send sends a form as a browser does, with files by their names.
func (h *house) send(path string, values, files map[string]string) got {
	h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if err := w.WriteField(name, values[name]); err != nil {
			h.t.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		part, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = io.WriteString(part, files[name])
		}
		if err != nil {
			h.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		h.t.Fatal(err)
	}
	return h.do(http.MethodPost, path, map[string]string{"Content-Type": w.FormDataContentType()}, &b)
}

var hidden = regexp.MustCompile(`name="(stamp|kept)" value="([^"]*)"`)

// carried are the fields of a form that nobody types.
func carried(page string) map[string]string {
	out := map[string]string{}
	for _, m := range hidden.FindAllStringSubmatch(page, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func (g got) has(t testing.TB, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if !strings.Contains(g.body, s) {
			t.Errorf("%s (%d) does not say %q:\n%s", g.path, g.status, s, middle(g.body))
		}
	}
}

func (g got) lacks(t testing.TB, texts ...string) {
	t.Helper()
	for _, s := range texts {
		if strings.Contains(g.body, s) {
			t.Errorf("%s (%d) says %q", g.path, g.status, s)
		}
	}
}

var tags = regexp.MustCompile(`(?s)<datalist.*?</datalist>|<svg.*?</svg>|\s+`)

// middle is a page without its frame.
func middle(page string) string {
	_, after, _ := strings.Cut(page, "<main")
	inner, _, _ := strings.Cut(after, "</main>")
	return tags.ReplaceAllString(inner, " ")
}

func (h *house) publish(m knowledge.Meta, w knowledge.Work) knowledge.Article {
	h.t.Helper()
	if m.Kind == nil {
		m.Kind = new(knowledge.Question)
	}
	if m.Audience == nil {
		m.Audience = new(knowledge.Public)
	}
	a, err := h.knowledge.Create(as(h.t, eve), m, w)
	if err == nil {
		a, err = h.knowledge.Publish(as(h.t, eve), a.ID, 0, knowledge.Release{})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(time.Minute) // so that lists are made anew
	return a
}

func words(texts ...knowledge.Text) knowledge.Work { return knowledge.Work{Texts: texts} }

func zh(title, answer string) knowledge.Text {
	return knowledge.Text{Locale: "zh-CN", Title: title, Answer: "<p>" + answer + "</p>"}
}

func (h *house) product(code, name string) catalog.Product {
	h.t.Helper()
	names := catalog.Names{"zh-CN": name, "en": name + " (en)"}
	p, err := h.catalog.Create(as(h.t, eve), catalog.Patch{Code: &code, Names: &names, Status: new(catalog.Active)})
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	return p
}

func (h *house) off(modules ...string) {
	h.t.Helper()
	off := map[string][]int64{}
	for _, m := range modules {
		off[m] = []int64{0}
	}
	if _, err := h.settings.Change(as(h.t, eve), 0, setting.Patch{Off: &off}); err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
}
