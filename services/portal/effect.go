package portal

import (
	"math"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/services/evaluation"
)

// effectSection tells on a campaign's page what the campaign changes.
func (v *view) effectSection(s campaignShown) (g.Node, error) {
	if s.HoldOut == 0 {
		return v.effects(empty(v.t("Đợt này giao cho tất cả cùng lúc, nên không có ai để so sánh.", "This campaign asks everybody at once, so there is nobody to compare with."),
			h.P(v.text("Muốn biết đợt nhắc học có tác dụng không, hãy nhân bản đợt này và đặt “Tỷ lệ nhóm đối chứng”: một phần cán bộ, do máy bốc thăm ngẫu nhiên, được giao muộn hơn.",
				"To find out whether it works, clone it and set “Share held out to compare with”: some people, drawn at random, are asked later.")))), nil
	}
	e, err := evaluation.Effect.Call(v.ctx(), v.p.d.RPC, evaluation.EffectRequest{Campaign: s.CampaignScheduled.Campaign, After: v.after})
	if err != nil {
		return nil, err
	}
	return v.effects(v.effectBody(e)...), nil
}

// effects is the section with a body.
func (v *view) effects(body ...g.Node) g.Node {
	return h.Section(h.ID("effect"), h.H2(v.text("Có tác dụng không?", "Does it work?")), g.Group(body))
}

// effectBody tells of each tick what it changed, with a picture of the intervals and the numbers behind them.
func (v *view) effectBody(e evaluation.Effects) []g.Node {
	if len(e.Ticks) == 0 {
		return []g.Node{empty(v.t("Chưa có kỳ nào để so sánh.", "There is no time to compare yet."), h.P(v.text("Kết quả hiện sau khi hết hạn của kỳ đầu tiên.", "What came of it is shown when the first is due.")))}
	}
	body := []g.Node{h.P(g.Textf(v.t("Ở mỗi kỳ, máy bốc thăm ngẫu nhiên để khoảng %d%% số người của mỗi đơn vị được giao sau khi kỳ đã hết hạn. Hai nhóm chỉ khác nhau ở việc được giao, nên chênh lệch giữa hai nhóm là tác dụng của đợt nhắc học.",
		"Each time, chance drew about %d%% of each unit to be asked only after the others were due. The groups differ in nothing else, so the difference between them is what the campaign did."), e.HoldOut))}
	var over []evaluation.TickEffect
	for _, t := range e.Ticks {
		if t.Running {
			body = append(body, h.P(v.text("Kỳ ", "The time of "), v.moment(t.Tick), v.text(" đang chạy đến hết ngày ", " runs until the end of "), v.day(t.Until),
				v.text(". Trước lúc đó không hiện con số nào, để không ai suy ra được ai ở nhóm nào.", ". No number is shown before, so that nobody can tell who is in which group.")))
			continue
		}
		over = append(over, t)
	}
	if len(over) == 0 {
		return body
	}
	completion, marks := v.completionScale(), v.markScale()
	body = append(body, v.effectList(completion, over))
	if slices.ContainsFunc(over, func(t evaluation.TickEffect) bool { return told(t.Marks) }) {
		body = append(body, v.effectList(marks, over))
	} else {
		body = append(body, h.H3(g.Text(marks.title)), empty(v.t("Chưa so được điểm: mỗi nhóm cần ít nhất 5 người đã có điểm của khóa học này từ trước kỳ.", "Marks cannot be compared yet: each group needs at least 5 people with a mark in this course from before.")))
	}
	return append(body, v.effectMeaning())
}

// told reports whether an outcome has numbers.
func told(o *evaluation.Outcome) bool { return o != nil && !o.TooFew }

// effectScale is how an outcome is written.
type effectScale struct {
	id, title string
	of        func(evaluation.TickEffect) *evaluation.Outcome
	least     float64 // the axis reaches at least so far from zero
	axis      string
	diff      func(x float64) string // a difference, with its sign
	level     func(x float64) string // of a group
	said      map[string]string      // what a verdict says; takes the difference and the ends of its interval
}

func (v *view) completionScale() effectScale {
	return effectScale{id: "effect-completion", title: v.t("Hoàn thành khóa học đúng hạn", "Completing the course in time"),
		of: func(t evaluation.TickEffect) *evaluation.Outcome { return t.Completion }, least: 0.1,
		axis:  v.t("Thêm bao nhiêu người hoàn thành, trên 100 người", "How many more complete it, of 100 people"),
		diff:  func(x float64) string { return v.signed(100*x, 1) },
		level: v.percent,
		said: map[string]string{
			evaluation.Better: v.t("Có tác dụng: cứ 100 người được giao thì thêm %s người hoàn thành đúng hạn (khoảng tin cậy 95%%: từ %s đến %s).", "It works: of 100 people asked, %s more complete it in time (95%% interval: %s to %s)."),
			evaluation.Worse:  v.t("Kết quả xấu đi: cứ 100 người được giao thì bớt %s người hoàn thành đúng hạn (khoảng tin cậy 95%%: từ %s đến %s).", "It does harm: of 100 people asked, %s fewer complete it in time (95%% interval: %s to %s)."),
			evaluation.None:   v.t("Không thấy khác biệt: cứ 100 người được giao thì chênh %s người, và khoảng tin cậy 95%% từ %s đến %s có chứa số 0.", "No difference is seen: %s people of 100, and the 95%% interval from %s to %s has zero in it."),
		}}
}

