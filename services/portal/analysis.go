package portal

import (
	"net/http"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/measure"
	"khuevan/platform/fault"
	"khuevan/services/measurement"
)

// analysisRoutes are the pages on what answers tell of questions.
func (p *Portal) analysisRoutes(mux *http.ServeMux) {
	mux.Handle("GET /courses/{course}/analysis", p.page(func(v *view) (page, error) { return p.analysisPage(v, nil) }))
	mux.Handle("POST /courses/{course}/analysis", p.act(p.calibrate, p.analysisPage))
	mux.Handle("GET /courses/{course}/analysis/{item}/{version}", p.page(p.itemAnalysisPage))
}

// analysisPage lists the item versions of a course with their figures, those with something to look at first.
func (p *Portal) analysisPage(v *view, why *fault.Error) (page, error) {
	course, all := v.r.PathValue("course"), v.r.FormValue("all") == "1"
	a, err := measurement.GetAnalysis.Call(v.ctx(), p.d.RPC, measurement.AnalysisRequest{Course: course, All: all, After: v.after})
	if err != nil {
		return page{}, err
	}
	slices.SortStableFunc(a.Items, func(x, y measurement.ItemFigures) int { return len(y.Findings) - len(x.Findings) })
	body := []g.Node{v.refusal(why),
		h.P(h.Class("lead"), v.text("Kết quả làm bài cho biết câu nào quá dễ, quá khó, không phân biệt được người học, hoặc có thể sai đáp án.",
			"Answers tell which items are too easy, too hard, tell nobody apart, or may have a wrong key.")),
		v.whichAttempts(course, all), v.analysisStats(a)}
	if len(a.Items) == 0 {
		body = append(body, empty(v.t("Chưa có lượt làm bài nào để phân tích.", "There are no attempts to analyse yet."),
			h.P(v.text("Số liệu xuất hiện khi học viên nộp bài đầu tiên.", "Figures appear with the first attempt that is handed in."))))
	} else {
		body = append(body, v.itemTable(course, a, all))
	}
	return v.quizPage(quizPage{course: course, tab: tabAnalysis, title: v.t("Phân tích câu hỏi", "Item analysis"),
		body: append(body, v.calibrationSection(course, a), v.legend())})
}

// whichAttempts switches between first attempts and all.
func (v *view) whichAttempts(course string, all bool) g.Node {
	path := "/courses/" + course + "/analysis"
	link := func(to, text string, current bool) g.Node {
		class := "btn"
		if current {
			class = "btn-primary"
		}
		return h.A(h.Class(class), h.Href(to), g.If(current, h.Aria("current", "true")), g.Text(text))
	}
	return h.P(h.Class("actions"), link(path, v.t("Chỉ lượt đầu của mỗi người", "First attempts only"), !all),
		link(path+"?all=1", v.t("Mọi lượt làm bài", "All attempts"), all))
}

func (v *view) analysisStats(a measurement.Analysis) g.Node {
	stat := func(name, value string) g.Node {
		return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(g.Text(value)))
	}
	return g.Group{h.Dl(h.Class("stats"),
		stat(v.t("Lượt được tính", "Attempts counted"), strconv.FormatInt(a.Attempts, 10)),
		stat(v.t("Điểm trung bình", "Mean mark"), v.figure(a.Mean)),
		stat(v.t("Độ tin cậy α", "Reliability α"), v.figure(a.Alpha)),
		stat(v.t("Sai số chuẩn của điểm", "Standard error of a mark"), v.figure(a.Error))),
		g.If(!a.Alpha.OK, h.P(h.Class("hint"), v.text("Chưa tính được độ tin cậy và sai số chuẩn: cần nhiều người hơn làm cùng những câu hỏi.", "Reliability and standard error cannot be told yet: more people must answer the same items.")))}
}

// figure writes a statistic, and a dash where there is not enough data.
func (v *view) figure(f measure.Figure) string {
	if !f.OK {
		return "–"
	}
	return v.number(f.Value, 2)
}

func (v *view) percentOf(f measure.Figure) string {
	if !f.OK {
		return "–"
	}
	return v.number(100*f.Value, 0) + "%"
}

func (v *view) itemTable(course string, a measurement.Analysis, all bool) g.Node {
	columns := []column{{v.t("Câu hỏi", "Item"), false}, {v.t("Cần xem", "To look at"), false}, {v.t("Lượt trả lời", "Answers"), true}, {v.t("Độ dễ", "Facility"), true},
		{v.t("Độ phân biệt", "Discrimination"), true}, {v.t("Thời gian trung vị", "Median time"), true}, {v.t("Tần suất gặp", "Exposure"), true},
		{v.t("Độ khó b", "Difficulty b"), true}, {v.t("Elo", "Elo"), true}}
	var rows []g.Node
	for _, it := range a.Items {
		difficulty := "–"
		if p := it.Parameters; p != nil {
			difficulty = v.number(p.B, 2) + " ± " + v.number(p.BError, 2)
		}
		to := query("/courses/"+course+"/analysis/"+it.Item+"/"+strconv.Itoa(it.Version), "all", onlyIf(all, "1"))
		rows = append(rows, row(columns,
			g.Group{h.A(h.Href(to), g.Text(it.Item)), h.Br(), h.Small(g.Text(v.t("phiên bản ", "version ") + strconv.Itoa(it.Version)))},
			v.findingBadges(it), g.Text(strconv.FormatInt(it.N, 10)), g.Text(v.percentOf(it.Facility)), g.Text(v.figure(it.Discrimination)),
			g.Text(v.seconds(it.Seconds)), g.Text(v.percentOf(it.Exposure)), g.Text(difficulty), g.Text(v.number(it.Elo.Value, 2))))
	}
	return table(v.t("Số liệu của từng phiên bản câu hỏi; câu cần xem đứng trước", "Figures of each item version; those to look at come first"), columns, rows)
}

