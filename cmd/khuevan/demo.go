package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"khuevan/content"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/services/catalog"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/quiz"
)

const (
	demoAdmin     = "DEMO-0001"
	demoUnit      = "MN-X01" // whose people have something to do from the start
	demoCourse    = "attt-co-ban"
	demoProgramme = "attt-nen-tang"
	demoDays      = 30
)

// loadDemo fills an empty platform with the demo province, a course, a programme and a first assignment; with empty set, with
// nothing but the administrator. It does nothing when there are units already.
func loadDemo(ctx context.Context, d host.Deps, empty bool) error {
	ctx = rpc.AsSystem(ctx, "demo")
	units, err := patiently(ctx, d, func() ([]directory.Unit, error) {
		return directory.ListUnits.Call(ctx, d.RPC, directory.ListUnitsRequest{})
	})
	if err != nil || len(units) > 0 {
		return err
	}
	files, err := demoFiles(empty)
	if err != nil {
		return err
	}
	if _, err := importFiles(ctx, d.RPC, files); err != nil {
		return fmt.Errorf("demo province: %w", err)
	}
	if empty {
		return nil
	}
	published, err := patiently(ctx, d, func() (catalog.Published, error) { return publishPackage(ctx, d.RPC, demoCourse) })
	if err != nil {
		return fmt.Errorf("demo course: %w", err)
	}
	if _, err := patiently(ctx, d, func() (catalog.PublishedProgramme, error) {
		return catalog.PublishProgramme.Call(ctx, d.RPC, catalog.PublishProgrammeRequest{Package: demoProgramme})
	}); err != nil {
		return fmt.Errorf("demo programme: %w", err)
	}
	return assignDemo(ctx, d, published)
}

func assignDemo(ctx context.Context, d host.Deps, published catalog.Published) error {
	units, err := directory.ListUnits.Call(ctx, d.RPC, directory.ListUnitsRequest{})
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Code != demoUnit {
			continue
		}
		due := clock.Local(d.Clock.Now()).AddDate(0, 0, demoDays)
		due = time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 59, 0, due.Location())
		_, err := patiently(ctx, d, func() (enrolment.Assigned, error) {
			return enrolment.AssignCourse.Call(ctx, d.RPC, enrolment.AssignCourseRequest{Assignment: "demo", Course: published.Course, Unit: u.ID, Due: due})
		})
		return err
	}
	return fmt.Errorf("demo province: no unit %s", demoUnit)
}

// demoPatience is how long the first start waits for services that run in other processes.
const demoPatience = time.Minute

// patiently asks again while a service is not there yet, or has not yet heard what it must know.
func patiently[T any](ctx context.Context, d host.Deps, ask func() (T, error)) (T, error) {
	until := d.Clock.Now().Add(demoPatience)
	for {
		answer, err := ask()
		passing := fault.Is(err, fault.Unavailable) || fault.Is(err, fault.NotFound) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict)
		if !passing || d.Clock.Now().After(until) {
			return answer, err
		}
		if err := d.Clock.WaitUntil(ctx, d.Clock.Now().Add(50*time.Millisecond)); err != nil {
			return answer, err
		}
	}
}

// demoFiles are the shipped CSV files, or the rows of the administrator alone.
func demoFiles(empty bool) (directory.ImportFiles, error) {
	units, err := fs.ReadFile(content.FS, "demo/units.csv")
	if err != nil {
		return directory.ImportFiles{}, err
	}
	people, err := fs.ReadFile(content.FS, "demo/people.csv")
	if err != nil || !empty {
		return directory.ImportFiles{Units: string(units), People: string(people)}, err
	}
	return onlyAdmin(string(units), string(people))
}

func onlyAdmin(units, people string) (directory.ImportFiles, error) {
	var out directory.ImportFiles
	rows, err := csv.NewReader(strings.NewReader(people)).ReadAll()
	if err != nil {
		return out, err
	}
	kept := [][]string{rows[0]}
	for _, r := range rows[1:] {
		if r[0] == demoAdmin {
			kept = append(kept, r)
		}
	}
	needed := kept[len(kept)-1][4]
	if out.People, err = writeCSV(kept); err != nil {
		return out, err
	}
	if rows, err = csv.NewReader(strings.NewReader(units)).ReadAll(); err != nil {
		return out, err
	}
	kept = nil
	for i := len(rows) - 1; i > 0; i-- { // children stand after their parents
		if rows[i][0] == needed {
			kept = append([][]string{rows[i]}, kept...)
			needed = rows[i][3]
		}
	}
	out.Units, err = writeCSV(append([][]string{rows[0]}, kept...))
	return out, err
}

func writeCSV(rows [][]string) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	err := w.WriteAll(rows)
	return b.String(), err
}

// importTime bounds an import: 30,000 people take some 20 s.
const importTime = 10 * time.Minute

// importFiles takes the good rows of files over.
func importFiles(ctx context.Context, c rpc.Caller, files directory.ImportFiles) (directory.ImportDone, error) {
	ctx, cancel := context.WithTimeout(ctx, importTime)
	defer cancel()
	preview, err := directory.PreviewImport.Call(ctx, c, files)
	if err != nil {
		return directory.ImportDone{}, err
	}
	if len(preview.Problems) > 0 {
		p := preview.Problems[0]
		return directory.ImportDone{}, fault.Newf(fault.Invalid, "%[1]s, dòng %[2]d, cột %[3]s: %[4]s", "%[1]s, line %[2]d, column %[3]s: %[5]s", p.File, p.Line, p.Column, p.Vi, p.En)
	}
	return directory.ConfirmImport.Call(ctx, c, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
}

// publishPackage puts a shipped course and its question bank into the offer.
func publishPackage(ctx context.Context, c rpc.Caller, name string) (catalog.Published, error) {
	packages, err := catalog.ListPackages.Call(ctx, c, rpc.Empty{})
	if err != nil {
		return catalog.Published{}, err
	}
	for _, p := range packages {
		if p.Name != name {
			continue
		}
		report, err := quiz.ImportItems.Call(ctx, c, quiz.ImportItemsRequest{Course: name, Markdown: p.Questions})
		if err != nil {
			return catalog.Published{}, err
		}
		for _, bad := range report.Problems {
			return catalog.Published{}, fmt.Errorf("questions of %s, line %d: %s", name, bad.Line, bad.En)
		}
		return catalog.PublishCourse.Call(ctx, c, catalog.PublishCourseRequest{Package: name})
	}
	return catalog.Published{}, fmt.Errorf("no course %q ships with the platform", name)
}
