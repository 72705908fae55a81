package main

import (
	"strings"
	"testing"

	"tinye/bot"
)

// A holding line that is due is said where the desk looks, with what sends it; once it was sent, nothing more is said of it.
func TestAHoldingLineInWords(t *testing.T) {
	s := start(t)
	ref := strings.Fields(s.says(nil, "CISSE", "rumour", "new", "--claim", "Des hommes armés viendraient", "--from", s.received("On dit que des hommes armés viennent ce soir")))[1]
	region := s.service.Places().Regions(bot.SchemeCT2023)[0]
	s.says([]string{"attendent le texte type", "deux personnes l'approuvent (tinye stock approve holding), puis: tinye rumour stock " + ref + " holding"},
		"AMI", "rumour", "triage", ref, "--theme", "security_attack", "--risk", "critical", "--area", region.Code.String())
	s.says([]string{"confiée à CISSE", "attendent le texte type"}, "AMI", "rumour", "assign", ref, "--to", "CISSE")
	s.says([]string{"Échéances:", "Texte dû:", "tinye stock approve holding"}, "AMI", "rumour", "show", ref)
	s.says([]string{"Attente:", "à envoyer pour 1 rumeur(s), dont 0 EN RETARD", "tinye rumour stock REF holding"}, "AMI", "status")

	s.says([]string{"seconde personne"}, "AMI", "stock", "approve", "holding")
	s.says([]string{"peut partir"}, "BAKARY", "stock", "approve", "holding")
	s.says([]string{"Pour l'envoyer: tinye rumour stock " + ref + " holding"}, "AMI", "rumour", "show", ref)
	out := s.says([]string{"confiée à CISSE", "mis en file: 1"}, "AMI", "rumour", "assign", ref, "--to", "CISSE")
	out += s.says(nil, "AMI", "rumour", "show", ref) + s.says(nil, "AMI", "status")
	for _, word := range []string{"Texte dû", "attendent le texte", "Attente:"} {
		if strings.Contains(out, word) {
			t.Errorf("%q is still said:\n%s", word, out)
		}
	}
}

// What is withheld says which wording its reporters wait for, and is not closed before.
func TestAWithheldRumourInWords(t *testing.T) {
	s := start(t)
	ref := strings.Fields(s.says(nil, "CISSE", "rumour", "new", "--claim", "Le puits serait empoisonné", "--from", s.received("Le puits de Gao est empoisonné")))[1]
	s.find(ref)
	s.says([]string{"Il faut encore le point focal"}, "AMI", "rumour", "withhold", ref, "--reason", "Une famille serait reconnue.")
	s.says([]string{"attendent le texte type", "tinye rumour stock " + ref + " closed"}, "FATIM", "rumour", "withhold", ref)
	if _, errs, code := s.desk("AMI", "rumour", "close", ref, "--reason", "withheld_do_no_harm"); code != exitFailed || !strings.Contains(errs, "tinye rumour stock "+ref+" closed") {
		t.Errorf("closing before its reporters are answered: exit %d: %s", code, errs)
	}
	s.says(nil, "AMI", "stock", "approve", "closed")
	s.says(nil, "BAKARY", "stock", "approve", "closed")
	s.says([]string{"mis en file: 1"}, "AMI", "rumour", "stock", ref, "closed")
	s.says([]string{"close"}, "AMI", "rumour", "close", ref, "--reason", "withheld_do_no_harm")
}
