package portal

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/assessment/item"
	"khuevan/assessment/recall"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/quiz"
	"khuevan/services/refresher"
)

const refreshersPath = "/refreshers"

// refresherRoutes are the pages on which people are asked again what they have learnt: one question on each, without a script.
func (p *Portal) refresherRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+refreshersPath, p.page(func(v *view) (page, error) { return p.myRecall(v, nil) }))
	mux.Handle("GET "+refreshersPath+"/{offer}", p.page(func(v *view) (page, error) { return p.refresher(v, nil) }))
	mux.Handle("POST "+refreshersPath+"/{offer}/answers", p.act(p.answerRefresher, p.refresher))
}

func refresherPath(offer string) string { return refreshersPath + "/" + url.PathEscape(offer) }

// waitingRefresher is the card of a refresher that waits for the reader; nil for none.
func (v *view) waitingRefresher() (g.Node, error) {
	mine, err := refresher.MyRecall.Call(v.ctx(), v.p.d.RPC, refresher.MyRecallRequest{})
	if err != nil || mine.Waiting == nil {
		return nil, err
	}
	return v.refresherCard(*mine.Waiting), nil
}

func (v *view) refresherCard(w refresher.Waiting) g.Node {
	label := v.t("Bắt đầu ôn tập", "Begin")
	if w.Answered > 0 {
		label = v.t("Ôn tiếp", "Go on")
	}
	return h.Article(h.Class("card"), h.H2(v.text("Ôn tập nhanh, khoảng 2 phút", "A refresher of about 2 minutes")),
		h.P(g.Textf(v.t("%d câu hỏi về nội dung bạn đã học, vì đã đến lúc dễ quên.", "%d questions about what you have learnt, at the time when it is easily forgotten."), w.Questions),
			g.If(w.Answered > 0, g.Textf(v.t(" Đã trả lời %d câu.", " %d answered."), w.Answered))),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(refresherPath(w.Offer)), g.Text(label))))
}

// myRecall shows the reader what is asked again when.
func (p *Portal) myRecall(v *view, notice g.Node) (page, error) {
	mine, err := refresher.MyRecall.Call(v.ctx(), p.d.RPC, refresher.MyRecallRequest{})
	if err != nil {
		return page{}, err
	}
	names, err := v.competencyNames()
	if err != nil {
		return page{}, err
	}
	title := v.t("Ôn tập nhắc lại", "Refreshers")
	body := []g.Node{v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}), h.H1(g.Text(title)), notice,
		h.P(h.Class("lead"), v.text("Mỗi tuần tối đa một lần, hệ thống hỏi lại vài câu về những gì bạn sắp quên. Trả lời ngay trên điện thoại, khoảng 2 phút.",
			"At most once a week you are asked a few questions about what you are about to forget. They are answered on a phone, in about 2 minutes."))}
	if mine.Waiting != nil {
		body = append(body, v.refresherCard(*mine.Waiting))
	}
	if len(mine.Memories) == 0 {
		return page{Title: title, Section: "/learn", Body: append(body, empty(v.t("Chưa có gì để ôn.", "There is nothing to refresh yet."),
			h.P(v.text("Khi bạn đạt bài kiểm tra của một khóa học, năng lực của khóa học hiện ở đây.", "Once you pass the quiz of a course, its competencies appear here."))))}, nil
	}
	heading := v.t("Lần ôn sắp tới", "What comes when")
	columns := []column{{v.t("Năng lực", "Competency"), false}, {v.t("Ước tính còn nhớ", "Probably recalled"), true}, {v.t("Hỏi lại", "Asked again"), false}}
	body = append(body, h.Section(h.H2(g.Text(heading)), tableUnder(heading, columns, g.Map(mine.Memories, func(m refresher.Remembered) g.Node {
		return row(columns, g.Text(names.of(m.Competency)), g.Text(v.number(100*m.Recall, 0)+"%"), v.day(m.Next))
	})), hint(v.t("Tỷ lệ ước tính theo thời gian và kết quả các lần ôn trước; chỉ mình bạn xem được. Kết quả ôn tập không ảnh hưởng đến điểm và giấy chứng nhận.",
		"The share is estimated from time and earlier refreshers; only you see it. Refreshers change neither marks nor certificates."))))
	return page{Title: title, Section: "/learn", Body: body}, nil
}

