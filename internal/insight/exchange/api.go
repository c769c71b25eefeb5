package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
	"heed/internal/people/authority"
	"heed/internal/platform/i18n"
	"heed/internal/platform/rest"
	"heed/internal/platform/sheet"
)

const module = "exchange"

// ImportWire is how an import is written in the API.
type ImportWire struct {
	ID        int64          `json:"id"`
	Kind      string         `json:"kind"`
	File      string         `json:"file"`
	Bytes     int64          `json:"bytes"`
	Format    string         `json:"format" enum:"csv,xlsx"`
	Encoding  string         `json:"encoding"`
	Delimiter string         `json:"delimiter" doc:"Of a CSV"`
	Headers   []string       `json:"headers"`
	Sample    [][]string     `json:"sample" doc:"The first rows"`
	Mapping   map[string]int `json:"mapping" doc:"Key of a column to its place in the file, from 0"`
	State     State          `json:"state" enum:"new,checking,checked,running,done,failed,cancelled"`
	Why       string         `json:"why" doc:"Why it failed"`
	Counts    Counts         `json:"counts"`
	ByName    string         `json:"by_name"`
	At        time.Time      `json:"at"`
	EndedAt   *time.Time     `json:"ended_at"`
	Version   int64          `json:"version"`
}

func wire(im Import, locale string) ImportWire {
	out := ImportWire{
		im.ID, im.Kind, im.File, im.Bytes, im.Format, im.Encoding, im.Comma, append([]string{}, im.Headers...), append([][]string{}, im.Sample...),
		map[string]int{},
		im.State, "", im.Counts, im.ByName, im.At, nil, im.Version,
	}
	maps.Copy(out.Mapping, im.Mapping)
	if im.Why != "" {
		out.Why = i18n.T(locale, im.Why, im.WhyArgs)
	}
	if !im.EndedAt.IsZero() {
		out.EndedAt = &im.EndedAt
	}
	return out
}

// KindWire is what can be imported.
type KindWire struct {
	Kind    string       `json:"kind"`
	Columns []ColumnWire `json:"columns"`
}

// ColumnWire is a column of a kind.
type ColumnWire struct {
	Key      string `json:"key"`
	Name     string `json:"name" doc:"In the reader's language"`
	Required bool   `json:"required"`
}

// RowWire is a row that was not imported.
type RowWire struct {
	N        int64         `json:"n"`
	Line     int64         `json:"line" doc:"Where it begins in the file"`
	Kind     string        `json:"kind" enum:"bad,duplicate"`
	Problems []ProblemWire `json:"problems"`
	Cells    []string      `json:"cells"`
}

// ProblemWire is why.
type ProblemWire struct {
	Column string `json:"column" doc:"Key of the column; empty for the whole row"`
	Name   string `json:"name"`
	Text   string `json:"text"`
}

type idIn struct {
	ID int64 `path:"id"`
}

type mapIn struct {
	ID   int64 `path:"id"`
	Body struct {
		Encoding string         `json:"encoding,omitempty" enum:",utf-8,gb18030,big5,utf-16" doc:"Read the file anew in this encoding"`
		Mapping  map[string]int `json:"mapping,omitempty" doc:"Left out: guessed by the headers"`
	}
}

type rowsIn struct {
	rest.PageIn
	ID int64 `path:"id"`
}

type kindsOut struct {
	Items []KindWire `json:"items"`
}

