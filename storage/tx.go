package storage

import "tinye/bot"

// Tx is one transaction. It and the rows read from it are valid inside the closure only in the sense of time: rows are
// copies and may be kept.
type Tx interface {
	Repeats
	Inbounds
	Contacts
	Sessions
	Tallies
	Places
	Refs
	Reports
	Rumours
	Outbox
	Quarantine
	Users
	DeskNumbers
	SheetCodes
	Switches
	Duty
	Vault
	Forgetting
	Sources
	FollowUps
	Stocks
	HelpedDays
	Events
	Projects
	Imports
	Agents
	Cohorts
	Bulletins
	Broadcasts
}

// Repeats are the marks of handled messages. They live under the day of their commit and go with it.
type Repeats interface {
	// Repeat finds the mark of a message handled on any day still kept; ErrNotFound.
	Repeat(key bot.RepeatKey) (bot.Mark, error)
	// PutRepeat remembers a message under the UTC day of at; ErrConflict if it is known under the day of since or a later
	// one (0: under any). Marks are only added under the present day, so a caller that has just looked for the message with
	// Repeat, in a View, need not hold up everybody's commit by looking through two weeks again.
	PutRepeat(key bot.RepeatKey, at, since bot.Instant, m bot.Mark) error
	// DropRepeats forgets the marks of all days before the day of the given moment.
	DropRepeats(before bot.Instant) error
}

// Inbounds are the messages as they came; their values are sealed under the month's texts key.
type Inbounds interface {
	// Inbound reads a message; ErrNotFound, ErrErased.
	Inbound(id bot.ID) (bot.Inbound, error)
	// PutInbound stores a message, once; ErrConflict if the id is taken.
	PutInbound(in bot.Inbound) error
}

// Contacts are the numbers we may know, and what they did lately.
type Contacts interface {
	// Contact reads a contact; ErrNotFound.
	Contact(key bot.ContactKey) (bot.Contact, error)
	// PutContact writes a contact that was read at revision ifRev (0 = it is new); the row is then at ifRev+1. ErrConflict.
	PutContact(c bot.Contact, ifRev uint64) error
	// ConsentsDue lists contacts whose Contact.ConsentDue has come by the given moment, the first due first.
	ConsentsDue(by bot.Instant, limit int) ([]bot.ContactKey, error)
	// MaybeStops lists contacts with a MaybeStop, the longest waiting first.
	MaybeStops(limit int) ([]bot.Contact, error)
	// CountMaybeStops counts them, up to max.
	CountMaybeStops(max int) (int, error)
	// Activity is what a number did on the UTC day of the given moment; the zero Activity if nothing.
	Activity(key bot.ContactKey, day bot.Instant) (bot.Activity, error)
	// PutActivity writes it.
	PutActivity(key bot.ContactKey, day bot.Instant, a bot.Activity) error
	// DropActivity forgets all days before the UTC day of the given moment.
	DropActivity(before bot.Instant) error
}

// Sessions are the USSD dialogues, with every screen that they were answered with. They live under the UTC day on which
// they started and go with it.
type Sessions interface {
	// Session reads the session that was started last under a key, on the UTC day of at or the day before; ErrNotFound.
	Session(key bot.SessionKey, at bot.Instant) (bot.Session, error)
	// PutSession writes a session that was read at revision ifRev, and its place among the open sessions; ErrConflict, also
	// where another session has come in its place. 0 = it is new, which replaces an older one under the same key: that one is
	// open no more, and gone if it started on the same day.
	PutSession(s bot.Session, ifRev uint64) error
	// Hop is what a hop of a session was answered with; ErrNotFound, also for one of an older session under the same key.
	Hop(s bot.Session, key bot.HopKey) (bot.Hop, error)
	// PutHop remembers it; it replaces what an older session under the same key had there.
	PutHop(s bot.Session, key bot.HopKey, h bot.Hop) error
	// OpenSessions lists sessions that started before a moment and are not over, the oldest first, after the given one.
	OpenSessions(before bot.Instant, after bot.Session, limit int) ([]bot.Session, error)
	// DropSessions forgets the sessions of all days before the UTC day of the given moment; those that are still open are
	// among OpenSessions no more.
	DropSessions(before bot.Instant) error
}

// Tallies count what happens on the screens of the menus, by day.
type Tallies interface {
	// AddTallies adds counts to those of the UTC day of at.
	AddTallies(at bot.Instant, tallies []bot.ScreenTally) error
	// Tallies sums the days from that of since on, ordered by flow, version and screen.
	Tallies(since bot.Instant) ([]bot.ScreenTally, error)
	// DropTallies forgets all days before the UTC day of the given moment.
	DropTallies(before bot.Instant) error
}

// Places are imported units of the administrative division.
type Places interface {
	// PutPlace writes a place, new or not.
	PutPlace(p bot.Place) error
	// Places lists places ordered by scheme and code, after the given one.
	Places(after bot.PlaceCode, limit int) ([]bot.Place, error)
}

