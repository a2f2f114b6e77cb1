package portal

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/quiz"
)

// Where a reader goes on to after an answer, and what ?q= may say beside the number of a question.
const (
	toReview   = "review"
	submitForm = "submit-attempt" // id of the form that hands the attempt in
)

// attempt shows an open attempt, and a closed one with its result.
func (p *Portal) attempt() http.Handler {
	drawn := p.page(func(v *view) (page, error) {
		if v.r.URL.Query().Get("part") == "certificate" {
			return p.certificatePart(v)
		}
		return p.redrawAttempt(v, nil)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("part") == "clock" {
			p.told(attemptClock).ServeHTTP(w, r)
			return
		}
		drawn.ServeHTTP(w, r)
	})
}

// attemptClock tells a page whether its attempt was given more time, before the page hands it in.
func attemptClock(v *view, w http.ResponseWriter) error {
	a, err := quiz.GetAttempt.Call(v.ctx(), v.p.d.RPC, quiz.GetAttemptRequest{Attempt: v.r.PathValue("attempt")})
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, struct {
		Deadline time.Time `json:"deadline"`
		Now      time.Time `json:"now"`
		Closed   bool      `json:"closed"`
	}{a.Deadline.UTC(), v.p.d.Clock.Now().UTC(), a.Closed})
	return nil
}

func (p *Portal) redrawAttempt(v *view, why *fault.Error) (page, error) {
	a, err := quiz.GetAttempt.Call(v.ctx(), p.d.RPC, quiz.GetAttemptRequest{Attempt: v.r.PathValue("attempt"), After: v.after})
	switch {
	case err != nil:
		return page{}, err
	case a.Closed:
		return v.drawResult(a, why)
	case a.Behaviour == quiz.Adaptive:
		return v.drawAdaptive(a, why), nil
	default:
		return v.drawAttempt(a, shownQuestion(a, v.r.FormValue("q")), why), nil
	}
}

// shownQuestion is the index of the question asked for, -1 for the review. Asked for none, it is the first without an answer.
func shownQuestion(a quiz.Attempt, asked string) int {
	if asked == toReview {
		return -1
	}
	if n, err := strconv.Atoi(asked); err == nil && n >= 1 && n <= len(a.Questions) {
		return n - 1
	}
	return slices.IndexFunc(a.Questions, func(q quiz.Question) bool { return len(q.Chosen) == 0 })
}

// drawAttempt shows all questions of an attempt and the review before handing in; all but the one at an index are hidden. A
// reader without scripts goes from one to the next by forms and links, a script does it without asking the server.
func (v *view) drawAttempt(a quiz.Attempt, at int, why *fault.Error) page {
	title := v.questionTitle(at+1, len(a.Questions))
	if at < 0 {
		title = v.reviewTitle()
	}
	return page{Title: title, Section: "/learn", Focus: true, Body: []g.Node{
		v.exam(a, title, why,
			g.Group(v.questions(a, at)),
			v.review(a, at >= 0),
			v.questionNav(a, at),
			v.shortcuts()),
	}}
}

func (v *view) questionTitle(number, all int) string {
	return fmt.Sprintf(v.t("Câu %d/%d", "Question %d/%d"), number, all)
}

func (v *view) reviewTitle() string { return v.t("Xem lại và nộp bài", "Review and hand in") }

func (v *view) questions(a quiz.Attempt, at int) []g.Node {
	all := make([]g.Node, len(a.Questions))
	for i, q := range a.Questions {
		all[i] = v.question(asked{Question: q, attempt: a.Attempt, behaviour: a.Behaviour, number: i + 1, all: len(a.Questions)}, i != at)
	}
	return all
}

// exam is the frame of everything that an open attempt shows. Its data attributes are what the script says.
func (v *view) exam(a quiz.Attempt, title string, why *fault.Error, body ...g.Node) g.Node {
	return h.Div(h.Data("exam", a.Attempt), h.Data("behaviour", a.Behaviour), h.Data("now", v.p.d.Clock.Now().UTC().Format(time.RFC3339Nano)), v.examTexts(len(a.Questions)),
		v.quizBar(a, title),
		v.refusal(why),
		g.If(a.Extra > 0, h.P(h.Class("notice-info"), g.Textf(v.t("Lượt này được cộng thêm %d phút.", "%d minutes were added to this attempt."), a.Extra))),
		h.P(h.Class("notice-warn"), h.Role("status"), h.Data("network", ""), g.Attr("hidden")),
		h.P(h.Class("visually-hidden"), h.Aria("live", "polite"), h.Data("say", "")),
		g.Group(body))
}

