package rumour

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// guard asks whether the move meets a condition; a refusal names what is missing. Guards note nothing but what they have
// read for the effect, and who else must agree.
func (m *moving) guard(g Guard) error {
	switch g {
	case guardTheme:
		return m.guardTheme()
	case guardRisk:
		return m.guardRisk()
	case guardRedacted:
		if m.was.RedactedBy == "" && !m.RedactionChecked {
			return m.refuse("desk.redaction_needed")
		}
		return nil
	case guardArea:
		return m.guardArea()
	case guardNotLowered:
		return m.guardNotLowered()
	case guardLowering:
		return m.guardLowering()
	case guardLow:
		if l := m.r.Risk.Level; l != bot.RiskLow {
			return m.refuse("desk.watch_low_only", "level", m.level(l))
		}
		return nil
	case guardReviewDate:
		return m.guardReviewDate()
	case guardVerifier:
		return m.guardVerifier()
	case guardImpartial:
		return m.guardImpartial()
	case guardShortLane:
		return m.guardShortLane()
	case guardEvidence:
		return m.guardEvidence()
	case guardProposal:
		return m.guardProposal()
	case guardComment:
		if m.Comment == "" {
			return m.refuse("desk.reason_needed")
		}
		return nil
	case guardOther:
		return m.guardOther()
	case guardApart:
		return m.guardApart()
	case guardSources:
		return m.guardSources()
	case guardTwo:
		return m.guardTwo()
	case guardOverdue:
		return m.guardOverdue()
	case guardHarm:
		return m.guardHarm()
	case guardFocal:
		return m.guardFocal()
	case guardWithheld:
		if m.was.WithheldAt.IsZero() {
			return m.refuse("desk.not_withheld")
		}
		return nil
	case guardLifted:
		return m.guardLifted()
	case guardAnswer:
		return m.guardAnswer()
	case guardFallback:
		if !m.was.Public() { // what was withheld is monitored and closed, too
			return m.refuse("desk.not_decided")
		}
		if m.Fallback == "" || m.was.Fallback != "" {
			return m.refuse("desk.already_published")
		}
		return nil
	case guardToldBefore:
		return m.guardToldBefore()
	case guardUntold:
		if m.was.AnswerNo > 0 && !m.was.Withdrawn() {
			return m.refuse("desk.withhold_withdraw")
		}
		return nil
	case guardTarget:
		return m.guardTarget()
	case guardMoved:
		return m.guardMoved()
	case guardSpam:
		if m.Reason != bot.ClosedSpam && m.Reason != bot.ClosedOutOfScope {
			return m.refuse("desk.reject_reason", "reasons", list([]bot.ClosedReason{bot.ClosedSpam, bot.ClosedOutOfScope}))
		}
		return nil
	case guardClosed:
		return m.guardClosed()
	case guardAnswered:
		if m.r.FanOut.Open || m.r.FanOut.Waiting > 0 {
			return m.refuse("desk.close_waiting", "n", itoa(m.r.FanOut.Waiting))
		}
		return m.guardNeutral()
	case guardFollowed:
		return m.guardFollowed()
	case guardRecurs:
		if m.was.Since < recurring || m.was.FanOut.Open || m.was.Stock.Open {
			return m.refuse("desk.internal") // nobody asked for it
		}
		return nil
	case guardSettled:
		return m.guardSettled()
	case guardQuiet:
		return m.guardQuiet()
	default:
		return m.refuse("desk.internal") // a guard that nobody wrote holds nothing open
	}
}

// refuse is the refusal of a guard; every sentence may name the rumour.
func (m *moving) refuse(key string, args ...string) error {
	return bot.Fault(bot.CodeRefused, key, append([]string{"ref", string(m.was.Ref)}, args...)...)
}

// level is a level as a sentence names it.
func (m *moving) level(l bot.RiskLevel) string {
	if l == "" {
		return "-"
	}
	return string(l)
}

func (m *moving) guardTheme() error {
	switch {
	case m.Theme == "" && m.r.Theme == "":
		return m.refuse("desk.theme_needed", "themes", list(bot.RumourThemes()))
	case m.Theme != "" && !slices.Contains(bot.RumourThemes(), m.Theme):
		return m.badTheme()
	}
	return nil
}

func (m *moving) badTheme() error {
	return m.invalid("desk.bad_theme", "theme", string(m.Theme), "themes", list(bot.RumourThemes()))
}

func (m *moving) invalid(key string, args ...string) error {
	return bot.Fault(bot.CodeInvalid, key, args...)
}

func (m *moving) guardReviewDate() error {
	latest := m.act.At.Add(WatchDays * 24 * time.Hour)
	if m.Until.IsZero() {
		m.Until = latest
	}
	if m.Until <= m.act.At {
		return m.refuse("desk.watch_past", "days", itoa(WatchDays))
	}
	if m.Until > latest {
		return m.refuse("desk.watch_until", "days", itoa(WatchDays))
	}
	return nil
}

