package portal

import (
	"net/http"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/web"
)

// quizStaffRoutes are the pages of trainers around a course's quiz.
func (p *Portal) quizStaffRoutes(mux *http.ServeMux) {
	const bank = "/courses/{course}/items"
	mux.Handle("GET "+bank, p.page(p.bankPage))
	mux.Handle("GET "+bank+"/new", p.page(p.newItemPage))
	mux.Handle("POST "+bank+"/preview", p.page(func(v *view) (page, error) { return p.editorPage(v, nil) }))
	mux.Handle("POST "+bank+"/write", p.act(p.writeItem, p.editorPage))
	mux.Handle("GET "+bank+"/pictures", p.page(func(v *view) (page, error) { return p.picturesPage(v, nil) }))
	mux.Handle("POST "+bank+"/pictures", large(mostPicture, p.act(p.storePicture, p.picturesPage)))
	mux.Handle("GET "+bank+"/import", p.page(func(v *view) (page, error) { return p.importItemsPage(v, nil) }))
	mux.Handle("POST "+bank+"/import/preview", large(2*mostBank, p.page(p.previewItemsPage)))
	mux.Handle("POST "+bank+"/import/confirm", large(3*mostBank, p.act(p.confirmItems, p.importItemsPage)))
	mux.Handle("GET "+bank+"/import/done", p.page(p.importedPage))
	mux.Handle("GET "+bank+"/export", p.page(p.exportPage))
	mux.Handle("GET "+bank+"/export/file", p.edge.Handle(p.exportFile))
	mux.Handle("GET "+bank+"/{item}", p.page(func(v *view) (page, error) { return p.itemPage(v, nil) }))
	mux.Handle("GET "+bank+"/{item}/edit", p.page(p.editItemPage))
	mux.Handle("POST "+bank+"/{item}/move", p.act(p.moveItem, p.itemPage))
	mux.Handle("GET "+bank+"/{item}/remark", p.page(func(v *view) (page, error) { return p.remarkPage(v, nil) }))
	mux.Handle("POST "+bank+"/{item}/remark", p.act(p.confirmRemark, p.remarkPage))

	const course = "/courses/{course}"
	mux.Handle("GET "+course+"/quiz-rules", p.page(func(v *view) (page, error) { return p.rulesPage(v, nil) }))
	mux.Handle("POST "+course+"/quiz-rules/try", p.page(func(v *view) (page, error) { return p.rulesPage(v, nil) }))
	mux.Handle("POST "+course+"/quiz-rules", p.act(p.reviseQuiz, p.rulesPage))
	mux.Handle("GET "+course+"/sittings", p.page(func(v *view) (page, error) { return p.sittingsPage(v, nil) }))
	mux.Handle("POST "+course+"/sittings", p.act(p.scheduleSitting, p.sittingsPage))
	mux.Handle("POST "+course+"/sittings/cancel", p.act(p.cancelSitting, p.sittingsPage))
	mux.Handle("GET "+course+"/extra-time", p.page(func(v *view) (page, error) { return p.extraTimePage(v, nil) }))
	mux.Handle("POST "+course+"/extra-time", p.act(p.grantExtraTime, p.extraTimePage))
	mux.Handle("GET "+course+"/attempts", p.page(p.attemptsPage))
	mux.Handle("GET /trails/{attempt}", p.page(func(v *view) (page, error) { return p.trailPage(v, nil) }))
	mux.Handle("POST /trails/{attempt}/extend", p.act(p.extendDeadline, p.trailPage))
}

// large lets a form be as large as what it carries.
func large(n int64, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.AllowBody(w, r, n)
		next.ServeHTTP(w, r)
	})
}

// trains refuses whoever is no trainer a form that asks no service yet.
func (v *view) trains() error {
	if v.has(events.RoleTrainer) {
		return nil
	}
	return fault.New(fault.Denied, "Trang này dành cho người phụ trách đào tạo.", "This page is for trainers.")
}

// Tabs of a course's quiz, by the end of their path.
const (
	tabBank     = "items"
	tabRules    = "quiz-rules"
	tabSittings = "sittings"
	tabExtra    = "extra-time"
	tabAttempts = "attempts"
	tabAnalysis = "analysis"
)

func coursePath(course, tab string) string { return "/courses/" + course + "/" + tab }

// quizPage is a page below one of the tabs.
type quizPage struct {
	course, tab, title string
	above              []crumb // from the tab to it
	undo               g.Node  // takes back what was just done
	body               []g.Node
}

func (v *view) quizPage(q quizPage) (page, error) {
	name, err := v.courseTitle(q.course)
	if err != nil {
		return page{}, err
	}
	up := append([]crumb{{"/courses", v.t("Khóa học", "Courses")}, {coursePath(q.course, tabBank), name}}, q.above...)
	return page{Title: q.title + " – " + name, Section: "/courses", Body: append([]g.Node{
		v.crumbs(q.title, up...), h.H1(g.Text(q.title)), v.quizTabs(q.course, q.tab), v.told(q.undo)}, q.body...)}, nil
}

