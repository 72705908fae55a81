package config

import (
	"errors"
	"testing"
)

// Any file is either refused with problems that name a sentence, or gives a configuration that can be checked, printed
// and, if Check lets it start, read again from what was printed.
func FuzzParse(f *testing.F) {
	for _, s := range []string{full, small, "", "[hours]\nmon = [\"<>\"]", "[[gateway]]\n[gateway.kannel]", "gateway = [1]", "[site]\ntimezone = \"..\"",
		"site = {name = \"\\\"\"}", "[quiet]\nfrom = 07:00:00"} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := Parse("fuzz", data, dir)
		if err != nil {
			ps, ok := errors.AsType[Problems](err)
			if !ok || len(ps) == 0 {
				t.Fatalf("an error without problems: %v", err)
			}
			for _, p := range ps {
				if p.Text == "" || p.Kind == "" {
					t.Errorf("empty problem %#v", p)
				}
			}
			return
		}
		printed := cfg.Effective()
		if cfg.Check().Err() != nil {
			return
		}
		again, err := Parse("printed", []byte(printed), "/elsewhere")
		if err != nil {
			t.Fatalf("%v\n%s", err, printed)
		}
		if second := again.Effective(); second != printed {
			t.Errorf("first\n%s\nthen\n%s", printed, second)
		}
	})
}
