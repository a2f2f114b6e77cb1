package directory

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"khuevan/assets"
	"khuevan/platform/clock"
)

// Layout of the paper: A4, lengths in millimetres, type in points.
const (
	paperMargin = 18.0
	paperWide   = 210 - 2*paperMargin
	paperFont   = "tinos"
	bodySize    = 10.0
	lineHigh    = 5.0
)

// paper is an export being set. Its words are Vietnamese: it answers a request of a person in Viet Nam.
type paper struct{ pdf *fpdf.Fpdf }

func newPaper() (paper, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetMargins(paperMargin, paperMargin, paperMargin)
	pdf.SetAutoPageBreak(true, paperMargin)
	for name, style := range map[string]string{"tinos-regular": "", "tinos-bold": "B", "tinos-italic": "I"} {
		font, err := assets.Font(name)
		if err != nil {
			return paper{}, err
		}
		pdf.AddUTF8FontFromBytes(paperFont, style, font)
	}
	pdf.SetFooterFunc(func() {
		pdf.SetY(-12)
		pdf.SetFont(paperFont, "I", 8)
		pdf.CellFormat(paperWide, 5, fmt.Sprintf("Trang %d", pdf.PageNo()), "", 0, "C", false, 0, "")
	})
	pdf.AddPage()
	return paper{pdf: pdf}, nil
}

func (p paper) line(style string, size float64, text string) {
	p.pdf.SetFont(paperFont, style, size)
	p.pdf.MultiCell(paperWide, lineHigh*size/bodySize, settable(text), "", "L", false)
}

// settable leaves out what no font of ours has: control characters and signs beyond the basic plane.
func settable(text string) string {
	return strings.Map(func(c rune) rune {
		if c > 0xFFFF || unicode.IsControl(c) && c != '\n' {
			return ' '
		}
		return c
	}, text)
}

// exportPDF sets an export for reading: particulars, then every fact by kind.
func (s *service) exportPDF(e Export) ([]byte, error) {
	p, err := newPaper()
	if err != nil {
		return nil, fmt.Errorf("export as PDF: %w", err)
	}
	p.pdf.SetTitle("Dữ liệu cá nhân "+e.Person, true)
	p.pdf.SetLang("vi-VN")
	p.pdf.SetCreationDate(e.Made)
	p.pdf.SetModificationDate(e.Made)
	p.line("B", 16, "DỮ LIỆU CÁ NHÂN ĐANG LƯU GIỮ")
	p.line("I", 9, fmt.Sprintf("Lập lúc %s từ sổ sự kiện đến mục %d. Tệp JSON đi kèm có cùng nội dung để máy đọc.", local(e.Made), e.Upto))
	p.particulars(e)
	for _, section := range e.Sections {
		if len(section.Facts) == 0 {
			continue
		}
		p.pdf.Ln(3)
		p.line("B", 12, fmt.Sprintf("%s (%d)", sectionTitle(section.Noun), len(section.Facts)))
		for _, f := range section.Facts {
			p.fact(f)
		}
	}
	p.looks(e.Looks)
	if len(e.Actions) > 0 {
		p.pdf.Ln(3)
		p.line("B", 12, fmt.Sprintf("Việc đã làm trên dữ liệu khác (%d)", len(e.Actions)))
		for _, a := range e.Actions {
			p.line("", 8.5, fmt.Sprintf("#%d · %s · %s · %s", a.Seq, local(a.At), a.Type, a.Stream))
		}
	}
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("export as PDF: %w", err)
	}
	return out.Bytes(), nil
}

func (p paper) particulars(e Export) {
	p.pdf.Ln(2)
	for _, f := range [][2]string{{"name", "Họ và tên"}, {"code", "Mã cán bộ"}, {"email", "Thư điện tử"}, {"birth_year", "Năm sinh"},
		{"unit", "Đơn vị"}, {"post", "Chức vụ"}} {
		p.line("", bodySize, f[1]+": "+e.Particulars[f[0]])
	}
	p.line("", bodySize, "Vai trò: "+strings.Join(e.Roles, "; "))
	p.line("", bodySize, "Định danh: "+e.Person)
}

// looks tells who looked; it says so too when nobody did.
func (p paper) looks(all []ExportLook) {
	p.pdf.Ln(3)
	p.line("B", 12, fmt.Sprintf("Ai đã xem dữ liệu (%d)", len(all)))
	if len(all) == 0 {
		p.line("", 8.5, "Chưa có ai xem.")
	}
	for _, l := range all {
		who := cmp.Or(l.Name, "(đã xóa dữ liệu)")
		if l.OnBehalf != "" {
			who += ", thay cho " + l.OnBehalf
		}
		p.line("", 8.5, fmt.Sprintf("#%d · trong giờ %s–%s ngày %s · %s · %s", l.Seq, clock.Local(l.From).Format("15:04"), clock.Local(l.Until).Format("15:04"),
			clock.Local(l.From).Format("02/01/2006"), who, cmp.Or(l.What.Vi, "Dữ liệu khác")))
	}
}

func (p paper) fact(f ExportFact) {
	p.line("B", 9, fmt.Sprintf("#%d · %s · %s", f.Seq, local(f.At), f.Type))
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(f.Data)) {
		parts = append(parts, key+": "+plainly(f.Data[key]))
	}
	p.line("", 8.5, strings.Join(parts, "; "))
}

// plainly writes a value as text: text as it is, everything else as JSON.
func plainly(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(body)
}

func local(t time.Time) string { return clock.Local(t).Format("02/01/2006 15:04:05") }

// sectionTitle names a kind of facts in Vietnamese; one that is new here keeps its own name.
func sectionTitle(noun string) string {
	title, ok := map[string]string{
		"access.person": "Yêu cầu bị từ chối", "access.reads": "Bạn đã xem dữ liệu nào", "access.delegation": "Giao người thay", "account.person": "Cách đăng nhập", "directory.person": "Nhân thân, đơn vị và vai trò", "directory.request": "Yêu cầu về dữ liệu cá nhân",
		"enrolment.enrolment": "Ghi danh", "progress.course": "Tiến độ học", "progress.time": "Thời gian học", "quiz.attempt": "Bài làm và câu trả lời",
		"quiz.accommodation": "Thời gian làm bài thêm", "certification.certificate": "Giấy chứng nhận", "notification.message": "Thông báo và thư", "refresher.person": "Ôn tập nhắc lại",
	}[noun]
	if !ok {
		return noun
	}
	return title
}
