package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
)

// Events hold codes; what a reader gets are words. An event that was noted by an older program may hold what this one does
// not know: it is shown as it stands.

// did is an event's kind in words; one without words stays as it is.
func (p *page) did(kind string) string {
	words := p.worded("desk.event.", strings.ReplaceAll(kind, ".", "_"))
	if words == strings.ReplaceAll(kind, ".", "_") {
		return kind
	}
	return words
}

// on is what something was done to. A stock wording is named by a code; all else is a reference, an id or a name.
func (p *page) on(e admin.Event) string {
	if e.Kind == "stock.approved" {
		return p.stock(bot.StockKind(e.Key))
	}
	return e.Key
}

// detail is what an event says besides, as part of a sentence.
func (p *page) detail(e admin.Event) string {
	code, rest, _ := strings.Cut(e.Reason, " ")
	switch e.Kind {
	case "bulletin.scheduled", "bulletin.begun", "bulletin.skipped":
		return p.scheduled(e)
	case "stock.approved": // the fingerprint of the text
		return ""
	case "rumour.triaged":
		return joined(", ", p.rumourTheme(bot.RumourTheme(code)), before("risque ", p.riskCodes(rest)))
	case "rumour.risk":
		return before("risque ", p.riskCodes(e.Reason))
	case "rumour.watched":
		return before("jusqu'au ", p.day(e.Reason))
	case "rumour.assigned":
		return before("à ", e.Reason)
	case "rumour.submitted", "rumour.decided", "rumour.corrected":
		return p.verdict(bot.Verdict(e.Reason))
	case "rumour.first_of_two":
		return joined(", ", p.verb(code), p.secondMustSay(rest))
	case "rumour.published":
		return before("à défaut d'un texte dans leur langue: ", p.lang(bot.Lang(e.Reason)))
	case "rumour.rejected", "rumour.closed":
		return p.ended(bot.ClosedReason(e.Reason))
	case "rumour.reopened":
		if e.Reason == rumour.ReasonNewReports {
			return "on la raconte de nouveau"
		}
		return before("avait été close: ", p.ended(bot.ClosedReason(e.Reason)))
	case "rumour.merged":
		return before("dans ", e.Reason)
	case "rumour.split":
		return before("vers ", e.Reason)
	case "rumour.created":
		return before("issue de ", e.Reason)
	case "report.linked", "report.match_confirmed":
		return before("à la rumeur ", e.Reason)
	case "report.match_rejected":
		return before("avec la rumeur ", e.Reason)
	case "report.unlinked":
		return before("de la rumeur ", e.Reason)
	case "rumour.auto":
		return p.worded("state.auto.", e.Reason)
	case "rumour.burst":
		return before("numéros: ", e.Reason)
	case "rumour.stock_asked", "rumour.stock_sent":
		return joined(", demandé aussi par ", p.stock(bot.StockKind(code)), rest)
	case "answer.written", "answer.approved", "rumour.titled":
		return before("en ", p.lang(bot.Lang(e.Reason)))
	case "evidence.added":
		return p.checks(e.Reason)
	case "bulletin.created":
		return p.worded("state.bulletin_kind.", e.Reason)
	case "bulletin.written", "bulletin.back_translated", "bulletin.aired", "bulletin.script_made":
		return joined(", ", p.worded("state.variant.", rest), before("en ", p.lang(bot.Lang(code))))
	case "bulletin.harm_answered":
		return before("oui à: ", each(strings.Fields(e.Reason), func(q string) string { return p.harm(bot.HarmQuestion(q)) }))
	case "broadcast.paused":
		return before("ne tient plus, la rumeur a changé: ", e.Reason)
	case "report.entered":
		return p.channel(bot.Channel(e.Reason))
	case "report.labelled":
		return p.label(bot.ReportLabel(e.Reason))
	case "report.closed":
		return p.worded("state.closed.", e.Reason)
	case "report.called":
		return p.outcome(rumour.CallOutcome(e.Reason))
	case "report.helped":
		return p.worded("state.helped.", e.Reason)
	case "report.masked":
		return joined(" ", "marque", code, p.worded("desk.mask.", rest))
	case "report.unmasked":
		return before("marque ", e.Reason)
	case "user.added":
		return each(strings.Split(e.Reason, ", "), func(code string) string { return p.role(bot.Role(code)) })
	case "source.added":
		return p.source(bot.SourceType(e.Reason))
	case "message.resent":
		return before("était: ", p.worded("state.outbound.", e.Reason))
	case "broadcast.resent":
		return joined(": ", p.worded("state.outbound.", code), rest)
	case "quarantine.retried":
		return before("de nouveau sans succès: ", p.reason(e.Reason))
	case "place.imported":
		return before("lieux: ", e.Reason)
	case "member.checked":
		return joined(": ", p.vettingCheck(bot.VettingCheck(code)), p.checked(bot.CheckResult(rest)))
	case "member.exited":
		return p.exit(bot.ExitReason(e.Reason))
	case "member.replaced":
		return before("par ", e.Reason)
	case "incident.noted", "incident.done":
		return p.incident(bot.IncidentKind(e.Reason))
	case "codes.printed":
		return before("codes: ", e.Reason)
	case "protection.sealed_waiting", "protection.exported":
		return before("signalements: ", e.Reason)
	case "sending.resumed":
		return before("avec ", e.Reason)
	case "code.refused":
		return before("pour ", strings.ToUpper(e.Reason))
	case "retention.run":
		return erasedWords(e.Reason)
	}
	return e.Reason
}

