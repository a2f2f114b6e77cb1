package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khuevan/assessment/item"
	"khuevan/events"
)

// intake gathers what is read of a file.
type intake struct {
	file     File
	ids      map[string]int // line of each id
	same     map[string]int // line of each content
	pictures map[string]bool
	bytes    int // of the pictures
	pixels   int
	full     bool
}

func (in *intake) note(n Note) {
	if len(in.file.Notes) < maxNotes {
		in.file.Notes = append(in.file.Notes, n)
	}
}

// bad tells that a question or the file was left out.
func (in *intake) bad(line int, id, vi, en string, args ...any) {
	in.note(Note{Line: max(1, line), Item: shorten(id), Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// draft is a question on its way in.
type draft struct {
	line    int
	source  string // the source's own identifier, "" for none
	label   string // what notes call the question; its id where empty
	content events.ItemContent
	parts   map[string]int // lines of the parts that item.Check names
	notes   []Note
	bad     bool // something was told that leaves the question out
	shown   int  // marks of pictures
}

// drop tells that a feature was left out.
func (d *draft) drop(line int, vi, en string, args ...any) {
	d.notes = append(d.notes, Note{Line: max(1, line), Dropped: true, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// refuse tells why the question is left out; only the first few reasons are kept.
func (d *draft) refuse(line int, vi, en string, args ...any) {
	reasons := 0
	for _, n := range d.notes {
		if !n.Dropped {
			reasons++
		}
	}
	d.bad = true
	if reasons < perItem {
		d.notes = append(d.notes, Note{Line: max(1, line), Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
	}
}

// at gives the line of a part, or of the question.
func (d *draft) at(part string) int {
	if line, ok := d.parts[part]; ok {
		return line
	}
	return d.line
}

// add checks a draft, names it, and keeps it or tells why not.
func (in *intake) add(d *draft) {
	if in.full {
		return
	}
	d.content = normal(d.content)
	if !d.bad {
		for _, p := range item.Check(d.content) {
			d.refuse(d.at(p.Part), "%s", "%s", p.Vi)
			d.notes[len(d.notes)-1].En = p.En
		}
	}
	slices.SortStableFunc(d.notes, func(a, b Note) int { return a.Line - b.Line })
	id := idOf(d.source, d.content)
	for _, n := range d.notes {
		switch {
		case d.label != "":
			n.Item = shorten(d.label)
		case !d.bad || d.source != "": // an id made of a broken content says nothing
			n.Item = id
		}
		if !d.bad || !n.Dropped {
			in.note(n)
		}
	}
	if d.bad {
		return
	}
	if first, twice := in.ids[id]; twice {
		in.twice(d, id, first)
		return
	}
	key := fingerprint(d.content)
	if first, twice := in.same[key]; twice && d.source == "" {
		in.bad(d.line, id, "Câu hỏi giống hệt câu ở dòng %d. Chỉ giữ câu đầu.", "The question is the same as the one at line %d. Only the first is kept.", first)
		return
	}
	if len(in.file.Questions) == maxQuestions {
		in.full = true
		in.bad(d.line, "", "Tệp có quá %d câu hỏi; các câu từ dòng này trở đi bị bỏ qua. Hãy chia thành nhiều tệp.",
			"The file has more than %d questions; those from this line on are left out. Split the file.", maxQuestions)
		return
	}
	in.ids[id], in.same[key] = d.line, d.line
	in.file.Questions = append(in.file.Questions, Question{ID: id, Line: d.line, Content: d.content})
}

func (in *intake) twice(d *draft, id string, first int) {
	if d.source == "" {
		in.bad(d.line, id, "Câu hỏi giống hệt câu ở dòng %d. Chỉ giữ câu đầu.", "The question is the same as the one at line %d. Only the first is kept.", first)
		return
	}
	in.bad(d.line, id, "Mã câu hỏi bị trùng với câu ở dòng %d. Mỗi câu cần một mã riêng.", "The id is that of the question at line %d. Each question needs its own.", first)
}

var plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func validID(id string) bool { return len(id) <= maxID && plainID.MatchString(id) }

// idOf names a question by its source's identifier, made valid, or else by its content. An identifier that had to be
// changed by more than its case carries a few digits of its own hash, so that two do not become one.
func idOf(source string, c events.ItemContent) string {
	source = strings.TrimSpace(source)
	if source == "" {
		return "q-" + fingerprint(c)[:16]
	}
	plain := ascii(source)
	if plain == strings.ToLower(source) && validID(plain) {
		return plain
	}
	tail := hash([]byte(source))[:8]
	if plain == "" {
		return "q-" + tail
	}
	if len(plain) > maxID-9 {
		plain = strings.TrimRight(plain[:maxID-9], "-")
	}
	return plain + "-" + tail
}

// ascii folds a text to lower-case letters, digits and single hyphens.
func ascii(s string) string {
	var out strings.Builder
	gap := false
	for _, r := range norm.NFD.String(strings.NewReplacer("đ", "d", "Đ", "d").Replace(s)) {
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if gap && out.Len() > 0 {
				out.WriteByte('-')
			}
			gap = false
			out.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			gap = true
		}
	}
	return out.String()
}

// fingerprint is a hash of what a content says.
func fingerprint(c events.ItemContent) string {
	said, err := json.Marshal(c)
	if err != nil { // a number that is none; item.Check refuses it
		said = []byte(fmt.Sprintf("%#v", c))
	}
	return hash(said)
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// shorten bounds what is quoted of a file.
func shorten(s string) string {
	if runes := []rune(s); len(runes) > maxID {
		return string(runes[:maxID]) + "…"
	}
	return s
}

// tagOf makes a tag of a text: letters, digits, "-", "_", ".".
func tagOf(s string) string {
	var out strings.Builder
	for _, r := range strings.Join(strings.Fields(norm.NFC.String(s)), "-") {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || out.Len() > 0 && strings.ContainsRune("-_.", r) {
			out.WriteRune(r)
		}
	}
	if runes := []rune(out.String()); len(runes) > item.MaxTag {
		return string(runes[:item.MaxTag])
	}
	return out.String()
}

// tag adds a tag of another system, which may have to be written otherwise here.
func (d *draft) tag(line int, s string) {
	tag := tagOf(s)
	switch {
	case tag == "":
		d.drop(line, "Thẻ “%s” không có chữ nào nên bị bỏ.", "The tag “%s” has no letter and was left out.", shorten(s))
		return
	case tag != strings.TrimSpace(s):
		d.drop(line, "Thẻ “%s” được viết lại thành “%s”.", "The tag “%s” is written “%s”.", shorten(s), tag)
	}
	for _, t := range d.content.Tags {
		if t == tag {
			return
		}
	}
	if len(d.content.Tags) == item.MaxTags {
		d.drop(line, "Có quá %d thẻ; thẻ “%s” bị bỏ.", "There are more than %d tags; “%s” was left out.", item.MaxTags, tag)
		return
	}
	d.content.Tags = append(d.content.Tags, tag)
}
