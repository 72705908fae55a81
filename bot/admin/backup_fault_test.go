package admin

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"tinye/bot"
)

// A place where no copy can be written is the person's to change; any other fault is ours.
func TestBackupFaults(t *testing.T) {
	for cause, key := range map[error]string{
		syscall.ENOSPC: "desk.backup_full", syscall.EDQUOT: "desk.backup_full",
		syscall.EROFS: "desk.backup_path", fs.ErrExist: "desk.backup_path", syscall.EACCES: "desk.backup_path",
	} {
		err := backupFault(fmt.Errorf("backup: %w", &os.PathError{Op: "write", Path: "copy", Err: cause}))
		if fault, ok := errors.AsType[*bot.Error](err); !ok || fault.Key != key {
			t.Errorf("%v: %v, want %s", cause, err, key)
		}
	}
	if other := errors.New("broken"); !errors.Is(backupFault(other), other) || backupFault(nil) != nil {
		t.Error("other faults are changed")
	}
}
