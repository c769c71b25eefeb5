package rest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"heed/internal/kernel/fault"
	"heed/internal/platform/i18n"
)

// Problem is how a fault is told (RFC 9457, application/problem+json). Key is
// the stable name to program against; Detail is for people, in their language.
type Problem struct {
	Type   string         `json:"type" doc:"urn:heed:fault: and the key"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Key    string         `json:"key"`
	Params map[string]any `json:"params,omitempty"`
	Errors []FieldProblem `json:"errors,omitempty" doc:"What is wrong with single fields"`
}

// FieldProblem tells what is wrong with one field of the request.
type FieldProblem struct {
	Field   string `json:"field"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

// Error is the problem's detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is application/problem+json for JSON.
func (p *Problem) ContentType(ct string) string {
	if ct == "application/json" {
		return "application/problem+json"
	}
	return ct
}

var statusOf = map[fault.Kind]int{
	fault.KindInternal: http.StatusInternalServerError, fault.KindInvalid: http.StatusUnprocessableEntity,
	fault.KindUnauthenticated: http.StatusUnauthorized, fault.KindForbidden: http.StatusForbidden,
	fault.KindNotFound: http.StatusNotFound, fault.KindConflict: http.StatusConflict, fault.KindExists: http.StatusConflict,
	fault.KindGone: http.StatusGone, fault.KindTooLarge: http.StatusRequestEntityTooLarge,
	fault.KindTooMany: http.StatusTooManyRequests, fault.KindUnavailable: http.StatusServiceUnavailable,
}

// ProblemOf tells err in a language. What nobody named is an internal fault
// and tells nothing of its inside.
func ProblemOf(locale string, err error) *Problem {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.KindInternal {
		f = fault.New(fault.KindInternal, "internal")
	}
	p := newProblem(locale, statusOf[f.Kind], f.Key, f.Params)
	for _, field := range f.Fields {
		p.Errors = append(p.Errors, FieldProblem{Field: field.Name, Key: field.Key, Message: i18n.T(locale, field.Key, field.Params)})
	}
	return p
}

func newProblem(locale string, status int, key string, params map[string]any) *Problem {
	return &Problem{
		Type: "urn:heed:fault:" + key, Title: http.StatusText(status), Status: status,
		Detail: i18n.T(locale, "fault."+key, params), Key: key, Params: params,
	}
}

// problem turns a handler's error into what the library writes, and logs what
// nobody expected.
func (r *Router) problem(ctx context.Context, err error) error {
	p := ProblemOf(Locale(ctx), err)
	// Who has gone away is told nothing, and nothing has failed.
	if p.Status >= http.StatusInternalServerError && ctx.Err() == nil {
		r.deps.Log.ErrorContext(ctx, "a request failed", "err", err)
	}
	if after, ok := p.Params["retry_after"].(int); ok {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {strconv.Itoa(after)}})
	}
	return p
}

// WriteFault answers a raw request with a problem.
func WriteFault(w http.ResponseWriter, req *http.Request, err error) {
	p := ProblemOf(Locale(req.Context()), err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the caller may be gone; there is nobody to tell
}

// ofLibrary turns what the library found wrong with a request into our problem.
func ofLibrary(locale string, status int, msg string, errs []error) huma.StatusError {
	if len(errs) == 1 {
		if p, ok := errors.AsType[*Problem](errs[0]); ok {
			return p
		}
	}
	key, params := "invalid", map[string]any(nil)
	switch {
	case status == http.StatusRequestEntityTooLarge:
		key = "too_large"
	case status == http.StatusUnsupportedMediaType, status == http.StatusNotAcceptable:
		key = "media_type"
	case status == http.StatusRequestTimeout:
		key = "timeout"
	case status >= http.StatusInternalServerError:
		key = "internal"
	case status == http.StatusBadRequest:
		if len(errs) > 0 {
			msg, errs = errs[0].Error(), nil
		}
		key, params = "malformed", map[string]any{"reason": msg}
	}
	p := newProblem(locale, status, key, params)
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // the library's own details, never wrapped
			p.Errors = append(p.Errors, fieldOf(locale, d.ErrorDetail()))
		}
	}
	return p
}

// The library's messages, by how they begin, and our keys for them.
var libraryTexts = []struct{ begins, key string }{
	{"expected required property", "field.required"},
	{"expected length <=", "field.too_long"},
	{"expected array length <=", "field.too_many"},
	{"expected length >=", "field.too_short"},
	{"expected array length >=", "field.too_short"},
	{"expected value to be one of", "field.unknown_value"},
	{"unexpected property", "field.unexpected"},
	{"required", "field.required"},
}

func fieldOf(locale string, d *huma.ErrorDetail) FieldProblem {
	field := d.Location
	for _, where := range []string{"body.", "query.", "path.", "header."} {
		field = strings.TrimPrefix(field, where)
	}
	key := "field.invalid"
	for _, t := range libraryTexts {
		if strings.HasPrefix(d.Message, t.begins) {
			key = t.key
			break
		}
	}
	limit := d.Message[strings.LastIndexByte(d.Message, ' ')+1:]
	if rest, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name, _, _ := strings.Cut(rest, " ")
		field = strings.TrimPrefix(strings.TrimPrefix(field, "body")+"."+name, ".")
	}
	return FieldProblem{Field: field, Key: key, Message: i18n.T(locale, key, map[string]any{"min": limit, "max": limit})}
}
