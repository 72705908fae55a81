package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// ProtectReport asks for a report to be sealed for the protection focal point. There is no way back.
	ProtectReport struct {
		By
		Ref  string           `json:"ref"`
		Kind bot.ReferralKind `json:"kind"` // why; it is sealed with the texts
	}
	// ProtectionKey registers a focal point's public key, or retires one.
	ProtectionKey struct {
		By
		Public string `json:"public"`
		Retire bool   `json:"retire,omitempty"`
	}
	// ListProtected asks which protected reports there are.
	ListProtected struct{ By }
	// SealWaiting asks for every protected report that is not in the vault to be sealed.
	SealWaiting struct{ By }
	// ExportProtected asks for the sealed content of all protected reports.
	ExportProtected struct{ By }
	// MoveProtected says how far the focal point is with one.
	MoveProtected struct {
		By
		Ref   string        `json:"ref"`
		State bot.CaseState `json:"state"`
	}
)

// ReportProtected tells what became of a report that was to be protected.
type ReportProtected struct {
	Ref     bot.Ref       `json:"ref"`
	Sealed  bool          `json:"sealed"`            // false: no key is registered; the focal point alone sees it until one is
	Told    bool          `json:"told"`              // a neutral reply is queued
	Pending bool          `json:"pending,omitempty"` // free pages still have the text, or a backup is being written: the sweep goes on with it
	Backups []bot.Instant `json:"backups"`           // backups made since the report came, which still hold it; the store knows of no others
}

// ProtectionKeyRow is a public key.
type ProtectionKeyRow struct {
	Public    string      `json:"public"`
	AddedBy   string      `json:"added_by"`
	AddedAt   bot.Instant `json:"added_at"`
	RetiredBy string      `json:"retired_by,omitempty"`
	RetiredAt bot.Instant `json:"retired_at,omitzero"`
}

// ProtectedRow is a protected report in a list. There is nothing in it of what the report says, or of who told it.
type ProtectedRow struct {
	Ref         bot.Ref       `json:"ref"`
	State       bot.CaseState `json:"state,omitempty"` // "" = it waits to be sealed
	ReceivedAt  bot.Instant   `json:"received_at,omitzero"`
	AgeSeconds  int64         `json:"age_seconds"` // since it was sealed or, waiting, since it came
	SealedAt    bot.Instant   `json:"sealed_at,omitzero"`
	SealedBy    string        `json:"sealed_by,omitempty"` // "" for the hotline itself
	AcceptedAt  bot.Instant   `json:"accepted_at,omitzero"`
	HandedAt    bot.Instant   `json:"handed_at,omitzero"`
	CannotAt    bot.Instant   `json:"cannot_at,omitzero"`
	ClosedAt    bot.Instant   `json:"closed_at,omitzero"`
	DestroyedAt bot.Instant   `json:"destroyed_at,omitzero"`
	Forgotten   bool          `json:"forgotten,omitempty"` // destroyed because the person asked to be forgotten
	Keys        int           `json:"keys,omitempty"`      // how many keys open it
}

// ProtectedList are all protected reports, and the keys.
type ProtectedList struct {
	Protected []ProtectedRow     `json:"protected"`
	Keys      []ProtectionKeyRow `json:"keys"`
}

// WaitingSealed tells how many reports were sealed.
type WaitingSealed struct {
	Sealed  int  `json:"sealed"`
	Pending bool `json:"pending,omitempty"` // as in ReportProtected
}

// ProtectedExport is the sealed content of protected reports.
type ProtectedExport struct {
	Cases []SealedCase `json:"cases"`
}

// SealedCase is a protected report as it lies in the vault.
type SealedCase struct {
	Ref      bot.Ref       `json:"ref"`
	State    bot.CaseState `json:"state"`
	SealedAt bot.Instant   `json:"sealed_at"`
	Age      string        `json:"age"` // armoured age file
}

// protectionPaths are the endpoints of this file. Sealing a month again may take long.
func (s *Server) protectionPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/report/protect":       slow(open(s, s.protectReport)),
		"/protect/key":          open(s, s.protectionKey),
		"/protect/list":         open(s, s.listProtected),
		"/protect/seal-waiting": slow(open(s, s.sealWaiting)),
		"/protect/export":       open(s, s.exportProtected),
		"/protect/state":        open(s, s.moveProtected),
	}
}

func (s *Server) protectReport(ctx context.Context, h *hotline.Service, q ProtectReport) (ReportProtected, error) {
	act := s.act(h, q.By)
	done, pending, err := h.Protect(ctx, act, q.Ref, q.Kind)
	if err != nil {
		return ReportProtected{}, err
	}
	shown := ReportProtected{Ref: done.Report.Ref, Sealed: done.Sealed, Told: done.Told, Pending: pending, Backups: []bot.Instant{}}
	shown.Backups, err = backupsSince(ctx, h.Store, done.Report.ReceivedAt)
	return shown, err
}

