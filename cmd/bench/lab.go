package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// Parts that this program plays as a process of its own.
const (
	roleServe  = "serve"
	roleLoad   = "load"
	roleFill   = "fill"
	roleImport = "import" // brings a list in
)

// lab is where the benchmarks run: a folder on the disk to be measured, and processes of our own.
type lab struct {
	plan
	self     string // this program's file
	dir      string // removed by close
	profile  string // file for the server's CPU profile, "" for none
	allocs   string // file for the profile of what it allocated, "" for none
	profiled int    // connections of the run that is profiled
	progress io.Writer

	known  string // a data folder with the known senders and no message
	filled *full  // made by million
	runs   uint32 // load generators started: makes their messages' ids differ
}

// tmpfs is the kernel's number for a file system in memory (statfs(2)).
const tmpfs = 0x01021994

func newLab(p plan, folder string, progress io.Writer) (*lab, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return nil, fmt.Errorf("statfs %s: %w", folder, err)
	}
	if int64(fs.Type) == tmpfs {
		return nil, fmt.Errorf("%s is in memory (tmpfs), where a commit costs nothing: name a folder on a disk with -dir", folder)
	}
	dir, err := os.MkdirTemp(folder, "run-")
	if err != nil {
		return nil, err
	}
	return &lab{plan: p, self: self, dir: dir, progress: progress}, nil
}

func (l *lab) close() error { return os.RemoveAll(l.dir) }

func (l *lab) say(format string, args ...any) { fmt.Fprintf(l.progress, format+"\n", args...) }

// fresh is a new data folder with the known senders and no message.
func (l *lab) fresh(ctx context.Context) (string, error) {
	if l.known == "" {
		known := filepath.Join(l.dir, "known")
		if err := l.fill(ctx, fillOptions{Dir: known}); err != nil {
			return "", err
		}
		l.known = known
	}
	dir, err := os.MkdirTemp(l.dir, "data-")
	if err != nil {
		return "", err
	}
	return dir, os.CopyFS(dir, os.DirFS(l.known))
}

// outcome is what one run gave.
type outcome struct {
	load   loaded
	server served
	grown  int64 // bytes by which the database grew, where the mode stores
}

// run starts a server on a data folder, loads it from so many connections, stops it and compares what both counted.
func (l *lab) run(ctx context.Context, s serveOptions, connections int) (o outcome, err error) {
	if connections == l.profiled {
		s.Profile, s.MemProfile = l.profile, l.allocs
	}
	server, err := l.start(ctx, roleServe, s)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, server.end()) }()
	var hello greeting
	if err := server.read(&hello); err != nil {
		return o, err
	}
	l.runs++
	generator, err := l.start(ctx, roleLoad, loadOptions{
		Mode: s.Mode, Addr: hello.Addr, Connections: connections, Warmup: l.warmup, Window: l.window, Run: l.runs,
	})
	if err != nil {
		return o, err
	}
	if err := errors.Join(generator.read(&o.load), generator.end()); err != nil {
		return o, err
	}
	if err := server.stdin.Close(); err != nil {
		return o, err
	}
	if err := server.read(&o.server); err != nil {
		return o, err
	}
	if o.load.Answered != o.server.Handled || o.load.Others > 0 {
		return o, fmt.Errorf("%s, %d connections: %d requests were answered 200 and %d otherwise, but %d were handled to the end",
			s.Mode, connections, o.load.Answered, o.load.Others, o.server.Handled)
	}
	if o.load.Complete != o.server.Complete {
		return o, fmt.Errorf("%s, %d connections: %d reports were told to their end, but %d are in the database",
			s.Mode, connections, o.load.Complete, o.server.Complete)
	}
	l.say("  %-8s %3d connections: %6.0f/s, p50 %7.2f ms, p99 %7.2f ms; %s", s.Mode, connections,
		o.rate(l.window), o.load.P50, o.load.P99, o.server)
	return o, nil
}

// rate is the requests answered in the window, a second.
func (o outcome) rate(window time.Duration) float64 {
	return float64(o.load.InWindow) / window.Seconds()
}

// fill runs the part that makes a data folder.
func (l *lab) fill(ctx context.Context, o fillOptions) error {
	p, err := l.start(ctx, roleFill, o)
	if err != nil {
		return err
	}
	return p.end()
}

// process is one part of ours that runs. It ends when its stdin does, so it does not outlive us.
type process struct {
	role  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
}

func (l *lab) start(ctx context.Context, role string, options any) (*process, error) {
	arg, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, l.self, role, string(arg))
	cmd.Stderr = l.progress
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", role, err)
	}
	return &process{role: role, cmd: cmd, stdin: in, out: bufio.NewReader(out)}, nil
}

// read reads the next line that the process prints, a JSON object.
func (p *process) read(into any) error {
	line, err := p.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("%s %d ended early: %w", p.role, p.cmd.Process.Pid, err)
	}
	if err := json.Unmarshal(line, into); err != nil {
		return fmt.Errorf("%s printed no JSON: %w", p.role, err)
	}
	return nil
}

// patience is how long a process may take to end once it was asked to.
const patience = 30 * time.Second

// end asks the process to end, kills it if it does not, and waits for it.
func (p *process) end() error {
	if err := p.stdin.Close(); err != nil && !errors.Is(err, os.ErrClosed) {
		return err
	}
	if p.role == roleServe {
		kill := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() }) // Wait then says so
		defer kill.Stop()
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s %s: %w", p.role, strconv.Itoa(p.cmd.Process.Pid), err)
	}
	return nil
}
