package reporting

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

// span is some people of a unit: a page from a cursor on, or, where it has no limit, all of them.
type span struct {
	unit, after string
	limit       int
}

// read gives the next sheets, and the keys of their people are at hand then.
func (x *export) read(ctx context.Context, limit int) (people []sheetDoc, next string, err error) {
	spans, next, err := x.plan(limit)
	if err != nil {
		return nil, "", err
	}
	found := make([][]sheetDoc, len(spans))
	err = together(len(spans), func(i int) error {
		q := readmodel.Query{Index: "unit", Equal: []any{spans[i].unit}, After: spans[i].after, Limit: spans[i].limit}
		if q.Limit == 0 {
			return x.api.views.sheets.Each(ctx, q, func(d sheetDoc) error { found[i] = append(found[i], d); return nil })
		}
		page, err := x.api.views.sheets.Find(ctx, q)
		if found[i] = page.Items; page.Next != "" {
			next = spans[i].unit + "|" + page.Next
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	people = slices.Concat(found...)
	ids := make([]string, len(people))
	for i, d := range people {
		ids[i] = d.Person
	}
	return people, next, x.api.d.Keys.Gather(ctx, ids, max(x.people, len(people)))
}

// plan finds whose sheets are next: whole units, as many as fit, or a page of one that does not fit. The cursor is the unit to go on
// with and the store's cursor within it.
func (x *export) plan(limit int) (spans []span, next string, err error) {
	unit, inner, going := strings.Cut(x.After, "|")
	units := x.units[max(0, slices.Index(x.units, unit)):]
	if going && !slices.Contains(x.units, unit) {
		return nil, "", fault.New(fault.Conflict, "Cơ cấu tổ chức vừa thay đổi; vui lòng xuất lại từ đầu.", "The units have changed meanwhile; please export again.")
	}
	units = slices.DeleteFunc(slices.Clone(units), func(u string) bool { return x.own[u].People == 0 && u != unit })
	left := limit
	for i, u := range units {
		switch n := x.own[u].People; {
		case n <= left && (u != unit || inner == ""):
			spans, left = append(spans, span{unit: u}), left-n
		case len(spans) > 0:
			return spans, u + "|", nil
		default:
			if i+1 < len(units) {
				next = units[i+1] + "|"
			}
			return []span{{u, inner, limit}}, next, nil
		}
	}
	return spans, "", nil
}

// together does n things with all processors.
func together(n int, do func(i int) error) error {
	var side sync.WaitGroup
	var next atomic.Int64
	errs := make([]error, n)
	for range min(n, runtime.GOMAXPROCS(0)) {
		side.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if errs[i] = do(i); errs[i] != nil {
					return
				}
			}
		})
	}
	side.Wait()
	return errors.Join(errs...)
}
