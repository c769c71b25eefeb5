package catalog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/offer/catalog"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/journal"
	"heed/internal/platform/rest"
)

// doors let in whoever gives his id as a token.
type doors struct{}

func (doors) Session(context.Context, string) (actor.Actor, int64, error) {
	return actor.Actor{}, 0, fault.Unauthenticated("unauthenticated")
}

func (doors) Token(_ context.Context, bearer string) (actor.Actor, error) {
	for _, a := range []actor.Actor{eve, ann} {
		if strconv.FormatInt(a.ID, 10) == bearer {
			return a, nil
		}
	}
	return actor.Actor{}, fault.Unauthenticated("unauthenticated")
}

// client speaks to the API as an agent, or as nobody.
type client struct {
	t   *testing.T
	url string
}

func serve(t *testing.T) client {
	t.Helper()
	d := dbtest.New(t, dbtest.SQLite, slices.Concat(journal.Migrations(), setting.Migrations(), catalog.Migrations(), rest.Migrations()))
	c := clock.NewManual(evening)
	j := journal.New(journal.Deps{DB: d, Clock: c})
	blobs, err := blob.NewFiles(t.TempDir(), c)
	if err != nil {
		t.Fatal(err)
	}
	s := catalog.New(catalog.Deps{
		DB: d, Journal: j, Clock: c, Setting: setting.New(setting.Deps{DB: d, Journal: j, Clock: c}), Blobs: blobs, Desk: &desk{}, FileLimit: 1 << 12,
		Buyer: func(context.Context, int64) (catalog.Buyer, error) { return catalog.Buyer{}, nil },
	})
	r := rest.NewRouter(rest.Deps{DB: d, Auth: doors{}, Clock: c, Log: slog.New(slog.DiscardHandler), Version: "test"})
	s.Routes(r)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	return client{t, server.URL}
}

