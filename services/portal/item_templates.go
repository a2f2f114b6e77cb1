package portal

import (
	"crypto/rand"
	"strings"

	"khuevan/assessment/item"
)

// template is a question to begin with, in the form of content/README.md. The id, the tags and the texts are the author's to change.
func template(kind string) string {
	head := "## cau-" + strings.ToLower(rand.Text()[:6]) + "\ntags: IU14, mat-khau\ndifficulty: 0.5\n"
	switch kind {
	case item.Multiple:
		return head + "\nViết câu hỏi ở đây. Đánh dấu [x] mọi phương án đúng.\n\n" +
			"- [x] Phương án đúng thứ nhất :: Vì sao đúng\n- [x] Phương án đúng thứ hai :: Vì sao đúng\n- [ ] Phương án sai :: Vì sao sai\n- [ ] Phương án sai khác :: Vì sao sai\n"
	case item.TrueFalse:
		return head + "\nViết một nhận định để người học cho là đúng hay sai.\n\n- [ ] Đúng :: Vì sao chọn “Đúng” là nhầm\n- [x] Sai :: Vì sao nhận định này sai\n"
	case item.Matching:
		return head + "\nGhép mỗi tình huống với việc cần làm.\n\n" +
			"- [=] Tình huống thứ nhất -> Việc cần làm thứ nhất :: Giải thích\n- [=] Tình huống thứ hai -> Việc cần làm thứ hai :: Giải thích\n- [=] -> Việc thừa, không ghép với tình huống nào\n"
	case item.Ordering:
		return head + "\nSắp xếp các bước theo đúng thứ tự.\n\n- [1] Bước thứ nhất :: Giải thích\n- [2] Bước thứ hai :: Giải thích\n- [3] Bước thứ ba :: Giải thích\n"
	case item.Numeric:
		return head + "\nMật khẩu nên có ít nhất bao nhiêu ký tự?\n\n- [#] 12 ± 0 :: Giải thích đáp án đúng\n- [# 0%] 8 :: Vì sao con số hay gặp này sai\n"
	case item.ShortText:
		return head + "\nViết câu hỏi có đáp án là một từ hoặc một cụm từ ngắn.\n\n- [_] đáp án đúng :: Giải thích\n- [_ 50%] đáp án gần đúng :: Còn thiếu điều gì\n- [_ 0%] đáp án hay nhầm :: Vì sao sai\n"
	case item.Cloze:
		return head + "\nKhi nhận thư lạ, tôi {{1}} vào liên kết và báo {{2}}.\n\n" +
			"- {{1}} [x] không bấm :: Giải thích\n- {{1}} [ ] bấm thử :: Vì sao sai\n- {{2}} [_] cán bộ công nghệ thông tin :: Giải thích\n- {{2}} [_] bộ phận công nghệ thông tin\n"
	default:
		return head + "\nViết câu hỏi ở đây. Đánh dấu [x] phương án đúng duy nhất.\n\n" +
			"- [x] Phương án đúng :: Vì sao đúng\n- [ ] Phương án sai :: Vì sao sai\n- [ ] Phương án sai khác :: Vì sao sai\n- [ ] Phương án sai khác nữa :: Vì sao sai\n"
	}
}
