package main

import (
	"encoding/json"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/storage"
)

// begun has somebody begin a report in the menu and finish it by SMS.
func (s *site) begun(phone string, d bot.Draft, text string) {
	s.t.Helper()
	number := bot.Address{Kind: bot.Phone, Value: "+223" + phone}
	at := bot.At(s.service.Now())
	must(s.t, s.service.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		c, err := people.Find(tx, s.service.Store.ContactKey(number), number, "sim", at)
		if err == nil {
			_, err = people.Save(tx, people.Draft(c, d, at))
		}
		return err
	}))
	in := bot.Inbound{Gateway: "sim", ExternalID: newID().String(), Sender: phone, Text: bot.Text(text)}
	_, err := s.service.Receive(s.t.Context(), in)
	must(s.t, err)
}

// What somebody chose in the menu is shown in words, and what is for the focal point to the focal point alone.
func TestMenuReportsInWords(t *testing.T) {
	s := start(t)
	region := s.service.Places().Regions(bot.SchemeCT2023)[0]
	s.begun("70123456", bot.Draft{Place: region.Code, Theme: bot.ThemeAid}, "Il paraît que le riz gratuit arrive demain")
	out := s.says([]string{"SUJET ET LIEU", region.Name(bot.French), "Aide et prix"}, "AMI", "report", "list")
	ref := strings.Fields(strings.Split(out, "\n")[1])[0]
	s.says([]string{region.Name(bot.French), "Aide et prix"}, "AMI", "report", "show", ref)

	s.says(nil, "ADAMA", "user", "add", "FOUSSENI", "--role", "protection_focal")
	s.begun("66123456", bot.Draft{Protect: true}, "Un voisin frappe un enfant chaque soir")
	out, _, _ = s.desk("FOUSSENI", "report", "list", "--json")
	var list admin.Reports
	must(t, json.Unmarshal([]byte(out), &list))
	if len(list.Reports) != 1 {
		t.Fatalf("the focal point's reports: %s", out)
	}
	hidden := string(list.Reports[0].Ref)
	s.says([]string{hidden, "point focal"}, "FOUSSENI", "report", "list")
	s.says([]string{"Un voisin frappe un enfant"}, "FOUSSENI", "report", "show", hidden)
	if out := s.says(nil, "AMI", "report", "list"); strings.Contains(out, hidden) {
		t.Errorf("everybody sees it:\n%s", out)
	}
	if _, errs, code := s.desk("AMI", "report", "show", hidden); code != exitFailed || !strings.Contains(errs, "point focal") || strings.Contains(errs, "voisin") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

// Titles are given with the publication, or later by publishing again with titles alone. A title may hold a semicolon.
func TestTitlesOnTheCommandLine(t *testing.T) {
	s := start(t)
	out := s.says(nil, "AMI", "rumour", "new", "--claim", "Le pont serait fermé", "--from", s.received("Il paraît que le pont de Markala est fermé"))
	ref := strings.Fields(out)[1]
	s.find(ref)
	for lang, text := range map[string]string{"fra": "Le pont est ouvert, vu ce matin.", "bam": "Tiɲɛ tɛ. Nkalon don."} {
		s.says(nil, "CISSE", "rumour", "answer", ref, "--lang", lang, "--text", text)
		s.says(nil, "AMI", "rumour", "approve", ref, "--lang", lang)
	}
	s.says([]string{"Rumeur " + ref + " publiée.", "Titre en français: Pont ouvert; vu ce matin", "Sans titre en bambara: la machine ne peut pas demander"},
		"AMI", "rumour", "publish", ref, "--title", "fra=Pont ouvert; vu ce matin")
	s.says([]string{"Sans titre en bambara: la machine ne peut pas demander"}, "CISSE", "rumour", "show", ref)
	if out := s.says([]string{"Titre en bambara: Nkalon don"}, "AMI", "rumour", "publish", ref, "--title", "bm=Nkalon don"); strings.Contains(out, "Sans titre") {
		t.Errorf("every language has a title:\n%s", out)
	}
	out = s.says([]string{"Rumeur " + ref + ": titres enregistrés.", "Titre en français: Pont ouvert", "Titre en bambara: Nkalon don"}, "BAKARY",
		"rumour", "publish", ref, "--title", "fr=Pont ouvert")
	if strings.Contains(out, "publiée") || strings.Contains(out, "Réponses mises en file") {
		t.Errorf("titles alone publish nothing:\n%s", out)
	}
	s.says([]string{"Titre: Pont ouvert", "Titre: Nkalon don"}, "CISSE", "rumour", "show", ref)
	for title, want := range map[string]string{"fra=Pont de Markala ouvert à tous": "trop long", "fra=": "vide", "ses=Pont": "langue", "Pont": "title"} {
		if _, errs, code := s.desk("AMI", "rumour", "publish", ref, "--title", title); code == 0 || !strings.Contains(errs, want) {
			t.Errorf("--title %q: exit %d: %s", title, code, errs)
		}
	}
}
