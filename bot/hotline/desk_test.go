package hotline_test

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// desk is a hotline on a real store, with a clock that tests set and a gateway that takes everything.
type desk struct {
	*hotline.Service
	t     testing.TB
	clock *storagetest.Clock
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	store := storagetest.Open(t)
	d := &desk{t: t, clock: store.Time}
	d.set(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)) // a Monday
	service, err := hotline.New("ML")
	must(t, err)
	langs := []bot.Lang{bot.French, bot.Bambara}
	service.Site = hotline.Site{
		ID: "test", Service: "TINYE", Langs: langs, Danger: "80001234", Cap: 2, Zone: time.UTC, Gateway: "sim",
		Limits: people.Limits{Join: 10 * time.Minute},
		USSD:   hotline.USSD{Code: "*384#", SMSNumber: "36000", Places: sitePlaces()},
	}
	service.Desk = rumour.Desk{Service: "TINYE", Langs: langs, Wire: sms.GSMAccent}
	service.Now, service.NewID = store.Time.Now, store.IDs.New
	service.Random = rand.New(rand.NewPCG(1, 2)).Uint64
	service.Log = slog.New(slog.DiscardHandler)
	d.Service = service
	d.use(store)
	d.useTexts(t, langs)
	for name, role := range map[string]bot.Role{
		"AMI": bot.RoleCoordinator, "BAKARY": bot.RoleCoordinator, "CISSE": bot.RoleVerifier, "DJENEBA": bot.RoleModerator,
		"ELI": bot.RoleFieldAgent, "FOUSSENI": bot.RoleProtectionFocal,
	} {
		u := bot.User{Name: name, Roles: []bot.Role{role}}
		must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error { return tx.PutUser(u, 0) }))
	}
	return d
}

// use has the hotline work on a store; what it commits is in the index at once.
func (d *desk) use(store storage.Store) {
	d.t.Helper()
	m, err := hotline.NewMatcher(hotline.MatcherOptions{
		Place: func(word string) ([]bot.PlaceCode, bool) { return d.Places().Word(word) }, AtOnce: true, Weights: unlearned(),
	})
	must(d.t, err)
	d.Matcher, d.Store = m, m.Watch(store)
	must(d.t, m.Load(context.Background()))
}

// sitePlaces are the four places of the site under test.
func sitePlaces() []bot.PlaceCode {
	var codes []bot.PlaceCode
	for _, code := range []string{"ML0701", "ML0501", "ML0101", "ML1901"} { // Gao, Mopti, Kayes, Bandiagara
		codes = append(codes, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code})
	}
	return codes
}

// set moves the clock to a moment.
func (d *desk) set(to time.Time) { d.clock.Add(to.Sub(d.clock.Now())) }

// useTexts lets critical texts that nobody reviewed go out in the given languages only.
func (d *desk) useTexts(t testing.TB, unreviewed []bot.Lang) {
	catalog, err := locales.Load()
	must(t, err)
	d.Texts = catalog.Printer(locales.Policy{AllowUnreviewed: unreviewed, Hours: d.Site.Hours.Week})
	d.Desk.Texts = d.Texts
}

func (d *desk) openWeekdays() {
	h := rumour.Hours{Zone: time.UTC, Holidays: map[string]bool{"2026-12-25": true}}
	for day := range 5 {
		h.Week[day] = []locales.Span{{From: 10 * 60, To: 18 * 60}}
	}
	d.Site.Hours = h
	d.useTexts(d.t, d.Site.Langs)
}

func (d *desk) act(name string) people.Act {
	return people.Act{At: d.clock.Instant(), As: name, Via: "socket", Site: "test"}
}

type sent struct {
	to, text string
	row      bot.Outbound
}

// deliver lets everything that is due leave, as the outbox would.
func (d *desk) deliver() []sent {
	d.t.Helper()
	var out []sent
	for {
		claims, err := d.Store.Claim(context.Background(), storage.ClaimRequest{
			Gateway: "sim", N: 50, Now: d.clock.Instant(), Lease: time.Minute, Token: d.NewID(), Decide: d.Prepare,
		})
		must(d.t, err)
		var outcomes []storage.Outcome
		for _, c := range claims.Rows {
			text := sms.Wire(string(c.Text), sms.GSMAccent)
			out = append(out, sent{to: c.To.Value, text: text, row: c.Row})
			outcomes = append(outcomes, storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, State: bot.OutHandedOver, At: d.clock.Instant()})
		}
		if len(outcomes) > 0 {
			must(d.t, d.Store.Settle(context.Background(), outcomes, nil))
		}
		if !claims.More && len(claims.Rows) == 0 {
			return out
		}
	}
}

func asFault(err error, fault **bot.Error) bool { return errors.As(err, fault) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// finding is what a verifier submits on the short lane, with checks that carry the verdict.
func finding(v bot.Verdict) rumour.Step {
	return rumour.Step{
		Theme: bot.RumourOtherTheme, Risk: rumour.GivenRisk{Level: bot.RiskLow}, Verdict: v, Public: "Vu sur place.", RedactionChecked: true,
		Evidence: []bot.Evidence{
			{Method: bot.MethodVisit, Source: bot.SourceEyewitness}, {Method: bot.MethodCall, Source: bot.SourceLocalOfficial},
		},
	}
}

// find has CISSE submit a verdict and AMI decide it.
func (d *desk) find(t *testing.T, ref string, v bot.Verdict) {
	t.Helper()
	must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		if _, err := d.Desk.Submit(tx, d.act("CISSE"), ref, finding(v)); err != nil {
			return err
		}
		_, err := d.Desk.Decide(tx, d.act("AMI"), ref, rumour.Step{})
		return err
	}))
}

// create, decide and answer are the desk's short way from a report to its answer.
func (d *desk) create(t *testing.T, ref bot.Ref) string {
	t.Helper()
	id, refs := d.NewID(), d.Refs()
	var r bot.Rumour
	must(t, d.Store.Update(context.Background(), func(tx storage.Tx) (err error) {
		r, err = d.Desk.Create(tx, d.act("CISSE"), id, refs, "Le marché serait fermé", []string{string(ref)})
		return err
	}))
	return string(r.Ref)
}

func (d *desk) decide(t *testing.T, rumour string) {
	t.Helper()
	ctx := context.Background()
	d.find(t, rumour, bot.ConfirmedFalse)
	must(t, d.Store.Update(ctx, func(tx storage.Tx) error {
		_, err := d.Desk.Write(tx, d.act("CISSE"), rumour, bot.French, "le marché est ouvert.")
		return err
	}))
	_, err := d.Approve(ctx, d.act("AMI"), rumour, bot.French)
	must(t, err)
	_, err = d.Publish(ctx, d.act("AMI"), rumour, bot.French)
	must(t, err)
}

func (d *desk) answer(t *testing.T, ref bot.Ref) {
	t.Helper()
	d.decide(t, d.create(t, ref))
}
