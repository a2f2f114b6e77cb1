package portal

import (
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/directory"
	"khuevan/services/quiz"
)

// extraTimePage shows who has more time than the rules give, and grants it: first somebody is found, then the time is chosen.
func (p *Portal) extraTimePage(v *view, why *fault.Error) (page, error) {
	course := v.r.PathValue("course")
	granted, err := quiz.ListExtraTime.Call(v.ctx(), p.d.RPC, quiz.ListExtraTimeRequest{Course: course, After: v.after})
	if err != nil {
		return page{}, err
	}
	people := []string{}
	for _, e := range granted {
		people = append(people, e.Person)
	}
	who, err := v.names(people...)
	if err != nil {
		return page{}, err
	}
	find, err := v.findPeople(course, why)
	if err != nil {
		return page{}, err
	}
	return v.quizPage(quizPage{course: course, tab: tabExtra, title: v.t("Cộng giờ", "Extra time"), undo: v.undoExtra(course), body: []g.Node{
		h.P(h.Class("lead"), v.text("Cho một người thêm thời gian trong những lượt bắt đầu từ nay về sau, ví dụ vì lý do sức khỏe. Lượt đang làm dở thì gia hạn ở mục Giám sát. Không ghi lý do sức khỏe vào hệ thống.",
			"Gives a person more time in attempts that start from now on, for reasons of health for instance. A running attempt is extended under Proctoring. The reason is not written down.")),
		v.refusal(why), find,
		h.Section(h.H2(v.text("Đang được cộng giờ", "Who has extra time")), v.extraTable(course, granted, who)),
	}})
}

// findPeople looks for people of a unit, and offers to grant time to one that was found.
func (v *view) findPeople(course string, why *fault.Error) (g.Node, error) {
	units, err := directory.ListUnits.Call(v.ctx(), v.p.d.RPC, directory.ListUnitsRequest{})
	if err != nil {
		return nil, err
	}
	unit, text := v.r.FormValue("unit"), strings.TrimSpace(v.r.FormValue("name"))
	search := h.Form(h.Class("inline"), h.Method("get"), h.Action(coursePath(course, tabExtra)), h.Role("search"),
		v.unitField(offer{units: units}, unit),
		field("name", v.t("Tên hoặc mã cán bộ", "Name or code"), h.Input(h.ID("name"), h.Name("name"), h.Type("search"), h.Value(text))),
		h.Div(h.Class("field"), h.Button(h.Class("btn"), h.Type("submit"), v.text("Tìm người", "Find"))))
	body := []g.Node{h.Class("card"), h.H2(v.text("Cộng giờ cho một người", "Give a person extra time")), search}
	if unit == "" {
		return h.Section(append(body, h.P(h.Class("hint"), v.text("Chọn đơn vị rồi tìm theo tên; để trống tên để xem mọi người của đơn vị.", "Choose a unit and search by name; without a name you see everybody in it.")))...), nil
	}
	found, err := directory.NamePeople.Call(v.ctx(), v.p.d.RPC, directory.NamePeopleRequest{Unit: unit, Text: text})
	if fault.Is(err, fault.Invalid) {
		return h.Section(append(body, v.refusal(fault.Of(err)))...), nil
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return h.Section(append(body, empty(v.t("Không tìm thấy ai trong đơn vị này.", "Nobody was found in the unit.")))...), nil
	}
	return h.Section(append(body, v.extraForm(course, unit, text, found, why))...), nil
}