// Routes adds the operations to the API.
func (s *Service) Routes(r *rest.Router) {
	op := func(id, summary string) rest.Op {
		return rest.Op{ID: id, Tag: "exchange", Summary: summary, Module: module}
	}
	one := func(ctx context.Context, im Import, err error) (*rest.One[ImportWire], error) {
		if err != nil {
			return nil, err
		}
		return rest.OneOf(wire(im, rest.Locale(ctx)), im.Version), nil
	}
	rest.Get(r, "/import-kinds", op("list-import-kinds", "What can be imported, with its columns"),
		func(ctx context.Context, _ *struct{}) (*rest.Body[kindsOut], error) {
			if err := authority.Require(ctx, authority.DataImport); err != nil {
				return nil, err
			}
			return rest.Of(kindsOut{s.kindWires(rest.Locale(ctx))}), nil
		})
	rest.Get(r, "/imports", op("list-imports", "Imports, the newest first"),
		func(ctx context.Context, in *rest.PageIn) (*rest.List[ImportWire], error) {
			p, err := s.List(ctx, in.Request())
			out := page.Of[ImportWire]{Items: make([]ImportWire, len(p.Items)), Next: p.Next, Position: p.Position}
			for i, im := range p.Items {
				out.Items[i] = wire(im, rest.Locale(ctx))
			}
			return &rest.List[ImportWire]{Body: out}, err
		})
	rest.Get(r, "/imports/{id}", op("get-import", "One import"),
		func(ctx context.Context, in *idIn) (*rest.One[ImportWire], error) {
			im, err := s.Get(ctx, in.ID)
			return one(ctx, im, err)
		})
	rest.Put(r, "/imports/{id}/mapping", op("map-import", "Choose the encoding and what the columns are"),
		func(ctx context.Context, in *mapIn) (*rest.One[ImportWire], error) {
			im, err := s.Map(ctx, in.ID, in.Body.Encoding, in.Body.Mapping)
			return one(ctx, im, err)
		})
	for _, do := range []struct {
		path, id, summary string
		fn                func(ctx context.Context, id int64) (Import, error)
	}{
		{"check", "check-import", "Begin a dry run: finds every bad row and changes nothing", s.Check},
		{"run", "run-import", "Begin the import, or take up one that was interrupted", s.Run},
		{"cancel", "cancel-import", "End a check or a run; what was stored stays", s.Cancel},
	} {
		rest.Post(r, "/imports/{id}/"+do.path, op(do.id, do.summary), func(ctx context.Context, in *idIn) (*rest.One[ImportWire], error) {
			im, err := do.fn(ctx, in.ID)
			return one(ctx, im, err)
		})
	}
	rest.Delete(r, "/imports/{id}", op("remove-import", "Forget an import; what it stored stays"),
		func(ctx context.Context, in *idIn) (*rest.Empty, error) { return &rest.Empty{}, s.Remove(ctx, in.ID) })
	rest.Get(r, "/imports/{id}/rows", op("list-import-rows", "The rows that were not imported, and why"),
		func(ctx context.Context, in *rowsIn) (*rest.List[RowWire], error) {
			im, p, err := s.Rows(ctx, in.ID, in.Request())
			out := page.Of[RowWire]{Items: make([]RowWire, len(p.Items)), Next: p.Next}
			for i, k := range p.Items {
				out.Items[i] = rowWire(im, k, rest.Locale(ctx))
			}
			return &rest.List[RowWire]{Body: out}, err
		})
	raw := rest.Op{Tag: "exchange", Module: module}
	rest.Raw(r, http.MethodPost, rest.Base+"/imports", raw, s.serveUpload)
	rest.Raw(r, http.MethodGet, rest.Base+"/imports/{id}/rows.csv", raw, s.serveRows)
	rest.Raw(r, http.MethodGet, rest.Base+"/import-templates/{file}", raw, s.serveTemplate)
	rest.Raw(r, http.MethodGet, rest.Base+"/exports/{file}", raw, s.serveExport)
}

func (s *Service) kindWires(locale string) []KindWire {
	out := []KindWire{}
	for _, k := range s.Kinds() {
		w := KindWire{Kind: k, Columns: []ColumnWire{}}
		for _, c := range ColumnsOf(k) {
			if !c.ReadOnly {
				w.Columns = append(w.Columns, ColumnWire{c.Key, c.Name(locale), c.Required})
			}
		}
		out = append(out, w)
	}
	return out
}

