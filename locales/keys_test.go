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

// Code makes the keys of verdicts and states from their words, so each word needs its text.
func TestEveryVerdictAndStateHasALabel(t *testing.T) {
	c, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, v := range bot.Verdicts() {
		want["verdict."+string(v)] = true
	}
	for _, s := range bot.ReportStates() {
		want["state.report."+string(s)] = true
	}
	for _, l := range bot.ReportLabels() {
		want["state.label."+string(l)] = true
	}
	for _, s := range bot.CaseStates() {
		want["state.case."+string(s)] = true
	}
	for _, s := range bot.SourceTypes() {
		want["state.source."+string(s)] = true
	}
	for _, r := range append(bot.CloseReasons(), bot.CloseErased) {
		want["state.closed."+string(r)] = true
	}
	for _, s := range bot.RumourStates() {
		want["state.rumour."+string(s)] = true
	}
	for _, l := range bot.RiskLevels() {
		want["state.risk."+string(l)] = true
	}
	for _, s := range []bot.OutState{bot.OutQueued, bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered,
		bot.OutFailed, bot.OutExpired, bot.OutSuppressed} {
		want["state.outbound."+string(s)] = true
	}
	have := map[string]bool{}
	for _, k := range c.Keys() {
		if madeFromWords(k) {
			have[k] = true
		}
	}
	if !maps.Equal(have, want) {
		t.Errorf("the files have %v\nwant %v", slices.Sorted(maps.Keys(have)), slices.Sorted(maps.Keys(want)))
	}
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
				if path != filepath.Join("..", "bot", "rumour", "guards.go") {
					return true
				}
				at = 0
				if fun.Sel.Name == "refuse" {
					args["ref"] = "x"
				}
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
