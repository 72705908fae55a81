package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/hotline"
	"tinye/storage"
	"tinye/storage/seal"
)

// goodConfig is a configuration that passes.
const goodConfig = `
[site]
name = "INFOVRAI"
id = "gao"
danger_number = "80001234"
[hours]
mon = ["10:00-18:00"]
holidays = ["2026-12-25"]
[web]
secret = "a-secret-of-24-characters"
[[gateway]]
name = "sim"
type = "generic"
[gateway.generic]
url = "http://127.0.0.1:8090/messages"
token = "a-token-that-nobody-sees"
`

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tinye.toml")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestConfigCheck(t *testing.T) {
	placeholders := strings.NewReplacer(`"INFOVRAI"`, `"CHANGE"`, `"80001234"`, `"00000000"`).Replace(goodConfig)
	for name, c := range map[string]struct {
		text  string
		flags []string
		code  int
		want  []string
	}{
		"good": {text: goodConfig, want: []string{`name = "INFOVRAI"`, `secret = "(hidden)"`, "flood_burst = 5"}},
		"every problem at once": {
			text: strings.Replace(placeholders, `"gao"`, `"GAO!"`, 1), code: 2,
			want: []string{"site.name", "site.danger_number", "site.id", "is not ready yet"},
		},
		"unknown key":                {text: "[site]\nnaem = \"x\"\n", code: 2, want: []string{"no such setting"}},
		"no TOML":                    {text: "[site\n", code: 2, want: []string{"not TOML"}},
		"no such region":             {text: strings.Replace(goodConfig, "[hours]", "region = \"ZZ\"\n[hours]", 1), code: 2, want: []string{"site.region"}},
		"an example":                 {text: placeholders, flags: []string{"--example"}, want: []string{"nothing wrong but the placeholders"}},
		"an example with a mistake":  {text: strings.Replace(placeholders, `"gao"`, `"GAO!"`, 1), flags: []string{"--example"}, code: 2, want: []string{"site.id", "beyond its placeholders"}},
		"an example that is no TOML": {text: "[site\n", flags: []string{"--example"}, code: 2, want: []string{"not TOML"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := tinyeRun(append([]string{"config", "check", "--config", writeConfig(t, c.text)}, c.flags...)...)
			if code != c.code {
				t.Errorf("exit %d, want %d", code, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
			for _, secret := range []string{"a-secret-of-24", "a-token-that"} {
				if strings.Contains(out, secret) {
					t.Errorf("it shows a secret:\n%s", out)
				}
			}
		})
	}
	if out, code := tinyeRun("config", "check", "--config", "/nowhere/tinye.toml"); code != 2 || !strings.Contains(out, "/nowhere/tinye.toml") {
		t.Errorf("no file: exit %d:\n%s", code, out)
	}
}

// serve refuses what config check refuses, with the code that keeps systemd from trying again, and nothing is made.
func TestServeRefusesPlaceholders(t *testing.T) {
	path := writeConfig(t, strings.NewReplacer(`"INFOVRAI"`, `"CHANGE"`, `"80001234"`, `"00000000"`).Replace(goodConfig))
	out, code := tinyeRun("serve", "--config", path)
	if code != exitConfig || !strings.Contains(out, "site.name") || !strings.Contains(out, "site.danger_number") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "var")); err == nil {
		t.Error("it made something")
	}
}

// What the configuration says is what the hotline keeps to.
func TestSiteFollowsConfiguration(t *testing.T) {
	cfg, err := loadConfig(streams{out: new(output), err: new(output)}, writeConfig(t, goodConfig))
	must(t, err)
	s := siteOf(cfg)
	monday := bot.At(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC))
	if !s.Hours.Open(monday) || s.Hours.Open(monday.Add(24*time.Hour)) || s.Hours.Open(monday.Add(8*time.Hour)) {
		t.Error("the desk is not open on Mondays from 10 to 18 only")
	}
	if _, quiet := s.Quiet.Until(monday.Add(10 * time.Hour)); !quiet {
		t.Error("22:00 is not quiet")
	}
	if !s.Hours.Holidays["2026-12-25"] || s.Service != "INFOVRAI" || s.Danger != "80001234" || s.Limits.Burst != 5 || s.Limits.Join != 10*time.Minute {
		t.Errorf("%+v", s)
	}
	cfg.USSD = config.USSD{Code: "*384#", SMSNumber: "36000", CallBack: true, Idle: time.Minute, Places: []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML07"}}}
	cfg.Gateways[0].USSDSeptets = 140
	menus := hotline.USSD{
		Code: "*384#", SMSNumber: "36000", CallBack: true, Idle: time.Minute, Places: cfg.USSD.Places,
		Septets: map[string]int{cfg.Gateways[0].Name: 140},
	}
	if got := siteOf(cfg).USSD; !reflect.DeepEqual(got, menus) {
		t.Errorf("the menus know %+v, want %+v", got, menus)
	}
	texts, err := printer(cfg, nil)
	must(t, err)
	values := map[string]string{"service": "X", "ref": "482918", "danger": "1"}
	if got := texts.Text(bot.French, "sms.ack_closed", values).Text; !strings.Contains(got, "lun 10h-18h") {
		t.Errorf("the closed desk says %q", got)
	}
	consent := map[string]string{"service": "X", "cap": "2"}
	if got := texts.Text(bot.Bambara, "sms.stop", consent); got.Lang != bot.French {
		t.Errorf("an unreviewed critical text goes out in %s", got.Lang)
	}
}

func TestKeyNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tinye.key")
	out, code := tinyeRun("key", "new", path)
	if code != 0 || !strings.Contains(out, "Clé perdue, données perdues") || !strings.Contains(out, "age1") {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	if strings.Contains(out, "AGE-SECRET-KEY") {
		t.Error("it prints the key")
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	before, err := os.ReadFile(path)
	must(t, err)
	if out, code := tinyeRun("key", "new", path); code != 1 || !strings.Contains(out, "jamais remplacée") {
		t.Errorf("again: exit %d:\n%s", code, out)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if string(before) != string(after) {
		t.Error("the key was overwritten")
	}
}

func TestKeyNewUnderAPassphrase(t *testing.T) {
	dir := t.TempDir()
	path, secret := filepath.Join(dir, "tinye.key"), filepath.Join(dir, "secret")
	must(t, os.WriteFile(secret, []byte("cinq mots\n"), 0o600))
	made := keyNewCmd{File: path, PassphraseFile: secret, workFactor: 10}
	must(t, made.Run(streams{out: new(output), err: new(output)}))
	file, err := seal.ReadMasterKey(path)
	must(t, err)
	if !file.NeedsPassphrase() {
		t.Fatal("it needs no passphrase")
	}
	if _, err := file.Unlock("cinq mots"); err != nil {
		t.Errorf("unlock: %v", err)
	}
	must(t, os.WriteFile(secret, []byte("court\n"), 0o600))
	if out, code := tinyeRun("key", "new", path+"2", "--passphrase-file", secret); code != 1 || !strings.Contains(out, "au moins 8") {
		t.Errorf("a short one: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("key", "new", path+"2", "--passphrase"); code != 1 || !strings.Contains(out, "--passphrase-file") {
		t.Errorf("without a terminal: exit %d:\n%s", code, out)
	}
	if _, err := os.Stat(path + "2"); err == nil {
		t.Error("a key was made all the same")
	}
}

func TestLocales(t *testing.T) {
	if out, code := tinyeRun("locales", "check"); code != 0 || !strings.Contains(out, "Bamanankan: ") || !strings.Contains(out, "missing") {
		t.Errorf("check: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("locales", "check", "--service", strings.Repeat("TRES LONG ", 9)); code != 1 || !strings.Contains(out, "faults in the texts") {
		t.Errorf("check with a name that fits nowhere: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("locales", "sheet", "bam"); code != 0 || !strings.Contains(out, "sms.ack") || !strings.Contains(out, "Bamanankan") {
		t.Errorf("sheet: exit %d:\n%s", code, out)
	}
	for _, lang := range []string{"fra", "xyz"} {
		if out, code := tinyeRun("locales", "sheet", lang); code != 1 {
			t.Errorf("sheet %s: exit %d:\n%s", lang, code, out)
		}
	}
}

// A backup of a running hotline comes back on another machine, that is in another folder with a copy of the key, and what
// may have been sent since is unknown there.
func TestBackupComesBackElsewhere(t *testing.T) {
	s := start(t)
	if out, code := s.phone("--from", "70123456", "--send", "On dit que le pont de Markala est fermé"); code != 0 {
		t.Fatalf("exit %d:\n%s", code, out)
	}
	backup := filepath.Join(s.dir, "backup.tar")
	if out, code := tinyeRun("backup", backup, "--as", "ADAMA", "--socket", s.cfg.Admin.Socket); code != 0 {
		t.Fatalf("backup: exit %d:\n%s", code, out)
	}
	key, err := os.ReadFile(s.cfg.Storage.Key)
	must(t, err)
	s.stop()
	must(t, s.err)

	other := prepare(t)
	elsewhere := demoConfig(other.dir).Storage
	if out, code := tinyeRun("restore", backup, "--data", other.dir); code != 1 || !strings.Contains(out, "plug in the stick") {
		t.Errorf("without the key: exit %d:\n%s", code, out)
	}
	must(t, os.WriteFile(elsewhere.Key, key, 0o600))
	if out, code := tinyeRun("restore", filepath.Join(s.dir, "nothing.tar"), "--data", other.dir); code != 1 || !strings.Contains(out, "nothing.tar ne peut pas être lue") {
		t.Errorf("no backup: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("restore", backup, "--data", other.dir); code != 0 || !strings.Contains(out, "vient de la sauvegarde") {
		t.Fatalf("restore: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("restore", backup, "--data", other.dir); code != 1 || !strings.Contains(out, "--replace") {
		t.Errorf("restore over a database: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("restore", backup, "--replace", "--data", other.dir); code != 0 || !strings.Contains(out, "s'appelle maintenant") {
		t.Errorf("restore --replace: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("compact", "--data", other.dir); code != 0 || !strings.Contains(out, "Mio") {
		t.Errorf("compact: exit %d:\n%s", code, out)
	}
	other.run(false)
	must(t, other.service.Store.View(t.Context(), func(tx storage.Tx) error {
		reports, err := tx.Reports(bot.ReportReceived, storage.Page{})
		if err != nil || len(reports) != 1 {
			t.Errorf("%d reports came back: %v", len(reports), err)
			return err
		}
		in, err := tx.Inbound(reports[0].ID)
		if in.Text != "On dit que le pont de Markala est fermé" {
			t.Error("its text did not")
		}
		return err
	}))
}

func TestCompactWithoutADatabase(t *testing.T) {
	if out, code := tinyeRun("compact", "--data", t.TempDir()); code != 1 || !strings.Contains(out, "il n'y a pas de base dans") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

// restore and compact find a site by its configuration, or the demo by its folder, and not by both.
func TestStoppedSiteIsFound(t *testing.T) {
	path := writeConfig(t, goodConfig)
	database := filepath.Join(filepath.Dir(path), "var", "tinye.db")
	if out, code := tinyeRun("compact", "--config", path); code != 1 || !strings.Contains(out, "il n'y a pas de base dans "+database) {
		t.Errorf("compact --config: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("restore", "backup.tar", "--config", path); code != 1 || !strings.Contains(out, "plug in the stick") {
		t.Errorf("restore --config: exit %d:\n%s", code, out)
	}
	if out, code := tinyeRun("compact", "--config", path, "--data", "var"); code != exitConfig {
		t.Errorf("both: exit %d:\n%s", code, out)
	}
}

func TestStoreFaultsWithoutAFolder(t *testing.T) {
	err := storeFault(&fs.PathError{Op: "open", Path: "/x/tinye.db.new", Err: fs.ErrNotExist}, "/x/tinye.db")
	if !strings.Contains(err.Error(), "the folder of /x/tinye.db is not there") {
		t.Errorf("%v", err)
	}
}

func TestKeyNewSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	if out, code := tinyeRun("key", "new", filepath.Join(dir, "none", "tinye.key")); code != 1 || !strings.Contains(out, filepath.Join(dir, "none")+" n'est pas là") {
		t.Errorf("exit %d: %s", code, out)
	}
	t.Chdir(dir)
	here, err := os.Getwd()
	must(t, err)
	if out, code := tinyeRun("key", "new", "tinye.key"); code != 0 || !strings.Contains(out, `key = "`+filepath.Join(here, "tinye.key")+`"`) {
		t.Errorf("exit %d: %s", code, out)
	}
}

// Callback addresses are printed whole, but for the secret.
func TestConfigCheckPrintsCallbacks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tinye.toml")
	must(t, os.WriteFile(path, []byte(goodConfig), 0o600))
	out, code := tinyeRun("config", "check", "--config", path)
	if code != 0 || strings.Contains(out, "a-secret-of-24") || strings.Count(out, "# callback: ") != 2 ||
		!strings.Contains(out, "# callback: http://127.0.0.1:8080/in/(secret)/sim/mo\n") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

// An aggregator has an address for each kind of callback, and all of them are told.
func TestConfigCheckPrintsTheAggregatorsCallbacks(t *testing.T) {
	out, code := tinyeRun("config", "check", "--config", writeConfig(t, goodConfig+`
[[gateway]]
name = "at"
type = "africastalking"
[gateway.africastalking]
username = "tinye"
api_key = "atsk_that_nobody_sees"
`))
	if code != 0 || strings.Contains(out, "that_nobody_sees") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	for _, route := range []string{"ussd", "event", "mo", "dlr", "optout"} {
		if !strings.Contains(out, "# callback: http://127.0.0.1:8080/in/(secret)/at/"+route+"\n") {
			t.Errorf("no address for %s in:\n%s", route, out)
		}
	}
}

func TestRestoreOfSomethingElse(t *testing.T) {
	s := prepare(t)
	s.key("")
	file := filepath.Join(s.dir, "notes.txt")
	must(t, os.WriteFile(file, []byte(strings.Repeat("not a backup\n", 100)), 0o600))
	if out, code := tinyeRun("restore", file, "--data", s.dir); code != 1 || !strings.Contains(out, "n'est pas une sauvegarde de Tinye") {
		t.Errorf("exit %d: %s", code, out)
	}
}
