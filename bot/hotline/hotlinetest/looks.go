package hotlinetest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// Post implements gatewaytest.Rig.
func (r *Rig) Post(gatewayName string, c gatewaytest.Call) (status int, answer []byte, err error) {
	res, err := r.client.Post(r.base+gatewayName+"/"+c.Path, c.ContentType, strings.NewReader(c.Body))
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(res.Body)
	return res.StatusCode, answer, err
}

// Says implements gatewaytest.Rig.
func (r *Rig) Says(key string, l bot.Lang) string {
	return r.wired(r.Hotline.Texts.Text(l, key, map[string]string{"service": "TINYE"}).Text)
}

func (r *Rig) wired(text string) string { return sms.Wire(text, r.options.Wire) }

// Fits implements gatewaytest.Rig.
func (r *Rig) Fits(gatewayName, screen string) bool {
	budget := r.options.Septets[gatewayName]
	if budget == 0 {
		budget = 160
	}
	return sms.FitsUSSD(screen, budget) && r.wired(screen) == screen
}

// Key is the key of a number's contact.
func (r *Rig) Key(number string) bot.ContactKey {
	return r.db.ContactKey(r.Hotline.Numbers.Normalise(number))
}

// Contact is what is kept of a number; ok is false if nothing is.
func (r *Rig) Contact(number string) (c bot.Contact, ok bool) {
	r.t.Helper()
	key := r.Key(number)
	r.View(func(tx storage.Tx) error {
		var err error
		if c, err = tx.Contact(key); err == nil {
			ok = true
		}
		if err == storage.ErrNotFound {
			return nil
		}
		return err
	})
	return c, ok
}

// Draft implements gatewaytest.Rig.
func (r *Rig) Draft(caller string) (bot.Draft, bool) {
	r.t.Helper()
	c, ok := r.Contact(caller)
	if !ok {
		return bot.Draft{}, false
	}
	return people.Drafted(c, r.Clock.Instant())
}

// Reports are all reports of a number, the oldest first.
func (r *Rig) Reports(number string) []bot.Report {
	r.t.Helper()
	key := r.Key(number)
	var list []bot.Report
	r.View(func(tx storage.Tx) error {
		page := storage.Page{}
		for {
			all, err := tx.Reports("", page)
			if err != nil {
				return err
			}
			for _, rep := range all {
				if rep.Contact == key {
					list = append(list, rep)
				}
			}
			if len(all) < page.Size() {
				return nil
			}
			page.After = all[len(all)-1].ID
		}
	})
	return list
}

// Texts are the texts of a report, the oldest first.
func (r *Rig) Texts(rep bot.Report) []string {
	r.t.Helper()
	var texts []string
	r.View(func(tx storage.Tx) error {
		for _, id := range rep.Texts() {
			in, err := tx.Inbound(id)
			if err != nil {
				return err
			}
			texts = append(texts, string(in.Text))
		}
		return nil
	})
	return texts
}

// Told implements gatewaytest.Rig.
func (r *Rig) Told(caller string) []gatewaytest.Telling {
	r.t.Helper()
	var list []gatewaytest.Telling
	for _, rep := range r.Reports(caller) {
		list = append(list, gatewaytest.Telling{Text: strings.Join(r.Texts(rep), " / "), Place: rep.Place, Theme: rep.Theme, Ref: rep.Ref})
	}
	return list
}

// Outbox are all messages to a number, the oldest first.
func (r *Rig) Outbox(number string) []bot.Outbound {
	r.t.Helper()
	key := r.Key(number)
	var list []bot.Outbound
	r.View(func(tx storage.Tx) error {
		all, err := tx.Outbounds("", storage.Page{Limit: 1000})
		for _, o := range all {
			if o.Contact == key {
				list = append(list, o)
			}
		}
		return err
	})
	return list
}

// Tallies are the counts of the menus' screens, all that is known of them written down.
func (r *Rig) Tallies() (list []bot.ScreenTally) {
	r.t.Helper()
	r.must(r.Hotline.WriteTallies(context.Background()))
	r.View(func(tx storage.Tx) error {
		var err error
		list, err = tx.Tallies(r.Clock.Instant().Add(-48 * time.Hour))
		return err
	})
	return list
}

// Quarantine are the requests in quarantine that are not done, the oldest first.
func (r *Rig) Quarantine() (list []bot.Quarantined) {
	r.t.Helper()
	r.View(func(tx storage.Tx) error {
		all, err := tx.Quarantines(storage.Page{Limit: 1000})
		for _, q := range all {
			if q.Done.IsZero() {
				list = append(list, q)
			}
		}
		return err
	})
	return list
}

// Quarantined implements gatewaytest.Rig.
func (r *Rig) Quarantined() int {
	r.t.Helper()
	return len(r.Quarantine())
}

// Retry implements gatewaytest.Rig, as the desk does it: what a request held is handled again as if it came now.
func (r *Rig) Retry() {
	r.t.Helper()
	for _, q := range r.Quarantine() {
		d, err := r.decode(q)
		r.must(err)
		for _, in := range d.Inbounds {
			_, err := r.Hotline.Receive(context.Background(), in)
			r.must(err)
		}
		q.Done = r.Clock.Instant()
		r.must(r.db.Update(context.Background(), func(tx storage.Tx) error { return tx.PutQuarantined(q) }))
	}
}

func (r *Rig) decode(q bot.Quarantined) (gateway.Decoded, error) {
	for _, g := range r.options.Gateways {
		for _, route := range g.Routes() {
			if g.Name() == q.Gateway && route.Path == q.Route && route.Method == http.MethodPost {
				return route.Decode(gateway.Request{Method: q.Method, ContentType: q.Type, RawQuery: string(q.Query), Body: q.Body})
			}
		}
	}
	r.t.Fatalf("no gateway reads what came to %s/%s", q.Gateway, q.Route)
	return gateway.Decoded{}, nil
}
