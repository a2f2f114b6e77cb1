package scheduler

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
)

// routineSchedule is a schedule of the platform itself, as shipped.
type routineSchedule struct {
	Name string `yaml:"name"`
	Cron string `yaml:"cron"`
	From string `yaml:"from"` // first day
}

const schedulesFile = "schedules.yaml"

// readRoutines reads the shipped schedules and refuses one that cannot be used.
func readRoutines(files fs.FS) ([]routineSchedule, error) {
	text, err := fs.ReadFile(files, schedulesFile)
	if err != nil {
		return nil, err
	}
	var all struct {
		Schedules []routineSchedule `yaml:"schedules"`
	}
	d := yaml.NewDecoder(strings.NewReader(string(text)))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("%s: %w", schedulesFile, err)
	}
	names := map[string]bool{}
	for _, r := range all.Schedules {
		if _, err := r.table(); err != nil || !validID(r.Name) || names[r.Name] {
			return nil, fmt.Errorf("%s: the schedule %q needs a name of its own, a cron expression and a first day: %w", schedulesFile, r.Name, err)
		}
		names[r.Name] = true
	}
	return all.Schedules, nil
}

func (r routineSchedule) table() (timetable, error) {
	from, err := clock.ParseDate(r.From)
	if err != nil {
		return timetable{}, err
	}
	return newTimetable(r.Cron, "", from, time.Time{})
}

// routine is how far a schedule of the platform has come.
type routine struct{ cursor cursor }

// Evolve implements eventsource.State.
func (r routine) Evolve(e eventsource.Event) routine {
	if e, ok := e.(events.RoutineTicked); ok {
		r.cursor.last = e.Due
	}
	return r
}

// tickRoutine says that a schedule of the platform is due: the latest due time that has passed.
type tickRoutine struct {
	Schedule routineSchedule
	Due, Now time.Time
}

// Stream implements eventsource.Command.
func (c tickRoutine) Stream() string { return "scheduler.routine." + c.Schedule.Name }

// Decide implements eventsource.Command.
func (c tickRoutine) Decide(s routine) ([]eventsource.Event, error) {
	table, err := c.Schedule.table()
	if err != nil {
		return nil, err
	}
	due, _ := s.cursor.due(table, "", c.Now)
	if due.IsZero() || !due.Equal(c.Due) {
		return nil, nil
	}
	return []eventsource.Event{events.RoutineTicked{ID: tickID(c.Schedule.Name, due), Name: c.Schedule.Name, Due: due.UTC(),
		Missed: table.between(s.cursor.last, due)}}, nil
}
