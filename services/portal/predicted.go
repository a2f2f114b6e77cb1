package portal

import (
	"fmt"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/services/evaluation"
)

// predictedActual sets what was foretold of a campaign's latest times beside what came.
func (v *view) predictedActual(s campaignShown) (g.Node, error) {
	heading := v.t("Dự báo và thực tế", "Predicted and actual")
	r, err := evaluation.GetPredictedActual.Call(v.ctx(), v.p.d.RPC, evaluation.PredictedActualRequest{Campaign: s.Campaign.Campaign, After: v.after})
	switch {
	case err != nil && fault.Of(err) != nil && fault.Of(err).Kind == fault.Unavailable:
		return h.Section(h.H2(g.Text(heading)), empty(v.t("Lúc này chưa xem được số liệu dự báo.", "Forecasts cannot be seen just now."))), nil
	case err != nil:
		return nil, err
	case len(r.Ticks) == 0:
		return h.Section(h.H2(g.Text(heading)), empty(v.t("Chưa có số liệu: dự báo được ghi lại khi một kỳ chạy và có người được giao.", "No figures yet: a forecast is recorded when it runs and somebody is asked."))), nil
	}
	columns := []column{{v.t("Kỳ", "Time"), false}, {v.t("Được giao", "Asked"), true}, {v.t("Bắt đầu: dự báo", "Begun: predicted"), true}, {v.t("Bắt đầu: thực tế", "Begun: actual"), true},
		{v.t("Đúng hạn: dự báo", "In time: predicted"), false}, {v.t("Đúng hạn: thực tế", "In time: actual"), true}, {v.t("Sai lệch", "Off by"), false}}
	rows := g.Map(r.Ticks, func(o evaluation.Comparison) g.Node {
		starters, finishers := "–", "–"
		if !o.Foretold.IsZero() {
			starters, finishers = v.grouped(o.Starters), v.rangeWords(o.Finishers.Value, o.Finishers.Low, o.Finishers.High)
		}
		return row(columns, v.moment(o.Tick), itoa(o.Asked), g.Text(starters), itoa(o.Started), g.Text(finishers), itoa(o.InTime), g.Text(v.offBy(o)))
	})
	return h.Section(h.H2(g.Text(heading)), h.P(v.text("Dự báo được ghi lại khi kỳ chạy, trước khi có ai bắt đầu, và không sửa được. Người đã bắt đầu từ trước không tính vào đây.",
		"A forecast is recorded when the time comes, before anybody begins, and cannot be changed. Whoever had begun before does not count here.")),
		tableUnder(heading, columns, rows), v.outcomeChart(r.Ticks[0])), nil
}

// offBy says how far the share of those who finished in time is from what was foretold.
func (v *view) offBy(o evaluation.Comparison) string {
	switch {
	case !o.Over:
		return v.t("chưa đến hạn", "not due yet")
	case o.Foretold.IsZero() || o.Asked == 0:
		return "–"
	case o.Error < 0:
		return fmt.Sprintf(v.t("thấp hơn dự báo %s điểm phần trăm", "%s points fewer"), v.number(-100*o.Error, 1))
	}
	return fmt.Sprintf(v.t("cao hơn dự báo %s điểm phần trăm", "%s points more"), v.number(100*o.Error, 1))
}

// chartedDays is how many days the chart of an outcome shows.
const chartedDays = 21

// outcomeChart draws the starts of a time by day, with the numbers, by hour too, in tables behind it.
func (v *view) outcomeChart(o evaluation.Comparison) g.Node {
	if len(o.Days) == 0 {
		return g.Group{}
	}
	title := fmt.Sprintf(v.t("Số người bắt đầu theo ngày, kỳ %s", "Starts by day, time of %s"), localHour(o.Tick, "02/01/2006 15:04"))
	c := columnChart{title: title, number: v.number}
	for _, p := range o.Days[:min(len(o.Days), chartedDays)] {
		c.slots = append(c.slots, columnSlot{p.At, p.Predicted, float64(p.Actual)})
	}
	list := func(caption, layout string, pairs []evaluation.Pair) g.Node {
		columns := []column{{v.t("Lúc", "When"), false}, {v.t("Dự báo", "Predicted"), true}, {v.t("Thực tế", "Actual"), true}}
		var rows []g.Node
		for _, p := range pairs {
			if p.Predicted >= leastShown || p.Actual > 0 {
				rows = append(rows, row(columns, g.Text(localHour(p.At, layout)), g.Text(v.number(p.Predicted, 1)), itoa(p.Actual)))
			}
		}
		return table(caption, columns, rows)
	}
	return g.Group{h.H3(g.Text(title)), hint(v.t("Cột rộng, nhạt là dự báo; cột hẹp, đậm ở giữa là thực tế.", "Wide, light columns are what was predicted; narrow, dark ones within are what came.")),
		c.draw("outcome-chart"), h.Details(h.Summary(v.text("Số liệu của biểu đồ", "The numbers of the chart")),
			list(v.t("Theo ngày", "By day"), "02/01/2006", o.Days), list(v.t("Theo giờ, bảy ngày đầu", "By the hour, first seven days"), "15:04 02/01", o.Hours))}
}

// localHour writes a time in the province's zone.
func localHour(t time.Time, layout string) string { return clock.Local(t).Format(layout) }
