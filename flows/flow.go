package flows

import "tinye/bot"

// Flow is one menu tree as it stands in its file. It never changes after loading.
type Flow struct {
	Name    string   `json:"name"`
	Note    string   `json:"note,omitempty"` // for whoever reads the file
	Start   Target   `json:"start"`          // where a session begins; To is home, which 00 leads to
	Screens []Screen `json:"screens"`        // in the order in which people meet them

	version string // hex of the first bytes of the file's SHA-256
	byID    map[string]*Screen
}

// Screen is one screen: a text, then what can be chosen or typed.
type Screen struct {
	ID      string   `json:"id"`
	Text    string   `json:"text"`              // locale key
	Load    *Target  `json:"load,omitempty"`    // an effect on every entering that fills lists and values; To stays empty
	List    *List    `json:"list,omitempty"`    // lines from an effect, before the choices
	Choices []Choice `json:"choices,omitempty"` // fixed lines
	Input   *Target  `json:"input,omitempty"`   // takes what is typed and is no number of a line
	Code    *Target  `json:"code,omitempty"`    // takes four digits, which no line has
	Read    bool     `json:"read,omitempty"`    // it must have been on a screen: a code dialled in one go stops here
	Done    bool     `json:"done,omitempty"`    // what led here is done once: 0 leads home, never back to where it could be done again
	End     bool     `json:"end,omitempty"`     // the session is over with it
}

// List offers the lines of a list of the walk; the id of the one that is chosen is the Input of Pick's effect.
type List struct {
	From string `json:"from"`
	Pick Target `json:"pick"`
}

// Choice is one fixed line.
type Choice struct {
	Label string `json:"label"`        // locale key
	If    string `json:"if,omitempty"` // only where this value of the walk is set
	Target
}

// Target is where an input leads: first an effect, if any, then a screen. Stay as a screen is the same one, not loaded
// again.
type Target struct {
	Run  string            `json:"run,omitempty"`  // an effect
	With string            `json:"with,omitempty"` // its argument
	To   string            `json:"to,omitempty"`   // the screen where the effect's outcome is "" or there is none
	Else map[string]string `json:"else,omitempty"` // screens for the effect's other outcomes
}

// Stay is the screen that one is on already.
const Stay = "."

// Effect is something that the hotline does in the transaction of the hop.
type Effect struct {
	Name  string
	With  string // as the flow says
	Input string // what was typed, or the id of the line that was chosen

	from origin // where the walk goes on once it is done
}

// IsZero tells whether nothing is to be done.
func (e Effect) IsZero() bool { return e.Name == "" }

// origin is what an effect belongs to.
type origin struct {
	kind  originKind
	at    *Target // nil for a key
	loads int     // effects in a row that load a screen, this one included
}

// originKind says how the walk goes on.
type originKind int

const (
	fromKey    originKind = iota // loads the screen again
	fromTarget                   // goes where the target says
	fromLoad                     // stays, unless the target's Else says otherwise
)

// Result is what an effect came to.
type Result struct {
	Outcome string                // "" or one of those that the effect may have
	Error   string                // locale key of a short line above the next screen, "" for none
	Values  map[string]string     // added to the walk's; an empty one takes it out
	Lists   map[string][]bot.Item // likewise
}
