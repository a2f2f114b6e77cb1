package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/quiz"
)

// kindsTag marks the questions of kindsBank, one of each kind.
const (
	kindsTag  = "moi-loai"
	kindsBank = `# Mỗi loại một câu

## ml-01
tags: IU14, moi-loai

Thiết bị nào **không** nên cắm vào máy cơ quan?

- [x] USB nhặt được ở bãi xe :: Không biết trong đó có gì.
- [ ] Bàn phím do cơ quan cấp :: Thiết bị đã được kiểm tra.
- [ ] Chuột do cơ quan cấp :: Thiết bị đã được kiểm tra.

## ml-02
tags: IU14, moi-loai

Dấu hiệu nào cho thấy thư có thể là lừa đảo?

- [x] Giục làm ngay trong vài phút :: Kẻ lừa đảo không muốn bạn kịp nghĩ.
- [x] Địa chỉ người gửi lạ :: Cần kiểm tra người gửi.
- [ ] Thư có chữ ký :: Chữ ký không nói lên điều gì.

## ml-03
tags: IU14, moi-loai

Khóa màn hình khi rời chỗ ngồi là cần thiết.

- [x] Đúng :: Vài phút là đủ để người khác đọc hồ sơ.
- [ ] Sai :: Vài phút là đủ để người khác đọc hồ sơ.

## ml-04
tags: IU14, moi-loai
kind: matching

Ghép mỗi việc với nơi báo.

- [=] Mất máy tính cơ quan -> Phụ trách công nghệ thông tin
- [=] Nhận điện thoại tự xưng công an -> Công an xã
- [=] Lộ dữ liệu cá nhân của người dân -> Thủ trưởng đơn vị

## ml-05
tags: IU14, moi-loai
kind: ordering

Xếp các bước khi nghi máy nhiễm mã độc.

- [1] Ngắt mạng
- [2] Báo người phụ trách
- [3] Chờ hướng dẫn, không tự xóa gì

## ml-06
tags: IU14, moi-loai
kind: numeric

Một mật khẩu gồm 4 chữ số có bao nhiêu nghìn khả năng?

- [#] 10

## ml-07
tags: IU14, moi-loai
kind: short-text

Chương trình độc hại đòi tiền chuộc dữ liệu gọi là mã độc gì?

- [_] tống tiền

## ml-08
tags: IU14, moi-loai
kind: cloze

Mật khẩu cần đủ {{1}} và không được {{2}} cho người khác.

- {{1}} [_] dài
- {{2}} [x] chia sẻ :: Mỗi người một mật khẩu.
- {{2}} [ ] đổi :: Đổi là việc nên làm.
`
)

// bankOfKinds adds a question of each kind to the course's bank; a second trainer approves them.
func bankOfKinds(t *testing.T, h *house) {
	t.Helper()
	author, reviewer := h.api("DEMO-0002"), h.api("DEMO-0004")
	report := must[quiz.ImportReport](t, author, "quiz/import-items", quiz.ImportItemsRequest{Course: course, Markdown: kindsBank})
	if report.New != 8 || len(report.Problems) > 0 {
		t.Fatalf("import: %+v", report)
	}
	for n := 1; n <= 8; n++ {
		move := quiz.MoveItemRequest{Course: course, Item: fmt.Sprintf("ml-%02d", n), Step: "submit", Version: 1}
		must[rpc.Receipt](t, author, "quiz/move-item", move)
		move.Step = "approve"
		last := must[rpc.Receipt](t, reviewer, "quiz/move-item", move)
		must[[]quiz.Item](t, author, "quiz/list-items", quiz.ListItemsRequest{Course: course, Tag: kindsTag, After: last.Seq})
	}
}

