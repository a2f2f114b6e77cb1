package certification

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func digital(rule string) events.ProgrammePublished {
	return events.ProgrammePublished{Programme: "so", Version: 1, Title: events.Words{Vi: "Kỹ năng số", En: "Digital skills"}, ValidityMonths: 24, Certificate: rule,
		CertificateTitle: events.Words{Vi: "Bồi dưỡng kỹ năng số (giả định)"},
		Parts: []events.ProgrammePart{
			{ID: "nen", Title: events.Words{Vi: "Nền tảng"}, Courses: []events.ProgrammeCourse{{Course: "attt"}}},
			{ID: "chon", Title: events.Words{Vi: "Tự chọn"}, AtLeast: 1, Courses: []events.ProgrammeCourse{{Course: "bang-tinh"}, {Course: "van-ban", Equivalents: []string{"soan-thao"}}}}},
		Again: []events.ProgrammePart{{ID: "lai", Title: events.Words{Vi: "Ôn lại"}, Courses: []events.ProgrammeCourse{{Course: "attt"}}}}}
}

func inBothParts(person string, at time.Time) events.ProgrammeCompleted {
	return events.ProgrammeCompleted{Person: person, Programme: "so", Period: 1, Version: 1, At: at, Parts: []events.PartCompleted{
		{Part: "nen", Needed: 1, By: map[string]string{"attt": "attt"}}, {Part: "chon", Needed: 1, By: map[string]string{"van-ban": "soan-thao"}}}}
}

// college is a school with a programme, the courses of which Lan has completed.
func college(t *testing.T, rule string) *hosttest.House {
	t.Helper()
	h := school(t)
	h.Append("catalog.course.van-ban", events.CoursePublished{Course: "van-ban", Version: 1, Hours: 6, Title: events.Words{Vi: "Văn bản hành chính"}, Certificate: events.CertificateNone})
	h.Append("catalog.course.soan-thao", events.CoursePublished{Course: "soan-thao", Version: 1, Hours: 4, Title: events.Words{Vi: "Soạn thảo"}, Certificate: events.CertificateNone},
		events.CoursePublished{Course: "soan-thao", Version: 2, Hours: 90, Title: events.Words{Vi: "Soạn thảo, bản mới"}, Certificate: events.CertificateNone})
	h.Append("catalog.programme.so", digital(rule))
	h.Append("progress.course.lan_soan-thao_1", events.CourseCompleted{Person: "lan", Course: "soan-thao", Period: 1, Version: 1, At: h.Clock.Now(), Mark: 9})
	complete(h, "lan", 1)
	return h
}

// Lan's certificate of the programme, without that of its course.
func ofProgramme(t *testing.T, h *hosttest.House) (all []Held) {
	t.Helper()
	for _, c := range held(t, h, "lan") {
		if c.Programme != "" {
			all = append(all, c)
		}
	}
	return all
}

const lansCriteria = "Hoàn thành đủ các phần mà phiên bản 1 của chương trình yêu cầu. 1) Nền tảng: An toàn thông tin (8 tiết). " +
	"2) Tự chọn: Soạn thảo (4 tiết), tính thay cho “Văn bản hành chính”."

func TestCompletingAProgrammeGivesOneCertificateThatAnyoneCanCheck(t *testing.T) {
	h := college(t, events.CertificateAuto)
	for range 2 { // told twice
		h.Append("enrolment.programme.lan_so", inBothParts("lan", h.Clock.Now()))
		h.Settle()
	}
	all := ofProgramme(t, h)
	if len(all) != 1 {
		t.Fatalf("certificates: %+v", all)
	}
	c := all[0].Certificate
	if c.Certificate != "lan_programme_so_1" || c.Name != "Nguyễn Thị Lan" || c.Course != "" || c.Programme != "so" || c.Title.Vi != "Bồi dưỡng kỹ năng số (giả định)" || c.Hours != 12 ||
		c.Mark != 0 || c.Criteria != lansCriteria || !c.Expires.Equal(clock.Expiry(hosttest.Start, 24)) || c.Register != "2/2026" || !c.Badge {
		t.Errorf("certificate: %+v", c)
	}
	v := verified(t, h, c.Code)
	if v.State != "valid" || v.Certificate != c || !strings.HasPrefix(v.Signed, "Khue Van certificate 3\n") || !strings.Contains(v.Signed, "\nmark: \n") ||
		!strings.Contains(v.Signed, "\nprogramme: so\ncriteria: "+lansCriteria+"\n") {
		t.Errorf("verification: %+v", v)
	}
	badge := badgeOf(t, h, c.Code)
	said := outside(t, map[string]claim{
		"as issued": {badge, published(t, h, "1"), h.Clock.Now().Add(time.Hour)},
		"edited":    {bytes.Replace(badge, []byte("Soạn thảo (4"), []byte("Soạn thảo (9"), 1), published(t, h, "1"), h.Clock.Now().Add(time.Hour)},
	})
	if said["as issued"] != "verified" || said["edited"] == "verified" {
		t.Errorf("others say %v", said)
	}
	for _, part := range []string{lansCriteria, "https://daotao.example/programmes/so/versions/1", `"creditsEarned":12`} {
		if !bytes.Contains(badge, []byte(part)) {
			t.Errorf("the credential lacks %q", part)
		}
	}
	if bytes.Contains(badge, []byte(`"result"`)) {
		t.Error("a programme has a mark")
	}
}

