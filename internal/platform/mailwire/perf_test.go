package mailwire

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkTrimLongText trims a pasted machine log, the worst that comes by
// mail: every line looks as if an attribution might start there.
func BenchmarkTrimLongText(b *testing.B) {
	var log strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&log, "2026-03-01 10:00:%02d pump %d state running pressure 7.3 bar from sensor a@b.example ok\n", i%60, i)
	}
	b.SetBytes(int64(log.Len()))
	for b.Loop() {
		Trim(log.String())
	}
}
