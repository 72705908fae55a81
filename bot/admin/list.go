package admin

import (
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// MostRows is how many rows a list shows at most.
const MostRows = 500

const usualRows = 50

// rows is how many rows a list shows: usualRows unless asked otherwise, never more than MostRows.
func rows(limit int) int {
	if limit <= 0 {
		return usualRows
	}
	return min(limit, MostRows)
}

// newest is the page that shows the newest n rows, and one more by which it is known that there are more.
func newest(n int) storage.Page { return storage.Page{Limit: n + 1, Newest: true} }

// cut drops the row beyond n.
func cut[T any](list []T, n int) (_ []T, more bool) {
	if len(list) <= n {
		return list, false
	}
	return list[:n], true
}

// known refuses a state that does not exist; "" stands for all.
func known[T ~string](state T, all []T) error {
	if state != "" && !slices.Contains(all, state) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	return nil
}
