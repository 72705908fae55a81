package flows

import "tinye/bot"

// Spec says what an effect is for, so that a flow can be checked without running it.
type Spec struct {
	Name     string
	Use      string            // what it does, for whoever writes a flow
	With     []string          // arguments that it takes, "" among them where it may go without; nil where it takes none
	Outcomes []string          // beside ""
	OnlyWith map[string]string // outcomes that there are with one argument only, and it
	Values   []string          // values of the walk that it sets
	Lists    []string          // lists of the walk that it sets
	Errors   []string          // locale keys of short lines that it may put above a screen
	SMSIn    int               // texts that the person then sends
	SMSOut   []string          // locale keys of messages that it makes us send, now or later
	Quiet    []string          // outcomes after which none of them is sent
	Last     bool              // done once: every screen that it leads to, but the same one again, ends the session or is done
}

// Specs are all effects that a flow may name. (That hotline can do each of them is tested there.)
func Specs() []Spec {
	return []Spec{
		{Name: "begin", Use: "looks for what the caller left unfinished, and whether it is an agent's phone", Outcomes: []string{"age", "agent", "draft", "desk", "helpful", "consent"}},
		{Name: "resume", Use: "goes on with the draft where it stopped", Outcomes: []string{"place", "theme"}},
		{Name: "forget_draft", Use: "drops the draft"},
		{Name: "places", Use: "lists the last place used, the site's places and elsewhere", Outcomes: []string{"none"}, Lists: []string{"places"}},
		{Name: "pick_place", Use: "keeps the place in the draft", Outcomes: []string{"elsewhere"}},
		{Name: "regions", Use: "lists the regions", Lists: []string{"regions"}},
		{Name: "pick_region", Use: "takes a region; without cercles it is the place", Outcomes: []string{"cercles"}, Values: []string{"region"}},
		{Name: "find_region", Use: "takes the region that begins so, or narrows the list", Outcomes: []string{"cercles", "some", "none"},
			Values: []string{"region"}, Lists: []string{"regions"}, Errors: []string{"ussd.no_such_place", badChoice}},
		{Name: "cercles", Use: "lists the region's cercles", Lists: []string{"cercles"}},
		{Name: "pick_cercle", Use: "keeps the cercle in the draft"},
		{Name: "find_cercle", Use: "takes the cercle that begins so, or narrows the list", Outcomes: []string{"some", "none"},
			Lists: []string{"cercles"}, Errors: []string{"ussd.no_such_place", badChoice}},
		{Name: "pick_theme", Use: "keeps the theme in the draft", With: words(bot.Themes())},
		{Name: "report", Use: "makes a report of the words; with protect, one for the protection focal point", With: []string{"", "protect"},
			Outcomes: []string{"alarm", "closed", "danger", "in_menu", "known", "short", "stopped", "which"}, OnlyWith: map[string]string{"known": "", "which": ""},
			Values: []string{"ref", "answer", "told"}, Lists: []string{"which"}, Errors: []string{"ussd.too_short"},
			SMSOut: []string{"sms.answer"}, Quiet: []string{"in_menu", "known", "short", "stopped", "which"}, Last: true},
		{Name: "pick_match", Use: "answers the report with the checked answer that the caller chose", Outcomes: []string{"gone"},
			Values: []string{"ref", "answer"}, Last: true},
		{Name: "no_match", Use: "notes that the report tells none of what was shown", Outcomes: []string{"alarm", "closed", "danger", "in_menu", "gone"},
			Values: []string{"ref"}, SMSOut: []string{"sms.answer"}, Quiet: []string{"in_menu", "gone"}},
		{Name: "desk_question", Use: "shows the desk's question", Outcomes: []string{"gone"}, Values: []string{"ref", "question"}},
		{Name: "desk_answer", Use: "adds the words to the report that the desk asked about", Outcomes: []string{"gone", "short", "stopped"},
			Values: []string{"ref"}, Errors: []string{"ussd.too_short"}},
		{Name: "helpful_question", Use: "shows the question whether an answer helped, once", Outcomes: []string{"gone"}, Values: []string{"ref"}},
		{Name: "helpful", Use: "notes what the caller says to it", With: []string{"yes", "no", "not_believed"}},
		{Name: "by_sms", Use: "waits for the words by SMS", With: []string{"", "protect"}, Outcomes: []string{"no_number"}, Values: []string{"number"}, SMSIn: 1,
			SMSOut: []string{"sms.ack", "sms.answer"}},
		{Name: "news", Use: "lists the latest published answers and the search", Outcomes: []string{"none"}, Lists: []string{"news"}},
		{Name: "pick_news", Use: "opens a published answer, or the search", Outcomes: []string{"search", "gone"}, Values: []string{"ref", "date", "answer"}},
		{Name: "read_news", Use: "opens a published answer", Outcomes: []string{"gone"}, Values: []string{"ref", "date", "answer"}},
		{Name: "search", Use: "lists published answers that hold a word", Outcomes: []string{"none"}, Lists: []string{"found"},
			Errors: []string{"ussd.nothing_found"}},
		{Name: "mine", Use: "lists the caller's last reports", Outcomes: []string{"none"}, Lists: []string{"mine"}},
		{Name: "read_mine", Use: "tells how one of them stands", Outcomes: []string{"checking"}, Values: []string{"ref", "date", "answer", "told", "undo"}},
		{Name: "sms_state", Use: "looks whether the caller gets bulletins, and may", Outcomes: []string{"receiving"}, Values: []string{"may_receive", "no_age"}},
		{Name: "consent_shown", Use: "notes that the consent text is read"},
		{Name: "consent", Use: "notes a yes or a no", With: []string{"yes", "no"}, Outcomes: []string{"known"},
			OnlyWith: map[string]string{"known": "yes"}},
		{Name: "age_shown", Use: "notes that the question for the age band is read"},
		{Name: "set_age", Use: "keeps the age band; under 15 there are no bulletins", With: words(bot.AgeBands())},
		{Name: "set_region", Use: "keeps the caller's region"},
		{Name: "find_my_region", Use: "takes the region that begins so, or narrows the list", Outcomes: []string{"some", "none"},
			Lists: []string{"regions"}, Errors: []string{"ussd.no_such_place", badChoice}},
		{Name: "stop", Use: "leaves the caller alone from now on", Last: true},
		{Name: "erase", Use: "forgets the caller", Last: true},
		{Name: "reply_ways", Use: "tells how the caller is answered now, and whether the desk rings people", Values: []string{"way", "call_back"}},
		{Name: "set_reply_by", Use: "keeps how the caller wants to be answered",
			With: words([]bot.ReplyBy{bot.ReplyBySMS, bot.ReplyByUSSD, bot.ReplyByCall})},
		{Name: "enrol_code", Use: "notes that the caller came by a code of the day", Outcomes: []string{"age", "already", "early", "over", "unknown", "young"},
			Values: []string{"date"}},
		{Name: "agent_tally", Use: "counts who came by the agent's codes of the day", Outcomes: []string{"no_code"},
			Values: []string{"came", "yes", "no", "none"}},
		{Name: "agent_leave", Use: "pauses the agent whose phone it is, ends a pause of their own, or notes that they left",
			With: words([]bot.AgentStatus{bot.AgentActive, bot.AgentPaused, bot.AgentExited}), Outcomes: []string{"no"}},
		{Name: "form_begin", Use: "offers the place and language of the last person whom the agent entered", Outcomes: []string{"no_code", "not_now"},
			Values: []string{"place", "language", "form_place", "form_lang", "form_age", "form_sex"}},
		{Name: "form_place", Use: "keeps where the person lives", Outcomes: []string{"elsewhere"}, Values: []string{"form_place"}},
		{Name: "form_region", Use: "keeps in which region the person lives", Values: []string{"form_place"}},
		{Name: "find_form_region", Use: "takes the region that begins so, or narrows the list", Outcomes: []string{"some", "none"},
			Values: []string{"form_place"}, Lists: []string{"regions"}, Errors: []string{"ussd.no_such_place", badChoice}},
		{Name: "form_langs", Use: "lists the site's languages", Lists: []string{"langs"}},
		{Name: "form_lang", Use: "keeps the person's language", Values: []string{"form_lang"}},
		{Name: "form_age", Use: "keeps the person's age band", With: words(bot.AgeBands()), Values: []string{"form_age"}},
		{Name: "form_sex", Use: "keeps the person's sex", With: words(bot.Sexes()), Values: []string{"form_sex"}},
		{Name: "form_enrol", Use: "has the person asked for consent by SMS at the number", Outcomes: []string{"bad", "no_code", "not_now"},
			Values: []string{"ends"}, Errors: []string{"ussd.form_bad_number"}, SMSOut: []string{"sms.consent"}, Quiet: []string{"bad", "no_code", "not_now"}},
		{Name: "language", Use: "goes over to the site's next language; the key 99 runs it"},
	}
}

// words are the domain's words as a flow writes them.
func words[W ~string](list []W) []string {
	var out []string
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

// specOf is what an effect is for; ok is false when there is none of that name.
func specOf(name string) (s Spec, ok bool) {
	for _, s := range Specs() {
		if s.Name == name {
			return s, true
		}
	}
	return Spec{}, false
}
