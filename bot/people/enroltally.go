package people

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Tally is how many came by a code, and what became of them. It holds counts only: no number, and nothing that leads to one.
type Tally struct {
	Started int // who came by it, but for those who had been enrolled before
	Yes     int
	No      int
	Waiting int // asked, and there is still time
	Silent  int // nothing came, in a week
	Stopped int // said STOP since
	Young   int // under 15: answers only
	Already int // came, and had been enrolled before

	// Those who said yes.
	Places map[bot.PlaceCode]int
	Ages   map[bot.AgeBand]int
	Sexes  map[bot.Sex]int
	Langs  map[bot.Lang]int

	Runs    int // rows of numbers that follow each other, of three at least
	InRuns  int // numbers in them
	Longest int // numbers in the longest
	Rush    int // numbers of them that came within a minute of their neighbour
	Minute  int // the most who came within one minute
}

// Share is how many of a hundred who came said yes.
func (t Tally) Share() int {
	if t.Started == 0 {
		return 0
	}
	return (100*t.Yes + t.Started/2) / t.Started
}

const (
	// runAtLeast is how many numbers that follow each other make a row: two neighbours buy their cards together.
	runAtLeast = 3
	// rushWithin is how close to each other two arrivals are one rush.
	rushWithin = time.Minute
	// arrivalsAtOnce is how many arrivals are read at once.
	arrivalsAtOnce = 500
)

// CountCode counts who came by a code, for those who may know; on says which moments count, nil all.
func CountCode(tx storage.Tx, a Act, c bot.EnrolCode, on func(bot.Instant) bool) (Tally, error) {
	if err := mayCount(tx, a, c.Agent); err != nil {
		return Tally{}, err
	}
	return countCode(tx, c, a.At, on)
}

func countCode(tx storage.Tx, c bot.EnrolCode, at bot.Instant, on func(bot.Instant) bool) (Tally, error) {
	t := Tally{
		Places: make(map[bot.PlaceCode]int), Ages: make(map[bot.AgeBand]int), Sexes: make(map[bot.Sex]int), Langs: make(map[bot.Lang]int),
	}
	var came []numbered
	var times []bot.Instant
	for after := (bot.ContactKey{}); ; {
		list, err := tx.Arrivals(c.ID, after, arrivalsAtOnce)
		if err != nil {
			return Tally{}, fmt.Errorf("people: tally: %w", err)
		}
		for _, a := range list {
			if after = a.Contact; on != nil && !on(a.At) {
				continue
			}
			person, err := tx.Contact(a.Contact)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return Tally{}, fmt.Errorf("people: tally: %w", err)
			}
			t.add(person, a, at)
			times = append(times, a.At)
			if n, ok := numberOf(person.Number); ok {
				came = append(came, numbered{n, a.At})
			}
		}
		if len(list) < arrivalsAtOnce {
			break
		}
	}
	t.runs(came)
	t.Minute = most(times, rushWithin)
	return t, nil
}

// add counts one who came. What is not known of somebody any more looks like silence.
func (t *Tally) add(c bot.Contact, a bot.Arrival, at bot.Instant) {
	if a.Already {
		t.Already++
		return
	}
	t.Started++
	switch state := c.Consent.State; {
	case c.Enrolled.Code != a.Code:
		t.noReply(a, at)
	case c.AgeBand == bot.AgeUnder15:
		t.Young++
	case c.Stopped(), state == bot.ConsentWithdrawn:
		t.Stopped++
	case state == bot.ConsentGranted:
		t.Yes++
		t.Places[c.Place]++
		t.Ages[c.AgeBand]++
		t.Sexes[c.Sex]++
		t.Langs[c.Lang]++
	case state == bot.ConsentRefused:
		t.No++
	case state == bot.ConsentExpired:
		t.Silent++
	default:
		t.noReply(a, at)
	}
}

func (t *Tally) noReply(a bot.Arrival, at bot.Instant) {
	if at.Sub(a.At) < ConsentOpen {
		t.Waiting++
	} else {
		t.Silent++
	}
}

// OwnTally is what an agent sees of the codes of the day: how many came, said yes, and said no. All others are one count, so
// that it does not tell who said STOP, was forgotten or had been enrolled by somebody else. ok is false without a code.
func OwnTally(tx storage.Tx, agent bot.Agent, at bot.Instant, today string) (came, yes, no int, ok bool, err error) {
	list, err := codesOf(tx, agent.Name)
	if err != nil {
		return 0, 0, 0, false, err
	}
	for _, c := range list {
		if !c.ValidOn(today) {
			continue
		}
		t, err := countCode(tx, c, at, nil)
		if err != nil {
			return 0, 0, 0, false, err
		}
		came, yes, no, ok = came+t.Started+t.Already, yes+t.Yes, no+t.No, true
	}
	return came, yes, no, ok, nil
}

// numbered is a number as a count, and when it came.
type numbered struct {
	n  uint64
	at bot.Instant
}

func numberOf(a bot.Address) (uint64, bool) {
	if !a.Answerable() {
		return 0, false
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(a.Value, "+"), 10, 64)
	return n, err == nil
}

// runs looks for rows of numbers that follow each other. Whoever is paid by the head and invents numbers counts on; people at
// a market seldom have neighbouring ones.
func (t *Tally) runs(came []numbered) {
	slices.SortFunc(came, func(a, b numbered) int { return cmp.Compare(a.n, b.n) })
	for first := 0; first < len(came); {
		end := first + 1
		for end < len(came) && came[end].n == came[end-1].n+1 {
			end++
		}
		if run := came[first:end]; len(run) >= runAtLeast {
			t.Runs++
			t.InRuns += len(run)
			t.Longest = max(t.Longest, len(run))
			t.Rush += rush(run)
		}
		first = end
	}
}

// rush is how many of a row came within a minute of a neighbour in it.
func rush(run []numbered) int {
	near := func(i, j int) bool {
		return i >= 0 && j < len(run) && max(run[i].at, run[j].at).Sub(min(run[i].at, run[j].at)) <= rushWithin
	}
	n := 0
	for i := range run {
		if near(i-1, i) || near(i, i+1) {
			n++
		}
	}
	return n
}

// most is how many moments at the most lie within a length of time.
func most(times []bot.Instant, within time.Duration) int {
	slices.Sort(times)
	found, first := 0, 0
	for i := range times {
		for times[i].Sub(times[first]) > within {
			first++
		}
		found = max(found, i-first+1)
	}
	return found
}
