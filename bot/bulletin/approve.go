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

// AnswerHarm answers the do-no-harm list about the bulletin as it stands: yes holds the questions that are answered yes, each with a note why
// it goes out nevertheless. A changed text is to be answered about again.
func (d Desk) AnswerHarm(tx storage.Tx, a people.Act, ref string, yes map[bot.HarmQuestion]string) (bot.Bulletin, error) {
	by, err := a.Actor(tx, append(writers(), bot.RoleProtectionFocal)...)
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
	for q, note := range yes {
		if !slices.Contains(bot.HarmQuestions(), q) {
			return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.bulletin_harm_question", "question", string(q), "questions", list(bot.HarmQuestions()))
		}
		if strings.TrimSpace(note) == "" {
			return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_harm_note", "question", string(q))
		}
	}
	b.Harm = bot.HarmCheck{By: by.Name, At: a.At, Text: digest(b), Yes: maps.Clone(yes)}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.harm_answered", string(b.Ref), list(slices.Sorted(maps.Keys(yes))))
}

// Submit asks for approval: what is missing is named, all of it at once.
func (d Desk) Submit(tx storage.Tx, a people.Act, ref string) (bot.Bulletin, error) {
	by, b, err := d.editable(tx, a, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	if err := d.ready(b, a.At); err != nil {
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
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.text_empty")
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
	case b.State == bot.BulletinApproved && b.Kind == bot.BulletinAlert && len(b.Approvals) < alertApprovals:
	case b.State != bot.BulletinReview:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_not_in_review", "ref", ref)
	}
	if err := d.ready(b, a.At); err != nil {
		return bot.Bulletin{}, err
	}
	first := firstLang(b)
	b.Variants = slices.Clone(b.Variants)
	for i, v := range b.Variants {
		if v.Lang == first || v.State == bot.TranslationBack {
			b.Variants[i].State, b.Variants[i].ApprovedBy = bot.TranslationDone, by.Name
		}
	}
	b.State = bot.BulletinApproved
	b.Approvals = append(slices.Clone(b.Approvals), bot.Approval{By: by.Name, At: a.At, Text: digest(b)})
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.approved", string(b.Ref), "")
}

// firstLang is the language in which a bulletin was written first: others are translations of it.
func firstLang(b bot.Bulletin) bot.Lang {
	if len(b.Variants) == 0 {
		return ""
	}
	return slices.MinFunc(b.Variants, func(x, y bot.Variant) int { return int(x.WrittenAt - y.WrittenAt) }).Lang
}

// ready refuses a bulletin that lacks something, with the first of what Check would name.
func (d Desk) ready(b bot.Bulletin, at bot.Instant) error {
	for _, f := range d.Lint(b, at) {
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
	if !b.LastRun.IsZero() {
		run, err := tx.Broadcast(b.LastRun)
		if err != nil {
			return bot.Bulletin{}, fmt.Errorf("bulletin: withdraw: %w", err)
		}
		if !run.State.Ended() {
			run.Taken = bot.Taken{By: by.Name, At: a.At, Reason: bot.Text(reason)}
			if _, err := turn(tx, run, bot.BroadcastWithdrawn, a.At); err != nil {
				return bot.Bulletin{}, err
			}
		}
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
