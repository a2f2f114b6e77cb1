// Package exchange reads and writes questions in the formats of other systems.
//
// Reading keeps every good question, lists every bad one with its line and the remedy, and lists every feature that was
// left out. Inside, texts are Markdown: paragraphs, emphasis, code, lists, line breaks and pictures, which are written
// ![what it shows](picture:<SHA-256 in hex>). docs/decisions/0011-question-formats.md says what each format can hold.
package exchange

import (
	"slices"

	"khuevan/events"
)

// Format is a form in which questions are kept.
type Format string

// The formats.
const (
	Markdown  Format = "markdown" // our own, content/README.md
	GIFT      Format = "gift"     // of Moodle, for typing
	Aiken     Format = "aiken"    // single choice, for typing
	MoodleXML Format = "moodle-xml"
	QTI21     Format = "qti-2.1" // 1EdTech: one item, or a package
	QTI30     Format = "qti-3.0"
)

// Formats lists all of them; each is both read and written.
func Formats() []Format { return []Format{Markdown, GIFT, Aiken, MoodleXML, QTI30, QTI21} }

// Known reports whether a format is one of Formats.
func (f Format) Known() bool { return slices.Contains(Formats(), f) }

// Extension is what the name of a written file ends in, with the dot; "" for an unknown format.
func (f Format) Extension() string {
	switch f {
	case Markdown:
		return ".md"
	case GIFT:
		return ".gift"
	case Aiken:
		return ".txt"
	case MoodleXML:
		return ".xml"
	case QTI21, QTI30:
		return ".zip"
	}
	return ""
}

// Media is the media type of a written file.
func (f Format) Media() string {
	switch f {
	case Markdown:
		return "text/markdown; charset=utf-8"
	case GIFT, Aiken:
		return "text/plain; charset=utf-8"
	case MoodleXML:
		return "application/xml"
	case QTI21, QTI30:
		return "application/zip"
	}
	return "application/octet-stream"
}

// Label is the name by which people know the format.
func (f Format) Label() string {
	return map[Format]string{Markdown: "Markdown", GIFT: "GIFT", Aiken: "Aiken", MoodleXML: "Moodle XML", QTI21: "QTI 2.1", QTI30: "QTI 3.0"}[f]
}

// File is what a file says.
type File struct {
	Name      string // of the bank, "" where the format has none
	Questions []Question
	Notes     []Note
	Pictures  []Picture // each once, in the order of their first use
}

// Question is one question of a file.
type Question struct {
	ID      string // lower-case letters, digits and single hyphens, at most 64; the same at every reading
	Line    int    // where it stands, from 1
	Content events.ItemContent
}

// Note tells what was not taken over. Vi and En are whole sentences that name the remedy where there is one.
type Note struct {
	Line    int    // from 1; 0 where a note is about writing
	Item    string // id of the question, as far as it is known
	Dropped bool   // a feature was left out and the question kept; else the question, or the file, was left out
	Vi, En  string
}

// Limits of a file.
const (
	maxFile      = 8 << 20 // bytes, also of what a package unpacks to in texts
	maxQuestions = 5000
	maxID        = 64
	// perItem bounds the problems told of one question, so that a report of 5,000 bad ones fits a message.
	perItem  = 3
	maxNotes = 20_000
)

// unknownDifficulty is assumed where a source makes no guess.
const unknownDifficulty = 0.5

// Read takes a file apart. It never fails: what could not be read stands in the notes. Questions satisfy item.Check.
func Read(f Format, data []byte) File {
	in := &intake{ids: map[string]int{}, same: map[string]int{}, pictures: map[string]bool{}}
	if len(data) > maxFile {
		in.bad(1, "", "Tệp lớn hơn 8 MB. Hãy chia thành nhiều tệp nhỏ hơn.", "The file is larger than 8 MB. Split it.")
		return in.file
	}
	switch f {
	case QTI21, QTI30:
		readQTI(in, data)
	case MoodleXML:
		readMoodle(in, data)
	case Markdown, GIFT, Aiken:
		text, bad := decode(data)
		if bad != nil {
			in.file.Notes = append(in.file.Notes, *bad)
			return in.file
		}
		map[Format]func(*intake, string){Markdown: readMarkdown, GIFT: readGIFT, Aiken: readAiken}[f](in, text)
	default:
		in.bad(1, "", "Không biết định dạng “%s”.", "The format “%s” is not known.", shorten(string(f)))
	}
	return in.file
}

// Write puts questions into a format. What the format cannot say is told: a feature left out, or a whole question. The
// same questions give the same bytes.
func Write(f Format, file File) ([]byte, []Note) {
	out := &outgoing{format: f, pictures: map[string]Picture{}}
	for _, p := range file.Pictures {
		out.pictures[p.Digest] = p
	}
	for _, q := range file.Questions {
		q.Content = normal(q.Content)
		out.questions = append(out.questions, q)
	}
	switch f {
	case Markdown:
		return writeMarkdown(out, file.Name), out.notes
	case GIFT:
		return writeGIFT(out), out.notes
	case Aiken:
		return writeAiken(out), out.notes
	case MoodleXML:
		return writeMoodle(out), out.notes
	case QTI21, QTI30:
		return writeQTI(out, file.Name), out.notes
	}
	out.left("", "Không biết định dạng “%s”.", "The format “%s” is not known.", shorten(string(f)))
	return nil, out.notes
}
