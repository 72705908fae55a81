package tinye_test

import (
	"go/ast"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// readOnlyCalls make values that nobody can change afterwards, or that are worth making once.
var readOnlyCalls = []string{
	"errors.New", "fmt.Errorf", "regexp.MustCompile", "template.Must", "strings.NewReplacer",
	"sync.OnceValue", "sync.OnceValues", "language.MustParse", "netip.MustParseAddr", "netip.MustParsePrefix",
}

// rules are the rooms that work inside a transaction somebody else opened.
var rules = []string{"bot/rumour", "bot/people", "bot/bulletin"}

func TestNoHiddenState(t *testing.T) {
	for _, complaint := range checkState(parse(t, os.DirFS("."))) {
		t.Error(complaint)
	}
}

// checkState returns one sentence for each init function, each variable at package level that could
// change, and each rule that could open a transaction. Two hotlines in one process, as the tests start them,
// must not share anything. Test files are left out.
//
// What may stand at package level: an error; a value of one of readOnlyCalls; embedded data; `var _`;
// and an unexported table, a composite literal or []byte("…") that is no pointer, as long as no function
// of the package assigns to it, appends to it, deletes from it or takes its address.
func checkState(files []source) []string {
	var complaints []string
	tables := map[string][]string{} // room → names of its tables
	for _, f := range files {
		if f.test {
			continue
		}
		for _, decl := range f.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					complaints = append(complaints, f.at(d)+": an init function runs behind everyone's back: call it from cmd")
				}
			case *ast.GenDecl:
				if d.Tok != token.VAR {
					continue
				}
				for _, spec := range d.Specs {
					v := spec.(*ast.ValueSpec)
					embedded := isEmbedded(d.Doc) || isEmbedded(v.Doc)
					for i, name := range v.Names {
						var value ast.Expr
						if i < len(v.Values) {
							value = v.Values[i]
						}
						switch {
						case name.Name == "_" || embedded || isReadOnly(name, value):
						case isTable(value) && !name.IsExported():
							tables[f.room] = append(tables[f.room], name.Name)
						case isTable(value):
							complaints = append(complaints, f.at(name)+": any package could change "+name.Name+": make it unexported, with a function that reads it")
						default:
							complaints = append(complaints, f.at(name)+": "+name.Name+" is state of the package: make it a constant, a field, or sync.OnceValue")
						}
					}
				}
			}
		}
	}
	for _, f := range files {
		if f.test {
			continue
		}
		complaints = append(complaints, tableWrites(f, tables[f.room])...)
		if slices.Contains(rules, f.room) {
			complaints = append(complaints, opensTransactions(f)...)
		}
	}
	return complaints
}

func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

func isReadOnly(name *ast.Ident, value ast.Expr) bool {
	if strings.HasPrefix(strings.ToLower(name.Name), "err") && value != nil {
		if u, pointer := value.(*ast.UnaryExpr); pointer && u.Op == token.AND {
			return true // &bot.Error{…}, compared by identity
		}
		if isTable(value) {
			return true
		}
	}
	call, ok := value.(*ast.CallExpr)
	return ok && slices.Contains(readOnlyCalls, dotted(call.Fun))
}

func isTable(value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CompositeLit:
		return true
	case *ast.CallExpr: // []byte("…")
		_, conversion := v.Fun.(*ast.ArrayType)
		return conversion
	}
	return false
}

// dotted returns pkg.Name of a selector or of a generic one, else "".
func dotted(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.IndexExpr:
		return dotted(x.X)
	case *ast.SelectorExpr:
		if pkg, ok := x.X.(*ast.Ident); ok {
			return pkg.Name + "." + x.Sel.Name
		}
	}
	return ""
}