// What is renewed, expires, is revoked and confirmed of a course, is so of a programme.
func TestAProgrammesCertificateLivesAsACoursesDoes(t *testing.T) {
	h := college(t, events.CertificateAuto)
	h.Append("enrolment.programme.lan_so", inBothParts("lan", h.Clock.Now()))
	h.Settle()
	first := ofProgramme(t, h)[0]
	h.Clock.Set(first.Expires.AddDate(0, 0, -10))
	if now := ofProgramme(t, h)[0]; !now.Expiring {
		t.Errorf("ten days before its end: %+v", now)
	}
	if _, err := confirm(h.As("lan"), h, first.Code, "lost"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	doc, err := DownloadConfirmation.Call(h.As("lan"), h.Client, DownloadConfirmationRequest{Code: first.Code, Number: 1})
	if err != nil || len(doc.Body) == 0 {
		t.Errorf("confirmation: %v", err)
	}
	complete(h, "lan", 2)
	h.Append("enrolment.programme.lan_so", events.ProgrammeCompleted{Person: "lan", Programme: "so", Period: 2, Version: 1, At: h.Clock.Now(),
		Parts: []events.PartCompleted{{Part: "lai", Needed: 1, By: map[string]string{"attt": "attt"}}}})
	h.Settle()
	all := ofProgramme(t, h)
	if len(all) != 2 || all[0].Period != 2 || all[0].Hours != 8 || !strings.HasSuffix(all[0].Criteria, "1) Ôn lại: An toàn thông tin (8 tiết).") || all[1].Superseded != all[0].Code || all[1].Expiring {
		t.Fatalf("after the second period: %+v", all)
	}
	if _, err := Revoke.Call(h.As("chief", rpc.Grant{Role: events.RoleAdmin}), h.Client, RevokeRequest{Code: all[0].Code, Why: "error"}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if v := verified(t, h, all[0].Code); v.State != stateRevoked {
		t.Errorf("revoked, it is %s", v.State)
	}
	if v := verified(t, h, first.Code); v.State != stateValid {
		t.Errorf("the one before is %s", v.State)
	}
}

func TestTheProgrammeSaysHowItsCertificatesAreIssued(t *testing.T) {
	h := college(t, "")
	h.Append("enrolment.programme.lan_so", inBothParts("lan", h.Clock.Now()))
	h.Append("enrolment.programme.mai_so", inBothParts("mai", h.Clock.Now())) // whose completions of the courses are not known
	h.Settle()
	if all := ofProgramme(t, h); len(all) != 0 {
		t.Fatalf("issued where none are: %+v", all)
	}
	order := theDay()
	order.Course, order.Programme = "", "so"
	if p := preview(t, h, order); p.Rule != events.CertificateNone || p.Waiting != 2 {
		t.Errorf("preview: %+v", p)
	}
	_, err := StartOrder.Call(h.As("boss", trainer()), h.Client, order)
	hosttest.Refused(t, err, fault.Conflict)
	later := digital(events.CertificateOrdered)
	later.Version = 2
	h.Append("catalog.programme.so", later)
	h.Settle()
	p := preview(t, h, order)
	if p.Rule != events.CertificateOrdered || p.Who[0].Person != "lan" || p.Who[0].Why != "" || p.Who[1].Why != "version" {
		t.Errorf("preview: %+v", p)
	}
	o := orderedAndDone(t, h, order)
	if o.Programme != "so" || o.Course != "" || o.Count != 2 || o.Issued != 1 || o.Failed != 1 || o.Failures[0].Person != "mai" {
		t.Errorf("order: %+v", o)
	}
	if all := ofProgramme(t, h); len(all) != 1 || all[0].Hours != 12 {
		t.Errorf("ordered: %+v", all)
	}
	for name, bad := range map[string]OrderRequest{"neither": {From: order.From, Through: order.Through}, "both": {Course: "attt", Programme: "so", From: order.From, Through: order.Through}} {
		if _, err := PreviewOrder.Call(h.As("boss", trainer()), h.Client, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A course stands in two parts: each is told with what filled it.
func TestCriteriaNameEveryPart(t *testing.T) {
	path := pathway{Parts: []events.ProgrammePart{{ID: "a", Title: events.Words{Vi: "Một"}, Courses: []events.ProgrammeCourse{{Course: "z"}, {Course: "y"}}}, {ID: "b", Courses: []events.ProgrammeCourse{{Course: "z"}}}}}
	done := completion{Version: 3, Period: 2, Parts: []events.PartCompleted{{Part: "a", By: map[string]string{"y": "y", "z": "z"}}, {Part: "b", By: map[string]string{"z": "x"}}}}
	as := func(title, instead string) filled {
		return filled{courseVersion{Title: events.Words{Vi: title}, Hours: 2}, instead}
	}
	got := criteria(done, path, []map[string]filled{{"y": as("Y", ""), "z": as("Z", "")}, {"z": as("X", "Z")}})
	if want := "Hoàn thành đủ các phần mà phiên bản 3 của chương trình yêu cầu. 1) Một: Z (2 tiết); Y (2 tiết). 2) b: X (2 tiết), tính thay cho “Z”."; got != want {
		t.Errorf("got %q", got)
	}
}
