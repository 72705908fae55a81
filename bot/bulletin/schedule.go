package bulletin

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/locales"
	"tinye/storage"
)

const (
	// Late is how late a run may begin after its moment unless somebody says otherwise, and mostLate what they may say.
	Late     = 6 * time.Hour
	mostLate = 7 * 24 * time.Hour
	// Shown is how many coming moments somebody sees before they say yes.
	Shown = 3
)

// onClock is how a moment is typed, on the site's clock.
const onClock = "2006-01-02 15:04"

// Plan is when somebody wants a bulletin sent: at one moment, by a cron spec, or by hand (neither).
type Plan struct {
	At    string        // 2026-11-23 08:00, on the site's clock
	Cron  string        // minute hour day month weekday
	Zone  string        // of Cron, an IANA name; "" = the site's
	Late  time.Duration // 0 = Late
	Parts int           // of a digest: the most parts of its SMS; 0 = as it is
}

// Schedule sets when a bulletin is sent. A draft's schedule is part of what is approved; that of an approved bulletin a coordinator may change. One in
// review stays there, and what was answered about its texts holds: whoever approves it says yes to the new schedule too.
func (d Desk) Schedule(tx storage.Tx, a people.Act, ref string, plan Plan) (bot.Bulletin, error) {
	by, err := a.Actor(tx, writers()...)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b, err := Find(tx, ref)
	if err != nil {
		return bot.Bulletin{}, err
	}
	draft := b.State == bot.BulletinDraft || b.State == bot.BulletinReview
	sending := b.State == bot.BulletinSending && b.Schedule.Cron != "" && plan.At == ""
	switch {
	case draft:
		b.Approvals = nil
	case b.State != bot.BulletinApproved && !sending:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.schedule_over", "ref", ref)
	default:
		if by, err = a.Actor(tx, bot.RoleCoordinator); err != nil {
			return bot.Bulletin{}, err
		}
	}
	if b, err = d.planned(b, plan, by.Name); err != nil {
		return bot.Bulletin{}, err
	}
	if err := d.comes(b, a.At); err != nil {
		return bot.Bulletin{}, err
	}
	if !draft {
		if b.Schedule.Next, err = momentAfter(b, a.At); err != nil {
			return bot.Bulletin{}, err
		}
		b = rested(b, a.At)
	}
	if b, err = save(tx, b); err != nil {
		return bot.Bulletin{}, err
	}
	return b, a.Note(tx, by, "bulletin.scheduled", string(b.Ref), said(b.Schedule))
}

// said is a schedule as an event holds it: a moment, or a spec and its zone; "" for by hand.
func said(s bot.Schedule) string {
	if s.Cron == "" {
		return s.Once.String()
	}
	return s.Cron + " " + s.Zone
}

// planned gives a bulletin a plan. For which moment it was sent last stays.
func (d Desk) planned(b bot.Bulletin, plan Plan, by string) (bot.Bulletin, error) {
	s := b.Schedule
	s.Once, s.Cron, s.Zone, s.Late, s.Next, s.SetBy = 0, "", "", 0, 0, by
	s.Skipped, s.Why = 0, "" // somebody has seen to it
	plan.At, plan.Cron, plan.Zone = strings.TrimSpace(plan.At), strings.Join(strings.Fields(plan.Cron), " "), strings.TrimSpace(plan.Zone)
	most, err := parts(b, plan.Parts)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b.Parts = most
	timed := plan.At != "" || plan.Cron != ""
	switch {
	case plan.At != "" && plan.Cron != "", plan.Zone != "" && plan.Cron == "", plan.Late != 0 && !timed:
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.schedule_one")
	case timed && b.Kind.Lane() == bot.LaneCorrection:
		return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.schedule_correction", "ref", string(b.Ref))
	case plan.Late < 0 || plan.Late > mostLate || plan.Late%time.Minute != 0:
		return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.schedule_late", "days", strconv.Itoa(int(mostLate/(24*time.Hour))))
	case plan.At != "":
		at, err := time.ParseInLocation(onClock, plan.At, d.zone())
		if err != nil {
			return bot.Bulletin{}, bot.Fault(bot.CodeInvalid, "desk.schedule_at", "at", plan.At)
		}
		s.Once = bot.At(at)
	case plan.Cron != "":
		s.Cron, s.Zone = plan.Cron, plan.Zone
		if s.Zone == "" {
			s.Zone = d.zone().String()
		}
		read, err := readSpec(s.Cron, s.Zone)
		if err != nil {
			return bot.Bulletin{}, err
		}
		if !read.daily() {
			return bot.Bulletin{}, bot.Fault(bot.CodeRefused, "desk.schedule_often", "cron", s.Cron)
		}
	}
	if timed {
		if s.Late = plan.Late; s.Late == 0 {
			s.Late = Late
		}
	}
	b.Schedule = s
	return b, nil
}

