package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// messy writes a workbook as people make them: notes on a sheet before, a title over merged cells, heads in two rows, numbers in
// every form, days as serials, names, and rows of nothing.
func messy(t *testing.T, path string) {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must(t, f.SetSheetName("Sheet1", "Consignes"))
	must(t, f.SetCellStr("Consignes", "A1", "Un numéro par ligne"))
	const sheet = "Jeunes Mopti"
	_, err := f.NewSheet(sheet)
	must(t, err)
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	must(t, err)
	born := time.Date(1999, time.March, 4, 0, 0, 0, 0, time.UTC)
	for i, row := range [][]any{
		{"Liste des jeunes, cohorte 2 (téléphones du marché)"},
		{},
		{"N°", "Nom et prénom", "Téléphone", "Sexe", "Né(e) le", "Lieu", "", "Observation", "Langue"},
		{"", "", "", "", "", "Région", "Cercle", "", ""},
		{1, "Aïssata Témbely", 76000001, "F", born, "Mopti", nil, "venue avec Zoumana", "bambara"},
		{2, "Boukary Témbely", "+223 76 00 00 02", "M", 1998, "Mopti", nil, nil, "français"},
		{3, "Coumba Témbely", 7.6000003e7, "femme", nil, "Région de Gao", nil, nil, "sonrhaï"},
		{4, "Drissa Témbely", "7,6E+07", "M", nil, "Mopti", nil, nil, nil},
		{},
		{5, "Elmehdi Témbely", "76000001", "M", nil, "Mopti", nil, nil, nil},
		{6, "Fanta Témbely", "20212223", "F", nil, "Mopti", nil, nil, nil},
		{7, "Gaoussou Témbely", "'76000007", "M", born, "Mobti", nil, nil, nil},
		{8, "Hawa Témbely", "0022376000008", "F", time.Date(2015, time.March, 4, 0, 0, 0, 0, time.UTC), "Mopti", nil, nil, nil},
		{9, "Issa Témbely", "76.00.00.09", "M", nil, nil, nil, nil, "klingon"},
		{10, "Jeneba Témbely", "76000010 / 66000010", "F", nil, nil, nil, nil, nil},
		{11, "Kadi Témbely", "76 00 00 11", "", nil, nil, nil, nil, nil},
	} {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow(sheet, cell, &row))
		if len(row) > 4 {
			if _, ok := row[4].(time.Time); ok {
				cell, err := excelize.CoordinatesToCellName(5, i+1)
				must(t, err)
				must(t, f.SetCellStyle(sheet, cell, cell, day))
			}
		}
	}
	must(t, f.MergeCell(sheet, "A1", "I1"))
	must(t, f.MergeCell(sheet, "F3", "G3"))
	must(t, f.SaveAs(path))
}

// rowsOf reads a workbook with another's eyes.
func rowsOf(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	must(t, err)
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	must(t, err)
	return rows
}

// A messy workbook: the good rows are in, the others come back in a workbook with line and reason, and the file is known again.
func TestAMessyWorkbook(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	t.Setenv("TMPDIR", t.TempDir())
	file, bad := filepath.Join(dir, "jeunes.xlsx"), filepath.Join(dir, "jeunes-a-corriger.xlsx")
	messy(t, file)
	args := []string{"people", "import", file, "--source", "registre du projet", "--lang", "bm"}
	s.says([]string{"À importer: 11 lignes: 4 nouveaux", "Rien n'est encore fait"}, "AMI", append(args, "--dry-run")...)
	must(t, os.Remove(bad))
	out := s.says([]string{
		"Jeunes Mopti", "Consignes", "Ignorées:        N°, Observation", "aucun nom n'est gardé", "11 lignes: 4 nouveaux, 0 déjà connus, 0 déjà STOP, 7 à corriger", bad,
	}, "AMI", args...)
	if strings.Contains(out, "Témbely") || strings.Contains(out, "760000") {
		t.Errorf("a name or a number is printed:\n%s", out)
	}
	got := rowsOf(t, bad)
	want := []struct{ line, number, why string }{
		{"8", "7,6E+07", "coupé"}, {"10", "76000001", "déjà à la ligne 5"}, {"11", "20212223", "numéro mobile"}, {"12", "'76000007", "Est-ce Mopti ?"},
		{"13", "0022376000008", "Moins de 15"}, {"14", "76.00.00.09", "langue"}, {"15", "76000010 / 66000010", "plusieurs"},
	}
	if len(got) != len(want)+1 || !slices.Equal(got[0], []string{"N°", "Nom et prénom", "Téléphone", "Sexe", "Né(e) le", "Région", "Cercle", "Observation", "Langue", "ligne du fichier", "motif"}) {
		t.Fatalf("handed back:\n%q", got)
	}
	for i, w := range want {
		row := got[i+1]
		if len(row) != 11 || row[2] != w.number || row[9] != w.line || !strings.Contains(row[10], w.why) || row[1] != "" {
			t.Errorf("handed back %q, want line %s, %s, %s and no name", row, w.line, w.number, w.why)
		}
	}
	if got[4][4] != "1999-03-04" {
		t.Errorf("a day comes back as %q", got[4][4])
	}
	if info, err := os.Stat(bad); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of numbers is %v, %v", info.Mode(), err)
	}
	s.says([]string{"déjà importé", "rien n'a changé", "4 nouveaux"}, "AMI", args...)

	list := strings.Fields(out[strings.Index(out, "liste ")+len("liste "):])[0]
	list = strings.TrimSuffix(list, ":")
	s.says([]string{list, "AMI", "faite", "11", "registre du projet"}, "AMI", "people", "import", "list")
	s.says([]string{"à interroger: 4", "bam", "fra", "ses", "faute de texte", "XOF", "Rien n'est encore envoyé"}, "AMI", "people", "import", "show", list)
	s.says([]string{"import d'une liste commencé", "liste importée", "registre du projet"}, "AMI", "events", "list")
	s.says([]string{"4 numéros effacés"}, "AMI", "people", "import", "forget", list, "--reason", "un essai")
	s.says([]string{"oubliée"}, "AMI", "people", "import", "list")

	s.stop()
	for _, folder := range []string{s.dir, os.TempDir()} {
		for _, secret := range []string{"76000001", "76000003", "Témbely", "Boukary", "venue avec"} {
			if path := holds(t, folder, secret); path != "" {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, "7600000") || strings.Contains(log, "Témbely") {
		t.Errorf("the log shows somebody:\n%s", log)
	}
}

// holds finds a file that holds some bytes.
func holds(t *testing.T, folder, secret string) (found string) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(secret)) || strings.Contains(path, secret) {
			found = path
		}
		return err
	}))
	return found
}