func (v *view) markScale() effectScale {
	mark := func(x float64) string { return v.number(x, 2) }
	return effectScale{id: "effect-marks", title: v.t("Điểm kiểm tra trước và sau", "Quiz marks before and after"),
		of: func(t evaluation.TickEffect) *evaluation.Outcome { return t.Marks }, least: 1,
		axis:  v.t("Điểm gần nhất cao hơn bao nhiêu, trên thang 10", "How much higher the latest mark is, out of 10"),
		diff:  func(x float64) string { return v.signed(x, 2) },
		level: mark,
		said: map[string]string{
			evaluation.Better: v.t("Có tác dụng: điểm gần nhất cao hơn %s (khoảng tin cậy 95%%: từ %s đến %s).", "It works: the latest mark is higher by %s (95%% interval: %s to %s)."),
			evaluation.Worse:  v.t("Kết quả xấu đi: điểm gần nhất thấp hơn %s (khoảng tin cậy 95%%: từ %s đến %s).", "It does harm: the latest mark is lower by %s (95%% interval: %s to %s)."),
			evaluation.None:   v.t("Không thấy khác biệt: điểm gần nhất chênh %s, và khoảng tin cậy 95%% từ %s đến %s có chứa số 0.", "No difference is seen: the latest mark differs by %s, and the 95%% interval from %s to %s has zero in it."),
		}}
}

// signed writes a difference with its sign; what rounds to zero has none.
func (v *view) signed(x float64, decimals int) string {
	text := v.number(math.Abs(x), decimals)
	switch {
	case text == "0":
		return text
	case x < 0:
		return "−" + text
	}
	return "+" + text
}

// effectSaid says in words what an outcome tells.
func (v *view) effectSaid(s effectScale, o *evaluation.Outcome) g.Node {
	if !told(o) {
		return v.text("Quá ít người để kết luận: mỗi nhóm cần ít nhất 5 người, nên không hiện số liệu.", "Too few people to tell: each group needs at least 5, so no number is shown.")
	}
	value := s.diff(o.Value)
	if o.Verdict != evaluation.None { // the words say in which direction
		value = strings.TrimLeft(value, "+−")
	}
	return g.Textf(s.said[o.Verdict], value, s.diff(o.Low), s.diff(o.High))
}

// effectList is the picture of an outcome in all ticks, what it says of each, and the numbers.
func (v *view) effectList(s effectScale, over []evaluation.TickEffect) g.Node {
	columns := []column{{v.t("Kỳ", "Time"), false}, {v.t("Nhóm giao ngay", "Asked at once"), true}, {v.t("Nhóm giao sau", "Asked later"), true}, {v.t("Chênh lệch", "Difference"), true}, {v.t("Khoảng tin cậy 95%", "95% interval"), true}}
	group := func(n, yes int, level float64) g.Node {
		people := g.Textf(v.t(" của %d người", " of %d people"), n)
		if s.id == "effect-completion" {
			people = g.Textf(v.t(" (%d trên %d người)", " (%d of %d people)"), yes, n)
		}
		return g.Group{g.Text(s.level(level)), people}
	}
	rows := g.Map(over, func(t evaluation.TickEffect) g.Node {
		o := s.of(t)
		if !told(o) {
			few := v.text("quá ít", "too few")
			return row(columns, v.moment(t.Tick), few, few, g.Text("–"), g.Text("–"))
		}
		return row(columns, v.moment(t.Tick), group(o.NAsked, o.YesAsked, o.Asked), group(o.NHeld, o.YesHeld, o.Held), g.Text(s.diff(o.Value)),
			g.Text(s.diff(o.Low)+v.t(" đến ", " to ")+s.diff(o.High)))
	})
	said := g.Map(over, func(t evaluation.TickEffect) g.Node {
		return h.Li(v.text("Kỳ ", ""), v.moment(t.Tick), g.Text(": "), v.effectSaid(s, s.of(t)))
	})
	return g.Group{h.H3(g.Text(s.title)), h.Ul(said), v.intervals(s, over), tableUnder(s.title, columns, rows)}
}

