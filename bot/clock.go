package bot

// DeskClock is how a desk counts the time that it gives itself (domain §1, row 0.8).
type DeskClock string

// Clocks of a desk. 24 hours from a Friday at 17:30, with a desk that is open Monday to Friday from 10 to 18, end on
// Saturday, on Monday and on Wednesday at 17:30.
const (
	ClockElapsed      DeskClock = "elapsed"       // as on the wall; the default
	ClockOpenDays     DeskClock = "open_days"     // 24 hours a day, on the days on which the desk opens
	ClockWorkingHours DeskClock = "working_hours" // only while the desk is open
)

// DeskClocks are all clocks.
func DeskClocks() []DeskClock { return []DeskClock{ClockElapsed, ClockOpenDays, ClockWorkingHours} }
