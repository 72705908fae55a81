package sms

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tinye/bot"
)

var modes = []Mode{GSMAccent, ASCII, Official}

func TestWire(t *testing.T) {
	for _, c := range []struct{ text, accent, ascii string }{
		// Bambara, capitals included: È and Ò are not in GSM-7.
		{"An ye kuma in sɛgɛsɛgɛ: nkalon don.", "An ye kuma in sègèsègè: nkalon don.", "An ye kuma in segesege: nkalon don."},
		{"Ɛ Ɔ ɛ ɔ ε ℇ", "E O è ò è E", "E O e o e E"},
		{"ɲ Ɲɔrɔ ƝƆRƆ ŋ Ŋunu ŊUNU", "ny Nyòrò NYORO ng Ngunu NGUNU", "ny Nyoro NYORO n Nunu NUNU"},
		{"k’a ‘b’ ʼ", "k'a 'b' '", "k'a 'b' '"},
		// Tones, composed and not.
		{"fɛ́n dɔ̀ á à ǎ", "fèn dò a à a", "fen do a a a"},
		{"Diré e\u0301te\u0301 è\u0301", "Diré été è", "Dire ete e"},
		// French letters that GSM-7 lacks, and those that it has.
		{"âçêëîïôœûÿ", "aceeiiooeuy", "aceeiiooeuy"},
		{"ÀÂÈÊËÎÏÔŒÙÛŸ", "AAEEEIIOOEUUY", "AAEEEIIOOEUUY"},
		{"à é è ù ü É Ç Æ æ Ü ä ö ñ ì ò ß ø Å", "à é è ù ü É Ç Æ æ Ü ä ö ñ ì ò ß ø Å", "a e e u u E C AE ae U a o n i o ss o A"},
		{"Dioïla, Abeïbara", "Dioila, Abeibara", "Dioila, Abeibara"},
		// Letters of other languages of Mali.
		{"Ɗemngal jaɓɓaama ƴ Šintin ža ə aɣrim", "Demngal jabbaama y Sintin ja e aghrim", "Demngal jabbaama y Sintin ja e aghrim"},
		// Signs.
		{"«vrai» “faux” „x", `"vrai" "faux" "x`, `"vrai" "faux" "x`},
		{"a – b — c … 20° • № ½ × ² ³ → ´`", "a - b - c ... 20o - No 1/2 x 2 3 -> ''", "a - b - c ... 20o - No 1/2 x 2 3 -> ''"},
		{"citoyen·ne, peut‑être", "citoyen.ne, peut-etre", "citoyen.ne, peut-etre"},
		{"10 € à 5 000\u00a0F\u202fCFA", "10 € à 5 000 F CFA", "10 EUR a 5 000 F CFA"},
		// Spaces that only set signs apart.
		{"«\u00a0vrai\u00a0» dit-il\u202f: quoi\u00a0?!", `"vrai" dit-il: quoi?!`, `"vrai" dit-il: quoi?!`},
		{"dit « vrai » et “ faux ” ici", `dit "vrai" et "faux" ici`, `dit "vrai" et "faux" ici`},
		{"„Wort“ und »Wort« auch", `"Wort" und "Wort" auch`, `"Wort" und "Wort" auch`},
		{"quoi ? :)", "quoi ? :)", "quoi ? :)"},
		{"a\tb\r\nc\rd\x07\u00ad\ufeff", "a b\nc\nd", "a b\nc\nd"},
		// What is not ours stays, with its marks.
		{"ok 👍🏾 ❤️ 1️⃣ ߊ߬ سَلام €", "ok 👍🏾 ❤️ 1️⃣ ߊ߬ سَلام €", "ok 👍🏾 ❤️ 1️⃣ ߊ߬ سَلام EUR"},
		{"a\xff\xfeb", "a\ufffdb", "a\ufffdb"},
		{"", "", ""},
	} {
		for mode, want := range map[Mode]string{GSMAccent: c.accent, ASCII: c.ascii} {
			if got := Wire(c.text, mode); got != want {
				t.Errorf("%s: %q becomes %q, want %q", mode, c.text, got, want)
			}
		}
	}
}

