package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// stocked lets two people approve all stock wordings.
func (s *site) stocked() {
	s.t.Helper()
	for _, kind := range bot.StockKinds() {
		for _, name := range []string{"AMI", "BAKARY"} {
			s.ask("/stock/approve", admin.ApproveStock{By: by(name), Kind: kind}, &admin.Stock{})
		}
	}
}

// stock sends a wording and tells how many messages that queued.
func (s *site) stock(ref string, kind bot.StockKind) int {
	s.t.Helper()
	var sent admin.StockSent
	s.ask("/rumour/stock", admin.SendStock{By: by("AMI"), Rumour: ref, Kind: kind}, &sent)
	return sent.Queued
}

// hears has somebody text, and gives the last message that they get back.
func (s *site) hears(phone, text string) string {
	s.t.Helper()
	s.send(bot.OutHandedOver)
	in := bot.Inbound{Gateway: "sim", ExternalID: s.NewID().String(), Sender: phone, To: "36000", Text: bot.Text(text)}
	_, err := s.Receive(s.t.Context(), in)
	must(s.t, err)
	var last string
	for _, c := range s.send(bot.OutHandedOver) {
		last = string(c.Text)
	}
	return last
}

// Whoever told a rumour reads each stock wording once, nothing that contradicts the last word, and hears that by their reference.
func TestAStockWordingIsReadOnce(t *testing.T) {
	s := newSite(t)
	s.stocked()
	report := s.tell(fanta, "Le bac de Dioro a coulé, dit-on")
	ref := s.rumour("Le bac aurait coulé", report)
	for i, want := range []int{1, 0, 0} {
		if n := s.stock(ref, bot.StockHolding); n != want {
			t.Errorf("sending %d of the holding line queued %d", i+1, n)
		}
	}
	if n := s.stock(ref, bot.StockClosed); n != 1 {
		t.Errorf("the last word queued %d", n)
	}
	if n := s.stock(ref, bot.StockClosed); n != 0 {
		t.Errorf("the last word again queued %d", n)
	}
	for _, kind := range []bot.StockKind{bot.StockHolding, bot.StockUnverifiable, bot.StockOutOfScope} {
		s.refused("/rumour/stock", admin.SendStock{By: by("AMI"), Rumour: ref, Kind: kind}, http.StatusUnprocessableEntity, "desk.stock_said")
	}
	var r admin.Rumour
	s.ask("/rumour/show", admin.ShowRumour{By: by("AMI"), Rumour: ref}, &r)
	if len(r.Told) != 2 || r.Told[0].Kind != bot.StockHolding || r.Told[1].Kind != bot.StockClosed || r.Told[1].At.IsZero() {
		t.Errorf("the rumour does not say what was sent: %+v", r.Told)
	}
	closed := strings.ReplaceAll(s.Desk.StockWording(bot.French, bot.StockClosed), "000000000", report)
	if got := s.hears(fanta, report); got != closed {
		t.Errorf("%q, want %q", got, closed)
	}
}

// Those whose answer was withdrawn can be told that it is checked again, or that nothing more comes.
func TestAStockWordingAfterAWithdrawal(t *testing.T) {
	s := newSite(t)
	s.stocked()
	ref := s.rumour("Le puits serait empoisonné", s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"))
	s.stock(ref, bot.StockUnverifiable)
	q := finding(ref, bot.ConfirmedFalse)
	q.Texts = map[string]string{"fra": "L'eau du puits est bonne."}
	var r admin.Rumour
	s.ask("/rumour/submit", q, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref}, &r)
	s.send(bot.OutHandedOver)
	s.store.Time.Add(time.Minute)
	s.ask("/rumour/withdraw", admin.MoveRumour{By: by("AMI"), Rumour: ref, Comment: "Mauvais puits"}, &r)
	s.send(bot.OutHandedOver)
	s.store.Time.Add(time.Minute)
	if len(r.Told) != 1 {
		t.Errorf("a withdrawal is no stock wording: %+v", r.Told)
	}
	for _, kind := range []bot.StockKind{bot.StockHolding, bot.StockClosed} {
		if n := s.stock(ref, kind); n != 1 {
			t.Errorf("%s after the withdrawal queued %d", kind, n)
		}
		if n := s.stock(ref, kind); n != 0 {
			t.Errorf("%s again queued %d", kind, n)
		}
	}
}
