package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/storage/seal"
)

type protectCmd struct {
	NewKey      protectNewKey      `cmd:"" help:"Make the protection focal point's own key, on their own stick; it never comes near the hotline."`
	Key         protectKey         `cmd:"" help:"Register the focal point's public key (age1…), or retire one."`
	List        protectList        `cmd:"" help:"Which protected reports wait, and how far the others are. Never what they say."`
	SealWaiting protectSealWaiting `cmd:"" help:"Seal every protected report that is not sealed yet."`
	State       protectState       `cmd:"" help:"Note that a protected report is accepted, handed_over, closed or cannot_refer."`
	Export      protectExport      `cmd:"" help:"Write the sealed reports to a file, to read on the focal point's own machine."`
	Read        protectRead        `cmd:"" help:"Read such a file with the focal point's key. Needs no hotline."`
}

type reportProtect struct {
	deskFlags
	Ref    string           `arg:"" help:"The report's reference."`
	Reason bot.ReferralKind `required:"" placeholder:"KIND" help:"gbv, child, sea, detention, missing_person, imminent_violence, suicide, medical, landmine or other. It is sealed with the texts."`
	Yes    bool             `help:"Do not ask; there is no way back."`
}

// Run seals a report for the protection focal point, after it was said that there is no way back.
func (c *reportProtect) Run(ctx context.Context, std streams) error {
	if !c.Yes {
		fmt.Fprintf(std.err, "Le texte du signalement %s sera scellé pour le point focal protection et effacé ici. "+
			"Personne d'autre ne pourra plus le lire, et on ne peut pas revenir en arrière.\nTapez la référence pour confirmer: ", oneLine(c.Ref))
		typed, err := bufio.NewReader(io.LimitReader(std.in, 100)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(typed) != strings.TrimSpace(c.Ref) {
			return errors.New("rien n'a été fait: ce n'est pas la référence")
		}
	}
	var r admin.ReportProtected
	q := admin.ProtectReport{By: c.by(), Ref: c.Ref, Kind: c.Reason}
	return c.show(ctx, std, "/report/protect", q, &r, func(p *page) {
		if r.Sealed {
			p.line("Signalement %s scellé: seule la clé du point focal protection l'ouvre.", r.Ref)
		} else {
			p.line("Signalement %s réservé au point focal protection. Aucune clé n'est enregistrée (tinye protect key): "+
				"il sera scellé dès qu'il y en aura une. D'ici là, qui a la clé maîtresse peut le lire.", r.Ref)
		}
		if r.Told {
			p.line("La personne reçoit un message neutre.")
		}
		p.erasure(r.Pending)
		if !r.Sealed {
			return
		}
		for _, made := range r.Backups {
			p.line("La copie de sauvegarde du %s le contient encore.", p.at(made))
		}
		p.line("Tinye ne connaît que les copies faites depuis la dernière restauration, et ne sait pas quand on les détruit: " +
			"détruisez celles d'avant aujourd'hui à leur date.")
	})
}

// erasure says that a text is not gone for good yet.
func (p *page) erasure(pending bool) {
	if pending {
		p.line("L'effacement n'est pas fini (il reste des textes à rechiffrer, une sauvegarde est en cours, ou le stockage a refusé): Tinye le finit de lui-même.")
	}
}

type protectNewKey struct {
	File string `arg:"" help:"Where to write it, on the focal point's own stick; must not exist."`
}

// Run makes a key and says what to do with it.
func (c *protectNewKey) Run(std streams) error {
	k, err := seal.NewCaseKey(c.File, time.Now())
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s existe déjà, et une clé n'est jamais écrasée: choisissez un autre nom", c.File)
	case err != nil:
		return &sentenceError{sentence: fmt.Sprintf("La clé ne peut pas être écrite dans %s.", c.File), err: err}
	}
	_, err = fmt.Fprintf(std.out, `La clé du point focal protection est dans %s.
Gardez ce fichier sur votre clé USB, avec une copie en lieu sûr: sans lui, personne ne lit les signalements protégés.
Il ne va jamais sur la machine de Tinye. Donnez seulement ceci, qui est public:
  tinye protect key %s --as VOTRE-COMPTE
`, c.File, k.Public())
	return err
}

type protectKey struct {
	deskFlags
	Public string `arg:"" placeholder:"age1…" help:"The public key, as new-key printed it."`
	Retire bool   `help:"Seal nothing to it any more."`
}