// Every phrase of the phrase table that has a letter outside GSM-7, in both cheap forms and with the septets counted there.
func TestWirePhrases(t *testing.T) {
	f, err := os.Open("testdata/phrases.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 40 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if got := Wire(row[0], GSMAccent); got != row[1] {
			t.Errorf("%q becomes %q, want %q", row[0], got, row[1])
		}
		if got := Wire(row[0], ASCII); got != row[2] {
			t.Errorf("%q becomes %q, want %q", row[0], got, row[2])
		}
		if size := Measure(Wire(row[0], GSMAccent)); size.Encoding != bot.GSM7 || strconv.Itoa(size.Units) != row[3] {
			t.Errorf("%q takes %d units of %s, want %s septets", row[1], size.Units, size.Encoding, row[3])
		}
	}
}

func TestOfficialLosesNothing(t *testing.T) {
	if got, want := Wire("Tiɲɛ e\u0301 « ŋ » ’\u00a0!", Official), "Tiɲɛ é « ŋ » ’\u00a0!"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// Whatever is written with French and Bambara letters and signs travels in GSM-7; in ASCII mode it is ASCII.
func TestFrenchAndBambaraAreCheap(t *testing.T) {
	letters := rapid.SampledFrom([]rune("abcdefghijklmnopqrstuvwxyzATEO0123456789 \n" +
		"ɛɔɲŋƐƆƝŊεℇñÑ\u0300\u0301\u0302\u0303\u030c" +
		"âçêëîïôœûÿÀÂÈÊËÎÏÔŒÙÛŸàéèùüÉÇÆæÜ" +
		"’‘ʼ“”«»–—…°•№´`\u00a0\u202f½×²³→€!?:;.,'\"()"))
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(letters, 0, 80, -1).Draw(rt, "text")
		for _, mode := range []Mode{GSMAccent, ASCII} {
			wired := Wire(text, mode)
			if size := Measure(wired); size.Encoding != bot.GSM7 {
				rt.Fatalf("%s: %q becomes %q, where %q at %d needs UCS-2", mode, text, wired, size.Outsiders[0].Char, size.Outsiders[0].At)
			}
			if mode == ASCII && strings.ContainsFunc(wired, func(r rune) bool { return r > 0x7E }) {
				rt.Fatalf("%q becomes %q, which is not ASCII", text, wired)
			}
		}
	})
}

func TestWireIsIdempotent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { checkWire(rt, rapid.String().Draw(rt, "text")) })
}

func FuzzWire(f *testing.F) {
	f.Add("« tiɲɛ\u0301 » ƝƐ \xff")
	f.Add("ᄀ\u00ad\u1161 =\u200b\u0338 \u09c7\u0301\u09be") // what composes once something between is gone
	f.Fuzz(func(t *testing.T, text string) { checkWire(t, text) })
}

func checkWire(t rapid.TB, text string) {
	t.Helper()
	for _, mode := range modes {
		once := Wire(text, mode)
		if twice := Wire(once, mode); twice != once {
			t.Fatalf("%s: %q becomes %q and then %q", mode, text, once, twice)
		}
		if !utf8.ValidString(once) || !norm.NFC.IsNormalString(once) {
			t.Fatalf("%s: %q becomes %q, which is not NFC", mode, text, once)
		}
	}
}

func TestParseMode(t *testing.T) {
	for _, m := range modes {
		if got, err := ParseMode(string(m)); got != m || err != nil {
			t.Errorf("%q: %q, %v", m, got, err)
		}
	}
	for _, s := range []string{"", "utf8", "GSM-ACCENT"} {
		if _, err := ParseMode(s); err == nil || !strings.Contains(err.Error(), "gsm-accent, ascii, official") {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func BenchmarkWire(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Wire("An b'a sɛgɛsɛgɛ. Aw kana a jɛnsɛn. Vérifié auprès de 2 sources le 10/03. « Dɛmɛ » : 36123, on vous répond ici.", GSMAccent)
	}
}
