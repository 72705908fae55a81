package rumour

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
)

// Desk is what the rules need to know about the site.
type Desk struct {
	Site    string // the site's id, in what it does by itself
	Service string // the service's name, at most 11 GSM-7 characters
	Langs   []bot.Lang
	Wire    sms.Mode
	Texts   *locales.Printer
	// Places are the places of the site's gazetteer; without it, those that are built in.
	Places   func() *place.Gazetteer
	Validity time.Duration // of an answer, from the moment it is queued; 0 = seven days
}

const (
	// AnswerParts is the most parts that an answer may take on the air.
	AnswerParts = 3
	// answerValidity is how long an answer is worth sending, unless the site says otherwise.
	answerValidity = 7 * 24 * time.Hour
	// longestRef stands in for the reader's own reference when a text is measured.
	longestRef = "000000000"
)

func (d Desk) validity() time.Duration {
	if d.Validity > 0 {
		return d.Validity
	}
	return answerValidity
}

// Default is the language of people of whom we know none.
func (d Desk) Default() bot.Lang {
	if len(d.Langs) == 0 {
		return bot.French
	}
	return d.Langs[0]
}

// Create makes a rumour of a claim and links reports to it.
func (d Desk) Create(tx storage.Tx, a people.Act, id bot.ID, refs []bot.Ref, claim string, reports []string) (bot.Rumour, error) {
	by, err := a.Actor(tx, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, err
	}
	text, err := plain(claim, "desk.claim_empty")
	if err != nil {
		return bot.Rumour{}, err
	}
	ref, err := tx.TakeRef(refs, bot.RefRumour, id)
	if err != nil {
		return bot.Rumour{}, fmt.Errorf("rumour: create: %w", err)
	}
	r := bot.Rumour{ID: id, Ref: ref, Claim: text, State: bot.RumourNew, CreatedBy: by.Name, CreatedAt: a.At}
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	if err := a.Note(tx, by, "rumour.created", string(ref), ""); err != nil {
		return bot.Rumour{}, err
	}
	return d.link(tx, a, by, r, reports, nil)
}

// Link puts reports under a rumour. Where the rumour is published, the new reporters are answered in the same commit; ids
// holds a fresh id for each of their answers.
func (d Desk) Link(tx storage.Tx, a people.Act, ref string, reports []string, ids []bot.ID) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, rolesFor(Link)...)
	if err != nil {
		return bot.Rumour{}, err
	}
	if _, err := d.line(r, Link); err != nil {
		return bot.Rumour{}, err
	}
	return d.link(tx, a, by, r, reports, ids)
}

func (d Desk) link(tx storage.Tx, a people.Act, by bot.Actor, r bot.Rumour, refs []string, ids []bot.ID) (bot.Rumour, error) {
	if len(refs) == 0 {
		return r, nil
	}
	was := r
	for i, ref := range refs {
		rep, err := FindReport(tx, ref)
		if err != nil {
			return bot.Rumour{}, err
		}
		if err := mayWorkOn(tx, a, rep); err != nil {
			return bot.Rumour{}, err
		}
		if rep.Rumour == r.ID {
			continue
		}
		if !rep.Rumour.IsZero() {
			other, err := tx.Rumour(rep.Rumour)
			if err != nil {
				return bot.Rumour{}, fmt.Errorf("rumour: link: %w", err)
			}
			return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.report_linked", "ref", ref, "rumour", string(other.Ref))
		}
		if rep.State == bot.ReportAnsweredDirect { // one answer is what they were owed, and they have it
			return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.report_answered", "ref", string(rep.Ref))
		}
		rep.Match = matched(rep.Match, bot.Match{Method: bot.MatchDesk, Rumour: r.ID, At: a.At, By: by.Name})
		l := linking{report: rep, key: AnswerKey}
		if r.Public() || neutralOf(r) != "" {
			l.id = ids[i]
		}
		if err := d.under(tx, a, by, &r, l); err != nil {
			return bot.Rumour{}, err
		}
	}
	return d.settled(tx, a, was, r)
}

