package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/panicked"
	"tinye/bot/place"
)

// bodyLimit is the longest request in bytes; the longest thing anybody types is a claim or an answer.
const bodyLimit = 64 << 10

// fileLimit is the longest request with a file in it: base64 takes four bytes for three.
const fileLimit = place.MaxImport/3*4 + bodyLimit

// open is the endpoint of a function that needs the store.
func open[Q, A any](s *Server, do func(context.Context, *hotline.Service, Q) (A, error)) http.Handler {
	return always(s, func(ctx context.Context, q Q) (A, error) {
		h, ok := s.Service()
		if !ok {
			var none A
			return none, bot.Fault(bot.CodeUnavailable, "desk.locked")
		}
		a, err := do(ctx, h, q)
		if err == nil {
			err = s.veil(ctx, h, q, &a)
		}
		return a, err
	})
}

// always is the endpoint of a function that works while the store is locked, too.
func always[Q, A any](s *Server, do func(context.Context, Q) (A, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if err := decode(http.MaxBytesReader(w, r.Body, sizeLimit(r)), &q); err != nil {
			s.refuse(w, r, err)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeLimit(r))
		defer cancel()
		a, err := call(ctx, do, q)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		s.answer(w, r, http.StatusOK, a)
	})
}

// largeKey marks the requests that hold a file.
type largeKey struct{}

// large gives an endpoint room for a file.
func large(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), largeKey{}, true)))
	})
}

func sizeLimit(r *http.Request) int64 {
	if r.Context().Value(largeKey{}) != nil {
		return fileLimit
	}
	return bodyLimit
}

// slowKey marks the requests that may take long.
type slowKey struct{}

// slow gives an endpoint the time of a backup.
func slow(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// An error says that there is no deadline to move, and then there is none to miss.
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(backupIn + time.Minute))
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), slowKey{}, true)))
	})
}

func timeLimit(r *http.Request) time.Duration {
	if r.Context().Value(slowKey{}) != nil {
		return backupIn
	}
	return answerIn
}

// ZoneHeader names the site's time zone, such as Africa/Bamako, with every answer: instants are UTC, and people read them by
// the site's clock.
const ZoneHeader = "Tinye-Zone"

// call runs an endpoint, with its panic turned into an error.
func call[Q, A any](ctx context.Context, do func(context.Context, Q) (A, error), q Q) (a A, err error) {
	defer panicked.Catch(&err)
	return do(ctx, q)
}

// decode reads one JSON object and nothing else.
func decode(body io.Reader, into any) error {
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	return nil
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, status int, a any) {
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	if err := e.Encode(a); err != nil {
		s.Log.Error("admin: answer cannot be written", "path", r.URL.Path, "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if h, open := s.Service(); open && h.Site.Zone != nil {
		w.Header().Set(ZoneHeader, h.Site.Zone.String())
	}
	w.WriteHeader(status)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Warn("admin: the client went away", "path", r.URL.Path)
	}
}
