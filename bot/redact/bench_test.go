package redact

import (
	"strings"
	"testing"
)

// A text of one part, with something of every kind in it: 160 characters.
func BenchmarkRedact(b *testing.B) {
	r, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	text := "Il paraît que Moussa Traoré du quartier Hippodrome a vu le maire partir hier soir avec 25 000 000 FCFA de l'aide, appelez le 70 00 00 12 pour savoir si c'est vrai"
	if n := len([]rune(text)); n < 150 || n > 165 || !strings.Contains(r.Redact(text, marks()), "[nom]") {
		b.Fatalf("%d characters", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		r.Redact(text, marks())
	}
}

// Most texts name nobody.
func BenchmarkNothingToHide(b *testing.B) {
	r, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	text := "Il paraît que le puits de Gao est empoisonné depuis hier et que douze personnes sont malades au centre de santé, est-ce que c'est vrai ou non svp répondez vite"
	b.ReportAllocs()
	for b.Loop() {
		if len(r.Spans(text, marks())) > 0 {
			b.Fatal("masked")
		}
	}
}
