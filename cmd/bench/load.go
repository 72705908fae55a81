package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"
)

type loadOptions struct {
	Mode           string
	Addr           string
	Connections    int
	Warmup, Window time.Duration
	Run            uint32
}

// loaded is what the load generator saw.
type loaded struct {
	Answered int     // requests answered 200, from the first to the last
	Others   int     // answered with another status, or not as it should be
	InWindow int     // answered 200 while the window was open
	Complete int     // reports told to their end by USSD
	P50, P99 float64 // ms, of those
}

// load keeps every connection busy with one request at a time, until the window closes, and prints what it saw.
func load(ctx context.Context, o loadOptions, out io.Writer) error {
	clients, err := dial(ctx, o)
	if err != nil {
		return err
	}
	open := time.Now().Add(o.Warmup)
	var running sync.WaitGroup
	for _, c := range clients {
		c.open, c.closes = open, open.Add(o.Window)
		running.Go(func() { c.err = c.run(ctx) })
	}
	running.Wait()
	var all loaded
	var took histogram
	for _, c := range clients {
		if c.err != nil {
			return c.err
		}
		all.Answered += c.answered
		all.Others += c.others
		all.Complete += c.says.complete()
		took.merge(&c.took)
	}
	all.InWindow, all.P50, all.P99 = int(took.count), took.quantile(.5), took.quantile(.99)
	return json.NewEncoder(out).Encode(all)
}

// dialogue is what one connection says and hears.
type dialogue interface {
	// next is the next request; it is good until the one after it.
	next(random *rand.Rand, at time.Time) []byte
	// read reads the answer to it, and tells whether that is as it should be.
	read(conn io.Reader, buf []byte) (ok bool, err error)
	// complete is how many reports were told to their end by USSD.
	complete() int
}

// client is one connection.
type client struct {
	conn         net.Conn
	says         dialogue
	random       *rand.Rand
	open, closes time.Time

	answered, others int
	took             histogram
	err              error
}

func dial(ctx context.Context, o loadOptions) ([]*client, error) {
	var clients []*client
	for i := range o.Connections {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", o.Addr)
		if err != nil {
			return nil, err
		}
		clients = append(clients, &client{
			conn: conn, says: newDialogue(o, i), random: rand.New(rand.NewPCG(uint64(o.Run), uint64(i))),
		})
	}
	return clients, nil
}

func newDialogue(o loadOptions, connection int) dialogue {
	if o.Mode == modeUSSD {
		return newMenus(o.Addr, o.Run, connection, o.Connections)
	}
	return texting{newRequests(o.Addr, o.Run, connection)}
}

// texting sends texts by SMS, each from any sender.
type texting struct{ *requests }

func (t texting) next(random *rand.Rand, at time.Time) []byte {
	sender := random.IntN(senders)
	return t.requests.next(sender, textOf(sender, random.Uint32()), at)
}

func (t texting) read(conn io.Reader, buf []byte) (ok bool, err error) {
	status, err := answer(conn, buf)
	return status == 200, err
}

func (t texting) complete() int { return 0 }

// answerWithin is the longest that an answer may take after the window has closed.
const answerWithin = 10 * time.Second

func (c *client) run(ctx context.Context) error {
	defer c.conn.Close()
	if err := c.conn.SetDeadline(c.closes.Add(answerWithin)); err != nil {
		return err
	}
	buf := make([]byte, 4096)
	for start := time.Now(); start.Before(c.closes) && ctx.Err() == nil; {
		if _, err := c.conn.Write(c.says.next(c.random, start)); err != nil {
			return err
		}
		ok, err := c.says.read(c.conn, buf)
		if err != nil {
			return err
		}
		end := time.Now()
		if !ok {
			c.others++
		} else {
			c.answered++
			if !end.Before(c.open) && end.Before(c.closes) {
				c.took.add(end.Sub(start))
			}
		}
		start = end
	}
	return ctx.Err()
}

// answer reads one answer without a body and tells its status. A server that sends more than that was not asked for more.
func answer(conn io.Reader, buf []byte) (status int, err error) {
	n := 0
	for {
		m, err := conn.Read(buf[n:])
		if err != nil {
			return 0, fmt.Errorf("answer: %w", err)
		}
		n += m
		if bytes.HasSuffix(buf[:n], []byte("\r\n\r\n")) {
			break
		}
		if n == len(buf) {
			return 0, errors.New("answer: too long")
		}
	}
	line, ok := bytes.CutPrefix(buf[:n], []byte("HTTP/1.1 "))
	if !ok || len(line) < 3 || !bytes.Contains(line, []byte("\r\nContent-Length: 0\r\n")) {
		return 0, errors.New("answer: not HTTP/1.1, or it has a body")
	}
	return strconv.Atoi(string(line[:3]))
}
