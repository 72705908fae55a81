// Package lab measures how well tellings are matched to claims, and learns the weights by which they are. It reads files that
// whoever measures brings along, and needs neither a site nor a store.
//
// # Measuring
//
// A Base is claims and, where there are, earlier tellings of them (variants) in an index. Run asks it each query of a file and
// writes one line of JSON for each; Score compares such a run with what is right (qrels). What a query may not know is taken out
// of the index before it is asked and put back afterwards, so that it is missing from the counts of words too: its own variant,
// which has its id, and, with drop-gold, its claims with all that was told of them.
//
// # Learning
//
// Train learns a weights table from posts, claims and qrels. Each post is asked as it stands, shortened to what fits an SMS, and
// typed the SMS way, of bases with and without variants, with and without its own rumour, and of bases of which much was taken
// away; and of small bases drawn for it, of 3, 10, 30 and 100 claims, with its own, without it, and with a twin of it, that is, its
// claim with another name or with half of another claim (small.go, twin.go). What the index finds is a list of candidates with features. One model learns to put the right one first (softmax over
// each list), one to say how sure the first is (logistic), the second on orders that the first one made of posts it had not
// seen. The order is a linear part and trees on what it leaves, the confidence trees alone (match.Model). The table also holds how
// common words are in all posts and texts about nothing (match.Common); a post is asked with what is counted without its fold.
//
// Figures are cross-validated: the folds of the posts file hold different rumours, everything (both models and both thresholds)
// is learned without the fold that is asked, and applied to it blind. What is shipped is learned on all folds then.
//
// The shipped table was learned on 746 French posts about 586 claims, and on 400 texts about nothing (--noise): 200 real SMS, each
// as it was typed (its number after an r) and as it was normalised (after an m). 400 other SMS were only counted (--unrelated).
// Almost all false answers that were left over the folds are claims that say the same as the right one, and are not marked so.
//
// All of it gives the same digits each time on one machine, and on any with the same rounding: no order of a map, no clock and no
// number of processors has a part in it.
package lab
