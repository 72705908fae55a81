// Package web is the edge where carriers reach the hotline: webhooks, health and metrics, on Fiber.
//
//	/in/SECRET/GATEWAY/ROUTE  a carrier's callback
//	/healthz                  200 "ok": the process lives
//	/readyz                   200 "ready", or 503 and one of locked, full, broken, closed
//	/metrics                  for Prometheus, to the addresses of Options.MetricsFrom
//
// What a callback is answered with, in its adapter's dialect:
//
//	everything in it is on disk, or is a repeat              stored
//	nobody can read it, or our code failed or panicked on it it goes to quarantine as it came; stored
//	storage cannot write, is locked, or the time is up       try later
//
// "Stored" is never said before a commit: where even the quarantine fails, the carrier is asked to come again.
//
// Refusals have a status and an empty body: 404 for a wrong secret, gateway or route (all alike), 405 for a method, 403
// for an address, 413 and 431 for size, 400 for a malformed request, odd framing or any Transfer-Encoding.
//
// Nothing here logs or counts a number, a text, a path or an error's words: those errors are made from what
// outsiders wrote, and many parsers quote it.
//
// The address of the caller is that of the connection; behind a proxy, allow-lists are the proxy's task.
package web
