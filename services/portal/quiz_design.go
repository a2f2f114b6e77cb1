package portal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// rulesPage designs a course's quiz: it shows the rules that hold or, once the form was sent, tries those of the form.
func (p *Portal) rulesPage(v *view, why *fault.Error) (page, error) {
	course := v.r.PathValue("course")
	q := quizPage{course: course, tab: tabRules, title: v.t("Thiết kế bài kiểm tra", "Quiz design")}
	holds, err := v.rulesOf(course)
	if err != nil {
		return page{}, err
	}
	if holds == nil {
		q.body = []g.Node{empty(v.t("Khóa học này chưa có bài kiểm tra.", "The course has no quiz."),
			h.P(v.text("Bài kiểm tra có cùng khóa học khi khóa học được xuất bản.", "A quiz comes with its course when that is published.")),
			h.P(h.A(h.Class("btn"), h.Href("/courses"), v.text("Xem các khóa học", "See the courses"))))}
		return v.quizPage(q)
	}
	q.undo = v.undoRules(course, *holds)
	form, tried := rulesForm(*holds), *holds
	sent := v.r.Method == "POST"
	if sent {
		form = v.postedRules()
		rules, wrong := form.read()
		if wrong != nil {
			why = wrong
		} else if tried, err = quiz.GetRules.Call(v.ctx(), p.d.RPC, quiz.GetRulesRequest{Course: course, Try: &rules}); err != nil {
			return page{}, err
		}
	}
	q.body = []g.Node{
		h.P(h.Class("lead"), g.Text(fmt.Sprintf(v.t("Áp dụng cho phiên bản %d của khóa học. Lượt đang làm dở giữ quy tắc cũ.", "For version %d of the course. Running attempts keep the rules that they began with."), holds.Version))),
		v.refusal(why), g.If(sent && why == nil, v.tried(tried)), g.If(!sent, v.thinPanel(holds)),
		v.rulesForm(course, form, tried, why),
	}
	return v.quizPage(q)
}

// undoRules saves what held before the revision that was just made.
func (v *view) undoRules(course string, r quiz.Rules) g.Node {
	if r.Before == nil {
		return nil
	}
	r.Rules = *r.Before
	form := rulesForm(r)
	return v.back(coursePath(course, tabRules), g.Map(slices.Sorted(maps.Keys(form.Values)), func(name string) g.Node { return hidden(name, form.Get(name)) }))
}

// tried tells what is wrong with rules that were tried, and where the bank is thin for them.
func (v *view) tried(r quiz.Rules) g.Node {
	switch {
	case len(r.Wrong) > 0:
		return h.Div(h.Class("notice-bad"), h.Role("alert"), h.P(v.text("Quy tắc này chưa lưu được:", "These rules cannot be saved:")),
			h.Ul(g.Map(r.Wrong, func(w events.Words) g.Node { return h.Li(g.Text(v.words(w))) })))
	case len(r.Thin) > 0:
		return h.Div(h.Class("notice-warn"), h.Role("status"), h.P(v.text("Thử xong, chưa lưu. Ngân hàng còn mỏng so với quy tắc này:", "Tried and not saved. The bank is thin for these rules:")),
			h.Ul(g.Map(r.Thin, func(t quiz.Thin) g.Node { return h.Li(g.Text(v.thinName(&r, t) + ": " + v.words(t.Why))) })))
	}
	return h.P(h.Class("notice-ok"), h.Role("status"), g.Text(fmt.Sprintf(v.t("Thử xong, chưa lưu. Ngân hàng có %d câu đang dùng, đủ cho quy tắc này.", "Tried and not saved. The bank has %d questions in use, enough for these rules."), r.Live)))
}

// reviseQuiz saves the rules of the form.
func (p *Portal) reviseQuiz(v *view) (string, uint64, error) {
	course, form := v.r.PathValue("course"), v.postedRules()
	rules, wrong := form.read()
	if wrong != nil {
		return "", 0, wrong
	}
	version, _ := strconv.Atoi(form.get("version")) // the service refuses what is no version
	revision, _ := strconv.Atoi(form.get("revision"))
	done, err := quiz.ReviseQuiz.Call(v.ctx(), p.d.RPC, quiz.ReviseQuizRequest{Course: course, Version: version, Revision: revision, Rules: rules})
	return query(coursePath(course, tabRules), "did", "rules"), done.Seq, err
}

