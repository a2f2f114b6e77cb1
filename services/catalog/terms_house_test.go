package catalog_test

import (
	"testing"

	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/services/catalog"
)

func requiring(code, requires string) map[string]string {
	return map[string]string{"lessons/a.md": "Nội dung.\n",
		"course.yaml": "code: " + code + "\ntitle: {vi: Thử}\nsummary: {vi: Thử}\nhours: 1\nlanguage: vi\nlessons: [{id: a, minutes: 1, title: {vi: A}}]\nrequires: [" + requires + "]\n"}
}

func TestCoursesToBeCompletedBeforeAreOnOfferAndNoCircle(t *testing.T) {
	h := run(t)
	minh := trainerAsks{t, h}
	refused := func(files map[string]string) {
		t.Helper()
		_, err := catalog.PublishCourse.Call(h.As("minh", trainer), h.Client, catalog.PublishCourseRequest{Files: files})
		hosttest.Refused(t, err, fault.Invalid)
		if f := fault.Of(err).Fields; len(f) != 1 || f[0].Name != "course.yaml:7" {
			t.Errorf("refused with %+v", f)
		}
	}
	refused(requiring("b", "a"))
	minh.publish(requiring("a", ""))
	minh.publish(requiring("b", "a"))
	last := minh.publish(requiring("c", "b"))
	if cards := minh.list(last.Seq); len(cards) != 3 || len(cards[2].Requires) != 1 {
		t.Errorf("listed %+v", cards)
	}
	refused(requiring("a", "c"))
	if _, err := catalog.WithdrawCourse.Call(h.As("minh", trainer), h.Client, catalog.WithdrawCourseRequest{Course: "c"}); err != nil {
		t.Fatal(err)
	}
	refused(requiring("d", "c"))
}