func (m *moving) guardVerifier() error {
	u, err := m.tx.User(m.Assignee)
	if notFound(err) {
		return m.invalid("desk.no_such_user", "name", m.Assignee)
	}
	if err != nil {
		return err
	}
	if !u.Has(bot.RoleVerifier) {
		return m.refuse("desk.assign_verifier", "name", m.Assignee)
	}
	if what := m.stake(u); what != "" {
		return m.refuse("desk.assign_conflict", "name", u.Name, "place", what)
	}
	return nil
}

func (m *moving) guardShortLane() error {
	r := m.r
	r.Risk = m.newRisk()
	if m.Theme != "" {
		r.Theme = m.Theme
	}
	if height(r.Risk.Level) > height(bot.RiskMedium) {
		return m.refuse("desk.short_lane_risk", "level", string(r.Risk.Level))
	}
	if TwoCoordinators(r) {
		return m.refuse("desk.short_lane_two")
	}
	return nil
}

func (m *moving) guardEvidence() error {
	if len(m.Evidence) == 0 && (m.verb == AddEvidence || len(m.was.Evidence) == 0) {
		return m.refuse("desk.evidence_needed")
	}
	if len(m.was.Evidence)+len(m.Evidence) > mostEvidence {
		return m.refuse("desk.too_many", "max", itoa(mostEvidence))
	}
	for _, e := range m.Evidence {
		switch {
		case !slices.Contains(bot.CheckMethods(), e.Method):
			return m.invalid("desk.bad_method", "method", string(e.Method), "methods", list(bot.CheckMethods()))
		case !slices.Contains(bot.SourceTypes(), e.Source):
			return m.invalid("desk.bad_source", "source", string(e.Source), "sources", list(bot.SourceTypes()))
		case e.Supports != "" && !slices.Contains(bot.AllSupports(), e.Supports), e.Supports == "" && m.verb == AddEvidence:
			return m.invalid("desk.bad_supports", "supports", list(bot.AllSupports()))
		case !sourceCode(e.Code) || !sourceCode(e.Group):
			return m.invalid("desk.bad_source_code")
		}
	}
	return nil
}

// sourceCode tells whether a pseudonym or a group is one: letters, digits, dot, dash and underscore, at most 32, or none. It
// stands in lists, so it must not be a sentence; a number of many digits could be somebody's phone.
func sourceCode(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return len(s) <= 32 && digits < 8
}

func (m *moving) guardProposal() error {
	if !slices.Contains(bot.Verdicts(), m.Verdict) {
		return badVerdict(m.Verdict)
	}
	if m.Public == "" && len(m.Texts) == 0 {
		return m.refuse("desk.finding_needed")
	}
	return nil
}

func badVerdict(v bot.Verdict) error {
	return bot.Fault(bot.CodeInvalid, "desk.bad_verdict", "verdict", string(v), "verdicts", list(bot.Verdicts()))
}

// verdict is the one that is decided: as it was said, else as it was proposed.
func (m *moving) verdict() bot.Verdict {
	if m.Verdict == "" {
		return m.was.Proposal.Verdict
	}
	return m.Verdict
}

func (m *moving) guardSources() error {
	v := m.verdict()
	s := Weigh(v, m.was.Evidence)
	if s.Enough {
		return nil
	}
	if v == bot.ConfirmedTrue || v == bot.ConfirmedFalse {
		return m.refuse("desk.sources_confirmed", "verdict", string(v), "n", itoa(s.Sources), "types", itoa(s.Types), "outside", itoa(s.Outside))
	}
	return m.refuse("desk.sources_one", "verdict", string(v))
}

func (m *moving) guardOverdue() error {
	since := m.was.AssignedAt
	if m.verdict() != bot.Unverifiable || m.act.At.Sub(since) < OverdueDays*24*time.Hour {
		return m.refuse("desk.not_submitted", "days", itoa(OverdueDays))
	}
	return nil
}

func (m *moving) guardHarm() error {
	if m.Comment == "" && (m.was.Pending.Verb != string(Withhold) || m.was.HarmNote == "") {
		return m.refuse("desk.harm_needed")
	}
	return nil
}

// guardAnswer wants an approved text in every language that somebody reads who is owed the answer, or a fallback.
func (m *moving) guardAnswer() error {
	if m.was.Pending.Verb == string(Withhold) { // the more protective of two wishes wins until somebody returns the rumour
		return m.refuse("desk.withhold_waits", "name", m.was.Pending.By)
	}
	if m.Fallback != "" {
		return approved(m.r, m.Fallback)
	}
	instead := slices.IndexFunc(m.desk.Langs, func(l bot.Lang) bool { return approved(m.r, l) == nil })
	if instead < 0 { // a fallback would have no text, either
		for _, l := range m.desk.Langs {
			if _, written := m.r.AnswerIn(l); written {
				return approved(m.r, l)
			}
		}
		return approved(m.r, m.desk.Default())
	}
	for _, l := range m.desk.Langs {
		if n := m.needs[l]; n > 0 && approved(m.r, l) != nil {
			return m.refuse("desk.fallback_needed", "n", itoa(n), "lang", string(l), "fallback", string(m.desk.Langs[instead]))
		}
	}
	return nil
}

