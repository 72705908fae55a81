package admin

import (
	"strings"

	"tinye/locales"
)

// wordsOf is the prefix under which the words of the codes stand that a sentence lists as one of its values; "" for a value
// that is no list of codes. A code that a sentence puts into a command to copy stands under another name and stays bare.
func wordsOf(key, value string) string {
	if strings.HasPrefix(key, "desk.bulletin_") {
		return bulletinWords(value)
	}
	switch value {
	case "want", "roles":
		return "state.role."
	case "verbs":
		return "state.verb."
	case "verdict":
		if key == "desk.sources_confirmed" || key == "desk.sources_one" {
			return "verdict."
		}
	case "kind":
		if key == "desk.stock_said" {
			return "state.stock."
		}
	case "verdicts":
		return "verdict."
	case "labels":
		return "state.label."
	case "levels":
		return "state.risk."
	case "flags":
		return "state.flag."
	case "themes", "subjects":
		return "state.theme."
	case "methods":
		return "state.method."
	case "sources":
		return "state.source."
	case "supports":
		return "state.supports."
	case "reasons":
		switch key {
		case "desk.bad_reason":
			return "state.closed."
		case "desk.exit_reason":
			return "state.exit."
		}
		return "state.ended."
	case "checks":
		return "state.check."
	case "from", "to":
		if key == "desk.bad_vetting" {
			return "state.vetting."
		}
	case "kinds":
		switch key {
		case "desk.stock_kind":
			return "state.stock."
		case "desk.bad_referral":
			return "state.referral."
		}
		return "state.source."
	}
	return ""
}

// bulletinWords is wordsOf for what is said about bulletins.
func bulletinWords(value string) string {
	switch value {
	case "lang", "fallback":
		return "state.lang."
	case "channel", "channels":
		return "state.variant."
	case "question", "questions":
		return "state.harm."
	case "sexes":
		return "state.sex."
	case "ages":
		return "state.age."
	case "topics":
		return "ussd.theme_"
	}
	return ""
}

// inWords puts the words before each code of a list, and the code in brackets: it is to be typed. What has no words stays.
func (s *Server) inWords(prefix, list string) string {
	codes := strings.Split(list, ", ")
	for i, code := range codes {
		if words := s.Texts.Text(s.DeskLang, prefix+code, nil); code != "" && words.Reason != locales.ReasonUnknownKey {
			codes[i] = words.Text + " [" + code + "]"
		}
	}
	return strings.Join(codes, ", ")
}
