package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
	"khuevan/services/quiz"
)

func unescape(text string) string { return html.UnescapeString(text) }

// withSeq is a path that shows what an answer did.
func withSeq(path string, a answer) string {
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	return path + join + regexp.MustCompile(`seq=\d+`).FindString(a.location)
}

// lan is the id of the demo learner.
func (h *house) lan() string {
	h.t.Helper()
	for _, p := range call(h, directory.ListPeople, directory.ListPeopleRequest{Limit: 100}).Items {
		if p.Code == "DEMO-0100" {
			return p.ID
		}
	}
	h.t.Fatal("there is no demo learner")
	return ""
}

const rulesPath = "/courses/" + course + "/quiz-rules"

// fields reads the values of a form's controls, of radios the chosen one.
func (a answer) fields() url.Values {
	all := url.Values{}
	for _, m := range regexp.MustCompile(`<input[^>]*>`).FindAllString(a.body, -1) {
		name, value := attribute(m, "name"), attribute(m, "value")
		if name == "" || strings.Contains(m, `type="radio"`) && !strings.Contains(m, "checked") {
			continue
		}
		all.Set(name, value)
	}
	return all
}

func attribute(tag, name string) string {
	if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
		return html.UnescapeString(m[1])
	}
	return ""
}

func TestAQuizIsDesignedTriedAndSaved(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	moc, nui := signIn(t, site, "DEMO-0002"), signIn(t, site, "DEMO-0004")
	page := moc.get(rulesPath)
	page.sees(t, "Số câu mỗi đề", "Nộp rồi mới chấm", "Thích ứng", "Đã đo 0 trong 44 câu", "Ma trận đề", "mat-khau")
	form := page.fields()
	if form.Get("items") != "10" || form.Get("minutes") != "20" || form.Get("pass") != "5" || form.Get("behaviour") != "deferred" || form.Get("rows") != "2" {
		t.Fatalf("the form holds %v", form)
	}
	form.Set("tags-0", "IU14, mat-khau")
	form.Set("items-0", "7")
	form.Set("unseen", "1")
	tried := moc.post(rulesPath+"/try", form)
	tried.sees(t, "Thử xong, chưa lưu", "Dòng 1 (IU14, mat-khau)", `value="IU14, mat-khau"`, "mat-khau: ")
	form.Set("more", "1")
	moc.post(rulesPath+"/try", form).sees(t, `id="tags-3"`)
	form.Del("more")
	form.Set("items", "5")
	moc.post(rulesPath+"/try", form).sees(t, "Quy tắc này chưa lưu được", "nhiều hơn số câu của bài")
	refused := moc.post(rulesPath, form)
	refused.refused(t, http.StatusUnprocessableEntity, "Quy tắc kiểm tra chưa hợp lệ", `id="blueprint-error"`)
	form.Set("items", "mười")
	moc.post(rulesPath, form).refused(t, http.StatusUnprocessableEntity, `id="items-error"`, "“mười” không phải là số", `value="mười"`)
	form.Set("items", "10")
	form.Set("items-0", "3")
	form.Set("pass", "6,5")
	form.Set("behaviour", "immediate")
	form.Set("tries", "2")
	form.Set("try_penalty", "33.3")
	form.Set("fixed", "yes")
	saved := moc.post(rulesPath, form)
	saved.leads(t, rulesPath+"?did=rules")
	after := moc.get(saved.location)
	after.sees(t, "Đã lưu thiết kế bài kiểm tra", "Hoàn tác")
	before, held, _ := strings.Cut(after.body, "</form>")
	for !strings.Contains(before, "Hoàn tác") {
		before, held, _ = strings.Cut(held, "</form>")
	}
	undo := answer{body: before}.fields()
	if got := (answer{body: held}).fields(); got.Get("pass") != "6.5" || got.Get("behaviour") != "immediate" || got.Get("try_penalty") != "33.3" || got.Get("fixed") != "yes" || got.Get("revision") != "1" || got.Get("tags-0") != "IU14, mat-khau" {
		t.Errorf("saved as %v", got)
	}
	back := moc.post(rulesPath, undo)
	back.leads(t, rulesPath+"?did=rules")
	h.Settle()
	if got := call(h, quiz.GetRules, quiz.GetRulesRequest{Course: course}).Rules; got.Pass != 5 || got.Behaviour != "" || got.Blueprint != nil || got.Fixed {
		t.Errorf("taken back to %+v", got)
	}
	form.Set("items-0", "7") // thin again
	form.Set("behaviour", "deferred")
	form.Set("revision", "2")
	form.Set("request", "Y"+form.Get("request"))
	moc.get(moc.post(rulesPath, form).location).sees(t, "Đã lưu")
	form.Set("revision", "1")
	form.Set("minutes", "45")
	form.Set("request", "X"+form.Get("request"))
	nui.post(rulesPath, form).refused(t, http.StatusConflict, "Quy tắc vừa được người khác sửa", `value="45"`)
	form.Set("behaviour", "adaptive")
	nui.post(rulesPath, form).refused(t, http.StatusUnprocessableEntity, `id="adaptive-error"`)
	moc.get("/courses/khac/quiz-rules").sees(t, "Khóa học này chưa có bài kiểm tra")
	moc.get(bank).sees(t, "Ngân hàng còn mỏng")
}

