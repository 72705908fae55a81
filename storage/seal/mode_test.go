package seal_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinye/storage/seal"
)

func TestOpenToOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tinye.key")
	if _, err := seal.NewMasterKey(path, seal.MasterOptions{Created: time.Now()}); err != nil {
		t.Fatal(err)
	}
	for mode, open := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		f, err := seal.ReadMasterKey(path)
		if err != nil || f.OpenToOthers() != open {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}