// parts are the most parts of a digest's SMS that somebody asks for.
func parts(b bot.Bulletin, asked int) (int, error) {
	switch {
	case asked == 0:
		return b.Parts, nil
	case b.Kind != bot.BulletinDigest:
		return 0, bot.Fault(bot.CodeRefused, "desk.schedule_not_digest", "ref", string(b.Ref))
	case b.State != bot.BulletinDraft && b.State != bot.BulletinReview && asked != b.Parts: // the recipe is frozen with its approval
		return 0, bot.Fault(bot.CodeRefused, "desk.bulletin_frozen", "ref", string(b.Ref))
	case asked < 0 || asked > MostParts:
		return 0, bot.Fault(bot.CodeInvalid, "desk.schedule_parts", "max", strconv.Itoa(MostParts))
	}
	return asked, nil
}

// zone is the site's.
func (d Desk) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// comes refuses a schedule that would send nothing any more.
func (d Desk) comes(b bot.Bulletin, at bot.Instant) error {
	s, ref := b.Schedule, string(b.Ref)
	if s.ByHand() {
		return nil
	}
	if next, err := momentAfter(b, at); err != nil || !next.IsZero() {
		return err
	}
	open := b
	open.ValidFrom, open.ExpiresAt = 0, 0
	free, err := momentAfter(open, at)
	switch {
	case err != nil:
		return err
	case free.IsZero() && s.Cron != "":
		return bot.Fault(bot.CodeRefused, "desk.schedule_never", "cron", s.Cron)
	case free.IsZero():
		return bot.Fault(bot.CodeRefused, "desk.schedule_past", "at", s.Once.Time().In(d.zone()).Format("02/01/2006 15:04"))
	case s.Cron == "" && s.Once < b.ValidFrom:
		return bot.Fault(bot.CodeRefused, "desk.schedule_early", "ref", ref, "from", d.when(b.ValidFrom))
	default:
		return bot.Fault(bot.CodeRefused, "desk.schedule_after_end", "ref", ref, "until", d.when(b.ExpiresAt))
	}
}

// schedule finds a schedule of a draft that would send nothing any more.
func (l *linting) schedule(at bot.Instant) {
	if l.b.State != bot.BulletinDraft && l.b.State != bot.BulletinReview {
		return
	}
	why, ok := errors.AsType[*bot.Error](l.comes(l.b, at))
	if !ok {
		return
	}
	var args []string
	for name, value := range why.Args {
		args = append(args, name, value)
	}
	l.add(true, why.Key, args...)
}

// when is a moment for the desk.
func (d Desk) when(at bot.Instant) string {
	return locales.Date(at, d.zone()) + " " + locales.Clock(at, d.zone())
}

// momentAfter is the first moment of a bulletin's schedule after a time, 0 for none: there is none before it holds, and none when it has expired.
func momentAfter(b bot.Bulletin, at bot.Instant) (bot.Instant, error) {
	s := b.Schedule
	next := s.Once
	if s.Cron != "" {
		read, err := readSpec(s.Cron, s.Zone)
		if err != nil {
			return 0, err
		}
		t, ok := read.next(max(at, b.ValidFrom.Add(-time.Microsecond)).Time())
		if !ok {
			return 0, nil
		}
		next = bot.At(t)
	}
	if next <= at || next < b.ValidFrom || !b.ExpiresAt.IsZero() && next >= b.ExpiresAt {
		return 0, nil
	}
	return next, nil
}

