package main

import (
	"fmt"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/storage"
)

// known starts the demo with its own rumours, all of them known to the machine.
func known(t *testing.T) *site {
	t.Helper()
	s := prepare(t)
	s.key("")
	s.run(false)
	if _, err := seed(t.Context(), s.service); err != nil {
		t.Fatal(err)
	}
	must(t, s.service.Matcher.Flush(t.Context()))
	return s
}

// tells has somebody text, and gives the reference of the report.
func (s *site) tells(from, text string) string {
	s.t.Helper()
	in := bot.Inbound{Gateway: "sim", ExternalID: newID().String(), Sender: from, To: "36000", Channel: bot.ChannelSMS, Text: bot.Text(text)}
	_, err := s.service.Receive(s.t.Context(), in)
	must(s.t, err)
	must(s.t, s.service.Matcher.Flush(s.t.Context()))
	var list admin.Reports
	s.json(&list, "report", "list", "--limit", "1")
	return string(list.Reports[0].Ref)
}

// The demo's published rumour is answered at once; the desk sees that, and takes it back where it was wrong.
func TestTheDeskAndTheMachine(t *testing.T) {
	s := known(t)
	var list admin.Rumours
	s.json(&list, "rumour", "list", "--state", "published")
	about := ""
	for _, r := range list.Rumours {
		if strings.Contains(string(r.Claim), "écoles") {
			about = string(r.Ref)
		}
	}
	s.says([]string{"Aucun lien automatique à relire."}, "AMI", "report", "list", "--auto")
	right := s.tells("70123457", "J'ai entendu que les écoles de Mopti sont fermées jusqu'à la fin de l'année")
	wrong := s.tells("70123458", "On me dit que toutes les écoles sont fermées à Mopti jusqu'à la fin de l'année")
	s.says([]string{right, wrong, "reconnue par la machine, à relire", "Juger: tinye report match RÉF yes, ou no."}, "AMI", "report", "list", "--auto")
	s.says([]string{"Correspond:", about, "reconnue par la machine, sûr", "Personne ne l'a relu.", "tinye report match " + right + " no"}, "CISSE", "report", "show", right)
	s.says([]string{"c'est bien la rumeur " + about}, "CISSE", "report", "match", right, "yes")
	s.says([]string{"ce n'est pas la rumeur " + about, "État: reçu"}, "AMI", "report", "match", wrong, "no")
	s.says([]string{"Ne dit pas:", about}, "AMI", "report", "show", wrong)
	s.says([]string{"Aucun lien automatique à relire."}, "AMI", "report", "list", "--auto")
	s.says([]string{"lien de la machine confirmé"}, "AMI", "report", "history", right)
	s.says([]string{"En français:", "appris", "En bambara:", "avant 200 confirmations", "tout de suite, par la machine: 2 sur", "1 sur 2 (50 %), de ce que des personnes"}, "AMI", "match", "status")
	if _, errs, code := s.desk("CISSE", "report", "match", wrong, "yes"); code != exitFailed || !strings.Contains(errs, wrong) {
		t.Errorf("a yes to nothing: exit %d, %q", code, errs)
	}
	if out, code := tinyeRun("report", "match", right, "perhaps"); code != exitConfig {
		t.Errorf("a third way: exit %d, %s", code, out)
	}
}

// What the machine knows stands in the status, counted, with what each language still lacks.
func TestTheStatusTellsWhatTheMachineKnows(t *testing.T) {
	s := known(t)
	stats := s.service.Matcher.Stats()
	if stats.Claims == 0 || stats.Reports == 0 || stats.Claims == stats.Reports {
		t.Fatalf("it knows %+v", stats.Stats)
	}
	counts := fmt.Sprintf("%d rumeurs et %d signalements connus", stats.Claims, stats.Reports)
	lacks := fmt.Sprintf("bambara: pas appris: ne répond jamais tout de suite avant 200 confirmations; il y en a %d", stats.Confirmed[bot.Bambara])
	s.says([]string{"Reconnaissance:", counts, lacks}, "AMI", "status")
}

// What resembles what is shown with the command that puts it together, to be completed by what is told.
func TestTheDeskFindsWhatIsTheSame(t *testing.T) {
	s := known(t)
	out := s.says([]string{"6 signalements, personnes: 6", "beaucoup de copies d'un coup: envoi organisé ?", "riz vendu au marché"}, "CISSE", "match", "groups")
	paste := ""
	for line := range strings.Lines(out) {
		if _, command, ok := strings.Cut(strings.TrimSpace(line), "tinye rumour new"); ok {
			paste = "rumour new" + command
		}
	}
	args := shellWords(paste)
	if len(args) != 9 {
		t.Fatalf("to paste: %q", args)
	}
	if _, code := tinyeRun(args...); code != exitConfig {
		t.Errorf("pasted without what is told: exit %d", code)
	}
	args = append(args, "Le riz de Ségou serait mélangé à du plastique")
	group := []string{"rumour", "new", "--claim", args[9], "--group", args[2], "--as", "CISSE"}
	asked, errs, code := s.deskWith("000000\n", group...)
	if code != exitFailed || !strings.Contains(errs, "ces signalements: 6") || !strings.Contains(errs, args[7]+"  ") || !strings.Contains(errs, "rien n'a été fait") {
		t.Errorf("before it takes six: exit %d, %s%s", code, asked, errs)
	}
	made := strings.Fields(s.says([]string{"Signalements rattachés: 6."}, "CISSE", args...))[1]
	must(t, s.service.Matcher.Flush(t.Context()))
	s.says([]string{"n'en répète un autre"}, "CISSE", "match", "groups")

	late := s.tells("70123459", "Le riz du marché de Ségou serait mélangé à du plastique")
	s.says([]string{made, "tinye rumour link " + made + " " + late}, "CISSE", "report", "near", late)
	s.says([]string{late, "beaucoup", "Si ce sont les mêmes: tinye rumour link " + made + " " + late}, "CISSE", "rumour", "near", made)
	s.says([]string{made}, "CISSE", "report", "show", late) // suggested, or the nearest
	s.says([]string{late, "plastique"}, "CISSE", "report", "search", "riz", "plastique")
	s.says([]string{"L'eau du puits serait empoisonnée"}, "CISSE", "rumour", "search", "eau", "empoisonnée")
	s.says([]string{"Aucune rumeur ne ressemble"}, "CISSE", "rumour", "search", "xylophone")

	must(t, s.service.Store.Update(t.Context(), func(tx storage.Tx) error {
		r, err := rumour.Find(tx, made)
		if err == nil {
			_, err = s.service.Desk.NoteBurst(tx, r.ID, 7, bot.At(s.service.Now()))
		}
		return err
	}))
	s.says([]string{"Copies:", "beaucoup de copies d'un coup: envoi organisé ? Personnes: 7"}, "CISSE", "rumour", "show", made)

	twin := strings.Fields(s.says(nil, "CISSE", "rumour", "new", "--claim", "On empoisonnerait l'eau du puits, l'eau serait empoisonnée"))[1]
	must(t, s.service.Matcher.Flush(t.Context()))
	var list admin.Rumours
	s.json(&list, "rumour", "list", "--state", "published")
	well := list.Rumours[0].Ref
	for _, r := range list.Rumours {
		if strings.Contains(string(r.Claim), "puits") {
			well = r.Ref
		}
	}
	s.says([]string{fmt.Sprintf("tinye rumour merge %s --into %s", twin, well)}, "CISSE", "rumour", "near", twin)
}
