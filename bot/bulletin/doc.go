// Package bulletin holds the rules of bulletins: how a text comes to be approved, whom it is for, when it is sent, and how a run of it
// reaches everyone once or says who not.
//
//	draft → review → approved → sending → sent
//	            └ draft            └ withdrawn
//
// A run (bot.Broadcast) walks its audience in portions (Walk). Each portion is one commit: the rows of those who are to get the
// message, and the cursor. Whoever claims a row asks once more whether it may go (Check): STOP, consent, age, cap, expiry. What is
// left out and what is suppressed has its reason, and the sums are kept with the rows, so a run's report adds up.
//
// A bulletin may have a schedule: its next moment lives in storage (Schedule.Next), where a sweep finds it (Fire). In one commit the run for the
// moment is begun, or the moment let pass with its reason, and the next one is set. So each moment begins at most one run, whatever is killed,
// and none is forgotten without a word.
//
// Rules take a storage.Tx and never open one; times, ids and references are handed in. A refusal is a *bot.Error whose key
// names the sentence for the person.
package bulletin
