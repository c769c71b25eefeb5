package app

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// folderLock keeps a second server from the same data folder. The operating
// system gives it back when the process ends, however it ends.
type folderLock struct{ file *flock.Flock }

func (l *folderLock) release() error { return l.file.Unlock() }

// openFolder makes the data folder, checks that it can be written, and with
// exclusive locks it.
func (a *App) openFolder(exclusive bool) error {
	dir := a.o.Config.Data
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("the data folder %s cannot be made: %w. Choose another with --data, or give this user the right to write there", dir, err)
	}
	probe, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be written: %w. Choose another with --data, or give this user the right to write there", dir, err)
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	if !exclusive {
		return nil
	}
	lock := flock.New(filepath.Join(dir, "server.lock"))
	got, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("the lock file in %s: %w", dir, err)
	}
	if !got {
		return fmt.Errorf("another heed server is running on the data folder %s. Stop it first, or give this one a folder of its own with --data", dir)
	}
	a.lock = &folderLock{lock}
	return nil
}
