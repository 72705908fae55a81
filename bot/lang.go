package bot

// Lang is an ISO 639-3 code, as contacts hold it; "" means not known.
type Lang string

// The languages that most people of the country read, or have read to them (domain §4.1). The texts of the first two are built
// in, and the others are a file away: nothing may assume there are two.
const (
	French   Lang = "fra"
	Bambara  Lang = "bam"
	Songhay  Lang = "ses"
	Fulfulde Lang = "ffm"
	Tamasheq Lang = "taq"
	Soninke  Lang = "snk"
	Dogon    Lang = "dts"
)

// Short is the tag that names a language's file: fr, bm, ses.
func (l Lang) Short() string {
	for _, n := range langNames {
		if n.long == l {
			return n.short
		}
	}
	return string(l)
}

// Own is what speakers call the language; "" for one without a name here.
func (l Lang) Own() string {
	for _, n := range langNames {
		if n.long == l {
			return n.own
		}
	}
	return ""
}

// ParseLang takes fra or fr, bam or bm, ses …, and gives the ISO 639-3 code; ok is false for a language without a name here.
// A contact may hold any of them. Whether there are texts is for package locales.
func ParseLang(s string) (l Lang, ok bool) {
	for _, n := range langNames {
		if string(n.long) == s || n.short == s {
			return n.long, true
		}
	}
	return "", false
}

// Langs are the languages that a contact may hold, those with built-in texts first.
func Langs() []Lang {
	langs := make([]Lang, len(langNames))
	for i, n := range langNames {
		langs[i] = n.long
	}
	return langs
}

var langNames = [...]struct {
	long       Lang
	short, own string
}{
	{French, "fr", "Français"}, {Bambara, "bm", "Bamanankan"}, {Songhay, "ses", "Koyraboro senni"}, {Fulfulde, "ffm", "Fulfulde"},
	{Tamasheq, "taq", "Tamasheq"}, {Soninke, "snk", "Soninké"}, {Dogon, "dts", "Dogon"},
}
