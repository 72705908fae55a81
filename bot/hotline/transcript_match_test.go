package hotline_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// matching has the site know rumours by their words, at once after each commit.
func (d *desk) matching() error {
	weights, err := plainWeights()
	if err != nil {
		return err
	}
	m, err := hotline.NewMatcher(hotline.MatcherOptions{
		AtOnce: true, Weights: weights, Place: func(word string) ([]bot.PlaceCode, bool) { return d.Places().Word(word) },
	})
	if err != nil {
		return err
	}
	d.Store = m.Watch(d.Store)
	d.Matcher = m
	if err := m.Load(context.Background()); err != nil {
		return err
	}
	for _, claim := range otherClaims() {
		id, refs := d.NewID(), d.Refs()
		err := d.updated(func(tx storage.Tx) error {
			_, err := d.Desk.Create(tx, d.act("CISSE"), id, refs, claim, nil)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// unlearned weights find nothing that is certain or likely, whatever was shipped.
func unlearned() *match.Weights {
	return &match.Weights{Version: "unlearned", Langs: []bot.Lang{bot.French}, Certain: 1, Likely: 1}
}

// plainWeights judge by how much of a claim is told, which can be foretold by reading the two: three quarters are certain, half of
// it is likely. Words in which somebody else told it, as people confirmed, are certain, too. What the shipped weights make of real tellings
// is measured elsewhere.
func plainWeights() (*match.Weights, error) {
	features := []string{"cov_claim", "told_dice"}
	model := func(n int) match.Model {
		m := match.Model{Linear: make([]float64, n), Low: make([]float64, n), High: make([]float64, n)}
		m.Linear[0], m.High[0] = 20, 1
		return m
	}
	w := &match.Weights{
		Version: "plain", Langs: []bot.Lang{bot.French}, Features: features, Rank: model(len(features)),
		Sure: model(len(match.SureNames(features))), Certain: 0.95, Likely: 0.05,
	}
	w.Rank.Linear[0] = 5
	w.Sure.Bias = -12
	w.Sure.Trees = []match.Tree{{Feature: []int{1}, Border: []float64{0.9}, Leaf: []float64{0, 20}}}
	return w, w.Bind()
}

// otherClaims are what else is told at a site, so that words have some weight: a base of one claim knows no rare ones.
func otherClaims() []string {
	return []string{
		"Un camion de mil serait arrivé à Dioïla avec des sacs vides", "Les examens de juin seraient reportés en octobre",
		"La radio communautaire de Nara ne diffuserait plus le soir", "Une nouvelle taxe frapperait les motos à Sikasso",
		"Les moustiquaires données au dispensaire seraient trouées", "Le barrage de Manantali lâcherait ses eaux en août",
		"Des criquets auraient mangé les récoltes autour de Nioro", "La carte Nina coûterait cinq mille francs au guichet",
		"Le directeur du lycée vendrait les places en terminale", "Les cartes SIM sans pièce seraient bloquées en janvier",
		"Un remède à base de citron guérirait le paludisme", "Les bœufs de Kita porteraient une fièvre inconnue",
		"L'ambulance de Bla manquerait de carburant la nuit", "Le concours de la douane serait déjà vendu",
		"Les pluies seraient finies avant la fin de septembre", "Un vaccin pour les chèvres serait gratuit à Koutiala",
		"Le bac de Diafarabé aurait coulé avec des voyageurs", "Les salaires des maîtres seraient payés en deux fois",
		"Une vidéo montrerait un mariage interrompu à Ségou", "Le courant serait coupé chaque vendredi à Bougouni",
	}
}

// matchStep does one thing with what a machine recognises; known is false for a verb of something else.
//
//	! AMI checked {r} other | claim | title | answer        a rumour that was checked and published, under a theme; critical after the theme
//	                                                        raises it, bam gives the title and answer in Bambara; the title "-" is none
//	! AMI recognised {a} confirmed_auto {r}                 how a report came to be held to tell a rumour; "-" for not at all
//	! AMI under {a} {r}                                     the report is linked to it; "-" for none
//	! AMI right {a}        ! AMI wrong {a}                  the desk says so of a machine's link
//	! AMI confirmed {r} 200 | words                         as many people told it in Bambara, and the desk linked them
//	! AMI sent sms.answer_auto 1                            so many messages of a key left, or were read on a screen
func (p *player) matchStep(act people.Act, verb string, args []string, text string) (known bool, err error) {
	ctx := context.Background()
	switch verb {
	case "checked":
		parts := strings.Split(text, " | ")
		if len(parts) != 3 {
			return true, fmt.Errorf("a claim, a title and an answer")
		}
		return true, p.checked(act, args, parts)
	case "recognised", "under":
		return true, p.Store.View(ctx, func(tx storage.Tx) error {
			rep, err := rumour.FindReport(tx, args[0])
			if err != nil {
				return err
			}
			got := []string{string(rep.Match.Method)}
			about := rep.Match.Rumour
			if verb == "under" {
				got, about = nil, rep.Rumour
			}
			ref := "-"
			if !about.IsZero() {
				r, err := tx.Rumour(about)
				if err != nil {
					return err
				}
				ref = string(r.Ref)
			}
			if got = append(got, ref); strings.TrimSpace(strings.Join(got, " ")) != strings.Join(args[1:], " ") {
				return fmt.Errorf("it is %q", got)
			}
			return nil
		})
	case "right":
		_, err := p.ConfirmMatch(ctx, act, args[0])
		return true, err
	case "wrong":
		_, _, err := p.RejectMatch(ctx, act, args[0])
		return true, err
	case "confirmed":
		n, err := strconv.Atoi(args[1])
		if err == nil {
			err = p.confirmed(act, args[0], n, text)
		}
		return true, err
	}
	return false, nil
}

// checked makes a rumour, has it checked and publishes it.
func (p *player) checked(act people.Act, args, texts []string) error {
	ctx, lang := context.Background(), bot.French
	step := finding(bot.ConfirmedFalse)
	step.Theme = bot.RumourTheme(args[1])
	for _, more := range args[2:] {
		switch more {
		case "critical":
			step.Risk.Level = bot.RiskCritical
		case "bam":
			lang = bot.Bambara
		}
	}
	id, refs := p.NewID(), p.Refs()
	var r bot.Rumour
	err := p.updated(func(tx storage.Tx) (err error) {
		if r, err = p.Desk.Create(tx, p.act("CISSE"), id, refs, texts[0], nil); err != nil {
			return err
		}
		if _, err = p.Desk.Submit(tx, p.act("CISSE"), string(r.Ref), step); err != nil {
			return err
		}
		if _, err = p.Desk.Decide(tx, act, string(r.Ref), rumour.Step{}); err != nil {
			return err
		}
		_, err = p.Desk.Write(tx, p.act("CISSE"), string(r.Ref), lang, texts[2])
		return err
	})
	if err != nil {
		return err
	}
	p.names[strings.Trim(args[0], "{}")] = string(r.Ref)
	if _, err := p.Approve(ctx, act, string(r.Ref), lang); err != nil {
		return err
	}
	titles := []rumour.Title{{Lang: lang, Text: texts[1]}}
	if texts[1] == "-" {
		titles = nil
	}
	_, err = p.Publish(ctx, act, string(r.Ref), lang, titles...)
	return err
}

// confirmed has as many people tell a rumour, whom the desk puts under it by hand.
func (p *player) confirmed(act people.Act, ref string, n int, text string) error {
	for i := range n {
		number := p.Numbers.Normalise(fmt.Sprintf("6%07d", 9000000+i))
		key := p.Store.ContactKey(number)
		id, refs, answer, at := p.NewID(), p.Refs(), p.NewID(), act.At
		err := p.updated(func(tx storage.Tx) error {
			if _, err := people.Meet(tx, key, number, "sim", bot.Bambara, at); err != nil {
				return err
			}
			in := bot.Inbound{ID: id, Gateway: "sim", Channel: bot.ChannelSMS, Contact: key, Text: bot.Text(text), ReceivedAt: at, Class: bot.ClassReport}
			if err := tx.PutInbound(in); err != nil {
				return err
			}
			rep, err := rumour.Tell(tx, rumour.Telling{In: in, Lang: bot.Bambara, Refs: refs})
			if err != nil {
				return err
			}
			_, err = p.Desk.Link(tx, act, ref, []string{string(rep.Ref)}, []bot.ID{answer})
			return err
		})
		if err != nil {
			return err
		}
		p.collect()
		delete(p.inboxes, strings.TrimPrefix(number.Value, "+223"))
	}
	return nil
}
