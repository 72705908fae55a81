package locales_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/locales"
)

var (
	looksLikeKey    = regexp.MustCompile(`^(sms|ussd|desk|verdict|state)(\.[a-z0-9_]*[a-z0-9])+$`)
	looksLikePrefix = regexp.MustCompile(`^(sms|ussd|desk|verdict|state)\.([a-z0-9_]+[._])*$`) // "verdict." + string(v), "ussd.theme_" + string(t)
	looksLikeKind   = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)                                  // of an event, such as rumour.decided
	looksLikeFile   = regexp.MustCompile(`\.(go|json|txt|toml|sock|db|md)$`)
)

// Every key that Go code or a menu names exists, and every key of the files is named somewhere, whole or by its prefix.
func TestKeysOfTheCodeAndOfTheFiles(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys := c.Keys()
	used := map[string]bool{}
	literals := stringLiterals(t, "..")
	maps.Copy(literals, menuStrings(t, filepath.Join("..", "flows", "data")))
	for literal, file := range literals {
		switch {
		case looksLikeFile.MatchString(literal):
		case looksLikeKey.MatchString(literal):
			used[literal] = true
			if !slices.Contains(keys, literal) {
				t.Errorf("%s names the text %q, which is not in fr.json", file, literal)
			}
		case looksLikePrefix.MatchString(literal):
			found := false
			for _, k := range keys {
				if strings.HasPrefix(k, literal) {
					used[k], found = true, true
				}
			}
			if !found {
				t.Errorf("%s begins a key with %q, and no text begins so", file, literal)
			}
		}
	}
	if _, err := os.Stat(filepath.Join("..", "cmd", "tinye", "run.go")); err != nil {
		t.Log("cmd/tinye/run.go is not there: keys may still wait for the code that uses them")
		return
	}
	for _, k := range keys {
		if !used[k] && !madeFromWords(k) {
			t.Errorf("no code uses the text %q", k)
		}
	}
}

// madeFromWords tells whether a key is made from one of the domain's words; TestEveryVerdictAndStateHasALabel holds those
// to the words that there are.
func madeFromWords(key string) bool {
	return strings.HasPrefix(key, "verdict.") || strings.HasPrefix(key, "state.")
}

// stringLiterals are the string literals of all Go code under root that is not a test, each with a file it stands in; but
// not those of package config, which prints no text and names its fields in the same form (ussd.idle). Files are read
// token by token, so one that does not parse is no obstacle.
func stringLiterals(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, path := range goFiles(t, root) {
		if filepath.Dir(path) == filepath.Join(root, "bot", "config") {
			continue
		}
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var s scanner.Scanner
		s.Init(token.NewFileSet().AddFile(path, -1, len(src)), src, nil, 0)
		for tok := token.ILLEGAL; tok != token.EOF; {
			var lit string
			if _, tok, lit = s.Scan(); tok != token.STRING {
				continue
			}
			if text, err := strconv.Unquote(lit); err == nil {
				found[text] = path
			}
		}
	}
	return found
}

// menuStrings are the strings of the menus in dir, each with a file it stands in.
func menuStrings(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no menus in %s (%v)", dir, err)
	}
	found := map[string]string{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		d := json.NewDecoder(f)
		for {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if text, ok := tok.(string); ok {
				found[text] = path
			}
		}
	}
	return found
}