// refresher shows the question that is asked for, or the first without an answer; once all are answered, what comes when.
func (p *Portal) refresher(v *view, why *fault.Error) (page, error) {
	r, err := refresher.GetRefresher.Call(v.ctx(), p.d.RPC, refresher.GetRefresherRequest{Offer: v.r.PathValue("offer")})
	if fault.Is(err, fault.NotFound) { // the link of an earlier letter
		return p.myRecall(v, h.P(h.Class("notice-warn"), h.Role("status"), g.Text(fault.Of(err).Text(v.lang))))
	}
	if err != nil {
		return page{}, err
	}
	n, _ := strconv.Atoi(v.r.FormValue("q")) // anything else asks for none
	open := slices.IndexFunc(r.Questions, func(q refresher.Question) bool { return !q.Answered }) + 1
	switch {
	case n >= 1 && n <= len(r.Questions):
	case open == 0:
		return v.refresherDone(r)
	default:
		n = open
	}
	return v.refresherQuestion(r, n, open, why), nil
}

// askedAgain is a question as the pages of attempts show it.
func askedAgain(r refresher.Refresher, n int) asked {
	q := r.Questions[n-1]
	like := quiz.Question{Item: strconv.Itoa(n), Kind: q.Kind, Multiple: q.Kind == item.Multiple, Stem: q.Stem, Chosen: q.Chosen, Revealed: q.Answered, Mark: q.Mark, Explanation: q.Explanation}
	for _, o := range q.Options {
		like.Choices = append(like.Choices, quiz.Option{ID: o.ID, Text: o.Text, Key: o.Key, Explanation: o.Explanation})
	}
	return asked{Question: like, number: n, all: len(r.Questions)}
}

func (v *view) refresherQuestion(r refresher.Refresher, n, open int, why *fault.Error) page {
	q := askedAgain(r, n)
	title := fmt.Sprintf(v.t("Câu %d/%d", "Question %d of %d"), n, len(r.Questions))
	next, label := refresherPath(r.Offer), v.t("Xem lần ôn sắp tới", "See what comes when")
	if open > 0 {
		next, label = next+"?q="+strconv.Itoa(open), v.t("Câu tiếp theo", "Next question")
	}
	var body g.Node
	if q.Revealed {
		body = g.Group{h.P(h.Role("status"), v.questionBadge(q.Question)), h.Div(h.Class("results"), v.revealed(q)),
			h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(next), g.Text(label)))}
	} else {
		body = h.Form(h.Method("post"), h.Action(refresherPath(r.Offer)+"/answers"), v.newOnce(), hidden("q", strconv.Itoa(n)), v.fields(q),
			h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Trả lời", "Answer")), h.A(h.Class("btn"), h.Href("/learn"), v.text("Để sau", "Later"))))
	}
	return page{Title: v.t("Ôn tập nhanh: ", "Refresher: ") + title, Section: "/learn", Focus: true, Body: []g.Node{
		h.Div(h.Class("quizbar"), h.H1(h.ID("at"), g.Text(title)), h.P(h.Class("meta"), v.text("Ôn tập nhanh, khoảng 2 phút", "Refresher, about 2 minutes"))),
		h.P(bar(r.Answered, len(r.Questions), v.t("Số câu đã trả lời", "Questions answered"))), v.refusalWithFields(why), body}}
}