// effectMeaning says how all this is to be read.
func (v *view) effectMeaning() g.Node {
	return h.Details(h.Summary(v.text("Cách đọc kết quả", "How to read this")), h.Ul(
		h.Li(v.text("Ai thuộc nhóm nào vẫn tính ở nhóm đó và ở đơn vị lúc bốc thăm, dù sau đó có chuyển đơn vị, tự học hay bỏ dở. Ai được miễn không thuộc nhóm nào.", "Everybody counts in the group and the unit in which they were drawn, whether they moved, learnt by themselves or gave up. Whoever was excused is in neither.")),
		h.Li(v.text("Khoảng tin cậy 95%: nếu đo nhiều lần như thế, 95 trong 100 khoảng sẽ chứa tác dụng thật. Khoảng càng hẹp, kết quả càng chắc.", "A 95% interval: of many measured like this, 95 of 100 hold the true effect. The narrower, the surer.")),
		h.Li(v.text("“Không thấy khác biệt” không có nghĩa là chắc chắn không có tác dụng; tác dụng, nếu có, nằm đâu đó trong khoảng đã nêu.", "“No difference is seen” does not prove that there is none; an effect, if any, is within the interval.")),
		h.Li(v.text("Điểm chỉ so giữa những người đã có điểm từ trước kỳ, lấy điểm gần nhất mỗi người đạt được tính đến hạn, đã hiệu chỉnh theo điểm trước. Ai không làm lại bài thì giữ điểm cũ.", "Marks are compared among those who had one before: the latest that each has shown by the deadline, adjusted for the one before. Whoever took no new quiz keeps the old one.")),
		h.Li(v.text("Đồng nghiệp có thể kể cho nhau, nên tác dụng thật của đợt lên cả cơ quan có thể lớn hơn số đo được.", "Colleagues talk, so what a campaign does to a whole office may be more than what is measured."))))
}

// intervals draws each tick's difference as a diamond on its interval; zero is a dashed line, and what leaves it out is filled.
func (v *view) intervals(s effectScale, over []evaluation.TickEffect) g.Node {
	const width, top, height, side = 330.0, 26.0, 46.0, 14.0
	reach := s.least
	shown := slices.DeleteFunc(slices.Clone(over), func(t evaluation.TickEffect) bool { return !told(s.of(t)) })
	if len(shown) == 0 {
		return nil
	}
	for _, t := range shown {
		reach = max(reach, math.Abs(s.of(t).Low), math.Abs(s.of(t).High))
	}
	x := func(d float64) float64 { return width/2 + d/reach*(width/2-side) }
	bottom := top + height*float64(len(shown))
	marks := []g.Node{svgLine("chart-grid", side, bottom, width-side, bottom), svgLine("chart-zero", x(0), top-6, x(0), bottom),
		svgText("chart-text", "start", side, bottom+16, s.diff(-reach)), svgText("chart-text", "middle", x(0), bottom+16, "0"), svgText("chart-text", "end", width-side, bottom+16, s.diff(reach)),
		svgText("chart-text", "middle", width/2, bottom+36, s.axis)}
	for i, t := range shown {
		o, y := s.of(t), top+height*(float64(i)+0.6)
		class := "chart-effect"
		if o.Clear() {
			class += " is-clear"
		}
		const whisker, half = 5.0, 6.0
		name := clock.Local(t.Tick).Format("02/01/2006") + ": " + s.diff(o.Value)
		marks = append(marks, svgText("chart-name", "start", side, y-half-6, name),
			svgLine("chart-interval", x(o.Low), y, x(o.High), y), svgLine("chart-interval", x(o.Low), y-whisker, x(o.Low), y+whisker), svgLine("chart-interval", x(o.High), y-whisker, x(o.High), y+whisker),
			g.El("path", h.Class(class), g.Attr("d", "M"+coordinate(x(o.Value))+" "+coordinate(y-half)+"l"+strconv.Itoa(half)+" "+strconv.Itoa(half)+"l-"+strconv.Itoa(half)+" "+strconv.Itoa(half)+"l-"+strconv.Itoa(half)+" -"+strconv.Itoa(half)+"z")))
	}
	title := v.t("Chênh lệch và khoảng tin cậy 95% của từng kỳ; các con số ở bảng bên dưới", "The difference and its 95% interval each time; the numbers stand in the table below")
	return g.Group{h.Div(h.Class("chart-small"), svg(s.id, s.title+": "+title, width, bottom+46, marks...)),
		hint(v.t("Hình thoi là chênh lệch đo được, vạch ngang là khoảng tin cậy 95%, nét đứt là không có tác dụng. Hình thoi tô đặc: khoảng không chạm số 0.", "The diamond is the difference, the bar its 95% interval, the dashed line no effect. A filled diamond: the interval leaves zero out."))}
}
