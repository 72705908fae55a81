// Package locales holds every sentence that Tinye says, one file per language, and the printer that finds the right one.
//
// # Files
//
// fr.json is the base: it defines every key, what the text is for, whether it is critical, its channel, how many parts
// it may take, and the values it may hold, each with the longest one that is realistic. Every other language is one more
// file beside it, named by the language's short tag (bm.json), with the same keys in any order. Texts stand in the
// language's right spelling (ɛ ɔ ɲ ŋ, accents); package sms makes the wire form when a message is sent. A value is
// written {name} and is put in as it is: braces inside a value mean nothing. Files are read strictly: an unknown field,
// a key that stands twice or a lone brace is refused.
//
// A screen of ours (channel ussd, parts 1) fits a page of 160 septets by itself; one that holds the desk's own words has no
// limit and goes on over pages. What stands below a text on its screen is measured with the menu, in package flows.
//
// # Adding a text
//
// Add it to fr.json where people meet it, and to every other file; where nobody can translate it yet, copy the French
// text and mark it "missing". Check names what is forgotten, and the tests fail on it.
//
// # Adding a language
//
// Give the language a name in package bot, copy bm.json, change language, name and days, set plurals to "one_other" when
// the language has a form of its own for 0 and 1 and to "other" when it has none, mark every text "missing", and replace
// the texts one by one. Nothing else changes.
//
// # Review
//
// Each text of a translation is "missing" (it holds the French text, French is sent and counted), "unreviewed" (put
// together from a phrase list, from names its entries, note says what it lacks against the French) or "reviewed" (a
// native speaker read the review sheet, wrote down what the text says, and by names them by their code name). Critical
// texts, those about consent, stopping, danger and verdicts, go out unreviewed only where the site allows it by name.
package locales
