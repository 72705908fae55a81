package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runFlows runs tinye flows and gives what it printed on each stream.
func runFlows(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), append([]string{"flows"}, args...), streams{in: strings.NewReader(""), out: &o, err: &e})
	return code, o.String(), e.String()
}

func writeFlow(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "flow.json")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestFlowsCheck(t *testing.T) {
	code, out, errs := runFlows(t, "check")
	if code != 0 || errs != "" {
		t.Fatalf("exit %d, %s", code, errs)
	}
	lines := strings.Split(out, "\n")
	column := func(line string) []string { return strings.Fields(line) }
	if head := strings.Join(column(lines[2]), " "); head != "INPUTS SCREENS PAGES fra PAGES bam SMS IN PARTS OUT fra PARTS OUT bam PATH" {
		t.Errorf("the head is %q", head)
	}
	found := 0
	for _, line := range lines[3:] {
		switch {
		case strings.HasSuffix(line, "  home place theme words told"):
			found++
			if row := column(line); row[0] != "4" || row[1] != "5" || row[4] != "0" || row[5] != "1" {
				t.Errorf("a report from a place of the site: %s", line)
			}
		case strings.HasSuffix(line, "  home place region cercle theme words by_sms"):
			found++
			if row := column(line); row[0] != "6+2" || row[4] != "1" || row[5] != "2" {
				t.Errorf("a report from elsewhere, by SMS: %s", line)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d of the two paths are in\n%s", found, out)
	}
}

func TestFlowsCheckOfAFile(t *testing.T) {
	for name, tc := range map[string]struct {
		flow string
		code int
		want []string
	}{
		"with faults": {
			flow: `{"name": "odd", "start": {"to": "home"}, "screens": [{"id": "home", "text": "ussd.home", "choices": [{"label": "ussd.no_such", "to": "gone"}]}]}`,
			code: 1, want: []string{`home: line 1 leads to "gone", which is no screen`, "home: the text ussd.no_such is not in the language files", "2 faults in the flow odd"},
		},
		"that is no flow": {flow: `{"nmae": "odd"}`, code: 2, want: []string{"nmae"}},
	} {
		code, out, errs := runFlows(t, "check", writeFlow(t, tc.flow))
		if code != tc.code || out != "" {
			t.Errorf("%s: exit %d, prints %q", name, code, out)
		}
		for _, want := range tc.want {
			if !strings.Contains(errs, want) {
				t.Errorf("%s: does not say %q:\n%s", name, want, errs)
			}
		}
	}
}

func TestFlowsGraph(t *testing.T) {
	code, out, errs := runFlows(t, "graph")
	if code != 0 || !strings.HasPrefix(out, "flowchart TD\n") || !strings.Contains(out, `s_home -->|"1"| s_place`) {
		t.Fatalf("exit %d, %s%s", code, out, errs)
	}
	file := filepath.Join(t.TempDir(), "README.md")
	must(t, os.WriteFile(file, []byte("A\n<!-- flow youth: bin/tinye flows graph --into FILE -->\n<!-- end of the flow -->\nB\n"), 0o600))
	if code, printed, errs := runFlows(t, "graph", "--into", file); code != 0 || printed != "" {
		t.Fatalf("exit %d, %s%s", code, printed, errs)
	}
	text, err := os.ReadFile(file)
	must(t, err)
	if !strings.Contains(string(text), "```mermaid\n"+out+"```\n") || !strings.HasSuffix(string(text), "\nB\n") {
		t.Errorf("the file holds\n%s", text)
	}
	if code, _, errs := runFlows(t, "graph", "--into", writeFlow(t, "no place")); code != 1 || !strings.Contains(errs, "no place for the drawing") {
		t.Errorf("a file without a place: exit %d, %s", code, errs)
	}
}
