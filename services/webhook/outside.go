package webhook

import (
	"reflect"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// outside is a type of event that may leave the house.
type outside struct {
	Type string // as receivers know it; a change that does not fit makes a .v2 beside it
	Fact string // "service.noun.fact" of which it tells
	Says events.Words
	Data reflect.Type                // the shape of what leaves the house, see shapes.go
	tell func(eventsource.Event) any // a pointer to one
}

// of makes the row of facts of type E in a kind of stream. Only what tell copies leaves: a field that a fact gains stays inside.
func of[E events.Event, D any](name, noun, vi, en string, tell func(E) *D) outside {
	var zero E
	return outside{name, noun + "." + factOf(zero), events.Words{Vi: vi, En: en}, reflect.TypeFor[D](), func(e eventsource.Event) any { return tell(e.(E)) }}
}

func factOf(e eventsource.Event) string { return strings.Split(e.EventType(), ".")[1] }

// Whose is whom an event is about. Code is there only where an endpoint may know codes, and not of people who were erased.
type Whose struct {
	Person string `json:"person"`
	Code   string `json:"personnel_code,omitempty"`
}

func (w *Whose) whose() *Whose { return w }

// outsides are all types of events that may leave the house.
func outsides() []outside {
	const enrolment, programme, certificate, course = "enrolment.enrolment", "enrolment.programme", "certification.certificate", "catalog.course"
	return []outside{
		of("khuevan.course.assigned.v1", enrolment, "Cán bộ được giao một khóa học", "A person must take a course", func(e events.PersonEnrolled) *CourseAssigned {
			return &CourseAssigned{Whose{Person: e.Person}, e.Course, e.Version, e.Period, e.Due}
		}),
		of("khuevan.course.completed.v1", enrolment, "Cán bộ hoàn thành một khóa học", "A person completed a course", func(e events.EnrolmentCompleted) *CourseCompleted {
			return &CourseCompleted{Whose{Person: e.Person}, e.Course, e.Period, e.At}
		}),
		of("khuevan.course.excused.v1", enrolment, "Cán bộ được miễn một khóa học (không nêu lý do)", "A person was excused from a course (without the reason)", func(e events.PersonExcused) *CourseExcused {
			return &CourseExcused{Whose{Person: e.Person}, e.Course, e.Period}
		}),
		of("khuevan.course.excuse-withdrawn.v1", enrolment, "Cán bộ không còn được miễn một khóa học", "A person is no longer excused from a course", func(e events.ExcuseWithdrawn) *CourseExcused {
			return &CourseExcused{Whose{Person: e.Person}, e.Course, e.Period}
		}),
		of("khuevan.course.taken-back.v1", enrolment, "Thu hồi việc giao một khóa học (cán bộ không còn phải học)", "A course was taken back (a person need not take it any more)", func(e events.EnrolmentWithdrawn) *CourseTakenBack {
			return &CourseTakenBack{Whose{Person: e.Person}, e.Course, e.Period}
		}),
		of("khuevan.programme.assigned.v1", programme, "Cán bộ được giao một chương trình học", "A person must complete a programme", func(e events.ProgrammeEnrolled) *ProgrammeAssigned {
			return &ProgrammeAssigned{Whose{Person: e.Person}, e.Programme, e.Version, e.Period, e.Due}
		}),
		of("khuevan.programme.completed.v1", programme, "Cán bộ hoàn thành một chương trình học", "A person completed a programme", func(e events.ProgrammeCompleted) *ProgrammeCompleted {
			return &ProgrammeCompleted{Whose{Person: e.Person}, e.Programme, e.Version, e.Period, e.At}
		}),
		of("khuevan.certificate.issued.v1", certificate, "Cấp một giấy chứng nhận", "A certificate was issued", func(e events.CertificateIssued) *CertificateIssued {
			return &CertificateIssued{Whose{Person: e.Person}, e.Certificate, e.Code, e.Course, e.Programme, e.Version, e.Period, e.Issued, e.Expires}
		}),
		of("khuevan.certificate.revoked.v1", certificate, "Thu hồi một giấy chứng nhận (không nêu lý do)", "A certificate was revoked (without the reason)", func(e events.CertificateRevoked) *CertificateEnded {
			return &CertificateEnded{Whose{Person: e.Person}, e.Certificate, ""}
		}),
		of("khuevan.certificate.superseded.v1", certificate, "Giấy chứng nhận được thay bằng giấy mới hơn", "A certificate was superseded by a later one", func(e events.CertificateSuperseded) *CertificateEnded {
			return &CertificateEnded{Whose{Person: ownerOf(e.Certificate)}, e.Certificate, e.By}
		}),
		of("khuevan.course.published.v1", course, "Công bố một phiên bản khóa học", "A version of a course was published", func(e events.CoursePublished) *CourseOffered {
			return &CourseOffered{e.Course, e.Version, e.Title}
		}),
		of("khuevan.course.withdrawn.v1", course, "Ngừng cung cấp một khóa học", "A course was withdrawn", func(e events.CourseWithdrawn) *CourseOffered {
			return &CourseOffered{Course: e.Course}
		}),
	}
}

// ownerOf is the person of an id that carries its owner.
func ownerOf(id string) string {
	owner, _, _ := strings.Cut(id, "_")
	return owner
}

// Shapes give the shape of the data of each type of event, for those who describe them.
func Shapes() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for _, o := range outsides() {
		all[o.Type] = o.Data
	}
	return all
}

func outsideOf(name string) (outside, bool) {
	all := outsides()
	at := slices.IndexFunc(all, func(o outside) bool { return o.Type == name })
	if at < 0 {
		return outside{}, false
	}
	return all[at], true
}

// factsOf are the facts of which some types tell.
func factsOf(types []string) []string {
	var facts []string
	for _, t := range types {
		if o, known := outsideOf(t); known {
			facts = append(facts, o.Fact)
		}
	}
	return facts
}

// telling finds the type that tells of a recorded fact.
func telling(r eventsource.Recorded) (outside, bool) {
	kind := r.Stream[:strings.LastIndexByte(r.Stream, '.')] + "." + factOf(r.Event)
	all := outsides()
	at := slices.IndexFunc(all, func(o outside) bool { return o.Fact == kind })
	if at < 0 {
		return outside{}, false
	}
	return all[at], true
}
