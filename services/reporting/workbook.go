package reporting

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookType is the media type of an XLSX file.
const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// column is a column of a sheet: its heading, its width in characters, and how its cells are written.
type column[T any] struct {
	vi, en string
	width  float64
	write  func(*sheet, string, T) error
}

// sheet writes the cells of one sheet. Text is always written as text, never as a formula, whatever it begins with.
type sheet struct {
	file   *excelize.File
	name   string
	zone   *time.Location // of the dates
	styles styles
}

type styles struct {
	head, date, number, percent, wrap int
	indent                            []int
}

const deepest = 8 // levels that are still indented further

// workbook makes the XLSX file. The same report makes the same bytes.
func (c competency) workbook() (out []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	made := c.at.UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Title: c.words("Báo cáo năng lực", "Competency report"), Creator: "Khuê Văn",
		LastModifiedBy: "Khuê Văn", Created: made, Modified: made, Language: c.words("vi-VN", "en-GB")}); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	s, err := c.styles(f)
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	if err := f.SetSheetName("Sheet1", c.words("Tổng hợp", "Summary")); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	sum := &sheet{file: f, name: c.words("Tổng hợp", "Summary"), zone: c.at.Location(), styles: s}
	if err := fillSheet(c, sum, branchColumns(), c.branches); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	detail := &sheet{file: f, name: c.words("Chi tiết", "Details"), zone: c.at.Location(), styles: s}
	if err := fillSheet(c, detail, c.rowColumns(), c.rows); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	if err := c.notes(f, s); err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	return buf.Bytes(), nil
}

