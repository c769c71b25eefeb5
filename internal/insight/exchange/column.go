package exchange

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"heed/internal/platform/i18n"
	"heed/internal/platform/text"
)

//go:embed columns.txt
var columnsText string

//go:embed values.txt
var valuesText string

// Column is one thing that a kind of rows says.
type Column struct {
	Key      string
	Names    map[string]string // by locale
	Required bool
	ReadOnly bool // written by exports alone

	words []string // by which it is known, simplified: its own names first
	own   int      // how many of them are its own names
}

// Name is what a reader of the locale calls the column.
func (c Column) Name(locale string) string {
	if n := c.Names[locale]; n != "" {
		return n
	}
	return c.Names[i18n.English]
}

// vocabulary is the two tables, read once.
type vocabulary struct {
	kinds  []string
	column map[string][]Column
	value  map[string]map[string]string // column or kind.column, and simplified word → value
	shown  map[string]map[string]map[string]string
}

var words = sync.OnceValue(readWords)

func readWords() vocabulary {
	v := vocabulary{column: map[string][]Column{}, value: map[string]map[string]string{}, shown: map[string]map[string]map[string]string{}}
	kind := ""
	for line := range strings.Lines(columnsText) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok {
			kind = strings.TrimSuffix(name, "]")
			v.kinds = append(v.kinds, kind)
			continue
		}
		cells := split(line)
		if len(cells) < 5 {
			continue
		}
		c := Column{Key: cells[0], Names: named(cells[1:4])}
		if len(cells) > 5 {
			c.Required, c.ReadOnly = strings.Contains(cells[5], "!"), strings.Contains(cells[5], "-")
		}
		for i, w := range append(append([]string{c.Key}, cells[1:4]...), strings.Split(cells[4], ";")...) {
			if w = simple(w); w != "" && !slices.Contains(c.words, w) {
				c.words = append(c.words, w)
			}
			if i < 4 {
				c.own = len(c.words)
			}
		}
		v.column[kind] = append(v.column[kind], c)
	}
	for line := range strings.Lines(valuesText) {
		cells := split(line)
		if len(cells) < 5 {
			continue
		}
		column, value := cells[0], cells[1]
		if v.value[column] == nil {
			v.value[column], v.shown[column] = map[string]string{}, map[string]map[string]string{}
		}
		v.shown[column][value] = named(cells[2:5])
		all := append([]string{value}, cells[2:5]...)
		if len(cells) > 5 {
			all = append(all, strings.Split(cells[5], ";")...)
		}
		for _, w := range all {
			if w = simple(w); w != "" {
				v.value[column][w] = value
			}
		}
	}
	return v
}

// split cuts a line of a table; a comment has no cells.
func split(line string) []string {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	cells := strings.Split(line, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func named(cells []string) map[string]string {
	return map[string]string{i18n.English: cells[0], i18n.Simplified: cells[1], i18n.Traditional: cells[2]}
}

// simple makes words meet that differ in writing, spaces and marks alone.
func simple(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text.Fold(s))
}

// ColumnsOf lists the columns of a kind; nothing for what is none.
func ColumnsOf(kind string) []Column { return words().column[kind] }

func columnOf(kind, key string) (Column, bool) {
	all := ColumnsOf(kind)
	i := slices.IndexFunc(all, func(c Column) bool { return c.Key == key })
	if i < 0 {
		return Column{}, false
	}
	return all[i], true
}

// Guess says in which column of a file each column of the kind stands, by the
// headers: those that are the column's own name first, then other words, then
// words with something behind them ("Phone (work)").
func Guess(kind string, headers []string) map[string]int {
	out, taken := map[string]int{}, map[int]bool{}
	heads := make([]string, len(headers))
	for i, h := range headers {
		heads[i] = simple(h)
	}
	pass := func(fits func(c Column, head string) bool) {
		for _, c := range ColumnsOf(kind) {
			if _, done := out[c.Key]; done || c.ReadOnly {
				continue
			}
			for i, h := range heads {
				if h != "" && !taken[i] && fits(c, h) {
					out[c.Key], taken[i] = i, true
					break
				}
			}
		}
	}
	pass(func(c Column, h string) bool { return slices.Contains(c.words[:c.own], h) })
	pass(func(c Column, h string) bool { return slices.Contains(c.words, h) })
	pass(func(c Column, h string) bool {
		return slices.ContainsFunc(c.words, func(w string) bool {
			long := len(w) >= 4
			return long && (strings.HasPrefix(h, w) || strings.HasSuffix(h, w))
		})
	})
	return out
}

// Meaning gives the value for which a cell's words stand, or the words.
func Meaning(kind, column, cell string) string {
	v := words()
	for _, name := range []string{kind + "." + column, column} {
		if table, ok := v.value[name]; ok {
			if value, ok := table[simple(cell)]; ok {
				return value
			}
		}
	}
	return cell
}

// Show gives the words for a value of a column in the reader's language.
func Show(locale, kind, column, value string) string {
	v := words()
	for _, name := range []string{kind + "." + column, column} {
		if names, ok := v.shown[name][value]; ok {
			if w := names[locale]; w != "" {
				return w
			}
			return names[i18n.English]
		}
	}
	return value
}

// Words cuts a cell that holds several things.
func Words(cell string) []string {
	out := []string{}
	for _, w := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";；\n、，,", r) }) {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
