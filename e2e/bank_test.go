package e2e

import (
	"strconv"
	"testing"
	"time"

	"khuevan/services/directory"
	"khuevan/services/quiz"
)

// questions are one of each kind, by id.
func questions() map[string]string {
	head := "\ntags: IU14, mat-khau\ndifficulty: 0.4\n\n"
	return map[string]string{
		"mau-mot":    head + "Mật khẩu nào khó dò nhất?\n\n- [x] thuyền ngủ năm mùa :: Cụm từ dài, không liên quan đến bản thân.\n- [ ] 123456 :: Quá ngắn.\n",
		"mau-nhieu":  head + "Những việc nào giúp tài khoản an toàn hơn?\n\n- [x] Bật xác thực hai bước :: Kẻ biết mật khẩu vẫn chưa vào được.\n- [x] Dùng mật khẩu riêng cho mỗi nơi :: Lộ một nơi không kéo theo nơi khác.\n- [ ] Dán mật khẩu dưới bàn phím :: Ai đi qua cũng đọc được.\n",
		"mau-dung":   head + "Cán bộ kỹ thuật có quyền hỏi mật khẩu.\n\n- [ ] Đúng :: Không ai có quyền hỏi.\n- [x] Sai :: Mật khẩu chỉ để tự mình nhập.\n",
		"mau-ghep":   head + "Ghép mỗi tình huống với việc cần làm.\n\n- [=] Nhận thư lạ -> Báo cán bộ công nghệ thông tin :: Đừng tự mở.\n- [=] Mất điện thoại -> Khóa tài khoản từ xa :: Làm ngay.\n- [=] -> Chờ đến cuối tháng\n",
		"mau-thu-tu": head + "Sắp xếp việc cần làm khi nghi máy nhiễm mã độc.\n\n- [1] Ngắt mạng :: Để mã độc không lan.\n- [2] Báo cán bộ công nghệ thông tin :: Họ giữ lại dấu vết.\n- [3] Đổi mật khẩu từ máy khác :: Máy này không còn đáng tin.\n",
		"mau-so":     head + "Mật khẩu nên có ít nhất bao nhiêu ký tự?\n\n- [#] 12 ± 2 :: Càng dài càng khó dò.\n- [# 0%] 8 :: Nay đã quá ngắn.\n",
		"mau-ngan":   head + "Thư giả mạo để lấy mật khẩu gọi là gì?\n\n- [_] thư lừa đảo :: Đúng.\n- [_ 50%] thư rác :: Thư rác chưa chắc lừa đảo.\n",
		"mau-khuyet": head + "Khi nhận thư lạ, tôi {{1}} vào liên kết và báo {{2}}.\n\n- {{1}} [x] không bấm :: Liên kết có thể dẫn đến trang giả.\n- {{1}} [ ] bấm thử :: Bấm là đủ để bị hại.\n- {{2}} [_] cán bộ công nghệ thông tin :: Họ biết phải làm gì.\n",
	}
}

