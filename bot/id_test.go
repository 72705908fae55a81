package bot

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestIDTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		got, err := ParseID(id.String())
		if err != nil || got != id {
			t.Fatalf("ParseID(%q) = %v, %v", id.String(), got, err)
		}
	})
	for _, bad := range []string{"", "x", "01234567-89ab-7def-8123-456789abcdeg", "0123456789ab7def8123456789abcdef", "01234567-89ab-7def-8123-456789abcdef0"} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("ParseID(%q) took it", bad)
		}
	}
}

func TestIDTellsItsTime(t *testing.T) {
	id, err := ParseID("019a5e3f-7c00-7abc-8123-456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	if want := time.UnixMilli(0x019a5e3f7c00).UTC(); !id.Time().Equal(want) {
		t.Errorf("Time() = %v, want %v", id.Time(), want)
	}
}

func TestUnsetValuesInJSON(t *testing.T) {
	type row struct {
		ID ID
		At Instant
	}
	for _, want := range []row{{}, {ID: ID{1, 2, 3}, At: At(time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC))}} {
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got row
		if err := json.Unmarshal(b, &got); err != nil || got != want {
			t.Errorf("%s came back as %v, %v", b, got, err)
		}
	}
}

func TestInstantIsExactToTheMicrosecond(t *testing.T) {
	at := time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)
	if got, want := At(at).Time(), at.Truncate(time.Microsecond); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !At(time.Time{}).IsZero() || !Instant(0).Time().IsZero() {
		t.Error("an unset time does not stay unset")
	}
}
