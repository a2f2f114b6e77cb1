package e2e

import (
	"context"
	"flag"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/rpc"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/scheduler"
	"khuevan/services/webhook"
)

var shots = flag.String("screenshots", "", "take pictures of every page into this directory")

// stop is a page that a person opens.
type stop struct {
	name string // of the picture
	path string
	text string // that it must show
}

// visitor is a person with the pages they have.
type visitor struct {
	role    string // button of the sign-in page; "" for nobody
	stops   []stop
	answers []answer
}

// answer is a page that stands under no address: what comes when a button is pressed on the page at the path.
type answer struct {
	stop
	button string
}

// tour is every page of the portal, for each who has it. The house was furnished by furnish.
func tour(f furnished) []visitor {
	return []visitor{
		{stops: []stop{{"sign-in", "/sign-in", "Dùng thử"}, {"verify", "/verify", "Tra cứu"}, {"verify-certificate", "/verify/" + f.code, "Chữ ký khớp"},
			{"verify-unknown", "/verify/KV-2026-0000-0000-0000", "Không có giấy chứng nhận"}, {"not-found", "/nowhere", "Không có trang này"}}},
		{role: "Cán bộ học viên", stops: []stop{{"learn", "/learn", courseTitle}, {"course", "/learn/" + course, "Các bài học"}, {"lesson", "/learn/" + course + "/lessons/mat-khau", "Bài 1/"},
			{"quiz", "/learn/" + course + "/quiz", "Quy định"}, {"result", "/attempts/" + f.closed, "Kết quả bài kiểm tra"}, {"attempt", "/attempts/" + f.open + "?q=3", "Câu 3/10"},
			{"attempt-review", "/attempts/" + f.open + "?q=review", "Câu chưa trả lời"}, {"certificates", "/certificates", "KV-"}, {"catalogue", "/catalogue", "Kỹ năng số"}, {"confirmation", "/certificates/" + f.code + "/confirmation", f.code + "/XN-1"},
			{"inbox", "/inbox", "Thông báo tham gia"}, {"mail", "/mail", "Thông báo tham gia"}, {"account", "/account", "Mật khẩu"}, {"ways", "/account/messages", "Không từ chối được"}, {"privacy", "/account/privacy", "Yêu cầu của tôi"}, {"hours", "/hours", "Giờ học của tôi"}, {"refreshers", "/refreshers", "Lần ôn sắp tới"},
			{"lesson-video", lessonsOf + "phim", "cần xem ít nhất 90%"}, {"lesson-file", lessonsOf + "mau", "Tải tệp về"}, {"lesson-read", lessonsOf + "quy-che", "Xác nhận đã đọc và hiểu"}, {"lesson-live", lessonsOf + "buoi", "94%"}}},
		{role: "Thủ trưởng đơn vị", stops: []stop{{"unit", "/unit", lan}, {"stand-in", "/unit/stand-in", "Giao người thay"}, {"completion-head", "/report/completion", "Mỗi cán bộ một dòng"}, {"excuse", f.excuse, "Ghi việc miễn"}, {"requests", "/requests", "Cần cho việc mới"}, {"unit-hours", "/unit/hours", lan}, {"person-hours", f.personHours, lan}, {"learn-empty", "/certificates", "chưa có giấy chứng nhận"}}},
		{role: "Người phụ trách đào tạo", stops: append(quizStops(f), []stop{{"courses", "/courses", courseTitle}, {"templates", "/messages", "Bản gốc"}, {"template", "/messages/session-changed", "Chỗ điền dùng được"}, {"frameworks", "/frameworks", "IU14"}, {"compare", "/courses/" + course + "/compare", "phiên bản"}, {"programmes", "/programmes", "Kỹ năng mẫu"}, {"programme", "/programmes/view?programme=" + sampleProgramme, "chọn 2 trong 3 khóa học"}, {"programme-build", "/programmes/build?programme=" + sampleProgramme, "Chọn 2 trong 3 khóa học"},
			{"assignments", "/assignments", "Giao một khóa học"},
			{"take-back", f.takeBack, "Trước khi thu hồi"}, {"assignment-preview", f.assignPreview, "Sẽ được ghi danh"}, {"unit-numbers", "/unit?unit=" + f.commune, "Được giao"}, {"requests-empty", "/requests", "Không có yêu cầu"}, {"campaigns", "/campaigns", "Lập đợt mới"}, {"campaign", f.campaign, "Dự báo và thực tế"}, {"campaign-what", "/campaigns/new", "Bước 1/3"}, {"campaign-when", "/campaigns/new?step=2", "Bước 2/3"}, {"recall", "/recall", "Tham số đang dùng"}, {"campaign-preview", f.campaignPreview, "Năm kỳ tới"},
			{"orders", "/issue", "Các đợt cấp"}, {"order-preview", f.orderPreview, "Đã có giấy"}, {"order", "/issue/" + f.order, "Đã xong"},
			{"hours-of-units", "/unit/hours", "Các đơn vị trực thuộc"}, {"sessions", sessionsOf, "Lên lịch buổi học"}, {"session", sessionsOf + "/" + f.session, "Nhập điểm danh"},
			{"campaign-refused", strings.Replace(f.campaignPreview, "0+8+1", "sai+8+1", 1), "không hợp lệ"}}...)},
		{role: "Chuyên viên tổng hợp báo cáo", stops: []stop{{"report", "/report", "Báo cáo năng lực"}, {"completion", "/report/completion?unit=" + f.commune, "Chỉ một số khóa học"}, {"trials", "/trials", "Chưa có đợt nhắc học nào đặt nhóm đối chứng"}, {"unit-drill", "/unit?unit=" + f.commune, lan}}},
		{role: "Quản trị hệ thống", stops: []stop{{"people", "/people?unit=" + f.commune, "Cán bộ của đơn vị"}, {"units", "/units", "Dòng thời gian"}, {"people-search", "/people?q=lan+chi", "Kết quả tìm"}, {"to-place", "/units/to-place", "chờ bố trí"}, {"import", "/import", "Tệp đơn vị"}, {"import-runs", "/import/runs", "Đã ghi xong"}, {"import-queue", "/import/queue", "Không có trường hợp nào"}, {"system", "/system", "Các dịch vụ"}, {"issuers", "/issuers", "Đổi khóa ký"}, {"privacy-requests", "/people/privacy", "Yêu cầu về dữ liệu cá nhân"},
			{"denials", "/system/denials", "quiz.get-attempt"}, {"letters", "/system/letters?state=handed-over", "Máy chủ thư đã nhận"}, {"rights", "/system/access?unit=" + f.commune, "Ai có quyền"},
			{"webhooks", "/system/webhooks", "Đăng ký điểm nhận"}, {"webhook", f.webhook, "khuevan.test.v1"}, {"webhook-replay", f.webhook + "?from=0", "bắt đầu sau số 0"}},
			answers: []answer{{stop{"webhook-refused", "/system/webhooks", "Địa chỉ nhận chưa dùng được"}, "Đăng ký"}, {stop{"webhook-secret", f.webhook, "Trang này chỉ hiện một lần"}, "Tạo khóa mới"}, {stop{"webhook-tried", f.webhook, "Kết quả gửi thử"}, "Gửi sự kiện thử"}}},
	}
}

