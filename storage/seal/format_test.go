package seal

import (
	"encoding/hex"
	"os"
	"testing"
)

// The files under testdata were written by the first version; every later one must read them, or the sites that
// update lose their data. The key there guards nothing.
func TestFirstFormatStillOpens(t *testing.T) {
	file, err := ReadMasterKey("testdata/v1.key")
	if err != nil {
		t.Fatal(err)
	}
	master, err := file.Unlock("un deux trois")
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := os.ReadFile("testdata/v1.ring")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRing(wrapped, master)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(t, r), "2:records:old 3:texts:2026-10:dropped 4:texts:2026-11:live 5:records:live"; got != want {
		t.Errorf("keys: %s; want %s", got, want)
	}
	for sealed, want := range map[string]string{
		"025fdd8fa38c4ecfe266abcdf236d6877c5d374196f35ceb6f402f2246eac25bdabf3baebca39dfaf197455ee66032ad449c32":                 "un contact",
		"04554f81be64a3254130fab6f49858cc7e0adfca8c82006949a4f8cd74368ef69df0e75c77505be477fd72045d404ce16b0a92994b6835b3dd0792": "le pont est coupé",
	} {
		value, err := hex.DecodeString(sealed)
		if err != nil {
			t.Fatal(err)
		}
		wantOpen(t, r, "k", value, want)
	}
	mark, err := r.Index("number", "+22376123456")
	if want := "877c8f0ec521c2061ce8aa2b75cb6ca5"; err != nil || hex.EncodeToString(mark[:]) != want {
		t.Errorf("index %x, want %s (%v)", mark, want, err)
	}
	canary, err := hex.DecodeString("52daa9692cdf3313400c5bf603efc109")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.CheckCanary(canary); err != nil {
		t.Error(err)
	}
}
