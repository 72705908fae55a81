package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// The people of a list in this test: two read French, two Bambara, and one says NON.
const (
	listedFrench  = "+22370123460"
	listedOther   = "+22370123461"
	listedBambara = "+22366123462"
	listedAlso    = "+22366123463"
	listedNo      = "+22370123464"
)

// TestKannelBulletin asks an imported list through a real gateway, and sends those who agreed a scheduled bulletin in two languages, its
// correction and the withdrawal of that one, with delivery reports. The hotline is killed at the moment when the bulletin is due.
func TestKannelBulletin(t *testing.T) {
	needKannel(t, "bearerbox")
	if !inNamespace(t) {
		return
	}
	kannel, phones := StartKannel(t)
	l := &loop{t: t, kannel: kannel, phones: phones, expected: make(map[string]int)}
	l.site = NewSite(t, func(s Site) string { return kannelConfig(t, s) })
	l.site.URL = hotlineURL
	l.site.MakeKey(t)
	l.start(t)
	l.site.Staff(t)

	l.asked(t)
	first, due := l.scheduled(t)
	time.Sleep(time.Until(due.Add(100 * time.Millisecond))) // another process' clock: there is nothing to wait on
	l.restart(t)
	l.told(t, first, map[bot.Lang]string{
		bot.French:  "TINYE TEST: Le pont de Markala est ouvert à tous. VERIF " + first,
		bot.Bambara: "TINYE TEST: Babili dayèlen do. VERIF " + first,
	})

	day := due.Format("02/01")
	correction := l.approved(t, "correct", first, "--text", "fr=Le pont de Markala est encore fermé.", "--text", "bam="+bambaraSaid)
	l.site.Must(t, "bulletin", "send", correction, "--yes", "--as", chief)
	l.told(t, correction, map[bot.Lang]string{
		bot.French:  "TINYE TEST CORRECTION de notre SMS du " + day + ": Le pont de Markala est encore fermé. VERIF " + correction,
		bot.Bambara: "Nganiya jugu tè. VERIF " + correction,
	})
	withdrawal := l.approved(t, "correct", correction, "--withdraw")
	l.site.Must(t, "bulletin", "send", withdrawal, "--yes", "--as", chief)
	l.told(t, withdrawal, map[bot.Lang]string{bot.French: "ce message ne tient plus. Ne le relayez pas. VERIF " + withdrawal, bot.Bambara: withdrawal})

	l.write(t, listedFrench, "VERIF "+first)
	if got := l.gets(t, listedFrench).Text; strings.Contains(got, "est ouvert") || !strings.Contains(got, first) {
		t.Errorf("whoever asks for what was taken back reads %q", got)
	}
	l.quiet(t)
	l.logs(t)
}

// approved brings a bulletin from the author's draft to the chief's approval, and gives its reference. What is written in Bambara is put
// back by the second.
func (l *loop) approved(t *testing.T, verb string, args ...string) string {
	t.Helper()
	return l.readied(t, append([]string{verb}, args...), nil)
}

func (l *loop) readied(t *testing.T, draft, schedule []string) string {
	t.Helper()
	b := Ask[admin.Bulletin](t, l.site, append(append([]string{"bulletin"}, draft...), "--as", author)...)
	ref := string(b.Ref)
	for _, text := range b.Texts {
		if !text.First {
			l.site.Must(t, "bulletin", "back", ref, "--lang", string(text.Lang), "--channel", string(text.Channel), "--text", "La même chose.", "--as", second)
		}
	}
	if schedule != nil {
		l.site.Must(t, append([]string{"bulletin", "schedule", ref, "--as", author}, schedule...)...)
	}
	harm := []string{"bulletin", "harm", ref, "--as", author}
	for _, q := range bot.HarmQuestions() {
		harm = append(harm, "--no", string(q))
	}
	l.site.Must(t, harm...)
	l.site.Must(t, "bulletin", "submit", ref, "--as", author)
	l.site.Must(t, "bulletin", "approve", ref, "--as", chief)
	return ref
}

