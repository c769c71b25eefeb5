package signin_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"

	"heed/internal/people/authority"
	"heed/internal/platform/rest"
)

// browser is somebody at the API.
type browser struct {
	t      *testing.T
	server *httptest.Server
	client http.Client
}

func (h *house) browser(t *testing.T) *browser {
	t.Helper()
	r := rest.NewRouter(rest.Deps{DB: h.db, Auth: h, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Version: "test"})
	h.Routes(r)
	h.settings.Routes(r)
	h.agents.Routes(r, func() []int64 { return []int64{1} })
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return (&browser{t: t, server: s}).another()
}

func (b *browser) another() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return &browser{t: b.t, server: b.server, client: http.Client{Jar: jar}}
}

// do sends a request and gives status, answer and header. extra are names and values of header fields.
func (b *browser) do(method, path string, body any, extra ...string) (int, map[string]any, http.Header) {
	b.t.Helper()
	var in bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&in).Encode(body); err != nil {
			b.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+rest.Base+path, &in)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(extra); i += 2 {
		req.Header.Set(extra[i], extra[i+1])
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	out := map[string]any{}
	if res.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			b.t.Fatalf("%s %s: %d %v", method, path, res.StatusCode, err)
		}
	}
	return res.StatusCode, out, res.Header
}

func (b *browser) want(status int, method, path string, body any, extra ...string) map[string]any {
	b.t.Helper()
	got, out, _ := b.do(method, path, body, extra...)
	if got != status {
		b.t.Fatalf("%s %s: %d %v, want %d", method, path, got, out, status)
	}
	return out
}

type object = map[string]any

func TestFromTheFirstStartToAColleagueThroughTheAPI(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		link, _, err := h.SetupLink(t.Context(), base)
		if err != nil {
			t.Fatal(err)
		}
		b := h.browser(t)
		b.want(401, "GET", "/session", nil)
		b.want(204, "GET", "/setup?token="+tokenOf(link), nil)
		setup := object{
			"token": tokenOf(link), "firm_name": "Harmony", "name": "Chen", "email": "chen@example.com", "password": password,
			"locale": "en", "zone": "Europe/London",
		}
		_, me, header := b.do("POST", "/setup", setup)
		cookie := header.Get("Set-Cookie")
		for _, part := range []string{rest.SessionCookie + "=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"} {
			if !strings.Contains(cookie, part) {
				t.Errorf("%s is not in %q", part, cookie)
			}
		}
		if me["firm"].(object)["name"] != "Harmony" || me["agent"].(object)["role"] != authority.Administrator || len(me["permissions"].([]any)) < 10 {
			t.Errorf("%v", me)
		}
		b.want(410, "GET", "/setup?token="+tokenOf(link), nil)
		b.want(200, "GET", "/session", nil)

		offer := b.want(201, "POST", "/invitations", object{"email": "anna@example.com", "name": "Anna", "role": "rep", "team_ids": []int64{}})
		path := "/invitations/" + tokenOf(offer["link"].(string))
		anna := b.another()
		if about := anna.want(200, "GET", path, nil); about["kind"] != "invitation" || about["firm_name"] != "Harmony" {
			t.Errorf("%v", about)
		}
		weak := anna.want(422, "POST", path+"/accept", object{"password": "short"})
		if f := weak["errors"].([]any)[0].(object); f["field"] != "password" || f["key"] != "field.too_short" || !strings.Contains(f["message"].(string), "10") {
			t.Errorf("%v", weak)
		}
		anna.want(200, "POST", path+"/accept", object{"password": password, "locale": "zh-CN"})
		if gone := anna.want(410, "POST", path+"/accept", object{"password": password}); gone["key"] != "invitation.link_used" {
			t.Errorf("%v", gone)
		}

		// What a rep may and may not, and in her language.
		no := anna.want(403, "GET", "/settings", nil)
		if no["key"] != "forbidden" || strings.Contains(no["detail"].(string), "administrator") {
			t.Errorf("%v", no)
		}
		agents := anna.want(200, "GET", "/agents", nil)["items"].([]any)
		if len(agents) != 2 || agents[0].(object)["online"] != true || agents[1].(object)["online"] != false {
			t.Errorf("%v", agents)
		}
		changed := anna.want(200, "PATCH", "/me", object{"theme": "dark", "shortcuts": object{"reply": "r"}})
		if changed["theme"] != "dark" || changed["shortcuts"].(object)["reply"] != "r" {
			t.Errorf("%v", changed)
		}

		// Edits by version.
		b.want(422, "PATCH", "/agents/2", object{"role": "supervisor"})
		b.want(409, "PATCH", "/agents/2", object{"role": "supervisor"}, "If-Match", `"99"`)
		b.want(200, "PATCH", "/agents/2", object{"role": "supervisor"}, "If-Match", "*")
		if last := b.want(409, "PATCH", "/agents/1", object{"role": "rep"}, "If-Match", "*"); last["key"] != "agent.last_administrator" {
			t.Errorf("%v", last)
		}
		team := b.want(201, "POST", "/teams", object{"name": "Repairs", "lead_id": 2})
		if m := team["member_ids"].([]any); len(m) != 1 || m[0] != 2.0 {
			t.Errorf("%v", team)
		}
		if settings := b.want(200, "PATCH", "/settings", object{"country": "GB"}, "If-Match", "*"); settings["country"] != "GB" {
			t.Errorf("%v", settings)
		}

		// Tokens, sessions, out.
		token := anna.want(201, "POST", "/tokens", object{"name": "script"})["token"].(string)
		program := b.another()
		if who := program.want(200, "GET", "/session", nil, "Authorization", "Bearer "+token); who["agent"].(object)["name"] != "Anna" {
			t.Errorf("%v", who)
		}
		if listed := anna.want(200, "GET", "/tokens", nil)["items"].([]any)[0].(object); listed["token"] != nil || listed["last_used_at"] == nil {
			t.Errorf("%v", listed)
		}
		phone := b.another()
		phone.want(200, "POST", "/session", object{"email": "anna@example.com", "password": password})
		if sessions := anna.want(200, "GET", "/sessions", nil)["items"].([]any); len(sessions) != 2 {
			t.Errorf("%v", sessions)
		}
		status, _, header := anna.do("DELETE", "/session", nil)
		if status != 204 || !strings.Contains(header.Get("Set-Cookie"), "Max-Age=0") {
			t.Error(status, header)
		}
		anna.want(401, "GET", "/session", nil)
		phone.want(200, "GET", "/session", nil)
		phone.want(204, "DELETE", "/sessions", nil)
		phone.want(401, "GET", "/session", nil)
	})
}

func TestAThrottledSignInSaysWhenToTryAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		h.first(t)
		b := h.browser(t)
		wrong := object{"email": "chen@example.com", "password": "wrong password"}
		for range 6 {
			if p := b.want(401, "POST", "/session", wrong); p["key"] != "signin.wrong" {
				t.Fatal(p)
			}
		}
		status, p, header := b.do("POST", "/session", wrong)
		if status != 429 || header.Get("Retry-After") != "2" || !strings.Contains(p["detail"].(string), "2 seconds") {
			t.Error(status, p, header)
		}
	})
}
