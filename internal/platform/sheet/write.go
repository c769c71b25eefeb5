package sheet

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Writer takes records, the header first. Cells may be string, int64, float64,
// bool, time.Time (zero is empty) and nil.
type Writer interface {
	Write(cells ...any) error
	// Close ends the file; nothing is complete before.
	Close() error
}

// NewWriter begins a file of a format. Times are written in zone.
func NewWriter(w io.Writer, f Format, zone *time.Location) (Writer, error) {
	if f == XLSX {
		return newXLSX(w, zone)
	}
	// The mark tells spreadsheet programs that it is UTF-8 (they take it for the
	// local encoding otherwise, and Chinese is lost).
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true // RFC 4180
	return &csvWriter{c, zone}, nil
}

type csvWriter struct {
	w    *csv.Writer
	zone *time.Location
}

func (c *csvWriter) Write(cells ...any) error {
	out := make([]string, len(cells))
	for i, v := range cells {
		out[i] = show(v, c.zone)
		if _, text := v.(string); text && formula(out[i]) {
			out[i] = "'" + out[i]
		}
	}
	return c.w.Write(out)
}

func (c *csvWriter) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// cellMost is how many characters a cell of a spreadsheet may have.
const cellMost = 32_767

func show(v any, zone *time.Location) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.In(zone).Format("2006-01-02 15:04:05")
	}
	return fmt.Sprint(v)
}

type xlsxWriter struct {
	out  io.Writer
	file *excelize.File
	w    *excelize.StreamWriter
	zone *time.Location
	n    int
}

func newXLSX(out io.Writer, zone *time.Location) (Writer, error) {
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &xlsxWriter{out, f, w, zone, 0}, nil
}

func (x *xlsxWriter) Write(cells ...any) error {
	x.n++
	at, err := excelize.CoordinatesToCellName(1, x.n)
	if err != nil {
		return err
	}
	row := make([]any, len(cells))
	for i, v := range cells {
		switch v := v.(type) {
		case int64, float64, bool, nil:
			row[i] = v
		default:
			s := show(v, x.zone)
			if utf8.RuneCountInString(s) > cellMost {
				s = string([]rune(s)[:cellMost])
			}
			row[i] = s // a string is text, whatever it begins with
		}
	}
	return x.w.SetRow(at, row)
}

func (x *xlsxWriter) Close() error {
	if err := x.w.Flush(); err != nil {
		return errors.Join(err, x.file.Close())
	}
	return errors.Join(x.file.Write(x.out), x.file.Close())
}
