package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"khuevan/platform/clock"
	"khuevan/services/directory"
)

// The import of the bench: the staff of a large province.
const (
	importUnits   = 10_000
	importPeople  = 30_000
	durableWithin = 5.0 // seconds, from the confirmation until nothing can keep the rows out any more
	visibleIn     = 15.0
	importLook    = 50 * time.Millisecond
)

// measureImport takes the time that an administrator waits for an import, over HTTP.
func measureImport(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo-empty")
	if err != nil {
		return nil, err
	}
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return nil, err
	}
	files := importFiles(w.some(importUnits, 500), w.some(importPeople, 1500))
	var preview directory.ImportPreview
	if err := c.call(ctx, admin, "directory/preview-import", files, &preview); err != nil {
		return nil, err
	}
	if len(preview.Problems) > 0 || preview.People.New != w.some(importPeople, 1500) {
		return nil, fmt.Errorf("the preview shows %+v and %d problems", preview.People, len(preview.Problems))
	}
	began := time.Now()
	var started directory.ImportStarted
	if err := c.call(ctx, admin, "directory/start-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}, &started); err != nil {
		return nil, err
	}
	durable := time.Since(began)
	if err := c.importShown(ctx, admin, started, w.some(importPeople, 1500)); err != nil {
		return nil, err
	}
	return []Row{row("directory.import.durable", "s", durable.Seconds(), durableWithin),
		row("directory.import.visible", "s", time.Since(began).Seconds(), visibleIn)}, nil
}

// importShown waits until everybody of an import stands in the list of people.
func (c *contest) importShown(ctx context.Context, admin string, started directory.ImportStarted, people int) error {
	var state directory.ImportState
	for state.Phase != "done" {
		if err := (clock.System{}).WaitUntil(ctx, time.Now().Add(importLook)); err != nil {
			return err
		}
		if err := c.call(ctx, admin, "directory/get-import", directory.ImportRequest{Import: started.Import, After: started.Seq}, &state); err != nil {
			return err
		}
	}
	for {
		var page directory.PeoplePage
		if err := c.call(ctx, admin, "directory/list-people", directory.ListPeopleRequest{}, &page); err != nil {
			return err
		}
		if page.Total >= people {
			return nil
		}
	}
}

// importFiles are a tree of units and people who belong to them.
func importFiles(units, people int) directory.ImportFiles {
	var u, p strings.Builder
	u.WriteString("code,name,kind,parent,established\nT,Tỉnh Đo Nhập,province,,2020-01-01\n")
	for i := range units - 1 {
		parent := "T"
		if i >= treeBranch {
			parent = fmt.Sprintf("T-%d", i%treeBranch)
		}
		fmt.Fprintf(&u, "T-%d,Đơn vị số %d,division,%s,2025-07-01\n", i, i, parent)
	}
	p.WriteString("code,name,email,birth_year,unit,post,roles\n")
	for i := range people {
		fmt.Fprintf(&p, "DO-%05d,Người Đo Số %d,do.%05d@donhap.example,%d,T-%d,clerk,learner\n", i, i, i, 1965+i%40, i%(units-1))
	}
	return directory.ImportFiles{Units: u.String(), People: p.String()}
}
