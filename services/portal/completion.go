package portal

import (
	"context"
	"mime"
	"net/http"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/reporting"
)

const (
	completionPath = "/report/completion"
	completionFile = completionPath + "/file"
)

// completionPage asks what a file about who completed what shall hold.
func (p *Portal) completionPage(v *view) (page, error) {
	rollup, err := reporting.GetRollup.Call(v.ctx(), p.d.RPC, reporting.RollupRequest{Unit: v.r.URL.Query().Get("unit"), After: v.after})
	if err != nil {
		return page{}, err
	}
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	title, section, back := v.t("Xuất kết quả hoàn thành", "Completion export"), "/report", crumb{query("/report", "unit", rollup.Unit.Unit), v.t("Báo cáo", "Report")}
	if !v.has(events.RoleAnalyst) {
		section, back = "/unit", crumb{query("/unit", "unit", rollup.Unit.Unit), rollup.Unit.Name}
	}
	body := []g.Node{v.crumbs(title, back), h.H1(g.Text(title)),
		h.P(h.Class("lead"), v.text("Tệp cho biết từng cán bộ đã hoàn thành khóa học nào, mở được bằng Excel.", "The file says who has completed which course, and opens in Excel."))}
	switch {
	case len(o.courses) == 0:
		body = append(body, empty(v.t("Chưa có khóa học nào, nên chưa có kết quả để xuất. Khi một khóa học được công bố và giao cho đơn vị, tệp sẽ tải được ở đây.",
			"There is no course yet, so there is nothing to export. Once one is published and assigned, the file can be taken here.")))
	case rollup.Unit.People == 0:
		body = append(body, empty(v.t("Đơn vị này và các đơn vị trực thuộc chưa có cán bộ nào.", "Nobody serves in this unit or below it yet.")))
	default:
		body = append(body, v.completionForm(o, rollup))
	}
	return page{Title: title, Section: section, Body: body}, nil
}

func (v *view) completionForm(o offer, r reporting.Rollup) g.Node {
	pick := func(kind, name, value, text string, checked bool) g.Node {
		return h.Label(h.Class("choice"), h.Input(h.Type(kind), h.Name(name), h.Value(value), g.If(checked, h.Checked())), h.Span(g.Text(text)))
	}
	return h.Form(h.Class("card"), h.Method("get"), h.Action(completionFile),
		v.reachField(o, r),
		h.FieldSet(h.Class("field"), h.Legend(v.text("Cách trình bày", "Layout")), h.Div(
			pick("radio", "form", reporting.FormPeople, v.t("Mỗi cán bộ một dòng, mỗi khóa học một cột: ngày hoàn thành, đang học, quá hạn, được miễn hoặc không yêu cầu", "A line for each person, a column for each course: day of completion, in progress, overdue, excused or not asked"), true),
			pick("radio", "form", reporting.FormPeriods, v.t("Mỗi lượt giao một dòng: phiên bản, kỳ, hạn, ngày hoàn thành, điểm, trạng thái", "A line for each course assigned to a person: version, period, due day, day of completion, mark, state"), false))),
		h.FieldSet(h.Class("field"), h.Legend(v.text("Loại tệp", "Kind of file")), h.Div(
			pick("radio", "format", reporting.FormatCSV, v.t("CSV, tải nhanh với mọi số dòng", "CSV, quick with any number of lines"), true),
			pick("radio", "format", reporting.FormatXLSX, v.t("Excel (.xlsx), cho đơn vị không quá lớn", "Excel (.xlsx), for units that are not too large"), false))),
		h.Details(h.Class("field"), h.Summary(v.text("Chỉ một số khóa học", "Some courses only")),
			h.FieldSet(h.Legend(v.text("Không chọn khóa nào nghĩa là mọi khóa học đang mở.", "None chosen means all courses on offer.")), h.Div(
				g.Map(o.courses, func(c catalog.CourseCard) g.Node {
					text := v.words(c.Title)
					if c.Withdrawn {
						text += v.t(" (đã ngừng)", " (withdrawn)")
					}
					return pick("checkbox", "course", c.Course, text, false)
				})))),
		hint(v.t("Tệp có họ tên và mã cán bộ: chỉ lưu và gửi cho người cần dùng. Việc tải tệp được ghi vào nhật ký truy cập. Người đã xóa dữ liệu cá nhân vẫn được đếm, không có tên.",
			"The file has names and personnel codes: keep it from whoever does not need it. Taking it is recorded in the access log. Whose data were erased is counted, without a name.")),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Tải tệp", "Download")))
}

// reachField chooses among the units that the reader may export: any, for who sees everything, or the present one and those right below it.
func (v *view) reachField(o offer, r reporting.Rollup) g.Node {
	if _, all := (rpc.Identity{Grants: v.who.Grants}).Units(events.RoleAnalyst); all {
		return v.unitField(o, r.Unit.Unit)
	}
	option := func(indent string, l reporting.Line) g.Node {
		return h.Option(h.Value(l.Unit), g.Text(indent+l.Name))
	}
	return field("unit", v.t("Đơn vị (gồm cả các đơn vị trực thuộc)", "Unit (with all units below it)"), h.Select(h.ID("unit"), h.Name("unit"), h.Required(),
		option("", r.Unit), g.Map(r.Below, func(l reporting.Line) g.Node { return option(indent(1), l) })))
}

// arrived is a part of an export, or why there is none.
type arrived struct {
	part reporting.ExportPart
	err  error
}

// completion hands the file on part by part, so that no more than a few parts are in memory; the next part is made while one is
// sent. A file that cannot go on is broken off, so that nobody takes the half for the whole.
func (p *Portal) completion(w http.ResponseWriter, r *http.Request) error {
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
	parts := p.exportParts(ctx, reporting.ExportRequest{Unit: q.Get("unit"), Courses: q["course"], Form: q.Get("form"), Format: q.Get("format"), Lang: v.lang})
	for begun := false; ; begun = true {
		a, more := <-parts
		switch {
		case !more:
			return nil
		case a.err != nil && !begun:
			return a.err
		case a.err != nil:
			p.d.Log.ErrorContext(ctx, "an export was broken off", "err", a.err)
			panic(http.ErrAbortHandler) //nolint:forbidigo // how net/http is told to cut the answer off
		case !begun:
			w.Header().Set("Content-Type", a.part.Type)
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.part.Name}))
		}
		if _, err := w.Write(a.part.Body); err != nil {
			return nil //nolint:nilerr // the reader has left
		}
	}
}

// exportParts asks for one part after the other until ctx ends.
func (p *Portal) exportParts(ctx context.Context, req reporting.ExportRequest) <-chan arrived {
	parts := make(chan arrived, 1)
	go func() {
		defer close(parts)
		for more := true; more; more = req.After != "" {
			part, err := reporting.ExportCompletion.Call(ctx, p.d.RPC, req)
			select {
			case parts <- arrived{part, err}:
			case <-ctx.Done():
				return
			}
			if req.After = part.Next; err != nil {
				return
			}
		}
	}()
	return parts
}
