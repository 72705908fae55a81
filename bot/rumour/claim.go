package rumour

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Reword changes the desk's wording of a claim, until the rumour is published: from then on it is what was answered.
func (d Desk) Reword(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, err
	}
	text, err := plain(s.Claim, "desk.claim_empty")
	if err != nil {
		return bot.Rumour{}, err
	}
	if r.AnswerNo > 0 || r.State.Ended() {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.claim_fixed", "ref", string(r.Ref))
	}
	if text == r.Claim {
		return r, nil
	}
	r.Claim = text
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, a.Note(tx, by, "rumour.claim", string(r.Ref), "")
}
