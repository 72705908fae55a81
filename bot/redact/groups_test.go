package redact

import (
	"slices"
	"testing"
)

// Words for a people are found in any spelling; the same word for a language is none.
func TestGroups(t *testing.T) {
	r := loaded(t)
	for text, want := range map[string][]string{
		"Des éleveurs peuls seraient visés":             {"peuls"},
		"Les PEULHS et les Bambaras se seraient battus": {"PEULHS", "Bambaras"},
		"Un songhaï, un Songhoy":                        {"songhaï", "Songhoy"},
		"L'annonce est en peul et en bambara":           nil,
		"Radio en langue tamasheq":                      nil,
		"Le marché est ouvert, vu ce matin":             nil,
		"":                                              nil,
	} {
		var got []string
		for _, s := range r.Groups(text) {
			got = append(got, text[s.From:s.To])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := r.Redact("Des éleveurs peuls", marks()); got != "Des éleveurs peuls" {
		t.Errorf("a group is hidden: %q", got)
	}
}
