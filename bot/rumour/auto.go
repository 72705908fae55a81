package rumour

import (
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// AutoAnswerKey frames an answer that a machine gives at once: it ends with how to say that another matter was meant.
	AutoAnswerKey = "sms.answer_auto"
	// freshFor is how old the check may be behind an answer about attacks, armed groups, abductions and blockades that a machine
	// gives (issue 7): what was so yesterday may have changed since.
	freshFor = 24 * time.Hour
)

// AutoFor is whether a rumour's answer may be given by a machine, as publication sets it where the coordinator says nothing:
// never for what people call critical, names a person, targets a group, is about what forces do or is for those who must know, and
// not where one of its texts takes more than one part with the line that asks for another matter.
func (d Desk) AutoFor(r bot.Rumour) bot.AutoAnswer {
	switch {
	case barred(r, byPeople(r.Risk)):
		return bot.AutoNever
	case d.autoTooLong(r):
		return bot.AutoTooLong
	default:
		return bot.AutoAllowed
	}
}

// barred tells whether nobody but people may answer what has such flags, such a theme and such a level.
func barred(r bot.Rumour, level bot.RiskLevel) bool {
	named := slices.Contains(r.Risk.Flags, bot.FlagNamesPerson) || slices.Contains(r.Risk.Flags, bot.FlagTargetsGroup)
	return level == bot.RiskCritical || named || r.Theme == bot.RumourForcesConduct || r.Restricted
}

// byPeople is a level of risk if somebody said it; what alarm words, or many copies at once, have raised is nobody's word.
func byPeople(r bot.Risk) bot.RiskLevel {
	if r.By == "" {
		return ""
	}
	return r.Level
}

// MeasureAuto counts an answer as it travels when a machine gives it.
func (d Desk) MeasureAuto(l bot.Lang, text string) sms.Size {
	return d.frame(l, AutoAnswerKey, map[string]string{"answer": text})
}

// AutoTooLong tells whether a text takes more than one part when a machine gives it.
func (d Desk) AutoTooLong(l bot.Lang, text string) bool { return d.MeasureAuto(l, text).Parts > 1 }

func (d Desk) autoTooLong(r bot.Rumour) bool {
	return slices.ContainsFunc(r.Answers, func(a bot.Answer) bool { return a.Approved() && d.AutoTooLong(a.Lang, string(a.Text)) })
}

// tick sets, at publication, whether a machine may give the answer. What a coordinator refused before stays refused.
func (m *moving) tick() error {
	if m.was.Public() && !m.NoAuto {
		return nil
	}
	auto := m.desk.AutoFor(m.r)
	if auto == bot.AutoAllowed && (m.NoAuto || m.was.Auto == bot.AutoRefused) {
		auto = bot.AutoRefused
	}
	m.r.Auto, m.r.AutoBy = auto, m.by.Name
	if !m.NoAuto {
		return nil
	}
	return m.act.Note(m.tx, m.by, "rumour.auto", string(m.r.Ref), string(auto))
}

// bar takes the permission away where what a person has said about a rumour rules it out. What is said later the other way does
// not give it back: a coordinator does (SetAuto).
func (m *moving) bar(said bot.Rumour) error {
	r := &m.r
	if m.verb == Merge {
		r = &m.target
	}
	if r.Auto != bot.AutoAllowed || !barred(said, byPeople(said.Risk)) {
		return nil
	}
	r.Auto, r.AutoBy = bot.AutoNever, m.by.Name
	return m.act.Note(m.tx, m.by, "rumour.auto", string(r.Ref), string(r.Auto))
}

// SetAuto lets a coordinator allow or refuse that a machine gives a published answer.
func (d Desk) SetAuto(tx storage.Tx, a people.Act, ref string, allow bool) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, err
	}
	if !r.Public() {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.auto_not_published", "ref", string(r.Ref))
	}
	auto := bot.AutoRefused
	if allow {
		auto = d.AutoFor(r)
	}
	switch auto {
	case bot.AutoNever:
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.auto_never", "ref", string(r.Ref))
	case bot.AutoTooLong:
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.auto_too_long", "ref", string(r.Ref))
	case r.Auto:
		return r, nil
	}
	r.Auto, r.AutoBy = auto, by.Name
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, a.Note(tx, by, "rumour.auto", string(r.Ref), string(auto))
}

// CheckedAt is when what a rumour's answer says was found: the last check that the decision rests on, or one that was noted
// since and points the same way; the decision itself where no check was noted. 0 before a decision.
func CheckedAt(r bot.Rumour) bot.Instant {
	if r.DecidedAt.IsZero() {
		return 0
	}
	decided := min(r.DecidedOn, len(r.Evidence))
	var last bot.Instant
	for _, e := range r.Evidence[min(r.Earlier, decided):decided] {
		last = max(last, e.DoneAt)
	}
	if last.IsZero() || last > r.DecidedAt {
		last = r.DecidedAt
	}
	way := usually(r.Verdict)
	for _, e := range r.Evidence[decided:] {
		if way != "" && e.Supports == way {
			last = max(last, e.DoneAt)
		}
	}
	return last
}

// AutoUntil is when an answer is too old for a machine to give, as far as a rumour's theme says so; ok is false where it does not.
func AutoUntil(r bot.Rumour) (until bot.Instant, ok bool) {
	if !agesFast(r.Theme) {
		return 0, false
	}
	return CheckedAt(r).Add(freshFor), true
}

// agesFast tells whether what was checked about a theme may be over a day later.
func agesFast(t bot.RumourTheme) bool {
	switch t {
	case bot.RumourSecurityAttack, bot.RumourArmedGroup, bot.RumourAbduction, bot.RumourBlockade:
		return true
	default:
		return false
	}
}