// ruled gives the quiz other rules for the attempts that follow.
func ruled(t *testing.T, h *house, change func(*events.QuizRules)) {
	t.Helper()
	trainer := h.api("DEMO-0002")
	old := must[quiz.Rules](t, trainer, "quiz/get-rules", quiz.GetRulesRequest{Course: course})
	rules := events.QuizRules{Items: 10, Pass: 5, Minutes: 20, Behaviour: quiz.Deferred}
	change(&rules)
	done := must[rpc.Receipt](t, trainer, "quiz/revise-quiz", quiz.ReviseQuizRequest{Course: course, Version: old.Version, Revision: old.Revision, Rules: rules})
	must[quiz.Rules](t, trainer, "quiz/get-rules", quiz.GetRulesRequest{Course: course, After: done.Seq})
}

func allKinds(r *events.QuizRules) {
	r.Items, r.Blueprint = 8, []events.BlueprintRow{{Tags: []string{kindsTag}, Items: 8}}
}

// is signs a person of the demo province in by code.
func (b *browser) is(code string) *browser {
	b.t.Helper()
	b.opens("/sign-in")
	read[bool](b, `fetch("/sign-in/demo", {method: "POST", body: new URLSearchParams({code: `+js(code)+`})}).then(r => r.ok)`)
	return b
}

// begins starts an attempt.
func (b *browser) begins() *browser {
	b.t.Helper()
	return b.opensUntil("/learn/"+course+"/quiz", "Quy định").clicks("Bắt đầu làm bài").sees("Câu 1/")
}

const shownQuestion = `document.querySelector("section[data-item]:not([hidden])")`

// picks answers the question shown, by the first that is offered.
func (b *browser) picks() *browser {
	b.t.Helper()
	read[bool](b, `((q) => { const choice = q.querySelector("input[name=choice]"), keep = q.querySelector("[data-keep] button")
		if (choice) choice.click(); else if (keep) keep.click()
		else q.querySelectorAll("[name^=row-]").forEach((f) => { f.value = f.options ? f.options[1].value : "10"; f.dispatchEvent(new Event("change", {bubbles: true})) })
		return true })(`+shownQuestion+`)`)
	return b
}

func (b *browser) awaits(state string) *browser {
	b.t.Helper()
	b.until("the state "+state, shownQuestion+`.querySelector(".saved").dataset.state === `+js(state))
	return b
}

func (b *browser) attempt() string {
	b.t.Helper()
	return strings.TrimPrefix(read[string](b, "location.pathname"), "/attempts/")
}

// trail is what happened in an attempt.
func trail(t *testing.T, h *house, attempt string) quiz.Trail {
	t.Helper()
	return must[quiz.Trail](t, h.api("DEMO-0002"), "quiz/get-trail", quiz.GetTrailRequest{Attempt: attempt})
}

// steps picks the facts of a kind out of a trail.
func steps(tr quiz.Trail, fact string) (all []quiz.Step) {
	for _, s := range tr.Steps {
		if s.Fact == fact {
			all = append(all, s)
		}
	}
	return all
}

// guests lets somebody in with a browser of their own.
type guests func(who string, s screen) *browser

// TestTakingQuizzes is what learners may meet in an attempt, against the real program.
func TestTakingQuizzes(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	chrome := chromium(t)
	bankOfKinds(t, h)
	minute := beginsAMinute(t, h, func(who string, s screen) *browser { return h.visit(chrome, who, s) })
	for _, c := range []struct {
		name string
		run  func(*testing.T, *house, guests)
	}{
		{"without a mouse", withoutAMouse}, {"the network is away for a while", networkAway}, {"a second device takes over", secondDevice},
		{"the time is over", minute.over}, {"everybody can use it", everybody},
	} {
		t.Run(c.name, func(t *testing.T) {
			house := *h
			house.t = t
			c.run(t, &house, func(who string, s screen) *browser { return house.visit(chrome, who, s) })
		})
	}
}

// keys presses keys as a keyboard does.
func (b *browser) keys(keys string, opts ...chromedp.KeyOption) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys, opts...))
}

