package people_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// phones is a store with accounts, whose phones, codes and switch are tested.
type phones struct {
	*storagetest.Store
	t testing.TB
}

func newPhones(t *testing.T) phones {
	p := phones{storagetest.Open(t), t}
	for name, role := range map[string]bot.Role{
		"CHEF": bot.RoleAdmin, "AMI": bot.RoleCoordinator, "BAKARY": bot.RoleCoordinator, "CISSE": bot.RoleVerifier,
	} {
		p.must(p.Update(t.Context(), func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role}}, 0) }))
	}
	return p
}

func (p phones) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p phones) act(name, via string) people.Act {
	return people.Act{At: p.Time.Instant(), As: name, Via: via}
}

func (p phones) phone(number string) people.Phone {
	a := bot.Address{Kind: bot.Phone, Value: number}
	return people.Phone{Number: a, Key: p.ContactKey(a)}
}

// set registers a number and gives the key of the refusal, "" for none.
func (p phones) set(as, name, number string) string {
	return p.refusal(func(tx storage.Tx) error {
		_, err := people.SetNumber(tx, p.act(as, "socket"), name, p.phone(number))
		return err
	})
}

func (p phones) refusal(rule func(storage.Tx) error) string {
	p.t.Helper()
	err := p.Update(p.t.Context(), rule)
	var fault *bot.Error
	if errors.As(err, &fault) {
		return fault.Key
	}
	p.must(err)
	return ""
}

// owner is whose phone a number is, "" for nobody's.
func (p phones) owner(number string) (owner string) {
	p.t.Helper()
	p.must(p.View(p.t.Context(), func(tx storage.Tx) error {
		n, _, err := people.DeskNumber(tx, p.phone(number).Key)
		owner = n.User
		return err
	}))
	return owner
}

func (p phones) events() (kinds []string) {
	p.t.Helper()
	p.must(p.View(p.t.Context(), func(tx storage.Tx) error {
		list, err := tx.Events(0, 100)
		kinds = nil
		for _, e := range list {
			kinds = append(kinds, e.Actor+" "+e.Via+" "+e.Kind+" "+e.Key+" "+e.Reason)
		}
		return err
	}))
	return kinds
}

// sheet prints a sheet and gives its codes.
func (p phones) sheet(as string, count int) []string {
	p.t.Helper()
	drawn := p.draw(count + 5)
	var codes []string
	p.must(p.Update(p.t.Context(), func(tx storage.Tx) (err error) {
		codes, _, err = people.PrintSheet(tx, p.act(as, "socket"), drawn, count)
		return err
	}))
	return codes
}

func (p phones) draw(n int) []people.Drawn {
	var drawn []people.Drawn
	for range n {
		code, err := people.DrawCode(rand.Reader)
		p.must(err)
		drawn = append(drawn, people.Drawn{Code: code, Key: p.CodeKey(code)})
	}
	return drawn
}

// use tries a code from a number.
func (p phones) use(number, code string) (good bool, wait time.Duration) {
	p.t.Helper()
	key, at := p.CodeKey(code), p.Time.Instant()
	p.must(p.Update(p.t.Context(), func(tx storage.Tx) error {
		n, err := tx.DeskNumber(p.phone(number).Key)
		if err != nil {
			return err
		}
		good, wait, err = people.UseCode(tx, n, key, at)
		return err
	}))
	return good, wait
}

