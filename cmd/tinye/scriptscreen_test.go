package main

import (
	"strings"
	"testing"
)

// A script says screens as people read them, and SMS between them: what begins by USSD may be finished by SMS.
func TestScriptOfScreens(t *testing.T) {
	for _, dialect := range dialectNames() {
		t.Run(dialect, func(t *testing.T) {
			h := startSmall(t)
			out, code := h.script(dialect, `
# Somebody reports, and is cut off once.
> *384#
< TINYE
< 1 Signaler
< 2 Aide
> !dup
< (same)
> 2
< Danger: 17
<
< 0 Retour
> !late
< (same)
> 0
< TINYE
< …
> 1
< Dites-le en quelques mots:
< 0 Retour
> !sms le puits
< sms: TINYE {other}: reçu le puits
< (nothing)

# Another phone texts in between. A repeat may be said by its lines too, which shows what was lost.
66123456> bonjour
< TINYE {mine}: reçu bonjour

70123456> !drop
> le pont est coupé
< (lost)
> !dup
< Merci. Référence 482911.
< …
< (end)
> !dial *384*1#
< …
> 3*4 # {other}
< Merci. Référence {ref}.
< Ne relayez pas.
< (end)
< (nothing)
> {ref}
< TINYE {other}: reçu {ref}
> !dial
< …
> !lost
> 0
< (lost)
> !hang
> merci
< TINYE {other}: reçu merci
`)
			if code != 0 {
				t.Fatalf("exit %d:\n%s", code, out)
			}
			if _, _, told := h.saw(); strings.Join(told, "|") != "le pont est coupé|3*4 # 482911" {
				t.Errorf("told %q", told)
			}
		})
	}
}

// A screen that does not fit fails at its line, and shows what was expected and what came.
func TestScriptShowsTheDifferenceInAScreen(t *testing.T) {
	for name, c := range map[string]struct {
		script string
		want   []string
	}{
		"another line": {
			"> *384#\n< TINYE\n< 1 Signaler.\n", []string{"line 3", "expected: 1 Signaler.", "got:      1 Signaler\n"},
		},
		"spaces count within a line": {
			"> *384#\n< TINYE\n<  1 Signaler\n", []string{"line 3", "expected:  1 Signaler", "got:      1 Signaler\n"},
		},
		"a line that is not there": {
			"> *384#\n< TINYE\n< …\n< 3 Fin\n", []string{"line 4", "expected: 3 Fin", "got:      (no more of this screen)"},
		},
		"a rest of nothing": {
			"> *384#\n< TINYE\n< 1 Signaler\n< 2 Aide\n< …\n", []string{"line 5", "expected: …", "got:      (no more of this screen)"},
		},
		"lines left out": {
			"> *384#\n< TINYE\n> 1\n", []string{"line 3", "leaves out of the screen before", "1 Signaler\n  2 Aide"},
		},
		"lines left out at the end": {
			"> *384#\n", []string{"at its end", "leaves out", "TINYE"},
		},
		"an end that is none": {
			"> *384#\n< …\n< (end)\n", []string{"line 3", "expected: (end)", "got:      (no more of this screen)"},
		},
		"an end that is not said": {
			"> *384*1#\n< …\n> le pont\n< …\n> merci\n", []string{"line 5", "does not say (end)"},
		},
		"a line after the end": {
			"> *384*1#\n< …\n> le pont\n< …\n< Fin\n", []string{"line 5", "expected: Fin", "got:      (end)"},
		},
		"an answer that came": {
			"> *384#\n< (lost)\n", []string{"line 2", "expected: (lost)", "got:      TINYE"},
		},
		"an answer that was lost": {
			"> !drop\n> *384#\n< TINYE\n", []string{"line 3", "expected: TINYE", "got:      (lost)"},
		},
		"a lost answer that is not said": {
			"> !drop\n> *384#\n> !dial\n", []string{"line 3", "does not say (lost)"},
		},
		"a first hop is no repeat": {
			"> *384#\n< (same)\n", []string{"line 2", "expected: (same)", "got:      TINYE"},
		},
		"half a screen is not the same": {
			"> *384#\n< …\n> !dup\n< TINYE\n< (same)\n", []string{"line 5", "expected: (same)", "got:      1 Signaler"},
		},
		"an SMS where a screen is": {
			"> *384#\n< sms: TINYE\n", []string{"line 2", "expected: sms: TINYE", "got:      TINYE"},
		},
		"an SMS that is not called one": {
			"> *384#\n< …\n> !sms oui\n< TINYE 482911: reçu oui\n", []string{"line 4", "expected: TINYE 482911", "got:      (no more of this screen)"},
		},
		"another SMS": {
			"> *384#\n< …\n> !sms oui\n< sms: TINYE 482911: reçu non\n", []string{"line 4", "expected: TINYE 482911: reçu non", "got:      TINYE 482911: reçu oui"},
		},
		"a button that is none": {"> !again\n", []string{"line 1", "there is no button !again"}},
		"a button too much":     {"> *384#\n< …\n> !dup 2\n", []string{"line 3", "!dup takes nothing"}},
		"nothing to dial again": {"> !dial\n", []string{"line 1", "dial a code"}},
		"nothing to repeat":     {"> !dup\n", []string{"line 1", "no such hop"}},
		"nothing to hang up":    {"> !hang\n", []string{"line 1", "no session is open"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := startSmall(t)
			out, code := h.script("at", c.script)
			if code != 1 {
				t.Errorf("exit %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("no %q in:\n%s", want, out)
				}
			}
		})
	}
}

// A repeat that is answered otherwise is not the same, and no line of a script makes it so.
func TestScriptOfARepeatThatIsNotTheSame(t *testing.T) {
	h := startSmall(t)
	h.breaks(&h.forget)
	const before = "> *384#\n< …\n> 1\n< …\n> !dup\n"
	out, code := h.script("generic", before+"< (same)\n")
	if code != 1 || !strings.Contains(out, "line 6") || !strings.Contains(out, "expected: (same)") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	// Its own screen may be said, with its own end; the session of the phone is another matter and still open.
	out, code = h.script("generic", before+"< Merci. Référence {ref}.\n< …\n< (end)\n> 0\n< TINYE\n< …\n")
	if code != 0 {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
