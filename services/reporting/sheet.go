package reporting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sheetDoc is a person with all courses at once, as the rows say: an export reads one document for each person instead of
// one for each course.
type sheetDoc struct {
	Person string `json:"person"`
	Unit   string `json:"unit"`           // "" for a person who is a member of none
	Name   string `json:"name,omitempty"` // sealed
	Code   string `json:"code,omitempty"` // sealed
	Cells  []cell `json:"cells,omitempty"`
}

// cell is what a sheet keeps of a row. It is stored as one text, which is read several times as fast as an object.
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
	if at := slices.IndexFunc(d.Cells, func(c cell) bool { return c.course == r.Course }); at >= 0 {
		d.Cells[at] = fresh
		return
	}
	d.Cells = append(d.Cells, fresh)
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

// MarshalText implements encoding.TextMarshaler. The course stands last: it may hold anything.
func (c cell) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s|%d|%d|%d|%d|%s|%s", c.state, c.version, c.period, c.due, c.completed,
		strconv.FormatFloat(c.mark, 'g', -1, 64), c.course), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *cell) UnmarshalText(text []byte) error {
	rest, bad := string(text), false
	next := func() string {
		part, after, ok := strings.Cut(rest, "|")
		rest, bad = after, bad || !ok
		return part
	}
	number := func() int64 {
		n, err := strconv.ParseInt(next(), 10, 64)
		bad = bad || err != nil
		return n
	}
	c.state, c.version, c.period = next(), int(number()), int(number())
	c.due, c.completed = number(), number()
	mark, err := strconv.ParseFloat(next(), 64)
	c.mark, c.course = mark, rest
	if bad || err != nil {
		return fmt.Errorf("reporting: %q is no cell of a sheet", text)
	}
	return nil
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
