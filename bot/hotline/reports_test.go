package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
)

// Whatever is repeated, in whichever order: a reply and a question that were taken leave exactly once, or it is told why not,
// and what was refused never does.
func TestRepliesAndQuestionsLeaveOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		phones := []string{"70123456", "66123456", "76000001"}
		var refs []bot.Ref
		promised := map[string]sent{} // what is to leave, by its words
		left := map[string]int{}
		leave := func() {
			for _, m := range d.deliver() {
				if m.row.Kind == bot.KindQuestion || m.row.Kind == bot.KindAnswer {
					left[m.text]++
					if p, ok := promised[m.text]; !ok || p.to != m.to || p.row.ID != m.row.ID {
						rt.Fatalf("%q left to %s, promised to %q", m.text, m.to, p.to)
					}
				}
			}
		}
		serial := 0
		tells := func(phone, text string) {
			serial++
			in := bot.Inbound{Gateway: "sim", ExternalID: fmt.Sprint(serial), Sender: phone, Text: bot.Text(text)}
			for range rapid.IntRange(1, 2).Draw(rt, "copies") {
				_, err := d.Receive(context.Background(), in)
				must(t, err)
			}
		}
		reload := func() {
			must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
				list, err := tx.Reports("", storage.Page{Limit: 1000})
				refs = refs[:0]
				for _, r := range list {
					refs = append(refs, r.Ref)
				}
				return err
			}))
		}
		tells(phones[0], "On dit que le pont de Gao est fermé")
		reload()
		for range rapid.IntRange(1, 25).Draw(rt, "steps") {
			d.clock.Add(time.Duration(rapid.IntRange(1, 9*60).Draw(rt, "minutes")) * time.Minute)
			phone := rapid.SampledFrom(phones).Draw(rt, "phone")
			ref := string(rapid.SampledFrom(refs).Draw(rt, "ref"))
			serial++
			words := fmt.Sprintf("dit le bureau no %d", serial)
			var err error
			var id bot.ID
			done := false
			switch rapid.SampledFrom([]string{"tell", "ask", "reply", "oui", "stop", "label", "close", "send", "sweep"}).Draw(rt, "step") {
			case "tell":
				tells(phone, fmt.Sprintf("On dit que le marché numéro %d est fermé", serial))
				reload()
			case "ask":
				for range rapid.IntRange(1, 3).Draw(rt, "times") {
					asked, again := d.AskReporter(context.Background(), d.act("CISSE"), ref, words)
					if again == nil && done {
						rt.Fatalf("a second question was taken while one is open")
					}
					if again == nil {
						done, id = true, asked.Report.Asked[len(asked.Report.Asked)-1]
					}
					err = errors.Join(err, again)
				}
			case "reply":
				for range rapid.IntRange(1, 3).Draw(rt, "times") {
					replied, again := d.ReplyToReport(context.Background(), d.act("AMI"), ref, words)
					if again == nil && done {
						rt.Fatalf("a second reply was taken")
					}
					if again == nil {
						done, id = true, replied.Report.Answer
					}
					err = errors.Join(err, again)
				}
			case "oui":
				tells(phone, "OUI")
			case "stop":
				tells(phone, "STOP")
			case "label":
				label := rapid.SampledFrom([]bot.ReportLabel{bot.LabelQuestion, bot.LabelChat, bot.LabelSpam}).Draw(rt, "label")
				_, err = d.LabelReport(context.Background(), d.act("DJENEBA"), ref, label)
			case "close":
				_, err = d.CloseReport(context.Background(), d.act("AMI"), ref, bot.CloseDuplicate)
			case "send":
				leave()
			case "sweep":
				must(t, d.Sweep(context.Background()))
			}
			var fault *bot.Error
			if err != nil && !asFault(err, &fault) {
				rt.Fatalf("not a refusal: %v", err)
			}
			if done {
				promised["TINYE "+ref+": "+words] = sent{to: d.phoneOf(t, ref), row: bot.Outbound{ID: id}}
			}
		}
		for range 30 {
			d.clock.Add(time.Hour)
			leave()
		}
		for text, p := range promised {
			o := d.outbound(p.row.ID)
			switch {
			case left[text] == 1 && o.State == bot.OutHandedOver:
			case left[text] != 0:
				rt.Errorf("%q left %d times and is %s", text, left[text], o.State)
			case o.State == bot.OutQueued && o.Reason == "question_waits":
			case o.State == bot.OutExpired && o.Reason == "expired":
			case o.State == bot.OutSuppressed && slices.Contains([]string{"stopped", "question_over"}, o.Reason):
			default:
				rt.Errorf("%q never left and is %s (%s)", text, o.State, o.Reason)
			}
		}
	})
}