// examTexts is what the script of an attempt says; {n}, {all}, {time}, {what} and {why} are filled in by it.
func (v *view) examTexts(all int) g.Node {
	return g.Group{
		h.Data("all", strconv.Itoa(all)),
		h.Data("t-title", v.t("Câu {n}/{all}", "Question {n}/{all}")),
		h.Data("t-review", v.reviewTitle()),
		h.Data("t-saving", v.t("Đang lưu…", "Saving…")),
		h.Data("t-done", v.t("Đã lưu lúc {time}", "Saved at {time}")),
		h.Data("t-waiting", v.t("Chờ mạng để gửi ({n} câu trả lời đang chờ)", "Waiting for the network ({n} answers waiting)")),
		h.Data("t-refused", v.t("Không nhận: {why}", "Refused: {why}")),
		h.Data("t-offline", v.t("Mất kết nối mạng. Bạn cứ làm tiếp: câu trả lời được giữ trên máy này và tự gửi khi có mạng. Đừng đóng trang.",
			"No network. Go on: answers are kept on this device and sent when the network returns. Keep this page open.")),
		h.Data("t-signin", v.t("Phiên làm việc đã hết. Câu trả lời được giữ trên máy này. Hãy đăng nhập lại để gửi.",
			"Your session has ended. Answers are kept on this device. Sign in again to send them.")),
		h.Data("t-enter", v.t("Đăng nhập", "Sign in")),
		h.Data("t-draining", v.t("Đang gửi {n} câu trả lời còn lại trước khi nộp bài. Đừng đóng trang.", "Sending the last {n} answers before handing in. Keep this page open.")),
		h.Data("t-over", v.t("Đã hết giờ. Bài được nộp với các câu trả lời đã gửi.", "The time is over. What was sent is handed in.")),
		h.Data("t-cancel", v.t("Quay lại làm bài", "Back to the questions")),
		h.Data("t-moved", v.t("{what}: nay ở vị trí {n}/{all}", "{what}: now in place {n} of {all}")),
		h.Data("t-answered", v.t("Bạn đã trả lời {n}/{all} câu.", "You have answered {n} of {all} questions.")),
		h.Data("t-confirm", v.handInQuestion(0)),
		h.Data("t-confirm-open", v.t("Còn {n} câu chưa trả lời. Vẫn nộp bài?", "{n} questions without an answer. Hand in all the same?")),
	}
}

// quizBar keeps the rest of the time in sight.
func (v *view) quizBar(a quiz.Attempt, title string) g.Node {
	now := v.p.d.Clock.Now()
	return h.Div(h.Class("quizbar"), h.H1(h.ID("at"), h.TabIndex("-1"), g.Text(title)), h.P(h.Class("meta"), v.text("Còn lại ", "Time left "),
		h.Time(h.Class("timer"), h.Role("timer"), h.DateTime(a.Deadline.UTC().Format(time.RFC3339)),
			h.Data("countdown", a.Deadline.UTC().Format(time.RFC3339Nano)), h.Data("now", now.UTC().Format(time.RFC3339Nano)), h.Data("submit", submitForm),
			g.Text(restText(a.Deadline.Sub(now)))),
		h.NoScript(v.text(" lúc mở trang; hết giờ lúc ", " when the page opened; ends at "), g.Text(clock.Local(a.Deadline).Format("15:04:05")))))
}

// restText is what the countdown shows before scripts run.
func restText(left time.Duration) string {
	s := int(max(0, left+time.Second-1) / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// shortcuts tells the keys of the page. They are the script's, so it shows them.
func (v *view) shortcuts() g.Node {
	row := func(keys, what string) g.Node { return h.Li(h.Kbd(g.Text(keys)), g.Text(": "+what)) }
	return h.Details(h.Data("shortcuts", ""), g.Attr("hidden"), h.Summary(v.text("Phím tắt", "Keyboard shortcuts")), h.Ul(
		row("Tab, Shift+Tab", v.t("đến ô, nút hoặc câu sau, trước", "to the next or the previous control")),
		row(v.t("↑ ↓, phím cách", "↑ ↓, space"), v.t("chọn phương án", "choose an answer")),
		row("Alt+N", v.t("câu sau", "next question")),
		row("Alt+P", v.t("câu trước", "previous question"))))
}
