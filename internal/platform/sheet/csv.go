package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"heed/internal/kernel/fault"
)

// sampleMost is how much of a file is looked at before it is read.
const sampleMost = 256 << 10

type csvReader struct {
	records  *csv.Reader
	meter    *meter
	encoding string
	n        int
	line     int // where the last record began
}

// Encodings are the names that Options.Encoding may have.
func Encodings() []string { return []string{"utf-8", "gb18030", "big5", "utf-16"} }

func openCSV(r *io.SectionReader, name string) (Reader, error) {
	sample := make([]byte, min(sampleMost, r.Size()))
	if _, err := io.ReadFull(r, sample); err != nil {
		return nil, err
	}
	if name == "" {
		var err error
		if name, err = guess(r, sample); err != nil {
			return nil, err
		}
	}
	dec, err := decoder(name)
	if err != nil {
		return nil, err
	}
	text, err := dec.Bytes(sample)
	if err != nil && len(text) == 0 {
		return nil, fault.Invalid("sheet.unknown_encoding")
	}
	comma := delimiter(string(text))
	lazy, err := bareQuotes(r, dec, comma)
	if err != nil {
		return nil, err
	}
	c, err := begin(r, dec, comma)
	if err != nil {
		return nil, err
	}
	c.records.LazyQuotes, c.encoding = lazy, name
	return c, nil
}

func begin(r *io.SectionReader, dec *encoding.Decoder, comma rune) (*csvReader, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	dec.Reset()
	m := &meter{r: dec.Reader(bufio.NewReaderSize(r, 64<<10))}
	c := csv.NewReader(m)
	c.Comma, c.FieldsPerRecord = comma, -1
	return &csvReader{records: c, meter: m}, nil
}

// bareQuotes tells whether cells that are not quoted hold quotes, as some
// programs write them (12" pipe). Only then the strict reading is given up,
// because the other one takes a missing quote for the longest cell of all.
func bareQuotes(r *io.SectionReader, dec *encoding.Decoder, comma rune) (bool, error) {
	c, err := begin(r, dec, comma)
	if err != nil {
		return false, err
	}
	c.records.ReuseRecord = true
	for {
		c.meter.left = recordMost
		if _, err = c.records.Read(); err != nil { // also what is told when it is met again
			return errors.Is(err, csv.ErrBareQuote), nil
		}
	}
}

// lazyLines is how many lines a record may have where quotes are not trusted.
const lazyLines = 40

// guess finds the encoding: by the byte order mark, else UTF-8 if all of the
// file is, else GB18030, in which every Chinese spreadsheet program saves.
func guess(r *io.SectionReader, sample []byte) (string, error) {
	switch {
	case bytes.HasPrefix(sample, []byte{0xff, 0xfe}), bytes.HasPrefix(sample, []byte{0xfe, 0xff}):
		return "utf-16", nil
	case bytes.HasPrefix(sample, []byte("PK\x03\x04")), bytes.HasPrefix(sample, []byte("\xd0\xcf\x11\xe0")), bytes.IndexByte(sample, 0) >= 0:
		return "", fault.Invalid("sheet.binary")
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	ok, err := isUTF8(r)
	if err != nil || ok {
		return "utf-8", err
	}
	return "gb18030", nil
}

func isUTF8(r io.Reader) (bool, error) {
	buf := make([]byte, 0, 64<<10)
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		for len(buf) > 0 {
			c, size := utf8.DecodeRune(buf)
			if c == utf8.RuneError && size <= 1 {
				if err == nil && !utf8.FullRune(buf) {
					break // its end is in the next piece
				}
				return false, nil
			}
			buf = buf[size:]
		}
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
		}
		buf = append(make([]byte, 0, 64<<10), buf...)
	}
}

func decoder(name string) (*encoding.Decoder, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return unicode.UTF8BOM.NewDecoder(), nil
	case "utf-16", "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder(), nil
	case "gb18030", "gbk", "gb2312":
		return simplifiedchinese.GB18030.NewDecoder(), nil
	case "big5":
		return traditionalchinese.Big5.NewDecoder(), nil
	}
	return nil, fault.Invalid("sheet.unknown_encoding")
}

// delimiter is the one of the usual separators that stands most often in the
// first line, outside quotes.
func delimiter(sample string) rune {
	best, most := ',', 0
	for _, d := range ",;\t|" {
		n, quoted := 0, false
		for _, c := range sample {
			if c == '"' {
				quoted = !quoted
			}
			if !quoted && c == '\n' {
				break
			}
			if !quoted && c == d {
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

func (c *csvReader) Next() (Row, error) {
	c.meter.left = recordMost
	cells, err := c.records.Read()
	var broken *csv.ParseError
	switch {
	case errors.Is(err, errRecord):
		return Row{}, fault.Invalid("sheet.record_too_long", "line", c.line+1)
	case errors.As(err, &broken):
		return Row{}, fault.Invalid("sheet.broken_quote", "line", broken.StartLine)
	case errors.Is(err, io.EOF) && c.n == 0:
		return Row{}, fault.Invalid("sheet.empty")
	case err != nil:
		return Row{}, err
	}
	c.n++
	c.line, _ = c.records.FieldPos(0)
	if c.records.LazyQuotes && slices.ContainsFunc(cells, func(s string) bool { return strings.Count(s, "\n") > lazyLines }) {
		return Row{}, fault.Invalid("sheet.broken_quote", "line", c.line)
	}
	return checked(Row{N: c.n, Line: c.line, Cells: cells})
}

// checked tidies the cells and looks for what no text has.
func checked(r Row) (Row, error) {
	if len(r.Cells) > ColumnsMost {
		return r, fault.Invalid("sheet.too_many_columns", "max", ColumnsMost)
	}
	var err error
	for i, cell := range r.Cells {
		if strings.ContainsRune(cell, utf8.RuneError) || strings.ContainsRune(cell, 0) {
			err = fault.Invalid("sheet.bad_text")
		}
		r.Cells[i] = tidy(cell)
	}
	return r, err
}

func (c *csvReader) Encoding() string { return c.encoding }

// Comma is what separates the columns.
func (c *csvReader) Comma() rune  { return c.records.Comma }
func (c *csvReader) Close() error { return nil }

var errRecord = errors.New("sheet: the record does not end")

// meter ends a record that does not: encoding/csv would read on to the end of
// the file for a closing quote.
type meter struct {
	r    io.Reader
	left int
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errRecord
	}
	n, err := m.r.Read(p[:min(len(p), 32<<10)])
	m.left -= n
	return n, err
}
