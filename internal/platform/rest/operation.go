package rest

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"heed/internal/kernel/fault"
	"heed/internal/kernel/page"
)

// Op describes an operation for the API's document.
type Op struct {
	ID      string // unique, as "list-tickets"
	Tag     string
	Summary string
	// Public operations need nobody to be signed in.
	Public bool
	// Status of success; 0 means 200, or 204 when there is no body.
	Status int
	// Secret answers (a token that is shown once) are not kept for a repeated
	// Idempotency-Key.
	Secret bool
	// MaxBody bounds the request's body in bytes; 0 means 1 MiB.
	MaxBody int64
	// Module is the part of the program that the operation belongs to; where it
	// is switched off, the operation is not there.
	Module string
}

// Get adds an operation that reads.
func Get[I, O any](r *Router, path string, op Op, h func(context.Context, *I) (*O, error)) {
	register(r, http.MethodGet, path, op, h)
}

// Post adds an operation that makes or does something.
func Post[I, O any](r *Router, path string, op Op, h func(context.Context, *I) (*O, error)) {
	register(r, http.MethodPost, path, op, h)
}

// Put adds an operation that sets something as a whole.
func Put[I, O any](r *Router, path string, op Op, h func(context.Context, *I) (*O, error)) {
	register(r, http.MethodPut, path, op, h)
}

// Patch adds an operation that changes the given fields.
func Patch[I, O any](r *Router, path string, op Op, h func(context.Context, *I) (*O, error)) {
	register(r, http.MethodPatch, path, op, h)
}

// Delete adds an operation that removes or ends something.
func Delete[I, O any](r *Router, path string, op Op, h func(context.Context, *I) (*O, error)) {
	register(r, http.MethodDelete, path, op, h)
}

func register[I, O any](r *Router, method, path string, op Op, h func(context.Context, *I) (*O, error)) {
	o := huma.Operation{
		OperationID: op.ID, Method: method, Path: Base + path, Summary: op.Summary, Tags: []string{op.Tag},
		DefaultStatus: op.Status, MaxBodyBytes: op.MaxBody,
	}
	if !op.Public {
		o.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	r.naming.operation = op.ID
	huma.Register(r.api, o, func(ctx context.Context, in *I) (*O, error) {
		if !op.Public {
			if err := Require(ctx); err != nil {
				return nil, r.problem(ctx, err)
			}
		}
		if err := r.module(ctx, op.Module); err != nil {
			return nil, r.problem(ctx, err)
		}
		about(ctx).secret = op.Secret
		out, err := h(ctx, in)
		if err != nil {
			return nil, r.problem(ctx, err)
		}
		return out, nil
	})
}

func (r *Router) module(ctx context.Context, module string) error {
	if module == "" || r.deps.Module == nil {
		return nil
	}
	return r.deps.Module(ctx, module)
}

// Raw adds a handler for what is no JSON: uploads, downloads, streams. It
// appears in no document. Unless op is Public the caller must be signed in.
func Raw(r *Router, method, path string, op Op, h http.HandlerFunc) {
	r.mux.HandleFunc(method+" "+path, func(w http.ResponseWriter, req *http.Request) {
		if !op.Public {
			if err := Require(req.Context()); err != nil {
				WriteFault(w, req, err)
				return
			}
		}
		if err := r.module(req.Context(), op.Module); err != nil {
			WriteFault(w, req, err)
			return
		}
		h(w, req)
	})
}

// PageIn is the part of a list's input that chooses the page.
type PageIn struct {
	Limit  int    `query:"limit" minimum:"0" maximum:"200" doc:"How many at most; 50 by default"`
	Cursor string `query:"cursor" doc:"The 'next' of the page before"`
}

// Request gives the page asked for.
func (p PageIn) Request() page.Request { return page.Request{Limit: p.Limit, Cursor: p.Cursor} }

// List is the answer of a list.
type List[T any] struct{ Body page.Of[T] }

// One is the answer of an operation about one thing that has a version.
type One[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// OneOf makes the answer for a thing at a version.
func OneOf[T any](body T, version int64) *One[T] {
	return &One[T]{ETag: `"` + strconv.FormatInt(version, 10) + `"`, Body: body}
}

// Body is the answer of an operation without a version.
type Body[T any] struct{ Body T }

// Of makes an answer of a body.
func Of[T any](body T) *Body[T] { return &Body[T]{Body: body} }

// Empty is the answer of an operation that has nothing to say (204).
type Empty struct{}

// VersionIn is the part of an edit's input that says which version was seen.
type VersionIn struct {
	IfMatch string `header:"If-Match" doc:"The version that was edited, as \"7\"; * for any"`
}

// Version gives the version seen; 0 means any ("*").
func (v VersionIn) Version() (int64, error) {
	text := strings.TrimSpace(v.IfMatch)
	switch text {
	case "":
		return 0, fault.Invalid("if_match_required")
	case "*":
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(text, "W/"), `"`), 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.Invalid("if_match_required")
	}
	return n, nil
}