func TestTheFormOfRulesSaysWhatTheRulesSay(t *testing.T) {
	h := newHouse(t)
	want := events.QuizRules{Items: 12, Pass: 7.25, Minutes: 33, Attempts: 0, Behaviour: quiz.Adaptive, Unseen: 2, CoolingHours: 24, GraceSeconds: 60, Tries: 3, TryPenalty: 0.1,
		Blueprint: []events.BlueprintRow{{Tags: []string{"mat-khau"}, Items: 2, MinDifficulty: 0.15, MaxDifficulty: 0.45}, {Tags: []string{"su-co", "IU14"}, Items: 1}},
		Adaptive:  &events.AdaptiveRules{Least: 5, Most: 12, Confidence: 0.95}}
	now := call(h, quiz.GetRules, quiz.GetRulesRequest{Course: course})
	call(h, quiz.ReviseQuiz, quiz.ReviseQuizRequest{Course: course, Version: now.Version, Revision: now.Revision, Rules: want})
	h.Settle()
	moc := signIn(t, h.open(), "DEMO-0002")
	form := moc.get(rulesPath).fields()
	done := moc.post(rulesPath, form)
	done.leads(t, rulesPath+"?did=rules")
	if got := moc.get(done.location).fields(); got.Get("revision") != "1" {
		t.Errorf("saving what stands there decides something: %v", got)
	}
}

func TestASittingIsScheduledAndCancelledAndScheduledAnew(t *testing.T) {
	h := newHouse(t)
	moc := signIn(t, h.open(), "DEMO-0002")
	at := "/courses/" + course + "/sittings"
	page := moc.get(at)
	page.sees(t, "Chưa có kỳ thi nào", "Lên lịch một kỳ thi")
	form := url.Values{"request": {page.request(t)}, "opens": {"2026-11-25T09:00"}, "closes": {"2026-11-25T08:00"}}
	moc.post(at, form).refused(t, http.StatusUnprocessableEntity, `id="closes-error"`, `value="2026-11-25T09:00"`)
	form.Set("opens", "25/11")
	moc.post(at, form).refused(t, http.StatusUnprocessableEntity, `id="opens-error"`)
	form.Set("opens", "2026-11-25T09:00")
	form.Set("closes", "2026-11-25T10:30")
	done := moc.post(at, form)
	if done.status != http.StatusSeeOther {
		t.Fatalf("schedule: %d\n%s", done.status, done.body)
	}
	shown := moc.get(done.location)
	shown.sees(t, "Đã lên lịch kỳ thi", "Hoàn tác", "25/11/2026 09:00", "25/11/2026 10:30", "Sắp mở", "chưa")
	all := call(h, quiz.ListSittings, quiz.ListSittingsRequest{Course: course})
	if want := time.Date(2026, 11, 25, 2, 0, 0, 0, time.UTC); len(all) != 1 || !all[0].Opens.Equal(want) {
		t.Errorf("got %+v, want an opening at %v", all, want)
	}
	cancel := url.Values{"request": {shown.request(t)}, "sitting": {all[0].Sitting}, "opens": {"2026-11-25T09:00"}, "closes": {"2026-11-25T10:30"}}
	gone := moc.post(at+"/cancel", cancel)
	page = moc.get(gone.location)
	page.sees(t, "Đã hủy kỳ thi", "Hoàn tác", `name="opens" value="2026-11-25T09:00"`)
	cancel.Set("sitting", "khong-co")
	if a := moc.post(at+"/cancel", cancel); a.status != http.StatusNotFound {
		t.Errorf("an unknown sitting: %d", a.status)
	}
	moc.get("/courses/khac/sittings").sees(t, "chưa có bài kiểm tra")
}

