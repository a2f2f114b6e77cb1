package catalog

import (
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
)

// manifest is course.yaml.
type manifest struct {
	Code           string           `yaml:"code"`
	Title          words            `yaml:"title"`
	Summary        words            `yaml:"summary"`
	Hours          int              `yaml:"hours"`
	Language       string           `yaml:"language"`
	Tags           []string         `yaml:"tags"`
	Lessons        []manifestLesson `yaml:"lessons"`
	Quiz           manifestQuiz     `yaml:"quiz"`
	ValidityMonths int              `yaml:"validity_months"`
	Enrolment      approvers        `yaml:"enrolment"`
	Requires       []string         `yaml:"requires"`
	Certificate    string           `yaml:"certificate"` // auto (the default), ordered, none
}

type manifestLesson struct {
	ID      string  `yaml:"id"`
	Minutes int     `yaml:"minutes"`
	Title   words   `yaml:"title"`
	Kind    string  `yaml:"kind"`
	File    string  `yaml:"file"`
	Link    string  `yaml:"link"`
	Share   float64 `yaml:"share"`
}

type manifestQuiz struct {
	Items    int     `yaml:"items"`
	Pass     float64 `yaml:"pass"`
	Minutes  int     `yaml:"minutes"`
	Attempts int     `yaml:"attempts"`
}

type words struct {
	Vi string `yaml:"vi"`
	En string `yaml:"en"`
}

func (w words) trimmed() events.Words {
	return events.Words{Vi: strings.TrimSpace(w.Vi), En: strings.TrimSpace(w.En)}
}

// parseManifest reads course.yaml strictly; lessons have no text yet.
func parseManifest(text string, p *problems) events.CoursePublished {
	var m manifest
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	err := d.Decode(&m)
	if err == nil && !errors.Is(d.Decode(&yaml.Node{}), io.EOF) {
		p.add(courseFile, 0, "Tệp chỉ được có một tài liệu YAML; hãy bỏ phần sau dấu “---”.",
			"The file may hold one YAML document only; take out what follows “---”.")
	}
	if err != nil {
		explain(err, p)
		return events.CoursePublished{}
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil {
		explain(err, p)
		return events.CoursePublished{}
	}
	check := checker{root: &root, problems: p}
	check.manifest(m)
	return m.content()
}

func (m manifest) content() events.CoursePublished {
	c := events.CoursePublished{
		Course: m.Code, Title: m.Title.trimmed(), Summary: m.Summary.trimmed(), Hours: m.Hours, Language: m.Language,
		Tags: m.Tags, ValidityMonths: m.ValidityMonths, Certificate: m.Certificate, Quiz: events.Quiz(m.Quiz), Enrolment: m.Enrolment, Requires: m.Requires,
	}
	for _, l := range m.Lessons {
		c.Lessons = append(c.Lessons, l.content())
	}
	return c
}

var (
	yamlLine     = regexp.MustCompile(`line (\d+): (.*)`)
	unknownField = regexp.MustCompile(`^field (.+) not found in type`)
	wrongType    = regexp.MustCompile(`^cannot unmarshal `)
	doubleField  = regexp.MustCompile(`^mapping key "?(.+?)"? already defined at line (\d+)`)
)

// explain turns what the YAML library says into problems with their remedy.
func explain(err error, p *problems) {
	said := []string{err.Error()}
	var several *yaml.TypeError
	if errors.As(err, &several) {
		said = several.Errors
	}
	for _, text := range said {
		line, rest := 0, text
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1]) // digits by the pattern; a number too long for an int is no line
			rest = m[2]
		}
		if errors.Is(err, io.EOF) {
			rest = "the file is empty"
		}
		explainOne(line, rest, p)
	}
}

func explainOne(line int, said string, p *problems) {
	if m := unknownField.FindStringSubmatch(said); m != nil {
		p.add(courseFile, line, "Không có trường “%s”; hãy sửa tên hoặc bỏ dòng này.",
			"There is no field “%s”; correct its name or take the line out.", m[1])
		return
	}
	if m := doubleField.FindStringSubmatch(said); m != nil {
		p.add(courseFile, line, "Trường “%[1]s” đã có ở dòng %[2]s; hãy bỏ một trong hai.",
			"The field “%[1]s” stands at line %[2]s already; take one of them out.", m[1], m[2])
		return
	}
	if wrongType.MatchString(said) {
		p.add(courseFile, line, "Giá trị không đúng kiểu (cần số, chữ, danh sách hay nhóm như trong mẫu): %s.",
			"The value is of the wrong kind (number, text, list or group, as in the example): %s.", said)
		return
	}
	p.add(courseFile, line, "Không đọc được YAML: %s. Hãy xem lại thụt dòng, dấu hai chấm và dấu ngoặc kép.",
		"This cannot be read as YAML: %s. Check indents, colons and quotes.", said)
}

// lineOf is the line where a value of the document stands, or the nearest one around it that exists.
func lineOf(n *yaml.Node, path ...any) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	line := n.Line
	for _, step := range path {
		switch step := step.(type) {
		case string:
			at := 0 // keys and values take turns
			for at < len(n.Content) && n.Content[at].Value != step {
				at += 2
			}
			if n.Kind != yaml.MappingNode || at >= len(n.Content) {
				return line
			}
			line, n = n.Content[at].Line, n.Content[at+1]
		case int:
			if n.Kind != yaml.SequenceNode || step >= len(n.Content) {
				return line
			}
			n = n.Content[step]
			line = n.Line
		}
	}
	return line
}
