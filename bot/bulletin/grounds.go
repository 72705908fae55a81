package bulletin

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// What a bulletin says rests on rumours that the desk has checked. Where one of them is taken back, decided anew or kept from
// view, the bulletin does not hold any more: it is not sent, what is under way of it stands still, and whoever asks for its
// reference is told that it is being looked at again.

// checkAudience refuses places and words that do not exist, and places finer than a cercle (domain §8, S-7).
func (d Desk) checkAudience(tx storage.Tx, a bot.Audience) error {
	if len(a.Places) > mostPlaces {
		return bot.Fault(bot.CodeInvalid, "desk.bulletin_many_places")
	}
	for _, l := range a.Langs {
		if !slices.Contains(d.Langs, l) {
			return bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(l), "langs", list(d.Langs))
		}
	}
	for _, s := range a.Sexes {
		if !slices.Contains(bot.Sexes(), s) {
			return bot.Fault(bot.CodeInvalid, "desk.bulletin_sex", "sex", string(s), "sexes", list(bot.Sexes()))
		}
	}
	for _, b := range a.Ages {
		switch {
		case b == bot.AgeUnder15:
			return bot.Fault(bot.CodeRefused, "desk.bulletin_under_age")
		case !slices.Contains(bot.AgeBands(), b):
			return bot.Fault(bot.CodeInvalid, "desk.bulletin_age", "age", string(b), "ages", list(bot.AgeBands()))
		}
	}
	for _, r := range a.Roles {
		if !slices.Contains(AudienceRoles(), r) {
			return bot.Fault(bot.CodeInvalid, "desk.bulletin_role", "role", r, "groups", list(AudienceRoles()))
		}
	}
	for _, t := range a.Themes {
		if !slices.Contains(bot.Themes(), t) {
			return bot.Fault(bot.CodeInvalid, "desk.bulletin_theme", "theme", string(t), "topics", list(bot.Themes()))
		}
	}
	if a.Project != "" {
		if _, err := tx.Project(a.Project); err != nil {
			return notFound(err, "desk.no_such_project", "project", a.Project)
		}
	}
	if d.Places == nil {
		return nil
	}
	for _, p := range a.Places {
		found, ok := d.Places().Place(p)
		if !ok {
			return bot.Fault(bot.CodeNotFound, "desk.bad_place")
		}
		if found.Level > bot.LevelCercle {
			return bot.Fault(bot.CodeRefused, "desk.bulletin_place_fine", "place", found.Name(bot.French))
		}
	}
	return nil
}

// AudienceRoles are the groups of people that an audience may name.
func AudienceRoles() []string { return []string{"member", "agent"} }

// ground finds a rumour that a bulletin of a kind may rest on.
func ground(tx storage.Tx, kind bot.BulletinKind, ref string) (bot.Rumour, error) {
	parsed, ok := bot.ParseRef(ref)
	if !ok {
		return bot.Rumour{}, bot.Fault(bot.CodeInvalid, "desk.bad_ref", "ref", ref)
	}
	is, id, err := tx.FindRef(parsed)
	if err == nil && is != bot.RefRumour {
		err = storage.ErrNotFound
	}
	if err != nil {
		return bot.Rumour{}, notFound(err, "desk.no_such_rumour", "ref", ref)
	}
	r, err := rumourOf(tx, id)
	switch {
	case err != nil:
		return bot.Rumour{}, err
	case kind == bot.BulletinHolding && !holds(kind, r):
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.bulletin_rumour_over", "rumour", ref)
	case !holds(kind, r):
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.bulletin_rumour_private", "rumour", ref)
	}
	return r, nil
}

// rumourOf reads a rumour, or the one that it was merged into.
func rumourOf(tx storage.Tx, id bot.ID) (bot.Rumour, error) {
	for range mostCorrections {
		r, err := tx.Rumour(id)
		if err != nil {
			return bot.Rumour{}, fmt.Errorf("bulletin: rumour: %w", err)
		}
		if r.State != bot.RumourMerged {
			return r, nil
		}
		id = r.MergedInto
	}
	return bot.Rumour{}, fmt.Errorf("bulletin: rumour: merged in a ring")
}

// holds tells whether a bulletin of a kind may rest on a rumour: on what is public, a holding line on what is still being checked.
func holds(kind bot.BulletinKind, r bot.Rumour) bool {
	switch {
	case r.Restricted || r.Withdrawn() && kind != bot.BulletinHolding:
		return false
	case kind == bot.BulletinHolding:
		return !r.Public() && !r.State.Ended() && r.State != bot.RumourWithheld
	}
	return r.Public()
}

