package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/quiz"
)

// Facts of an attempt, as a trail names them.
const (
	factPrepared  = "quiz.attempt-prepared.v1"
	factStarted   = "quiz.attempt-started.v1"
	factAnswered  = "quiz.answer-saved.v1"
	factLate      = "quiz.answer-came-late.v1"
	factFlagged   = "quiz.item-flagged.v1"
	factObserved  = "quiz.attempt-observed.v1"
	factExtended  = "quiz.deadline-extended.v1"
	factSubmitted = "quiz.attempt-submitted.v1"
	factRemarked  = "quiz.attempt-remarked.v1"
)

// trailPage tells a proctor everything that happened in an attempt, and extends a running one.
func (p *Portal) trailPage(v *view, why *fault.Error) (page, error) {
	t, err := quiz.GetTrail.Call(v.ctx(), p.d.RPC, quiz.GetTrailRequest{Attempt: v.r.PathValue("attempt"), After: v.after})
	if err != nil {
		return page{}, err
	}
	people := []string{t.Person}
	for _, s := range t.Steps {
		if s.Actor != "" {
			people = append(people, s.Actor)
		}
	}
	who, err := v.names(people...)
	if err != nil {
		return page{}, err
	}
	name := v.named(who, t.Person)
	return v.quizPage(quizPage{course: t.Course, tab: tabAttempts, title: v.t("Lượt làm bài của ", "Attempt of ") + name,
		above: []crumb{{coursePath(t.Course, tabAttempts), v.t("Giám sát", "Proctoring")}},
		body:  []g.Node{v.refusal(why), v.trailFacts(t), v.extendForm(t, why), v.trailTable(t, who)}})
}

func (v *view) trailFacts(t quiz.Trail) g.Node {
	state := g.Node(badge("info", v.t("Đang làm", "Open")))
	if !t.Submitted.IsZero() {
		state = g.Group{v.result(t.ListedAttempt), g.Text(" " + v.outOfTen(t.Mark))}
	}
	late, devices := 0, map[string]bool{}
	for _, s := range t.Steps {
		if s.Fact == factLate {
			late++
		}
		if s.Device != "" {
			devices[s.Device] = true
		}
	}
	return h.Dl(h.Class("facts"),
		fact(v.t("Kỳ học, lượt", "Period, attempt"), g.Textf("%d, %d", t.Period, t.Number)), fact(v.t("Tình trạng", "State"), state),
		fact(v.t("Bắt đầu", "Started"), v.moment(t.Started)), fact(v.t("Hạn nộp", "Deadline"), v.moment(t.Deadline)),
		fact(v.t("Nộp", "Handed in"), v.moment(t.Submitted)),
		g.If(t.Extra > 0, fact(v.t("Được cộng giờ", "Extra time"), g.Text(strconv.Itoa(t.Extra)+"%"))),
		fact(v.t("Số thiết bị", "Devices"), itoa(len(devices))), fact(v.t("Câu trả lời đến muộn", "Answers that came late"), itoa(late)))
}

// reasons for which a running attempt is extended.
func (v *view) reasons() []entry {
	return []entry{{"", v.t("Chọn một lý do", "Choose a reason")}, {quiz.ReasonTechnical, v.t("Sự cố kỹ thuật", "A technical fault")}, {quiz.ReasonHealth, v.t("Lý do sức khỏe", "Health")}, {quiz.ReasonOther, v.t("Lý do khác", "Another reason")}}
}

func (v *view) extendForm(t quiz.Trail, why *fault.Error) g.Node {
	if !t.Submitted.IsZero() {
		return nil
	}
	if !v.p.d.Clock.Now().Before(t.Deadline) {
		return h.P(h.Class("notice-info"), v.text("Đã hết giờ; lượt này sắp được đóng và không gia hạn được nữa.", "Time is up; the attempt is about to be closed and cannot be extended."))
	}
	attrs, remedy := v.wrong(why, "reason")
	minutes := v.r.PostFormValue("minutes")
	if minutes == "" {
		minutes = "10"
	}
	return h.Form(h.Class("card"), h.Method("post"), h.Action("/trails/"+t.Attempt+"/extend"), v.newOnce(), h.H2(v.text("Gia hạn lượt này", "Extend this attempt")),
		h.Div(h.Class("fields"), v.numberField("minutes", v.t("Thêm (phút)", "More (minutes)"), minutes, why, "", h.Min("1"), h.Max("480"), h.Required()),
			field("reason", v.t("Lý do", "Reason"), h.Select(h.ID("reason"), h.Name("reason"), h.Required(), attrs, choose(v.r.PostFormValue("reason"), v.reasons()...)), remedy)),
		h.Button(h.Class("btn-primary"), h.Type("submit"), g.Attr("data-confirm", v.t("Gia hạn lượt này? Thời gian đã cho không lấy lại được.", "Extend this attempt? Time that was given cannot be taken back.")), v.text("Gia hạn", "Extend")))
}

func (p *Portal) extendDeadline(v *view) (string, uint64, error) {
	attempt := v.r.PathValue("attempt")
	minutes, err := strconv.Atoi(strings.TrimSpace(v.r.PostFormValue("minutes")))
	if err != nil {
		return "", 0, fault.New(fault.Invalid, "Số phút phải là số nguyên.", "The minutes must be a whole number.").With("minutes", "Ví dụ: 10", "For example: 10").Because(err)
	}
	done, err := quiz.ExtendDeadline.Call(v.ctx(), p.d.RPC, quiz.ExtendDeadlineRequest{Attempt: attempt, Minutes: minutes, Reason: v.r.PostFormValue("reason")})
	return "/trails/" + attempt + "?did=extended", done.Seq, err
}

