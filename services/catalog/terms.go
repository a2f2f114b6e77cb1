package catalog

import (
	"context"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
	"khuevan/platform/readmodel"
)

// Bounds of who approves and what comes before.
const (
	maxApprovers = 2
	maxRequires  = 10
)

// approvers says who approves, in order, when a person asks for a course; ["open"] asks nobody, and none lets nobody ask.
type approvers []string

// UnmarshalYAML takes a list, or a single word; an empty list is an open course.
func (a *approvers) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*a = approvers{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	if len(list) == 0 {
		list = []string{events.EnrolmentOpen}
	}
	*a = list
	return nil
}

func (c checker) approvers(list approvers) {
	if len(list) > maxApprovers {
		c.add(at("enrolment"), "Tối đa %d bước duyệt.", "At most %d steps of approval.", maxApprovers)
	}
	for i, who := range list {
		open := who == events.EnrolmentOpen && len(list) == 1
		if !open && who != events.ApproverHead && who != events.ApproverTrainer || slices.Contains(list[:i], who) {
			c.add(at("enrolment", i), "Không dùng được “%s” ở đây; enrolment là open, hoặc danh sách gồm head và trainer, mỗi giá trị một lần.",
				"“%s” cannot stand here; enrolment is open, or a list of head and trainer, each once.", who)
		}
	}
}

func (c checker) requires(code string, list []string) {
	if len(list) > maxRequires {
		c.add(at("requires"), "Tối đa %d khóa học cần học trước.", "At most %d courses to be completed before.", maxRequires)
	}
	for i, course := range list {
		c.id(at("requires", i), "requires", course)
		if course == code || slices.Contains(list[:i], course) {
			c.add(at("requires", i), "Khóa học “%s” là chính khóa này hoặc đã nêu ở trên; hãy bỏ dòng này.",
				"The course “%s” is this one or stands above already; take the line out.", course)
		}
	}
}

// refusePrerequisites notes courses to be completed before that are not on offer, and those that in turn ask for this one.
// Two trainers who publish at the same moment can still close a circle; its courses then open for nobody until one is
// published again, and the page of each says what it waits for.
func (a api) refusePrerequisites(ctx context.Context, b bundle) error {
	content := b.content
	if len(content.Requires) == 0 {
		return nil
	}
	if err := a.Await(ctx, a.view.projection, readmodel.Present); err != nil {
		return err
	}
	all, err := a.view.list(ctx)
	if err != nil {
		return err
	}
	offered := map[string]CourseCard{}
	for _, c := range all {
		offered[c.Course] = c
	}
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(b.manifest), &root); err != nil {
		return err
	}
	var p problems
	for i, course := range content.Requires {
		line := lineOf(&root, "requires", i)
		c, known := offered[course]
		circle := circleTo(content.Course, course, offered)
		switch {
		case !known:
			p.add(courseFile, line, "Không có khóa học “%s” trong danh mục; hãy sửa mã hoặc xuất bản khóa học đó trước.",
				"There is no course “%s” in the catalogue; correct the code or publish that course first.", course)
		case c.Withdrawn:
			p.add(courseFile, line, "Khóa học “%s” đã được rút; hãy bỏ dòng này hoặc mở lại khóa học đó.",
				"The course “%s” is withdrawn; take the line out or offer that course again.", course)
		case circle != nil:
			p.add(courseFile, line, "Các khóa học chờ nhau thành vòng: %s. Hãy bỏ một trong các điều kiện này.",
				"The courses wait for each other in a circle: %s. Take one of these conditions out.", strings.Join(append([]string{content.Course}, circle...), " → "))
		}
	}
	return p.refusal()
}

// circleTo is the way from a course through what it requires back to the target; nil where there is none.
func circleTo(target, from string, offered map[string]CourseCard) []string {
	seen := map[string]bool{}
	var walk func(at string) []string
	walk = func(at string) []string {
		if at == target {
			return []string{at}
		}
		if seen[at] {
			return nil
		}
		seen[at] = true
		for _, next := range offered[at].Requires {
			if rest := walk(next); rest != nil {
				return append([]string{at}, rest...)
			}
		}
		return nil
	}
	return walk(from)
}
