package hotline_test

import (
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// FILE counts a restricted rumour for everybody who may ask, and names it to who needs to know of it.
func TestQueueNamesARestrictedRumourToWhoNeedsToKnow(t *testing.T) {
	p, codes := withPhone(t)
	const djeneba = "66000091"
	for _, step := range []string{"ADAMA number DJENEBA " + djeneba, "DJENEBA sheet d 5"} {
		must(t, p.step(step))
	}
	var refs []bot.Ref
	for range 6 {
		r := bot.Rumour{ID: p.NewID(), State: bot.RumourNew, CreatedAt: p.clock.Instant(), Risk: bot.Risk{Level: bot.RiskHigh}, Restricted: len(refs) == 0}
		drawn := p.Refs()
		must(t, p.updated(func(tx storage.Tx) (err error) {
			if r.Ref, err = tx.TakeRef(drawn, bot.RefRumour, r.ID); err != nil {
				return err
			}
			return tx.PutRumour(r, 0)
		}))
		p.clock.Add(time.Minute)
		refs = append(refs, r.Ref)
	}
	p.texted(amisPhone, "FILE "+codes[0])
	p.texted(djeneba, "FILE "+p.names["d1"])
	told := map[string]string{}
	for _, m := range p.deliver() {
		told[m.to] = m.text
	}
	name := func(list []bot.Ref) string {
		var words []string
		for _, r := range list {
			words = append(words, string(r))
		}
		return "D'abord: " + strings.Join(words, " ")
	}
	for phone, want := range map[string]string{amisPhone: name(refs[:5]), djeneba: name(refs[1:])} {
		if got := told["+223"+phone]; !strings.Contains(got, "nouvelles 6") || !strings.HasSuffix(got, want) {
			t.Errorf("%s reads %q, want six new ones and %q", phone, got, want)
		}
	}
}
