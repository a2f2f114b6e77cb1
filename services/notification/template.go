package notification

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"khuevan/platform/clock"
)

// Templates, as they stand in facts.
const (
	templateEnrolled  = "enrolled"
	templateReminded  = "reminded"
	templateCertified = "certified"
)

// Values of a message, as they stand in facts.
const (
	valueCourse  = "course"
	valueTitleVi = "title_vi"
	valueTitleEn = "title_en"
	valueDue     = "due"     // RFC 3339; absent when there is none
	valueCode    = "code"    // of the certificate
	valueRequest = "request" // that was approved; absent when nobody asked
)

// text is a message written out.
type text struct{ Subject, Body string }

// write words a message in a language for a person whose name may be unknown ("" once erased).
func write(lang, template string, values map[string]string, name, base string) text {
	link := base + linkOf(template, values)
	if lang == "en" {
		return english(template, values, name, link)
	}
	return vietnamese(template, values, name, link)
}

// bilingual is a message as a letter: Vietnamese first, English below a line.
func bilingual(template string, values map[string]string, name, base string) text {
	vi, en := write("vi", template, values, name, base), write("en", template, values, name, base)
	foot := "Thư này do hệ thống đào tạo Khuê Văn gửi tự động; xin không trả lời thư này.\n" +
		"This letter was sent automatically by the Khuê Văn training system; please do not reply.\n"
	return text{Subject: vi.Subject, Body: vi.Body + "\n----------------------------------------\n\n" + en.Body +
		"\n----------------------------------------\n" + foot}
}

// linkOf is the local path of what a message is about.
func linkOf(template string, values map[string]string) string {
	if template == templateCertified {
		return "/verify/" + url.PathEscape(values[valueCode])
	}
	if template == templateOverdue {
		return overdueLink(values)
	}
	_, isNotice := noticeFor(template, values)
	if isNotice && template != templateExcused && template != templateAskedAgain && template != templateExpiring {
		return noticeLink(template)
	}
	return "/learn/" + url.PathEscape(values[valueCourse])
}

func vietnamese(template string, values map[string]string, name, link string) text {
	title := titleOf(values, valueTitleVi, valueTitleEn)
	due := dueOf(values, "02/01/2006")
	var subject, what string
	n, isNotice := noticeFor(template, values)
	switch {
	case isNotice:
		subject, what = n.vietnamese(values, link)
	case template == templateReminded:
		subject = fmt.Sprintf("Nhắc hoàn thành khóa học “%s”", title)
		what = fmt.Sprintf("Hệ thống ghi nhận ông/bà chưa hoàn thành khóa học “%s”.", title)
		if due != "" {
			what += fmt.Sprintf(" Hạn hoàn thành là ngày %s.", due)
		}
		what += "\n\nĐề nghị ông/bà tiếp tục học và làm bài kiểm tra tại địa chỉ:\n" + link
	case template == templateCertified:
		subject = fmt.Sprintf("Giấy chứng nhận hoàn thành khóa học “%s”", title)
		what = fmt.Sprintf("Ông/bà đã hoàn thành khóa học “%s” và được cấp giấy chứng nhận số %s.", title, values[valueCode]) +
			"\n\nÔng/bà xem giấy chứng nhận và mọi thông tin ghi trên đó tại địa chỉ:\n" + link
	default:
		subject = fmt.Sprintf("Thông báo tham gia khóa học “%s”", title)
		what = fmt.Sprintf("Ông/bà được giao tham gia khóa học “%s”.", title)
		if values[valueRequest] != "" {
			what = fmt.Sprintf("Yêu cầu của ông/bà đã được chấp nhận; ông/bà đã được ghi danh khóa học “%s”.", title)
		}
		if due != "" {
			what += fmt.Sprintf(" Đề nghị hoàn thành chậm nhất vào ngày %s.", due)
		}
		what += "\n\nÔng/bà vào học và làm bài kiểm tra tại địa chỉ:\n" + link
	}
	return text{Subject: subject, Body: strings.TrimSpace("Kính gửi ông/bà "+name) + ",\n\n" + what + "\n\nTrân trọng.\n"}
}

func english(template string, values map[string]string, name, link string) text {
	title := titleOf(values, valueTitleEn, valueTitleVi)
	due := dueOf(values, "2 January 2006")
	var subject, what string
	n, isNotice := noticeFor(template, values)
	switch {
	case isNotice:
		subject, what = n.english(values, link)
	case template == templateReminded:
		subject = fmt.Sprintf("Reminder to complete the course “%s”", title)
		what = fmt.Sprintf("You have not yet completed the course “%s”.", title)
		if due != "" {
			what += fmt.Sprintf(" It is due on %s.", due)
		}
		what += "\n\nPlease go on with it and take the quiz at:\n" + link
	case template == templateCertified:
		subject = fmt.Sprintf("Certificate of the course “%s”", title)
		what = fmt.Sprintf("You have completed the course “%s” and were issued certificate No. %s.", title, values[valueCode]) +
			"\n\nThe certificate and everything it claims can be seen at:\n" + link
	default:
		subject = fmt.Sprintf("You are enrolled in the course “%s”", title)
		what = fmt.Sprintf("You are asked to take the course “%s”.", title)
		if values[valueRequest] != "" {
			what = fmt.Sprintf("Your request was accepted: you are enrolled in the course “%s”.", title)
		}
		if due != "" {
			what += fmt.Sprintf(" Please complete it by %s.", due)
		}
		what += "\n\nYou find the lessons and the quiz at:\n" + link
	}
	return text{Subject: subject, Body: strings.TrimSpace("Dear "+orElse(name, "Sir or Madam")) + ",\n\n" + what + "\n\nYours faithfully.\n"}
}

// titleOf is the course's title in a language, or in the other, or its id; on one line, as subjects are.
func titleOf(values map[string]string, first, second string) string {
	title := orElse(values[first], orElse(values[second], values[valueCourse]))
	return strings.Join(strings.Fields(title), " ")
}

func dueOf(values map[string]string, layout string) string {
	due, err := time.Parse(time.RFC3339, values[valueDue])
	if err != nil {
		return "" // a message without a date
	}
	return clock.Local(due).Format(layout)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
