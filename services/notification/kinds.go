package notification

import (
	"slices"

	"khuevan/events"
)

// Ways of being told. The inbox gets everything at once, whatever the way.
const (
	wayNow    = "now"    // an e-mail of its own
	wayDigest = "digest" // in the one e-mail of the day
	wayInbox  = "inbox"  // no e-mail
)

// kind is a sort of message that a person chooses a way for.
type kind struct {
	ID     string
	Title  events.Words
	Ways   []string     // that may be chosen; the first holds for whoever chose none
	Reason events.Words // why not all of them
	Awake  bool         // an e-mail does not wait for the quiet hours to end
	Bundle string       // e-mails of a day are one letter of this name
}

// refusable reports whether a person may do without e-mails of the kind.
func (k kind) refusable() bool { return slices.Contains(k.Ways, wayInbox) }

// kinds are all of them, in the order in which people read them.
var kinds = []kind{
	{ID: "security", Title: events.Words{Vi: "An toàn tài khoản và giao người thay", En: "The safety of your account, and stand-ins"}, Ways: []string{wayNow}, Awake: true,
		Reason: events.Words{Vi: "Nếu không phải ông/bà đã làm việc được báo thì ông/bà cần biết ngay.", En: "If it was not you who did it, you need to know at once."}},
	{ID: "duty", Title: events.Words{Vi: "Khóa học được giao có thời hạn", En: "Courses that you are to complete by a date"}, Ways: []string{wayNow, wayDigest},
		Reason: events.Words{Vi: "Đây là nhiệm vụ được giao có thời hạn; thư điện tử là căn cứ đã báo cho ông/bà.", En: "It is a duty with a date; the e-mail is how you were told of it."}},
	{ID: "session", Title: events.Words{Vi: "Lời mời, thay đổi và hủy buổi học", En: "Invitations to sessions, changes, cancellations"}, Ways: []string{wayNow},
		Reason: events.Words{Vi: "Lời mời ghi vào lịch của ông/bà; thiếu thư đổi giờ hoặc hủy thì lịch sẽ sai.", En: "Invitations stand in your calendar; without the letters that change or cancel them it would be wrong."}},
	{ID: "approval", Title: events.Words{Vi: "Việc của thủ trưởng: yêu cầu chờ duyệt, người quá hạn", En: "What waits for you as a head: requests, people overdue"}, Ways: []string{wayNow, wayDigest},
		Reason: events.Words{Vi: "Có người đang chờ ông/bà quyết định hoặc đôn đốc.", En: "Somebody waits for your decision or a word from you."}},
	{ID: "reminder", Title: events.Words{Vi: "Nhắc khóa học chưa hoàn thành", En: "Reminders of courses not completed"}, Ways: []string{wayNow, wayDigest, wayInbox}, Bundle: bundleReminders},
	{ID: "refresher", Title: events.Words{Vi: "Ôn tập nhanh hằng tuần", En: "The weekly refresher"}, Ways: []string{wayNow, wayDigest, wayInbox}},
	{ID: "courses", Title: events.Words{Vi: "Khóa học không có thời hạn, miễn học, kết quả yêu cầu học", En: "Courses without a date, excuses, answers to your requests"}, Ways: []string{wayNow, wayDigest, wayInbox}},
	{ID: "certificate", Title: events.Words{Vi: "Giấy chứng nhận", En: "Certificates"}, Ways: []string{wayNow, wayDigest, wayInbox}},
}

// kindDigest stands in the unsubscribe link of a digest, for all kinds that it may do without.
const kindDigest = "digest"

func kindCalled(id string) (kind, bool) {
	at := slices.IndexFunc(kinds, func(k kind) bool { return k.ID == id })
	if at < 0 {
		return kind{}, false
	}
	return kinds[at], true
}

// kindOf is the kind of a message; what is not known is not to be missed.
func kindOf(template string, values map[string]string) kind {
	id := "security"
	switch template {
	case templateEnrolled, templateProgramme:
		if id = "courses"; values[valueDue] != "" {
			id = "duty"
		}
	case templateAskedAgain:
		id = "duty"
	case templateInvited, templateSessionChanged, templateSessionCancelled:
		id = "session"
	case templateToApprove, templateOverdue:
		id = "approval"
	case templateReminded, templateReminders:
		id = "reminder"
	case templateRefresher:
		id = "refresher"
	case templateExcused, templateNotApproved, templateTakenBack, templateProgrammeDone:
		id = "courses"
	case templateCertified, templateExpiring:
		id = "certificate"
	}
	k, _ := kindCalled(id)
	return k
}
