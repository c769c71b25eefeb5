// Package page holds what a list by key needs: a request, a cursor, an answer.
// A cursor is opaque to callers; inside it is the key of the last row given.
package page

import (
	"encoding/base64"
	"encoding/json"

	"heed/internal/kernel/fault"
)

// The limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Request asks for one page.
type Request struct {
	Limit  int
	Cursor string
}

// Size gives the number of rows to return: the limit asked for, within bounds.
func (r Request) Size() int {
	switch {
	case r.Limit <= 0:
		return DefaultLimit
	case r.Limit > MaxLimit:
		return MaxLimit
	}
	return r.Limit
}

// Of is one page of a list. Next is empty on the last page. Position is the
// journal position at which the page is true.
type Of[T any] struct {
	Items    []T    `json:"items"`
	Next     string `json:"next"`
	Position int64  `json:"position"`
}

// Cut makes a page out of rows read with limit size+1: when there is one more
// than size, it is dropped and Next is the key of the last row kept.
func Cut[T any](rows []T, size int, key func(T) []any) Of[T] {
	p := Of[T]{Items: rows}
	if len(rows) > size {
		p.Items = rows[:size]
		p.Next = Encode(key(rows[size-1])...)
	}
	if p.Items == nil {
		p.Items = []T{}
	}
	return p
}

// Encode makes a cursor out of the values of a key.
func Encode(vals ...any) string {
	b, err := json.Marshal(vals)
	if err != nil {
		panic("page: a key that is not JSON: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode reads a cursor into pointers of the types it was made of. A cursor
// that does not fit is a KindInvalid fault with the key "cursor_invalid".
func Decode(cursor string, ptrs ...any) error {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return fault.Invalid("cursor_invalid")
	}
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || len(raw) != len(ptrs) {
		return fault.Invalid("cursor_invalid")
	}
	for i, p := range ptrs {
		if json.Unmarshal(raw[i], p) != nil {
			return fault.Invalid("cursor_invalid")
		}
	}
	return nil
}
