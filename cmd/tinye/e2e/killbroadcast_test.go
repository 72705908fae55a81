package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
	"tinye/storage/bolt"
)

const (
	runPeople = 5000
	runKills  = 30
	// runPace is about how many messages a second leave; it only sets how long a round lasts.
	runPace = 300
)

// fromEnv is a number from the environment, for a longer run.
func fromEnv(t testing.TB, name string, usual int) int {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is not a number", name, s)
	}
	return n
}

// sending is a site with people and three approved bulletins: one that is paused on the way, one that is taken back on the way, and the withdrawal that
// does it.
type sending struct {
	Site
	t       *testing.T
	carrier *moody
	people  int
	refs    [3]bot.Ref
	kills   int
	lost    int
}

// TestKillWhileSending sends bulletins by a carrier on whom nobody can rely, and kills the hotline at random moments. A bulletin is paused and
// gone on with, everything is cut off and let go again, another one is taken back. Nobody gets a bulletin twice, nobody is forgotten, every message ends in a
// state that is true, what nobody knows of is no more than the window at each kill, and the sums are the rows'.
func TestKillWhileSending(t *testing.T) {
	book := newLedger()
	s := newSending(t, book)
	rounds := fromEnv(t, "TINYE_RUN_KILLS", runKills)
	uptime := time.Duration(3*s.people) * time.Second / time.Duration(rounds*runPace)
	steps := s.steps()
	began := time.Now()
	for round := 0; round < rounds || len(steps) > 0; round++ {
		if round > 3*rounds {
			t.Fatalf("after %d kills %d steps are still to be done", round, len(steps))
		}
		p := s.Serve(t)
		stop := book.start(t, s.Site)
		if rand.IntN(killEarlyOdds) > 0 {
			p.Ready(t)
			if len(steps) > 0 && steps[0]() {
				steps = steps[1:]
			}
		}
		time.Sleep(rand.N(uptime)) // the moment of the kill is the test's randomness, not a wait for anything
		p.Kill9(t)
		s.kills++
		stop()
		s.lost += s.left(p)
		if t.Failed() {
			return
		}
	}
	s.finish(book)
	s.check()
	s.resend(book)
	t.Logf("%d kills in %v; %d messages left in doubt by kills, of %d that were handed over", s.kills, time.Since(began).Round(time.Second), s.lost, s.carrier.count())
}

// left is how many messages a start found in flight: no more than the window.
func (s *sending) left(p *Process) int {
	n := abandoned(s.t, p.Log())
	if n > inFlight {
		s.t.Errorf("round %d began with %d messages that nobody knows of, more than the window of %d", s.kills, n, inFlight)
	}
	p.Forget()
	return n
}

func newSending(t *testing.T, book *ledger) *sending {
	s := &sending{t: t, carrier: newMoody(t, book), people: fromEnv(t, "TINYE_RUN_PEOPLE", runPeople)}
	s.Site = NewSite(t, func(site Site) string {
		config := carrierConfig(s.carrier.URL, "")(site)
		return strings.Replace(config, "in_flight =", "timeout = \"2s\"\nin_flight =", 1)
	})
	s.MakeKey(t)
	p := s.Serve(t)
	p.Ready(t)
	s.Staff(t)
	p.Stop(t)
	s.Opened(t, s.fill)
	return s
}

// number is the n-th person's.
func (s *sending) number(n int) bot.Address {
	return bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+223%08d", 70_000_000+n)}
}

