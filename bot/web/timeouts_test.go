package web_test

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"tinye/bot/web"
)

// hasty is a listener whose connections' read deadlines come a hundred times sooner.
type hasty struct{ net.Listener }

func (l hasty) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return hastyConn{conn}, err
}

type hastyConn struct{ net.Conn }

func (c hastyConn) SetReadDeadline(at time.Time) error {
	if !at.IsZero() {
		at = time.Now().Add(time.Until(at) / 100)
	}
	return c.Conn.SetReadDeadline(at)
}

// Callers that send nothing, stop halfway or stay silent after a request must not keep their connection.
func TestSlowCallersAreCutOff(t *testing.T) {
	s, err := web.New(options(&desk{}, &carrier{}, &logged{}))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(hasty{ln}) }()
	for name, sent := range map[string]string{
		"nothing":        "",
		"half a head":    "POST " + hook("mo") + " HTTP/1.1\r\nHost: x\r\n",
		"half a body":    "POST " + hook("mo") + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
		"and then idles": "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		conn, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(8 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(conn); err != nil {
			t.Errorf("%s: the connection stays open: %v", name, err)
		}
		conn.Close()
	}
	if err := errors.Join(s.Shutdown(t.Context()), <-served); err != nil {
		t.Error(err)
	}
}
