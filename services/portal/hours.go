package portal

import (
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/progress"
)

// hoursRoutes are the pages of the ledger of hours.
func (p *Portal) hoursRoutes(mux *http.ServeMux) {
	mux.Handle("GET /hours", p.page(p.myHours))
	mux.Handle("GET /unit/hours", p.page(p.unitHours))
	mux.Handle("GET /unit/hours/person", p.page(p.personHours))
	mux.Handle("GET /unit/hours.csv", p.edge.Handle(p.hoursFile))
}

// askedYear is the year of the address; 0 for the present one.
func (v *view) askedYear() int {
	year, _ := strconv.Atoi(v.r.URL.Query().Get("year")) // anything else is the present one
	return year
}

func (p *Portal) myHours(v *view) (page, error) {
	mine, err := progress.GetHours.Call(v.ctx(), p.d.RPC, progress.HoursRequest{Year: v.askedYear(), After: v.after})
	if err != nil {
		return page{}, err
	}
	title := v.t("Giờ học của tôi", "My hours")
	return page{Title: title, Section: "/learn", Body: append([]g.Node{
		v.crumbs(title, crumb{"/learn", v.t("Việc học của tôi", "My learning")}), h.H1(g.Text(title))},
		v.hoursBody(mine, "/hours", "")...)}, nil
}

// personHours shows a head or trainer the ledger of somebody of theirs.
func (p *Portal) personHours(v *view) (page, error) {
	person := v.r.URL.Query().Get("person")
	their, err := progress.GetHours.Call(v.ctx(), p.d.RPC, progress.HoursRequest{Person: person, Year: v.askedYear(), After: v.after})
	if err != nil {
		return page{}, err
	}
	unit := v.r.URL.Query().Get("unit")
	title := v.t("Giờ học: ", "Hours: ") + v.name(their.Name)
	return page{Title: title, Section: v.unitSection(), Body: append([]g.Node{
		v.crumbs(v.name(their.Name), crumb{query("/unit/hours", "unit", unit, "year", strconv.Itoa(their.Year)), v.t("Giờ học của đơn vị", "Hours of the unit")}), h.H1(g.Text(title))},
		v.hoursBody(their, "/unit/hours/person", unit)...)}, nil
}

// unitSection is the entry of the navigation that pages about units belong to.
func (v *view) unitSection() string {
	if v.has(events.RoleHead) {
		return "/unit"
	}
	return "/courses"
}

// hoursBody is a person's ledger: a year open, the others by their sums.
func (v *view) hoursBody(l progress.Hours, at, unit string) []g.Node {
	sum := progress.YearSum{Year: l.Year}
	var years []int
	for _, y := range l.Years {
		if years = append(years, y.Year); y.Year == l.Year {
			sum = y
		}
	}
	person := ""
	if at != "/hours" {
		person = l.Person
	}
	return []g.Node{
		h.P(h.Class("lead"), v.text("Hoàn thành một khóa học thì được ghi số tiết của khóa, vào năm hoàn thành. Thời gian đo được hiện bên cạnh để tham khảo.",
			"A completed course credits its hours, in the year of completion. The measured time stands beside it.")),
		h.Dl(h.Class("stats"), v.statHours(sum.Hours), v.statMinutes(v.t("Được tính", "Counted"), sum.Time.Counted),
			v.statMinutes(v.t("Hoạt động", "Active"), sum.Time.Active), v.statMinutes(v.t("Mở trang", "In sight"), sum.Time.Visible)),
		v.hoursTable(l),
		v.yearLinks(at, l.Year, years, "person", person, "unit", unit),
		v.timeHelp(),
	}
}

func (v *view) statHours(n int) g.Node {
	return h.Div(h.Class("stat"), h.Dt(v.text("Số tiết", "Hours")), h.Dd(g.Text(strconv.Itoa(n)), h.Small(v.text(" tiết 45 phút", " of 45 minutes"))))
}

func (v *view) statMinutes(name string, seconds int) g.Node {
	return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(g.Text(v.minutes(seconds)), h.Small(v.text(" phút", " min"))))
}