// call gives the answer; into, if not nil, takes its JSON. by 0 is nobody.
func (c client) call(by int64, method, path, kind, body, ifMatch string, into any) (*http.Response, string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if by != 0 {
		req.Header.Set("Authorization", "Bearer "+strconv.FormatInt(by, 10))
	}
	req.Header.Set("Content-Type", kind)
	if ifMatch != "" {
		req.Header.Set("If-Match", ifMatch)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	content, err := io.ReadAll(res.Body)
	if err == nil && into != nil {
		err = json.Unmarshal(content, into)
	}
	if err != nil {
		c.t.Fatalf("%s: %v", content, err)
	}
	return res, string(content)
}

func (c client) json(by int64, method, path, body, ifMatch string, into any) int {
	c.t.Helper()
	res, _ := c.call(by, method, "/api/v1"+path, "application/json", body, ifMatch, into)
	return res.StatusCode
}

func TestProductsPricesAndOffersGoThroughTheAPI(t *testing.T) {
	t.Parallel()
	c := serve(t)
	type made struct {
		ID      int64 `json:"id"`
		Version int64 `json:"version"`
	}
	var a, b, list made
	product := `{"code":"%s","names":{"en":"Compressor %s"},"status":"active","attributes":[{"group":"performance","names":{"en":"Motor power"},"value":"%s","unit":"kW"}]}`
	if got := c.json(eve.ID, "POST", "/products", fmt.Sprintf(product, "A", "A", "15"), "", &a); got != 201 || a.ID == 0 {
		t.Fatal(got, a)
	}
	if got := c.json(eve.ID, "POST", "/products", fmt.Sprintf(product, "B", "B", "22"), "", &b); got != 201 {
		t.Fatal(got)
	}
	at := "/products/" + strconv.FormatInt(a.ID, 10)
	if got := c.json(eve.ID, "PATCH", at, `{"model":"A1"}`, "", nil); got != http.StatusUnprocessableEntity {
		t.Error("without a version:", got)
	}
	if got := c.json(ann.ID, "PATCH", at, `{"model":"A1"}`, `"1"`, nil); got != http.StatusForbidden {
		t.Error("a rep edits:", got)
	}
	if got := c.json(eve.ID, "PATCH", at, `{"model":"A1"}`, `"1"`, &a); got != 200 || a.Version != 2 {
		t.Error(got, a)
	}
	if got := c.json(eve.ID, "PATCH", at, `{"model":"A2"}`, `"1"`, nil); got != http.StatusConflict {
		t.Error("a version of before:", got)
	}
	if got := c.json(eve.ID, "POST", "/price-lists", `{"name":"All","currency":"JPY"}`, "", &list); got != 201 {
		t.Fatal(got)
	}
	prices := "/price-lists/" + strconv.FormatInt(list.ID, 10) + "/prices"
	if got := c.json(eve.ID, "POST", prices, fmt.Sprintf(`{"product_id":%d,"amount":"1200.50"}`, a.ID), "", nil); got != http.StatusUnprocessableEntity {
		t.Error("half a yen:", got)
	}
	if got := c.json(eve.ID, "POST", prices, fmt.Sprintf(`{"product_id":%d,"amount":"1,200"}`, a.ID), "", nil); got != 201 {
		t.Error(got)
	}
	var offer struct {
		Offered bool `json:"offered"`
		Quotes  []struct {
			Amount struct {
				Minor    int64  `json:"minor"`
				Currency string `json:"currency"`
				Decimal  string `json:"decimal"`
			} `json:"amount"`
			Why string `json:"why"`
		} `json:"quotes"`
	}
	if got := c.json(ann.ID, "GET", at+"/offer", "", "", &offer); got != 200 || !offer.Offered || len(offer.Quotes) != 1 || offer.Quotes[0].Amount.Decimal != "1200" || offer.Quotes[0].Why != "general" {
		t.Error(got, offer)
	}
	var compared struct {
		Rows []struct {
			Key     string `json:"key"`
			Differs bool   `json:"differs"`
		} `json:"rows"`
		Offers []any `json:"offers"`
	}
	if got := c.json(ann.ID, "GET", fmt.Sprintf("/products/compare?ids=%d,%d", a.ID, b.ID), "", "", &compared); got != 200 || len(compared.Rows) != 1 || !compared.Rows[0].Differs || compared.Rows[0].Key != "motor_power" || len(compared.Offers) != 2 {
		t.Error(got, compared)
	}
	if got := c.json(ann.ID, "GET", fmt.Sprintf("/products/compare?ids=%d", a.ID), "", "", nil); got != http.StatusUnprocessableEntity {
		t.Error("one beside itself:", got)
	}
	if got := c.json(0, "GET", at+"/offer", "", "", nil); got != http.StatusUnauthorized {
		t.Error("anybody asks for prices:", got)
	}
}

func TestADocumentIsServedAsADownloadToItsAudienceOnly_R240(t *testing.T) {
	t.Parallel()
	c := serve(t)
	var p struct {
		ID int64 `json:"id"`
	}
	if got := c.json(eve.ID, "POST", "/products", `{"code":"A","names":{"en":"A"},"status":"active"}`, "", &p); got != 201 {
		t.Fatal(got)
	}
	type document struct {
		ID      int64  `json:"id"`
		URL     string `json:"url"`
		Type    string `json:"type"`
		Version int64  `json:"version"`
	}
	upload := func(by int64, query, name, content string, into any) int {
		t.Helper()
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, content)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		res, _ := c.call(by, "POST", fmt.Sprintf("/api/v1/products/%d/documents?%s", p.ID, query), w.FormDataContentType(), body.String(), "", into)
		return res.StatusCode
	}
	const page = "<script>alert(1)</script>"
	var public, private document
	if got := upload(eve.ID, "kind=manual&audience=public", "手册.html", page, &public); got != 201 || public.Type != "text/plain" {
		t.Fatal(got, public)
	}
	if got := upload(eve.ID, "kind=technical&audience=customers", "plan.pdf", "%PDF-1.7", &private); got != 201 || private.Type != "application/pdf" {
		t.Fatal(got, private)
	}
	if got := upload(ann.ID, "kind=manual", "x", "x", nil); got != http.StatusForbidden {
		t.Error("a rep adds documents:", got)
	}
	if got := upload(eve.ID, "kind=novel", "x", "x", nil); got != http.StatusUnprocessableEntity {
		t.Error("an unknown kind:", got)
	}
	if got := upload(eve.ID, "kind=manual", "x", strings.Repeat("x", 1<<12+1), nil); got != http.StatusRequestEntityTooLarge {
		t.Error("too large:", got)
	}
	res, content := c.call(0, "GET", public.URL, "", "", "", nil)
	h := res.Header
	if res.StatusCode != 200 || content != page || h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") ||
		!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Error("a page from somebody else would be shown:", res.StatusCode, h)
	}
	if res, _ := c.call(0, "GET", private.URL, "", "", "", nil); res.StatusCode != http.StatusUnauthorized {
		t.Error("anybody opens what is for customers:", res.StatusCode)
	}
	if res, content := c.call(ann.ID, "GET", private.URL, "", "", "", nil); res.StatusCode != 200 || content != "%PDF-1.7" || !strings.HasPrefix(res.Header.Get("Cache-Control"), "private") {
		t.Error(res.StatusCode, content)
	}
	if res, _ := c.call(0, "GET", "/documents/nothing/x", "", "", "", nil); res.StatusCode != http.StatusNotFound {
		t.Error(res.StatusCode)
	}
	if got := c.json(eve.ID, "DELETE", fmt.Sprintf("/product-documents/%d", public.ID), "", "", nil); got != http.StatusNoContent {
		t.Error(got)
	}
	if res, _ := c.call(0, "GET", public.URL, "", "", "", nil); res.StatusCode != http.StatusNotFound {
		t.Error("what was withdrawn is given out:", res.StatusCode)
	}
}
