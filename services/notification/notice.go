package notification

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
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
	templateToApprove     = "request-to-approve"
	templateNotApproved   = "request-refused"
)

// Values of notices, as they stand in facts; the other's name is revealed when a notice is written, and stands in none.
const (
	valueAt        = "at"    // RFC 3339
	valueOther     = "other" // id of the other person of a stand-in
	valueRole      = "role"
	valueFrom      = "from" // 2006-01-02
	valueUntil     = "until"
	valueOtherName = "other_name"
)

var noticeFacts = []string{
	"account.person.totp-enrolled", "account.person.totp-disabled", "account.person.passkey-registered", "account.person.passkey-removed",
	"account.person.recovery-code-spent", "account.person.recovery-used", "access.delegation.stand-in-given",
	"enrolment.enrolment.person-excused", "enrolment.enrolment.excuse-withdrawn",
	"enrolment.request.enrolment-requested", "enrolment.request.enrolment-approved", "enrolment.request.enrolment-refused",
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
	case events.EnrolmentRequested:
		return toApprove(notice, e.Approvers, e.Person, e.Course)
	case events.EnrolmentApproved: // that it was the last the person learns by being enrolled
		return toApprove(notice, e.Approvers, e.Person, e.Course)
	case events.EnrolmentRefused:
		return ofCourse(one(e.Person, templateNotApproved), e.Course)
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

// named adds the name of the other person, as it reads today.
func (v *views) named(ctx context.Context, values map[string]string) (map[string]string, error) {
	if values[valueOther] == "" {
		return values, nil
	}
	other, err := v.contact(ctx, values[valueOther])
	if err != nil {
		return nil, err
	}
	values = maps.Clone(values)
	values[valueOtherName] = other.name
	return values, nil
}

// notice is what happened, and what to do about it.
type notice struct{ subject, what, remedy events.Words }

// noticeFor words a notice; ok is false for any other template.
func noticeFor(template string, values map[string]string) (n notice, ok bool) {
	vi, en := orElse(values[valueOtherName], "(đã xóa dữ liệu)"), orElse(values[valueOtherName], "(data erased)")
	role := roleWords(values[valueRole])
	days := events.Words{Vi: "từ ngày " + dayOf(values[valueFrom], "02/01/2006") + " đến hết ngày " + dayOf(values[valueUntil], "02/01/2006"),
		En: "from " + dayOf(values[valueFrom], "2 January 2006") + " to the end of " + dayOf(values[valueUntil], "2 January 2006")}
	account := events.Words{
		Vi: "Nếu không phải ông/bà đã làm việc này: hãy đổi mật khẩu ngay, đăng xuất khỏi mọi thiết bị khác và báo quản trị viên. Ông/bà xem và đổi cách đăng nhập tại địa chỉ:",
		En: "If it was not you: change your password at once, sign out everywhere else, and tell an administrator. You see and change how you sign in at:"}
	switch template {
	case templateCodesOn:
		return notice{events.Words{Vi: "Đã bật mã xác thực khi đăng nhập", En: "Codes at sign-in were turned on"},
			events.Words{Vi: "tài khoản của ông/bà đã bật mã xác thực trên điện thoại", En: "codes from a phone app were turned on for your account"}, account}, true
	case templateCodesOff:
		return notice{events.Words{Vi: "Đã tắt mã xác thực khi đăng nhập", En: "Codes at sign-in were turned off"},
			events.Words{Vi: "tài khoản của ông/bà đã tắt mã xác thực trên điện thoại; chỉ còn mật khẩu hoặc khóa truy cập bảo vệ", En: "codes from a phone app were turned off for your account; only the password or passkeys protect it"}, account}, true
	case templatePasskeyAdded:
		return notice{events.Words{Vi: "Đã thêm một khóa truy cập", En: "A passkey was added"},
			events.Words{Vi: "tài khoản của ông/bà đã thêm một khóa truy cập", En: "a passkey was added to your account"}, account}, true
	case templatePasskeyGone:
		return notice{events.Words{Vi: "Đã gỡ một khóa truy cập", En: "A passkey was removed"},
			events.Words{Vi: "tài khoản của ông/bà đã gỡ một khóa truy cập", En: "a passkey was removed from your account"}, account}, true
	case templateCodeSpent:
		return notice{events.Words{Vi: "Một mã khôi phục đã được dùng", En: "A recovery code was used"},
			events.Words{Vi: "một mã khôi phục của ông/bà đã được dùng thay mã trên điện thoại", En: "one of your recovery codes was used in place of a code from your phone"}, account}, true
	case templateLinkUsed:
		return notice{events.Words{Vi: "Liên kết đặt lại mật khẩu đã được dùng", En: "The link to set a new password was used"},
			events.Words{Vi: "liên kết khôi phục do quản trị viên tạo đã được dùng để đặt mật khẩu mới cho tài khoản của ông/bà; mã xác thực và khóa truy cập cũ đã bị gỡ",
				En: "the recovery link that an administrator made was used to set a new password for your account; old codes and passkeys are gone"}, account}, true
	case templateExcused:
		return notice{events.Words{Vi: "Được miễn học: " + values[valueTitleVi], En: "Excused: " + orElse(values[valueTitleEn], values[valueTitleVi])},
			events.Words{Vi: "ông/bà được miễn hoàn thành khóa học “" + values[valueTitleVi] + "” trong chu kỳ này", En: "you need not complete the course “" + orElse(values[valueTitleEn], values[valueTitleVi]) + "” in this period"},
			events.Words{Vi: "Ông/bà vẫn học được nếu muốn. Nếu thấy chưa đúng, hãy hỏi thủ trưởng đơn vị. Xem việc học tại địa chỉ:", En: "You may still take it. If this is not right, ask the head of your unit. You see your courses at:"}}, true
	case templateAskedAgain:
		return notice{events.Words{Vi: "Phải học trở lại: " + values[valueTitleVi], En: "To be taken after all: " + orElse(values[valueTitleEn], values[valueTitleVi])},
			events.Words{Vi: "việc miễn học khóa “" + values[valueTitleVi] + "” đã thôi; ông/bà cần hoàn thành khóa học này", En: "you are no longer excused from the course “" + orElse(values[valueTitleEn], values[valueTitleVi]) + "” and are to complete it"},
			events.Words{Vi: "Nếu thấy chưa đúng, hãy hỏi thủ trưởng đơn vị. Xem việc học tại địa chỉ:", En: "If this is not right, ask the head of your unit. You see your courses at:"}}, true
	case templateToApprove:
		return notice{events.Words{Vi: vi + " xin học: " + values[valueTitleVi], En: en + " asks for: " + orElse(values[valueTitleEn], values[valueTitleVi])},
			events.Words{Vi: vi + " đã xin học khóa “" + values[valueTitleVi] + "” và yêu cầu đang chờ ông/bà duyệt", En: en + " asked for the course “" + orElse(values[valueTitleEn], values[valueTitleVi]) + "”, and the request waits for you"},
			events.Words{Vi: "Đề nghị ông/bà duyệt hoặc từ chối tại địa chỉ:", En: "Please approve or refuse it at:"}}, true
	case templateNotApproved:
		return notice{events.Words{Vi: "Yêu cầu học chưa được duyệt: " + values[valueTitleVi], En: "Not approved: " + orElse(values[valueTitleEn], values[valueTitleVi])},
			events.Words{Vi: "yêu cầu học khóa “" + values[valueTitleVi] + "” của ông/bà đã bị từ chối", En: "your request for the course “" + orElse(values[valueTitleEn], values[valueTitleVi]) + "” was refused"},
			events.Words{Vi: "Ông/bà xem lý do và có thể xin lại tại địa chỉ:", En: "You see why, and may ask again, at:"}}, true
	case templateStandInGiven:
		return notice{events.Words{Vi: "Đã giao người thay: " + vi, En: "A stand-in was given: " + en},
			events.Words{Vi: fmt.Sprintf("tài khoản của ông/bà đã giao cho %s thay vai trò %s %s", vi, role.Vi, days.Vi), En: fmt.Sprintf("your account made %s stand in for you as %s %s", en, role.En, days.En)},
			events.Words{Vi: "Nếu không phải ông/bà đã làm việc này: hãy chấm dứt việc giao thay, đổi mật khẩu ngay và báo quản trị viên. Ông/bà xem việc giao thay tại địa chỉ:",
				En: "If it was not you: end the stand-in, change your password at once, and tell an administrator. You see your stand-ins at:"}}, true
	case templateStandInGotten:
		return notice{events.Words{Vi: "Ông/bà được giao thay " + vi, En: "You stand in for " + en},
			events.Words{Vi: fmt.Sprintf("%s đã giao ông/bà thay vai trò %s %s", vi, role.Vi, days.Vi), En: fmt.Sprintf("%s made you stand in as %s %s", en, role.En, days.En)},
			events.Words{Vi: "Nếu ông/bà không biết về việc này: hãy hỏi lại người giao hoặc báo quản trị viên. Ông/bà xem việc giao thay tại địa chỉ:",
				En: "If you know nothing of it: ask whoever gave it, or tell an administrator. You see your stand-ins at:"}}, true
	default:
		return timelyFor(template, values)
	}
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

func dayOf(day, layout string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format(layout)
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
	}
	return "/account/security"
}

func (n notice) vietnamese(values map[string]string, link string) (subject, what string) {
	return n.subject.Vi, "Lúc " + momentOf(values, "15:04 ngày 02/01/2006") + ", " + n.what.Vi + ".\n\n" + n.remedy.Vi + "\n" + link
}

func (n notice) english(values map[string]string, link string) (subject, what string) {
	return n.subject.En, "On " + momentOf(values, "2 January 2006 at 15:04") + ", " + n.what.En + ".\n\n" + n.remedy.En + "\n" + link
}

func momentOf(values map[string]string, layout string) string {
	at, err := time.Parse(time.RFC3339, values[valueAt])
	if err != nil {
		return "–"
	}
	return clock.Local(at).Format(layout)
}
