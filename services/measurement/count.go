package measurement

import (
	"math"
	"time"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/readmodel"
)

// Behaviours whose marks need care, as they stand in facts.
const (
	certainty = "certainty"
	adaptive  = "adaptive"
)

// first reports whether an attempt is the first one of a person in a course.
func first(period, number int) bool { return period == 1 && number == 1 }

// answersOf gives what is measured of an attempt's marks.
func answersOf(behaviour string, marks []events.ItemMark) []measure.Answer {
	all := make([]measure.Answer, len(marks))
	for i, m := range marks {
		all[i] = measure.Answer{Item: m.Item, Mark: plain(behaviour, m), Choices: m.Choice, Seconds: m.Seconds}
	}
	return all
}

// plain is the mark of the answer itself, 0 to 1: of a bet, what it was about.
func plain(behaviour string, m events.ItemMark) float64 {
	mark := m.Mark
	if behaviour == certainty {
		right, wrong := 1.0/3, 0.0
		switch {
		case !m.Answered:
			return 0 // an answer that was taken back leaves its certainty behind
		case m.Certainty >= 3:
			right, wrong = 1, -2
		case m.Certainty == 2:
			right, wrong = 2.0/3, -2.0/3
		}
		mark = (m.Mark - wrong) / (right - wrong)
	}
	return min(max(mark, 0), 1)
}

func (v view) submitted(b *readmodel.Batch, e events.AttemptSubmitted) error {
	if len(e.Marks) == 0 {
		return nil
	}
	answers, isFirst := answersOf(e.Behaviour, e.Marks), first(e.Period, e.Number)
	err := v.tests.Update(b, e.Course, func(d *testDoc) {
		d.Course = e.Course
		d.Given++
		if e.Behaviour == adaptive {
			d.Adaptive++
			return
		}
		d.All.Add(answers)
		if isFirst {
			d.First.Add(answers)
			d.New++
		}
	})
	if err != nil {
		return err
	}
	if err := v.countItems(b, e, answers, isFirst); err != nil || !isFirst || e.Behaviour == adaptive {
		return err
	}
	return v.respond(b, e.Attempt, e.Course, e.At, e.Marks, answers)
}

// countItems counts each answer. The ratings of people move by those of the items as they were before the attempt; the ratings of items
// move by what the person did in the rest of the attempt. That way no document hangs on another that hangs on it, and
// applying a fact twice, or in parts, gives the same.
func (v view) countItems(b *readmodel.Batch, e events.AttemptSubmitted, answers []measure.Answer, isFirst bool) error {
	elo := measure.DefaultElo()
	ratings := make([]measure.Rating, len(e.Marks))
	for i, m := range e.Marks {
		d, _, err := v.items.Peek(b, itemKey(e.Course, m.Item, m.Version))
		if err != nil {
			return err
		}
		ratings[i] = d.Elo
	}
	err := v.people.Update(b, personKey(e.Person, e.Course), func(d *personDoc) {
		for i, a := range answers {
			d.Elo, _ = elo.Update(d.Elo, ratings[i], a.Mark)
		}
	})
	if err != nil {
		return err
	}
	for i, reply := range measure.Replies(answers) {
		m := e.Marks[i]
		err := v.items.Update(b, itemKey(e.Course, m.Item, m.Version), func(d *itemDoc) {
			d.Course, d.Item, d.Version = e.Course, m.Item, m.Version
			d.Given++
			_, d.Elo = elo.Update(measure.Rating{Value: abilityOf(reply, len(answers))}, d.Elo, reply.Mark)
			if e.Behaviour == adaptive {
				return
			}
			d.All.count(reply, true)
			if isFirst {
				d.First.count(reply, true)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// abilityOf is the ability that the rest of an attempt shows, on the logistic scale where items of a bank are 0 on average: the logit
// of the share of marks, with one mark of two added so that nobody is without bounds.
func abilityOf(r measure.Reply, items int) float64 {
	if r.Alone {
		return 0
	}
	rest := float64(items - 1)
	share := (r.Rest*rest + 1) / (rest + 2)
	return math.Log(share / (1 - share))
}

func (v view) respond(b *readmodel.Batch, attempt, course string, at time.Time, marks []events.ItemMark, answers []measure.Answer) error {
	doc := responseDoc{Course: course, Day: at.UTC().Format(time.DateOnly), Marks: make([]responseMark, len(marks))}
	for i, m := range marks {
		doc.Marks[i] = responseMark{Item: m.Item, Version: m.Version, Mark: answers[i].Mark}
	}
	return v.responses.Update(b, attempt, func(d *responseDoc) { *d = doc })
}

// remarked takes an attempt out as it was and counts it as it is. Ratings stay: they have moved on since.
func (v view) remarked(b *readmodel.Batch, e events.AttemptRemarked) error {
	behaviour := ""
	for _, m := range e.Before {
		if m.Certainty > 0 {
			behaviour = certainty
		}
	}
	before, after, isFirst := answersOf(behaviour, e.Before), answersOf(behaviour, e.Marks), first(e.Period, e.Number)
	err := v.tests.Update(b, e.Course, func(d *testDoc) {
		d.All.Remove(before)
		d.All.Add(after)
		if isFirst {
			d.First.Remove(before)
			d.First.Add(after)
			d.New = max(d.New, 1) // the bank is calibrated anew
		}
	})
	if err != nil {
		return err
	}
	was, is := measure.Replies(before), measure.Replies(after)
	for i, m := range e.Marks {
		err := v.items.Update(b, itemKey(e.Course, m.Item, m.Version), func(d *itemDoc) {
			d.All.count(was[i], false)
			d.All.count(is[i], true)
			if isFirst {
				d.First.count(was[i], false)
				d.First.count(is[i], true)
			}
		})
		if err != nil {
			return err
		}
	}
	if !isFirst {
		return nil
	}
	return v.responses.Update(b, e.Attempt, func(d *responseDoc) {
		for i := range min(len(d.Marks), len(after)) {
			d.Marks[i].Mark = after[i].Mark
		}
	})
}