// phoneOf is whose report it is.
func (d *desk) phoneOf(t *testing.T, ref string) (number string) {
	t.Helper()
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		_, id, err := tx.FindRef(bot.Ref(ref))
		if err != nil {
			return err
		}
		rep, err := tx.Report(id)
		if err != nil {
			return err
		}
		c, err := tx.Contact(rep.Contact)
		number = c.Number.Value
		return err
	}))
	return number
}

// The words that the desk writes to one person go with the texts of their month: then nothing is sent, and nobody is told
// something else in their place.
func TestWordsOfTheDeskAreKeptAsTexts(t *testing.T) {
	d := newDesk(t)
	made, err := d.EnterReport(context.Background(), d.act("ELI"), hotline.Telling{
		Channel: bot.ChannelPaper, Number: "70123456", Text: "Où faire vacciner un enfant ?",
	})
	must(t, err)
	ref := string(made.Report.Ref)
	replied, err := d.ReplyToReport(context.Background(), d.act("AMI"), ref, "au centre de santé.")
	must(t, err)
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		o, err := tx.Outbound(replied.Report.Answer)
		if err != nil {
			return err
		}
		for _, v := range o.Args {
			if strings.Contains(v, "centre") {
				t.Error("the words stand in the message's row, which outlives them")
			}
		}
		in, err := tx.Inbound(o.ID)
		if string(in.Text) != "au centre de santé." || in.Class != bot.ClassDesk {
			t.Errorf("kept: class %q", in.Class)
		}
		return err
	}))
	if out := d.deliver(); len(out) != 1 || out[0].text != "TINYE "+ref+": au centre de santé." {
		t.Errorf("%d messages left", len(out))
	}
}

// A reply that was written before the question left is none, however late it arrives; one that joins does so once.
func TestATextFromBeforeTheQuestionIsNoReply(t *testing.T) {
	d := newDesk(t)
	tell := func(id, text string, sent time.Time) {
		in := bot.Inbound{Gateway: "sim", ExternalID: id, Sender: "70123456", Text: bot.Text(text), SentAt: bot.At(sent)}
		_, err := d.Receive(context.Background(), in)
		must(t, err)
	}
	texts := func() (n []int) {
		must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
			list, err := tx.Reports("", storage.Page{})
			n = nil
			for _, r := range list {
				n = append(n, len(r.Texts()))
			}
			return err
		}))
		return n
	}
	tell("1", "On dit que le pont de Gao est fermé", d.clock.Now())
	d.deliver()
	var ref string
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		list, err := tx.Reports("", storage.Page{})
		ref = string(list[0].Ref)
		return err
	}))
	d.clock.Add(time.Hour)
	before := d.clock.Now().Add(-30 * time.Minute)
	_, err := d.AskReporter(context.Background(), d.act("CISSE"), ref, "Depuis quand ?")
	must(t, err)
	d.deliver()
	d.clock.Add(time.Minute)
	tell("2", "Le marché aussi est fermé", before)
	if got := texts(); !slices.Equal(got, []int{1, 1}) {
		t.Errorf("reports have %v texts, want one each", got)
	}
	tell("3", "Depuis hier soir", d.clock.Now())
	tell("3", "Depuis hier soir", d.clock.Now())
	if got := texts(); !slices.Equal(got, []int{2, 1}) {
		t.Errorf("reports have %v texts, want two and one", got)
	}
}
