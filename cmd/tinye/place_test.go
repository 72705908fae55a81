package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/place"
)

// A list of places is looked at, imported and found again by whoever works at the desk.
func TestPlacesAtTheDesk(t *testing.T) {
	s := start(t)
	file := filepath.Join(t.TempDir(), "gao.csv")
	must(t, os.WriteFile(file, []byte("code;level;name_fr;parent_code\nM23-0702;2;Bourem;M23-07\nM23-0703;2;Ansongo;M23-07\nML0704;2;Almoustrat;ML07\n"), 0o600))
	s.says([]string{"Ligne 4: ", "ML0704", "À importer: 0 régions, 2 cercles, 0 communes; nouveaux: 1.", "Rien n'est encore fait"},
		"AMI", "place", "import", file, "--dry-run")
	s.says([]string{"Aucun lieu ne s'appelle ainsi."}, "AMI", "place", "find", "bourem")
	s.says([]string{"Ligne 4: ", "Importés: 0 régions, 2 cercles, 0 communes; nouveaux: 1."}, "AMI", "place", "import", file)
	s.says([]string{"ml_ct_2023:ML0702", "Bourem", "cercle", "Gao"}, "CISSE", "place", "find", "bur")
	s.says([]string{"ml_ct_2023:ML1101", "ocha_cod_2021:ML0106", "Ɲɔrɔ"}, "CISSE", "place", "find", "nioro", "du", "sahel")
	if out := s.says([]string{"Bourem", "Ansongo"}, "CISSE", "place", "list", "--in", "ml_ct_2023:ML07"); strings.Contains(out, "Mopti") {
		t.Errorf("Mopti lies in Gao:\n%s", out)
	}
	if out := s.says([]string{"Bandiagara"}, "CISSE", "place", "list", "--scheme", "ocha_cod_2021"); strings.Contains(out, "\nml_ct") {
		t.Errorf("a place of the other list:\n%s", out)
	}
	s.says([]string{"précisez"}, "CISSE", "place", "list", "--limit", "1")
}

func TestPlacesThatAreNotImported(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	refused := func(as, want string, code int, path string) {
		t.Helper()
		out, errs, got := s.desk(as, "place", "import", path)
		if got != code || !strings.Contains(out+errs, want) {
			t.Errorf("exit %d, want %d and %q:\n%s%s", got, code, want, out, errs)
		}
	}
	refused("AMI", "n'existe pas", exitFailed, filepath.Join(dir, "none.csv"))
	refused("AMI", "ne peut pas être lu", exitFailed, dir)
	bad := filepath.Join(dir, "bad.csv")
	must(t, os.WriteFile(bad, []byte("code,level,name_fr\nx,1,y\n"), 0o600))
	refused("AMI", "rien n'est importé", exitFailed, bad)
	refused("CISSE", "coordinator", exitFailed, bad)
	long := filepath.Join(dir, "long.csv")
	must(t, os.WriteFile(long, make([]byte, place.MaxImport+1), 0o600))
	refused("AMI", "4 Mo", exitFailed, long)
}

// config check names the places of the site; one that it does not know may be imported later.
func TestConfigCheckNamesThePlaces(t *testing.T) {
	var cfg config.Config
	for _, code := range []string{"ML0701", "ML20", "ML0704"} {
		cfg.USSD.Places = append(cfg.USSD.Places, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code})
	}
	cfg.USSD.Places = append(cfg.USSD.Places, bot.PlaceCode{Scheme: bot.SchemeOCHA2021, Code: "ML0501"})
	names, unknown := sitePlaces(cfg)
	for _, want := range []string{"# ml_ct_2023:ML0701 = Gao (cercle)\n", "# ml_ct_2023:ML20 = Bamako (région)\n", "# ocha_cod_2021:ML0501 = Bandiagara (cercle)\n"} {
		if !strings.Contains(names, want) {
			t.Errorf("not said: %s", want)
		}
	}
	if len(unknown) != 1 || unknown.Err() != nil || !strings.Contains(unknown[0].String(), "ml_ct_2023:ML0704") || strings.Contains(names, "ML0704") {
		t.Errorf("unknown: %v", unknown)
	}
	out, code := tinyeRun("config", "check", "--config", writeConfig(t, goodConfig+"[ussd]\nplaces = [\"ml_ct_2023:ML0701\", \"ml_ct_2023:ML0704\"]\n"))
	if code != 0 || !strings.Contains(out, "# ml_ct_2023:ML0701 = Gao (cercle)\n") || !strings.Contains(out, "warning: ussd.places (line 18): ml_ct_2023:ML0704 is not among") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if names, unknown := sitePlaces(config.Config{}); names != "" || unknown != nil {
		t.Errorf("without places: %q %v", names, unknown)
	}
}
