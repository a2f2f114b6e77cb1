package catalog

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

const kindsLessons = `lessons:
  - id: dai
    kind: text
    minutes: 5
    title: {vi: Bài đọc}
  - id: phim
    kind: video
    file: phim.mp4
    share: 0.9
    minutes: 5
    title: {vi: Xem}
  - id: phim-xa
    kind: video
    link: https://video.example/a/phim.mp4?x=1
    share: 1
    minutes: 5
    title: {vi: Xem nơi khác}
  - id: mau
    kind: file
    file: mau-01.docx
    minutes: 5
    title: {vi: Biểu mẫu}
  - id: quy-che
    kind: read
    minutes: 5
    title: {vi: Quy chế}
  - id: buoi
    kind: live
    share: 0.8
    minutes: 90
    title: {vi: Buổi học}
`

// kindsFiles is a package with a lesson of every kind.
func kindsFiles() (map[string]string, map[string][]byte) {
	head, rest, _ := strings.Cut(goodManifest, "lessons:\n")
	_, tail, _ := strings.Cut(rest, "quiz:\n")
	files := map[string]string{"course.yaml": head + kindsLessons + "quiz:\n" + tail}
	for _, id := range []string{"dai", "phim", "phim-xa", "mau", "quy-che", "buoi"} {
		files["lessons/"+id+".md"] = "Nội dung của bài " + id + ".\n"
	}
	return files, map[string][]byte{"phim.mp4": []byte("phim"), "mau-01.docx": []byte("mẫu")}
}

func TestAPackageHasLessonsOfEveryKind(t *testing.T) {
	files, media := kindsFiles()
	b, err := parseBundle(files, media)
	if err != nil {
		t.Fatal(err)
	}
	l := b.content.Lessons
	if l[0].Kind != "" || l[0].Media != nil || l[0].Digest != "" {
		t.Errorf("a text is %+v", l[0])
	}
	if m := l[1].Media; l[1].Kind != events.LessonVideo || l[1].Share != 0.9 || m.Type != "video/mp4" || m.Bytes != 4 || m.Digest != digestOf([]byte("phim")) {
		t.Errorf("a video is %+v %+v", l[1], m)
	}
	if m := l[2].Media; m.Link != "https://video.example/a/phim.mp4?x=1" || m.Digest != "" {
		t.Errorf("a video elsewhere is %+v", m)
	}
	if m := l[3].Media; l[3].Kind != events.LessonFile || m.File != "mau-01.docx" || !strings.HasPrefix(m.Type, "application/vnd.openxml") {
		t.Errorf("a file is %+v %+v", l[3], m)
	}
	if l[4].Kind != events.LessonRead || l[4].Digest != digestOf([]byte("Nội dung của bài quy-che.\n")) {
		t.Errorf("a text to be confirmed is %+v", l[4])
	}
	if l[5].Kind != events.LessonLive || l[5].Share != 0.8 {
		t.Errorf("a session is %+v", l[5])
	}
	if len(b.files) != 2 || !bytes.Equal(b.files[0].Data, media["phim.mp4"]) {
		t.Errorf("%d files are to be stored", len(b.files))
	}
	media["phim.mp4"] = []byte("phim khác")
	if other, err := parseBundle(files, media); err != nil || other.content.Digest == b.content.Digest {
		t.Errorf("another video is another version; got %v", err)
	}
}

func TestWrongKindsAreRefusedWithLineAndRemedy(t *testing.T) {
	for _, c := range []struct{ name, old, with, at, remedy string }{
		{"an unknown kind", "kind: live", "kind: webinar", "course.yaml:37", "text, video, file, read hoặc live"},
		{"no share of a video", "    share: 0.9\n", "", "course.yaml:15", "0.8"},
		{"too much of a session", "share: 0.8", "share: 80", "course.yaml:38", "không quá 1"},
		{"a share of a text", "kind: read", "kind: read\n    share: 0.5", "course.yaml:34", "bỏ dòng này"},
		{"a video of neither", "    file: phim.mp4\n", "", "course.yaml:16", "chỉ một trong hai"},
		{"a page with a video", "phim.mp4?x=1", "xem?v=1", "course.yaml:23", "chính tệp video"},
		{"a link without https", "https://video", "http://video", "course.yaml:23", "https"},
		{"a program to take along", "mau-01.docx", "mau-01.exe", "course.yaml:29", ".docx"},
		{"a file elsewhere in the tree", "file: phim.mp4", "file: ../phim.mp4", "course.yaml:17", "files"},
		{"a file that is not there", "mau-01.docx", "mau-02.docx", "files/mau-02.docx", "thư mục files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			files, media := kindsFiles()
			files["course.yaml"] = strings.Replace(files["course.yaml"], c.old, c.with, 1)
			_, err := parseBundle(files, media)
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("got %v, want a refusal", err)
			}
			f := fault.Of(err).Fields[0]
			if f.Name != c.at || !strings.Contains(f.Vi, c.remedy) || f.En == "" || strings.Contains(f.Vi+f.En, "%!") {
				t.Errorf("refused at %q: %s (%s); want it at %q with %q", f.Name, f.Vi, f.En, c.at, c.remedy)
			}
		})
	}
	for name, change := range map[string]func(map[string][]byte){
		"an empty file":         func(m map[string][]byte) { m["phim.mp4"] = nil },
		"too large a file":      func(m map[string][]byte) { m["phim.mp4"] = make([]byte, maxFile+1) },
		"a file without lesson": func(m map[string][]byte) { m["thua.pdf"] = []byte("x") },
	} {
		files, media := kindsFiles()
		media = maps.Clone(media)
		change(media)
		if _, err := parseBundle(files, media); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFileIsStoredOnce(t *testing.T) {
	f := events.FileStored{Digest: digestOf([]byte("x")), Type: "application/pdf", Data: []byte("x")}
	eventtest.Given[stored](t).When(storeFile{f}).Then(f)
	eventtest.Given[stored](t, f).When(storeFile{f}).ThenNothing()
}
