//go:build !race

package seal

import "testing"

// With room in dst nothing is allocated; storage seals eight rows a message. (Under the race detector sync.Pool throws
// things away on purpose.)
func TestSealAllocatesNothing(t *testing.T) {
	s := newSite(t)
	sealed := mustSeal(t, s.ring, Records, november, "k", "texte")
	buf := make([]byte, 0, 512)
	key, plain := []byte("k"), make([]byte, 200)
	for what, do := range map[string]func(){
		"Seal":  func() { s.ring.Seal(buf, Records, november, "reports", key, plain) },
		"Open":  func() { s.ring.Open(buf, "reports", key, sealed) },
		"Index": func() { s.ring.Index("number", "+22376123456") },
	} {
		do()
		if n := testing.AllocsPerRun(200, do); n >= 1 {
			t.Errorf("%s allocates %v times", what, n)
		}
	}
}
