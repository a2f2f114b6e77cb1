package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/nats-io/nats.go"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
)

// Row is one figure: Limit is the raw twin's figure or a stated limit, Ratio is Value ÷ Limit.
type Row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit"`
	Ratio float64 `json:"ratio"`
}

func row(name, unit string, value, limit float64) Row {
	return Row{Name: name, Value: value, Unit: unit, Limit: limit, Ratio: value / limit}
}

// goal bounds a ratio; the zero value is none.
type goal struct {
	least, most float64
}

func atLeast(ratio float64) goal { return goal{least: ratio} }
func atMost(ratio float64) goal  { return goal{most: ratio} }

func (g goal) String() string {
	switch {
	case g.least > 0:
		return fmt.Sprintf("≥ %.2g", g.least)
	case g.most > 0:
		return fmt.Sprintf("≤ %.2g", g.most)
	default:
		return ""
	}
}

// met says whether a ratio reaches the goal.
func (g goal) met(ratio float64) bool {
	return ratio >= g.least && (g.most == 0 || ratio <= g.most)
}

// figure is a row that a measure gives.
type figure struct {
	name  string
	about string
	goal  goal
}

// measure is some work that gives one or more figures.
type measure struct {
	name    string
	figures []figure
	take    func(ctx context.Context, w *work) ([]Row, error)
}

func measures() []measure {
	return []measure{
		crowdMeasure(64, 1.3), crowdMeasure(512, 3),
		{"append.single", []figure{{"append.single", "p50 of a lone writer's append; beside one raw append", atMost(1.5)}}, measureSingle},
		{"command.rpc", []figure{{"command.rpc", "commands through memory, decide and append, 64 callers; beside NATS micro echoes", goal{}}}, measureCommand},
		{"projection.sqlite", []figure{{"projection.sqlite", "facts into documents of people; beside the upserts alone by hand", atLeast(0.6)}}, measureProjection},
		{"replay", []figure{{"replay", "the journal from its first fact into SQLite; beside reading the messages alone", goal{}}}, measureReplay},
		{"visible", []figure{
			{"visible.p50", "from the start of an append until its document can be read; the limit is stated", atMost(1)},
			{"visible.p99", "the same", atMost(1)},
		}, measureVisible},
		{"quiz.contest", []figure{
			{"quiz.contest.starts", "10,000 learners start a prepared quiz and open its page; the limit is stated", atMost(1)},
			{"quiz.contest.answers", "answers, each its own durable request, 64 learners at a time; the limit is stated", atLeast(1)},
			{"quiz.contest.submits", "10,000 hand in and see their result; the limit is stated", atMost(1)},
			{"quiz.contest.journeys", "whole journeys; the limit is a tuned Moodle's", atLeast(1)},
			{"quiz.contest.memory", "resident when all have handed in; the limit is stated", atMost(1)},
			{"quiz.journey.cpu", "CPU time of the server for a journey of 20 questions; the limit is stated", atMost(1)},
			{"quiz.answer.p99", "an answer until it is acknowledged, 64 learners at a time; the limit is stated", atMost(1)},
		}, measureContest},
		{"binary", []figure{
			{"start", "restart of the program with the demo province until /readyz says 200; the limit is stated", atMost(1)},
			{"memory", "resident after the start and a few hundred pages; the limit is stated", atMost(1)},
		}, measureBinary},
		{"directory.tree", []figure{
			{"directory.tree.p50", "a level of a tree of 10,000 units on any day, over HTTP until the page is read; the limit is stated", atMost(1)},
			{"directory.tree.p99", "the same", atMost(1)},
		}, measureTree},
		{"export", []figure{
			{"export.completion", "a CSV file of 20,000 people × 12 courses over HTTP, the first thing that a started program is asked; the limit is stated", atMost(1)},
			{"export.completion.again", "the same, asked again; the limit is stated", atMost(1)},
			{"export.completion.periods", "the same as a line for each person and course; the limit is stated", goal{}},
			{"export.completion.cpu", "CPU time of the server for the first file; beside the same limit", goal{}},
			{"export.completion.csv", "the file asked again; beside encoding/csv from memory over HTTP", goal{}},
		}, measureExport},
		{"account.signin", []figure{{"account.signin", "sign-ins by password over HTTP, 8 people at a time; beside bare argon2id (19 MiB, 2 passes, 1 lane), two at a time", atLeast(0.8)}}, measureSignIn},
		{"directory.import", []figure{
			{"directory.import.durable", "from the confirmation of 30,000 people and 10,000 units until nothing keeps them out; the limit is stated", atMost(1)},
			{"directory.import.visible", "until all stand in the list of people; the limit is stated", atMost(1)},
		}, measureImport},
		{"enrol.bulk", []figure{
			{"enrol.bulk.durable", "from a rule about 100,000 people until all their enrolments are in the journal; the limit is stated", atMost(1)},
			{"enrol.bulk.visible", "until the assignment shows all of them and a person of it the course; the limit is stated", atMost(1)},
		}, measureEnrol},
		{"credential", []figure{{"credential.sign", "credentials written and signed with their claims by two threads; the limit is stated", atLeast(1)}}, measureSigning},
		{"certificate", []figure{
			{"certificate.pdf", "papers of certificates over HTTP, two at a time; the limit is stated", atLeast(1)},
			{"verify.p50", "the public page of a certificate over HTTP until it is read; the limit is stated", atMost(1)},
			{"verify.p99", "the same", atMost(1)},
		}, measureCertificates},
		{"mail.send", []figure{{"mail.send", "letters through the service into an SMTP server process that syncs; beside a bare client of the same library, 8 connections each", atLeast(0.7)}}, measureMail},
		{"quiz.calibrate", []figure{
			{"quiz.calibrate", "2PL of 2,000 items from a full matrix of 30,000 people; the limit is stated", atMost(1)},
			{"quiz.calibrate.memory", "the heap meanwhile, the answers included; the limit is stated", atMost(1)},
		}, measureCalibrate},
	}
}

