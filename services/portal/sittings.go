package portal

import (
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// formTime is how a form writes a moment, in the province's zone.
const formTime = "2006-01-02T15:04"

// sittingsPage lists the sittings of a course and schedules a new one.
func (p *Portal) sittingsPage(v *view, why *fault.Error) (page, error) {
	course := v.r.PathValue("course")
	all, err := quiz.ListSittings.Call(v.ctx(), p.d.RPC, quiz.ListSittingsRequest{Course: course, After: v.after})
	if err != nil {
		return page{}, err
	}
	rules, err := v.rulesOf(course)
	if err != nil {
		return page{}, err
	}
	q := quizPage{course: course, tab: tabSittings, title: v.t("Kỳ thi", "Sittings"), undo: v.undoSitting(course)}
	q.body = []g.Node{
		h.P(h.Class("lead"), v.text("Kỳ thi ấn định lúc mọi người cùng làm bài. Từ khi lên lịch đến khi kỳ thi đóng, không ai bắt đầu ngoài giờ đó; đề của từng người được rút sẵn trước giờ mở.",
			"A sitting fixes when everybody takes the quiz. From now until it closes nobody starts at another time; everybody's questions are drawn before it opens.")),
		v.refusal(why),
		g.If(rules == nil, h.P(h.Class("notice-info"), v.text("Khóa học này chưa có bài kiểm tra nên chưa lên lịch được.", "The course has no quiz, so no sitting can be scheduled."))),
		g.If(rules != nil, v.sittingForm(course, why)),
		h.Section(h.H2(v.text("Các kỳ thi", "Sittings")), v.sittingList(course, all)),
	}
	return v.quizPage(q)
}

func (v *view) sittingForm(course string, why *fault.Error) g.Node {
	moment := func(name, label, hints string) g.Node {
		attrs, remedy := v.wrong(why, name)
		return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("datetime-local"), h.Required(), h.Min(clock.Local(v.p.d.Clock.Now()).Format(formTime)), h.Value(v.r.PostFormValue(name)), attrs), remedy, hint(hints))
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action(coursePath(course, tabSittings)), v.newOnce(), h.H2(v.text("Lên lịch một kỳ thi", "Schedule a sitting")),
		h.Div(h.Class("fields"), moment("opens", v.t("Mở lúc", "Opens"), v.t("Giờ Việt Nam.", "Viet Nam time.")),
			moment("closes", v.t("Đóng lúc", "Closes"), v.t("Sau giờ này không ai bắt đầu nữa; ai đang làm vẫn làm hết giờ của mình.", "Nobody starts from then on; who has begun has the full time."))),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Lên lịch", "Schedule")))
}

// postedTime reads a moment of the form, in the province's zone.
func (v *view) postedTime(name string) (time.Time, error) {
	t, err := time.ParseInLocation(formTime, v.r.PostFormValue(name), clock.Local(v.p.d.Clock.Now()).Location())
	if err != nil {
		return t, fault.New(fault.Invalid, "Ngày giờ chưa đúng.", "The date and time are not right.").
			With(name, "Viết năm-tháng-ngày, chữ T, giờ:phút, ví dụ 2026-12-01T08:00", "Write year-month-day, a T, and hour:minute, such as 2026-12-01T08:00").Because(err)
	}
	return t, nil
}

func (p *Portal) scheduleSitting(v *view) (string, uint64, error) {
	opens, err := v.postedTime("opens")
	if err != nil {
		return "", 0, err
	}
	closes, err := v.postedTime("closes")
	if err != nil {
		return "", 0, err
	}
	course := v.r.PathValue("course")
	done, err := quiz.ScheduleSitting.Call(v.ctx(), p.d.RPC, quiz.ScheduleSittingRequest{Course: course, Opens: opens, Closes: closes})
	return query(coursePath(course, tabSittings), "did", "scheduled", "sitting", done.Sitting), done.Seq, err
}

// cancelSitting gives the quiz free again; the redirect carries what scheduling it anew needs.
func (p *Portal) cancelSitting(v *view) (string, uint64, error) {
	course := v.r.PathValue("course")
	done, err := quiz.CancelSitting.Call(v.ctx(), p.d.RPC, quiz.CancelSittingRequest{Sitting: v.r.PostFormValue("sitting")})
	return query(coursePath(course, tabSittings), "did", "cancelled", "opens", v.r.PostFormValue("opens"), "closes", v.r.PostFormValue("closes")), done.Seq, err
}

// undoSitting takes back what was just done to a sitting: a scheduled one is cancelled, a cancelled one is scheduled anew.
func (v *view) undoSitting(course string) g.Node {
	q := v.r.URL.Query()
	at := coursePath(course, tabSittings)
	opens, err := time.ParseInLocation(formTime, q.Get("opens"), clock.Local(v.p.d.Clock.Now()).Location())
	switch {
	case q.Get("did") == "scheduled" && q.Get("sitting") != "":
		return v.back(at+"/cancel", hidden("sitting", q.Get("sitting")))
	case q.Get("did") == "cancelled" && err == nil && opens.After(v.p.d.Clock.Now()):
		return v.back(at, hidden("opens", q.Get("opens")), hidden("closes", q.Get("closes")))
	}
	return nil
}

func (v *view) sittingList(course string, all []quiz.Sitting) g.Node {
	if len(all) == 0 {
		return empty(v.t("Chưa có kỳ thi nào. Khi không có kỳ thi, mỗi người tự chọn lúc làm bài.", "There is no sitting. Without one, everybody chooses when to take the quiz."))
	}
	columns := []column{{v.t("Mở lúc", "Opens"), false}, {v.t("Đóng lúc", "Closes"), false}, {v.t("Đề đã chuẩn bị", "Prepared"), true}, {v.t("Tình trạng", "State"), false}, {v.t("Thao tác", "Action"), false}}
	now := v.p.d.Clock.Now()
	return table(v.t("Các kỳ thi, muộn nhất trước", "Sittings, latest first"), columns, g.Map(all, func(s quiz.Sitting) g.Node {
		prepared := v.t("chưa", "not yet")
		if s.Ready {
			prepared = v.t(strconv.Itoa(s.Prepared)+" người", counted(s.Prepared, "person"))
		}
		return row(columns, v.moment(s.Opens), v.moment(s.Closes), g.Text(prepared), v.sittingState(s, now), v.sittingAction(course, s, now))
	}))
}

func (v *view) sittingState(s quiz.Sitting, now time.Time) g.Node {
	switch {
	case s.Cancelled:
		return badge("", v.t("Đã hủy", "Cancelled"))
	case !now.Before(s.Closes):
		return badge("", v.t("Đã đóng", "Over"))
	case now.Before(s.Opens):
		return badge("info", v.t("Sắp mở", "To come"))
	}
	return badge("ok", v.t("Đang mở", "Open"))
}

func (v *view) sittingAction(course string, s quiz.Sitting, now time.Time) g.Node {
	if s.Cancelled || !now.Before(s.Closes) {
		return g.Text("–")
	}
	return h.Form(h.Method("post"), h.Action(coursePath(course, tabSittings)+"/cancel"), v.newOnce(), hidden("sitting", s.Sitting),
		hidden("opens", clock.Local(s.Opens).Format(formTime)), hidden("closes", clock.Local(s.Closes).Format(formTime)),
		h.Button(h.Class("btn"), h.Type("submit"), g.Attr("data-confirm", v.t("Hủy kỳ thi này? Ai đang làm bài vẫn làm tiếp.", "Cancel this sitting? Attempts that were started go on.")), v.text("Hủy kỳ thi", "Cancel")))
}
