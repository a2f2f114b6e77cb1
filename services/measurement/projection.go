package measurement

import (
	"strconv"

	"khuevan/assessment/measure"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// view keeps what calibration and analysis read.
type view struct {
	projection *readmodel.Projection
	tests      *readmodel.Collection[testDoc]     // by course
	people     *readmodel.Collection[personDoc]   // by personKey; before the items, whose ratings it is reckoned from
	items      *readmodel.Collection[itemDoc]     // by itemKey
	responses  *readmodel.Collection[responseDoc] // by attempt; first attempts that can be calibrated with
	keys       *readmodel.Collection[keysDoc]     // by itemKey
	banks      *readmodel.Collection[bankDoc]     // by course
}

// testDoc counts the attempts at a course's quiz.
type testDoc struct {
	Course   string            `json:"course"`
	First    measure.TestTally `json:"first"`
	All      measure.TestTally `json:"all"`
	Given    int64             `json:"given"`    // attempts of any behaviour, for exposure
	Adaptive int64             `json:"adaptive"` // of them, adaptive tests
	New      int64             `json:"new"`      // first attempts since the last calibration
}

// itemDoc counts the answers to an item version.
type itemDoc struct {
	Course  string         `json:"course"`
	Item    string         `json:"item"`
	Version int            `json:"version"`
	First   tally          `json:"first"`
	All     tally          `json:"all"`
	Given   int64          `json:"given"` // attempts of any behaviour
	Elo     measure.Rating `json:"elo"`
}

// tally is a measure.ItemTally with the marks by tenths of the rest score, for the trace line.
type tally struct {
	measure.ItemTally
	Traced [tenths]float64 `json:"traced"` // sum of marks
}

const tenths = 10

func (t *tally) count(r measure.Reply, add bool) {
	sign := 1.0
	if add {
		t.Add(r)
	} else {
		t.Remove(r)
		sign = -1
	}
	if !r.Alone {
		t.Traced[min(max(int(r.Rest*tenths), 0), tenths-1)] += sign * r.Mark
	}
}

// personDoc is a person's rating in a course.
type personDoc struct {
	Elo measure.Rating `json:"elo"`
}

// responseDoc is a first attempt for calibration.
type responseDoc struct {
	Course string         `json:"course"`
	Day    string         `json:"day"` // when it was closed
	Marks  []responseMark `json:"marks"`
}

type responseMark struct {
	Item    string  `json:"i"`
	Version int     `json:"v"`
	Mark    float64 `json:"m"`
}

// keysDoc is the choices of an item version and those that are right.
type keysDoc struct {
	Course  string   `json:"course"`
	Item    string   `json:"item"`
	Version int      `json:"version"`
	Kind    string   `json:"kind"`
	Choices []string `json:"choices"`
	Keys    []string `json:"keys"`

	MarkedBy int `json:"marked_by,omitempty"` // version whose keys its attempts were marked anew by
}

// bankDoc is the latest calibration of a bank.
type bankDoc struct {
	events.BankCalibrated
}

func newView() view {
	v := view{
		tests:     readmodel.NewCollection[testDoc]("tests"),
		items:     readmodel.NewCollection[itemDoc]("items", readmodel.Index{Name: "course", Fields: []string{"course", "item", "version"}}),
		people:    readmodel.NewCollection[personDoc]("people"),
		keys:      readmodel.NewCollection[keysDoc]("keys"),
		banks:     readmodel.NewCollection[bankDoc]("banks"),
		responses: readmodel.NewCollection[responseDoc]("responses", readmodel.Index{Name: "course", Fields: []string{"course", "day"}}),
	}
	v.projection = readmodel.NewProjection("answers", 1, []string{"quiz.attempt.attempt-submitted", "quiz.attempt.attempt-remarked",
		"quiz.item.item-written", "quiz.remark.remark-decided", "measurement.bank"}, v.apply,
		v.tests, v.people, v.items, v.keys, v.banks, v.responses)
	return v
}

func itemKey(course, item string, version int) string {
	return course + "-" + item + "_" + strconv.Itoa(version)
}

func personKey(person, course string) string { return person + "_" + course }

func (v view) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.AttemptSubmitted:
		return v.submitted(b, e)
	case events.AttemptRemarked:
		return v.remarked(b, e)
	case events.ItemWritten:
		return v.keys.Update(b, itemKey(e.Course, e.Item, e.Version), func(d *keysDoc) { *d = keysOf(e) })
	case events.RemarkDecided:
		return v.keys.Update(b, itemKey(e.Course, e.Item, e.From), func(d *keysDoc) { d.MarkedBy = e.To })
	case events.BankCalibrated:
		if err := v.tests.Update(b, e.Course, func(d *testDoc) { d.Course, d.New = e.Course, 0 }); err != nil {
			return err
		}
		return v.banks.Update(b, e.Course, func(d *bankDoc) { *d = bankDoc{e} })
	}
	return nil
}

func keysOf(e events.ItemWritten) keysDoc {
	d := keysDoc{Course: e.Course, Item: e.Item, Version: e.Version, Kind: e.Kind}
	if len(e.Prompts) > 0 || len(e.Gaps) > 0 {
		return d // answered row by row: no choice is right or wrong by itself
	}
	for _, c := range e.Choices {
		d.Choices = append(d.Choices, c.ID)
		if c.Key {
			d.Keys = append(d.Keys, c.ID)
		}
	}
	return d
}