// courseTitle names a course; a bank may be older than its course, which then has its id for a name.
func (v *view) courseTitle(course string) (string, error) {
	c, err := v.course(course, 0)
	if fault.Is(err, fault.NotFound) {
		return course, nil
	}
	return v.words(c.Title), err
}

func (v *view) quizTabs(course, here string) g.Node {
	tabs := []entry{{tabBank, v.t("Ngân hàng câu hỏi", "Question bank")}, {tabRules, v.t("Thiết kế bài", "Quiz design")}, {tabSittings, v.t("Kỳ thi", "Sittings")},
		{tabExtra, v.t("Cộng giờ", "Extra time")}, {tabAttempts, v.t("Giám sát", "Proctoring")}, {tabAnalysis, v.t("Phân tích", "Analysis")}}
	return h.Nav(h.Class("tabs"), h.Aria("label", v.t("Bài kiểm tra của khóa học", "The course's quiz")), h.Ul(g.Map(tabs, func(e entry) g.Node {
		return h.Li(h.A(h.Href(coursePath(course, e.path)), g.If(e.path == here, h.Aria("current", "page")), g.Text(e.title)))
	})))
}

// told says that what the reader just asked for was done; the redirect names it. undo takes it back.
func (v *view) told(undo g.Node) g.Node {
	text, ok := map[string]web.Text{
		"submit":    {Vi: "Đã gửi câu hỏi đi duyệt.", En: "The question was handed in for review."},
		"approve":   {Vi: "Đã duyệt. Phiên bản này được dùng cho các lượt làm bài mới.", En: "Approved. New attempts draw this version."},
		"return":    {Vi: "Đã trả câu hỏi lại cho người soạn.", En: "The question went back to its author."},
		"retire":    {Vi: "Đã ngừng dùng câu hỏi. Lượt đang làm dở vẫn giữ câu này.", En: "The question was retired. Running attempts keep it."},
		"restore":   {Vi: "Đã dùng lại câu hỏi.", En: "The question is in use again."},
		"written":   {Vi: "Đã lưu bản nháp.", En: "The draft was saved."},
		"rules":     {Vi: "Đã lưu thiết kế bài kiểm tra. Lượt đang làm dở giữ quy tắc cũ.", En: "The quiz design was saved. Running attempts keep the old rules."},
		"scheduled": {Vi: "Đã lên lịch kỳ thi.", En: "The sitting is scheduled."},
		"cancelled": {Vi: "Đã hủy kỳ thi.", En: "The sitting was cancelled."},
		"granted":   {Vi: "Đã ghi thời gian cộng thêm.", En: "The extra time was noted."},
		"extended":  {Vi: "Đã gia hạn lượt làm bài.", En: "The attempt was extended."},
	}[v.r.URL.Query().Get("did")]
	return g.If(ok, h.Div(h.Class("notice-ok"), h.Role("status"), h.P(g.Text(text.In(v.lang))), undo))
}

// hidden is a value that a form carries unseen.
func hidden(name, value string) g.Node {
	return h.Input(h.Type("hidden"), h.Name(name), h.Value(value))
}

// back is a form of one button that takes something back.
func (v *view) back(action string, fields ...g.Node) g.Node {
	return h.Form(h.Method("post"), h.Action(action), v.newOnce(), g.Group(fields), h.Button(h.Class("btn"), h.Type("submit"), v.text("Hoàn tác", "Undo")))
}

// wrong is what a refusal says of a field, and the attributes that tie it to the control.
func (v *view) wrong(why *fault.Error, name string) (attrs, remedy g.Node) {
	if why == nil {
		return nil, nil
	}
	at := slices.IndexFunc(why.Fields, func(f fault.Field) bool { return f.Name == name })
	if at < 0 {
		return nil, nil
	}
	f := why.Fields[at]
	return g.Group{h.Aria("invalid", "true"), h.Aria("describedby", name+"-error")}, h.P(h.Class("error"), h.ID(name+"-error"), g.Text(v.t(f.Vi, f.En)))
}

// numberField takes a number; more are attributes such as bounds.
func (v *view) numberField(name, label, value string, why *fault.Error, hints string, more ...g.Node) g.Node {
	attrs, remedy := v.wrong(why, name)
	return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("number"), h.Value(value), attrs, g.Group(more)), remedy, g.If(hints != "", hint(hints)))
}

// choose fills a select; each entry's path is its value.
func choose(chosen string, all ...entry) g.Node {
	return g.Map(all, func(e entry) g.Node {
		return h.Option(h.Value(e.path), g.If(e.path == chosen, h.Selected()), g.Text(e.title))
	})
}

func itoa(n int) g.Node { return g.Text(strconv.Itoa(n)) }
