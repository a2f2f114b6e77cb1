package notification

import (
	"strconv"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// Templates about programmes, and their value, as they stand in facts.
const (
	templateProgramme     = "programme-enrolled"
	templateProgrammeDone = "programme-completed"
	valueProgramme        = "programme"
)

// programmeOccasion reads out of a fact that somebody began or completed a programme; ok is false for any other fact. No id holds
// an underscore, so that what is said of a programme is never taken for what is said of a course.
func programmeOccasion(e eventsource.Event) (o occasion, ok bool) {
	switch e := e.(type) {
	case events.ProgrammeEnrolled:
		return occasion{person: e.Person, what: "enrolled-programme_" + e.Programme + "-" + strconv.Itoa(e.Period), template: templateProgramme, programme: e.Programme,
			values: withDue(map[string]string{}, e.Due)}, true
	case events.ProgrammeCompleted:
		return occasion{person: e.Person, what: "completed-programme_" + e.Programme + "-" + strconv.Itoa(e.Period), template: templateProgrammeDone, programme: e.Programme,
			values: map[string]string{}}, true
	default:
		return occasion{}, false
	}
}

// openedByProgramme reports whether a period was opened because a programme asks for its course, and not by the choice of its
// person: then the letter about the programme tells of it.
func openedByProgramme(r eventsource.Recorded) bool {
	e, ok := r.Event.(events.PersonEnrolled)
	return ok && e.Programme != "" && r.Actor != e.Person
}
