package people

import (
	"slices"
	"strings"

	"tinye/bot/spelling"
)

// ListColumn is what a column of a list of numbers holds.
type ListColumn string

// Columns. Others are not read: a list is kept no finer than a cercle, and without names.
const (
	ListOther  ListColumn = ""
	ListNumber ListColumn = "number"
	ListLang   ListColumn = "lang"
	ListSex    ListColumn = "sex"
	ListAge    ListColumn = "age"  // in years, or a band
	ListBorn   ListColumn = "born" // a day, or a year
	ListRegion ListColumn = "region"
	ListCercle ListColumn = "cercle"
	ListPlace  ListColumn = "place" // a region or a cercle
	ListName   ListColumn = "name"  // of a person: never read, let alone stored
)

// Words of heads, French and English; they are compared folded.
var (
	finerWords  = [...]string{"commune", "village", "quartier", "adresse", "address", "residence", "rue", "gps", "latitude", "longitude"}
	nameWords   = [...]string{"nom", "noms", "prenom", "prenoms", "name", "names", "surname", "firstname", "lastname", "patronyme", "surnom"}
	phoneWords  = [...]string{"telephone", "telephones", "tel", "phone", "msisdn", "mobile", "portable", "gsm", "cellulaire", "cell"}
	numberWords = [...]string{"numero", "numeros", "num", "contact", "contacts", "n", "no"}
	noPhone     = [...]string{"ordre", "nina", "cni", "carte", "piece", "identite", "menage", "id", "code"}
	fillWords   = [...]string{"de", "du", "des", "d", "le", "la", "les", "l", "of", "the"}
	langWords   = [...]string{"langue", "langues", "language", "lang", "idiome"}
	sexWords    = [...]string{"sexe", "sex", "genre", "gender"}
	ageWords    = [...]string{"age", "tranche", "ageband", "ans"}
	bornWords   = [...]string{"naissance", "birth", "birthdate", "birthday", "dob", "born", "ne", "nee"}
	regionWords = [...]string{"region", "regions", "adm1", "admin1"}
	cercleWords = [...]string{"cercle", "cercles", "adm2", "admin2"}
	placeWords  = [...]string{"lieu", "lieux", "localite", "place", "ville", "location"}
)

// ListColumns tells what each column holds by its head. Each kind but names is found once, the first time; of numbers, a column
// that says telephone before one that says number.
func ListColumns(heads []string) []ListColumn {
	columns := make([]ListColumn, len(heads))
	weak := -1
	for i, head := range heads {
		kind, sure := listColumn(head)
		switch {
		case kind == ListOther || kind != ListName && slices.Contains(columns, kind):
		case kind == ListNumber && !sure:
			if weak < 0 {
				weak = i
			}
		default:
			columns[i] = kind
		}
	}
	if weak >= 0 && !slices.Contains(columns, ListNumber) {
		columns[weak] = ListNumber
	}
	return columns
}

// listColumn reads one head. sure is false where it may just as well number the rows.
func listColumn(head string) (kind ListColumn, sure bool) {
	words := spelling.Words(head)
	says := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return slices.Contains(words, spelling.Key(w)) })
	}
	switch {
	case says(finerWords[:]):
		return ListOther, true
	case says(bornWords[:]):
		if says(placeWords[:]) || says(regionWords[:]) || says(cercleWords[:]) {
			return ListOther, true // where somebody was born is nobody's business
		}
		return ListBorn, true
	case says(cercleWords[:]):
		return ListCercle, true
	case says(regionWords[:]):
		return ListRegion, true
	case says(placeWords[:]):
		return ListPlace, true
	case says(phoneWords[:]):
		return ListNumber, true
	case says(nameWords[:]):
		return ListName, true
	case says(langWords[:]):
		return ListLang, true
	case says(sexWords[:]):
		return ListSex, true
	case says(ageWords[:]):
		return ListAge, true
	case says(numberWords[:]) && !says(noPhone[:]):
		return ListNumber, false
	}
	return ListOther, true
}

// IsListHead tells whether a row holds the heads of a list of numbers: it has a column of numbers and stands in a table, or is
// nothing but the word for one. A title ("Téléphones du marché") is not, nor is a row with a number in it.
func IsListHead(cells []string) bool {
	filled, known := 0, 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			filled++
		}
		if digits(c) >= 6 {
			return false
		}
	}
	columns := ListColumns(cells)
	for _, c := range columns {
		if c != ListOther {
			known++
		}
	}
	at := slices.Index(columns, ListNumber)
	if at < 0 {
		return false
	}
	if filled > 1 {
		_, sure := listColumn(cells[at])
		return sure || known > 1
	}
	for _, w := range spelling.Words(cells[at]) {
		is := func(list []string) bool {
			return slices.ContainsFunc(list, func(other string) bool { return spelling.Key(other) == w })
		}
		if !is(phoneWords[:]) && !is(numberWords[:]) && !is(fillWords[:]) {
			return false
		}
	}
	return true
}

// GoesUnderListHead tells whether the row below the heads goes on with them, where a head stands over two columns (Lieu) that
// each have one of their own (Région, Cercle).
func GoesUnderListHead(heads, cells []string) bool {
	at := slices.Index(ListColumns(heads), ListNumber)
	if at < 0 || at < len(cells) && strings.TrimSpace(cells[at]) != "" {
		return false
	}
	known := false
	for _, c := range cells {
		if digits(c) > 0 {
			return false
		}
		kind, sure := listColumn(c)
		known = known || kind != ListOther && sure
	}
	return known
}

func digits(s string) int {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}
