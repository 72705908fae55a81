package rumour

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// Title is the line under which a published answer stands in the menus of one language.
type Title struct {
	Lang bot.Lang
	Text string // as it was typed
}

// Title sets titles of approved answers. Each is one line of at most bot.MaxTitle characters, and takes no more septets
// than that in the form in which it travels. A later title takes the place of an earlier one.
func (d Desk) Title(tx storage.Tx, a people.Act, ref string, titles []Title) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, rolesFor(Entitle)...)
	if err != nil {
		return bot.Rumour{}, err
	}
	if _, err := d.line(r, Entitle); err != nil {
		return bot.Rumour{}, err
	}
	if r, err = d.entitle(r, titles); err != nil {
		return bot.Rumour{}, err
	}
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, noteTitles(tx, a, by, r, titles)
}

// entitle checks titles and gives them to the rumour's answers.
func (d Desk) entitle(r bot.Rumour, titles []Title) (bot.Rumour, error) {
	r.Answers = slices.Clone(r.Answers)
	for _, t := range titles {
		if !slices.Contains(d.Langs, t.Lang) {
			return bot.Rumour{}, bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(t.Lang), "langs", list(d.Langs))
		}
		if err := approved(r, t.Lang); err != nil {
			return bot.Rumour{}, err
		}
		text, err := d.title(t)
		if err != nil {
			return bot.Rumour{}, err
		}
		i := slices.IndexFunc(r.Answers, func(x bot.Answer) bool { return x.Lang == t.Lang })
		r.Answers[i].Title = text
	}
	return r, nil
}

func noteTitles(tx storage.Tx, a people.Act, by bot.Actor, r bot.Rumour, titles []Title) error {
	for _, t := range titles {
		if err := a.Note(tx, by, eventKind(Entitle), string(r.Ref), string(t.Lang)); err != nil {
			return err
		}
	}
	return nil
}

// title checks one title.
func (d Desk) title(t Title) (bot.Text, error) {
	text, err := plain(t.Text, "desk.title_empty")
	if err != nil {
		return "", err
	}
	if strings.Contains(string(text), "\n") {
		return "", bot.Fault(bot.CodeInvalid, "desk.text_control")
	}
	size := sms.Measure(d.Wired(string(text)))
	if size.Encoding != bot.GSM7 && d.Wire != sms.Official {
		return "", bot.Fault(bot.CodeRefused, "desk.title_signs", "lang", string(t.Lang), "signs", signs(size))
	}
	if utf8.RuneCountInString(string(text)) > bot.MaxTitle || size.Units > bot.MaxTitle {
		return "", bot.Fault(bot.CodeRefused, "desk.title_too_long", "lang", string(t.Lang), "max", strconv.Itoa(bot.MaxTitle))
	}
	return text, nil
}

// signs are the characters that would make a whole screen dearer.
func signs(size sms.Size) string {
	found := make([]string, len(size.Outsiders))
	for i, o := range size.Outsiders {
		found[i] = string(o.Char)
	}
	return strings.Join(found, " ")
}

// TitleOf is the line under which an answer stands in a menu: its title or, so that nothing published is missing there, the
// beginning of its wording. It has at most bot.MaxTitle characters.
func TitleOf(a bot.Answer) string {
	if a.Title != "" {
		return string(a.Title)
	}
	words := strings.Fields(string(a.Text))
	all := strings.Join(words, " ")
	if utf8.RuneCountInString(all) <= bot.MaxTitle {
		return all
	}
	const more = "..."
	room := bot.MaxTitle - len(more)
	start, next := "", ""
	for _, w := range words {
		next += w
		short := strings.TrimRight(next, ".,;:!?")
		if utf8.RuneCountInString(short) > room {
			break
		}
		start = short
		next += " "
	}
	if start == "" { // one long word, or only signs
		start = string([]rune(words[0])[:min(room, utf8.RuneCountInString(words[0]))])
	}
	return start + more
}

// PublicTexts are the wordings of a rumour that anybody may read: approved answers and their titles, once it is published.
func PublicTexts(r bot.Rumour) []bot.Text {
	if !r.Public() {
		return nil
	}
	var texts []bot.Text
	for _, a := range r.Answers {
		if !a.Approved() {
			continue
		}
		texts = append(texts, a.Text)
		if a.Title != "" {
			texts = append(texts, a.Title)
		}
	}
	return texts
}
