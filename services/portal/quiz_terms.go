package portal

import (
	"fmt"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/services/quiz"
)

// quizRulesList tells in words how the quiz is taken.
func (v *view) quizRulesList(q quiz.Quiz) g.Node {
	length := v.quizRules(events.Quiz{Items: q.Items, Minutes: q.Minutes, Pass: q.Pass})
	if q.Behaviour == quiz.Adaptive && q.Adaptive != nil {
		length = fmt.Sprintf(v.t("Từ %d đến %d câu hỏi trong %d phút. Đạt từ %s điểm trở lên.", "%d to %d questions in %d minutes. %s passes."),
			q.Adaptive.Least, q.Adaptive.Most, q.Minutes, v.outOfTen(q.Pass))
	}
	attempts := v.t("Số lượt làm bài không hạn chế.", "There is no limit to the attempts.")
	if q.Attempts > 0 {
		attempts = v.t(fmt.Sprintf("Được làm tối đa %d lượt; bạn đã dùng %d lượt.", q.Attempts, len(q.Mine)),
			fmt.Sprintf("At most %s; you have used %d.", counted(q.Attempts, "attempt"), len(q.Mine)))
	}
	return h.Section(h.Aria("labelledby", "rules"), h.H2(h.ID("rules"), v.text("Quy định", "Rules")), h.Ul(
		h.Li(g.Text(length)),
		h.Li(g.Text(attempts)),
		v.behaviourRule(q),
		v.sittingRule(q),
		g.If(q.Cooling > 0, h.Li(g.Text(v.t(fmt.Sprintf("Sau khi nộp bài, phải chờ %d giờ mới được làm lại.", q.Cooling), "After handing in, you wait "+counted(q.Cooling, "hour")+" before the next attempt.")))),
		g.If(q.Extra > 0, h.Li(g.Textf(v.t("Bạn được cộng %d%% thời gian; số phút ở trên đã tính phần này.", "You are granted %d%% more time; the minutes above include it."), q.Extra))),
		h.Li(v.text("Thời gian tính theo đồng hồ của máy chủ. Hết giờ, bài được nộp tự động với các câu đã lưu.", "The server's clock counts. When the time is over, the saved answers are handed in by themselves.")),
		h.Li(v.text("Mỗi câu trả lời được lưu ngay. Nếu mất mạng, bạn cứ làm tiếp; nếu đổi máy, bạn mở lại và làm tiếp.", "Each answer is saved at once. Go on while the network is away; on another device, you go on where you were.")),
		h.Li(v.text("Câu chọn nhiều phương án: mỗi phương án đúng được cộng, mỗi phương án sai bị trừ, thấp nhất là 0.", "With several right choices, each right one counts for you and each wrong one against you, down to 0.")),
	))
}

// behaviourRule says what the way of taking the quiz means.
func (v *view) behaviourRule(q quiz.Quiz) g.Node {
	switch q.Behaviour {
	case quiz.Immediate:
		vi := "Bạn có thể bấm “Kiểm tra” ở từng câu để biết đúng hay sai ngay."
		en := "You may press “Check” at each question and learn at once whether you are right."
		if q.Tries > 1 {
			vi += fmt.Sprintf(" Mỗi câu được kiểm tra tối đa %d lần.", q.Tries)
			en += " Each question can be checked " + strconv.Itoa(q.Tries) + " times."
		}
		if q.Tries > 1 && q.Penalty > 0 {
			vi += fmt.Sprintf(" Mỗi lần kiểm tra sai bị trừ %s điểm của câu.", v.number(100*q.Penalty, 1)+"%")
			en += " Each wrong check costs " + v.number(100*q.Penalty, 1) + "% of the question's mark."
		}
		return h.Li(g.Text(v.t(vi, en)))
	case quiz.Certainty:
		return h.Li(v.text("Ở mỗi câu, bạn cho biết mình chắc đến đâu:", "At each question you say how sure you are:"),
			h.Ul(g.Map(v.sureties(), func(s sure) g.Node { return h.Li(h.Strong(g.Text(s.name)), g.Text(": "+s.worth)) })))
	case quiz.Adaptive:
		return h.Li(v.text("Bài thích ứng: mỗi lần một câu, câu sau chọn theo câu trả lời trước, không quay lại được. Bài tự kết thúc khi đã đủ câu để kết luận.",
			"An adaptive test: one question at a time, each chosen by the answers before, with no way back. It ends by itself once enough is known."))
	}
	return h.Li(v.text("Bạn biết kết quả và lời giải thích sau khi nộp bài.", "Results and explanations follow after you hand in."))
}

// sittingRule tells when everybody takes the quiz.
func (v *view) sittingRule(q quiz.Quiz) g.Node {
	if q.Opens.IsZero() {
		return nil
	}
	return h.Li(v.text("Kỳ thi chung: mở lúc ", "A common sitting: opens at "), v.moment(q.Opens), v.text(", nhận bắt đầu đến ", ", attempts begin until "), v.moment(q.Closes), g.Text("."))
}

// sittingDoor counts down to the opening of a sitting. Then the script shows the button that begins; the server decides by
// its own clock whether it does. Without scripts the page is loaded again.
func (v *view) sittingDoor(course string, q quiz.Quiz) g.Node {
	now := v.p.d.Clock.Now()
	return h.Div(h.Class("card"), h.Data("door", ""),
		h.P(h.Role("status"), h.Data("shut", v.t("Kỳ thi đã mở. Bạn có thể bắt đầu.", "The sitting is open. You can begin.")), g.Text(v.words(q.Why))),
		h.P(v.text("Còn ", "In "), h.Time(h.Class("timer"), h.Role("timer"), h.DateTime(q.Opens.UTC().Format(time.RFC3339)),
			h.Data("countdown", q.Opens.UTC().Format(time.RFC3339Nano)), h.Data("now", now.UTC().Format(time.RFC3339Nano)), g.Text(restText(q.Opens.Sub(now))))),
		h.NoScript(h.P(v.text("Khi đến ", "At "), g.Text(clock.Local(q.Opens).Format("15:04:05")), v.text(", hãy ", ", "), h.A(h.Href("/learn/"+course+"/quiz"), v.text("tải lại trang này", "load this page again")), g.Text("."))),
		h.Form(h.Class("actions"), h.Method("post"), h.Action("/learn/"+course+"/quiz"), g.Attr("hidden"), v.newOnce(), deviceField(),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Bắt đầu làm bài", "Begin"))))
}