// Moments are the next moments of a bulletin's schedule after a time, at most n, and whether its spec names days of the month and weekdays, which
// is either of them.
func Moments(b bot.Bulletin, at bot.Instant, n int) (list []bot.Instant, either bool) {
	if read, err := readSpec(b.Schedule.Cron, b.Schedule.Zone); err == nil {
		either = read.either()
	}
	for len(list) < n {
		next, err := momentAfter(b, at)
		if err != nil || next.IsZero() {
			break
		}
		list, at = append(list, next), next
		if b.Schedule.Cron == "" {
			break
		}
	}
	return list, either
}

// arm sets the first moment of a bulletin that is approved now.
func arm(b bot.Bulletin, at bot.Instant) (bot.Bulletin, error) {
	next, err := momentAfter(b, at)
	if err != nil {
		return bot.Bulletin{}, err
	}
	b.Schedule.Next = next
	return b, nil
}

// Rearm looks for the next moment of a bulletin anew, after somebody has said that the clock is right although it went back: what was let pass while it
// ran ahead may come again, what was sent does not.
func Rearm(tx storage.Tx, b bot.Bulletin, at bot.Instant) error {
	next, err := momentAfter(b, at)
	if err != nil || next.IsZero() || b.State == bot.BulletinSending && b.Schedule.Cron == "" {
		return err
	}
	b.Schedule.Next = next
	if b.Schedule.Skipped >= next {
		b.Schedule.Skipped, b.Schedule.Why = 0, ""
	}
	_, err = save(tx, b)
	return err
}

// rested moves a bulletin on that has no moment left: one that was sent before is done.
func rested(b bot.Bulletin, at bot.Instant) bot.Bulletin {
	switch {
	case b.State != bot.BulletinApproved || !b.Schedule.Next.IsZero():
	case b.Runs > 0:
		b.State = bot.BulletinSent
	case b.ExpiresAt <= at:
		b.State = bot.BulletinExpired
	}
	return b
}

// agreed stands for what an approver says yes to: the bulletin and its schedule.
func agreed(b bot.Bulletin) string {
	if b.Schedule.ByHand() && b.Parts == 0 {
		return digest(b)
	}
	h := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%d\x00%d", digest(b), b.Schedule.Once, said(b.Schedule), b.Schedule.Late, b.Parts))
	return hex.EncodeToString(h[:8])
}

// bySchedule is who begins and skips runs when nobody does.
func bySchedule() bot.Actor { return bot.Actor{Name: "schedule", Via: "sweep"} }

// Fire does what a bulletin's schedule asks for now, in one commit with the move to its next moment: begins the run of the latest moment that
// has come, or lets it pass. Earlier ones are let pass. Each that is has its reason, in an event. id is the run's. It tells whether a run was begun.
func (d Desk) Fire(tx storage.Tx, a people.Act, bulletin, id bot.ID) (began bool, err error) {
	b, err := tx.Bulletin(bulletin)
	if err != nil {
		return false, fmt.Errorf("bulletin: fire: %w", err)
	}
	if b.Schedule.Next.IsZero() || b.Schedule.Next > a.At {
		return false, nil
	}
	if b.State != bot.BulletinApproved && b.State != bot.BulletinSending { // withdrawn meanwhile, which its own event tells
		b.Schedule.Next = 0
		_, err := save(tx, b)
		return false, err
	}
	came, next, unread := came(b, a.At)
	for _, m := range came[:len(came)-1] {
		why := bot.SkipLate
		if m <= b.Schedule.Restored {
			why = bot.SkipRestored
		}
		if b, err = skip(tx, a, b, m, why); err != nil {
			return false, err
		}
	}
	due := came[len(came)-1]
	b.Schedule.Next = next
	why, err := hinders(tx, b, due, a.At)
	if err != nil {
		return false, err
	}
	if unread != nil {
		why = bot.SkipUnreadable
	}
	if why == "" {
		if why, err = d.begin(tx, a, b, id, due); err != nil || why == "" {
			return err == nil, err
		}
	}
	if b, err = skip(tx, a, b, due, why); err != nil {
		return false, err
	}
	_, err = save(tx, rested(b, a.At))
	return false, err
}

