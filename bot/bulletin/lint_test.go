package bulletin_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/sms"
	"tinye/storage"
)

// linted is a bulletin in French that lacks nothing but answers to the do-no-harm list.
func (s *site) linted(text string) bot.Bulletin {
	return bot.Bulletin{
		Kind: bot.BulletinPrevention, Lang: bot.French, ExpiresAt: s.store.Time.Instant().Add(time.Hour), Fallback: bot.French,
		Audience: bot.Audience{Langs: []bot.Lang{bot.French}},
		Variants: []bot.Variant{{Lang: bot.French, Channel: bot.VariantSMS, Text: bot.Text(text)}},
	}
}

// keys are the findings about a bulletin, without the one about the do-no-harm list.
func (s *site) keys(b bot.Bulletin) []string {
	var found []string
	for _, f := range s.Lint(b, s.store.Time.Instant()) {
		if key := strings.TrimPrefix(f.Key, "desk.bulletin_"); key != "harm_open" {
			found = append(found, key)
		}
	}
	return found
}

// What is wrong with a text is found before anybody approves it.
func TestLintOfTexts(t *testing.T) {
	s := newSite(t)
	for text, want := range map[string]string{
		"Restez chez vous. Appelez le centre.":                               "two_asks",
		"Venez lundi et apportez le carnet.":                                 "two_asks",
		"Signalez tout espion.":                                              "banned",
		"Ne vous fiez pas aux dénonciations.":                                "banned",
		"Cliquez ici pour savoir.":                                           "clicks",
		"Reçu: le marché est ouvert.":                                        "", // ç is written c on the air
		"Le marché est ouvert ✓":                                             "doubled",
		"Appelez le centre de santé avant de voyager.":                       "",
		"Vous pouvez la boire, ne relayez rien.":                             "", // neither is an order to do something
		"Si vous avez un doute, dites-le.":                                   "",
		"Le marché est ouvert. La rumeur de fermeture est FAUSSE.":           "",
		"Le marché est ouvert. La rumeur est fausse, la rumeur fait du mal.": "rumour_twice",
		"La rumeur de fermeture est fausse: le marché est ouvert.":           "rumour_first",
		"On dit que le marché ferme: il est ouvert.":                         "rumour_first",
		"Le marché est ouvert. La rumeur « il ferme » est fausse.":           "quotes",
		strings.Repeat("Le marché est ouvert. ", 8):                          "parts",
	} {
		got := s.keys(s.linted(text))
		if want == "" && len(got) > 0 || want != "" && !slices.Equal(got, []string{want}) {
			t.Errorf("%q: found %v, want %q", text, got, want)
		}
	}
}

// The sign that doubles the price is named with its number, and the text that would not need it is shown.
func TestTheDearSignIsNamed(t *testing.T) {
	s := newSite(t)
	b := s.linted("Le marché de Gao, fermé hier, est de nouveau ouvert à tous ✓ depuis ce matin, dit la mairie, et le restera.")
	find := func(d bulletin.Desk) bulletin.Finding {
		i := slices.IndexFunc(d.Lint(b, s.store.Time.Instant()), func(f bulletin.Finding) bool { return f.Key == "desk.bulletin_doubled" })
		if i < 0 {
			t.Fatal("nothing is dear")
		}
		return d.Lint(b, s.store.Time.Instant())[i]
	}
	f := find(s.Desk)
	want := map[string]string{"ref": "", "lang": "fra", "parts": "2", "fewer": "1", "signs": "✓ (U+2713)"}
	if !maps.Equal(f.Args, want) || f.Blocks || strings.Contains(string(f.Rewrite), "✓") || !strings.Contains(string(f.Rewrite), "tous depuis") {
		t.Errorf("found %v, rewritten %q", f.Args, string(f.Rewrite))
	}
	// Where the site writes the right letters, these are what is dear; their stand-ins are proposed.
	s.Desk.Wire = sms.Official
	b.Lang, b.Variants = bot.Bambara, []bot.Variant{{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Aw kana a jɛnsɛn."}}
	if f := find(s.Desk); f.Args["signs"] != "ɛ (U+025B)" || string(f.Rewrite) != "Aw kana a jènsèn." {
		t.Errorf("found %v, rewritten %q", f.Args, string(f.Rewrite))
	}
}

// One thing is asked at most; it begins with a verb, stands in the text and says until when.
func TestLintOfTheAsk(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		action, text string
		want         []string
	}{
		{"Appelez le centre de santé", "Le vaccin est là. Appelez le centre de santé avant lundi.", nil},
		{"Appelez le centre de santé", "Le vaccin est là. Appelez le centre de santé.", []string{"action_when"}},
		{"Appelez le centre de santé", "Le vaccin est là jusqu'au 12/03.", []string{"action_absent"}},
		{"Le centre de santé", "Voici le centre de santé ouvert jusqu'au 12/03.", []string{"action_verb"}},
		{"Appelez et venez", "Appelez et venez avant le 12/03.", []string{"two_asks"}},
	} {
		b := s.linted(c.text)
		b.Action = bot.Text(c.action)
		if got := s.keys(b); !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: found %v, want %v", c.action, c.text, got, c.want)
		}
	}
}

