package certification

import (
	"fmt"
	"strconv"
	"strings"

	"khuevan/events"
	"khuevan/platform/clock"
)

// The upright page of a confirmation, in millimetres.
const (
	uprightWidth = 210.0
	uprightLeft  = 30.0
	uprightWide  = uprightWidth - uprightLeft - 18
)

// confirmation makes the paper that confirms a certificate: what the certificate claims, and its state when it was confirmed.
// The same confirmation gives the same bytes.
func (f fonts) confirmation(c Certificate, given events.ConfirmationGiven, verifyURL string) ([]byte, error) {
	s, name := f.open("P"), confirmationName(c.Code, given.Number)
	s.about("Giấy xác nhận "+name, given.Issuer, given.Given)
	s.heading(given, name)
	y := s.claimed(c, s.confirmed(c, given, 86))
	line := func(h float64, style string, text string) {
		s.set(box{uprightLeft, y, uprightWide, h}, face{style: style, size: 12.5, ink: black, left: true}, text)
		y += h + 1
	}
	y += 2
	line(12, bold, "Tình trạng của giấy chứng nhận vào ngày xác nhận: "+stateOn(c, given)+".")
	line(18, regular, "Giấy xác nhận này không thay thế giấy chứng nhận và chỉ có giá trị khi trùng khớp với trang xác minh dưới đây, nơi hiện mọi nội dung của giấy chứng nhận và tình trạng hiện nay./.")
	const code = 30.0
	if err := s.qrCode(uprightLeft, y+2, code, verifyURL); err != nil {
		return nil, err
	}
	s.set(box{uprightLeft + code + 4, y + 4, 50, 14}, face{size: 10, ink: lotus, left: true}, verifyURL)
	s.set(box{122, y + 2, uprightWidth - 122 - 14, 14}, face{style: bold, size: 12.5, ink: black}, given.Issuer)
	s.set(box{122, y + 17, uprightWidth - 122 - 14, 5}, face{style: italic, size: 9.5, ink: grey}, "Lập từ sổ cấp giấy chứng nhận; xác minh bằng mã QR")
	return s.file("confirmation " + name)
}

// heading sets who confirms, the national title, number, date and the title.
func (s sheet) heading(given events.ConfirmationGiven, name string) {
	at := func(x, y, w, h float64, style string, size float64, text string) float64 {
		return s.set(box{x, y, w, h}, face{style: style, size: size, ink: black}, text)
	}
	at(22, 20, 76, 12, bold, 12, strings.ToUpper(given.Issuer))
	at(22, 36, 76, 6, regular, 11.5, "Số: "+name)
	at(102, 20, 92, 6, bold, 12, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
	width := at(102, 26, 92, 6, bold, 13, "Độc lập - Tự do - Hạnh phúc")
	s.pdf.SetDrawColor(black.r, black.g, black.b)
	s.pdf.SetLineWidth(0.3)
	s.pdf.Line(148-width/2, 32.6, 148+width/2, 32.6)
	day := clock.Local(given.Given)
	at(102, 36, 92, 6, italic, 12.5, fmt.Sprintf("Ngày %02d tháng %02d năm %d", day.Day(), int(day.Month()), day.Year()))
	at(uprightLeft, 56, uprightWide, 9, bold, 18, "GIẤY XÁC NHẬN")
	at(uprightLeft, 66, uprightWide, 7, bold, 14, "Đã cấp giấy chứng nhận")
	at(uprightLeft, 74, uprightWide, 5, italic, 10.5, "Confirmation that a certificate was issued")
}

// confirmed sets who confirms what, and why it was asked for; it gives the place below.
func (s sheet) confirmed(c Certificate, given events.ConfirmationGiven, y float64) float64 {
	asked := "theo đề nghị của người được cấp"
	if given.AskedBy != c.Person {
		asked = "theo đề nghị của cơ quan, thay cho người được cấp"
	}
	why := map[string]string{"lost": "giấy đã cấp bị mất", "damaged": "giấy đã cấp bị hư hỏng"}[given.Reason]
	if why == "" {
		why = "lý do khác"
	}
	entered := ""
	if c.Register != "" {
		entered = " và ghi vào sổ"
	}
	s.set(box{uprightLeft, y, uprightWide, 20}, face{size: 13, ink: black, left: true},
		given.Issuer+" xác nhận, "+asked+" ("+why+"), rằng giấy chứng nhận sau đây đã được cấp"+entered+":")
	return y + 20
}

// claimed sets every claim of the certificate, a row each.
func (s sheet) claimed(c Certificate, y float64) float64 {
	until := "Không thời hạn"
	if !c.Expires.IsZero() {
		until = "Hết ngày " + day(c.Expires)
	}
	what, mark := "Khóa học", strings.Replace(strconv.FormatFloat(c.Mark, 'f', -1, 64), ".", ",", 1)+"/10 điểm"
	if c.Programme != "" {
		what, mark = "Chương trình", "Hoàn thành"
	}
	const label, height = 46.0, 8.0
	for _, r := range [][2]string{
		{"Số giấy chứng nhận", c.Code}, {"Số vào sổ", c.Register}, {"Họ và tên", c.Name}, {"Đơn vị khi được cấp", c.UnitName}, {what, c.Title.Vi},
		{"Thời lượng", strconv.Itoa(c.Hours) + " tiết"}, {"Kết quả", mark},
		{"Ngày hoàn thành", day(c.Completed)}, {"Ngày cấp", day(c.Issued)}, {"Thời hạn hiệu lực", until}, {"Cơ quan cấp", c.Issuer},
	} {
		if r[1] == "" {
			continue
		}
		s.set(box{uprightLeft, y, label, height}, face{size: 11.5, ink: grey, left: true}, r[0])
		s.set(box{uprightLeft + label, y, uprightWide - label, height}, face{style: bold, size: 12.5, ink: black, left: true}, r[1])
		y += height
		s.pdf.SetDrawColor(213, 210, 201)
		s.pdf.SetLineWidth(0.2)
		s.pdf.Line(uprightLeft, y, uprightLeft+uprightWide, y)
	}
	return y
}

// stateOn says in words what a certificate was when it was confirmed.
func stateOn(c Certificate, given events.ConfirmationGiven) string {
	state := "còn hiệu lực"
	if given.State == stateExpired {
		state = "đã hết hiệu lực từ sau ngày " + day(c.Expires)
	}
	if given.Superseded != "" {
		state += "; người được cấp có giấy mới hơn, số " + given.Superseded
	}
	return state
}
