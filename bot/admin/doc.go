// Package admin is the way in for the command line, and for nothing else: a JSON API over HTTP on a unix socket that only
// its owner can open (mode 0600).
//
// Every request is a POST with one JSON object, read strictly; who asks stands in it as "as", the name of a desk account.
// The paths are the subcommands:
//
//	/user/add   /user/list   /user/conflict   /user/number   /user/numbers   /codes/print
//	/report/list   /report/show   /report/mask
//	/rumour/new   /rumour/link   /rumour/list   /rumour/show   /rumour/history   /report/history   /events/list
//	/rumour/triage   /rumour/watch   /rumour/risk   /rumour/assign   /rumour/evidence   /rumour/submit   /rumour/return
//	/rumour/answer   /rumour/approve   /rumour/decide   /rumour/confirm   /rumour/withhold   /rumour/lift   /rumour/publish   /rumour/auto
//	/rumour/merge   /rumour/split   /rumour/reject   /rumour/close   /rumour/reopen
//	/bulletin/new   /bulletin/edit   /bulletin/write   /bulletin/back   /bulletin/check   /bulletin/harm   /bulletin/submit
//	/bulletin/return   /bulletin/approve   /bulletin/withdraw   /bulletin/show   /bulletin/list   /bulletin/history
//	/bulletin/script   /bulletin/aired
//	/outbox/list   /outbox/retry   /outbox/sending
//	/report/protect   /protect/key   /protect/list   /protect/seal-waiting   /protect/export   /protect/state
//	/source/add   /source/list   /source/show   /source/retire   /source/for
//	/report/match   /report/near   /report/search   /rumour/near   /rumour/search   /match/groups   /match/group   /match/alike   /match/status
//	/quarantine/list   /quarantine/show   /quarantine/retry
//	/place/import   /place/find   /place/list
//	/people/show   /people/forget
//	/project/new   /project/list   /project/show
//	/cohort/new   /cohort/change   /cohort/list   /cohort/show   /cohort/notice   /cohort/add   /cohort/member   /cohort/number
//	/cohort/conduct   /cohort/vet   /cohort/clear   /cohort/vetting   /cohort/status   /cohort/replace   /cohort/met
//	/cohort/incident   /cohort/incidents   /cohort/incidents/done
//	/people/import/begin   /people/import/rows   /people/import/list   /people/import/show   /people/import/forget
//	/status   /unlock   /backup   /clock/accept   /export   /export/ask   /export/approve
//
// A refusal is a Problem: a code for machines, the locale key, and the sentence for the person, in the desk's language.
// What went wrong inside goes to the log and never into an answer. No answer shows a sender's number or a contact's key; the
// texts of reports are shown redacted to those who work on them, and raw, with a reason, to coordinators alone; each look is an
// event of its own.
package admin
