package certification

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"khuevan/platform/clock"
)

// Inks of the paper.
var (
	black = ink{27, 29, 34}
	grey  = ink{70, 75, 85}
	lotus = ink{143, 29, 63}
)

// Size of the page, and the column that texts stand in.
const (
	pageWidth  = 297.0
	pageHeight = 210.0
	column     = 30.0
	columnWide = pageWidth - 2*column
)

// paper makes the certificate as a PDF: one page, Vietnamese with English beneath. The same certificate gives the same bytes.
func (f fonts) paper(c Certificate, verifyURL string) ([]byte, error) {
	s := f.newSheet()
	s.about("Giấy chứng nhận "+c.Code, c.Issuer, c.Issued)
	s.border()
	s.nation()
	s.award(c)
	s.particulars(c)
	if err := s.proof(c, verifyURL); err != nil {
		return nil, err
	}
	return s.file("certificate " + c.Code)
}

// about sets what the file says of itself. It is dated by what it shows, not by its making.
func (s sheet) about(title, author string, at time.Time) {
	s.pdf.SetTitle(title, true)
	s.pdf.SetAuthor(printable(author), true)
	s.pdf.SetCreator("Khuê Văn", true)
	s.pdf.SetProducer("Khuê Văn", true)
	s.pdf.SetLang("vi-VN")
	s.pdf.SetCreationDate(at.UTC())
	s.pdf.SetModificationDate(at.UTC())
}

// file ends the page.
func (s sheet) file(what string) ([]byte, error) {
	var out bytes.Buffer
	if err := s.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("%s as PDF: %w", what, err)
	}
	return out.Bytes(), nil
}

// border draws two frames and a meander band between them, above and below.
func (s sheet) border() {
	const outer, inner, units = 9.0, 14.0, 24.0
	s.pdf.SetDrawColor(lotus.r, lotus.g, lotus.b)
	s.pdf.SetLineWidth(0.7)
	s.pdf.Rect(outer, outer, pageWidth-2*outer, pageHeight-2*outer, "D")
	s.pdf.SetLineWidth(0.25)
	s.pdf.Rect(inner, inner, pageWidth-2*inner, pageHeight-2*inner, "D")

	const wide = pageWidth - 2*inner
	const repeats = 36
	scale := wide / (repeats * units)
	for _, y := range []float64{(outer + inner) / 2, pageHeight - (outer+inner)/2} {
		for i := range repeats {
			s.meander(inner+float64(i)*units*scale, y-4*scale, scale)
		}
	}
}

// meander draws one figure of the band, 24 by 8 units.
func (s sheet) meander(x, y, scale float64) {
	for _, path := range [][][2]float64{
		{{0, 7}, {3, 7}, {3, 1}, {13, 1}, {13, 5}, {8, 5}},
		{{13, 7}, {24, 7}},
		{{16, 4}, {16, 1}, {21, 1}, {21, 4}},
	} {
		for i := 1; i < len(path); i++ {
			a, b := path[i-1], path[i]
			s.pdf.Line(x+a[0]*scale, y+a[1]*scale, x+b[0]*scale, y+b[1]*scale)
		}
	}
}

