package rumour

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

const (
	// ProtectedKey is the locale key of the acknowledgement of a protected report: it says nothing of what it is about, and
	// promises no answer.
	ProtectedKey = "sms.ack_protected"
	// protectedExpires is how long that reply is worth sending: quiet hours may hold it over a night.
	protectedExpires = 24 * time.Hour
	// protectedJoin is how long a report of the menu waits to be sealed by itself, so that what is written just after it is
	// sealed with it.
	protectedJoin = 15 * time.Minute
	// CaseKept is how long the content of a case stays after it was handed over, or could not be (domain §8 S-10).
	CaseKept = 30 * 24 * time.Hour
	// quarantineApart is how long after a request in quarantine was handled again a report may have come out of it.
	quarantineApart = time.Minute
	// quarantineLook is how many of the newest requests in quarantine are looked through for such a one.
	quarantineLook = 1000
)

// Closer closes bytes to public keys, so that only their private halves open them.
type Closer func(public []string, plain []byte) ([]byte, error)

// ProtectedReport is what a protected report holds once it is opened: the content of the age file, as JSON.
type ProtectedReport struct {
	Ref        bot.Ref          `json:"ref"`
	Kind       bot.ReferralKind `json:"kind,omitempty"` // as the desk took it; "" where nobody said
	ReceivedAt bot.Instant      `json:"received_at"`
	Channel    bot.Channel      `json:"channel"`
	Lang       bot.Lang         `json:"lang,omitempty"`
	Place      bot.PlaceCode    `json:"place,omitzero"`
	Number     string           `json:"number,omitempty"` // of the person who told it
	CreatedBy  string           `json:"created_by,omitempty"`
	EnteredBy  string           `json:"entered_by,omitempty"`
	Texts      []ProtectedText  `json:"texts"`
}

// ProtectedText is one text of a protected report.
type ProtectedText struct {
	At   bot.Instant `json:"at"`
	Desk bool        `json:"desk,omitempty"` // what the desk wrote to the person
	Text string      `json:"text"`
}

// Protection is a wish to protect a report.
type Protection struct {
	Ref   string
	Kind  bot.ReferralKind // why; it is known only to those who open the case
	Close Closer
	Reply bot.ID // fresh, for the reply to the person
}

// Protected says what became of that.
type Protected struct {
	Report bot.Report
	Sealed bool // into the vault; false: no key is registered, the report is out of everybody's sight and waits for one
	Told   bool // a neutral reply is queued
}

// Protect takes a report about abuse of a child or a person out of everybody's hands: its texts are closed to the protection
// focal points' keys, erased from their rows and read by nobody else again; it leaves its rumour, and what was still to be
// sent about it is dropped. The person gets one neutral reply. Where no key is registered yet, all this is done but the
// closing, and the focal point alone sees the report until SealWaiting closes it. There is no way back.
//
// The caller has storage.Erasures finish what was erased.
func (d Desk) Protect(tx storage.Tx, a people.Act, p Protection) (Protected, error) {
	by, err := a.Actor(tx, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator, bot.RoleProtectionFocal)
	if err != nil {
		return Protected{}, err
	}
	if !slices.Contains(bot.ReferralKinds(), p.Kind) {
		return Protected{}, bot.Fault(bot.CodeInvalid, "desk.bad_referral", "kinds", list(bot.ReferralKinds()))
	}
	rep, err := FindReport(tx, p.Ref)
	if err != nil {
		return Protected{}, err
	}
	if rep.State == bot.ReportProtected {
		return Protected{}, sealedFault(rep)
	}
	if err := NeedsToKnowOf(tx, a, rep); err != nil {
		return Protected{}, err
	}
	keys, err := openKeys(tx)
	if err != nil {
		return Protected{}, err
	}
	done := Protected{Sealed: len(keys) > 0}
	known := rep.Protect // the person has the neutral acknowledgement already
	if !known {
		rep.ProtectAt = a.At
	}
	rep.Protect, rep.Label, rep.Referral = true, bot.LabelProtection, p.Kind
	if err := letGo(tx, &rep, a.At); err != nil {
		return Protected{}, err
	}
	if done.Sealed {
		if err := sealReport(tx, &rep, keys, p.Close, a.At, by.Name); err != nil {
			return Protected{}, err
		}
	}
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return Protected{}, fmt.Errorf("rumour: protect: %w", err)
	}
	rep.Rev++
	done.Report = rep
	if !known {
		if done.Told, err = d.tellProtected(tx, rep, p.Reply, a.At); err != nil {
			return Protected{}, err
		}
	}
	return done, a.Note(tx, by, "report.protected", string(rep.Ref), "")
}

// sealedFault refuses whatever is wanted of a report in the vault.
func sealedFault(rep bot.Report) error {
	return bot.Fault(bot.CodeForbidden, "desk.report_sealed", "ref", string(rep.Ref))
}

// openKeys are the public keys to which reports are closed now.
func openKeys(tx storage.Tx) ([]string, error) {
	all, err := tx.ProtectionKeys()
	if err != nil {
		return nil, fmt.Errorf("rumour: protection keys: %w", err)
	}
	var keys []string
	for _, k := range all {
		if !k.Retired() {
			keys = append(keys, k.Public)
		}
	}
	return keys, nil
}

