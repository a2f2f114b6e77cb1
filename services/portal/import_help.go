package portal

import (
	"encoding/csv"
	"net/http"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/directory"
)

// columnHelp says what an import expects in each column, and offers a file to fill in.
func (v *view) columnHelp(file string) g.Node {
	columns := []column{{v.t("Cột", "Column"), false}, {v.t("Bắt buộc", "Needed"), false}, {v.t("Nội dung", "Content"), false}, {v.t("Ví dụ", "Example"), false}}
	needed := func(is bool) string {
		if is {
			return v.t("có", "yes")
		}
		return v.t("không", "no")
	}
	return h.Details(h.Summary(v.text("Các cột và giá trị được chấp nhận", "The columns and what they may hold")),
		table(v.t("Các cột", "Columns"), columns, g.Map(directory.ImportColumns(file), func(c directory.ColumnHelp) g.Node {
			return row(columns, g.Text(v.columnName(file, c.Column)), g.Text(needed(c.Needed)), g.Text(v.t(c.Vi, c.En)), g.Text(c.Example))
		})),
		h.P(h.A(h.Href("/import/template?file="+file), v.text("Tải tệp mẫu (CSV, mở được bằng Excel)", "Download a file to fill in (CSV, opens in Excel)"))))
}

// importTemplate sends a file with the headings and one fictitious row.
func (p *Portal) importTemplate(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	file := r.URL.Query().Get("file")
	help := directory.ImportColumns(file)
	if help == nil {
		return fault.New(fault.NotFound, "Không có tệp mẫu này.", "There is no such file.")
	}
	var names, example []string
	for _, c := range help {
		names, example = append(names, v.columnName(file, c.Column)), append(example, c.Example)
	}
	var out strings.Builder
	out.WriteString("\ufeff") // spreadsheets read the letters right with it
	if err := csv.NewWriter(&out).WriteAll([][]string{names, example}); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="mau-`+file+`.csv"`)
	_, err = w.Write([]byte(out.String()))
	return err
}
