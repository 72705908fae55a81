package bulletin

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// Frames of a bulletin's texts: the service's name before, the reference behind.
const (
	FrameKey           = "sms.bulletin"
	FrameCorrectionKey = "sms.bulletin_correction" // it says itself that it corrects, with the day of what it corrects
)

// longestRef stands in for a reference when a text is measured before it has one.
const longestRef = "000000000"

// Framed is a text as it is sent, in right spelling.
func (d Desk) Framed(b bot.Bulletin, v bot.Variant, day string) string {
	ref := string(b.Ref)
	if ref == "" {
		ref = longestRef
	}
	key := FrameKey
	if b.Kind.Lane() == bot.LaneCorrection {
		key = FrameCorrectionKey
	}
	return d.Texts.Text(v.Lang, key, map[string]string{"service": d.Service, "ref": ref, "answer": string(v.Text), "date": day}).Text
}

// Measure counts a text of a bulletin as it will travel.
func (d Desk) Measure(b bot.Bulletin, v bot.Variant, day string) sms.Size {
	return sms.Measure(sms.Wire(d.Framed(b, v, day), d.Wire))
}

// runTexts are the texts of a run: one for each language with an approved SMS variant.
func (d Desk) runTexts(b bot.Bulletin, day string) []bot.RunText {
	var texts []bot.RunText
	for _, v := range b.Variants {
		if v.Channel != bot.VariantSMS || v.State != bot.TranslationDone {
			continue
		}
		size := d.Measure(b, v, day)
		texts = append(texts, bot.RunText{
			Lang: v.Lang, Text: bot.Text(d.Framed(b, v, day)), Encoding: size.Encoding, Parts: size.Parts, Fallback: v.Lang == b.Fallback,
		})
	}
	return texts
}

// start begins a run of an approved bulletin for the moment due (0: by hand), or gives the one that was begun for it. fresh tells which.
func (d Desk) start(tx storage.Tx, b bot.Bulletin, by string, id bot.ID, due, at bot.Instant) (run bot.Broadcast, fresh bool, err error) {
	if !b.LastRun.IsZero() {
		if run, err = tx.Broadcast(b.LastRun); err != nil {
			return bot.Broadcast{}, false, fmt.Errorf("bulletin: start: %w", err)
		}
		if run.DueAt >= due { // pressed twice, or its moment came twice
			return run, false, nil
		}
	}
	if b, run, err = d.prospect(tx, b, at); err != nil {
		return bot.Broadcast{}, false, err
	}
	run.ID, run.DueAt, run.StartedBy = id, due, by
	if err := d.stands(tx, b); err != nil { // a digest rests on what it tells now
		return bot.Broadcast{}, false, err
	}
	if err := tx.PutBroadcast(run, 0); err != nil {
		return bot.Broadcast{}, false, fmt.Errorf("bulletin: start: %w", err)
	}
	run.Rev++
	if b.Schedule.Cron == "" { // sent by hand before its moment, it is not sent again
		b.Schedule.Next = 0
	}
	if due == 0 { // somebody makes up for what was let pass
		b.Schedule.Skipped, b.Schedule.Why = 0, ""
	}
	b.State, b.LastRun, b.Runs, b.Schedule.Last = bot.BulletinSending, id, b.Runs+1, max(b.Schedule.Last, due)
	if err := tx.PutBulletin(b, b.Rev); err != nil {
		return bot.Broadcast{}, false, fmt.Errorf("bulletin: start: %w", err)
	}
	return run, true, nil
}

// prospect is a bulletin's run as it would begin at a moment, without its id.
func (d Desk) prospect(tx storage.Tx, b bot.Bulletin, at bot.Instant) (bot.Bulletin, bot.Broadcast, error) {
	day, err := d.correctedOn(tx, b)
	if err != nil {
		return bot.Bulletin{}, bot.Broadcast{}, err
	}
	audience := b.Audience
	audience.Heard = b.Corrects
	run := bot.Broadcast{
		Bulletin: b.ID, Ref: b.Ref, Kind: b.Kind, State: bot.BroadcastQueueing, Audience: audience,
		Texts: d.runTexts(b, day), StartedAt: at, ExpiresAt: b.ExpiresAt,
	}
	if b.Kind == bot.BulletinDigest {
		if b, run, err = d.digested(tx, b, run); err != nil {
			return bot.Bulletin{}, bot.Broadcast{}, err
		}
	}
	run.Urgent, err = urgent(tx, b)
	return b, run, err
}

// alertApprovals is how many people must have approved an alert that is to leave in quiet hours (dialogues §6).
const alertApprovals = 2

