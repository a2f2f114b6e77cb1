package notification

import (
	"context"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
)

// Reasons to write to a person. They are one reactor, so that a person's reasons are handled in their order.
var queueFacts = []string{
	"enrolment.enrolment.person-enrolled",
	"enrolment.enrolment.enrolment-reminded",
	"enrolment.programme.programme-enrolled",
	"enrolment.programme.programme-completed",
	"certification.certificate.certificate-issued",
	"refresher.person.refresher-offered",
	"progress.invitation.session-invited",
	"progress.invitation.session-uninvited",
}

// occasion is a reason to write to a person.
type occasion struct {
	person, what, template string
	course, programme      string // which it is about, if either
	values                 map[string]string
	before                 time.Time // a letter that comes later is of no use; zero for none
}

// occasionOf reads the reason out of a fact; ok is false for any other fact.
func occasionOf(e eventsource.Event) (o occasion, ok bool) {
	switch e := e.(type) {
	case events.PersonEnrolled:
		return occasion{person: e.Person, what: enrolledID(e.Course, e.Period), template: templateEnrolled, course: e.Course,
			values: withDue(ofRequest(e.Request), e.Due)}, true
	case events.EnrolmentReminded:
		what := "reminded-" + e.Course + "-" + strconv.Itoa(e.Period) + "-" + compact(e.Tick) // one of a day, however often a campaign ticks
		if e.Days > 0 {                                                                       // before the deadline: another letter than that of the tick
			what += "-" + strconv.Itoa(e.Days)
		}
		return occasion{person: e.Person, what: what, template: templateReminded, course: e.Course, values: map[string]string{}}, true
	case events.CertificateIssued:
		if e.Programme != "" {
			return occasion{person: e.Person, what: "certified-programme_" + e.Programme + "-" + strconv.Itoa(e.Period), template: templateCertified, programme: e.Programme,
				values: map[string]string{valueCode: e.Code}}, true
		}
		return occasion{person: e.Person, what: "certified-" + e.Course + "-" + strconv.Itoa(e.Period), template: templateCertified,
			course: e.Course, values: map[string]string{valueCode: e.Code}}, true
	case events.RefresherOffered:
		return occasionToRefresh(e), true
	case events.SessionInvited:
		template := templateInvited
		if e.Again {
			template = templateSessionChanged
		}
		return sessionOccasion(template, e), true
	case events.SessionUninvited:
		return sessionOccasion(templateSessionCancelled, events.SessionInvited{Person: e.Person, Session: e.Session, Course: e.Course, Lesson: e.Lesson, Revision: e.Revision,
			Start: e.Start, End: e.End, Place: e.Place, Link: e.Link}), true
	default:
		return programmeOccasion(e)
	}
}

// sessionOccasion tells of a session; what of it changes is of use until it begins.
func sessionOccasion(template string, e events.SessionInvited) occasion {
	values := map[string]string{valueSession: e.Session, valueRevision: strconv.Itoa(e.Revision), valueLesson: e.Lesson,
		valueStart: e.Start.UTC().Format(time.RFC3339), valueEnd: e.End.UTC().Format(time.RFC3339)}
	for key, value := range map[string]string{valuePlace: e.Place, valueJoin: e.Link} {
		if value != "" {
			values[key] = value
		}
	}
	return occasion{person: e.Person, what: "session-" + e.Session + "-" + strconv.Itoa(e.Revision), template: template, course: e.Course, values: values, before: e.Start}
}

// compact is the day of a moment in the province's zone, as ids write it.
func compact(t time.Time) string { return strings.ReplaceAll(clock.Date(t), "-", "") }

// number reads a number of a value.
func number(value string) (int, bool) {
	n, err := strconv.Atoi(value)
	return n, err == nil
}

func enrolledID(course string, period int) string {
	return "enrolled-" + course + "-" + strconv.Itoa(period)
}

