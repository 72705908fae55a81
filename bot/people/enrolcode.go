package people

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// MostCodeDays is how many days a code may be valid.
	MostCodeDays = 31
	// codeAhead is how many days ahead its first one may lie.
	codeAhead = 60
	// codeRemembered is how many days after its last one a code is still told from four digits that were none: it is said to be
	// over, its digits are not drawn again, and its agent types in what stands on paper.
	codeRemembered = 7
	// lookedCodes is how many codes are looked at for those of an agent; at one a day for ten agents a year's.
	lookedCodes = 4000
)

// DayIn is a moment's day on a site's calendar, 2026-11-23.
func DayIn(at bot.Instant, zone *time.Location) string {
	return at.Time().In(zone).Format(time.DateOnly)
}

// dayAfter is the day so many days after one; ok is false for what is no day.
func dayAfter(day string, days int) (after string, ok bool) {
	t, err := time.Parse(time.DateOnly, day)
	return t.AddDate(0, 0, days).Format(time.DateOnly), err == nil
}

// DrawEnrolDigits draws the digits of a code of the day: none that people guess or mistype easily, and none that they write
// for a year or a sum of money, since a text of four digits may be either.
func DrawEnrolDigits(random io.Reader) (string, error) {
	for {
		n, err := rand.Int(random, big.NewInt(9000))
		if err != nil {
			return "", fmt.Errorf("people: draw a code: %w", err)
		}
		if digits := strconv.FormatInt(1000+n.Int64(), 10); !obvious(digits) {
			return digits, nil
		}
	}
}

// obvious tells whether four digits are too easily guessed, mistyped, or meant as something else.
func obvious(d string) bool {
	up, down := true, true
	for i := 1; i < len(d); i++ {
		up = up && d[i] == d[i-1]+1
		down = down && d[i]+1 == d[i-1]
	}
	return up || down ||
		strings.Count(d, d[:1]) >= 3 || strings.Count(d, d[3:]) >= 3 || // 1111, 1121, 2111
		d[:2] == d[2:] || d[0] == d[1] && d[2] == d[3] || // 1212, 1122
		d[:2] == "19" || d[:2] == "20" || // years
		d[2:] == "00" || d[2:] == "50" // sums
}

// CodeToDraw is what is asked for a code.
type CodeToDraw struct {
	Agent string
	From  string // its first day; "" = today
	Days  int
	Drawn []string // digits to choose from, more than one: some may be in use
	ID    bot.ID
}

// NewEnrolCode gives an agent a code for some days of the site's calendar.
func NewEnrolCode(tx storage.Tx, a Act, q CodeToDraw, today string) (bot.EnrolCode, error) {
	by, err := a.Actor(tx, enrollers()...)
	if err != nil {
		return bot.EnrolCode{}, err
	}
	if q.Days < 1 || q.Days > MostCodeDays {
		return bot.EnrolCode{}, bot.Fault(bot.CodeInvalid, "desk.bad_days", "max", strconv.Itoa(MostCodeDays))
	}
	if q.From == "" {
		q.From = today
	}
	until, ok := dayAfter(q.From, q.Days-1)
	last, _ := dayAfter(today, codeAhead)
	if !ok || q.From < today || q.From > last {
		return bot.EnrolCode{}, bot.Fault(bot.CodeInvalid, "desk.bad_first_day", "date", today)
	}
	agent, err := findAgent(tx, q.Agent)
	if err != nil {
		return bot.EnrolCode{}, err
	}
	if err := refuseNow(tx, agent); err != nil {
		return bot.EnrolCode{}, err
	}
	c := bot.EnrolCode{
		ID: q.ID, Agent: agent.Name, From: q.From, Until: until, Project: agent.Project, DrawnBy: by.Name, DrawnAt: a.At,
	}
	for _, digits := range q.Drawn {
		free, err := freeDigits(tx, digits, c)
		if err != nil {
			return bot.EnrolCode{}, err
		}
		if !free {
			continue
		}
		c.Digits = digits
		if err := tx.PutEnrolCode(c, 0); err != nil {
			return bot.EnrolCode{}, fmt.Errorf("people: new code: %w", err)
		}
		return c, a.Note(tx, by, "code.drawn", agent.Name, digits)
	}
	return bot.EnrolCode{}, bot.Fault(bot.CodeConflict, "desk.no_free_code")
}

// refuseNow refuses an agent who may bring nobody now.
func refuseNow(tx storage.Tx, agent bot.Agent) error {
	may, err := mayEnrol(tx, agent)
	if err == nil && !may {
		err = bot.Fault(bot.CodeRefused, "desk.agent_not_now", "name", agent.Name)
	}
	return err
}

// freeDigits tells whether no other code has these digits in the days of c, or in the week before or after.
func freeDigits(tx storage.Tx, digits string, c bot.EnrolCode) (bool, error) {
	like, err := tx.EnrolCodesLike(digits)
	if err != nil {
		return false, fmt.Errorf("people: new code: %w", err)
	}
	after, _ := dayAfter(c.Until, codeRemembered)
	for _, other := range like {
		left, _ := dayAfter(other.Until, codeRemembered)
		if c.From <= left && other.From <= after {
			return false, nil
		}
	}
	return true, nil
}