// guardNeutral wants the wording sent that is the answer of what was withheld, if there is anybody to send it to.
func (m *moving) guardNeutral() error {
	owed := m.r.Stock.Open || Owes(m.was) != ""
	if owed && !m.r.Stock.Open && m.tx != nil { // time alone sees no more than the row
		nobody, err := toNobody(m.tx, m.was)
		if err != nil {
			return err
		}
		owed = !nobody
	}
	if owed {
		return m.refuse("desk.stock_owed", "kind", string(neutralOf(m.was)))
	}
	return nil
}

func (m *moving) guardClosed() error {
	var fit []bot.ClosedReason
	switch {
	case m.was.State == bot.RumourWithheld || m.was.State == bot.RumourMonitoring && !m.was.Public():
		fit = []bot.ClosedReason{bot.ClosedWithheld, bot.ClosedOvertaken}
	case m.was.Public():
		fit = []bot.ClosedReason{bot.ClosedAnswered, bot.ClosedOvertaken}
	default:
		fit = []bot.ClosedReason{bot.ClosedOvertaken, bot.ClosedNotAClaim, bot.ClosedOutOfScope, bot.ClosedDuplicate, bot.ClosedUnverifiable}
	}
	if !slices.Contains(fit, m.Reason) {
		return m.refuse("desk.close_reason", "reasons", list(fit))
	}
	return nil
}

// guardTarget wants a rumour that can take this one's reports so that nobody is left with less, or told twice: one that
// lives on; published with the same verdict where this one is published; withheld where this one is.
func (m *moving) guardTarget() error {
	t, err := Find(m.tx, m.Into)
	if err != nil {
		return err
	}
	if err := NeedsToKnow(m.tx, m.act, t); err != nil {
		return err
	}
	m.target = t
	switch into := string(t.Ref); {
	case t.ID == m.was.ID:
		return m.refuse("desk.merge_itself")
	case t.State == bot.RumourMerged || t.State == bot.RumourRejected:
		return m.refuse("desk.merge_ended", "into", into, "state", m.desk.Texts.Text(bot.French, "state.rumour."+string(t.State), nil).Text)
	case m.was.Restricted && !t.Restricted:
		return m.refuse("desk.merge_restricted", "into", into)
	case kept(m.was) && !kept(t):
		return m.refuse("desk.merge_withheld", "into", into)
	case m.easedBy(t):
		return m.refuse("desk.merge_two", "into", into, "theme", string(m.was.Theme))
	case m.was.AnswerNo > 0 && (!m.was.Public() || !t.Public()):
		return m.refuse("desk.merge_published", "into", into)
	case m.was.AnswerNo > 0 && m.was.Verdict != t.Verdict:
		return m.refuse("desk.merge_verdicts", "into", into, "verdict", string(m.was.Verdict), "other", string(t.Verdict))
	}
	return nil
}

// easedBy tells whether reports whose decision takes two coordinators would come under a rumour that one decides: flags and risk go
// along, a theme does not.
func (m *moving) easedBy(t bot.Rumour) bool {
	after := t
	after.Risk.Level, after.Risk.Flags = higher(t.Risk.Level, m.was.Risk.Level), slices.Concat(t.Risk.Flags, m.was.Risk.Flags)
	undecided := []bot.RumourState{bot.RumourNew, bot.RumourTriaged, bot.RumourWatching, bot.RumourInvestigating, bot.RumourReview}
	return TwoCoordinators(m.was) && !TwoCoordinators(after) && slices.Contains(undecided, t.State)
}

// withheld tells whether a rumour was decided and kept back.
func withheld(r bot.Rumour) bool {
	return r.State == bot.RumourWithheld || (r.State == bot.RumourMonitoring || r.State == bot.RumourClosed) && r.HarmNote != "" && !r.Public()
}

// kept tells whether a rumour was withheld and nobody has lifted that, wherever it stands now.
func kept(r bot.Rumour) bool { return withheld(r) || !r.WithheldAt.IsZero() }

func (m *moving) guardMoved() error {
	if m.Claim == "" {
		return m.invalid("desk.claim_empty")
	}
	if len(m.Reports) == 0 {
		return m.refuse("desk.split_reports")
	}
	for _, ref := range m.Reports {
		rep, err := FindReport(m.tx, ref)
		if err != nil {
			return err
		}
		if err := mayWorkOn(m.tx, m.act, rep); err != nil {
			return err
		}
		if rep.Rumour != m.was.ID {
			return m.refuse("desk.split_elsewhere", "report", ref)
		}
		if !slices.ContainsFunc(m.moved, func(x bot.Report) bool { return x.ID == rep.ID }) {
			m.moved = append(m.moved, rep)
		}
	}
	return nil
}

func notFound(err error) bool { return errors.Is(err, storage.ErrNotFound) }

func itoa(n int) string { return strconv.Itoa(n) }
