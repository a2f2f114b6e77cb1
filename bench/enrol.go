package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/services/catalog"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
)

// The bulk of the bench: everybody of a province with its schools and hospitals.
const (
	bulkPeople    = 100_000
	bulkUnits     = 1_000
	bulkPerImport = 25_000
	bulkDurable   = 5.0 // seconds, from the request until all enrolments are in the journal
	bulkVisible   = 15.0
)

// measureEnrol takes the time of one rule that enrols a whole province, over HTTP.
func measureEnrol(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo-empty")
	if err != nil {
		return nil, err
	}
	people := w.some(bulkPeople, 4000)
	trainer, unit, err := c.populate(ctx, people)
	if err != nil {
		return nil, err
	}
	rule := enrolment.AssignCourseRequest{Course: shortCourse, Unit: unit, DueDays: 30, Audience: events.Audience{Posts: []string{"clerk"}},
		Renewal: events.Renewal{Months: 12, Days: 30}}
	var preview enrolment.AssignPreview
	if err := c.until(ctx, func() (bool, error) { // until enrolment has heard of everybody
		err := c.call(ctx, trainer, "enrolment/preview-assign", rule, &preview)
		return preview.New == people, err
	}); err != nil {
		return nil, fmt.Errorf("%w: the preview counts %d", err, preview.New)
	}
	if err := c.idle(ctx); err != nil {
		return nil, err
	}
	const done = `khuevan_reaction_seconds_count{reactor="enrolment-assign"}`
	before, err := c.metric(ctx, done)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	var made enrolment.Assigned
	if err := c.call(ctx, trainer, "enrolment/assign-course", rule, &made); err != nil {
		return nil, err
	}
	if err := c.until(ctx, func() (bool, error) {
		now, err := c.metric(ctx, done)
		return now > before, err
	}); err != nil {
		return nil, err
	}
	durable := time.Since(began)
	if err := c.until(ctx, func() (bool, error) {
		var all []enrolment.Assignment
		err := c.call(ctx, trainer, "enrolment/list-assignments", enrolment.ListAssignmentsRequest{}, &all)
		return len(all) == 1 && all[0].Enrolled == people, err
	}); err != nil {
		return nil, err
	}
	return []Row{row("enrol.bulk.durable", "s", durable.Seconds(), bulkDurable), row("enrol.bulk.visible", "s", time.Since(began).Seconds(), bulkVisible)}, nil
}

// populate brings in so many clerks with a trainer, and publishes a short course.
func (c *contest) populate(ctx context.Context, people int) (trainer, unit string, err error) {
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return "", "", err
	}
	units := importFiles(min(bulkUnits, people/4), 0).Units
	for from := 0; from < people; from += bulkPerImport {
		var table strings.Builder
		table.WriteString("code,name,email,birth_year,unit,post,roles\n")
		if from == 0 {
			table.WriteString("DEMO-T,Trần Mây Đo,trainer@bench.example,1980,T,officer,trainer;learner\n")
		}
		for i := from; i < min(people, from+bulkPerImport); i++ {
			fmt.Fprintf(&table, "DO-%06d,Người Đo Số %d,do.%06d@donhap.example,%d,T-%d,clerk,learner\n", i, i, i, 1965+i%40, i%(min(bulkUnits, people/4)-1))
		}
		files := directory.ImportFiles{Units: units, People: table.String()}
		var preview directory.ImportPreview
		if err := c.call(ctx, admin, "directory/preview-import", files, &preview); err != nil {
			return "", "", err
		}
		var started directory.ImportStarted
		if err := c.call(ctx, admin, "directory/start-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}, &started); err != nil {
			return "", "", err
		}
		if err := c.importShown(ctx, admin, started, min(people, from+bulkPerImport)); err != nil {
			return "", "", err
		}
	}
	if trainer, err = c.signIn(ctx, "DEMO-T", "198.51.100.2"); err != nil {
		return "", "", err
	}
	course := map[string]string{"course.yaml": shortCourseYML, "lessons/bai.md": "Nội dung.\n"}
	if err := c.call(ctx, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: course}, nil); err != nil {
		return "", "", err
	}
	var tree []directory.Unit
	if err := c.call(ctx, trainer, "directory/list-units", struct{}{}, &tree); err != nil {
		return "", "", err
	}
	unit = tree[slices.IndexFunc(tree, func(u directory.Unit) bool { return u.Code == "T" })].ID
	return trainer, unit, c.idle(ctx)
}

// metric reads one figure of those that the program shows to a scraper; one that is not there yet is 0.
func (c *contest) metric(ctx context.Context, name string) (value float64, err error) {
	err = c.send(ctx, http.MethodGet, "/metrics", "198.51.100.1", "", "", nil, func(r *http.Response) error {
		lines := bufio.NewScanner(r.Body)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
				value, err = strconv.ParseFloat(text, 64)
				return err
			}
		}
		return lines.Err()
	})
	return value, err
}
