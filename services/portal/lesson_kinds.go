package portal

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/services/catalog"
	"khuevan/services/progress"
)

func lessonPath(course, lesson string) string { return "/learn/" + course + "/lessons/" + lesson }

// lessonKind names what a lesson is; "" for a text.
func (v *view) lessonKind(kind string) string {
	switch kind {
	case events.LessonVideo:
		return v.t("video", "video")
	case events.LessonFile:
		return v.t("tệp tải về", "file to take along")
	case events.LessonRead:
		return v.t("đọc và xác nhận", "read and confirm")
	case events.LessonLive:
		return v.t("buổi học trực tiếp", "live session")
	}
	return ""
}

// mediaOrigin is the site that a lesson's video comes from, when that is not ours.
func mediaOrigin(l events.Lesson) string {
	if l.Media == nil || l.Media.Link == "" {
		return ""
	}
	u, err := url.Parse(l.Media.Link)
	if err != nil {
		return ""
	}
	return "https://" + u.Host
}

// beforeText is what a lesson shows above its text: the video, or the file.
func (v *view) beforeText(s studied, l events.Lesson) g.Node {
	at := lessonPath(s.CourseCard.Course, l.ID)
	switch {
	case l.Kind == events.LessonVideo && l.Media != nil:
		src := at + "/file"
		if l.Media.Link != "" {
			src = l.Media.Link
		}
		return h.Figure(h.Class("video"), h.Video(h.Src(src), h.Controls(), h.Preload("metadata"), h.Aria("label", v.words(l.Title)),
			g.If(s.open(), h.Data("watch", at+"/watched"))), v.watchedSoFar(s, l))
	case l.Kind == events.LessonFile && l.Media != nil:
		return h.P(h.Class("actions"), h.A(h.Class("btn-primary"), h.Href(at+"/file"), g.Attr("download"), v.text("Tải tệp về", "Download the file")),
			h.Span(h.Class("meta"), g.Text(l.Media.File+", "+v.number(float64(l.Media.Bytes)/1024, 0)+" KB")))
	}
	return nil
}

// watchedSoFar tells how much of a video is watched; the script of the page keeps the number right.
func (v *view) watchedSoFar(s studied, l events.Lesson) g.Node {
	if !s.enrolled() {
		return nil
	}
	return h.FigCaption(h.Class("meta"), v.text("Đã xem ", "Watched: "), h.Strong(g.Attr("data-watched"), g.Text(strconv.Itoa(s.lesson(l.ID).Watched))), g.Text("% · "),
		g.Text(fmt.Sprintf(v.t("cần xem ít nhất %.0f%% để hoàn thành bài", "at least %.0f%% completes the lesson"), 100*l.Share)),
		g.El("noscript", v.text(" Trình duyệt đang tắt JavaScript nên không ghi được phần đã xem. Hãy bật JavaScript.", " JavaScript is off, so what you watch cannot be noted. Please turn it on.")))
}

// afterText is what the reader does to finish a lesson.
func (v *view) afterText(s studied, at int) g.Node {
	l := s.Content[at]
	mine := s.lesson(l.ID)
	if mine.Confirmed != "" {
		return h.P(h.Class("notice-ok"), v.text("Bạn đã xác nhận đã đọc và hiểu văn bản này ngày ", "You confirmed to have read and understood this text on "), v.day(mine.Completed), g.Text(". "), v.fingerprint(s, mine.Confirmed))
	}
	if !s.open() || !mine.Completed.IsZero() {
		return nil
	}
	switch l.Kind {
	case events.LessonRead:
		return v.confirmForm(s, l)
	case events.LessonLive:
		return h.P(h.Class("notice"), v.text("Bài này được ghi nhận hoàn thành bằng điểm danh sau buổi học; bạn không cần bấm gì.", "This lesson is completed by the attendance list after a session; there is nothing to press."))
	}
	return v.completeForm(s.CourseCard.Course, l.ID, at+1 < len(s.Content))
}

