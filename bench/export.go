package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/jetstream"
	"khuevan/services/catalog"
	"khuevan/services/directory"
)

// The export of the bench: a province in which everybody was asked for everything, and most have done it.
const (
	exportPeople   = 20_000
	exportCourses  = 12
	exportUnits    = 200
	exportWithin   = 0.5 // seconds, the stated limit
	exportRounds   = 5
	exportLoad     = 256 // streams that are written at the same time
	exportCatchUp  = 5 * time.Minute
	exportServices = "directory,account,access,catalog,reporting,portal"
)

// measureExport takes the time from the request for the file until its last byte, for an analyst of the whole province. The program
// runs what the file needs: with the others it would answer 240,000 enrolments with letters first.
func measureExport(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo-empty", "-target", exportServices)
	if err != nil {
		return nil, err
	}
	people, err := c.staff(ctx, w.some(exportPeople, 2_000))
	if err != nil {
		return nil, err
	}
	if err := c.p.stop(); err != nil {
		return nil, err
	}
	done, err := enrolEverybody(ctx, c.p.data, people)
	if err != nil {
		return nil, err
	}
	var x exports
	for range exportRounds {
		if err := c.exportAll(ctx, &x); err != nil {
			return nil, err
		}
	}
	raw, err := rawExport(ctx, c.client, x.file, len(people), done)
	limit := exportWithin * float64(len(people)) / exportPeople
	return []Row{row("export.completion", "s", median(x.first), limit), row("export.completion.again", "s", median(x.again), limit),
		row("export.completion.periods", "s", median(x.periods), limit), row("export.completion.cpu", "s", median(x.cpu), limit),
		row("export.completion.csv", "s", median(x.again), raw)}, err
}

// exports are the seconds that files took, round by round, and the last file.
type exports struct {
	first, again, periods, cpu []float64
	file                       string
}

