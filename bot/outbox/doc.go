// Package outbox hands the messages that are due to their gateways: it claims them, turns their texts into wire form,
// sends them, and writes down what became of each.
//
// One loop runs per gateway and has three bounds: at most Window messages are claimed and not settled, so a kill leaves
// at most that many in doubt; at most PartsPerSecond parts leave; and while the gateway's circuit is open nothing leaves
// but one probe at a time. Outcomes that are ready together are written in one commit.
//
//	Claim → (rate) → Send → handed_over                       the carrier took it
//	                      → queued, later                     it surely did not take it, and another try may help
//	                      → failed                            it never will
//	                      → unknown                           nobody knows (then Config.Lost decides, see Resend)
//
// Where a gateway has not worked for a while, what waits for it and was surely not sent moves to another one that may carry it: see
// FailOver.
//
// Who may get a message at all (STOP, consent, quiet hours, expiry) is asked in the claim's transaction: Config.Prepare. What
// the desk's switch holds is not claimed, and what was claimed before is asked about once more just before its send: once
// the switch is on disk no send begins, and at most the window finishes.
package outbox