// tabs goes on with Tab until the focus is where it should be, and sees the focus at each stop.
func (b *browser) tabs(to string) {
	b.t.Helper()
	for range 80 {
		if read[bool](b, `document.activeElement.matches(`+js(to)+`)`) {
			return
		}
		b.keys(kb.Tab)
		if !read[bool](b, `[document.activeElement, document.activeElement.closest("label")].some(e => e && getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) >= 2)`) {
			b.t.Errorf("the focus is not seen on %s", read[string](b, `document.activeElement.outerHTML.slice(0, 200)`))
		}
	}
	b.t.Fatalf("%s never reaches %s with Tab\n%s", b.who, to, b.where())
}

func withoutAMouse(t *testing.T, h *house, visit guests) {
	t.Helper()
	ruled(t, h, allKinds)
	b := visit("keyboard", desktop()).is("DEMO-0210").opensUntil("/learn/"+course+"/quiz", "Quy định")
	b.tabs("main form button")
	b.leaving(func() { b.keys(kb.Enter) })
	b.sees("Câu 1/8")
	for n := 1; n <= 8; n++ {
		b.until("the question", fmt.Sprintf(`document.querySelector("h1").innerText.normalize() === "Câu %d/8"`, n))
		answerByKeys(b)
		b.awaits("done")
		b.tabs("section:not([hidden]) button.btn-primary")
		b.keys(kb.Enter)
		b.until("the focus on the heading", `document.activeElement === document.querySelector("h1")`)
	}
	b.sees("Bạn đã trả lời 8/8 câu").keys("p", chromedp.KeyModifiers(chromedp.ModifierAlt))
	b.sees("Câu 8/8").keys("n", chromedp.KeyModifiers(chromedp.ModifierAlt))
	b.sees("Bạn đã trả lời 8/8 câu").agrees().tabs("#submit-attempt button")
	b.leaving(func() { b.keys(kb.Enter) })
	b.sees("Kết quả bài kiểm tra").sees("8/8 câu")
}

// answerByKeys answers the question shown, whatever its kind.
func answerByKeys(b *browser) {
	b.t.Helper()
	switch kind := read[string](b, shownQuestion+`.dataset.kind`); kind {
	case "matching":
		for row := range 3 {
			b.tabs(fmt.Sprintf(`section:not([hidden]) .field:nth-of-type(%d) select, section:not([hidden]) select[name="row-%d"]`, row+2, row+1))
			b.keys(kb.ArrowDown)
		}
	case "ordering":
		b.tabs("section:not([hidden]) [data-move='1']")
		b.keys(kb.Enter)
		b.until("the move to be told", `document.querySelector("[data-say]").innerText.includes("vị trí 2/3")`)
	case "numeric", "short-text":
		b.tabs("section:not([hidden]) input[name=row-1]")
		b.keys("10,5")
		b.keys(kb.Tab)
	case "cloze":
		b.tabs("section:not([hidden]) input[name=row-1]")
		b.keys("dài")
		b.tabs("section:not([hidden]) select[name=row-2]")
		b.keys(kb.ArrowDown)
	default:
		b.tabs("section:not([hidden]) input[name=choice]")
		b.keys(" ")
	}
}

