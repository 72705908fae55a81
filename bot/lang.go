package bot

// Lang is an ISO 639-3 code, as contacts hold it; "" means not known.
type Lang string

// The languages with text files today. Others (ses, ffm, taq) are a file away: nothing may assume there are two.
const (
	French  Lang = "fra"
	Bambara Lang = "bam"
)

// Short is the tag that names a language's file: fr, bm.
func (l Lang) Short() string {
	for _, n := range langNames {
		if n.long == l {
			return n.short
		}
	}
	return string(l)
}

// ParseLang takes fra or fr, bam or bm, and gives the ISO 639-3 code; ok is false for a language without a name here.
func ParseLang(s string) (l Lang, ok bool) {
	for _, n := range langNames {
		if string(n.long) == s || n.short == s {
			return n.long, true
		}
	}
	return "", false
}

var langNames = [...]struct {
	long  Lang
	short string
}{{French, "fr"}, {Bambara, "bm"}}
