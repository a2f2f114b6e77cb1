package e2e

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
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
	bulkStep   = 1 << 19 // bytes of the record until the next kill, at most; the read models wait for the end of a bulk and tell nothing
	bulkCuts   = 2       // kills that have to leave somebody out
)

// TestKillingTheProcessWhileARuleEnrolsAProvince kills the platform again and again while one rule enrols thousands. In the end
// everybody whom it is about is enrolled once, and nobody else.
func TestKillingTheProcessWhileARuleEnrolsAProvince(t *testing.T) {
	h := open(t, together, true)
	addr := h.url[len("http://"):]
	args := []string{"serve", "-data", h.dir, "-listen", addr, "-demo-empty"}
	trainer, unit := settles(t, h)
	rule := enrolment.AssignCourseRequest{Course: bulkCourse, Unit: unit, DueDays: 30, Audience: events.Audience{Posts: []string{"clerk"}},
		Renewal: events.Renewal{Months: 12, Days: 30}}
	for end := time.Now().Add(patience); ; breathe() { // until enrolment has heard of everybody
		if must[enrolment.AssignPreview](t, trainer, "enrolment/preview-assign", rule).New == bulkPeople {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the preview does not count everybody")
		}
	}
	size := recordSize(t, h)
	must[enrolment.Assigned](t, trainer, "enrolment/assign-course", rule)
	var at []int
	for {
		awaitGrowth(t, h, size, 1+rand.Int64N(bulkStep)) //nolint:gosec // the random moment of the kill
		h.procs[0].kill()
		h.procs = nil
		most := len(enrolledBy(h.journal(t)))
		if most == bulkPeople {
			break
		}
		at = append(at, most)
		h.run("all", nil, args...)
		h.awaitReady(addr)
		size = recordSize(t, h)
	}
	p := h.run("all", nil, args...)
	h.awaitReady(addr)
	awaitEnrolled(t, trainer, bulkPeople)
	p.stop(t)
	for _, wrong := range enrolmentFaults(enrolledBy(h.journal(t)), bulkPeople) {
		t.Error(wrong)
	}
	if len(at) < bulkCuts {
		t.Errorf("only %d kills left somebody out, with %v enrolled; that means too little", len(at), at)
	}
	t.Logf("%d people; killed when so many were enrolled: %v", bulkPeople, at)
}

// settles brings in a province of clerks and a trainer, and publishes a course.
func settles(t *testing.T, h *house) (trainer *client, unit string) {
	t.Helper()
	admin := h.api("DEMO-0001")
	var people strings.Builder
	people.WriteString("code,name,email,birth_year,unit,post,roles\nDEMO-T,Trần Mây Thử,trainer@bulk.example,1980,T,officer,trainer;learner\n")
	for i := range bulkPeople {
		fmt.Fprintf(&people, "HL-%05d,Người Sao Số %d,hl.%05d@bulk.example,%d,T,clerk,learner\n", i, i, i, 1965+i%40)
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
	must[catalog.Published](t, trainer, "catalog/publish-course", catalog.PublishCourseRequest{Files: map[string]string{"lessons/bai.md": "Nội dung.\n",
		"course.yaml": "code: " + bulkCourse + "\ntitle: {vi: Khóa hàng loạt}\nsummary: {vi: Một bài.}\nhours: 1\nlanguage: vi\nlessons: [{id: bai, minutes: 5, title: {vi: Bài duy nhất}}]\n"}})
	units := must[[]directory.Unit](t, trainer, "directory/list-units", struct{}{})
	return trainer, units[slices.IndexFunc(units, func(u directory.Unit) bool { return u.Code == "T" })].ID
}

// awaitGrowth waits until the record on the disk is so many bytes larger.
func awaitGrowth(t *testing.T, h *house, from, bytes int64) {
	t.Helper()
	for end := time.Now().Add(patience); recordSize(t, h) < from+bytes; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the rule does not get on")
		}
	}
}

// recordSize is how large the record is on the disk.
func recordSize(t *testing.T, h *house) (bytes int64) {
	t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // while the server tidies up
			return nil
		}
		if err != nil || filepath.Ext(path) != ".blk" || !strings.Contains(path, "/EVENTS/") {
			return err
		}
		if info, err := e.Info(); err == nil {
			bytes += info.Size()
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// awaitEnrolled waits until the rule shows that it has enrolled so many.
func awaitEnrolled(t *testing.T, trainer *client, people int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		all := must[[]enrolment.Assignment](t, trainer, "enrolment/list-assignments", struct{}{})
		if len(all) == 1 && all[0].Enrolled >= people {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the rule does not get on: %+v", all)
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
