package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
	"khuevan/platform/fault"
)

// frameworkFolder holds the frameworks, a file each, and crosswalkFile what they are to each other.
const (
	frameworkFolder = "frameworks"
	crosswalkFile   = "crosswalks.yaml"
)

// Framework is a list of competencies that somebody decreed, in one version. What is Unsure was not held against its source.
type Framework struct {
	ID           string       `json:"id" yaml:"id"`
	Version      int          `json:"version" yaml:"version"`
	Title        events.Words `json:"title" yaml:"title"`
	Citation     events.Words `json:"citation" yaml:"citation"`
	Unsure       bool         `json:"unsure,omitempty" yaml:"unsure"`
	Competencies []Competency `json:"competencies" yaml:"competencies"`
}

// Competency is what somebody can do.
type Competency struct {
	Code   string       `json:"code" yaml:"code"`
	Level  string       `json:"level" yaml:"level"` // basic, advanced
	Title  events.Words `json:"title" yaml:"title"`
	Unsure bool         `json:"unsure,omitempty" yaml:"unsure"`
}

// Crosswalk says what the competencies of one framework are in another.
type Crosswalk struct {
	From  string `json:"from" yaml:"from"`
	To    string `json:"to" yaml:"to"`
	Pairs []Pair `json:"pairs" yaml:"pairs"`
}

// Pair is one competency and another. How is seen from the first: equivalent, broader (the other covers more), narrower.
type Pair struct {
	From   string `json:"from" yaml:"from"`
	To     string `json:"to" yaml:"to"`
	How    string `json:"how" yaml:"how"`
	Unsure bool   `json:"unsure,omitempty" yaml:"unsure"`
}

// Kinds of pairs.
const (
	pairEquivalent = "equivalent"
	pairBroader    = "broader"
	pairNarrower   = "narrower"
)

// Translate tells which competencies of the other framework somebody has who has these: those that are equivalent to one of
// them or narrower. A broader one is not had by having a part of it. Unsure pairs count for nothing.
func (c Crosswalk) Translate(codes []string) (had []string) {
	for _, p := range c.Pairs {
		if !p.Unsure && p.How != pairBroader && slices.Contains(codes, p.From) && !slices.Contains(had, p.To) {
			had = append(had, p.To)
		}
	}
	slices.Sort(had)
	return had
}

// frameworks are all that ship, by id, with their crosswalks.
type frameworks struct {
	all   []Framework
	walks []Crosswalk
}

var codePattern = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,19}$`)

// readFrameworks reads the frameworks. Every mistake is told with its file; where the library knows the line, with that.
func readFrameworks(fsys fs.FS) (frameworks, error) {
	files, err := fs.ReadDir(fsys, frameworkFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return frameworks{}, nil
	}
	if err != nil {
		return frameworks{}, err
	}
	var f frameworks
	var wrong []error
	for _, file := range files {
		name := path.Join(frameworkFolder, file.Name())
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return frameworks{}, err
		}
		d := yaml.NewDecoder(strings.NewReader(string(text)))
		d.KnownFields(true)
		if file.Name() == crosswalkFile {
			var doc struct {
				Crosswalks []Crosswalk `yaml:"crosswalks"`
			}
			err = d.Decode(&doc)
			f.walks = doc.Crosswalks
		} else {
			var one Framework
			if err = d.Decode(&one); err == nil {
				err = one.check()
				f.all = append(f.all, one)
			}
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", name, err))
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return frameworks{}, err
	}
	seen := map[string]bool{}
	for _, x := range f.all {
		key := fmt.Sprintf("%s, version %d", x.ID, x.Version)
		if seen[key] {
			return frameworks{}, fmt.Errorf("%s: %s stands in two files", frameworkFolder, key)
		}
		seen[key] = true
	}
	slices.SortFunc(f.all, func(a, b Framework) int { return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version)) })
	return f, f.checkWalks()
}

func (f Framework) check() error {
	switch {
	case !idPattern.MatchString(f.ID):
		return fmt.Errorf("id %q: lower-case letters, digits and hyphens, such as cntt-03-2014", f.ID)
	case f.Version < 1:
		return fmt.Errorf("version %d: versions count from 1", f.Version)
	case f.Title.Vi == "" || f.Citation.Vi == "":
		return errors.New("title.vi and citation.vi are needed")
	}
	seen := map[string]bool{}
	for _, c := range f.Competencies {
		switch {
		case !codePattern.MatchString(c.Code):
			return fmt.Errorf("code %q: capital letters and digits, such as IU14", c.Code)
		case seen[c.Code]:
			return fmt.Errorf("%s stands twice", c.Code)
		case c.Title.Vi == "":
			return fmt.Errorf("%s needs its title.vi", c.Code)
		case c.Level != "basic" && c.Level != "advanced":
			return fmt.Errorf("%s: level %q; expected basic or advanced", c.Code, c.Level)
		}
		seen[c.Code] = true
	}
	return nil
}

// checkWalks refuses crosswalks between what is not there.
func (f frameworks) checkWalks() error {
	has := map[string]map[string]bool{}
	for _, x := range f.all {
		has[x.ID] = map[string]bool{}
		for _, c := range x.Competencies {
			has[x.ID][c.Code] = true
		}
	}
	for _, w := range f.walks {
		if has[w.From] == nil || has[w.To] == nil {
			return fmt.Errorf("%s: there is no framework %q or %q", crosswalkFile, w.From, w.To)
		}
		for _, p := range w.Pairs {
			switch {
			case !has[w.From][p.From] || !has[w.To][p.To]:
				return fmt.Errorf("%s: %s has no %q, or %s no %q", crosswalkFile, w.From, p.From, w.To, p.To)
			case !slices.Contains([]string{pairEquivalent, pairBroader, pairNarrower}, p.How):
				return fmt.Errorf("%s: %s → %s: how %q; expected equivalent, broader or narrower", crosswalkFile, p.From, p.To, p.How)
			}
		}
	}
	return nil
}

// find gives a competency by its code.
func (f frameworks) find(code string) (Competency, bool) {
	for _, x := range f.all {
		if i := slices.IndexFunc(x.Competencies, func(c Competency) bool { return c.Code == code }); i >= 0 {
			return x.Competencies[i], true
		}
	}
	return Competency{}, false
}

// refuse names the tags that are no competency of any framework.
func (f frameworks) refuse(tags []string) error {
	why := fault.New(fault.Invalid, "Thẻ năng lực của khóa học không có trong khung năng lực nào.", "A tag of the course is no competency of any framework.")
	for _, tag := range tags {
		if _, ok := f.find(tag); !ok {
			why = why.With(courseFile, "Thẻ “"+tag+"” không có trong khung nào. Các mã: "+f.codes()+".", "No framework has “"+tag+"”. The codes: "+f.codes()+".")
		}
	}
	if len(why.Fields) == 0 {
		return nil
	}
	return why
}

// Frameworks is every framework, and the crosswalks between them.
type Frameworks struct {
	All        []Framework `json:"all"`
	Crosswalks []Crosswalk `json:"crosswalks"`
}

// codes are all codes, for an error that must say what there is.
func (f frameworks) codes() string {
	var all []string
	for _, x := range f.all {
		for _, c := range x.Competencies {
			all = append(all, c.Code)
		}
	}
	return strings.Join(all, ", ")
}
