package rumour

import (
	"strconv"

	"tinye/bot"
)

// Standing is how the evidence stands towards a verdict.
type Standing struct {
	Sources int // independent ones that point the verdict's way
	Types   int // of these
	Outside int // of these, neither an authority nor a party to the conflict
	Enough  bool
}

// Weigh counts the sources for a verdict (domain §4.5). Confirmed takes two independent sources of two types, one of them
// neither an authority nor a party; probably takes one; the others take any check. Two checks of one independence group,
// or of one source, are one origin.
func Weigh(v bot.Verdict, evidence []bot.Evidence) Standing {
	var s Standing
	origins, types, outside := map[string]bool{}, map[bot.SourceType]bool{}, map[string]bool{}
	var counted []bot.Evidence
	var names []string
	for i, e := range evidence {
		if want := pointsTo(v); want != "" && e.Supports != want {
			continue
		}
		name := origin(e, i)
		origins[name], types[e.Source] = true, true
		if !e.Source.AuthorityOrParty() {
			outside[name] = true
		}
		counted, names = append(counted, e), append(names, name)
	}
	s.Sources, s.Types, s.Outside = len(origins), len(types), len(outside)
	switch v {
	case bot.ConfirmedTrue, bot.ConfirmedFalse:
		for i, a := range counted {
			for k, b := range counted[:i] {
				apart := names[i] != names[k] && (a.Code == "" || a.Code != b.Code) && a.Source != b.Source
				if apart && (!a.Source.AuthorityOrParty() || !b.Source.AuthorityOrParty()) {
					s.Enough = true
				}
			}
		}
	default:
		s.Enough = s.Sources > 0
	}
	return s
}

// pointsTo is which way a check must point to count for a verdict; "" for any.
func pointsTo(v bot.Verdict) bot.Supports {
	switch v {
	case bot.ConfirmedTrue, bot.ProbablyTrue:
		return bot.SupportsTrue
	case bot.ConfirmedFalse, bot.ProbablyFalse:
		return bot.SupportsFalse
	default:
		return ""
	}
}

// usually is which way a check points that was noted together with a verdict.
func usually(v bot.Verdict) bot.Supports {
	switch {
	case pointsTo(v) != "":
		return pointsTo(v)
	case v == bot.Misleading:
		return bot.SupportsMixed
	default:
		return bot.SupportsNone
	}
}

// origin names where a check's word comes from: its group, else its source, else itself, the i-th check.
func origin(e bot.Evidence, i int) string {
	switch {
	case e.Group != "":
		return "group " + e.Group
	case e.Code != "":
		return "source " + e.Code
	default:
		return "check " + strconv.Itoa(i)
	}
}
