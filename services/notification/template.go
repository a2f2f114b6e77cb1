package notification

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
)

// Templates, as they stand in facts; those of notices are in notice.go.
const (
	templateEnrolled         = "enrolled"
	templateReminded         = "reminded"
	templateReminders        = "reminders"
	templateDigest           = "digest"
	templateCertified        = "certified"
	templateInvited          = "session-invited"
	templateSessionChanged   = "session-changed"
	templateSessionCancelled = "session-cancelled"

	textAsked              = "enrolled-asked"      // what "enrolled" says to whoever asked for the course
	textProgrammeCertified = "programme-certified" // what "certified" says of a programme
)

// Values of a message, as they stand in facts; those of notices are in notice.go.
const (
	valueCourse   = "course"
	valueTitleVi  = "title_vi"
	valueTitleEn  = "title_en"
	valueDue      = "due"     // RFC 3339; absent when there is none
	valueCode     = "code"    // of the certificate
	valueRequest  = "request" // that was approved; absent when nobody asked
	valueSession  = "session"
	valueRevision = "revision" // of the session
	valueLesson   = "lesson"
	valueLessonVi = "lesson_vi"
	valueLessonEn = "lesson_en"
	valueStart    = "start" // RFC 3339
	valueEnd      = "end"   // RFC 3339
	valuePlace    = "place"
	valueJoin     = "join" // link of the online meeting
)

// text is a message written out.
type text struct {
	Subject, Body string
	Calendar      []byte // iCalendar; nil for none
	Method        string // of the calendar
	Unsubscribe   string // where one click ends letters of this kind; "" where none may
}

// texts gives what a template says, by its name and revision.
type texts func(name string, revision int) events.MessageTexts

// textName is the name under which the texts of a message stand.
func textName(template string, values map[string]string) string {
	switch {
	case template == templateEnrolled && values[valueRequest] != "":
		return textAsked
	case template == templateCertified && values[valueProgramme] != "":
		return textProgrammeCertified
	}
	return template
}

// write words a message in a language for a person whose name may be unknown ("" once erased).
func write(lang string, say texts, m message, name, base string) text {
	texts := say(textName(m.template, m.values), m.revision)
	fields := fieldsOf(lang, say, m, base)
	fields[fieldName] = name
	if lang == "en" {
		return text{Subject: filled(texts.En.Subject, fields), Body: "Dear " + orElse(name, "Sir or Madam") + ",\n\n" + filled(texts.En.Body, fields) + "\n\nYours faithfully.\n"}
	}
	return text{Subject: filled(texts.Vi.Subject, fields), Body: strings.TrimSpace("Kính gửi ông/bà "+name) + ",\n\n" + filled(texts.Vi.Body, fields) + "\n\nTrân trọng.\n"}
}

// bilingual is a message as a letter: Vietnamese first, English below a line.
func bilingual(say texts, m message, name, base string) text {
	vi, en := write("vi", say, m, name, base), write("en", say, m, name, base)
	foot := "Thư này do hệ thống đào tạo Khuê Văn gửi tự động; xin không trả lời thư này.\n" +
		"This letter was sent automatically by the Khuê Văn training system; please do not reply.\n"
	return text{Subject: vi.Subject, Body: vi.Body + "\n----------------------------------------\n\n" + en.Body +
		"\n----------------------------------------\n" + foot}
}

// linkOf is the local path of what a message is about.
func linkOf(template string, values map[string]string) string {
	switch template {
	case templateCertified:
		return "/verify/" + url.PathEscape(values[valueCode])
	case templateDigest:
		return "/inbox"
	case templateRefresher:
		return "/refreshers/" + url.PathEscape(values[valueOffer])
	case templateReminders, templateProgramme, templateProgrammeDone:
		return "/learn"
	case templateOverdue:
		return overdueLink(values)
	case templateExpiring:
		if values[valueProgramme] != "" {
			return "/learn"
		}
		return "/learn/" + url.PathEscape(values[valueCourse])
	case templateEnrolled, templateReminded, templateExcused, templateAskedAgain:
		return "/learn/" + url.PathEscape(values[valueCourse])
	case templateInvited, templateSessionChanged, templateSessionCancelled:
		return "/learn/" + url.PathEscape(values[valueCourse]) + "/lessons/" + url.PathEscape(values[valueLesson])
	}
	return noticeLink(template)
}

// fieldsOf are the values of a message as texts show them.
func fieldsOf(lang string, say texts, m message, base string) map[string]string {
	v, vi := m.values, lang != "en"
	day, moment, first, second, otherwise := "2 January 2006", "2 January 2006 at 15:04", "_en", "_vi", "(data erased)"
	if vi {
		day, moment, first, second, otherwise = "02/01/2006", "15:04 ngày 02/01/2006", "_vi", "_en", "(đã xóa dữ liệu)"
	}
	role := roleWords(v[valueRole])
	fields := map[string]string{
		fieldLink:   base + linkOf(m.template, v),
		"course":    flat(orElse(v["title"+first], orElse(v["title"+second], orElse(v[valueProgramme], v[valueCourse])))),
		"lesson":    flat(orElse(v["lesson"+first], orElse(v["lesson"+second], v[valueLesson]))),
		"due":       timeOf(v[valueDue], day),
		"code":      v[valueCode],
		"at":        orElse(timeOf(v[valueAt], moment), "–"),
		"other":     orElse(flat(v[valueOtherName]), otherwise),
		"role":      role.En,
		"from":      dayOf(v[valueFrom], day),
		"until":     dayOf(v[valueUntil], day),
		"start":     timeOf(v[valueStart], moment),
		"end":       timeOf(v[valueEnd], moment),
		"place":     flat(v[valuePlace]),
		"campaign":  flat(v[valueCampaign]),
		"people":    v[valuePeople],
		"questions": v[valueQuestions],
		"endpoint":  flat(v[valueEndpoint]),
		"join":      flat(v[valueJoin]),
	}
	if vi {
		fields["role"] = role.Vi
	}
	if timeOf(v[valueStart], time.DateOnly) == timeOf(v[valueEnd], time.DateOnly) {
		fields["end"] = timeOf(v[valueEnd], "15:04")
	}
	if items := itemsOf(v); len(items) > 0 {
		fields["count"], fields["items"] = strconv.Itoa(len(items)), listOf(lang, say, m.template, items, base)
	}
	return fields
}

// listOf names what a letter tells together.
func listOf(lang string, say texts, template string, items []message, base string) string {
	var lines []string
	for _, item := range items {
		title := write(lang, say, item, "", base).Subject
		if template == templateReminders {
			f := fieldsOf(lang, say, item, base)
			title = filled(map[bool]string{true: "{course}[ (due on {due})]", false: "{course}[ (hạn hoàn thành: {due})]"}[lang == "en"], f)
		}
		lines = append(lines, "- "+title+"\n  "+base+linkOf(item.template, item.values))
	}
	return strings.Join(lines, "\n")
}

// flat puts a text on one line, as subjects are.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// timeOf words a moment of a fact; "" where there is none.
func timeOf(value, layout string) string {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return ""
	}
	return clock.Local(t).Format(layout)
}

func dayOf(day, layout string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format(layout)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
