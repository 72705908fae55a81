package langid

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
)

func detector(t testing.TB) *Detector {
	t.Helper()
	d, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDetect(t *testing.T) {
	d := detector(t)
	for name, texts := range map[string]struct {
		want  bot.Lang
		texts []string
	}{
		"French": {bot.French, []string{
			"On dit que le puits du quartier est empoisonné",
			"Est-ce que les élections sont reportées à demain ?",
			"L’école ferme, c’est vrai ?",
			"Ne partagez pas ce message",
		}},
		"French without accents": {bot.French, []string{
			"le prix du riz va doubler demain au marche",
			"est ce que c'est vrai que l'ecole ferme",
			"LES HOMMES SONT VENUS HIER SOIR",
			"des gens arretes a Gao, verifiez svp",
		}},
		"Bambara, official": {bot.Bambara, []string{
			"Tiɲɛ don wa? Aw ye mun mɛn?",
			"An b'a sɛgɛsɛgɛ. Aw kana a jɛnsɛn.",
			"An b’a sɛgɛsɛgɛ sini",
			"Kɛlɛ bɛ dugu kɔnɔ bi",
			"Aw ka kunnafoni lase an ma",
		}},
		"Bambara with tones": {bot.Bambara, []string{
			"Tìɲɛ́ dòn wà? Aw ye mùn mɛ́n?",
		}},
		"Bambara, è ò ny": {bot.Bambara, []string{
			"Tinyè don wa? Aw ye mun mèn?",
			"Kunnafoni lakika sòrò dògòtòròso la",
		}},
		"Bambara, stripped": {bot.Bambara, []string{
			"tinye don wa? aw ye mun men? an b'a segesege",
			"dogotoroso la bana boloci be ke wa",
			"kele be dugu kono bi",
			"AW KANA A JENSEN",
		}},
		"Bambara, à la française": {bot.Bambara, []string{
			"kounafoni be ka fo ko kele be na sini, tigne don wa",
			"dougou kono keleba be yen",
			"tignè don wa, aw ye moun mèn",
			"an ka djamana kono bana dô be yen",
		}},
		"a word alone": {"", []string{
			"oui", "non", "ok", "merci", "awɔ", "ayi", "bonjour", "dɔgɔtɔrɔso", "dɛmɛ !", "rumeur...",
		}},
		"nothing to go by": {"", []string{
			"", "1", "482918", "👍👍👍", "ok ok", "?! ...", "\xff\xfe", "ok ok ok ok",
		}},
		"another script": {"", []string{
			"سلام عليكم كيف الحال", "ߌ ߣߌ ߛߐ߲߬ߜߐߡߊ ߌ ߞߊ߬ ߞߍ߲ߍ",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range texts.texts {
				if got := d.Detect(text); got.Lang != texts.want {
					t.Errorf("%q is %q by %.2f, want %q", text, got.Lang, got.Margin, texts.want)
				}
			}
		})
	}
}

// A table made for the test shows the sum at work: the mean difference decides, and less than the band is unsure.
func TestMargin(t *testing.T) {
	// "aaaa bbbb" has the trigrams __a _aa aaa aaa aa_ a_b _bb bbb bbb bb_ b__: eleven.
	table := func(count string) string {
		return "lang\ttrigram\tper_million\nfr\taaa\t" + count + "\nbm\tbb_\t3\nbm\tzzz\t9\n"
	}
	for count, want := range map[string]bot.Lang{
		"6": bot.French, // (2 ln(6/2) - ln(3/2)) / 11 = 0.163
		"5": "",         // (2 ln(5/2) - ln(3/2)) / 11 = 0.130
	} {
		d, err := parse(table(count))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Detect("Aaaa, 3 bbbb!"); got.Lang != want || got.Margin < 0.12 || got.Margin > 0.17 {
			t.Errorf("count %s: got %+v, want %q", count, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	const head = "lang\ttrigram\tper_million\n"
	for name, c := range map[string]struct{ table, want string }{
		"empty":        {"", "fewer than two languages"},
		"one language": {head + "fr\t_le\t90\n", "fewer than two languages"},
		"columns":      {head + "fr\t_le\n", "line 2 has 2 columns"},
		"language":     {head + "fr\t_le\t90\nxx\t_le\t90\n", `line 3: unknown language "xx"`},
		"not three":    {head + "fr\t_les\t90\n", `"_les" is not a trigram`},
		"not a number": {head + "fr\t_le\tmany\n", `count "many"`},
		"below unseen": {head + "fr\t_le\t2\n", `count "2"`},
	} {
		if _, err := parse(c.table); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// Capitals, punctuation and decomposed accents are no part of a language.
func TestDetectSeesLettersOnly(t *testing.T) {
	d := detector(t)
	words := rapid.SampledFrom([]string{"tiɲɛ", "don", "kuma", "sɛgɛsɛgɛ", "vrai", "les", "été", "maintenant", "bɛ", "à"})
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SliceOfN(words, 2, 12).Draw(rt, "words")
		plain := d.Detect(strings.Join(text, " "))
		dressed := d.Detect("«" + strings.ToUpper(strings.Join(text, " - ")) + " !» 👍")
		if plain != dressed {
			rt.Fatalf("%q: %+v and %+v", text, plain, dressed)
		}
	})
}

func FuzzDetect(f *testing.F) {
	d := detector(f)
	f.Add("tiɲɛ don \xff")
	f.Fuzz(func(t *testing.T, text string) {
		g := d.Detect(text)
		if g.Lang != "" && g.Lang != bot.French && g.Lang != bot.Bambara {
			t.Fatalf("%q is %q", text, g.Lang)
		}
		if g.Margin < 0 || (g.Lang != "") != (g.Margin >= band) {
			t.Fatalf("%q: %+v", text, g)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	d := detector(b)
	b.ReportAllocs()
	for b.Loop() {
		d.Detect("On dit que le puits du quartier est empoisonné, et que des écoles ferment dès demain à Ségou; l’été aussi ? Répondez-moi")
	}
}
