package portal_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/quiz"
)

// itemsOf lists the questions of an attempt's page, in their order.
func itemsOf(a answer) (all []string) {
	for _, m := range regexp.MustCompile(`name="item" value="([^"]+)"`).FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1])
	}
	return all
}

// secret stands in every explanation of the bank of all kinds, and nowhere else.
const secret = "Bí mật"

func choice(id, text string, key bool) events.Choice {
	return events.Choice{ID: id, Text: text, Key: key, Explanation: secret + " " + id}
}

// everyKind is a bank with one question of each kind.
func everyKind(digest string) map[string]events.ItemContent {
	typed := func(kind string, a events.Answer) []events.Gap {
		a.Explanation = secret
		return []events.Gap{{ID: "1", Kind: kind, Answers: []events.Answer{a}}}
	}
	return map[string]events.ItemContent{
		"k-single": {Kind: item.Single, Stem: "Chọn một. ![Sơ đồ mạng](picture:" + digest + ")", Choices: []events.Choice{choice("a", "**một**", true), choice("b", "hai", false)}},
		"k-multi":  {Kind: item.Multiple, Stem: "Chọn nhiều.", Choices: []events.Choice{choice("a", "một", true), choice("b", "hai", true), choice("c", "ba", false)}},
		"k-true":   {Kind: item.TrueFalse, Stem: "Đúng không?", Choices: []events.Choice{choice("a", "Đúng", true), choice("b", "Sai", false)}},
		"k-match": {Kind: item.Matching, Stem: "Ghép.", Choices: []events.Choice{{ID: "a", Text: "`một`"}, {ID: "b", Text: "hai"}, {ID: "c", Text: "ba"}},
			Prompts: []events.Prompt{{ID: "1", Text: "Dòng thứ nhất", Match: "a", Explanation: secret}, {ID: "2", Text: "Dòng thứ hai", Match: "b", Explanation: secret}}},
		"k-order": {Kind: item.Ordering, Stem: "Xếp.", Choices: []events.Choice{choice("a", "Bước đầu", false), choice("b", "Bước giữa", false), choice("c", "Bước cuối", false)}},
		"k-num":   {Kind: item.Numeric, Stem: "Bao nhiêu?", Gaps: typed(item.GapNumeric, events.Answer{Value: 4.25, Tolerance: 0.01})},
		"k-text":  {Kind: item.ShortText, Stem: "Từ gì?", Gaps: typed(item.GapText, events.Answer{Text: "khóa"})},
		"k-cloze": {Kind: item.Cloze, Stem: "Mật khẩu cần {{1}} và **không** {{2}}.", Gaps: []events.Gap{
			{ID: "1", Kind: item.GapText, Answers: []events.Answer{{Text: "dài", Explanation: secret}}},
			{ID: "2", Kind: item.GapChoice, Choices: []events.Choice{choice("a", "chia sẻ", true), choice("b", "đổi", false)}}}},
	}
}

// examined is a house whose quiz asks every question of a bank, by the rules that change gives.
func examined(t *testing.T, bank map[string]events.ItemContent, change func(*events.QuizRules)) (*house, *reader) {
	t.Helper()
	h := bareHouse(t)
	call(h, catalog.PublishCourse, catalog.PublishCourseRequest{Package: call(h, catalog.ListPackages, rpc.Empty{})[0].Name})
	for id, content := range bank {
		content.Tags, content.Feedback = []string{"IU14", "chu-de"}, secret+" chung"
		h.Append("quiz.item."+course+"-"+id, events.ItemWritten{Course: course, Item: id, Version: 1, ItemContent: content})
	}
	h.Settle()
	old := call(h, quiz.GetRules, quiz.GetRulesRequest{Course: course})
	rules := old.Rules
	rules.Items = len(bank)
	change(&rules)
	call(h, quiz.ReviseQuiz, quiz.ReviseQuizRequest{Course: course, Version: old.Version, Revision: old.Revision, Rules: rules})
	call(h, enrolment.AssignCourse, enrolment.AssignCourseRequest{Course: course, Unit: h.unit("MN"), Due: h.Clock.Now().Add(10 * 24 * time.Hour)})
	h.Settle()
	return h, signIn(t, h.open(), "DEMO-0100")
}

// started begins an attempt and gives its path.
func started(t *testing.T, lan *reader) string {
	t.Helper()
	page := lan.get("/learn/" + course + "/quiz")
	begun := lan.post("/learn/"+course+"/quiz", url.Values{"request": {page.request(t)}})
	at, err := url.Parse(begun.location)
	if err != nil || begun.status != http.StatusSeeOther {
		t.Fatalf("start: %d %q %s", begun.status, begun.location, begun.body)
	}
	return at.Path
}

