package hotline

import (
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/place"
)

// known are the places of the corpus beside the regions, which are built in.
func knownPlaces() *place.Gazetteer {
	return place.New([]bot.Place{
		{Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0702"}, Level: bot.LevelCercle, Parent: "ML07",
			Names: map[bot.Lang]string{bot.French: "Ansongo"}},
	})
}

// What raises an alarm, and about what. All texts are invented.
func TestTextsThatAlarm(t *testing.T) {
	a, err := LoadAlarms()
	if err != nil {
		t.Fatal(err)
	}
	places := knownPlaces()
	for _, c := range []struct{ text, code, place string }{
		{"Attaque au marché de Gao", "attack", "Gao"},
		{"attak a ansongo vite", "attack", "Ansongo"},
		{"ATTAQUE!!!", "attack", ""},
		{"le village est attaqué depuis ce matin", "attack", ""},
		{"Ils attaquent le camp", "attack", ""},
		{"on nous attaque svp", "attack", ""},
		{"J'ai entendu des coups de feu près du fleuve", "attack", ""},
		{"coup de feu au lycée", "attack", ""},
		{"Il y a des tirs vers l'aéroport", "attack", ""},
		{"ça tire à Mopti", "attack", "Mopti"},
		{"ils tirent sur les gens", "attack", ""},
		{"embuscade sur la route de Ménaka", "attack", "Ménaka"},
		{"Fusillade devant la mairie", "attack", ""},
		{"l’attaque de Bamba a commencé", "attack", ""},
		{"lattaque du village", "attack", ""},
		{"binkanni", "attack", ""},
		{"Binkanni Gao", "attack", "Gao"},
		{"des hommes armés sont entrés dans le village", "weapons", ""},
		{"HOMMES ARMES EN MOTO", "weapons", ""},
		{"des jeunes avec des armes et des kalachnikovs", "weapons", ""},
		{"une cache d'armes dans la maison", "weapons", ""},
		{"ils ont des fusils", "weapons", ""},
		{"on a enlevé le fils du boulanger", "abduction", ""},
		{"enlevement de deux enseignants", "abduction", ""},
		{"Kidnaping a Kayes", "abduction", "Kayes"},
		{"trois personnes prises en otage", "abduction", ""},
		{"l'enlèvement d'une fille à Ansongo", "abduction", "Ansongo"},
		{"rapt d'un infirmier", "abduction", ""},
		{"une bombe dans le bus", "bomb", ""},
		{"ça a explosé à l'école", "bomb", ""},
		{"il y aura une explosion au marché", "bomb", ""},
		{"le camion a sauté sur une mine", "bomb", ""},
		{"un engin explosif sur le pont", "bomb", ""},
		{"obus tombé près de l'école", "bomb", ""},
		{"kamikaze à la mosquée", "bomb", ""},
		{"massacre au village voisin", "killing", ""},
		{"ils vont tuer tout le monde", "killing", ""},
		{"deux bergers ont été tués", "killing", ""},
		{"on veut lyncher un voleur", "killing", ""},
		{"nous sommes en danger", "danger", ""},
		{"Farati bɛ yan", "danger", ""},
		{"Kɔrɔtɔ don!", "danger", ""},
		{"koroto don", "danger", ""},
		{"au secours", "danger", ""},
		{"Ils viennent ce soir à Gao", alarmSoon, "Gao"},
		{"cette nuit ansongo", alarmSoon, "Ansongo"},
		{"sini Gao", alarmSoon, "Gao"},
		{"Sugu datugura Moti sini", alarmSoon, "Mopti"}, // a market that closes tomorrow: the mildest there is
		{"une mine a saute sur la route", "bomb", ""},
		{"les terroristes sont dans le marche", "attack", ""},
		{"on va bruler les maisons des commercants demain", "killing", ""},
		{"tuerie a Ansongo", "killing", "Ansongo"},
		{"ils arrivent cette nuit", alarmSoon, ""},
		{"au secours, ils vont tuer tout le monde", "killing", ""}, // the graver word is what it is about
		{"en danger, des hommes armés ce soir à Gao", "weapons", "Gao"},
	} {
		got := a.read(c.text, places)
		if got.code != c.code {
			t.Errorf("%q raises %q, want %q", c.text, got.code, c.code)
		}
		if p, _ := places.Place(got.place); p.Names[bot.French] != c.place {
			t.Errorf("%q is about %q, want %q", c.text, p.Names[bot.French], c.place)
		}
	}
}