// came are the moments from Next on that have come, at least one, and the first that has not.
func came(b bot.Bulletin, at bot.Instant) (list []bot.Instant, next bot.Instant, err error) {
	for next = b.Schedule.Next; !next.IsZero() && next <= at; {
		list = append(list, next)
		if next, err = momentAfter(b, next); err != nil {
			return list, 0, err
		}
	}
	return list, next, nil
}

// hinders is why no run is begun for a moment, "" where nothing hinders it.
func hinders(tx storage.Tx, b bot.Bulletin, due, at bot.Instant) (bot.SkipReason, error) {
	late := b.Schedule.Late
	if late == 0 {
		late = Late
	}
	switch {
	case due <= b.Schedule.Restored:
		return bot.SkipRestored, nil
	case at.Sub(due) > late, b.ExpiresAt <= at:
		return bot.SkipLate, nil
	case due <= b.Schedule.Last:
		return bot.SkipRepeated, nil
	case b.LastRun.IsZero():
		return "", nil
	}
	run, err := tx.Broadcast(b.LastRun)
	if err != nil {
		return "", fmt.Errorf("bulletin: fire: %w", err)
	}
	if !run.State.Ended() && run.ExpiresAt > at { // of an expired one nothing more leaves
		return bot.SkipBusy, nil
	}
	return "", nil
}

// begin begins the run for a moment, or says why there is none.
func (d Desk) begin(tx storage.Tx, a people.Act, b bot.Bulletin, id bot.ID, due bot.Instant) (bot.SkipReason, error) {
	_, fresh, err := d.start(tx, b, "", id, due, a.At)
	if refused, ok := errors.AsType[*bot.Error](err); ok && refused.Code == bot.CodeRefused {
		if refused.Key == noNewsKey {
			return bot.SkipNoNews, nil
		}
		return bot.SkipRefused, nil
	}
	if err != nil {
		return "", err
	}
	if !fresh {
		return bot.SkipRepeated, nil
	}
	return "", a.Note(tx, bySchedule(), "bulletin.begun", string(b.Ref), due.String())
}

// skip lets a moment pass, and says so.
func skip(tx storage.Tx, a people.Act, b bot.Bulletin, moment bot.Instant, why bot.SkipReason) (bot.Bulletin, error) {
	b.Schedule.Skipped, b.Schedule.Why = moment, why
	return b, a.Note(tx, bySchedule(), "bulletin.skipped", string(b.Ref), string(why)+" "+moment.String())
}

// Missed lists bulletins whose latest moment was let pass, at most limit, for eight days: somebody has to see whether that matters. One of which a
// later run was begun, by the schedule or by hand, is not among them; nor is a digest without news.
func Missed(tx storage.Tx, at bot.Instant, limit int) ([]bot.Bulletin, error) {
	var list []bot.Bulletin
	for _, state := range []bot.BulletinState{bot.BulletinApproved, bot.BulletinSending, bot.BulletinSent} {
		rows, err := tx.Bulletins(state, storage.Page{Newest: true, Limit: missedLook})
		if err != nil {
			return nil, fmt.Errorf("bulletin: missed: %w", err)
		}
		for _, b := range rows {
			s := b.Schedule
			if !s.Skipped.IsZero() && s.Skipped > s.Last && s.Why != bot.SkipNoNews && at.Sub(s.Skipped) < missedShown && len(list) < limit {
				list = append(list, b)
			}
		}
	}
	return slices.Clip(list), nil
}

const (
	// missedLook is how many bulletins of each state are looked at for moments that were let pass, the newest.
	missedLook = 200
	// missedShown is how long one is shown.
	missedShown = 8 * 24 * time.Hour
)
