package text

import (
	"strconv"
	"strings"
)

const (
	// PostgreSQL's limits of a tsvector (manual, 12.10 "Limitations"): positions
	// up to 16,383 and 256 of them a lexeme; the whole below 1 MB, here in
	// bytes of lexemes and positions with room to spare.
	maxPosition  = 16383
	maxPositions = 255
	maxVector    = 900_000
)

// TSVector returns the tokens of s as text that PostgreSQL casts to tsvector,
// with positions. Of a text with more than 16,383 tokens the rest is found by
// single tokens only, and what would pass PostgreSQL's megabyte is left out.
func TSVector(s string) string {
	tokens := Tokens(s)
	at := make(map[string][]int, len(tokens))
	order := make([]string, 0, len(tokens))
	size := 0
	for i, t := range tokens {
		list, seen := at[t]
		pos := min(i+1, maxPosition)
		if len(list) == maxPositions || len(list) > 0 && list[len(list)-1] == pos {
			continue
		}
		cost := 2
		if !seen {
			cost += len(t) + 8
		}
		if size += cost; size > maxVector {
			break
		}
		if !seen {
			order = append(order, t)
		}
		at[t] = append(list, pos)
	}
	var b strings.Builder
	b.Grow(size + size/2)
	for i, t := range order {
		if i > 0 {
			b.WriteByte(' ')
		}
		quoteLexeme(&b, t)
		sep := byte(':')
		for _, p := range at[t] {
			b.WriteByte(sep)
			b.WriteString(strconv.Itoa(p))
			sep = ','
		}
	}
	return b.String()
}

// quoteLexeme writes a token in the quotes of tsvector and tsquery text.
// Tokens hold neither quotes nor backslashes, so nothing needs escaping.
func quoteLexeme(b *strings.Builder, token string) {
	b.WriteByte('\'')
	b.WriteString(token)
	b.WriteByte('\'')
}
