package portal

import (
	"context"
	"mime"
	"net/http"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/reporting"
)

// reportPage shows the analyst the province unit by unit, and gives it as a workbook.
func (p *Portal) reportPage(v *view) (page, error) {
	q := v.r.URL.Query()
	unit, course := q.Get("unit"), q.Get("course")
	rollup, err := reporting.GetRollup.Call(v.ctx(), p.d.RPC, reporting.RollupRequest{Unit: unit, Course: course, After: v.after})
	if err != nil {
		return page{}, err
	}
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	columns := v.lineColumns(v.t("Đơn vị", "Unit"))
	rows := []g.Node{v.lineRow(columns, rollup.Unit, h.Strong(g.Text(rollup.Unit.Name)))}
	for _, l := range rollup.Below {
		rows = append(rows, v.lineRow(columns, l, h.A(h.Href(query("/report", "unit", l.Unit, "course", course)), g.Text(l.Name))))
	}
	if unit == "" {
		unit = rollup.Unit.Unit
	}
	return page{Title: v.t("Báo cáo năng lực", "Competency report"), Section: "/report", Body: []g.Node{
		h.H1(v.text("Báo cáo năng lực", "Competency report")),
		h.P(h.Class("lead"), v.text("Kết quả bồi dưỡng theo đơn vị, tính đến lúc này. Mỗi con số mở ra được danh sách phía sau.",
			"Training results by unit as of now. Every number opens to the list behind it.")),
		h.Form(h.Class("inline"), h.Method("get"), h.Action("/report"), v.unitField(o, unit), v.courseField(o, course, true),
			h.Button(h.Class("btn"), h.Type("submit"), v.text("Xem", "Show"))),
		v.lineStats(rollup.Unit),
		h.P(h.Class("actions"),
			h.A(h.Class("btn-primary"), h.Href(query("/report/competency.xlsx", "unit", unit, "course", course)), g.Attr("download"), v.text("Tải báo cáo (Excel)", "Download (Excel)")),
			h.A(h.Class("btn"), h.Href(query("/unit", "unit", unit, "course", course)), v.text("Danh sách từng cán bộ", "People behind the numbers")),
			h.A(h.Class("btn"), h.Href(query(completionPath, "unit", unit)), v.text("Xuất kết quả hoàn thành", "Completion export")),
			h.A(h.Class("btn"), h.Href(trialsPath), g.Text(v.trialsTitle()))),
		table(v.t("Kết quả theo đơn vị, gồm cả các cấp dưới", "Results by unit, with all units below each"), columns, rows),
		h.Section(h.H2(v.text("Đối chiếu với sổ sự kiện", "Check against the record")),
			h.P(v.text("Đếm lại mọi con số từ sổ sự kiện gốc và so sánh với báo cáo.", "Recounts every number from the record of events and compares.")),
			h.Form(h.Method("post"), h.Action("/system/recount"), h.Button(h.Class("btn"), h.Type("submit"), v.text("Đếm lại", "Recount")))),
	}}, nil
}

// competency gives the workbook.
func (p *Portal) competency(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	q := r.URL.Query()
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	doc, err := reporting.DownloadCompetency.Call(ctx, p.d.RPC, reporting.DownloadRequest{Unit: q.Get("unit"), Course: q.Get("course"), Lang: v.lang})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", doc.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": doc.Name}))
	_, _ = w.Write(doc.Body) // the reader has left
	return nil
}

// recountPage recounts now and shows the outcome.
func (p *Portal) recountPage(v *view) (page, error) {
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	report, err := reporting.Recount.Call(ctx, p.d.RPC, struct{}{})
	if err != nil {
		return page{}, err
	}
	good := len(report.Differences)+len(report.Broken) == 0
	columns := []column{{v.t("Đơn vị", "Unit"), false}, {v.t("Khóa học", "Course"), false}, {v.t("Chỉ số", "Number"), false}, {v.t("Đang hiển thị", "Shown"), true}, {v.t("Theo sự kiện", "By the events"), true}}
	return page{Title: v.t("Đối chiếu số liệu", "Recount"), Section: "/report", Body: []g.Node{
		v.crumbs(v.t("Đối chiếu số liệu", "Recount"), crumb{"/report", v.t("Báo cáo", "Report")}),
		h.H1(v.text("Đối chiếu số liệu", "Recount")),
		g.If(good, h.P(h.Class("notice-ok"), h.Role("status"), v.text("Mọi con số đều khớp với sổ sự kiện.", "Every number agrees with the record."))),
		g.If(!good, h.P(h.Class("notice-bad"), h.Role("alert"), v.text("Có số liệu không khớp. Hãy báo quản trị hệ thống kèm trang này.", "Some numbers disagree. Show this page to the administrator."))),
		h.Dl(h.Class("facts"), fact(v.t("Sự kiện đã đếm", "Events counted"), g.Text(v.number(float64(report.Events), 0))),
			fact(v.t("Đến sự kiện số", "Up to event"), g.Textf("#%d", report.Upto)), fact(v.t("Dòng số liệu đã so", "Lines compared"), g.Text(v.number(float64(report.Lines), 0)))),
		g.If(len(report.Differences) > 0, table(v.t("Số liệu không khớp", "Differences"), columns, g.Map(report.Differences, func(d reporting.Difference) g.Node {
			return row(columns, g.Text(d.Unit), g.Text(d.Course), g.Text(d.Number), g.Textf("%d", d.Shown), g.Textf("%d", d.Events))
		}))),
		g.If(len(report.Broken) > 0, h.Ul(g.Map(report.Broken, func(b string) g.Node { return h.Li(g.Text(b)) }))),
	}}, nil
}
