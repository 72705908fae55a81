package config

import (
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the machine may have none

	"github.com/BurntSushi/toml"

	"tinye/bot"
)

// full is a file with every key, none of them at its default where that shows.
const full = `[site]
name = "INFOVRAI"
id = "gao"
languages = ["bam", "fr"]
desk_language = "bm"
timezone = "Europe/Paris"
region = "BF"
danger_number = "+223 80 00 12 34"
free_to_user = true
answer_within = "24h"
bulletin_cap = 3
allow_unreviewed = ["bam"]
locales = "languages"
wire = "ascii"
demo = false
[hours]
mon = ["14:00-24:00", "08:00-12:30"]
sun = ["10:00-11:00"]
holidays = ["2026-12-25", 2027-01-01]
[desk]
clock = "working_hours"
[quiet]
from = "22:00"
to = "06:30"
[limits]
flood_burst = 0
flood_day = 30
join = "0s"
[storage]
path = "db/t.db"
key = "/media/t.key"
[web]
listen = "0.0.0.0:9090"
callback = "https://192.168.1.2:9090/"
secret = "0123456789abcdef_-"
[admin]
socket = "t.sock"
[outbox]
paused = true
fail_over = "1h"
fail_over_urgent = "90s"
[ussd]
code = "*384*7#"
sms_number = "36 000"
places = ["ml_ct_2023:ML0701", "ocha_cod_2021:ML05"]
call_back = true
idle = "90s"
[retention]
texts_days = 60
numbers_days = 400
backups = "/srv/copies"
backups_days = 14
[[gateway]]
name = "kannel"
type = "kannel"
rate = 2
in_flight = 5
timeout = "3s"
allow_from = ["127.0.0.1", "192.168.1.0/24"]
price = 15
ussd_septets = 150
[gateway.kannel]
url = "http://192.168.1.9:13013/cgi-bin/sendsms"
username = "tinye"
password = "s3same-open"
from = "36000"
smsc = "orange"
dlr_mask = 19
[[gateway]]
name = "phone"
type = "generic"
allow_from = ["192.168.1.7/32"]
[gateway.generic]
url = "http://192.168.1.7:8090/messages"
token = "t0ken-of-phone"
[[gateway]]
name = "at"
type = "africastalking"
allow_from = ["0.0.0.0/0"]
[gateway.africastalking]
url = "https://api.sandbox.africastalking.com/version1/"
username = "sandbox"
api_key = "atsk_0123"
from = "INFOVRAI"
[[route]]
prefix = "+2236"
gateways = ["kannel", "at"]
[[route]]
prefix = "+223"
gateways = ["at"]
`

