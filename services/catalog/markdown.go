package catalog

import (
	"regexp"
	"strings"
)

var (
	codeSpan = regexp.MustCompile("`+[^`]*`+")
	rawHTML  = regexp.MustCompile(`<(?:[!?]|/?[A-Za-z][A-Za-z0-9-]*(?:[\s/>]|$))`)
)

// checkMarkdown notes what a lesson must not have: no text at all, a heading of level 1, pictures, raw HTML. Code is left alone.
func checkMarkdown(file, text string, p *problems) {
	if strings.TrimSpace(text) == "" {
		p.add(file, 0, "Bài học chưa có nội dung.", "The lesson has no text.")
		return
	}
	fence, n := "", 0
	for line := range strings.Lines(text) {
		n++
		trimmed := strings.TrimSpace(line)
		if mark := fenceOf(trimmed); fence == "" && mark != "" {
			fence = mark
			continue
		}
		if fence != "" {
			if strings.HasPrefix(trimmed, fence) {
				fence = ""
			}
			continue
		}
		checkLine(file, n, codeSpan.ReplaceAllString(line, ""), p)
	}
}

func fenceOf(line string) string {
	for _, mark := range []string{"```", "~~~"} {
		if strings.HasPrefix(line, mark) {
			return mark
		}
	}
	return ""
}

func checkLine(file string, n int, line string, p *problems) {
	if strings.HasPrefix(line, "# ") {
		p.add(file, n, "Tên bài lấy từ course.yaml, nên đề mục trong bài bắt đầu từ cấp 2; hãy viết “##”.",
			"The title comes from course.yaml, so headings in a lesson start at level 2; write “##”.")
	}
	if strings.Contains(line, "![") {
		p.add(file, n, "Bài học chưa dùng được hình ảnh; hãy thay hình bằng lời.",
			"Lessons cannot have pictures; say it in words.")
	}
	if rawHTML.MatchString(line) {
		p.add(file, n, "Bài học không dùng HTML; hãy viết bằng Markdown, hoặc đặt trong dấu ` nếu là ví dụ.",
			"Lessons have no HTML; write Markdown, or put an example between backticks.")
	}
}