func (v *view) extraForm(course, unit, text string, found []directory.Named, why *fault.Error) g.Node {
	percent := v.r.PostFormValue("percent")
	if percent == "" {
		percent = "50"
	}
	everywhere := v.r.PostFormValue("scope")
	return h.Form(h.Method("post"), h.Action(coursePath(course, tabExtra)), v.newOnce(), hidden("unit", unit), hidden("name", text),
		h.FieldSet(h.Class("field"), h.Legend(v.text("Ai", "Who")), h.Div(g.Map(found, func(n directory.Named) g.Node {
			return h.Label(h.Class("choice"), h.Input(h.Type("radio"), h.Name("person"), h.Value(n.Person), h.Required(), g.If(len(found) == 1 || v.r.PostFormValue("person") == n.Person, h.Checked())),
				h.Span(g.Text(n.Name), h.Small(g.Text(" "+n.Code+", "+n.UnitName))))
		}))),
		v.numberField("percent", v.t("Cộng thêm (% thời gian của bài)", "Added (% of the quiz's time)"), percent, why, v.t("Từ 1 đến 200. Ví dụ 50: bài 20 phút thành 30 phút.", "1 to 200. With 50, a quiz of 20 minutes has 30."), h.Min("1"), h.Max("200"), h.Required()),
		field("scope", v.t("Áp dụng cho", "For"), h.Select(h.ID("scope"), h.Name("scope"), choose(everywhere, entry{"", v.t("Khóa học này", "This course")}, entry{"all", v.t("Mọi khóa học", "All courses")}))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Ghi nhận", "Grant")))
}

// grantExtraTime notes the time; 0 per cent takes it back.
func (p *Portal) grantExtraTime(v *view) (string, uint64, error) {
	course, person := v.r.PathValue("course"), v.r.PostFormValue("person")
	percent, err := strconv.Atoi(strings.TrimSpace(v.r.PostFormValue("percent")))
	if err != nil {
		return "", 0, fault.New(fault.Invalid, "Cần một số nguyên phần trăm.", "A whole number of per cent is needed.").With("percent", "Ví dụ: 50", "For example: 50").Because(err)
	}
	if person == "" {
		return "", 0, fault.New(fault.Invalid, "Hãy chọn một người.", "Choose a person.")
	}
	req := quiz.GrantExtraTimeRequest{Person: person, Course: course, Percent: percent}
	scope := v.r.PostFormValue("scope")
	if scope == "all" {
		req.Course = ""
	}
	done, err := quiz.GrantExtraTime.Call(v.ctx(), p.d.RPC, req)
	return query(coursePath(course, tabExtra), "did", "granted", "person", person, "scope", scope, "was", v.r.PostFormValue("was")), done.Seq, err
}

// undoExtra gives back what a person had before.
func (v *view) undoExtra(course string) g.Node {
	q := v.r.URL.Query()
	was := q.Get("was")
	if was == "" {
		was = "0"
	}
	return g.If(q.Get("did") == "granted" && q.Get("person") != "", v.back(coursePath(course, tabExtra), hidden("person", q.Get("person")), hidden("scope", q.Get("scope")), hidden("percent", was)))
}

func (v *view) extraTable(course string, granted []quiz.ExtraTime, who names) g.Node {
	if len(granted) == 0 {
		return empty(v.t("Chưa có ai được cộng giờ.", "Nobody has extra time."))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Cộng thêm", "Added"), true}, {v.t("Áp dụng cho", "For"), false}, {v.t("Thao tác", "Action"), false}}
	return table(v.t("Những người được cộng giờ", "People with extra time"), columns, g.Map(granted, func(e quiz.ExtraTime) g.Node {
		scope, where := "", v.t("Khóa học này", "This course")
		if e.Course == "" {
			scope, where = "all", v.t("Mọi khóa học", "All courses")
		}
		name := v.named(who, e.Person)
		return row(columns, g.Text(name), g.Text(strconv.Itoa(e.Percent)+"%"), g.Text(where),
			h.Form(h.Method("post"), h.Action(coursePath(course, tabExtra)), v.newOnce(), hidden("person", e.Person), hidden("scope", scope), hidden("percent", "0"), hidden("was", strconv.Itoa(e.Percent)),
				h.Button(h.Class("btn"), h.Type("submit"), v.text("Thôi cộng giờ", "Take back"), h.Span(h.Class("visually-hidden"), g.Text(": "+name)))))
	}))
}
