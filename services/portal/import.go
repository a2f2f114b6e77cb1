package portal

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/web"
	"khuevan/services/directory"
)

// mostUpload bounds the files of one import; the bus carries 8 MiB.
const mostUpload = 6 << 20

// longTime bounds how long a page or program waits for long work, such as an import, a recount or a report. An import that
// lasts longer is finished by confirming it again.
const longTime = 50 * time.Second

// importPage takes files of units and people.
func (p *Portal) importPage(v *view, why *fault.Error) (page, error) {
	file := func(name, label, columns string) g.Node {
		return field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("file"), h.Accept(".csv,text/csv")), hint(v.t("Các cột: ", "Columns: ")+columns))
	}
	return page{Title: v.t("Nhập dữ liệu", "Import"), Section: "/import", Body: []g.Node{
		h.H1(v.text("Nhập dữ liệu", "Import")),
		h.P(h.Class("lead"), v.text("Chọn tệp CSV (mã hóa UTF-8). Hệ thống cho xem trước từng thay đổi và từng dòng lỗi; chưa ghi gì cho đến khi bạn xác nhận.",
			"Choose CSV files in UTF-8. You see every change and every wrong row first; nothing is written until you confirm.")),
		v.refusal(why),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/import/preview"), h.EncType("multipart/form-data"),
			file("units", v.t("Tệp đơn vị", "Units"), "code, name, kind, parent, established"),
			file("people", v.t("Tệp nhân sự", "People"), "code, name, email, birth_year, unit, post, roles"),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))),
	}}, nil
}

// upload answers a POST that carries files and changes nothing.
func (p *Portal) upload(fn pageFunc) http.Handler {
	drawn := p.page(fn)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.AllowBody(w, r, 2*mostUpload)
		drawn.ServeHTTP(w, r)
	})
}

func (p *Portal) confirm() http.Handler {
	act := p.act(p.confirmImport, p.importPage)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.AllowBody(w, r, 3*mostUpload) // form encoding makes the text longer
		act.ServeHTTP(w, r)
	})
}

// uploaded reads a file of the form; a missing one is empty.
func (v *view) uploaded(name string) (string, error) {
	f, _, err := v.r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return "", nil
	}
	if err != nil {
		return "", fault.New(fault.Invalid, "Không đọc được tệp tải lên; tệp có thể quá lớn.", "The upload cannot be read; it may be too large.").Because(err)
	}
	defer f.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(io.LimitReader(f, mostUpload+1))
	if err != nil {
		return "", fault.New(fault.Invalid, "Việc tải tệp bị gián đoạn. Vui lòng thử lại.", "The upload was interrupted. Please try again.").Because(err)
	}
	if len(text) > mostUpload {
		return "", fault.New(fault.Invalid, "Tệp lớn hơn 6 MiB. Hãy chia thành nhiều tệp.", "The file is larger than 6 MiB. Split it.")
	}
	return string(text), nil
}

func (p *Portal) previewPage(v *view) (page, error) {
	units, err := v.uploaded("units")
	if err != nil {
		return p.importPage(v, fault.Of(err))
	}
	people, err := v.uploaded("people")
	if err != nil {
		return p.importPage(v, fault.Of(err))
	}
	if units == "" && people == "" {
		return p.importPage(v, fault.New(fault.Invalid, "Hãy chọn ít nhất một tệp.", "Choose at least one file."))
	}
	preview, err := directory.PreviewImport.Call(v.ctx(), p.d.RPC, directory.ImportFiles{Units: units, People: people})
	if err != nil {
		if fault.Is(err, fault.Invalid) {
			return p.importPage(v, fault.Of(err))
		}
		return page{}, err
	}
	changes := preview.Units.New + preview.Units.Changed + preview.People.New + preview.People.Changed
	return page{Title: v.t("Xem trước dữ liệu nhập", "Import preview"), Section: "/import", Body: []g.Node{
		v.crumbs(v.t("Xem trước", "Preview"), crumb{"/import", v.t("Nhập dữ liệu", "Import")}),
		h.H1(v.text("Xem trước dữ liệu nhập", "Import preview")),
		v.changeStats(preview), v.problemTable(preview.Problems), v.changeTable(preview.Rows, changes),
		g.If(changes == 0, h.P(h.Class("notice-info"), v.text("Dữ liệu này đã có đủ trong hệ thống; không có gì để nhập.", "All of this is known already; there is nothing to import."))),
		g.If(changes > 0, h.Form(h.Class("card"), h.Method("post"), h.Action("/import/confirm"), v.newOnce(),
			h.Input(h.Type("hidden"), h.Name("digest"), h.Value(preview.Digest)),
			h.Input(h.Type("hidden"), h.Name("units"), h.Value(carry(units))), h.Input(h.Type("hidden"), h.Name("people"), h.Value(carry(people))),
			h.P(g.Text(v.t(strconv.Itoa(changes)+" dòng hợp lệ sẽ được ghi.", counted(changes, "good row")+" will be written.")),
				g.If(len(preview.Problems) > 0, v.text(" Các dòng lỗi bị bỏ qua; hãy sửa và nhập lại sau.", " Rows with errors are left out; mend and import them later."))),
			h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận nhập", "Confirm")),
				h.A(h.Class("btn"), h.Href("/import"), v.text("Chọn tệp khác", "Choose other files"))))),
	}}, nil
}

