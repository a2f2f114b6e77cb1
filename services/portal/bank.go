package portal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/quiz"
)

// onPage is how many questions stand on one page of the bank.
const onPage = 50

// retired is a stage in lists, where it stands above the stage of the newest version.
const retired = "retired"

// bankFilter is what the reader wants to see of a bank.
type bankFilter struct {
	course, stage, tag, text string
	page                     int
}

func (v *view) bankFilter() bankFilter {
	q := v.r.URL.Query()
	page, _ := strconv.Atoi(q.Get("page")) // anything else is the first page
	return bankFilter{course: v.r.PathValue("course"), stage: q.Get("stage"), tag: q.Get("tag"), text: strings.TrimSpace(q.Get("q")), page: max(1, page)}
}

// path is the list under the filter, in a stage and at a page.
func (f bankFilter) path(stage string, page int) string {
	number := ""
	if page > 1 {
		number = strconv.Itoa(page)
	}
	return query(coursePath(f.course, tabBank), "stage", stage, "tag", f.tag, "q", f.text, "page", number)
}

func stageOf(it quiz.Item) string {
	if it.Retired {
		return retired
	}
	return it.Stage
}

// bankPage lists the questions of a course; counts by stage are those of what the other filters leave.
func (p *Portal) bankPage(v *view) (page, error) {
	f := v.bankFilter()
	items, err := quiz.ListItems.Call(v.ctx(), p.d.RPC, quiz.ListItemsRequest{Course: f.course, Tag: f.tag, Text: f.text, After: v.after})
	if err != nil {
		return page{}, err
	}
	rules, err := v.rulesOf(f.course)
	if err != nil {
		return page{}, err
	}
	shown := items
	if f.stage != "" {
		shown = slices.DeleteFunc(slices.Clone(items), func(it quiz.Item) bool { return stageOf(it) != f.stage })
	}
	return v.quizPage(quizPage{course: f.course, tab: tabBank, title: v.t("Ngân hàng câu hỏi", "Question bank"), body: []g.Node{
		h.P(h.Class("lead"), v.text("Trang này có đáp án; không chia sẻ cho học viên. Câu hỏi mới và bản sửa chỉ được dùng sau khi một người phụ trách đào tạo khác duyệt.",
			"These pages show the keys; do not share them with learners. What is new or changed is used once another trainer has approved it.")),
		v.bankActions(f.course), v.thinPanel(rules), v.bankForm(f, items, rules), v.stageTabs(f, items), v.bankList(f, items, shown)}})
}

// rulesOf gives the rules of a course's quiz; nil where it has none.
func (v *view) rulesOf(course string) (*quiz.Rules, error) {
	rules, err := quiz.GetRules.Call(v.ctx(), v.p.d.RPC, quiz.GetRulesRequest{Course: course, After: v.after})
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // no quiz and no error
	}
	return &rules, err
}

func (v *view) bankActions(course string) g.Node {
	at := coursePath(course, tabBank)
	return h.P(h.Class("actions"),
		h.A(h.Class("btn-primary"), h.Href(at+"/new"), v.text("Soạn câu hỏi mới", "New question")),
		h.A(h.Class("btn"), h.Href(at+"/import"), v.text("Nhập từ tệp", "Import")),
		h.A(h.Class("btn"), h.Href(at+"/export"), v.text("Xuất ra tệp", "Export")),
		h.A(h.Class("btn"), h.Href(at+"/pictures"), v.text("Ảnh minh họa", "Pictures")))
}

// thinPanel warns where there are few questions for what the quiz asks.
func (v *view) thinPanel(rules *quiz.Rules) g.Node {
	if rules == nil || len(rules.Thin) == 0 {
		return nil
	}
	return h.Div(h.Class("notice-warn"), h.P(h.Strong(v.text("Ngân hàng còn mỏng so với thiết kế bài kiểm tra", "The bank is thin for the quiz's design"))),
		h.Ul(g.Map(rules.Thin, func(t quiz.Thin) g.Node { return h.Li(g.Text(v.thinName(rules, t) + ": " + v.words(t.Why))) })),
		h.P(h.A(h.Href(coursePath(rules.Course, tabRules)), v.text("Xem thiết kế bài", "See the quiz design"))))
}