func TestExtraTimeIsGivenToWhoeverIsFound(t *testing.T) {
	h := newHouse(t)
	moc := signIn(t, h.open(), "DEMO-0002")
	at := "/courses/" + course + "/extra-time"
	moc.get(at).sees(t, "Chưa có ai được cộng giờ", "Tìm người")
	unit := h.unit("MN")
	found := moc.get(at + "?unit=" + unit + "&name=lan+CHI")
	found.sees(t, "Nguyễn Thị Lan Chi", "DEMO-0100", "Xã Đỉnh Mây")
	found.hides(t, "Trần Gió Thu", "lan.chi@mayngan.example")
	moc.get(at+"?unit="+unit+"&name=khong+ai").sees(t, "Không tìm thấy ai")
	lan := h.lan()
	form := url.Values{"request": {found.request(t)}, "unit": {unit}, "name": {"lan chi"}, "person": {lan}, "percent": {"300"}}
	moc.post(at, form).refused(t, http.StatusUnprocessableEntity, `id="percent-error"`, `value="300"`, "Nguyễn Thị Lan Chi")
	form.Set("percent", "một nửa")
	moc.post(at, form).refused(t, http.StatusUnprocessableEntity, `id="percent-error"`)
	form.Set("percent", "50")
	form.Del("person")
	moc.post(at, form).refused(t, http.StatusUnprocessableEntity, "Hãy chọn một người")
	form.Set("person", lan)
	done := moc.post(at, form)
	done.leads(t, at+"?did=granted&person="+lan)
	granted := moc.get(done.location)
	granted.sees(t, "Đã ghi thời gian cộng thêm", "Hoàn tác", "Nguyễn Thị Lan Chi", "50%", "Khóa học này")
	back := moc.post(at, url.Values{"request": {granted.request(t)}, "person": {lan}, "percent": {"0"}, "was": {"50"}})
	moc.get(back.location).sees(t, "Chưa có ai được cộng giờ", `name="percent" value="50"`)
}

