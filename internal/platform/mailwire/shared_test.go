package mailwire

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedData gives a folder of the test material that lies beside the
// project, or skips the test with a named notice.
func sharedData(t testing.TB, folder string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			data := filepath.Join(dir, "..", "shared", "data", folder)
			if _, err := os.Stat(data); err == nil {
				return data
			}
			break
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	t.Skip("NOT RUN HERE: shared data (" + folder + ")")
	return ""
}