// furnished is what a house holds once people have lived in it a little.
type furnished struct {
	code, open, closed, commune    string
	assignPreview, campaignPreview string
	campaign                       string // path of one that ran
	excuse, order, orderPreview    string
	personHours, session           string
	takeBack, webhook              string
}

// furnish lets the demo learner pass, open the next period's attempt, and somebody try what they may not.
func furnish(chrome context.Context, t *testing.T, h *house) furnished {
	t.Helper()
	learner := h.visit(chrome, "Lan", desktop()).as("Cán bộ học viên")
	f := furnished{closed: studiesAndPasses(t, h, learner)}
	f.code = seesTheCertificate(t, learner)
	trainer := h.api("DEMO-0002")
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	f.commune = units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Name == commune })].ID
	again := must[scheduler.Scheduled](t, trainer, "scheduler/schedule-campaign", scheduler.ScheduleCampaignRequest{Title: "Nhắc lại hằng phút", Course: course, Unit: f.commune, Cron: "* * * * *"})
	offers(t, h) // this and what follows, while the campaign waits for its minute
	learner.opensUntil("/catalogue", "Kỹ năng số").fills("Lý do", "Cần cho việc mới").clicks("Xin học").sees("Đã gửi yêu cầu")
	must[certification.ConfirmationGiven](t, h.api("DEMO-0100"), "certification/ask-confirmation", certification.ConfirmationRequest{Code: f.code, Reason: "lost"})
	f.previews(t, trainer)
	f.holdsClass(t, h, trainer)
	furnishProgrammes(t, h)
	publishesTheSample(t, h)
	f.session = furnishLessons(t, h, f.commune)
	f.tellsAnother(t, h)
	h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị").opens("/attempts/" + f.closed).sees("Không thực hiện được")
	awaitPeriod(t, h.api("DEMO-0100"), 2)
	must[rpc.Receipt](t, trainer, "scheduler/stop-campaign", scheduler.CampaignRequest{Campaign: again.Campaign})
	f.campaign = "/campaigns/" + again.Campaign
	learner.opensUntil("/learn/"+course+"/quiz", "Bắt đầu làm bài").clicks("Bắt đầu làm bài").sees("Câu 1/10")
	f.open = strings.TrimPrefix(read[string](learner, "location.pathname"), "/attempts/")
	furnishQuizzes(t, h, f.commune) // last: it schedules a sitting, before which nobody else may begin
	return f
}

