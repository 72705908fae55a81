// Package hotline handles one message at a time: it works out beforehand whatever needs no store, opens the one Update,
// tells what kind of message it is (dialogues §1), calls the rules, and queues what is to be said.
//
// It is also what the outbox asks at the moment of sending (Prepare: may this still go out, and in which words), and what
// sweeps up whatever time alone changes (Sweep).
package hotline
