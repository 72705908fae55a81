package gatewaytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

// Fault is a way in which the network or the carrier fails.
type Fault string

// Faults.
const (
	Refused  Fault = "refused"   // nobody listens
	NoAnswer Fault = "no_answer" // no connection comes about until the deadline
	Hang     Fault = "hang"      // the request is read and never answered
	Cut      Fault = "cut"       // the request is read and the connection closed
	Half     Fault = "half"      // the status line comes, the body breaks off
)

// Outbound is one message, what must go over the wire, and what the carrier answers.
type Outbound struct {
	Name    string
	Message gateway.Message // the zero message stands for Sample

	// The carrier's answer.
	Fault  Fault
	Status int
	Header map[string]string
	Body   string

	// What must be on the wire; "" and nil are not checked; a header wanted as "" must be absent.
	WantNothing bool
	WantMethod  string
	WantPath    string
	WantHeader  map[string]string
	WantBody    string
	WantJSON    map[string]any

	// What Send must return.
	WantID  string
	WantErr *gateway.SendError // Err is not compared
}

func (o Outbound) message() gateway.Message {
	if o.Message.ID.IsZero() {
		return Sample()
	}
	return o.Message
}

// networkFaults hold for every adapter: what cannot have left is tried again, what may have arrived is unknown.
func networkFaults() []Outbound {
	notSent := func(code string) *gateway.SendError {
		return &gateway.SendError{Code: code, Retryable: true, Gateway: true}
	}
	maybe := func(code string) *gateway.SendError {
		return &gateway.SendError{Code: code, Maybe: true, Gateway: true}
	}
	return []Outbound{
		{Name: "network/connection refused", Fault: Refused, WantErr: notSent(gateway.SendUnreachable)},
		{Name: "network/no connection in time", Fault: NoAnswer, WantErr: notSent(gateway.SendTimeout)},
		{Name: "network/no answer in time", Fault: Hang, WantErr: maybe(gateway.SendTimeout)},
		{Name: "network/cut before the answer", Fault: Cut, WantErr: maybe(gateway.SendCut)},
		{
			Name: "network/redirect elsewhere", Status: http.StatusTemporaryRedirect,
			Header:  map[string]string{"Location": "http://127.0.0.1:1/elsewhere"},
			WantErr: &gateway.SendError{Code: gateway.SendRefused, Retryable: true, Gateway: true, External: "307"},
		},
		{
			Name: "network/status 500", Status: http.StatusInternalServerError,
			WantErr: &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: "500"},
		},
	}
}

// seen is what the carrier got.
type seen struct {
	method, path string
	header       http.Header
	body         []byte
}

func runOutbound(t *testing.T, newGateway New, o Outbound, secrets []string) {
	requests := make(chan seen, 10)
	carrier := httptest.NewServer(carrierHandler(o, requests))
	c := client(t)
	address := carrier.URL + "/send"
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	switch o.Fault {
	case Refused:
		carrier.Close()
	case NoAnswer:
		ctx, cancel = context.WithTimeout(ctx, 20*time.Millisecond)
		defer cancel()
		c.Transport.(*guard).DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
	case Hang:
		ctx, cancel = context.WithTimeout(ctx, 200*time.Millisecond)
		defer cancel()
	}
	g := newGateway(t, address, Callback, c)
	m := o.message()
	id, err := g.Send(ctx, m)
	carrier.CloseClientConnections()
	carrier.Close() // waits for its handlers
	if used := c.Transport.(*guard).requests.Load() > 0; used == o.WantNothing {
		t.Errorf("the given client was used: %v, want %v", used, !o.WantNothing)
	}
	checkResult(t, o, id, err)
	if err != nil {
		mustNotHold(t, "error", fmt.Sprintf("%v %+v", err, err), append(hidden(m), secrets...))
	}
	close(requests)
	var got []seen
	for r := range requests {
		got = append(got, r)
	}
	if len(got) > 1 {
		t.Fatalf("the message went over the wire %d times", len(got))
	}
	if len(got) == 0 {
		if o.WantMethod != "" {
			t.Fatal("nothing went over the wire")
		}
		return
	}
	checkWire(t, o, got[0])
}

func carrierHandler(o Outbound, requests chan<- seen) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		requests <- seen{r.Method, r.URL.RequestURI(), r.Header.Clone(), body}
		switch o.Fault {
		case Hang:
			<-r.Context().Done()
			return
		case Cut:
			panic(http.ErrAbortHandler)
		case Half:
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(o.Status)
			_, _ = io.WriteString(w, o.Body)
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		for k, v := range o.Header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(o.Status)
		_, _ = io.WriteString(w, o.Body)
	})
}

func checkResult(t *testing.T, o Outbound, id string, err error) {
	t.Helper()
	if o.WantErr == nil {
		if err != nil {
			t.Fatalf("send: %v", err)
		}
		if id != o.WantID {
			t.Errorf("the carrier's id = %q, want %q", id, o.WantID)
		}
		return
	}
	got, ok := errors.AsType[*gateway.SendError](err)
	if !ok {
		t.Fatalf("send gives %v, want a SendError %s", err, o.WantErr.Code)
	}
	bare := *got
	bare.Err = nil
	if bare != *o.WantErr {
		t.Errorf("send error = %+v, want %+v (cause: %v)", bare, *o.WantErr, got.Err)
	}
	if got.Maybe && got.Retryable {
		t.Error("a message that may have been taken must not be retryable")
	}
}

func checkWire(t *testing.T, o Outbound, got seen) {
	t.Helper()
	if o.WantMethod != "" && got.method != o.WantMethod {
		t.Errorf("method %s, want %s", got.method, o.WantMethod)
	}
	if o.WantPath != "" && got.path != o.WantPath {
		t.Errorf("path and query %s, want %s", got.path, o.WantPath)
	}
	for k, v := range o.WantHeader {
		if _, there := got.header[http.CanonicalHeaderKey(k)]; got.header.Get(k) != v || v == "" && there {
			t.Errorf("header %s: %q, want %q", k, got.header.Get(k), v)
		}
	}
	if o.WantBody != "" && string(got.body) != o.WantBody {
		t.Errorf("body %q, want %q", got.body, o.WantBody)
	}
	if o.WantJSON != nil {
		var fields map[string]any
		if err := json.Unmarshal(got.body, &fields); err != nil {
			t.Fatalf("body is no JSON object: %v", err)
		}
		if !reflect.DeepEqual(fields, o.WantJSON) {
			t.Errorf("body %v, want %v", fields, o.WantJSON)
		}
	}
}

// Message is Sample with another number, text and encoding.
func Message(number, text string, e bot.Encoding, parts int) gateway.Message {
	m := Sample()
	m.To.Value, m.Text, m.Encoding, m.Parts = number, text, e, parts
	return m
}