func (c competency) styles(f *excelize.File) (s styles, err error) {
	dateFormat, percent := c.words("dd/mm/yyyy", "yyyy-mm-dd"), "0.0%"
	top := &excelize.Alignment{Vertical: "top"}
	add := func(into *int, style excelize.Style) {
		if err == nil {
			*into, err = f.NewStyle(&style)
		}
	}
	add(&s.head, headStyle())
	add(&s.date, excelize.Style{CustomNumFmt: &dateFormat, Alignment: top})
	add(&s.number, excelize.Style{NumFmt: 2, Alignment: top})
	add(&s.percent, excelize.Style{CustomNumFmt: &percent, Alignment: top})
	add(&s.wrap, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	s.indent = make([]int, deepest+1)
	for i := range s.indent {
		add(&s.indent[i], excelize.Style{Alignment: &excelize.Alignment{Indent: i, Vertical: "top"}})
	}
	return s, err
}

func headStyle() excelize.Style {
	return excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7ECF3"}}, Border: []excelize.Border{{Type: "bottom", Style: 1, Color: "7A869A"}}}
}

// fillSheet writes a table with a frozen heading, a filter and set widths.
func fillSheet[T any](c competency, s *sheet, columns []column[T], items []T) error {
	if _, err := s.file.NewSheet(s.name); err != nil {
		return err
	}
	for i, col := range columns {
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := s.file.SetColWidth(s.name, letter, letter, col.width); err != nil {
			return err
		}
		if err := s.text(letter+"1", c.words(col.vi, col.en), s.styles.head); err != nil {
			return err
		}
	}
	for row, item := range items {
		for i, col := range columns {
			cell, err := excelize.CoordinatesToCellName(i+1, row+2)
			if err != nil {
				return err
			}
			if err := col.write(s, cell, item); err != nil {
				return err
			}
		}
	}
	last, err := excelize.CoordinatesToCellName(len(columns), len(items)+1)
	if err != nil {
		return err
	}
	if err := s.file.AutoFilter(s.name, "A1:"+last, nil); err != nil {
		return err
	}
	return s.file.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// text writes a value as it is; an empty one leaves the cell empty.
func (s *sheet) text(cell, value string, style int) error {
	if value == "" {
		return nil
	}
	if err := s.file.SetCellStr(s.name, cell, value); err != nil {
		return err
	}
	return s.style(cell, style)
}

func (s *sheet) style(cell string, style int) error {
	if style == 0 {
		return nil
	}
	return s.file.SetCellStyle(s.name, cell, cell, style)
}

// day writes the local date of a time; nothing for none.
func (s *sheet) day(cell string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	y, m, d := t.In(s.zone).Date()
	if err := s.file.SetCellValue(s.name, cell, time.Date(y, m, d, 0, 0, 0, 0, time.UTC)); err != nil {
		return err
	}
	return s.style(cell, s.styles.date)
}

func (s *sheet) number(cell string, value float64, style int) error {
	if err := s.file.SetCellFloat(s.name, cell, value, -1, 64); err != nil {
		return err
	}
	return s.style(cell, style)
}

func countColumn(vi, en string, of func(counts) int) column[branch] {
	return column[branch]{vi, en, 12, func(s *sheet, cell string, b branch) error {
		return s.file.SetCellInt(s.name, cell, int64(of(b.counts)))
	}}
}

func branchColumns() []column[branch] {
	return []column[branch]{
		{"Mã đơn vị", "Code", 16, func(s *sheet, cell string, b branch) error { return s.text(cell, b.unit.Code, 0) }},
		{"Tên đơn vị (gồm cả đơn vị trực thuộc)", "Unit (with those below it)", 52, func(s *sheet, cell string, b branch) error {
			return s.text(cell, b.unit.Name, s.styles.indent[min(b.depth, deepest)])
		}},
		countColumn("Số người", "People", func(c counts) int { return c.People }),
		countColumn("Được giao", "Assigned", func(c counts) int { return c.Assigned }),
		countColumn("Đã bắt đầu", "Started", func(c counts) int { return c.Started }),
		countColumn("Đạt bài kiểm tra", "Quiz passed", func(c counts) int { return c.Passed }),
		countColumn("Hoàn thành", "Completed", func(c counts) int { return c.Completed }),
		{"Tỷ lệ hoàn thành", "Completion rate", 12, func(s *sheet, cell string, b branch) error {
			owing := b.Assigned - b.Excused
			if owing == 0 {
				return nil // where nothing is owed there is no rate, not zero
			}
			return s.number(cell, float64(b.Completed)/float64(owing), s.styles.percent)
		}},
		countColumn("Được miễn", "Excused", func(c counts) int { return c.Excused }),
	}
}

func (c competency) rowColumns() []column[Row] {
	return []column[Row]{
		{"Họ và tên", "Name", 30, func(s *sheet, cell string, r Row) error {
			if r.Name == "" {
				return s.text(cell, c.words("(đã xóa)", "(erased)"), 0)
			}
			return s.text(cell, r.Name, 0)
		}},
		{"Đơn vị", "Unit", 44, func(s *sheet, cell string, r Row) error { return s.text(cell, r.UnitName, 0) }},
		{"Khóa học", "Course", 44, func(s *sheet, cell string, r Row) error { return s.text(cell, r.Course, 0) }},
		{"Trạng thái", "State", 18, func(s *sheet, cell string, r Row) error { return s.text(cell, c.state(r.State), 0) }},
		{"Hạn", "Due", 12, func(s *sheet, cell string, r Row) error { return s.day(cell, r.Due) }},
		{"Điểm", "Mark", 8, func(s *sheet, cell string, r Row) error {
			if r.State != statePassed && r.State != stateCompleted {
				return nil
			}
			return s.number(cell, r.Mark, s.styles.number)
		}},
		{"Ngày hoàn thành", "Completed on", 14, func(s *sheet, cell string, r Row) error { return s.day(cell, r.Completed) }},
		{"Số chứng nhận", "Certificate", 26, func(s *sheet, cell string, r Row) error { return s.text(cell, r.Certificate, 0) }},
	}
}

// notes says what the numbers mean, up to when they count, and who asked.
func (c competency) notes(f *excelize.File, st styles) error {
	s := &sheet{file: f, name: c.words("Ghi chú", "Notes"), zone: c.at.Location(), styles: st}
	if _, err := f.NewSheet(s.name); err != nil {
		return err
	}
	if err := f.SetColWidth(s.name, "A", "A", 24); err != nil {
		return err
	}
	if err := f.SetColWidth(s.name, "B", "B", 90); err != nil {
		return err
	}
	for i, line := range c.noteLines() {
		if err := s.text(fmt.Sprintf("A%d", i+1), line[0], st.head); err != nil {
			return err
		}
		if err := s.text(fmt.Sprintf("B%d", i+1), line[1], st.wrap); err != nil {
			return err
		}
	}
	return nil
}

func (c competency) noteLines() [][2]string {
	course := c.course
	if course == "" {
		course = c.words("Tất cả các khóa học", "All courses")
	}
	return [][2]string{
		{c.words("Đơn vị", "Unit"), c.unit.Name},
		{c.words("Khóa học", "Course"), course},
		{c.words("Thời điểm chốt số liệu", "Cut-off"), c.at.Format("15:04:05 02/01/2006") + " (UTC+7)"},
		{c.words("Vị trí trong sổ sự kiện", "Position in the record"), fmt.Sprintf("#%d", c.position)},
		{c.words("Người yêu cầu", "Asked by"), c.asker},
		{c.words("Số người", "People"), c.words("Người đang giữ một vị trí trong đơn vị hoặc đơn vị trực thuộc; mỗi người chỉ được tính ở đơn vị mới nhất.",
			"Members of the unit or of those below it; each person counts in the latest unit only.")},
		{c.words("Được giao", "Assigned"), c.words("Số lượt giao khóa học (kỳ mới nhất của mỗi người trong mỗi khóa).", "Latest periods of people in courses.")},
		{c.words("Đã bắt đầu", "Started"), c.words("Trong đó: đã mở bài học hoặc bắt đầu làm bài kiểm tra.", "Of these: a lesson opened or an attempt begun.")},
		{c.words("Đạt bài kiểm tra", "Quiz passed"), c.words("Trong đó: đã đạt bài kiểm tra của khóa học.", "Of these: the quiz of the course passed.")},
		{c.words("Hoàn thành", "Completed"), c.words("Trong đó: đã làm xong mọi yêu cầu của khóa học.", "Of these: everything that the course asks was done.")},
		{c.words("Tỷ lệ hoàn thành", "Completion rate"), c.words("Hoàn thành chia cho số lượt phải học (Được giao trừ Được miễn); để trống khi không ai phải học.", "Completed divided by what is owed (assigned less excused); empty where nothing is owed.")},
		{c.words("Được miễn", "Excused"), c.words("Lượt giao được thủ trưởng hoặc người phụ trách đào tạo miễn, có lý do, và chưa hoàn thành.", "Assigned, excused by a head or a trainer with a reason, and not completed.")},
		{c.words("Tổng hợp", "Summary"), c.words("Mỗi dòng đã gồm số liệu của các đơn vị trực thuộc; không cộng các dòng với nhau.",
			"Each row includes the units below it; rows are not to be added up.")},
	}
}