// linking is one report that is put under a rumour.
type linking struct {
	report bot.Report // as it is stored, but for its Match
	id     bot.ID     // for its answer
	key    string     // of the answer's frame
}

// under puts a report under a rumour, whoever found that it tells it: a desk, the person or a machine. Where the rumour is
// answered, the report is, in the same commit. When all are there, the rumour is settled.
func (d Desk) under(tx storage.Tx, a people.Act, by bot.Actor, r *bot.Rumour, l linking) error {
	rep := taken(l.report)
	rep.Rumour, rep.State = r.ID, bot.ReportLinked
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return fmt.Errorf("rumour: link: %w", err)
	}
	link := bot.LinkCursor{Contact: rep.Contact, Report: rep.ID}
	if err := tx.Link(r.ID, link); err != nil {
		return fmt.Errorf("rumour: link: %w", err)
	}
	if err := a.Note(tx, by, "report.linked", string(rep.Ref), string(r.Ref)); err != nil {
		return err
	}
	r.Reports++
	r.Risk = alarmed(r.Risk, rep)
	if toldAgain(*r, rep) {
		r.Since++
	}
	if !r.QuietSince.IsZero() {
		r.QuietSince = a.At
	}
	if r.Public() {
		return d.answer(tx, r, link, l.key, l.id, a.At)
	}
	if kind := neutralOf(*r); kind != "" {
		return d.neutralLink(tx, r, kind, link, l.id, a.At)
	}
	return nil
}

// settled does what further reports bring about, and saves the rumour.
func (d Desk) settled(tx storage.Tx, a people.Act, was, r bot.Rumour) (bot.Rumour, error) {
	r, err := d.sayHolding(tx, was, r, a.At)
	if err != nil {
		return bot.Rumour{}, err
	}
	if r, err = d.recur(tx, r, a); err != nil {
		return bot.Rumour{}, err
	}
	return save(tx, r)
}

// mayWorkOn refuses a report that is for the protection focal point alone to anybody else, whatever their roles, and one of a
// restricted rumour to whoever need not know of that.
func mayWorkOn(tx storage.Tx, a people.Act, rep bot.Report) error {
	if rep.State == bot.ReportProtected {
		return sealedFault(rep)
	}
	if !rep.Protect {
		return NeedsToKnowOf(tx, a, rep)
	}
	focal, err := a.Is(tx, bot.RoleProtectionFocal)
	if err == nil && !focal {
		return bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(rep.Ref))
	}
	return err
}

// reopen lets the queueing of a published answer walk all reports again: those that were answered are passed over.
func reopen(r *bot.Rumour) {
	if r.Public() {
		r.FanOut.Open, r.FanOut.After, r.FanOut.Waiting = true, bot.LinkCursor{}, 0
		again(r)
	}
}

func unapproved(answers []bot.Answer) []bot.Answer {
	out := slices.Clone(answers)
	for i := range out {
		out[i].Approver, out[i].ApprovedAt, out[i].Title = "", 0, ""
	}
	return out
}

// begin is the beginning of a step at the desk: who acts, in a role that may, on which rumour.
func begin(tx storage.Tx, a people.Act, ref string, roles ...bot.Role) (bot.Actor, bot.Rumour, error) {
	by, err := a.Actor(tx, roles...)
	if err != nil {
		return bot.Actor{}, bot.Rumour{}, err
	}
	r, err := Find(tx, ref)
	if err != nil {
		return bot.Actor{}, bot.Rumour{}, err
	}
	return by, r, NeedsToKnow(tx, a, r)
}