func rowWire(im Import, k Kept, locale string) RowWire {
	w := RowWire{k.N, k.Line, k.Kind, []ProblemWire{}, append([]string{}, k.Cells.V...)}
	for _, p := range k.Problems.V {
		c, _ := columnOf(im.Kind, p.Column)
		w.Problems = append(w.Problems, ProblemWire{p.Column, c.Name(locale), i18n.T(locale, p.Key, p.Params)})
	}
	return w
}

// serveUpload takes the field "file" of a form; what it holds is said by ?kind=.
func (s *Service) serveUpload(w http.ResponseWriter, req *http.Request) {
	req.Body = http.MaxBytesReader(w, req.Body, sheet.FileMost+64<<10)
	part, err := filePart(req)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	im, err := s.Upload(req.Context(), req.URL.Query().Get("kind"), part.FileName(), part)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = fault.TooLarge("too_large", "limit", int64(sheet.FileMost))
	}
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(wire(im, rest.Locale(req.Context()))) // the caller may be gone
}

func filePart(req *http.Request) (*multipart.Part, error) {
	form, err := req.MultipartReader()
	if err != nil {
		return nil, fault.Wrap(err, fault.KindInvalid, "exchange.no_form")
	}
	for {
		part, err := form.NextPart()
		if err != nil {
			return nil, fault.Wrap(err, fault.KindInvalid, "exchange.no_form")
		}
		if part.FormName() == "file" {
			return part, nil
		}
	}
}

func (s *Service) serveRows(w http.ResponseWriter, req *http.Request) {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		rest.WriteFault(w, req, fault.NotFound("not_found"))
		return
	}
	im, err := s.Get(req.Context(), id)
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	download(w, strings.TrimSuffix(im.File, path.Ext(im.File))+"-rows.csv", sheet.CSV)
	_ = s.WriteRows(req.Context(), im, rest.Locale(req.Context()), w) // the caller may be gone
}

func (s *Service) serveTemplate(w http.ResponseWriter, req *http.Request) {
	kind, ext, _ := strings.Cut(req.PathValue("file"), ".")
	format := sheet.Format(ext)
	err := authority.Require(req.Context(), authority.DataImport)
	if err == nil && (s.importers[kind] == nil || format != sheet.CSV && format != sheet.XLSX) {
		err = fault.NotFound("not_found")
	}
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	download(w, kind+"."+ext, format)
	_ = s.Template(kind, rest.Locale(req.Context()), format, w) // the caller may be gone
}

// serveExport streams a table. What goes wrong in the middle cuts the connection,
// so that half a file does not look like a whole one.
func (s *Service) serveExport(w http.ResponseWriter, req *http.Request) {
	ctx := req.Context()
	e, err := s.ExportOf(req.PathValue("file"))
	if err == nil {
		e.Filter, e.Locale = req.URL.Query(), rest.Locale(ctx)
		e, err = s.Permit(ctx, e)
	}
	if err != nil {
		rest.WriteFault(w, req, err)
		return
	}
	download(w, e.Kind+"-"+s.clock.Now().In(e.Zone).Format("20060102-1504")+"."+string(e.Format), e.Format)
	out := &began{ResponseWriter: w}
	if err := s.Write(ctx, e, out); err != nil {
		if !out.yes {
			rest.WriteFault(w, req, err)
			return
		}
		s.log.Warn("an export broke off", "kind", e.Kind, "err", err)
		panic(http.ErrAbortHandler)
	}
}

// began notes whether something was written.
type began struct {
	http.ResponseWriter
	yes bool
}

func (b *began) Write(p []byte) (int, error) {
	b.yes = true
	return b.ResponseWriter.Write(p)
}

func download(w http.ResponseWriter, name string, f sheet.Format) {
	kind := "text/csv; charset=utf-8"
	if f == sheet.XLSX {
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
}