// ofRequest are the values of a period that somebody asked for.
func ofRequest(request string) map[string]string {
	if request == "" {
		return map[string]string{}
	}
	return map[string]string{valueRequest: request}
}

func withDue(values map[string]string, due time.Time) map[string]string {
	if !due.IsZero() {
		values[valueDue] = due.UTC().Format(time.RFC3339)
	}
	return values
}

// queue words nothing: it keeps the ids, titles and dates of an occasion, as they stood then.
func (o occasion) queue(course courseDoc, to delivery, revision int, at time.Time) queueMessage {
	values := map[string]string{}
	lesson := course.Lessons[o.values[valueLesson]]
	for key, value := range map[string]string{valueCourse: o.course, valueProgramme: o.programme, valueTitleVi: course.Title.Vi, valueTitleEn: course.Title.En, valueLessonVi: lesson.Vi, valueLessonEn: lesson.En} {
		if value != "" {
			values[key] = value
		}
	}
	for key, value := range o.values {
		values[key] = value
	}
	return queueMessage{events.MessageQueued{Message: o.person + "_" + o.what, Person: o.person, Template: o.template,
		Values: values, Email: to.email, Bundle: to.bundle, Due: to.due, Revision: revision, At: at}}
}

// writer turns occasions into messages.
type writer struct {
	d     host.Deps
	views *views
	mails bool // a mail server is configured
	hours Hours
}

func (w *writer) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	all := noticesOf(r)
	if o, ok := occasionOf(r.Event); ok && !openedByProgramme(r) {
		all = append(all, o)
	}
	if len(all) == 0 {
		return nil, nil
	}
	if err := w.d.AwaitFor(ctx, w.views.contacts, r.Seq); err != nil {
		return nil, err
	}
	var letters []eventsource.Request
	for _, o := range all {
		letter, err := w.letter(ctx, o, r)
		if err != nil {
			return nil, err
		}
		letters = append(letters, letter)
	}
	return letters, nil
}

func (w *writer) letter(ctx context.Context, o occasion, r eventsource.Recorded) (none eventsource.Request, err error) {
	course, err := w.views.about(ctx, o)
	if err != nil {
		return none, err
	}
	if e, reminded := r.Event.(events.EnrolmentReminded); reminded {
		if err := w.addDue(ctx, r.Stream, e, o.values); err != nil {
			return none, err
		}
	}
	to, err := w.delivery(ctx, o)
	if err != nil {
		return none, err
	}
	revision, err := w.views.revision(ctx, textName(o.template, o.values))
	return eventsource.Prepare(o.queue(course, to, revision, r.Time)), err
}

// delivery asks how an occasion leaves the house: by what its person chose, and by the clock.
func (w *writer) delivery(ctx context.Context, o occasion) (delivery, error) {
	who, err := w.views.contact(ctx, o.person)
	if err != nil || !w.mails || who.email == "" {
		return delivery{}, err
	}
	d, _, err := w.views.ways.Get(ctx, o.person)
	k, now := kindOf(o.template, o.values), w.d.Clock.Now()
	return when(asked{kind: k, way: d.Ways[k.ID], before: o.before, sent: d.Sent[k.Bundle] >= clock.Date(now)}, now, w.hours), err
}

// revision is which text of a template holds now.
func (v *views) revision(ctx context.Context, name string) (int, error) {
	d, _, err := v.texts.Get(ctx, name)
	return d.Revision, err
}

// addDue takes the date of a reminder from the fact that opened the period, which stands in the reminder's own stream: not every
// period is announced by a message of its own.
func (w *writer) addDue(ctx context.Context, stream string, reminded events.EnrolmentReminded, values map[string]string) error {
	history, err := w.d.Journal.Load(ctx, stream)
	for _, r := range history {
		if e, ok := r.Event.(events.PersonEnrolled); ok && e.Period == reminded.Period {
			withDue(values, e.Due)
		}
	}
	return err
}
