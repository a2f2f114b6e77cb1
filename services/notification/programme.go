package notification

import (
	"fmt"
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

// aboutProgramme words a message about a programme; ok is false for any other template.
func aboutProgramme(template string, title, due events.Words, link string) (subject, what events.Words, ok bool) {
	switch template {
	case templateProgramme:
		what = events.Words{Vi: fmt.Sprintf("Ông/bà được giao học chương trình “%s”.", title.Vi), En: fmt.Sprintf("You are asked to take the programme “%s”.", title.En)}
		if due.Vi != "" {
			what.Vi += fmt.Sprintf(" Đề nghị hoàn thành chậm nhất vào ngày %s.", due.Vi)
			what.En += fmt.Sprintf(" Please complete it by %s.", due.En)
		}
		what.Vi += "\n\nCác khóa học bắt buộc đã mở sẵn; ở phần tự chọn, đề nghị ông/bà chọn khóa học tại địa chỉ:\n" + link
		what.En += "\n\nThe courses that it requires are open; where there is a choice, please choose at:\n" + link
		return events.Words{Vi: fmt.Sprintf("Thông báo tham gia chương trình “%s”", title.Vi), En: fmt.Sprintf("You are enrolled in the programme “%s”", title.En)}, what, true
	case templateProgrammeDone:
		return events.Words{Vi: fmt.Sprintf("Đã hoàn thành chương trình “%s”", title.Vi), En: fmt.Sprintf("You have completed the programme “%s”", title.En)},
			events.Words{Vi: fmt.Sprintf("Ông/bà đã hoàn thành chương trình “%s”.", title.Vi) + "\n\nÔng/bà xem các phần đã hoàn thành tại địa chỉ:\n" + link,
				En: fmt.Sprintf("You have completed the programme “%s”.", title.En) + "\n\nYou see the parts that you completed at:\n" + link}, true
	}
	return events.Words{}, events.Words{}, false
}
