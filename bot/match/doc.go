// Package match finds, in memory and without a model or a network, which checked claim a telling tells, and groups tellings
// that tell the same.
//
// # The way of a text
//
// split (tokens.go) drops web addresses and @names, parts #TagsInCamelCase, cuts elisions off, joins "45 000" and folds accents
// and the letters of Bambara. lexicon.words (words.go) makes words of that: what is typed the SMS way is written out (ki is qui),
// phrases become one word (États-Unis is usa), numbers in words become digits, and each word gets
//
//   - its stem: Snowball's for French and English, on the folded word; for every other language the key of package spelling;
//   - its class: words of one meaning share it (classes.go, countries.go; French only, written by hand);
//   - its sound and its bones, the consonants of that: what is left of a word in an SMS;
//   - its first five letters, and its runs of four characters;
//   - its kind: stop word, number, year, name (a capital within a sentence), weak (how something is told, and everyday talk).
//
// A text of unknown language is taken for French; what the desk writes has none, so a query in another language is read both ways
// (reading.go). take (text.go) makes a doc of the words: one list of terms for each channel, hashed
// and ordered by their hash, so that sums do not depend on when a term was first seen.
//
// # Channels and sides
//
// Four channels are compared by BM25 (k1 .9, b .6): words (stems and classes), grams (runs of four characters), pairs of content
// words, and sounds. Docs stand on sides that count apart (side.go): said, the wordings of claims; told, the variants, which are
// reports that people say tell a claim; asked, reports without a claim; listed, what is only searched for. Put and Drop keep
// exact counts: an index from which something was dropped is the one that never had it.
//
// Find asks said and told (candidate.go). In each, a channel's score is divided by the best one's and the shares are added (fusion). A
// claim has the fused score of its best wording, and that of its best variant times the square of how much of the query's
// characters the variant has: the best of many variants that do not fit is still the best. The first 30 are judged.
//
// A claim's wordings are docs of their own, and one together for each language. Scores are of whichever fits best, features of a
// single wording, because that is what the weights learned on. At most 60 variants of a claim are compared with, one for each
// wording, chosen by a hash of their words (family.go): a burst of copies is one variant. Reports without a claim are compared with
// if they are among the newest 20,000.
//
// # Features
//
// features.go names them, in groups:
//
//   - fused, said, rel_*: the shares of the best score; place_*: 1 / place by one channel; whole_*: the score as a share of what a
//     text with all of the query would have. The first two tell candidates apart, the last one says whether any is good.
//
//   - cov_claim: how much of the claim the query has, by the rarity of words. A word counts whole by its stem, .8 by its sound, .7 by
//     its class, .6 by its consonants, .5 by its beginning. cov_exact counts stems only; cov_soft also counts the share of a
//     word's characters that the query has anywhere; cov_grams and cov_pairs are the same for characters and pairs.
//
//   - cov_query, cov_grams_query: how much of the query the claim has.
//
//   - cov_near, cov_window, cov_first: cov_claim within the best 12 and 30 words of the query, and within its first 30; order: of
//     matched words that follow each other as in the claim. Long posts drift, and share words with many claims.
//
//   - mass, matched, missing, missing_most, rare: how much was found and what was not, not divided by anything; own: what was found,
//     each word divided by how many of the first ten candidates have it: sibling claims share the rest.
//
//   - numbers, names and what of them is lost.
//
//   - told_*: the same for the variants that fit best: shares, coverage both ways, runs of five words in common, how many there are.
//
//   - clash*, swapped: the telling adds another word to a word of the claim ("pont de Mopti" against "pont de Wabaria"), names other
//     places, or has another name beside the same word; base: how many claims there are.
//
// Rarity is idf divided by that of a word that no claim has, so that a feature means the same with 30 claims and with 15,000. A base of
// three knows nothing of what is rare: to what the base has come 200 texts of all kinds (common.go). How many of these have a word or a
// run of characters was counted in what the weights were learned on and is part of them, as hashes, of what at least five texts have;
// words of everyday news, written by hand, are in at least 2 %.
//
// A feature whose meaning changes needs a new name and new weights; new ones wait until the weights are learned anew.
//
// # Weights
//
// weights.json is two models (model.go): Rank orders candidates, Sure says how likely the first one is right (sure.go adds what tells
// the first from the others). Room lab learns them, and tells how. Find says Certain from the confidence Certain on if nothing speaks
// against the claim, Likely from Likely on. The repetition of a telling that people linked (.8 of the words in common, by rarity) is .99
// sure whatever the model says: of 179 such posts none was of another claim, with or without its own in the base.
//
// To change the engine: change it, run tinye match train on files of the shape in room lab's doc, look at all folds in both
// protocols, and ship weights.json in the same commit. Texts that were learned on are never committed.
//
// # Vetoes
//
// veto.go, clash.go, places.go, opposite.go and times.go hold whatever the weights say: another place (if Options.Place knows places: a
// short telling that names one which neither the claim's wordings nor its areas are in, hold or are; of a long one, all); the opposite
// (opposite.go: a word that both have is denied in one of them only, or each has one side of a pair such as open and closed; never against
// answers, and in long tellings only beside other words of the claim); another number of the same thing
// (any other number in a short telling), another person named in full, in a short telling another name in the place of the only
// one of the claim, today or tomorrow against a check of an earlier day, a weekday against a check of six days ago, another date; too
// little in common; fewer than four content words; a language without weights in which people confirmed fewer than 200 matches.
//
// What people said of nearly these words counts by people (verdict.go): nothing is certain while more than a fifth of those who told it
// rejected the claim, and nobody is asked once three did and fewer confirmed it.
//
// # Groups
//
// Two tellings are of one group if the words that both have weigh .3 of those that either has, by rarity among everything known
// (groups.go), and connected ones are one group. Of the pairs of posts above that, cut to an SMS or whole, 98 % are about one claim;
// they are .58 to .66 of all such pairs. At .23 it would be 95 % and .64 to .70.
// Copies are told by their words alone, .8 of them; rejected tellings by .6.
//
// # What was measured
//
// On 746 French posts and 586 claims, in three folds with no rumour in two. Both models and the threshold are learned without the fold
// that is asked, and each post is asked with its rumour in the base and without (tinye match train; 95 % intervals):
//
//	               fold 0  fold 1  fold 2  all
//	claims only
//	  MAP@5        .855    .835    .853    .848 [.824, .870]
//	  P@1          .814    .801    .831    .815 [.786, .841]
//	  precision    .994    .981    .975    .983 [.967, .992]
//	  recall       .656    .622    .621    .633 [.598, .667]
//	with variants
//	  MAP@5        .921    .896    .907    .908 [.888, .926]
//	  P@1          .903    .880    .891    .891 [.867, .912]
//	  precision    .994    .995    .984    .991 [.979, .996]
//	  recall       .725    .729    .730    .728 [.695, .759]
//	heavy SMS spelling, claims only
//	  MAP@5        .812    .778    .830    .807 [.780, .833]
//
// Small bases, by the same folds: a third of the posts each whole, cut to 160 characters, and so cut and typed as SMS, two claims of
// five drawn from those that share most words. Twin: the base has the post's claim with another name, or with half of another claim,
// and not itself (about 340 posts for each size). Before is what was learned on full bases and on quarters of them, before rarity was told
// by other texts and names in the same place were compared; its twins were drawn otherwise, without other first halves:
//
//	claims              precision  recall  false answers     twin answered         asked about: known, unknown
//	  3      before     .993       .405    .002              .195 [.157, .241]     .311  .091
//	         now        1.000      .361    .000 [0, .003]    .054 [.035, .084]     .351  .004
//	 10      before     .984       .485    .008              .305 [.258, .357]     .223  .087
//	         now        .996       .350    .001 [0, .004]    .039 [.023, .065]     .326  .028
//	 30      before     .977       .464    .009              .190 [.151, .236]     .189  .066
//	         now        .974       .346    .009 [.005, .019] .026 [.014, .050]     .295  .038
//	100      before     .990       .512    .005              .254 [.210, .303]     .151  .075
//	         now        .990       .381    .004 [.001, .012] .034 [.019, .060]     .255  .043
//
// What is still wrong there: a telling that has the claim's place, verb and people and another thing ("des moustiquaires distribuées aux
// déplacés à Sofara" against "du riz avarié …") can be certain. A higher threshold does not help: tellings in the claim's own words
// are no surer.
//
// None of 400 everyday SMS was answered, with variants or without. On two cores that others used, too: with 1,000 claims and 1,300
// variants 37 MB and 5.7 ms p95 for whole posts, 3.4 ms for what fits an SMS; with 15,000 claims 83 MB and 5.4 ms.
//
// What brought something (linear weights, MAP@5 with claims only): the channels' fusion alone .812; features .837; classes, phrases
// and numbers in words .849. Sounds and consonants brought nothing there, but .772 to .795 in heavy SMS spelling; that the first
// variants do not tell alone how rare a word is brought nothing on a full base, and much confidence on one that begins.
//
// What brought nothing or did harm: telling shares of the best score for variants without asking how good the best is (.69
// unlearned); stop words in texts of fewer than three content words (everyday SMS were then found in "il n'y a pas de …"); a veto
// for any name or number that is not in the telling (5 % of what is right, mostly in long posts); all wordings of a claim as one
// text. Most errors that remain are posts that say nothing of what their picture shows, and claims about the same event.
package match
