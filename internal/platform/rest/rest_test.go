package rest_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/rest"
)

type auth struct{}

func (auth) Session(_ context.Context, token string) (actor.Actor, int64, error) {
	if token != "good" {
		return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
	}
	return actor.Actor{Kind: actor.Agent, ID: 1, Name: "Ann", Locale: "zh-CN"}, 5, nil
}

func (auth) Token(_ context.Context, bearer string) (actor.Actor, error) {
	if bearer == "down" {
		return actor.Actor{}, fault.Unavailable("db.unavailable")
	}
	if bearer != "key" {
		return actor.Actor{}, fault.Unauthenticated("unauthenticated")
	}
	return actor.Actor{Kind: actor.Agent, ID: 2, Name: "Robot"}, nil
}

type thing struct {
	Name string `json:"name" minLength:"1" maxLength:"5"`
	N    int64  `json:"n,omitempty"`
}

var schema = append(rest.Migrations(), db.Migration{Slice: "thing", N: 1, SQL: "CREATE TABLE thing (id $id, name $text NOT NULL) $end;"})

func router(t *testing.T, d *db.DB) *rest.Router {
	t.Helper()
	r := rest.NewRouter(rest.Deps{
		DB: d, Auth: auth{}, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Version: "test",
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")},
	})
	rest.Post(r, "/things", rest.Op{ID: "make", Tag: "things", Summary: "Make", Status: 201}, func(ctx context.Context, in *struct{ Body thing }) (*rest.One[thing], error) {
		out := in.Body
		err := d.Write(ctx, func(ctx context.Context) (err error) {
			if out.Name == "bad" {
				return fault.Conflict("stale")
			}
			out.N, err = db.One[int64](ctx, d, "INSERT INTO thing (name) VALUES (?) RETURNING id", in.Body.Name)
			return err
		})
		if err == nil { // a second transaction of the same request does not use the key again
			err = d.Write(ctx, func(context.Context) error { return nil })
		}
		return rest.OneOf(out, 3), err
	})
	rest.Post(r, "/secrets", rest.Op{ID: "secret", Tag: "things", Summary: "Make a secret", Secret: true}, func(ctx context.Context, _ *struct{}) (*rest.Body[thing], error) {
		return rest.Of(thing{Name: "tok"}), d.Write(ctx, func(context.Context) error { return nil })
	})
	rest.Get(r, "/things", rest.Op{ID: "list", Tag: "things", Summary: "List", Public: true}, func(ctx context.Context, in *struct{ rest.PageIn }) (*rest.List[thing], error) {
		return &rest.List[thing]{Body: page.Of[thing]{Items: []thing{{Name: rest.ClientIP(ctx)}}}}, nil
	})
	rest.Patch(r, "/things", rest.Op{ID: "edit", Tag: "things", Summary: "Edit"}, func(_ context.Context, in *struct{ rest.VersionIn }) (*rest.Body[thing], error) {
		v, err := in.Version()
		return rest.Of(thing{Name: "x", N: v}), err
	})
	rest.Get(r, "/boom", rest.Op{ID: "boom", Tag: "things", Summary: "Boom", Public: true}, func(context.Context, *struct{}) (*rest.Empty, error) {
		panic("kaboom")
	})
	return r
}

type call struct {
	method, path, body string
	header             map[string]string
}

func do(t *testing.T, r http.Handler, c call) (*httptest.ResponseRecorder, rest.Problem) {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), c.method, "http://heed.test/api/v1"+c.path, strings.NewReader(c.body))
	if c.body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for k, v := range c.header {
		req.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	var p rest.Problem
	if w.Header().Get("Content-Type") == "application/problem+json" {
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err, w.Body)
		}
	}
	return w, p
}

