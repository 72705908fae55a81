package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Stable codes of SendError that every adapter shares.
const (
	SendUnreachable  = "unreachable"  // no connection; nothing was sent
	SendTimeout      = "timeout"      // no answer in time
	SendCut          = "cut"          // the connection ended before an answer
	SendCancelled    = "cancelled"    // we stopped while sending
	SendBroken       = "broken"       // the carrier answered 5xx, or what nobody understands
	SendUnauthorised = "unauthorised" // our name, password or token
	SendThrottled    = "throttled"    // slower, please
	SendBadNumber    = "bad_number"
	SendBadRequest   = "bad_request"
	SendNotRoutable  = "not_routable"
	SendNoCredit     = "no_credit"
	SendRefused      = "refused"
	SendOptedOut     = "opted_out"  // the person told the carrier to be left alone
	SendBadSender    = "bad_sender" // the name or number that we send from is not ours
	SendHeld         = "held"       // the carrier looks at it first: it may still leave
)

// maxAnswer is how much of a carrier's answer is read, in bytes; longer ones are cut.
const maxAnswer = 8 << 10

// Answer is what a carrier said to a request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // at most 8 KiB
}

// NewClient is an HTTP client for one carrier, with up to perHost idle connections. Time limits are the context's.
func NewClient(perHost int) *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: perHost,
		IdleConnTimeout:     30 * time.Second,
	}}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Exchange sends one request and reads the answer. Its error says whether the carrier may have taken the message: only a
// request of which no byte can have left is surely not sent. An answer whose body breaks off is still an answer, since
// its status line came. Redirects are not followed: a message goes to the configured address or nowhere. The request must
// not be one that net/http repeats by itself (GET, Idempotency-Key).
func Exchange(client *http.Client, req *http.Request) (*Answer, *SendError) {
	var left leftUs
	ctx := req.Context()
	straight := *client
	straight.CheckRedirect = noRedirect
	resp, err := straight.Do(req.WithContext(httptrace.WithClientTrace(ctx, left.trace())))
	if err != nil {
		return nil, exchangeError(ctx, err, left.maybe())
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		body = nil
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// Fetch sends a request that changes nothing at the carrier, such as a question for messages that it kept, and reads an
// answer of at most limit bytes; a longer one is an error. Redirects are not followed: a key in a header would go with them.
// Its error holds neither the address nor anything of the answer.
func Fetch(client *http.Client, req *http.Request, limit int64) (*Answer, error) {
	straight := *client
	straight.CheckRedirect = noRedirect
	resp, err := straight.Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err
		}
		return nil, fmt.Errorf("gateway: fetch: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, fmt.Errorf("gateway: fetch: answer: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("gateway: fetch: the answer is longer than %d bytes", limit)
	}
	return &Answer{Status: resp.StatusCode, Header: resp.Header, Body: body}, nil
}

// RetryAfter reads Retry-After in seconds (RFC 9110 §10.2.3), at most a day; a date would need the carrier's clock.
func RetryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n)*time.Second, 24*time.Hour)
}

func exchangeError(ctx context.Context, err error, maybe bool) *SendError {
	// The URL around it may hold a name or a password.
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	e := &SendError{Code: SendUnreachable, Retryable: !maybe, Maybe: maybe, Gateway: true, Err: err}
	timeout, isTimeout := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Code, e.Gateway = SendCancelled, false
	case errors.Is(err, context.DeadlineExceeded), isTimeout && timeout.Timeout():
		e.Code = SendTimeout
	case maybe:
		e.Code = SendCut
	}
	return e
}

// leftUs follows a request until its last byte was handed to the kernel. The hooks run on the transport's goroutines.
type leftUs struct {
	mu      sync.Mutex
	headers bool // headers are in the connection's buffer
	failed  bool // writing ended with an error, so the carrier cannot have the whole body
}

func (l *leftUs) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { l.set(false, false) }, // another try after one that wrote nothing
		WroteHeaders: func() {
			l.set(true, false)
		},
		WroteRequest: func(i httptrace.WroteRequestInfo) {
			l.set(true, i.Err != nil)
		},
	}
}

func (l *leftUs) set(headers, failed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.headers, l.failed = headers, failed
}

func (l *leftUs) maybe() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.headers && !l.failed
}

// Broken is the error for an answer that leaves open whether the carrier took the message: a 5xx, or one that is not in
// its documentation.
func Broken(status int) *SendError {
	return &SendError{Code: SendBroken, Maybe: true, Gateway: true, External: fmt.Sprint(status)}
}
