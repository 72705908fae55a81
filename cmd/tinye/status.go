package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/admin"
)

type statusCmd struct{ deskFlags }

// Run tells how the hotline does. It ends with exitAlarm where an alarm waits that nobody answers, for whatever watches it.
func (c *statusCmd) Run(ctx context.Context, std streams) error {
	var st admin.Status
	err := c.show(ctx, std, "/status", admin.Nothing{}, &st, func(p *page) { p.status(st) })
	if err == nil && needsSomebody(st.Duty) {
		return &exitError{code: exitAlarm}
	}
	return err
}

func (p *page) status(st admin.Status) {
	p.field("Version", st.Version)
	if st.Locked {
		p.line("%s", p.word("desk.locked"))
		return
	}
	p.field("Stockage", storageWord(st.Storage))
	if st.ClockBehind {
		p.field("Horloge", "en retard sur nos propres écritures: rien ne part. Réglez-la, ou: tinye clock accept")
	}
	if st.Paused {
		p.field("Envoi", "en pause")
	}
	if st.Sending.State != bot.SendAll {
		p.field("Envoi", p.sendingWord(st.Sending))
	} else if st.Sending.By != "" {
		p.field("Envoi", "repris par "+p.byWhom(st.Sending.By, st.Sending.Via, st.Sending.At))
	}
	if st.Sending.AskedBy != "" && st.Sending.State != bot.SendAll {
		p.field("Reprise", "un code sur deux, de "+p.byWhom(st.Sending.AskedBy, "sms", st.Sending.AskedAt))
	}
	if st.Quarantine != nil {
		p.field("Quarantaine", st.Quarantine.String())
	}
	if st.MaybeStop != nil && st.MaybeStop.N > 0 {
		p.field("Peut-être STOP", st.MaybeStop.String()+" à lire (tinye people maybe)")
	}
	if st.Focal != nil {
		p.field("Protection", focalWord(*st.Focal))
	}
	if l := st.Looks; l != nil {
		p.field("Regards", fmt.Sprintf("les %d du mois %s ne sont pas revus (tinye events looks --month %s, puis tinye events review %s)",
			l.Looks, l.Month, l.Month, l.Month))
	}
	if r := st.Retention; r != nil {
		p.field("Conservation", fmt.Sprintf("le %s: %d textes, %d requêtes et %d numéros effacés; %d vieux textes encore utiles",
			p.at(r.At), r.Texts, r.Requests, r.Numbers, r.Needed))
	}
	p.broadcasts(st.Broadcasts)
	p.missed(st.Missed)
	p.field("Attente", holdingWord(st.Holding))
	p.field("A aidé", p.helpedWord(st.Helped))
	if len(st.Doubtful) > 0 {
		p.field("Bulletins", "ne tiennent plus, à corriger ou à retirer: "+each(st.Doubtful, func(r bot.Ref) string { return string(r) }))
	}
	if c := st.Cohorts; c != nil {
		p.field("Ambassadeurs", fmt.Sprintf("sans nouvelles: %s; incidents à traiter: %s (tinye cohort show, tinye cohort incidents)", c.Silent, c.Incidents))
	}
	p.known(st.Matching)
	p.dutyLines(st.Duty)
	p.line("")
	var rows [][]string
	count := func(what, key string, n admin.Count) {
		rows = append(rows, []string{what, p.word(key), n.String()})
	}
	for _, s := range bot.ReportStates() {
		count("signalements", "state.report."+string(s), st.Reports[s])
	}
	for _, l := range bot.ReportLabels() {
		count("étiquettes", "state.label."+string(l), st.Labels[l])
	}
	for _, s := range bot.RumourStates() {
		if st.Rumours[s].N == 0 && s != bot.RumourNew {
			continue
		}
		count("rumeurs", "state.rumour."+string(s), st.Rumours[s])
	}
	for _, s := range []bot.OutState{bot.OutQueued, bot.OutClaimed, bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed} {
		count("messages", "state.outbound."+string(s), st.Outbox[s])
	}
	rows = append(rows, p.protectedCounts(st.Protected)...)
	p.table("", []string{"QUOI", "ÉTAT", "NOMBRE"}, rows)
	p.line("")
	p.gateways(st)
	p.screens(st.Screens)
	if len(st.Missing) == 0 {
		return
	}
	p.line("")
	rows = nil
	for _, m := range st.Missing {
		rows = append(rows, []string{m.Key, p.use(m.Key), p.lang(m.Lang), p.reason(m.Reason), strconv.Itoa(m.Count)})
	}
	p.line("Textes partis dans une autre langue, depuis le démarrage:")
	p.table("", []string{"TEXTE", "SERT À", "LANGUE", "RAISON", "NOMBRE"}, rows)
}