// thinName says which row of the blueprint is meant.
func (v *view) thinName(rules *quiz.Rules, t quiz.Thin) string {
	if t.Row < 1 || t.Row > len(rules.Rules.Blueprint) {
		return v.t("Cả ngân hàng", "The whole bank")
	}
	return fmt.Sprintf(v.t("Dòng %d (%s)", "Row %d (%s)"), t.Row, strings.Join(rules.Rules.Blueprint[t.Row-1].Tags, ", "))
}

// bankForm narrows the list. Tags are those of what is listed and of what is in use.
func (v *view) bankForm(f bankFilter, items []quiz.Item, rules *quiz.Rules) g.Node {
	tags := map[string]bool{}
	if f.tag != "" {
		tags[f.tag] = true
	}
	for _, it := range items {
		for _, tag := range it.Tags {
			tags[tag] = true
		}
	}
	if rules != nil {
		for _, c := range rules.Tags {
			tags[c.Tag] = true
		}
	}
	all := []entry{{"", v.t("Mọi thẻ", "All tags")}}
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		all = append(all, entry{tag, tag})
	}
	return h.Form(h.Class("inline"), h.Method("get"), h.Action(coursePath(f.course, tabBank)), h.Role("search"), g.If(f.stage != "", hidden("stage", f.stage)),
		field("q", v.t("Tìm trong mã và nội dung", "Find in id and text"), h.Input(h.ID("q"), h.Name("q"), h.Type("search"), h.Value(f.text))),
		field("tag", v.t("Thẻ", "Tag"), h.Select(h.ID("tag"), h.Name("tag"), choose(f.tag, all...))),
		h.Div(h.Class("field"), h.Button(h.Class("btn"), h.Type("submit"), v.text("Lọc", "Filter"))))
}

// stages are the stages by which a list can be narrowed.
func (v *view) stages() []entry {
	return []entry{{quiz.StageLive, v.t("Đang dùng", "In use")}, {quiz.StageReview, v.t("Chờ duyệt", "In review")},
		{quiz.StageDraft, v.t("Bản nháp", "Draft")}, {retired, v.t("Ngừng dùng", "Retired")}}
}

func (v *view) stageTabs(f bankFilter, items []quiz.Item) g.Node {
	counts := map[string]int{"": len(items)}
	for _, it := range items {
		counts[stageOf(it)]++
	}
	all := append([]entry{{"", v.t("Tất cả", "All")}}, v.stages()...)
	return h.Nav(h.Class("tabs"), h.Aria("label", v.t("Lọc theo tình trạng", "By stage")), h.Ul(g.Map(all, func(e entry) g.Node {
		return h.Li(h.A(h.Href(f.path(e.path, 1)), g.If(e.path == f.stage, h.Aria("current", "true")), g.Text(e.title), h.Small(g.Textf("(%d)", counts[e.path]))))
	})))
}

