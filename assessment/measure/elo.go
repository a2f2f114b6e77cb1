package measure

// Elo rates people and items by one answer at a time: Pelánek, "Applications of the Elo rating system in adaptive
// educational systems", Computers & Education 98 (2016). A rating moves by K = A ÷ (1 + B·n), where n is how many answers
// it has seen, so that what is new moves fast and what is known moves slowly.
type Elo struct {
	A, B float64
}

// DefaultElo has customary values, A = 1 and B = 0.05; they were not fitted to answers of ours.
func DefaultElo() Elo { return Elo{A: 1, B: 0.05} }

// Rating is an ability or a difficulty on the logistic scale; the zero value is one of whom nothing is known.
type Rating struct {
	Value float64 `json:"value"`
	N     int64   `json:"n"`
}

// Expected is the mark to expect: 1 ÷ (1 + e^(difficulty − ability)).
func (Elo) Expected(person, item Rating) float64 { return logistic(person.Value - item.Value) }

// Update gives both ratings after an answer with a mark from 0 to 1; a part of a mark counts as that part of a success.
func (e Elo) Update(person, item Rating, mark float64) (Rating, Rating) {
	surprise := mark - e.Expected(person, item)
	person.Value += e.step(person.N) * surprise
	item.Value -= e.step(item.N) * surprise
	person.N++
	item.N++
	return person, item
}

func (e Elo) step(n int64) float64 { return e.A / (1 + e.B*float64(n)) }
