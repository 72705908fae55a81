package panicked_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tinye/bot/panicked"
)

func throw(what any) (err error) {
	defer panicked.Catch(&err)
	panic(what)
}

// The type and the place are told; the words, which may be somebody's message, are not.
func TestAPanicWithoutItsWords(t *testing.T) {
	for what, kind := range map[any]string{
		"On dit que 70123456 est fermé": "string",
		fmt.Sprintf("%d", 70123456):     "string",
		[1]string{"70123456"}:           "[1]string",
		errors.New("70123456"):          "*errors.errorString",
	} {
		err := throw(what)
		p, ok := errors.AsType[*panicked.Error](err)
		if !ok {
			t.Fatalf("%v", err)
		}
		all := err.Error() + strings.Join(p.Calls, " ")
		if p.Kind != kind || strings.Contains(all, "70123456") {
			t.Errorf("%s, want %s: %s", p.Kind, kind, all)
		}
		if len(p.Calls) == 0 || len(p.Calls) > 8 || !strings.Contains(p.Calls[0], "throw panicked_test.go:") || !strings.Contains(err.Error(), p.Calls[0]) {
			t.Errorf("the calls: %q", p.Calls)
		}
	}
}

func index(list []int, i int) (n int, err error) {
	defer panicked.Catch(&err)
	return list[i], nil
}

// A fault that the runtime throws is found at our line, not in the runtime.
func TestAFaultOfTheRuntime(t *testing.T) {
	if n, err := index([]int{7}, 0); n != 7 || err != nil {
		t.Errorf("without a panic: %d, %v", n, err)
	}
	if _, err := index(nil, 3); err == nil || !strings.Contains(err.Error(), "runtime.boundsError at ") || !strings.Contains(err.Error(), "index panicked_test.go:") {
		t.Errorf("%v", err)
	}
}

// A recursion without end leaves a short error.
func TestDeepStack(t *testing.T) {
	var deep func(n int)
	deep = func(n int) {
		if n == 0 {
			panic("end")
		}
		deep(n - 1)
	}
	err := func() (err error) {
		defer panicked.Catch(&err)
		deep(100)
		return nil
	}()
	if p, ok := errors.AsType[*panicked.Error](err); !ok || len(p.Calls) != 8 {
		t.Errorf("%v", err)
	}
}