// urgent tells whether quiet hours do not hold a bulletin: an alert that two approved, and what corrects an alert.
func urgent(tx storage.Tx, b bot.Bulletin) (bool, error) {
	if b.Kind == bot.BulletinAlert {
		return len(b.Approvals) >= alertApprovals, nil
	}
	if b.Corrects.IsZero() {
		return false, nil
	}
	first, err := tx.Bulletin(b.Corrects)
	if err != nil {
		return false, fmt.Errorf("bulletin: start: %w", err)
	}
	if first.Kind != bot.BulletinAlert && !first.Corrects.IsZero() {
		return urgent(tx, first)
	}
	return first.Kind == bot.BulletinAlert, nil
}

const (
	// endPortion is how many rows of a run one commit suppresses or expires.
	endPortion = 500
	// reportAfter is how long after a run's end its report is made: most delivery reports have come by then.
	reportAfter = 24 * time.Hour
)

// over tells whether nothing of a run leaves any more, and what becomes of rows that have not.
func over(run bot.Broadcast, at bot.Instant) (state bot.OutState, reason string) {
	switch {
	case run.State == bot.BroadcastWithdrawn:
		return bot.OutSuppressed, ReasonWithdrawn
	case run.ExpiresAt <= at:
		return bot.OutExpired, people.ReasonExpired
	}
	return "", ""
}

// Advance does the next portion of what time and the state of a run bring about: walks its audience, ends rows that are not to leave any
// more, finds another way for those whose gateway is gone, notes its end, makes its report. ids is as for Walk. It tells whether there is more to
// do at once.
func (d Desk) Advance(tx storage.Tx, id bot.ID, ids []bot.ID, at bot.Instant) (more bool, err error) {
	run, err := tx.Broadcast(id)
	if err != nil {
		return false, fmt.Errorf("bulletin: advance: %w", err)
	}
	state, reason := over(run, at)
	if state != "" {
		more, err = endRows(tx, run, state, reason, at)
	} else if run.State == bot.BroadcastSending {
		more, err = d.reroute(tx, run, at)
	}
	if err != nil || more {
		return more, err
	}
	if run.QueuedAt.IsZero() && (state != "" || run.State == bot.BroadcastQueueing) {
		_, err := d.Walk(tx, id, ids, at)
		return true, err // once the walk is over, its end is looked for
	}
	return false, d.close(tx, run, at)
}

// reroute gives a portion of a run's queued rows whose gateway the site has no more to one that carries their numbers. Where there is none they
// wait: the gateway may come back before they expire.
func (d Desk) reroute(tx storage.Tx, run bot.Broadcast, at bot.Instant) (more bool, err error) {
	if d.Carries == nil {
		return false, nil
	}
	gateways, err := tx.BroadcastGateways(run.ID)
	if err != nil {
		return false, fmt.Errorf("bulletin: reroute: %w", err)
	}
	for _, name := range gateways {
		if d.Carries(name) {
			continue
		}
		rows, err := tx.BroadcastQueued(run.ID, name, endPortion)
		if err != nil {
			return false, fmt.Errorf("bulletin: reroute: %w", err)
		}
		for _, o := range rows {
			c, err := tx.Contact(o.Contact)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return false, fmt.Errorf("bulletin: reroute: %w", err)
			}
			to := d.gateway(c)
			switch {
			case err != nil || !c.Number.Answerable(): // forgotten meanwhile
				o.State, o.Reason, o.EndedAt = bot.OutSuppressed, people.ReasonNoContact, at
			case to == "" || !d.Carries(to):
				continue
			default:
				o.Gateway = to
			}
			if err := tx.PutOutbound(o, o.Rev); err != nil {
				return false, fmt.Errorf("bulletin: reroute: %w", err)
			}
			more = true
		}
	}
	return more, nil
}

// endRows ends a portion of a run's queued rows.
func endRows(tx storage.Tx, run bot.Broadcast, state bot.OutState, reason string, at bot.Instant) (more bool, err error) {
	rows, err := tx.BroadcastRows(run.ID, bot.OutQueued, storage.Page{Limit: endPortion})
	if err != nil {
		return false, fmt.Errorf("bulletin: end rows: %w", err)
	}
	for _, o := range rows {
		o.State, o.Reason, o.EndedAt = state, reason, at
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return false, fmt.Errorf("bulletin: end rows: %w", err)
		}
	}
	return len(rows) == endPortion, nil
}

