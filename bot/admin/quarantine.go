package admin

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/panicked"
	"tinye/storage"
)

// ListQuarantine asks for requests that could not be handled, newest first.
type ListQuarantine struct {
	By
	All   bool `json:"all,omitempty"` // those that were handled since, too
	Limit int  `json:"limit,omitempty"`
}

// ShowQuarantined asks for one of them; RetryQuarantined has it handled again.
type (
	ShowQuarantined struct {
		By
		ID string `json:"id"`
	}
	RetryQuarantined struct {
		By
		ID string `json:"id"`
	}
)

// QuarantinedRow is a request in a list.
type QuarantinedRow struct {
	ID      bot.ID      `json:"id"`
	At      bot.Instant `json:"at"`
	Gateway string      `json:"gateway"`
	Route   string      `json:"route"`
	Reason  string      `json:"reason"`
	Bytes   int         `json:"bytes"` // of query and body
	Tries   int         `json:"tries"`
	Done    bot.Instant `json:"done,omitzero"`
}

// QuarantinedList are the newest requests; More tells that there are older ones.
type QuarantinedList struct {
	Quarantined []QuarantinedRow `json:"quarantined"`
	More        bool             `json:"more,omitempty"`
}

// Quarantined is a request with the shape of what it held: every digit shows as #, so that it can be seen what is wrong with
// it and not who sent it; to administrators every letter as x, but for the names of fields.
type Quarantined struct {
	QuarantinedRow
	Method string `json:"method"`
	Type   string `json:"type,omitempty"`
	Query  string `json:"query,omitempty"`
	Body   string `json:"body,omitempty"`
}

func quarantinedRow(q bot.Quarantined) QuarantinedRow {
	return QuarantinedRow{
		ID: q.ID, At: q.At, Gateway: q.Gateway, Route: q.Route, Reason: q.Reason, Bytes: len(q.Query) + len(q.Body),
		Tries: q.Tries, Done: q.Done,
	}
}

// shapeLimit is how many characters of a request are shown.
const shapeLimit = 4000

// shape hides every digit, of whichever script; that takes the numbers out of forms, JSON and hexadecimal alike. What
// cannot be printed shows as a dot.
func shape(raw []byte) string {
	var b strings.Builder
	n := 0
	for _, r := range string(raw) {
		if n++; n > shapeLimit {
			b.WriteRune('…')
			break
		}
		switch {
		case unicode.IsNumber(r):
			r = '#'
		case r != '\n' && !unicode.IsPrint(r):
			r = '.'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// fieldNames are the names of fields in JSON and in forms, in a request's shape.
var fieldNames = regexp.MustCompile(`"[A-Za-z_][A-Za-z_.#-]{0,30}"\s*:|(?:^|&)[A-Za-z_][A-Za-z_.#-]{0,30}=`)

// wordless is a shape with every letter as x but for the names of fields: an administrator sees what is wrong with a gateway
// and reads nobody's words.
func wordless(shape string) string {
	var b strings.Builder
	hide := func(words string) {
		for _, r := range words {
			if unicode.IsLetter(r) || unicode.IsMark(r) {
				r = 'x'
			}
			b.WriteRune(r)
		}
	}
	at := 0
	for _, name := range fieldNames.FindAllStringIndex(shape, -1) {
		hide(shape[at:name[0]])
		b.WriteString(shape[name[0]:name[1]])
		at = name[1]
	}
	hide(shape[at:])
	return b.String()
}

func (s *Server) listQuarantine(ctx context.Context, h *hotline.Service, q ListQuarantine) (QuarantinedList, error) {
	act, n := s.act(h, q.By), rows(q.Limit)
	var list QuarantinedList
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, append(readers(), bot.RoleAdmin)...); err != nil {
			return err
		}
		found, err := quarantines(tx, q.All, n+1)
		found, list.More = cut(found, n)
		list.Quarantined = make([]QuarantinedRow, 0, len(found))
		for _, row := range found {
			list.Quarantined = append(list.Quarantined, quarantinedRow(row))
		}
		return err
	})
	return list, err
}

// quarantines lists the newest n that are not done, or the newest n.
func quarantines(tx storage.Tx, all bool, n int) ([]bot.Quarantined, error) {
	var found []bot.Quarantined
	page := storage.Page{Limit: MostRows, Newest: true}
	for {
		rows, err := tx.Quarantines(page)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if all || row.Done.IsZero() {
				found = append(found, row)
			}
			if len(found) == n {
				return found, nil
			}
		}
		if len(rows) < page.Limit {
			return found, nil
		}
		page.After = rows[len(rows)-1].ID
	}
}

