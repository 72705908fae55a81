package admin

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Reach is what can be sent to whoever told a report; "" is whatever is owed.
type Reach string

// Reaches.
const (
	ReachNobody  Reach = "nobody"  // nothing: it came without a number, or the number was forgotten
	ReachStopped Reach = "stopped" // nothing: the person said STOP after telling it
	ReachAnswer  Reach = "answer"  // the acknowledgement and the answer to it: the person had said STOP, and told it nevertheless
)

// reachOf is what can be sent about a report.
func reachOf(tx storage.Tx, r bot.Report) (Reach, error) {
	if r.Contact.IsZero() {
		return ReachNobody, nil
	}
	c, err := tx.Contact(r.Contact)
	switch {
	case errors.Is(err, storage.ErrNotFound) || err == nil && !c.Number.Answerable():
		return ReachNobody, nil
	case err != nil:
		return "", fmt.Errorf("admin: whom a report is from: %w", err)
	case !c.Stopped():
		return "", nil
	case r.ToldAt() <= c.StoppedAt:
		return ReachStopped, nil
	}
	return ReachAnswer, nil
}
