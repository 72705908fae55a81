package web

import (
	"fmt"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Ends of a webhook, as the metrics name them.
const (
	endStored      = "stored"
	endQuarantined = "quarantined"
	endTryLater    = "try_later"
)

// ends are the timers of one route, one for each end of a request, looked up once.
type ends struct {
	stored, quarantined, tryLater prometheus.Observer
}

// newTimers registers tinye_web_request_seconds; its _count is the number of requests. Its labels are names from the
// configuration and from the code, nothing that came in.
func newTimers(reg prometheus.Registerer) (*prometheus.HistogramVec, error) {
	timers := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "tinye_web_request_seconds",
		Help:    "Time from a webhook's request to its answer, by gateway, route and end.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"gateway", "route", "end"})
	if err := reg.Register(timers); err != nil {
		return nil, fmt.Errorf("web: register metrics: %w", err)
	}
	return timers, nil
}

func newEnds(timers *prometheus.HistogramVec, gatewayName, path string) ends {
	return ends{
		stored:      timers.WithLabelValues(gatewayName, path, endStored),
		quarantined: timers.WithLabelValues(gatewayName, path, endQuarantined),
		tryLater:    timers.WithLabelValues(gatewayName, path, endTryLater),
	}
}

// metrics shows the registry. To other addresses than those allowed there is no such page: how many write to a rumour
// hotline, and when, is not for everybody.
func (s *Server) metrics(reg *prometheus.Registry) fiber.Handler {
	show := adaptor.HTTPHandler(promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	return func(c *fiber.Ctx) error {
		if !comesFrom(s.metricsFrom, c.Context().RemoteAddr()) {
			return fiber.ErrNotFound
		}
		return show(c)
	}
}
