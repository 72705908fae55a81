package bulletin

import (
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// A correction tells those who got a bulletin. Whoever asks for the rumour beneath it, and the next digest, read the rumour's own answer: where the
// desk has not corrected that one, too, what is known to be wrong goes on as checked.

// Unmended are the rumours whose published answers are still those on which what a bulletin corrects was approved; none where one of them was
// corrected or taken back since, or where the bulletin corrects nothing.
func Unmended(tx storage.Tx, b bot.Bulletin) ([]bot.Ref, error) {
	if b.Corrects.IsZero() {
		return nil, nil
	}
	first, err := tx.Bulletin(b.Corrects)
	if err != nil {
		return nil, fmt.Errorf("bulletin: unmended: %w", err)
	}
	still, err := unmended(tx, first)
	refs := make([]bot.Ref, len(still))
	for i, r := range still {
		refs[i] = r.Ref
	}
	return refs, err
}

func unmended(tx storage.Tx, first bot.Bulletin) ([]bot.Rumour, error) {
	var still []bot.Rumour
	for i, id := range first.Rumours {
		r, err := rumourOf(tx, id)
		if err != nil {
			return nil, err
		}
		if i >= len(first.AnswerNos) || r.ID != id || r.AnswerNo != first.AnswerNos[i] || !r.Public() || r.Withdrawn() || r.Amending {
			return nil, nil
		}
		still = append(still, r)
	}
	return still, nil
}

// holdsAs keeps with a correction why the answers of its rumours hold nevertheless. Without a reason it is refused while none of them was corrected; a
// withdrawal is not, since it says nothing in their place, and its rumours are doubted until then.
func holdsAs(tx storage.Tx, b bot.Bulletin, why string) (bot.Bulletin, error) {
	why = strings.TrimSpace(why)
	if err := short(why, mostNote); err != nil {
		return bot.Bulletin{}, err
	}
	still, err := Unmended(tx, b)
	switch {
	case err != nil:
		return bot.Bulletin{}, err
	case len(still) == 0:
		return b, nil
	case why == "" && b.Kind == bot.BulletinCorrection:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.bulletin_unmended_approve", "ref", string(b.Ref), "rumours", list(still), "rumour", string(still[0]))
	}
	b.Holds = bot.Text(why)
	return b, nil
}

// doubted are the rumours that a corrected or withdrawn bulletin rested on while nobody has corrected any of them, nor said that they hold: nothing
// new is told of them. The newest fellLook bulletins of each state are looked at.
func doubted(tx storage.Tx) (map[bot.ID]bot.Ref, error) {
	in := make(map[bot.ID]bot.Ref)
	for _, state := range []bot.BulletinState{bot.BulletinApproved, bot.BulletinSending, bot.BulletinSent, bot.BulletinExpired, bot.BulletinWithdrawn} {
		all, err := tx.Bulletins(state, storage.Page{Limit: fellLook, Newest: true})
		if err != nil {
			return nil, fmt.Errorf("bulletin: doubted: %w", err)
		}
		for _, b := range all {
			if b.Corrected.IsZero() {
				continue
			}
			by, err := tx.Bulletin(b.Corrected)
			if err != nil {
				return nil, fmt.Errorf("bulletin: doubted: %w", err)
			}
			if by.Holds != "" {
				continue
			}
			still, err := unmended(tx, b)
			if err != nil {
				return nil, err
			}
			for _, r := range still {
				in[r.ID] = b.Ref
			}
		}
	}
	return in, nil
}

// undoubted refuses what rests on a doubted rumour. A correction may, and a digest leaves them out by itself.
func undoubted(tx storage.Tx, b bot.Bulletin) error {
	if b.Kind.Lane() == bot.LaneCorrection || b.Kind == bot.BulletinDigest || len(b.Rumours) == 0 {
		return nil
	}
	in, err := doubted(tx)
	if err != nil {
		return err
	}
	for _, id := range b.Rumours {
		r, err := rumourOf(tx, id)
		if err != nil {
			return err
		}
		if first, ok := in[r.ID]; ok {
			return bot.Fault(bot.CodeRefused, "desk.bulletin_doubted", "ref", string(b.Ref), "rumour", string(r.Ref), "first", string(first))
		}
	}
	return nil
}

// openLook is how many drafts are looked through for other corrections of the same bulletin, the newest.
const openLook = 500

// Beside are the other corrections of what a bulletin corrects that are being written: the first that is approved stands.
func Beside(tx storage.Tx, b bot.Bulletin) ([]bot.Ref, error) {
	if b.Corrects.IsZero() || b.State != bot.BulletinDraft && b.State != bot.BulletinReview {
		return nil, nil
	}
	var refs []bot.Ref
	for _, state := range []bot.BulletinState{bot.BulletinDraft, bot.BulletinReview} {
		all, err := tx.Bulletins(state, storage.Page{Limit: openLook, Newest: true})
		if err != nil {
			return nil, fmt.Errorf("bulletin: beside: %w", err)
		}
		for _, o := range all {
			if o.Corrects == b.Corrects && o.ID != b.ID {
				refs = append(refs, o.Ref)
			}
		}
	}
	slices.Sort(refs)
	return refs, nil
}