func networkAway(t *testing.T, h *house, visit guests) {
	t.Helper()
	ruled(t, h, func(r *events.QuizRules) { r.Items = 14 })
	b := visit("offline", phone()).is("DEMO-0211").begins()
	for n := 1; n <= 14; n++ {
		b.until("the question", fmt.Sprintf(`document.querySelector("h1").innerText.normalize() === "Câu %d/14"`, n))
		switch n {
		case 7:
			b.offline(true)
		case 12:
			b.sees("Mất kết nối mạng")
			shoot(b, "attempt-offline-phone")
			b.offline(false)
		}
		b.picks()
		if n >= 7 && n < 12 {
			b.awaits("waiting")
		} else {
			b.awaits("done")
		}
		if n < 14 {
			b.presses("Lưu và sang câu sau")
		}
	}
	b.until("the queue to be empty", `localStorage.getItem("kv.queue." + location.pathname.split("/")[2]) === null`)
	b.until("the notice to go", `document.querySelector("[data-network]").hidden`)
	at := b.attempt()
	saved := steps(trail(t, h, at), "quiz.answer-saved.v1")
	var numbers []int
	for i, s := range saved {
		numbers = append(numbers, s.Number)
		if given := s.Given; s.Number >= 7 && s.Number < 12 && (given.IsZero() || !given.Before(s.At)) {
			t.Errorf("answer %d was given at %v and arrived at %v", i+1, given, s.At)
		}
		if s.Device == "" {
			t.Errorf("answer %d names no device", i+1)
		}
	}
	numbers = slices.Compact(numbers) // a question with two gaps may be sent once half answered
	if want := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}; !slices.Equal(numbers, want) {
		t.Errorf("answers arrived for %v, want %v", numbers, want)
	}
	var seen []string
	for _, s := range steps(trail(t, h, at), "quiz.attempt-observed.v1") {
		seen = append(seen, s.What)
	}
	if !slices.Contains(seen, quiz.SawOpened) || !slices.Contains(seen, quiz.SawOffline) || !slices.Contains(seen, quiz.SawOnline) {
		t.Errorf("the browser noticed %v", seen)
	}
	b.presses("Lưu và xem lại bài").sees("Bạn đã trả lời 14/14 câu").agrees().clicks("Nộp bài").sees("Kết quả bài kiểm tra")
}

func secondDevice(t *testing.T, h *house, visit guests) {
	t.Helper()
	ruled(t, h, func(r *events.QuizRules) { // choices only: the other device looks for one that is chosen
		r.Items, r.Blueprint = 3, []events.BlueprintRow{{Tags: []string{"mat-khau"}, Items: 3}}
	})
	first := visit("the office's computer", desktop()).is("DEMO-0212").begins().picks().awaits("done").presses("Lưu và sang câu sau").sees("Câu 2/3")
	first.presses("Đánh dấu để xem lại").until("the flag", `document.querySelector(".qnav .is-flagged")`)
	first.until("the flag to arrive", `localStorage.getItem("kv.queue." + location.pathname.split("/")[2]) === null`)
	second := visit("the phone", phone()).is("DEMO-0212").opens("/learn/" + course + "/quiz").clicks("Làm tiếp").sees("Câu 2/3")
	second.until("the first device's work", `document.querySelector(".qnav .is-flagged").dataset.to === "2" && document.querySelector("#q1 input:checked")`)
	second.picks().awaits("done").presses("Lưu và sang câu sau").picks().awaits("done").presses("Lưu và xem lại bài").sees("Câu đã đánh dấu").agrees().clicks("Nộp bài").sees("Kết quả bài kiểm tra")
	first.picks().awaits("refused").sees("Bài đã nộp")
	devices := map[string]bool{}
	for _, s := range steps(trail(t, h, second.attempt()), "quiz.answer-saved.v1") {
		devices[s.Device] = true
	}
	if len(devices) != 2 {
		t.Errorf("answers came from %d devices", len(devices))
	}
}

// minute is a minute's time for an attempt, which goes by while others take theirs.
type minute struct {
	cut, online *browser
	attempt     string // of the first
}

// beginsAMinute lets two people begin, and cuts one of them off.
func beginsAMinute(t *testing.T, h *house, visit guests) minute {
	t.Helper()
	ruled(t, h, func(r *events.QuizRules) { r.Items, r.Minutes, r.GraceSeconds = 3, 1, 1 })
	cut := visit("cut off", phone()).is("DEMO-0213").begins().picks().awaits("done").presses("Lưu và sang câu sau").sees("Câu 2/3")
	online := visit("online", desktop()).is("DEMO-0214").begins().picks().awaits("done")
	cut.offline(true)
	cut.picks().awaits("waiting")
	return minute{cut, online, cut.attempt()}
}

