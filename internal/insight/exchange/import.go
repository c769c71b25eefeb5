package exchange

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"heed/internal/kernel/fault"
)

// State is where an import stands.
type State string

// The states.
const (
	New       State = "new" // its columns are being chosen
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed" // the file cannot be read to its end, or who began it may not
	Cancelled State = "cancelled"
)

// Busy tells whether the import is being worked on.
func (s State) Busy() bool { return s == Checking || s == Running }

// Counts say what became of the rows, the header left out.
type Counts struct {
	Rows      int64 `json:"rows" doc:"In the file; 0 until it has been counted"`
	Read      int64 `json:"read" doc:"Rows that have been looked at"`
	New       int64 `json:"new"`
	Changed   int64 `json:"changed"`
	Same      int64 `json:"same"`
	Duplicate int64 `json:"duplicate" doc:"The same as another row of the file; not imported"`
	Bad       int64 `json:"bad"`
}

// Import is one file that is brought in.
type Import struct {
	ID       int64
	Kind     string
	File     string // as it was called
	BlobKey  string
	Bytes    int64
	Format   string
	Encoding string
	Comma    string
	Headers  []string
	Sample   [][]string
	Mapping  map[string]int // key of a column → its place in the file
	State    State
	Position int64  // the last record that is done with, the header included
	Why      string // the key of the fault that ended it
	WhyArgs  map[string]any
	Counts   Counts
	ByID     int64 // 0 is the system
	ByName   string
	At       time.Time
	ToldAt   time.Time // when its progress was last told
	EndedAt  time.Time
	Version  int64
}

// Record is a row as an Importer sees it: the cells by the keys of the columns.
type Record struct {
	N, Line int
	Values  map[string]string // what is empty is left out
	KnownID int64             // what its external key stood for before; 0: unknown
}

// What became of a row.
type What string

// The outcomes of a record.
const (
	IsNew     What = "new"
	IsChanged What = "changed"
	IsSame    What = "same"
)

// Outcome says what became of a record: stored, or problems and nothing stored.
type Outcome struct {
	What     What
	ID       int64
	Problems []Problem
}

// Problem is why a row was not stored. Params fill the text's placeholders.
type Problem struct {
	Column string         `json:"column"` // key of the column; empty: the whole row
	Key    string         `json:"key"`    // of the text
	Params map[string]any `json:"params,omitempty"`
}

// Importer stores the rows of a kind.
type Importer interface {
	// Key is the same for two records that mean the same thing, and empty when
	// that cannot be told.
	Key(r Record) string
	// Apply stores records in the transaction of ctx, each whole or not at all,
	// with one outcome each. An error undoes all of them; they are then tried in
	// smaller pieces, so that a fault of a single record may be returned, too.
	Apply(ctx context.Context, rs []Record) ([]Outcome, error)
}

// Tidier is an Importer that puts a record right before anything else is done
// with it.
type Tidier interface {
	Tidy(r Record) Record
}

// ProblemsOf makes the problems of a row out of a fault that is the row's own;
// nil for an error of the machinery, such as a lost database.
func ProblemsOf(kind string, err error) []Problem {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.KindUnavailable || f.Kind == fault.KindUnauthenticated {
		return nil
	}
	if len(f.Fields) == 0 {
		return []Problem{{Key: "fault." + f.Key, Params: f.Params}}
	}
	out := make([]Problem, 0, len(f.Fields))
	for _, x := range f.Fields {
		p := Problem{Column: placeOf(kind, x.Name), Key: x.Key, Params: x.Params}
		if !slices.ContainsFunc(out, func(o Problem) bool { return o.Column == p.Column && o.Key == p.Key }) {
			out = append(out, p)
		}
	}
	return out
}

// standsFor are the fields of services that are called otherwise in a table.
var standsFor = map[string]string{
	"names": "name_en", "summary": "summary_en", "minor": "amount", "product_id": "product", "category_id": "category", "list_id": "list",
	"organization_ids": "organization", "customer_id": "customer_name", "team_id": "team", "team_ids": "teams", "owner_id": "owner", "type_id": "type", "contacts": "contact", "texts": "locale",
}

// placeOf finds the column of a service's field: "emails[0].value" is "emails".
func placeOf(kind, field string) string {
	head := field
	if i := strings.IndexAny(field, "[."); i >= 0 {
		head = field[:i]
	}
	tail := field[strings.LastIndexByte(field, '.')+1:]
	for _, name := range []string{field, tail, head, standsFor[head]} {
		if _, ok := columnOf(kind, name); ok && name != "" {
			return name
		}
	}
	return ""
}

// read makes a record of a row; more cells than the header has are a problem.
func (im Import) read(n, line int, cells []string) (Record, []Problem) {
	r := Record{N: n, Line: line, Values: make(map[string]string, len(im.Mapping))}
	for key, at := range im.Mapping {
		if at < len(cells) && cells[at] != "" {
			r.Values[key] = Meaning(im.Kind, key, cells[at])
		}
	}
	if len(cells) > len(im.Headers) && slices.ContainsFunc(cells[len(im.Headers):], func(c string) bool { return c != "" }) {
		return r, []Problem{{Key: "exchange.too_many_cells", Params: map[string]any{"cells": len(cells), "columns": len(im.Headers)}}}
	}
	var out []Problem
	for _, c := range ColumnsOf(im.Kind) {
		if c.Required && r.Values[c.Key] == "" {
			out = append(out, Problem{Column: c.Key, Key: "field.required"})
		}
	}
	return r, out
}

// checkMapping tells what is wrong with a choice of columns.
func (im Import) checkMapping(m map[string]int) error {
	var f fault.Fields
	used := map[int]bool{}
	for key, at := range m {
		c, ok := columnOf(im.Kind, key)
		switch {
		case !ok || c.ReadOnly || at < 0 || at >= len(im.Headers):
			f.Add("mapping."+key, "field.unknown_value")
		case used[at]:
			f.Add("mapping."+key, "field.taken")
		}
		used[at] = true
	}
	for _, c := range ColumnsOf(im.Kind) {
		if _, ok := m[c.Key]; c.Required && !ok {
			f.Add("mapping."+c.Key, "exchange.column_missing")
		}
	}
	return f.Err()
}
