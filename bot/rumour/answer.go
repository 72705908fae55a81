package rumour

import (
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// AnswerKey is the locale key that frames an answer: the service's name, the reader's own reference, the text.
const AnswerKey = "sms.answer"

// Measure counts an answer as it will travel: framed, in wire form, with the longest reference.
func (d Desk) Measure(l bot.Lang, text string) sms.Size {
	framed := d.Texts.Text(l, AnswerKey, map[string]string{"service": d.Service, "ref": longestRef, "answer": text})
	return sms.Measure(d.Wired(framed.Text))
}

// Write sets the answer's text in one language. Whoever writes it cannot approve it; a new text loses an approval. A text
// that is published is frozen; one in a further language may still be added.
func (d Desk) Write(tx storage.Tx, a people.Act, ref string, l bot.Lang, text string) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, rolesFor(Write)...)
	if err != nil {
		return bot.Rumour{}, err
	}
	if _, err := d.line(r, Write); err != nil {
		return bot.Rumour{}, err
	}
	if r, err = d.write(r, by, a.At, l, text); err != nil {
		return bot.Rumour{}, err
	}
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, a.Note(tx, by, eventKind(Write), string(r.Ref), string(l))
}

// write checks a text and puts it among the rumour's.
func (d Desk) write(r bot.Rumour, by bot.Actor, at bot.Instant, l bot.Lang, text string) (bot.Rumour, error) {
	if !slices.Contains(d.Langs, l) {
		return bot.Rumour{}, bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(l), "langs", list(d.Langs))
	}
	if r.Public() && approved(r, l) == nil {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.already_published", "ref", string(r.Ref))
	}
	words, err := plain(text, "desk.text_empty")
	if err != nil {
		return bot.Rumour{}, err
	}
	size := d.Measure(l, string(words))
	if r.AnswerNo > 0 { // some may read it as a correction, which takes more
		size = d.MeasureCorrection(l, string(words))
	}
	if size.Parts > AnswerParts {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.answer_too_long",
			"parts", strconv.Itoa(size.Parts), "max", strconv.Itoa(AnswerParts))
	}
	answer := bot.Answer{Lang: l, Text: words, Author: by.Name, WrittenAt: at}
	r.Answers = slices.DeleteFunc(slices.Clone(r.Answers), func(x bot.Answer) bool { return x.Lang == l })
	r.Answers = append(r.Answers, answer)
	return r, nil
}

// Approve says yes to the answer in one language; the author of the text cannot. Where the rumour is published already,
// those who waited for this language get it now.
func (d Desk) Approve(tx storage.Tx, a people.Act, ref string, l bot.Lang) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, rolesFor(Approve)...)
	if err != nil {
		return bot.Rumour{}, err
	}
	if _, err := d.line(r, Approve); err != nil {
		return bot.Rumour{}, err
	}
	if before, ok := r.AnswerIn(l); ok && before.Approved() && before.Author != by.Name {
		return r, nil
	}
	if r, err = approve(r, by, a.At, l); err != nil {
		return bot.Rumour{}, err
	}
	reopen(&r)
	if r.Public() && r.Auto == bot.AutoAllowed && d.autoTooLong(r) {
		r.Auto = bot.AutoTooLong
	}
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, err
	}
	return r, a.Note(tx, by, eventKind(Approve), string(r.Ref), string(l))
}

// approve notes who approved the text in one language.
func approve(r bot.Rumour, by bot.Actor, at bot.Instant, l bot.Lang) (bot.Rumour, error) {
	i := slices.IndexFunc(r.Answers, func(x bot.Answer) bool { return x.Lang == l })
	if i < 0 {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.no_answer", "ref", string(r.Ref), "lang", string(l))
	}
	if r.Answers[i].Author == by.Name {
		return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.author_approves", "name", by.Name)
	}
	r.Answers = slices.Clone(r.Answers)
	r.Answers[i].Approver, r.Answers[i].ApprovedAt = by.Name, at
	return r, nil
}

// Wired is a text in the form in which it travels at this site.
func (d Desk) Wired(text string) string { return sms.Wire(text, d.Wire) }
