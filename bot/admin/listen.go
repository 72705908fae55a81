package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// ErrInUse tells that another process answers on the socket.
var ErrInUse = errors.New("admin: another Tinye is running: it answers on this socket")

// othersWrite are the permissions with which others could put a socket of theirs in the place of ours.
const othersWrite fs.FileMode = 0o022

// Listen makes the socket, mode 0600, in a directory that others cannot write to. A socket that an earlier process left
// behind is removed, but only if nobody answers on it; otherwise the error is ErrInUse.
func Listen(path string) (net.Listener, error) {
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("admin: the directory of the socket: %w", err)
	}
	if info.Mode().Perm()&othersWrite != 0 && info.Mode()&fs.ModeSticky == 0 {
		return nil, fmt.Errorf("admin: others may write to %s, the directory of the socket: take that right from them (chmod go-w)", dir)
	}
	if err := removeStale(path); err != nil {
		return nil, err
	}
	// Linux gives the socket in the file system the mode of the descriptor, so nobody can connect before it is closed to
	// others. (A umask would do the same, for every other file that the process makes meanwhile too.)
	lc := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var chmod error
		if err := c.Control(func(fd uintptr) { chmod = syscall.Fchmod(int(fd), 0o600) }); err != nil {
			return err
		}
		return chmod
	}}
	ln, err := lc.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, fmt.Errorf("admin: listen: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("admin: listen: %w", err), ln.Close())
	}
	return ln, nil
}

// removeStale removes a socket on which nobody answers.
func removeStale(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("admin: the socket: %w", err)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("admin: %s is there and is no socket: name another path", path)
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		return errors.Join(ErrInUse, conn.Close())
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("admin: the socket that is there: %w", err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("admin: the socket that an earlier process left: %w", err)
	}
	return nil
}
