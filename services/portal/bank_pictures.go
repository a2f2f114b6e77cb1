package portal

import (
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/quiz"
)

// mostPicture bounds an upload; the bank says how large a picture may be.
const mostPicture = 4 << 20

// picturesPage takes a picture and gives the line by which questions show it.
func (p *Portal) picturesPage(v *view, why *fault.Error) (page, error) {
	if err := v.trains(); err != nil {
		return page{}, err
	}
	course := v.r.PathValue("course")
	attrs, remedy := v.wrong(why, "alt")
	return v.quizPage(quizPage{course: course, tab: tabBank, title: v.t("Ảnh minh họa", "Pictures"), body: []g.Node{
		h.P(h.Class("lead"), v.text("Tải ảnh lên, rồi chép dòng hệ thống đưa ra vào câu hỏi. Ảnh PNG, JPEG hoặc GIF, tối đa 512 KB.",
			"Upload a picture, then copy the line that you are given into a question. PNG, JPEG or GIF, at most 512 KiB.")),
		v.refusal(why), v.snippet(),
		h.Form(h.Class("card"), h.Method("post"), h.Action(coursePath(course, tabBank)+"/pictures"), h.EncType("multipart/form-data"), v.newOnce(),
			field("picture", v.t("Tệp ảnh", "Picture"), h.Input(h.ID("picture"), h.Name("picture"), h.Type("file"), h.Accept("image/png,image/jpeg,image/gif"), h.Required())),
			field("alt", v.t("Mô tả ảnh bằng lời", "What the picture shows, in words"), h.Input(h.ID("alt"), h.Name("alt"), h.Required(), h.MaxLength("300"), h.Value(v.r.PostFormValue("alt")), attrs), remedy,
				hint(v.t("Người dùng trình đọc màn hình nghe câu này thay cho ảnh. Mô tả những gì cần biết để trả lời, không nói ra đáp án.",
					"Who uses a screen reader hears this instead. Tell what is needed to answer, and not the answer."))),
			h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Tải ảnh lên", "Upload"))),
	}})
}

// snippet is the line to copy, once a picture is kept.
func (v *view) snippet() g.Node {
	q := v.r.URL.Query()
	digest, alt := q.Get("digest"), q.Get("alt")
	if digest == "" {
		return nil
	}
	line := "![" + alt + "](picture:" + digest + ")"
	return h.Section(h.Class("card"), h.H2(v.text("Ảnh đã được lưu", "The picture is kept")),
		field("snippet", v.t("Chép dòng này vào câu hỏi", "Copy this line into a question"), h.Textarea(h.ID("snippet"), h.Class("source"), h.ReadOnly(), h.Rows("3"), g.Text(line))),
		h.Div(h.Class("stem"), markdown(v.p.texts.stem, line)))
}

func (p *Portal) storePicture(v *view) (string, uint64, error) {
	data, err := v.uploaded("picture")
	if err != nil {
		return "", 0, err
	}
	alt := strings.Join(strings.Fields(v.r.PostFormValue("alt")), " ")
	switch {
	case data == "":
		return "", 0, fault.New(fault.Invalid, "Hãy chọn một tệp ảnh.", "Choose a picture.")
	case alt == "" || strings.ContainsAny(alt, "[]"):
		return "", 0, fault.New(fault.Invalid, "Hãy mô tả ảnh bằng lời, không dùng dấu ngoặc vuông.", "Say in words what the picture shows, without square brackets.").
			With("alt", "Ví dụ: Thư giả mạo ngân hàng, địa chỉ người gửi sai một chữ", "For example: a forged letter from a bank, one letter of the sender's address is wrong")
	}
	kept, err := quiz.StorePicture.Call(v.ctx(), p.d.RPC, quiz.StorePictureRequest{Data: []byte(data)})
	return query(coursePath(v.r.PathValue("course"), tabBank)+"/pictures", "digest", kept.Digest, "alt", alt), kept.Seq, err
}
