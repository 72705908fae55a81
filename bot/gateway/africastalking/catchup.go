package africastalking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

const (
	// mostPages is how many pages one run asks for. An account may have kept all that it ever got, and there is no
	// question for what came since a day.
	mostPages = 1000
	// maxPage is the longest page that is read, in bytes; a hundred texts of ten parts, escaped, take half of one MiB.
	maxPage = 4 << 20
	// pageWithin is how long a page may take.
	pageWithin = 30 * time.Second
)

// errMore says that a run has read its share; the next one goes on where it ended.
var errMore = fmt.Errorf("africastalking: catch-up: there is more than %d pages; the next run goes on", mostPages)

// CatchUp hands on the messages that were kept for us: at first those that were sent since the given moment, and once a run
// has come to the end, all that came after it, whenever they were sent. A page that was handed on to its end is not asked for
// again as long as this Gateway lives.
func (g *Gateway) CatchUp(ctx context.Context, since bot.Instant, yield func(context.Context, bot.Inbound) error) error {
	g.catching.Lock()
	defer g.catching.Unlock()
	if g.caughtUp {
		since = 0
	}
	unreadable := 0
	for range mostPages {
		page, err := g.page(ctx, g.lastID)
		if err != nil {
			return errors.Join(err, left(unreadable))
		}
		last := g.lastID
		for _, raw := range page {
			in, id, err := g.kept(raw)
			last = max(last, id)
			switch {
			case err != nil:
				unreadable++
				continue
			case !in.SentAt.IsZero() && in.SentAt.Add(time.Second) <= since: // it was cut to the second
				continue
			}
			if err := yield(ctx, in); err != nil {
				return err
			}
		}
		if last == g.lastID { // nothing, or nothing that would lead on
			g.caughtUp = true
			return left(unreadable)
		}
		g.lastID = last
	}
	return errors.Join(errMore, left(unreadable))
}

// left is the error for messages that could not be read, nil if there is none.
func left(unreadable int) error {
	if unreadable == 0 {
		return nil
	}
	return fmt.Errorf("africastalking: catch-up: %d messages cannot be read", unreadable)
}

// page asks for the messages after one, oldest first, each as it came.
func (g *Gateway) page(ctx context.Context, after int64) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, pageWithin)
	defer cancel()
	query := url.Values{"username": {g.c.Username}, "lastReceivedId": {strconv.FormatInt(after, 10)}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, g.c.URL+"/messaging?"+query.Encode(), http.NoBody)
	if err != nil {
		return nil, errors.New("africastalking: catch-up: the address is none") // the parser's words would quote it
	}
	g.sign(req)
	answer, err := gateway.Fetch(g.client, req, maxPage)
	if err != nil {
		return nil, fmt.Errorf("africastalking: catch-up: %w", err)
	}
	if answer.Status != http.StatusOK && answer.Status != http.StatusCreated {
		return nil, fmt.Errorf("africastalking: catch-up: status %d", answer.Status)
	}
	var said struct {
		Data *struct {
			Messages []json.RawMessage
		} `json:"SMSMessageData"`
	}
	if json.Unmarshal(answer.Body, &said) != nil || said.Data == nil {
		return nil, errors.New("africastalking: catch-up: the answer is no list of messages")
	}
	return said.Data.Messages, nil
}

// kept reads one message; its number is there also when nothing else can be read.
func (g *Gateway) kept(raw json.RawMessage) (in bot.Inbound, number int64, err error) {
	var m struct {
		ID   json.RawMessage `json:"id"`
		From string          `json:"from"`
		To   string          `json:"to"`
		Text *string         `json:"text"`
		Date string          `json:"date"`
	}
	wrong := json.Unmarshal(raw, &m) // goes on after a field of the wrong type
	id := strings.Trim(string(m.ID), `"`)
	number, _ = strconv.ParseInt(id, 10, 64) // 0 leads nowhere
	if wrong != nil || m.Text == nil {
		return bot.Inbound{}, number, errNoText
	}
	in, err = g.message(id, m.From, m.To, *m.Text, m.Date)
	return in, number, err
}