// refresherDone tells how it went, and what comes when.
func (v *view) refresherDone(r refresher.Refresher) (page, error) {
	names, err := v.competencyNames()
	if err != nil {
		return page{}, err
	}
	right := 0
	for _, x := range r.Reviewed {
		right += x.Right
	}
	title := v.t("Đã ôn xong", "Done")
	columns := []column{{v.t("Năng lực", "Competency"), false}, {v.t("Trả lời đúng", "Right"), true}, {v.t("Mức nhớ", "Remembered"), false}, {v.t("Hỏi lại từ ngày", "Asked again from"), false}}
	return page{Title: title, Section: "/learn", Body: []g.Node{v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}), h.H1(g.Text(title)),
		h.P(h.Class("notice-ok"), h.Role("status"), g.Textf(v.t("Bạn trả lời đúng %d/%d câu. Cảm ơn bạn đã dành thời gian.", "You answered %d of %d rightly. Thank you for your time."), right, len(r.Questions))),
		tableUnder(title, columns, g.Map(r.Reviewed, func(x refresher.Reviewed) g.Node {
			return row(columns, g.Text(names.of(x.Competency)), g.Textf("%d/%d", x.Right, x.Asked), v.gradeBadge(x.Grade), v.day(x.Next))
		})),
		h.H2(v.text("Các câu vừa ôn", "The questions")), h.Ol(h.Class("links"), g.Group(v.questionLinks(r))),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href("/learn"), v.text("Về việc học của tôi", "Back to my learning")), h.A(h.Class("btn"), h.Href(refreshersPath), v.text("Lần ôn sắp tới", "What comes when"))),
	}}, nil
}

func (v *view) questionLinks(r refresher.Refresher) (links []g.Node) {
	for n := range r.Questions {
		links = append(links, h.Li(h.A(h.Href(refresherPath(r.Offer)+"?q="+strconv.Itoa(n+1)), g.Textf(v.t("Câu %d", "Question %d"), n+1)), g.Text(" "), v.questionBadge(askedAgain(r, n+1).Question)))
	}
	return links
}

// gradeBadge says how well a competency was remembered.
func (v *view) gradeBadge(grade string) g.Node {
	kind := "ok"
	switch recall.Grade(grade) {
	case recall.Again:
		kind = "warn"
	case recall.Hard:
		kind = "info"
	}
	return badge(kind, v.gradeName(grade))
}

func (v *view) gradeName(grade string) string {
	switch recall.Grade(grade) {
	case recall.Again:
		return v.t("Quên nhiều", "Mostly forgotten")
	case recall.Hard:
		return v.t("Nhớ phần lớn", "Mostly recalled")
	case recall.Easy:
		return v.t("Nhớ rất tốt", "Recalled with ease")
	}
	return v.t("Nhớ tốt", "Well recalled")
}

func (p *Portal) answerRefresher(v *view) (string, uint64, error) {
	offer, q := v.r.PathValue("offer"), v.r.PostFormValue("q")
	n, _ := strconv.Atoi(q) // anything else is no question, and refused as such
	_ = v.r.ParseForm()     // what cannot be read chooses nothing
	done, err := refresher.Answer.Call(v.ctx(), p.d.RPC, refresher.AnswerRequest{Offer: offer, Question: n, Choice: v.r.PostForm["choice"]})
	return refresherPath(offer) + "?q=" + url.QueryEscape(q), done.Seq, err
}

// competencyNames are the words of competencies, by code.
type competencyNames map[string]string

// of is the code with the words, or the code alone where no framework has it.
func (n competencyNames) of(code string) string {
	if n[code] == "" {
		return code
	}
	return code + " " + n[code]
}

func (v *view) competencyNames() (competencyNames, error) {
	known, err := catalog.ListFrameworks.Call(v.ctx(), v.p.d.RPC, rpc.Empty{})
	names := competencyNames{}
	for _, f := range known.All {
		for _, c := range f.Competencies {
			names[c.Code] = v.words(c.Title)
		}
	}
	return names, err
}