func (p *page) gateways(st admin.Status) {
	var rows [][]string
	for _, g := range st.Gateways {
		rows = append(rows, []string{g.Name, circuitWord(g.Circuit), strconv.Itoa(g.InFlight),
			strconv.FormatUint(g.Sent, 10), strconv.FormatUint(g.Failures, 10)})
	}
	p.table("Aucune passerelle.", []string{"PASSERELLE", "LIAISON", "EN VOL", "REMIS", "ESSAIS RATÉS"}, rows)
	for _, g := range st.Gateways {
		if !g.DownSince.IsZero() {
			p.say("La passerelle %s ne marche pas depuis le %s.", g.Name, p.at(g.DownSince))
		}
		for _, to := range slices.Sorted(maps.Keys(g.Moved)) {
			p.say("Messages qui attendaient %s et sont passés à %s, depuis le démarrage: %d. Ce qui est peut-être parti n'a pas bougé.", g.Name, to, g.Moved[to])
		}
	}
}

// screens tells where callers leave the menus; small numbers are not said exactly.
func (p *page) screens(list []admin.Screen) {
	if len(list) == 0 {
		return
	}
	var rows [][]string
	for _, s := range list {
		share := "-"
		if s.LeftPercent >= 0 {
			share = strconv.Itoa(s.LeftPercent) + " %"
		}
		rows = append(rows, []string{s.Flow + " " + s.Version, s.Screen, s.Shown.String(), s.Wrong.String(), s.Ended.String(), s.Left.String(), share})
	}
	p.line("")
	p.line("Menus USSD, les sept derniers jours:")
	p.table("", []string{"MENU", "ÉCRAN", "VU", "FAUX", "TERMINÉ", "QUITTÉ", "PART QUITTÉE"}, rows)
}

// known tells what the machine knows.
func (p *page) known(k *admin.Known) {
	if k == nil {
		return
	}
	loading := ""
	if k.Loading {
		loading = "la lecture continue"
	}
	p.field("Reconnaissance", joined("; ", fmt.Sprintf("%d rumeurs et %d signalements connus", k.Claims, k.Reports),
		each(k.Langs, func(l admin.MatchLang) string { return p.lang(l.Lang) + ": " + langWord(l) }), loading))
}

func focalWord(w admin.Focal) string {
	text := w.Waiting.String() + " en attente, pour le point focal de protection"
	if w.NoFocal {
		text += ". Personne n'a ce rôle: tinye user add NOM --role protection_focal"
	}
	if w.NoPhone {
		text += ". Aucun numéro enregistré pour ce rôle: personne n'est prévenu par SMS (tinye user number NOM NUMÉRO)"
	}
	return text
}

func storageWord(state string) string {
	switch state {
	case "ok":
		return "en ordre"
	case "full":
		return "disque plein: libérez de la place, le reste va de soi"
	default:
		return "en panne: lisez le journal"
	}
}

func circuitWord(state string) string {
	switch state {
	case "closed":
		return "en service"
	case "half_open":
		return "à l'essai"
	default:
		return "coupée après des pannes, réessayée bientôt"
	}
}

// helpedWord is what people said to whether an answer helped; small numbers are not said exactly.
func (p *page) helpedWord(h *admin.HelpedDays) string {
	if h == nil {
		return ""
	}
	said := func(what bot.Helpful, n admin.Few) string {
		return p.worded("state.helped.", string(what)) + " " + n.String()
	}
	return fmt.Sprintf("%s; les %d derniers jours", joined(", ", said(bot.HelpfulYes, h.Yes), said(bot.HelpfulNo, h.No),
		said(bot.HelpfulNotBelieved, h.NotBelieved), said(bot.HelpfulNoReply, h.NoReply)), h.Days)
}