// carry writes a text so that a form gives it back to the byte; the digest covers its line ends, which a field would change.
func carry(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func (v *view) carried(name string) (string, error) {
	text, err := base64.StdEncoding.DecodeString(v.r.PostFormValue(name))
	if err != nil {
		return "", fault.New(fault.Invalid, "Nội dung xác nhận bị hỏng. Vui lòng chọn lại tệp.", "The confirmation is damaged. Please choose the files again.").Because(err)
	}
	return string(text), nil
}

func (p *Portal) confirmImport(v *view) (string, uint64, error) {
	units, err := v.carried("units")
	if err != nil {
		return "", 0, err
	}
	people, err := v.carried("people")
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	done, err := directory.ConfirmImport.Call(ctx, p.d.RPC, directory.ConfirmImportRequest{
		ImportFiles: directory.ImportFiles{Units: units, People: people}, Digest: v.r.PostFormValue("digest")})
	return "/people?ok=imported", done.Seq, err
}

func (v *view) changeStats(p directory.ImportPreview) g.Node {
	columns := []column{{v.t("Tệp", "File"), false}, {v.t("Mới", "New"), true}, {v.t("Thay đổi", "Changed"), true}, {v.t("Không đổi", "The same"), true}, {v.t("Lỗi", "Errors"), true}}
	line := func(name string, c directory.Changes) g.Node {
		n := func(i int) g.Node { return g.Text(strconv.Itoa(i)) }
		return row(columns, g.Text(name), n(c.New), n(c.Changed), n(c.Same), n(c.Bad))
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
			return row(columns, g.Text(v.fileName(p.File)), g.Text(strconv.Itoa(p.Line)), h.Code(g.Text(p.Column)), h.Code(g.Text(p.Value)), g.Text(v.t(p.Vi, p.En)))
		})))
}

func (v *view) changeTable(rows []directory.RowChange, all int) g.Node {
	if len(rows) == 0 {
		return nil
	}
	columns := []column{{v.t("Thay đổi", "Change"), false}, {v.t("Tệp", "File"), false}, {v.t("Dòng", "Line"), true}, {v.t("Mã", "Code"), false}, {v.t("Tên", "Name"), false}, {v.t("Cột khác", "Columns"), false}}
	return h.Section(h.H2(v.text("Các dòng hợp lệ", "Good rows")),
		g.If(len(rows) < all, h.P(h.Class("hint"), g.Text(v.t("Hiển thị "+strconv.Itoa(len(rows))+" dòng đầu.", "The first "+strconv.Itoa(len(rows))+" are shown.")))),
		h.Div(h.Class("diff scroll"), table(v.t("Thay đổi sẽ được ghi", "Changes to be written"), columns, g.Map(rows, func(c directory.RowChange) g.Node {
			kind, text := "ok", v.t("Mới", "New")
			if c.Change == "changed" {
				kind, text = "info", v.t("Sửa", "Changed")
			}
			return row(columns, badge(kind, text), g.Text(v.fileName(c.File)), g.Text(strconv.Itoa(c.Line)), g.Text(c.Code), g.Text(c.Name), g.Text(strings.Join(c.Fields, ", ")))
		}))))
}
