// Package tinye_test checks the repository as a whole: who imports whom, what may stand at package
// level, and what lies at the top.
package tinye_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// source is one parsed Go file.
type source struct {
	room string // its directory from the top of the repository, "." for the top itself
	test bool   // a _test.go file
	ast  *ast.File
	fset *token.FileSet
}

// at returns where a node stands, as file:line.
func (s source) at(n ast.Node) string {
	p := s.fset.Position(n.Pos())
	p.Column = 0
	return p.String()
}

// parse reads every Go file of the tree, without those that are data of tests.
func parse(t *testing.T, tree fs.FS) []source {
	t.Helper()
	var files []source
	fset := token.NewFileSet()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata" || name == "var") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		code, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(fset, name, code, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, source{
			room: path.Dir(name),
			test: strings.HasSuffix(name, "_test.go"),
			ast:  parsed,
			fset: fset,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// topLevel is everything that may lie at the top; root tests may be added.
var topLevel = []string{
	"cmd", "bot", "flows", "locales", "storage", "scripts",
	"Makefile", "go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md",
	".ci", ".github", ".gitignore", "staticcheck.conf",
}

func TestTopLevel(t *testing.T) {
	if _, err := os.Stat(".git"); err != nil {
		t.Skip("not a git checkout: what is tracked is not known")
	}
	out, err := exec.Command("git", "ls-files").CombinedOutput()
	if err != nil {
		t.Fatalf("git ls-files: %v: %s", err, out)
	}
	tracked := strings.Fields(string(out))
	if !slices.Contains(tracked, "go.mod") {
		t.Fatal("git ls-files does not list go.mod: is this the top of the repository?")
	}
	for _, stray := range strays(tracked) {
		t.Errorf("%s is tracked at the top, where only %s belong: put it into one of these", stray, strings.Join(topLevel, " "))
	}
}

// strays returns the names at the top that are not of the fixed list.
func strays(tracked []string) []string {
	var found []string
	for _, name := range tracked {
		top, _, inside := strings.Cut(name, "/")
		if slices.Contains(topLevel, top) || !inside && strings.HasSuffix(top, "_test.go") || slices.Contains(found, top) {
			continue
		}
		found = append(found, top)
	}
	return found
}

func TestStraysAreFound(t *testing.T) {
	got := strays([]string{"bot/id.go", "imports_test.go", "docs/a.md", "docs/b.md", "main.go", "README.md"})
	if !slices.Equal(got, []string{"docs", "main.go"}) {
		t.Errorf("strays: %q", got)
	}
}

func oneFile(name, code string) fs.FS {
	return fstest.MapFS{name: {Data: []byte(code)}}
}

func expectComplaint(t *testing.T, complaints []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(complaints, func(c string) bool { return strings.Contains(c, want) }) {
		t.Errorf("no complaint contains %q: %q", want, complaints)
	}
}