// optionOf is the id under which a text is offered on the part of a page that begins with a mark.
func optionOf(t *testing.T, a answer, from, text string) string {
	t.Helper()
	_, part, ok := strings.Cut(a.body, from)
	m := regexp.MustCompile(`<option value="([^"]+)"[^>]*>` + text + `</option>`).FindStringSubmatch(part)
	if !ok || m == nil {
		t.Fatalf("“%s” is not offered after “%s”", text, from)
	}
	return m[1]
}

// placeOf is the name of the field in which an entry gets its place.
func placeOf(t *testing.T, a answer, text string) string {
	t.Helper()
	m := regexp.MustCompile(`class="text">` + text + `</span>.*?name="(place-[^"]+)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no place for “%s”", text)
	}
	return m[1]
}

// rightForms fills the form of each kind with the right answer, by item.
func rightForms(t *testing.T, p answer) map[string]url.Values {
	t.Helper()
	row := func(from, text string) []string { return []string{optionOf(t, p, from, text)} }
	return map[string]url.Values{
		"k-single": {"choice": {"a"}}, "k-multi": {"choice": {"a", "b"}}, "k-true": {"choice": {"a"}},
		"k-match": {"row-1": row("Dòng thứ nhất", "một"), "row-2": row("Dòng thứ hai", "hai")},
		"k-order": {placeOf(t, p, "Bước đầu"): {"1"}, placeOf(t, p, "Bước giữa"): {"2"}, placeOf(t, p, "Bước cuối"): {"3"}},
		"k-num":   {"row-1": {"4,25"}}, "k-text": {"row-1": {" khóa "}},
		"k-cloze": {"row-1": {"dài"}, "row-2": row("Mật khẩu cần", "chia sẻ")},
	}
}

func deferred(r *events.QuizRules) { r.Behaviour = quiz.Deferred }

func TestEveryKindIsAnsweredWithoutScripts(t *testing.T) {
	digest := strings.Repeat("ab", 32)
	h, lan := examined(t, everyKind(digest), deferred)
	lan.get("/learn/"+course+"/quiz").sees(t, "8 câu hỏi", "Bạn biết kết quả và lời giải thích sau khi nộp bài")
	attempt := started(t, lan)
	page := lan.get(attempt + "?q=1")
	page.sees(t, "Câu 1/8", `<img src="/pictures/`+digest+`" alt="Sơ đồ mạng" loading="lazy">`, "<strong>một</strong>", `inputmode="decimal"`, "Ô 1", "Ô 2")
	page.hides(t, secret, "is-right", "{{1}}")
	if got := strings.Count(page.body, "<section class=\"q\"") - strings.Count(page.body, `aria-labelledby="at" hidden><form`); got != 1 {
		t.Errorf("%d questions are shown", got)
	}
	right := rightForms(t, page)
	order := itemsOf(page)
	for i, id := range order {
		form := right[id]
		form.Set("item", id)
		form.Set("q", fmt.Sprint(i+1))
		form.Set("go", fmt.Sprint(i+2))
		lan.post(attempt+"/answers", form).leads(t, fmt.Sprintf("%s?q=%d", attempt, i+2))
	}
	full := lan.get(attempt + "?q=review")
	full.sees(t, "Bạn đã trả lời 8/8 câu", ` value="4,25"`, ` value="khóa"`, ` value="dài"`)
	full.hides(t, secret)

	wrong := url.Values{placeOf(t, page, "Bước đầu"): {"1"}, placeOf(t, page, "Bước giữa"): {"1"}, placeOf(t, page, "Bước cuối"): {""}, "item": {"k-order"}, "q": {"1"}}
	if a := lan.post(attempt+"/answers", wrong); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Mỗi mục cần một thứ tự riêng, từ 1 đến 3. Chưa mục nào có thứ tự 2.") {
		t.Errorf("one place for two entries: %d", a.status)
	}
	flag := url.Values{"item": {order[2]}, "q": {"3"}, "flag": {"1"}}
	for name, values := range right[order[2]] {
		flag[name] = values
	}
	flag.Del("go")
	lan.post(attempt+"/answers", flag).leads(t, attempt+"?q=3")
	lan.get(attempt+"?q=3").sees(t, "is-flagged", `aria-pressed="true"`)

	done := lan.post(attempt+"/submit", url.Values{"request": {full.request(t)}})
	result := lan.get(done.location)
	result.sees(t, "Đạt. Điểm của bạn:", "10/10", secret, secret+" chung", "bạn xếp đúng", "[Ô 1]", "Bạn trả lời", "4,25")
	result.hides(t, "badge-bad", "{{1}}")
	h.Settle()
}

func TestWhatIsWrongIsShownRowByRow(t *testing.T) {
	_, lan := examined(t, everyKind(strings.Repeat("ab", 32)), deferred)
	attempt := started(t, lan)
	page := lan.get(attempt)
	for id, form := range map[string]url.Values{
		"k-match": {"row-1": {optionOf(t, page, "Dòng thứ nhất", "ba")}},
		"k-order": {placeOf(t, page, "Bước đầu"): {"1"}, placeOf(t, page, "Bước giữa"): {"3"}, placeOf(t, page, "Bước cuối"): {"2"}},
		"k-num":   {"row-1": {"rất nhiều"}},
		"k-cloze": {"row-1": {"<b>ngắn</b>"}},
		"k-multi": {"choice": {"a"}}, "k-true": {"choice": {"b"}},
	} {
		form.Set("item", id)
		if a := lan.post(attempt+"/answers", form); a.status != http.StatusSeeOther {
			t.Errorf("%s: %d %s", id, a.status, a.body)
		}
	}
	again := lan.get(attempt + "?q=1")
	again.sees(t, "&lt;b&gt;ngắn&lt;/b&gt;")
	lan.post(attempt+"/submit", url.Values{"request": {again.request(t)}})
	lan.get(attempt).sees(t, "Chưa đạt", "Đúng: vị trí 2; bạn xếp ở vị trí 3", "rất nhiều", "Chưa trả lời", "Không đúng, bạn đã chọn", "Đúng một phần", "&lt;b&gt;ngắn&lt;/b&gt;")
}

func TestAnAnswerIsCheckedAtOnce(t *testing.T) {
	_, lan := examined(t, everyKind(strings.Repeat("ab", 32)), func(r *events.QuizRules) { r.Behaviour, r.Tries, r.TryPenalty = quiz.Immediate, 2, 0.5 })
	lan.get("/learn/"+course+"/quiz").sees(t, "“Kiểm tra”", "tối đa 2 lần", "bị trừ 50% điểm của câu")
	attempt := started(t, lan)
	page := lan.get(attempt)
	n := slices.Index(itemsOf(page), "k-single") + 1
	at := fmt.Sprintf("%s?q=%d", attempt, n)
	form := func(choice string) url.Values {
		return url.Values{"item": {"k-single"}, "q": {fmt.Sprint(n)}, "choice": {choice}, "check": {"1"}}
	}
	lan.post(attempt+"/answers", form("b")).leads(t, at)
	first := lan.get(at)
	first.sees(t, "chưa đúng hoàn toàn. Còn 1 lần thử")
	first.hides(t, secret)
	changed := form("a")
	changed.Del("check")
	lan.post(attempt+"/answers", changed)
	lan.get(at).hides(t, secret, "notice-ok")
	part := form("a")
	part.Set("all", "8")
	found := lan.post(attempt+"/answers", part, "HX-Request", "true")
	found.shows(t, "Đúng.", secret, "data-final", `id="q`+fmt.Sprint(n)+`"`)
	found.hides(t, "<html", `name="choice"`)
	lan.get(at).sees(t, "Đúng.", secret, "Đáp án đúng, bạn đã chọn")
	if a := lan.post(attempt+"/answers", form("b")); a.status != http.StatusConflict {
		t.Errorf("a final answer was changed: %d", a.status)
	}
}

func TestCertaintyIsAskedAndWeighsTheMark(t *testing.T) {
	bank := everyKind(strings.Repeat("ab", 32))
	_, lan := examined(t, map[string]events.ItemContent{"k-single": bank["k-single"], "k-true": bank["k-true"]}, func(r *events.QuizRules) { r.Behaviour = quiz.Certainty })
	lan.get("/learn/"+course+"/quiz").sees(t, "bạn cho biết mình chắc đến đâu", "đúng được 1 điểm, sai bị trừ 2 điểm")
	attempt := started(t, lan)
	lan.get(attempt).sees(t, "Bạn chắc đến đâu", "Chưa chắc", "Khá chắc", "Rất chắc")
	lan.post(attempt+"/answers", url.Values{"item": {"k-single"}, "choice": {"a"}, "certainty": {"1"}})
	lan.post(attempt+"/answers", url.Values{"item": {"k-true"}, "choice": {"b"}, "certainty": {"3"}})
	page := lan.get(attempt + "?q=review")
	lan.post(attempt+"/submit", url.Values{"request": {page.request(t)}})
	lan.get(attempt).sees(t, "Bạn chọn “Chưa chắc”: câu này được 0,33 điểm", "Bạn chọn “Rất chắc”: câu này được -2 điểm", "badge-ok", "badge-bad")
}

func TestAnAdaptiveTestAsksOneQuestionAtATime(t *testing.T) {
	bank := map[string]events.ItemContent{}
	scale := events.BankCalibrated{Course: course}
	for i := range 12 {
		id := fmt.Sprintf("a-%02d", i)
		bank[id] = events.ItemContent{Kind: item.Single, Stem: "Câu hỏi " + id, Choices: []events.Choice{choice("a", "một", true), choice("b", "hai", false)}}
		scale.Items = append(scale.Items, events.ItemParameters{Item: id, Version: 1, A: 1.2, B: float64(i-6) / 3, N: 500})
	}
	h, lan := examined(t, bank, func(r *events.QuizRules) {
		r.Behaviour, r.Adaptive = quiz.Adaptive, &events.AdaptiveRules{Least: 2, Most: 4, Confidence: 0.9}
	})
	h.Append("measurement.bank."+course, scale)
	h.Settle()
	lan.get("/learn/"+course+"/quiz").sees(t, "Từ 2 đến 4 câu hỏi", "Bài thích ứng")
	attempt := started(t, lan)
	for n := 1; n <= 4; n++ {
		page := lan.get(attempt)
		if strings.Contains(page.body, "Kết quả bài kiểm tra") {
			break
		}
		page.sees(t, fmt.Sprintf("Câu %d (từ 2 đến 4 câu)", n), "Trả lời và sang câu tiếp")
		page.hides(t, `class="qnav"`, "Câu trước", secret)
		id := itemsOf(page)[0]
		if a := lan.post(attempt+"/answers", url.Values{"item": {id}, "check": {"1"}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("no answer: %d", a.status)
		}
		lan.post(attempt+"/answers", url.Values{"item": {id}, "choice": {"a"}, "check": {"1"}})
	}
	lan.get(attempt).sees(t, "Kết quả bài kiểm tra", secret)
}

func TestTheQueueIsToldWhatBecameOfItsEntries(t *testing.T) {
	bank := everyKind(strings.Repeat("ab", 32))
	h, lan := examined(t, map[string]events.ItemContent{"k-single": bank["k-single"], "k-text": bank["k-text"]}, deferred)
	attempt := started(t, lan)
	script := []string{"HX-Request", "true", "Accept", "application/json"}
	at := h.Clock.Now()
	h.Clock.Advance(time.Minute)
	answer := url.Values{"item": {"k-single"}, "choice": {"b"}, "request": {"abc"}, "given": {at.Add(10 * time.Second).Format(time.RFC3339Nano)}, "seconds": {"7.5"}, "device": {"abcdefgh12345678"}}
	for range 2 {
		if a := lan.post(attempt+"/answers", answer, script...); a.status != http.StatusNoContent || a.body != "" {
			t.Fatalf("an answer: %d %s", a.status, a.body)
		}
	}
	beacon := url.Values{"item": {"k-single"}, "choice": {"a"}, "request": {"abd"}, "via": {"queue"}, "given": {at.Add(5 * time.Second).Format(time.RFC3339Nano)}}
	if a := lan.post(attempt+"/answers", beacon); a.status != http.StatusNoContent {
		t.Errorf("a beacon: %d", a.status)
	}
	for path, form := range map[string]url.Values{
		"/flags": {"item": {"k-text"}, "flagged": {"1"}}, "/seen": {"what": {"left"}, "device": {"abcdefgh12345678"}},
	} {
		if a := lan.post(attempt+path, form, script...); a.status != http.StatusNoContent {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	nonsense := lan.post(attempt+"/answers", url.Values{"item": {"k-single"}, "choice": {"x"}}, script...)
	if nonsense.status != http.StatusUnprocessableEntity || !strings.Contains(nonsense.body, "Phương án đã chọn không có trong câu hỏi này.") {
		t.Errorf("nonsense: %d %s", nonsense.status, nonsense.body)
	}
	if a := visit(t, h.open()).post(attempt+"/answers", answer, script...); a.status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", a.status)
	}
	clock := lan.get(attempt + "?part=clock")
	if clock.status != http.StatusOK || !strings.Contains(clock.body, `"deadline":"2026-11-23T01:20:00Z"`) {
		t.Errorf("the clock: %d %s", clock.status, clock.body)
	}
	h.Clock.Advance(time.Hour)
	late := lan.post(attempt+"/answers", url.Values{"item": {"k-text"}, "row-1": {"muộn"}, "request": {"abe"}}, script...)
	if late.status != http.StatusConflict || !strings.Contains(late.body, "Đã hết giờ làm bài") && !strings.Contains(late.body, "Bài đã nộp") {
		t.Errorf("a late answer: %d %s", late.status, late.body)
	}
	trail := call(h, quiz.GetTrail, quiz.GetTrailRequest{Attempt: strings.TrimPrefix(attempt, "/attempts/")})
	var facts []string
	for _, s := range trail.Steps {
		facts = append(facts, s.Fact)
	}
	for fact, n := range map[string]int{"quiz.answer-saved.v1": 1, "quiz.answer-came-late.v1": 1, "quiz.item-flagged.v1": 1, "quiz.attempt-observed.v1": 1} {
		if got := strings.Count(strings.Join(facts, " "), fact); got != n {
			t.Errorf("%d facts %s, want %d, of %v", got, fact, n, facts)
		}
	}
	h.Settle()
	page := lan.get(attempt)
	if strings.Contains(page.body, "Câu 1/2") {
		lan.post(attempt+"/submit", url.Values{"request": {page.request(t)}})
	}
	lan.get(attempt).sees(t, "1 câu trả lời đến sau khi hết giờ")
}

func TestAPictureIsServedToThoseWhoAreSignedIn(t *testing.T) {
	h := newHouse(t)
	var data bytes.Buffer
	if err := png.Encode(&data, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	at := "/pictures/" + call(h, quiz.StorePicture, quiz.StorePictureRequest{Data: data.Bytes()}).Digest
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")
	got := lan.get(at)
	if got.status != http.StatusOK || got.body != data.String() || got.header.Get("Content-Type") != "image/png" || got.header.Get("X-Content-Type-Options") != "nosniff" ||
		got.header.Get("Cache-Control") != "private, max-age=31536000, immutable" {
		t.Errorf("%d %v", got.status, got.header)
	}
	if again := lan.ask(http.MethodGet, at, nil, "If-None-Match", got.header.Get("ETag")); again.status != http.StatusNotModified {
		t.Errorf("asked again: %d", again.status)
	}
	if a := lan.get("/pictures/" + strings.Repeat("00", 32)); a.status != http.StatusNotFound {
		t.Errorf("no picture: %d", a.status)
	}
	if a := visit(t, site).get(at); a.status != http.StatusForbidden {
		t.Errorf("a stranger: %d", a.status)
	}
}

func TestASittingOpensByItself(t *testing.T) {
	bank := everyKind(strings.Repeat("ab", 32))
	h, lan := examined(t, map[string]events.ItemContent{"k-single": bank["k-single"]}, func(r *events.QuizRules) { r.CoolingHours = 24 })
	opens := h.Clock.Now().Add(time.Hour)
	call(h, quiz.ScheduleSitting, quiz.ScheduleSittingRequest{Course: course, Opens: opens, Closes: opens.Add(2 * time.Hour)})
	person := personOf(h, "DEMO-0100")
	call(h, quiz.GrantExtraTime, quiz.GrantExtraTimeRequest{Person: person, Percent: 50})
	h.Settle()
	page := lan.get("/learn/" + course + "/quiz")
	page.sees(t, "Kỳ thi mở lúc 09:00", "data-door", `data-countdown="2026-11-23T02:00:00Z"`, "phải chờ 24 giờ", "cộng 50% thời gian", "trong 30 phút", "nhận bắt đầu đến")
	early := lan.post("/learn/"+course+"/quiz", url.Values{"request": {page.request(t)}})
	if early.status != http.StatusConflict {
		t.Errorf("a start before the opening: %d", early.status)
	}
	h.Clock.Advance(time.Hour)
	lan.get(started(t, lan)).sees(t, "Câu 1/1", "30:00")
}

func personOf(h *house, code string) string {
	h.t.Helper()
	for _, u := range call(h, directory.ListUnits, directory.ListUnitsRequest{}) {
		for _, p := range call(h, directory.ListPeople, directory.ListPeopleRequest{Unit: u.ID}).Items {
			if p.Code == code {
				return p.ID
			}
		}
	}
	h.t.Fatalf("no person %s", code)
	return ""
}
