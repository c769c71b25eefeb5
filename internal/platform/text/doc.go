// Package text prepares what people write for being found again.
//
// Writing is folded first (Fold): compatibility forms (NFKC), case, width,
// Latin diacritics, and Chinese characters that stand for one another, so that
// 客戶, 客户 and ｸﾗｽ/クラス meet. What is folded is cut into tokens (Tokens):
//
//   - words of letters and digits;
//   - e-mail addresses, order and model numbers, both whole and in pieces;
//   - Chinese, Japanese and Korean runs as overlapping pairs of characters plus
//     the last character alone, so that any one or more characters find;
//   - phone numbers as one national number, however they were written.
//
// IndexText feeds an FTS5 table declared with [FTS5Tokenizer], TSVector a
// PostgreSQL tsvector; Query turns what a person typed into the matching
// expression of either engine. Both use the same tokens, so both find the
// same texts. Snippet shows where the match is. Pinyin and Initials let
// Chinese names be found by typing their sound.
//
// Indexes depend on the exact tokens: whoever changes them raises [Version],
// and indexes are rebuilt by a job.
//
// The package does no I/O, is safe for concurrent use and keeps no state but
// two lazily built read-only tables.
package text

//go:generate go run ./gen

// Version names the present form of the tokens. An index built with another
// version must be built anew.
const Version = 1

// FTS5Tokenizer is the tokenize option of FTS5 tables fed by IndexText: it
// splits at spaces and keeps the joining characters within tokens.
const FTS5Tokenizer = `unicode61 remove_diacritics 0 tokenchars '@._-+'`
