package tinye_test

import (
	"go/ast"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A room is a directory with Go files, named by its path from the top of the repository.
//
// roomImports says which of our rooms a room may import and, read downwards, which way the arrows point.
// A name that ends in "/*" stands for every room directly below it. Three things need no line: a room's
// own test files may import any room but cmd; a room whose name ends in "test" and that has no line may import
// what it tests, that is the room it lies in and that room's other children; cmd puts everything together.
var roomImports = []struct {
	rooms []string
	may   []string
	why   string
}{
	{
		rooms: []string{"bot"},
		may:   nil,
		why:   "the words of the domain depend on nothing of ours",
	},
	{
		rooms: []string{"bot/sms", "bot/spelling", "bot/langid", "bot/msisdn", "bot/config"},
		may:   []string{"bot"},
		why:   "a room of pure rules knows the words and nothing else",
	},
	{
		rooms: []string{"bot/redact"},
		may:   []string{"bot", "bot/spelling", "bot/msisdn"},
		why:   "what is hidden in a text is decided without knowing whose text it is, where it lies or who reads it",
	},
	{
		rooms: []string{"bot/sheet"},
		may:   []string{"bot"},
		why:   "a table is taken apart without knowing what its columns mean or who asked",
	},
	{
		rooms: []string{"bot/panicked"},
		may:   nil,
		why:   "what a panic may show is decided without knowing who panicked",
	},
	{
		rooms: []string{"bot/place", "bot/match"},
		may:   []string{"bot", "bot/spelling"},
		why:   "searching compares folded words and reads no storage: it is given what to search",
	},
	{
		rooms: []string{"bot/match/lab"},
		may:   []string{"bot", "bot/spelling", "bot/match"},
		why:   "what is learned and measured is read from files: no site and no store",
	},
	{
		rooms: []string{"locales"},
		may:   []string{"bot", "bot/sms"},
		why:   "a text is chosen and counted without knowing what it is for",
	},
	{
		rooms: []string{"flows"},
		may:   []string{"bot", "locales", "bot/sms"},
		why:   "menus are data and a pure step: no storage, no network",
	},
	{
		rooms: []string{"storage"},
		may:   []string{"bot"},
		why:   "the contract knows no store that fulfils it",
	},
	{
		rooms: []string{"storage/*"},
		may:   []string{"storage", "storage/*", "bot", "bot/panicked"},
		why:   "a store keeps words of the domain and decides nothing",
	},
	{
		rooms: []string{"bot/people"},
		may:   []string{"bot", "storage", "locales", "bot/sms", "bot/spelling", "bot/place", "bot/match"},
		why:   "rules are given a storage.Tx; they know no gateway and no web, and people's know no other rules",
	},
	{
		// People: who acts, in which role, is one question with one answer for all rules.
		rooms: []string{"bot/rumour", "bot/bulletin"},
		may:   []string{"bot", "bot/people", "storage", "locales", "bot/sms", "bot/spelling", "bot/place", "bot/match", "bot/redact"},
		why:   "rules are given a storage.Tx; they know no gateway, no web and not each other, but for who acts",
	},
	{
		rooms: []string{"bot/hotline"},
		may: []string{
			"bot", "bot/sms", "bot/spelling", "bot/langid", "bot/msisdn", "bot/config", "bot/place", "bot/match", "bot/redact",
			"locales", "flows", "storage", "bot/rumour", "bot/people", "bot/bulletin", "bot/panicked",
		},
		why: "one message is decided without knowing which gateway brought it or which store keeps it",
	},
	{
		rooms: []string{"bot/gateway"},
		may:   []string{"bot"},
		why:   "the contract knows no gateway that fulfils it",
	},
	{
		rooms: []string{"bot/gateway/*"},
		may:   []string{"bot/gateway", "bot", "bot/sms"},
		why:   "a gateway translates a wire format: no storage, no web, no other gateway",
	},
	{
		rooms: []string{"bot/gateway/generic/sim"},
		may:   []string{"bot/gateway", "bot/gateway/generic", "bot", "bot/sms"},
		why:   "the simulated gateway is the other end of the generic one",
	},
	{
		rooms: []string{"bot/outbox"},
		may:   []string{"bot/gateway", "storage", "bot", "bot/sms"},
		why:   "sending asks no rule: what may not be sent is told by a function that cmd hands in",
	},
	{
		rooms: []string{"bot/web"},
		may:   []string{"bot", "bot/hotline", "bot/rumour", "bot/people", "bot/bulletin", "storage", "bot/msisdn", "bot/gateway", "bot/panicked"},
		why:   "the web edge copies a request and hands it on",
	},
	{
		rooms: []string{"bot/hotline/hotlinetest"},
		may: []string{
			"bot", "bot/sms", "bot/hotline", "bot/rumour", "bot/people", "bot/web", "bot/gateway", "bot/gateway/gatewaytest",
			"locales", "flows", "storage", "storage/*",
		},
		why: "a whole hotline for tests is put together as cmd does it, and knows no single gateway",
	},
	{
		rooms: []string{"bot/desk"},
		may:   []string{"bot", "bot/hotline", "bot/rumour", "bot/people", "bot/bulletin", "storage", "bot/msisdn"},
		why:   "the desk's pages call the rules; they know no gateway and no queue",
	},
	{
		rooms: []string{"bot/admin"},
		may: []string{
			"bot", "bot/hotline", "bot/rumour", "bot/people", "bot/bulletin", "storage", "bot/msisdn", "bot/outbox", "bot/match", "bot/panicked",
			"bot/sms", "locales", // a text is counted, and a refusal put into words, before it is shown
			"bot/place",  // a file of places is read, and places found by their names
			"bot/redact", // texts are shown with marks in them
		},
		why: "the command line's API calls the rules; wiring is cmd's",
	},
}

// packageImports says who may import a package that is not ours, for those where it matters.
// "cmd/*" has the same meaning as above. A prefix of a path stands for everything below it.
var packageImports = []struct {
	pkg   string
	rooms []string
	why   string
}{
	{"github.com/gofiber/fiber", []string{"bot/web", "bot/desk", "cmd/bench"}, "Fiber's strings change after the handler returns: they are copied at one edge"},
	{"github.com/valyala/fasthttp", []string{"bot/web", "bot/desk", "cmd/bench"}, "Fiber's strings change after the handler returns: they are copied at one edge"},
	{"go.etcd.io/bbolt", []string{"storage/bolt", "cmd/bench"}, "buckets and cursors stay behind the storage contract"},
	{"github.com/nyaruka/phonenumbers", []string{"bot/msisdn"}, "what counts as a number is decided in one room"},
	{"github.com/BurntSushi/toml", []string{"bot/config"}, "there is one configuration, read once"},
	{"github.com/alecthomas/kong", []string{"cmd/tinye"}, "only the command line has flags"},
	{"github.com/robfig/cron", []string{"bot/bulletin"}, "it only reads schedules: next times live in storage"},
	{"github.com/xuri/excelize", nil, "it makes workbooks for tests: it unpacks large ones into the temporary folder, where a kill leaves them readable"},
	{"pgregory.net/rapid", nil, "it is for tests"},
	{"testing", nil, "it is for tests"},
	{"net/http", []string{
		"bot/gateway", "bot/gateway/*", "bot/gateway/generic/sim", "bot/web", "bot/desk", "bot/admin", "bot/outbox", "cmd/*",
	}, "no remote call while a message is being decided or stored"},
	{"C", nil, "the binary is built without cgo"},
}

var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "shared"}

