package reporting

import (
	"context"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// competency is the content of the competency report.
type competency struct {
	en       bool
	unit     unitDoc
	course   string // title; "" for all courses
	branches []branch
	rows     []Row // course ids replaced by titles
	position uint64
	at       time.Time // in the province's zone
	asker    string
}

// branch is a unit with all those below it.
type branch struct {
	unit  unitDoc
	depth int
	counts
}

// mostPeople bounds one workbook: more rows than any program opens with ease, and than a reply may carry.
const mostPeople = 60_000

// competency collects the report of a unit and all below it.
func (a *api) competency(ctx context.Context, t *tree, unit string, req DownloadRequest) (competency, error) {
	c := competency{en: req.Lang == "en", unit: t.units[unit], position: a.views.rollups.Position(), at: clock.Local(a.d.Clock.Now())}
	if unit == "" {
		c.unit = unitDoc{Code: "tat-ca", Name: t.name("")}
	}
	titles, err := a.titles(ctx, c.en)
	if err != nil {
		return c, err
	}
	if req.Course != "" {
		c.course = titles(req.Course)
	}
	units := t.subtree(unit)
	own, err := a.views.own(ctx, units, req.Course)
	if err != nil {
		return c, err
	}
	totals := t.totals(unit, own)
	for _, id := range units {
		if t.units[id].Former && (t.carried(id) || totals[id] == (counts{})) {
			continue // its numbers stand with its successor
		}
		c.branches = append(c.branches, branch{unit: t.units[id], depth: len(t.path(id)) - len(t.path(unit)), counts: totals[id]})
	}
	if totals[unit].Assigned > mostPeople {
		return c, fault.Newf(fault.Invalid, "Báo cáo có hơn %d dòng. Vui lòng chọn một đơn vị nhỏ hơn hoặc một khóa học.",
			"The report has more than %d rows. Please choose a smaller unit or one course.", mostPeople)
	}
	names := newNames(a.d.Keys, a.views)
	if c.asker, err = names.of(ctx, rpc.From(ctx).Identity.Person); err != nil {
		return c, err
	}
	units = slices.DeleteFunc(units, func(u string) bool { return own[u].Assigned == 0 })
	c.rows, err = a.details(ctx, t, units, req.Course, titles, names)
	return c, err
}

// details lists the people of some units, with the courses' titles.
func (a *api) details(ctx context.Context, t *tree, units []string, course string, titles func(string) string, names *names) (rows []Row, err error) {
	for _, u := range units {
		err := a.views.rows.Each(ctx, rowQuery(u, ListRowsRequest{Course: course}), func(d rowDoc) error {
			r, err := names.row(ctx, t, d)
			r.Course = titles(d.Course)
			rows = append(rows, r)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// titles names courses in the report's language.
func (a *api) titles(ctx context.Context, en bool) (func(course string) string, error) {
	all := map[string]string{}
	page, err := a.views.courses.Find(ctx, readmodel.Query{Limit: readmodel.MaxLimit})
	if err != nil {
		return nil, err
	}
	for _, d := range page.Items {
		all[d.Course] = say(en, d.Title)
	}
	return func(course string) string {
		if title := all[course]; title != "" {
			return title
		}
		return course
	}, nil
}

func say(en bool, w events.Words) string {
	if en && w.En != "" {
		return w.En
	}
	return w.Vi
}

func (c competency) words(vi, en string) string { return say(c.en, events.Words{Vi: vi, En: en}) }

func (c competency) fileName() string {
	return fileName(c.words("bao-cao-nang-luc-", "competency-report-"), c.unit, c.at, ".xlsx")
}

func (c competency) state(state string) string {
	switch state {
	case stateStarted:
		return c.words("Đang học", "Started")
	case statePassed:
		return c.words("Đạt bài kiểm tra", "Quiz passed")
	case stateCompleted:
		return c.words("Hoàn thành", "Completed")
	case stateExcused:
		return c.words("Được miễn", "Excused")
	default:
		return c.words("Được giao", "Assigned")
	}
}
