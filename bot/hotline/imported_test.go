package hotline_test

import (
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// listed brings a number in by a list, in the language that its row names.
func (d *desk) listed(phone string, lang bot.Lang) bot.ImportRun {
	d.t.Helper()
	d.account("AMI", bot.RoleCoordinator)
	a := d.act("AMI")
	number := d.Numbers.Normalise(phone)
	row := people.ImportRow{Row: 1, Good: true, Who: people.Listed{
		Phone: people.Phone{Number: number, Key: d.Store.ContactKey(number)}, Lang: lang, AgeBand: bot.Age18to24,
	}}
	list := bot.ImportRun{ID: d.NewID(), File: d.Store.RepeatKey("import", phone), Source: "registre"}
	var run bot.ImportRun
	must(d.t, d.updated(func(tx storage.Tx) error {
		begun, err := people.BeginImport(tx, a, list)
		if err != nil {
			return err
		}
		run, err = people.ImportRows(tx, a, begun.ID, []people.ImportRow{row}, true)
		return err
	}))
	return run
}

// Somebody on a list whose language has no texts yet reads French, in the menus and by SMS, and a text that is plainly in another
// language says better what they read. An OUI of theirs is no consent before they were asked.
func TestAnImportedPersonIsServed(t *testing.T) {
	d := newCounted(t, bot.PlaceCode{})
	d.listed("70123457", "ses")
	d.texted("70123457", "OUI")
	if c := d.contact("70123457"); c.Consent.State == bot.ConsentGranted || c.LastSeen.IsZero() || c.Lang != "ses" {
		t.Errorf("after an OUI that answers nothing: %+v", c.Consent)
	}
	out := d.deliver()
	if len(out) != 1 || !strings.Contains(out[0].text, "OUI ou NON") {
		t.Errorf("the consent text is %+v", out)
	}
	d.texted("70123457", "OUI")
	if c := d.contact("70123457"); c.Consent.State != bot.ConsentGranted || c.Enrolled.Via != bot.EnrolImport {
		t.Errorf("after the OUI to the consent text: %+v %+v", c.Consent, c.Enrolled)
	}

	d.listed("70123458", "taq")
	reply, err := d.Receive(t.Context(), bot.Inbound{Gateway: "sim", Channel: bot.ChannelUSSD, Sender: "70123458", To: "*384#", SessionID: "a", Hop: "1"})
	must(t, err)
	if !strings.Contains(string(reply.Screen), "1 Signaler") {
		t.Errorf("the menu reads %q", reply.Screen)
	}
	reply, err = d.Receive(t.Context(), bot.Inbound{Gateway: "sim", Channel: bot.ChannelUSSD, Sender: "70123458", To: "*384#", SessionID: "a", Hop: "2", Text: "99"})
	must(t, err)
	if strings.Contains(string(reply.Screen), "desk.") || reply.Screen == "" {
		t.Errorf("the other language reads %q", reply.Screen)
	}

	d.listed("70123459", bot.French)
	d.texted("70123459", "Mɔgɔw b'a fɔ ko kɔlɔn ji ma ɲi ani ko denmisɛnw banana an ka dugu kɔnɔ")
	if c := d.contact("70123459"); c.Lang != bot.Bambara {
		t.Errorf("a Bambara text leaves the language at %s", c.Lang)
	}
}