// Refs is the one namespace of references.
type Refs interface {
	// TakeRef binds the first candidate that is free to a row and returns it; ErrNoRef if none is.
	TakeRef(candidates []bot.Ref, kind bot.RefKind, id bot.ID) (bot.Ref, error)
	// FindRef tells what a reference stands for; ErrNotFound.
	FindRef(ref bot.Ref) (bot.RefKind, bot.ID, error)
}

// Reports are people's tellings.
type Reports interface {
	// Report reads a report; ErrNotFound.
	Report(id bot.ID) (bot.Report, error)
	// PutReport writes a report that was read at revision ifRev (0 = new), and its place in the lists by state.
	PutReport(r bot.Report, ifRev uint64) error
	// Reports lists reports in a state; "" lists all.
	Reports(state bot.ReportState, p Page) ([]bot.Report, error)
	// CountReports counts the reports in a state, up to max.
	CountReports(state bot.ReportState, max int) (int, error)
	// Unsealed lists protected reports that are not in the vault, those whose person was forgotten left out.
	Unsealed(p Page) ([]bot.Report, error)
	// CountLabelled counts the reports with a label, up to max.
	CountLabelled(label bot.ReportLabel, max int) (int, error)
}

// Rumours are the claims, with the reports linked to each.
type Rumours interface {
	// Rumour reads a rumour; ErrNotFound.
	Rumour(id bot.ID) (bot.Rumour, error)
	// PutRumour writes a rumour that was read at revision ifRev (0 = new), and its place in the lists by state.
	PutRumour(r bot.Rumour, ifRev uint64) error
	// Rumours lists rumours in a state; "" lists all.
	Rumours(state bot.RumourState, p Page) ([]bot.Rumour, error)
	// CountRumours counts the rumours in a state, up to max.
	CountRumours(state bot.RumourState, max int) (int, error)
	// News lists rumours whose wording is public (bot.Rumour.Public), the latest publication first.
	News(limit int) ([]bot.ID, error)
	// FanOuts lists rumours whose answer is still being queued (FanOut.Open).
	FanOuts(p Page) ([]bot.ID, error)

	// Link adds a report to a rumour's list; linking twice changes nothing.
	Link(rumour bot.ID, l bot.LinkCursor) error
	// Unlink takes it off again.
	Unlink(rumour bot.ID, l bot.LinkCursor) error
	// Links lists a rumour's reports, ordered by contact and then by report, after the given place.
	Links(rumour bot.ID, after bot.LinkCursor, limit int) ([]bot.LinkCursor, error)

	// Told is what a person was told about a rumour; ErrNotFound.
	Told(rumour bot.ID, contact bot.ContactKey) (bot.Told, error)
	// PutTold writes it.
	PutTold(rumour bot.ID, contact bot.ContactKey, t bot.Told) error
	// Hearers lists those who were told something about a rumour, in the order of their keys, after the given one.
	Hearers(rumour bot.ID, after bot.ContactKey, limit int) ([]bot.ContactKey, error)
}

// FollowUps are the moments at which people are asked whether an answer helped.
type FollowUps interface {
	// PutFollowUp notes one; noting it twice changes nothing.
	PutFollowUp(f bot.FollowUp) error
	// DropFollowUp forgets it, if it is there.
	DropFollowUp(f bot.FollowUp) error
	// FollowUps lists those that are due at a moment, the first due first.
	FollowUps(due bot.Instant, limit int) ([]bot.FollowUp, error)
}

// Stocks are the approvals of stock wordings.
type Stocks interface {
	// Stock reads the approvals of a wording; the zero Stock with its kind if there are none.
	Stock(kind bot.StockKind) (bot.Stock, error)
	// PutStock writes them, read at revision ifRev (0 = none were there); ErrConflict.
	PutStock(s bot.Stock, ifRev uint64) error
}

// HelpedDays count what people said to whether an answer helped, by day, whichever rumour it was about.
type HelpedDays interface {
	// AddHelped adds counts to those of the UTC day of at.
	AddHelped(at bot.Instant, h bot.Helped) error
	// Helped sums the days from that of since on.
	Helped(since bot.Instant) (bot.Helped, error)
	// DropHelped forgets all days before the UTC day of the given moment.
	DropHelped(before bot.Instant) error
}

// Outbox are the messages to send and those sent.
type Outbox interface {
	// Outbound reads a message; ErrNotFound.
	Outbound(id bot.ID) (bot.Outbound, error)
	// PutOutbound writes a message that was read at revision ifRev (0 = new), its place in the queue and in the lists.
	PutOutbound(o bot.Outbound, ifRev uint64) error
	// Outbounds lists messages in a state; "" lists all. Messages handed over or delivered are found only under "".
	Outbounds(state bot.OutState, p Page) ([]bot.Outbound, error)
	// Handed finds the message that a gateway knows by an id of its own, which Settle was asked to remember
	// (Outcome.Remember); ErrNotFound, also when that is longer ago than DropHanded kept.
	Handed(gateway, externalID string) (bot.ID, error)
	// DropHanded forgets the gateways' ids of all days before the UTC day of the given moment.
	DropHanded(before bot.Instant) error
	// CountOutbounds counts messages in a state other than handed_over and delivered, up to max.
	CountOutbounds(state bot.OutState, max int) (int, error)
}