// exportAll starts the program and asks for the files.
func (c *contest) exportAll(ctx context.Context, x *exports) error {
	if _, err := c.p.start(ctx, exportCatchUp); err != nil {
		return err
	}
	analyst, err := c.signIn(ctx, "DEMO-A", "198.51.100.1")
	if err != nil {
		return err
	}
	before, err := cpuTime(c.p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	_, first, err1 := c.export(ctx, analyst, "people")
	after, err2 := cpuTime(c.p.cmd.Process.Pid)
	text, again, err3 := c.export(ctx, analyst, "people")
	_, periods, err4 := c.export(ctx, analyst, "periods")
	x.first, x.again, x.periods, x.cpu = append(x.first, first), append(x.again, again), append(x.periods, periods), append(x.cpu, (after-before).Seconds())
	x.file = text
	return errors.Join(err1, err2, err3, err4, c.p.stop())
}

// staff brings in people and courses, and gives the people's ids.
func (c *contest) staff(ctx context.Context, people int) ([]string, error) {
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return nil, err
	}
	files := importFiles(exportUnits, people)
	files.People += "DEMO-A,Trần Mây Đo,a@donhap.example,1980,T,officer,analyst\nDEMO-T,Lê Mây Đo,t@donhap.example,1980,T,officer,trainer\n"
	var preview directory.ImportPreview
	if err := c.call(ctx, admin, "directory/preview-import", files, &preview); err != nil {
		return nil, err
	}
	if err := c.call(ctx, admin, "directory/confirm-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}, nil); err != nil {
		return nil, err
	}
	trainer, err := c.signIn(ctx, "DEMO-T", "198.51.100.2")
	if err != nil {
		return nil, err
	}
	for i := range exportCourses {
		about := strings.NewReplacer(shortCourse, exportCourse(i), "Khóa đo giấy chứng nhận", fmt.Sprintf("Khóa đo, xuất số %d", i)).Replace(shortCourseYML)
		course := map[string]string{"course.yaml": about, "lessons/bai.md": "Nội dung.\n"}
		if err := c.call(ctx, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: course}, nil); err != nil {
			return nil, err
		}
	}
	var ids []string
	for after := ""; ; {
		var page directory.PeoplePage
		if err := c.call(ctx, admin, "directory/list-people", directory.ListPeopleRequest{After: after, Limit: 500}, &page); err != nil {
			return nil, err
		}
		for _, p := range page.Items {
			if strings.HasPrefix(p.Code, "DO-") {
				ids = append(ids, p.ID)
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(ids) != people {
		return nil, fmt.Errorf("%d of %d people are listed", len(ids), people)
	}
	return ids, nil
}

func exportCourse(i int) string { return fmt.Sprintf("do-xuat-%02d", i) }

// enrolEverybody writes into the journal of a program that does not run, and tells how many completed.
func enrolEverybody(ctx context.Context, data string, people []string) (done int, err error) {
	s, err := jetstream.StartServer(data)
	if err != nil {
		return 0, err
	}
	defer s.Shutdown()
	conn, err := s.Connect("bench")
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return 0, err
	}
	j, err := jetstream.OpenJournal(ctx, conn, registry, jetstream.Options{})
	if err != nil {
		return 0, err
	}
	defer j.Close()
	var next, completed atomic.Int64
	err = crowd(ctx, exportLoad, func(ctx context.Context, _ int) error {
		for i := int(next.Add(1)) - 1; i < len(people)*exportCourses; i = int(next.Add(1)) - 1 {
			for _, p := range exportFacts(people[i/exportCourses], i) {
				if _, done := p.facts[len(p.facts)-1].Event.(events.CourseCompleted); done {
					completed.Add(1)
				}
				if _, err := j.Append(ctx, p.stream, eventsource.End{}, p.facts...); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return int(completed.Load()), err
}

// past is the facts of a stream.
type past struct {
	stream string
	facts  []eventsource.Fact
}

// exportFacts is what happened to a person in a course: of twelve, one is excused, two have begun, one has not, and the
// others have completed it.
func exportFacts(person string, i int) []past {
	at := time.Now().Add(-time.Duration(i%300*24)*time.Hour - time.Duration(i)*time.Second)
	course := exportCourse(i % exportCourses)
	fact := func(e events.Event) eventsource.Fact { return eventsource.Fact{Event: e, Meta: meta(at)} }
	enrolment := past{"enrolment.enrolment." + person + "_" + course, []eventsource.Fact{
		fact(events.PersonEnrolled{Person: person, Course: course, Period: 1, Version: 1, Due: at.AddDate(0, 3, 0)})}}
	progress := past{"progress.course." + person + "_" + course + "_1", []eventsource.Fact{
		fact(events.LessonStarted{Person: person, Course: course, Period: 1, Lesson: "bai", At: at})}}
	switch (i/exportCourses + i) % 12 {
	case 0:
		return []past{enrolment}
	case 1:
		enrolment.facts = append(enrolment.facts, fact(events.PersonExcused{Person: person, Course: course, Period: 1, Why: events.ExcusedLeave, By: "do"}))
		return []past{enrolment}
	case 2, 3:
		return []past{enrolment, progress}
	}
	progress.facts = append(progress.facts, fact(events.CourseCompleted{Person: person, Course: course, Period: 1, Version: 1, At: at.AddDate(0, 1, 0), Mark: 5 + float64(i%21)/4}))
	return []past{enrolment, progress}
}

// export asks for the file and reads it to its end.
func (c *contest) export(ctx context.Context, token, form string) (text string, seconds float64, err error) {
	began := time.Now()
	err = c.send(ctx, http.MethodGet, "/report/completion/file?format=csv&form="+form, "198.51.100.1", token, "", nil, func(r *http.Response) error {
		body, err := io.ReadAll(r.Body)
		seconds, text = time.Since(began).Seconds(), string(body)
		if err == nil && r.StatusCode != http.StatusOK {
			err = fmt.Errorf("the file: %s %.300s", r.Status, text)
		}
		return err
	})
	return text, seconds, err
}

// rawExport checks the file against what happened, and gives the seconds in which encoding/csv writes the same over HTTP.
func rawExport(ctx context.Context, client *http.Client, file string, people, done int) (float64, error) {
	table, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		return 0, err
	}
	lines, completed := 0, 0
	for _, line := range table {
		if !strings.HasPrefix(line[1], "DO-") {
			continue
		}
		lines++
		for _, cell := range line[3:] {
			if _, err := time.Parse("02/01/2006", cell); err == nil {
				completed++
			}
		}
	}
	if lines != people || completed != done {
		return 0, fmt.Errorf("the file has %d people of %d, and %d completions of %d", lines, people, completed, done)
	}
	raw := rawCSV(table)
	defer raw.Close()
	var took []float64
	for range exportRounds {
		began := time.Now()
		resp, err := client.Get(raw.URL) //nolint:noctx // of this process
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err = errors.Join(err, resp.Body.Close(), ctx.Err()); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began).Seconds())
	}
	return median(took), nil
}
