package evaluation

import (
	"slices"
	"time"

	"khuevan/trial"
)

// history is what a person has done in a course, and the ticks by which chance put them into an arm of it.
type history struct {
	Completed []time.Time `json:"completed,omitempty"`
	Marks     []mark      `json:"marks,omitempty"` // of closed attempts
	Places    []part      `json:"places,omitempty"`
}

// mark is what an attempt was worth.
type mark struct {
	Attempt string    `json:"attempt"`
	At      time.Time `json:"at"`
	Mark    float64   `json:"mark"` // out of 10
}

// part is a person's part in the trial that a tick is.
type part struct {
	Trial string    `json:"trial"`
	Unit  string    `json:"unit"` // in which the person was drawn
	Held  bool      `json:"held,omitempty"`
	Early bool      `json:"early,omitempty"` // held out, and asked all the same before the end
	Tick  time.Time `json:"tick"`
	Until time.Time `json:"until"`
}

// standing is how a person came out of a trial.
type standing struct {
	Held  bool        `json:"held,omitempty"`
	Early bool        `json:"early,omitempty"`
	Done  bool        `json:"done,omitempty"` // completed the course in time
	Score trial.Score `json:"score,omitzero"` // not known of whoever had no mark before the tick
}

// standing reads off a person's history how they came out of one of its trials.
func (h history) standing(p part) standing {
	s := standing{Held: p.Held, Early: p.Early}
	for _, at := range h.Completed {
		s.Done = s.Done || at.After(p.Tick) && !at.After(p.Until)
	}
	before, known := h.markBy(p.Tick)
	if known {
		after, _ := h.markBy(p.Until)
		s.Score = trial.Score{Before: before, Known: true, After: after}
	}
	return s
}

// markBy is the latest mark that was shown by a time.
func (h history) markBy(t time.Time) (latest float64, known bool) {
	var at time.Time
	for _, m := range h.Marks {
		if !m.At.After(t) && (!known || !m.At.Before(at)) {
			latest, at, known = m.Mark, m.At, true
		}
	}
	return latest, known
}

// with is the history with an attempt, as it is marked now. It shares nothing that it changes.
func (h history) with(m mark) history {
	h.Marks = slices.Clone(h.Marks)
	if i := slices.IndexFunc(h.Marks, func(old mark) bool { return old.Attempt == m.Attempt }); i >= 0 {
		m.At = h.Marks[i].At // marked anew: it was shown when it was
		h.Marks[i] = m
		return h
	}
	h.Marks = append(h.Marks, m)
	return h
}

// joined is the history with a place. The first arm of a trial stays; whoever is held out is asked after it is over.
func (h history) joined(p part, at time.Time) history {
	h.Places = slices.Clone(h.Places)
	i := slices.IndexFunc(h.Places, func(old part) bool { return old.Trial == p.Trial })
	switch {
	case i < 0 && p.Unit == "":
		return h // asked before facts told the unit
	case i < 0:
		h.Places = append(h.Places, p)
		return h
	}
	if old := &h.Places[i]; old.Held && !p.Held && at.Before(old.Until) {
		old.Early = true
	}
	return h
}