// fill stores the people, one in ten of whom said no, and the bulletins.
func (s *sending) fill(db *bolt.DB) {
	now := bot.At(time.Now())
	for from := 0; from < s.people; from += 1000 {
		err := db.Update(s.t.Context(), func(tx storage.Tx) error {
			for n := from; n < min(from+1000, s.people); n++ {
				c := bot.Contact{
					Key: db.ContactKey(s.number(n)), Number: s.number(n), Gateway: "carrier", Lang: bot.French, FirstSeen: now, LastSeen: now,
					Consent: bot.Consent{State: bot.ConsentGranted, At: now, Scope: []string{"reply", "bulletins"}},
				}
				if n%10 == 0 {
					c.Consent.State = bot.ConsentRefused
				}
				if err := tx.PutContact(c, 0); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	err := db.Update(s.t.Context(), func(tx storage.Tx) error {
		var corrects bot.ID
		for i, kind := range []bot.BulletinKind{bot.BulletinNews, bot.BulletinNews, bot.BulletinWithdrawal} {
			b := bot.Bulletin{
				ID: bot.ID(uuid.Must(uuid.NewV7())), Kind: kind, State: bot.BulletinApproved, ExpiresAt: now.Add(48 * time.Hour), CreatedBy: author, CreatedAt: now,
				Variants: []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: "Le pont est ouvert.", State: bot.TranslationDone}},
			}
			if kind == bot.BulletinWithdrawal {
				b.Corrects = corrects
			}
			corrects = b.ID
			ref, err := bot.NewRef(uint64(i+1)*12345, bot.RefDigits)
			if err != nil {
				return err
			}
			if b.Ref, err = tx.TakeRef([]bot.Ref{ref}, bot.RefBulletin, b.ID); err != nil {
				return err
			}
			s.refs[i] = b.Ref
			if err := tx.PutBulletin(b, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// steps are what the desk does meanwhile, one in a round; false means that it is not the moment yet.
func (s *sending) steps() []func() bool {
	first, second, third := string(s.refs[0]), string(s.refs[1]), string(s.refs[2])
	paused := 0
	share := func(ref string, percent int) bool { return len(s.carrier.of(ref))*100 >= s.people*percent }
	return []func() bool{
		func() bool { return s.press(first) },
		func() bool { // pressed once more, as somebody does who saw no answer
			return s.press(first) && share(first, 20)
		},
		func() bool {
			s.Must(s.t, "bulletin", "pause", first, "--as", chief)
			paused = s.nothingLeaves(first)
			return true
		},
		func() bool { // and after a restart as well
			if n := s.nothingLeaves(first); n != paused {
				s.t.Errorf("%d messages of a paused bulletin left after a restart", n-paused)
			}
			s.Must(s.t, "bulletin", "resume", first, "--as", chief)
			return true
		},
		func() bool { return share(first, 40) },
		func() bool {
			s.Must(s.t, "outbox", "cut", "--as", chief)
			paused = s.nothingLeaves("")
			return true
		},
		func() bool {
			if n := s.nothingLeaves(""); n != paused {
				s.t.Errorf("%d messages left after a restart while every send was cut off", n-paused)
			}
			s.Must(s.t, "outbox", "resume", "--as", chief)
			return true
		},
		func() bool { return share(first, 60) && s.press(second) },
		func() bool { return share(second, 15) },
		func() bool { // a withdrawal takes what is under way back, in the commit that begins it
			if !s.press(third) {
				return false
			}
			s.nothingLeaves(second)
			return true
		},
	}
}

// nothingLeaves checks that no more than the window is handed over after a command was answered, and returns how many were in all.
func (s *sending) nothingLeaves(ref string) int {
	before := len(s.carrier.of(ref))
	time.Sleep(300 * time.Millisecond) // another process: there is nothing to wait on
	after := len(s.carrier.of(ref))
	if after-before > inFlight {
		s.t.Errorf("%d messages left after everything was held, more than the window of %d", after-before, inFlight)
	}
	return after
}

// press asks for a bulletin to be sent, at the socket; a kill may come first.
func (s *sending) press(ref string) bool {
	question, err := json.Marshal(admin.NameRun{By: admin.By{As: chief}, Ref: ref})
	if err != nil {
		s.t.Fatal(err)
	}
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", s.Socket)
		},
	}}
	resp, err := client.Post("http://tinye/bulletin/send", "application/json", bytes.NewReader(question))
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		s.t.Errorf("sending %s was answered with %d", ref, resp.StatusCode)
	}
	return resp.StatusCode == http.StatusOK
}

// finish lets everything come to its end undisturbed.
func (s *sending) finish(book *ledger) {
	s.carrier.calm.Store(true)
	p := s.Serve(s.t)
	p.Ready(s.t)
	stop := book.start(s.t, s.Site)
	for _, ref := range s.refs {
		s.ended(ref)
	}
	Eventually(s.t, time.Minute, book.settled)
	stop()
	if code := p.Stop(s.t); code != 0 {
		s.t.Errorf("the stop ended with %d", code)
	}
	s.lost += s.left(p)
}

// ended waits until a bulletin's run has come to its end. The sweep, which notes it, comes every half minute.
func (s *sending) ended(ref bot.Ref) {
	s.t.Helper()
	Eventually(s.t, 10*time.Minute, func() error {
		r := Ask[admin.Run](s.t, s.Site, "broadcast", "show", string(ref), "--as", chief)
		if !r.State.Ended() || r.EndedAt.IsZero() {
			time.Sleep(time.Second)
			return fmt.Errorf("%s is %s, with %d messages to leave", ref, r.State, r.Open)
		}
		return nil
	})
}

// sent are the runs as they are stored, with their rows.
type sent struct {
	run   bot.Broadcast
	tally bot.BroadcastTally
	rows  []bot.Outbound
	to    map[bot.ContactKey]string // the numbers of everybody
}

func (s *sending) stored() (runs [3]sent) {
	s.t.Helper()
	s.Opened(s.t, func(db *bolt.DB) {
		to := make(map[bot.ContactKey]string)
		for n := range s.people {
			to[db.ContactKey(s.number(n))] = s.number(n).Value
		}
		err := db.View(context.Background(), func(tx storage.Tx) error {
			for i, ref := range s.refs {
				_, id, err := tx.FindRef(ref)
				if err != nil {
					return err
				}
				b, err := tx.Bulletin(id)
				if err != nil {
					return err
				}
				of := sent{to: to}
				if of.run, err = tx.Broadcast(b.LastRun); err != nil {
					return err
				}
				if of.tally, err = tx.BroadcastTally(b.LastRun); err != nil {
					return err
				}
				of.rows, err = all(func(p storage.Page) ([]bot.Outbound, error) { return tx.BroadcastRows(b.LastRun, "", p) },
					func(o bot.Outbound) bot.ID { return o.ID })
				if err != nil {
					return err
				}
				if b.Runs != 1 {
					return errors.New("a bulletin that was pressed several times has several runs")
				}
				runs[i] = of
			}
			return nil
		})
		if err != nil {
			s.t.Fatal(err)
		}
	})
	return runs
}
