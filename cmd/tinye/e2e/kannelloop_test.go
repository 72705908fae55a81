package e2e

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// Two people and what they ask, in this test.
const (
	frenchPhone  = "+22370123456"
	bambaraPhone = "+22366123457"
	french       = "On raconte que le marché de Gao est fermé à cause du choléra, c'est vrai?"
	bambara      = "Kunnafoni bɛ ka fɔ ko dɔgɔtɔrɔso bana bɔlɔ ci Gao: tiɲɛ don wa? Ŋaniya jugu"
	frenchSaid   = "Le marché est ouvert. La rumeur est fausse, vérifiée auprès de 2 sources."
	bambaraSaid  = "Tiɲɛ tɛ. An y'a sɛgɛsɛgɛ. Ŋaniya jugu tɛ."
)

var ackInFrench = regexp.MustCompile(`^TINYE TEST (\d{6}): message noté\. Nous vérifions et répondons ici\. ` +
	`Ne relayez pas avant\. N'envoyez aucun nom de personne\. Vous pouvez effacer ce SMS\.$`)

// reference checks an acknowledgement and takes its reference.
func reference(t *testing.T, ack *regexp.Regexp, got Arrived) bot.Ref {
	t.Helper()
	m := ack.FindStringSubmatch(got.Text)
	if m == nil {
		t.Fatalf("the acknowledgement reads %q, not %s", got.Text, ack)
	}
	if got.From != shortCode {
		t.Errorf("the acknowledgement comes from %s", got.From)
	}
	return bot.Ref(m[1])
}

// TestKannelLoop is the whole way through a real gateway: two rumours come in by Kannel, are acknowledged on the same
// handsets, checked and answered there, with the hotline killed between any two steps and away for half a minute.
func TestKannelLoop(t *testing.T) {
	needKannel(t, "bearerbox")
	if !inNamespace(t) {
		return
	}
	kannel, phones := StartKannel(t)
	l := &loop{t: t, kannel: kannel, phones: phones, expected: make(map[string]int)}
	l.site = NewSite(t, func(s Site) string { return kannelConfig(t, s) })
	l.site.URL = hotlineURL
	l.site.MakeKey(t)
	l.hotline = l.site.Serve(t)
	l.hotline.Ready(t)
	l.site.Staff(t)

	// Each step needs what those before have done.
	steps := []struct {
		name string
		run  func(*testing.T)
	}{
		{"acknowledged", l.acknowledged},
		{"killed while messages come in", l.killedWhileBusy},
		{"answered", l.answered},
		{"stopped for 30 s", l.away},
		{"STOP", l.stopWord},
		{"official spelling", l.official},
		{"Kannel's logs", l.logs},
	}
	for _, step := range steps {
		if !t.Run(step.name, step.run) {
			return
		}
	}
}

// loop is what the steps of TestKannelLoop share.
type loop struct {
	t       *testing.T // the whole test's, which ends what the steps start
	kannel  *Kannel
	phones  *Handsets
	site    Site
	hotline *Process

	fr, bm   bot.Ref
	written  []string       // every text and number that went through Kannel
	expected map[string]int // messages that each phone got so far
}

// write writes from a phone.
func (l *loop) write(t *testing.T, number, text string) {
	t.Helper()
	l.written = append(l.written, number, text)
	if strings.ContainsAny(text, "ɛɔɲŋŊ") {
		l.phones.WriteUCS2(t, number, text)
	} else {
		l.phones.Write(t, number, text)
	}
}

// gets waits for a phone's next message, and for its being the only new one.
func (l *loop) gets(t *testing.T, number string) Arrived {
	t.Helper()
	l.expected[number]++
	got := l.phones.Await(t, number, l.expected[number])
	l.written = append(l.written, got.Text)
	return got
}

// restart kills the hotline and starts it again.
func (l *loop) restart(t *testing.T) {
	t.Helper()
	l.hotline.Kill9(t)
	l.start(t)
}

func (l *loop) start(t *testing.T) {
	t.Helper()
	l.hotline = l.site.Serve(l.t)
	l.hotline.Ready(t)
}