// What does not. Words for other things, armies, sports, prices, and a time without a place.
func TestTextsThatDoNotAlarm(t *testing.T) {
	a, err := LoadAlarms()
	if err != nil {
		t.Fatal(err)
	}
	places := knownPlaces()
	for _, text := range []string{
		"", "merci", "ok", "i ni ce", "bonjour", "STOP", "482918",
		"l'attaque du match était belle", "L'attaque des Aigles manque de buts", "notre attaquant est blessé",
		"bombe de peinture sur le mur", "une bombe insecticide pour les moustiques", "tirs au but demain",
		"crise: attaque cardiaque du maire", "attaques de criquets dans les champs", "attaque des oiseaux sur le mil",
		"l'armée est arrivée à Gao", "les forces armées maliennes distribuent de l'eau", "armée", "le chef d'état-major des armées parle",
		"les groupes signataires sont à Kayes", "le prix du riz a explosé", "l'explosion des prix du carburant",
		"on a enlevé les ordures", "enlèvement des ordures au marché", "on a enlevé la taxe", "jus de grenade gratuit",
		"le puits est empoisonné", "Le marché de Gao est fermé", "les élections sont reportées", "vaccin dangereux ?",
		"l'alarme de la banque sonne", "elle est en larmes", "les gendarmes contrôlent la route", "la mine d'or de Kayes ferme",
		"ce soir on mange", "cette nuit il a plu", "sini sɔgɔma", "demain distribution de riz à Gao", "Danger immédiat: 80001234",
		"c'est un piège pour voler les gens", "le projet est exécuté", "tuer le temps", "aide alimentaire détournée",
	} {
		if got := a.read(text, places); got.code != "" {
			t.Errorf("%q raises %q", text, got.code)
		}
	}
}

// Of these the words alone say too little: somebody looks at them although nothing may be wrong. That is accepted, since a
// word only ever raises; the desk lowers.
func TestFalseAlarmsThatAreAccepted(t *testing.T) {
	a, err := LoadAlarms()
	if err != nil {
		t.Fatal(err)
	}
	places := knownPlaces()
	for text, code := range map[string]string{
		"concert ce soir à Gao":                         alarmSoon,
		"les femmes ont pris d'assaut les boutiques":    "attack",
		"un film de kung fu avec des fusils":            "weapons",
		"ce marchand nous attaque avec ses prix":        "attack",
		"l'attaque du match, puis une bombe au stade":   "bomb",
		"attaque cardiaque ? non, attaque à main armée": "attack",
	} {
		if got := a.read(text, places); got.code != code {
			t.Errorf("%q raises %q, want %q", text, got.code, code)
		}
	}
}

// A place that was chosen in the menu stands for one in the words.
func TestAlarmWithAChosenPlace(t *testing.T) {
	a, err := LoadAlarms()
	if err != nil {
		t.Fatal(err)
	}
	gao := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	said := a.read("ils viennent ce soir", knownPlaces())
	if said.code != "" {
		t.Errorf("without a place: %q", said.code)
	}
	if in := said.in(gao); in.code != alarmSoon || in.place != gao {
		t.Errorf("in Gao: %+v", in)
	}
	if in := a.read("le puits est sec", knownPlaces()).in(gao); in.code != "" {
		t.Errorf("a place alone raises %q", in.code)
	}
}

// Where a text names a place that no list knows, the word is found that stands behind "à" or the like; what happens there is no
// name.
func TestWhereabouts(t *testing.T) {
	a, err := LoadAlarms()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"attaque à Sofara":                    "sofara",
		"tirs vers SOFARA, près de Tonka":     "sofara tonka",
		"des tirs entre Boni et le fleuve":    "boni",
		"l'attaque a commencé":                "",
		"il y a encore des tirs à côté":       "",
		"attaque!!!":                          "",
		"ils ont tué à l'école":               "",
		"attaque au village de Tonka ce soir": "tonka",
	} {
		if got := strings.Join(a.whereabouts(text), " "); got != want {
			t.Errorf("%q says where: %q, want %q", text, got, want)
		}
	}
}

func FuzzAlarm(f *testing.F) {
	a, err := LoadAlarms()
	if err != nil {
		f.Fatal(err)
	}
	places := knownPlaces()
	for _, s := range []string{"attaque ce soir Gao", "bombe de peinture", "ils ont", "sini \xff Gao", "tirs tirs au"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// Other words never take an alarm back.
		if got := a.read(s+" x attaque x", places); got.code == "" {
			t.Errorf("%q and an attack raise nothing", s)
		}
	})
}
