package main

import (
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/locales"
)

// The desk reads words, not codes. What a code is in words stands in the catalogue, under one prefix for each enumeration;
// a code that must be typed again stands behind its words, in brackets.

// worded is a code in the words of the key that its prefix makes; "" for none. A code without words stays as it is: better
// that than a sentence about a fault of ours.
func (p *page) worded(prefix, code string) string {
	if code == "" {
		return ""
	}
	if text := p.words.Text(bot.French, prefix+code, nil); text.Reason != locales.ReasonUnknownKey {
		return text.Text
	}
	return code
}

// typed puts the code behind its words, for what somebody may have to type.
func typed[T ~string](words string, code T) string {
	if code == "" || words == string(code) {
		return words
	}
	return words + " [" + string(code) + "]"
}

func (p *page) role(r bot.Role) string               { return p.worded("state.role.", string(r)) }
func (p *page) via(way string) string                { return p.worded("state.via.", way) }
func (p *page) rumourTheme(t bot.RumourTheme) string { return p.worded("state.theme.", string(t)) }
func (p *page) flag(f bot.RiskFlag) string           { return p.worded("state.flag.", string(f)) }
func (p *page) hate(h bot.HateSpeech) string         { return p.worded("state.hate.", string(h)) }
func (p *page) intent(i bot.Intent) string           { return p.worded("state.intent.", string(i)) }
func (p *page) method(m bot.CheckMethod) string      { return p.worded("state.method.", string(m)) }
func (p *page) source(t bot.SourceType) string       { return p.worded("state.source.", string(t)) }
func (p *page) supports(s bot.Supports) string       { return p.worded("state.supports.", string(s)) }
func (p *page) ended(r bot.ClosedReason) string      { return p.worded("state.ended.", string(r)) }
func (p *page) stock(k bot.StockKind) string         { return p.worded("state.stock.", string(k)) }
func (p *page) channel(c bot.Channel) string         { return p.worded("state.channel.", string(c)) }
func (p *page) kind(k bot.Kind) string               { return p.worded("state.kind.", string(k)) }
func (p *page) dutyState(s bot.DutyState) string     { return p.worded("state.duty.", string(s)) }
func (p *page) replyBy(r bot.ReplyBy) string         { return p.worded("state.reply_by.", string(r)) }
func (p *page) consent(s bot.ConsentState) string    { return p.worded("state.consent.", string(s)) }
func (p *page) question(k bot.QuestionKind) string   { return p.worded("state.question.", string(k)) }
func (p *page) age(a bot.AgeBand) string             { return p.worded("state.age.", string(a)) }
func (p *page) referral(k bot.ReferralKind) string   { return p.worded("state.referral.", string(k)) }
func (p *page) answerKind(k bot.AnswerKind) string   { return p.worded("state.answer.", string(k)) }
func (p *page) verb(v string) string                 { return p.worded("state.verb.", v) }
func (p *page) outcome(o rumour.CallOutcome) string  { return p.worded("state.call.", string(o)) }
func (p *page) stage(s rumour.Stage) string          { return p.worded("state.stage.", string(s)) }
func (p *page) near(n rumour.Near) string            { return p.worded("state.near.", string(n)) }

// level is a level of risk in words, "" for none.
func (p *page) level(l bot.RiskLevel) string { return p.worded("state.risk.", string(l)) }

// verdict is a verdict in words, "" for none.
func (p *page) verdict(v bot.Verdict) string { return p.worded("verdict.", string(v)) }

// theme is a theme that people choose in a menu, in words, "" for none.
func (p *page) theme(t bot.Theme) string { return p.worded("ussd.theme_", string(t)) }

// label is what the desk takes a report for, "" where nobody said.
func (p *page) label(l bot.ReportLabel) string { return p.worded("state.label.", string(l)) }

// lang is a language's name in French, "" for none.
func (p *page) lang(l bot.Lang) string { return p.worded("state.lang.", string(l)) }

// why is a reason for a level of risk in words; the rule gives flags, codes of its own and its score.
func (p *page) why(code string) string {
	if n, ok := strings.CutPrefix(code, "score_"); ok {
		return p.words.Text(bot.French, "state.why.score", map[string]string{"n": n}).Text
	}
	if slices.Contains(bot.RiskFlags(), bot.RiskFlag(code)) {
		return p.flag(bot.RiskFlag(code))
	}
	return p.worded("state.why.", code)
}

func (p *page) roles(list []bot.Role) string { return each(list, p.role) }

func (p *page) rumourThemes(list []bot.RumourTheme) string { return each(list, p.rumourTheme) }

// each is a list of codes in words.
func each[T any](list []T, word func(T) string) string {
	words := make([]string, len(list))
	for i, code := range list {
		words[i] = word(code)
	}
	return strings.Join(words, ", ")
}

// risk is a risk in words, with its reasons.
func (p *page) risk(r *admin.Risk) string {
	if r == nil {
		return "pas évalué"
	}
	said := p.level(r.Level)
	if len(r.Reasons) > 0 {
		said += " (" + each(r.Reasons, p.why) + ")"
	}
	return said
}

// pendingValue is what the second of two people must say, too, in brackets with the code to type; "" for nothing.
func (p *page) pendingValue(k *admin.Pending) string {
	said := k.Value
	if level, rest, ok := strings.Cut(said, " "); ok && slices.Contains(bot.RiskLevels(), bot.RiskLevel(level)) {
		said = "--risk " + level + " " + rest // as it is typed
	}
	return bracketed(typed(p.secondMustSay(k.Value), said))
}

// pending is what one of two people has said, where a second must say it, too.
func (p *page) pending(k *admin.Pending) string {
	who := ""
	if len(k.Seconds) > 0 {
		who = bracketed(strings.Join(k.Seconds, ", "))
	}
	return joined(" ", p.second(k), who, fmt.Sprintf("pour « %s »", p.verb(k.Verb)), p.pendingValue(k)) + ", comme " + p.who(k.At, k.By)
}

// second is who is still missing: for what is withheld, the one of the two that was not there.
func (p *page) second(k *admin.Pending) string {
	switch {
	case k.Verb != string(rumour.Withhold):
		return "une seconde personne"
	case k.Role == bot.RoleCoordinator:
		return "le point focal de protection"
	default:
		return "un coordinateur"
	}
}
