package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"tinye/storage"
)

// healthz says that the process lives.
func healthz(c *fiber.Ctx) error { return c.SendString("ok") }

// readyz says whether messages can be stored: 200 "ready", or 503 and why not.
func (s *Server) readyz(c *fiber.Ctx) error {
	word := s.readiness()
	if word != "ready" {
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.SendString(word)
}

// readiness is one of ready, locked, full, closed, broken.
func (s *Server) readiness() string {
	if _, open := s.hotline(); !open {
		return "locked"
	}
	err := s.ready()
	switch {
	case err == nil:
		return "ready"
	case errors.Is(err, storage.ErrFull):
		return "full"
	case errors.Is(err, storage.ErrClosed):
		return "closed"
	default:
		return "broken"
	}
}
