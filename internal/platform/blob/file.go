package blob

import (
	"bytes"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NameMost bounds a file's name, in characters.
const NameMost = 200

// TidyName makes a file name out of what a browser or a mail claims: no path, no
// control or direction-changing characters, of bearable length, never empty.
func TidyName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`/<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if n := utf8.RuneCountInString(name); n > NameMost {
		ext := path.Ext(name)
		if len(ext) > 20 {
			ext = ""
		}
		stem := []rune(strings.TrimSuffix(name, ext))
		name = string(stem[:min(len(stem), NameMost-utf8.RuneCountInString(ext))]) + ext
	}
	if name == "" {
		return "file"
	}
	return name
}

// signatures are the first bytes of formats that we know for certain. Only the
// raster images among them are ever shown in the page.
var signatures = []struct{ at, kind string }{
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"BM", "image/bmp"},
	{"II*\x00", "image/tiff"},
	{"MM\x00*", "image/tiff"},
	{"%PDF-", "application/pdf"},
	{"PK\x03\x04", "application/zip"},
	{"PK\x05\x06", "application/zip"},
	{"\x1f\x8b", "application/gzip"},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"Rar!\x1a\x07", "application/vnd.rar"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{"{\\rtf", "application/rtf"},
	{"ID3", "audio/mpeg"},
	{"OggS", "audio/ogg"},
	{"fLaC", "audio/flac"},
	{"\x1a\x45\xdf\xa3", "video/webm"},
}

// inside are the types that a container of the first type can be by its name:
// none of them is shown by a browser itself, so a lying name gains nothing.
var inside = map[string]map[string]string{
	"application/zip": {
		".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
		".odt":  "application/vnd.oasis.opendocument.text",
		".ods":  "application/vnd.oasis.opendocument.spreadsheet",
		".odp":  "application/vnd.oasis.opendocument.presentation",
	},
	"application/x-ole-storage": {
		".doc": "application/msword", ".xls": "application/vnd.ms-excel", ".ppt": "application/vnd.ms-powerpoint",
		".msg": "application/vnd.ms-outlook",
	},
	"text/plain": {".csv": "text/csv", ".eml": "message/rfc822", ".ics": "text/calendar", ".vcf": "text/vcard"},
}

// Sniffed is how many first bytes of a file TypeOf needs.
const Sniffed = 512

// TypeOf tells the type of a file by its first bytes (512 or more, if it has
// as many); its name decides only between types that look alike and do no harm.
// What no signature tells is text/plain if it reads as text, else
// application/octet-stream: HTML and SVG are text here, so that no browser
// ever runs them.
func TypeOf(name string, head []byte) string {
	kind := typeOfHead(head)
	if finer, ok := inside[kind][strings.ToLower(path.Ext(name))]; ok {
		return finer
	}
	return kind
}

func typeOfHead(head []byte) string {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.at)) {
			return s.kind
		}
	}
	switch {
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return "image/webp"
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE":
		return "audio/wav"
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return typeOfISO(string(head[8:12]))
	case readsAsText(head):
		return "text/plain"
	}
	return "application/octet-stream"
}

// typeOfISO reads the brand of an ISO base media file (ISO/IEC 14496-12).
func typeOfISO(brand string) string {
	switch brand {
	case "avif", "avis":
		return "image/avif"
	case "heic", "heix", "mif1":
		return "image/heic"
	case "M4A ":
		return "audio/mp4"
	case "qt  ":
		return "video/quicktime"
	}
	return "video/mp4"
}

// readsAsText tells whether there is no byte that text never has. A character cut
// by the end of head does not count against it, nor does an old Chinese charset.
func readsAsText(head []byte) bool {
	if len(head) == 0 {
		return false
	}
	return bytes.IndexFunc(head, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r\f\x1b", r) }) < 0
}

// shownTypes are the pictures that a browser shows without running anything.
var shownTypes = map[string]bool{
	"image/png": true, "image/jpeg": true, "image/gif": true, "image/webp": true, "image/avif": true, "image/bmp": true,
}

// IsPicture tells whether a file of the type may be shown in the page.
func IsPicture(kind string) bool { return shownTypes[kind] }