// furnishQuizzes lets two trainers work at the bank, the sittings and the extra time, so that every page of theirs has
// something to show.
func furnishQuizzes(t *testing.T, h *house, unit string) {
	t.Helper()
	author, reviewer := h.api("DEMO-0002"), h.api("DEMO-0004")
	move := func(c *client, id, step string, version int, remark string) {
		must[struct{}](t, c, "quiz/move-item", quiz.MoveItemRequest{Course: course, Item: id, Step: step, Version: version, Remark: remark})
	}
	write := func(id, text string, version int) {
		w := must[quiz.WrittenItem](t, author, "quiz/write-item", quiz.WriteItemRequest{Course: course, Markdown: "# Mẫu\n\n## " + id + text, Version: version})
		if len(w.Problems) > 0 {
			t.Fatalf("%s: %+v", id, w.Problems)
		}
	}
	for id, text := range questions() {
		write(id, text, 0)
		if id == "mau-nhieu" {
			continue
		}
		move(author, id, quiz.StepSubmit, 1, "")
		switch id {
		case "mau-dung":
		case "mau-ngan":
			move(reviewer, id, quiz.StepReturn, 1, "Đáp án “thư rác” chưa rõ vì sao được nửa điểm.")
		default:
			move(reviewer, id, quiz.StepApprove, 1, "")
		}
	}
	write("mau-mot", "\ntags: IU14, mat-khau\ndifficulty: 0.4\n\nMật khẩu nào khó dò nhất?\n\n- [ ] thuyền ngủ năm mùa :: Cụm từ này đã có trong một cuốn sách.\n- [x] 123456 :: Chọn nhầm đáp án để thử.\n", 1)
	move(author, "mau-mot", quiz.StepSubmit, 2, "")
	move(reviewer, "mau-mot", quiz.StepApprove, 2, "")
	for i := range 2 {
		opens := time.Now().Add(time.Duration(30+i) * 24 * time.Hour)
		s := must[quiz.ScheduledSitting](t, author, "quiz/schedule-sitting", quiz.ScheduleSittingRequest{Course: course, Opens: opens, Closes: opens.Add(2 * time.Hour)})
		if i == 0 {
			must[struct{}](t, author, "quiz/cancel-sitting", quiz.CancelSittingRequest{Sitting: s.Sitting})
		}
	}
	found := must[[]directory.Named](t, author, "directory/name-people", directory.NamePeopleRequest{Unit: unit, Text: lan})
	if len(found) == 0 {
		t.Fatalf("%s is not found in her unit", lan)
	}
	must[struct{}](t, author, "quiz/grant-extra-time", quiz.GrantExtraTimeRequest{Person: found[0].Person, Course: course, Percent: 50})
}

// quizStops are the pages of a trainer around a quiz.
func quizStops(f furnished) []stop {
	bank := "/courses/" + course + "/items"
	all := []stop{{"bank", bank, "Soạn câu hỏi mới"}, {"bank-returned", bank + "?stage=draft", "Bị trả lại"}, {"bank-empty", bank + "?q=khongcogi", "Không có câu hỏi nào khớp"},
		{"item-new", bank + "/new?kind=cloze", "Cách viết câu hỏi"}, {"item-edit", bank + "/mau-ghep/edit", "Lưu bản nháp"}, {"item-diff", bank + "/mau-mot", "So sánh hai phiên bản"},
		{"item-review", bank + "/mau-dung", "người duyệt phải khác người soạn"}, {"pictures", bank + "/pictures", "Mô tả ảnh bằng lời"}, {"item-import", bank + "/import", "Tự nhận biết"},
		{"item-imported", bank + "/import/done?new=3&changed=1&problems=2", "Xem các bản nháp"}, {"item-export", bank + "/export?format=aiken", "Những gì định dạng này không giữ được"},
		{"remark", bank + "/mau-mot/remark?from=1&to=2", "Từ đạt thành không đạt"},
		{"quiz-rules", "/courses/" + course + "/quiz-rules", "Ma trận đề"}, {"sittings", "/courses/" + course + "/sittings", "Đã hủy"},
		{"extra-time", "/courses/" + course + "/extra-time?unit=" + f.commune + "&name=chi", "50%"},
		{"analysis", "/courses/" + course + "/analysis", "Phân tích câu hỏi"},
		{"attempts-open", "/courses/" + course + "/attempts", "Lượt đang làm"}, {"attempts-closed", "/courses/" + course + "/attempts?state=closed", "Kết quả"},
		{"trail-open", "/trails/" + f.open, "Gia hạn lượt này"}, {"trail-closed", "/trails/" + f.closed, "Nộp bài"}}
	for i, id := range []string{"mau-nhieu", "mau-ghep", "mau-thu-tu", "mau-so", "mau-ngan", "mau-khuyet"} {
		all = append(all, stop{"item-kind-" + strconv.Itoa(i+1), bank + "/" + id, "Câu hỏi và đáp án"})
	}
	return all
}
