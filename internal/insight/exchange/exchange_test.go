package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"heed/internal/insight/exchange"
	"heed/internal/kernel/actor"
	"heed/internal/kernel/clock"
	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/people/setting"
	"heed/internal/platform/blob"
	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/jobs"
	"heed/internal/platform/journal"
	"heed/internal/platform/sheet"
)

// shelf stands in for a slice: it keeps things by their names.
type shelf struct {
	db    *db.DB
	fails func(r exchange.Record) error // asked for each record, after it was stored
}

var shelfSchema = []db.Migration{{Slice: "shelf", N: 1, SQL: "CREATE TABLE thing (id $id, name $text NOT NULL, note $text NOT NULL) $end; CREATE UNIQUE INDEX thing_name ON thing (name);"}}

func (s *shelf) Key(r exchange.Record) string { return r.Values["name"] }

func (s *shelf) Apply(ctx context.Context, rs []exchange.Record) ([]exchange.Outcome, error) {
	out := make([]exchange.Outcome, len(rs))
	for i, r := range rs {
		if r.Values["tier"] == "wrong" {
			out[i].Problems = []exchange.Problem{{Column: "tier", Key: "field.unknown_value"}}
			continue
		}
		id := r.KnownID
		if found, err := db.One[int64](ctx, s.db, "SELECT id FROM thing WHERE name = ?", r.Values["name"]); err == nil {
			id = found
		}
		out[i] = exchange.Outcome{What: exchange.IsChanged, ID: id}
		if id == 0 {
			made, err := db.One[int64](ctx, s.db, "INSERT INTO thing (name, note) VALUES (?, ?) RETURNING id", r.Values["name"], r.Values["notes"])
			if err != nil {
				return nil, err
			}
			out[i] = exchange.Outcome{What: exchange.IsNew, ID: made}
		}
		if s.fails != nil {
			if err := s.fails(r); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

type house struct {
	*exchange.Service
	shelf *shelf
	db    *db.DB
	admin context.Context //nolint:containedctx // lives as long as one test
}

var boss = actor.Actor{Kind: actor.Agent, ID: 1, Name: "Ann", Role: authority.Administrator, Locale: "en"}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	schema := slices.Concat(journal.Migrations(), jobs.Migrations(), setting.Migrations(), exchange.Migrations(), shelfSchema)
	dbtest.Each(t, schema, func(t *testing.T, d *db.DB) {
		log := slog.New(slog.DiscardHandler)
		now := clock.NewManual(time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC))
		j := journal.New(journal.Deps{DB: d, Clock: now, Log: log})
		blobs, err := blob.NewFiles(t.TempDir(), now)
		if err != nil {
			t.Fatal(err)
		}
		s := &shelf{db: d}
		h := &house{shelf: s, db: d, admin: actor.With(t.Context(), boss)}
		h.Service = exchange.NewService(exchange.Deps{
			DB: d, Journal: j, Jobs: jobs.NewQueue(jobs.Deps{DB: d, Clock: now, Log: log}), Blobs: blobs, Clock: now, Log: log,
			Settings:  setting.New(setting.Deps{DB: d, Journal: j, Clock: now}),
			Actor:     func(context.Context, int64) (actor.Actor, error) { return boss, nil },
			Importers: map[string]exchange.Importer{"customers": s},
			Exporters: map[string]exchange.Exporter{"customers": func(_ context.Context, f url.Values, emit exchange.Emit) error {
				for _, name := range []string{"=1+1", "王芳", f.Get("q")} {
					if err := emit(map[string]any{"name": name, "tier": "gold", "emails": []string{"a@x.example", "b@x.example"}}); err != nil {
						return err
					}
				}
				return nil
			}},
		})
		fn(t, h)
	})
}

func (h *house) upload(t *testing.T, name, content string) exchange.Import {
	t.Helper()
	im, err := h.Upload(h.admin, "customers", name, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func (h *house) steps(t *testing.T, id int64) exchange.Import {
	t.Helper()
	for more := true; more; {
		var err error
		if more, err = h.Step(actor.AsSystem(t.Context()), id, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	im, err := h.Get(h.admin, id)
	if err != nil {
		t.Fatal(err)
	}
	return im
}

func (h *house) things(t *testing.T) int64 {
	t.Helper()
	n, err := db.One[int64](t.Context(), h.db, "SELECT COUNT(*) FROM thing")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func rows(n int) string {
	var b strings.Builder
	b.WriteString("姓名,备注\n")
	for i := range n {
		fmt.Fprintf(&b, "thing %d,note\n", i)
	}
	return b.String()
}

func TestADryRunFindsEveryBadRowAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		im := h.upload(t, "all.csv", "Name,Tier,Remark\na,gold,x\n,gold,no name\nb,wrong,\na,,again\nc,,,,too far\nd,,\n")
		if im.Mapping["name"] != 0 || im.Mapping["tier"] != 1 || im.Mapping["notes"] != 2 || im.Comma != "," || im.Encoding != "utf-8" {
			t.Fatalf("%+v", im)
		}
		if _, err := h.Check(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		im = h.steps(t, im.ID)
		want := exchange.Counts{Rows: 6, Read: 6, New: 2, Duplicate: 1, Bad: 3}
		if im.State != exchange.Checked || im.Counts != want {
			t.Errorf("%s %+v", im.State, im.Counts)
		}
		if n := h.things(t); n != 0 {
			t.Errorf("%d things were stored", n)
		}
		_, kept, err := h.Rows(h.admin, im.ID, page.Request{})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, k := range kept.Items {
			for _, p := range k.Problems.V {
				said = append(said, fmt.Sprintf("%d %s %s", k.Line, k.Kind, p.Text("zh-CN", "customers")))
			}
		}
		if want := []string{
			"3 bad 姓名：请填写此项。", "4 bad 客户等级：不在可选值之内。", "5 duplicate 与文件第 2 行相同。",
			"6 bad 该行有 5 个单元格，而标题行只有 3 个：是否有分隔符或引号放错了位置？",
		}; len(said) != len(want) || said[0][:5] != want[0][:5] || said[2] != want[2] || said[3] != want[3] {
			t.Errorf("%q", said)
		}
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		if im = h.steps(t, im.ID); im.Counts != want || im.State != exchange.Done || h.things(t) != 2 {
			t.Errorf("the run differs from the check: %s %+v", im.State, im.Counts)
		}
	})
}

func TestARowThatCannotBeStoredTakesNoOtherWithIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.shelf.fails = func(r exchange.Record) error {
			switch r.Values["name"] {
			case "thing 7":
				return fault.Conflict("stale")
			case "thing 600":
				return fmt.Errorf("a bug")
			}
			return nil
		}
		im := h.upload(t, "all.csv", rows(1200))
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		im = h.steps(t, im.ID)
		if im.Counts.New != 1198 || im.Counts.Bad != 2 || h.things(t) != 1198 {
			t.Errorf("%+v, %d stored", im.Counts, h.things(t))
		}
		_, kept, _ := h.Rows(h.admin, im.ID, page.Request{})
		if len(kept.Items) != 2 || kept.Items[0].Line != 9 || kept.Items[1].Problems.V[0].Key != "exchange.row_failed" {
			t.Errorf("%+v", kept.Items)
		}
		var out bytes.Buffer
		if err := h.WriteRows(h.admin, im, "en", &out); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), "\ufeff姓名,备注,Reason\r\nthing 7,note,") {
			t.Errorf("%q", out.String())
		}
	})
}

