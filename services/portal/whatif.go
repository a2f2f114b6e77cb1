package portal

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/forecast"
	"khuevan/platform/fault"
	"khuevan/services/evaluation"
)

// chartedHours is how many hours the chart of a forecast shows: three days can be told apart on a phone.
const chartedHours = 3 * 24

// whatIf shows what the first time would bring: who comes when, who finishes, what it costs, and what staggering changes. A plan can be
// scheduled without it.
func (v *view) whatIf(d campaignDry) (g.Node, error) {
	first := d.times.Next[0]
	w, err := evaluation.AskWhatIf.Call(v.ctx(), v.p.d.RPC, evaluation.WhatIfRequest{Course: d.req.Course, Programme: d.req.Programme, Unit: d.req.Unit,
		Audience: d.req.Audience, At: first.Due, Deadline: first.Deadline, HoldOut: d.req.HoldOut})
	heading := h.H2(v.text("Dự báo trước khi chạy", "What to expect"))
	switch {
	case err != nil && fault.Of(err) != nil && fault.Of(err).Kind == fault.Unavailable:
		return h.Section(heading, empty(v.t("Lúc này chưa dự báo được. Đợt vẫn lên lịch được bình thường.", "There is no forecast just now. The campaign can be scheduled all the same."))), nil
	case err != nil:
		return nil, err
	case w.Asked == 0:
		return h.Section(heading, empty(v.t("Chưa có số liệu để dự báo: hiện không ai sẽ được giao, hoặc mọi người trong phạm vi đều đã bắt đầu học.", "There is nothing to foretell: nobody would be asked now, or everybody has begun."))), nil
	}
	risks, err := v.riskTable(d.offer, w)
	if err != nil {
		return nil, err
	}
	return h.Section(heading, h.P(g.Text(v.basisWords(w.Basis))), v.whatIfFacts(w), v.startsChart(w), v.staggerTable(w), risks), nil
}

// basisWords says what a forecast was learnt from.
func (v *view) basisWords(b evaluation.Basis) string {
	if b.Ticks == 0 {
		return v.t("Chưa có số liệu từ các kỳ đã kết thúc, nên đây là dự báo theo giả định, chưa ai đo. Sau mỗi kỳ, hệ thống học từ số liệu thật.",
			"No time is over yet to learn from, so this rests on an assumption that nobody measured. It is learnt from what really comes, time by time.")
	}
	return fmt.Sprintf(v.t("Học từ %d kỳ đã kết thúc: %d lượt người được giao, %d lượt đã bắt đầu, trong đó %d lượt học đúng nội dung này. Giả định ban đầu chỉ được tính như %s lượt bắt đầu.",
		"Learnt from %d times that are over: %d requests, of which %d were begun, %d of these the same content. The assumption counts as %s starts."),
		b.Ticks, b.Asked, b.Started, b.Same, v.number(b.Assumed, 0))
}

func (v *view) whatIfFacts(w evaluation.WhatIf) g.Node {
	about := func(x float64) string { return v.grouped(x) }
	seats := map[string]string{evaluation.SeatsMeasured: v.t("theo thời gian đã đo", "as measured"), evaluation.SeatsCourse: v.t("theo thời lượng của khóa học", "as the course says"),
		evaluation.SeatsAssumed: v.t("giả định", "assumed")}
	return h.Dl(h.Class("facts"), fact(v.t("Được giao hoặc nhắc, chưa bắt đầu", "Asked, not begun yet"), itoa(w.Asked)),
		fact(v.t("Dự kiến sẽ bắt đầu", "Expected to begin"), g.Text(about(w.Starters))),
		fact(v.t("Giờ cao điểm", "Busiest hour"), g.Text(v.peakWords(w.Peak))),
		fact(v.t("Dự kiến hoàn thành đúng hạn", "Expected to finish in time"), g.Text(v.rangeWords(w.Finishers.Value, w.Finishers.Low, w.Finishers.High))),
		fact(v.t("Giờ học", "Hours of study"), g.Textf(v.t("%s giờ (mỗi người %s giờ, %s)", "%s hours (%s hours each, %s)"), about(w.Seats.Hours), v.number(w.Seats.Each, 1), seats[w.Seats.From])),
		fact(v.t("Chi phí giờ làm việc", "Cost of working time"), g.Textf(v.t("khoảng %s %s; giả định %s %s mỗi giờ, chưa phải đơn giá của cơ quan bạn", "about %s %s; %s %s an hour is an assumption, not a rate of your organisation"),
			about(1000*math.Round(w.Seats.Cost/1000)), w.Seats.Currency, about(w.Seats.PerHour), w.Seats.Currency)))
}

// rangeWords writes a number with its interval of 95 %.
func (v *view) rangeWords(value, low, high float64) string {
	return fmt.Sprintf(v.t("%s người (95%%: từ %s đến %s)", "%s people (95%%: %s to %s)"), v.grouped(value), v.grouped(low), v.grouped(high))
}

// peakWords writes an hour with its starts.
func (v *view) peakWords(p forecast.Hour) string {
	return fmt.Sprintf(v.t("%s: %s người/giờ", "%s: %s an hour"), v.clockHour(p), v.number(p.Starts, 1))
}

func (v *view) clockHour(p forecast.Hour) string { return localHour(p.At, "15:04 02/01") }

// grouped writes a number as exactly as a forecast is, with its thousands apart.
func (v *view) grouped(x float64) string {
	if x < 10 {
		return v.number(x, 1)
	}
	digits := strconv.FormatFloat(math.Round(x), 'f', 0, 64)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + v.t(".", ",") + digits[at:]
	}
	return digits
}