// fingerprint names a text to the byte.
func (v *view) fingerprint(s studied, digest string) g.Node {
	return h.Span(h.Class("meta"), g.Text(v.t("Phiên bản ", "Version ")+strconv.Itoa(s.Version)+", SHA-256 "), h.Code(h.Class("digest"), g.Text(digest)))
}

// confirmForm asks whether the text was read and understood; what is confirmed is this text of this version and no other.
func (v *view) confirmForm(s studied, l events.Lesson) g.Node {
	return h.Form(h.Class("card"), h.Method("post"), h.Action(lessonPath(s.CourseCard.Course, l.ID)+"/confirm"), v.newOnce(), hidden("digest", l.Digest),
		h.H2(v.text("Xác nhận đã đọc và hiểu", "Confirm")),
		h.Label(h.Class("choice"), h.Input(h.Type("checkbox"), h.Name("understood"), h.Value("1"), h.Required()),
			h.Span(v.text("Tôi đã đọc toàn bộ và hiểu nội dung văn bản trên.", "I have read all of the text above and understood it."))),
		h.P(v.fingerprint(s, l.Digest)),
		h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận", "Confirm")))
}

// confirmReading notes the confirmation and goes on as from any lesson.
func (p *Portal) confirmReading(v *view) (string, uint64, error) {
	course, lesson := v.r.PathValue("course"), v.r.PathValue("lesson")
	if v.r.PostFormValue("understood") != "1" {
		return "", 0, fault.New(fault.Invalid, "Hãy đánh dấu vào ô xác nhận trước khi bấm nút.", "Tick the box before you press the button.")
	}
	done, err := progress.ConfirmReading.Call(v.ctx(), p.d.RPC, progress.ConfirmReadingRequest{Course: course, Lesson: lesson, Digest: v.r.PostFormValue("digest")})
	if err != nil {
		return "", 0, err
	}
	return v.onward(course, lesson, done.Seq)
}

// watchedScript notes what the script of a page says was watched, as "0-30,60-100" in percent, and answers how much it is by now.
func watchedScript(v *view, w http.ResponseWriter) error {
	req := progress.NoteWatchedRequest{Course: v.r.PathValue("course"), Lesson: v.r.PathValue("lesson")}
	for text := range strings.SplitSeq(v.r.PostFormValue("parts"), ",") {
		from, to, _ := strings.Cut(text, "-")
		a, err1 := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if err1 == nil && err2 == nil && len(req.Parts) < 100 {
			req.Parts = append(req.Parts, events.WatchedPart{From: a, To: b})
		}
	}
	noted, err := progress.NoteWatched.Call(v.ctx(), v.p.d.RPC, req)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(strconv.Itoa(noted.Percent))) // the reader has left
	return nil
}

// lessonFile gives the file of a lesson, of the version that the reader studies: a video to be shown, others to take along.
func (p *Portal) lessonFile(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	s, err := v.studied(r.PathValue("course"))
	if err != nil {
		return err
	}
	at := lessonAt(s.Content, r.PathValue("lesson"))
	if at < 0 || s.Content[at].Media == nil || s.Content[at].Media.Digest == "" {
		return errNoLesson
	}
	m := s.Content[at].Media
	tag := `"` + m.Digest + `"`
	if r.Header.Get("If-None-Match") == tag {
		keepForEver(w.Header(), tag)
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	file, err := catalog.GetFile.Call(v.ctx(), p.d.RPC, catalog.GetFileRequest{Digest: m.Digest})
	if err != nil {
		return err
	}
	how := "attachment"
	if s.Content[at].Kind == events.LessonVideo {
		how = "inline"
	}
	w.Header().Set("Content-Type", file.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": m.File}))
	w.Header().Set("Cache-Control", "private, max-age=3600") // the address may name another file in the next version
	w.Header().Set("ETag", tag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(file.Data))
	return nil
}
