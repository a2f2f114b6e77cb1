package notification

import (
	"strings"
	"testing"

	"khuevan/events"
)

const base = "https://daotao.tinh.example"

func asShipped(name string, _ int) events.MessageTexts { return shipped()[name].texts() }

func TestTextsInBothLanguages(t *testing.T) {
	values := map[string]string{valueCourse: "attt", valueTitleVi: "An toàn\nthông tin", valueTitleEn: "Information security",
		valueDue: "2026-12-31T17:30:00Z", valueCode: "KV-2026-0001"}
	for _, c := range []struct{ lang, template, subject, body, link string }{
		{"vi", templateEnrolled, "Thông báo tham gia khóa học “An toàn thông tin”", "chậm nhất vào ngày 01/01/2027", base + "/learn/attt"},
		{"en", templateEnrolled, "You are enrolled in the course “Information security”", "by 1 January 2027", base + "/learn/attt"},
		{"vi", templateReminded, "Nhắc hoàn thành khóa học “An toàn thông tin”", "Hạn hoàn thành là ngày 01/01/2027", base + "/learn/attt"},
		{"en", templateReminded, "Reminder to complete the course “Information security”", "due on 1 January 2027", base + "/learn/attt"},
		{"vi", templateCertified, "Giấy chứng nhận hoàn thành khóa học “An toàn thông tin”", "số KV-2026-0001", base + "/verify/KV-2026-0001"},
		{"en", templateCertified, "Certificate of the course “Information security”", "No. KV-2026-0001", base + "/verify/KV-2026-0001"},
	} {
		got := write(c.lang, asShipped, message{template: c.template, values: values}, "Nguyễn Thị Lan", base)
		if got.Subject != c.subject {
			t.Errorf("%s %s: subject %q", c.lang, c.template, got.Subject)
		}
		for _, want := range []string{c.body, c.link, "Nguyễn Thị Lan"} {
			if !strings.Contains(got.Body, want) {
				t.Errorf("%s %s: %q is missing in\n%s", c.lang, c.template, want, got.Body)
			}
		}
	}
}

func TestTextsWithoutNameTitleAndDate(t *testing.T) {
	got := write("vi", asShipped, message{template: templateReminded, values: map[string]string{valueCourse: "attt"}}, "", base)
	if !strings.HasPrefix(got.Body, "Kính gửi ông/bà,\n") || !strings.Contains(got.Subject, "“attt”") || strings.Contains(got.Body, "Hạn") {
		t.Errorf("%s\n%s", got.Subject, got.Body)
	}
}

func TestALetterIsVietnameseThenEnglish(t *testing.T) {
	got := bilingual(asShipped, message{template: templateEnrolled, values: map[string]string{valueCourse: "attt"}}, "Lan", base)
	vi, en := strings.Index(got.Body, "Kính gửi ông/bà Lan,"), strings.Index(got.Body, "Dear Lan,")
	if vi != 0 || en < vi {
		t.Errorf("body\n%s", got.Body)
	}
}
