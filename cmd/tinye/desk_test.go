package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// desk runs a subcommand of the desk as somebody, and returns what it printed.
func (s *site) desk(as string, args ...string) (out, errs string, code int) {
	s.t.Helper()
	return s.deskWith("", append(args, "--as", as)...)
}

func (s *site) deskWith(typed string, args ...string) (out, errs string, code int) {
	s.t.Helper()
	var o, e output
	code = execute(s.t.Context(), append(args, "--socket", s.cfg.Admin.Socket),
		streams{in: strings.NewReader(typed), out: &o, err: &e})
	return o.String(), e.String(), code
}

// says runs a subcommand that succeeds and must print all of the words.
func (s *site) says(words []string, as string, args ...string) string {
	s.t.Helper()
	out, errs, code := s.desk(as, args...)
	if code != 0 || errs != "" {
		s.t.Fatalf("tinye %q: exit %d: %s", args, code, errs)
	}
	for _, w := range words {
		if !strings.Contains(out, w) {
			s.t.Errorf("tinye %q does not say %q:\n%s", args, w, out)
		}
	}
	return out
}

// received brings a text in and gives its report's reference.
func (s *site) received(text string) string {
	s.t.Helper()
	in := bot.Inbound{Gateway: "sim", ExternalID: newID().String(), Sender: "70123456", Text: bot.Text(text)}
	_, err := s.service.Receive(s.t.Context(), in)
	must(s.t, err)
	var list admin.Reports
	s.json(&list, "report", "list", "--limit", "1")
	return string(list.Reports[0].Ref)
}

func (s *site) json(into any, args ...string) {
	s.t.Helper()
	out := s.says(nil, "AMI", append(args, "--json")...)
	must(s.t, json.Unmarshal([]byte(out), into))
}

// find has CISSE submit that a rumour is false, and AMI decide it.
func (s *site) find(ref string) {
	s.t.Helper()
	s.says([]string{"verdict proposé: Faux (confirmé). Risque faible", "Une autre personne que CISSE"}, "CISSE", "rumour", "submit", ref,
		"--verdict", "confirmed_false", "--risk", "low", "--theme", "other", "--redaction-checked", "--finding", "Le pont est ouvert.",
		"--evidence", "site_visit:eyewitness", "--evidence", "call_stakeholder:local_official:M-4:mairie")
	s.says([]string{"Faux (confirmé)"}, "AMI", "rumour", "decide", ref)
}

// What the desk prints is for people: words for states and verdicts, costs, and who has to act next.
func TestTheDeskInWords(t *testing.T) {
	s := start(t)
	s.says([]string{"Aucun signalement."}, "AMI", "report", "list")
	s.says([]string{"Rien en quarantaine."}, "AMI", "quarantine", "list")
	report := s.received("Il paraît que le pont de Markala est fermé")
	s.says([]string{"RÉF", report, "reçu, à rattacher à une rumeur", "fra"}, "AMI", "report", "list", "--state", "received")
	s.says([]string{"Signalement " + report, "  Il paraît que le pont de Markala est fermé", "Accusé:"}, "AMI", "report", "show", report)

	out := s.says([]string{"Signalements rattachés: 1."}, "AMI", "rumour", "new", "--claim", "Le pont serait fermé", "--from", report)
	ref := strings.Fields(out)[1]
	s.find(ref)
	s.says([]string{"UCS-2", "au lieu de 1", "à cause de 😀 (U+1F600)"}, "CISSE", "rumour", "answer", ref, "--lang", "fr",
		"--text", "Le pont est ouvert 😀, nous l'avons vu ce matin avec deux personnes différentes.")
	s.says([]string{"GSM-7", "SMS par personne: 1.", "Une autre personne que CISSE"}, "CISSE", "rumour", "answer", ref, "--lang", "fra",
		"--text", "Le pont est ouvert, vu ce matin.")
	s.says([]string{"en français approuvée par AMI"}, "AMI", "rumour", "approve", ref, "--lang", "fra")
	s.says([]string{"Rumeur " + ref + " publiée.", "Réponses mises en file: 1."}, "AMI", "rumour", "publish", ref)
	// A later reporter is answered, and that is what the command says, not all that was queued before.
	late := s.received("Le bac ne passe plus a Markala")
	out, errs, code := s.deskWith("482918\n", "rumour", "link", ref, late, "--as", "AMI")
	if code == 0 || !strings.Contains(errs, "personnes: 1") || !strings.Contains(errs, "rien n'est parti") {
		t.Errorf("a mistyped reference sends an answer: %d\n%s%s", code, out, errs)
	}
	s.says([]string{"Rumeur " + ref + ". Signalements rattachés: 2.", "Réponses mises en file: 1 (2 depuis la publication)."}, "AMI", "rumour", "link", ref, late, "--yes")
	s.says([]string{"Réponses mises en file: 0 (2 depuis la publication)."}, "AMI", "rumour", "link", ref, late)
	s.says([]string{"publiée", "Le pont serait fermé", "Réponses mises en file en tout: 2.", "écrite par CISSE", "approuvée par AMI", report}, "AMI", "rumour", "show", ref)
	// Whoever splits off the last report is told what to do with what is left.
	market := s.received("Le marché de Mopti est fermé")
	emptied := strings.Fields(s.says([]string{"Signalements rattachés: 1."}, "AMI", "rumour", "new", "--claim", "Le pont serait miné", "--from", market))[1]
	s.says([]string{"Plus aucun signalement n'est rattaché à la rumeur " + emptied + ".", "tinye rumour merge " + emptied, "tinye rumour reject " + emptied},
		"AMI", "rumour", "split", emptied, market, "--claim", "Le marché serait fermé")
	s.says([]string{"FOIS", ref, "Faux (confirmé)"}, "AMI", "rumour", "list")
	s.says([]string{"réponse", report + "/" + ref}, "AMI", "outbox", "list")
	s.says([]string{"en ordre", "rumeurs", "publiée", "sim", "en service"}, "AMI", "status")
	s.says([]string{"AMI", "coordinateur", "ADAMA"}, "AMI", "user", "list")
	s.says([]string{"Compte GAO-1 créé: vérificateur, modérateur."}, "ADAMA", "user", "add", "GAO-1", "--role", "verifier", "--role", "moderator")
	s.says([]string{"acceptée"}, "AMI", "clock", "accept")
	file := filepath.Join(t.TempDir(), "copy")
	s.says([]string{file}, "ADAMA", "backup", file)
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
}

