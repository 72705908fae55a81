package match

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
)

// Common tells how common words and runs of characters are in tellings of all kinds, so that a base of three claims knows that
// "pont" and "prix" are common words and a village is not. Terms are hashes; only those that many texts have are kept, so that
// nothing is left in it of what one person wrote. It is learned, and part of Weights.
type Common struct {
	Texts int    `json:"texts"` // that were counted
	Words string `json:"words"` // base64: for each term the first half of its hash, and in how many texts of 65,535 it is
	Grams string `json:"grams"`
}

// In how many texts a term is at least to be kept, and as what share of them.
const (
	fewestCommon = 5
	commonGrams  = 0.01
)

// commonWeight is as how many texts of the base the common ones count: they decide while a base is young.
const commonWeight = 200

// CountCommon counts.
func CountCommon(lang bot.Lang, texts []string) Common {
	x := &Index{lex: newLexicon()}
	var df [channels]map[uint32]int
	for c := range df {
		df[c] = map[uint32]int{}
	}
	for _, text := range texts {
		d := x.take(text, lang)
		for _, c := range [2]int{chanWords, chanGrams} {
			for _, e := range d.terms[c] {
				df[c][half(e.term)]++
			}
		}
	}
	fewestGrams := max(fewestCommon, int(commonGrams*float64(len(texts))))
	return Common{Texts: len(texts), Words: packCommon(df[chanWords], fewestCommon, len(texts)), Grams: packCommon(df[chanGrams], fewestGrams, len(texts))}
}

// half is what is kept of a term.
func half(term uint64) uint32 { return uint32(term >> 32) }

func packCommon(df map[uint32]int, fewest, texts int) string {
	type counted struct {
		term uint32
		n    int
	}
	var all []counted
	for term, n := range df {
		if n >= fewest {
			all = append(all, counted{term, n})
		}
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Compare(a.term, b.term) })
	b := make([]byte, 0, 6*len(all))
	for _, c := range all {
		b = binary.BigEndian.AppendUint32(b, c.term)
		b = binary.BigEndian.AppendUint16(b, uint16(min(c.n*65535/texts, 65535)))
	}
	return base64.StdEncoding.EncodeToString(b)
}

func unpackCommon(packed string) (map[uint32]float64, error) {
	if packed == "" {
		return nil, nil
	}
	b, err := base64.StdEncoding.DecodeString(packed)
	if err != nil || len(b)%6 != 0 {
		return nil, fmt.Errorf("the common terms are no rows of six bytes: %w", err)
	}
	shares := make(map[uint32]float64, len(b)/6)
	for ; len(b) > 0; b = b[6:] {
		shares[binary.BigEndian.Uint32(b)] = float64(binary.BigEndian.Uint16(b[4:])) / 65535
	}
	return shares, nil
}

// atLeastCommon is the share of tellings that a word of everyday news is taken to be in at least, by hand: what was learned on may be
// about other countries.
const atLeastCommon = 0.02

// everyday adds the words of everyday news, and their meanings.
func (l *lexicon) everyday(words map[uint32]float64) map[uint32]float64 {
	if words == nil {
		return nil
	}
	out := make(map[uint32]float64, len(words)+600)
	for t, s := range words {
		out[t] = s
	}
	for line := range strings.Lines(frenchClasses + "\n" + frenchEveryday) {
		for _, w := range strings.Fields(line) {
			known := l.known(w, bot.French)
			out[half(known.tok.stem)] = max(out[half(known.tok.stem)], atLeastCommon)
			if known.tok.class != 0 {
				out[half(known.tok.class)] = max(out[half(known.tok.class)], atLeastCommon)
			}
		}
	}
	return out
}

// frenchEveryday are words that rumours of any place and kind are made of.
const frenchEveryday = `pont route piste barrage rue pays ville village quartier region cercle commune nord sud est ouest frontiere place centre
couper coupe fermer ferme ouvrir bloquer bloque barrer passer traverser attendre attend arriver partir venir rentrer sortir entrer rester continuer commencer
finir reprendre annuler reporter suspendre supprimer donner distribuer distribution recevoir vendre vente acheter achat payer payement gratuit
doubler double tripler augmenter augmentation monter hausse baisser baisse manquer manque penurie rupture
riz mil mais sucre huile farine pain sel viande poisson lait betail vache mouton chevre cereale recolte champ semence engrais vivres sac litre kilo
marche boutique commercant magasin stock avarie pourri perime
puits forage fleuve riviere inondation inonder pluie crue secheresse feu incendie bruler
camion citerne moto bus car minibus taxi chauffeur transport voyage passager station
gens population habitant famille deplace refugie jeune vieux personne monde chef imam pretre marabout griot voisin ami parent frere soeur
aide association ong mission croix projet programme liste inscription inscrire carte papier identite nina passeport
jour nuit soir matin semaine mois annee heure lundi mardi mercredi jeudi vendredi samedi dimanche debut fin prochain dernier
grand petit nouveau ancien bon mauvais vrai seul beaucoup nombre total plusieurs deux trois cinq dix cent mille
courant electricite telephone reseau internet sms appel numero orange compte banque mobile
mosquee eglise priere fete ramadan tabaski radio television journal facebook whatsapp groupe page photo
groupe arme base camp poste convoi mine engin population chasseur milice bandit
travail travailleur salaire prime concours recrutement emploi service bureau agent fonctionnaire
tomber casser effondrer detruire attaquer menacer fuir quitter chercher trouver perdre voir parler entendre`
