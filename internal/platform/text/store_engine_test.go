package text_test

import (
	"database/sql"
	"testing"

	_ "modernc.org/sqlite"

	"heed/internal/platform/text"
)

// TestAnFTS5TableFindsWhatTheQueryAsksFor runs tokens and queries through the
// real engine, with the table as the search uses it.
func TestAnFTS5TableFindsWhatTheQueryAsksFor(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `CREATE VIRTUAL TABLE s USING fts5(body, content='', contentless_delete=1, tokenize="`+text.FTS5Tokenizer+`")`); err != nil {
		t.Fatal(err)
	}
	const body = "客戶王芳：印表機卡紙，訂單 SO-2024-17，電話 +86 138 0013 8000。Wang.Fang+x@Example.com says: don't panic, café สวัสดี 환불요청 プリンター हिन्दी"
	for i, s := range []string{body, "別的事情 unrelated 2024"} {
		if _, err := db.ExecContext(t.Context(), `INSERT INTO s(rowid, body) VALUES (?, ?)`, i+1, text.IndexText(s)); err != nil {
			t.Fatal(err)
		}
	}
	count := func(q string) (n int) {
		t.Helper()
		expr := text.Query(q).FTS5()
		if expr == "" {
			return 0
		}
		if err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM s WHERE s MATCH ? AND rowid = 1`, expr).Scan(&n); err != nil {
			t.Fatalf("query %q is %s: %v", q, expr, err)
		}
		return n
	}
	for _, q := range []string{
		"客", "户", "客户", "客戶王芳", "客戶王", "卡紙", "纸", "so-2024-17", "SO202417", "so 2024 17", "2024",
		"13800138000", "138 0013 8000", "+8613800138000", "138-0013", "wang.fang+x@example.com", "wang.fang", "x@exam", "example",
		"dont pan", "don't panic", "cafe", "CAFÉ", "สวัสดี", "환불", "불요", "プリンタ", "ﾌﾟﾘﾝﾀｰ", "हिन्दी", `"says don't"`, "客户 panic 卡纸", "訂單 so",
	} {
		if count(q) != 1 {
			t.Errorf("%q does not find: %s", q, text.Query(q).FTS5())
		}
	}
	for _, q := range []string{"户客", "服务", "anic", `"panic don't"`, "13900139000", "so-2024-18", "unrelated"} {
		if count(q) != 0 {
			t.Errorf("%q finds: %s", q, text.Query(q).FTS5())
		}
	}
	for _, s := range naughty(t) {
		count(s)
	}
}
