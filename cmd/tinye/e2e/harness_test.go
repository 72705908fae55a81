// Package e2e runs the built program from outside: as a process of its own, over real HTTP, a real socket and a real
// disk. It holds tests only.
//
//	s := NewSite(t, config)                        // a folder with a configuration
//	p := Start(t, s, "serve", "--config", s.Config)
//	p.Ready(t)                                     // /readyz answers "ready"
//	out, errs, code := p.Run(t, "report", "list")  // the command line, against this process
//	p.Kill9(t)                                     // as a power cut would, but for the page cache
//
// A test ends only processes that it started itself, by their id.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// readyWithin is how long a start may take: a loaded machine with one slow disk, not a target.
	readyWithin = 30 * time.Second
	// stopWithin is what the program promises for a graceful stop (10 s), and a little for the machine.
	stopWithin = 12 * time.Second
	// runWithin is how long one command may take.
	runWithin = 60 * time.Second
)

// built is the program, built once per test run into a folder that TestMain removes.
var built struct {
	once sync.Once
	dir  string
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Build gives the path of the program, as a release is built: without cgo.
func Build(t testing.TB) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "tinye-e2e-"); built.err != nil {
			return
		}
		cmd := exec.Command("go", "build", "-trimpath", "-o", built.dir, "tinye/cmd/tinye")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.dir, "tinye")
}

// Site is a folder that one hotline lives in.
type Site struct {
	Dir    string // everything is below it
	Config string // path of the configuration file; "" for the demo, which needs none
	URL    string // of the web listener, such as http://127.0.0.1:40321
	Socket string // path of the admin socket
	// Wrap is put before the program, such as strace -D -o FILE. It must end by becoming the program (or, as strace -D,
	// by running beside it), so that the process id is the program's.
	Wrap []string
	Env  []string // further NAME=value
}

// NewSite makes an empty folder, and picks a free port for the web listener. write gets the site and returns the
// configuration file's text; nil makes none. The folder's path is short: the path of a socket has at most 107 bytes.
func NewSite(t testing.TB, write func(Site) string) Site {
	t.Helper()
	dir, err := os.MkdirTemp("", "tinye-site-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	s := Site{Dir: dir, URL: "http://" + FreeAddr(t), Socket: filepath.Join(dir, "admin.sock")}
	if write != nil {
		s.Config = filepath.Join(dir, "tinye.toml")
		if err := os.WriteFile(s.Config, []byte(write(s)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Listen is the address in URL, as a configuration wants it: 127.0.0.1:40321.
func (s Site) Listen() string { return strings.TrimPrefix(s.URL, "http://") }

// FreeAddr is an address on this machine that nobody listened on a moment ago.
func FreeAddr(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// Process is one running program.
type Process struct {
	Site
	Pid  int
	cmd  *exec.Cmd
	log  *log
	done chan struct{} // closed when the process has ended
}

// Start starts the program with a command line in the site's folder and returns at once. What still runs when the test
// ends is killed; what it wrote is shown if the test failed.
func Start(t testing.TB, s Site, args ...string) *Process {
	t.Helper()
	line := append(append(append([]string{}, s.Wrap...), Build(t)), args...)
	p := &Process{Site: s, cmd: exec.Command(line[0], line[1:]...), log: new(log), done: make(chan struct{})}
	p.cmd.Dir = s.Dir
	p.cmd.Env = append(os.Environ(), s.Env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.Pid = p.cmd.Process.Pid
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // how it ended is in ProcessState
	}()
	t.Cleanup(func() {
		p.kill()
		<-p.done
		if t.Failed() {
			t.Logf("%s wrote:\n%s", strings.Join(args, " "), p.Log())
		}
	})
	return p
}

// Ready waits until the program can store messages.
func (p *Process) Ready(t testing.TB) {
	t.Helper()
	p.Await(t, "ready")
}

// Await waits until /readyz answers with a word: ready, locked, full, broken, closed.
func (p *Process) Await(t testing.TB, word string) {
	t.Helper()
	last := ""
	Eventually(t, readyWithin, func() error {
		select {
		case <-p.done:
			t.Fatalf("the program ended (exit %d):\n%s", p.cmd.ProcessState.ExitCode(), p.Log())
		default:
		}
		body, err := get(p.URL + "/readyz")
		if err != nil {
			return err
		}
		if last = body; last != word {
			return fmt.Errorf("readyz says %q, not %q", last, word)
		}
		return nil
	})
}

// Kill9 ends the program without a chance to do anything, and waits until it is gone.
func (p *Process) Kill9(t testing.TB) {
	t.Helper()
	p.kill()
	<-p.done
}

func (p *Process) kill() {
	// Of a process that has ended, os knows so and sends nothing: the id may be another's by then.
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
}

// Stop asks the program to end, as systemd and Ctrl-C do, and returns its exit code.
func (p *Process) Stop(t testing.TB) int {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return p.Exit(t, stopWithin)
}

// Exit waits until the program has ended by itself and returns its exit code.
func (p *Process) Exit(t testing.TB, within time.Duration) int {
	t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(within):
		t.Fatalf("the program still runs after %v:\n%s", within, p.Log())
		return -1
	}
}

// Forget drops what a process that has ended wrote, for tests that start very many.
func (p *Process) Forget() {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	p.log.b = bytes.Buffer{}
}

// Log is what the program wrote so far, on either stream.
func (p *Process) Log() string { return p.log.String() }

// Run runs one command line against the process: in its folder, with its socket in TINYE_SOCKET.
func (p *Process) Run(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return Run(t, p.Site, args...)
}

// Run runs one command line in a site's folder, whether a hotline runs there or not.
func Run(t testing.TB, s Site, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	return RunInput(t, s, "", args...)
}

// RunInput is Run with something on the standard input.
func RunInput(t testing.TB, s Site, input string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), runWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, Build(t), args...)
	cmd.Dir = s.Dir
	cmd.Env = append(append(os.Environ(), "TINYE_SOCKET="+s.Socket), s.Env...)
	var out, errs bytes.Buffer
	cmd.Stdin = strings.NewReader(input)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && (!exited || ctx.Err() != nil) {
		t.Fatalf("tinye %s: %v\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// Eventually tries until try returns nil, and fails the test with its last error when the time is up.
func Eventually(t testing.TB, within time.Duration, try func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := try()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %v: %v", within, err)
		}
		time.Sleep(20 * time.Millisecond) // another process: there is nothing to wait on
	}
}

func get(url string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// log collects what a process writes.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
