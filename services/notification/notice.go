package notification

import (
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// Templates of notices: what happened to somebody's account or roles, which they may not have done themselves.
const (
	templateCodesOn       = "codes-on"
	templateCodesOff      = "codes-off"
	templatePasskeyAdded  = "passkey-added"
	templatePasskeyGone   = "passkey-removed"
	templateCodeSpent     = "recovery-code-spent"
	templateLinkUsed      = "recovery-link-used"
	templateStandInGiven  = "stand-in-given"
	templateStandInGotten = "stand-in-received"
	templateExcused       = "excused"
	templateAskedAgain    = "excuse-withdrawn"
	templateTakenBack     = "enrolment-withdrawn"
	templateToApprove     = "request-to-approve"
	templateNotApproved   = "request-refused"
	templateSuspended     = "webhook-suspended"
)

// Values of notices, as they stand in facts; the other's name is revealed when a notice is written, and stands in none.
const (
	valueAt        = "at"    // RFC 3339
	valueOther     = "other" // id of the other person of a stand-in
	valueRole      = "role"
	valueFrom      = "from" // 2006-01-02
	valueUntil     = "until"
	valueOtherName = "other_name"
	valueEndpoint  = "endpoint" // name of another system
)

var noticeFacts = []string{
	"account.person.totp-enrolled", "account.person.totp-disabled", "account.person.passkey-registered", "account.person.passkey-removed",
	"account.person.recovery-code-spent", "account.person.recovery-used", "access.delegation.stand-in-given",
	"enrolment.enrolment.person-excused", "enrolment.enrolment.excuse-withdrawn", "enrolment.enrolment.enrolment-withdrawn",
	"enrolment.request.enrolment-requested", "enrolment.request.enrolment-approved", "enrolment.request.enrolment-refused",
	"webhook.endpoint.endpoint-suspended",
}

// noticesOf are the notices that a fact gives rise to: a stand-in concerns two.
func noticesOf(r eventsource.Recorded) []occasion {
	notice := func(person, template string, values map[string]string) occasion {
		values[valueAt] = r.Time.UTC().Format(time.RFC3339)
		return occasion{person: person, what: template + "-" + strconv.FormatUint(r.Seq, 10), template: template, values: values}
	}
	one := func(person, template string) []occasion {
		return []occasion{notice(person, template, map[string]string{})}
	}
	switch e := r.Event.(type) {
	case events.TotpEnrolled:
		return one(e.Person, templateCodesOn)
	case events.TotpDisabled:
		return one(e.Person, templateCodesOff)
	case events.PasskeyRegistered:
		return one(e.Person, templatePasskeyAdded)
	case events.PasskeyRemoved:
		return one(e.Person, templatePasskeyGone)
	case events.PersonExcused:
		return ofCourse(one(e.Person, templateExcused), e.Course)
	case events.ExcuseWithdrawn:
		return ofCourse(one(e.Person, templateAskedAgain), e.Course)
	case events.EnrolmentWithdrawn:
		return ofCourse(one(e.Person, templateTakenBack), e.Course)
	case events.EnrolmentRequested:
		return toApprove(notice, e.Approvers, e.Person, e.Course)
	case events.EnrolmentApproved: // that it was the last the person learns by being enrolled
		return toApprove(notice, e.Approvers, e.Person, e.Course)
	case events.EnrolmentRefused:
		return ofCourse(one(e.Person, templateNotApproved), e.Course)
	case events.EndpointSuspended:
		var all []occasion
		for _, person := range e.Tell {
			all = append(all, notice(person, templateSuspended, map[string]string{valueEndpoint: e.Name}))
		}
		return all
	case events.OverdueEscalated:
		return toHeads(notice, e)
	case events.TimerFired:
		return expiring(notice, e)
	case events.RecoveryCodeSpent:
		return one(e.Person, templateCodeSpent)
	case events.RecoveryUsed:
		return one(e.Person, templateLinkUsed)
	case events.StandInGiven:
		told := func(person, template, other string) occasion {
			return notice(person, template, map[string]string{valueOther: other, valueRole: e.Role, valueFrom: e.From, valueUntil: e.Until})
		}
		return []occasion{told(e.Giver, templateStandInGiven, e.Person), told(e.Person, templateStandInGotten, e.Giver)}
	default:
		return nil
	}
}

// toApprove tells those who are asked to take a step of a person's request.
func toApprove(notice func(person, template string, values map[string]string) occasion, approvers []string, person, course string) []occasion {
	var all []occasion
	for _, a := range approvers {
		all = append(all, notice(a, templateToApprove, map[string]string{valueOther: person}))
	}
	return ofCourse(all, course)
}

// ofCourse are occasions that concern a course.
func ofCourse(all []occasion, course string) []occasion {
	for i := range all {
		all[i].course = course
	}
	return all
}

func roleWords(role string) events.Words {
	switch role {
	case events.RoleHead:
		return events.Words{Vi: "thủ trưởng đơn vị", En: "unit head"}
	case events.RoleTrainer:
		return events.Words{Vi: "người phụ trách đào tạo", En: "trainer"}
	case events.RoleAnalyst:
		return events.Words{Vi: "chuyên viên tổng hợp báo cáo", En: "analyst"}
	default:
		return events.Words{Vi: role, En: role}
	}
}

// noticeLink is the local path of what a notice is about.
func noticeLink(template string) string {
	switch template {
	case templateStandInGiven, templateStandInGotten:
		return "/account"
	case templateToApprove:
		return "/requests"
	case templateNotApproved:
		return "/catalogue"
	case templateSuspended:
		return "/system/webhooks"
	case templateTakenBack:
		return "/learn"
	}
	return "/account/security"
}
