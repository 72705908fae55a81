// Package flows walks through menus: what stands on a screen, where an input leads, and what is to be done on the way.
//
// # A flow
//
// A flow is a JSON file in data, read strictly. It holds keys of texts (package locales), never a text. A screen has a
// text, then the lines of a list that an effect filled, then fixed lines; it may take what is typed. A line or what is
// typed leads to a target: an effect to run, or none, and the screen where the walk goes on, by the effect's outcome.
// Specs names every effect that a flow may use; package hotline does them.
//
// # A walk
//
// Nothing here reads a clock, a store or a language of its own: a Walk and an input give the next Walk and an Effect,
// what the effect came to gives the next again, and a Walk with a Look gives a Page. A Walk that is handed in is never
// changed.
//
//	w, e := flow.Begin() // or flow.Step(w, input)
//	for !e.IsZero() {
//		w, e = flow.Settle(w, e, do(e))
//	}
//	page := flow.Render(w, look)
//	w.Page = page.Number
//
// The last line matters where somebody asks for a page that is not there.
//
// # Keys
//
// The same on every screen and in every language, digits only, since * and # mean something to gateways:
//
//	0   the page before; on the first one the screen before, loaded again; home from a screen that is done
//	00  home, with everything forgotten that was chosen on the way
//	98  the next page
//	99  the site's next language
//
// Lines are numbered from 1 on over all pages, first those of the list, and a number means the same on each page. A list
// has at most 97 lines together with the fixed ones, so that no number is a key; what goes beyond is left out.
//
// # Pages
//
// A page is measured as it travels: in septets, or in units of UTF-16 where a character forces UCS-2. Nothing is left
// out to make it fit: what is too long goes on with 98. Only last screens cannot go on: Lint sees to it that they fit in
// both wire forms of GSM-7, and one that does not fit in its right spelling goes out as gsm-accent.
package flows
