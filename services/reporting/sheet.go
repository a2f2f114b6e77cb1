package reporting

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sheetDoc is a person with all courses at once, as the rows say: an export reads one document for each person instead of
// one for each course.
type sheetDoc struct {
	Person string      `json:"person"`
	Unit   string      `json:"unit"`           // "" for a person who is a member of none
	Name   string      `json:"name,omitempty"` // sealed
	Code   string      `json:"code,omitempty"` // sealed
	Cells  courseCells `json:"cells,omitempty"`
}

// courseCells are stored as one text, which is read several times as fast as a list of objects.
type courseCells []cell

// cell is what a sheet keeps of a row.
type cell struct {
	course          string
	state           string
	version, period int
	due, completed  int64 // Unix seconds; 0 for none
	mark            float64
}

// put keeps what a row says.
func (d *sheetDoc) put(r rowDoc) {
	d.Person = r.Person
	fresh := cell{r.Course, r.State, r.Version, r.Period, seconds(r.Due), seconds(r.Completed), r.Mark}
	if c := d.Cells.find(r.Course); c != nil {
		*c = fresh
		return
	}
	d.Cells = append(d.Cells, fresh)
}

// drop forgets a course that is not asked any more.
func (d *sheetDoc) drop(course string) {
	d.Cells = slices.DeleteFunc(d.Cells, func(c cell) bool { return c.course == course })
}

// erase leaves what is counted.
func (d *sheetDoc) erase(person string) {
	d.Person, d.Name, d.Code = person, "", ""
	for i := range d.Cells {
		d.Cells[i].due = 0
	}
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// moment is seconds turned back.
func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// find is the cell of a course; nil where it was not asked of the person.
func (all courseCells) find(course string) *cell {
	for i := range all {
		if all[i].course == course {
			return &all[i]
		}
	}
	return nil
}

// Between cells, and between what a cell says. Neither can stand in an escaped course.
const (
	cellEnd  = "|"
	fieldEnd = " "
	base     = 36 // of numbers, which makes them short
)

// MarshalText implements encoding.TextMarshaler.
func (all courseCells) MarshalText() ([]byte, error) {
	var out []byte
	for i, c := range all {
		if i > 0 {
			out = append(out, cellEnd...)
		}
		out = append(out, c.state+fieldEnd...)
		for _, n := range []int64{int64(c.version), int64(c.period), c.due, c.completed} {
			out = append(strconv.AppendInt(out, n, base), fieldEnd...)
		}
		out = append(strconv.AppendFloat(out, c.mark, 'g', -1, 64), fieldEnd...)
		out = append(out, url.QueryEscape(c.course)...)
	}
	return out, nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (all *courseCells) UnmarshalText(text []byte) error {
	*all = nil
	if len(text) == 0 {
		return nil
	}
	rest := string(text)
	*all = make(courseCells, 0, strings.Count(rest, cellEnd)+1)
	for more := true; more; {
		var one string
		one, rest, more = strings.Cut(rest, cellEnd)
		c, err := readCell(one)
		if err != nil {
			return fmt.Errorf("reporting: %q is no cell of a sheet: %w", one, err)
		}
		*all = append(*all, c)
	}
	return nil
}

func readCell(text string) (c cell, err error) {
	next := func() string {
		part, after, ok := strings.Cut(text, fieldEnd)
		if text = after; !ok {
			err = io.ErrUnexpectedEOF
		}
		return part
	}
	number := func() int64 {
		n, failed := strconv.ParseInt(next(), base, 64)
		if failed != nil {
			err = failed
		}
		return n
	}
	c.state, c.version, c.period, c.due, c.completed = next(), int(number()), int(number()), number(), number()
	var failed [2]error
	c.mark, failed[0] = strconv.ParseFloat(next(), 64)
	c.course, failed[1] = url.QueryUnescape(text)
	return c, errors.Join(err, failed[0], failed[1])
}

// stateOverdue is shown, and never stored, of whoever owes a course beyond its day.
const stateOverdue = "overdue"

// stateOn is how far the person has come by a moment.
func (c cell) stateOn(now int64) string {
	if c.due != 0 && c.due < now && c.state != stateCompleted && c.state != stateExcused {
		return stateOverdue
	}
	return c.state
}