// close notes that a run has ended, and later makes its report.
func (d Desk) close(tx storage.Tx, run bot.Broadcast, at bot.Instant) error {
	tally, err := tx.BroadcastTally(run.ID)
	if err != nil {
		return fmt.Errorf("bulletin: close: %w", err)
	}
	_, late := over(run, at)
	switch {
	case tally.Open() > 0 || run.QueuedAt.IsZero() || run.State == bot.BroadcastPaused && late == "":
		return nil
	case run.EndedAt.IsZero():
		run.EndedAt, run.Before = at, ""
		if run.State != bot.BroadcastWithdrawn {
			run.State = bot.BroadcastDone
		}
		if err := d.settled(tx, run, at); err != nil {
			return err
		}
	case at >= run.EndedAt.Add(reportAfter) && run.ReportAt.IsZero():
		run.Report, run.ReportAt = tally, at
	default:
		return nil
	}
	if err := tx.PutBroadcast(run, run.Rev); err != nil {
		return fmt.Errorf("bulletin: close: %w", err)
	}
	return nil
}

// settled moves the bulletin on once its run has ended: one with further moments is approved again.
func (d Desk) settled(tx storage.Tx, run bot.Broadcast, at bot.Instant) error {
	if run.Bulletin.IsZero() {
		return nil
	}
	b, err := tx.Bulletin(run.Bulletin)
	if err != nil {
		return fmt.Errorf("bulletin: close: %w", err)
	}
	if b.State != bot.BulletinSending || b.LastRun != run.ID {
		return nil
	}
	b.State = bot.BulletinSent
	if !b.Schedule.Next.IsZero() && b.Schedule.Next < b.ExpiresAt {
		b.State = bot.BulletinApproved
	}
	if err := tx.PutBulletin(b, b.Rev); err != nil {
		return fmt.Errorf("bulletin: close: %w", err)
	}
	return nil
}

// turn is what a person does to a run under way.
func turn(tx storage.Tx, run bot.Broadcast, state bot.BroadcastState, at bot.Instant) (bot.Broadcast, error) {
	switch {
	case state == bot.BroadcastPaused:
		run.Before, run.State = run.State, state
	case state == "" && run.State == bot.BroadcastPaused: // on again
		run.State, run.Before = run.Before, ""
	default:
		run.State, run.Before = state, ""
	}
	if err := tx.PutBroadcast(run, run.Rev); err != nil {
		return bot.Broadcast{}, fmt.Errorf("bulletin: turn: %w", err)
	}
	run.Rev++
	return run, nil
}

// Pause holds a run: once it is on disk, no send of it begins. Pausing twice changes nothing.
func (d Desk) Pause(tx storage.Tx, a people.Act, ref string) (bot.Broadcast, error) {
	by, run, err := d.underWay(tx, a, ref)
	if err != nil || run.State == bot.BroadcastPaused {
		return run, err
	}
	if run, err = turn(tx, run, bot.BroadcastPaused, a.At); err != nil {
		return bot.Broadcast{}, err
	}
	return run, a.Note(tx, by, "broadcast.paused", ref, "")
}

// Resume lets a paused run go on where it stood.
func (d Desk) Resume(tx storage.Tx, a people.Act, ref string) (bot.Broadcast, error) {
	by, run, err := d.underWay(tx, a, ref)
	if err != nil {
		return bot.Broadcast{}, err
	}
	if run.State != bot.BroadcastPaused {
		return bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.broadcast_not_paused", "ref", ref)
	}
	if waits(run) {
		return bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.request_not_approved", "name", run.StartedBy)
	}
	if !run.Bulletin.IsZero() {
		b, err := tx.Bulletin(run.Bulletin)
		if err != nil {
			return bot.Broadcast{}, fmt.Errorf("bulletin: resume: %w", err)
		}
		if err := d.stands(tx, b); err != nil {
			return bot.Broadcast{}, err
		}
	}
	if run, err = turn(tx, run, "", a.At); err != nil {
		return bot.Broadcast{}, err
	}
	return run, a.Note(tx, by, "broadcast.resumed", ref, "")
}

// underWay finds the run of a bulletin that has not ended.
func (d Desk) underWay(tx storage.Tx, a people.Act, ref string) (bot.Actor, bot.Broadcast, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Actor{}, bot.Broadcast{}, err
	}
	_, run, err := FindRun(tx, ref, 0)
	if err != nil {
		return bot.Actor{}, bot.Broadcast{}, err
	}
	if run.State.Ended() {
		return bot.Actor{}, bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.broadcast_over", "ref", ref)
	}
	return by, run, nil
}