func (l *loop) acknowledged(t *testing.T) {
	l.write(t, frenchPhone, french)
	l.write(t, bambaraPhone, bambara)
	got := l.gets(t, frenchPhone)
	l.fr = reference(t, ackInFrench, got)
	if got.Coding != bot.GSM7 {
		t.Errorf("the French acknowledgement came in UCS-2")
	}
	got = l.gets(t, bambaraPhone)
	l.bm = reference(t, regexp.MustCompile(`^TINYE TEST (\d{6}): Aw ni ce\. An b'a sègèsègè\. An bèna aw jaabi\. Aw kana a jènsèn\.$`), got)
	if got.Coding != bot.GSM7 {
		t.Errorf("the Bambara acknowledgement came in UCS-2, at twice the price")
	}
	for ref, text := range map[bot.Ref]string{l.fr: french, l.bm: bambara} {
		r := l.site.Report(t, ref)
		if len(r.Said) != 1 || string(r.Said[0].Text) != text {
			t.Errorf("report %s reads %v, not %q", ref, r.Said, text)
		}
		l.site.AwaitState(t, ref, acknowledgement, bot.OutDelivered)
	}
}

// killedWhileBusy kills the hotline while Kannel hands messages over. What Kannel had no answer for it brings again.
func (l *loop) killedWhileBusy(t *testing.T) {
	const people = 5
	for i := range people {
		l.write(t, fmt.Sprintf("+2237611110%d", i), fmt.Sprintf("Il paraît que le pont numéro %d de Mopti est coupé depuis hier soir", i))
		if i == people/2 {
			l.hotline.Kill9(t)
		}
	}
	l.start(t)
	Eventually(t, 30*time.Second, func() error {
		if n := len(l.site.Reports(t)); n != 2+people {
			return fmt.Errorf("%d reports are stored, not %d", n, 2+people)
		}
		return nil
	})
	acks := make(map[bot.Ref]int)
	for _, m := range l.site.Messages(t) {
		if m.Kind == bot.KindAck && m.ResendOf.IsZero() {
			acks[m.Report]++
		}
	}
	for _, r := range l.site.Reports(t) {
		if acks[r.Ref] != 1 {
			t.Errorf("report %s has %d acknowledgements", r.Ref, acks[r.Ref])
		}
	}
	// A message that was in flight at the kill may have reached the phone or not; in doubt it is sent again ten minutes later.
	Eventually(t, 30*time.Second, func() error {
		for _, m := range l.site.Messages(t) {
			if !m.State.Ended() && m.State != bot.OutUnknown && m.ResendOf.IsZero() {
				return fmt.Errorf("message %s is %s", m.ID, m.State)
			}
		}
		return nil
	})
	doubtful := 0
	for i := range people {
		number := fmt.Sprintf("+2237611110%d", i)
		switch n := len(l.phones.To(t, number)); n {
		case 1:
		case 0:
			doubtful++
		default:
			t.Errorf("phone %d got %d acknowledgements", i, n)
		}
		l.expected[number] = len(l.phones.To(t, number))
	}
	if doubtful > 1 {
		t.Errorf("%d acknowledgements are missing; the window is 1", doubtful)
	}
}

func (l *loop) answered(t *testing.T) {
	desk := func(as string, args ...string) admin.Rumour {
		t.Helper()
		r := Ask[admin.Rumour](t, l.site, append(append([]string{"rumour"}, args...), "--as", as)...)
		l.restart(t)
		return r
	}
	made := desk(author, "new", "--claim", "Le choléra serait à Gao", "--from", string(l.fr), "--from", string(l.bm))
	ref := string(made.Ref)
	l.site.Found(t, ref)
	l.restart(t)
	desk(author, "answer", ref, "--lang", "fra", "--text", frenchSaid)
	desk(author, "answer", ref, "--lang", "bam", "--text", bambaraSaid)
	desk(second, "approve", ref, "--lang", "fra")
	desk(second, "approve", ref, "--lang", "bam")
	l.site.Must(t, "rumour", "publish", ref, "--as", second)

	got := l.gets(t, frenchPhone)
	if want := "TINYE TEST " + string(l.fr) + ": " + frenchSaid; got.Text != want || got.Coding != bot.GSM7 {
		t.Errorf("the French phone got %q (%s), not %q", got.Text, got.Coding, want)
	}
	got = l.gets(t, bambaraPhone)
	want := "TINYE TEST " + string(l.bm) + ": Tinyè tè. An y'a sègèsègè. Nganiya jugu tè."
	if got.Text != want || got.Coding != bot.GSM7 {
		t.Errorf("the Bambara phone got %q (%s), not %q", got.Text, got.Coding, want)
	}
	for _, ref := range []bot.Ref{l.fr, l.bm} {
		l.site.AwaitState(t, ref, answerOf, bot.OutDelivered)
		if state := l.site.Report(t, ref).State; state != bot.ReportAnswered {
			t.Errorf("report %s is %s", ref, state)
		}
	}
	l.restart(t)
	l.quiet(t)
}

