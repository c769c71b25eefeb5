package text_test

import (
	"context"
	"fmt"
	"testing"

	"heed/internal/platform/db"
	"heed/internal/platform/db/dbtest"
	"heed/internal/platform/text"
)

// index is a search index in one of the engines, made as the search makes it.
type index struct {
	d      *db.DB
	engine dbtest.Engine
}

func newIndex(t *testing.T, engine dbtest.Engine) index {
	t.Helper()
	ddl := `CREATE TABLE s (id BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)`
	if engine == dbtest.SQLite {
		ddl = `CREATE VIRTUAL TABLE s USING fts5(body, content='', contentless_delete=1, tokenize="` + text.FTS5Tokenizer + `")`
	}
	x := index{dbtest.New(t, engine, nil), engine}
	x.exec(t, ddl)
	return x
}

func (x index) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	err := x.d.Write(t.Context(), func(ctx context.Context) error {
		_, err := db.Exec(ctx, x.d, sql, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%.200s: %v", sql, err)
	}
}

func (x index) add(t *testing.T, id int, s string) {
	t.Helper()
	if x.engine == dbtest.SQLite {
		x.exec(t, `INSERT INTO s (rowid, body) VALUES (?, ?)`, id, text.IndexText(s))
		return
	}
	x.exec(t, `INSERT INTO s (id, tokens) VALUES (?, ?::text::tsvector)`, id, text.TSVector(s))
}

// finds tells whether the query finds text 1.
func (x index) finds(t *testing.T, query string) bool {
	t.Helper()
	q := text.Query(query)
	if q.Empty() {
		return false
	}
	sql, expr := `SELECT count(*) FROM s WHERE tokens @@ ?::text::tsquery AND id = 1`, q.TSQuery()
	if x.engine == dbtest.SQLite {
		sql, expr = `SELECT count(*) FROM s WHERE s MATCH ? AND rowid = 1`, q.FTS5()
	}
	n, err := db.One[int64](t.Context(), x.d, sql, expr)
	if err != nil {
		t.Fatalf("query %q is %s: %v", query, expr, err)
	}
	return n == 1
}

// TestBothEnginesFindWhatTheQueryAsksFor runs tokens and queries through the
// real engines.
func TestBothEnginesFindWhatTheQueryAsksFor(t *testing.T) {
	t.Parallel()
	const body = "客戶王芳：印表機卡紙，訂單 SO-2024-17，電話 +86 138 0013 8000。Wang.Fang+x@Example.com says: don't panic, café สวัสดี 환불요청 プリンター हिन्दी"
	for _, engine := range dbtest.Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			x := newIndex(t, engine)
			x.add(t, 1, body)
			x.add(t, 2, "別的事情 unrelated 2024")
			for _, q := range []string{
				"客", "户", "客户", "客戶王芳", "卡紙", "纸", "so-2024-17", "SO202417", "so 2024 17", "2024",
				"13800138000", "138 0013 8000", "+8613800138000", "138-0013", "wang.fang+x@example.com", "wang.fang", "x@exam", "example",
				"dont pan", "don't panic", "cafe", "CAFÉ", "สวัสดี", "환불", "불요", "プリンタ", "ﾌﾟﾘﾝﾀｰ", "हिन्दी", `"says don't"`, "客户 panic 卡纸", "訂單 so",
			} {
				if !x.finds(t, q) {
					t.Errorf("%q does not find", q)
				}
			}
			for _, q := range []string{"户客", "服务", "anic", `"panic don't"`, "13900139000", "so-2024-18", "unrelated"} {
				if x.finds(t, q) {
					t.Errorf("%q finds", q)
				}
			}
			for i, s := range naughty(t) {
				x.add(t, 10+i, s)
				x.finds(t, s)
			}
			x.add(t, 9999, bigText())
		})
	}
}

// bigText has more different tokens than a tsvector can hold.
func bigText() string {
	var b []byte
	for i := range 200_000 {
		b = fmt.Appendf(b, "word%dand%d 客%c ", i, i*7, rune(0x4e00+i%20000))
	}
	return string(b)
}