// minutes writes seconds as whole minutes.
func (v *view) minutes(seconds int) string {
	return v.number((time.Duration(seconds) * time.Second).Round(time.Minute).Minutes(), 0)
}

// timeHelp says what the three figures are.
func (v *view) timeHelp() g.Node {
	return h.Details(h.Summary(v.text("Thời gian được đo thế nào?", "How is time measured?")), h.Ul(
		h.Li(v.text("Mở trang: trang bài học đang mở và nhìn thấy được, theo đồng hồ của máy chủ; mở nhiều trang cùng lúc chỉ tính một lần.", "In sight: the page of a lesson is open and visible, by the server's clock; several open pages count once.")),
		h.Li(v.text("Hoạt động: trong đó, người học cuộn trang, gõ phím hay bấm chuột trong vòng một phút trước.", "Active: of this, the reader scrolled, typed or clicked within the last minute.")),
		h.Li(v.text("Được tính: thời gian mở trang, nhưng mỗi bài không quá ba lần thời lượng dự kiến.", "Counted: the time in sight, at most three times the planned length of each lesson."))))
}

// hoursTable has a line for each period of a course, which leads to the course and the certificate.
func (v *view) hoursTable(l progress.Hours) g.Node {
	title := v.t("Năm ", "Year ") + strconv.Itoa(l.Year)
	if len(l.Lines) == 0 {
		return h.Section(h.H2(g.Text(title)), empty(v.t("Năm này chưa có giờ học nào được ghi.", "Nothing is recorded for this year yet.")))
	}
	columns := []column{{v.t("Khóa học", "Course"), false}, {v.t("Hoàn thành", "Completed"), false}, {v.t("Số tiết", "Hours"), true}, {v.t("Được tính (phút)", "Counted (min)"), true},
		{v.t("Hoạt động (phút)", "Active (min)"), true}, {v.t("Mở trang (phút)", "In sight (min)"), true}, {v.t("Chứng nhận", "Certificate"), false}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(l.Lines, func(x progress.HourLine) g.Node {
		certificate := g.Node(g.Text("–"))
		if x.Certificate != "" {
			certificate = h.A(h.Href("/verify/"+x.Certificate), g.Text(x.Certificate))
		}
		name := v.words(x.Title)
		if x.Period > 1 {
			name += v.t(", lần ", ", cycle ") + strconv.Itoa(x.Period)
		}
		return row(columns, h.A(h.Href("/learn/"+x.Course), g.Text(name)), v.day(x.Completed), itoa(x.Hours),
			g.Text(v.minutes(x.Time.Counted)), g.Text(v.minutes(x.Time.Active)), g.Text(v.minutes(x.Time.Visible)), certificate)
	})))
}

// yearLinks lead to the other years.
func (v *view) yearLinks(at string, here int, years []int, pairs ...string) g.Node {
	var links []g.Node
	for _, y := range years {
		if y != here {
			links = append(links, h.A(h.Class("btn"), h.Href(query(at, append([]string{"year", strconv.Itoa(y)}, pairs...)...)), g.Text(v.t("Năm ", "Year ")+strconv.Itoa(y))))
		}
	}
	if len(links) == 0 {
		return nil
	}
	return h.Nav(h.Class("actions"), h.Aria("label", v.t("Các năm khác", "Other years")), g.Group(links))
}