// startsChart draws the expected starts by hour, with the numbers in a table behind it.
func (v *view) startsChart(w evaluation.WhatIf) g.Node {
	from := 0
	if at := slices.IndexFunc(w.Hours, func(p forecast.Hour) bool { return p.At.Equal(w.Peak.At) }); at >= chartedHours {
		from = at - at%24 // after a weekend
	}
	charted := w.Hours[from:min(len(w.Hours), from+chartedHours)]
	title := fmt.Sprintf(v.t("Số người bắt đầu theo giờ, từ %s đến %s", "Starts by the hour, %s to %s"), localHour(charted[0].At, "02/01"), localHour(charted[len(charted)-1].At, "02/01"))
	c := columnChart{title: title, number: v.number, mark: v.t("cao điểm ", "peak ") + v.peakWords(w.Peak)}
	for _, p := range charted {
		c.slots = append(c.slots, columnSlot{at: p.At, predicted: p.Starts})
	}
	columns := []column{{v.t("Giờ", "Hour"), false}, {v.t("Dự kiến bắt đầu", "Expected starts"), true}}
	var rows []g.Node
	for _, p := range w.Hours {
		if p.Starts >= leastShown {
			rows = append(rows, row(columns, g.Text(v.clockHour(p)), g.Text(v.number(p.Starts, 1))))
		}
	}
	daily := []column{{v.t("Ngày", "Day"), false}, {v.t("Dự kiến bắt đầu", "Expected starts"), true}}
	var days []g.Node
	for _, p := range w.Days {
		if p.Starts >= leastShown {
			days = append(days, row(daily, v.day(p.At), g.Text(v.number(p.Starts, 1))))
		}
	}
	return g.Group{h.H3(g.Text(title)), c.draw("whatif-chart"),
		h.Details(h.Summary(v.text("Số liệu của biểu đồ", "The numbers of the chart")),
			table(v.t("Theo giờ, bảy ngày đầu", "By the hour, first seven days"), columns, rows), table(v.t("Theo ngày", "By day"), daily, days))}
}

// leastShown is from how many expected starts on an hour or a day is listed.
const leastShown = 0.05

// staggerTable shows what waves change.
func (v *view) staggerTable(w evaluation.WhatIf) g.Node {
	heading := v.t("Nếu giao lệch ngày", "If it is staggered")
	if len(w.Staggered) < 2 {
		return g.Group{h.H3(g.Text(heading)), empty(v.t("Mọi người đều ở một đơn vị, nên không chia lượt theo đơn vị được.", "Everybody is of one unit, so there are no units to stagger."))}
	}
	columns := []column{{v.t("Số lượt giao", "Waves"), true}, {v.t("Lượt đông nhất", "Largest wave"), true}, {v.t("Cao điểm", "Peak"), false}, {v.t("Lượt cuối giao", "Last wave asked"), false}, {v.t("Hạn lượt cuối", "Last wave due"), false}}
	rows := g.Map(w.Staggered, func(s evaluation.Staggered) g.Node {
		return row(columns, itoa(s.Waves), itoa(s.Largest), g.Text(v.peakWords(s.Peak)), v.day(s.Last), v.day(s.Due))
	})
	return g.Group{h.H3(g.Text(heading)), tableUnder(heading, columns, rows),
		hint(v.t("Các lượt cách nhau một ngày làm việc, chia theo đơn vị, số ngày học như nhau. Muốn giao lệch ngày, hãy lập cho mỗi nhóm đơn vị một đợt.",
			"Waves are a working day apart, unit by unit, each with as many days. To stagger, make a campaign for each group of units."))}
}

// riskTable names those whose own past makes it less likely that they finish in time.
func (v *view) riskTable(o offer, w evaluation.WhatIf) (g.Node, error) {
	heading := h.H3(v.text("Ai dễ trễ hạn", "Who may be late"))
	if len(w.MayMiss) == 0 {
		return g.Group{heading, empty(v.t("Chưa có số liệu cho thấy ai dễ trễ hạn hơn người khác.", "Nothing is known yet that makes anybody likelier to be late than others."))}, nil
	}
	ids := make([]string, len(w.MayMiss))
	for i, r := range w.MayMiss {
		ids[i] = r.Person
	}
	known, err := v.names(ids...)
	if err != nil {
		return nil, err
	}
	columns := []column{{v.t("Cán bộ", "Person"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Khả năng đúng hạn", "Chance to be in time"), true}, {v.t("Đúng hạn trước đây", "In time before"), true}}
	caption := fmt.Sprintf(v.t("%d trong %d người, dễ trễ nhất trước", "%d of %d people, the likeliest first"), len(w.MayMiss), w.Missing)
	return g.Group{heading, table(caption, columns, g.Map(w.MayMiss, func(r evaluation.Risk) g.Node {
		return row(columns, g.Text(v.named(known, r.Person)), g.Text(o.unit(r.Unit)), g.Text(v.number(100*r.Chance, 0)+"%"), g.Text(strings.Join([]string{strconv.Itoa(r.Habit.InTime), strconv.Itoa(r.Habit.Asked)}, "/")))
	})), hint(v.t("Tính từ các lần được giao trước đây. Chỉ để nhắc sớm và giúp đỡ, không dùng để đánh giá cán bộ; mỗi lần xem được ghi lại.",
		"From what they were asked before. It is for reminding and helping early, not for judging anybody; each look is recorded."))}, nil
}
