package match_test

import (
	"fmt"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/match"
)

const flood = "Les écoles ferment à cause des inondations du fleuve"

// person is somebody's key; 0 is nobody known.
func person(n int) bot.ContactKey {
	var c bot.ContactKey
	if n > 0 {
		c[0], c[1] = byte(n), 1
	}
	return c
}

// tellings puts reports in nearly the same words into an index.
type tellings struct {
	x *match.Index
	n int
}

func (s *tellings) tell(who int, change func(*match.Report)) {
	r := match.Report{ID: id('r', s.n), Contact: person(who), Text: fmt.Sprintf("les ecoles ferment a cause des inondations du fleuve, dit la radio %d", s.n%3), Lang: bot.French}
	s.n++
	change(&r)
	s.x.PutReport(r)
}

func (s *tellings) rejects(who int) {
	s.tell(who, func(r *match.Report) { r.Rejected = []bot.ID{id('c', 0)} })
}

func (s *tellings) linked(who int, confirmed bool) {
	s.tell(who, func(r *match.Report) { r.Claim, r.Confirmed = id('c', 0), confirmed })
}

func (s *tellings) asked() match.Result {
	return s.x.Find(match.Query{Text: "les ecoles ferment a cause des inondations du fleuve, dit la radio", Lang: bot.French})
}

// The first who says that it is something else keeps the next ones from being answered at once, and nobody from being asked.
func TestOneRejectionStopsTheNextCopies(t *testing.T) {
	s := &tellings{x: claims(t, match.Options{}, flood, "Un vaccin rend les femmes stériles", "Le carburant coûte 2000 francs")}
	want := func(outcome match.Outcome, why string) {
		t.Helper()
		r := s.asked()
		if r.Outcome != outcome || r.Hits[0].Claim != id('c', 0) {
			t.Fatalf("%s: %s, want %s; %+v", why, r.Outcome, outcome, r.Hits)
		}
		if doubted := slices.Contains(r.Hits[0].Vetoes, match.VetoRejected); doubted != (outcome == match.Likely) {
			t.Fatalf("%s: %v", why, r.Hits[0].Vetoes)
		}
	}
	want(match.Certain, "nobody said anything")
	s.rejects(1)
	want(match.Likely, "one rejected")
	s.rejects(1)
	s.rejects(1)
	s.rejects(1)
	want(match.Likely, "one rejected four times")
	for who := range 3 {
		s.linked(2+who, false)
	}
	want(match.Likely, "one of four rejected")
	s.linked(5, false)
	want(match.Certain, "one of five rejected")
	s.linked(5, true)
	s.rejects(6)
	want(match.Likely, "two of six rejected")
}

// Three people who say no, and fewer who say yes, silence it.
func TestThreeRejectionsSilence(t *testing.T) {
	s := &tellings{x: claims(t, match.Options{}, flood, "Un vaccin rend les femmes stériles", "Le carburant coûte 2000 francs")}
	for who := range 50 {
		s.linked(100+who, false) // a machine said so
	}
	for range 3 {
		s.rejects(1)
	}
	s.rejects(2)
	if r := s.asked(); r.Outcome == match.Unknown || r.Hits[0].Denied {
		t.Fatalf("%s after two people", r.Outcome)
	}
	s.rejects(3)
	if r := s.asked(); r.Outcome != match.Unknown || !r.Hits[0].Denied {
		t.Fatalf("%s after three people", r.Outcome)
	}
	other := s.x.Find(match.Query{Text: "l'eau du fleuve inonde tout, les classes n'ouvrent plus, tout le monde rentre", Lang: bot.French})
	if len(other.Hits) == 0 || other.Hits[0].Denied {
		t.Errorf("other words are silenced too: %+v", other)
	}
	for who := range 3 {
		s.linked(10+who, true)
	}
	if r := s.asked(); r.Outcome == match.Unknown || r.Hits[0].Denied {
		t.Errorf("%s, although as many people confirmed", r.Outcome)
	}
	s.x.DropContact(person(1))
	if r := s.asked(); r.Outcome != match.Certain {
		t.Errorf("%s with two of fifty-five: %+v", r.Outcome, r.Hits[0])
	}
}

// Of reports of nobody known, each counts as somebody.
func TestRejectionsOfNobodyKnown(t *testing.T) {
	s := &tellings{x: claims(t, match.Options{}, flood)}
	s.rejects(0)
	s.rejects(0)
	if r := s.asked(); r.Hits[0].Denied {
		t.Fatal("silenced by two")
	}
	s.rejects(0)
	if r := s.asked(); !r.Hits[0].Denied {
		t.Error("not silenced by three")
	}
	for i := range 3 {
		s.x.DropReport(id('r', i))
	}
	if r := s.asked(); r.Hits[0].Denied || slices.Contains(r.Hits[0].Vetoes, match.VetoRejected) {
		t.Error("still rejected after the reports were forgotten")
	}
}
