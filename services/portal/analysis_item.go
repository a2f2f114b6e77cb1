package portal

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/measurement"
	"khuevan/services/quiz"
)

// itemAnalysisPage shows everything that answers tell of one item version, with plots and the tables behind them.
func (p *Portal) itemAnalysisPage(v *view) (page, error) {
	course, id, all := v.r.PathValue("course"), v.r.PathValue("item"), v.r.FormValue("all") == "1"
	version, err := strconv.Atoi(v.r.PathValue("version"))
	if err != nil {
		return page{}, fault.New(fault.NotFound, "Không có phiên bản này.", "There is no such version.")
	}
	a, err := measurement.GetItemAnalysis.Call(v.ctx(), p.d.RPC, measurement.ItemAnalysisRequest{Course: course, Item: id, Version: version, All: all, After: v.after})
	if err != nil {
		return page{}, err
	}
	item, err := quiz.GetItem.Call(v.ctx(), p.d.RPC, quiz.GetItemRequest{Course: course, Item: id})
	if err != nil {
		return page{}, err
	}
	content := contentOf(item, version)
	return v.quizPage(quizPage{course: course, tab: tabAnalysis, title: v.t("Câu ", "Item ") + id,
		above: []crumb{{query(coursePath(course, tabAnalysis), "all", onlyIf(all, "1")), v.t("Phân tích câu hỏi", "Item analysis")}},
		body: []g.Node{
			h.P(h.Class("meta"), g.Text(v.t("Phiên bản ", "Version ")+strconv.Itoa(version))),
			v.findingNotice(a),
			h.Div(h.Class("card stem"), h.Lang("vi"), markdown(v.p.texts.stem, content.Stem)),
			v.itemStats(a),
			v.curveFigure(a), v.distractorFigure(a, content),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(coursePath(course, tabBank)+"/"+id), v.text("Mở câu hỏi để sửa", "Open the question"))),
		}})
}

func contentOf(item quiz.ItemHistory, version int) events.ItemContent {
	for _, e := range item.Versions {
		if e.Version == version {
			return e.ItemContent
		}
	}
	return item.ItemContent
}

// findingNotice says above everything what a trainer should look at.
func (v *view) findingNotice(a measurement.ItemAnalysis) g.Node {
	if len(a.Findings) == 0 && (a.Parameters == nil || !a.Parameters.Drifted) {
		return nil
	}
	return h.Div(h.Class("notice-warn"), h.P(h.Strong(v.text("Cần xem lại: ", "To look at: ")), v.findingBadges(a.ItemFigures)),
		h.P(v.text("Đây là gợi ý từ thống kê, không phải kết luận. Hãy đọc lại câu hỏi trước khi sửa.", "Statistics suggest this; they do not decide it. Read the question before you change it.")))
}

func (v *view) itemStats(a measurement.ItemAnalysis) g.Node {
	model := "–"
	if p := a.Parameters; p != nil {
		model = "a = " + v.number(p.A, 2) + " ± " + v.number(p.AError, 2) + ", b = " + v.number(p.B, 2) + " ± " + v.number(p.BError, 2) +
			v.t(" ("+strconv.Itoa(p.N)+" lượt)", " ("+counted(p.N, "answer")+")")
	}
	return h.Dl(h.Class("facts"),
		fact(v.t("Lượt trả lời", "Answers"), g.Text(strconv.FormatInt(a.N, 10))),
		fact(v.t("Độ dễ", "Facility"), g.Text(v.percentOf(a.Facility))),
		fact(v.t("Độ phân biệt (tương quan với phần còn lại)", "Discrimination (item–rest correlation)"), g.Text(v.figure(a.Discrimination))),
		fact(v.t("Thời gian làm (trung vị; 90% không quá)", "Time (median; 90% took at most)"), g.Text(v.seconds(a.Seconds)+"; "+v.seconds(a.Slow))),
		fact(v.t("Tần suất gặp", "Exposure"), g.Text(v.percentOf(a.Exposure))),
		fact(v.t("Mô hình 2PL", "2PL model"), g.Text(model)),
		fact("Elo", g.Text(v.number(a.Elo.Value, 2)+v.t(" sau ", " after ")+v.t(strconv.FormatInt(a.Elo.N, 10)+" lượt", counted(int(a.Elo.N), "answer")))))
}

