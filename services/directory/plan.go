package directory

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"khuevan/platform/sheet"
)

// Columns of the files, as content/README.md describes them.
var (
	unitColumns   = []string{"code", "name", "kind", "parent", "established"}
	personColumns = []string{"code", "name", "email", "birth_year", "unit", "post", "roles"}
)

var (
	unitCode   = regexp.MustCompile(`^[A-Z0-9][A-Z0-9.-]{0,39}$`)
	personCode = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,39}$`)
)

// longest bounds names in characters; the longest real ones have about half of it.
const longest = 300

// What a reply shows at most; the counts tell the rest.
const (
	shownRows     = 500
	shownProblems = 1000
)

// plan is what an import would do.
type plan struct {
	digest string
	units  *table
	people *table
	levels [][]*unitRow // good rows of units; parents stand on earlier levels
	rows   []*personRow // good rows of people
}

// plan holds the files against the directory. It writes nothing.
func (m *readModel) plan(ctx context.Context, f ImportFiles, k known, chosen remembering) (*plan, error) {
	p := &plan{}
	var err error
	if p.units, err = open(newTable("units", unitColumns), f.Units, f.UnitsFile, chosen); err != nil {
		return nil, err
	}
	if p.people, err = open(newTable("people", personColumns), f.People, f.PeopleFile, chosen); err != nil {
		return nil, err
	}
	p.digest = f.digest(p.units, p.people)
	named := newUnitNames(k)
	p.levels = checkUnits(p.units, k, named)
	for _, level := range p.levels {
		for _, u := range level {
			named.add(u.code, u.name)
		}
	}
	named.refused = refusedCodes(p.units)
	rows := checkPeople(p.people, k, named, m)
	for _, r := range rows {
		if err := m.compare(ctx, p.people, r, k); err != nil {
			return nil, err
		}
		if r.fate != isBad {
			p.rows = append(p.rows, r)
		}
	}
	return p, nil
}

// remembering gives what was chosen last for a header, by its signature; nil for nothing.
type remembering func(signature string) (map[string]string, error)

// open reads one file of an import.
func open(t *table, text string, f *ImportFile, remembered remembering) (*table, error) {
	if f == nil {
		return t.read(sheet.FromCSV(text), nil), nil
	}
	g, err := sheet.Open(f.Data, f.Sheet)
	if err != nil {
		return nil, err
	}
	chosen := f.Columns
	if chosen == nil && len(g.Records) > 0 {
		h := findHeader(g, t.file)
		if chosen, err = remembered(h.signature(t.file)); err != nil {
			return nil, err
		}
		t.remembered = chosen != nil
	}
	return t.read(g, chosen), nil
}

// refusedCodes are the codes on the bad rows of units, to tell a wrong code from a code on a wrong row.
func refusedCodes(t *table) map[string]bool {
	codes := map[string]bool{}
	for _, r := range t.rows {
		if r.fate == isBad {
			codes[strings.ToUpper(r.cells["code"])] = true
		}
	}
	return codes
}

// reading tells how the file was read.
func (t *table) reading() FileReading {
	r := FileReading{File: t.file, Encoding: t.source.Encoding, Sheet: t.source.Sheet, Sheets: t.source.Sheets, Line: t.head.line,
		Headings: t.head.headings, Columns: map[string]string{}, Suggested: map[string]string{}, Ignored: t.ignored, Needed: needed(t.file), All: t.columns, Remembered: t.remembered}
	for i, column := range t.head.columns {
		if column != "" {
			r.Columns[column] = t.head.headings[i]
		}
	}
	for _, column := range t.columns {
		if near := t.suggestion(column); r.Columns[column] == "" && near != "" {
			r.Suggested[column] = near
		}
	}
	return r
}

// preview is the plan as people see it.
func (p *plan) preview() ImportPreview {
	v := ImportPreview{Digest: p.digest, Units: p.units.counts(), People: p.people.counts(), Rows: []RowChange{}, Problems: []RowProblem{}, Files: []FileReading{}}
	for _, level := range p.levels {
		for _, u := range level {
			v.Rows = append(v.Rows, RowChange{File: "units", Line: u.line, Code: u.code, Name: u.name, Change: string(u.fate), Fields: u.fields})
		}
	}
	slices.SortFunc(v.Rows, func(a, b RowChange) int { return cmp.Compare(a.Line, b.Line) })
	for _, r := range p.rows {
		v.Rows = append(v.Rows, RowChange{File: "people", Line: r.line, Code: r.code, Name: r.name, Change: string(r.fate), Fields: r.fields})
	}
	v.Rows = slices.DeleteFunc(v.Rows, func(r RowChange) bool { return r.Change == string(isSame) })
	v.Rows = v.Rows[:min(len(v.Rows), shownRows)]
	for _, t := range []*table{p.units, p.people} {
		slices.SortStableFunc(t.problems, func(a, b RowProblem) int { return cmp.Compare(a.Line, b.Line) })
		v.Problems = append(v.Problems, t.problems...)
		if len(t.head.headings) > 0 {
			v.Files = append(v.Files, t.reading())
		}
	}
	v.Problems = v.Problems[:min(len(v.Problems), shownProblems)]
	return v
}