// A CSV file in Windows-1252 gets one back that is written alike, byte for byte; --json gives a line for each portion.
func TestAListInWindows1252(t *testing.T) {
	s := start(t)
	file, bad := filepath.Join(t.TempDir(), "liste.csv"), filepath.Join(t.TempDir(), "mauvais.csv")
	latin := func(text string) []byte {
		out, err := charmap.Windows1252.NewEncoder().String(text)
		must(t, err)
		return []byte(out)
	}
	must(t, os.WriteFile(file, latin("Prénom;Téléphone;Région;Reçu €\r\nAmi;76000001;Ségou;5\r\nBa;7600;\"Ségou; \"\"rive\"\"\";\r\n\r\nCé;76000002;Zorglub;é\r\n"), 0o600))
	out := s.says(nil, "AMI", "people", "import", file, "--source", "registre", "--bad", bad, "--json")
	if !strings.Contains(out, `"part":1,`) || !strings.Contains(out, `"new":1,`) || strings.Count(out, "\n") != 1 {
		t.Errorf("progress for programs: %s", out)
	}
	got, err := os.ReadFile(bad)
	must(t, err)
	want := latin("Prénom;Téléphone;Région;Reçu €;ligne du fichier;motif\r\n" +
		";7600;\"Ségou; \"\"rive\"\"\";;3;Ce n'est pas un numéro mobile du Mali: 8 chiffres qui commencent par 5 à 9.\r\n" +
		";76000002;Zorglub;é;5;Le lieu n'est pas connu. Ecrivez une région ou un cercle (tinye place list), ou laissez vide.\r\n")
	if !bytes.Equal(got, want) {
		t.Errorf("handed back:\n%q, want\n%q", got, want)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(bad), "*.part")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAListIsRefusedInASentence(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	good := write("good.csv", "téléphone;région\n76000001;Gao\n")
	for name, c := range map[string]struct {
		as, want string
		args     []string
	}{
		"no file":    {"AMI", "n'existe pas", []string{filepath.Join(dir, "none.csv"), "--source", "x"}},
		"no heads":   {"AMI", "nomme les colonnes", []string{write("bare.csv", "76000001;Gao\n"), "--source", "x"}},
		"a picture":  {"AMI", "ni un CSV", []string{write("a.png", "\x89PNG\x00\x00"), "--source", "x"}},
		"a verifier": {"CISSE", "coordinator", []string{good, "--source", "x"}},
		"no source":  {"AMI", "--source", []string{good, "--source", " "}},
		"a place":    {"AMI", "ml_ct_2023:ML07", []string{good, "--source", "x", "--place", "Gao"}},
		"a bad file": {"AMI", "--bad", []string{write("bad.csv", "téléphone;région\n1;Gao\n"), "--source", "x", "--bad", filepath.Join(dir, "none", "b.csv")}},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs, code := s.desk(c.as, append([]string{"people", "import"}, c.args...)...)
			if code != exitFailed || !strings.Contains(errs, c.want) || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit %d: %q, want %q", code, errs, c.want)
			}
		})
	}
	if _, code := tinyeRun("people", "import", good); code != exitConfig {
		t.Errorf("without a source: exit %d", code)
	}
	if help, code := tinyeRun("people", "import", "--help"); code != 0 || !strings.Contains(help, "attend qu'on demande son") {
		t.Errorf("exit %d: %s", code, help)
	}
}
