package refresher

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"khuevan/assessment/recall"
	"khuevan/platform/clock"
)

// rulesFile holds the parameters of refreshers.
const rulesFile = "refresher/rules.yaml"

// rules are the parameters as they stand in the file, with what is made of them.
type rules struct {
	Model struct {
		Weights   []float64 `yaml:"weights"`
		Source    string    `yaml:"source"`
		Retention float64   `yaml:"retention"`
		Longest   int       `yaml:"longest_days"`
	} `yaml:"model"`
	Weekly struct {
		Weekday string `yaml:"weekday"`
		Hour    int    `yaml:"hour"`
		Zone    string `yaml:"zone"`
	} `yaml:"weekly"`
	Questions struct {
		Each  int `yaml:"each"`
		Least int `yaml:"least"`
		Most  int `yaml:"most"`
	} `yaml:"questions"`
	Grades []gradeRule  `yaml:"grades"`
	Passed recall.Grade `yaml:"passed"`

	model  recall.Model
	weekly clock.Schedule
}

// gradeRule gives a grade to whoever answered at least a share right.
type gradeRule struct {
	Share float64      `yaml:"share"`
	Grade recall.Grade `yaml:"grade"`
}

// mostQuestions is what two minutes have room for.
const mostQuestions = 10

// readRules reads the parameters; each error names what is wrong.
func readRules(files fs.FS) (*rules, error) {
	text, err := fs.ReadFile(files, rulesFile)
	if err != nil {
		return nil, fmt.Errorf("rules of refreshers: %w", err)
	}
	var r rules
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&r); err != nil {
		return nil, fmt.Errorf("%s: %w", rulesFile, err)
	}
	if err := r.prepare(); err != nil {
		return nil, fmt.Errorf("%s: %w", rulesFile, err)
	}
	return &r, nil
}

func (r *rules) prepare() (err error) {
	if r.model, err = recall.New(recall.Parameters{Weights: r.Model.Weights, Retention: r.Model.Retention, Longest: r.Model.Longest}); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if strings.TrimSpace(r.Model.Source) == "" {
		return errors.New("model: the weights need a source")
	}
	weekday := slices.Index([]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}, r.Weekly.Weekday)
	if weekday < 0 || r.Weekly.Hour < 0 || r.Weekly.Hour > 23 {
		return fmt.Errorf("weekly: %q at %d: expected a weekday such as monday, and an hour from 0 to 23", r.Weekly.Weekday, r.Weekly.Hour)
	}
	if r.weekly, err = clock.ParseSchedule(fmt.Sprintf("0 %d * * %d", r.Weekly.Hour, weekday), r.Weekly.Zone); err != nil {
		return fmt.Errorf("weekly: %w", err)
	}
	if q := r.Questions; q.Each < 1 || q.Least < 1 || q.Most < q.Least || q.Most > mostQuestions {
		return fmt.Errorf("questions: %+v: expected each and least from 1, and most from least to %d", q, mostQuestions)
	}
	if !r.Passed.Valid() {
		return fmt.Errorf("passed: there is no grade %q", r.Passed)
	}
	return r.checkGrades()
}

func (r *rules) checkGrades() error {
	if len(r.Grades) == 0 || r.Grades[len(r.Grades)-1].Share != 0 {
		return errors.New("grades: the last one must have the share 0, so that every answer has a grade")
	}
	for i, g := range r.Grades {
		switch {
		case !g.Grade.Valid():
			return fmt.Errorf("grades: there is no grade %q", g.Grade)
		case !(g.Share >= 0 && g.Share <= 1) || i > 0 && g.Share >= r.Grades[i-1].Share:
			return fmt.Errorf("grades: the share %v: expected shares from 1 down to 0", g.Share)
		}
	}
	return nil
}

// grade is what so many right answers are worth.
func (r *rules) grade(right, asked int) recall.Grade {
	share := float64(right) / float64(asked)
	for _, g := range r.Grades {
		if share >= g.Share {
			return g.Grade
		}
	}
	return recall.Again
}

// week is how far ahead a weekly time looks.
const week = 7 * 24 * time.Hour

// weekOf is the latest weekly time that is not after a moment.
func (r *rules) weekOf(now time.Time) time.Time {
	var last time.Time
	for at := r.weekly.Next(now.Add(-2 * week)); !at.After(now); at = r.weekly.Next(at) {
		last = at
	}
	return last
}

// number is how many questions are asked about so many competencies.
func (r *rules) number(competencies int) int {
	return min(max(r.Questions.Each*competencies, r.Questions.Least), r.Questions.Most)
}