// NeedsToKnow refuses a restricted rumour to whoever is neither a coordinator nor works on it. The protection focal point
// needs to know of those that wait for their word, or were withheld with it and not lifted since.
func NeedsToKnow(tx storage.Tx, a people.Act, r bot.Rumour) error {
	if !r.Restricted || slices.Contains([]string{r.CreatedBy, r.AssignedTo, r.Proposal.By}, a.As) {
		return nil
	}
	roles := []bot.Role{bot.RoleCoordinator}
	if r.State == bot.RumourDecided || kept(r) {
		roles = append(roles, bot.RoleProtectionFocal)
	}
	_, err := a.Actor(tx, roles...)
	if bot.CodeOf(err) == bot.CodeForbidden {
		return bot.Fault(bot.CodeForbidden, "desk.rumour_restricted", "ref", string(r.Ref))
	}
	return err
}

// NeedsToKnowOf refuses a report of a restricted rumour to whoever need not know of that.
func NeedsToKnowOf(tx storage.Tx, a people.Act, rep bot.Report) error {
	if rep.Rumour.IsZero() {
		return nil
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return fmt.Errorf("rumour: needs to know: %w", err)
	}
	return NeedsToKnow(tx, a, r)
}

// Find reads a rumour by its reference.
func Find(tx storage.Tx, ref string) (bot.Rumour, error) {
	kind, id, err := find(tx, ref)
	if err == nil && kind != bot.RefRumour {
		err = storage.ErrNotFound
	}
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Rumour{}, bot.Fault(bot.CodeNotFound, "desk.no_such_rumour", "ref", ref)
	}
	if err != nil {
		return bot.Rumour{}, err
	}
	r, err := tx.Rumour(id)
	if err != nil {
		return bot.Rumour{}, fmt.Errorf("rumour: find: %w", err)
	}
	return r, nil
}

// FindReport reads a report by its reference.
func FindReport(tx storage.Tx, ref string) (bot.Report, error) {
	kind, id, err := find(tx, ref)
	if err == nil && kind != bot.RefReport {
		err = storage.ErrNotFound
	}
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, bot.Fault(bot.CodeNotFound, "desk.no_such_report", "ref", ref)
	}
	if err != nil {
		return bot.Report{}, err
	}
	r, err := tx.Report(id)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: find report: %w", err)
	}
	return r, nil
}

func find(tx storage.Tx, s string) (bot.RefKind, bot.ID, error) {
	ref, ok := bot.ParseRef(s)
	if !ok {
		return "", bot.ID{}, bot.Fault(bot.CodeInvalid, "desk.bad_ref", "ref", s)
	}
	kind, id, err := tx.FindRef(ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return "", bot.ID{}, fmt.Errorf("rumour: find: %w", err)
	}
	return kind, id, err
}

// save writes a rumour at the revision it was read with and returns it at the next. A queueing that is over forgets the person
// it came to last.
func save(tx storage.Tx, r bot.Rumour) (bot.Rumour, error) {
	if !r.FanOut.Open {
		r.FanOut.After, r.FanOut.AfterTold = bot.LinkCursor{}, bot.ContactKey{}
	}
	if !r.Stock.Open {
		r.Stock.After, r.Stock.Last = bot.LinkCursor{}, bot.ContactKey{}
	}
	if err := tx.PutRumour(r, r.Rev); err != nil {
		if errors.Is(err, storage.ErrConflict) {
			return bot.Rumour{}, bot.Fault(bot.CodeConflict, "desk.conflict")
		}
		return bot.Rumour{}, fmt.Errorf("rumour: save: %w", err)
	}
	r.Rev++
	return r, nil
}

// plain trims a text typed at the desk and refuses an empty one (with the given key) or control characters.
func plain(s, emptyKey string) (bot.Text, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", bot.Fault(bot.CodeInvalid, emptyKey)
	}
	if strings.ToValidUTF8(s, "") != s || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return "", bot.Fault(bot.CodeInvalid, "desk.text_control")
	}
	return bot.Text(s), nil
}

func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
