package e2e

import (
	"io"
	"net"
	"syscall"
	"testing"
	"time"
)

// While the first signal waits for a request of which only the half came, the second ends the program at once; nothing is
// lost by that, as by no kill.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	s := NewSite(t, nil)
	demo := []string{"demo", "--web", s.Listen(), "--phones", FreeAddr(t)}
	p := Start(t, s, demo...)
	p.Ready(t)
	conn, err := net.Dial("tcp", s.Listen())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /in/x/sim/mo HTTP/1.1\r\nHost: tinye\r\nContent-Length: 50\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	if _, err := get(s.URL + "/healthz"); err != nil { // so the connection before it is known
		t.Fatal(err)
	}
	signal := func() {
		if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	signal()
	Eventually(t, readyWithin, func() error { return mustContain(p.Log(), "msg=stopping") })
	signal()
	if code := p.Exit(t, 2*time.Second); code == 0 {
		t.Error("it ended as if all was done")
	}
	again := Start(t, s, demo...)
	again.Ready(t)
}