// letGo takes a report from its rumour, drops what is queued about it, and no longer waits for an answer to the desk's
// question.
func letGo(tx storage.Tx, rep *bot.Report, at bot.Instant) error {
	if !rep.Rumour.IsZero() {
		r, err := tx.Rumour(rep.Rumour)
		if err != nil {
			return fmt.Errorf("rumour: protect: %w", err)
		}
		if err := tx.Unlink(r.ID, bot.LinkCursor{Contact: rep.Contact, Report: rep.ID}); err != nil {
			return fmt.Errorf("rumour: protect: %w", err)
		}
		r.Reports = max(r.Reports-1, 0)
		if err := tx.PutRumour(r, r.Rev); err != nil {
			return fmt.Errorf("rumour: protect: %w", err)
		}
		rep.Rumour = bot.ID{}
	}
	rep.Match = bot.Match{}
	rep.State = bot.ReportReceived // what it was before anybody answered it
	for _, id := range append([]bot.ID{rep.Answer}, rep.Asked...) {
		o, err := tx.Outbound(id)
		if errors.Is(err, storage.ErrNotFound) || err == nil && o.State != bot.OutQueued {
			continue
		}
		if err != nil {
			return fmt.Errorf("rumour: protect: %w", err)
		}
		o.State, o.Reason, o.EndedAt = bot.OutSuppressed, ReasonProtected, at
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return fmt.Errorf("rumour: protect: %w", err)
		}
	}
	c, err := tx.Contact(rep.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("rumour: protect: %w", err)
	}
	return forgetQuestion(tx, c, *rep, at)
}

// ReasonProtected is why a message about a protected report is not sent.
const ReasonProtected = "protected"

// sealReport puts a report's texts into the vault and erases them. The caller writes the report.
func sealReport(tx storage.Tx, rep *bot.Report, keys []string, closed Closer, at bot.Instant, by string) error {
	content := ProtectedReport{
		Ref: rep.Ref, Kind: rep.Referral, ReceivedAt: rep.ReceivedAt, Channel: rep.Channel, Lang: rep.Lang, Place: rep.Place,
		CreatedBy: rep.CreatedBy, EnteredBy: rep.EnteredBy,
	}
	c, err := tx.Contact(rep.Contact)
	if err == nil {
		content.Number = c.Number.Value
	} else if !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("rumour: seal: %w", err)
	}
	for _, id := range slices.Concat(rep.Texts(), rep.Asked, []bot.ID{rep.Answer}) {
		in, err := tx.Inbound(id)
		if errors.Is(err, storage.ErrErased) || errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("rumour: seal: %w", err)
		}
		content.Texts = append(content.Texts, ProtectedText{At: in.ReceivedAt, Desk: in.Class == bot.ClassDesk, Text: string(in.Text)})
		if err := tx.EraseText(id); err != nil {
			return fmt.Errorf("rumour: seal: %w", err)
		}
		if err := eraseRaw(tx, in); err != nil {
			return err
		}
	}
	slices.SortStableFunc(content.Texts, func(x, y ProtectedText) int { return int(x.At.Sub(y.At)) })
	plain, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("rumour: seal: %w", err)
	}
	sealed, err := closed(keys, plain)
	if err != nil {
		return fmt.Errorf("rumour: seal: %w", err)
	}
	rep.State, rep.Place, rep.Theme, rep.Referral, rep.Masks = bot.ReportProtected, bot.PlaceCode{}, "", "", nil // the language is still needed
	err = tx.PutCase(bot.Case{
		ID: rep.ID, Ref: rep.Ref, Sealed: sealed, Keys: keys, SealedAt: at, SealedBy: by, State: bot.CaseNew,
		Since: rep.ProtectedSince(),
	}, 0)
	if err != nil {
		return fmt.Errorf("rumour: seal: %w", err)
	}
	return nil
}

// eraseRaw empties the requests in quarantine that were handled when a text came: one of them may hold it as it arrived.
func eraseRaw(tx storage.Tx, in bot.Inbound) error {
	rows, err := tx.Quarantines(storage.Page{Limit: quarantineLook, Newest: true})
	if err != nil {
		return fmt.Errorf("rumour: seal: %w", err)
	}
	for _, q := range rows {
		if q.Done.IsZero() || q.Done.Sub(in.ReceivedAt).Abs() > quarantineApart || len(q.Query)+len(q.Body) == 0 {
			continue
		}
		if err := tx.EraseQuarantined(q.ID); err != nil {
			return fmt.Errorf("rumour: seal: %w", err)
		}
	}
	return nil
}

// tellProtected queues the one neutral reply, where there is somebody to reply to.
func (d Desk) tellProtected(tx storage.Tx, rep bot.Report, id bot.ID, at bot.Instant) (bool, error) {
	if rep.Contact.IsZero() {
		return false, nil
	}
	c, err := tx.Contact(rep.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("rumour: protect: %w", err)
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindNotice, Key: ProtectedKey,
		Lang: d.reads(c, rep), Report: rep.ID, State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(protectedExpires),
	}, 0)
	if err != nil {
		return false, fmt.Errorf("rumour: protect: %w", err)
	}
	return true, nil
}

