package e2e

import (
	"strings"
	"testing"
)

// The program starts on its own, without configuration, and tells wrong command lines from others.
func TestCommandLine(t *testing.T) {
	s := NewSite(t, nil)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "tinye "},
		{[]string{"--help"}, 0, "une ligne contre les rumeurs"},
		{[]string{"sing"}, 2, "Voir: tinye --help"},
		{nil, 2, "Voir: tinye --help"},
	} {
		out, errs, code := Run(t, s, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("tinye %q: exit %d, want %d and %q:\n%s%s", c.args, code, c.code, c.want, out, errs)
		}
	}
}
