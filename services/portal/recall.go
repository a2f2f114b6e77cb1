package portal

import (
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/refresher"
)

const recallPath = "/recall"

// recallPage shows trainers and analysts how well units are predicted to remember, and how good predictions are.
func (p *Portal) recallPage(v *view) (page, error) {
	r, err := refresher.GetRecall.Call(v.ctx(), p.d.RPC, refresher.GetRecallRequest{Unit: v.r.URL.Query().Get("unit"), After: v.after})
	if err != nil {
		return page{}, err
	}
	names, err := v.competencyNames()
	if err != nil {
		return page{}, err
	}
	title := v.t("Ôn tập nhắc lại", "Recall")
	return page{Title: title, Section: recallPath, Body: []g.Node{h.H1(g.Text(title + ": " + r.Unit.Name)),
		h.P(h.Class("lead"), v.text("Ước tính cán bộ còn nhớ bao nhiêu những gì đã học, và ước tính ấy đúng đến đâu so với câu trả lời thật. Nhóm dưới 5 người không hiện số liệu.",
			"How much of what was learnt people are estimated to recall, and how far the estimate holds against their answers. Of groups under 5 people nothing is shown.")),
		v.recallByUnit(r, names), v.calibrationOfRecall(r), v.refresherWeeks(r), v.lackingItems(r, names), v.recallParameters(r.Parameters)}}, nil
}

// recallByUnit is a table for each competency, so that it is read on a phone too.
func (v *view) recallByUnit(r refresher.Recall, names competencyNames) g.Node {
	title := v.t("Ước tính còn nhớ, theo năng lực và đơn vị", "Predicted recall, by competency and unit")
	if len(r.Competencies) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Chưa có ai trong đơn vị đạt bài kiểm tra của khóa học có năng lực.", "Nobody of the unit has passed the quiz of a course with competencies yet.")))
	}
	columns := []column{{v.t("Đơn vị", "Unit"), false}, {v.t("Người đã học", "Have learnt it"), true}, {v.t("Ước tính còn nhớ", "Predicted recall"), true}}
	line := func(name g.Node, m refresher.GroupMean) g.Node {
		if m.Masked {
			return row(columns, name, v.text("không hiện", "not shown"), v.text("không hiện", "not shown"))
		}
		return row(columns, name, itoa(m.People), g.Text(v.percent(m.Recall)))
	}
	var tables []g.Node
	for i, competency := range r.Competencies {
		rows, none := []g.Node{line(h.Strong(g.Text(r.Unit.Name)), r.Unit.Means[i])}, 0
		for _, u := range r.Below {
			if u.Means[i].Nobody() {
				none++
				continue
			}
			rows = append(rows, line(h.A(h.Href(query(recallPath, "unit", u.Unit)), g.Text(u.Name)), u.Means[i]))
		}
		if len(r.Below) > 0 && !r.Directly.Means[i].Nobody() {
			rows = append(rows, line(v.text("Thuộc trực tiếp đơn vị", "In the unit itself"), r.Directly.Means[i]))
		}
		tables = append(tables, table(names.of(competency), columns, rows),
			g.If(none > 0, h.P(h.Class("hint"), g.Textf(v.t("Còn %d đơn vị chưa có ai học năng lực này.", "In %d more units nobody has learnt it."), none))))
	}
	return h.Section(h.H2(g.Text(title)), g.Group(tables),
		hint(v.t("Một nhóm dưới 5 người không hiện, kèm một nhóm khác để không suy ra được bằng phép trừ. Mọi trang đều ẩn như nhau.", "A group under 5 is not shown, nor is another one, so that it cannot be found by subtraction. All pages leave out the same.")))
}

// calibrationOfRecall sets predicted recall beside the share of right answers.
func (v *view) calibrationOfRecall(r refresher.Recall) g.Node {
	title := v.t("Ước tính và thực tế", "Predicted and actual")
	if len(r.Calibration) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Chưa có đợt ôn tập nào hoàn thành để đối chiếu.", "No refresher has been finished yet to compare with.")))
	}
	c := chart{w: 480, h: 300, left: 52, bottom: 48, title: v.t("Ước tính còn nhớ và tỷ lệ trả lời đúng", "Predicted recall and share of right answers"),
		x: axis{from: 0, to: 1, step: 0.2, label: v.t("Ước tính còn nhớ", "Predicted recall")}, y: axis{from: 0, to: 1, step: 0.25}, number: v.number}
	marks := []g.Node{c.line([][2]float64{{0, 0}, {1, 1}})}
	var most int64
	for _, b := range r.Calibration {
		most = max(most, int64(b.Asked))
	}
	columns := []column{{v.t("Ước tính trong khoảng", "Predicted between"), false}, {v.t("Số người", "People"), true}, {v.t("Số câu", "Questions"), true}, {v.t("Ước tính trung bình", "Mean prediction"), true}, {v.t("Trả lời đúng", "Answered rightly"), true}}
	rows := g.Map(r.Calibration, func(b refresher.Bin) g.Node {
		span := g.Text(v.percent(b.From) + " – " + v.percent(b.To))
		if b.Masked {
			return row(columns, span, v.text("dưới 5", "under 5"), g.Text("–"), g.Text("–"), g.Text("–"))
		}
		marks = append(marks, c.circle(b.Predicted, b.Right, circleSize(int64(b.Asked), most)))
		return row(columns, span, itoa(b.People), itoa(b.Asked), g.Text(v.percent(b.Predicted)), g.Text(v.percent(b.Right)))
	})
	return h.Section(h.H2(g.Text(title)),
		h.P(v.text("Của toàn hệ thống. Đường chéo là ước tính đúng hoàn toàn; vòng tròn nằm dưới đường chéo là thực tế nhớ kém hơn ước tính. Vòng càng lớn càng nhiều câu trả lời.",
			"Of everybody. The diagonal is a perfect prediction; circles below it are of what was recalled worse than predicted. Larger circles are more answers.")),
		g.If(most > 0, c.draw("recall-chart", marks...)), tableUnder(title, columns, rows))
}

