package admin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// agreed stores people of a region who agreed to bulletins.
func (s *site) agreed(from, n int, region string) {
	s.t.Helper()
	for begin := from; begin < from+n; begin += 500 {
		must(s.t, s.store.Update(s.t.Context(), func(tx storage.Tx) error {
			for i := begin; i < min(begin+500, from+n); i++ {
				number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237%07d", i)}
				c := bot.Contact{
					Key: s.store.ContactKey(number), Number: number, Gateway: "sim", Lang: bot.French,
					Consent: bot.Consent{State: bot.ConsentGranted, Scope: []string{"reply", "bulletins"}},
				}
				if region != "" {
					c.Place = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: region}
				}
				if err := tx.PutContact(c, 0); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// previewed is the last line of a preview, and how many lines came.
func (s *site) previewed(as, ref string) (admin.Preview, int) {
	s.t.Helper()
	question, err := json.Marshal(admin.AskPreview{By: by(as), Ref: ref})
	must(s.t, err)
	status, body := s.post(http.MethodPost, "/bulletin/preview", string(question))
	if status != http.StatusOK {
		s.t.Fatalf("preview: %d %s", status, body)
	}
	lines := strings.Split(strings.TrimSpace(string(body)), "\n")
	var last admin.PreviewStep
	must(s.t, json.Unmarshal([]byte(lines[len(lines)-1]), &last))
	if last.Preview == nil {
		s.t.Fatalf("the last line has no preview: %s", lines[len(lines)-1])
	}
	return *last.Preview, len(lines)
}

// A preview says how far it is, what it costs and how long it takes. A coordinator is told small cells; a verifier is told them together with
// the next larger ones.
func TestAPreviewOfABulletin(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Prices, s.Service.Site.Rates = map[string]int{"sim": 15}, map[string]float64{"sim": 2}
	s.agreed(0, 1200, "ML07")
	s.agreed(5000, 7, "ML01")
	s.agreed(6000, 2, "ML05")
	s.agreed(7000, 1, "")
	ref := s.approved(drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert à tous."))
	before := s.events()
	v, lines := s.previewed("AMI", ref)
	if lines < 2 {
		t.Errorf("%d lines: nobody sees how far it is", lines)
	}
	if v.People != 1210 || v.Parts != 1210 || v.XOF != 1210*15 || v.Unpriced || v.UCS2 != 0 {
		t.Errorf("people, parts and cost: %+v", v)
	}
	if want := s.store.Time.Instant().Add(605e9); v.Time.Ends != want || v.Time.Unsent != 0 {
		t.Errorf("ends at %v, want %v", v.Time.Ends.Time(), want.Time())
	}
	if len(v.Cells) != 4 || v.Cells[0].N != 1200 || v.Cells[3].N != 1 {
		t.Errorf("a coordinator is told %+v", v.Cells)
	}
	if v, _ := s.previewed("CISSE", ref); len(v.Cells) != 2 || v.Cells[1].N != 10 || !v.Cells[1].Others {
		t.Errorf("a verifier is told %+v", v.Cells)
	}
	if after := s.events(); len(after) != len(before) {
		t.Errorf("a preview left %v", after[len(before):])
	}
	must(t, s.store.View(t.Context(), func(tx storage.Tx) error {
		if n, err := tx.CountOutbounds(bot.OutQueued, 10); err != nil || n != 0 {
			t.Errorf("%d queued (%v) by a preview", n, err)
		}
		return nil
	}))
}

// Small counts are put together until nobody can tell one of them from the sum.
func TestSmallCellsAreNotTold(t *testing.T) {
	s := newSite(t)
	s.agreed(0, 3, "ML07")
	ref := s.approved(drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert à tous."))
	if v, _ := s.previewed("DJENEBA", ref); len(v.Cells) != 1 || v.Cells[0].N != -1 || v.Cells[0].Place != "" {
		t.Errorf("told %+v", v.Cells)
	}
	s.agreed(100, 9, "ML01")
	if v, _ := s.previewed("DJENEBA", ref); len(v.Cells) != 1 || v.Cells[0].N != 12 || !v.Cells[0].Others {
		t.Errorf("told %+v: three follow from the sum", v.Cells)
	}
}
