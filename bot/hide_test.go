package bot

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// Every type that may hold a number or a text is printed and logged in every way, and neither comes out.
func TestPrintingHidesNumbersAndTexts(t *testing.T) {
	const number, text = "+22370123456", "le puits de Gao est empoisonné"
	key := ContactKey([]byte("sixteen bytes !!"))
	address := Address{Kind: Phone, Value: number}
	values := []any{
		address, &address, key, Text(text),
		Inbound{Sender: number, From: address, Contact: key, Text: text},
		Contact{Key: key, Number: address},
		Report{Contact: key},
		Rumour{
			Claim: text, Answers: []Answer{{Text: text}}, HarmNote: text,
			Evidence: []Evidence{{Note: text}}, Proposal: Proposal{Public: text, Internal: text}, Notes: []Note{{Text: text}},
		},
		Outbound{Contact: key},
		User{Name: "AMI", Number: address, NumberKey: key}, DeskNumber{Key: key, User: "AMI"},
		CodeKey(key), SheetCode{Key: CodeKey(key), User: "AMI"},
	}
	for _, v := range values {
		var logged bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
			slog.New(h).Info("message", "value", v)
		}
		printed := logged.String()
		if _, raw := v.(Inbound); !raw { // the raw sender is plain text until hotline drops it: it may only be logged
			printed += fmt.Sprintf("%v %+v %#v %s", v, v, v, v)
		}
		for _, secret := range []string{number, "70123456", text, "empoison", string(key[:])} {
			if strings.Contains(printed, secret) {
				t.Errorf("%T shows %q: %s", v, secret, printed)
			}
		}
	}
}

func TestFaultsCarryTheirCode(t *testing.T) {
	err := fmt.Errorf("admin: %w", Fault(CodeRefused, "desk.not_decided", "ref", "482918"))
	if CodeOf(err) != CodeRefused || CodeOf(fmt.Errorf("other")) != CodeInternal {
		t.Errorf("codes: %q, %q", CodeOf(err), CodeOf(fmt.Errorf("other")))
	}
}

func TestStatesNeverGoBack(t *testing.T) {
	for _, from := range []OutState{OutDelivered, OutFailed, OutExpired, OutSuppressed} {
		for _, to := range []OutState{OutQueued, OutClaimed, OutHandedOver, OutUnknown, OutDelivered, OutFailed, OutExpired, OutSuppressed} {
			if from.CanBecome(to) {
				t.Errorf("%s becomes %s", from, to)
			}
		}
	}
	if !OutUnknown.CanBecome(OutDelivered) || OutUnknown.CanBecome(OutQueued) || OutHandedOver.CanBecome(OutQueued) {
		t.Error("unknown must be able to become delivered, and nothing sent may be queued again")
	}
}
