// Package storage is the contract between the rules and what keeps their rows: Store, Tx and the errors.
//
// A Tx speaks the domain's words (reports, contacts, messages to send), never buckets or cursors, so that another engine
// can stand behind it; storage/storagetest is the suite that each must pass. storage/bolt is the one in use: one file,
// sealed values, one fsync for all callers that wait.
//
// Habits that the contract asks of its callers:
//   - A closure given to Update, View or Claim may run more than once and has no effect outside its Tx.
//   - Ids, times, folded words, languages and keyed hashes are computed before Update, not inside.
//   - Rows that carry a Rev are put with the Rev they were read with; ErrConflict means somebody was faster.
//   - Texts are valid UTF-8 without NUL; a store refuses others with ErrInvalid.
//   - Ordered lists take a Page (where to go on, how many at most).
package storage
