package hotline

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Publish publishes a decided rumour and queues its answer to everyone who is owed it; titles are lines for the menus. For
// a rumour that is published already, titles alone set those.
func (s *Service) Publish(ctx context.Context, a people.Act, ref string, fallback bot.Lang, titles ...rumour.Title) (bot.Rumour, error) {
	return s.PublishStep(ctx, a, ref, rumour.Step{Fallback: fallback}, titles...)
}

// PublishStep is Publish, with what else is said: NoAuto.
func (s *Service) PublishStep(ctx context.Context, a people.Act, ref string, step rumour.Step, titles ...rumour.Title) (bot.Rumour, error) {
	needs, err := s.before(ctx, ref)
	if err != nil {
		return bot.Rumour{}, err
	}
	return s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.publish(tx, a, ref, step, titles, needs) })
}

// before is what publishing needs to know and takes long to work out: how many people are owed the answer in which language.
func (s *Service) before(ctx context.Context, ref string) (needs map[bot.Lang]int, err error) {
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err == nil {
			needs, err = s.Desk.Readers(tx, r)
		}
		return err
	})
	if bot.CodeOf(err) != bot.CodeInternal { // the rule that follows says why, to those who may know
		err = nil
	}
	return needs, err
}

func (s *Service) publish(
	tx storage.Tx, a people.Act, ref string, step rumour.Step, titles []rumour.Title, needs map[bot.Lang]int,
) (bot.Rumour, error) {
	if len(titles) > 0 {
		r, err := s.Desk.Title(tx, a, ref, titles)
		if err != nil || r.Public() && step.Fallback == "" && !step.NoAuto {
			return r, err
		}
	}
	return s.Desk.PublishStep(tx, a, ref, step, needs)
}

// SetAuto allows or refuses that a machine gives a published answer.
func (s *Service) SetAuto(ctx context.Context, a people.Act, ref string, allow bool) (bot.Rumour, error) {
	return s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.SetAuto(tx, a, ref, allow) })
}

// Link puts reports under a rumour; where it is published, they are answered.
func (s *Service) Link(ctx context.Context, a people.Act, ref string, reports []string) (bot.Rumour, error) {
	ids := s.newIDs(len(reports))
	r, err := s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.Link(tx, a, ref, reports, ids) })
	if err == nil {
		s.wake()
	}
	return r, err
}

// Approve approves an answer; where the rumour is published, those who waited for that language are answered.
func (s *Service) Approve(ctx context.Context, a people.Act, ref string, l bot.Lang) (bot.Rumour, error) {
	return s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.Approve(tx, a, ref, l) })
}

// Confirm decides what was proposed, approves its answers and publishes them, as Publish does.
func (s *Service) Confirm(ctx context.Context, a people.Act, ref string, step rumour.Step, titles ...rumour.Title) (bot.Rumour, error) {
	needs, err := s.before(ctx, ref)
	if err != nil {
		return bot.Rumour{}, err
	}
	return s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.Confirm(tx, a, ref, step, titles, needs) })
}

// Step runs a rule that needs no more than its transaction, then queues whatever messages that opened.
func (s *Service) Step(
	ctx context.Context, a people.Act, ref string, step rumour.Step,
	rule func(rumour.Desk, storage.Tx, people.Act, string, rumour.Step) (bot.Rumour, error),
) (bot.Rumour, error) {
	return s.change(ctx, s.fell(a, func(tx storage.Tx) (bot.Rumour, error) { return rule(s.Desk, tx, a, ref, step) }))
}

// Merge moves a rumour's reports under another one, which it returns; whoever was told nothing yet is told its answer.
func (s *Service) Merge(ctx context.Context, a people.Act, ref, into string) (bot.Rumour, error) {
	return s.change(ctx, s.fell(a, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.Merge(tx, a, ref, into) }))
}

// Split moves reports to a rumour of their own, which it returns. told are how many people now hear that the answer they may have read
// was not about what they told.
func (s *Service) Split(ctx context.Context, a people.Act, ref string, step rumour.Step) (made bot.Rumour, told int, err error) {
	id, refs, ids := s.NewID(), s.Refs(), s.newIDs(len(step.Reports))
	_, err = s.change(ctx, func(tx storage.Tx) (from bot.Rumour, err error) {
		if made, from, err = s.Desk.Split(tx, a, ref, step, id, refs); err == nil {
			told, err = s.Desk.TellMisled(tx, a, made, from, step.Tell, ids)
		}
		return from, err
	})
	if err == nil && told > 0 {
		s.wake()
	}
	return made, told, err
}

// Reopen lets the desk look at a rumour again; what was published of it is found no more.
func (s *Service) Reopen(ctx context.Context, a people.Act, ref string, step rumour.Step) (bot.Rumour, error) {
	return s.change(ctx, s.fell(a, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.Reopen(tx, a, ref, step) }))
}

// SendStock sends a stock wording to everybody who told a rumour and was not answered.
func (s *Service) SendStock(ctx context.Context, a people.Act, ref string, kind bot.StockKind) (bot.Rumour, error) {
	return s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) { return s.Desk.SendStock(tx, a, ref, kind) })
}

// Correct takes back what was published and decides anew; the old wording is found no more.
func (s *Service) Correct(ctx context.Context, a people.Act, ref string, step rumour.Step) (bot.Rumour, error) {
	return s.takeBack(ctx, a, ref, step, s.Desk.Correct)
}

// Withdraw takes back what was published, and tells those who may have heard it.
func (s *Service) Withdraw(ctx context.Context, a people.Act, ref string, step rumour.Step) (bot.Rumour, error) {
	return s.takeBack(ctx, a, ref, step, s.Desk.Withdraw)
}

func (s *Service) takeBack(
	ctx context.Context, a people.Act, ref string, step rumour.Step,
	rule func(storage.Tx, people.Act, string, rumour.Step) (bot.Rumour, error),
) (bot.Rumour, error) {
	return s.change(ctx, s.fell(a, func(tx storage.Tx) (bot.Rumour, error) { return rule(tx, a, ref, step) }))
}

// restPage is how many rumours of a state are looked at in one go.
const restPage = 200

// restRumours lets rumours rest that nobody tells any more, each in a commit of its own.
func (s *Service) restRumours(ctx context.Context, now bot.Instant) error {
	for _, state := range []bot.RumourState{bot.RumourPublished, bot.RumourWithheld, bot.RumourMonitoring} {
		page := storage.Page{Limit: restPage}
		for {
			var list []bot.Rumour
			var due []bot.ID
			err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
				due = nil
				list, err = tx.Rumours(state, page)
				for _, r := range list {
					if s.Desk.Rests(r, now) {
						due = append(due, r.ID)
					}
				}
				return err
			})
			for _, id := range due {
				err = errors.Join(err, s.Store.Update(ctx, func(tx storage.Tx) error {
					_, err := s.Desk.Rest(tx, id, now)
					return err
				}))
			}
			if err != nil {
				return fmt.Errorf("hotline: rest: %w", err)
			}
			if len(list) < restPage {
				break
			}
			page.After = list[len(list)-1].ID
		}
	}
	return nil
}