func TestParseEveryKey(t *testing.T) {
	got, err := Parse("tinye.toml", []byte(full), "/etc/tinye")
	if err != nil {
		t.Fatal(err)
	}
	if ps := got.Check(); len(ps) > 0 {
		t.Errorf("problems:\n%v", ps)
	}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Site: Site{
			Name: "INFOVRAI", ID: "gao", Languages: []bot.Lang{bot.Bambara, bot.French}, DeskLanguage: bot.Bambara, Zone: paris,
			Region: "BF", DangerNumber: "+223 80 00 12 34", FreeToUser: true, AnswerWithin: 24 * time.Hour, BulletinCap: 3,
			AllowUnreviewed: []bot.Lang{bot.Bambara}, Locales: "/etc/tinye/languages", Wire: WireASCII,
		},
		Hours: &Hours{
			Week:     [7][]Span{0: {{480, 750}, {840, 1440}}, 6: {{600, 660}}},
			Holidays: []Date{{2026, time.December, 25}, {2027, time.January, 1}},
		},
		Desk:    Desk{Clock: bot.ClockWorkingHours},
		Quiet:   Span{22 * 60, 6*60 + 30},
		Limits:  Limits{FloodDay: 30},
		Storage: Storage{Path: "/etc/tinye/db/t.db", Key: "/media/t.key"},
		Web:     Web{Listen: "0.0.0.0:9090", Callback: "https://192.168.1.2:9090", Secret: NewSecret("0123456789abcdef_-")},
		Admin:   Admin{Socket: "/etc/tinye/t.sock"},
		Outbox:  Outbox{Paused: true, FailOver: time.Hour, FailOverUrgent: 90 * time.Second},
		USSD: USSD{
			Code: "*384*7#", SMSNumber: "36 000", CallBack: true, Idle: 90 * time.Second,
			Places: []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}, {Scheme: bot.SchemeOCHA2021, Code: "ML05"}},
		},
		Retention: Retention{TextsDays: 60, NumbersDays: 400, Backups: "/srv/copies", BackupsDays: 14},
		Gateways: []Gateway{{
			Name: "kannel", Type: GatewayKannel, Rate: 2, InFlight: 5, Timeout: 3 * time.Second, Price: 15, USSDSeptets: 150,
			AllowFrom: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("192.168.1.0/24")},
			Kannel: &Kannel{URL: "http://192.168.1.9:13013/cgi-bin/sendsms", Username: "tinye", Password: NewSecret("s3same-open"),
				From: "36000", SMSC: "orange", DLRMask: 19},
		}, {
			Name: "phone", Type: GatewayGeneric, Rate: 1, InFlight: 1, Timeout: 10 * time.Second, USSDSeptets: 160,
			AllowFrom: []netip.Prefix{netip.MustParsePrefix("192.168.1.7/32")},
			Generic:   &Generic{URL: "http://192.168.1.7:8090/messages", Token: NewSecret("t0ken-of-phone")},
		}, {
			Name: "at", Type: GatewayAfricasTalking, Rate: 1, InFlight: 1, Timeout: 10 * time.Second, USSDSeptets: 160,
			AllowFrom: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")},
			AfricasTalking: &AfricasTalking{URL: "https://api.sandbox.africastalking.com/version1", Username: "sandbox",
				APIKey: NewSecret("atsk_0123"), From: "INFOVRAI"},
		}},
		Routes: []Route{{Prefix: "+2236", Gateways: []string{"kannel", "at"}}, {Prefix: "+223", Gateways: []string{"at"}}},
		origin: got.origin,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got.Effective(), want.Effective())
	}
}

// small is the least a file must say.
const small = `[site]
name = "INFOVRAI"
id = "gao"
danger_number = "80001234"
[web]
secret = "0123456789abcdef"
[[gateway]]
name = "sim"
type = "generic"
allow_from = ["127.0.0.1/32"]
[gateway.generic]
url = "http://127.0.0.1:8090/messages"
token = "t0ken"
`

func TestDefaults(t *testing.T) {
	cfg, err := Parse("tinye.toml", []byte(small), "/srv")
	if err != nil {
		t.Fatal(err)
	}
	if ps := cfg.Check(); len(ps) > 0 {
		t.Errorf("problems:\n%v", ps)
	}
	if cfg.Hours != nil {
		t.Error("without [hours] the desk is not always open")
	}
	for _, line := range []string{`languages = ["fra", "bam"]`, `desk_language = "fra"`, `timezone = "Africa/Bamako"`, `region = "ML"`,
		`answer_within = ""`, `bulletin_cap = 2`, `wire = "gsm-accent"`, `clock = "elapsed"`, `from = "21:00"`, `to = "07:00"`, `flood_burst = 5`,
		`flood_day = 20`, `join = "10m"`, `path = "/srv/var/tinye.db"`, `key = "/srv/var/tinye.key"`,
		`socket = "/srv/var/admin.sock"`, `listen = "127.0.0.1:8080"`, `callback = "http://127.0.0.1:8080"`, `paused = false`,
		`fail_over = "10m"`, `fail_over_urgent = "2m"`,
		`rate = 1`, `in_flight = 1`, `timeout = "10s"`, `price = 0`,
		`ussd_septets = 160`, `code = ""`, `sms_number = ""`, `places = []`, `call_back = false`, `idle = "3m"`,
		`texts_days = 90`, `numbers_days = 365`, `backups = ""`, `backups_days = 30`} {
		if !slices.Contains(strings.Split(cfg.Effective(), "\n"), line) {
			t.Errorf("not in the effective configuration: %s", line)
		}
	}
}

