package notification

import (
	"net/url"
	"strconv"
	"time"

	"khuevan/events"
)

// Templates of notices that come when a time has come.
const (
	templateOverdue  = "overdue-escalated" // to heads: how many of the unit are overdue
	templateExpiring = "certificate-expiring"
)

// Values of these notices.
const (
	valueCampaign = "campaign" // its title
	valueUnit     = "unit"
	valuePeople   = "people" // how many
)

var timelyFacts = []string{"enrolment.escalation.overdue-escalated", "scheduler.timer.timer-fired"}

// toHeads tells the heads of a unit who is overdue: how many, and where to see them. One notice for each campaign's tick and unit,
// for the fact stands once.
func toHeads(notice func(person, template string, values map[string]string) occasion, e events.OverdueEscalated) (all []occasion) {
	for _, head := range e.Heads {
		all = append(all, notice(head, templateOverdue, map[string]string{valueCampaign: e.Title, valueUnit: e.Unit, valuePeople: strconv.Itoa(e.People),
			valueDue: e.Deadline.UTC().Format(time.RFC3339)}))
	}
	return ofCourse(all, e.Course)
}

// expiring tells the holder of a certificate that it will expire. Other timers are for other services.
func expiring(notice func(person, template string, values map[string]string) occasion, e events.TimerFired) []occasion {
	if e.About.What != events.TimerExpiry {
		return nil
	}
	return ofCourse([]occasion{notice(e.About.Person, templateExpiring, withDue(map[string]string{}, e.About.Deadline))}, e.About.Course)
}

// overdueLink is the page of the unit, for the course if it was one.
func overdueLink(values map[string]string) string {
	q := url.Values{"unit": {values[valueUnit]}}
	if values[valueCourse] != "" {
		q.Set("course", values[valueCourse])
	}
	return "/unit?" + q.Encode()
}

// timelyFor words a notice of this file; ok is false for any other template.
func timelyFor(template string, values map[string]string) (n notice, ok bool) {
	dueVi, dueEn := dueOf(values, "02/01/2006"), dueOf(values, "2 January 2006")
	switch template {
	case templateOverdue:
		title, people := values[valueCampaign], values[valuePeople]
		return notice{
			events.Words{Vi: people + " người quá hạn trong đợt “" + title + "”", En: people + " people overdue in “" + title + "”"},
			events.Words{Vi: "trong đơn vị ông/bà phụ trách có " + people + " người chưa hoàn thành nội dung của đợt “" + title + "”, hạn ngày " + dueVi,
				En: people + " people of your unit had not completed what “" + title + "” asked of them by " + dueEn},
			events.Words{Vi: "Đề nghị ông/bà đôn đốc, hoặc miễn cho người có lý do chính đáng. Danh sách tại địa chỉ:", En: "Please remind them, or excuse those with good reason. You see who they are at:"}}, true
	case templateExpiring:
		title := titleOf(values, valueTitleVi, valueTitleEn)
		en := titleOf(values, valueTitleEn, valueTitleVi)
		return notice{
			events.Words{Vi: "Giấy chứng nhận sắp hết hiệu lực: " + title, En: "Your certificate will expire: " + en},
			events.Words{Vi: "giấy chứng nhận khóa học “" + title + "” của ông/bà còn hiệu lực đến hết ngày " + dueVi, En: "your certificate of the course “" + en + "” was valid until the end of " + dueEn + " only"},
			events.Words{Vi: "Nếu công việc vẫn cần giấy này, đề nghị ông/bà học lại trước ngày đó tại địa chỉ:", En: "If your work still asks for it, please take the course again before that day at:"}}, true
	}
	return notice{}, false
}
