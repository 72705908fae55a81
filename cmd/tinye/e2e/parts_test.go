package e2e

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// lacking ends a test that lacks a part: with TINYE_E2E=required, as in CI, it has failed; otherwise it is skipped.
func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("TINYE_E2E") == "required" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// needProgram finds a program that a test cannot do without.
func needProgram(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacking(t, name+" is not installed; scripts/test-deps says what to do.")
	}
	return path
}

// needRoot is for tests that mount a disk.
func needRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		lacking(t, "Only root can mount the small disk that this test fills.")
	}
}

// killRounds is how often the kill loop kills: TINYE_KILL_ROUNDS, or 5.
func killRounds(t testing.TB) int {
	t.Helper()
	s := os.Getenv("TINYE_KILL_ROUNDS")
	if s == "" {
		return 5
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("TINYE_KILL_ROUNDS=%q is not a number of rounds", s)
	}
	return n
}
