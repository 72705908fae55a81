package flows

import "fmt"

// Issue is something wrong with a flow, in a sentence for whoever mends it.
type Issue struct {
	Screen string // "" when it is about the whole flow
	Text   string
}

// String is the issue on one line.
func (i Issue) String() string {
	if i.Screen == "" {
		return i.Text
	}
	return fmt.Sprintf("%s: %s", i.Screen, i.Text)
}