// backupsSince are the times of the backups that were asked for since a moment. Where a backup was put back, it is known of none
// between that one and then.
func backupsSince(ctx context.Context, store storage.Store, since bot.Instant) ([]bot.Instant, error) {
	made := []bot.Instant{}
	err := walkEvents(ctx, store, storage.EventPage{}, func(_ storage.Tx, e bot.Event) (bool, error) {
		if e.Kind == backupMade && e.At >= since {
			made = append(made, e.At)
		}
		return true, nil
	})
	return made, err
}

// backupMade is the kind of a backup's event.
const backupMade = "backup.made"

func (s *Server) protectionKey(ctx context.Context, h *hotline.Service, q ProtectionKey) (ProtectionKeyRow, error) {
	act := s.act(h, q.By)
	var k bot.ProtectionKey
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		if q.Retire {
			k, err = rumour.RetireProtectionKey(tx, act, q.Public)
		} else {
			k, err = rumour.AddProtectionKey(tx, act, q.Public, s.CheckKey)
		}
		return err
	})
	return protectionKeyRow(k), err
}

func protectionKeyRow(k bot.ProtectionKey) ProtectionKeyRow {
	return ProtectionKeyRow{Public: k.Public, AddedBy: k.AddedBy, AddedAt: k.AddedAt, RetiredBy: k.RetiredBy, RetiredAt: k.RetiredAt}
}

func (s *Server) listProtected(ctx context.Context, h *hotline.Service, q ListProtected) (ProtectedList, error) {
	act := s.act(h, q.By)
	list := ProtectedList{Protected: []ProtectedRow{}, Keys: []ProtectionKeyRow{}}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, bot.RoleProtectionFocal); err != nil {
			return err
		}
		keys, err := tx.ProtectionKeys()
		if err != nil {
			return err
		}
		for _, k := range keys {
			list.Keys = append(list.Keys, protectionKeyRow(k))
		}
		waiting, err := rumour.WaitingToSeal(tx, bot.ReportStates()...)
		if err != nil {
			return err
		}
		for _, r := range waiting {
			list.Protected = append(list.Protected, ProtectedRow{Ref: r.Ref, ReceivedAt: r.ReceivedAt, AgeSeconds: seconds(act, r.ReceivedAt)})
		}
		cases, err := rumour.Cases(tx)
		for _, c := range slices.Backward(cases) {
			list.Protected = append(list.Protected, ProtectedRow{
				Ref: c.Ref, State: c.State, AgeSeconds: seconds(act, c.SealedAt), SealedAt: c.SealedAt, SealedBy: c.SealedBy,
				AcceptedAt: c.AcceptedAt, HandedAt: c.HandedAt, CannotAt: c.CannotAt, ClosedAt: c.EndedAt, DestroyedAt: c.DestroyedAt,
				Forgotten: c.Forgotten, Keys: len(c.Keys),
			})
		}
		return err
	})
	return list, err
}

// seconds is how long ago something was.
func seconds(act people.Act, at bot.Instant) int64 { return int64(act.At.Sub(at) / time.Second) }

func (s *Server) sealWaiting(ctx context.Context, h *hotline.Service, q SealWaiting) (WaitingSealed, error) {
	n, pending, err := h.SealWaiting(ctx, s.act(h, q.By))
	return WaitingSealed{Sealed: n, Pending: pending}, err
}

func (s *Server) exportProtected(ctx context.Context, h *hotline.Service, q ExportProtected) (ProtectedExport, error) {
	act := s.act(h, q.By)
	var cases []bot.Case
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		cases, err = rumour.ExportCases(tx, act)
		return err
	})
	shown := ProtectedExport{Cases: make([]SealedCase, 0, len(cases))}
	for _, c := range cases {
		shown.Cases = append(shown.Cases, SealedCase{Ref: c.Ref, State: c.State, SealedAt: c.SealedAt, Age: string(c.Sealed)})
	}
	return shown, err
}

func (s *Server) moveProtected(ctx context.Context, h *hotline.Service, q MoveProtected) (ProtectedRow, error) {
	act := s.act(h, q.By)
	var c bot.Case
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		c, err = rumour.MoveCase(tx, act, strings.TrimSpace(q.Ref), q.State)
		return err
	})
	return ProtectedRow{
		Ref: c.Ref, State: c.State, AgeSeconds: seconds(act, c.SealedAt), SealedAt: c.SealedAt, AcceptedAt: c.AcceptedAt,
		HandedAt: c.HandedAt, CannotAt: c.CannotAt, ClosedAt: c.EndedAt,
	}, err
}

// countProtected counts protected reports by state.
func (st *Status) countProtected(tx storage.Tx) error {
	cases, err := rumour.Cases(tx)
	if err != nil {
		return err
	}
	n := make(map[bot.CaseState]int)
	for _, c := range cases {
		n[c.State]++
	}
	st.Protected = make(map[bot.CaseState]Count)
	for _, state := range bot.CaseStates() {
		st.Protected[state] = countOf(n[state])
	}
	return nil
}
