package demo

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"

	"heed/internal/platform/i18n"
)

// The fonts that every reader of PDF has for Chinese without their being in the
// file (PDF 32000-1, 9.7.5.2), and the order of characters that they follow.
var pdfFonts = map[string][3]string{
	i18n.Simplified:  {"STSong-Light", "UniGB-UCS2-H", "GB1"},
	i18n.Traditional: {"MSung-Light", "UniCNS-UCS2-H", "CNS1"},
	i18n.English:     {"STSong-Light", "UniGB-UCS2-H", "GB1"},
}

// pdf sets lines of text on a page of A4. A line that is too long is broken.
func pdf(lines []string, locale string) []byte {
	font := pdfFonts[locale]
	var page strings.Builder
	page.WriteString("BT /F1 12 Tf 1 0 0 1 56 780 Tm 18 TL\n")
	for _, line := range lines {
		for _, part := range broken(line, 40) {
			page.WriteString("<")
			for _, u := range utf16.Encode([]rune(part)) {
				fmt.Fprintf(&page, "%04X", u)
			}
			page.WriteString("> Tj T*\n")
		}
	}
	page.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", page.Len(), page.String()),
		fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /%s /DescendantFonts [6 0 R] >>", font[0], font[1]),
		fmt.Sprintf("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /%s /DW 1000 /W [1 [500] 2 94 500 814 907 500] "+
			"/CIDSystemInfo << /Registry (Adobe) /Ordering (%s) /Supplement 2 >> /FontDescriptor 7 0 R >>", font[0], font[2]),
		fmt.Sprintf("<< /Type /FontDescriptor /FontName /%s /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>", font[0]),
	}
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// broken cuts a line into pieces of a width, where a Chinese character is two
// wide and a Latin one is one, at spaces if there are any.
func broken(line string, width int) []string {
	var out []string
	start, used, space := 0, 0, -1
	runes := []rune(line)
	for i, r := range runes {
		if r == ' ' {
			space = i
		}
		if used++; r > 0x2E80 {
			used++
		}
		if used > 2*width {
			at := i
			if space > start {
				at = space
			}
			out = append(out, string(runes[start:at]))
			start, used, space = at, i-at, -1
		}
	}
	return append(out, string(runes[start:]))
}
