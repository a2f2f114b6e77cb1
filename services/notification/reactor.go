package notification

import (
	"context"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
)

// Reasons to write to a person. They are one reactor, so that a person's reasons are handled in their order.
var queueFacts = []string{
	"enrolment.enrolment.person-enrolled",
	"enrolment.enrolment.enrolment-reminded",
	"certification.certificate.certificate-issued",
}

// occasion is a reason to write to a person.
type occasion struct {
	person, what, template, course string
	values                         map[string]string
}

// occasionOf reads the reason out of a fact; ok is false for any other fact.
func occasionOf(e eventsource.Event) (o occasion, ok bool) {
	switch e := e.(type) {
	case events.PersonEnrolled:
		return occasion{person: e.Person, what: enrolledID(e.Course, e.Period), template: templateEnrolled, course: e.Course,
			values: withDue(ofRequest(e.Request), e.Due)}, true
	case events.EnrolmentReminded:
		what := "reminded-" + e.Course + "-" + strconv.Itoa(e.Period) + "-" + strconv.FormatInt(e.Tick.Unix(), 10)
		if e.Days > 0 { // before the deadline: another letter than that of the tick
			what += "-" + strconv.Itoa(e.Days)
		}
		return occasion{person: e.Person, what: what, template: templateReminded, course: e.Course, values: map[string]string{}}, true
	case events.CertificateIssued:
		return occasion{person: e.Person, what: "certified-" + e.Course + "-" + strconv.Itoa(e.Period), template: templateCertified,
			course: e.Course, values: map[string]string{valueCode: e.Code}}, true
	default:
		return occasion{}, false
	}
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
func (o occasion) queue(title events.Words, email bool, at time.Time) queueMessage {
	values := map[string]string{}
	for key, value := range map[string]string{valueCourse: o.course, valueTitleVi: title.Vi, valueTitleEn: title.En} {
		if value != "" {
			values[key] = value
		}
	}
	for key, value := range o.values {
		values[key] = value
	}
	return queueMessage{events.MessageQueued{Message: o.person + "_" + o.what, Person: o.person, Template: o.template,
		Values: values, Email: email, At: at}}
}

// writer turns occasions into messages.
type writer struct {
	d     host.Deps
	views *views
	mails bool // a mail server is configured
}

func (w *writer) react(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	all := noticesOf(r)
	if o, ok := occasionOf(r.Event); ok {
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
	course, _, err := w.views.courses.Get(ctx, o.course)
	if err != nil {
		return none, err
	}
	who, err := w.views.contact(ctx, o.person)
	if err != nil {
		return none, err
	}
	if e, reminded := r.Event.(events.EnrolmentReminded); reminded {
		if err := w.addDue(ctx, e, o.values); err != nil {
			return none, err
		}
	}
	return eventsource.Prepare(o.queue(course.Title, w.mails && who.email != "", r.Time)), nil
}

// addDue takes the date of a reminder from the message that announced the period.
func (w *writer) addDue(ctx context.Context, e events.EnrolmentReminded, values map[string]string) error {
	history, err := w.d.Journal.Load(ctx, streamOf(e.Person+"_"+enrolledID(e.Course, e.Period)))
	if err != nil {
		return err
	}
	if due := eventsource.Fold[message](history).values[valueDue]; due != "" {
		values[valueDue] = due
	}
	return nil
}