func TestImports(t *testing.T) {
	files := parse(t, os.DirFS("."))
	if len(files) < 10 {
		t.Fatalf("only %d Go files found: is this the top of the repository?", len(files))
	}
	for _, complaint := range checkImports(files) {
		t.Error(complaint)
	}
}

// checkImports returns one sentence for each import or name that the tables do not allow.
func checkImports(files []source) []string {
	var complaints []string
	for _, f := range files {
		complain := func(n ast.Node, text string) { complaints = append(complaints, f.at(n)+": "+text) }
		if slices.Contains(vagueNames, path.Base(f.room)) || slices.Contains(vagueNames, f.ast.Name.Name) {
			complain(f.ast.Name, "a package called "+f.ast.Name.Name+" says nothing about its subject")
		}
		if !f.test && f.room != "." && !isCmd(f.room) {
			if _, _, known := ours(f.room); !known {
				complain(f.ast.Name, "the room "+f.room+" is not in the table of imports_test.go: add it with what it may import")
			}
		}
		for _, spec := range f.ast.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				complain(spec, "unreadable import")
				continue
			}
			if why := refuses(f, imported); why != "" {
				complain(spec, f.room+" may not import "+imported+": "+why)
			}
		}
	}
	return complaints
}

// refuses returns the reason why a file may not import a package, "" where it may.
func refuses(f source, imported string) string {
	if room, inside := strings.CutPrefix(imported, "tinye/"); inside {
		switch {
		case isCmd(f.room):
			return ""
		case isCmd(room):
			return "only cmd knows cmd"
		case f.test || f.room == ".":
			return ""
		}
		may, why, _ := ours(f.room)
		if slices.Contains(may, room) || matches(may, room) {
			return ""
		}
		return why
	}
	if f.room == "." { // the tests of the repository as a whole
		return ""
	}
	if f.room == "bot" && !f.test && strings.Contains(strings.Split(imported, "/")[0], ".") {
		return "the words of the domain need the standard library only"
	}
	for _, rule := range packageImports {
		if imported != rule.pkg && !strings.HasPrefix(imported, rule.pkg+"/") {
			continue
		}
		forTests := rule.pkg == "testing" || rule.pkg == "pgregory.net/rapid" || rule.pkg == "net/http" || rule.pkg == "github.com/xuri/excelize"
		if forTests && (f.test || isTestRoom(f.room)) || matches(rule.rooms, f.room) {
			continue
		}
		return rule.why
	}
	return ""
}

