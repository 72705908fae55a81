package hotline_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/storage"
)

// dialogue is one session of a phone, with what of its screen no line of the transcript has named yet.
type dialogue struct {
	id     string
	hop    int
	typed  []string // inputs so far, as a cumulative dialect joins them
	last   bot.Inbound
	reply  bot.Reply
	unread []string
	over   bool // the screen that ends it was named to its end
}

// open tells whether the phone in hand is in a session.
func (p *player) open() *dialogue {
	d := p.dialogues[p.phone]
	if d == nil || d.over {
		return nil
	}
	return d
}

// unread is the dialogue of the phone in hand that the next line of the transcript is about, nil if it is about SMS.
func (p *player) unread() *dialogue {
	if d := p.dialogues[p.phone]; d != nil && len(d.unread) > 0 {
		return d
	}
	return p.open()
}

// dial begins a session: *384# or, in one go, *384*1*2#.
func (p *player) dial(code string) error {
	if err := p.allRead(); err != nil {
		return err
	}
	p.serial++
	d := &dialogue{id: "s" + strconv.Itoa(p.serial)}
	p.dialogues[p.phone] = d
	text := code
	if p.cumulative {
		text = strings.TrimPrefix(strings.TrimPrefix(strings.Trim(code, "*#"), "384"), "*")
		if text != "" {
			d.typed = strings.Split(text, "*")
		}
	}
	return p.hop(d, bot.Inbound{Text: bot.Text(text), Event: bot.EventBegin})
}

// input answers the screen.
func (p *player) input(text string) error {
	if err := p.allRead(); err != nil {
		return err
	}
	d := p.open()
	d.typed = append(d.typed, text)
	if p.cumulative {
		text = strings.Join(d.typed, "*")
	}
	return p.hop(d, bot.Inbound{Text: bot.Text(text)})
}

func (p *player) hop(d *dialogue, in bot.Inbound) error {
	d.hop++
	in.Gateway, in.Channel, in.Sender, in.To, in.SessionID = "sim", bot.ChannelUSSD, p.phone, "*384#", d.id
	if p.cumulative {
		in.Cumulative, in.Event = true, bot.EventMessage
	} else {
		in.Hop = strconv.Itoa(d.hop)
	}
	d.last = in
	reply, err := p.Receive(context.Background(), in)
	if err != nil {
		return err
	}
	return p.shown(d, reply)
}

func (p *player) shown(d *dialogue, reply bot.Reply) error {
	d.reply = reply
	if !sms.FitsUSSD(string(reply.Screen), p.budget()) {
		return fmt.Errorf("a screen over its page: %q", string(reply.Screen))
	}
	d.unread = strings.Split(string(reply.Screen), "\n")
	if reply.End {
		d.unread = append(d.unread, "(end)")
	}
	return nil
}

func (p *player) budget() int {
	if n := p.Site.USSD.Septets["sim"]; n > 0 {
		return n
	}
	return 160
}

// button is what no keypad can type: !dup, !hang, !late, !again N, !sms TEXT.
func (p *player) button(line string) error {
	what, rest, _ := strings.Cut(line, " ")
	if what == "!sms" {
		return p.send(rest)
	}
	d := p.dialogues[p.phone]
	if d == nil {
		return fmt.Errorf("there is no session")
	}
	switch what {
	case "!dup":
		if err := p.allRead(); err != nil {
			return err
		}
		reply, err := p.Receive(context.Background(), d.last)
		if err != nil {
			return err
		}
		d.unread = []string{"(another)"}
		if reply == d.reply {
			d.unread[0] = "(same)"
		}
		return nil
	case "!hang":
		if err := p.allRead(); err != nil {
			return err
		}
		in := d.last
		in.Event, in.Text, in.Hop = bot.EventEnd, "", ""
		d.over = true
		_, err := p.Receive(context.Background(), in)
		return err
	}
	return fmt.Errorf("no such button")
}

// allRead holds the transcript to naming every line of a screen before the next input.
func (p *player) allRead() error {
	if d := p.open(); d != nil && len(d.unread) > 0 {
		return fmt.Errorf("the screen also says %q", d.unread)
	}
	return nil
}

// read names one line of the screen.
func (p *player) read(d *dialogue, want string) error {
	switch {
	case want == "…":
		end := d.reply.End
		d.unread = nil
		if end {
			d.unread = []string{"(end)"}
		}
		return nil
	case len(d.unread) == 0:
		return fmt.Errorf("the screen says no more")
	case want == "(end)":
		if d.unread[0] != want {
			return fmt.Errorf("the screen goes on: %q", d.unread)
		}
		d.over, d.unread = true, nil
		return nil
	}
	line := d.unread[0]
	d.unread = d.unread[1:]
	return p.match(want, line)
}

// importCercles imports some cercles of the region of Mopti.
func (p *player) importCercles() error {
	err := p.Store.Update(context.Background(), func(tx storage.Tx) error {
		for i, name := range []string{"Mopti", "Djenné", "Ténenkou", "Youwarou", "Konna", "Sofara"} {
			code := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: fmt.Sprintf("ML05%02d", i+1)}
			names := map[bot.Lang]string{bot.French: name}
			if err := tx.PutPlace(bot.Place{Code: code, Level: bot.LevelCercle, Parent: "ML05", Names: names}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.ReloadPlaces(context.Background())
}