// Run registers or retires a public key.
func (c *protectKey) Run(ctx context.Context, std streams) error {
	if strings.HasPrefix(strings.ToUpper(strings.TrimSpace(c.Public)), "AGE-SECRET-KEY-") {
		return errors.New("ceci est la clé privée: elle ne se donne à personne, et n'a pas été envoyée. Donnez la clé publique, qui commence par age1")
	}
	var k admin.ProtectionKeyRow
	q := admin.ProtectionKey{By: c.by(), Public: c.Public, Retire: c.Retire}
	return c.show(ctx, std, "/protect/key", q, &k, func(p *page) {
		if c.Retire {
			p.line("Plus rien n'est scellé pour %s. Ce qui l'était déjà s'ouvre encore avec elle.", k.Public)
			return
		}
		p.line("Les signalements protégés sont scellés pour %s.", k.Public)
		p.line("Pour ceux qui attendent déjà: tinye protect seal-waiting")
	})
}

type protectList struct{ deskFlags }

// Run lists protected reports.
func (c *protectList) Run(ctx context.Context, std streams) error {
	var list admin.ProtectedList
	return c.show(ctx, std, "/protect/list", admin.ListProtected{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Protected {
			rows = append(rows, []string{
				string(r.Ref), p.caseOf(r), age(r.AgeSeconds), p.at(r.SealedAt), p.at(r.AcceptedAt), p.at(max(r.HandedAt, r.CannotAt)),
				p.at(r.ClosedAt), p.at(r.DestroyedAt),
			})
		}
		p.table("Aucun signalement protégé.", []string{"RÉF", "ÉTAT", "ÂGE", "SCELLÉ", "ACCEPTÉ", "TRANSMIS OU NON", "CLOS", "DÉTRUIT"}, rows)
		p.line("")
		rows = nil
		for _, k := range list.Keys {
			rows = append(rows, []string{k.Public, k.AddedBy, p.at(k.AddedAt), p.at(k.RetiredAt)})
		}
		p.table("Aucune clé enregistrée: rien ne peut être scellé (tinye protect new-key, tinye protect key).",
			[]string{"CLÉ", "PAR", "LE", "RETIRÉE"}, rows)
	})
}

// caseOf is how a protected report stands.
func (p *page) caseOf(r admin.ProtectedRow) string {
	if r.Forgotten {
		return p.word("desk.standing.forgotten")
	}
	return p.caseState(r.State)
}

func (p *page) caseState(s bot.CaseState) string {
	if s == "" {
		return "à sceller"
	}
	return p.word("state.case." + string(s))
}

type protectSealWaiting struct{ deskFlags }

// Run seals what waits.
func (c *protectSealWaiting) Run(ctx context.Context, std streams) error {
	var w admin.WaitingSealed
	return c.show(ctx, std, "/protect/seal-waiting", admin.SealWaiting{By: c.by()}, &w, func(p *page) {
		p.line("Signalements scellés: %d.", w.Sealed)
		p.erasure(w.Pending)
	})
}

type protectState struct {
	deskFlags
	Ref string        `arg:"" help:"The report's reference."`
	To  bot.CaseState `required:"" enum:"accepted,handed_over,closed,cannot_refer" help:"accepted, handed_over, closed or cannot_refer."`
}

// Run notes how far a case is.
func (c *protectState) Run(ctx context.Context, std streams) error {
	var r admin.ProtectedRow
	q := admin.MoveProtected{By: c.by(), Ref: c.Ref, State: c.To}
	return c.show(ctx, std, "/protect/state", q, &r, func(p *page) {
		p.line("Signalement %s: %s.", r.Ref, p.caseState(r.State))
		if c.To == bot.CaseHandedOver || c.To == bot.CaseCannotRefer {
			p.line("Son contenu est détruit dans %d jours; le nombre reste.", int(rumour.CaseKept.Hours()/24))
		}
	})
}

type protectExport struct {
	deskFlags
	Out string `required:"" placeholder:"FILE" help:"A file that does not exist yet; it can be read with the focal point's key alone."`
}

