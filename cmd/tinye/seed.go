package main

import (
	"context"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// seedUsers are the demo's accounts; the first makes the others.
var seedUsers = []struct {
	name string
	role bot.Role
}{
	{"ADAMA", bot.RoleAdmin}, {"AMI", bot.RoleCoordinator}, {"BAKARY", bot.RoleCoordinator}, {"CISSE", bot.RoleVerifier},
	{"FATIM", bot.RoleProtectionFocal},
}

func seedAccounts() string {
	var words []string
	for _, u := range seedUsers {
		words = append(words, u.name+" ("+string(u.role)+")")
	}
	return strings.Join(words, ", ")
}

// seedReport is what an invented sender wrote.
type seedReport struct{ from, text string }

// seedAnswer is a text by CISSE that AMI approves.
type seedAnswer struct {
	lang bot.Lang
	text string
}

// seedRumours are the demo's rumours, each as far as it is filled in. (The words in Bambara are those of the phrase list
// behind locales/bm.json: nobody has to guess whether they are right.)
var seedRumours = []struct {
	claim   string // "" leaves the reports unlinked
	reports []seedReport
	verdict bot.Verdict
	answers []seedAnswer
	titles  []rumour.Title
	publish bool
}{
	{
		reports: []seedReport{{"66000001", "On raconte que le marché de Kayes sera fermé toute la semaine prochaine. Est-ce vrai?"}},
	},
	{
		claim: "Le vaccin rendrait malade",
		reports: []seedReport{
			{"66000002", "Mon voisin dit que le vaccin donné au centre de santé rend les enfants malades"},
			{"66000003", "Mankan: boloci, bana, dɔgɔtɔrɔso. Tiɲɛ don wa?"},
		},
	},
	{
		claim:   "L'élection serait reportée",
		reports: []seedReport{{"66000004", "Il paraît que l'élection de dimanche est reportée, tout le monde en parle ici"}},
		verdict: bot.Unverifiable,
	},
	{
		claim: "L'eau du puits serait empoisonnée",
		reports: []seedReport{
			{"66000005", "Quelqu'un a dit que l'eau du puits de Gao est empoisonnée, ne buvez pas"},
			{"66000006", "Kuma dɔ: farati, bana. Tiɲɛ don wa? Aw ni ce"},
		},
		verdict: bot.ConfirmedFalse,
		answers: []seedAnswer{
			{bot.French, "L'eau du puits a été contrôlée hier par le service d'hygiène, elle est bonne. La rumeur est FAUSSE."},
			{bot.Bambara, "Tiɲɛ tɛ. Nkalon don. Aw kana a jɛnsɛn."},
		},
		titles:  []rumour.Title{{Lang: bot.French, Text: "Eau du puits: bonne"}},
		publish: true,
	},
}

// seed fills a store that has no accounts yet, by the way that messages and the desk take; it tells whether it did.
func seed(ctx context.Context, s *hotline.Service) (bool, error) {
	d := seeder{Service: s, ctx: ctx}
	known := 0
	err := s.Store.View(ctx, func(tx storage.Tx) error {
		users, err := tx.Users()
		known = len(users)
		return err
	})
	if err != nil || known > 0 {
		return false, err
	}
	if err := d.users(); err != nil {
		return false, fmt.Errorf("the demo's accounts: %w", err)
	}
	for i := range seedRumours {
		if err := d.rumour(i); err != nil {
			return false, fmt.Errorf("the demo's rumours: %w", err)
		}
	}
	return true, nil
}

type seeder struct {
	*hotline.Service
	ctx context.Context
}

func (d seeder) act(name string) people.Act {
	return people.Act{At: bot.At(d.Now()), As: name, Via: "socket", Site: d.Site.ID}
}

// users makes all accounts in one commit, so that there are none or all.
func (d seeder) users() error {
	return d.Store.Update(d.ctx, func(tx storage.Tx) error {
		by := ""
		for _, u := range seedUsers {
			if _, err := people.AddUser(tx, d.act(by), u.name, []bot.Role{u.role}); err != nil {
				return err
			}
			by = seedUsers[0].name
		}
		return nil
	})
}

func (d seeder) rumour(i int) error {
	r := seedRumours[i]
	for n, report := range r.reports {
		_, err := d.Receive(d.ctx, bot.Inbound{
			Gateway: "sim", ExternalID: fmt.Sprintf("seed-%d-%d", i, n), Channel: bot.ChannelSMS,
			Sender: report.from, To: "36000", Text: bot.Text(report.text), SentAt: bot.At(d.Now()),
		})
		if err != nil {
			return err
		}
	}
	if r.claim == "" {
		return nil
	}
	refs, err := d.newest(len(r.reports))
	if err != nil {
		return err
	}
	made, err := d.create(r.claim, refs)
	if err != nil || r.verdict == "" {
		return err
	}
	return d.decide(string(made.Ref), r.verdict, r.answers, r.titles, r.publish)
}

// newest are the references of the reports that came last.
func (d seeder) newest(n int) ([]string, error) {
	var refs []string
	err := d.Store.View(d.ctx, func(tx storage.Tx) error {
		refs = nil
		reports, err := tx.Reports(bot.ReportReceived, storage.Page{Limit: n, Newest: true})
		for _, r := range reports {
			refs = append(refs, string(r.Ref))
		}
		return err
	})
	return refs, err
}

func (d seeder) create(claim string, reports []string) (made bot.Rumour, err error) {
	id, refs := d.NewID(), d.Refs()
	err = d.Store.Update(d.ctx, func(tx storage.Tx) error {
		var err error
		made, err = d.Desk.Create(tx, d.act("CISSE"), id, refs, claim, reports)
		return err
	})
	return made, err
}

func (d seeder) decide(ref string, v bot.Verdict, answers []seedAnswer, titles []rumour.Title, publish bool) error {
	err := d.Store.Update(d.ctx, func(tx storage.Tx) error {
		if _, err := d.Desk.Decide(tx, d.act("AMI"), ref, v); err != nil {
			return err
		}
		for _, a := range answers {
			if _, err := d.Desk.Write(tx, d.act("CISSE"), ref, a.lang, a.text); err != nil {
				return err
			}
			if _, err := d.Desk.Approve(tx, d.act("AMI"), ref, a.lang); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || !publish {
		return err
	}
	_, err = d.Publish(d.ctx, d.act("BAKARY"), ref, "", titles...)
	return err
}