// CodeStands is how four digits stand on a day.
type CodeStands string

// Ways that four digits stand.
const (
	CodeNone  CodeStands = ""      // nobody's code, or so long ago that they may be anything
	CodeGood  CodeStands = "good"  //
	CodeOver  CodeStands = "over"  // it was one until lately, or its agent brings nobody now
	CodeEarly CodeStands = "early" // it will be one
)

// FindEnrolCode finds what four digits stand for on a day, with the code's agent.
func FindEnrolCode(tx storage.Tx, digits, today string) (c bot.EnrolCode, agent bot.Agent, stands CodeStands, err error) {
	like, err := tx.EnrolCodesLike(digits)
	if err != nil {
		return c, agent, CodeNone, fmt.Errorf("people: find a code: %w", err)
	}
	for _, found := range like {
		left, _ := dayAfter(found.Until, codeRemembered)
		switch {
		case stands == CodeGood:
		case found.ValidOn(today):
			c, stands = found, CodeGood
		case found.From > today:
			c, stands = found, CodeEarly
		case today <= left:
			c, stands = found, CodeOver
		}
	}
	if stands == CodeNone {
		return c, agent, CodeNone, nil
	}
	if agent, err = tx.Agent(c.Agent); err != nil {
		return c, agent, CodeNone, fmt.Errorf("people: find a code: %w", err)
	}
	if may, err := mayEnrol(tx, agent); err != nil {
		return c, agent, CodeNone, err
	} else if !may {
		return c, agent, CodeOver, nil
	}
	return c, agent, stands, nil
}

// FormCode is the code under which an agent types somebody in: that of the day, or for a week the last one, which stands on
// the papers that are still to be typed. ok is false where there is none; may, where the agent may bring nobody now.
func FormCode(tx storage.Tx, agent bot.Agent, today string) (c bot.EnrolCode, may, ok bool, err error) {
	if may, err = mayEnrol(tx, agent); err != nil || !may {
		return bot.EnrolCode{}, false, false, err
	}
	list, err := codesOf(tx, agent.Name)
	if err != nil {
		return bot.EnrolCode{}, false, false, err
	}
	for _, found := range list { // the newest first
		left, _ := dayAfter(found.Until, codeRemembered)
		switch {
		case found.ValidOn(today):
			return found, true, true, nil
		case found.From <= today && today <= left && found.Until > c.Until:
			c, ok = found, true
		}
	}
	return c, true, ok, nil
}

// codesOf are an agent's codes, the newest first; "" is everybody's.
func codesOf(tx storage.Tx, agent string) ([]bot.EnrolCode, error) {
	list, err := tx.EnrolCodes(storage.Page{Limit: lookedCodes, Newest: true})
	if err != nil {
		return nil, fmt.Errorf("people: codes: %w", err)
	}
	if agent == "" {
		return list, nil
	}
	var own []bot.EnrolCode
	for _, c := range list {
		if c.Agent == agent {
			own = append(own, c)
		}
	}
	return own, nil
}

// EnrolCodes are the codes whose last day is since or later, the newest first; an agent's, or with "" everybody's.
func EnrolCodes(tx storage.Tx, a Act, agent, since string) ([]bot.EnrolCode, error) {
	if err := mayCount(tx, a, agent); err != nil {
		return nil, err
	}
	if agent != "" {
		if _, err := findAgent(tx, agent); err != nil {
			return nil, err
		}
	}
	list, err := codesOf(tx, agent)
	if err != nil {
		return nil, err
	}
	var kept []bot.EnrolCode
	for _, c := range list {
		if c.Until >= since {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// CodesOfDigits are the codes that have four digits and a last day of since or later, for those who add agents.
func CodesOfDigits(tx storage.Tx, a Act, digits, since string) ([]bot.EnrolCode, error) {
	if err := mayCount(tx, a, ""); err != nil {
		return nil, err
	}
	like, err := tx.EnrolCodesLike(digits)
	if err != nil {
		return nil, fmt.Errorf("people: codes: %w", err)
	}
	var kept []bot.EnrolCode
	for _, c := range like {
		if c.Until >= since {
			kept = append(kept, c)
		}
	}
	if len(like) == 0 {
		return nil, bot.Fault(bot.CodeNotFound, "desk.no_such_code", "code", digits)
	}
	return kept, nil
}

// mayCount lets in whoever adds agents, and an agent to what is its own.
func mayCount(tx storage.Tx, a Act, agent string) error {
	roles := enrollers()
	if agent != "" && agent == a.As {
		roles = append(roles, bot.RoleFieldAgent)
	}
	_, err := a.Actor(tx, roles...)
	return err
}

// Own is the agent that an account is; "" for one that is none.
func Own(tx storage.Tx, a Act) (string, error) {
	agent, err := tx.Agent(a.As)
	if errors.Is(err, storage.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("people: own: %w", err)
	}
	return agent.Name, nil
}
