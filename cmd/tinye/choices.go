package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"tinye/bot"
	"tinye/bot/rumour"
)

// choices are the values that the help of flags and arguments lists by name, such as ${levels}: each code with its words
// behind it, from the catalogue, so that a new one stands in the help as soon as it is there.
func choices() (kong.Vars, error) {
	p, err := newPage(0)
	if err != nil {
		return nil, err
	}
	vars := kong.Vars{
		"ages":          listed(slices.DeleteFunc(bot.AgeBands(), func(b bot.AgeBand) bool { return b == bot.AgeUnder15 }), p.age),
		"disabilities":  listed(bot.Disabilities(), p.disability),
		"exits":         listed(bot.ExitReasons(), p.exit),
		"incidents":     listed(bot.IncidentKinds(), p.incident),
		"residences":    listed(bot.Residences(), p.residence),
		"sexes":         listed(bot.Sexes(), p.sex),
		"vettingchecks": listed(bot.VettingChecks(), p.vettingCheck),
		"cases":         listed(slices.DeleteFunc(bot.CaseStates(), func(s bot.CaseState) bool { return s == bot.CaseNew }), p.caseState),
		"channels":      listed([]bot.Channel{bot.ChannelVoiceCall, bot.ChannelMissedCall, bot.ChannelWhatsApp, bot.ChannelRadio, bot.ChannelInPerson, bot.ChannelPaper}, p.channel),
		"closings":      listed(bot.CloseReasons(), func(r bot.CloseReason) string { return p.worded("state.closed.", string(r)) }),
		"endings":       listed(slices.DeleteFunc(bot.ClosedReasons(), func(r bot.ClosedReason) bool { return r == bot.ClosedSpam }), p.ended),
		"flags":         listed(bot.RiskFlags(), p.flag),
		"hates":         listed(bot.HateSpeeches(), p.hate),
		"intents":       listed(bot.Intents(), p.intent),
		"labels":        listed(bot.ReportLabels(), p.label),
		"langs":         listed([]bot.Lang{bot.French, bot.Bambara}, p.lang),
		"levels":        listed(bot.RiskLevels(), p.level),
		"menuthemes":    listed(bot.Themes(), p.theme),
		"methods":       listed(bot.CheckMethods(), p.method),
		"outcomes":      listed(rumour.CallOutcomes(), p.outcome),
		"referrals":     listed(bot.ReferralKinds(), p.referral),
		"rejections":    listed([]bot.ClosedReason{bot.ClosedSpam, bot.ClosedOutOfScope}, p.ended),
		"replies":       listed([]bot.ReplyBy{bot.ReplyBySMS, bot.ReplyByCall}, p.replyBy),
		"reportstates":  listed(slices.DeleteFunc(bot.ReportStates(), func(s bot.ReportState) bool { return s == bot.ReportProtected }), p.reportState),
		"roles":         listed(bot.Roles(), p.role),
		"sources":       listed(bot.SourceTypes(), p.source),
		"states":        listed(bot.RumourStates(), func(s bot.RumourState) string { return p.worded("state.rumour.", string(s)) }),
		"stocks":        listed(bot.StockKinds(), p.stock),
		"supports":      listed(bot.AllSupports(), p.supports),
		"themes":        listed(bot.RumourThemes(), p.rumourTheme),
		"verdicts":      listed(bot.Verdicts(), p.verdict),
	}
	vars["outstates"] = listed([]bot.OutState{
		bot.OutQueued, bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered, bot.OutFailed, bot.OutExpired, bot.OutSuppressed,
	}, func(s bot.OutState) string { return p.worded("state.outbound.", string(s)) })
	vars["checks"] = "Une vérification: METHOD:SOURCE[:CODE[:GROUP]], comme site_visit:eyewitness; plusieurs fois pour plusieurs. METHOD: " +
		vars["methods"] + ". SOURCE: " + vars["sources"] + "."
	return vars, nil
}

func (p *page) reportState(s bot.ReportState) string { return p.worded("state.report.", string(s)) }

// listed are codes, each with its words in brackets.
func listed[T ~string](codes []T, words func(T) string) string {
	each := make([]string, len(codes))
	for i, code := range codes {
		each[i] = string(code) + " (" + words(code) + ")"
	}
	return strings.Join(each, ", ")
}

// Help shows how a rumour is sorted.
func (rumourTriage) Help() string {
	return "Par exemple: tinye rumour triage 482918 --theme aid_distribution --harm 2 --spread 1 --area ml_ct_2023:ML07 --redaction-checked"
}

// Help shows how a check is noted.
func (rumourEvidenceAdd) Help() string {
	return "Par exemple: tinye rumour evidence add 482918 --method site_visit --source eyewitness --code S-1 --supports false"
}

// Help shows the short lane.
func (rumourSubmit) Help() string {
	return "Par exemple, pour une rumeur nouvelle à risque faible: tinye rumour submit 482918 --theme aid_distribution --risk low " +
		"--redaction-checked --verdict confirmed_false --evidence site_visit:eyewitness:S-1 --evidence call_stakeholder:ngo_un:S-2 " +
		"--text fra=\"La distribution a eu lieu ce matin.\""
}

// Help shows how a call is entered.
func (reportNew) Help() string {
	return "Par exemple: tinye report new --channel voice_call --from 76123456 --lang fra --reply-by call --text \"Où faire vacciner un enfant ?\""
}