func (v *view) refresherWeeks(r refresher.Recall) g.Node {
	title := v.t("Các tuần gần đây", "Recent weeks")
	if len(r.Weeks) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Chưa gửi đợt ôn tập nào.", "No refresher has been offered yet."), h.P(v.text("Tuần tới: ", "The next weekly time: "), v.moment(r.Parameters.Next))))
	}
	columns := []column{{v.t("Tuần từ", "Week from"), false}, {v.t("Đã gửi", "Offered"), true}, {v.t("Đã trả lời hết", "Finished"), true}, {v.t("Hết hạn", "Expired"), true}, {v.t("Đang chờ", "Open"), true}}
	return h.Section(h.H2(g.Text(title)), h.P(v.text("Của toàn hệ thống. Mỗi người nhận tối đa một đợt mỗi tuần; đợt chưa xong hết hạn khi có đợt mới. Tuần tới: ", "Of everybody. Each person gets at most one a week; an unfinished one expires when the next comes. Next: "), v.moment(r.Parameters.Next)),
		tableUnder(title, columns, g.Map(r.Weeks, func(w refresher.Week) g.Node {
			return row(columns, v.day(w.Week), itoa(w.Offered), itoa(w.Finished), itoa(w.Expired), itoa(w.Offered-w.Finished-w.Expired))
		})))
}

func (v *view) lackingItems(r refresher.Recall, names competencyNames) g.Node {
	title := v.t("Năng lực thiếu câu hỏi", "Competencies that lack questions")
	if len(r.Lacking) == 0 {
		return h.Section(h.H2(g.Text(title)), h.P(v.text("Mọi năng lực của các khóa học đều đủ câu hỏi đã duyệt để ôn tập.", "Every competency of the courses has enough approved questions.")))
	}
	columns := []column{{v.t("Khóa học", "Course"), false}, {v.t("Năng lực", "Competency"), false}, {v.t("Câu hỏi dùng được", "Usable questions"), true}}
	return h.Section(h.H2(g.Text(title)), h.P(g.Textf(v.t("Cần ít nhất %d câu đã duyệt, loại một lựa chọn, nhiều lựa chọn hoặc đúng/sai, có gắn năng lực ấy.", "At least %d approved questions of single choice, multiple choice or true/false with the competency as a tag are needed."), r.Parameters.Least)),
		tableUnder(title, columns, g.Map(r.Lacking, func(l refresher.Lacking) g.Node {
			return row(columns, h.A(h.Href("/courses/"+l.Course+"/bank"), g.Text(v.words(l.Title))), g.Text(names.of(l.Competency)), itoa(l.Items))
		})))
}

func (v *view) recallParameters(p refresher.Parameters) g.Node {
	grades := g.Map(p.Grades, func(s refresher.GradeShare) g.Node {
		return h.Li(g.Textf(v.t("đúng từ %s: %s", "from %s right: %s"), v.percent(s.Share), v.gradeName(s.Grade)))
	})
	var weights string
	for i, w := range p.Weights {
		weights += fmt.Sprintf("w%d = %s; ", i, strconv.FormatFloat(w, 'g', -1, 64))
	}
	return h.Section(h.H2(v.text("Tham số đang dùng", "Parameters in force")), h.Dl(h.Class("facts"),
		fact(v.t("Mô hình", "Model"), v.text("FSRS-6, dài hạn, không ngẫu nhiên", "FSRS-6, long-term, without fuzz")),
		fact(v.t("Hỏi lại khi ước tính còn nhớ xuống", "Asked again at a predicted recall of"), g.Text(v.percent(p.Retention))),
		fact(v.t("Lâu nhất", "At the latest after"), g.Textf(v.t("%d ngày", "%d days"), p.Longest)),
		fact(v.t("Số câu mỗi đợt", "Questions"), g.Textf(v.t("từ %d đến %d, %d câu cho mỗi năng lực", "%d to %d, %d for each competency"), p.Least, p.Most, p.Each)),
		fact(v.t("Mức nhớ", "Grades"), h.Ul(grades)),
		fact(v.t("Khi đạt bài kiểm tra", "When a quiz is passed"), g.Text(v.gradeName(p.Passed))),
		fact(v.t("Trọng số", "Weights"), h.Span(h.Class("digest"), g.Text(weights))),
		fact(v.t("Nguồn", "Source"), h.Span(h.Class("digest"), g.Text(p.Source)))),
		h.P(h.Class("hint"), v.text("Tham số nằm trong tệp content/refresher/rules.yaml; đổi tham số chỉ ảnh hưởng các lần ôn từ đó về sau.", "They stand in content/refresher/rules.yaml; a change holds for reviews from then on.")))
}