// A rumour's long way in words, from triage to its end, and who did what on it.
func TestTheLongWayInWords(t *testing.T) {
	s := start(t)
	out := s.says(nil, "CISSE", "rumour", "new", "--claim", "Des hommes armés viendraient", "--from", s.received("On dit que des hommes armés viennent ce soir"))
	ref := strings.Fields(out)[1]
	region := s.service.Places().Regions(bot.SchemeCT2023)[0]
	refused := func(as, want string, args ...string) {
		t.Helper()
		if _, errs, code := s.desk(as, args...); code != exitFailed || !strings.Contains(errs, want) {
			t.Errorf("tinye %q: exit %d: %s", args, code, errs)
		}
	}
	refused("AMI", "Possible maintenant: ", "rumour", "decide", ref)
	refused("AMI", "--area", "rumour", "triage", ref, "--theme", "security_attack", "--harm", "2", "--spread", "2", "--flag", "violence_48h")
	s.says([]string{"attaque, insécurité", "risque critique (dommage × étendue = 4, violence annoncée dans les 48 h)"}, "AMI", "rumour", "triage", ref, "--theme", "security_attack",
		"--harm", "2", "--spread", "2", "--flag", "violence_48h", "--area", region.Code.String(), "--redaction-checked")
	s.says([]string{ref, "critique", "triée"}, "AMI", "rumour", "list", "--state", "triaged")
	s.says([]string{"confiée à CISSE"}, "AMI", "rumour", "assign", ref, "--to", "CISSE")
	s.says([]string{"vérifications notées: 1"}, "CISSE", "rumour", "evidence", "add", ref, "--method", "call_stakeholder", "--source",
		"community_leader", "--code", "C-1", "--supports", "false", "--note", "Personne n'a rien vu.")
	s.says([]string{"Probablement faux", "Une autre personne que CISSE"}, "CISSE", "rumour", "submit", ref, "--verdict", "probably_false", "--finding", "Rien à signaler.")
	refused("AMI", "voie courte", "rumour", "confirm", ref)
	refused("AMI", "2 sources indépendantes", "rumour", "decide", ref, "--verdict", "confirmed_false")
	s.says([]string{"Il faut encore une seconde personne pour « décider »: la même commande", "Peuvent la donner: BAKARY."}, "AMI", "rumour", "decide", ref)
	refused("AMI", "Il faut une seconde personne", "rumour", "decide", ref)
	s.says([]string{"Probablement faux"}, "BAKARY", "rumour", "decide", ref)
	s.says([]string{
		"décidée", "Risque:", "critique (dommage × étendue = 4, violence annoncée", "Signes:", "48 h [violence_48h]", region.Name(bot.French), "C-1", "Personne n'a rien vu.", "Rien à signaler.",
		"Confiée à:", "CISSE",
	}, "AMI", "rumour", "show", ref)
	s.says([]string{"risque faible, sans « violence annoncée dans les 48 h » [--risk low --unflag violence_48h]", "encore une seconde personne"}, "AMI", "rumour", "risk", ref, "--risk", "low", "--harm", "1", "--spread", "1", "--unflag", "violence_48h", "--reason", "C'était un exercice.")
	s.says([]string{"risque faible"}, "BAKARY", "rumour", "risk", ref, "--risk", "low", "--harm", "1", "--spread", "1", "--unflag", "violence_48h", "--reason", "Un exercice.")
	s.says([]string{
		"rumeur triée", "rumeur confiée", "vérification notée", "appel à une personne concernée / responsable communautaire", "verdict proposé",
		"une seconde personne manque", "décider, Probablement faux", "verdict décidé", "BAKARY", "C'était un exercice.",
		"signe retiré: violence annoncée dans les 48 h",
	}, "AMI", "rumour", "history", ref)
	s.says([]string{"en vérification"}, "AMI", "rumour", "return", ref, "--reason", "Un second avis.")
	other := strings.Fields(s.says(nil, "AMI", "rumour", "new", "--claim", "Des hommes armés seraient là"))[1]
	s.says([]string{"fusionnée dans " + ref}, "AMI", "rumour", "merge", other, "--into", ref)
	s.says([]string{"Fusionnée dans:", ref}, "AMI", "rumour", "show", other)
	third := strings.Fields(s.says(nil, "AMI", "rumour", "new", "--claim", "Gagnez un téléphone"))[1]
	s.says([]string{"écartée"}, "AMI", "rumour", "reject", third, "--reason", "spam")
	s.says([]string{"nouvelle"}, "AMI", "rumour", "reopen", third, "--reason", "Ce n'en était pas.")
}