// awaitPeriod waits until a person is asked for a period of the shipped course.
func awaitPeriod(t *testing.T, learner *client, period int) {
	t.Helper()
	for until := time.Now().Add(2 * patience); ; breathe() {
		mine := must[[]enrolment.Enrolment](t, learner, "enrolment/my-enrolments", struct{}{})
		if slices.ContainsFunc(mine, func(e enrolment.Enrolment) bool { return e.Course == course && e.Period == period }) {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("period %d was not opened: %+v", period, mine)
		}
	}
}

// previews are addresses of what a trainer looks at before it is done.
func (f *furnished) previews(t *testing.T, trainer *client) {
	t.Helper()
	f.assignPreview = "/assignments?course=" + course + "&unit=" + f.commune + "&due=" + time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	f.campaignPreview = "/campaigns/new?step=3&title=Nh%E1%BA%AFc+l%E1%BA%A1i&course=" + course + "&unit=" + f.commune + "&cron=0+8+1+*/3+*&off_days=next&due_n=14&reminders=7,1&escalate_days=3"
	made := must[[]enrolment.Assignment](t, trainer, "enrolment/list-assignments", struct{}{})
	f.takeBack = "/assignments/take-back?assignment=" + made[0].ID
}

// holdsClass lets a classmate of the demo learner attend, and issues the certificate.
func (f *furnished) holdsClass(t *testing.T, h *house, trainer *client) {
	t.Helper()
	classmate := ""
	for _, x := range must[directory.PeoplePage](t, h.api("DEMO-0001"), "directory/list-people", directory.ListPeopleRequest{Unit: f.commune}).Items {
		if x.Code == "DEMO-0100" {
			f.personHours = "/unit/hours/person?person=" + x.ID
		}
		if x.Code != "DEMO-0100" && x.Code != "DEMO-0101" {
			f.excuse, classmate = "/unit/excuse?person="+x.ID+"&course="+course+"&unit="+f.commune, x.Code
		}
	}
	offerClass(t, trainer, f.commune)
	attends(t, h, classmate)
	today := clock.Local(time.Now()).Format(time.DateOnly)
	seen := awaitWaiting(t, trainer, 1)
	started := must[certification.OrderStarted](t, trainer, "certification/start-order", certification.OrderRequest{Course: orderedCourse, From: today, Through: today, Known: seen.Known})
	f.order = started.Order
	awaitOrder(t, trainer, started, func(o certification.Order) bool { return !o.Finished.IsZero() })
	f.orderPreview = "/issue?course=" + orderedCourse + "&from=" + today + "&through=" + today
}

