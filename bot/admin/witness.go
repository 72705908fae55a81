package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// unprotected are the events that an account may see of some: those about abuse are for the protection focal point.
func (s *Server) unprotected(ctx context.Context, h *hotline.Service, act people.Act, events []bot.Event) (left []bot.Event, err error) {
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		left = nil
		w, err := witnessOf(tx, act)
		for _, e := range events {
			if err != nil {
				return err
			}
			var hides hidden
			if hides, err = w.hides(e); hides != hiddenProtected {
				left = append(left, e)
			}
		}
		return err
	})
	return left, err
}

// hidden is why an event is not shown; "" is shown.
type hidden string

const (
	hiddenProtected  hidden = "protected"  // it is about abuse, and for the protection focal point
	hiddenRestricted hidden = "restricted" // it is about a rumour of which the account need not know
	hiddenOther      hidden = "other"      // it is about anything else, and the account is a focal point's alone
)

// witness is which events an account may see.
type witness struct {
	tx           storage.Tx
	focal, desk  bool
	knowing      knowing
	aboutAbuse   map[bot.Ref]bool
	aboutRumours map[bot.Ref]bot.ID // zero for what is under none
}

func witnessOf(tx storage.Tx, act people.Act) (w witness, err error) {
	w = witness{tx: tx, knowing: knowingOf(tx, act), aboutAbuse: make(map[bot.Ref]bool), aboutRumours: make(map[bot.Ref]bot.ID)}
	if w.focal, err = act.Is(tx, bot.RoleProtectionFocal); err != nil {
		return witness{}, err
	}
	for _, role := range append(readers(), bot.RoleAdmin) {
		is, err := act.Is(tx, role)
		if err != nil {
			return witness{}, err
		}
		w.desk = w.desk || is
	}
	return w, nil
}

// hides tells why the account may not see an event.
func (w witness) hides(e bot.Event) (hidden, error) {
	if strings.HasPrefix(e.Kind, "protection.") || e.Kind == "report.protected" || e.Reason == string(bot.LabelProtection) {
		return w.ofAbuse(), nil
	}
	for _, word := range []string{e.Key, e.Reason} {
		ref, ok := bot.ParseRef(word)
		if !ok {
			continue
		}
		if err := w.learn(ref); err != nil {
			return "", err
		}
		if w.aboutAbuse[ref] {
			return w.ofAbuse(), nil
		}
		may, err := w.knowing.about(w.aboutRumours[ref])
		if err != nil || !may {
			return hiddenRestricted, err
		}
	}
	if !w.desk {
		return hiddenOther, nil
	}
	return "", nil
}

func (w witness) ofAbuse() hidden {
	if w.focal {
		return ""
	}
	return hiddenProtected
}

// learn finds out what a reference is about.
func (w witness) learn(ref bot.Ref) error {
	if _, known := w.aboutRumours[ref]; known {
		return nil
	}
	kind, id, err := w.tx.FindRef(ref)
	if errors.Is(err, storage.ErrNotFound) {
		w.aboutRumours[ref] = bot.ID{}
		return nil
	}
	if err != nil {
		return fmt.Errorf("admin: what an event is about: %w", err)
	}
	if kind == bot.RefRumour {
		w.aboutRumours[ref] = id
		return nil
	}
	if kind != bot.RefReport {
		w.aboutRumours[ref] = bot.ID{}
		return nil
	}
	r, err := w.tx.Report(id)
	if err != nil {
		return fmt.Errorf("admin: what an event is about: %w", err)
	}
	w.aboutAbuse[ref], w.aboutRumours[ref] = kept(r), r.Rumour
	return nil
}

// count counts an event that is not shown.
func (l *Events) count(why hidden) {
	switch why {
	case hiddenProtected:
		l.Protected++
	case hiddenRestricted:
		l.Restricted++
	}
}
