package e2e

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"tinye/bot"
)

// Handsets are all phones of an operator, behind the line protocol of Kannel's fake SMSC: one TCP connection to the
// bearerbox, one message a line, both ways.
//
//	SENDER RECEIVER KIND PAYLOAD
//
// Towards Kannel KIND is text (as it is) or ucs2 (URL-encoded UTF-16, big-endian). From Kannel it is text (printable ASCII),
// data (URL-encoded UTF-8 of a message in GSM-7) or ucs-2 (note the hyphen; URL-encoded UTF-16). A part of a longer message
// has "udh HEADER data PAYLOAD" instead of KIND and PAYLOAD, both URL-encoded, in either coding.
type Handsets struct {
	conn net.Conn

	mu    sync.Mutex
	got   []Arrived
	parts map[string]map[byte]string // of messages that are not yet whole: payloads by number
	err   error                      // what the bearerbox wrote was not understood
}

// Arrived is one message that a phone got.
type Arrived struct {
	From, To string
	Coding   bot.Encoding
	Parts    int
	Text     string
}

// Connect connects the operator's phones to a bearerbox.
func Connect(t testing.TB, address string) *Handsets {
	t.Helper()
	var conn net.Conn
	Eventually(t, 20*time.Second, func() (err error) {
		conn, err = net.DialTimeout("tcp", address, time.Second)
		return err
	})
	h := &Handsets{conn: conn, parts: make(map[string]map[byte]string)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.read()
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return h
}

func (h *Handsets) read() {
	lines := bufio.NewScanner(h.conn)
	for lines.Scan() {
		h.mu.Lock()
		if err := h.arrive(lines.Text()); err != nil {
			h.err = fmt.Errorf("the bearerbox wrote %q: %w", lines.Text(), err)
		}
		h.mu.Unlock()
	}
}

func (h *Handsets) arrive(line string) error {
	f := strings.SplitN(line, " ", 4)
	if len(f) < 4 {
		return errors.New("too short")
	}
	a := Arrived{From: f[0], To: f[1], Coding: bot.GSM7, Parts: 1, Text: f[3]}
	if f[2] == "text" {
		h.got = append(h.got, a)
		return nil
	}
	header, data, _ := strings.Cut(f[3], " data ")
	raw, err := url.QueryUnescape(f[3])
	if f[2] == "udh" {
		raw, err = url.QueryUnescape(data)
	}
	if err != nil {
		return err
	}
	switch f[2] {
	case "data":
	case "ucs-2":
		a.Coding = bot.UCS2
	case "udh":
		if raw, a.Parts, err = h.join(a.To, header, raw); err != nil || raw == "" {
			return err
		}
		if strings.Contains(raw, "\x00") { // in no text of ours but as half of an UTF-16 unit
			a.Coding = bot.UCS2
		}
	default:
		return errors.New("an unexpected kind")
	}
	if a.Text = raw; a.Coding == bot.UCS2 {
		a.Text = fromUTF16([]byte(raw))
	}
	if !utf8.ValidString(a.Text) {
		return errors.New("no UTF-8")
	}
	h.got = append(h.got, a)
	return nil
}

// join puts parts together by their header, 05 00 03 REFERENCE TOTAL NUMBER (3GPP TS 23.040 §9.2.3.24.1); "" is not yet whole.
func (h *Handsets) join(to, header, payload string) (whole string, parts int, err error) {
	udh, err := url.QueryUnescape(header)
	if err != nil {
		return "", 0, err
	}
	if len(udh) != 6 || udh[:3] != "\x05\x00\x03" {
		return "", 0, errors.New("another header")
	}
	key := to + udh[3:5]
	if h.parts[key] == nil {
		h.parts[key] = make(map[byte]string)
	}
	h.parts[key][udh[5]] = payload
	total := int(udh[4])
	if len(h.parts[key]) < total {
		return "", 0, nil
	}
	for n := range total {
		whole += h.parts[key][byte(n+1)]
	}
	delete(h.parts, key)
	return whole, total, nil
}

func toUTF16(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return b
}

func fromUTF16(b []byte) string {
	var units []uint16
	for ; len(b) > 1; b = b[2:] {
		units = append(units, binary.BigEndian.Uint16(b))
	}
	return string(utf16.Decode(units))
}

// shortCode is the number that people write to.
const shortCode = "36000"

// Write sends a message in GSM-7 from a phone.
func (h *Handsets) Write(t testing.TB, number, text string) {
	t.Helper()
	h.line(t, number+" "+shortCode+" text "+text)
}

// WriteUCS2 sends a message in UCS-2 from a phone.
func (h *Handsets) WriteUCS2(t testing.TB, number, text string) {
	t.Helper()
	h.line(t, number+" "+shortCode+" ucs2 "+url.QueryEscape(string(toUTF16(text))))
}

func (h *Handsets) line(t testing.TB, line string) {
	t.Helper()
	if _, err := h.conn.Write([]byte(line + "\n")); err != nil {
		t.Fatal(err)
	}
}

// All are all messages so far, in the order in which they came.
func (h *Handsets) All(t testing.TB) []Arrived {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		t.Fatal(h.err)
	}
	return append([]Arrived(nil), h.got...)
}

// To are the messages that one phone got.
func (h *Handsets) To(t testing.TB, number string) []Arrived {
	t.Helper()
	var list []Arrived
	for _, a := range h.All(t) {
		if a.To == number {
			list = append(list, a)
		}
	}
	return list
}

// Await waits until a phone has got n messages in all, and returns the last of them.
func (h *Handsets) Await(t testing.TB, number string, n int) Arrived {
	t.Helper()
	var last Arrived
	Eventually(t, 30*time.Second, func() error {
		got := h.To(t, number)
		if len(got) != n {
			return fmt.Errorf("a phone got %d messages, not %d: %v", len(got), n, got)
		}
		last = got[n-1]
		return nil
	})
	return last
}
