package exchange

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var dateParts = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?$`)

// excelBegin is day 0 of a spreadsheet's dates (ECMA-376, 18.17.4.1, with the
// leap day of 1900 that never was).
var excelBegin = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// Date reads a day as people and spreadsheets write it: year first, with any
// marks between, or a spreadsheet's number of days. It gives "2026-05-01".
func Date(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if m := dateParts.FindStringSubmatch(s); m != nil {
		month, _ := strconv.Atoi(m[2]) // digits
		day, _ := strconv.Atoi(m[3])
		iso := m[1] + "-" + two(month) + "-" + two(day)
		_, err := time.Parse(time.DateOnly, iso)
		return iso, err == nil
	}
	whole, _, _ := strings.Cut(s, ".")
	if n, err := strconv.Atoi(whole); err == nil && n > 10_000 && n < 80_000 {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			return excelBegin.AddDate(0, 0, n).Format(time.DateOnly), true
		}
	}
	return s, false
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// Amount makes a number of what people write in a cell for money: without the
// currency and the marks between thousands.
func Amount(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r == '.', r == ',', r == '-':
			return r
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		}
		return -1
	}, s)
	// 1.234,50: the last mark is the decimal one, if two digits or fewer follow it.
	comma, point := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	if comma > point && len(s)-comma-1 <= 2 && strings.Count(s, ",") == 1 {
		return strings.ReplaceAll(s[:comma], ".", "") + "." + s[comma+1:]
	}
	return strings.ReplaceAll(s, ",", "")
}