func onlyIf(yes bool, text string) string {
	if yes {
		return text
	}
	return ""
}

// seconds writes a length of time.
func (v *view) seconds(f measure.Figure) string {
	if !f.OK {
		return "–"
	}
	return v.number(f.Value, 0) + v.t(" giây", " s")
}

// findingBadges says in words what may be wrong with an item.
func (v *view) findingBadges(it measurement.ItemFigures) g.Node {
	var all []g.Node
	for _, f := range it.Findings {
		kind, text := v.finding(f)
		all = append(all, badge(kind, text), g.Text(" "))
	}
	if it.Parameters != nil && it.Parameters.Drifted {
		all = append(all, badge("warn", v.t("Độ khó đã thay đổi", "Difficulty has drifted")))
	}
	if len(all) == 0 {
		return g.Text("–")
	}
	return g.Group(all)
}

func (v *view) finding(f measure.Finding) (kind, text string) {
	switch f.Flag {
	case measure.Miskeyed:
		return "bad", v.t("Có thể sai đáp án: xem phương án ", "Key may be wrong: look at choice ") + f.Choice
	case measure.TooEasy:
		return "info", v.t("Quá dễ", "Too easy")
	case measure.TooHard:
		return "warn", v.t("Quá khó", "Too hard")
	case measure.Weak:
		return "warn", v.t("Phân biệt kém", "Weak discrimination")
	case measure.IdleChoice:
		return "info", v.t("Không ai chọn phương án ", "Nobody takes choice ") + f.Choice
	}
	return "info", string(f.Flag)
}

func (v *view) calibrationSection(course string, a measurement.Analysis) g.Node {
	state := v.t("Ngân hàng chưa được hiệu chuẩn. Câu có từ 200 lượt làm lần đầu được hiệu chuẩn mỗi đêm.", "The bank is not calibrated yet. Items with 200 first attempts or more are, every night.")
	if !a.Calibrated.IsZero() {
		state = v.t("Hiệu chuẩn gần nhất: ", "Last calibration: ")
	}
	return h.Section(h.Class("card"), h.H2(v.text("Hiệu chuẩn", "Calibration")),
		h.P(g.Text(state), g.If(!a.Calibrated.IsZero(), g.Group{v.moment(a.Calibrated), g.Textf(v.t(", %d người.", ", %d people."), a.People)})),
		g.If(!a.Calibrated.IsZero() && !a.Converged, h.P(h.Class("notice-warn"), v.text("Ước lượng chưa hội tụ; hãy xem các con số này là tạm thời.", "The estimation has not converged; take these figures as provisional."))),
		h.Form(h.Method("post"), h.Action("/courses/"+course+"/analysis"), v.newOnce(), h.Button(h.Class("btn"), h.Type("submit"), v.text("Hiệu chuẩn ngay", "Calibrate now"))))
}

// legend says what the figures mean.
func (v *view) legend() g.Node {
	return h.Details(h.Class("card"), h.Summary(v.text("Các con số nghĩa là gì?", "What do the figures mean?")), h.Dl(h.Class("facts"),
		fact(v.t("Độ dễ", "Facility"), v.text("Điểm trung bình của câu, 0–100%. Dưới 20% là quá khó, trên 95% là quá dễ.", "Mean mark of the item, 0 to 100%. Below 20% is too hard, above 95% too easy.")),
		fact(v.t("Độ phân biệt", "Discrimination"), v.text("Tương quan giữa điểm của câu và điểm các câu còn lại trong cùng lượt. Dưới 0,2 là kém; âm thì người giỏi trả lời sai nhiều hơn, cần xem lại đáp án.",
			"Correlation of the item's mark with that of the other items of the attempt. Below 0.2 is weak; below 0 the able get it wrong, so look at the key.")),
		fact("α", v.text("Cronbach α: nếu làm đề khác cùng loại, điểm giữ nguyên đến mức nào. Từ 0,7 là dùng được cho kiểm tra thường xuyên.", "Cronbach's α: how far marks would stay the same with other items of the kind. From 0.7 on it serves for regular tests.")),
		fact(v.t("Độ khó b, độ phân biệt a", "Difficulty b, discrimination a"), v.text("Tham số của mô hình logistic hai tham số, trên thang mà năng lực trung bình là 0. Bài thích ứng dùng các tham số này.",
			"Parameters of the two-parameter logistic model, on the scale where mean ability is 0. Adaptive tests use them.")),
		fact("Elo", v.text("Độ khó ước lượng dần từ lượt đầu tiên, khi chưa đủ dữ liệu để hiệu chuẩn.", "Difficulty as estimated step by step from the first answer, while there is too little to calibrate."))))
}

func (p *Portal) calibrate(v *view) (string, uint64, error) {
	course := v.r.PathValue("course")
	done, err := measurement.Calibrate.Call(v.ctx(), p.d.RPC, measurement.CalibrateRequest{Course: course})
	return "/courses/" + course + "/analysis?ok=calibrated", done.Seq, err
}
