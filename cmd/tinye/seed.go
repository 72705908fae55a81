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

// seedUsers are the demo's accounts, some with a registered phone; the first makes the others.
var seedUsers = []struct {
	name  string
	role  bot.Role
	phone string
}{
	{"ADAMA", bot.RoleAdmin, "66000099"}, {"AMI", bot.RoleCoordinator, "66000098"}, {"BAKARY", bot.RoleCoordinator, ""},
	{"CISSE", bot.RoleVerifier, ""},
	{"FATIM", bot.RoleProtectionFocal, ""},
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

// seedFinding is what CISSE submits; AMI decides it, and confirms it where there is an answer.
type seedFinding struct {
	verdict bot.Verdict
	theme   bot.RumourTheme
	risk    bot.RiskLevel
	checks  []bot.Evidence
	finding string
	answers []rumour.Wording
}

// seedRumours are the demo's rumours, each as far as it is filled in. (The words in Bambara are those of the phrase list
// behind locales/bm.json: nobody has to guess whether they are right.)
var seedRumours = []struct {
	claim   string // "" leaves the reports unlinked
	reports []seedReport
	found   seedFinding // without a verdict nobody has checked it
}{
	{
		reports: []seedReport{{"66000001", "On raconte que le marché de Kayes sera fermé toute la semaine prochaine. Est-ce vrai?"}},
	},
	{
		// Nearly the same words from several numbers at once: tinye match groups.
		reports: []seedReport{
			{"66000011", "Faites passer: le riz vendu au marché de Ségou est mélangé avec du plastique, n'en achetez plus"},
			{"66000012", "Le riz vendu au marché de Ségou est mélangé avec du plastique, n'en achetez plus"},
			{"66000013", "le riz vendu au marché de segou est melangé avec du plastique n'en achetez plus!!"},
			{"66000014", "Faites passer le riz du marché de Ségou est mélangé avec du plastique, n'en achetez plus"},
			{"66000015", "Riz vendu au marché de Ségou mélangé avec du plastique, n'en achetez plus, faites passer"},
			{"66000016", "Faites passer: le riz vendu au marché de Ségou est mélangé avec du plastique, n'en achetez plus."},
		},
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
		found: seedFinding{
			verdict: bot.Unverifiable, theme: bot.RumourElections, risk: bot.RiskMedium,
			checks:  []bot.Evidence{{Method: bot.MethodCall, Source: bot.SourceMedia}},
			finding: "Personne n'a pu confirmer ni démentir une nouvelle date.",
		},
	},
	{
		claim: "L'eau du puits serait empoisonnée",
		reports: []seedReport{
			{"66000005", "Quelqu'un a dit que l'eau du puits de Gao est empoisonnée, ne buvez pas"},
			{"66000006", "Kuma dɔ: kɛlɛ, bana. Tiɲɛ don wa? Aw ni ce"},
		},
		found: seedFinding{
			verdict: bot.ConfirmedFalse, theme: bot.RumourHealth, risk: bot.RiskMedium,
			checks: []bot.Evidence{
				{Method: bot.MethodVisit, Source: bot.SourceHealthWorker, Code: "S-1"},
				{Method: bot.MethodCall, Source: bot.SourceCommunityLeader, Code: "S-2"},
			},
			answers: []rumour.Wording{
				{Lang: bot.French, Text: "l'eau du puits a été contrôlée hier par le service d'hygiène, elle est bonne. La rumeur est FAUSSE."},
				{Lang: bot.Bambara, Text: "Tiɲɛ tɛ. Nkalon don. Aw kana a jɛnsɛn."},
			},
		},
	},
	{
		// Whoever tells this one in French is answered at once.
		claim: "Les écoles de Mopti seraient fermées jusqu'à la fin de l'année",
		reports: []seedReport{
			{"66000017", "On dit que toutes les écoles de Mopti sont fermées jusqu'à la fin de l'année scolaire, vrai ou faux?"},
			{"66000018", "Il paraît que les écoles sont fermées à Mopti jusqu'à la fin de l'année"},
		},
		found: seedFinding{
			verdict: bot.ConfirmedFalse, theme: bot.RumourOtherTheme, risk: bot.RiskLow,
			checks: []bot.Evidence{
				{Method: bot.MethodVisit, Source: bot.SourceEyewitness, Code: "S-3"},
				{Method: bot.MethodCall, Source: bot.SourceLocalOfficial, Code: "S-4"},
			},
			answers: []rumour.Wording{{Lang: bot.French, Text: "les écoles de Mopti sont ouvertes, nous y sommes allés. La rumeur est FAUSSE."}},
		},
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
	if err := d.cohort(); err != nil {
		return false, fmt.Errorf("the demo's cohort: %w", err)
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
			if u.phone == "" {
				continue
			}
			number := d.Numbers.Normalise(u.phone)
			phone := people.Phone{Number: number, Key: d.Store.ContactKey(number)}
			if _, err := people.SetNumber(tx, d.act(by), u.name, phone); err != nil {
				return err
			}
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
	if err != nil || r.found.verdict == "" {
		return err
	}
	return d.find(string(made.Ref), r.found)
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

// find takes a rumour along the short lane: CISSE submits, AMI confirms, or only decides where there is no answer yet.
func (d seeder) find(ref string, f seedFinding) error {
	step := rumour.Step{
		Theme: f.theme, Risk: rumour.GivenRisk{Level: f.risk}, Evidence: f.checks, Verdict: f.verdict, Public: f.finding, Texts: f.answers, RedactionChecked: true,
	}
	err := d.Store.Update(d.ctx, func(tx storage.Tx) error {
		_, err := d.Desk.Submit(tx, d.act("CISSE"), ref, step)
		if err != nil || len(f.answers) > 0 {
			return err
		}
		_, err = d.Desk.Decide(tx, d.act("AMI"), ref, rumour.Step{})
		return err
	})
	if err != nil || len(f.answers) == 0 {
		return err
	}
	_, err = d.Confirm(d.ctx, d.act("AMI"), ref, rumour.Step{})
	return err
}
