package sheet

import (
	"io"
	"path"
	"strings"

	"heed/internal/kernel/fault"
)

// The bounds of what is read.
const (
	FileMost    = 256 << 20 // bytes of a file
	UnzipMost   = 1 << 30   // bytes of an XLSX once unfolded
	ratioMost   = 200       // unfolded to packed, where it is more than unzipFree
	unzipFree   = 32 << 20
	recordMost  = 1 << 20 // bytes of a record
	ColumnsMost = 500
)

// Format is the kind of a file.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	XLSX Format = "xlsx"
)

// FormatOf tells the format by a file's name. Faults: "sheet.unknown_format".
func FormatOf(name string) (Format, error) {
	switch strings.ToLower(path.Ext(name)) {
	case ".csv", ".txt", ".tsv":
		return CSV, nil
	case ".xlsx", ".xlsm":
		return XLSX, nil
	}
	return "", fault.Invalid("sheet.unknown_format")
}

// Row is one record.
type Row struct {
	N     int      // counts the records from 1, the header included
	Line  int      // where it begins in the file: of a CSV the line, of a sheet the row
	Cells []string // without spaces around them
}

// Empty tells whether nothing stands in the row.
func (r Row) Empty() bool {
	for _, c := range r.Cells {
		if c != "" {
			return false
		}
	}
	return true
}

// Reader gives the records of a file from the first to the last.
type Reader interface {
	// Next gives the next record, io.EOF after the last, and the fault
	// "sheet.empty" when there was none at all. A fault that is about
	// the record alone ("sheet.bad_text") comes with the row; reading may go on.
	Next() (Row, error)
	// Encoding is how the text was read: "utf-8", "gb18030", "utf-16", "xlsx".
	Encoding() string
	Close() error
}

// Options say how to read a file.
type Options struct {
	Format   Format
	Encoding string // of a CSV; empty: found out
	Sheet    string // of an XLSX; empty: the first
}

// Open begins to read a file of so many bytes. Faults: "sheet.too_large",
// "sheet.empty", "sheet.broken", "sheet.bomb", "sheet.no_such_sheet",
// "sheet.unknown_encoding".
func Open(r io.ReaderAt, bytes int64, o Options) (Reader, error) {
	switch {
	case bytes > FileMost:
		return nil, fault.TooLarge("sheet.too_large", "limit", int64(FileMost))
	case bytes == 0:
		return nil, fault.Invalid("sheet.empty")
	case o.Format == XLSX:
		return openXLSX(r, bytes, o.Sheet)
	}
	return openCSV(io.NewSectionReader(r, 0, bytes), o.Encoding)
}

// formula tells whether a spreadsheet would take a text for a formula.
func formula(s string) bool {
	return s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0])
}

// tidy takes off what is around a cell, and the apostrophe that keeps a text
// from being a formula.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(rest) {
		return strings.TrimSpace(rest)
	}
	return s
}