func TestAnImportThatWasInterruptedGoesOnWithoutLossOrDouble(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		im := h.upload(t, "all.csv", rows(3000))
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		for _, at := range []string{"thing 30", "thing 700", "thing 2999"} {
			h.shelf.fails = func(r exchange.Record) error {
				if r.Values["name"] == at {
					return fault.Unavailable("db.unavailable") // as when the database is gone in the middle
				}
				return nil
			}
			if _, err := h.Step(actor.AsSystem(t.Context()), im.ID, time.Hour); err == nil {
				t.Fatal("the interruption was not met")
			}
			if now, _ := h.Get(h.admin, im.ID); now.Counts.New != h.things(t) {
				t.Fatalf("%d counted, %d stored", now.Counts.New, h.things(t))
			}
		}
		h.shelf.fails = nil
		im = h.steps(t, im.ID)
		if im.State != exchange.Done || im.Counts.New != 3000 || im.Counts.Changed != 0 || h.things(t) != 3000 {
			t.Errorf("%s %+v", im.State, im.Counts)
		}
	})
}

func TestACancelledImportStoresNothingMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		im := h.upload(t, "all.csv", rows(2000))
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		if more, err := h.Step(actor.AsSystem(t.Context()), im.ID, -1); err != nil || !more {
			t.Fatal(more, err) // the time was up after the first piece
		}
		if _, err := h.Cancel(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		im = h.steps(t, im.ID)
		if im.State != exchange.Cancelled || h.things(t) != 500 || im.Counts.New != 500 {
			t.Errorf("%s %+v, %d stored", im.State, im.Counts, h.things(t))
		}
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		if im = h.steps(t, im.ID); im.Counts.New != 1500 || im.Counts.Changed != 500 || h.things(t) != 2000 {
			t.Errorf("again: %+v", im.Counts)
		}
	})
}

func TestWhatTwoWorkersDoAtOnceIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		im := h.upload(t, "all.csv", rows(1500))
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		ends := make(chan error)
		for range 2 {
			go func() {
				_, err := h.Step(actor.AsSystem(t.Context()), im.ID, time.Hour)
				ends <- err
			}()
		}
		for range 2 {
			if err := <-ends; err != nil {
				t.Error(err)
			}
		}
		if im = h.steps(t, im.ID); im.Counts.New != 1500 || h.things(t) != 1500 {
			t.Errorf("%+v, %d stored", im.Counts, h.things(t))
		}
	})
}

func TestHostileFilesAreRefusedWithAReason(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var bomb bytes.Buffer
		z := zip.NewWriter(&bomb)
		w, err := z.Create("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		zeros := make([]byte, 1<<20)
		for range 300 {
			if _, err := w.Write(zeros); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct{ name, content, key string }{
			{"empty.csv", "", "sheet.empty"},
			{"picture.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet.binary"},
			{"bomb.xlsx", bomb.String(), "sheet.bomb"},
			{"no.xlsx", "no zip", "sheet.broken"},
			{"letter.docx", "x", "sheet.unknown_format"},
		} {
			if _, err := h.Upload(h.admin, "customers", tt.name, strings.NewReader(tt.content)); fault.KeyOf(err) != tt.key {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		// What breaks off in the middle stores nothing at all.
		im := h.upload(t, "all.csv", rows(700)+"\"a quote that never ends,\n"+rows(200_000))
		if _, err := h.Run(h.admin, im.ID); err != nil {
			t.Fatal(err)
		}
		if im = h.steps(t, im.ID); im.State != exchange.Failed || im.Why == "" || h.things(t) != 0 {
			t.Errorf("%s %q, %d stored", im.State, im.Why, h.things(t))
		}
	})
}

func TestAFileInAnotherEncodingIsReadAnew(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		gb, err := simplifiedchinese.GB18030.NewEncoder().String("姓名;等级;备注\n王芳;金卡;好\n")
		if err != nil {
			t.Fatal(err)
		}
		im := h.upload(t, "gb.csv", gb)
		if im.Encoding != "gb18030" || im.Comma != ";" || im.Sample[0][0] != "王芳" || len(im.Mapping) != 3 {
			t.Fatalf("%+v", im)
		}
		if im, err = h.Map(h.admin, im.ID, "big5", nil); err != nil || im.Encoding != "big5" || im.Sample[0][0] == "王芳" {
			t.Errorf("%+v %v", im, err)
		}
		if im, err = h.Map(h.admin, im.ID, "gb18030", nil); err != nil || im.Sample[0][0] != "王芳" {
			t.Errorf("%+v %v", im, err)
		}
		if _, err := h.Map(h.admin, im.ID, "", map[string]int{"tier": 1}); fault.KeyOf(err) != "invalid" {
			t.Errorf("a name is needed: %v", err)
		}
	})
}

