package config

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// find gives all problems of a configuration, whether Parse or Check finds them.
func find(data, dir string) Problems {
	cfg, err := Parse("tinye.toml", []byte(data), dir)
	if ps, ok := errors.AsType[Problems](err); ok {
		return ps
	}
	return cfg.Check()
}

// Each change of the full file gives this one problem, at this key, on this line, with this in its sentence.
func TestEveryWrongValueHasItsSentence(t *testing.T) {
	long := strings.Repeat("d", 108)
	tests := []struct {
		old, changed string
		kind         Kind
		key, says    string
	}{
		{`name = "INFOVRAI"`, `name = ""`, Wrong, "site.name", "choose a neutral one"},
		{`name = "INFOVRAI"`, `name = "INFO-VRAIE-12"`, Wrong, "site.name", "longer than 11"},
		{`name = "INFOVRAI"`, `name = "Vérité"`, Wrong, "site.name", "without accents"},
		{`name = "INFOVRAI"`, `name = "INFO "`, Wrong, "site.name", "spaces between"},
		{`name = "INFOVRAI"`, `name = "CHANGE"`, Placeholder, "site.name", "put your own"},
		{`name = "INFOVRAI"`, `name = "<name>"`, Placeholder, "site.name", "put your own"},
		{`name = "INFOVRAI"`, `name = 7`, Wrong, "site.name", `written like name = "INFOVRAI"`},
		{`name = "INFOVRAI"`, "name = \"INFOVRAI\"\nnmae = 1", Wrong, "site.nmae", "no such setting; known in [site] are: name, id"},
		{`name = "INFOVRAI"`, "Name = \"I\"\nname = \"INFOVRAI\"", Wrong, "site.Name", "no such setting"},
		{`[site]`, "colour = 1\n[site]", Wrong, "colour", "no such setting; known at the top are: site, hours"},
		{`id = "gao"`, `id = "Gao"`, Wrong, "site.id", "small letters"},
		{`id = "gao"`, `id = "gao-and-surroundings"`, Wrong, "site.id", "1 to 16"},
		{`languages = ["bam", "fr"]`, `languages = ["bam", "xyz"]`, Wrong, "site.languages", `language "xyz"`},
		{`languages = ["bam", "fr"]`, `languages = ["bam", "bm"]`, Wrong, "site.languages", "twice"},
		{`languages = ["bam", "fr"]`, `languages = "bam"`, Wrong, "site.languages", `languages = ["fra"]`},
		{`languages = ["bam", "fr"]`, `languages = ["bam", 1]`, Wrong, "site.languages", "double quotes"},
		{`languages = ["bam", "fr"]`, `languages = ["fra"]`, Wrong, "site.allow_unreviewed", "not among site.languages"},
		{`desk_language = "bm"`, `desk_language = "english"`, Wrong, "site.desk_language", `language "english"`},
		{`timezone = "Europe/Paris"`, `timezone = "Africa/Bamaco"`, Wrong, "site.timezone", `"Africa/Bamaco" is no time zone`},
		{`timezone = "Europe/Paris"`, `timezone = "Local"`, Wrong, "site.timezone", "no time zone"},
		{`timezone = "Europe/Paris"`, `timezone = ""`, Wrong, "site.timezone", "no time zone"},
		{`region = "BF"`, `region = "Mali"`, Wrong, "site.region", "two capital letters"},
		{`danger_number = "+223 80 00 12 34"`, `danger_number = ""`, Wrong, "site.danger_number", "in danger are to call"},
		{`danger_number = "+223 80 00 12 34"`, `danger_number = "police"`, Wrong, "site.danger_number", "2 to 15 digits"},
		{`danger_number = "+223 80 00 12 34"`, `danger_number = "00000000"`, Placeholder, "site.danger_number", "put your own"},
		{`free_to_user = true`, `free_to_user = "yes"`, Wrong, "site.free_to_user", "true or false"},
		{`answer_within = "24h"`, `answer_within = "1 day"`, Wrong, "site.answer_within", "no length of time"},
		{`answer_within = "24h"`, `answer_within = "90m"`, Wrong, "site.answer_within", "whole hours"},
		{`answer_within = "24h"`, `answer_within = "-1h"`, Wrong, "site.answer_within", "whole hours"},
		{`bulletin_cap = 3`, `bulletin_cap = 0`, Wrong, "site.bulletin_cap", "1 to 14"},
		{`bulletin_cap = 3`, `bulletin_cap = 15`, Wrong, "site.bulletin_cap", "1 to 14"},
		{`bulletin_cap = 3`, `bulletin_cap = 9999999999`, Wrong, "site.bulletin_cap", "too large"},
		{`wire = "ascii"`, `wire = "utf-8"`, Wrong, "site.wire", "gsm-accent"},

		{`sun = ["10:00-11:00"]`, `sun = ["11:00-10:00"]`, Wrong, "hours.sun", "no part of a day"},
		{`sun = ["10:00-11:00"]`, `sun = ["10-11"]`, Wrong, "hours.sun", "no part of a day"},
		{`sun = ["10:00-11:00"]`, `sun = ["10:00-24:01"]`, Wrong, "hours.sun", "no part of a day"},
		{`sun = ["10:00-11:00"]`, `sun = ["10:00-12:00", "11:00-13:00"]`, Wrong, "hours.sun", "overlap"},
		{`sun = ["10:00-11:00"]`, `sun = ["<10:00-11:00>"]`, Placeholder, "hours.sun", "put your own"},
		{`sun = ["10:00-11:00"]`, `sunday = ["10:00-11:00"]`, Wrong, "hours.sunday", "no such setting"},
		{"mon = [\"14:00-24:00\", \"08:00-12:30\"]\nsun = [\"10:00-11:00\"]", `mon = []`, Wrong, "hours", "never be open"},
		{`holidays = ["2026-12-25", 2027-01-01]`, `holidays = ["25/12/2026"]`, Wrong, "hours.holidays", "no date"},
		{`holidays = ["2026-12-25", 2027-01-01]`, `holidays = ["2026-02-30"]`, Wrong, "hours.holidays", "no date"},
		{`holidays = ["2026-12-25", 2027-01-01]`, `holidays = ["2026-12-25", "2026-12-25"]`, Wrong, "hours.holidays", "twice"},
		{`holidays = ["2026-12-25", 2027-01-01]`, `holidays = ["CHANGE"]`, Placeholder, "hours.holidays", "put your own"},
		{`clock = "working_hours"`, `clock = "office"`, Wrong, "desk.clock", "open_days"},
		{`clock = "working_hours"`, `clock = ""`, Wrong, "desk.clock", "elapsed"},
		{"[hours]\nmon = [\"14:00-24:00\", \"08:00-12:30\"]\nsun = [\"10:00-11:00\"]\nholidays = [\"2026-12-25\", 2027-01-01]\n", "", Wrong, "desk.clock", "[hours]"},
		{`from = "22:00"`, `from = "24:00"`, Wrong, "quiet.from", "midnight"},
		{`to = "06:30"`, `to = "6:30"`, Wrong, "quiet.to", "no time of day"},
		{`flood_burst = 0`, `flood_burst = -1`, Wrong, "limits.flood_burst", "0 for no limit"},
		{`flood_burst = 0`, `flood_burst = 31`, Wrong, "limits.flood_burst", "never be reached"},
		{`flood_day = 30`, `flood_day = -1`, Wrong, "limits.flood_day", "0 for no limit"},
		{`join = "0s"`, `join = "25h"`, Wrong, "limits.join", `"24h"`},
		{`join = "0s"`, `join = 10`, Wrong, "limits.join", `join = "10m"`},

		{`path = "db/t.db"`, `path = ""`, Wrong, "storage.path", "name the file of the database"},
		{`path = "db/t.db"`, `path = "/media/t.key"`, Wrong, "storage.key", "same file"},
		{`socket = "t.sock"`, `socket = "/media/t.key"`, Wrong, "admin.socket", "same file"},
		{`socket = "t.sock"`, `socket = "` + long + `"`, Wrong, "admin.socket", "107 bytes"},
		{`listen = "0.0.0.0:9090"`, `listen = "9090"`, Wrong, "web.listen", "address and port"},
		{`listen = "0.0.0.0:9090"`, `listen = "hub.lan:9090"`, Wrong, "web.listen", "address and port"},
		{`listen = "0.0.0.0:9090"`, `listen = ":0"`, Wrong, "web.listen", "port 0"},
		{`listen = "0.0.0.0:9090"`, `listen = "127.0.0.1:9090"`, Warning, "web.callback", `listen on ":9090"`},
		{`callback = "https://192.168.1.2:9090/"`, `callback = ""`, Wrong, "web.callback", "under which gateways reach us"},
		{`callback = "https://192.168.1.2:9090/"`, `callback = "192.168.1.2:9090"`, Wrong, "web.callback", "no web address"},
		{`callback = "https://192.168.1.2:9090/"`, `callback = "ftp://192.168.1.2"`, Wrong, "web.callback", "no web address"},
		{`secret = "0123456789abcdef_-"`, ``, Wrong, "web.secret", "missing"},
		{`secret = "0123456789abcdef_-"`, `secret = "short"`, Wrong, "web.secret", "at least 16"},
		{`secret = "0123456789abcdef_-"`, `secret = "0123456789abcdef/"`, Wrong, "web.secret", "at least 16"},
		{`secret = "0123456789abcdef_-"`, `secret = "CHANGE"`, Placeholder, "web.secret", "put your own"},
		{`secret = "0123456789abcdef_-"`, "secret = \"0123456789abcdef\"\nsecret_file = \"x\"", Wrong, "web.secret", "keep one of them"},
		{`secret = "0123456789abcdef_-"`, `secret_file = "nowhere"`, Wrong, "web.secret_file", "no such file"},
		{`paused = true`, `paused = 1`, Wrong, "outbox.paused", "true or false"},

		{`name = "phone"`, `name = "Phone 1"`, Wrong, "gateway[2].name", "small letters"},
		{`name = "phone"`, `name = "kannel"`, Wrong, "gateway[2].name", "its own"},
		{`type = "generic"`, `type = "twilio"`, Wrong, "gateway[2].type", `"kannel", "generic" or "africastalking"`},
		{"type = \"generic\"\n", "", Wrong, "gateway[2].type", `"kannel", "generic" or "africastalking"`},
		{`rate = 2`, `rate = 0`, Wrong, "gateway[1].rate", "more than 0"},
		{`rate = 2`, `rate = nan`, Wrong, "gateway[1].rate", "more than 0"},
		{`rate = 2`, `rate = inf`, Wrong, "gateway[1].rate", "more than 0"},
		{`rate = 2`, `rate = "fast"`, Wrong, "gateway[1].rate", "a number"},
		{`in_flight = 5`, `in_flight = 51`, Wrong, "gateway[1].in_flight", "1 to 50"},
		{`timeout = "3s"`, `timeout = "10ms"`, Wrong, "gateway[1].timeout", `"1s" to "2m"`},
		{`price = 15`, `price = -1`, Wrong, "gateway[1].price", "XOF"},
		{`allow_from = ["192.168.1.7/32"]`, `allow_from = ["phone"]`, Wrong, "gateway[2].allow_from", "no network"},
		{`allow_from = ["192.168.1.7/32"]`, `allow_from = ["192.168.1.7/24"]`, Wrong, "gateway[2].allow_from", `"192.168.1.0/24"`},
		{`allow_from = ["192.168.1.7/32"]`, ``, Warning, "gateway[2].allow_from", "addresses it calls from"},
		{`url = "http://192.168.1.9:13013/cgi-bin/sendsms"`, ``, Wrong, "gateway[1].kannel.url", "smsbox"},
		{`url = "http://192.168.1.9:13013/cgi-bin/sendsms"`, `url = "sendsms"`, Wrong, "gateway[1].kannel.url", "no web address"},
		{`username = "tinye"`, ``, Wrong, "gateway[1].kannel.username", "sendsms-user"},
		{`username = "tinye"`, `username = "<name>"`, Placeholder, "gateway[1].kannel.username", "put your own"},
		{`password = "s3same-open"`, ``, Wrong, "gateway[1].kannel.password", "missing"},
		{`password = "s3same-open"`, `password = "CHANGE_ME"`, Placeholder, "gateway[1].kannel.password", "put your own"},
		{`from = "36000"`, ``, Wrong, "gateway[1].kannel.from", "our own number"},
		{`from = "36000"`, `from = "Vérité"`, Wrong, "gateway[1].kannel.from", "3 to 15 digits"},
		{`from = "36000"`, `from = "EXAMPLE"`, Placeholder, "gateway[1].kannel.from", "put your own"},
		{`dlr_mask = 19`, `dlr_mask = 32`, Wrong, "gateway[1].kannel.dlr_mask", "31 is all"},
		{`dlr_mask = 19`, `dlr_mask = 8`, Warning, "gateway[1].kannel.dlr_mask", "what became of a message"},
		{`url = "http://192.168.1.7:8090/messages"`, ``, Wrong, "gateway[2].generic.url", "where messages are sent"},
		{`token = "t0ken-of-phone"`, ``, Wrong, "gateway[2].generic.token", "missing"},
		{`token = "t0ken-of-phone"`, `token = "a\nb"`, Wrong, "gateway[2].generic.token", "control character"},

		{`code = "*384*7#"`, `code = "384"`, Wrong, "ussd.code", "from the star to the hash"},
		{`code = "*384*7#"`, `code = "#384*"`, Wrong, "ussd.code", "from the star to the hash"},
		{`code = "*384*7#"`, `code = "*384*#"`, Wrong, "ussd.code", "from the star to the hash"},
		{`code = "*384*7#"`, `code = "*<384>#"`, Placeholder, "ussd.code", "put your own"},
		{`sms_number = "36 000"`, `sms_number = ""`, Warning, "ussd.sms_number", "to which number"},
		{`sms_number = "36 000"`, `sms_number = "INFO"`, Wrong, "ussd.sms_number", "2 to 15 digits"},
		{`sms_number = "36 000"`, `sms_number = "CHANGE"`, Placeholder, "ussd.sms_number", "put your own"},
		{`"ocha_cod_2021:ML05"`, `"ML05"`, Wrong, "ussd.places", "the list it is from"},
		{`"ocha_cod_2021:ML05"`, `"ml_ct_2023:ML0701"`, Wrong, "ussd.places", "twice"},
		{`"ocha_cod_2021:ML05"`, `"iso_3166_2:ML05"`, Wrong, "ussd.places", "no list of places"},
		{`"ocha_cod_2021:ML05"`, `"ocha_cod_2021:ML050612"`, Wrong, "ussd.places", "neither a region nor a cercle"},
		{`"ocha_cod_2021:ML05"`, `"ocha_cod_2021:Mopti"`, Wrong, "ussd.places", "neither a region nor a cercle"},
		{`"ocha_cod_2021:ML05"`, `"ml_ct_2023:ML05", "ml_ct_2023:ML06", "ml_ct_2023:ML07", "ml_ct_2023:ML08"`, Wrong, "ussd.places", "here are 5 places"},
		{`"ocha_cod_2021:ML05"`, `"<place>"`, Placeholder, "ussd.places", "put your own"},
		{`call_back = true`, `call_back = "yes"`, Wrong, "ussd.call_back", "true or false"},
		{`idle = "90s"`, `idle = "29s"`, Wrong, "ussd.idle", `"30s" to "15m"`},
		{`idle = "90s"`, `idle = "16m"`, Wrong, "ussd.idle", `"30s" to "15m"`},
		{`idle = "90s"`, `hours = 3`, Wrong, "ussd.hours", "known in [ussd] are: code, sms_number"},
		{`texts_days = 60`, `texts_days = 29`, Wrong, "retention.texts_days", "30 to 365"},
		{`texts_days = 60`, `texts_days = 366`, Wrong, "retention.texts_days", "30 to 365"},
		{`numbers_days = 400`, `numbers_days = 0`, Wrong, "retention.numbers_days", "30 to 1095"},
		{`backups_days = 14`, `backups_days = 6`, Wrong, "retention.backups_days", "7 to 365"},
		{`ussd_septets = 150`, `ussd_septets = 119`, Wrong, "gateway[1].ussd_septets", "120 to 182"},
		{`ussd_septets = 150`, `ussd_septets = 183`, Wrong, "gateway[1].ussd_septets", "120 to 182"},
		{`url = "https://api.sandbox.africastalking.com/version1/"`, `url = ""`, Wrong, "gateway[3].africastalking.url", "api.africastalking.com"},
		{`url = "https://api.sandbox.africastalking.com/version1/"`, `url = "http://api.africastalking.com/version1"`, Wrong,
			"gateway[3].africastalking.url", "https://"},
		{`username = "sandbox"`, ``, Wrong, "gateway[3].africastalking.username", "name of the application"},
		{`username = "sandbox"`, `username = "CHANGE"`, Placeholder, "gateway[3].africastalking.username", "put your own"},
		{`api_key = "atsk_0123"`, ``, Wrong, "gateway[3].africastalking.api_key", "missing"},
		{`api_key = "atsk_0123"`, `api_key = "atsk 0123"`, Wrong, "gateway[3].africastalking.api_key", "copy it again"},
		{`api_key = "atsk_0123"`, `api_key = "CHANGE"`, Placeholder, "gateway[3].africastalking.api_key", "put your own"},
		{`from = "INFOVRAI"`, `from = "Vérité"`, Wrong, "gateway[3].africastalking.from", "3 to 15 digits"},
		{`demo = false`, `demo = true`, Warning, "site.demo", "real people"},
		{`prefix = "+2236"`, `prefix = "6"`, Wrong, "route[1].prefix", "how the numbers begin"},
		{`prefix = "+2236"`, `prefix = 2236`, Wrong, "route[1].prefix", `prefix = "+2236"`},
		{`prefix = "+223"
`, `prefix = "+2236"
`, Wrong, "route[2].prefix", "make them one"},
		{`gateways = ["at"]`, `gateways = []`, Wrong, "route[2].gateways", "no gateway carries SMS"},
		{`gateways = ["at"]`, `gateways = ["orange"]`, Wrong, "route[2].gateways", `no gateway with the name "orange"`},
		{`gateways = ["kannel", "at"]`, `gateways = ["kannel", "kannel"]`, Wrong, "route[1].gateways", "from itself"},
		{`gateways = ["at"]`, "gateways = [\"at\"]\nprice = 3", Wrong, "route[2].price", "no such setting"},
		{`fail_over = "1h"`, `fail_over = "10s"`, Wrong, "outbox.fail_over", `"1m" to "24h"`},
		{`fail_over_urgent = "90s"`, `fail_over_urgent = "48h"`, Wrong, "outbox.fail_over_urgent", `"1m" to "24h"`},
		{`fail_over_urgent = "90s"`, `fail_over_urgent = "2h"`, Wrong, "outbox.fail_over_urgent", "longer (2h) than all others (1h)"},
	}
	for _, tt := range tests {
		t.Run(tt.changed, func(t *testing.T) {
			if strings.Count(full, tt.old) == 0 {
				t.Fatalf("%q does not stand in the file", tt.old)
			}
			ps := find(strings.Replace(full, tt.old, tt.changed, 1), "/etc/tinye")
			if len(ps) != 1 {
				t.Fatalf("%d problems:\n%v", len(ps), ps)
			}
			p := ps[0]
			if p.Kind != tt.kind || p.Key != tt.key || !strings.Contains(p.Text, tt.says) {
				t.Errorf("got %s %v\nwant %s %s … %s", p.Kind, p, tt.kind, tt.key, tt.says)
			}
			if p.Line == 0 {
				t.Errorf("no line: %v", p)
			}
			if !strings.HasSuffix(p.Text, ".") {
				t.Errorf("no sentence: %s", p.Text)
			}
			if (ps.Err() == nil) != (tt.kind == Warning) {
				t.Errorf("kind %s, and Err gives %v", tt.kind, ps.Err())
			}
		})
	}
}