// goFiles are the paths of all Go code under root that is not a test.
func goFiles(t *testing.T, root string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !d.IsDir() && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			paths = append(paths, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(paths, filepath.Join(root, "bot", "errors.go")) {
		t.Fatalf("%s is not the root of the repository", root)
	}
	return paths
}

// wordings tell under which prefix the words of an enumeration stand: one prefix for each, so that a code has one word
// wherever the desk reads it. Beside them, those of which no value is ever printed, with the reason.
var wordings = map[string]string{
	"bot.AgeBand":           "state.age.",
	"bot.AgentStatus":       "state.agent.",
	"bot.AnswerKind":        "state.answer.",
	"bot.AutoAnswer":        "state.auto.",
	"bot.BroadcastState":    "state.broadcast.",
	"bot.BulletinKind":      "state.bulletin_kind.",
	"bot.BulletinState":     "state.bulletin.",
	"bot.CaseState":         "state.case.",
	"bot.Channel":           "state.channel.",
	"bot.CheckMethod":       "state.method.",
	"bot.CheckResult":       "state.checked.",
	"bot.CloseReason":       "state.closed.",
	"bot.ClosedReason":      "state.ended.",
	"bot.ConsentState":      "state.consent.",
	"bot.Disability":        "state.disability.",
	"bot.DutyState":         "state.duty.",
	"bot.EnrolVia":          "state.enrolled.",
	"bot.HarmQuestion":      "state.harm.",
	"bot.ExitReason":        "state.exit.",
	"bot.HateSpeech":        "state.hate.",
	"bot.IncidentKind":      "state.incident.",
	"bot.Intent":            "state.intent.",
	"bot.Kind":              "state.kind.",
	"bot.Lang":              "state.lang.",
	"bot.MaskKind":          "desk.mask.",
	"bot.MatchMethod":       "state.match.",
	"bot.OutState":          "state.outbound.",
	"bot.QuestionKind":      "state.question.",
	"bot.ReferralKind":      "state.referral.",
	"bot.ReplyBy":           "state.reply_by.",
	"bot.ReportLabel":       "state.label.",
	"bot.ReportState":       "state.report.",
	"bot.Residence":         "state.residence.",
	"bot.RiskFlag":          "state.flag.",
	"bot.RiskLevel":         "state.risk.",
	"bot.Role":              "state.role.",
	"bot.RumourState":       "state.rumour.",
	"bot.RumourTheme":       "state.theme.",
	"bot.Sex":               "state.sex.",
	"bot.SkipReason":        "state.skipped.",
	"bot.SourceType":        "state.source.",
	"bot.StockKind":         "state.stock.",
	"bot.Supports":          "state.supports.",
	"alarm words":           "state.alarm.",
	"bot.Helpful":           "state.helped.",
	"bot.Theme":             "ussd.theme_",
	"bot.TranslationState":  "state.translation.",
	"bot.VariantChannel":    "state.variant.",
	"bot.Verdict":           "verdict.",
	"bot.VettingCheck":      "state.check.",
	"bot.VettingState":      "state.vetting.",
	"rumour.CallOutcome":    "state.call.",
	"rumour.Near":           "state.near.",
	"rumour.Stage":          "state.stage.",
	"rumour.Verb":           "state.verb.",
	"rumour risk's reasons": "state.why.",
	"ways in":               "state.via.",
}

var wordless = map[string]string{
	"bot.AddressKind":  "tells numbers from names of senders, for the program",
	"bot.Class":        "what the program made of a message; the desk sees its report",
	"bot.Code":         "comes with a sentence",
	"bot.DeskClock":    "stands in the configuration alone",
	"bot.Encoding":     "a name of its own: GSM-7, UCS-2",
	"bot.ErasureKind":  "stands in the ledger alone; the desk reads counts",
	"bot.InboundEvent": "what a gateway tells the program",
	"bot.LangSource":   "for the program",
	"bot.Lane":         "for the program, and a label of the metrics",
	"bot.PlaceScheme":  "part of a code that is typed; the name of the place stands beside it",
	"bot.RefKind":      "for the program",
	"bot.SendState":    "the desk reads a sentence",
	"bot.SessionEnd":   "the desk reads counts",
	"rumour.Guard":     "comes with a sentence",
}

// Code makes keys from the domain's words, so each word needs its text: a value or an enumeration that is added and that
// nobody has worded for the desk fails here.
func TestEveryVerdictAndStateHasALabel(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	values := enumerations(t)
	values["ways in"] = []string{"socket", "sms", "web", "sweep"}
	values["alarm words"] = append(alarmCodes(t), "soon")
	values["rumour risk's reasons"] = append(values["rumour risk's reasons"], "score") // score_4: the number is a value
	want := map[string]bool{}
	for name, codes := range values {
		prefix, worded := wordings[name]
		if worded == (wordless[name] != "") {
			t.Errorf("say of %s either under which prefix its words stand or why nobody reads it", name)
		}
		for _, code := range codes {
			want[prefix+code] = worded
		}
	}
	for name := range wordings {
		if len(values[name]) == 0 {
			t.Errorf("%s has no values: it is no enumeration any more", name)
		}
	}
	keys := c.Keys()
	for key, worded := range want {
		if worded && !slices.Contains(keys, key) {
			t.Errorf("fr.json has no text %s", key)
		}
	}
	for _, key := range keys {
		if madeFromWords(key) && !want[key] {
			t.Errorf("%s is a word for nothing", key)
		}
	}
}

// Every kind of event has its words: the list of what people did is for the desk to read. Kinds that code makes from a
// state stand here whole.
func TestEveryKindOfEventHasWords(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	families := map[string]bool{}
	for _, key := range c.Keys() {
		if kind, ok := strings.CutPrefix(key, "desk.event."); ok {
			family, _, _ := strings.Cut(kind, "_")
			families[family] = true
		}
	}
	kinds := map[string]string{"sending.paused": "", "sending.cut": ""}
	for literal, file := range stringLiterals(t, "..") {
		if family, _, ok := strings.Cut(literal, "."); ok && families[family] && looksLikeKind.MatchString(literal) &&
			!looksLikeFile.MatchString(literal) {
			kinds[literal] = file
		}
	}
	for _, state := range enumerations(t)["bot.CaseState"] {
		if state != "new" {
			kinds["protection."+state] = ""
		}
	}
	if len(kinds) < 60 {
		t.Fatalf("only %d kinds of event were found in the code", len(kinds))
	}
	for kind, file := range kinds {
		if key := "desk.event." + strings.ReplaceAll(kind, ".", "_"); !slices.Contains(c.Keys(), key) {
			t.Errorf("%s notes %s: there is no text %s", file, kind, key)
		}
	}
}

// alarmCodes are what the alarm words of the data file are about.
func alarmCodes(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "bot", "hotline", "alarm.json"))
	if err != nil {
		t.Fatal(err)
	}
	var words struct{ Alone map[string]json.RawMessage }
	if err := json.Unmarshal(data, &words); err != nil || len(words.Alone) == 0 {
		t.Fatalf("no alarm words (%v)", err)
	}
	return slices.Sorted(maps.Keys(words.Alone))
}

