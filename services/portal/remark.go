package portal

import (
	"context"
	"fmt"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// mostShown bounds how many people a preview lists by name in each direction.
const mostShown = 500

// remarking reads which versions are meant.
func (v *view) remarking() quiz.RemarkRequest {
	from, _ := strconv.Atoi(v.r.FormValue("from")) // the service refuses what is no version
	to, _ := strconv.Atoi(v.r.FormValue("to"))
	return quiz.RemarkRequest{Course: v.r.PathValue("course"), Item: v.r.PathValue("item"), From: from, To: to, After: v.after}
}

// remarkPage shows whose result would change before anything does.
func (p *Portal) remarkPage(v *view, why *fault.Error) (page, error) {
	req := v.remarking()
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	preview, err := quiz.PreviewRemark.Call(ctx, p.d.RPC, req)
	q := quizPage{course: req.Course, tab: tabBank, title: v.t("Chấm lại câu ", "Mark anew: ") + req.Item,
		above: []crumb{{itemPath(req.Course, req.Item), v.t("Câu hỏi ", "Question ") + req.Item}}}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		q.body = []g.Node{v.refusal(fault.Of(err)), h.P(h.A(h.Class("btn"), h.Href(itemPath(req.Course, req.Item)), v.text("Về câu hỏi", "Back to the question")))}
		return v.quizPage(q)
	}
	if err != nil {
		return page{}, err
	}
	var people []string
	for _, c := range append(first(preview.ToPass), first(preview.ToFail)...) {
		people = append(people, c.Person)
	}
	who, err := v.names(people...)
	if err != nil {
		return page{}, err
	}
	q.body = []g.Node{
		v.refusal(why),
		h.P(h.Class("lead"), g.Text(fmt.Sprintf(v.t("Các lượt đã dùng phiên bản %d sẽ được chấm theo đáp án của phiên bản %d. Chưa có gì thay đổi cho đến khi bạn xác nhận.",
			"Attempts at version %d will be marked by the keys of version %d. Nothing changes until you confirm."), req.From, req.To))),
		v.remarkStats(preview),
		h.P(h.Class("notice-info"), v.text("Giấy chứng nhận đã cấp không thay đổi, kể cả khi kết quả đổi từ đạt sang không đạt. Nếu cần thu hồi, hãy làm riêng theo quy định của cơ quan.",
			"Certificates that were issued stay as they are, even where a pass becomes a fail. To revoke one is a decision of its own.")),
		v.remarkTable(v.t("Từ không đạt thành đạt", "From fail to pass"), preview.ToPass, who),
		v.remarkTable(v.t("Từ đạt thành không đạt", "From pass to fail"), preview.ToFail, who),
		v.remarkForm(preview),
	}
	return v.quizPage(q)
}

// first is what a preview lists by name.
func first(all []quiz.RemarkChange) []quiz.RemarkChange {
	return all[:min(len(all), mostShown):min(len(all), mostShown)]
}

func (v *view) remarkStats(r quiz.RemarkPreview) g.Node {
	stat := func(name string, n int) g.Node { return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n))) }
	return h.Dl(h.Class("stats"), stat(v.t("Lượt đã dùng phiên bản này", "Attempts at the version"), r.Attempts), stat(v.t("Lượt đổi điểm", "Marks that change"), r.Changed),
		stat(v.t("Thành đạt", "Become a pass"), len(r.ToPass)), stat(v.t("Thành không đạt", "Become a fail"), len(r.ToFail)),
		stat(v.t("Giữ nguyên, không chấm lại được", "Cannot be marked anew"), r.Kept))
}

func (v *view) remarkTable(title string, all []quiz.RemarkChange, who names) g.Node {
	if len(all) == 0 {
		return h.Section(h.H2(g.Text(title)), h.P(v.text("Không có ai.", "Nobody.")))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Kỳ học", "Period"), true}, {v.t("Điểm hiện tại", "Mark now"), true}, {v.t("Điểm mới", "New mark"), true}}
	return h.Section(h.H2(g.Text(title)),
		g.If(len(all) > mostShown, h.P(h.Class("hint"), g.Text(fmt.Sprintf(v.t("Hiển thị %d người đầu trong %d.", "The first %d of %d are shown."), mostShown, len(all))))),
		table(title, columns, g.Map(first(all), func(c quiz.RemarkChange) g.Node {
			return row(columns, h.A(h.Href("/trails/"+c.Attempt), g.Text(v.named(who, c.Person))), itoa(c.Period), g.Text(v.outOfTen(c.Was)), g.Text(v.outOfTen(c.Mark)))
		})))
}

func (v *view) remarkForm(r quiz.RemarkPreview) g.Node {
	back := h.A(h.Class("btn"), h.Href(itemPath(r.Course, r.Item)), v.text("Không chấm lại", "Leave the marks"))
	if r.Attempts == r.Kept {
		return g.Group{h.P(h.Class("notice-info"), v.text("Không có lượt nào để chấm lại.", "There is no attempt to mark anew.")), h.P(h.Class("actions"), back)}
	}
	question := fmt.Sprintf(v.t("Chấm lại %d lượt? Việc này không hoàn tác được.", "Mark %d attempts anew? This cannot be undone."), r.Attempts-r.Kept)
	return h.Form(h.Class("card"), h.Method("post"), h.Action(itemPath(r.Course, r.Item)+"/remark"), g.Attr("data-confirm", question), v.newOnce(),
		hidden("from", strconv.Itoa(r.From)), hidden("to", strconv.Itoa(r.To)), hidden("digest", r.Digest),
		h.P(v.text("Xác nhận đúng bản xem trước này. Nếu dữ liệu đổi trước khi bạn xác nhận, hệ thống từ chối và yêu cầu xem lại.",
			"You confirm exactly this preview. Should the data change before, the platform refuses and asks you to look again.")),
		h.P(h.Class("actions"), h.Button(h.Class("btn-danger"), h.Type("submit"), g.Text(fmt.Sprintf(v.t("Chấm lại %d lượt", "Mark %d attempts anew"), r.Attempts-r.Kept))), back))
}

func (p *Portal) confirmRemark(v *view) (string, uint64, error) {
	req := v.remarking()
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	done, err := quiz.ConfirmRemark.Call(ctx, p.d.RPC, quiz.ConfirmRemarkRequest{RemarkRequest: req, Digest: v.r.PostFormValue("digest")})
	return query(itemPath(req.Course, req.Item), "remarked", strconv.Itoa(done.Attempts), "to_pass", strconv.Itoa(done.ToPass), "to_fail", strconv.Itoa(done.ToFail)), done.Seq, err
}

// remarkedNotice tells what a re-marking did.
func (v *view) remarkedNotice() g.Node {
	q := v.r.URL.Query()
	number := func(name string) int { n, _ := strconv.Atoi(q.Get(name)); return n }
	if q.Get("remarked") == "" {
		return nil
	}
	return h.P(h.Class("notice-ok"), h.Role("status"), g.Text(fmt.Sprintf(
		v.t("Đã chấm lại %d lượt: %d lượt thành đạt, %d lượt thành không đạt. Giấy chứng nhận đã cấp không thay đổi.",
			"%d attempts were marked anew: %d became a pass, %d a fail. Certificates stay as they were issued."), number("remarked"), number("to_pass"), number("to_fail"))))
}