// curveFigure plots what people of each ability got: as counted, and as the model expects once there is one.
func (v *view) curveFigure(a measurement.ItemAnalysis) g.Node {
	c := chart{w: 480, h: 300, left: 52, bottom: 48, title: v.t("Đường đặc trưng của câu", "Item characteristic curve"),
		x: axis{from: 0, to: 1, step: 0.2, label: v.t("Điểm các câu còn lại (tỷ lệ)", "Mark of the other items (share)")},
		y: axis{from: 0, to: 1, step: 0.25, label: v.t("Điểm câu này", "Mark of this item")}, number: v.number}
	about := v.t("Mỗi vòng tròn là nhóm người có cùng mức điểm ở các câu còn lại; vòng càng lớn càng đông.", "Each circle is people of about the same mark in the other items; larger circles are more people.")
	byAbility := len(a.Curve) > 0
	if byAbility {
		c.x = axis{from: -4, to: 4, step: 1, label: v.t("Năng lực θ", "Ability θ")}
		about += v.t(" Đường cong là mô hình 2PL.", " The curve is the 2PL model.")
	}
	columns := []column{{v.t("Điểm các câu còn lại", "Mark of the others"), false}, {v.t("Số người", "People"), true}, {v.t("Điểm câu này", "Mark of this item"), true}}
	var marks, rows []g.Node
	for _, p := range a.Trace {
		at := p.Rest
		if byAbility && p.Theta != nil {
			at = *p.Theta
		}
		if !byAbility || p.Theta != nil {
			marks = append(marks, c.circle(at, p.Mark, circleSize(p.N, a.N)))
		}
		rows = append(rows, row(columns, g.Text(v.number(100*(p.Rest-0.05), 0)+"–"+v.number(100*(p.Rest+0.05), 0)+"%"),
			g.Text(strconv.FormatInt(p.N, 10)), g.Text(v.number(100*p.Mark, 0)+"%")))
	}
	if byAbility {
		line := make([][2]float64, len(a.Curve))
		for i, p := range a.Curve {
			line[i] = [2]float64{p.Theta, p.Mark}
		}
		marks = append(marks, c.line(line))
	}
	return h.Section(h.Aria("labelledby", "curve"), h.H2(h.ID("curve"), g.Text(c.title)), h.P(h.Class("hint"), g.Text(about)), c.draw("curve-chart", marks...),
		h.Details(h.Summary(v.text("Xem bảng số liệu", "Show the table")), table(c.title, columns, rows)))
}

// distractorFigure shows which third of the people took which choice.
func (v *view) distractorFigure(a measurement.ItemAnalysis, content events.ItemContent) g.Node {
	if len(a.Choices) == 0 {
		return nil
	}
	title := v.t("Ai chọn phương án nào", "Who takes which choice")
	if a.N < leastForThirds {
		return v.choiceTable(title, a, content)
	}
	thirds := []string{v.t("Nhóm điểm thấp", "Lowest third"), v.t("Nhóm giữa", "Middle third"), v.t("Nhóm điểm cao", "Highest third")}
	columns := []column{{v.t("Phương án", "Choice"), false}, {v.t("Số người chọn", "Taken by"), true}, {thirds[0], true}, {thirds[1], true}, {thirds[2], true},
		{v.t("Điểm trung bình ở các câu khác", "Mean mark of the other items"), true}}
	bars := bars{title: title, groups: thirds, number: v.number}
	var rows []g.Node
	for _, c := range a.Choices {
		name := v.choiceName(c)
		bars.add(name, c.Key, c.Low, c.Middle, c.High)
		rows = append(rows, row(columns, g.Group{h.Strong(g.Text(name)), g.Text(": "), markdown(v.p.texts.line, choiceText(content, c.Choice))},
			g.Text(strconv.FormatInt(c.N, 10)+" ("+v.percentOf(c.Share)+")"), share(v, c.Low), share(v, c.Middle), share(v, c.High), g.Text(v.figure(c.Rest))))
	}
	return h.Section(h.Aria("labelledby", "choices"), h.H2(h.ID("choices"), g.Text(title)),
		h.P(h.Class("hint"), v.text("Ở câu tốt, nhóm điểm cao chọn đáp án nhiều hơn và chọn phương án nhiễu ít hơn.", "With a good item the highest third takes the key more often, and distractors less.")),
		bars.draw("choices-chart"), tableUnder(title, columns, rows))
}

// leastForThirds is from how many answers on a third of those who gave them is more than two people.
const leastForThirds = 9

// choiceTable is the distractor table of an item that few have met.
func (v *view) choiceTable(title string, a measurement.ItemAnalysis, content events.ItemContent) g.Node {
	columns := []column{{v.t("Phương án", "Choice"), false}, {v.t("Số người chọn", "Taken by"), true}}
	return h.Section(h.Aria("labelledby", "choices"), h.H2(h.ID("choices"), g.Text(title)),
		h.P(h.Class("hint"), g.Text(fmt.Sprintf(v.t("Chưa đủ lượt làm để so sánh nhóm điểm thấp với nhóm điểm cao: mới có %d, cần ít nhất %d.", "Too few answers to compare those with low and high marks: %d, and %d are needed."), a.N, leastForThirds))),
		tableUnder(title, columns, g.Map(a.Choices, func(c measurement.ChoiceFigures) g.Node {
			return row(columns, g.Group{h.Strong(g.Text(v.choiceName(c))), g.Text(": "), markdown(v.p.texts.line, choiceText(content, c.Choice))}, g.Text(strconv.FormatInt(c.N, 10)))
		})))
}

func (v *view) choiceName(c measurement.ChoiceFigures) string {
	if c.Key {
		return c.Choice + v.t(" (đáp án)", " (key)")
	}
	return c.Choice
}

func share(v *view, x float64) g.Node { return g.Text(v.number(100*x, 0) + "%") }

func choiceText(content events.ItemContent, id string) string {
	for _, c := range content.Choices {
		if c.ID == id {
			return c.Text
		}
	}
	return ""
}
