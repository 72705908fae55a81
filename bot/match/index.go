package match

import "tinye/bot"

// Index knows claims and reports by their words. It is safe for concurrent use; what it answers depends on what it holds and
// not on the order in which that came.
type Index struct{}

// New makes an empty index.
func New(o Options) (*Index, error) { return &Index{}, nil }

// PutClaim adds a claim, in place of what was known under its id.
func (x *Index) PutClaim(c Claim) {}

// DropClaim forgets a claim; its reports stay, under a claim that is not known.
func (x *Index) DropClaim(id bot.ID) {}

// PutReport adds a report, in place of what was known under its id.
func (x *Index) PutReport(r Report) {}

// DropReport forgets a report.
func (x *Index) DropReport(id bot.ID) {}

// DropContact forgets all that one person told.
func (x *Index) DropContact(c bot.ContactKey) {}

// Find looks for the claim that a telling tells.
func (x *Index) Find(q Query) Result { return Result{Outcome: Unknown} }

// Search finds open claims by words that somebody typed to look something up: fewer and other words than a telling has. The best
// first.
func (x *Index) Search(text string, limit int) []bot.ID { return nil }

// Neighbours are the reports and claims nearest to a text, the best first, for the desk.
func (x *Index) Neighbours(q Query) []Near { return nil }

// Groups are the reports linked to no claim that tell the same, told since a moment, the largest group first.
func (x *Index) Groups(since bot.Instant, limit int) []Group { return nil }

// Copies counts different people who told nearly the words of a text within the time before at.
func (x *Index) Copies(text string, at bot.Instant) (numbers int) { return 0 }

// Alike are pairs of claims that may be one.
func (x *Index) Alike(limit int) []Pair { return nil }

// Pair are two claims.
type Pair struct {
	A, B  bot.ID
	Score float64
}

// Stats are the sizes of an index.
type Stats struct {
	Claims, Reports, Variants int
	Confirmed                 map[bot.Lang]int // matches that people confirmed
	Learned                   []bot.Lang       // languages whose weights were learned
}

// Stats counts.
func (x *Index) Stats() Stats { return Stats{} }
