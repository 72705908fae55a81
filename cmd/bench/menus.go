package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"tinye/bot"
)

const (
	aggregatorName = "at"
	hopPath        = "/in/" + secret + "/" + aggregatorName + "/ussd"
	menuCode       = "*384*1234#"
	// reportHops is how many hops a report by menu takes: dialling, the report's line at home, a place, a theme and the words.
	reportHops = 5
	// reportLine is the line at home that begins a report.
	reportLine = "1"
	// themes is how many lines the screen of themes has.
	themes = 5
)

// menuPlaces are the site's own places.
func menuPlaces() []bot.PlaceCode {
	return []bot.PlaceCode{
		{Scheme: bot.SchemeCT2023, Code: "ML0701"}, {Scheme: bot.SchemeCT2023, Code: "ML0501"},
		{Scheme: bot.SchemeCT2023, Code: "ML1901"}, {Scheme: bot.SchemeCT2023, Code: "ML06"},
	}
}

// Words typed on a phone's keys have about 60 characters.
var (
	frenchTyped = []string{
		"On dit que le puits du marché est empoisonné depuis hier soir",
		"Il paraît que la route de Gao est fermée, est-ce que c'est vrai",
		"Les gens disent que le vaccin rend les enfants malades ici",
		"On raconte que le riz de l'aide a été vendu à Bamako par eux",
	}
	bambaraTyped = []string{
		"Mɔgɔw b'a fɔ ko kɔlɔn ji ma ɲi, ko denmisɛnw banana a la",
		"U ko Gao sira datugulen don kabini sɔgɔma, tiɲɛ don wa?",
		"Dɔw b'a fɔ ko malo ni ɲɔ sɔngɔ bɛna yɛlɛn sini. Aw k'a fɔ",
	}
)

// typedBy is what a sender types in a menu; n is any number. Each keeps to the language of its texts by SMS.
func typedBy(sender int, n uint32) string {
	if sender%everyBambara == 0 {
		return bambaraTyped[n%uint32(len(bambaraTyped))]
	}
	return frenchTyped[n%uint32(len(frenchTyped))]
}

// menus is what one connection says in the menus, as Africa's Talking brings it: one report after the other. No two
// connections share a sender, because somebody who dials on two phones at once finds on one the draft begun on the other.
type menus struct {
	head         []byte
	prefix       string // of the session ids
	first, apart int    // the connection's senders are first, first+apart and so on
	escaped      map[string]string
	form, buf    []byte

	// Of the session that goes on.
	n      uint64
	sender int
	hop    int    // the next one, 0 = dialling
	typed  []byte // so far, as it stands in a form

	ended int // sessions that came to their end
}

func newMenus(host string, run uint32, connection, connections int) *menus {
	m := &menus{
		head: []byte("POST " + hopPath + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n" +
			"User-Agent: at-ussd-api/1.0.0\r\nAccept: */*\r\nAccept-Encoding: gzip,deflate\r\nConnection: keep-alive\r\nHost: " +
			host + "\r\nContent-Length: "),
		prefix: "ATUid_" + padded(uint64(run), 8) + padded(uint64(connection), 8),
		first:  connection, apart: connections,
		escaped: make(map[string]string),
	}
	for _, texts := range [][]string{frenchTyped, bambaraTyped} {
		for _, t := range texts {
			m.escaped[t] = url.QueryEscape(t)
		}
	}
	return m
}

// next is the next hop's request; it is good until the one after it.
func (m *menus) next(random *rand.Rand, _ time.Time) []byte {
	switch m.hop {
	case 0:
		m.sender = m.first + m.apart*random.IntN((senders-m.first-1)/m.apart+1)
		m.typed = m.typed[:0]
		m.n++
	case 1:
		m.typed = append(m.typed, reportLine...)
	case 2:
		m.typed = strconv.AppendInt(append(m.typed, "%2A"...), int64(1+random.IntN(len(menuPlaces()))), 10)
	case 3:
		m.typed = strconv.AppendInt(append(m.typed, "%2A"...), int64(1+random.IntN(themes)), 10)
	default:
		// The same words again within half a minute would be the same report: the hotline takes them for a hop come twice.
		m.typed = append(append(m.typed, "%2A"...), m.escaped[typedBy(m.sender, random.Uint32())]...)
		m.typed = strconv.AppendUint(append(m.typed, '+'), m.n, 10)
	}
	f := append(append(m.form[:0], "sessionId="...), m.prefix...)
	f = append(f, padded(m.n, 12)...)
	f = strconv.AppendInt(append(f, "&phoneNumber=%2B223"...), int64(firstSender+m.sender), 10)
	f = append(f, "&networkCode=61002&serviceCode=%2A384%2A1234%23&text="...)
	m.form = append(f, m.typed...)
	b := strconv.AppendInt(append(m.buf[:0], m.head...), int64(len(m.form)), 10)
	m.buf = append(append(b, "\r\n\r\n"...), m.form...)
	return m.buf
}

// read reads the answer to the last request. It is the one meant if it is a screen after which the session goes on, or at
// a report's last hop, one that ends it. A hop that was answered otherwise fails the run, so the next session begins.
func (m *menus) read(conn io.Reader, buf []byte) (ok bool, err error) {
	status, body, err := bodied(conn, buf)
	if err != nil {
		return false, err
	}
	want := "CON "
	if m.hop == reportHops-1 {
		want = "END "
	}
	if status != 200 || !bytes.HasPrefix(body, []byte(want)) {
		m.hop = 0
		return false, nil
	}
	if m.hop++; m.hop == reportHops {
		m.hop = 0
		m.ended++
	}
	return true, nil
}

func (m *menus) complete() int { return m.ended }

// bodied reads one answer with a body of known length.
func bodied(conn io.Reader, buf []byte) (status int, body []byte, err error) {
	n, head, length := 0, -1, 0
	for head < 0 || n < head+length {
		if n == len(buf) {
			return 0, nil, errors.New("answer: too long")
		}
		more, err := conn.Read(buf[n:])
		if err != nil {
			return 0, nil, fmt.Errorf("answer: %w", err)
		}
		n += more
		if end := bytes.Index(buf[:n], []byte("\r\n\r\n")); head < 0 && end >= 0 {
			head = end + len("\r\n\r\n")
			if status, length, err = headOf(buf[:head]); err != nil {
				return 0, nil, err
			}
		}
	}
	if n > head+length {
		return 0, nil, errors.New("answer: longer than it says")
	}
	return status, buf[head:n], nil
}

// headOf reads the head of an answer: its status, and the length of the body that follows.
func headOf(head []byte) (status, length int, err error) {
	line, ok := bytes.CutPrefix(head, []byte("HTTP/1.1 "))
	_, rest, known := bytes.Cut(head, []byte("\r\nContent-Length: "))
	if !ok || len(line) < 3 || !known {
		return 0, 0, errors.New("answer: not HTTP/1.1, or of unknown length")
	}
	if status, err = strconv.Atoi(string(line[:3])); err != nil {
		return 0, 0, fmt.Errorf("answer: status: %w", err)
	}
	digits, _, _ := bytes.Cut(rest, []byte("\r\n"))
	if length, err = strconv.Atoi(string(digits)); err != nil || length < 0 {
		return 0, 0, errors.New("answer: its length is no number")
	}
	return status, length, nil
}