// The rows of the csv-spectrum, where it lies, come out as they went in.
func TestTheCSVSpectrumIsRead(t *testing.T) {
	dir := "/work/shared/data/import-csv-spectrum/csvs"
	files, err := filepath.Glob(dir + "/*.csv")
	if err != nil || len(files) == 0 {
		t.Skip("no csv-spectrum here")
	}
	each(t, func(t *testing.T, h *house) {
		for _, name := range files {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			plain := csv.NewReader(bytes.NewReader(content))
			plain.LazyQuotes = true // one of the files has bare quotes
			want, err := plain.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			im := h.upload(t, filepath.Base(name), string(content))
			if !slices.Equal(im.Headers, want[0]) || len(im.Sample) > len(want)-1 {
				t.Errorf("%s: %v %v, want %v", name, im.Headers, im.Sample, want)
			}
		}
	})
}

func TestAnExportIsRecordedBeforeAnythingLeaves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		e, err := h.ExportOf("customers.csv")
		if err != nil {
			t.Fatal(err)
		}
		e.Filter, e.Locale = url.Values{"q": {"Dana"}}, "zh-CN"
		rep := boss
		rep.Role = authority.Rep
		if _, err := h.Permit(actor.With(t.Context(), rep), e); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("a representative may: %v", err)
		}
		if e, err = h.Permit(h.admin, e); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := h.Write(h.admin, e, &out); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff"))).ReadAll()
		if err != nil || len(got) != 4 || got[1][3] != "'=1+1" || got[3][3] != "Dana" || !slices.Contains(got[2], "黄金") || !slices.Contains(got[2], "a@x.example; b@x.example") {
			t.Errorf("%q %v", got, err)
		}
		events, err := db.All[string](t.Context(), h.db, "SELECT kind || ' ' || actor_name || ' ' || data FROM journal ORDER BY id")
		if err != nil || len(events) != 2 || !strings.HasPrefix(events[0], "export.begun Ann ") || !strings.Contains(strings.ReplaceAll(events[1], ": ", ":"), `"rows":3`) || !strings.Contains(events[0], "Dana") {
			t.Errorf("%q %v", events, err)
		}
		if _, err := h.ExportOf("secrets.csv"); !fault.Is(err, fault.KindNotFound) {
			t.Error(err)
		}
	})
}

func TestWhatWasExportedIsImportedAgain(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
			e, _ := h.ExportOf("customers." + string(format))
			e.Filter, e.Locale, e.Zone = url.Values{"q": {"x"}}, "zh-TW", time.UTC
			var out bytes.Buffer
			if err := h.Write(h.admin, e, &out); err != nil {
				t.Fatal(err)
			}
			im := h.upload(t, "again."+string(format), out.String())
			if im.Sample[0][im.Mapping["name"]] != "=1+1" || im.Headers[im.Mapping["tier"]] != "客戶等級" {
				t.Errorf("%s: %+v", format, im)
			}
		}
	})
}

func TestNobodyElseMayImport(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lead := boss
		lead.Role = authority.Supervisor
		ctx := actor.With(t.Context(), lead)
		if _, err := h.Upload(ctx, "customers", "a.csv", strings.NewReader("Name\na\n")); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		im := h.upload(t, "a.csv", "Name\na\n")
		if _, err := h.Run(ctx, im.ID); !fault.Is(err, fault.KindForbidden) {
			t.Error(err)
		}
		if _, err := h.Upload(h.admin, "assets", "a.csv", strings.NewReader("x")); fault.KeyOf(err) != "exchange.no_assets" {
			t.Error(err)
		}
	})
}