// trailTable lists what happened. Answers that came late and changes of device stand out, in words too.
func (v *view) trailTable(t quiz.Trail, who names) g.Node {
	columns := []column{{v.t("Giờ máy chủ", "Server"), false}, {v.t("Việc", "What"), false}, {v.t("Câu", "Question"), true}, {v.t("Giờ trình duyệt", "Browser"), false}, {v.t("Thiết bị", "Device"), false}}
	var devices []string
	var last string
	var rows []g.Node
	for _, s := range t.Steps {
		moved := s.Device != "" && last != "" && s.Device != last
		if s.Device != "" {
			last = s.Device
			if !slices.Contains(devices, s.Device) {
				devices = append(devices, s.Device)
			}
		}
		class := ""
		switch {
		case s.Fact == factLate:
			class = "is-late"
		case moved:
			class = "is-moved"
		}
		rows = append(rows, row(columns, h.Span(g.If(class != "", h.Class(class)), secondsNode(s.At)), h.Div(g.Text(v.happened(s, who)), g.If(s.Fact == factLate, g.Group{g.Text(" "), badge("bad", v.t("đến muộn, không tính", "late, does not count"))})),
			g.Text(numberOrDash(s.Number)), v.browserTime(s), v.device(devices, s.Device, moved)))
	}
	return h.Section(h.H2(v.text("Diễn biến", "What happened")), h.Div(h.Class("trail"), table(v.t("Theo thứ tự máy chủ ghi nhận", "In the order of the server"), columns, rows)))
}

func secondsNode(t time.Time) g.Node { return timeNode(t, "02/01 15:04:05") }

func numberOrDash(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

// slow is from how long after it was given an answer's way to the server is told.
const slow = 5 * time.Second

// browserTime is when something was given by the browser's clock, with how long it was under way.
func (v *view) browserTime(s quiz.Step) g.Node {
	if s.Given.IsZero() {
		return g.Text("–")
	}
	text := clock.Local(s.Given).Format("15:04:05")
	if under := s.At.Sub(s.Given); under >= slow {
		text += fmt.Sprintf(v.t(" (đến sau %s)", " (arrived %s later)"), under.Round(time.Second))
	}
	return g.Text(text)
}

// device names a device by the order in which it appeared; its own name is random and says nothing.
func (v *view) device(all []string, device string, moved bool) g.Node {
	at := slices.Index(all, device)
	if at < 0 {
		return g.Text("–")
	}
	return h.Div(g.Text(fmt.Sprintf(v.t("Máy %d", "Device %d"), at+1)), g.If(moved, g.Group{g.Text(" "), badge("warn", v.t("đổi thiết bị", "another device"))}))
}

// happened tells a step in words.
func (v *view) happened(s quiz.Step, who names) string {
	text := v.fact(s)
	if s.Seconds >= 1 {
		text += fmt.Sprintf(v.t(", sau %s giây", ", after %s seconds"), v.number(s.Seconds, 0))
	}
	if s.Fact == factAnswered && s.Mark != nil {
		text += v.t(", được ", ", worth ") + v.percent(*s.Mark)
	}
	if s.Actor != "" {
		text += v.t(", bởi ", ", by ") + v.named(who, s.Actor)
	}
	return text
}

func (v *view) fact(s quiz.Step) string {
	switch s.Fact {
	case factAnswered, factLate:
		return v.answered(s)
	case factFlagged:
		if s.What == "flagged" {
			return v.t("Đánh dấu để xem lại", "Flagged to come back to")
		}
		return v.t("Bỏ đánh dấu", "Flag taken away")
	case factExtended:
		reason := s.What
		for _, e := range v.reasons() {
			if e.path == s.What {
				reason = strings.ToLower(e.title)
			}
		}
		return fmt.Sprintf(v.t("Gia hạn %d phút (%s)", "Extended by %d minutes (%s)"), s.Minutes, reason)
	case factSubmitted:
		text := v.t("Nộp bài", "Handed in")
		if s.What == "deadline" {
			text = v.t("Hết giờ, hệ thống đóng bài", "Time was up and the platform closed it")
		}
		return text + v.markText(s)
	case factRemarked:
		return v.t("Chấm lại", "Marked anew") + v.markText(s)
	}
	name, ok := map[string]web.Text{
		factPrepared: {Vi: "Rút sẵn đề trước kỳ thi", En: "Questions drawn before the sitting"}, factStarted: {Vi: "Bắt đầu làm bài", En: "Started"},
		factObserved + quiz.SawOpened:   {Vi: "Mở trang làm bài", En: "Opened the page"},
		factObserved + quiz.SawLeft:     {Vi: "Rời trang làm bài", En: "Left the page"},
		factObserved + quiz.SawReturned: {Vi: "Quay lại trang làm bài", En: "Came back to the page"},
		factObserved + quiz.SawOffline:  {Vi: "Mất mạng", En: "Went offline"},
		factObserved + quiz.SawOnline:   {Vi: "Có mạng trở lại", En: "Came online again"},
	}[s.Fact+s.What]
	if !ok {
		return s.Fact
	}
	return name.In(v.lang)
}

func (v *view) markText(s quiz.Step) string {
	if s.Mark == nil {
		return ""
	}
	return v.t(", điểm ", ", mark ") + v.outOfTen(*s.Mark)
}

// answered tells what was answered; what was typed is not shown.
func (v *view) answered(s quiz.Step) string {
	switch {
	case s.Typed:
		return v.t("Trả lời bằng chữ (không hiện nội dung)", "Typed an answer (not shown)")
	case len(s.Choice) == 0:
		return v.t("Bỏ trả lời", "Took the answer back")
	}
	return v.t("Trả lời: ", "Answered: ") + strings.Join(s.Choice, ", ")
}
