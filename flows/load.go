package flows

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

//go:embed data/youth.json
var youth []byte

// versionBytes is how much of a file's SHA-256 makes its version.
const versionBytes = 6

// Load reads the flow that is built in. It fails where the flow has a fault that Lint would find without the texts.
func Load() (*Flow, error) {
	f, err := Parse(youth)
	if err != nil {
		return nil, err
	}
	if issues := lintShape(f); len(issues) > 0 {
		return nil, fmt.Errorf("flows: %s: %s", f.Name, issues[0])
	}
	return f, nil
}

// Parse reads a flow. It refuses fields that a flow does not have, and a flow whose home is none of its screens; all
// other faults are for Lint, and a walk goes home where it meets one.
func Parse(data []byte) (*Flow, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	f := &Flow{byID: map[string]*Screen{}}
	if err := d.Decode(f); err != nil {
		return nil, notAFlow(err, d.InputOffset(), data)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("flows: something follows the end of the flow's object")
	}
	for i := range f.Screens {
		s := &f.Screens[i]
		if s.ID == "" || s.ID == Stay {
			return nil, fmt.Errorf("flows: %q is no id of a screen", s.ID)
		}
		if f.byID[s.ID] == nil {
			f.byID[s.ID] = s
		}
	}
	if f.Name == "" {
		return nil, errors.New("flows: the flow has no name")
	}
	if f.byID[f.Start.To] == nil {
		return nil, fmt.Errorf("flows: home is %q, which is no screen", f.Start.To)
	}
	sum := sha256.Sum256(data)
	f.version = hex.EncodeToString(sum[:versionBytes])
	return f, nil
}

// notAFlow says what is wrong with a file in words of its own, and in which line.
func notAFlow(err error, at int64, data []byte) error {
	if errors.Is(err, io.EOF) {
		return errors.New("flows: the file is empty")
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = syntax.Offset
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at = kind.Offset
		field := kind.Field
		if field == "" {
			field = "the flow"
		}
		err = fmt.Errorf("%s cannot be a JSON %s", field, kind.Value)
	}
	line := 1 + bytes.Count(data[:min(int(at), len(data))], []byte("\n"))
	return fmt.Errorf("flows: line %d: %w", line, err)
}

// Version tells the flow from every other and from what it was before a change: 12 hex digits of its file's SHA-256.
func (f *Flow) Version() string { return f.version }

// Home is the id of the screen that 00 leads to.
func (f *Flow) Home() string { return f.Start.To }

// Screen is the screen of that id; nil when there is none. It must not be changed.
func (f *Flow) Screen(id string) *Screen { return f.byID[id] }
