package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"khuevan/services/directory"
)

// The tree of the bench: a province, departments, and the rest below them, as many as one province ever had.
const (
	treeUnits   = 10_000
	treeBranch  = 100
	treePages   = 1500
	treeLimitMS = 20
)

// measureTree takes the time of pages of the tree, over HTTP by one administrator after the other: levels of the present and
// of past days, at random.
func measureTree(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo-empty")
	if err != nil {
		return nil, err
	}
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return nil, err
	}
	branches, err := c.plantTree(ctx, admin)
	if err != nil {
		return nil, err
	}
	var took []float64
	for i := range treePages {
		page := "/units?unit=" + branches[i*7%len(branches)]
		if i%2 == 1 { // a slider goes over some years, to and fro
			page += fmt.Sprintf("&part=1&month=%d", 2020*12+i*5%72)
		}
		began := time.Now()
		err := c.send(ctx, http.MethodGet, page, "198.51.100.1", admin, "", nil, func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err == nil && (r.StatusCode != http.StatusOK || !strings.Contains(string(body), "structure")) {
				err = fmt.Errorf("%s: %s", page, r.Status)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
	}
	return []Row{row("directory.tree.p50", "ms", percentile(took, 50), treeLimitMS), row("directory.tree.p99", "ms", percentile(took, 99), treeLimitMS)}, nil
}

// plantTree imports the units and gives the ids of those that have others below them, the root first as "".
func (c *contest) plantTree(ctx context.Context, admin string) ([]string, error) {
	var units strings.Builder
	units.WriteString("code,name,kind,parent,established\nT,Tỉnh Đo Cây,province,,2020-01-01\n")
	for i := range treeUnits - 1 {
		parent := "T"
		if i >= treeBranch {
			parent = fmt.Sprintf("T-%d", i%treeBranch)
		}
		fmt.Fprintf(&units, "T-%d,Đơn vị số %d,division,%s,%d-%02d-01\n", i, i, parent, 2020+i/treeBranch%6, i%12+1)
	}
	files := directory.ImportFiles{Units: units.String()}
	var preview directory.ImportPreview
	if err := c.call(ctx, admin, "directory/preview-import", files, &preview); err != nil {
		return nil, err
	}
	if err := c.call(ctx, admin, "directory/confirm-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}, nil); err != nil {
		return nil, err
	}
	var found []directory.FoundUnit
	if err := c.call(ctx, admin, "directory/find-units", directory.FindUnitsRequest{Text: "Tỉnh Đo Cây"}, &found); err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("the root is found %d times", len(found))
	}
	var below directory.Below
	if err := c.call(ctx, admin, "directory/list-below", directory.BelowRequest{Unit: found[0].ID}, &below); err != nil {
		return nil, err
	}
	if len(below.Units) != treeBranch || below.All < treeUnits {
		return nil, fmt.Errorf("%d units, %d right below the root", below.All, len(below.Units))
	}
	ids := []string{"", found[0].ID}
	for _, u := range below.Units {
		ids = append(ids, u.ID)
	}
	return ids, nil
}
