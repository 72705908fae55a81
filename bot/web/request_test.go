package web_test

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"testing"
)

// Fiber reuses a connection's memory for the next request. What the first request held must not change under whoever
// keeps it, here the adapter's Request and the hotline's Inbound.
func TestFirstMessageSurvivesTheNext(t *testing.T) {
	s := open(t, &desk{}, nil)
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	answers := bufio.NewReader(conn)
	// Same lengths everywhere, so that a later request would lie exactly over the first.
	post := func(n int) (query, body string) {
		query = fmt.Sprintf("campaign=%d%d%d", n, n, n)
		body = url.Values{
			"id": {fmt.Sprintf("id-%d", n)}, "from": {fmt.Sprintf("+2237000000%d", n)}, "text": {fmt.Sprintf("telling number %d", n)},
		}.Encode()
		fmt.Fprintf(conn, "POST %s?%s HTTP/1.1\r\nHost: host-%d\r\nX-SIGNATURE: sig-%d\r\nX-Twice: a\r\nX-Twice: b-%d\r\n"+
			"Content-Type: application/x-form-%d\r\nContent-Length: %d\r\n\r\n%s", hook("mo"), query, n, n, n, n, len(body), body)
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			t.Fatal(err)
		}
		compare(t, "status", res.StatusCode, 200)
		return query, body
	}

	query, body := post(1)
	for n := 2; n <= 4; n++ {
		post(n)
	}
	if n := s.desk.counts(); n != [3]int{4, 0, 0} {
		t.Fatalf("received, delivered, quarantined: %v", n)
	}

	first := s.carrier.requests()[0]
	compare(t, "method", first.Method, "POST")
	compare(t, "raw query", first.RawQuery, query)
	compare(t, "query", first.Query.Get("campaign"), "111")
	compare(t, "content type", first.ContentType, "application/x-form-1")
	compare(t, "body", string(first.Body), body)
	want := map[string]string{
		"Host": "host-1", "X-Signature": "sig-1", "X-Twice": "b-1", "Content-Type": "application/x-form-1",
		"Content-Length": fmt.Sprint(len(body)),
	}
	if !maps.Equal(first.Header, want) {
		t.Errorf("headers: got %q, want %q", first.Header, want)
	}
	in := s.desk.received[0]
	compare(t, "external id", in.ExternalID, "id-1")
	compare(t, "sender", in.Sender, "+22370000001")
	compare(t, "text", string(in.Text), "telling number 1")
}

// What goes to quarantine must be the carrier's bytes, also where a framework would unpack them, or refuse them because
// the parts never end.
func TestBodiesStayRaw(t *testing.T) {
	for _, header := range []string{
		"Content-Type: multipart/form-data; boundary=x",
		"Content-Type: application/json\r\nContent-Encoding: gzip",
	} {
		s := open(t, &desk{}, nil)
		body := "--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n50%zz\r\n--y--\r\n"
		raw(t, s.addr, fmt.Sprintf("POST %s HTTP/1.1\r\nHost: tinye\r\n%s\r\nContent-Length: %d\r\n\r\n%s", hook("mo"), header, len(body), body))
		if n := s.desk.counts(); n != [3]int{0, 0, 1} {
			t.Fatalf("%s: received, delivered, quarantined: %v", header, n)
		}
		compare(t, header, string(s.desk.quarantined[0].Body), body)
	}
}
