package web_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// raw sends bytes as they are, closes its half of the connection, and gives everything that came back.
func raw(t *testing.T, addr, request string) string {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(conn)
	if err != nil && len(b) == 0 { // bytes that nobody read may reset the connection after the answer
		t.Fatal(err)
	}
	return string(b)
}

// Each request is malformed, or framed in a way that a proxy may read otherwise, and carries a second request that must
// never be handled. The table is that of the measurements with older versions of fasthttp, which accepted some of them.
func TestFraming(t *testing.T) {
	head := "POST " + hook("mo") + " HTTP/1.1\r\nHost: tinye\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	first := sms("first")
	hidden := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: tinye\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		hook("mo"), len(sms("hidden")), sms("hidden"))
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(first), first)
	length := func(n int) string { return fmt.Sprintf("Content-Length: %d\r\n", n) }

	tests := []struct {
		name, request string
		status        string // of the one answer
	}{
		{"Content-Length and chunked, a request inside", head + length(len(chunked)+len(hidden)) + "Transfer-Encoding: chunked\r\n\r\n" + chunked + hidden, "400"},
		{"chunked and Content-Length", head + "Transfer-Encoding: chunked\r\n" + length(len(chunked)) + "\r\n" + chunked + hidden, "400"},
		{"chunked alone, well formed", head + "Transfer-Encoding: chunked\r\n\r\n" + chunked + hidden, "400"},
		{"chunked in other letters", head + "tRANSFER-eNCODING: Chunked\r\n\r\n" + chunked + hidden, "400"},
		{"GET, chunked", "GET " + hook("mo?"+first) + " HTTP/1.1\r\nHost: tinye\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + hidden, "400"},
		{"chunked to a wrong path", "POST /in/x HTTP/1.1\r\nHost: tinye\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked + hidden, "400"},
		{"two different Content-Length", head + length(len(first)) + length(len(first)+len(hidden)) + "\r\n" + first + hidden, "400"},
		{"a list of Content-Length", head + "Content-Length: 5, 50\r\n\r\n" + first + hidden, "400"},
		{"a signed Content-Length", head + fmt.Sprintf("Content-Length: +%d\r\n\r\n", len(first)) + first + hidden, "400"},
		{"a negative Content-Length", head + "Content-Length: -1\r\n\r\n" + first + hidden, "400"},
		{"HTTP/1.0 and chunked", strings.Replace(head, "HTTP/1.1", "HTTP/1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n" + chunked + hidden, "400"},
		{"xchunked", head + "Transfer-Encoding: xchunked\r\n\r\n" + chunked + hidden, "400"},
		{"identity", head + "Transfer-Encoding: identity\r\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"gzip, chunked", head + "Transfer-Encoding: gzip, chunked\r\n\r\n" + chunked + hidden, "400"},
		{"an empty Transfer-Encoding", head + "Transfer-Encoding:\r\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"LF in a chunk extension", head + "Transfer-Encoding: chunked\r\n\r\n5;a\n\r\nxxxxx\r\n0\r\n\r\n" + hidden, "400"},
		{"bare LF after headers", strings.ReplaceAll(head, "\r\n", "\n") + fmt.Sprintf("Content-Length: %d\n\n", len(first)) + first + hidden, "400"},
		{"bare LF after one header", head + "X-Note: a\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"bare LF alone", strings.ReplaceAll(head, "\r\n", "\n") + fmt.Sprintf("Content-Length: %d\n\n", len(first)) + first, "400"},
		{"two Host headers", head + "Host: other\r\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"space before the colon", head + fmt.Sprintf("Content-Length : %d\r\n\r\n", len(first)) + first + hidden, "400"},
		{"a folded header", head + "X-Note: a\r\n b\r\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"NUL in a header", head + "X-Note: a\x00b\r\n" + length(len(first)) + "\r\n" + first + hidden, "400"},
		{"a body over the limit", head + length(64<<10+1) + "\r\n", "413"},
		{"a chunked body over the limit", head + "Transfer-Encoding: chunked\r\n\r\n10001\r\n", "413"},
		{"an unknown method", strings.Replace(head, "POST", "BREW", 1) + length(len(first)) + "Connection: close\r\n\r\n" + first + hidden, "400"},
		{"no HTTP", "hello\r\n\r\n" + hidden, "400"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, &desk{}, nil)
			got := raw(t, s.addr, tt.request)
			if !strings.HasPrefix(got, "HTTP/1.1 "+tt.status+" ") {
				t.Errorf("want one answer with status %s, got:\n%s", tt.status, got)
			}
			if n := strings.Count(got, "HTTP/1.1 "); n != 1 {
				t.Errorf("%d answers:\n%s", n, got)
			}
			if !strings.Contains(got, "Connection: close\r\n") {
				t.Errorf("the connection is not closed:\n%s", got)
			}
			if n := s.desk.counts(); n != [3]int{} {
				t.Errorf("something was handled or quarantined: %v", n)
			}
		})
	}
}

// A body that is itself a request stays a body, whatever the method.
func TestRequestInsideABody(t *testing.T) {
	inside := "POST " + hook("mo") + " HTTP/1.1\r\nHost: tinye\r\nContent-Length: 0\r\n\r\n"
	for _, method := range []string{"GET", "POST"} {
		s := open(t, &desk{}, nil)
		got := raw(t, s.addr, fmt.Sprintf("%s %s HTTP/1.1\r\nHost: tinye\r\nContent-Length: %d\r\n\r\n%s", method, hook("mo?x=1"), len(inside), inside))
		if n := strings.Count(got, "HTTP/1.1 200"); n != 1 || len(s.carrier.requests()) != 1 {
			t.Fatalf("%s: %d answers, %d requests at the adapter:\n%s", method, n, len(s.carrier.requests()), got)
		}
		compare(t, method+"'s body", string(s.carrier.requests()[0].Body), inside)
	}
}

// A caller that stops halfway gets nothing handled.
func TestHalfARequest(t *testing.T) {
	s := open(t, &desk{}, nil)
	body := sms("a")
	raw(t, s.addr, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: tinye\r\nContent-Length: %d\r\n\r\n%s", hook("mo"), len(body)+1, body))
	if n := s.desk.counts(); n != [3]int{} {
		t.Errorf("something was handled: %v", n)
	}
}