// tellsAnother registers another system and sends it a test event.
func (f *furnished) tellsAnother(t *testing.T, h *house) {
	t.Helper()
	admin, other := h.api("DEMO-0001"), hears(t)
	done := must[webhook.Registered](t, admin, "webhook/register", webhook.RegisterRequest{Name: "Kho dữ liệu dùng chung", URL: other.url + "/nhan/su-kien/tu-nen-tang-dao-tao-cua-tinh",
		Types: []string{"khuevan.course.completed.v1", "khuevan.certificate.superseded.v1"}})
	other.knows(done.Secret)
	if d := must[webhook.Delivery](t, admin, "webhook/send-test", webhook.EndpointRequest{Endpoint: done.Endpoint}); !d.Taken() {
		t.Fatalf("the test event was not taken: %+v", d)
	}
	f.webhook = "/system/webhooks/" + done.Endpoint
}

// TestEveryPageIsAccessibleOnPhoneAndDesktop opens every page at both sizes: axe-core must find nothing, no page may be
// wider than the screen, and no script or style may be refused by the content policy.
func TestEveryPageIsAccessibleOnPhoneAndDesktop(t *testing.T) {
	t.Parallel()
	tourPages(t, func(t *testing.T, b *browser, _ screen, _ stop) {
		t.Helper()
		for _, v := range b.axe() {
			t.Error(v)
		}
		if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("the page is %d px wider than the screen", over)
		}
	})
}

// TestScreenshots takes the pictures of the documentation; see the flag.
func TestScreenshots(t *testing.T) {
	if *shots == "" {
		t.Skip("only with -screenshots=DIRECTORY")
	}
	tourPages(t, func(_ *testing.T, b *browser, s screen, at stop) {
		b.shoots(filepath.Join(*shots, at.name+"-"+s.name+".png"))
	})
}

func tourPages(t *testing.T, look func(*testing.T, *browser, screen, stop)) {
	t.Helper()
	h := open(t, together, false)
	chrome := chromium(t)
	f := furnish(chrome, t, h)
	for _, who := range tour(f) {
		for _, s := range []screen{phone(), desktop()} {
			t.Run(strings.TrimPrefix(who.role+"/"+s.name, "/"), func(t *testing.T) {
				t.Parallel()
				here := *h
				here.t = t
				b := here.visit(chrome, who.role, s)
				b.tours(t, who, func(t *testing.T, at stop) { t.Helper(); look(t, b, s, at) })
			})
		}
	}
}

// tours opens every page of a visitor, and then those that only a button leads to.
func (b *browser) tours(t *testing.T, who visitor, look func(*testing.T, stop)) {
	t.Helper()
	if who.role != "" {
		b.as(who.role)
	}
	for _, at := range who.stops {
		t.Run(at.name, func(t *testing.T) {
			b.t = t
			b.opens(at.path).sees(at.text)
			look(t, at)
		})
	}
	for _, a := range who.answers {
		t.Run(a.name, func(t *testing.T) {
			b.t = t
			b.opens(a.path).sees(a.button)
			read[bool](b, `(document.querySelectorAll("form").forEach(f => f.noValidate = true), true)`) // the server has to say it too
			b.clicks(a.button).sees(a.text)
			look(t, a.stop)
		})
	}
}
