package bulletin

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// AnswerHarm answers the do-no-harm list about the bulletin as it stands, every question once: no holds those that are answered no, yes
// those that are answered yes, each with a note why it goes out nevertheless. A changed text is to be answered about again.
func (d Desk) AnswerHarm(tx storage.Tx, a people.Act, ref string, no []bot.HarmQuestion, yes map[bot.HarmQuestion]string) (bot.Bulletin, error) {
	by, err := a.Actor(tx, writers()...)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if b.State != bot.BulletinDraft && b.State != bot.BulletinReview {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_frozen", "ref", ref)
	}
	check := bot.HarmCheck{By: by.Name, At: a.At, Text: digest(b), Yes: make(map[bot.HarmQuestion]string)}
	for _, q := range slices.Concat(no, slices.Sorted(maps.Keys(yes))) {
		if !slices.Contains(bot.HarmQuestions(), q) {
			return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_harm_question", "question", string(q), "questions", list(bot.HarmQuestions()))
		}
	}
	for q, note := range yes {
		note = strings.TrimSpace(note)
		if err := short(note, mostNote); err != nil {
			return bot.Bulletin{}, err
		}
		if note == "" {
			return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_harm_note", "question", string(q))
		}
		check.Yes[q] = note
	}
	var open []bot.HarmQuestion
	for _, q := range bot.HarmQuestions() {
		switch said := slices.Contains(no, q); {
		case said && check.Yes[q] != "":
			return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_harm_both", "question", string(q))
		case said:
			check.No = append(check.No, q)
		case check.Yes[q] == "":
			open = append(open, q)
		}
	}
	if len(open) > 0 {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_harm_left", "questions", list(open))
	}
	b.Harm = check
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.harm_answered", string(b.Ref), strings.Join(codes(slices.Sorted(maps.Keys(yes))), " "))
}

// HarmHolds tells whether the do-no-harm list was answered about a bulletin as it stands.
func HarmHolds(b bot.Bulletin) bool { return b.Harm.By != "" && b.Harm.Text == digest(b) }

// mostNote is the longest note on the do-no-harm list, in characters.
const mostNote = 200

