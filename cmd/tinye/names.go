package main

import (
	"fmt"

	"tinye/bot/admin"
)

// namesFlag says that whoever writes looked at whom a text names, before it goes out.
type namesFlag struct {
	NamesChecked bool `help:"You looked: the number, the name or the group that the text names may go out. Without it such a text is refused."`
}

// remarks warn of names in texts that stay at the desk: a coordinator reads these as they are, and no look at them is noted.
func (p *page) remarks(list []admin.Remark) {
	for _, r := range list {
		which := fmt.Sprintf("mot %d", r.Word)
		if r.Words > 1 {
			which = fmt.Sprintf("mots %d-%d", r.Word, r.Word+r.Words-1)
		}
		p.line("Attention: %s contient %s (%s). Il est noté tel quel; écrivez plutôt sans.",
			p.worded("desk.wrote.", string(r.Text)), p.worded("desk.names.", string(r.Names)), which)
	}
}
