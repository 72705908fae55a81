package admin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"tinye/bot"
	"tinye/bot/hotline"
)

// What the desk writes is looked through for what should not stand in it: a phone number, a person's name, a word for a
// people (domain §8, S-8, S-19: "names someone?"). What goes out is refused until somebody says that they looked; what stays
// at the desk is only remarked on. The service's own numbers are none of these.

// Named is what a text names.
type Named string

// Things that a text should not name.
const (
	NamesNumber Named = "number"
	NamesPerson Named = "person"
	NamesGroup  Named = "group"
)

// Remark tells that a text names something, and with which of its words: no word of the text stands in it.
type Remark struct {
	Text  Wrote `json:"text,omitempty"` // which one
	Names Named `json:"names"`
	Word  int   `json:"word"` // counted from 1
	Words int   `json:"words"`
}

// Wrote is a text that stays at the desk.
type Wrote string

// Texts that stay at the desk.
const (
	WroteClaim    Wrote = "claim"
	WroteNote     Wrote = "note" // of a check
	WroteFinding  Wrote = "finding"
	WroteInternal Wrote = "internal"
	WroteComment  Wrote = "comment" // why something was done
)

// named are the remarks on a text, in the order of its words.
func (s *Server) named(h *hotline.Service, text string) []Remark {
	var remarks []Remark
	note := func(what Named, from, to int) {
		remarks = append(remarks, Remark{Names: what, Word: len(strings.Fields(text[:from])) + 1, Words: len(strings.Fields(text[from:to]))})
	}
	own := ownNumbers(h)
	for _, s := range h.Redact.Spans(text, s.masking(h).Marks) {
		switch {
		case s.Kind == bot.MaskName:
			note(NamesPerson, s.From, s.To)
		case s.Kind == bot.MaskNumber && !slices.Contains(own, digits(text[s.From:s.To])):
			note(NamesNumber, s.From, s.To)
		}
	}
	for _, s := range h.Redact.Groups(text) {
		note(NamesGroup, s.From, s.To)
	}
	slices.SortStableFunc(remarks, func(a, b Remark) int { return a.Word - b.Word })
	return remarks
}

// countryCode is what is dialled before a number from abroad.
const countryCode = "223"

// ownNumbers are the digits of what the service gives out itself.
func ownNumbers(h *hotline.Service) []string {
	var own []string
	for _, number := range []string{h.Site.Danger, h.Site.USSD.SMSNumber, h.Site.USSD.Code} {
		if d := digits(number); d != "" {
			own = append(own, d)
		}
	}
	return own
}

// digits are the digits of a number, without what is dialled before it from abroad.
func digits(number string) string {
	d := strings.Map(func(r rune) rune {
		if !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, number)
	return strings.TrimPrefix(strings.TrimPrefix(d, "00"), countryCode)
}

// namesNobody refuses texts that are to go out and name somebody, unless who writes says to have looked.
func (s *Server) namesNobody(h *hotline.Service, looked bool, texts ...string) error {
	if looked {
		return nil
	}
	var found []string
	for _, text := range texts {
		for _, r := range s.named(h, text) {
			if what := s.remark(r); !slices.Contains(found, what) {
				found = append(found, what)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return bot.Fault(bot.CodeRefused, "desk.names_somebody", "named", strings.Join(found, ", "))
}

// wordings are texts by language, in the order of the languages' names.
func wordings(byLang ...map[string]string) []string {
	var texts []string
	for _, m := range byLang {
		for _, lang := range slices.Sorted(maps.Keys(m)) {
			texts = append(texts, m[lang])
		}
	}
	return texts
}

// remark is a remark in words.
func (s *Server) remark(r Remark) string {
	what := s.Texts.Text(s.DeskLang, "desk.names."+string(r.Names), nil).Text
	if r.Words > 1 {
		return fmt.Sprintf("%s (%d-%d)", what, r.Word, r.Word+r.Words-1)
	}
	return fmt.Sprintf("%s (%d)", what, r.Word)
}

// remarksOn are the remarks on a text that stays at the desk.
func (s *Server) remarksOn(h *hotline.Service, which Wrote, text string) []Remark {
	found := s.named(h, text)
	for i := range found {
		found[i].Text = which
	}
	return found
}

// remarks are those on the texts of a verb that stay at the desk.
func (q MoveRumour) remarks(s *Server, h *hotline.Service) []Remark {
	all := s.remarksOn(h, WroteClaim, q.Claim)
	for _, c := range q.Evidence {
		all = append(all, s.remarksOn(h, WroteNote, string(c.Note))...)
	}
	all = append(all, s.remarksOn(h, WroteFinding, q.Finding)...)
	all = append(all, s.remarksOn(h, WroteInternal, q.Internal)...)
	return append(all, s.remarksOn(h, WroteComment, q.Comment)...)
}