func (m minute) over(t *testing.T, h *house, _ guests) {
	t.Helper()
	cut, online := m.cut, m.online
	cut.t, online.t = t, t
	online.sees("Kết quả bài kiểm tra").sees("1/3 câu")
	cut.sees("Đã hết giờ").until("the fields to be shut", shownQuestion+`.querySelector("fieldset").disabled`)
	for until := time.Now().Add(patience); trail(t, h, m.attempt).Submitted.IsZero(); breathe() {
		if time.Now().After(until) {
			t.Fatal("the server did not close the attempt")
		}
	}
	cut.offline(false)
	cut.sees("Kết quả bài kiểm tra").sees("1 câu trả lời đến sau khi hết giờ")
	late := steps(trail(t, h, m.attempt), "quiz.answer-came-late.v1")
	if len(late) != 1 || late[0].Number != 2 || !late[0].Given.Before(late[0].At) {
		t.Errorf("what came late: %+v", late)
	}
	cut.opens("/learn/" + course + "/quiz").sees("Làm lại")
}

// shoot takes a picture where pictures are asked for.
func shoot(b *browser, name string) {
	b.t.Helper()
	if *shots != "" {
		b.shoots(filepath.Join(*shots, name+".png"))
	}
}

// usable looks at the page on both screens: nothing for axe to find, nothing wider than the screen, nothing too small to touch.
func (b *browser) usable(name string) {
	b.t.Helper()
	for _, s := range []screen{phone(), desktop()} {
		opts := []chromedp.EmulateViewportOption{}
		if s.touch {
			opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch)
		}
		b.do(chromedp.EmulateViewport(s.width, s.height, opts...))
		for _, v := range b.axe() {
			b.t.Errorf("%s on a %s: %s", name, s.name, v)
		}
		if over := read[int](b, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			b.t.Errorf("%s is %d px wider than a %s", name, over, s.name)
		}
		small := read[[]string](b, `[...document.querySelectorAll("main button, main select, main input[type=text], main .choice, main .qnav a")].filter(e => e.offsetParent !== null && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))`)
		for _, e := range small {
			b.t.Errorf("%s on a %s: too small to touch: %s", name, s.name, e)
		}
		shoot(b, name+"-"+s.name)
	}
}

func everybody(t *testing.T, h *house, visit guests) {
	t.Helper()
	// Enrolled, and nobody who may have passed by luck above, for who passed has no further attempt: the third handed in one answer of three.
	for _, c := range []struct {
		person, behaviour, begin string
	}{{"DEMO-0215", quiz.Deferred, "Bắt đầu làm bài"}, {"DEMO-0216", quiz.Immediate, "Bắt đầu làm bài"}, {"DEMO-0213", quiz.Certainty, "Làm lại"}} {
		ruled(t, h, func(r *events.QuizRules) {
			allKinds(r)
			r.Behaviour, r.Tries, r.TryPenalty, r.Pass = c.behaviour, 2, 0.25, 10
		})
		b := visit(c.behaviour, phone()).is(c.person)
		b.opensUntil("/learn/"+course+"/quiz", "Quy định")
		b.usable("quiz-" + c.behaviour)
		b.clicks(c.begin).sees("Câu 1/")
		for n := 1; n <= 8; n++ {
			b.until("the question", fmt.Sprintf(`document.querySelector("h1").innerText.normalize() === "Câu %d/8"`, n))
			kind := read[string](b, shownQuestion+`.dataset.kind`)
			if c.behaviour == quiz.Deferred || kind == "single" || kind == "ordering" {
				b.usable(c.behaviour + "-" + kind)
			}
			if c.behaviour == quiz.Immediate && kind == "single" {
				b.picks().presses("Kiểm tra").until("what was found", shownQuestion+`.querySelector("[data-checked]")`)
				b.usable("immediate-checked")
			}
			if n < 8 {
				read[bool](b, `(document.querySelector("section:not([hidden]) .actions .btn-primary").click(), true)`)
			}
		}
		read[bool](b, `(document.querySelector("section:not([hidden]) .actions .btn-primary").click(), true)`)
		b.sees("Xem lại và nộp bài").usable(c.behaviour + "-review")
		b.agrees().clicks("Nộp bài").sees("Kết quả bài kiểm tra").usable(c.behaviour + "-result")
	}
}
