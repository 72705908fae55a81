// Package rumour holds the rules of a rumour's life: how tellings become reports, reports one rumour, a decision an
// answer, and who is owed that answer.
//
// The path built today is the provisional new → decided → published. Rules take a storage.Tx and never open one; times,
// ids and references are handed in. A refusal is a *bot.Error whose key names the sentence for the person.
package rumour
