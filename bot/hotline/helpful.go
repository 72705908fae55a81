package hotline

import (
	"context"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/storage"
)

// tryHelpful takes A, B or C for what somebody says to whether an answer helped, once they were asked. A yes or a no in
// another word, or another letter, is asked again, once; anything else is no reply to it.
func (t *turn) tryHelpful() (bool, error) {
	q := people.QuestionOf(t.person, bot.QuestionHelpful, t.in.ReceivedAt)
	if q == nil {
		return false, nil
	}
	letter := strings.ToUpper(strings.Trim(strings.TrimSpace(string(t.in.Text)), ".,!)"))
	muddled := len(letter) == 1 && letter[0] >= 'A' && letter[0] <= 'Z' || t.says.word == wordYes || t.says.word == wordNo
	if !muddled {
		return false, nil
	}
	asked, err := people.Asked(t.tx, q)
	if err != nil || !asked {
		return false, err
	}
	said := map[string]bot.Helpful{"A": bot.HelpfulYes, "B": bot.HelpfulNo, "C": bot.HelpfulNotBelieved}[letter]
	if said == "" {
		if q.Again || t.open() != bot.QuestionHelpful {
			return false, nil
		}
		if t.person, err = people.AskedAgain(t.tx, t.person, *q); err != nil {
			return false, err
		}
		return true, t.say(reply{key: "sms.helpful_again"})
	}
	if t.person, err = people.Save(t.tx, people.Close(t.person, bot.QuestionHelpful)); err != nil {
		return false, err
	}
	if _, err := t.Desk.Helped(t.tx, q.Report, said); err != nil {
		return false, err
	}
	return true, t.say(reply{key: "sms.helpful_thanks"})
}

// helpfulQuestion shows the question in the menu, which is asked by that.
func (t *hopTurn) helpfulQuestion() (flows.Result, error) {
	rep, ok, err := rumour.AsksHelpful(t.tx, t.person, t.in.ReceivedAt)
	if err != nil || !ok {
		return outcome("gone"), err
	}
	if t.person, err = t.Desk.HelpfulShown(t.tx, t.person, rep, t.in.ReceivedAt); err != nil {
		return flows.Result{}, err
	}
	return flows.Result{Values: map[string]string{"ref": string(rep.Ref)}}, nil
}

// helpful takes what the caller says to it, unless it was answered by SMS meanwhile.
func (t *hopTurn) helpful(said bot.Helpful) (flows.Result, error) {
	q := people.QuestionOf(t.person, bot.QuestionHelpful, t.in.ReceivedAt)
	if q == nil {
		return nothing(), nil
	}
	t.person = people.Close(t.person, bot.QuestionHelpful)
	if err := t.savePerson(); err != nil {
		return flows.Result{}, err
	}
	_, err := t.Desk.Helped(t.tx, q.Report, said)
	return nothing(), err
}

// followUps asks those whose time has come whether the answer helped, in portions.
func (s *Service) followUps(ctx context.Context, now bot.Instant) error {
	if _, quiet := s.Site.Quiet.Until(now); quiet {
		return nil
	}
	for {
		var due []bot.FollowUp
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			due, err = tx.FollowUps(now, rumour.FollowUpPortion)
			return err
		})
		if err == nil && len(due) > 0 {
			ids := s.newIDs(len(due))
			err = s.Store.Update(ctx, func(tx storage.Tx) error {
				for i, f := range due {
					if err := s.Desk.FollowUp(tx, f, ids[i], now); err != nil {
						return err
					}
				}
				return nil
			})
			s.wake()
		}
		if err != nil {
			return fmt.Errorf("hotline: follow-ups: %w", err)
		}
		if len(due) < rumour.FollowUpPortion {
			return nil
		}
	}
}
