package admin

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// screenDays is how many days status looks back on the menus.
const screenDays = 7

// fewCount is the count below which only "few" is said: with one caller an hour, a small figure is about somebody.
const fewCount = 5

// Screen is what happened on one screen of the menus in the last seven days, on one version of its flow.
type Screen struct {
	Flow    string `json:"flow"`
	Version string `json:"version"` // content hash
	Screen  string `json:"screen"`
	Shown   Few    `json:"shown"` // times it was entered
	Wrong   Few    `json:"wrong"` // inputs that did not fit
	Left    Few    `json:"left"`  // sessions that broke off there
	Ended   Few    `json:"ended"` // sessions that ended there as they should
	// LeftPercent is the share of those who came to the screen that broke off there; -1 where they are too few to say.
	LeftPercent int `json:"left_percent"`
}

// Few is a count that does not say small numbers exactly: 1 to 4 are given as -1.
type Few int

func few(n int) Few {
	if n > 0 && n < fewCount {
		return -1
	}
	return Few(n)
}

// String is such as 12, 0 or <5.
func (f Few) String() string {
	if f < 0 {
		return fmt.Sprintf("<%d", fewCount)
	}
	return fmt.Sprint(int(f))
}

func screensOf(tx storage.Tx, now bot.Instant) ([]Screen, error) {
	tallies, err := tx.Tallies(now.Add(-(screenDays - 1) * 24 * time.Hour))
	if err != nil {
		return nil, fmt.Errorf("admin: screens: %w", err)
	}
	list := make([]Screen, 0, len(tallies))
	for _, t := range tallies {
		s := Screen{
			Flow: t.Flow, Version: t.Version, Screen: t.Screen, Shown: few(t.Shown), Wrong: few(t.Wrong),
			Left: few(t.Left), Ended: few(t.Ended), LeftPercent: -1,
		}
		if t.Shown >= fewCount && s.Left >= 0 {
			s.LeftPercent = (100*t.Left + t.Shown/2) / t.Shown
		}
		list = append(list, s)
	}
	return list, nil
}
