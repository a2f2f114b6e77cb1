package catalog

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
)

// Bounds of numbers in course.yaml; they catch slips of the pen.
const (
	maxHours    = 400
	maxMinutes  = 600
	maxItems    = 200
	maxAttempts = 100
	maxValidity = 600
	maxTags     = 20
	maxTitle    = 300  // bytes
	maxSummary  = 4000 // bytes
)

var (
	tagPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,39}$`)
	languagePattern = regexp.MustCompile(`^[a-z]{2}$`)
)

// checker notes values of course.yaml that make no course, each at its line.
type checker struct {
	root     *yaml.Node
	problems *problems
}

func (c checker) add(path []any, vi, en string, args ...any) {
	c.problems.add(courseFile, lineOf(c.root, path...), vi, en, args...)
}

func at(path ...any) []any { return path }

func (c checker) manifest(m manifest) {
	c.id(at("code"), "code", m.Code)
	c.words(at("title"), m.Title, maxTitle)
	c.words(at("summary"), m.Summary, maxSummary)
	c.number(at("hours"), "hours", m.Hours, 1, maxHours)
	if !languagePattern.MatchString(m.Language) {
		c.add(at("language"), "language phải là mã hai chữ cái, ví dụ vi.", "language must be a code of two letters, such as vi.")
	}
	c.tags(m.Tags)
	c.lessons(m.Lessons)
	c.quiz(m.Quiz)
	c.number(at("validity_months"), "validity_months", m.ValidityMonths, 0, maxValidity)
	c.approvers(m.Enrolment)
	c.requires(m.Code, m.Requires)
	switch m.Certificate {
	case "", events.CertificateAuto, events.CertificateOrdered, events.CertificateNone:
	default:
		c.add(at("certificate"), "certificate phải là auto (cấp ngay khi hoàn thành), ordered (cấp theo đợt) hoặc none (không cấp).",
			"certificate must be auto (issued on completion), ordered (issued in batches) or none.")
	}
}

func (c checker) id(path []any, name, id string) {
	if !idPattern.MatchString(id) {
		c.add(path, "%[1]s “%[2]s” phải gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa 40 ký tự, ví dụ attt-co-ban.",
			"%[1]s “%[2]s” must be lower-case letters, digits and hyphens, at most 40 characters, such as attt-co-ban.", name, id)
	}
}

func (c checker) words(path []any, w words, limit int) {
	name := path[len(path)-1]
	if strings.TrimSpace(w.Vi) == "" {
		c.add(path, "%[1]v cần có phần tiếng Việt; hãy thêm %[1]v.vi.", "%[1]v needs its Vietnamese text; add %[1]v.vi.", name)
	}
	if len(w.Vi) > limit || len(w.En) > limit {
		c.add(path, "%[1]v dài quá %[2]d byte; hãy viết ngắn hơn.", "%[1]v is longer than %[2]d bytes; shorten it.", name, limit)
	}
}

func (c checker) number(path []any, name string, value, low, high int) {
	if value < low || value > high {
		c.add(path, "%[1]s phải từ %[2]d đến %[3]d.", "%[1]s must be from %[2]d to %[3]d.", name, low, high)
	}
}

func (c checker) tags(tags []string) {
	if len(tags) > maxTags {
		c.add(at("tags"), "Tối đa %d thẻ năng lực.", "At most %d tags.", maxTags)
	}
	for i, tag := range tags {
		if !tagPattern.MatchString(tag) {
			c.add(at("tags", i), "Thẻ “%s” chỉ được gồm chữ cái không dấu, chữ số và dấu gạch nối, ví dụ IU14.",
				"The tag “%s” may hold letters, digits and hyphens only, such as IU14.", tag)
		}
	}
}

func (c checker) lessons(lessons []manifestLesson) {
	if len(lessons) == 0 || len(lessons) > maxLessons {
		c.add(at("lessons"), "Khóa học phải có từ 1 đến %d bài học.", "A course has 1 to %d lessons.", maxLessons)
	}
	seen := map[string]bool{}
	for i, l := range lessons {
		c.id(at("lessons", i, "id"), "id", l.ID)
		if seen[l.ID] {
			c.add(at("lessons", i, "id"), "Mã bài “%s” đã dùng ở trên; hãy đặt mã khác.",
				"The lesson id “%s” is used above already; choose another.", l.ID)
		}
		seen[l.ID] = true
		c.number(at("lessons", i, "minutes"), "minutes", l.Minutes, 1, maxMinutes)
		c.words(at("lessons", i, "title"), l.Title, maxTitle)
		c.kind(i, l)
	}
}

// quiz checks the rules of the examination; a course without one leaves all of them out.
func (c checker) quiz(q manifestQuiz) {
	if q == (manifestQuiz{}) {
		return
	}
	c.number(at("quiz", "items"), "quiz.items", q.Items, 1, maxItems)
	if !(q.Pass > 0 && q.Pass <= 10) {
		c.add(at("quiz", "pass"), "quiz.pass phải lớn hơn 0 và không quá 10 (thang điểm 10).",
			"quiz.pass must be above 0 and at most 10 (marks out of 10).")
	}
	c.number(at("quiz", "minutes"), "quiz.minutes", q.Minutes, 1, maxMinutes)
	c.number(at("quiz", "attempts"), "quiz.attempts", q.Attempts, 0, maxAttempts)
}