// The tables that do not belong together, and more than one thing wrong at a time.
func TestWrongCombinations(t *testing.T) {
	generic := "[gateway.generic]\nurl = \"http://127.0.0.1:8090/messages\"\ntoken = \"t0ken\"\n"
	kannel := "[gateway.kannel]\nurl = \"http://127.0.0.1:13013/\"\nusername = \"u\"\npassword = \"p\"\nfrom = \"36000\"\n"
	africasTalking := "[gateway.africastalking]\nusername = \"sandbox\"\napi_key = \"k\"\n"
	tests := []struct {
		name, file string
		keys       []string
	}{
		{"nothing at all", "", []string{"gateway", "site.name", "site.id", "site.danger_number", "web.secret"}},
		{"kannel's type, generic's table", strings.Replace(small, `type = "generic"`, `type = "kannel"`, 1),
			[]string{"gateway[1].kannel", "gateway[1].generic"}},
		{"no table", strings.Replace(small, generic, "", 1), []string{"gateway[1].generic"}},
		{"both tables", small + kannel, []string{"gateway[1].kannel"}},
		{"all three tables", small + kannel + africasTalking, []string{"gateway[1].kannel", "gateway[1].africastalking"}},
		{"africastalking's type, generic's table", strings.Replace(small, `type = "generic"`, `type = "africastalking"`, 1),
			[]string{"gateway[1].africastalking", "gateway[1].generic"}},
		{"one pair of brackets", strings.Replace(small, "[[gateway]]", "[gateway]", 1), []string{"gateway"}},
		{"a section that is a value", "web = 1\n" + strings.Replace(small, "[web]\nsecret = \"0123456789abcdef\"\n", "", 1),
			[]string{"web", "web.secret"}},
		{"a demo among real people", strings.NewReplacer(`id = "gao"`, "id = \"gao\"\ndemo = true", `type = "generic"`, `type = "africastalking"`).
			Replace(strings.Replace(small, generic, strings.Replace(africasTalking, "sandbox", "infovrai", 1), 1)),
			[]string{"site.demo", "web.callback"}},
		{"a demo in the sandbox", strings.NewReplacer(`id = "gao"`, "id = \"gao\"\ndemo = true", `type = "generic"`, `type = "africastalking"`).
			Replace(strings.Replace(small, generic, africasTalking, 1)), []string{"web.callback"}},
		{"one pair of brackets around a route", small + "[route]\nprefix = \"+\"\n", []string{"route"}},
		{"no languages", strings.Replace(small, `id = "gao"`, "id = \"gao\"\nlanguages = []", 1), []string{"site.languages"}},
		{"our address is unknown to another machine", strings.Replace(small, "127.0.0.1:8090", "192.168.1.7:8090", 1),
			[]string{"web.callback"}},
		{"wrong type and wrong value", strings.NewReplacer(`id = "gao"`, `id = 3`, `name = "INFOVRAI"`, `name = "é"`).Replace(small),
			[]string{"site.name", "site.id"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := find(tt.file, "/srv")
			for _, key := range tt.keys {
				if !ps.has(key) {
					t.Errorf("nothing is said about %s", key)
				}
			}
			if len(ps) != len(tt.keys) {
				t.Errorf("want problems with %v, got\n%v", tt.keys, ps)
			}
		})
	}
}