func TestNumbersOfAccounts(t *testing.T) {
	p := newPhones(t)
	const first, second = "+22366000099", "+22366000098"
	for _, c := range []struct{ as, name, number, refusal string }{
		{"AMI", "AMI", first, "desk.no_role"},
		{"CHEF", "NOBODY", first, "desk.no_such_user"},
		{"CHEF", "AMI", first, ""},
		{"CHEF", "AMI", first, ""},
		{"CHEF", "BAKARY", first, "desk.number_taken"},
		{"CHEF", "AMI", second, ""}, // in place of the first
		{"CHEF", "BAKARY", first, ""},
	} {
		if got := p.set(c.as, c.name, c.number); got != c.refusal {
			t.Errorf("%s registers a number for %s: %q, want %q", c.as, c.name, got, c.refusal)
		}
	}
	if a, b := p.owner(first), p.owner(second); a != "BAKARY" || b != "AMI" {
		t.Errorf("the numbers are those of %q and %q", a, b)
	}
	remove := func(as, name string) string {
		return p.refusal(func(tx storage.Tx) error { _, err := people.RemoveNumber(tx, p.act(as, "socket"), name); return err })
	}
	for _, c := range []struct{ as, name, refusal string }{
		{"BAKARY", "AMI", "desk.no_role"}, {"CHEF", "AMI", ""}, {"CHEF", "AMI", "desk.no_number"},
	} {
		if got := remove(c.as, c.name); got != c.refusal {
			t.Errorf("%s takes the number of %s: %q, want %q", c.as, c.name, got, c.refusal)
		}
	}
	if owner := p.owner(second); owner != "" {
		t.Errorf("a number that was taken away is still that of %s", owner)
	}
	want := []string{"CHEF socket user.number_set AMI ", "CHEF socket user.number_set AMI ", "CHEF socket user.number_set BAKARY ",
		"CHEF socket user.number_removed AMI "}
	if got := p.events(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

func TestDrawnCodes(t *testing.T) {
	seen := make(map[string]bool)
	for range 2000 {
		code, err := people.DrawCode(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, isRef := bot.ParseRef(code); isRef || len(code) != bot.CodeDigits || code[0] == '0' {
			t.Fatalf("drew %q", code)
		}
		if _, err := strconv.Atoi(code); err != nil {
			t.Fatalf("drew %q", code)
		}
		seen[code] = true
	}
	if len(seen) < 1900 {
		t.Errorf("2000 draws gave %d codes", len(seen))
	}
	if _, err := people.DrawCode(bytes.NewReader(nil)); err == nil {
		t.Error("a code without randomness")
	}
}

func TestSheets(t *testing.T) {
	p := newPhones(t)
	const ami, bakary = "+22366000098", "+22366000097"
	p.set("CHEF", "AMI", ami)
	p.set("CHEF", "BAKARY", bakary)
	old, others := p.sheet("AMI", 3), p.sheet("BAKARY", 3)
	if good, wait := p.use(ami, old[0]); !good || wait != 0 {
		t.Fatalf("the first code of a sheet: %v, wait %v", good, wait)
	}

	// What is on somebody's sheet is not drawn again for another.
	again := append([]people.Drawn{{Code: others[0], Key: p.CodeKey(others[0])}}, p.draw(3)...)
	again = append(again, again[1])
	var codes []string
	var voided int
	p.must(p.Update(t.Context(), func(tx storage.Tx) (err error) {
		codes, voided, err = people.PrintSheet(tx, p.act("AMI", "socket"), again, 3)
		return err
	}))
	if len(codes) != 3 || codes[0] == others[0] || voided != 2 {
		t.Errorf("printed %d codes, voided %d, another's among them: %v", len(codes), voided, codes[0] == others[0])
	}
	for what, code := range map[string]string{"used": old[0], "of a void sheet": old[1], "another's": others[1], "never drawn": "000000"} {
		if good, wait := p.use(ami, code); good || wait == 0 {
			t.Errorf("a code that is %s: %v, wait %v", what, good, wait)
		}
		p.Time.Add(time.Hour)
	}
	if good, _ := p.use(bakary, others[1]); !good {
		t.Error("a code that somebody else had tried is not good any more")
	}
	if good, _ := p.use(ami, codes[2]); !good {
		t.Error("the last code of the new sheet is not good")
	}
	for _, c := range []struct {
		as    string
		count int
		want  string
	}{{"AMI", 0, "desk.bad_count"}, {"AMI", people.MostCodes + 1, "desk.bad_count"}, {"NOBODY", 1, "desk.no_such_user"}} {
		got := p.refusal(func(tx storage.Tx) error {
			_, _, err := people.PrintSheet(tx, p.act(c.as, "socket"), again, c.count)
			return err
		})
		if got != c.want {
			t.Errorf("%s prints %d codes: %q, want %q", c.as, c.count, got, c.want)
		}
	}
}

// Wrong codes slow the number down by one minute, five, and thirty ever after; a good one or a day without ends that.
func TestWrongCodesSlowDown(t *testing.T) {
	p := newPhones(t)
	const ami = "+22366000098"
	p.set("CHEF", "AMI", ami)
	sheet := p.sheet("AMI", 4)
	wrong := func(want time.Duration) {
		t.Helper()
		if good, wait := p.use(ami, "000000"); good || wait != want {
			t.Errorf("a wrong code: %v, wait %v, want %v", good, wait, want)
		}
	}
	wrong(time.Minute)
	p.Time.Add(20 * time.Second)
	wrong(40 * time.Second) // not looked at, so it is no further one
	if good, wait := p.use(ami, sheet[0]); good || wait != 40*time.Second {
		t.Errorf("a good code while the number is slow: %v, wait %v", good, wait)
	}
	p.Time.Add(40 * time.Second)
	wrong(5 * time.Minute)
	p.Time.Add(5 * time.Minute)
	for range 3 {
		wrong(30 * time.Minute)
		p.Time.Add(30 * time.Minute)
	}
	if good, wait := p.use(ami, sheet[0]); !good || wait != 0 {
		t.Errorf("a good code that came while the number was slow, and again: %v, wait %v", good, wait)
	}
	wrong(time.Minute)
	p.Time.Add(24 * time.Hour)
	wrong(time.Minute)
}

// A code is good once, however many repeats and races.
func TestACodeIsGoodOnce(t *testing.T) {
	p := newPhones(t)
	numbers := map[string]string{"AMI": "+22366000098", "BAKARY": "+22366000097"}
	for name, number := range numbers {
		p.set("CHEF", name, number)
	}
	rapid.Check(t, func(rt *rapid.T) {
		p.Time.Add(time.Hour) // no number is slow any more
		sheets := map[string][]string{"AMI": p.sheet("AMI", 3), "BAKARY": p.sheet("BAKARY", 3)}
		type try struct{ from, owner, code string }
		accounts := []string{"AMI", "BAKARY"}
		tries := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) try {
			owner := rapid.SampledFrom(accounts).Draw(rt, "owner")
			return try{rapid.SampledFrom(accounts).Draw(rt, "from"), owner, sheets[owner][rapid.IntRange(0, 2).Draw(rt, "code")]}
		}), 1, 12).Draw(rt, "tries")
		together := rapid.Bool().Draw(rt, "together")
		var mu sync.Mutex
		good := make(map[string]int)
		var group sync.WaitGroup
		for _, c := range tries {
			one := func() {
				is, _ := p.use(numbers[c.from], c.code)
				mu.Lock()
				defer mu.Unlock()
				if is {
					good[c.code]++
					if c.from != c.owner {
						rt.Errorf("a code was good for somebody else")
					}
				}
			}
			if together {
				group.Go(one)
			} else {
				one()
				p.Time.Add(time.Hour)
			}
		}
		group.Wait()
		for code, n := range good {
			if n > 1 {
				rt.Errorf("code %s was good %d times", code, n)
			}
		}
		if together {
			return
		}
		for _, c := range tries { // one after the other, nothing is lost to slowness
			if c.from == c.owner && good[c.code] != 1 {
				rt.Errorf("a code that its owner typed was good %d times", good[c.code])
			}
		}
	})
}

