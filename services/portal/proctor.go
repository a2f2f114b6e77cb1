package portal

import (
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/quiz"
)

// States of attempts in the list.
const (
	openAttempts   = "open"
	closedAttempts = "closed"
)

// mostOpen is how many open attempts stand on one page; more are counted as “more than”.
const mostOpen = 100

// attemptsPage lists the attempts of a course. Open ones change by themselves while the page stands open.
func (p *Portal) attemptsPage(v *view) (page, error) {
	course, q := v.r.PathValue("course"), v.r.URL.Query()
	state := openAttempts
	if q.Get("state") == closedAttempts {
		state = closedAttempts
	}
	list, err := v.attemptList(course, state, q.Get("page"))
	if err != nil {
		return page{}, err
	}
	if q.Get("part") != "" {
		return page{Bare: true, Body: []g.Node{list}}, nil
	}
	at := coursePath(course, tabAttempts)
	tab := func(s, vi, en string) g.Node {
		return h.Li(h.A(h.Href(query(at, "state", s)), g.If(s == state, h.Aria("current", "true")), v.text(vi, en)))
	}
	return v.quizPage(quizPage{course: course, tab: tabAttempts, title: v.t("Giám sát", "Proctoring"), body: []g.Node{
		h.P(h.Class("lead"), v.text("Mở một lượt để xem từng việc đã xảy ra, với giờ máy chủ và giờ trình duyệt. Điều trình duyệt ghi nhận không tự nó chứng minh vi phạm.",
			"Open an attempt to see everything that happened, by the server's clock and the browser's. What a browser noticed proves nothing by itself.")),
		h.Nav(h.Class("tabs"), h.Aria("label", v.t("Lượt làm bài", "Attempts")), h.Ul(tab(openAttempts, "Đang làm", "Open"), tab(closedAttempts, "Đã nộp", "Closed"))),
		g.If(state == openAttempts, g.Group{h.Div(g.Attr("hx-ext", "sse"), g.Attr("sse-connect", "/live?of=quiz"), list),
			h.P(h.Class("hint"), v.text("Danh sách tự cập nhật khi có thay đổi, không cần tải lại trang.", "The list changes by itself; there is no need to reload."))}),
		g.If(state == closedAttempts, list),
	}})
}

// attemptList is the part of the page that is fetched again when something has changed.
func (v *view) attemptList(course, state, from string) (g.Node, error) {
	found, err := quiz.ListAttempts.Call(v.ctx(), v.p.d.RPC, quiz.ListAttemptsRequest{Course: course, State: state, Page: from, Limit: mostOpen, After: v.after})
	if err != nil {
		return nil, err
	}
	people := []string{}
	for _, a := range found.Attempts {
		people = append(people, a.Person)
	}
	who, err := v.names(people...)
	if err != nil {
		return nil, err
	}
	at := coursePath(course, tabAttempts)
	next := g.If(found.Next != "", h.P(h.Class("pager"), h.A(h.Class("btn"), h.Href(query(at, "state", state, "page", found.Next)), v.text("Trang sau", "Next page"))))
	if state == closedAttempts {
		return g.Group{v.closedTable(found.Attempts, who), next}, nil
	}
	count := strconv.Itoa(len(found.Attempts))
	if found.Next != "" {
		count = v.t("trên ", "more than ") + count
	}
	return h.Div(h.ID("open"), h.Aria("live", "polite"), g.Attr("hx-get", query(at, "state", state, "page", from, "part", "1")), g.Attr("hx-trigger", "sse:changed"), g.Attr("hx-swap", "outerHTML"),
		g.If(from == "", h.Dl(h.Class("stats"), h.Div(h.Class("stat"), h.Dt(v.text("Lượt đang làm", "Open attempts")), h.Dd(g.Text(count))))),
		v.openTable(found.Attempts, who), next), nil
}

func (v *view) openTable(all []quiz.ListedAttempt, who names) g.Node {
	if len(all) == 0 {
		return empty(v.t("Hiện không có ai đang làm bài.", "Nobody is taking the quiz now."))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Lượt", "Attempt"), true}, {v.t("Bắt đầu", "Started"), false}, {v.t("Hạn nộp", "Deadline"), false}}
	return table(v.t("Lượt đang làm, mới nhất trước", "Open attempts, latest first"), columns, g.Map(all, func(a quiz.ListedAttempt) g.Node {
		return row(columns, v.trailLink(a, who), itoa(a.Number), v.moment(a.Started), v.moment(a.Deadline))
	}))
}

func (v *view) closedTable(all []quiz.ListedAttempt, who names) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có lượt nào được nộp.", "No attempt was handed in yet."))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Kỳ học", "Period"), true}, {v.t("Lượt", "Attempt"), true}, {v.t("Bắt đầu", "Started"), false}, {v.t("Nộp", "Handed in"), false},
		{v.t("Điểm", "Mark"), true}, {v.t("Kết quả", "Result"), false}}
	return table(v.t("Lượt đã nộp, mới nhất trước", "Closed attempts, latest first"), columns, g.Map(all, func(a quiz.ListedAttempt) g.Node {
		return row(columns, v.trailLink(a, who), itoa(a.Period), itoa(a.Number), v.moment(a.Started), v.moment(a.Submitted), g.Text(v.outOfTen(a.Mark)), h.Div(v.result(a)))
	}))
}

func (v *view) trailLink(a quiz.ListedAttempt, who names) g.Node {
	return h.A(h.Href("/trails/"+a.Attempt), g.Text(v.named(who, a.Person)))
}

// result says whether an attempt was passed, and whether it was marked anew.
func (v *view) result(a quiz.ListedAttempt) g.Node {
	passed := badge("bad", v.t("Không đạt", "Not passed"))
	if a.Passed {
		passed = badge("ok", v.t("Đạt", "Passed"))
	}
	return g.Group{passed, g.If(a.Remarks > 0, g.Group{g.Text(" "), badge("info", v.t("đã chấm lại", "marked anew"))})}
}
