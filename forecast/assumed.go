package forecast

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Assumed is what is taken for granted where there is no past.
type Assumed struct {
	Curve     Curve
	Weight    float64 // starts that the curve counts as
	Campaigns float64 // campaigns that the spread counts as
	Spread    float64
	Habit     float64 // requests that the share of all counts as, for one person
	Hours     float64 // seat-hours of one who finishes
}

// Read reads an assumption; each error names the field and what is wrong with it.
func Read(text []byte) (Assumed, error) {
	var doc struct {
		Assumption bool      `yaml:"assumption"`
		Weight     float64   `yaml:"weight"`
		Campaigns  float64   `yaml:"campaigns"`
		Spread     float64   `yaml:"spread"`
		Habit      float64   `yaml:"habit"`
		Start      float64   `yaml:"start"`
		Hours      float64   `yaml:"hours"`
		Off        float64   `yaml:"off"`
		Days       []float64 `yaml:"days"`
		Finish     []float64 `yaml:"finish"`
		Working    []float64 `yaml:"working"`
		OffHours   []float64 `yaml:"off_hours"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return Assumed{}, fmt.Errorf("arrival curve: %w", err)
	}
	for name, x := range map[string]float64{"weight": doc.Weight, "campaigns": doc.Campaigns, "habit": doc.Habit, "hours": doc.Hours} {
		if x <= 0 {
			return Assumed{}, fmt.Errorf("arrival curve: %s is %g, want more than 0", name, x)
		}
	}
	for name, x := range map[string]float64{"start": doc.Start, "off": doc.Off, "spread": doc.Spread} {
		if x < 0 || x > 1 {
			return Assumed{}, fmt.Errorf("arrival curve: %s is %g, want 0 to 1", name, x)
		}
	}
	a := Assumed{Weight: doc.Weight, Campaigns: doc.Campaigns, Spread: doc.Spread, Habit: doc.Habit, Hours: doc.Hours}
	a.Curve.Start, a.Curve.Off = doc.Start, doc.Off
	if sum := fill(a.Curve.Finish[:], doc.Finish, 1); sum < 0 || sum > 1+1e-9 || len(doc.Finish) > Slots {
		return Assumed{}, fmt.Errorf("arrival curve: finish has at most %d shares that sum to at most 1", Slots)
	}
	for _, part := range []struct {
		name string
		to   []float64
		from []float64
	}{{"days", a.Curve.Days[:], doc.Days}, {"working", a.Curve.Working[:], doc.Working}, {"off_hours", a.Curve.OffHours[:], doc.OffHours}} {
		sum := fill(part.to, part.from, 1)
		if sum <= 0 || len(part.from) > len(part.to) {
			return Assumed{}, fmt.Errorf("arrival curve: %s has at most %d weights, not all 0 and none below it", part.name, len(part.to))
		}
		fill(part.to, part.from, sum)
	}
	return a, nil
}

// fill copies weights, divided by a sum, and gives theirs; -1 where one is below 0.
func fill(to, from []float64, by float64) (sum float64) {
	for i, x := range from {
		if x < 0 {
			return -1
		}
		if i < len(to) {
			to[i] = x / by
		}
		sum += x
	}
	return sum
}
