package hotline

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/flows"
)

// mostEffects is how many effects one input may cause; a flow that causes more goes round in a ring.
const mostEffects = 8

// step takes one input.
func (t *hopTurn) step(input string) error {
	if t.typing.input != input { // the session went on since it was looked at
		t.typing = t.readTyped(t.in, t.number, t.contact, input)
	}
	before := t.session.Walk.Wrong
	walk, effect := t.Flow.Step(t.session.Walk, input)
	if walk.Wrong > before {
		t.mark(bot.ScreenTally{Wrong: 1})
	}
	return t.settle(walk, effect)
}

// settle does what the flow asks for until it asks for nothing more.
func (t *hopTurn) settle(walk bot.Walk, effect flows.Effect) error {
	from := t.session.Walk.Screen
	for n := 0; !effect.IsZero(); n++ {
		if n == mostEffects {
			return fmt.Errorf("hotline: the flow %s goes round in a ring at %s", t.Flow.Name, effect.Name)
		}
		t.session.Walk = walk
		result, err := t.do(effect)
		if err != nil {
			return fmt.Errorf("hotline: %s: %w", effect.Name, err)
		}
		walk, effect = t.Flow.Settle(walk, effect, result)
	}
	t.session.Walk = walk
	if walk.Screen != from {
		t.mark(bot.ScreenTally{Shown: 1})
	}
	return nil
}

// mark counts something on the screen where the caller is; it is added up once this hop is on disk.
func (t *hopTurn) mark(n bot.ScreenTally) {
	n.Flow, n.Version, n.Screen = t.session.Flow, t.session.Version, t.session.Walk.Screen
	t.done.marks = append(t.done.marks, n)
}

// look is how the caller sees a screen.
func (t *hopTurn) look() flows.Look {
	budget := t.Site.USSD.Septets[t.session.Gateway]
	if budget == 0 {
		budget = defaultSeptets
	}
	return flows.Look{
		Texts: t.Texts, Lang: t.session.Lang, Values: t.menuValues(), Wire: t.Desk.Wire, Budget: budget,
		Other: t.Texts.Name(t.nextLang()),
	}
}

// defaultSeptets is the page that all networks take (ussd lesson 6).
const defaultSeptets = 160

// menuValues are the site's own values in the texts of menus.
func (t *hopTurn) menuValues() map[string]string {
	v := t.values(nil)
	v["code"] = t.Site.USSD.Code
	v["number"] = t.Site.USSD.SMSNumber
	return v
}

// nextLang is the language that the key for it leads to, "" where the site has one only.
func (t *hopTurn) nextLang() bot.Lang {
	langs := t.Site.Langs
	if len(langs) < 2 {
		return ""
	}
	return langs[(slices.Index(langs, t.session.Lang)+1)%len(langs)]
}

// label is a text of one line in the caller's language.
func (t *hopTurn) label(key string, args map[string]string) string {
	return t.Texts.Text(t.session.Lang, key, t.values(args)).Text
}