func (v *view) rulesForm(course string, f ruleForm, r quiz.Rules, why *fault.Error) g.Node {
	at := coursePath(course, tabRules)
	return h.Form(h.Method("post"), h.Action(at), v.newOnce(), hidden("version", f.get("version")), hidden("revision", f.get("revision")),
		h.Section(h.Class("card"), h.H2(v.text("Quy định chung", "In general")), h.Div(h.Class("fields"),
			v.numberField("items", v.t("Số câu mỗi đề", "Questions of an attempt"), f.get("items"), why, "", h.Min("1"), h.Max("200"), h.Required()),
			v.numberField("minutes", v.t("Thời gian làm bài (phút)", "Time (minutes)"), f.get("minutes"), why, "", h.Min("1"), h.Max("1440"), h.Required()),
			v.numberField("pass", v.t("Điểm đạt (thang 10)", "Pass mark (of 10)"), f.get("pass"), why, "", h.Min("0"), h.Max("10"), h.Step("0.01"), h.Required()),
			v.numberField("attempts", v.t("Số lượt được làm", "Attempts"), f.get("attempts"), why, v.t("0 là không hạn chế.", "0 is unlimited."), h.Min("0"), h.Required()),
			v.numberField("unseen", v.t("Tránh câu cũ (số lượt)", "Unseen for (attempts)"), f.get("unseen"), why, v.t("Không hỏi lại câu của từng ấy lượt gần nhất của chính người đó.", "Avoids the questions of so many latest attempts of the same person."), h.Min("0"), h.Max("20")),
			v.numberField("cooling_hours", v.t("Chờ làm lại (giờ)", "Wait to try again (hours)"), f.get("cooling_hours"), why, "", h.Min("0"), h.Max("8784")),
			v.numberField("grace_seconds", v.t("Nhận bài muộn (giây)", "Grace after the deadline (seconds)"), f.get("grace_seconds"), why, v.t("Bù cho đường truyền chậm; để 0 là 15 giây.", "Pays for a slow line; 0 stands for 15."), h.Min("0"), h.Max("300")))),
		v.behaviours(f, r, why), v.blueprint(f, r, why),
		h.P(h.Class("actions"),
			h.Button(h.Class("btn"), h.Type("submit"), g.Attr("formaction", at+"/try"), v.text("Thử", "Try")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lưu", "Save")),
			h.A(h.Class("btn-quiet"), h.Href(at), v.text("Bỏ thay đổi, tải lại", "Discard and reload"))))
}

// behaviours explains each way in which a quiz is taken, in one sentence, with the fields that only it has.
func (v *view) behaviours(f ruleForm, r quiz.Rules, why *fault.Error) g.Node {
	radio := func(value, name, explained string, more ...g.Node) g.Node {
		return g.Group{h.Label(h.Class("choice"), h.Input(h.Type("radio"), h.Name("behaviour"), h.Value(value), g.If(f.get("behaviour") == value, h.Checked())),
			h.Span(h.Strong(g.Text(name)), h.Br(), g.Text(explained))), g.If(len(more) > 0, h.Div(h.Class("fields below"), g.Group(more)))}
	}
	adaptiveAttrs, adaptiveRemedy := v.wrong(why, "adaptive")
	return h.Section(h.Class("card"), h.FieldSet(h.Class("field"), h.Legend(v.text("Cách làm bài", "How it is taken")), h.Div(
		radio(quiz.Deferred, v.t("Nộp rồi mới chấm", "Marked at the end"), v.t("Người làm sửa được mọi câu đến khi nộp; đáp án và giải thích hiện sau khi nộp.", "Every answer can be changed until the attempt is handed in; keys and explanations follow then.")),
		radio(quiz.Immediate, v.t("Chấm ngay từng câu", "Marked question by question"), v.t("Người làm bấm kiểm tra từng câu và thấy giải thích ngay; hợp cho ôn luyện.", "Each answer is checked when the person asks, and explained at once; for practice."),
			v.numberField("tries", v.t("Số lần thử mỗi câu", "Tries of a question"), f.get("tries"), why, "", h.Min("0"), h.Max("5")),
			v.numberField("try_penalty", v.t("Trừ mỗi lần thử sai (%)", "Lost with each wrong try (%)"), f.get("try_penalty"), why, "", h.Min("0"), h.Max("100"), h.Step("0.1"))),
		radio(quiz.Certainty, v.t("Chấm theo độ chắc chắn", "Marked by certainty"), v.t("Mỗi câu kèm mức chắc chắn; chắc mà sai thì bị trừ điểm, nên lộ ra hiểu nhầm.", "Each answer comes with how sure the person is; sure and wrong costs marks, which shows misconceptions.")),
		radio(quiz.Adaptive, v.t("Thích ứng", "Adaptive"), v.t("Câu sau chọn theo câu trước; bài dừng khi đã đủ tin cậy là đạt hay không.", "Each question follows from the answers before; the test stops when pass or fail is sure enough."),
			h.P(h.Class("hint"), g.Text(fmt.Sprintf(v.t("Đã đo %d trong %d câu đang dùng; chỉ câu đã đo mới dùng được cho bài thích ứng.", "%d of %d questions in use are calibrated; only those serve an adaptive test."), r.Calibrated, r.Live))), adaptiveRemedy,
			v.numberField("least", v.t("Ít nhất (câu)", "At least (questions)"), f.get("least"), why, "", h.Min("1"), h.Max("200"), adaptiveAttrs),
			v.numberField("most", v.t("Nhiều nhất (câu)", "At most (questions)"), f.get("most"), why, "", h.Min("1"), h.Max("200")),
			v.numberField("confidence", v.t("Độ tin cậy (%)", "Confidence (%)"), f.get("confidence"), why, "", h.Min("50"), h.Max("99.9"), h.Step("0.1"))))))
}

// blueprint asks how many questions of which tags and difficulty each attempt has.
func (v *view) blueprint(f ruleForm, r quiz.Rules, why *fault.Error) g.Node {
	_, remedy := v.wrong(why, "blueprint")
	counts := map[string]int{}
	for _, t := range r.Tags {
		counts[t.Tag] = t.Items
	}
	var rows []g.Node
	for i := range f.rows() {
		rows = append(rows, v.blueprintRow(f, i, counts))
	}
	fixed := func(value, vi, en string) g.Node {
		return h.Label(h.Class("choice"), h.Input(h.Type("radio"), h.Name("fixed"), h.Value(value), g.If(f.get("fixed") == value, h.Checked())), h.Span(v.text(vi, en)))
	}
	return h.Section(h.Class("card"), h.H2(v.text("Ma trận đề", "Blueprint")),
		h.P(v.text("Mỗi dòng lấy một số câu có đủ các thẻ đã ghi, cách nhau bằng dấu phẩy. Số câu còn lại rút từ cả ngân hàng, lần lượt theo chủ đề. Để trống thẻ và số câu để bỏ một dòng.",
			"Each row takes so many questions that have all its tags, written with commas between. The rest come from the whole bank, topic by topic. Leave tags and number empty to drop a row.")), remedy,
		h.DataList(h.ID("tags"), g.Map(r.Tags, func(t quiz.TagCount) g.Node { return h.Option(h.Value(t.Tag), g.Textf("%s (%d)", t.Tag, t.Items)) })),
		g.Group(rows), hidden("rows", strconv.Itoa(f.rows())),
		h.P(h.Class("actions"), h.Button(h.Class("btn"), h.Type("submit"), h.Name("more"), h.Value("1"), g.Attr("formaction", coursePath(r.Course, tabRules)+"/try"), v.text("Thêm dòng", "Add a row"))),
		v.tagTable(r),
		h.FieldSet(h.Class("field"), h.Legend(v.text("Đề của mỗi người", "Everybody's questions")), h.Div(
			fixed("", "Rút ngẫu nhiên cho từng lượt", "Drawn anew for each attempt"),
			fixed("yes", "Một đề cố định cho mọi người, rút khi lưu; thứ tự câu và phương án vẫn xáo trộn", "The same for everybody, drawn when this is saved; the order still differs"))))
}

func (v *view) blueprintRow(f ruleForm, i int, counts map[string]int) g.Node {
	name := func(part string) string { return rowField(part, i) }
	input := func(part, label, kind string, more ...g.Node) g.Node {
		return field(name(part), label, h.Input(h.ID(name(part)), h.Name(name(part)), h.Type(kind), h.Value(f.get(name(part))), g.Group(more)))
	}
	var live []string
	for _, tag := range splitTags(f.get(name("tags"))) {
		live = append(live, tag+": "+v.t(strconv.Itoa(counts[tag])+" câu đang dùng", counted(counts[tag], "question")+" in use"))
	}
	return h.FieldSet(h.Class("field fields"), h.Legend(g.Textf(v.t("Dòng %d", "Row %d"), i+1)),
		input("tags", v.t("Các thẻ", "Tags"), "text", h.List("tags"), h.AutoComplete("off")),
		input("items", v.t("Số câu", "Questions"), "number", h.Min("0"), h.Max("200")),
		input("min", v.t("Độ khó từ", "Difficulty from"), "number", h.Min("0"), h.Max("1"), h.Step("0.01")),
		input("max", v.t("đến", "to"), "number", h.Min("0"), h.Max("1"), h.Step("0.01")),
		g.If(len(live) > 0, h.P(h.Class("hint"), g.Text(strings.Join(live, "; ")))))
}

func (v *view) tagTable(r quiz.Rules) g.Node {
	if len(r.Tags) == 0 {
		return empty(v.t("Chưa có câu hỏi nào đang dùng.", "No question is in use."), h.P(h.A(h.Href(coursePath(r.Course, tabBank)), v.text("Mở ngân hàng câu hỏi", "Open the question bank"))))
	}
	columns := []column{{v.t("Thẻ", "Tag"), false}, {v.t("Câu đang dùng", "Questions in use"), true}}
	return h.Details(h.Summary(g.Text(fmt.Sprintf(v.t("Các thẻ của %d câu đang dùng", "Tags of the %d questions in use"), r.Live))),
		table(v.t("Số câu đang dùng theo thẻ", "Questions in use by tag"), columns, g.Map(r.Tags, func(t quiz.TagCount) g.Node {
			return row(columns, h.A(h.Href(query(coursePath(r.Course, tabBank), "tag", t.Tag)), g.Text(t.Tag)), itoa(t.Items))
		})))
}