func (p *Portal) unitHours(v *view) (page, error) {
	u, err := progress.GetUnitHours.Call(v.ctx(), p.d.RPC, progress.UnitHoursRequest{Unit: v.r.URL.Query().Get("unit"), Year: v.askedYear(), After: v.after})
	if err != nil {
		return page{}, err
	}
	year := strconv.Itoa(u.Year)
	title := v.t("Giờ học năm ", "Hours of ") + year
	return page{Title: title, Section: v.unitSection(), Body: []g.Node{
		v.crumbs(title, crumb{query("/unit", "unit", u.Unit.Unit), u.Unit.Name}),
		h.H1(g.Text(title + ": " + u.Unit.Name)),
		h.P(h.Class("lead"), v.text("Số tiết thuộc về đơn vị mà cán bộ công tác vào ngày hoàn thành khóa học. Gồm cả các đơn vị trực thuộc.", "Hours belong to the unit that a person held on the day of completion. All units below are included.")),
		h.Dl(h.Class("stats"), v.statHours(u.Unit.Hours), v.statCount(v.t("Cán bộ hiện nay", "People today"), u.Unit.People), v.statCount(v.t("Người có tiết", "With hours"), u.Unit.Gained),
			v.statMinutes(v.t("Thời gian được tính", "Time counted"), u.Unit.Time.Counted)),
		h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(query("/unit/hours.csv", "unit", u.Unit.Unit, "year", year)), g.Attr("download"), v.text("Tải bảng CSV (mở được bằng Excel)", "Download as CSV (opens in Excel)"))),
		v.hoursBelow(u), v.hoursMembers(u),
		v.yearLinks("/unit/hours", u.Year, u.Years, "unit", u.Unit.Unit),
		v.timeHelp(),
	}}, nil
}

func (v *view) statCount(name string, n int) g.Node {
	return h.Div(h.Class("stat"), h.Dt(g.Text(name)), h.Dd(itoa(n)))
}

func (v *view) hoursBelow(u progress.UnitHours) g.Node {
	if len(u.Below) == 0 {
		return nil
	}
	title := v.t("Các đơn vị trực thuộc", "Units below")
	columns := []column{{v.t("Đơn vị", "Unit"), false}, {v.t("Cán bộ", "People"), true}, {v.t("Người có tiết", "With hours"), true}, {v.t("Số tiết", "Hours"), true}, {v.t("Được tính (phút)", "Counted (min)"), true}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(u.Below, func(x progress.UnitSum) g.Node {
		return row(columns, h.A(h.Href(query("/unit/hours", "unit", x.Unit, "year", strconv.Itoa(u.Year))), g.Text(x.Name)), itoa(x.People), itoa(x.Gained), itoa(x.Hours), g.Text(v.minutes(x.Time.Counted)))
	})))
}

func (v *view) hoursMembers(u progress.UnitHours) g.Node {
	title := v.t("Cán bộ", "People")
	switch {
	case u.TooMany:
		return h.Section(h.H2(g.Text(title)), h.P(v.text("Đơn vị có nhiều người; hãy mở từng đơn vị trực thuộc, hoặc tải bảng CSV.", "The unit has many people: open a unit below, or download the file.")))
	case len(u.Members) == 0:
		return h.Section(h.H2(g.Text(title)), empty(v.t("Đơn vị chưa có cán bộ và chưa có giờ học.", "Nobody stands in the unit, and no hours belong to it.")))
	}
	columns := []column{{v.t("Họ và tên", "Name"), false}, {v.t("Khóa hoàn thành", "Courses"), true}, {v.t("Số tiết", "Hours"), true}, {v.t("Được tính (phút)", "Counted (min)"), true}, {v.t("Hoạt động (phút)", "Active (min)"), true}}
	return h.Section(h.H2(g.Text(title)), tableUnder(title, columns, g.Map(u.Members, func(m progress.PersonSum) g.Node {
		return row(columns, h.A(h.Href(query("/unit/hours/person", "person", m.Person, "unit", u.Unit.Unit, "year", strconv.Itoa(u.Year))), g.Text(v.name(m.Name))),
			itoa(m.Courses), itoa(m.Hours), g.Text(v.minutes(m.Time.Counted)), g.Text(v.minutes(m.Time.Active)))
	})))
}

// hoursFile gives the ledger of a unit as a file.
func (p *Portal) hoursFile(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	doc, err := progress.DownloadHours.Call(ctx, p.d.RPC, progress.DownloadHoursRequest{Unit: r.URL.Query().Get("unit"), Year: v.askedYear(), Lang: v.lang})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", doc.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": doc.Name}))
	_, _ = w.Write(doc.Body) // the reader has left
	return nil
}
