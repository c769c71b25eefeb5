// Package fault is the one form in which things go wrong: a kind, which the
// edge turns into a status code, and a stable key, which the edge turns into a
// sentence in the reader's language. The cause stays inside for the log.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind groups faults by what the caller can do about them.
type Kind uint8

// The kinds. Internal is what any error is that nobody named.
const (
	KindInternal        Kind = iota
	KindInvalid              // the input breaks a rule; change it
	KindUnauthenticated      // say who you are first
	KindForbidden            // you may not
	KindNotFound             // there is no such thing, or you may not know of it
	KindConflict             // the state has changed or does not allow it
	KindExists               // there is one already
	KindGone                 // it was there once
	KindTooLarge             // over a limit of size
	KindTooMany              // over a limit of rate; try later
	KindUnavailable          // not now; try again
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not_found", "conflict",
	"exists", "gone", "too_large", "too_many", "unavailable",
}

func (k Kind) String() string { return kindNames[k] }

// Field is a fault of one field of a form. Key is a text key such as
// "field.required"; Params fill its placeholders.
type Field struct {
	Name   string
	Key    string
	Params map[string]any
}

// Error is a fault. Its text is for logs; people read the translation of Key.
type Error struct {
	Kind   Kind
	Key    string
	Params map[string]any
	Fields []Field
	cause  error
}

// Error describes the fault for the log, with its cause.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	b.WriteString(": ")
	b.WriteString(e.Key)
	for k, v := range e.Params {
		fmt.Fprintf(&b, " %s=%v", k, v)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Key)
	}
	if e.cause != nil {
		b.WriteString(": ")
		b.WriteString(e.cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// New makes a fault. params are pairs of name and value for the translated text.
func New(kind Kind, key string, params ...any) *Error {
	return &Error{Kind: kind, Key: key, Params: pairs(params)}
}

// Wrap makes a fault that keeps cause for the log.
func Wrap(cause error, kind Kind, key string, params ...any) *Error {
	return &Error{Kind: kind, Key: key, Params: pairs(params), cause: cause}
}

func pairs(params []any) map[string]any {
	if len(params) == 0 {
		return nil
	}
	m := make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		m[fmt.Sprint(params[i])] = params[i+1]
	}
	return m
}

// Invalid is a fault of the input as a whole; for single fields use Fields.
func Invalid(key string, params ...any) *Error { return New(KindInvalid, key, params...) }

// Unauthenticated says that the caller must sign in first.
func Unauthenticated(key string, params ...any) *Error {
	return New(KindUnauthenticated, key, params...)
}

// Forbidden says that the actor may not do this.
func Forbidden(key string, params ...any) *Error { return New(KindForbidden, key, params...) }

// NotFound says that there is no such thing for this actor.
func NotFound(key string, params ...any) *Error { return New(KindNotFound, key, params...) }

// Conflict says that the present state does not allow it.
func Conflict(key string, params ...any) *Error { return New(KindConflict, key, params...) }

// Exists says that there is one already.
func Exists(key string, params ...any) *Error { return New(KindExists, key, params...) }

// Gone says that it was there once and is used up.
func Gone(key string, params ...any) *Error { return New(KindGone, key, params...) }

// TooLarge says that a limit of size is passed.
func TooLarge(key string, params ...any) *Error { return New(KindTooLarge, key, params...) }

// TooMany says that a limit of rate is passed.
func TooMany(key string, params ...any) *Error { return New(KindTooMany, key, params...) }

// Unavailable says that it cannot be done now, but may be later.
func Unavailable(key string, params ...any) *Error { return New(KindUnavailable, key, params...) }

// KindOf gives the kind of the first fault in err's chain, or KindInternal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// KeyOf gives the key of the first fault in err's chain, or "internal".
func KeyOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Key
	}
	return "internal"
}

// Is tells whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Fields collects the faults of a form's fields, so that a person sees all of
// them at once. The zero value is ready for use.
type Fields struct{ list []Field }

// Add notes a fault of the field called name. params are pairs.
func (f *Fields) Add(name, key string, params ...any) {
	f.list = append(f.list, Field{Name: name, Key: key, Params: pairs(params)})
}

// Err returns nil when nothing was added, else a KindInvalid fault with all fields.
func (f *Fields) Err() error {
	if len(f.list) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Key: "invalid", Fields: f.list}
}