// fallen is the first rumour on which a bulletin rests no more; ok is false where all hold. A correction rests on none: it says
// that what was told before does not hold.
func fallen(tx storage.Tx, b bot.Bulletin) (r bot.Rumour, ok bool, err error) {
	if b.Kind.Lane() == bot.LaneCorrection {
		return bot.Rumour{}, false, nil
	}
	for i, id := range b.Rumours {
		r, err := rumourOf(tx, id)
		if err != nil {
			return bot.Rumour{}, false, err
		}
		another := b.Approved() && i < len(b.AnswerNos) && r.ID == id && b.AnswerNos[i] != r.AnswerNo
		if !holds(b.Kind, r) || another {
			return r, true, nil
		}
	}
	return bot.Rumour{}, false, nil
}

// FellWith is the reference of the rumour that carries an approved bulletin no more, "" where all do.
func (d Desk) FellWith(tx storage.Tx, b bot.Bulletin) (bot.Ref, error) {
	if !b.Approved() || b.State == bot.BulletinWithdrawn {
		return "", nil
	}
	r, _, err := fallen(tx, b)
	return r.Ref, err
}

// answerNos are the present answers of a bulletin's rumours.
func answerNos(tx storage.Tx, b bot.Bulletin) ([]int, error) {
	var nos []int
	for _, id := range b.Rumours {
		r, err := tx.Rumour(id)
		if err != nil {
			return nil, fmt.Errorf("bulletin: rumour: %w", err)
		}
		nos = append(nos, r.AnswerNo)
	}
	return nos, nil
}

// stands refuses to send a bulletin that was corrected, or one of whose rumours does not carry it any more.
func (d Desk) stands(tx storage.Tx, b bot.Bulletin) error {
	if !b.Corrected.IsZero() {
		return bot.Fault(bot.CodeRefused, "desk.bulletin_is_corrected", "ref", string(b.Ref))
	}
	r, fell, err := fallen(tx, b)
	if err != nil {
		return err
	}
	if !fell {
		return undoubted(tx, b)
	}
	return bot.Fault(bot.CodeRefused, "desk.bulletin_fell", "ref", string(b.Ref), "rumour", string(r.Ref))
}

// fellLook is how many bulletins of a state are looked through, the newest.
const fellLook = 500

// Fell pauses the runs of bulletins that do not stand any more, and names them: it is called in the transaction in which a rumour
// was moved. Somebody then writes a correction, withdraws the bulletin, or lets it go on once the rumour carries it again.
func (d Desk) Fell(tx storage.Tx, a people.Act) ([]bot.Ref, error) {
	under, err := tx.Bulletins(bot.BulletinSending, storage.Page{Limit: fellLook, Newest: true})
	if err != nil {
		return nil, fmt.Errorf("bulletin: fell: %w", err)
	}
	var paused []bot.Ref
	for _, b := range under {
		r, fell, err := fallen(tx, b)
		if err != nil {
			return nil, err
		}
		if !fell {
			continue
		}
		run, err := tx.Broadcast(b.LastRun)
		if err != nil {
			return nil, fmt.Errorf("bulletin: fell: %w", err)
		}
		if run.State.Ended() || run.State == bot.BroadcastPaused {
			continue
		}
		by, err := a.Actor(tx, bot.Roles()...)
		if err != nil {
			return nil, err
		}
		if _, err := turn(tx, run, bot.BroadcastPaused, a.At); err != nil {
			return nil, err
		}
		if err := a.Note(tx, by, "broadcast.paused", string(b.Ref), string(r.Ref)); err != nil {
			return nil, err
		}
		paused = append(paused, b.Ref)
	}
	return paused, nil
}

// Doubtful names the bulletins that are approved, not over and do not stand any more: somebody corrects or withdraws them.
func (d Desk) Doubtful(tx storage.Tx, at bot.Instant) ([]bot.Ref, error) {
	var refs []bot.Ref
	for _, state := range []bot.BulletinState{bot.BulletinApproved, bot.BulletinSending, bot.BulletinSent} {
		all, err := tx.Bulletins(state, storage.Page{Limit: fellLook, Newest: true})
		if err != nil {
			return nil, fmt.Errorf("bulletin: doubtful: %w", err)
		}
		for _, b := range all {
			if b.ExpiresAt <= at || !b.Corrected.IsZero() {
				continue
			}
			if _, fell, err := fallen(tx, b); err != nil {
				return nil, err
			} else if fell {
				refs = append(refs, b.Ref)
			}
		}
	}
	return refs, nil
}
