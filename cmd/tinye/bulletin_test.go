package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes a draft in two languages that lacks nothing but the answers to the do-no-harm list, and gives its reference.
func (s *site) write() string {
	s.t.Helper()
	out := s.says([]string{"créé (prévention)", "GSM-7"}, "CISSE", "bulletin", "new", "--kind", "prevention", "--title", "Vaccin", "--until", "2099-01-01",
		"--text", "fr=Le vaccin est au centre de santé.")
	ref := strings.Fields(out)[1]
	s.says([]string{"Jusqu'au:", "Gao"}, "CISSE", "bulletin", "edit", ref, "--until", "+3d", "--place", "ml_ct_2023:ML07")
	s.says([]string{"Texte radio en français écrit."}, "CISSE", "bulletin", "write", ref, "--lang", "fr", "--channel", "radio",
		"--text", "Chers auditeurs, le vaccin <est> là.\nIl est gratuit.")
	s.says([]string{"SMS en bambara: GSM-7", "Une autre personne le retraduit"}, "CISSE", "bulletin", "write", ref, "--lang", "bm", "--text", "Aw k'a sɛgɛsɛgɛ fɔlɔ.")
	s.says([]string{"traduction relue"}, "AMI", "bulletin", "back", ref, "--lang", "bm", "--text", "Vérifiez d'abord.")
	return ref
}

// harmless are the flags that answer the whole list with no.
func harmless() []string {
	return []string{"--no", "names_someone", "--no", "revenge", "--no", "panic", "--no", "reveals_source", "--no", "true_but_dangerous"}
}

// asks has a phone that got the text from somebody else ask whether it is true.
func (s *site) asks(ref, want string) {
	s.t.Helper()
	if out, code := s.phone("--from", "66123456", "--send", "VERIF "+ref); code != 0 || !strings.Contains(out, want) {
		s.t.Errorf("VERIF %s: %d, %s; want %q", ref, code, out, want)
	}
}

// From a draft to the reply to VERIF, in words: what lacks, what comes next, who may not, what a forwarded text is worth.
func TestABulletinInWords(t *testing.T) {
	s := start(t)
	s.says([]string{"Aucun bulletin. On en écrit un"}, "AMI", "bulletin", "list")
	if _, errs, code := s.desk("CISSE", "bulletin", "new", "--kind", "prevention", "--text", "fr= "); code == 0 || !strings.Contains(errs, "Le texte en français [fra] est vide") {
		t.Errorf("an empty text: %d %s", code, errs)
	}
	ref := s.write()
	if _, errs, code := s.desk("AMI", "broadcast", "show", ref); code == 0 || !strings.Contains(errs, "n'est encore parti à personne") {
		t.Errorf("shown before it was sent: %d %s", code, errs)
	}
	out, errs, code := s.desk("AMI", "bulletin", "check", ref)
	if code != exitFailed || !strings.Contains(out, "Bloque:   Répondez d'abord aux questions de prudence") || !strings.Contains(out, "bloquent l'approbation: 1.") || errs != "" {
		t.Errorf("check: exit %d, %s\n%s", code, errs, out)
	}
	s.says([]string{"peut-il créer la panique? [panic]", "tinye bulletin harm " + ref + " --no names_someone"}, "CISSE", "bulletin", "harm", ref)
	s.says([]string{"questions de prudence répondues"}, "CISSE", append([]string{"bulletin", "harm", ref}, harmless()...)...)
	s.says([]string{"Rien à redire. À soumettre: tinye bulletin submit " + ref}, "CISSE", "bulletin", "check", ref)
	s.says([]string{"soumis"}, "CISSE", "bulletin", "submit", ref)
	if _, errs, code := s.desk("CISSE", "bulletin", "approve", ref); code == 0 || !strings.Contains(errs, "coordinateur") {
		t.Errorf("its author approves: %d %s", code, errs)
	}
	s.says([]string{"approuvé, ses textes ne changent plus", "tinye bulletin send " + ref}, "AMI", "bulletin", "approve", ref)
	s.asks(ref, "message authentique: Le vaccin est au centre de santé.")

	paper := filepath.Join(s.dir, "radio.html")
	s.says([]string{"Script écrit dans " + paper}, "CISSE", "bulletin", "script", ref, "--lang", "fr", "--out", paper)
	page, err := os.ReadFile(paper)
	must(t, err)
	for _, want := range []string{"<p>Chers auditeurs, le vaccin &lt;est&gt; là.</p>", "<p>Il est gratuit.</p>", "VERIF " + ref, "pas après", `lang="fr"`} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the script does not hold %q", want)
		}
	}
	for _, outside := range []string{"http:", "https:", "src=", "@import", "<script", "Aw k'a"} {
		if strings.Contains(string(page), outside) {
			t.Errorf("the script holds %q", outside)
		}
	}
	if _, errs, code := s.desk("CISSE", "bulletin", "script", ref, "--lang", "fr", "--out", paper); code == 0 || !strings.Contains(errs, "existe déjà") {
		t.Errorf("a file is written over: %d %s", code, errs)
	}
	other := filepath.Join(s.dir, "relais.html")
	if _, errs, code := s.desk("CISSE", "bulletin", "script", ref, "--lang", "bm", "--channel", "relay", "--out", other); code == 0 || !strings.Contains(errs, "pas de texte approuvé en bambara") {
		t.Errorf("a script that is not there: %d %s", code, errs)
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("a refused script leaves a file")
	}
	s.says([]string{"lectures et relais notés: 1."}, "CISSE", "bulletin", "aired", ref, "--where", "Radio Hannibal")

	out = s.says([]string{"correction de " + ref, "CORRECTION de notre SMS du"}, "CISSE", "bulletin", "correct", ref, "--text", "fr=Le vaccin arrive lundi.", "--fallback", "fr")
	c := strings.Fields(out)[1]
	s.says(nil, "CISSE", append([]string{"bulletin", "harm", c}, harmless()...)...)
	s.says(nil, "CISSE", "bulletin", "submit", c)
	s.says([]string{"Rien de plus ne part du bulletin " + ref}, "AMI", "bulletin", "approve", c)
	s.asks(ref, "par "+c+". Le vaccin arrive lundi.")
	s.says([]string{"corrigé par " + c, "Radio Hannibal", "radio en français", "retraduit par AMI", "Gao", "[ml_ct_2023:ML07]"}, "AMI", "bulletin", "show", ref)
	s.says([]string{"Attention: ce bulletin ne vaut plus"}, "CISSE", "bulletin", "aired", ref, "--where", "Marché")
	// The correction is taken back before it went to anybody: what it corrected does not come back by that.
	s.says([]string{"retiré"}, "AMI", "bulletin", "withdraw", c, "--reason", "Vu sur place")
	s.asks(ref, "message retiré le")
	s.says([]string{ref, "corrigé par " + c, c, "retiré"}, "AMI", "bulletin", "list")
	s.says([]string{"texte de bulletin retraduit", "SMS, en bambara", "script de bulletin imprimé", "bulletin lu ou relayé"}, "AMI", "bulletin", "history", ref)
}
