package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"math/big"
	"regexp"
	"slices"

	"github.com/xuri/excelize/v2"

	"heed/internal/kernel/fault"
)

type xlsxReader struct {
	file *excelize.File
	rows *excelize.Rows
	n    int
}

func openXLSX(r io.ReaderAt, bytes int64, name string) (Reader, error) {
	if err := unfolds(r, bytes); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, bytes), excelize.Options{
		UnzipSizeLimit: UnzipMost, UnzipXMLSizeLimit: 16 << 20, RawCellValue: true,
	})
	if err != nil {
		return nil, fault.Wrap(err, fault.KindInvalid, "sheet.broken")
	}
	sheets := f.GetSheetList()
	switch {
	case len(sheets) == 0:
		return nil, errors.Join(fault.Invalid("sheet.empty"), f.Close())
	case name == "":
		name = sheets[0]
	case !slices.Contains(sheets, name):
		return nil, errors.Join(fault.Invalid("sheet.no_such_sheet"), f.Close())
	}
	rows, err := f.Rows(name)
	if err != nil {
		return nil, errors.Join(fault.Wrap(err, fault.KindInvalid, "sheet.broken"), f.Close())
	}
	return &xlsxReader{file: f, rows: rows}, nil
}

// unfolds refuses a zip that would unfold to more than it may. archive/zip gives no more of
// a file than its directory says, so the directory can be believed.
func unfolds(r io.ReaderAt, bytes int64) error {
	z, err := zip.NewReader(r, bytes)
	if err != nil {
		return fault.Wrap(err, fault.KindInvalid, "sheet.broken")
	}
	var sum uint64
	for _, f := range z.File {
		sum += f.UncompressedSize64
		if f.UncompressedSize64 > UnzipMost || sum > UnzipMost || sum > unzipFree && sum > ratioMost*uint64(bytes) {
			return fault.Invalid("sheet.bomb")
		}
	}
	return nil
}

func (x *xlsxReader) Next() (Row, error) {
	if !x.rows.Next() {
		if err := x.rows.Error(); err != nil {
			return Row{}, fault.Wrap(err, fault.KindInvalid, "sheet.broken")
		}
		if x.n == 0 {
			return Row{}, fault.Invalid("sheet.empty")
		}
		return Row{}, io.EOF
	}
	cells, err := x.rows.Columns()
	if err != nil {
		return Row{}, fault.Wrap(err, fault.KindInvalid, "sheet.broken")
	}
	x.n++
	for i, c := range cells {
		cells[i] = whole(c)
	}
	return checked(Row{N: x.n, Line: x.n, Cells: cells})
}

var scientific = regexp.MustCompile(`^-?\d(?:\.\d+)?E\+\d{1,2}$`)

// whole writes out a number that the file holds with an exponent, as it does
// telephone numbers.
func whole(s string) string {
	if !scientific.MatchString(s) {
		return s
	}
	f, ok := new(big.Float).SetPrec(200).SetString(s)
	if !ok || !f.IsInt() {
		return s
	}
	return f.Text('f', 0)
}

func (x *xlsxReader) Encoding() string { return "xlsx" }
func (x *xlsxReader) Close() error     { return errors.Join(x.rows.Close(), x.file.Close()) }