// tableWrites finds functions that change a table of their package. It goes by name: a local variable
// that has a table's name and is changed is complained about as well, and deserves another name.
func tableWrites(f source, tables []string) []string {
	var complaints []string
	write := func(n ast.Node, target ast.Expr) {
		if name := root(target); slices.Contains(tables, name) {
			complaints = append(complaints, f.at(n)+": "+name+" is a table of the package and is changed here")
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			if x.Tok != token.DEFINE {
				for _, target := range x.Lhs {
					write(x, target)
				}
			}
		case *ast.IncDecStmt:
			write(x, x.X)
		case *ast.UnaryExpr:
			if x.Op == token.AND {
				write(x, x.X)
			}
		case *ast.CallExpr:
			if fun, ok := x.Fun.(*ast.Ident); ok && slices.Contains([]string{"append", "clear", "copy", "delete"}, fun.Name) && len(x.Args) > 0 {
				write(x, x.Args[0])
			}
		}
		return true
	})
	return complaints
}

// root returns the variable that an assignable expression is a part of, "" for anything else.
func root(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.IndexExpr:
		return root(x.X)
	case *ast.SelectorExpr:
		return root(x.X)
	case *ast.SliceExpr:
		return root(x.X)
	case *ast.StarExpr:
		return root(x.X)
	case *ast.ParenExpr:
		return root(x.X)
	}
	return ""
}

func opensTransactions(f source) []string {
	var complaints []string
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok && dotted(s) == "storage.Store" {
			complaints = append(complaints, f.at(s)+": a rule is given a storage.Tx and opens no transaction: one message is one commit")
		}
		return true
	})
	return complaints
}

// TestHiddenStateIsRefused shows the check at work.
func TestHiddenStateIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ path, code, want string }{
		"init":             {"bot/a.go", `package bot; func init() {}`, "init function"},
		"counter":          {"bot/a.go", `package bot; var n = 0`, "state of the package"},
		"no value":         {"bot/a.go", `package bot; var n int`, "state of the package"},
		"lock":             {"bot/a.go", `package bot; var mu sync.Mutex`, "state of the package"},
		"clock":            {"bot/a.go", `package bot; var now = time.Now`, "state of the package"},
		"pointer":          {"bot/a.go", `package bot; var c = &config{}`, "state of the package"},
		"exported table":   {"bot/a.go", `package bot; var Langs = []string{"fra"}`, "any package could change"},
		"table assigned":   {"bot/a.go", `package bot; var t = map[string]int{}; func f() { t["a"] = 1 }`, "changed here"},
		"table deleted":    {"bot/a.go", `package bot; var t = map[string]int{}; func f() { delete(t, "a") }`, "changed here"},
		"table appended":   {"bot/a.go", `package bot; var t = []int{1}; func f() []int { return append(t, 2) }`, "changed here"},
		"table counted":    {"bot/a.go", `package bot; var t = [2]int{}; func f() { t[0]++ }`, "changed here"},
		"table addressed":  {"bot/a.go", `package bot; var t = [2]int{}; func f() *int { return &t[0] }`, "changed here"},
		"in a group":       {"cmd/tinye/a.go", "package main; var (\n a = 1\n)", "state of the package"},
		"rule has a store": {"bot/people/a.go", `package people; func f(s storage.Store) {}`, "one commit"},
	} {
		t.Run(name, func(t *testing.T) {
			expectComplaint(t, checkState(parse(t, oneFile(c.path, c.code))), c.want)
		})
	}
	for name, code := range map[string]string{
		"errors":      `package bot; var ErrNo = errors.New("no"); var ErrOld error = &Error{Code: "old"}`,
		"assertion":   `package bot; var _ Store = (*DB)(nil)`,
		"regexp":      `package bot; var ref = regexp.MustCompile("^[0-9]+$")`,
		"embedded":    "package bot\n//go:embed fr.json\nvar fr []byte",
		"lookup":      `package bot; var t = map[string]int{"a": 1}; var k = []byte("k"); func f() int { return t["a"] }`,
		"once":        `package bot; var t = sync.OnceValue(func() int { return 1 })`,
		"local":       `package bot; func f() { var n int; n++ }`,
		"init method": `package bot; func (d DB) init() {}`,
	} {
		t.Run(name, func(t *testing.T) {
			if got := checkState(parse(t, oneFile("bot/a.go", code))); len(got) > 0 {
				t.Errorf("refused: %q", got)
			}
		})
	}
}
