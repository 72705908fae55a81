package storage

import "tinye/bot"

// Duty is who is told of alarms, and which of them somebody still has to take.
type Duty interface {
	// Duty tells who is on duty; nobody, with revision 0, if it was never set.
	Duty() (bot.Duty, error)
	// PutDuty writes it, read at revision ifRev (0 = never set); ErrConflict.
	PutDuty(d bot.Duty, ifRev uint64) error
	// DutyCall reads the call about a report; ErrNotFound.
	DutyCall(report bot.ID) (bot.DutyCall, error)
	// PutDutyCall writes a call that was read at revision ifRev (0 = new), and its place among those that wait; ErrConflict.
	PutDutyCall(c bot.DutyCall, ifRev uint64) error
	// DutyCalls lists the calls that nobody has taken (bot.DutyState.Waits).
	DutyCalls(p Page) ([]bot.DutyCall, error)
	// DutyTaken lists calls that were taken since a moment, the one that was taken last first; at most limit of them, 100 for 0.
	DutyTaken(since bot.Instant, limit int) ([]bot.DutyCall, error)
}