// What config check prints is a configuration again, the same but for the secrets.
func TestEffectiveReadsBack(t *testing.T) {
	first, err := Parse("tinye.toml", []byte(full), "/etc/tinye")
	if err != nil {
		t.Fatal(err)
	}
	printed := first.Effective()
	second, err := Parse("printed", []byte(printed), "/elsewhere")
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	if again := second.Effective(); again != printed {
		t.Errorf("first\n%s\nthen\n%s", printed, again)
	}
}

func TestExample(t *testing.T) {
	path := filepath.Join("..", "..", "scripts", "tinye.toml.example")
	cfg, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, p := range cfg.Check() {
		if p.Kind != Placeholder || p.Line == 0 {
			t.Errorf("not only a placeholder, or without a line: %v", p)
		}
		keys = append(keys, p.Key)
	}
	want := []string{"site.name", "site.danger_number", "hours.mon", "hours.tue", "hours.wed", "hours.thu", "hours.fri",
		"web.secret", "gateway[1].kannel.password", "gateway[1].kannel.from"}
	if !slices.Equal(keys, want) {
		t.Errorf("placeholders %v, want %v", keys, want)
	}
	if cfg.Check().Err() == nil {
		t.Error("placeholders do not keep Tinye from starting")
	}
	cfg.Site.Demo = true
	if err := cfg.Check().Err(); err != nil {
		t.Errorf("the demo does not take placeholders: %v", err)
	}

	// The values that stand behind a # are the defaults.
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "#"); ok && !strings.HasPrefix(rest, " ") {
			line = rest
		}
		all.WriteString(line)
	}
	shown, err := Parse("example", []byte(all.String()), filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Site.Demo = false
	if shown.Effective() != cfg.Effective() {
		t.Errorf("shown\n%s\neffective\n%s", shown.Effective(), cfg.Effective())
	}
}

func TestDemo(t *testing.T) {
	dir := t.TempDir()
	cfg := Demo(dir, "http://127.0.0.1:8090/messages", "http://127.0.0.1:8090/at/version1")
	if ps := cfg.Check(); len(ps) > 0 {
		t.Errorf("problems:\n%v", ps)
	}
	var urls []string
	for _, g := range cfg.Gateways {
		urls = append(urls, g.Name+" "+g.url())
	}
	if want := []string{"sim http://127.0.0.1:8090/messages", "at http://127.0.0.1:8090/at/version1"}; !slices.Equal(urls, want) {
		t.Errorf("gateways %q, want %q", urls, want)
	}
	if cfg.USSD.Code == "" || cfg.USSD.SMSNumber == "" || len(cfg.USSD.Places) != 4 {
		t.Errorf("the menus of the demo: %+v", cfg.USSD)
	}
	for _, path := range []string{cfg.Storage.Path, cfg.Storage.Key, cfg.Admin.Socket} {
		if filepath.Dir(path) != dir {
			t.Errorf("%s is not below %s", path, dir)
		}
	}
	if _, err := toml.Decode(cfg.Effective(), &map[string]any{}); err != nil {
		t.Errorf("not TOML: %v", err)
	}
	other := Demo(dir, "", "")
	if other.Web.Secret.Reveal() == cfg.Web.Secret.Reveal() {
		t.Error("two demos have the same secret")
	}
	if len(other.Gateways) != 1 {
		t.Errorf("without an address for it there is a second gateway: %+v", other.Gateways)
	}
}

// Every key the parser sees has a line here too, in the file as people write it.
func TestLineNumbers(t *testing.T) {
	lines := lineNumbers([]byte(full))
	for key, text := range map[string]string{
		"site": "[site]", "site.wire": `wire = "ascii"`, "limits.join": `join = "0s"`, "gateway[1].price": "price = 15",
		"gateway[1].kannel.dlr_mask": "dlr_mask = 19", "gateway[2].name": `name = "phone"`, "gateway[2].generic.token": `token = "t0ken-of-phone"`,
		"route[2].gateways": `gateways = ["at"]`, "route[1].prefix": `prefix = "+2236"`,
	} {
		if got := strings.Split(full, "\n")[lineOf(lines, key)-1]; got != text {
			t.Errorf("%s: line %q, want %q", key, got, text)
		}
	}
	if got := lineOf(lines, "gateway[2].generic.nothing"); got != lines["gateway[2].generic"] {
		t.Errorf("a key that does not stand there: line %d", got)
	}
}