func (v *view) bankList(f bankFilter, items, shown []quiz.Item) g.Node {
	switch {
	case len(items) == 0 && f.tag == "" && f.text == "":
		return empty(v.t("Khóa học chưa có câu hỏi.", "The course has no questions yet."),
			h.P(v.text("Hãy soạn câu đầu tiên, hoặc nhập câu hỏi từ tệp.", "Write the first one, or import some from a file.")))
	case len(shown) == 0:
		return empty(v.t("Không có câu hỏi nào khớp với bộ lọc.", "No question fits the filter."),
			h.P(h.A(h.Class("btn"), h.Href(coursePath(f.course, tabBank)), v.text("Bỏ lọc", "Clear the filter"))))
	}
	pages := (len(shown) + onPage - 1) / onPage
	f.page = min(f.page, pages)
	from, to := (f.page-1)*onPage, min(f.page*onPage, len(shown))
	columns := []column{{v.t("Câu hỏi", "Question"), false}, {v.t("Loại", "Kind"), false}, {v.t("Thẻ", "Tags"), false},
		{v.t("Độ khó", "Difficulty"), true}, {v.t("Phiên bản", "Version"), true}, {v.t("Tình trạng", "Stage"), false}}
	caption := fmt.Sprintf(v.t("Câu %d–%d trong %d câu", "Questions %d–%d of %d"), from+1, to, len(shown))
	return g.Group{
		table(caption, columns, g.Map(shown[from:to], func(it quiz.Item) g.Node { return v.bankRow(columns, f.course, it) })),
		g.If(pages > 1, h.Nav(h.Class("pager"), h.Aria("label", v.t("Các trang của danh sách", "Pages of the list")),
			g.If(f.page > 1, h.A(h.Class("btn"), h.Rel("prev"), h.Href(f.path(f.stage, f.page-1)), v.text("Trang trước", "Previous page"))),
			h.Span(g.Textf(v.t("Trang %d/%d", "Page %d of %d"), f.page, pages)),
			g.If(f.page < pages, h.A(h.Class("btn"), h.Rel("next"), h.Href(f.path(f.stage, f.page+1)), v.text("Trang sau", "Next page"))))),
	}
}

func (v *view) bankRow(columns []column, course string, it quiz.Item) g.Node {
	return row(columns,
		h.Div(h.A(h.Href(coursePath(course, tabBank)+"/"+it.Item), g.Text(it.Item)), h.Span(h.Class("gist"), h.Lang("vi"), g.Text(firstLine(gapMark.ReplaceAllString(it.Stem, "[$1]"))))),
		g.Text(v.kind(it.Kind)), g.Text(strings.Join(it.Tags, ", ")), g.Text(v.number(it.Difficulty, 2)), itoa(it.Version), h.Div(v.stageBadges(it)))
}

// stageBadges tell how far a question has come, and why it was sent back.
func (v *view) stageBadges(it quiz.Item) g.Node {
	kind, text := v.stage(stageOf(it))
	return g.Group{
		badge(kind, text),
		g.If(it.Live > 0 && it.Live != it.Version && !it.Retired, g.Group{g.Text(" "), badge("ok", fmt.Sprintf(v.t("đang dùng bản %d", "version %d in use"), it.Live))}),
		g.If(it.Remark != "", h.P(h.Class("hint"), h.Strong(v.text("Bị trả lại: ", "Returned: ")), g.Text(it.Remark))),
	}
}

// stage names a stage, and the kind of its badge.
func (v *view) stage(stage string) (kind, text string) {
	for _, e := range v.stages() {
		if e.path == stage {
			text = e.title
		}
	}
	return map[string]string{quiz.StageLive: "ok", quiz.StageReview: "info", quiz.StageDraft: "warn"}[stage], text
}

// kind names a kind of question.
func (v *view) kind(kind string) string {
	name, ok := map[string]web.Text{
		item.Single: {Vi: "Một đáp án", En: "Single choice"}, item.Multiple: {Vi: "Nhiều đáp án", En: "Multiple choice"},
		item.TrueFalse: {Vi: "Đúng/Sai", En: "True/false"}, item.Matching: {Vi: "Ghép đôi", En: "Matching"},
		item.Ordering: {Vi: "Sắp xếp", En: "Ordering"}, item.Numeric: {Vi: "Điền số", En: "Numeric"},
		item.ShortText: {Vi: "Trả lời ngắn", En: "Short text"}, item.Cloze: {Vi: "Điền khuyết", En: "Cloze"},
	}[kind]
	if !ok {
		return kind
	}
	return name.In(v.lang)
}
