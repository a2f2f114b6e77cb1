package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"khuevan/events"
)

// Limits of a package.
const (
	maxLessons   = 100
	maxText      = 200 << 10 // bytes of course.yaml and of one lesson
	maxQuestions = 1 << 20   // bytes of questions.md
	maxContent   = 4 << 20   // bytes of a version as an event; the journal's messages take 8 MiB
)

const (
	courseFile    = "course.yaml"
	lessonFolder  = "lessons/"
	mediaFolder   = "files/"
	questionsFile = "questions.md"
)

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

// bundle is a package as read: the content of a version, and the question bank beside it.
type bundle struct {
	content   events.CoursePublished // with its digest, without a version
	questions string
	manifest  string              // course.yaml, to name lines of it
	files     []events.FileStored // of its lessons
}

// items counts the questions of the bank: its level-2 headings.
func (b bundle) items() int {
	n := 0
	for line := range strings.Lines(b.questions) {
		if strings.HasPrefix(line, "## ") {
			n++
		}
	}
	return n
}

// readBundles reads the packages that stand as folders in shippedFolder, by folder name.
func readBundles(fsys fs.FS) (map[string]bundle, error) {
	folders, err := fs.ReadDir(fsys, shippedFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read shipped courses: %w", err)
	}
	all := map[string]bundle{}
	for _, folder := range folders {
		name := folder.Name()
		sub, err := fs.Sub(fsys, path.Join(shippedFolder, name))
		if err != nil {
			return nil, fmt.Errorf("read shipped course %s: %w", name, err)
		}
		b, err := readBundle(sub)
		if err == nil && b.content.Course != name {
			err = fmt.Errorf("%s says code %q, want the folder's name", courseFile, b.content.Course)
		}
		if err != nil {
			return nil, fmt.Errorf("read shipped course %s: %w", name, err)
		}
		all[name] = b
	}
	return all, nil
}

// readBundle reads the package in the root of a file system.
func readBundle(fsys fs.FS) (bundle, error) {
	files, media := map[string]string{}, map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if file, ok := strings.CutPrefix(name, mediaFolder); ok {
			media[file] = text
		} else {
			files[name] = string(text)
		}
		return err
	})
	if err != nil {
		return bundle{}, fmt.Errorf("read the package: %w", err)
	}
	return parseBundle(files, media)
}

// parseBundle reads a package from its texts by path and its files by name. The error is a refusal for the package's author.
func parseBundle(given map[string]string, media map[string][]byte) (bundle, error) {
	var p problems
	files := checkFiles(given, &p)
	if err := p.refusal(); err != nil {
		return bundle{}, err
	}
	content := parseManifest(files[courseFile], &p)
	if err := p.refusal(); err != nil {
		return bundle{}, err
	}
	joinLessons(content.Lessons, files, &p)
	stored := joinMedia(content.Lessons, media, &p)
	if err := p.refusal(); err != nil {
		return bundle{}, err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return bundle{}, fmt.Errorf("encode %s: %w", content.Course, err)
	}
	if len(body) > maxContent {
		p.add(courseFile, 0, "Toàn bộ khóa học dài quá %d MB; hãy chia thành nhiều khóa học.",
			"The whole course is longer than %d MB; split it into several courses.", maxContent>>20)
		return bundle{}, p.refusal()
	}
	content.Digest = digestOf(body)
	return bundle{content: content, questions: files[questionsFile], manifest: files[courseFile], files: stored}, nil
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// checkFiles brings texts to plain "\n" line ends without a byte order mark, and notes what does not belong in a package.
func checkFiles(given map[string]string, p *problems) map[string]string {
	files := map[string]string{}
	if _, ok := given[courseFile]; !ok {
		p.add(courseFile, 0, "Thiếu tệp này; hãy đặt nó ở thư mục gốc của gói.",
			"The file is missing; put it in the root of the package.")
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		text, limit := given[name], maxText
		if name == questionsFile {
			limit = maxQuestions
		}
		switch {
		case name != courseFile && name != questionsFile && lessonID(name) == "":
			p.add(name, 0, "Gói khóa học không có chỗ cho tệp này; hãy bỏ nó ra hoặc đổi tên thành lessons/<mã bài>.md.",
				"A course package has no place for this file; take it out or rename it to lessons/<id>.md.")
		case len(text) > limit:
			p.add(name, 0, "Tệp dài quá %d KB; hãy rút ngắn hoặc chia nhỏ.", "The file is longer than %d KB; shorten or split it.", limit>>10)
		case !utf8.ValidString(text):
			p.add(name, badLine(text), "Dòng này không phải là UTF-8; hãy lưu lại tệp với bảng mã UTF-8.",
				"This line is not UTF-8; save the file as UTF-8.")
		}
		files[name] = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	}
	return files
}

// lessonID is the id that a lesson's file name says, "" for any other file.
func lessonID(name string) string {
	id, isMarkdown := strings.CutSuffix(strings.TrimPrefix(name, lessonFolder), ".md")
	if !isMarkdown || !strings.HasPrefix(name, lessonFolder) || !idPattern.MatchString(id) {
		return ""
	}
	return id
}

func badLine(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		if n++; !utf8.ValidString(line) {
			break
		}
	}
	return n
}

// joinLessons gives each lesson its text, and notes files without a lesson and lessons without a file.
func joinLessons(lessons []events.Lesson, files map[string]string, p *problems) {
	named := map[string]bool{courseFile: true, questionsFile: true}
	for i, l := range lessons {
		name := lessonFolder + l.ID + ".md"
		named[name] = true
		text, ok := files[name]
		if !ok {
			p.add(name, 0, "Thiếu tệp của bài học “%s”; hãy thêm tệp hoặc bỏ bài học khỏi course.yaml.",
				"The file of the lesson “%s” is missing; add it or take the lesson out of course.yaml.", l.ID)
			continue
		}
		checkMarkdown(name, text, p)
		lessons[i].Markdown = text
		if l.Kind == events.LessonRead {
			lessons[i].Digest = digestOf([]byte(text))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !named[name] {
			p.add(name, 0, "course.yaml không nhắc đến bài học này; hãy thêm vào danh sách lessons hoặc bỏ tệp ra.",
				"course.yaml does not name this lesson; add it to lessons or take the file out.")
		}
	}
}
