package sms

// substitute is what stands for a character in the modes GSMAccent and ASCII; an empty ascii means the same in both.
type substitute struct{ accent, ascii string }

// substitutes are the letters and signs that people of Mali write and that GSM-7 lacks.
//
// Bambara: è ò ny ng are the older spelling in Mali of ɛ ɔ ɲ ŋ; È and Ò are not in GSM-7, so capitals lose their accent.
// ε and ℇ are look-alikes in typed text. French: œ becomes oe; other letters go to their base letter by rule. Fulfulde,
// Songhay and Tamasheq: those letters that no rule takes to a base.
var substitutes = map[rune]substitute{
	'ɛ': {"è", "e"}, 'Ɛ': {"E", ""}, 'ε': {"è", "e"}, 'ℇ': {"E", ""},
	'ɔ': {"ò", "o"}, 'Ɔ': {"O", ""},
	'ɲ': {"ny", ""}, 'Ɲ': {"Ny", ""},
	'ŋ': {"ng", "n"}, 'Ŋ': {"Ng", "N"},

	'œ': {"oe", ""}, 'Œ': {"OE", ""},

	'ɓ': {"b", ""}, 'Ɓ': {"B", ""}, 'ɗ': {"d", ""}, 'Ɗ': {"D", ""}, 'ƴ': {"y", ""}, 'Ƴ': {"Y", ""},
	'ə': {"e", ""}, 'Ə': {"E", ""}, 'ɣ': {"gh", ""}, 'Ɣ': {"Gh", ""}, 'ž': {"j", ""}, 'Ž': {"J", ""},

	'’': {"'", ""}, '‘': {"'", ""}, 'ʼ': {"'", ""}, '´': {"'", ""}, '`': {"'", ""},
	'«': {`"`, ""}, '»': {`"`, ""}, '“': {`"`, ""}, '”': {`"`, ""}, '„': {`"`, ""},
	'–': {"-", ""}, '—': {"-", ""}, '‐': {"-", ""}, '‑': {"-", ""}, '−': {"-", ""}, '•': {"-", ""},
	'…': {"...", ""}, '°': {"o", ""}, '№': {"No", ""}, '→': {"->", ""}, '·': {".", ""},
	'½': {"1/2", ""}, '×': {"x", ""}, '²': {"2", ""}, '³': {"3", ""},

	// Soft hyphen, zero-width space, word joiner and byte order mark come with text pasted from pages.
	'\u00AD': {}, '\u200B': {}, '\u2060': {}, '\uFEFF': {},
}

// asciiOnly are characters of GSM-7 that ASCII mode writes with letters of ASCII. Signs of GSM-7 that are rare in texts (£ ¥
// § ¤ ¡ ¿, Greek capitals) stay in it.
var asciiOnly = map[rune]string{'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ø': "o", 'Ø': "O", '€': "EUR"}

type quote string

const (
	opening quote = "opening"
	closing quote = "closing"
)

// quotes are the marks that French sets apart with spaces.
var quotes = map[rune]quote{'«': opening, '“': opening, '»': closing, '”': closing}
