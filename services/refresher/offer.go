package refresher

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// ask offers a person a refresher for a week, of everything that falls due in it. Where one was offered for that week or a later one, or
// nothing can be asked, it decides nothing.
type ask struct {
	Person  string
	Week    time.Time
	Now     time.Time
	Bank    map[string][]drawable // by course; shared, not to be changed
	Excused []string              // courses of which nothing is asked
	Rules   *rules
}

// Stream implements eventsource.Command.
func (c ask) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c ask) Decide(s person) ([]eventsource.Event, error) {
	if !c.Week.After(s.Offer.Week) {
		return nil, nil
	}
	topics := c.topics(s)
	seed := seedOf(c.Person, c.Week)
	questions := draw(seed, c.Rules.number(len(topics)), topics, s.Asked)
	if len(questions) < c.Rules.Questions.Least {
		return nil, nil
	}
	var decided []eventsource.Event
	if s.Offer.open() {
		decided = append(decided, events.RefresherExpired{Person: c.Person, Offer: s.Offer.Offer, Answered: len(s.Offer.Answers), At: c.Now})
	}
	number := s.Offer.Number + 1
	return append(decided, events.RefresherOffered{Person: c.Person, Offer: offerID(c.Person, number), Number: number,
		Week: c.Week.UTC(), At: c.Now, Seed: seed, Questions: questions}), nil
}

func offerID(person string, number int) string { return person + "_" + strconv.Itoa(number) }

// personOf is whose offer an id names; "" for an id that no offer can have.
func personOf(offer string) string {
	person, _, ok := strings.Cut(offer, "_")
	if !ok || !eventsource.ValidStream(personStream(person)) {
		return ""
	}
	return person
}

// topics are the competencies that fall due in the week and can be asked about, what is recalled least first. What was learnt
// or reviewed after the weekly time waits for the next one.
func (c ask) topics(s person) []topic {
	var all []topic
	recalled := map[string]float64{}
	for competency, m := range s.Memories {
		if !m.Due.Before(c.Week.Add(week)) || !m.At.Before(c.Week) {
			continue
		}
		if items := c.items(competency, s.Courses[competency]); len(items) > 0 {
			all = append(all, topic{competency, items})
			recalled[competency] = c.Rules.model.Recall(m.Memory, float64(daysBetween(m.At, c.Week)))
		}
	}
	slices.SortFunc(all, func(a, b topic) int {
		return cmp.Or(cmp.Compare(recalled[a.competency], recalled[b.competency]), cmp.Compare(a.competency, b.competency))
	})
	return all
}

// items are those about a competency in the banks of some courses.
func (c ask) items(competency string, courses []string) []drawable {
	var all []drawable
	for _, course := range courses {
		if slices.Contains(c.Excused, course) {
			continue
		}
		for _, it := range c.Bank[course] {
			if slices.Contains(it.Tags, competency) {
				all = append(all, it)
			}
		}
	}
	return all
}
