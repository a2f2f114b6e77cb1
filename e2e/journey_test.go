package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"khuevan/services/quiz"
	"khuevan/services/scheduler"
)

const (
	course      = "attt-co-ban"
	courseTitle = "An toàn thông tin cơ bản cho cán bộ, công chức"
	commune     = "Xã Đỉnh Mây"
	lan         = "Nguyễn Thị Lan Chi"
)

// as signs a demo person in by the button of a role.
func (b *browser) as(role string) *browser {
	b.t.Helper()
	return b.opens("/sign-in").clicks(role).sees("Đăng xuất")
}

// agrees answers yes to whatever a page asks before it acts.
func (b *browser) agrees() *browser {
	b.t.Helper()
	read[bool](b, `(window.confirm = () => true, true)`)
	return b
}

// opensUntil loads a page again and again until a text is there: what others did takes a moment to arrive.
func (b *browser) opensUntil(path, text string) *browser {
	b.t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		b.opens(path)
		if read[bool](b, `document.body.innerText.normalize().includes(`+js(text)+`)`) {
			return b
		}
		if time.Now().After(until) {
			b.t.Fatalf("%s never sees “%s”\n%s", b.who, text, b.where())
		}
	}
}

// stat reads a number of the unit page.
func stat(name string) string {
	return `[...document.querySelectorAll(".stat")].find(s => s.querySelector("dt").innerText.normalize() === ` + js(name) + `)?.querySelector("dd").firstChild.textContent`
}

// TestTheWholeJourney is one civil servant's way through every service, in both topologies.
func TestTheWholeJourney(t *testing.T) {
	for _, top := range topologies() {
		t.Run(string(top), func(t *testing.T) {
			h := openAs(t, raced(t), top, true)
			chrome := chromium(t)
			admin := h.visit(chrome, "admin", desktop()).as("Quản trị hệ thống")
			importsTheProvince(t, admin)
			trainer := h.visit(chrome, "trainer", desktop()).as("Người phụ trách đào tạo")
			publishesAndAssigns(trainer)
			head := h.visit(chrome, "head", desktop()).as("Thủ trưởng đơn vị")
			head.opensUntil("/unit", lan).until("nobody completed yet", stat("Hoàn thành")+` === "0"`)

			learner := h.visit(chrome, "Lan", phone()).as("Cán bộ học viên")
			attempt := studiesAndPasses(t, h, learner)
			head.until("the number change without reloading", stat("Hoàn thành")+` === "1"`)
			code := seesTheCertificate(t, learner)
			h.visit(chrome, "a visitor", phone()).opens("/verify/" + code).sees(lan).sees(courseTitle).sees("Chữ ký khớp với toàn bộ nội dung")

			head.opens("/attempts/" + attempt).misses("Câu 1/10").sees("Không thực hiện được")
			admin.opensUntil("/system/denials", "quiz.get-attempt")

			campaignFiresOnce(t, h, trainer)
			learner.opensUntil("/inbox", "Thông báo tham gia khóa học").opens("/mail").sees("lan.chi")
			downloadsTheReport(t, h.visit(chrome, "analyst", desktop()))
			admin.opens("/system").sees("Không có sự kiện nào đang chờ").sees("Không có thư nào cần xem lại")
			if out, code := h.command("verify"); code != 0 {
				t.Errorf("verify exits with %d:\n%s", code, out)
			}
		})
	}
}

// importsTheProvince first meets a malformed file, then takes the demo province over.
func importsTheProvince(t *testing.T, admin *browser) {
	t.Helper()
	bad := writeFile(t, t.TempDir(), "people.csv", "code,name,email,birth_year,unit,post,roles\n"+
		"TEST-1,Lê Sao Hôm,sao.hom@mayngan.example,1980,MN-SKHCN,officer,learner\n"+
		"TEST-2,Trần Mây Chiều,khong-phai-thu,1980,MN-SKHCN,officer,learner\n"+
		"TEST-3,Vũ Gió Ngàn,gio.ngan@mayngan.example,1980,KHONG-CO,officer,learner\n")
	admin.opens("/import").uploads("#people", bad).clicks("Xem trước").
		sees("Các dòng có lỗi").sees("khong-phai-thu").sees("KHONG-CO").sees("Lê Sao Hôm").
		opens("/people").misses("Lê Sao Hôm")
	demo := filepath.Join(root(t), "content", "demo")
	admin.opens("/import").uploads("#units", filepath.Join(demo, "units.csv")).uploads("#people", filepath.Join(demo, "people.csv")).
		clicks("Xem trước").sees("299").clicks("Xác nhận nhập").sees("Đã nhập dữ liệu").opens("/people").sees(commune)
}

func publishesAndAssigns(trainer *browser) {
	trainer.t.Helper()
	trainer.opens("/courses").sees("Chưa có khóa học nào").clicks("Xuất bản").sees("Đã xuất bản khóa học").sees(courseTitle)
	trainer.opensUntil("/assignments", "Giao một khóa học").fills("Khóa học", courseTitle).fills("Đơn vị", commune).
		clicks("Xem trước").sees("Sẽ được ghi danh").clicks("Giao học").sees("Đã giao khóa học")
}