// nation sets the national title and the motto with its rule.
func (s sheet) nation() {
	s.set(box{column, 18, columnWide, 6}, face{style: bold, size: 13, ink: black}, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	width := s.set(box{column, 24, columnWide, 6}, face{style: bold, size: 13.5, ink: black}, "Độc lập - Tự do - Hạnh phúc")
	s.pdf.SetDrawColor(black.r, black.g, black.b)
	s.pdf.SetLineWidth(0.3)
	s.pdf.Line((pageWidth-width)/2, 30.4, (pageWidth+width)/2, 30.4)
	s.set(box{column, 31.4, columnWide, 4}, face{style: italic, size: 8.5, ink: grey},
		"Socialist Republic of Viet Nam · Independence - Freedom - Happiness")
}

// award sets who certifies what of whom.
func (s sheet) award(c Certificate) {
	line := func(y, h float64, style string, size float64, colour ink, text string) {
		s.set(box{column, y, columnWide, h}, face{style: style, size: size, ink: colour}, text)
	}
	line(39, 13, bold, 34, lotus, "GIẤY CHỨNG NHẬN")
	line(52, 5, italic, 13, grey, "Certificate")
	line(60, 10, bold, 16, black, c.Issuer)
	line(70, 5, regular, 12.5, black, "chứng nhận")
	line(74.6, 4, italic, 9, grey, "certifies that")
	line(80, 14, bold, 28, lotus, c.Name)
	line(94, 7, regular, 13.5, black, c.UnitName)
	what, whatEn := "đã hoàn thành khóa học", "has completed the course"
	if c.Programme != "" {
		what, whatEn = "đã hoàn thành chương trình", "has completed the programme"
	}
	line(103, 5, regular, 12.5, black, what)
	line(107.6, 4, italic, 9, grey, whatEn)
	line(113, 14, bold, 21, black, c.Title.Vi)
	line(126, 7, italic, 12, grey, c.Title.En)
}

// particulars sets the four facts side by side.
func (s sheet) particulars(c Certificate) {
	const y, wide = 138.0, columnWide / 4
	mark := strconv.FormatFloat(c.Mark, 'f', -1, 64)
	result, resultEn := strings.Replace(mark, ".", ",", 1)+"/10 điểm", "Mark: "+mark+" out of 10"
	if c.Programme != "" {
		result, resultEn = "Hoàn thành", "Result: completed"
	}
	until, untilEn := "Không thời hạn", "Valid without limit"
	if !c.Expires.IsZero() {
		until, untilEn = "Hết ngày "+day(c.Expires), "Valid through "+dayEn(c.Expires)
	}
	for i, cell := range [][3]string{
		{"Thời lượng", strconv.Itoa(c.Hours) + " tiết", "Duration: " + strconv.Itoa(c.Hours) + " periods of 45 minutes"},
		{"Kết quả", result, resultEn},
		{"Ngày hoàn thành", day(c.Completed), "Completed on " + dayEn(c.Completed)},
		{"Thời hạn hiệu lực", until, untilEn},
	} {
		x := column + float64(i)*wide
		s.set(box{x, y, wide, 4.6}, face{size: 10.5, ink: grey}, cell[0])
		s.set(box{x + 1, y + 4.8, wide - 2, 6.4}, face{style: bold, size: 14, ink: black}, cell[1])
		s.set(box{x + 1, y + 11.2, wide - 2, 4}, face{style: italic, size: 8.5, ink: grey}, cell[2])
		if i > 0 {
			s.pdf.SetDrawColor(213, 210, 201)
			s.pdf.SetLineWidth(0.2)
			s.pdf.Line(x, y+0.5, x, y+15)
		}
	}
}

// proof sets the number, the way to verify it, and who signed when.
func (s sheet) proof(c Certificate, verifyURL string) error {
	const y, code = 160.0, 30.0
	if err := s.qrCode(column-6, y, code, verifyURL); err != nil {
		return err
	}
	x, wide := column-6+code+5, 120.0
	left := func(y, h float64, style string, size float64, colour ink, text string) {
		s.set(box{x, y, wide, h}, face{style: style, size: size, ink: colour, left: true}, text)
	}
	left(y-0.5, 6, bold, 13, black, "Số: "+c.Code)
	entered := "Number"
	if c.Register != "" {
		entered += " · Vào sổ số " + c.Register + " · Register entry " + c.Register
	}
	left(y+5.3, 3.6, italic, 8.5, grey, entered)
	left(y+9.6, 8, bold, 10, black, "Giấy này chỉ có giá trị khi mọi nội dung trùng khớp với trang xác minh:")
	left(y+17.6, 4, italic, 8.5, grey, "This paper is valid only as the verification page shows it:")
	left(y+22, 8, regular, 10, lotus, verifyURL)

	right := func(y, h float64, style string, size float64, colour ink, text string) {
		s.set(box{190, y, pageWidth - column + 8 - 190, h}, face{style: style, size: size, ink: colour}, text)
	}
	issued := clock.Local(c.Issued)
	right(y-0.5, 6, italic, 12, black, fmt.Sprintf("Ngày %02d tháng %02d năm %d", issued.Day(), int(issued.Month()), issued.Year()))
	right(y+5.3, 3.6, italic, 8.5, grey, "Issued on "+dayEn(c.Issued))
	right(y+9.6, 9, bold, 11.5, black, c.Issuer)
	right(y+19.4, 4, regular, 9, black, "Đã ký số (Ed25519), mã khóa:")
	right(y+23.2, 3.4, italic, 7.5, grey, "Digitally signed (Ed25519) with the key:")
	right(y+26.6, 3.6, regular, 7.5, grey, c.KeyID)
	return nil
}

// day writes the day in Viet Nam, as Vietnamese write it; dayEn as English do.
func day(t time.Time) string   { return clock.Local(t).Format("02/01/2006") }
func dayEn(t time.Time) string { return clock.Local(t).Format("2 January 2006") }
