// Package people holds the rules of contacts: who they are to us, what they agreed to, when they want to be left alone,
// and what may be sent to them at the moment of sending.
//
// Rules take a storage.Tx and never open one. Times and ids are handed in.
package people
