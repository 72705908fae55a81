package config

import "time"

// Retention is how long the site keeps what people told it.
type Retention struct {
	TextsDays   int    // after the closing of their rumour or report: 30 to 365
	NumbersDays int    // after a number was last heard of: 30 to 1095
	Backups     string // the folder from which `tinye backup prune` removes old backups; "" = none
	BackupsDays int    // how long a backup is kept there: 7 to 365
}

// Limits of the retention, in days.
const (
	minTexts, maxTexts     = 30, 365
	minNumbers, maxNumbers = 30, 3 * 365
	minBackups, maxBackups = 7, 365
)

// Days is so many days as a duration.
func Days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

func (f *file) retention(t *table, r *Retention) {
	t.int("texts_days", &r.TextsDays)
	t.int("numbers_days", &r.NumbersDays)
	t.file("backups", &r.Backups)
	t.int("backups_days", &r.BackupsDays)
	t.done()
}

func (c *checker) retention(r Retention) {
	for _, x := range []struct {
		key         string
		n, min, max int
	}{
		{"retention.texts_days", r.TextsDays, minTexts, maxTexts},
		{"retention.numbers_days", r.NumbersDays, minNumbers, maxNumbers},
		{"retention.backups_days", r.BackupsDays, minBackups, maxBackups},
	} {
		if x.n < x.min || x.n > x.max {
			c.wrong(x.key, "keep it for %d to %d days.", x.min, x.max)
		}
	}
}

func (w *writer) retention(r Retention) {
	w.section("[retention]")
	w.raw("texts_days", r.TextsDays)
	w.raw("numbers_days", r.NumbersDays)
	w.str("backups", r.Backups)
	w.raw("backups_days", r.BackupsDays)
}