// quiet checks that no phone got more than was expected of it.
func (l *loop) quiet(t *testing.T) {
	t.Helper()
	for _, a := range l.phones.All(t) {
		if n := len(l.phones.To(t, a.To)); n != l.expected[a.To] {
			t.Fatalf("a phone got %d messages, not %d: %v", n, l.expected[a.To], l.phones.To(t, a.To))
		}
	}
}

// away stops the hotline for 30 s. Kannel keeps what comes meanwhile, says nothing of its own to anybody, and hands it
// over afterwards.
func (l *loop) away(t *testing.T) {
	const people = 20
	before := len(l.site.Reports(t))
	if code := l.hotline.Stop(t); code != 0 {
		t.Fatalf("the stop ended with %d", code)
	}
	back := time.Now().Add(30 * time.Second)
	for i := range people {
		l.write(t, fmt.Sprintf("+223772222%02d", i), fmt.Sprintf("On dit que l'école numéro %d de Kayes fermera demain, est-ce vrai?", i))
	}
	for time.Now().Before(back) {
		l.quiet(t)
		time.Sleep(100 * time.Millisecond)
	}
	l.start(t)
	for i := range people {
		reference(t, ackInFrench, l.gets(t, fmt.Sprintf("+223772222%02d", i)))
	}
	if n := len(l.site.Reports(t)); n != before+people {
		t.Errorf("%d reports came in while the hotline was away, not %d", n-before, people)
	}
	l.quiet(t)
}

func (l *loop) stopWord(t *testing.T) {
	before := len(l.site.Reports(t))
	l.write(t, frenchPhone, "STOP svp")
	got := l.gets(t, frenchPhone)
	if want := "TINYE TEST: fini, plus de SMS de notre part. Vous pouvez toujours nous écrire. EFFACER = supprimer votre numéro. Revenir: OUI."; got.Text != want {
		t.Errorf("STOP was confirmed with %q, not %q", got.Text, want)
	}
	if n := len(l.site.Reports(t)); n != before {
		t.Errorf("STOP was stored as a report")
	}
	l.restart(t)
	l.quiet(t)
}

// official starts the hotline with the official spelling: what needs letters beyond GSM-7 leaves in UCS-2, and only that.
func (l *loop) official(t *testing.T) {
	if code := l.hotline.Stop(t); code != 0 {
		t.Fatalf("the stop ended with %d", code)
	}
	text, err := os.ReadFile(l.site.Config)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(replaceAll(t, string(text), `wire = "gsm-accent"`, `wire = "official"`))
	if err := os.WriteFile(filepath.Join(l.site.Dir, "tinye.toml"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	l.start(t)
	const otherPhone, frenchOther = "+22365123458", "+22375123459"
	l.write(t, otherPhone, bambara)
	got := l.gets(t, otherPhone)
	reference(t, regexp.MustCompile(`^TINYE TEST (\d{6}): Aw ni ce\. An b'a sɛgɛsɛgɛ\. An bɛna aw jaabi\. Aw kana a jɛnsɛn\.$`), got)
	if got.Coding != bot.UCS2 || got.Parts != 2 {
		t.Errorf("the Bambara acknowledgement came in %s, in %d parts", got.Coding, got.Parts)
	}
	l.write(t, frenchOther, french)
	got = l.gets(t, frenchOther)
	// By now the rumour is published: whoever tells it is answered at once.
	reference(t, regexp.MustCompile(`^TINYE TEST (\d{6}): Le marché est ouvert\. .* Autre sujet\? Répondez 0\.$`), got)
	if got.Coding != bot.GSM7 || got.Parts != 1 {
		t.Errorf("the French answer came in %s, in %d parts", got.Coding, got.Parts)
	}
	l.quiet(t)
}

// logs looks at what Kannel wrote at the levels of the example file: neither number nor text.
func (l *loop) logs(t *testing.T) {
	for name, wrote := range l.kannel.Wrote(t) {
		for _, s := range l.written {
			for _, piece := range pieces(s) {
				if strings.Contains(wrote, piece) || strings.Contains(wrote, url.QueryEscape(piece)) {
					t.Errorf("%s shows %q:\n%s", name, piece, wrote)
				}
			}
		}
		t.Logf("%s: %d bytes", name, len(wrote))
	}
}
