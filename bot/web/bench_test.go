package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/web"
)

// nowhere is a hotline that keeps nothing.
type nowhere struct{}

func (nowhere) Receive(context.Context, bot.Inbound) (bot.Reply, error) { return bot.Reply{}, nil }
func (nowhere) Delivered(context.Context, bot.DeliveryReport) error     { return nil }
func (nowhere) Quarantine(context.Context, bot.Quarantined) error       { return nil }

// light is a carrier whose decoder does nothing.
type light struct{ *carrier }

// Routes are those of carrier without their decoders.
func (l light) Routes() []gateway.Route {
	out := l.carrier.Routes()
	for i := range out {
		out[i].Decode = func(gateway.Request) (gateway.Decoded, error) { return gateway.Decoded{}, nil }
		out[i].Answer = func(gateway.Reply) gateway.Response { return gateway.Response{Status: 200, Body: []byte("ACK")} }
	}
	return out
}

// BenchmarkEdge posts a message over loopback connections: to an empty handler with the same settings, to one that copies
// the request, and to a webhook whose adapter and hotline do nothing. The difference is what the edge costs.
func BenchmarkEdge(b *testing.B) {
	b.Run("empty", func(b *testing.B) {
		benchApp(b, func(c *fiber.Ctx) error { return c.SendString("ACK") })
	})
	b.Run("copy", func(b *testing.B) {
		benchApp(b, func(c *fiber.Ctx) error {
			if _, err := web.Request(c); err != nil {
				return err
			}
			return c.SendString("ACK")
		})
	})
	b.Run("webhook", func(b *testing.B) {
		s := open(b, &desk{}, func(o *web.Options) {
			o.Gateways[0].Gateway = light{&carrier{}}
			o.Hotline = func() (web.Hotline, bool) { return nowhere{}, true }
		})
		post(b, s.addr)
	})
}

func benchApp(b *testing.B, h fiber.Handler) {
	app, err := web.App(slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	app.Post(hook("mo"), h)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(ln) }()
	post(b, ln.Addr().String())
	if err := app.Shutdown(); err != nil {
		b.Error(err)
	}
	<-served
}

// post sends the same message again and again on each of some connections, without allocating.
func post(b *testing.B, addr string) {
	body := sms("a")
	request := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: tinye\r\nUser-Agent: carrier/1.0\r\nAccept: */*\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", hook("mo"), len(body), body)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Error(err)
			return
		}
		defer conn.Close()
		buf := make([]byte, 4096)
		for pb.Next() {
			if _, err := conn.Write(request); err != nil {
				b.Error(err)
				return
			}
			n, err := conn.Read(buf)
			if err != nil || !bytes.HasSuffix(buf[:n], []byte("ACK")) {
				b.Errorf("got %q, %v", buf[:n], err)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}
