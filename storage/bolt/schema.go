// Package bolt keeps the rows in one bbolt file. Updates of callers that wait share a commit (commit.go); values are
// sealed (codec.go).
//
// # The file
//
// Every bucket, its keys and its values. "id" is a UUIDv7 of 16 bytes, so keys that begin with one sort by time; "due",
// "lease", "start" and "published" are microseconds since 1970 as 8 bytes, big-endian; 0 is a zero byte. The value is CBOR with integer keys (the
// cbor tags in package bot), sealed under the class named: `texts` by month of the row's time, `records` for the rest.
// Index buckets hold ids, states, times, gateway names and keyed hashes only; they have no value and are not sealed.
//
//	meta                          not sealed, so that it can be read without the key
//	  schema                      → uint32 big-endian, the number of migrations that were run          migrate.go
//	  canary                      → 16 bytes by which the key ring is known to belong to this file     create.go
//	  epoch                       → id, the present epoch of events                                    create.go restore.go
//	  clock                       → int64 big-endian, µs: latest commit; written with each             commit.go
//
//	messages                      one message's rows lie side by side: they share its id and are written together
//	  id 'i'                      → bot.Inbound, texts by ReceivedAt                                   inbounds.go
//	  id 'r'                      → bot.Report, records                                                reports.go
//	  id 'o'                      → outboundValue (bot.Outbound), records                              outbox.go
//	repeats
//	  day "20261121"              a bucket for each UTC day; dropped as a whole
//	    bot.RepeatKey (HMAC)      → id of the inbound, then the answer if there is one, records        repeats.go
//	refs
//	  digits                      → 'r' report, 'u' rumour, 'b' bulletin; then its id; not sealed      refs.go
//	contacts
//	  bot.ContactKey (HMAC)       → bot.Contact, records                                               contacts.go
//	consents_due
//	  due contact                 index of contacts: what time has to do about a consent question, a     contacts.go
//	                                reminder or its end
//	maybe_stops
//	  since contact               index of contacts whose words may mean stop                          contacts.go
//	activity
//	  day "20261121"              a bucket for each UTC day; dropped as a whole
//	    bot.ContactKey            → bot.Activity, records                                              activity.go
//	reports_by
//	  state 0 id                  index of messages/r                                                  reports.go
//	reports_labelled
//	  label 0 id                  index of messages/r with a label                                     reports.go
//	reports_unsealed
//	  id                          index of messages/r: those protected that are not in the vault       reports.go
//
//	sessions
//	  day "20261121"              a bucket for each UTC day on which sessions start; dropped as a whole
//	    bot.SessionKey (HMAC)     → bot.Session, records                                               sessions.go
//	    SessionKey bot.HopKey     → bot.Hop, records; both keys are HMACs                              sessions.go
//	sessions_open
//	  start SessionKey            index of sessions: those neither over nor replaced                   sessions.go
//	tallies
//	  day "20261121"              a bucket for each UTC day; dropped as a whole
//	    flow 0 version 0 screen   → bot.ScreenTally, records; the key is short codes                   tallies.go
//	places
//	  scheme 0 code               → bot.Place, records                                                 places.go
//
//	rumours
//	  id                          → bot.Rumour, records                                                rumours.go
//	rumours_by
//	  state 0 id                  index of rumours                                                     rumours.go
//	news
//	  published id                index of rumours whose wording is public                             news.go
//	fanouts
//	  id                          index of rumours whose FanOut is open                                rumours.go
//	links
//	  rumour id, contact, report  a rumour's reports, ordered by contact and then report               links.go
//	told
//	  rumour id, contact          → bot.Told, records                                                  links.go
//
//	queue
//	  gateway 0 lane due id       index of messages/o in state queued, but for those of broadcasts;    outbox.go
//	                                lane is '0' to '6', see laneDigit
//	claims
//	  lease id                    index of messages/o in state claimed                                 outbox.go
//	outbox_by
//	  state 0 id                  index of messages/o in the other states but handed_over, delivered   outbox.go
//	handed
//	  day "20261121"              a bucket for each UTC day; dropped as a whole
//	    HMAC of a gateway's id    → id of messages/o; not sealed                                       handed.go
//
//	quarantine
//	  id                          → bot.Quarantined, texts by At                                       quarantine.go
//	quarantine_open
//	  id                          index of quarantine: those not done                                  quarantine.go
//	users
//	  name                        → bot.User, records                                                  users.go
//	desk_numbers
//	  bot.ContactKey (HMAC)       → bot.DeskNumber, records; the number itself stands on its user       desknumbers.go
//	codes
//	  bot.CodeKey (HMAC)          → bot.SheetCode, records                                             codes.go
//	switches
//	  "sending"                   → bot.Switch, records                                                switches.go
//	duty
//	  "list"                      → bot.Duty, records                                                  duty.go
//	duty_calls
//	  id                          → bot.DutyCall, records; the id is the report's                      duty.go
//	duty_open
//	  id                          index of duty_calls: those that nobody has taken                     duty.go
//	duty_taken
//	  at id                       index of duty_calls: those that were taken, by when they were        duty.go
//	vault
//	  id                          → bot.Case, records: what a protection key alone opens               vault.go
//	protect_keys
//	  "age1…"                     → bot.ProtectionKey, records; the key is a public key                vault.go
//	renewals
//	  month "2026-11" id kind     → the round (8 bytes BE) that makes an erased text unreadable where    erase.go
//	                                free pages may still hold it; kind is 'i' or 'q'
//	  "finishing"                 → how far that has come                                              finish.go
//	  "records"                   rows of class records were erased that free pages may still hold     renew.go
//	  "renewing"                  → how far the records were sealed again                              renew.go
//	forgetting
//	  ContactKey at kind          → the round (8 bytes BE) of the walk for somebody of whom something   forget.go
//	                                is left to take off, all ones once it is over; kind is 'p' or 'n'
//	  ContactKey at kind id       a message of theirs that is still on its way                         forgetrows.go
//	  "walk"                      → how far it has come                                                forgetwalk.go
//	erased
//	  at kind id                  the ledger: kind is 'p' person, 'n' number (id is a ContactKey),      ledger.go
//	                                'i' text, 'q' request
//	erased_unkept
//	  at kind id                  entries that NAME.erased may lack                                    ledger.go
//	sources
//	  code                        → bot.Source, records; the code is a pseudonym                       sources.go
//	follow_ups
//	  due rumour contact end      who is asked when whether an answer helped; end is 1 where nobody     followups.go
//	                                waits for the reply any more
//	stocks
//	  kind                        → bot.Stock, records: who approved a stock wording                   stocks.go
//	helped
//	  day "20261121"              → bot.Helped, records: what people said on a day to whether an answer    helped.go
//	                                helped
//	projects
//	  code                        → bot.Project, records                                               projects.go
//	agents
//	  name                        → bot.Agent, records: a code name                                    agents.go
//	enrol_codes
//	  id                          → bot.EnrolCode, records                                             agents.go
//	enrol_codes_like
//	  digits id                   index of enrol_codes by their four digits                            agents.go
//	arrivals
//	  code id, ContactKey         → bot.Arrival, records: who came by a code                           agents.go
//	cohorts
//	  name                        → bot.Cohort, records                                                cohorts.go
//	members
//	  code name                   → bot.Member, records                                                cohorts.go
//	members_of
//	  ContactKey, code name       index of members by the number they write from                       cohorts.go
//	incidents
//	  id                          → bot.Incident, records                                              cohorts.go
//	import_runs
//	  id                          → bot.ImportRun, records                                             imports.go
//	import_files
//	  bot.RepeatKey (HMAC)        → id of import_runs: the file's run that was not dropped; not sealed imports.go
//	import_people
//	  run id, row (4 bytes BE),   who stands in which row of an imported list                          imports.go
//	    contact
//	bulletins
//	  id                          → bot.Bulletin, records                                              bulletins.go
//	bulletins_by
//	  state 0 id                  index of bulletins                                                   bulletins.go
//	bulletins_due
//	  due id                      index of bulletins by Schedule.Next                                  bulletins.go
//	broadcasts
//	  id                          → bot.Broadcast, records                                             broadcasts.go
//	broadcasts_open
//	  id                          index of broadcasts: those whose report is still to be made           broadcasts.go
//	run_lanes
//	  lane id                     index of broadcasts: those whose rows may be claimed                 broadcasts.go
//	run_queue
//	  broadcast id gateway 0 due id   index of messages/o in state queued that belong to a broadcast   broadcasts.go
//	run_rows
//	  broadcast id state 0 id     index of messages/o of a broadcast: unknown, failed, expired,        broadcasts.go
//	                                suppressed; without a state, all of them
//	run_tallies
//	  broadcast id                → bot.BroadcastTally, records: a broadcast's rows, counted           runtally.go
//	sent
//	  day "20261121"              a bucket for each UTC day; dropped as a whole
//	    bot.ContactKey            → ids of messages of broadcasts that left for somebody; not sealed   broadcasts.go
//	events
//	  epoch id, seq (8 bytes BE)  → bot.Event, records                                                 events.go
//
// A sealed value is bound to its bucket and key (for the buckets by day: to day and key), so that it cannot be moved.
//
// # Other files
//
//	NAME            the database, mode 0600
//	NAME.new        a database being created; finished or removed by the next start
//	NAME.v1.bak     the copy made before a migration away from schema 1
//	NAME.erased     the ledger again, a line for each entry: a backup that is put back is rid of them
//	NAME.part       what Compact, Restore or a migration's copy had not finished; removed by the next one
//
// The key ring is a file of its own (storage/seal).
package bolt