// scheduled has a bulletin approved that leaves at the next full minute there is time for.
func (l *loop) scheduled(t *testing.T) (ref string, due time.Time) {
	t.Helper()
	due = time.Now().UTC().Add(10 * time.Second).Truncate(time.Minute).Add(time.Minute)
	return l.readied(t, []string{"new", "--kind", "prevention", "--until", "+2d",
		"--text", "fr=Le pont de Markala est ouvert à tous.", "--text", "bam=Babili dayɛlen do."}, []string{"--at", due.Format("2006-01-02 15:04")}), due
}

// asked imports the list, asks its people once a second person agreed, and has them answer.
func (l *loop) asked(t *testing.T) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "liste.csv")
	text := "Téléphone;Langue\n" + listedFrench + ";fr\n" + listedOther + ";fr\n" + listedBambara + ";bm\n" + listedAlso + ";bm\n" + listedNo + ";fr\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(l.site.Must(t, "people", "import", file, "--source", "registre", "--as", second, "--json")), "\n")
	var list admin.Import
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &list); err != nil || list.New != 5 {
		t.Fatalf("imported %+v (%v)", list, err)
	}
	run := Ask[admin.Run](t, l.site, "request", "new", list.Run, "--as", second)
	l.site.Must(t, "request", "approve", run.ID.String(), "--as", chief)
	l.restart(t) // it goes on by itself, and sooner than at the next sweep
	for _, number := range []string{listedFrench, listedOther, listedBambara, listedAlso, listedNo} {
		if got := l.gets(t, number).Text; !strings.Contains(got, "OUI") && !strings.Contains(got, "AWO") {
			t.Errorf("asked with %q", got)
		}
	}
	for number, answer := range map[string]string{
		listedFrench: "OUI", listedOther: "oui", listedBambara: "AWO", listedAlso: "awo", listedNo: "NON",
	} {
		l.write(t, number, answer)
		l.gets(t, number)
	}
	if n := Ask[admin.ImportShown](t, l.site, "people", "import", "show", list.Run, "--as", second); n.Granted != 4 || n.Refused != 1 {
		t.Errorf("after the answers: %+v", n)
	}
}

// told checks that the four who agreed got a bulletin whose text ends so in their language, that each is known to have it, and that the
// report adds up.
func (l *loop) told(t *testing.T, ref string, ends map[bot.Lang]string) {
	t.Helper()
	for number, lang := range map[string]bot.Lang{
		listedFrench: bot.French, listedOther: bot.French, listedBambara: bot.Bambara, listedAlso: bot.Bambara,
	} {
		got := l.gets(t, number)
		if !strings.HasSuffix(got.Text, ends[lang]) || got.From != shortCode || got.Coding != bot.GSM7 {
			t.Errorf("bulletin %s reads %q (%s, from %s), want its end %q", ref, got.Text, got.Coding, got.From, ends[lang])
		}
	}
	var r admin.RunReport
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) { // another process: there is nothing to wait on
		if r = Ask[admin.RunReport](t, l.site, "broadcast", "report", ref, "--as", chief); r.Run.States[bot.OutDelivered] == 4 || time.Now().After(end) {
			break
		}
	}
	rows := 0
	for _, n := range r.Run.States {
		rows += n
	}
	left := 0
	for _, n := range r.Run.LeftOut {
		left += n
	}
	if r.Run.States[bot.OutDelivered] != 4 || rows != 4 || !r.Sums || r.Run.People != 4 || r.Run.Reached != 4 || r.Run.Looked != 4+left {
		t.Errorf("bulletin %s: delivered %v of %d rows, left out %v of %d, sums %v", ref, r.Run.States, rows, r.Run.LeftOut, r.Run.Looked, r.Sums)
	}
	if again := Ask[admin.Runs](t, l.site, "broadcast", "list", "--as", chief); !once(again.Runs, ref) {
		t.Errorf("bulletin %s has not exactly one run: %+v", ref, again.Runs)
	}
	l.quiet(t)
}

// once tells whether a bulletin has exactly one run.
func once(runs []admin.Run, ref string) bool {
	n := 0
	for _, r := range runs {
		if string(r.Ref) == ref {
			n++
		}
	}
	return n == 1
}
