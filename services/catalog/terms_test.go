package catalog

import (
	"slices"
	"strings"
	"testing"

	"khuevan/platform/fault"
)

const plainManifest = "code: thu\ntitle: {vi: Thử}\nsummary: {vi: Thử}\nhours: 1\nlanguage: vi\nlessons: [{id: a, minutes: 1, title: {vi: A}}]\n"

func readTerms(more string) (bundle, error) {
	return parseBundle(map[string]string{"course.yaml": plainManifest + more, "lessons/a.md": "Nội dung.\n"}, nil)
}

func TestWhoApprovesIsReadFromTheManifest(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "enrolment: open\n": {"open"}, "enrolment: []\n": {"open"}, "enrolment: [open]\n": {"open"},
		"enrolment: [head]\n": {"head"}, "enrolment: [trainer, head]\n": {"trainer", "head"}, "enrolment: head\n": {"head"},
	} {
		b, err := readTerms(text)
		if err != nil || !slices.Equal(b.content.Enrolment, want) {
			t.Errorf("%q: %v, %v; want %v", text, b.content.Enrolment, err, want)
		}
	}
}

func TestTermsThatMakeNoSenseAreRefusedAtTheirLine(t *testing.T) {
	for text, at := range map[string]string{
		"enrolment: [head, chief]\n":       "course.yaml:7",
		"enrolment: [head, head]\n":        "course.yaml:7",
		"enrolment:\n  - head\n  - open\n": "course.yaml:9",
		"requires: [thu]\n":                "course.yaml:7",
		"requires:\n  - b\n  - b\n":        "course.yaml:9",
		"requires: [B C]\n":                "course.yaml:7",
	} {
		_, err := readTerms(text)
		if !fault.Is(err, fault.Invalid) || fault.Of(err).Fields[0].Name != at {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// What a course says of approval is content: an old package keeps its digest, a changed one is a new version.
func TestTermsAreContent(t *testing.T) {
	plain, _ := readTerms("")
	open, _ := readTerms("enrolment: open\n")
	if plain.content.Digest == open.content.Digest {
		t.Error("the digest does not tell who approves")
	}
}

func TestACircleOfCoursesIsFound(t *testing.T) {
	card := func(requires ...string) CourseCard { return CourseCard{Requires: requires} }
	offered := map[string]CourseCard{"a": card("b", "c"), "b": card("d"), "c": card("d"), "d": card(), "e": card("f"), "f": card("e")}
	for _, c := range []struct{ target, from, want string }{
		{"d", "a", "a b d"}, {"a", "d", ""}, {"x", "a", ""}, {"x", "e", ""}, {"a", "a", "a"},
	} {
		if got := strings.Join(circleTo(c.target, c.from, offered), " "); got != c.want {
			t.Errorf("from %s to %s: %q, want %q", c.from, c.target, got, c.want)
		}
	}
}
