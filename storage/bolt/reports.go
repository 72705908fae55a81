package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// Report implements storage.Reports.
func (tx *Tx) Report(id bot.ID) (bot.Report, error) {
	r, _, err := tx.report(id)
	return r, err
}

// report also gives the sealed row.
func (tx *Tx) report(id bot.ID) (bot.Report, []byte, error) {
	sealed := tx.bucket(messagesBucket).Get(messageKey(id, reportRow))
	if sealed == nil {
		return bot.Report{}, nil, storage.ErrNotFound
	}
	r, err := tx.openReport(id, sealed)
	return r, sealed, err
}

func (tx *Tx) openReport(id bot.ID, sealed []byte) (bot.Report, error) {
	var r bot.Report
	if err := tx.open(messagesBucket, messageKey(id, reportRow), sealed, &r); err != nil {
		return bot.Report{}, err
	}
	r.ID = id
	return r, nil
}

// PutReport implements storage.Reports.
func (tx *Tx) PutReport(r bot.Report, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkReport(r); err != nil {
		return err
	}
	old, sealed, err := tx.report(r.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	r.Rev = ifRev + 1
	key := messageKey(r.ID, reportRow)
	value, err := tx.record(messagesBucket, key, r)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(messagesBucket), key, value, sealed); err != nil {
		return err
	}
	if err := tx.moveState(reportsByBucket, r.ID, string(old.State), string(r.State)); err != nil {
		return err
	}
	if err := tx.markUnsealed(r); err != nil {
		return err
	}
	return tx.moveLabel(r.ID, old.Label, r.Label)
}

// markUnsealed keeps a report's place in the index of those that wait for the vault.
func (tx *Tx) markUnsealed(r bot.Report) error {
	b := tx.bucket(unsealedBucket)
	if r.Protect && r.State != bot.ReportProtected && r.Closed != bot.CloseErased {
		return tx.mark(b, r.ID[:])
	}
	return tx.del(b, r.ID[:])
}

// moveLabel moves a report's place in the index by label; without one it stands nowhere.
func (tx *Tx) moveLabel(id bot.ID, from, to bot.ReportLabel) error {
	if to == "" && from != "" {
		return tx.del(tx.bucket(labelledBucket), stateKey(string(from), id))
	}
	return tx.moveState(labelledBucket, id, string(from), string(to))
}

// Reports implements storage.Reports.
func (tx *Tx) Reports(state bot.ReportState, p storage.Page) ([]bot.Report, error) {
	var rows []bot.Report
	if state == "" {
		err := tx.messages(reportRow, p, func(id bot.ID, sealed []byte) (bool, error) {
			r, err := tx.openReport(id, sealed)
			rows = append(rows, r)
			return len(rows) < p.Size(), err
		})
		return rows, err
	}
	ids, err := tx.indexed(tx.bucket(reportsByBucket), statePrefix(string(state)), p)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		r, err := tx.Report(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// Unsealed implements storage.Reports.
func (tx *Tx) Unsealed(p storage.Page) ([]bot.Report, error) {
	ids, err := tx.indexed(tx.bucket(unsealedBucket), nil, p)
	if err != nil {
		return nil, err
	}
	rows := make([]bot.Report, 0, len(ids))
	for _, id := range ids {
		r, err := tx.Report(id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// CountReports implements storage.Reports.
func (tx *Tx) CountReports(state bot.ReportState, limit int) (int, error) {
	return tx.count(tx.bucket(reportsByBucket), countPrefix(string(state)), limit)
}

// CountLabelled implements storage.Reports.
func (tx *Tx) CountLabelled(label bot.ReportLabel, limit int) (int, error) {
	return tx.count(tx.bucket(labelledBucket), statePrefix(string(label)), limit)
}

// countPrefix stands for all rows of an index by state if there is no state.
func countPrefix(state string) []byte {
	if state == "" {
		return nil
	}
	return statePrefix(state)
}

func checkReport(r bot.Report) error {
	if r.ID.IsZero() || r.State == "" {
		return invalid("a report without an id or a state")
	}
	for _, m := range r.Masks {
		if err := checkTexts(string(m.Kind), m.By); err != nil {
			return err
		}
	}
	return checkTexts(string(r.Ref), r.CreatedBy, r.EnteredBy, string(r.Channel), r.Gateway, string(r.Lang), string(r.State),
		string(r.Place.Scheme), r.Place.Code, string(r.Theme), string(r.Label), string(r.Helpful), string(r.Closed),
		r.Alarm.Code, string(r.Referral), string(r.Match.Method), r.Match.Weights, r.Match.By)
}