func TestSyntaxErrorsHaveALine(t *testing.T) {
	for _, file := range []string{"[site\nname = 1", "[site]\nname = INFOVRAI", "[site]\nid = \"a\"\nid = \"b\"", "[site]\nname = \"x"} {
		_, err := Parse("tinye.toml", []byte(file), "/srv")
		if err == nil || !strings.Contains(err.Error(), "tinye.toml") || !strings.Contains(err.Error(), "(line ") ||
			!strings.Contains(err.Error(), "not TOML") {
			t.Errorf("%q: %v", file, err)
		}
	}
}

func TestProblemString(t *testing.T) {
	for want, p := range map[string]Problem{
		"site.id (line 3): No.":          {Key: "site.id", Line: 3, Kind: Wrong, Text: "No."},
		"gateway: No.":                   {Key: "gateway", Kind: Wrong, Text: "No."},
		"(line 3): No.":                  {Line: 3, Kind: Wrong, Text: "No."},
		"warning: site.id (line 3): No.": {Key: "site.id", Line: 3, Kind: Warning, Text: "No."},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// A code that people are told to dial, with no gateway that brings the dialling, is warned of.
func TestACodeThatNobodyServes(t *testing.T) {
	cfg := Demo("/tmp", "http://127.0.0.1:1/messages", "http://127.0.0.1:1/at")
	warned := func() bool {
		return slices.ContainsFunc(cfg.Check(), func(p Problem) bool { return p.Kind == Warning && p.Key == "ussd.code" })
	}
	if warned() {
		t.Error("the demo's gateways bring USSD")
	}
	cfg.Gateways = cfg.Gateways[:1]
	cfg.Gateways[0].Type, cfg.Gateways[0].Generic = GatewayKannel, nil
	cfg.Gateways[0].Kannel = &Kannel{URL: "http://127.0.0.1:13013/cgi-bin/sendsms", Username: "tinye", Password: NewSecret("x"), From: "36000", DLRMask: 31}
	if !warned() {
		t.Error("Kannel alone brings none")
	}
}