// A refusal is a sentence on the error stream, exit code 1, and with --json the hotline's own words for programs.
func TestARefusalIsASentence(t *testing.T) {
	s := start(t)
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"nobody":    {[]string{"report", "list"}, "--as"},
		"stranger":  {[]string{"report", "list", "--as", "NOBODY"}, "NOBODY"},
		"no role":   {[]string{"report", "list", "--as", "ADAMA"}, "coordinator"},
		"reference": {[]string{"report", "show", "123456", "--as", "AMI"}, "123456"},
		"message":   {[]string{"outbox", "retry", "1", "--as", "AMI"}, "Aucun message"},
		"request":   {[]string{"quarantine", "retry", "1", "--as", "AMI"}, "quarantaine"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, code := s.deskWith("", c.args...)
			if code != exitFailed || out != "" || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d, printed %q, %q", code, out, errs)
			}
			out, _, code = s.deskWith("", append(c.args, "--json")...)
			var p admin.Problem
			if err := json.Unmarshal([]byte(out), &p); err != nil || code != exitFailed || p.Key == "" {
				t.Errorf("with --json: exit %d, %q", code, out)
			}
		})
	}
}

func TestAWrongCommandLine(t *testing.T) {
	for _, args := range [][]string{
		{"user", "add", "GAO-1"}, {"report", "list", "--state", "lost"}, {"rumour", "new"}, {"rumour", "link", "482918"}, {"rumour", "publish"},
		{"rumour", "submit", "482918", "--verdict", "misleading", "--evidence", "site_visit"}, {"rumour", "merge", "482918"},
		{"rumour", "watch", "482918", "--until", "demain"}, {"rumour", "triage", "482918", "--area", "Gao"},
	} {
		if out, code := tinyeRun(args...); code != exitConfig {
			t.Errorf("tinye %q: exit %d: %s", args, code, out)
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	dir := prepare(t).dir
	none, left := filepath.Join(dir, "none.sock"), filepath.Join(dir, "left.sock")
	ln, err := net.ListenUnix("unix", &net.UnixAddr{Name: left, Net: "unix"})
	must(t, err)
	ln.SetUnlinkOnClose(false) // as after a kill
	must(t, ln.Close())
	for _, path := range []string{none, left} {
		out, code := tinyeRun("status", "--socket", path)
		if code != exitFailed || !strings.Contains(out, "ne tourne pas") || !strings.Contains(out, path) || !strings.Contains(out, "tinye serve") {
			t.Errorf("exit %d: %s", code, out)
		}
	}
}

// What somebody texts cannot steer the desk's terminal.
func TestATextIsOnlyText(t *testing.T) {
	s := start(t)
	report := s.received("Le pont est fermé\x1b[2J\u202e \u009b31m rouge, tout le monde le dit")
	out := s.says([]string{"Le pont est fermé", "rouge"}, "AMI", "report", "show", report)
	if strings.ContainsAny(out, "\x1b\u202e\u009b") {
		t.Errorf("%q", out)
	}
}

func TestAWrongPassphraseIsSaid(t *testing.T) {
	s := prepare(t)
	s.key("cinq mots sans lien")
	s.run(true)
	if out, errs, code := s.deskWith("quatre mots\n", "unlock"); code != exitFailed || !strings.Contains(errs, "n'ouvre pas la base") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := s.deskWith("", "report", "list", "--as", "AMI"); code != exitFailed || !strings.Contains(errs, "tinye unlock") {
		t.Errorf("while locked: exit %d: %s", code, errs)
	}
	if out, errs, code := s.deskWith("cinq mots sans lien\n", "unlock"); code != 0 || !strings.Contains(out, "ouvert") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

func TestUnlockReadsALine(t *testing.T) {
	for typed, want := range map[string]string{"cinq mots\n": "cinq mots", "cinq mots\r\nmore\n": "cinq mots", "cinq mots": "cinq mots", "": ""} {
		got, err := typedPassphrase(streams{in: strings.NewReader(typed)})
		if err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0\u00a0min", 59 * time.Second: "0\u00a0min", 59 * time.Minute: "59\u00a0min", time.Hour: "1\u00a0h", 47 * time.Hour: "47\u00a0h", 73 * time.Hour: "3\u00a0j",
	} {
		if got := age(int64(d / time.Second)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestInterruptedQuestions(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ln, err := net.Listen("unix", filepath.Join(prepare(t).dir, "a.sock"))
	must(t, err)
	defer ln.Close()
	err = (&statusCmd{deskFlags{Socket: ln.Addr().String()}}).Run(ctx, streams{})
	if err == nil || !strings.Contains(err.Error(), "regardez avant de recommencer") {
		t.Errorf("%v", err)
	}
}

// Why the passphrase does not open the store is told in words: none typed, or the key of another database.
func TestAnotherDatabasesKey(t *testing.T) {
	s := prepare(t)
	s.key("cinq mots sans lien")
	s.run(true)
	if _, errs, code := s.deskWith("\n", "unlock"); code != exitFailed || !strings.Contains(errs, "La phrase secrète est vide") {
		t.Errorf("an empty one: exit %d: %s", code, errs)
	}
	if _, errs, code := s.deskWith("cinq mots sans lien\n", "unlock"); code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	out := s.says([]string{"en service"}, "AMI", "status")
	if strings.Contains(out, "Lectures") {
		t.Errorf("what only programs need:\n%s", out)
	}
	s.stop()
	must(t, s.err)
	must(t, os.Remove(demoConfig(s.dir).Storage.Key))
	s.key("six mots sans aucun lien")
	s.run(false)
	if _, errs, code := s.deskWith("six mots sans aucun lien\n", "unlock"); code != exitFailed || !strings.Contains(errs, "celle d'une autre base") {
		t.Errorf("another database's: exit %d: %s", code, errs)
	}
	if !strings.Contains(s.log.String(), "another database's") {
		t.Error("the log does not tell")
	}
	if out, _, _ := s.desk("AMI", "status"); strings.Contains(out, "passerelle") || !strings.Contains(out, "verrouillé") {
		t.Errorf("status while locked:\n%s", out)
	}
}

// Codes are for programs; people read words, and an unknown code rather than nothing.
func TestReasonsInWords(t *testing.T) {
	p, err := newPage(0)
	must(t, err)
	for code, want := range map[string]string{"stopped": "la personne a écrit STOP", "": "", "of_tomorrow": "of_tomorrow"} {
		if got := p.reason(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// The service's socket is taken where the demo's is not there.
func TestUsualSocket(t *testing.T) {
	dir := t.TempDir()
	demo, service := filepath.Join(dir, "demo.sock"), filepath.Join(dir, "service.sock")
	want := func(d deskFlags, path string) {
		t.Helper()
		if got := d.socket(demo, service); got != path {
			t.Errorf("%s, want %s", got, path)
		}
	}
	want(deskFlags{}, demo)
	must(t, os.WriteFile(service, nil, 0o600))
	want(deskFlags{}, service)
	must(t, os.WriteFile(demo, nil, 0o600))
	want(deskFlags{}, demo)
	want(deskFlags{Socket: "named"}, "named")
}
