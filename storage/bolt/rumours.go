package bolt

import (
	"bytes"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

// Rumour implements storage.Rumours.
func (tx *Tx) Rumour(id bot.ID) (bot.Rumour, error) {
	r, _, err := tx.rumour(id)
	return r, err
}

// rumour also gives the sealed row.
func (tx *Tx) rumour(id bot.ID) (bot.Rumour, []byte, error) {
	sealed := tx.bucket(rumoursBucket).Get(id[:])
	if sealed == nil {
		return bot.Rumour{}, nil, storage.ErrNotFound
	}
	var r bot.Rumour
	if err := tx.open(rumoursBucket, id[:], sealed, &r); err != nil {
		return bot.Rumour{}, nil, err
	}
	r.ID = id
	return r, sealed, nil
}

// PutRumour implements storage.Rumours.
func (tx *Tx) PutRumour(r bot.Rumour, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkRumour(r); err != nil {
		return err
	}
	old, sealed, err := tx.rumour(r.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	r.Rev = ifRev + 1
	key := bytes.Clone(r.ID[:])
	value, err := tx.record(rumoursBucket, key, r)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(rumoursBucket), key, value, sealed); err != nil {
		return err
	}
	if err := tx.moveState(rumoursByBucket, r.ID, string(old.State), string(r.State)); err != nil {
		return err
	}
	if err := tx.moveNews(old, r); err != nil {
		return err
	}
	if r.FanOut.Open || r.Stock.Open {
		return tx.mark(tx.bucket(fanOutsBucket), key)
	}
	return tx.del(tx.bucket(fanOutsBucket), key)
}

// Rumours implements storage.Rumours.
func (tx *Tx) Rumours(state bot.RumourState, p storage.Page) ([]bot.Rumour, error) {
	index, prefix := tx.bucket(rumoursByBucket), statePrefix(string(state))
	if state == "" {
		index, prefix = tx.bucket(rumoursBucket), nil
	}
	ids, err := tx.indexed(index, prefix, p)
	if err != nil {
		return nil, err
	}
	var rows []bot.Rumour
	for _, id := range ids {
		r, err := tx.Rumour(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// CountRumours implements storage.Rumours.
func (tx *Tx) CountRumours(state bot.RumourState, limit int) (int, error) {
	return tx.count(tx.bucket(rumoursByBucket), countPrefix(string(state)), limit)
}

// FanOuts implements storage.Rumours.
func (tx *Tx) FanOuts(p storage.Page) ([]bot.ID, error) {
	return tx.indexed(tx.bucket(fanOutsBucket), nil, p)
}

func checkRumour(r bot.Rumour) error {
	if r.ID.IsZero() || r.State == "" {
		return invalid("a rumour without an id or a state")
	}
	for _, a := range r.Answers {
		if err := checkTexts(string(a.Lang), string(a.Text), a.Author, a.Approver, string(a.Title)); err != nil {
			return err
		}
	}
	for _, v := range r.Versions {
		if err := checkTexts(string(v.Kind), string(v.Verdict), v.By); err != nil {
			return err
		}
		for _, a := range v.Answers {
			if err := checkTexts(string(a.Lang), string(a.Text), a.Author, a.Approver, string(a.Title)); err != nil {
				return err
			}
		}
	}
	for _, e := range r.Evidence {
		err := checkTexts(string(e.Method), string(e.Source), e.Code, e.Group, string(e.Supports), string(e.Note), e.DoneBy)
		if err != nil {
			return err
		}
	}
	for _, n := range r.Notes {
		if err := checkTexts(n.Verb, string(n.Text), n.By); err != nil {
			return err
		}
	}
	for _, a := range r.Areas {
		if err := checkTexts(string(a.Scheme), a.Code); err != nil {
			return err
		}
	}
	return errors.Join(
		checkTexts(string(r.Ref), string(r.Claim), string(r.State), string(r.Verdict), r.CreatedBy, r.DecidedBy, r.LiftedBy,
			r.PublishedBy, string(r.Fallback), string(r.Theme), string(r.Hate), string(r.Intent), r.AssignedTo, string(r.Reason),
			string(r.HarmNote), r.LiftedBy, r.RedactedBy, string(r.Told), string(r.AnswerKind), string(r.Final),
			string(r.Stock.Kind), string(r.Stock.Asked), r.Stock.AskedBy, string(r.Auto), r.AutoBy),
		checkTexts(string(r.Risk.Level), r.Risk.By), checkTexts(r.Risk.Flags...), checkTexts(r.Risk.Reasons...),
		checkTexts(string(r.Proposal.Verdict), string(r.Proposal.Public), string(r.Proposal.Internal), r.Proposal.By),
		checkTexts(r.Pending.Verb, r.Pending.Value, r.Pending.By, string(r.Pending.Role)))
}
