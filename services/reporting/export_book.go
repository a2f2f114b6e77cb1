package reporting

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/clock"
)

// bookTable writes lines into the one sheet of a workbook, which keeps no cells in memory. Text is written as text, never as a
// formula, whatever it begins with.
type bookTable struct {
	file             *excelize.File
	sheet            *excelize.StreamWriter
	line             []any
	lines            int
	head, date, half int // styles
}

func newBook(title, date string, widths []float64) (_ *bookTable, err error) {
	t := &bookTable{file: excelize.NewFile()}
	defer func() {
		if err != nil {
			t.close()
			err = fmt.Errorf("workbook: %w", err)
		}
	}()
	style := func(into *int, style excelize.Style) {
		if err == nil {
			*into, err = t.file.NewStyle(&style)
		}
	}
	style(&t.head, headStyle())
	style(&t.date, excelize.Style{CustomNumFmt: &date})
	style(&t.half, excelize.Style{NumFmt: 2})
	if err != nil {
		return nil, err
	}
	if err = t.file.SetSheetName("Sheet1", title); err != nil {
		return nil, err
	}
	if t.sheet, err = t.file.NewStreamWriter(title); err != nil {
		return nil, err
	}
	for i, w := range widths {
		if err = t.sheet.SetColWidth(i+1, i+1, w); err != nil {
			return nil, err
		}
	}
	return t, t.sheet.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
}

func (t *bookTable) close() { _ = t.file.Close() } // its temporary files; what was written is read by then

func (t *bookTable) put(style int, value any) {
	if t.lines == 0 {
		style = t.head
	}
	t.line = append(t.line, excelize.Cell{StyleID: style, Value: value})
}

func (t *bookTable) text(text string) { t.word(text) }

func (t *bookTable) word(word string) {
	if word == "" {
		t.line = append(t.line, nil)
		return
	}
	t.put(0, word)
}

func (t *bookTable) number(n int) { t.put(0, n) }

func (t *bookTable) mark(mark float64) { t.put(t.half, mark) }

func (t *bookTable) day(seconds int64) {
	if seconds == 0 {
		t.line = append(t.line, nil)
		return
	}
	y, m, d := clock.Local(moment(seconds)).Date()
	t.put(t.date, time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}

func (t *bookTable) end() error {
	t.lines++
	cell, err := excelize.CoordinatesToCellName(1, t.lines)
	if err == nil {
		err = t.sheet.SetRow(cell, t.line)
	}
	t.line = t.line[:0]
	return err
}

func (t *bookTable) bytes() ([]byte, error) {
	if err := t.sheet.Flush(); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	buf, err := t.file.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return buf.Bytes(), nil
}
