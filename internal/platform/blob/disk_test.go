package blob

import (
	"os"
	"strings"
	"testing"

	"heed/internal/kernel/fault"
)

func TestAFullDiskIsSaidToBeFull(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("NOT RUN HERE: /dev/full, which plays a full disk, is missing")
	}
	defer full.Close()
	_, err = fill(t.Context(), full, strings.NewReader("x"), 0)
	if fault.KeyOf(err) != "blob.disk_full" || !fault.Is(err, fault.KindUnavailable) {
		t.Errorf("got %v", err)
	}
}
