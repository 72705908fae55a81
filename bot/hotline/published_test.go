package hotline_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// publishes takes a claim from a report to a published answer in French; titles are for the menus.
func (d *desk) publishes(t *testing.T, answer string, titles ...rumour.Title) bot.ID {
	t.Helper()
	d.clock.Add(time.Hour)
	d.receive(bot.Inbound{ExternalID: d.NewID().String(), Sender: "70123456", Text: claim})
	all := d.reports()
	ref := d.create(t, all[len(all)-1].Ref)
	d.find(t, ref, bot.ConfirmedFalse)
	d.write(t, ref, bot.French, answer)
	_, err := d.Approve(context.Background(), d.act("AMI"), ref, bot.French)
	must(t, err)
	r, err := d.Publish(context.Background(), d.act("AMI"), ref, bot.French, titles...)
	must(t, err)
	return r.ID
}

func (d *desk) write(t *testing.T, ref string, l bot.Lang, answer string) {
	t.Helper()
	must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		_, err := d.Desk.Write(tx, d.act("CISSE"), ref, l, answer)
		return err
	}))
}

func (d *desk) found(t *testing.T, typed string, limit int) []bot.ID {
	t.Helper()
	var ids []bot.ID
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		ids = nil
		list, err := d.Search(tx, typed, limit)
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		return err
	}))
	return ids
}

func (d *desk) refOf(t *testing.T, id bot.ID) (ref string) {
	t.Helper()
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		r, err := tx.Rumour(id)
		ref = string(r.Ref)
		return err
	}))
	return ref
}

// What is published is found by its words, in any spelling that folds alike, with or without the mark of a plural.
func TestPublishedAnswersAreFoundByTheirWords(t *testing.T) {
	d := newDesk(t)
	bridge := d.publishes(t, "Le pont de Markala est ouvert.")
	wells := d.publishes(t, "Les puits de Gao sont contrôlés: l'eau est bonne.", rumour.Title{Lang: bot.French, Text: "Prix et vaccins: rien"})
	for typed, want := range map[string][]bot.ID{
		"pont": {bridge}, "PONTS": {bridge}, "màrkala": {bridge}, "puit": {wells}, "controle": {wells},
		"vaccin": {wells}, "prix": {wells}, "gao": {wells}, // of the title, and of three letters
		"le pont des puits de gao": {wells}, // the most words
		"marché":                   nil,     // of what was claimed of both, as the desk put it: nobody finds out names by trying them
		"de":                       nil, "l": nil, "": nil, "hôpital": nil, "...": nil,
	} {
		if got := d.found(t, typed, 5); !slices.Equal(got, want) {
			t.Errorf("%q finds %d rumours, want %d", typed, len(got), len(want))
		}
	}
}

func TestTheLatestIsFoundFirst(t *testing.T) {
	d := newDesk(t)
	var ids []bot.ID
	for range 4 {
		ids = append(ids, d.publishes(t, "Le marché est ouvert."))
	}
	slices.Reverse(ids)
	if got := d.found(t, "marché", 3); !slices.Equal(got, ids[:3]) {
		t.Error("the three latest are not found in their order")
	}
	if got := d.found(t, "marché", 0); len(got) != 0 {
		t.Errorf("%d found of none", len(got))
	}
}

// Nothing is found that is not public: no answer that nobody approved, nothing before it is published.
func TestOnlyWhatIsPublicIsFound(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	ref := d.create(t, d.reports()[0].Ref) // the claim: Le marché serait fermé
	d.find(t, ref, bot.ConfirmedFalse)
	d.write(t, ref, bot.French, "les commerces sont ouverts.")
	_, err := d.Approve(context.Background(), d.act("AMI"), ref, bot.French)
	must(t, err)
	if got := d.found(t, "commerces marché", 5); len(got) != 0 {
		t.Error("it is found before it is published")
	}
	_, err = d.Publish(context.Background(), d.act("AMI"), ref, bot.French)
	must(t, err)
	d.write(t, ref, bot.Bambara, "Tiɲɛ tɛ. Nkalon don.")
	if got := d.found(t, "commerce", 5); len(got) != 1 {
		t.Error("the published answer is not found")
	}
	_, err = d.Publish(context.Background(), d.act("AMI"), ref, "", rumour.Title{Lang: bot.French, Text: "Commerces ouverts"})
	must(t, err) // its words are put into the index anew
	if got := d.found(t, "nkalon", 5); len(got) != 0 {
		t.Error("an answer without approval is found")
	}
	// An answer of a published rumour is found once it is approved, and stays under the words of the other language.
	_, err = d.Approve(context.Background(), d.act("AMI"), ref, bot.Bambara)
	must(t, err)
	if len(d.found(t, "nkalon", 5)) != 1 || len(d.found(t, "commerce", 5)) != 1 {
		t.Error("the answers in both languages are not found")
	}
}

// Titles change what is found, and nothing else: nobody is answered again.
func TestANewTitleIsFoundInPlaceOfTheOld(t *testing.T) {
	d := newDesk(t)
	id := d.publishes(t, "Le pont de Markala est ouvert.", rumour.Title{Lang: bot.French, Text: "Barrage intact"})
	d.deliver()
	if len(d.found(t, "barrage", 5)) != 1 {
		t.Fatal("it is not found by its title")
	}
	_, err := d.Publish(context.Background(), d.act("BAKARY"), d.refOf(t, id), "", rumour.Title{Lang: bot.French, Text: "Passage permis"})
	must(t, err)
	if len(d.found(t, "barrage", 5)) != 0 || len(d.found(t, "passage", 5)) != 1 || len(d.found(t, "markala", 5)) != 1 {
		t.Error("it is not found by its new title and its answer alone")
	}
	if out := d.deliver(); len(out) != 0 {
		t.Errorf("%d messages left", len(out))
	}
}

// A title that is refused publishes nothing.
func TestARefusedTitlePublishesNothing(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	ref := d.create(t, d.reports()[0].Ref)
	d.find(t, ref, bot.ConfirmedFalse)
	d.write(t, ref, bot.French, "le marché est ouvert.")
	_, err := d.Approve(context.Background(), d.act("AMI"), ref, bot.French)
	must(t, err)
	_, err = d.Publish(context.Background(), d.act("AMI"), ref, bot.French, rumour.Title{Lang: bot.Bambara, Text: "Tiɲɛ tɛ"})
	var fault *bot.Error
	if !asFault(err, &fault) || fault.Key != "desk.no_answer" {
		t.Fatalf("published: %v", err)
	}
	d.deliver()
	if r := d.reports()[0]; r.State == bot.ReportAnswered {
		t.Error("the report is answered")
	}
}
