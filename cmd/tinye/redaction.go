package main

// redactionFlag is what triage takes once.
type redactionFlag struct {
	RedactionChecked bool `help:"Vous avez lu la rumeur et ses signalements (tinye report show), et rien n'y désigne plus une personne (tinye report mask)."`
}