// Quarantine are requests that could not be handled.
type Quarantine interface {
	// Quarantined reads one; ErrNotFound, ErrErased.
	Quarantined(id bot.ID) (bot.Quarantined, error)
	// PutQuarantined writes one.
	PutQuarantined(q bot.Quarantined) error
	// Quarantines lists them.
	Quarantines(p Page) ([]bot.Quarantined, error)
	// CountQuarantines counts those that are not done, up to max.
	CountQuarantines(max int) (int, error)
}

// Users are the desk's accounts.
type Users interface {
	// User reads an account; ErrNotFound.
	User(name string) (bot.User, error)
	// PutUser writes an account that was read at revision ifRev (0 = new).
	PutUser(u bot.User, ifRev uint64) error
	// Users lists all accounts by name.
	Users() ([]bot.User, error)
}

// DeskNumbers tell whose phone a number is. The number itself stands on the account's row.
type DeskNumbers interface {
	// DeskNumber finds the account that a number is registered for; ErrNotFound.
	DeskNumber(key bot.ContactKey) (bot.DeskNumber, error)
	// PutDeskNumber writes a number that was read at revision ifRev (0 = new); ErrConflict, also where it is registered already.
	PutDeskNumber(n bot.DeskNumber, ifRev uint64) error
	// DropDeskNumber forgets a number, if it is there.
	DropDeskNumber(key bot.ContactKey) error
}

// SheetCodes are the one-use codes of the printed sheets; only their keyed hashes are known.
type SheetCodes interface {
	// SheetCode finds a code; ErrNotFound.
	SheetCode(key bot.CodeKey) (bot.SheetCode, error)
	// PutSheetCode writes a code that was read at revision ifRev (0 = new); ErrConflict.
	PutSheetCode(c bot.SheetCode, ifRev uint64) error
	// DropSheet forgets every code of an account, and tells how many of them had not been used.
	DropSheet(user string) (open int, err error)
}

// Switches hold back what is sent. Claim hands out nothing that the switch holds.
type Switches interface {
	// Switch tells how the switch stands; the zero Switch, which holds nothing, if nobody ever touched it.
	Switch() (bot.Switch, error)
	// PutSwitch writes the switch, read at revision ifRev (0 = never touched); ErrConflict.
	PutSwitch(s bot.Switch, ifRev uint64) error
}

// EventPage says which events a list method gives: those behind number Seq of an epoch, or with Newest those before it, the
// last first. A zero Epoch is the beginning, or with Newest the end. At most Limit, 100 for 0.
type EventPage struct {
	Epoch  bot.ID
	Seq    uint64
	Newest bool
	Limit  int
}

// Events are what people did; appended, never edited.
type Events interface {
	// Append adds an event; the store gives it its epoch and number.
	Append(e bot.Event) error
	// Events lists events of the present epoch after number seq, at most limit.
	Events(seq uint64, limit int) ([]bot.Event, error)
	// EventPage lists events of all epochs, one epoch behind the other in the order in which they began.
	EventPage(p EventPage) ([]bot.Event, error)
	// Epochs lists the epochs that have events, the first first.
	Epochs() ([]bot.ID, error)
}

// Projects are what cohorts, codes, imports and bulletins are counted for.
type Projects interface {
	// Project reads a project; ErrNotFound.
	Project(code string) (bot.Project, error)
	// PutProject writes a project that was read at revision ifRev (0 = new); ErrConflict.
	PutProject(p bot.Project, ifRev uint64) error
	// Projects lists all projects by code.
	Projects() ([]bot.Project, error)
}

// Agents are who brings people, with their codes and who came by each.
type Agents interface {
	// Agent reads an agent; ErrNotFound.
	Agent(name string) (bot.Agent, error)
	// PutAgent writes an agent that was read at revision ifRev (0 = new); ErrConflict.
	PutAgent(a bot.Agent, ifRev uint64) error
	// Agents lists all agents by name.
	Agents() ([]bot.Agent, error)

	// EnrolCode reads a code of the day; ErrNotFound.
	EnrolCode(id bot.ID) (bot.EnrolCode, error)
	// PutEnrolCode writes a code that was read at revision ifRev (0 = new); its digits stay. ErrConflict.
	PutEnrolCode(c bot.EnrolCode, ifRev uint64) error
	// EnrolCodes lists codes, oldest first unless the page says otherwise.
	EnrolCodes(p Page) ([]bot.EnrolCode, error)
	// EnrolCodesLike lists all codes that ever had these digits, the oldest first.
	EnrolCodesLike(digits string) ([]bot.EnrolCode, error)

	// PutArrival notes that a number came by a code. ErrConflict if it did before: the first stays.
	PutArrival(a bot.Arrival) error
	// Arrivals lists who came by a code in the order of their keys, after the given one.
	Arrivals(code bot.ID, after bot.ContactKey, limit int) ([]bot.Arrival, error)
}
