package admin

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Focal is how many reports wait for the protection focal point, and whether there is one: people are told that only a
// trained person reads them.
type Focal struct {
	Waiting Count `json:"waiting"`
	NoFocal bool  `json:"no_focal,omitempty"` // nobody has the role
	NoPhone bool  `json:"no_phone,omitempty"` // nobody who has it has a registered phone: none is told by SMS that something waits
}

// focalOf counts among the newest reports that nobody has linked. It is nil where none waits and somebody can be told.
func focalOf(tx storage.Tx) (*Focal, error) {
	reports, err := tx.Reports(bot.ReportReceived, newest(countTo))
	if err != nil {
		return nil, fmt.Errorf("admin: focal point: %w", err)
	}
	users, err := tx.Users()
	if err != nil {
		return nil, fmt.Errorf("admin: focal point: %w", err)
	}
	n := 0
	for _, r := range reports {
		if r.Protect {
			n++
		}
	}
	p := Focal{Waiting: countOf(n), NoFocal: !slices.ContainsFunc(users, func(u bot.User) bool { return u.Has(bot.RoleProtectionFocal) })}
	p.NoPhone = !p.NoFocal && !rumour.FocalReached(users)
	if n == 0 && !p.NoFocal && !p.NoPhone {
		return nil, nil
	}
	return &p, nil
}