// WaitingToSeal lists protected reports in some states that are not in the vault, the newest first: those of the menu, and
// those that were protected while no key was registered.
func WaitingToSeal(tx storage.Tx, states ...bot.ReportState) ([]bot.Report, error) {
	var found []bot.Report
	page := storage.Page{Limit: 500, Newest: true}
	for {
		reports, err := tx.Unsealed(page)
		if err != nil {
			return nil, fmt.Errorf("rumour: waiting to seal: %w", err)
		}
		for _, r := range reports {
			if slices.Contains(states, r.State) {
				found = append(found, r)
			}
		}
		if len(reports) < page.Limit {
			return found, nil
		}
		page.After = reports[len(reports)-1].ID
	}
}

// SealWaiting closes reports that wait for it, once a key is registered: all of those given, or of the menu's only those
// that nothing may join any more (all false). It tells how many it closed; without a key that is none. Account and role are
// those that asked, empty for the sweep.
func (d Desk) SealWaiting(tx storage.Tx, ids []bot.ID, all bool, closed Closer, at bot.Instant, by string) (sealed int, err error) {
	keys, err := openKeys(tx)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	for _, id := range ids {
		rep, err := tx.Report(id)
		if err != nil {
			return 0, fmt.Errorf("rumour: seal: %w", err)
		}
		if !rep.Protect || rep.State == bot.ReportProtected || !all && at.Sub(max(rep.Written(), rep.ReceivedAt)) < protectedJoin {
			continue
		}
		if err := letGo(tx, &rep, at); err != nil {
			return 0, err
		}
		if err := sealReport(tx, &rep, keys, closed, at, by); err != nil {
			return 0, err
		}
		if err := tx.PutReport(rep, rep.Rev); err != nil {
			return 0, fmt.Errorf("rumour: seal: %w", err)
		}
		sealed++
	}
	return sealed, nil
}

// SealAsked is SealWaiting for a focal point who asks for it.
func (d Desk) SealAsked(tx storage.Tx, a people.Act, ids []bot.ID, closed Closer) (int, error) {
	by, err := a.Actor(tx, bot.RoleProtectionFocal)
	if err != nil {
		return 0, err
	}
	keys, err := openKeys(tx)
	if err != nil {
		return 0, err
	}
	if len(keys) == 0 {
		return 0, bot.Fault(bot.CodeRefused, "desk.no_protection_key")
	}
	n, err := d.SealWaiting(tx, ids, true, closed, a.At, by.Name)
	if err != nil || n == 0 {
		return n, err
	}
	return n, a.Note(tx, by, "protection.sealed_waiting", "", fmt.Sprint(n))
}

// AddProtectionKey has reports closed to a focal point's public key from now on; check says whether it is one. One that was
// retired comes back.
func AddProtectionKey(tx storage.Tx, a people.Act, public string, check func(string) error) (bot.ProtectionKey, error) {
	by, err := a.Actor(tx, bot.RoleProtectionFocal)
	if err != nil {
		return bot.ProtectionKey{}, err
	}
	public = strings.TrimSpace(public)
	if check(public) != nil {
		return bot.ProtectionKey{}, bot.Fault(bot.CodeInvalid, "desk.bad_protection_key")
	}
	k, err := tx.ProtectionKey(public)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.ProtectionKey{}, fmt.Errorf("rumour: protection key: %w", err)
	}
	if err == nil && !k.Retired() {
		return k, nil
	}
	k.Public, k.AddedBy, k.AddedAt, k.RetiredBy, k.RetiredAt = public, by.Name, a.At, "", 0
	if err := tx.PutProtectionKey(k, k.Rev); err != nil {
		return bot.ProtectionKey{}, fmt.Errorf("rumour: protection key: %w", err)
	}
	return k, a.Note(tx, by, "protection.key_added", public, "")
}

// RetireProtectionKey has nothing closed to a key any more. What was closed to it before, it still opens.
func RetireProtectionKey(tx storage.Tx, a people.Act, public string) (bot.ProtectionKey, error) {
	by, err := a.Actor(tx, bot.RoleProtectionFocal, bot.RoleCoordinator)
	if err != nil {
		return bot.ProtectionKey{}, err
	}
	k, err := tx.ProtectionKey(strings.TrimSpace(public))
	if errors.Is(err, storage.ErrNotFound) {
		return bot.ProtectionKey{}, bot.Fault(bot.CodeNotFound, "desk.bad_protection_key")
	}
	if err != nil {
		return bot.ProtectionKey{}, fmt.Errorf("rumour: protection key: %w", err)
	}
	if k.Retired() {
		return k, nil
	}
	k.RetiredBy, k.RetiredAt = by.Name, a.At
	if err := tx.PutProtectionKey(k, k.Rev); err != nil {
		return bot.ProtectionKey{}, fmt.Errorf("rumour: protection key: %w", err)
	}
	return k, a.Note(tx, by, "protection.key_retired", k.Public, "")
}
