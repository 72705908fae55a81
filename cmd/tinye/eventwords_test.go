package main

import (
	"testing"
	"time"

	"tinye/bot/admin"
)

// What events hold in codes is read in words; what an older program noted and this one does not know stays as it stands.
func TestDetailsOfEventsInWords(t *testing.T) {
	p, err := newPage(0)
	if err != nil {
		t.Fatal(err)
	}
	p.zone = time.FixedZone("east", 3600)
	for _, c := range []struct{ kind, reason, want string }{
		{"rumour.triaged", "health_vaccine high", "santé, vaccins, risque élevé"},
		{"rumour.triaged", "other medium by_hand", "autre, risque moyen (fixé à la main)"},
		{"rumour.risk", "critical score_6 violence_48h", "risque critique (dommage × étendue = 6, violence annoncée dans les 48 h)"},
		{"rumour.watched", "2026-03-12", "jusqu'au 12/03/2026"}, // of before
		{"rumour.watched", "2026-03-11T23:00:00Z", "jusqu'au 12/03/2026"},
		{"rumour.assigned", "CISSE", "à CISSE"},
		{"rumour.submitted", "probably_false", "Probablement faux"},
		{"rumour.decided", "confirmed_true", "Vrai (confirmé)"},
		{"rumour.corrected", "unverifiable", "Invérifiable"},
		{"rumour.first_of_two", "decide probably_false", "décider, Probablement faux"},
		{"rumour.first_of_two", "risk low", "noter le risque, risque faible"},
		{"rumour.first_of_two", "withhold ", "retenir"},
		{"rumour.published", "", ""},
		{"rumour.published", "fra", "à défaut d'un texte dans leur langue: français"},
		{"rumour.rejected", "spam", "indésirable"},
		{"rumour.closed", "overtaken_by_events", "dépassée par les faits"},
		{"rumour.reopened", "unverifiable_timeout", "avait été close: invérifiable dans le délai"},
		{"rumour.merged", "482918", "dans 482918"},
		{"rumour.split", "482918", "vers 482918"},
		{"rumour.created", "482918", "issue de 482918"},
		{"report.linked", "482918", "à la rumeur 482918"},
		{"rumour.stock_sent", "holding", "vérification en cours"},
		{"rumour.stock_sent", "out_of_scope AMI", "hors sujet, demandé aussi par AMI"},
		{"stock.approved", "5f3a", ""},
		{"answer.written", "bam", "en bambara"},
		{"evidence.added", "site_visit:health_worker, document:media", "visite sur place / agent de santé, document / média"},
		{"report.entered", "voice_call", "appel"},
		{"bulletin.created", "prevention", "prévention"},
		{"bulletin.written", "bam radio", "radio, en bambara"},
		{"bulletin.back_translated", "bam sms", "SMS, en bambara"},
		{"bulletin.harm_answered", "panic revenge", "oui à: peut-il créer la panique?, peut-il pousser à la vengeance?"},
		{"bulletin.harm_answered", "", ""},
		{"broadcast.paused", "482918", "ne tient plus, la rumeur a changé: 482918"},
		{"report.labelled", "out_of_scope", "hors sujet"},
		{"report.closed", "entered_by_mistake", "noté par erreur"},
		{"report.called", "wrong_number", "mauvais numéro"},
		{"report.masked", "2 name", "marque 2 [nom]"},
		{"report.unmasked", "2", "marque 2"},
		{"user.added", "verifier, moderator", "vérificateur, modérateur"},
		{"source.added", "ngo_un", "ONG ou ONU"},
		{"message.resent", "unknown", "était: sort inconnu: peut-être parti"},
		{"code.refused", "file", "pour FILE"},
		{"retention.run", "texts=3 requests=1 numbers=0 needed=7", "textes: 3, requêtes: 1, numéros: 0; vieux textes encore utiles: 7"},
		{"rumour.decided", "of_the_future", "of_the_future"},
		{"of.the_future", "such and so", "such and so"},
	} {
		if got := p.detail(admin.Event{Kind: c.kind, Reason: c.reason}); got != c.want {
			t.Errorf("%s %q is read as %q, want %q", c.kind, c.reason, got, c.want)
		}
	}
	if got := p.did("rumour.decided"); got != "verdict décidé" {
		t.Errorf("rumour.decided is read as %q", got)
	}
	if got := p.did("of.the_future"); got != "of.the_future" {
		t.Errorf("a kind without words is read as %q", got)
	}
	if got := p.on(admin.Event{Kind: "stock.approved", Key: "holding"}); got != "vérification en cours" {
		t.Errorf("a stock wording is read as %q", got)
	}
}
