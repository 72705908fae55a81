package web_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"tinye/bot/web"
)

func TestShutdownWaitsForHandlers(t *testing.T) {
	d := &desk{entered: make(chan struct{}), release: make(chan struct{})}
	s := open(t, d, func(o *web.Options) { o.Timeout = time.Minute })
	answered := make(chan answer, 1)
	go func() { answered <- s.do(t, "POST", hook("mo"), sms("a")) }()
	<-d.entered

	down := make(chan error, 1)
	go func() { down <- s.Shutdown(context.Background()) }()
	waitRefused(t, s.addr)
	select {
	case err := <-down:
		t.Fatalf("Shutdown returned while a handler ran: %v", err)
	case err := <-s.served:
		t.Fatalf("Serve returned while a handler ran: %v", err)
	default:
	}
	close(d.release)
	if err := <-down; err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if err := <-s.served; err != nil {
		t.Errorf("serve: %v", err)
	}
	s.served <- nil // for the cleanup
	compare(t, "the message in hand", d.counts()[0], 1)
	compare(t, "its answer", (<-answered).status, 200)
}

func TestShutdownGivesUpAtItsDeadline(t *testing.T) {
	d := &desk{entered: make(chan struct{}), release: make(chan struct{})}
	s := open(t, d, func(o *web.Options) { o.Timeout = time.Minute })
	answered := make(chan answer, 1)
	go func() { answered <- s.do(t, "POST", hook("mo"), sms("a")) }()
	<-d.entered
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("shutdown: %v", err)
	}
	if err := <-s.served; err != nil {
		t.Errorf("serve: %v", err)
	}
	s.served <- nil // for the cleanup
	close(d.release)
	<-answered
}

// A shutdown may come before the listener does.
func TestShutdownFirst(t *testing.T) {
	s, err := web.New(options(&desk{}, &carrier{}, &logged{}))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(ln); err != nil {
		t.Errorf("serve: %v", err)
	}
}

// slowStart is a listener that keeps whoever asks for its address, as Fiber does before it takes connections.
type slowStart struct {
	net.Listener
	asked, release chan struct{}
}

func (l slowStart) Addr() net.Addr {
	l.asked <- struct{}{}
	<-l.release
	return l.Listener.Addr()
}

// A shutdown may also come while the server starts; nothing must be taken afterwards.
func TestShutdownWhileStarting(t *testing.T) {
	s, err := web.New(options(&desk{}, &carrier{}, &logged{}))
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slow := slowStart{ln, make(chan struct{}, 10), make(chan struct{})}
	served := make(chan error, 1)
	go func() { served <- s.Serve(slow) }()
	<-slow.asked
	if err := s.Shutdown(context.Background()); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	close(slow.release)
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
}

// A keep-alive connection without a request must not hold the shutdown up.
func TestShutdownClosesIdleConnections(t *testing.T) {
	s := open(t, &desk{}, nil)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1024)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if err := <-s.served; err != nil {
		t.Errorf("serve: %v", err)
	}
	s.served <- nil // for the cleanup
}

// waitRefused returns once no connection is taken any more.
func waitRefused(t *testing.T, addr string) {
	t.Helper()
	for {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		conn.Close()
	}
}
