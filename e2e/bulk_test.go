package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/services/catalog"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
)

const (
	bulkPeople = 6000
	bulkCourse = "hang-loat"
	bulkCuts   = 4 // kills
	leastCuts  = 2 // that have to leave somebody out: thousands are written in the blink of an eye
)

// TestKillingTheProcessWhileARuleEnrolsAProvince kills the platform again and again while one rule enrols thousands. In the end
// everybody whom it is about is enrolled once, and nobody else.
func TestKillingTheProcessWhileARuleEnrolsAProvince(t *testing.T) {
	h := open(t, together, true)
	trainer, unit := settles(t, h, bulkPeople)
	rule := enrolment.AssignCourseRequest{Course: bulkCourse, Unit: unit, DueDays: 30, Audience: events.Audience{Posts: []string{"clerk"}},
		Renewal: events.Renewal{Months: 12, Days: 30}}
	var made string
	at := h.interrupted(t, func() { made = assigns(t, trainer, rule, bulkPeople) }, events.PersonEnrolled{}, bulkPeople, bulkCuts)
	awaitAssignment(t, trainer, made, func(a enrolment.Assignment) bool { return a.Enrolled >= bulkPeople })
	h.procs[0].stop(t)
	for _, wrong := range enrolmentFaults(enrolledBy(h.journal(t)), bulkPeople) {
		t.Error(wrong)
	}
	if len(at) < leastCuts {
		t.Errorf("only %d kills left somebody out, with %v enrolled; that means too little", len(at), at)
	}
	t.Logf("%d people; killed when so many were enrolled: %v", bulkPeople, at)
}

// assigns makes an assignment once enrolment has heard of everybody whom it is to reach, and gives its id.
func assigns(t *testing.T, trainer *client, req enrolment.AssignCourseRequest, people int) string {
	t.Helper()
	for end := time.Now().Add(patience); ; breathe() {
		if must[enrolment.AssignPreview](t, trainer, "enrolment/preview-assign", req).New == people {
			return must[enrolment.Assigned](t, trainer, "enrolment/assign-course", req).Assignment
		}
		if time.Now().After(end) {
			t.Fatal("the preview does not count everybody")
		}
	}
}

// settles brings in a province of so many clerks and a trainer, and publishes a course.
func settles(t *testing.T, h *house, clerks int) (trainer *client, unit string) {
	t.Helper()
	admin := h.api("DEMO-0001")
	var people strings.Builder
	people.WriteString("code,name,email,birth_year,unit,post,roles\nDEMO-T,Trần Mây Thử,trainer@bulk.example,1980,T,officer,trainer;learner\n")
	for i := range clerks {
		fmt.Fprintf(&people, clerk(i)+",Người Sao Số %d,hl.%05d@bulk.example,%d,T,clerk,learner\n", i, i, 1965+i%40)
	}
	files := directory.ImportFiles{Units: "code,name,kind,parent,established\nT,Tỉnh Hàng Loạt,province,,2025-07-01\n", People: people.String()}
	preview := must[directory.ImportPreview](t, admin, "directory/preview-import", files)
	started := must[directory.ImportStarted](t, admin, "directory/start-import", directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	for end := time.Now().Add(2 * patience); ; breathe() {
		state := must[directory.ImportState](t, admin, "directory/get-import", directory.ImportRequest{Import: started.Import, After: started.Seq})
		if state.Phase == "done" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the import does not end: %+v", state)
		}
	}
	trainer = h.api("DEMO-T")
	publishesSmall(t, trainer, bulkCourse)
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	return trainer, units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Code == "T" })].ID
}

// clerk is the code of the n-th of them.
func clerk(n int) string { return fmt.Sprintf("DEMO-H%05d", n) }

// publishesSmall puts a course of one lesson into the offer.
func publishesSmall(t *testing.T, trainer *client, code string) {
	t.Helper()
	must[catalog.Published](t, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: map[string]string{"lessons/bai.md": "Nội dung.\n",
		"course.yaml": "code: " + code + "\ntitle: {vi: Khóa hàng loạt}\nsummary: {vi: Một bài.}\nhours: 1\nlanguage: vi\nlessons: [{id: bai, minutes: 5, title: {vi: Bài duy nhất}}]\n"}})
}

// awaitAssignment waits until an assignment has come so far.
func awaitAssignment(t *testing.T, trainer *client, id string, far func(enrolment.Assignment) bool) {
	t.Helper()
	for end := time.Now().Add(patience); ; breathe() {
		all := must[[]enrolment.Assignment](t, trainer, "enrolment/list-assignments", struct{}{})
		if slices.ContainsFunc(all, func(a enrolment.Assignment) bool { return a.ID == id && far(a) }) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the assignment does not get on: %+v", all)
		}
	}
}

// enrolledBy are the streams of enrolments that were opened, in the order of the journal.
func enrolledBy(all []recorded) (streams []string) {
	for _, r := range all {
		if r.Type == (events.PersonEnrolled{}).EventType() {
			streams = append(streams, r.Stream)
		}
	}
	return streams
}

// enrolmentFaults finds who was enrolled twice, and whether anybody is missing.
func enrolmentFaults(streams []string, people int) (faults []string) {
	times := map[string]int{}
	for _, s := range streams {
		if times[s]++; times[s] == 2 {
			faults = append(faults, s+" was enrolled twice")
		}
	}
	if len(times) != people {
		faults = append(faults, fmt.Sprintf("%d people are enrolled, want %d", len(times), people))
	}
	return faults
}

func TestTheCheckOfEnrolmentsSeesADoubleAndAGap(t *testing.T) {
	if got := enrolmentFaults([]string{"a", "b", "c"}, 3); len(got) != 0 {
		t.Errorf("all well: %v", got)
	}
	if got := enrolmentFaults([]string{"a", "b", "a", "c"}, 3); len(got) != 1 {
		t.Errorf("a double: %v", got)
	}
	if got := enrolmentFaults([]string{"a", "b"}, 3); len(got) != 1 {
		t.Errorf("a gap: %v", got)
	}
}