// studiesAndPasses reads every lesson and answers every question rightly, on a phone.
func studiesAndPasses(t *testing.T, h *house, learner *browser) (attempt string) {
	t.Helper()
	learner.opensUntil("/learn", courseTitle).opensUntil("/learn", "Bắt đầu bài 1").clicks("Bắt đầu bài 1")
	for n := 1; ; n++ {
		learner.sees(fmt.Sprintf("Bài %d/", n))
		last := read[bool](learner, `!document.body.innerText.includes("Bài sau")`)
		if last {
			learner.clicks("Tôi đã học xong bài này")
			break
		}
		learner.clicks("Đã học xong, sang bài tiếp theo")
	}
	learner.opens("/learn/" + course + "/quiz").clicks("Bắt đầu làm bài").sees("Câu 1/10")
	keys := keysOf(t, h)
	for n := 1; n <= 10; n++ {
		learner.opens(fmt.Sprintf("%s?q=%d", read[string](learner, "location.pathname"), n))
		answers(learner, keys)
	}
	learner.presses("Lưu và xem lại bài").sees("Bạn đã trả lời 10/10 câu").agrees().clicks("Nộp bài").sees("Đạt. Điểm của bạn: 10/10")
	return strings.TrimPrefix(read[string](learner, "location.pathname"), "/attempts/")
}

// answers picks the right choices of the question on the page; each is saved as it is picked.
func answers(b *browser, keys map[string][]string) {
	b.t.Helper()
	const shown = `document.querySelector("section[data-item]:not([hidden])")`
	item := read[string](b, shown+`.dataset.item`)
	for _, choice := range keys[item] {
		read[bool](b, `(`+shown+`.querySelector("input[name=choice][value=`+choice+`]").click(), true)`)
	}
	b.until("the answer to be saved", shown+`.querySelector(".saved").dataset.state === "done"`)
}

// keysOf learns the right answers as a trainer may.
func keysOf(t *testing.T, h *house) map[string][]string {
	t.Helper()
	keys := map[string][]string{}
	for _, item := range must[[]quiz.Item](t, h.api("DEMO-0002"), "quiz/list-items", quiz.ListItemsRequest{Course: course}) {
		for _, c := range item.Choices {
			if c.Key {
				keys[item.Item] = append(keys[item.Item], c.ID)
			}
		}
	}
	return keys
}

func seesTheCertificate(t *testing.T, learner *browser) (code string) {
	t.Helper()
	learner.sees("Mở bản PDF") // it appears by itself on the result page
	code = regexp.MustCompile(`KV-\d{4}(-[0-9A-Z]{4}){3}`).FindString(learner.opensUntil("/certificates", "KV-").page())
	if code == "" {
		t.Fatalf("no certificate number on the page\n%s", learner.where())
	}
	kind, pdf := learner.fetches("/certificates/" + code + "/pdf")
	if kind != "200 application/pdf" || !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 10_000 {
		t.Errorf("the PDF is %s of %d bytes", kind, len(pdf))
	}
	again, second := learner.fetches("/certificates/" + code + "/pdf")
	if again != kind || !bytes.Equal(pdf, second) {
		t.Error("the PDF differs when it is asked for again")
	}
	return code
}

// page gives the text of the page.
func (b *browser) page() string { return read[string](b, `document.body.innerText`) }

// campaignFiresOnce schedules a refresher for the next full minute and counts its ticks.
func campaignFiresOnce(t *testing.T, h *house, trainer *browser) {
	t.Helper()
	trainer.opens("/campaigns").clicks("Lập đợt mới").fills("Tên đợt", "Nhắc lại hằng phút").fills("Khóa học", courseTitle).fills("Đơn vị", commune).clicks("Tiếp tục")
	unfold(trainer).fills("Lặp lại", "theo biểu thức cron").fills("Biểu thức", "* * * * *").clicks("Chạy thử").sees("Năm kỳ tới").clicks("Lên lịch").sees("Đã lên lịch đợt nhắc học")
	awaitTick(t, h)
	trainer.opens("/campaigns").clicks("Nhắc lại hằng phút").agrees().clicks("Dừng hẳn").sees("Đã dừng đợt nhắc học")
	if n := ticks(t, h); n > 2 {
		t.Errorf("%d ticks within two minutes", n)
	}
}

// awaitTick waits until the only campaign has fired.
func awaitTick(t *testing.T, h *house) {
	t.Helper()
	trainer := h.api("DEMO-0002")
	for until := time.Now().Add(2 * time.Minute); ; breathe() {
		all := must[[]scheduler.Campaign](t, trainer, "scheduler/list-campaigns", struct{}{})
		if len(all) == 1 && all[0].Ticks > 0 {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("the campaign did not fire within two minutes: %+v", all)
		}
	}
}

// ticks counts the campaign's ticks and fails when a due time has two.
func ticks(t *testing.T, h *house) int {
	t.Helper()
	seen := map[string]int{}
	for _, r := range h.journal(t) {
		if r.Type != "scheduler.campaign-ticked.v1" {
			continue
		}
		var d struct {
			Due string `json:"due"`
		}
		if err := json.Unmarshal(r.Data, &d); err != nil {
			t.Fatal(err)
		}
		if seen[d.Due]++; seen[d.Due] > 1 {
			t.Errorf("due %s was ticked twice", d.Due)
		}
	}
	return len(seen)
}

func downloadsTheReport(t *testing.T, analyst *browser) {
	t.Helper()
	analyst.as("Chuyên viên tổng hợp báo cáo").opens("/report").sees(commune).clicks("Đếm lại").sees("Mọi con số đều khớp với sổ sự kiện").opens("/report")
	kind, body := analyst.fetches("/report/competency.xlsx")
	if !strings.HasPrefix(kind, "200 application/vnd.openxmlformats") {
		t.Fatalf("the report is %s", kind)
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close() //nolint:errcheck // only read
	rows, err := book.GetRows("Chi tiết")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if strings.Contains(strings.Join(r, "|"), lan) {
			return
		}
	}
	t.Errorf("%s is not in the report of %d rows", lan, len(rows))
}