func TestSwitch(t *testing.T) {
	p := newPhones(t)
	hold := func(as string, state bot.SendState) {
		t.Helper()
		p.must(p.Update(t.Context(), func(tx storage.Tx) error { _, err := people.Hold(tx, p.act(as, people.ViaSMS), state); return err }))
	}
	ask := func(as string) (done bool) {
		t.Helper()
		p.must(p.Update(t.Context(), func(tx storage.Tx) (err error) {
			_, done, err = people.AskToResume(tx, p.act(as, people.ViaSMS))
			return err
		}))
		return done
	}
	stands := func(want bot.SendState, by string) {
		t.Helper()
		p.must(p.View(t.Context(), func(tx storage.Tx) error {
			if sw, err := tx.Switch(); err != nil || sw.State != want || sw.By != by {
				t.Errorf("the switch is %q by %s (%v), want %q by %s", sw.State, sw.By, err, want, by)
			}
			return nil
		}))
	}
	hold("CISSE", bot.SendPaused)
	stands(bot.SendPaused, "CISSE")
	hold("AMI", bot.SendCut)
	hold("BAKARY", bot.SendPaused)
	stands(bot.SendCut, "AMI") // a pause lets nothing out

	for range 2 {
		if ask("AMI") {
			t.Error("one account alone let everything leave")
		}
	}
	p.Time.Add(people.ResumeWithin + time.Second)
	if ask("BAKARY") {
		t.Error("a second code after the time let everything leave")
	}
	hold("CISSE", bot.SendCut)
	if ask("AMI") {
		t.Error("a first code from before the last cut was counted")
	}
	stands(bot.SendCut, "AMI")
	p.Time.Add(people.ResumeWithin)
	if !ask("BAKARY") {
		t.Error("two codes of two accounts in time let nothing leave")
	}
	stands(bot.SendAll, "BAKARY")
	last := p.events()
	if got := last[len(last)-1]; got != "BAKARY sms sending.resumed  AMI" {
		t.Errorf("the last event is %q", got)
	}

	for as, want := range map[string]string{"CISSE": "desk.no_role", "CHEF": "", "AMI": ""} {
		got := p.refusal(func(tx storage.Tx) error { _, err := people.Resume(tx, p.act(as, "socket")); return err })
		if got != want {
			t.Errorf("%s resumes at the desk: %q, want %q", as, got, want)
		}
	}
	if got := p.refusal(func(tx storage.Tx) error {
		_, _, err := people.AskToResume(tx, p.act("CISSE", people.ViaSMS))
		return err
	}); got != "desk.no_role" {
		t.Errorf("a verifier resumes by SMS: %q", got)
	}
	if got := p.refusal(func(tx storage.Tx) error { _, err := people.Hold(tx, p.act("AMI", "sms"), bot.SendAll); return err }); got != "desk.bad_request" {
		t.Errorf("holding nothing: %q", got)
	}
}