func codes[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// Submit asks for approval; the first thing that is missing is named (Examine names all of them).
func (d Desk) Submit(tx storage.Tx, a people.Act, ref string) (bot.Bulletin, error) {
	by, b, err := d.editable(tx, a, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if err := d.ready(tx, b, a.At); err != nil {
		return bot.Bulletin{}, err
	}
	b.State = bot.BulletinReview
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.submitted", string(b.Ref), "")
}

// Return gives a bulletin back to its author, with a comment.
func (d Desk) Return(tx storage.Tx, a people.Act, ref, comment string) (bot.Bulletin, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator, bot.RoleVerifier)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if b.State != bot.BulletinReview {
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_not_in_review", "ref", ref)
	}
	if strings.TrimSpace(comment) == "" {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	b.State, b.Approvals = bot.BulletinDraft, nil
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.returned", string(b.Ref), strings.TrimSpace(comment))
}

// Approve says yes to a bulletin as it stands; its text is frozen then. Neither its author nor who wrote one of its texts can. A second yes to an
// alert lets it leave in quiet hours.
func (d Desk) Approve(tx storage.Tx, a people.Act, ref string) (bot.Bulletin, error) {
	return d.ApproveThough(tx, a, ref, "")
}

// ApproveThough is Approve of a correction whose rumours keep their answers, with why these hold; "" where one of them was corrected.
func (d Desk) ApproveThough(tx storage.Tx, a people.Act, ref, holds string) (bot.Bulletin, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	wrote := b.CreatedBy == by.Name || slices.ContainsFunc(b.Variants, func(v bot.Variant) bool { return v.WrittenBy == by.Name })
	said := slices.ContainsFunc(b.Approvals, func(p bot.Approval) bool { return p.By == by.Name })
	switch {
	case wrote:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.author_approves", "name", by.Name)
	case said:
		return b, nil
	case b.State == bot.BulletinApproved && (b.Kind != bot.BulletinAlert || len(b.Approvals) >= alertApprovals):
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_approved", "ref", ref, "name", b.Approvals[len(b.Approvals)-1].By)
	case b.State == bot.BulletinApproved && b.Kind == bot.BulletinAlert && len(b.Approvals) < alertApprovals:
	case b.State != bot.BulletinReview:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_not_in_review", "ref", ref)
	}
	if err := d.ready(tx, b, a.At); err != nil {
		return bot.Bulletin{}, err
	}
	if b.AnswerNos, err = answerNos(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	if b, err = holdsAs(tx, b, holds); err != nil {
		return bot.Bulletin{}, err
	}
	if err := d.correct(tx, b, by, a.At); err != nil {
		return bot.Bulletin{}, err
	}
	b.Variants = slices.Clone(b.Variants)
	for i, v := range b.Variants {
		if v.Lang == b.Lang || v.State == bot.TranslationBack {
			b.Variants[i].State, b.Variants[i].ApprovedBy = bot.TranslationDone, by.Name
		}
	}
	if b.State == bot.BulletinReview {
		if b, err = arm(b, a.At); err != nil {
			return bot.Bulletin{}, err
		}
	}
	b.State = bot.BulletinApproved
	b.Approvals = append(slices.Clone(b.Approvals), bot.Approval{By: by.Name, At: a.At, Text: agreed(b)})
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.approved", string(b.Ref), string(b.Holds))
}

// correct notes, once a correction is approved, that the bulletin it is about is corrected, and stops what is under way of that one: what
// is known to be wrong does not go on.
func (d Desk) correct(tx storage.Tx, b bot.Bulletin, by bot.Actor, at bot.Instant) error {
	if b.Corrects.IsZero() {
		return nil
	}
	first, err := tx.Bulletin(b.Corrects)
	if err != nil {
		return fmt.Errorf("bulletin: correct: %w", err)
	}
	if free, err := uncorrected(tx, first); err != nil {
		return err
	} else if !free && first.Corrected != b.ID {
		return hasCorrection(tx, first)
	}
	first.Corrected, first.Schedule.Next = b.ID, 0
	if _, err := save(tx, first); err != nil {
		return err
	}
	return d.stopCorrected(tx, b, by, at)
}

// Correctable tells whether a correction of a bulletin can be written: somebody may have heard it, and no correction of it stands. One that
// was withdrawn before it went to anybody leaves room for another; the bulletin itself stays taken back.
func Correctable(tx storage.Tx, b bot.Bulletin) (bool, error) {
	if b.Runs == 0 && len(b.Aired) == 0 {
		return false, nil
	}
	return uncorrected(tx, b)
}

// hasCorrection refuses a second correction, and names the first.
func hasCorrection(tx storage.Tx, b bot.Bulletin) error {
	by, err := tx.Bulletin(b.Corrected)
	if err != nil {
		return fmt.Errorf("bulletin: corrected: %w", err)
	}
	return bot.Fault(bot.CodeRefused, "desk.bulletin_corrected", "ref", string(b.Ref), "by", string(by.Ref))
}

func uncorrected(tx storage.Tx, b bot.Bulletin) (bool, error) {
	if b.Corrected.IsZero() {
		return true, nil
	}
	by, err := tx.Bulletin(b.Corrected)
	if err != nil {
		return false, fmt.Errorf("bulletin: corrected: %w", err)
	}
	return by.State == bot.BulletinWithdrawn && by.Runs == 0 && len(by.Aired) == 0, nil
}

// ready refuses a bulletin that lacks something, with the first of what Examine names.
func (d Desk) ready(tx storage.Tx, b bot.Bulletin, at bot.Instant) error {
	found, err := d.Examine(tx, b, at)
	if err != nil {
		return err
	}
	for _, f := range found {
		if f.Blocks {
			return bot.Fault(bot.CodeRefused, f.Key, f.args()...)
		}
	}
	return nil
}

// Withdraw takes a bulletin back: what has not left stays, whoever asks for its reference reads that it was taken back. Those who may have it are told by a
// bulletin of kind withdrawal, which somebody writes and another approves.
func (d Desk) Withdraw(tx storage.Tx, a people.Act, ref, reason string) (bot.Bulletin, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if b.State == bot.BulletinWithdrawn {
		return b, nil
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	if err := takeBack(tx, b.ID, bot.Taken{By: by.Name, At: a.At, Reason: bot.Text(reason)}); err != nil {
		return bot.Bulletin{}, err
	}
	b.State, b.Schedule.Next = bot.BulletinWithdrawn, 0
	b.Taken = bot.Taken{By: by.Name, At: a.At, Reason: bot.Text(reason)}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.withdrawn", string(b.Ref), reason)
}

// notFound words an error of looking something up.
func notFound(err error, key string, args ...string) error {
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Fault(bot.CodeNotFound, key, args...)
	}
	return fmt.Errorf("bulletin: %s: %w", key, err)
}
