package rumour_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/storage"
)

// answered is a rumour with an approved answer in French and one in Bambara that nobody approved.
func (s *site) answered() string {
	s.t.Helper()
	r, err := s.create(bot.RoleVerifier, "Le pont serait tombé", s.report)
	s.must(err)
	ref := string(r.Ref)
	s.must(s.find(ref, bot.ConfirmedFalse))
	s.must(s.update(func(tx storage.Tx) error {
		for l, text := range map[bot.Lang]string{bot.French: "le pont tient.", bot.Bambara: "Tiɲɛ tɛ."} {
			if _, err := s.Write(tx, s.act(bot.RoleVerifier), ref, l, text); err != nil {
				return err
			}
		}
		_, err := s.Approve(tx, s.act(bot.RoleCoordinator), ref, bot.French)
		return err
	}))
	return ref
}

func TestTitlesAreChecked(t *testing.T) {
	s := newSite(t)
	ref := s.answered()
	give := func(as bot.Role, titles ...rumour.Title) (r bot.Rumour, err error) {
		err = s.update(func(tx storage.Tx) (err error) {
			r, err = s.Title(tx, s.act(as), ref, titles)
			return err
		})
		return r, err
	}
	for text, key := range map[string]string{
		"":                           "desk.title_empty",
		" \n ":                       "desk.title_empty",
		"Pont\nouvert":               "desk.text_control",
		"Pont\x1b[2J":                "desk.text_control",
		strings.Repeat("a", 26):      "desk.title_too_long",
		strings.Repeat("€", 13):      "desk.title_too_long", // two septets each
		strings.Repeat("œ", 13):      "desk.title_too_long", // oe on the wire
		"Pont ouvert 😀":              "desk.title_signs",
		strings.Repeat("中", 26):      "desk.title_signs",
		strings.Repeat("a", 25):      "",
		strings.Repeat("é", 25):      "",
		" Pont de Markala ouvert \n": "",
		strings.Repeat("ê", 25):      "", // e on the wire
	} {
		r, err := give(bot.RoleCoordinator, rumour.Title{Lang: bot.French, Text: text})
		if key != "" {
			s.refused(err, key)
			continue
		}
		s.must(err)
		if a, _ := r.AnswerIn(bot.French); string(a.Title) != strings.TrimSpace(text) {
			t.Errorf("%q is kept as %q", text, string(a.Title))
		}
	}
	_, err := give(bot.RoleCoordinator, rumour.Title{Lang: bot.Bambara, Text: "Tiɲɛ tɛ"})
	s.refused(err, "desk.not_approved")
	_, err = give(bot.RoleCoordinator, rumour.Title{Lang: "ses", Text: "Pont"})
	s.refused(err, "desk.bad_lang")
	for _, as := range bot.Roles() {
		if _, err := give(as, rumour.Title{Lang: bot.French, Text: "Pont"}); as != bot.RoleCoordinator {
			s.refused(err, "desk.no_role")
		} else {
			s.must(err)
		}
	}
}

// A title goes with the approval of its answer.
func TestAnotherVerdictTakesTheTitlesBack(t *testing.T) {
	s := newSite(t)
	ref := s.answered()
	s.must(s.update(func(tx storage.Tx) error {
		_, err := s.Title(tx, s.act(bot.RoleCoordinator), ref, []rumour.Title{{Lang: bot.French, Text: "Pont intact"}})
		if err != nil {
			return err
		}
		if _, err := s.Return(tx, s.act(bot.RoleCoordinator), ref, rumour.Step{Comment: "à revoir"}); err != nil {
			return err
		}
		if _, err := s.Submit(tx, s.act(bot.RoleVerifier), ref, finding(bot.ConfirmedFalse)); err != nil {
			return err
		}
		r, err := s.Decide(tx, s.act(bot.RoleCoordinator), ref, rumour.Step{Verdict: bot.Misleading})
		if a, _ := r.AnswerIn(bot.French); a.Approved() || a.Title != "" {
			t.Errorf("approved %v, title %q", a.Approved(), string(a.Title))
		}
		return err
	}))
}

// A site that sends the right spelling pays for it in its menus too, and is told no other limit.
func TestTitlesInRightSpelling(t *testing.T) {
	s := newSite(t)
	s.Wire = sms.Official
	ref := s.answered()
	for text, key := range map[string]string{strings.Repeat("ɛ", 25): "", strings.Repeat("ɛ", 26): "desk.title_too_long"} {
		err := s.update(func(tx storage.Tx) error {
			_, err := s.Title(tx, s.act(bot.RoleCoordinator), ref, []rumour.Title{{Lang: bot.French, Text: text}})
			return err
		})
		if key != "" {
			s.refused(err, key)
		} else {
			s.must(err)
		}
	}
}

func TestTitleOf(t *testing.T) {
	for _, c := range []struct {
		title, text bot.Text
		want        string
	}{
		{"Pont ouvert", "Le pont est ouvert, vu ce matin.", "Pont ouvert"},
		{"", "Le pont est ouvert.", "Le pont est ouvert."},
		{"", "C'est faux:\nle pont\n tient", "C'est faux: le pont tient"}, // 25 characters
		{"", "Le pont de Markala est ouvert.", "Le pont de Markala est..."},
		{"", "Le pont de Markala tient, vu ce matin.", "Le pont de Markala..."},
		{"", "Le pont de Konna tient, vu ce matin.", "Le pont de Konna tient..."},
		{"", "Anticonstitutionnellement parlant", "Anticonstitutionnellem..."},
		{"", "Tiɲɛ tɛ. Nkalon don. Aw kana a jɛnsɛn.", "Tiɲɛ tɛ. Nkalon don..."},
		{"", "", ""},
	} {
		if got := rumour.TitleOf(bot.Answer{Title: c.title, Text: c.text}); got != c.want {
			t.Errorf("%q, %q: %q, want %q", string(c.title), string(c.text), got, c.want)
		}
	}
}

// Whatever is published has a line of the right length, and one only.
func TestEveryAnswerHasALine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aé ɛ.,\n中"))).Draw(rt, "text")
		got := rumour.TitleOf(bot.Answer{Text: bot.Text(text)})
		if n := utf8.RuneCountInString(got); n > bot.MaxTitle || strings.Contains(got, "\n") || (n == 0) != (strings.TrimSpace(text) == "") {
			rt.Errorf("%q: %q", text, got)
		}
	})
}

// What is for the protection focal point is put under a rumour by nobody else, whatever they may do otherwise.
func TestProtectedReportsAreLinkedByTheFocalPoint(t *testing.T) {
	s := newSite(t)
	both := []bot.Role{bot.RoleModerator, bot.RoleProtectionFocal}
	s.must(s.update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: "both", Roles: both}, 0) }))
	s.must(s.update(func(tx storage.Tx) error {
		r, err := rumour.FindReport(tx, s.report)
		if err != nil {
			return err
		}
		r.Protect = true
		return tx.PutReport(r, r.Rev)
	}))
	for _, as := range []bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator} {
		_, err := s.create(as, "Le pont serait tombé", s.report)
		s.refused(err, "desk.report_protected")
	}
	_, err := s.create(bot.RoleProtectionFocal, "Le pont serait tombé", s.report)
	s.refused(err, "desk.no_role")
	r, err := s.create("both", "Le pont serait tombé", s.report)
	s.must(err)
	if r.Reports != 1 {
		t.Errorf("%d reports linked", r.Reports)
	}
}
