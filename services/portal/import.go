package portal

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
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
	file := func(name, label string) g.Node {
		return g.Group{field(name, label, h.Input(h.ID(name), h.Name(name), h.Type("file"), h.Accept(".csv,.txt,.xlsx"))), v.columnHelp(name)}
	}
	return page{Title: v.t("Nhập dữ liệu", "Import"), Section: "/import", Body: []g.Node{
		h.H1(v.text("Nhập dữ liệu", "Import")),
		h.P(h.Class("lead"), v.text("Chọn tệp Excel (.xlsx) hoặc CSV. Hệ thống cho xem trước từng thay đổi và từng dòng lỗi; chưa ghi gì cho đến khi bạn xác nhận.",
			"Choose workbooks (.xlsx) or CSV files. You see every change and every wrong row first; nothing is written until you confirm.")),
		v.refusal(why), v.importLinks(),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/import/preview"), h.EncType("multipart/form-data"),
			file("units", v.t("Tệp đơn vị", "Units")), file("people", v.t("Tệp nhân sự", "People")),
			h.P(h.Class("hint"), v.text("Tối đa 6 MB mỗi tệp. Dòng tiêu đề được tự tìm dưới các dòng tên bảng; tiêu đề tiếng Việt hay tiếng Anh, theo thứ tự bất kỳ. Tệp CSV dùng UTF-8, UTF-16, Windows-1258 hoặc TCVN3 (ABC) đều đọc được.",
				"At most 6 MiB each. The header is found below title rows; headings may be Vietnamese or English, in any order. CSV files may be in UTF-8, UTF-16, Windows-1258 or TCVN3 (ABC).")),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xem trước", "Preview"))),
	}}, nil
}

// upload answers a POST that carries files and changes nothing.
func (p *Portal) upload(fn pageFunc) http.Handler {
	drawn := p.page(fn)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.AllowBody(w, r, 3*mostUpload) // a second look carries the files in a form
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
	files, err := v.importFiles()
	if err == nil && files == (directory.ImportFiles{}) {
		err = fault.New(fault.Invalid, "Hãy chọn ít nhất một tệp.", "Choose at least one file.")
	}
	if err != nil {
		return p.importPage(v, fault.Of(err))
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	preview, err := directory.PreviewImport.Call(ctx, p.d.RPC, files)
	if err != nil {
		if fault.Is(err, fault.Invalid) {
			return p.importPage(v, fault.Of(err))
		}
		return page{}, err
	}
	written := preview.Units.New + preview.Units.Changed + preview.People.New + preview.People.Changed
	changes := written + preview.People.Doubtful
	return page{Title: v.t("Xem trước dữ liệu nhập", "Import preview"), Section: "/import", Body: []g.Node{
		v.crumbs(v.t("Xem trước", "Preview"), crumb{"/import", v.t("Nhập dữ liệu", "Import")}),
		h.H1(v.text("Xem trước dữ liệu nhập", "Import preview")),
		v.changeStats(preview),
		h.Form(h.Method("post"), h.Action("/import/confirm"), v.newOnce(), hidden("digest", preview.Digest), carryFiles(files),
			v.readings(preview.Files),
			g.If(changes == 0, h.P(h.Class("notice-info"), v.text("Dữ liệu này đã có đủ trong hệ thống, hoặc các dòng đều có lỗi; không có gì để nhập.", "All of this is known already, or wrong; there is nothing to import."))),
			g.If(changes > 0, h.P(g.Text(v.t(strconv.Itoa(written)+" dòng hợp lệ sẽ được ghi.", counted(written, "good row")+" will be written.")),
				g.If(preview.People.Doubtful > 0, g.Text(v.t(" "+strconv.Itoa(preview.People.Doubtful)+" dòng có thể nói về người đã có dưới mã khác: đưa vào hàng chờ xác định, không tự gộp.", " "+counted(preview.People.Doubtful, "row")+" may speak of somebody known under another code: to a queue, and not merged by guess."))),
				g.If(len(preview.Problems) > 0, v.text(" Các dòng lỗi bị bỏ qua; hãy sửa và nhập lại sau.", " Rows with errors are left out; mend and import them later.")))),
			h.P(h.Class("actions"), g.If(changes > 0, h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận nhập", "Confirm"))),
				h.Button(h.Class("btn"), h.Type("submit"), g.Attr("formaction", "/import/preview"), v.text("Xem trước lại với cách ghép cột này", "Preview again with these columns")),
				h.A(h.Class("btn"), h.Href("/import"), v.text("Chọn tệp khác", "Choose other files")))),
		v.problemTable(preview.Problems), v.changeTable(preview.Rows, changes),
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
	files, err := v.importFiles()
	if err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(v.ctx(), longTime)
	defer cancel()
	started, err := directory.StartImport.Call(ctx, p.d.RPC, directory.ConfirmImportRequest{ImportFiles: files, Digest: v.r.PostFormValue("digest")})
	if started.Import == "" {
		return "/import/runs?ok=imported", started.Seq, err
	}
	return "/import/runs/" + started.Import, started.Seq, err
}
