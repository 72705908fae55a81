package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// What goes out names nobody, unless whoever writes it looked: answers, titles, questions and replies alike.
func TestWhatGoesOutNamesNobody(t *testing.T) {
	s := newSite(t)
	s.Service.Site.USSD.SMSNumber = "+22336123"
	report := s.tell(fanta, "Le pont de Mopti est coupé dit-on")
	ref := s.rumour("Le pont serait coupé", report)
	for text, named := range map[string]string{
		"Le pont est ouvert, dit Amadou Traoré.":     "un nom de personne (6-7)",
		"Appelez le 76 12 34 56 pour le savoir.":     "un numéro (3-6)",
		"Les Peuls n'ont attaqué personne.":          "un nom de groupe (2)",
		"Voyez Fanta Coulibaly au 76123456, ce soir": "un nom de personne (2-3), un numéro (5)",
	} {
		problem := s.refused("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: text}, http.StatusUnprocessableEntity, "desk.names_somebody")
		if !strings.Contains(problem.Sentence, named+";") || !strings.Contains(problem.Sentence, "--names-checked") {
			t.Errorf("%q is refused with %q, want %q in it", text, problem.Sentence, named)
		}
	}
	named := "Le pont est ouvert, dit Amadou Traoré."
	for path, question := range map[string]any{
		"/rumour/submit":  admin.MoveRumour{By: by("CISSE"), Rumour: ref, Texts: map[string]string{"fr": named}},
		"/rumour/correct": admin.MoveRumour{By: by("AMI"), Rumour: ref, Comment: "x", Texts: map[string]string{"fr": named}},
		"/rumour/confirm": admin.MoveRumour{By: by("AMI"), Rumour: ref, Titles: map[string]string{"fr": "Amadou Traoré"}},
		"/rumour/publish": admin.Publish{By: by("AMI"), Rumour: ref, Titles: map[string]string{"fr": "Amadou Traoré"}},
		"/report/ask":     admin.AskReporter{By: by("AMI"), Ref: report, Text: "Avez-vous parlé à Amadou Traoré ?"},
		"/report/reply":   admin.ReplyToReport{By: by("AMI"), Ref: report, Text: named},
	} {
		s.refused(path, question, http.StatusUnprocessableEntity, "desk.names_somebody")
	}
	var r admin.Rumour
	for _, text := range []string{
		"Le pont est ouvert. Danger: 80001234 ou +223 80 00 12 34. Ecrivez au 36123.", // our own numbers
		"Le pont est ouvert depuis le 12/03/2026, dit le maire de Mopti.",
		"L'annonce à la radio, en bambara, est vraie.",
	} {
		s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: text}, &r)
	}
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("CISSE"), Rumour: ref, Lang: "fr", Text: named, NamesChecked: true}, &r)
	if len(r.Answers) != 1 || string(r.Answers[0].Text) != named {
		t.Errorf("a text that was looked at is not written: %+v", r.Answers)
	}
}

// What stays at the desk is noted as it is, and whoever wrote it is told of the names in it; the answer repeats none.
func TestNamesInWhatStaysAtTheDeskAreRemarkedOn(t *testing.T) {
	s := newSite(t)
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le maire Amadou Traoré aurait fui"}, &r)
	if len(r.Remarks) != 1 || r.Remarks[0] != (admin.Remark{Text: admin.WroteClaim, Names: admin.NamesPerson, Word: 3, Words: 2}) {
		t.Errorf("a name in the claim: %+v", r.Remarks)
	}
	q := finding(string(r.Ref), bot.ConfirmedFalse)
	q.Finding, q.Internal = "Vu sur place avec des Songhays", "Rappeler le 76123456"
	q.Evidence[0].Note = "Dit par Fanta Coulibaly"
	s.ask("/rumour/submit", q, &r)
	want := []admin.Remark{
		{Text: admin.WroteNote, Names: admin.NamesPerson, Word: 3, Words: 2},
		{Text: admin.WroteFinding, Names: admin.NamesGroup, Word: 6, Words: 1},
		{Text: admin.WroteInternal, Names: admin.NamesNumber, Word: 3, Words: 1},
	}
	if len(r.Remarks) != len(want) {
		t.Fatalf("remarks %+v, want %+v", r.Remarks, want)
	}
	for i := range want {
		if r.Remarks[i] != want[i] {
			t.Errorf("remark %+v, want %+v", r.Remarks[i], want[i])
		}
	}
	var shown admin.Rumour
	s.ask("/rumour/show", admin.ShowRumour{By: by("AMI"), Rumour: string(r.Ref)}, &shown)
	if shown.Proposal == nil || string(shown.Proposal.Internal) != "Rappeler le 76123456" || len(shown.Remarks) != 0 {
		t.Errorf("noted: %q, remarks %+v", string(shown.Proposal.Internal), shown.Remarks)
	}
	var quiet admin.Rumour // nothing to remark on
	s.ask("/rumour/return", admin.MoveRumour{By: by("AMI"), Rumour: string(r.Ref), Comment: "Revoir la deuxième source."}, &quiet)
	if len(quiet.Remarks) != 0 {
		t.Errorf("remarks on nothing: %+v", quiet.Remarks)
	}
}
