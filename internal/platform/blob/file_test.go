package blob

import (
	"strings"
	"testing"
)

func TestTypeOfLooksAtTheContentAndNotAtTheName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ name, head, want string }{
		"a picture":                             {"a.png", "\x89PNG\r\n\x1a\n....", "image/png"},
		"a picture with a wrong name":           {"a.txt", "\xff\xd8\xff\xe0....", "image/jpeg"},
		"a page that calls itself a picture":    {"a.png", "<html><script>alert(1)</script>", "text/plain"},
		"an SVG is never a picture":             {"a.svg", `<svg xmlns="http://www.w3.org/2000/svg">`, "text/plain"},
		"a document of Word":                    {"offer.DOCX", "PK\x03\x04....", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		"an archive":                            {"a.zip", "PK\x03\x04....", "application/zip"},
		"an archive that calls itself picture":  {"a.png", "PK\x03\x04....", "application/zip"},
		"an old workbook":                       {"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"},
		"a table":                               {"a.csv", "name,price\n", "text/csv"},
		"text in UTF-8":                         {"a", "压缩机", "text/plain"},
		"text in GBK":                           {"a", "\xd1\xb9\xcb\xf5\xbb\xfa", "text/plain"},
		"WebP":                                  {"a", "RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"},
		"a film":                                {"a.mov", "\x00\x00\x00\x18ftypqt  ", "video/quicktime"},
		"a program":                             {"a.exe", "MZ\x90\x00\x03\x00", "application/octet-stream"},
		"an empty file":                         {"a.txt", "", "application/octet-stream"},
		"a program that calls itself a message": {"a.eml", "\x7fELF\x02\x01\x01\x00", "application/octet-stream"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := TypeOf(c.name, []byte(c.head)); got != c.want {
				t.Errorf("TypeOf(%q, %q) = %q, want %q", c.name, c.head, got, c.want)
			}
		})
	}
}

func TestTidyName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"report.pdf":                      "report.pdf",
		`C:\Users\x\合同.docx`:              "合同.docx",
		"../../etc/passwd":                "passwd",
		"a\u202egnp.exe":                  "agnp.exe",
		"a\r\nSet-Cookie: x=1.txt":        "aSet-Cookie x=1.txt",
		"...":                             "file",
		"":                                "file",
		`"quoted".png`:                    "quoted.png",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", 196) + ".pdf",
	} {
		if got := TidyName(in); got != want {
			t.Errorf("TidyName(%q) = %q, want %q", in, got, want)
		}
	}
}
