package admin

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// HelpedDays counts what people said to whether an answer helped, on the days that the status tells of.
type HelpedDays struct {
	Days        int `json:"days"`
	Yes         Few `json:"yes"`
	No          Few `json:"no"`
	NotBelieved Few `json:"not_believed"`
	NoReply     Few `json:"no_reply"`
}

// helpedOver is how many days the status tells of.
const helpedOver = 30

// helpedDays counts them; nil where nobody was asked.
func helpedDays(tx storage.Tx, now bot.Instant) (*HelpedDays, error) {
	h, err := tx.Helped(now.Add(-(helpedOver - 1) * 24 * time.Hour))
	if err != nil {
		return nil, fmt.Errorf("admin: whether answers helped: %w", err)
	}
	if h == (bot.Helped{}) {
		return nil, nil
	}
	return &HelpedDays{
		Days: helpedOver, Yes: few(h.Yes), No: few(h.No), NotBelieved: few(h.NotBelieved), NoReply: few(h.NoReply),
	}, nil
}
