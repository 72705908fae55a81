package admin

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// Focal is how many reports wait for the protection focal point, and whether there is one: people are told that only a
// trained person reads them.
type Focal struct {
	Waiting Count `json:"waiting"`
	NoFocal bool  `json:"no_focal,omitempty"` // nobody has the role
}

// focalOf counts among the newest reports that nobody has linked. It is nil where none waits and somebody has the role.
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
	if n == 0 && !p.NoFocal {
		return nil, nil
	}
	return &p, nil
}
