package e2e

import (
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// program is another's program that runs beside the hotline.
type program struct {
	name string
	cmd  *exec.Cmd
	log  *log
	done chan struct{}
}

// startProgram starts a program in a folder. It is stopped when the test ends; what it wrote is shown if the test failed.
func startProgram(t testing.TB, dir, name string, args ...string) *program {
	t.Helper()
	p := &program{name: name, cmd: exec.Command(name, args...), log: new(log), done: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.done)
		_ = p.cmd.Wait() // how it ended is in ProcessState
	}()
	t.Cleanup(func() {
		p.stop(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("%s wrote:\n%s", name, p.log)
		}
	})
	return p
}

// stop asks the program to end, and ends it if it does not within 15 s (a bearerbox takes 5).
func (p *program) stop(by syscall.Signal) {
	_ = p.cmd.Process.Signal(by)
	select {
	case <-p.done:
	case <-time.After(15 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// running fails the test if the program has ended.
func (p *program) running(t testing.TB) {
	t.Helper()
	select {
	case <-p.done:
		t.Fatalf("%s ended (exit %d):\n%s", p.name, p.cmd.ProcessState.ExitCode(), p.log)
	default:
	}
}