// choice is a measure with the figures that are wanted of it.
type choice struct {
	measure
	wanted map[string]goal
}

// choose finds the measures that give the wanted figures; no names mean all.
func choose(all []measure, names []string) ([]choice, error) {
	var chosen []choice
	known := map[string]bool{}
	for _, m := range all {
		c := choice{measure: m, wanted: map[string]goal{}}
		for _, f := range m.figures {
			for _, n := range names {
				if f.name == n || strings.HasPrefix(f.name, n+".") {
					known[n], c.wanted[f.name] = true, f.goal
				}
			}
			if len(names) == 0 {
				c.wanted[f.name] = f.goal
			}
		}
		if len(c.wanted) > 0 {
			chosen = append(chosen, c)
		}
	}
	for _, n := range names {
		if !known[n] {
			return nil, fmt.Errorf("there is no measure %q; -list names them", n)
		}
	}
	return chosen, nil
}

// work is where one measure is taken: a directory of its own, and how much to do.
type work struct {
	dir    string
	quick  bool
	rounds int // how often ours and its twin take turns
	ends   []func()
}

// some is less when the run is quick.
func (w *work) some(full, quick int) int {
	if w.quick {
		return quick
	}
	return full
}

func (w *work) atEnd(fn func()) { w.ends = append(w.ends, fn) }

// in gives a measure its place and clears it away.
func (c choice) in(quick bool, fn func(*work) ([]Row, error)) ([]Row, error) {
	dir, err := os.MkdirTemp("", "khuevan-bench-")
	if err != nil {
		return nil, err
	}
	w := &work{dir: dir, quick: quick, rounds: 11}
	if quick {
		w.rounds = 5
	}
	w.atEnd(func() { _ = os.RemoveAll(dir) })
	defer func() {
		for i := len(w.ends) - 1; i >= 0; i-- {
			w.ends[i]()
		}
	}()
	return fn(w)
}

// server runs an embedded NATS with its files in the measure's directory, every write synced, and connects to it
// twice: for us and for the twin.
func (w *work) server() (ours, raw *nats.Conn, err error) {
	s, err := jetstream.StartServer(w.dir)
	if err != nil {
		return nil, nil, err
	}
	w.atEnd(s.Shutdown)
	if ours, err = s.Connect("bench"); err != nil {
		return nil, nil, err
	}
	w.atEnd(ours.Close)
	if raw, err = s.Connect("raw"); err != nil {
		return nil, nil, err
	}
	w.atEnd(raw.Close)
	return ours, raw, nil
}

// journal opens the journal of a new server.
func (w *work) journal(ctx context.Context) (j *jetstream.Journal, ours, raw *nats.Conn, err error) {
	if ours, raw, err = w.server(); err != nil {
		return nil, nil, nil, err
	}
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return nil, nil, nil, err
	}
	if j, err = jetstream.OpenJournal(ctx, ours, registry, jetstream.Options{}); err != nil {
		return nil, nil, nil, err
	}
	w.atEnd(j.Close)
	return j, ours, raw, nil
}
