package reporting

import (
	"context"
	"errors"
	"slices"
	"strings"

	"khuevan/platform/fault"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
)

// few units are read one by one, more by one pass over the course's lines.
const few = 64

// own gives the numbers of some units' own members in a course ("" for all together), people included.
func (v *views) own(ctx context.Context, units []string, course string) (map[string]counts, error) {
	own := map[string]counts{}
	if err := v.addLines(ctx, own, units, ""); err != nil || course == "" {
		return own, err
	}
	for unit, c := range own {
		own[unit] = counts{People: c.People}
	}
	return own, v.addLines(ctx, own, units, course)
}

func (v *views) addLines(ctx context.Context, own map[string]counts, units []string, course string) error {
	if len(units) > few {
		wanted := make(map[string]bool, len(units))
		for _, u := range units {
			wanted[u] = true
		}
		return v.lines.Each(ctx, readmodel.Query{Index: "course", Equal: []any{course}}, func(d lineDoc) error {
			if wanted[d.Unit] {
				own[d.Unit] = own[d.Unit].plus(d.counts)
			}
			return nil
		})
	}
	for _, u := range units {
		d, found, err := v.lines.Get(ctx, lineID(u, course))
		if err != nil {
			return err
		}
		if found {
			own[u] = own[u].plus(d.counts)
		}
	}
	return nil
}

// Rows on a page.
const (
	defaultRows = 50
	mostRows    = 500
)

// pageOfRows reads rows unit by unit. The cursor is the unit to go on with and the store's cursor within it.
func (v *views) pageOfRows(ctx context.Context, units []string, own map[string]counts, req ListRowsRequest) (rows []rowDoc, next string, err error) {
	limit := req.Limit
	if limit <= 0 {
		limit = defaultRows
	}
	limit = min(limit, mostRows)
	units = slices.DeleteFunc(units, func(u string) bool { return own[u].Assigned == 0 })
	unit, inner, going := strings.Cut(req.After, "|")
	at := slices.Index(units, unit)
	if !going {
		at = 0
	}
	if at < 0 {
		return nil, "", fault.New(fault.Invalid, "Danh sách đã thay đổi; vui lòng xem lại từ trang đầu.",
			"The list has changed; please start again from the first page.")
	}
	for ; at < len(units); at++ {
		if len(rows) == limit {
			return rows, units[at] + "|", nil
		}
		q := rowQuery(units[at], req)
		q.After, q.Limit = inner, limit-len(rows)
		page, err := v.rows.Find(ctx, q)
		if err != nil {
			return nil, "", err
		}
		rows, inner = append(rows, page.Items...), ""
		if page.Next != "" {
			return rows, units[at] + "|" + page.Next, nil
		}
	}
	return rows, "", nil
}

func rowQuery(unit string, req ListRowsRequest) readmodel.Query {
	q := readmodel.Query{Index: "unit", Equal: []any{unit}}
	if req.State != "" {
		q = readmodel.Query{Index: "state", Equal: []any{unit, req.State}}
	}
	if req.Course != "" {
		q.Equal = append(q.Equal, req.Course)
	}
	return q
}

// names reveals the names of people for one answer, each once.
type names struct {
	keys  *keyring.Ring
	views *views
	known map[string]string
}

func newNames(keys *keyring.Ring, v *views) *names {
	return &names{keys: keys, views: v, known: map[string]string{}}
}

// of is a person's name, "" where it is not known or was erased.
func (n *names) of(ctx context.Context, person string) (string, error) {
	if name, ok := n.known[person]; ok {
		return name, nil
	}
	d, _, err := n.views.people.Get(ctx, person)
	if err != nil {
		return "", err
	}
	name := ""
	if d.Name != "" {
		name, err = n.keys.Reveal(ctx, person, "name", d.Name)
		if err != nil && !errors.Is(err, keyring.ErrDestroyed) {
			return "", err
		}
	}
	n.known[person] = name
	return name, nil
}

func (n *names) row(ctx context.Context, t *tree, r rowDoc) (Row, error) {
	name, err := n.of(ctx, r.Person)
	return Row{Person: r.Person, Name: name, Unit: r.Unit, UnitName: t.name(r.Unit), Course: r.Course, Period: r.Period,
		State: r.State, Due: r.Due, Mark: r.Mark, Completed: r.Completed, Certificate: r.Certificate}, err
}
