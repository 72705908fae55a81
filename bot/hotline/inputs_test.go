package hotline_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// mostInputs is how many times somebody types something after the dial until the report is told (dialogues §3).
const mostInputs = 5

// From the dial to the reference there are at most five inputs for each of the site's four places, whichever place was
// used last, and one more each for a region and a cercle by Elsewhere. Somebody who has to turn the page to see a line
// types for that as well.
func TestAReportTakesFiveInputs(t *testing.T) {
	codes := sitePlaces()
	last := append([]bot.PlaceCode{{}, {Scheme: bot.SchemeCT2023, Code: "ML06"}}, codes...)
	for _, before := range last {
		for i := range codes {
			d := newCounted(t, before)
			place, _ := d.Places().Place(codes[i])
			n := d.report(place.Name(bot.French))
			if n > mostInputs {
				t.Errorf("%s, after a report from %q: %d inputs", place.Name(bot.French), before, n)
			}
		}
		d := newCounted(t, before)
		if n := d.report("Ailleurs", "tom"); n > mostInputs+1 {
			t.Errorf("elsewhere to a region, after %q: %d inputs", before, n)
		}
		d = newCounted(t, before)
		must(t, (&player{desk: d.desk}).importCercles())
		if n := d.report("Ailleurs", "mop", "ten"); n > mostInputs+2 {
			t.Errorf("elsewhere to a cercle, after %q: %d inputs", before, n)
		}
	}
}

// counted is a caller who reads the screen, turns pages until the line is there, and counts what is typed.
type counted struct {
	*desk
	inputs int
	screen string
}

func newCounted(t *testing.T, last bot.PlaceCode) *counted {
	d := newDesk(t)
	number := d.Numbers.Normalise("70123456")
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
		c, err := people.Find(tx, d.Store.ContactKey(number), number, "sim", bot.At(d.clock.Now()))
		if err != nil {
			return err
		}
		c.LastPlace = last
		_, err = people.Save(tx, c)
		return err
	}))
	return &counted{desk: d}
}

// report goes by the lines of the screens, then tells something; it gives the number of inputs.
func (c *counted) report(place string, letters ...string) int {
	c.hop("")
	c.inputs = 0
	c.choose("Signaler")
	c.choose(place)
	for _, typed := range letters {
		c.hop(typed)
	}
	c.choose("Sécurité")
	c.hop("On dit que le pont est coupé")
	if !regexp.MustCompile(`^TINYE \d{6}: `).MatchString(c.screen) {
		c.t.Fatalf("no reference at the end: %q", c.screen)
	}
	return c.inputs
}

func (c *counted) choose(label string) {
	c.t.Helper()
	line := regexp.MustCompile(`(?m)^(\d+) ` + regexp.QuoteMeta(label) + `$`)
	for range 5 {
		if m := line.FindStringSubmatch(c.screen); m != nil {
			c.hop(m[1])
			return
		}
		c.hop("98")
	}
	c.t.Fatalf("no line %q: %q", label, c.screen)
}

func (c *counted) hop(text string) {
	c.inputs++
	c.clock.Add(time.Second)
	reply, err := c.Receive(c.t.Context(), bot.Inbound{
		Gateway: "sim", Channel: bot.ChannelUSSD, Sender: "70123456", To: "*384#", SessionID: "s",
		Hop: fmt.Sprint(c.inputs, text == ""), Text: bot.Text(text),
	})
	must(c.t, err)
	c.screen = string(reply.Screen)
}