func TestAnswersAndProblems(t *testing.T) {
	t.Parallel()
	r := router(t, dbtest.New(t, "sqlite", schema))
	key := map[string]string{"Authorization": "Bearer key"}
	cookie := map[string]string{"Cookie": "heed_session=good"}
	for _, c := range []struct {
		name   string
		call   call
		status int
		key    string
		field  string
	}{
		{"made with a token", call{"POST", "/things", `{"name":"a"}`, key}, 201, "", ""},
		{"nobody signed in", call{"POST", "/things", `{"name":"a"}`, nil}, 401, "unauthenticated", ""},
		{"a bad token", call{"POST", "/things", `{"name":"a"}`, map[string]string{"Authorization": "Bearer x"}}, 401, "unauthenticated", ""},
		{"the database is away while asking who it is", call{"POST", "/things", `{"name":"a"}`, map[string]string{"Authorization": "Bearer down"}}, 503, "db.unavailable", ""},
		{"a field missing", call{"POST", "/things", `{}`, key}, 422, "invalid", "name"},
		{"a field too long", call{"POST", "/things", `{"name":"abcdef"}`, key}, 422, "invalid", "name"},
		{"a field nobody knows", call{"POST", "/things", `{"name":"a","x":1}`, key}, 422, "invalid", "x"},
		{"no JSON at all", call{"POST", "/things", `{"name`, key}, 400, "malformed", ""},
		{"a body over the limit", call{"POST", "/things", `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, key}, 413, "too_large", ""},
		{"a rule refuses", call{"POST", "/things", `{"name":"bad"}`, key}, 409, "stale", ""},
		{"an edit without the version seen", call{"PATCH", "/things", "", key}, 422, "if_match_required", ""},
		{"an edit with nonsense for a version", call{"PATCH", "/things", "", map[string]string{"Authorization": "Bearer key", "If-Match": "x"}}, 422, "if_match_required", ""},
		{"a panic tells nothing of its inside", call{"GET", "/boom", "", nil}, 500, "internal", ""},
		{"a page limit out of bounds", call{"GET", "/things?limit=1000", "", nil}, 422, "invalid", "limit"},
		{"the cookie from another site", call{"POST", "/things", `{"name":"a"}`, map[string]string{"Cookie": "heed_session=good", "Sec-Fetch-Site": "cross-site"}}, 403, "cross_site", ""},
		{"the cookie with a foreign origin", call{"POST", "/things", `{"name":"a"}`, map[string]string{"Cookie": "heed_session=good", "Origin": "http://evil.test"}}, 403, "cross_site", ""},
		{"the cookie with our origin", call{"POST", "/things", `{"name":"a"}`, map[string]string{"Cookie": "heed_session=good", "Origin": "http://heed.test"}}, 201, "", ""},
		{"the cookie without a browser's headers", call{"POST", "/things", `{"name":"a"}`, cookie}, 201, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, p := do(t, r, c.call)
			if w.Code != c.status || p.Key != c.key {
				t.Fatalf("%d %q: %s", w.Code, p.Key, w.Body)
			}
			if c.field != "" && (len(p.Errors) != 1 || p.Errors[0].Field != c.field || p.Errors[0].Message == "") {
				t.Fatalf("fields: %+v", p.Errors)
			}
			if p.Key != "" && (p.Detail == "" || strings.HasPrefix(p.Detail, "fault.")) {
				t.Fatalf("no text for %q: %q", p.Key, p.Detail)
			}
		})
	}
	if w, _ := do(t, r, call{"PATCH", "/things", "", map[string]string{"Authorization": "Bearer key", "If-Match": `"41"`}}); !strings.Contains(w.Body.String(), "41") {
		t.Fatal(w.Body)
	}
	_, en := do(t, r, call{"POST", "/things", `{"name":"bad"}`, key})
	_, zh := do(t, r, call{"POST", "/things", `{"name":"bad"}`, cookie})
	if en.Detail == zh.Detail {
		t.Fatal("the problem is not told in the reader's language:", en.Detail)
	}
}

func TestOnlyAKnownProxyIsBelieved(t *testing.T) {
	t.Parallel()
	r := router(t, dbtest.New(t, "sqlite", schema))
	w, _ := do(t, r, call{"GET", "/things", "", map[string]string{"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}})
	if !strings.Contains(w.Body.String(), "198.51.100.7") { // httptest's own address is 192.0.2.1
		t.Fatal(w.Body)
	}
	req := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/things", nil)
	req.Header["X-Forwarded-For"] = []string{"203.0.113.9", "198.51.100.7"} // the caller's own line and the proxy's
	both := httptest.NewRecorder()
	r.ServeHTTP(both, req)
	if !strings.Contains(both.Body.String(), "198.51.100.7") {
		t.Fatal(both.Body)
	}
	req = httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/things", nil)
	req.RemoteAddr = "198.51.100.8:1"
	req.Header.Set("X-Forwarded-For", "203.0.113.9")
	rec := httptest.NewRecorder()
	r.ServeHTTP(rec, req)
	if !strings.Contains(rec.Body.String(), "198.51.100.8") {
		t.Fatal(rec.Body)
	}
}

func TestARequestWithAKeyTakesEffectOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		r := router(t, d)
		send := func(name, key string) *httptest.ResponseRecorder {
			w, _ := do(t, r, call{"POST", "/things", `{"name":"` + name + `"}`, map[string]string{"Authorization": "Bearer key", "Idempotency-Key": key}})
			return w
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		bodies := map[string]int{}
		for range 8 {
			wg.Go(func() {
				w := send("a", "k1")
				mu.Lock()
				defer mu.Unlock()
				if w.Code == 201 {
					bodies[w.Body.String()]++
				} else if w.Code != 409 { // the other one was first and has not stored its answer yet
					t.Error(w.Code, w.Body)
				}
			})
		}
		wg.Wait()
		if len(bodies) != 1 {
			t.Fatal("several answers to one request:", bodies)
		}
		again := send("a", "k1")
		if again.Code != 201 || again.Header().Get("Idempotency-Replayed") != "true" || again.Header().Get("ETag") != `"3"` || bodies[again.Body.String()] == 0 {
			t.Fatal(again.Code, again.Header(), again.Body)
		}
		if w := send("b", "k1"); w.Code != 422 {
			t.Fatal("one key for two requests:", w.Code)
		}
		if w := send("bad", "k2"); w.Code != 409 {
			t.Fatal(w.Code)
		}
		if w := send("b", "k2"); w.Code != 201 {
			t.Fatal("a refused request must not use the key up:", w.Code, w.Body)
		}
		n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM thing")
		if err != nil || n != 2 {
			t.Fatal(n, err)
		}
		for range 2 {
			w, _ := do(t, r, call{"POST", "/secrets", "", map[string]string{"Authorization": "Bearer key", "Idempotency-Key": "k3"}})
			_ = w
		}
		if n, err := db.One[int64](t.Context(), d, "SELECT COUNT(*) FROM idempotency WHERE ikey = 'k3' AND status = 0"); err != nil || n != 1 {
			t.Fatal("a secret was stored", n, err)
		}
		if err := r.SweepKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheDocumentDescribesTheOperations(t *testing.T) {
	t.Parallel()
	b, err := router(t, dbtest.New(t, "sqlite", schema)).OpenAPI()
	if err != nil || !strings.Contains(string(b), `"operationId": "make"`) || !strings.Contains(string(b), `"openapi": "3.1`) {
		t.Fatal(err, string(b))
	}
}
