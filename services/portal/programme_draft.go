package portal

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"khuevan/events"
)

// programmeDraft is a programme as the builder's form holds it: everything stands in the form, nothing is kept elsewhere.
// Its fields are named as a refusal names them, such as parts.0.courses.2.course; "n" counts the entries of a list.
type programmeDraft struct {
	content events.ProgrammePublished
	months  string // of validity, as typed
	seen    int    // the version that is edited; 0 for a new programme
}

// One more than the catalog takes, so that its refusal is seen.
const (
	mostParts       = 21
	mostPartCourses = 51
	mostEquivalents = 11
)

// Lists of parts: everybody's, and the shorter one from the second period on.
const (
	listParts = "parts"
	listAgain = "again"
)

func draftOf(p events.ProgrammePublished) programmeDraft {
	d := programmeDraft{content: p, seen: p.Version}
	if p.ValidityMonths > 0 {
		d.months = strconv.Itoa(p.ValidityMonths)
	}
	return d
}

// list is the parts under a name.
func (d *programmeDraft) list(name string) *[]events.ProgrammePart {
	if name == listAgain {
		return &d.content.Again
	}
	return &d.content.Parts
}

// draftForm reads a draft.
type draftForm struct{ url.Values }

func (f draftForm) text(name string) string { return strings.TrimSpace(f.Get(name)) }

func (f draftForm) words(name string) events.Words {
	return events.Words{Vi: f.text(name + ".vi"), En: f.text(name + ".en")}
}

func (f draftForm) count(name string, most int) int {
	n, _ := strconv.Atoi(f.text(name + ".n")) // none where it is no number
	return min(max(n, 0), most)
}

// readDraft reads the form. What was chosen to be added is added, whichever button was pressed.
func readDraft(form url.Values) programmeDraft {
	f := draftForm{form}
	d := programmeDraft{months: f.text("validity_months")}
	d.seen, _ = strconv.Atoi(f.text("seen")) // the catalog refuses what is no version
	d.content = events.ProgrammePublished{Programme: f.text("programme"), Title: f.words("title"), Summary: f.words("summary"),
		Certificate: f.text("certificate"), CertificateTitle: f.words("certificate_title")}
	for _, name := range []string{listParts, listAgain} {
		for i := range f.count(name, mostParts) {
			*d.list(name) = append(*d.list(name), f.part(fmt.Sprintf("%s.%d", name, i)))
		}
	}
	return d
}

func (f draftForm) part(at string) events.ProgrammePart {
	p := events.ProgrammePart{ID: f.text(at + ".id"), Title: f.words(at + ".title")}
	p.AtLeast, _ = strconv.Atoi(f.text(at + ".at_least")) // it is chosen from a list
	for j := range f.count(at+".courses", mostPartCourses) {
		at := fmt.Sprintf("%s.courses.%d", at, j)
		c := events.ProgrammeCourse{Course: f.text(at + ".course")}
		for k := range f.count(at+".equivalents", mostEquivalents) {
			c.Equivalents = append(c.Equivalents, f.text(fmt.Sprintf("%s.equivalents.%d", at, k)))
		}
		if more := f.text(at + ".add"); more != "" {
			c.Equivalents = append(c.Equivalents, more)
		}
		p.Courses = append(p.Courses, c)
	}
	if more := f.text(at + ".add"); more != "" {
		p.Courses = append(p.Courses, events.ProgrammeCourse{Course: more})
	}
	return p
}

