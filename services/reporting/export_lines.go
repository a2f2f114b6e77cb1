package reporting

import (
	"context"
	"errors"
	"slices"

	"khuevan/platform/keyring"
)

// table is what lines are written into, cell by cell.
type table interface {
	text(text string)
	word(word string) // text of ours
	number(n int)
	mark(mark float64)
	day(seconds int64) // 0 for none
	end() error        // of the line
}

// head writes the first line.
func (x *export) head(out table) {
	out.word(x.words("Họ và tên", "Name"))
	out.word(x.words("Mã cán bộ", "Personnel code"))
	out.word(x.words("Đơn vị", "Unit"))
	if x.Form == FormPeople {
		for _, course := range x.courses {
			out.text(x.titles[course])
		}
	} else {
		for _, w := range [][2]string{{"Khóa học", "Course"}, {"Phiên bản", "Version"}, {"Kỳ", "Period"}, {"Hạn", "Due"}, {"Ngày hoàn thành", "Completed on"}, {"Điểm", "Mark"}, {"Trạng thái", "State"}} {
			out.word(x.words(w[0], w[1]))
		}
	}
	_ = out.end() // a heading is no more than one line
}

// write writes the lines of some people.
func (x *export) write(ctx context.Context, out table, people []sheetDoc) error {
	line := x.periods
	if x.Form == FormPeople {
		line = x.person
	}
	for _, d := range people {
		who, err := x.open(ctx, d)
		if err == nil {
			err = line(out, who, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// identity is what a line says of who it is about.
type identity struct{ name, code, unit string }

func (x *export) open(ctx context.Context, d sheetDoc) (who identity, err error) {
	who.unit = x.tree.name(d.Unit)
	if who.name, err = x.reveal(ctx, d.Person, "name", d.Name); err == nil {
		who.code, err = x.reveal(ctx, d.Person, "code", d.Code)
	}
	return who, err
}

func (x *export) reveal(ctx context.Context, person, field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	plain, err := x.api.d.Keys.Reveal(ctx, person, field, sealed)
	if errors.Is(err, keyring.ErrDestroyed) {
		return "", nil
	}
	return plain, err
}

func (x *export) who(out table, who identity) {
	if who.name == "" {
		out.word(x.words("(đã xóa)", "(erased)"))
	} else {
		out.text(who.name)
	}
	out.text(who.code)
	out.text(who.unit)
}

// person writes a line with a column for each course.
func (x *export) person(out table, who identity, d sheetDoc) error {
	x.who(out, who)
	for _, course := range x.courses {
		switch c := d.Cells.find(course); {
		case c == nil:
			out.word(x.words("Không yêu cầu", "Not asked"))
		case c.state == stateCompleted:
			out.day(c.completed)
		default:
			out.word(x.stateWord(c.stateOn(x.now)))
		}
	}
	return out.end()
}

// periods writes a line for each course that is asked of a person.
func (x *export) periods(out table, who identity, d sheetDoc) error {
	for _, course := range x.courses {
		c := d.Cells.find(course)
		if c == nil {
			continue
		}
		x.who(out, who)
		out.text(x.titles[course])
		out.number(c.version)
		out.number(c.period)
		out.day(c.due)
		out.day(c.completed)
		if c.state == stateCompleted || c.state == statePassed {
			out.mark(c.mark)
		} else {
			out.word("")
		}
		out.word(x.stateWord(c.stateOn(x.now)))
		if err := out.end(); err != nil {
			return err
		}
	}
	return nil
}

func (x *export) stateWord(state string) string {
	switch state {
	case stateAssigned:
		return x.words("Chưa bắt đầu", "Not started")
	case stateStarted:
		return x.words("Đang học", "In progress")
	case statePassed:
		return x.words("Đạt bài kiểm tra", "Quiz passed")
	case stateCompleted:
		return x.words("Hoàn thành", "Completed")
	case stateExcused:
		return x.words("Được miễn", "Excused")
	default:
		return x.words("Quá hạn", "Overdue")
	}
}

// widths are those of the columns, in characters.
func (x *export) widths() []float64 {
	widths := []float64{30, 16, 44}
	if x.Form == FormPeriods {
		return append(widths, 44, 10, 8, 12, 14, 8, 18)
	}
	return append(widths, slices.Repeat([]float64{16}, len(x.courses))...)
}
