package portal

import (
	"slices"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/services/directory"
)

// importFiles reads the files of an import, as they are uploaded or as a preview carries them on.
func (v *view) importFiles() (directory.ImportFiles, error) {
	var files directory.ImportFiles
	for name, to := range map[string]**directory.ImportFile{"units": &files.UnitsFile, "people": &files.PeopleFile} {
		read := v.uploaded
		if v.r.PostFormValue(name+"_data") != "" || v.r.MultipartForm == nil {
			read = func(name string) (string, error) { return v.carried(name + "_data") }
		}
		data, err := read(name)
		if err != nil {
			return directory.ImportFiles{}, err
		}
		if data == "" {
			continue
		}
		f := &directory.ImportFile{Data: []byte(data), Sheet: v.r.PostFormValue(name + "_sheet")}
		if f.Sheet == v.r.PostFormValue(name+"_read") { // another sheet has other headings
			f.Columns = v.chosenColumns(name)
		}
		*to = f
	}
	return files, nil
}

// chosenColumns are the headings that the form gives to columns; nil where it has none yet.
func (v *view) chosenColumns(name string) map[string]string {
	var chosen map[string]string
	for key, values := range v.r.PostForm {
		if column, ok := strings.CutPrefix(key, name+"_column_"); ok {
			if chosen == nil {
				chosen = map[string]string{}
			}
			chosen[column] = values[0]
		}
	}
	return chosen
}

func carryFiles(files directory.ImportFiles) g.Node {
	var all g.Group
	if files.UnitsFile != nil {
		all = append(all, hidden("units_data", carry(string(files.UnitsFile.Data))))
	}
	if files.PeopleFile != nil {
		all = append(all, hidden("people_data", carry(string(files.PeopleFile.Data))))
	}
	return all
}

// readings tells how the files were read, and lets the reader choose otherwise.
func (v *view) readings(all []directory.FileReading) g.Node {
	return g.Map(all, func(r directory.FileReading) g.Node {
		title := v.t("Cách đọc tệp", "How the file was read") + ": " + v.fileName(r.File)
		return h.Section(h.Class("card"), h.H2(g.Text(title)),
			h.P(g.Text(v.t("Bảng mã: ", "Encoding: ")+r.Encoding+v.converted(r.Encoding)+". "+v.t("Dòng tiêu đề: ", "Header on line ")+strconv.Itoa(r.Line)+".")),
			g.If(len(r.Ignored) > 0, h.P(h.Class("notice-info"), g.Text(v.t("Các cột không dùng đến: ", "Columns that are not used: ")+strings.Join(r.Ignored, ", ")+"."))),
			g.If(r.Remembered, h.P(h.Class("hint"), v.text("Cách ghép cột này là cách đã chọn lần trước cho tệp có cùng tiêu đề.", "These columns are those chosen last time for the same headings."))),
			hidden(r.File+"_read", r.Sheet), v.sheets(r),
			h.Details(g.If(len(r.Suggested) > 0 || lacks(r), g.Attr("open")), h.Summary(v.text("Ghép cột", "Match columns")), g.Map(r.All, func(column string) g.Node { return v.matchColumn(r, column) })))
	})
}

// lacks reports whether a column that the file cannot do without has no heading.
func lacks(r directory.FileReading) bool {
	return slices.ContainsFunc(r.Needed, func(column string) bool { return r.Columns[column] == "" })
}

func (v *view) converted(encoding string) string {
	if encoding == "" || encoding == "UTF-8" {
		return ""
	}
	return v.t(" (đã chuyển sang Unicode)", " (converted to Unicode)")
}

func (v *view) sheets(r directory.FileReading) g.Node {
	if len(r.Sheets) < 2 {
		return hidden(r.File+"_sheet", r.Sheet)
	}
	var all []entry
	for _, s := range r.Sheets {
		all = append(all, entry{s, s})
	}
	id := r.File + "_sheet"
	return field(id, v.t("Trang tính", "Sheet"), h.Select(h.ID(id), h.Name(id), choose(r.Sheet, all...)))
}

func (v *view) matchColumn(r directory.FileReading, column string) g.Node {
	all := []entry{{"", v.t("(không có)", "(none)")}}
	seen := map[string]bool{"": true}
	for _, name := range r.Headings {
		if !seen[name] {
			seen[name] = true
			all = append(all, entry{name, name})
		}
	}
	id := r.File + "_column_" + column
	var suggestion g.Node
	if near := r.Suggested[column]; near != "" {
		suggestion = hint(v.t("Có thể là cột “"+near+"”.", "It may be “"+near+"”."))
	}
	return field(id, v.columnName(r.File, column), h.Select(h.ID(id), h.Name(id), choose(r.Columns[column], all...)), suggestion)
}