// before puts words before a detail, if there is one.
func before(words, detail string) string {
	if detail == "" {
		return ""
	}
	return words + detail
}

// riskCodes is a level of risk and, in brackets, the reasons behind it; then the flags that came or went, and another theme.
func (p *page) riskCodes(codes string) string {
	level, rest, _ := strings.Cut(codes, " ")
	words := p.level(bot.RiskLevel(level))
	var reasons, changes []string
	for _, code := range strings.Fields(rest) {
		if flag, ok := strings.CutPrefix(code, "+"); ok {
			changes = append(changes, "signe ajouté: "+p.flag(bot.RiskFlag(flag)))
		} else if flag, ok := strings.CutPrefix(code, "-"); ok {
			changes = append(changes, "signe retiré: "+p.flag(bot.RiskFlag(flag)))
		} else if theme, ok := strings.CutPrefix(code, "theme:"); ok {
			changes = append(changes, "thème: "+p.rumourTheme(bot.RumourTheme(theme)))
		} else {
			reasons = append(reasons, p.why(code))
		}
	}
	if len(reasons) > 0 {
		words += " (" + strings.Join(reasons, ", ") + ")"
	}
	return strings.Join(append([]string{words}, changes...), ", ")
}

// secondMustSay is a verdict, or a level of risk with what is taken away besides, in words; what is neither stays as it is.
func (p *page) secondMustSay(code string) string {
	if slices.Contains(bot.Verdicts(), bot.Verdict(code)) {
		return p.verdict(bot.Verdict(code))
	}
	level, flags, _ := strings.Cut(code, " ")
	if !slices.Contains(bot.RiskLevels(), bot.RiskLevel(level)) {
		return code
	}
	words := []string{"risque " + p.level(bot.RiskLevel(level))}
	fields := strings.Fields(flags)
	for i := 0; i+1 < len(fields); i += 2 {
		if fields[i] == "--unflag" {
			words = append(words, "sans « "+p.flag(bot.RiskFlag(fields[i+1]))+" »")
		} else {
			words = append(words, "thème "+p.rumourTheme(bot.RumourTheme(fields[i+1])))
		}
	}
	return strings.Join(words, ", ")
}

// checks are checks as METHOD:SOURCE, METHOD:SOURCE in words.
func (p *page) checks(codes string) string {
	return each(strings.Split(codes, ", "), func(code string) string {
		method, source, _ := strings.Cut(code, ":")
		return joined(" / ", p.method(bot.CheckMethod(method)), p.source(bot.SourceType(source)))
	})
}

// day turns 2026-03-12, or a moment of that day, into 12/03/2026.
func (p *page) day(code string) string {
	if at, err := time.Parse(time.RFC3339, code); err == nil {
		return at.In(p.zone).Format("02/01/2006")
	}
	return day(code)
}

// day turns 2026-03-12 into 12/03/2026.
func day(code string) string {
	if t, err := time.Parse(time.DateOnly, code); err == nil {
		return t.Format("02/01/2006")
	}
	return code
}

// erasedWords are the counts of a run of retention.
func erasedWords(counts string) string {
	var texts, requests, numbers, needed int
	if _, err := fmt.Sscanf(counts, "texts=%d requests=%d numbers=%d needed=%d", &texts, &requests, &numbers, &needed); err != nil {
		return counts
	}
	return fmt.Sprintf("textes: %d, requêtes: %d, numéros: %d; vieux textes encore utiles: %d", texts, requests, numbers, needed)
}
