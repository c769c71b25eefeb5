package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"heed/internal/kernel/fault"
	"heed/internal/platform/sheet"
)

// read gives all records; faults of single records are counted.
func read(t *testing.T, b []byte, o sheet.Options) (rows [][]string, bad int, encoding string, err error) {
	t.Helper()
	r, err := sheet.Open(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		return nil, 0, "", err
	}
	defer func() {
		if e := r.Close(); e != nil {
			t.Error(e)
		}
	}()
	for {
		row, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, bad, r.Encoding(), nil
		case fault.KeyOf(err) == "sheet.bad_text":
			bad++
		case err != nil:
			return rows, bad, r.Encoding(), err
		}
		rows = append(rows, row.Cells)
	}
}

func TestTheSpectrumOfCSV(t *testing.T) {
	t.Parallel()
	dir := "../../../../shared/data/import-csv-spectrum"
	files, err := filepath.Glob(filepath.Join(dir, "csvs", "*.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("NOT RUN HERE: the shared data are absent")
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			rows, bad, _, err := read(t, b, sheet.Options{Format: sheet.CSV})
			// One file holds the mark of a character that was lost before.
			if lost := bytes.Contains(b, []byte("\ufffd")); err != nil || lost != (bad > 0) {
				t.Fatal(bad, err)
			}
			var want []map[string]string
			j, err := os.ReadFile(filepath.Join(dir, "json", strings.TrimSuffix(filepath.Base(name), ".csv")+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if j[0] == '{' { // a single record
				j = slices.Concat([]byte("["), j, []byte("]"))
			}
			if err := json.Unmarshal(j, &want); err != nil {
				t.Fatal(err)
			}
			if len(rows) != len(want)+1 {
				t.Fatalf("%d records, want %d", len(rows)-1, len(want))
			}
			if strings.Contains(name, "location_coordinates") {
				return // its expectation is of another place
			}
			for i, w := range want {
				for c, head := range rows[0] {
					if got, want := rows[i+1][c], strings.ReplaceAll(w[head], "\r\n", "\n"); got != strings.TrimSpace(want) {
						t.Errorf("record %d, %s: %q, want %q", i, head, got, want)
					}
				}
			}
		})
	}
}

func TestEncodingsAndSeparatorsAreFoundOut(t *testing.T) {
	t.Parallel()
	text := "姓名,电话\r\n王晓敏,\"138,0013\"\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(strings.ReplaceAll(text, "敏", "㐀敏")))
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, encoding string
		in             []byte
		want           []string
	}{
		{"UTF-8", "utf-8", []byte(text), []string{"王晓敏", "138,0013"}},
		{"UTF-8 with a mark", "utf-8", append([]byte("\xef\xbb\xbf"), text...), []string{"王晓敏", "138,0013"}},
		{"GB18030 with a character of four bytes", "gb18030", gb, []string{"王晓㐀敏", "138,0013"}},
		{"UTF-16", "utf-16", utf16, []string{"王晓敏", "138,0013"}},
		{"semicolons", "utf-8", []byte("a;b\n1,5;2\n"), []string{"1,5", "2"}},
		{"tabs", "utf-8", []byte("a\tb\n1,5\t2\n"), []string{"1,5", "2"}},
		{"no line end at the end", "utf-8", []byte("a,b\n1,2"), []string{"1", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, bad, encoding, err := read(t, tt.in, sheet.Options{Format: sheet.CSV})
			if err != nil || bad > 0 || encoding != tt.encoding {
				t.Fatal(encoding, bad, err)
			}
			if !slices.Equal(rows[1], tt.want) {
				t.Errorf("%q, want %q", rows[1], tt.want)
			}
		})
	}
}

