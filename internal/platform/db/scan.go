package db

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// JSON stores V as a JSON text.
type JSON[T any] struct{ V T }

// Scan implements sql.Scanner.
func (j *JSON[T]) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(s), &j.V)
	case []byte:
		return json.Unmarshal(s, &j.V)
	}
	return fmt.Errorf("db: %T is no JSON text", src)
}

// Value implements driver.Valuer.
func (j JSON[T]) Value() (driver.Value, error) {
	b, err := json.Marshal(j.V)
	return string(b), err
}

var timeType = reflect.TypeFor[time.Time]()

// plan knows how the columns of one statement go into a T.
type plan struct {
	scalar bool
	fields [][]int // index path of the field for each column
}

type planID struct {
	t    reflect.Type
	cols string
}

var plans sync.Map

func planFor[T any](rs rows) (*plan, error) {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct || t == timeType || reflect.PointerTo(t).Implements(scannerType) {
		return &plan{scalar: true}, nil
	}
	cols, err := rs.Columns()
	if err != nil {
		return nil, err
	}
	id := planID{t, strings.Join(cols, ",")}
	if p, ok := plans.Load(id); ok {
		return p.(*plan), nil
	}
	byName := map[string][]int{}
	for _, f := range tagged(t) {
		byName[f.name] = f.index
	}
	p := &plan{}
	for _, c := range cols {
		index, ok := byName[c]
		if !ok {
			return nil, fmt.Errorf("db: %s has no field tagged %q", t, c)
		}
		p.fields = append(p.fields, index)
	}
	plans.Store(id, p)
	return p, nil
}

var scannerType = reflect.TypeFor[interface{ Scan(any) error }]()

type field struct {
	name  string
	index []int
}

var fieldsOf sync.Map

// tagged lists the db-tagged fields of t, embedded structs included.
func tagged(t reflect.Type) []field {
	if fs, ok := fieldsOf.Load(t); ok {
		return fs.([]field)
	}
	var out []field
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("db"); name != "" {
			out = append(out, field{name, f.Index})
		}
	}
	fieldsOf.Store(t, out)
	return out
}

// stamp reads microseconds into a time; through a pointer, NULL stays nil.
type stamp struct {
	at  *time.Time
	ptr **time.Time
}

func (s stamp) Scan(src any) error {
	if src == nil {
		if s.ptr == nil {
			return fmt.Errorf("db: NULL in a time that has none")
		}
		*s.ptr = nil
		return nil
	}
	us, ok := src.(int64)
	if !ok {
		return fmt.Errorf("db: %T is no time", src)
	}
	at := time.UnixMicro(us).UTC()
	if s.ptr != nil {
		*s.ptr = &at
	} else {
		*s.at = at
	}
	return nil
}

func target(p any) any {
	switch p := p.(type) {
	case *time.Time:
		return stamp{at: p}
	case **time.Time:
		return stamp{ptr: p}
	}
	return p
}

func (p *plan) scan(rs rows, v any) error {
	if p.scalar {
		return rs.Scan(target(v))
	}
	rv := reflect.ValueOf(v).Elem()
	dest := make([]any, len(p.fields))
	for i, index := range p.fields {
		dest[i] = target(rv.FieldByIndex(index).Addr().Interface())
	}
	return rs.Scan(dest...)
}

// encode makes the values fit both engines: times become microseconds, and
// text loses what PostgreSQL refuses (NUL, broken UTF-8).
func encode(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case time.Time:
			out[i] = a.UnixMicro()
		case *time.Time:
			if a == nil {
				out[i] = nil
			} else {
				out[i] = a.UnixMicro()
			}
		case string:
			out[i] = cleanText(a)
		case driver.Valuer:
			v, err := a.Value()
			if err != nil {
				v = a // the driver meets the same error and reports it
			}
			out[i] = v
		case []byte, int64, bool, *int64, float64:
			out[i] = a
		default:
			out[i] = plain(a)
		}
	}
	return out
}

// plain turns named strings and numbers into the plain ones, whatever their name.
func plain(a any) any {
	v := reflect.ValueOf(a)
	switch v.Kind() {
	case reflect.String:
		return cleanText(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return v.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(v.Uint()) //nolint:gosec // at most 32 bits
	}
	return a
}

func cleanText(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return s
}

// Cols lists the columns of T's tagged fields, for SELECT.
func Cols[T any]() string {
	fs := tagged(reflect.TypeFor[T]())
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = f.name
	}
	return strings.Join(names, ", ")
}

// Insert adds a row of all tagged fields of v except id, which the engine
// gives and Insert returns. A unique index forbidding it is ErrExists.
func Insert[T any](ctx context.Context, d *DB, table string, v *T) (int64, error) {
	names, args := columns(v, "id")
	text := insertText(table, names) + " RETURNING id"
	t := d.running(ctx)
	if t == nil || !t.write {
		return 0, fmt.Errorf("db: Insert into %s outside Write", table)
	}
	return One[int64](ctx, d, text, args...)
}

// Put adds a row of all tagged fields of v, the key included.
func Put[T any](ctx context.Context, d *DB, table string, v *T) error {
	names, args := columns(v, "")
	_, err := Exec(ctx, d, insertText(table, names), args...)
	return err
}

func columns[T any](v *T, except string) ([]string, []any) {
	rv := reflect.ValueOf(v).Elem()
	var names []string
	var args []any
	for _, f := range tagged(rv.Type()) {
		if f.name != except {
			names = append(names, f.name)
			args = append(args, rv.FieldByIndex(f.index).Interface())
		}
	}
	return names, args
}

func insertText(table string, names []string) string {
	return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" +
		strings.Repeat("?, ", len(names)-1) + "?)"
}
