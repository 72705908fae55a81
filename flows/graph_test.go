package flows_test

import (
	"os"
	"strings"
	"testing"

	"tinye/flows"
)

func TestGraph(t *testing.T) {
	const want = `flowchart TD
  dial((dial))
  s_home["home"]
  s_place["place"]
  s_region[/"region"/]
  s_theme["theme"]
  s_words[/"words"/]
  s_plain["plain"]
  s_told(["told"])
  dial --> s_home
  dial -->|"age, agent, consent, desk, draft, helpful"| s_words
  s_home -->|"1"| s_place
  s_home -->|"2"| s_words
  s_home -->|"3"| s_plain
  s_place -.->|"none"| s_region
  s_place -->|"list"| s_theme
  s_place -->|"list: elsewhere"| s_region
  s_region -->|"list, list: cercles, text, text: cercles"| s_theme
  s_theme -->|"1"| s_words
  s_words -->|"1, 1: no_number"| s_plain
  s_words -->|"text, text: alarm, text: closed, text: danger, text: in_menu, text: known, text: stopped, text: which"| s_told
`
	if got := flows.Graph(parse(t, sound)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLinesInARowAreARange(t *testing.T) {
	const many = `{"name": "many", "start": {"to": "end"}, "screens": [
	  {"id": "end", "text": "x", "choices": [{"label": "x", "to": "b"}, {"label": "x", "to": "c"}, {"label": "x", "to": "b"},
	    {"label": "x", "to": "b"}, {"label": "x", "to": "b"}, {"label": "x", "to": "c"}, {"label": "x", "to": "c"}]},
	  {"id": "b", "text": "x"}, {"id": "c", "text": "x"}]}`
	got := flows.Graph(parse(t, many))
	for _, want := range []string{`s_end -->|"1, 3 to 5"| s_b`, `s_end -->|"2, 6, 7"| s_c`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestReadmeDrawsTheMenu(t *testing.T) {
	f, _ := youth(t)
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want, err := flows.PutGraph(readme, f)
	if err != nil {
		t.Fatal(err)
	}
	if string(readme) != string(want) {
		t.Error("README.md draws another menu: bin/tinye flows graph --into README.md")
	}
}

func TestPutGraph(t *testing.T) {
	f := parse(t, sound)
	const begin, end = "<!-- flow sound: bin/tinye flows graph --into FILE -->", "<!-- end of the flow -->"
	once, err := flows.PutGraph([]byte("before\n"+begin+"\nold\n"+end+"\nafter\n"), f)
	if err != nil {
		t.Fatal(err)
	}
	if want := "before\n" + begin + "\n```mermaid\n" + flows.Graph(f) + "```\n" + end + "\nafter\n"; string(once) != want {
		t.Errorf("got %s\nwant %s", once, want)
	}
	if twice, err := flows.PutGraph(once, f); err != nil || string(twice) != string(once) {
		t.Errorf("put twice: %v\n%s", err, twice)
	}
	for _, text := range []string{"", begin, end, end + begin, strings.Replace(begin, "sound", "other", 1) + end} {
		if got, err := flows.PutGraph([]byte(text), f); err == nil {
			t.Errorf("%q becomes %q", text, got)
		}
	}
}
