package portal

import (
	"fmt"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// drawAdaptive shows the one question that an adaptive test asks now. There is no way back: the answers decide what follows.
func (v *view) drawAdaptive(a quiz.Attempt, why *fault.Error) page {
	if a.Done || len(a.Questions) == 0 {
		title := v.t("Đã đủ câu trả lời", "That is enough")
		return page{Title: title, Section: "/learn", Focus: true, Body: []g.Node{v.exam(a, title, why,
			h.P(v.text("Bài thích ứng không hỏi thêm câu nào. Hãy nộp bài để xem kết quả.", "The adaptive test asks nothing more. Hand in to see the result.")),
			v.submitForm(a, "", true))}}
	}
	last := len(a.Questions)
	title := fmt.Sprintf(v.t("Câu %d (từ %d đến %d câu)", "Question %d (%d to %d in all)"), last, a.Least, a.Most)
	q := asked{Question: a.Questions[last-1], attempt: a.Attempt, behaviour: a.Behaviour, number: last, all: last}
	return page{Title: title, Section: "/learn", Focus: true, Body: []g.Node{v.exam(a, title, why,
		bar(last-1, a.Most, v.t("Số câu đã trả lời", "Questions answered")),
		v.question(q, false),
		v.submitForm(a, "", false))}}
}

// adaptiveActions answers for good and goes on.
func (v *view) adaptiveActions() g.Node {
	return g.Group{
		h.P(h.Class("hint"), v.text("Câu sau được chọn theo câu trả lời này, nên bạn không quay lại sửa được.", "The next question depends on this answer, so you cannot come back to it.")),
		h.Div(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), h.Name("check"), h.Value("1"), v.text("Trả lời và sang câu tiếp", "Answer and go on"))),
	}
}
