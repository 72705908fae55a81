package hotline

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/flows"
	"tinye/storage"
)

// tryConduct takes a yes or a no to the code of conduct from an ambassador's number, where that question stands before the one of
// consent and was sent. What is muddled is asked about once more.
func (t *turn) tryConduct() (bool, error) {
	q := people.YesOrNo(t.person, t.in.ReceivedAt)
	if q == nil || q.Kind != bot.QuestionConduct {
		return false, nil
	}
	w := t.says.word
	muddled := w == wordNone && !q.Again && t.says.doubtful && t.open() == bot.QuestionConduct
	if w != wordYes && w != wordNo && !muddled {
		return false, nil
	}
	if asked, err := people.Asked(t.tx, q); err != nil || !asked {
		return false, err
	}
	if muddled {
		c, err := people.AskedAgain(t.tx, t.person, *q)
		if err != nil {
			return false, err
		}
		t.person = c
		return true, t.say(reply{key: "sms.conduct_again"})
	}
	c, err := people.AnswerConduct(t.tx, t.person, w == wordYes, t.in.Channel, t.in.ReceivedAt)
	if err != nil {
		return false, err
	}
	t.person = c
	if w == wordYes {
		return true, t.say(reply{key: "sms.conduct_yes"})
	}
	return true, t.say(reply{key: "sms.conduct_no"})
}

// agentLeaves has the agent whose phone this is pause, come back from a pause of their own, or leave.
func (t *hopTurn) agentLeaves(status bot.AgentStatus) (flows.Result, error) {
	agent, ok, err := t.agent()
	if err != nil || !ok {
		return outcome("no"), err
	}
	act := people.Act{At: t.in.ReceivedAt, As: agent.Name, Via: people.ViaUSSD, Site: t.Site.ID}
	done, err := people.LeaveBySelf(t.tx, act, status)
	if bot.CodeOf(err) == bot.CodeForbidden || bot.CodeOf(err) == bot.CodeRefused {
		return outcome("no"), nil
	}
	if err != nil || !done {
		return outcome("no"), err
	}
	return nothing(), nil
}

// sweepCohorts takes the rights from the members of cohorts that are over, and tells mentors of members of whom nothing is heard.
func (s *Service) sweepCohorts(ctx context.Context, now bot.Instant) error {
	today := s.Today(now)
	ending := false
	var mentors []string
	err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
		if ending, err = people.Ending(tx, today); err != nil {
			return err
		}
		if _, quiet := s.Site.Quiet.Until(now); quiet {
			return nil
		}
		mentors, err = people.ToRemind(tx, now, today)
		return err
	})
	if err != nil {
		return fmt.Errorf("hotline: cohorts: %w", err)
	}
	var failed error
	if ending {
		failed = s.Store.Update(ctx, func(tx storage.Tx) error {
			_, err := people.EndCohorts(tx, today, now)
			return err
		})
	}
	for _, mentor := range mentors {
		id, queued := s.NewID(), false
		err := s.Store.Update(ctx, func(tx storage.Tx) (err error) {
			queued, err = people.Remind(tx, mentor, id, s.Site.Gateway, s.Desk.Default(), now, today)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, err)
		} else if queued {
			s.wake()
		}
	}
	if failed != nil {
		return fmt.Errorf("hotline: cohorts: %w", failed)
	}
	return nil
}