// Run writes what is sealed to a file, for another machine.
func (c *protectExport) Run(ctx context.Context, std streams) error {
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s existe déjà: choisissez un autre nom", c.Out)
	}
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être écrit.", c.Out), err: err}
	}
	var e admin.ProtectedExport
	var written error
	d := c.deskFlags
	d.JSON = false // the file is what is wanted
	err = d.show(ctx, std, "/protect/export", admin.ExportProtected{By: c.by()}, &e, func(p *page) {
		for _, x := range e.Cases {
			if _, written = fmt.Fprintf(f, "# tinye %s %s %s\n%s\n", x.Ref, x.State, x.SealedAt, strings.TrimSpace(x.Age)); written != nil {
				return
			}
		}
		p.line("Signalements scellés écrits dans %s: %d.", oneLine(c.Out), len(e.Cases))
		p.line("Portez ce fichier sur votre machine: tinye protect read %s --key VOTRE-CLÉ", oneLine(c.Out))
	})
	err = errors.Join(err, written, f.Sync(), f.Close())
	if err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	return nil
}

type protectRead struct {
	File string `arg:"" help:"A file of tinye protect export, or a single age file."`
	Key  string `required:"" placeholder:"FILE" help:"The focal point's key."`
}

const (
	caseBegin = "-----BEGIN AGE ENCRYPTED FILE-----"
	caseEnd   = "-----END AGE ENCRYPTED FILE-----"
	// exportLimit is the longest file that is read, in bytes.
	exportLimit = 64 << 20
)

// Run opens the file with the focal point's key. It speaks with no hotline and writes nothing.
func (c *protectRead) Run(std streams) error {
	key, err := seal.ReadCaseKey(c.Key)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s n'est pas là: branchez la clé USB", c.Key)
	}
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s n'est pas une clé de point focal (tinye protect new-key).", c.Key), err: err}
	}
	f, err := os.Open(c.File)
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être lu.", c.File), err: err}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, exportLimit))
	if err != nil {
		return &sentenceError{sentence: fmt.Sprintf("%s ne peut pas être lu.", c.File), err: err}
	}
	cases := sealedCases(data)
	if len(cases) == 0 {
		return fmt.Errorf("%s ne contient aucun signalement scellé", c.File)
	}
	p, err := newPage(terminalWidth(std))
	if err != nil {
		return err
	}
	others := 0
	for _, sealed := range cases {
		plain, err := key.Open(sealed)
		if errors.Is(err, seal.ErrWrongKey) {
			others++
			continue
		}
		if err != nil {
			return &sentenceError{sentence: fmt.Sprintf("%s est abîmé: un signalement ne s'ouvre pas.", c.File), err: err}
		}
		var r rumour.ProtectedReport
		if err := json.Unmarshal(plain, &r); err != nil {
			return &sentenceError{sentence: fmt.Sprintf("%s contient autre chose que des signalements.", c.File), err: err}
		}
		p.protected(r)
	}
	if others == len(cases) {
		return fmt.Errorf("cette clé n'ouvre aucun des %d signalements: ils sont scellés pour une autre", others)
	}
	if others > 0 {
		p.line("Scellés pour une autre clé: %d.", others)
	}
	return p.writeTo(std.out)
}

// sealedCases are the armoured age files in a file.
func sealedCases(data []byte) (cases [][]byte) {
	for {
		from := bytes.Index(data, []byte(caseBegin))
		if from < 0 {
			return cases
		}
		to := bytes.Index(data[from:], []byte(caseEnd))
		if to < 0 {
			return append(cases, data[from:]) // cut short: opening it says so
		}
		end := from + to + len(caseEnd)
		cases = append(cases, append(bytes.Clone(data[from:end]), '\n'))
		data = data[end:]
	}
}

// protected prints an opened report.
func (p *page) protected(r rumour.ProtectedReport) {
	p.line("Signalement %s", r.Ref)
	p.field("Sujet", p.referral(r.Kind))
	p.field("Reçu", joined(" ", p.at(r.ReceivedAt), "par", p.channel(r.Channel)))
	p.field("Langue", p.lang(r.Lang))
	p.field("Lieu", r.Place.String())
	p.field("Numéro", r.Number)
	p.field("Dit par", r.CreatedBy)
	p.field("Noté par", r.EnteredBy)
	for _, t := range r.Texts {
		who := ""
		if t.Desk {
			who = " (l'équipe)"
		}
		p.line("%s%s", p.at(t.At), who)
		for line := range strings.Lines(printable(t.Text)) {
			p.line("  %s", strings.TrimRight(line, "\n"))
		}
	}
	p.line("")
}

// protectedCounts are how many protected reports there are, by state.
func (p *page) protectedCounts(counts map[bot.CaseState]admin.Count) (rows [][]string) {
	for _, s := range bot.CaseStates() {
		if n := counts[s]; n.N > 0 {
			rows = append(rows, []string{"protection", p.caseState(s), n.String()})
		}
	}
	return rows
}
