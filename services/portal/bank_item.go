package portal

import (
	"fmt"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// itemPath is the page of a question.
func itemPath(course, id string) string { return coursePath(course, tabBank) + "/" + id }

// itemPage shows a question with its keys, its versions and the next steps.
func (p *Portal) itemPage(v *view, why *fault.Error) (page, error) {
	course, id := v.r.PathValue("course"), v.r.PathValue("item")
	it, err := quiz.GetItem.Call(v.ctx(), p.d.RPC, quiz.GetItemRequest{Course: course, Item: id, After: v.after})
	if err != nil {
		return page{}, err
	}
	var authors []string
	for _, e := range it.Versions {
		if e.Author != "" {
			authors = append(authors, e.Author)
		}
	}
	who, err := v.names(authors...)
	if err != nil {
		return page{}, err
	}
	return v.quizPage(quizPage{course: course, tab: tabBank, title: v.t("Câu hỏi ", "Question ") + id,
		undo: v.undoStep(course, it.Item),
		body: []g.Node{
			v.remarkedNotice(), v.refusal(why),
			h.P(h.Class("badges"), v.stageBadges(it.Item)),
			h.Div(h.Class("split"),
				h.Section(h.Class("card"), h.Aria("labelledby", "shown"), h.H2(h.ID("shown"), v.text("Câu hỏi và đáp án", "Question and keys")), v.itemContent(it.ItemContent)),
				h.Div(v.itemFacts(it, who), v.steps(course, it.Item, why))),
			v.remarkSection(course, it), v.versionsSection(it, who),
		}})
}

func (v *view) itemFacts(it quiz.ItemHistory, who names) g.Node {
	live := v.t("chưa có", "none")
	if it.Live > 0 {
		live = strconv.Itoa(it.Live)
	}
	fact := func(name, value string) g.Node {
		return h.Div(h.Dt(g.Text(name)), h.Dd(g.Text(value)))
	}
	return h.Section(h.Class("card"), h.H2(v.text("Thông tin", "Facts")), h.Dl(h.Class("facts facts-narrow"),
		fact(v.t("Loại", "Kind"), v.kind(it.Kind)), fact(v.t("Cách chấm", "Scoring"), v.scoring(item.Scoring(it.ItemContent))),
		fact(v.t("Thẻ", "Tags"), dash(strings.Join(it.Tags, ", "))),
		fact(v.t("Độ khó theo người soạn", "Difficulty, as guessed"), v.number(it.Difficulty, 2)),
		fact(v.t("Phiên bản mới nhất", "Newest version"), strconv.Itoa(it.Version)), fact(v.t("Phiên bản đang dùng", "Version in use"), live),
		fact(v.t("Người soạn bản mới nhất", "Author of the newest"), v.named(who, it.Author))))
}

// steps are what can be done with a question at its stage, and why something cannot.
func (v *view) steps(course string, it quiz.Item, why *fault.Error) g.Node {
	at := itemPath(course, it.Item)
	body := []g.Node{h.Class("card"), h.H2(v.text("Các bước", "Steps")),
		h.P(h.Class("actions"), h.A(h.Class("btn"), h.Href(at+"/edit"), v.text("Sửa câu hỏi", "Change the question")))}
	mine := it.Author == v.who.Person
	switch {
	case it.Retired:
		return h.Section(append(body, h.P(v.text("Câu hỏi không được rút vào đề mới.", "New attempts do not draw this question.")),
			v.step(at, it, quiz.StepRestore, "btn-primary", v.t("Dùng lại", "Use again")))...)
	case it.Stage == quiz.StageDraft:
		body = append(body, h.P(v.text("Bản nháp chưa được dùng. Gửi duyệt để một người phụ trách đào tạo khác xem.", "A draft is not used. Hand it in, and another trainer looks at it.")),
			v.step(at, it, quiz.StepSubmit, "btn-primary", v.t("Gửi duyệt", "Hand in for review")))
	case it.Stage == quiz.StageReview && mine:
		body = append(body, h.P(v.text("Bạn soạn phiên bản này nên không tự duyệt được: người duyệt phải khác người soạn. Hãy nhờ một người phụ trách đào tạo khác mở trang này.",
			"You wrote this version and cannot approve it: the reviewer is somebody other than the author. Ask another trainer to open this page.")),
			v.step(at, it, quiz.StepReturn, "btn", v.t("Rút về bản nháp", "Take back to draft"), hidden("remark", v.t("Người soạn rút lại để sửa tiếp.", "The author took it back to work on it."))))
	case it.Stage == quiz.StageReview:
		body = append(body, h.P(v.text("Người khác đã soạn phiên bản này, nên bạn có thể duyệt hoặc trả lại.", "Somebody else wrote this version, so you may approve or return it.")),
			v.step(at, it, quiz.StepApprove, "btn-primary", v.t("Duyệt", "Approve")), v.returnForm(at, it, why))
	default:
		body = append(body, h.P(v.text("Câu hỏi đang được dùng. Nếu sửa, bản sửa là phiên bản mới và phải được duyệt; bản đang dùng vẫn giữ nguyên đến lúc đó.",
			"The question is in use. A change makes a new version that needs approval; until then this one stays in use.")))
	}
	return h.Section(append(body, v.step(at, it, quiz.StepRetire, "btn-quiet", v.t("Ngừng dùng câu này", "Retire this question")))...)
}

// step is a form of one button.
func (v *view) step(at string, it quiz.Item, step, class, label string, more ...g.Node) g.Node {
	return h.Form(h.Method("post"), h.Action(at+"/move"), v.newOnce(), hidden("step", step), hidden("version", strconv.Itoa(it.Version)), g.Group(more),
		h.P(h.Class("actions"), h.Button(h.Class(class), h.Type("submit"), g.Text(label))))
}

func (v *view) returnForm(at string, it quiz.Item, why *fault.Error) g.Node {
	attrs, remedy := v.wrong(why, "remark")
	return h.Form(h.Method("post"), h.Action(at+"/move"), v.newOnce(), hidden("step", quiz.StepReturn), hidden("version", strconv.Itoa(it.Version)),
		field("remark", v.t("Lý do trả lại", "Why it goes back"), h.Textarea(h.ID("remark"), h.Name("remark"), h.MaxLength("1000"), attrs, g.Text(v.r.PostFormValue("remark"))), remedy,
			hint(v.t("Nói về câu hỏi, không nhận xét về người soạn.", "About the question, and not about its author."))),
		h.Button(h.Class("btn"), h.Type("submit"), v.text("Trả lại người soạn", "Return to the author")))
}

// undoStep takes back the step that was just taken, where a step leads back.
func (v *view) undoStep(course string, it quiz.Item) g.Node {
	at, version := itemPath(course, it.Item)+"/move", hidden("version", strconv.Itoa(it.Version))
	switch did := v.r.URL.Query().Get("did"); {
	case did == quiz.StepRetire && it.Retired:
		return v.back(at, hidden("step", quiz.StepRestore), version)
	case did == quiz.StepRestore && !it.Retired:
		return v.back(at, hidden("step", quiz.StepRetire), version)
	case did == quiz.StepSubmit && it.Stage == quiz.StageReview:
		return v.back(at, hidden("step", quiz.StepReturn), version, hidden("remark", v.t("Rút lại ngay sau khi gửi duyệt.", "Taken back right after it was handed in.")))
	case did == quiz.StepReturn && it.Stage == quiz.StageDraft:
		return v.back(at, hidden("step", quiz.StepSubmit), version)
	}
	return nil
}

// moveItem takes a question a step further.
func (p *Portal) moveItem(v *view) (string, uint64, error) {
	course, id, step := v.r.PathValue("course"), v.r.PathValue("item"), v.r.PostFormValue("step")
	version, err := strconv.Atoi(v.r.PostFormValue("version"))
	if err != nil {
		return "", 0, fault.New(fault.Invalid, "Không rõ phiên bản nào. Hãy tải lại trang.", "Which version is unclear. Load the page again.").Because(err)
	}
	done, err := quiz.MoveItem.Call(v.ctx(), p.d.RPC, quiz.MoveItemRequest{Course: course, Item: id, Step: step, Version: version, Remark: v.r.PostFormValue("remark")})
	return query(itemPath(course, id), "did", step), done.Seq, err
}

// remarkSection offers to mark attempts at older versions by the keys of the one in use, where the two ask the same.
func (v *view) remarkSection(course string, it quiz.ItemHistory) g.Node {
	var live events.ItemWritten
	for _, e := range it.Versions {
		if e.Version == it.Live {
			live = e
		}
	}
	var older []g.Node
	for _, e := range it.Versions {
		if live.Version == 0 || e.Version >= live.Version || item.Same(e.ItemContent, live.ItemContent) || !item.Same(item.Skeleton(e.ItemContent), item.Skeleton(live.ItemContent)) {
			continue
		}
		older = append(older, h.Li(h.A(h.Href(query(itemPath(course, it.Item.Item)+"/remark", "from", strconv.Itoa(e.Version), "to", strconv.Itoa(live.Version))),
			g.Text(fmt.Sprintf(v.t("Xem trước: chấm lại các lượt đã dùng phiên bản %d theo đáp án của phiên bản %d", "Preview: mark attempts at version %d by the keys of version %d"), e.Version, live.Version)))))
	}
	return g.If(len(older) > 0, h.Section(h.Class("card"), h.H2(v.text("Chấm lại", "Mark anew")),
		h.P(v.text("Phiên bản đang dùng hỏi giống các phiên bản dưới đây, chỉ khác đáp án hoặc giải thích. Nếu đáp án cũ sai, có thể chấm lại các lượt đã nộp.",
			"The version in use asks the same as these and differs in keys or explanations. If an old key was wrong, attempts that were handed in can be marked anew.")),
		h.Ul(older...)))
}