// What is not in the texts is looked at, too.
func TestLintOfTheRest(t *testing.T) {
	s := newSite(t)
	now := s.store.Time.Instant()
	for want, change := range map[string]func(*bot.Bulletin){
		"no_expiry":    func(b *bot.Bulletin) { b.ExpiresAt = 0 },
		"expired":      func(b *bot.Bulletin) { b.ExpiresAt = now },
		"long_expiry":  func(b *bot.Bulletin) { b.ExpiresAt = now.Add(bulletin.MostValid + time.Hour) },
		"never_valid":  func(b *bot.Bulletin) { b.ValidFrom = b.ExpiresAt },
		"no_sms":       func(b *bot.Bulletin) { b.Variants[0].Channel = bot.VariantRadio },
		"no_rumour":    func(b *bot.Bulletin) { b.Kind = bot.BulletinNews },
		"lang_missing": func(b *bot.Bulletin) { b.Fallback, b.Audience.Langs = "", nil },
		"falls_back":   func(b *bot.Bulletin) { b.Audience.Langs = nil },
		"fallback_missing lang_missing": func(b *bot.Bulletin) {
			b.Fallback, b.Audience.Langs = bot.Bambara, []bot.Lang{bot.French}
		},
	} {
		b := s.linted("Le marché est ouvert.")
		change(&b)
		if got := strings.Join(s.keys(b), " "); !strings.HasPrefix(want, got) || got == "" {
			t.Errorf("found %q, want %q", got, want)
		}
	}
}

// A bulletin does not say a false rumour again in the words of those who told it; a true one it may.
func TestABulletinDoesNotEchoTheRumour(t *testing.T) {
	s := newSite(t)
	id := s.store.IDs.New()
	look := func(text string, v bot.Verdict) (found bool) {
		b := s.linted(text)
		b.Rumours = []bot.ID{id}
		r := bot.Rumour{ID: id, Claim: "Le puits du marché de Gao serait empoisonné par des inconnus", State: bot.RumourPublished, Verdict: v}
		s.update(func(tx storage.Tx) error {
			old, err := tx.Rumour(id)
			if err == nil {
				r.Rev = old.Rev
			}
			if err := tx.PutRumour(r, r.Rev); err != nil {
				return err
			}
			all, err := s.Examine(tx, b, s.store.Time.Instant())
			found = slices.ContainsFunc(all, func(f bulletin.Finding) bool { return f.Key == "desk.bulletin_echo" && f.Blocks })
			return err
		})
		return found
	}
	for _, c := range []struct {
		text string
		v    bot.Verdict
		want bool
	}{
		{"FAUX: le puits du marché de gao serait EMPOISONNE par des inconnus.", bot.ConfirmedFalse, true},
		{"L'eau du puits du marché de Gao est bonne, buvez-la.", bot.ConfirmedFalse, false},
		{"Le puits du marché de Gao serait empoisonné par des inconnus.", bot.ConfirmedTrue, false},
	} {
		if got := look(c.text, c.v); got != c.want {
			t.Errorf("%q about what is %s: an echo: %v", c.text, c.v, got)
		}
	}
}

// However a text is written, what is proposed instead is in the cheap alphabet, and costs no more.
func FuzzCheaper(f *testing.F) {
	for _, text := range []string{"Aw kana a jɛnsɛn.", "reçu ✓ …", "«\u00a0oui\u00a0»", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cheap := bulletin.Cheaper(text)
		if size := sms.Measure(cheap); size.Encoding != bot.GSM7 {
			t.Errorf("%q is proposed, which is dear: %v", cheap, size.Outsiders)
		}
		if sms.Measure(cheap).Parts > sms.Measure(text).Parts && len([]rune(cheap)) <= len([]rune(text)) {
			t.Errorf("%q takes more parts than %q", cheap, text)
		}
	})
}
