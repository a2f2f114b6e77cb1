package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

// maxFile bounds a file of a lesson: it stands in the record, where a message takes 8 MiB of text, and phones on slow lines load it.
const maxFile = 5 << 20

// textKind is what course.yaml may call a lesson that is a text; it may as well say nothing.
const textKind = "text"

// videoTypes and fileTypes are what may be shown, and what may be taken along; others can carry programs.
var (
	videoTypes = map[string]string{".mp4": "video/mp4", ".webm": "video/webm"}
	fileTypes  = map[string]string{
		".pdf": "application/pdf", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg",
		".odt": "application/vnd.oasis.opendocument.text", ".ods": "application/vnd.oasis.opendocument.spreadsheet", ".odp": "application/vnd.oasis.opendocument.presentation",
		".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	}
	filePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,79}$`)
)

// content is a lesson as the event has it, without its text and the bytes of its file.
func (l manifestLesson) content() events.Lesson {
	x := events.Lesson{ID: l.ID, Title: l.Title.trimmed(), Minutes: l.Minutes, Share: l.Share}
	if l.Kind != textKind {
		x.Kind = l.Kind
	}
	if l.File != "" || l.Link != "" {
		x.Media = &events.Media{File: l.File, Link: l.Link}
	}
	return x
}

// kind checks what a lesson is, and that it has what its kind needs and nothing else.
func (c checker) kind(i int, l manifestLesson) {
	field := func(name string) []any { return at("lessons", i, name) }
	switch l.Kind {
	case "", textKind, events.LessonRead:
		c.none(field, l, "file", "link", "share")
	case events.LessonVideo:
		c.video(field, l)
		c.share(field("share"), l.Share)
	case events.LessonFile:
		c.file(field("file"), l.File, fileTypes)
		c.none(field, l, "link", "share")
	case events.LessonLive:
		c.none(field, l, "file", "link")
		c.share(field("share"), l.Share)
	default:
		c.add(field("kind"), "Không có loại bài “%s”; hãy dùng text, video, file, read hoặc live, hoặc bỏ dòng này nếu là bài đọc.",
			"There is no kind of lesson “%s”; use text, video, file, read or live, or take the line out for a text.", l.Kind)
	}
}

// none refuses fields that mean nothing for the kind.
func (c checker) none(field func(string) []any, l manifestLesson, names ...string) {
	given := map[string]bool{"file": l.File != "", "link": l.Link != "", "share": l.Share != 0}
	for _, name := range names {
		if given[name] {
			c.add(field(name), "%[1]s không dùng cho loại bài này; hãy bỏ dòng này hoặc sửa kind.", "%[1]s means nothing for this kind of lesson; take the line out or correct kind.", name)
		}
	}
}

// share has no default: how much must be watched or attended is for the author to say.
func (c checker) share(path []any, share float64) {
	if !(share > 0 && share <= 1) {
		c.add(path, "share phải lớn hơn 0 và không quá 1, ví dụ 0.8 cho 80%%.", "share must be above 0 and at most 1, such as 0.8 for 80%%.")
	}
}

func (c checker) video(field func(string) []any, l manifestLesson) {
	switch u, err := url.Parse(l.Link); {
	case (l.File == "") == (l.Link == ""):
		c.add(field("kind"), "Bài video cần file (tệp trong thư mục files) hoặc link (địa chỉ https), chỉ một trong hai.",
			"A video lesson needs file (in the folder files) or link (an https address), one of the two.")
	case l.File != "":
		c.file(field("file"), l.File, videoTypes)
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || videoTypes[path.Ext(u.Path)] == "":
		c.add(field("link"), "link phải là địa chỉ https của chính tệp video (.mp4 hoặc .webm), không phải của trang xem video.",
			"link must be the https address of the video file itself (.mp4 or .webm), not of a page that shows it.")
	}
}

func (c checker) file(path []any, name string, types map[string]string) {
	if !filePattern.MatchString(name) || types[extension(name)] == "" {
		c.add(path, "file “%[1]s” phải là tên tệp trong thư mục files: chữ thường không dấu, chữ số, dấu chấm và gạch, có đuôi %[2]s.",
			"file “%[1]s” must name a file in the folder files: lower-case letters, digits, dots and hyphens, ending in %[2]s.", name, strings.Join(slices.Sorted(maps.Keys(types)), ", "))
	}
}

func extension(name string) string { return path.Ext(name) }

// joinMedia gives lessons the hashes of their files, and notes files without a lesson and lessons without a file.
func joinMedia(lessons []events.Lesson, media map[string][]byte, p *problems) []events.FileStored {
	named := map[string]bool{}
	var all []events.FileStored
	for i, l := range lessons {
		if l.Media == nil || l.Media.File == "" {
			continue
		}
		m := *l.Media
		data, ok := media[m.File]
		named[m.File] = true
		switch {
		case !ok:
			p.add(mediaFolder+m.File, 0, "Thiếu tệp của bài học “%s”; hãy đặt tệp vào thư mục files của gói.", "The file of the lesson “%s” is missing; put it into the folder files of the package.", l.ID)
		case len(data) == 0:
			p.add(mediaFolder+m.File, 0, "Tệp rỗng; hãy thay bằng tệp đúng.", "The file is empty; put the right one in its place.")
		case len(data) > maxFile:
			p.add(mediaFolder+m.File, 0, "Tệp lớn hơn %d MB; hãy nén nhỏ lại, hoặc với video thì dùng link.", "The file is larger than %d MiB; compress it, or use link for a video.", maxFile>>20)
		}
		m.Type, m.Digest, m.Bytes = videoTypes[extension(m.File)]+fileTypes[extension(m.File)], digestOf(data), len(data)
		lessons[i].Media = &m
		all = append(all, events.FileStored{Digest: m.Digest, Type: m.Type, Data: data})
	}
	for _, name := range slices.Sorted(maps.Keys(media)) {
		if !named[name] {
			p.add(mediaFolder+name, 0, "Không bài học nào nhắc đến tệp này; hãy bỏ tệp ra hoặc thêm file vào bài.", "No lesson names this file; take it out or add file to a lesson.")
		}
	}
	return all
}

// stored is a file that is kept.
type stored struct{ events.FileStored }

// Evolve implements eventsource.State.
func (s stored) Evolve(e eventsource.Event) stored {
	if f, ok := e.(events.FileStored); ok {
		return stored{f}
	}
	return s
}

// storeFile keeps a file under the hash of its bytes; the same file again decides nothing.
type storeFile struct{ events.FileStored }

// Stream implements eventsource.Command.
func (c storeFile) Stream() string { return fileStream(c.Digest) }

// Decide implements eventsource.Command.
func (c storeFile) Decide(s stored) ([]eventsource.Event, error) {
	if s.Digest != "" {
		return nil, nil
	}
	return []eventsource.Event{c.FileStored}, nil
}

func fileStream(digest string) string { return "catalog.file." + digest }

// keepFiles stores the files of a package before its version names them.
func (a api) keepFiles(ctx context.Context, files []events.FileStored) error {
	for _, f := range files {
		if _, err := host.Do(ctx, a.Deps, storeFile{f}); err != nil {
			return err
		}
	}
	return nil
}

// GetFileRequest names a file by the hash of its bytes.
type GetFileRequest struct {
	Digest string `json:"digest"`
}

// File is a file of a lesson.
type File struct {
	Type string `json:"type"` // media type
	Data []byte `json:"data"`
}

var errNoFile = fault.New(fault.NotFound, "Không có tệp này.", "There is no such file.")

// getFile reads the file's own stream: what a published version names is there.
func (a api) getFile(ctx context.Context, req GetFileRequest) (File, error) {
	if len(req.Digest) != hex.EncodedLen(sha256.Size) || !eventsource.ValidStream(fileStream(req.Digest)) {
		return File{}, errNoFile
	}
	history, err := a.Journal.Load(ctx, fileStream(req.Digest))
	if err != nil {
		return File{}, err
	}
	f := eventsource.Fold[stored](history)
	if f.Digest == "" {
		return File{}, errNoFile
	}
	return File{Type: f.Type, Data: f.Data}, nil
}
