package sheet

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/fault"
	"khuevan/platform/vietnamese"
)

// mostMerged bounds how many merged ranges are filled, and mostFilled how many cells they may have together.
const (
	mostMerged = 10_000
	mostFilled = 200_000
)

// openWorkbook reads one sheet of an XLSX file: the one that is named, or the first. Cells are what people see of them:
// formatted numbers, the last results of formulas, and dates as 2006-01-02.
func openWorkbook(data []byte, sheet string) (Grid, error) {
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostUnzipped, UnzipXMLSizeLimit: mostUnzipped,
		ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return Grid{}, badWorkbook(err)
	}
	defer file.Close() //nolint:errcheck // only read
	g := Grid{Sheets: file.GetSheetList(), Encoding: vietnamese.UTF8}
	if len(g.Sheets) == 0 {
		return Grid{}, badWorkbook(nil)
	}
	if g.Sheet = g.Sheets[0]; sheet != "" {
		g.Sheet = sheet
	}
	if !slices.Contains(g.Sheets, g.Sheet) {
		return Grid{}, fault.Newf(fault.Invalid, "Sổ tính không có trang “%s”. Các trang: %s.", "The workbook has no sheet “%s”. The Sheets: %s.",
			Shorten(sheet, 40), strings.Join(g.Sheets, ", "))
	}
	if err := g.readSheet(file); err != nil {
		return Grid{}, err
	}
	return g, g.repair()
}

func badWorkbook(err error) error {
	return fault.New(fault.Invalid, "Không mở được sổ tính: tệp hỏng, có mật khẩu, hoặc quá lớn khi giải nén. Hãy lưu lại theo định dạng .xlsx rồi thử lại.",
		"The workbook cannot be opened: it is damaged, has a password, or is too large once unpacked. Save it as .xlsx and try again.").Because(err)
}

func (g *Grid) readSheet(file *excelize.File) error {
	rows, err := file.Rows(g.Sheet)
	if err != nil {
		return badWorkbook(err)
	}
	defer rows.Close() //nolint:errcheck // only read
	counted, err := file.Rows(g.Sheet)
	if err != nil {
		return badWorkbook(err)
	}
	defer counted.Close() //nolint:errcheck // only read
	var all, raw [][]string
	for rows.Next() && counted.Next() {
		if len(all) >= mostRows+HeaderWithin {
			return tooManyRows()
		}
		cells, err1 := rows.Columns()
		values, err2 := counted.Columns(excelize.Options{RawCellValue: true})
		if err := errors.Join(err1, err2); err != nil {
			return badWorkbook(err)
		}
		all, raw = append(all, cells[:min(len(cells), mostCells)]), append(raw, values[:min(len(values), mostCells)])
	}
	if err := rows.Error(); err != nil {
		return badWorkbook(err)
	}
	if err := fillMerged(file, g.Sheet, all); err != nil {
		return err
	}
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		g.from1904 = *props.Date1904
	}
	for i, cells := range all {
		if !blank(cells) {
			g.Records = append(g.Records, Record{Line: i + 1, End: i + 1, Cells: cells, Raw: raw[i]})
		}
	}
	g.level()
	return nil
}

// level gives every record as many cells as the longest: a sheet ends each row at its last cell with a value.
func (g *Grid) level() {
	width := 0
	for _, r := range g.Records {
		width = max(width, len(r.Cells))
	}
	for i, r := range g.Records {
		g.Records[i].Cells = append(r.Cells, make([]string, width-len(r.Cells))...)
	}
}

// fillMerged writes the text of a merged range into all its cells, where people see it.
func fillMerged(file *excelize.File, sheet string, rows [][]string) error {
	merged, err := file.GetMergeCells(sheet)
	if err != nil {
		return badWorkbook(err)
	}
	filled := 0
	for _, m := range merged[:min(len(merged), mostMerged)] {
		left, top, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		right, bottom, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 != nil || err2 != nil || top > len(rows) || left > len(rows[top-1]) {
			continue // nothing stands in it
		}
		text := rows[top-1][left-1]
		right, bottom = min(right, mostCells), min(bottom, len(rows))
		if filled += (right - left + 1) * (bottom - top + 1); filled > mostFilled {
			return nil
		}
		for y := top; y <= bottom; y++ {
			for x := left; x <= right; x++ {
				for len(rows[y-1]) < x {
					rows[y-1] = append(rows[y-1], "")
				}
				rows[y-1][x-1] = text
			}
		}
	}
	return nil
}

// repair converts a workbook whose text was typed in an old font. It is judged as a whole.
func (g *Grid) repair() error {
	const between = "\x1f"
	var all strings.Builder
	cells := 0
	for _, r := range g.Records {
		for _, c := range r.Cells {
			all.WriteString(strings.ReplaceAll(c, between, " ") + between)
			cells++
		}
	}
	text, encoding, err := vietnamese.Repair(all.String())
	if err != nil {
		return err
	}
	if encoding == vietnamese.UTF8 {
		return nil
	}
	parts := strings.Split(text, between)
	if len(parts) != cells+1 {
		return nil
	}
	g.Encoding = encoding
	for _, r := range g.Records {
		n := copy(r.Cells, parts)
		parts = parts[n:]
	}
	return nil
}

// dayLayouts are the ways a day is written in Vietnam.
var dayLayouts = []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006", "2006/1/2"}

// Day gives the cell of a day as 2006-01-02 when it is one, and as it stands otherwise. A workbook counts days, and shows
// them by the habits of some country; so the count goes before what is shown.
func (g Grid) Day(r Record, column int) string {
	cell := Clean(r.Cells[column])
	if column < len(r.Raw) && r.Raw[column] != cell {
		if n, err := strconv.ParseFloat(r.Raw[column], 64); err == nil && n >= 1 && n < 100_000 {
			if t, err := excelize.ExcelDateToTime(math.Floor(n), g.from1904); err == nil {
				return t.Format(time.DateOnly)
			}
		}
	}
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, cell); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return cell
}