// ours returns what a room may import and why nothing else; known is false where the table has no line for it.
func ours(room string) (may []string, why string, known bool) {
	for _, exact := range []bool{true, false} {
		if !exact && isTestRoom(room) {
			parent := path.Dir(room)
			may, _, known = ours(parent)
			return append([]string{parent, parent + "/*"}, may...), "a room for tests imports what it tests", known
		}
		for _, line := range roomImports {
			if exact && slices.Contains(line.rooms, room) || !exact && matches(line.rooms, room) {
				return line.may, line.why, true
			}
		}
	}
	return nil, "", false
}

// matches tells whether a room is in the list, by its name or by "parent/*".
func matches(rooms []string, room string) bool {
	for _, pattern := range rooms {
		parent, wild := strings.CutSuffix(pattern, "/*")
		if pattern == room || wild && (path.Dir(room) == parent || parent == "cmd" && isCmd(room)) {
			return true
		}
	}
	return false
}

func isCmd(room string) bool { return strings.HasPrefix(room, "cmd/") }
func isTestRoom(room string) bool {
	return strings.HasSuffix(room, "test") && strings.Contains(room, "/")
}

// TestImportsAreRefused shows the check at work on a repository that does everything wrong.
func TestImportsAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ path, code, want string }{
		"domain imports ours":        {"bot/a.go", `package bot; import _ "tinye/storage"`, "depend on nothing of ours"},
		"domain imports a module":    {"bot/a.go", `package bot; import _ "github.com/google/uuid"`, "standard library only"},
		"menus know storage":         {"flows/a.go", `package flows; import _ "tinye/storage"`, "menus are data"},
		"rule knows another":         {"bot/people/a.go", `package people; import _ "tinye/bot/rumour"`, "no other rules"},
		"gateway knows another":      {"bot/gateway/x/a.go", `package x; import _ "tinye/bot/gateway/kannel"`, "no other gateway"},
		"gateway knows storage":      {"bot/gateway/x/a.go", `package x; import _ "tinye/storage"`, "no storage"},
		"hotline knows the store":    {"bot/hotline/a.go", `package hotline; import _ "tinye/storage/bolt"`, "which store"},
		"hotline calls out":          {"bot/hotline/a.go", `package hotline; import _ "net/http"`, "no remote call"},
		"fiber in a gateway":         {"bot/gateway/x/a.go", `package x; import _ "github.com/gofiber/fiber/v2"`, "one edge"},
		"bbolt outside its room":     {"storage/a.go", `package storage; import _ "go.etcd.io/bbolt"`, "storage contract"},
		"numbers outside their room": {"bot/web/a.go", `package web; import _ "github.com/nyaruka/phonenumbers"`, "one room"},
		"test tool in the product":   {"bot/sms/a.go", `package sms; import _ "pgregory.net/rapid"`, "for tests"},
		"bbolt in a test elsewhere":  {"bot/web/a_test.go", `package web; import _ "go.etcd.io/bbolt"`, "storage contract"},
		"test imports cmd":           {"bot/web/a_test.go", `package web; import _ "tinye/cmd/tinye"`, "only cmd"},
		"test room reaches too far":  {"bot/gateway/gatewaytest/a.go", `package gatewaytest; import _ "tinye/storage"`, "what it tests"},
		"rig knows a gateway":        {"bot/hotline/hotlinetest/a.go", `package hotlinetest; import _ "tinye/bot/gateway/kannel"`, "no single gateway"},
		"unknown room":               {"bot/sync/a.go", `package sync`, "not in the table"},
		"vague name":                 {"bot/web/util/a.go", `package util`, "says nothing"},
		"cgo":                        {"bot/sms/a.go", `package sms; import "C"`, "without cgo"},
	} {
		t.Run(name, func(t *testing.T) {
			expectComplaint(t, checkImports(parse(t, oneFile(c.path, c.code))), c.want)
		})
	}
	for name, c := range map[string]struct{ path, code string }{
		"cmd wires":               {"cmd/tinye/run.go", `package main; import (_ "tinye/storage/bolt"; _ "tinye/bot/web"; _ "net/http")`},
		"store fulfils":           {"storage/bolt/a.go", `package bolt; import (_ "tinye/storage"; _ "tinye/storage/seal"; _ "go.etcd.io/bbolt")`},
		"test uses a real store":  {"bot/hotline/a_test.go", `package hotline; import (_ "tinye/storage/bolt"; _ "net/http/httptest")`},
		"suite imports the store": {"storage/storagetest/a.go", `package storagetest; import (_ "tinye/storage"; _ "tinye/storage/bolt"; _ "pgregory.net/rapid")`},
		"rig wires":               {"bot/hotline/hotlinetest/a.go", `package hotlinetest; import (_ "tinye/bot/web"; _ "tinye/storage/bolt"; _ "testing")`},
		"runner imports gateway":  {"bot/gateway/gatewaytest/a.go", `package gatewaytest; import (_ "tinye/bot/gateway"; _ "testing"; _ "net/http/httptest")`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := checkImports(parse(t, oneFile(c.path, c.code))); len(got) > 0 {
				t.Errorf("refused: %q", got)
			}
		})
	}
}