// columnName is what readers call a column.
func (v *view) columnName(file, column string) string {
	switch column {
	case "code":
		if file == "people" {
			return v.t("Mã cán bộ", "Personnel code")
		}
		return v.t("Mã đơn vị", "Unit code")
	case "name":
		if file == "people" {
			return v.t("Họ và tên", "Full name")
		}
		return v.t("Tên đơn vị", "Name of the unit")
	case "kind":
		return v.t("Loại đơn vị", "Kind")
	case "parent":
		return v.t("Đơn vị cấp trên", "Unit above")
	case "established":
		return v.t("Ngày thành lập", "Established on")
	case "email":
		return v.t("Thư điện tử", "E-mail")
	case "birth_year":
		return v.t("Năm sinh", "Birth year")
	case "unit":
		return v.t("Đơn vị công tác", "Unit")
	case "post":
		return v.t("Chức vụ", "Post")
	case "roles":
		return v.t("Vai trò", "Roles")
	}
	return column
}

func (v *view) changeStats(p directory.ImportPreview) g.Node {
	columns := []column{{v.t("Tệp", "File"), false}, {v.t("Mới", "New"), true}, {v.t("Thay đổi", "Changed"), true}, {v.t("Không đổi", "The same"), true}, {v.t("Lỗi", "Errors"), true}, {v.t("Chờ xác định", "In doubt"), true}}
	line := func(name string, c directory.Changes) g.Node {
		n := func(i int) g.Node { return g.Text(strconv.Itoa(i)) }
		return row(columns, g.Text(name), n(c.New), n(c.Changed), n(c.Same), n(c.Bad), n(c.Doubtful))
	}
	return table(v.t("Tóm tắt", "Summary"), columns, []g.Node{line(v.fileName("units"), p.Units), line(v.fileName("people"), p.People)})
}

func (v *view) fileName(file string) string {
	if file == "units" {
		return v.t("Đơn vị", "Units")
	}
	return v.t("Nhân sự", "People")
}

func (v *view) problemTable(problems []directory.RowProblem) g.Node {
	if len(problems) == 0 {
		return nil
	}
	columns := []column{{v.t("Tệp", "File"), false}, {v.t("Dòng", "Line"), true}, {v.t("Cột", "Column"), false}, {v.t("Giá trị", "Value"), false}, {v.t("Cần sửa", "What is expected"), false}}
	return h.Section(h.H2(v.text("Các dòng có lỗi", "Rows with errors")),
		table(v.t("Dòng lỗi, theo thứ tự trong tệp", "Rows with errors, in file order"), columns, g.Map(problems, func(p directory.RowProblem) g.Node {
			return row(columns, g.Text(v.fileName(p.File)), g.Text(strconv.Itoa(p.Line)), g.Text(dash(v.columnName(p.File, p.Column))), h.Code(g.Text(dash(p.Value))), g.Text(v.t(p.Vi, p.En)))
		})))
}

// fieldChanges tells what a row changes, in the words of the pages.
func (v *view) fieldChanges(c directory.RowChange) g.Node {
	said := func(column, value string) string {
		switch column {
		case "post":
			return v.post(value)
		case "kind":
			return v.unitKind(value)
		case "established":
			return v.date(value)
		case "roles":
			var all []string
			for _, role := range strings.Split(value, ";") {
				all = append(all, v.role(role))
			}
			return strings.Join(all, "; ")
		}
		return value
	}
	if len(c.Fields) == 0 {
		return nil
	}
	return h.Ul(h.Class("plain"), g.Map(c.Fields, func(f directory.FieldChange) g.Node {
		return h.Li(g.Text(v.columnName(c.File, f.Column)+": "), h.Del(g.Text(dash(said(f.Column, f.Was)))), g.Text(" → "), h.Ins(g.Text(dash(said(f.Column, f.Is)))))
	}))
}

func (v *view) changeTable(rows []directory.RowChange, all int) g.Node {
	if len(rows) == 0 {
		return nil
	}
	columns := []column{{v.t("Thay đổi", "Change"), false}, {v.t("Tệp", "File"), false}, {v.t("Dòng", "Line"), true}, {v.t("Mã", "Code"), false}, {v.t("Tên", "Name"), false}, {v.t("Cũ → mới", "Old → new"), false}}
	return h.Section(h.H2(v.text("Các dòng hợp lệ", "Good rows")),
		g.If(len(rows) < all, h.P(h.Class("hint"), g.Text(v.t("Hiển thị "+strconv.Itoa(len(rows))+" dòng đầu.", "The first "+strconv.Itoa(len(rows))+" are shown.")))),
		h.Div(h.Class("diff scroll"), table(v.t("Thay đổi sẽ được ghi", "Changes to be written"), columns, g.Map(rows, func(c directory.RowChange) g.Node {
			kind, text := "ok", v.t("Mới", "New")
			switch c.Change {
			case "changed":
				kind, text = "info", v.t("Sửa", "Changed")
			case "doubt":
				kind, text = "warn", v.t("Chờ xác định", "In doubt")
			}
			return row(columns, badge(kind, text), g.Text(v.fileName(c.File)), g.Text(strconv.Itoa(c.Line)), g.Text(c.Code), g.Text(c.Name), v.fieldChanges(c))
		}))))
}
