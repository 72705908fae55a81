package web

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot/panicked"
)

const (
	// bodyLimit is the most a carrier may post, in bytes; more is answered 413. The longest message of the air
	// interface, 255 parts of 67 UCS-2 units (3GPP TS 23.040), is below it also when written as a form.
	bodyLimit = 64 << 10
	// headLimit is the most a request line and its headers may take, in bytes; more is answered 431. Kannel and others
	// send the text in the query, where one N'Ko letter takes nine bytes: this is room for some twenty parts.
	headLimit = 16 << 10
	// connections is the most that are open at once. With headLimit and bodyLimit it bounds the memory that a flood takes.
	connections = 4096

	readTimeout  = 10 * time.Second // for one whole request, from its first byte
	writeTimeout = 10 * time.Second // for one whole response
	idleTimeout  = 30 * time.Second // between two requests on a connection
)

// App is a Fiber application with the settings of the listener that carriers reach, and no routes: limits, timeouts, a
// recovered panic, and refusals that say nothing but their status. It counts those in reg as tinye_web_refused_total.
//
// Anything mounted on it behaves at the edge as the webhooks do.
func App(log *slog.Logger, reg prometheus.Registerer) (*fiber.App, error) {
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tinye_web_refused_total",
		Help: "Requests refused at the edge, by the status of the answer.",
	}, []string{"status"})
	if err := reg.Register(refused); err != nil {
		return nil, fmt.Errorf("web: register metrics: %w", err)
	}
	app := fiber.New(fiber.Config{
		BodyLimit:                    bodyLimit,
		ReadBufferSize:               headLimit,
		Concurrency:                  connections,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		Immutable:                    true, // otherwise strings change under whoever keeps them
		StrictRouting:                true,
		CaseSensitive:                true,
		DisablePreParseMultipartForm: true, // otherwise the body is consumed, and quarantine wants its bytes
		DisableStartupMessage:        true,
		ErrorHandler:                 refuse(refused),
	})
	app.Server().CloseOnShutdown = true
	app.Use(recover.New(recover.Config{
		EnableStackTrace: true,
		StackTraceHandler: func(_ *fiber.Ctx, v any) {
			p := panicked.New(v)
			log.Error("web: panic", "type", p.Kind, "calls", p.Calls)
		},
	}), refuseOddFraming)
	return app, nil
}

// refuse answers with the status of err and nothing else: what an error says may quote the request or our files.
func refuse(refused *prometheus.CounterVec) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		status := fiber.StatusInternalServerError
		if e, ok := errors.AsType[*fiber.Error](err); ok {
			status = e.Code
		}
		refused.WithLabelValues(strconv.Itoa(status)).Inc()
		c.Response().ResetBody()
		c.Status(status)
		return nil
	}
}

// refuseOddFraming answers 400 and closes the connection when the headers leave room for doubt where the request ends.
// fasthttp reads them one way, a proxy before it perhaps another, and a second request could hide between the two.
func refuseOddFraming(c *fiber.Ctx) error {
	if !plain(c.Request().Header.RawHeaders()) {
		c.Context().SetConnectionClose()
		return fiber.ErrBadRequest
	}
	return c.Next()
}

// plain tells whether every line of a block of headers ends in CRLF, none goes on in the next, and none is a
// Transfer-Encoding: carriers send messages of known length and need none. The parsed headers would not do, because
// fasthttp joins lines and drops "Transfer-Encoding: identity" while it parses.
func plain(headers []byte) bool {
	for len(headers) > 0 {
		line, rest, _ := bytes.Cut(headers, []byte("\n"))
		if len(line) == 0 || line[len(line)-1] != '\r' || line[0] == ' ' || line[0] == '\t' {
			return false
		}
		name, _, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte(fiber.HeaderTransferEncoding)) {
			return false
		}
		headers = rest
	}
	return true
}