// findQuarantined reads a row by the id that somebody typed.
func findQuarantined(tx storage.Tx, typed string) (bot.Quarantined, error) {
	id, err := bot.ParseID(typed)
	if err != nil {
		return bot.Quarantined{}, bot.Fault(bot.CodeNotFound, "desk.no_such_quarantine")
	}
	row, err := tx.Quarantined(id)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return bot.Quarantined{}, bot.Fault(bot.CodeNotFound, "desk.no_such_quarantine")
	}
	if err != nil {
		return bot.Quarantined{}, fmt.Errorf("admin: quarantine: %w", err)
	}
	return row, nil
}

// showQuarantined shows what came, and notes who looked: between the digits there may be a person's words, which only a
// coordinator reads.
func (s *Server) showQuarantined(ctx context.Context, h *hotline.Service, q ShowQuarantined) (Quarantined, error) {
	act := s.act(h, q.By)
	var shown Quarantined
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		by, err := act.Actor(tx, bot.RoleCoordinator, bot.RoleAdmin)
		if err != nil {
			return err
		}
		row, err := findQuarantined(tx, q.ID)
		if err != nil {
			return err
		}
		shown = Quarantined{
			QuarantinedRow: quarantinedRow(row), Method: row.Method, Type: row.Type, Query: shape(row.Query), Body: shape(row.Body),
		}
		if by.Role != bot.RoleCoordinator {
			shown.Query, shown.Body = wordless(shown.Query), wordless(shown.Body)
		}
		return act.Note(tx, by, "quarantine.read", row.ID.String(), "")
	})
	return shown, err
}

// retryQuarantined handles a request again as if it came now. A message in it that was handled before is known as a repeat
// where its gateway gives ids or times.
func (s *Server) retryQuarantined(ctx context.Context, h *hotline.Service, q RetryQuarantined) (QuarantinedRow, error) {
	s.retrying.Lock()
	defer s.retrying.Unlock()
	act := s.act(h, q.By)
	var by bot.Actor
	var row bot.Quarantined
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		if by, err = act.Actor(tx, bot.RoleModerator, bot.RoleCoordinator, bot.RoleAdmin); err != nil {
			return err
		}
		if row, err = findQuarantined(tx, q.ID); err == nil && !row.Done.IsZero() {
			err = bot.Fault(bot.CodeRefused, "desk.no_such_quarantine")
		}
		return err
	})
	if err != nil {
		return QuarantinedRow{}, err
	}
	reason, failed := s.handleAgain(ctx, h, row)
	if failed != nil && faultOf(failed).Code == bot.CodeUnavailable {
		return QuarantinedRow{}, failed
	}
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		if row, err = findQuarantined(tx, q.ID); err != nil {
			return err
		}
		if failed == nil {
			row.Done = act.At
		} else {
			row.Tries, row.Reason = row.Tries+1, reason
		}
		if err := tx.PutQuarantined(row); err != nil {
			return fmt.Errorf("admin: quarantine: %w", err)
		}
		return act.Note(tx, by, "quarantine.retried", row.ID.String(), reason)
	})
	if err != nil {
		return QuarantinedRow{}, err
	}
	if failed != nil {
		// The error may quote the request, and is not for the log.
		s.Log.Warn("admin: a request in quarantine failed again", "id", row.ID.String(), "reason", reason)
		return QuarantinedRow{}, bot.Fault(bot.CodeRefused, "desk.quarantine_again")
	}
	return quarantinedRow(row), nil
}

// handleAgain decodes a request and hands on what it held. The reason is one of web's: undecodable, failed, panic.
func (s *Server) handleAgain(ctx context.Context, h *hotline.Service, row bot.Quarantined) (reason string, err error) {
	defer func() {
		if _, ok := errors.AsType[*panicked.Error](err); ok {
			reason = "panic"
		}
	}()
	defer panicked.Catch(&err)
	inbounds, reports, err := s.Decode(row)
	if err != nil {
		return "undecodable", err
	}
	for _, in := range inbounds {
		if _, err := h.Receive(ctx, in); err != nil {
			return "failed", err
		}
	}
	for _, dr := range reports {
		if err := h.Delivered(ctx, dr); err != nil {
			return "failed", err
		}
	}
	return "", nil
}