func TestHostileFilesEndInAClearFault(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("x,y\n", 1<<19)
	tests := []struct {
		name, key string
		o         sheet.Options
		in        []byte
	}{
		{"nothing", "sheet.empty", sheet.Options{Format: sheet.CSV}, nil},
		{"a quote that never ends", "sheet.record_too_long", sheet.Options{Format: sheet.CSV}, []byte("a,b\n\"" + big)},
		{"a quote that does not end before the file does", "sheet.broken_quote", sheet.Options{Format: sheet.CSV}, []byte("a,b\n1,\"x\n3,4\n")},
		{"the same where quotes stand in cells", "sheet.broken_quote", sheet.Options{Format: sheet.CSV}, []byte("a,b\n12\" pipe,1\n1,\"x\n" + strings.Repeat("3,4\n", 50))},
		{"an XLSX called CSV", "sheet.binary", sheet.Options{Format: sheet.CSV}, []byte("PK\x03\x04 and so on")},
		{"an old XLS called CSV", "sheet.binary", sheet.Options{Format: sheet.CSV}, []byte("\xd0\xcf\x11\xe0\xa1\xb1")},
		{"a CSV called XLSX", "sheet.broken", sheet.Options{Format: sheet.XLSX}, []byte("a,b\n1,2\n")},
		{"an encoding that nobody knows", "sheet.unknown_encoding", sheet.Options{Format: sheet.CSV, Encoding: "klingon"}, []byte("a,b\n")},
		{"a thousand columns", "sheet.too_many_columns", sheet.Options{Format: sheet.CSV}, []byte(strings.Repeat("a,", 1000) + "\n")},
		{"a zip bomb", "sheet.bomb", sheet.Options{Format: sheet.XLSX}, bomb(t, 300<<20, false)},
		{"a zip bomb that lies about its size", "sheet.empty", sheet.Options{Format: sheet.XLSX}, bomb(t, 300<<20, true)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, _, err := read(t, tt.in, tt.o)
			if got := fault.KeyOf(err); got != tt.key {
				t.Errorf("%v (%s), want %s", err, got, tt.key)
			}
		})
	}
	rows, bad, _, err := read(t, []byte("a,b\n\xff\xfe,2\n3,4\n"), sheet.Options{Format: sheet.CSV, Encoding: "utf-8"})
	if err != nil || bad != 1 || len(rows) != 3 {
		t.Errorf("a row in a wrong encoding: %q, %d bad, %v", rows, bad, err)
	}
}

// bomb is an XLSX whose first sheet unfolds to n bytes; with lie its directory
// says that it is small.
func bomb(t *testing.T, n int, lie bool) []byte {
	t.Helper()
	f := excelize.NewFile()
	var plain bytes.Buffer
	if err := errors.Join(f.Write(&plain), f.Close()); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		dst, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		src, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == "xl/worksheets/sheet1.xml" {
			_, err = io.CopyN(dst, spaces{}, int64(n))
		} else {
			_, err = io.Copy(dst, src)
		}
		if err := errors.Join(err, src.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	if lie { // the uncompressed size in the central directory
		var real [4]byte
		binary.LittleEndian.PutUint32(real[:], uint32(n))
		at := bytes.LastIndex(b, real[:])
		binary.LittleEndian.PutUint32(b[at:], 4096)
	}
	return b
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestWhatIsWrittenIsReadAgainAndIsNoFormula(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 4, 5, 6, 0, time.UTC)
	for _, f := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			w, err := sheet.NewWriter(&b, f, time.FixedZone("", 8*3600))
			if err != nil {
				t.Fatal(err)
			}
			lines := [][]any{
				{"a", "b", "c", "d", "e"},
				{"=1+2", "+86 138 0013 8000", "-7", "@SUM(A1)", "\tx"},
				{"引号\"和,逗号\n换行", int64(13800138000), 2.5, at, nil},
			}
			for _, l := range lines {
				if err := w.Write(l...); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if f == sheet.CSV && !strings.Contains(b.String(), "'=1+2,'+86 138 0013 8000,'-7,'@SUM(A1)") {
				t.Errorf("formulas are not disarmed: %s", b.String())
			}
			if f == sheet.XLSX {
				book, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				if formula, err := book.GetCellFormula("Sheet1", "A2"); err != nil || formula != "" {
					t.Errorf("a formula: %q %v", formula, err)
				}
				if err := book.Close(); err != nil {
					t.Fatal(err)
				}
			}
			rows, _, _, err := read(t, b.Bytes(), sheet.Options{Format: f})
			if err != nil || len(rows) != 3 {
				t.Fatal(rows, err)
			}
			if want := []string{"=1+2", "+86 138 0013 8000", "-7", "@SUM(A1)", "x"}; !slices.Equal(rows[1], want) {
				t.Errorf("%q, want %q", rows[1], want)
			}
			want := []string{"引号\"和,逗号\n换行", "13800138000", "2.5", "2026-03-02 12:05:06"}
			if !slices.Equal(rows[2][:4], want) {
				t.Errorf("%q, want %q", rows[2], want)
			}
		})
	}
}

func TestANumberWithAnExponentIsWrittenOut(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	if err := f.SetCellValue("Sheet1", "A1", 1.3800138000e10); err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellValue("Sheet1", "B1", 4.4e20); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := errors.Join(f.Write(&b), f.Close()); err != nil {
		t.Fatal(err)
	}
	rows, _, _, err := read(t, b.Bytes(), sheet.Options{Format: sheet.XLSX})
	if err != nil || !slices.Equal(rows[0], []string{"13800138000", "440000000000000000000"}) {
		t.Error(rows, err)
	}
}