// form is the draft as fields, as readDraft reads them.
func (d *programmeDraft) form() url.Values {
	f := url.Values{}
	words := func(name string, w events.Words) {
		f.Set(name+".vi", w.Vi)
		f.Set(name+".en", w.En)
	}
	f.Set("programme", d.content.Programme)
	f.Set("seen", strconv.Itoa(d.seen))
	f.Set("validity_months", d.months)
	words("title", d.content.Title)
	words("summary", d.content.Summary)
	f.Set("certificate", d.content.Certificate)
	words("certificate_title", d.content.CertificateTitle)
	for _, name := range []string{listParts, listAgain} {
		f.Set(name+".n", strconv.Itoa(len(*d.list(name))))
		for i, p := range *d.list(name) {
			at := fmt.Sprintf("%s.%d", name, i)
			f.Set(at+".id", p.ID)
			words(at+".title", p.Title)
			f.Set(at+".at_least", strconv.Itoa(p.AtLeast))
			f.Set(at+".courses.n", strconv.Itoa(len(p.Courses)))
			for j, c := range p.Courses {
				at := fmt.Sprintf("%s.courses.%d", at, j)
				f.Set(at+".course", c.Course)
				f.Set(at+".equivalents.n", strconv.Itoa(len(c.Equivalents)))
				for k, e := range c.Equivalents {
					f.Set(fmt.Sprintf("%s.equivalents.%d", at, k), e)
				}
			}
		}
	}
	return f
}

// publishable is the draft as the catalog takes it, or refuses it: where the months are no number, no such number is allowed.
func (d *programmeDraft) publishable() events.ProgrammePublished {
	content := d.content
	if d.months != "" {
		var err error
		if content.ValidityMonths, err = strconv.Atoi(d.months); err != nil {
			content.ValidityMonths = -1
		}
	}
	return content
}

// stepOf names what a button of the builder does: a verb, a list, and which entry of it, as "up parts 1 2" for the third course
// of the second part.
func stepOf(verb, list string, at ...int) string {
	words := []string{verb, list}
	for _, n := range at {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, " ")
}

// Verbs of the builder.
const (
	stepAdd  = "add" // an empty part
	stepMore = "more"
	stepUp   = "up"
	stepDown = "down"
	stepDrop = "drop"
)

// take does what a button asks and tells which element to go on at. What makes no sense changes nothing.
func (d *programmeDraft) take(step string) (focus string) {
	words := strings.Fields(step)
	if len(words) < 2 {
		return ""
	}
	verb, name := words[0], words[1]
	var at []int
	for _, w := range words[2:] {
		n, err := strconv.Atoi(w)
		if err != nil {
			return ""
		}
		at = append(at, n)
	}
	parts := d.list(name)
	if len(at) == 0 {
		if verb == stepAdd && len(*parts) < mostParts {
			*parts = append(*parts, events.ProgrammePart{ID: freshPart(*parts)})
			return fmt.Sprintf("%s.%d.title.vi", name, len(*parts)-1)
		}
		return ""
	}
	if len(at) == 1 {
		return moved(parts, verb, at[0], name, name+".add")
	}
	if at[0] < 0 || at[0] >= len(*parts) {
		return ""
	}
	courses, under := &(*parts)[at[0]].Courses, fmt.Sprintf("%s.%d", name, at[0])
	if len(at) == 2 {
		return moved(courses, verb, at[1], under+".courses", under+".add")
	}
	if at[1] < 0 || at[1] >= len(*courses) {
		return ""
	}
	under = fmt.Sprintf("%s.courses.%d", under, at[1])
	return moved(&(*courses)[at[1]].Equivalents, verb, at[2], under+".equivalents", under+".add")
}

// moved moves or drops an entry of a list whose elements are named under, or goes on at its field for more.
func moved[T any](list *[]T, verb string, i int, under, more string) (focus string) {
	if i < 0 || i >= len(*list) {
		return ""
	}
	to := i
	switch verb {
	case stepMore:
		return fmt.Sprintf("%s.%d.add", under, i)
	case stepDrop:
		*list = slices.Delete(*list, i, i+1)
		return more
	case stepUp:
		to = max(i-1, 0)
	case stepDown:
		to = min(i+1, len(*list)-1)
	default:
		return ""
	}
	(*list)[i], (*list)[to] = (*list)[to], (*list)[i]
	return fmt.Sprintf("%s.%d.%s", under, to, verb)
}

// freshPart is an id that no part of the list has.
func freshPart(parts []events.ProgrammePart) string {
	for n := 1; ; n++ {
		id := "p" + strconv.Itoa(n)
		if !slices.ContainsFunc(parts, func(p events.ProgrammePart) bool { return p.ID == id }) {
			return id
		}
	}
}
