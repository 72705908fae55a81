// Package redact masks what must not be read by everybody at a desk: numbers, addresses, names of people and exact spots.
// It is pure: it is given a text and says which pieces of it to hide.
//
// What is looked for, and what stays, is in facts.txt and in the rules of numbers.go, addresses.go, names.go and spots.go.
// The rules lean towards the people named: a word masked in vain costs a verifier a question, a name shown may cost somebody
// more. Counts of victims, prices, dates, ages, references and short codes stay, and so do regions and cercles: without them
// nothing can be verified. A list and rules do not know every name: what they miss is masked by hand.
//
// A mark stands for what was hidden, such as [nom]. Marks are never looked into, and every rule takes one for what it hides,
// so that redacting a redacted text changes nothing.
package redact
