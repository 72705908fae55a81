package locales_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Nobody here may make up Bambara: an unreviewed text is nothing but the phrases it names, values, signs, and the words
// that people send us. Needs the phrase list, which is not part of the repository.
func TestUnreviewedBambaraIsPutTogetherFromThePhraseList(t *testing.T) {
	list := filepath.Join("..", "..", "shared", "data", "phrases_bm.csv")
	f, err := os.Open(list)
	if err != nil {
		t.Skip("the phrase list is not beside the repository")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	phrases := map[string]string{}
	for _, row := range rows[1:] {
		phrases[row[0]] = strings.ToLower(strings.TrimSuffix(row[2], "?"))
	}

	data, err := os.ReadFile("bm.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Days    []string
		Strings []struct {
			Key, Review, Text string
			From              []string
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for i, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if file.Days[i] != phrases[day] {
			t.Errorf("day %d is %q, want %q", i, file.Days[i], phrases[day])
		}
	}
	theirWords := regexp.MustCompile(`\b(stop|verif|sms|fr|bm)\b|\{[a-z_]+\}|[^\pL]`)
	// sms.ack_unsure speaks both languages.
	french := strings.NewReplacer("message noté, nous vérifions. ne relayez pas. / ", "", "fr ou bm?", "")
	unreviewed := 0
	for _, s := range file.Strings {
		if s.Review != "unreviewed" {
			continue
		}
		unreviewed++
		left := strings.ToLower(s.Text)
		if s.Key == "sms.ack_unsure" {
			left = french.Replace(left)
		}
		slices.SortFunc(s.From, func(a, b string) int { return len(phrases[b]) - len(phrases[a]) })
		for _, name := range s.From {
			phrase, ok := phrases[name]
			if !ok {
				t.Errorf("%s: %s is not in the phrase list", s.Key, name)
			}
			if !strings.Contains(left, phrase) {
				t.Errorf("%s names %s but does not say %q", s.Key, name, phrase)
			}
			left = strings.ReplaceAll(left, phrase, "")
		}
		if left = theirWords.ReplaceAllString(left, ""); left != "" {
			t.Errorf("%s: %q is not from the phrases that it names", s.Key, left)
		}
	}
	if unreviewed == 0 {
		t.Error("no unreviewed text was checked")
	}
}