func TestAProctorSeesWhatHappenedAndExtends(t *testing.T) {
	h := newHouse(t)
	moc := signIn(t, h.open(), "DEMO-0002")
	at := "/courses/" + course + "/attempts"
	moc.get(at).sees(t, "Hiện không có ai đang làm bài", `sse-connect="/live?of=quiz"`)
	moc.get(at+"?state=closed").sees(t, "Chưa có lượt nào được nộp")
	lan := h.lan()
	started, err := quiz.StartAttempt.Call(h.As(lan), h.Client, quiz.StartAttemptRequest{Course: course, Device: "maymot"})
	if err != nil {
		t.Fatal(err)
	}
	q := started.Questions[0]
	for _, device := range []string{"maymot", "mayhai"} {
		h.Clock.Advance(time.Minute)
		if _, err := quiz.SaveAnswer.Call(h.As(lan), h.Client, quiz.SaveAnswerRequest{Attempt: started.Attempt, Item: q.Item, Choice: nilOr(q, device), Device: device,
			Given: h.Clock.Now().Add(-20 * time.Second), Seconds: 40}); err != nil {
			t.Fatal(err)
		}
		if _, err := quiz.Observe.Call(h.As(lan), h.Client, quiz.ObserveRequest{Attempt: started.Attempt, What: quiz.SawLeft, Device: device}); err != nil {
			t.Fatal(err)
		}
	}
	h.Settle()
	moc.get(at).sees(t, "Lượt đang làm", "<dd>1</dd>", "Nguyễn Thị Lan Chi", "/trails/"+started.Attempt)
	part := moc.get(at + "?part=1")
	part.shows(t, `id="open"`, "Nguyễn Thị Lan Chi")
	part.hides(t, "<html")
	trail := "/trails/" + started.Attempt
	page := moc.get(trail)
	page.sees(t, "Lượt làm bài của Nguyễn Thị Lan Chi", "Bắt đầu làm bài", "Rời trang làm bài", "đổi thiết bị", "Máy 1", "Máy 2", "is-moved", "đến sau 20s", "sau 40 giây", "Gia hạn lượt này")
	form := url.Values{"request": {page.request(t)}, "minutes": {"0"}, "reason": {"technical"}}
	moc.post(trail+"/extend", form).refused(t, http.StatusUnprocessableEntity, `id="minutes-error"`)
	form.Set("minutes", "mười")
	moc.post(trail+"/extend", form).refused(t, http.StatusUnprocessableEntity, `id="minutes-error"`)
	form.Set("minutes", "10")
	form.Set("reason", "")
	moc.post(trail+"/extend", form).refused(t, http.StatusUnprocessableEntity, `id="reason-error"`)
	form.Set("reason", "technical")
	done := moc.post(trail+"/extend", form)
	done.leads(t, trail+"?did=extended")
	moc.get(done.location).sees(t, "Đã gia hạn lượt làm bài", "Gia hạn 10 phút (sự cố kỹ thuật), bởi Trần Hoa Mộc")
	if _, err := quiz.SubmitAttempt.Call(h.As(lan), h.Client, quiz.SubmitAttemptRequest{Attempt: started.Attempt}); err != nil {
		t.Fatal(err)
	}
	_, err = quiz.SaveAnswer.Call(h.As(lan), h.Client, quiz.SaveAnswerRequest{Attempt: started.Attempt, Item: q.Item, Choice: []string{q.Choices[len(q.Choices)-1].ID}, Device: "mayhai"})
	if err == nil {
		t.Error("an answer to a closed attempt counts")
	}
	h.Settle()
	closed := moc.get(trail)
	closed.sees(t, "Nộp bài, điểm", "đến muộn, không tính", "is-late")
	closed.hides(t, "Gia hạn lượt này")
	form.Set("request", form.Get("request")+"X")
	moc.post(trail+"/extend", form).refused(t, http.StatusConflict, "Bài đã đóng")
	moc.get(at+"?state=closed").sees(t, "Nguyễn Thị Lan Chi", "Không đạt")
	if a := moc.get("/trails/x_y_1_1"); a.status != http.StatusNotFound {
		t.Errorf("an unknown attempt: %d", a.status)
	}
}

// nilOr is another choice for each device, so that both answers are kept.
func nilOr(q quiz.Question, device string) []string {
	if device == "maymot" {
		return []string{q.Choices[0].ID}
	}
	return []string{q.Choices[1].ID}
}

func TestPagesAroundAQuizAreForTrainers(t *testing.T) {
	h := newHouse(t)
	lan := signIn(t, h.open(), "DEMO-0100")
	at := "/courses/" + course
	for _, path := range []string{at + "/quiz-rules", at + "/sittings", at + "/extra-time", at + "/attempts", at + "/attempts?part=1", "/trails/x_y_1_1"} {
		if a := lan.get(path); a.status != http.StatusForbidden {
			t.Errorf("a learner gets %s: %d", path, a.status)
		}
	}
	form := url.Values{"items": {"10"}, "minutes": {"20"}, "opens": {"2026-11-25T09:00"}, "closes": {"2026-11-25T10:00"}, "sitting": {"x"}, "person": {"x"}, "percent": {"50"}, "reason": {"other"}}
	for _, path := range []string{"/quiz-rules", "/quiz-rules/try", "/sittings", "/sittings/cancel", "/extra-time"} {
		if a := lan.post(at+path, form); a.status != http.StatusForbidden {
			t.Errorf("a learner posts %s: %d", path, a.status)
		}
	}
	if a := lan.post("/trails/x_y_1_1/extend", url.Values{"minutes": {"5"}, "reason": {"other"}}); a.status != http.StatusForbidden {
		t.Errorf("a learner extends: %d", a.status)
	}
	_, err := directory.NamePeople.Call(h.As("lan", rpc.Grant{Role: events.RoleHead}), h.Client, directory.NamePeopleRequest{Unit: "x"})
	if err == nil {
		t.Error("a head of a unit names people of all")
	}
	heard := h.denials()
	for _, method := range []string{"quiz.get-rules", "quiz.revise-quiz", "quiz.list-sittings", "quiz.list-attempts", "quiz.get-trail", "quiz.extend-deadline"} {
		if !slices.Contains(heard, h.lan()+" "+method) {
			t.Errorf("nobody heard that %s was denied: %v", method, heard)
		}
	}
}