// enumerations are the values of the exported string types of packages bot and rumour, by type, and the reasons for a risk,
// which have no type.
func enumerations(t *testing.T) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for _, dir := range []string{filepath.Join("..", "bot"), filepath.Join("..", "bot", "rumour")} {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no code in %s (%v)", dir, err)
		}
		for _, path := range paths {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.ValueSpec)
				if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 {
					return true
				}
				code, ok := stringValue(spec.Values[0])
				if !ok || code == "" {
					return true
				}
				if name, ok := spec.Type.(*ast.Ident); ok && name.IsExported() {
					of := file.Name.Name + "." + name.Name
					values[of] = append(values[of], code)
				} else if filepath.Base(path) == "risk.go" && strings.HasPrefix(spec.Names[0].Name, "Reason") {
					values["rumour risk's reasons"] = append(values["rumour risk's reasons"], code)
				}
				return true
			})
		}
	}
	return values
}

// A fault's sentence must find every value it holds among those the code gives, else a coordinator reads that something
// went wrong and not what.
func TestFaultsGiveTheValuesOfTheirSentences(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := c.Printer(locales.Policy{})
	for _, path := range goFiles(t, "..") {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Logf("%v", err) // the compiler says it better
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 1 || call.Ellipsis.IsValid() {
				return true
			}
			fun, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at, args := 1, map[string]string{}
			switch fun.Sel.Name {
			case "Fault":
				if len(call.Args) < 2 {
					return true
				}
			case "refuse", "invalid": // of a move's guards
				if filepath.Dir(path) != filepath.Join("..", "bot", "rumour") {
					return true
				}
				at = 0
				if fun.Sel.Name == "refuse" {
					args["ref"] = "x"
				}
			case "refuseFor": // of the roles, and names who may
				at, args["ref"], args["who"] = 1, "x", "x"
			default:
				return true
			}
			key, ok := stringValue(call.Args[at])
			if !ok {
				return true
			}
			for i := at + 1; i < len(call.Args); i += 2 {
				if name, ok := stringValue(call.Args[i]); ok {
					args[name] = "x"
				}
			}
			if got := p.Text(bot.French, key, args); got.Reason == locales.ReasonMissingValue {
				t.Errorf("%s: the fault %s gives only the values %v", path, key, slices.Sorted(maps.Keys(args)))
			}
			return true
		})
	}
}

func stringValue(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// Some texts send people to a line of the first screen by its number.
func TestTextsNameTheLinesOfTheFirstScreen(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "flows", "data", "youth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var menu struct {
		Screens []struct{ Choices []struct{ Label string } }
	}
	if err := json.Unmarshal(data, &menu); err != nil {
		t.Fatal(err)
	}
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := c.Printer(locales.Policy{AllowUnreviewed: c.Languages()})
	for _, tc := range []struct {
		lang      bot.Lang
		key, says string
		line      string
	}{
		{bot.French, "ussd.told_in_menu", "menu %", "ussd.home_mine"},
		{bot.French, "ussd.reply_by_menu", "menu %", "ussd.home_mine"},
		{bot.French, "ussd.reply_set_menu", "menu %", "ussd.home_mine"},
		{bot.French, "ussd.stopped", "menu %", "ussd.home_sms"},
		{bot.Bambara, "ussd.told_in_menu", "Cikan (%)", "ussd.home_mine"},
		{bot.Bambara, "ussd.reply_by_menu", "Cikan (%)", "ussd.home_mine"},
		{bot.Bambara, "ussd.reply_set_menu", "Cikan (%)", "ussd.home_mine"},
	} {
		at := 1
		for _, line := range menu.Screens[0].Choices {
			if line.Label == tc.line {
				break
			}
			at++
		}
		want := strings.Replace(tc.says, "%", strconv.Itoa(at), 1)
		got := p.Text(tc.lang, tc.key, map[string]string{"service": "Tinye", "ref": "482918"})
		if got.Lang != tc.lang || !strings.Contains(got.Text, want) {
			t.Errorf("%s in %s says %q, want %q, the line of %s", tc.key, tc.lang, got.Text, want, tc.line)
		}
	}
}
