package directory

import (
	"context"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"khuevan/platform/fault"
)

// undoes takes an import back.
func (h *house) undoes(id string) ImportState {
	if _, err := h.undoImport(admin(), ImportRequest{Import: id}); err != nil {
		h.t.Fatalf("undo: %v", err)
	}
	return h.works(id)
}

// works lets the loop do what is left, and shows an import.
func (h *house) works(id string) ImportState {
	if err := h.workOnce(context.Background(), true); err != nil {
		h.t.Fatalf("work: %v", err)
	}
	if err := h.catchUp(context.Background()); err != nil {
		h.t.Fatalf("%v", err)
	}
	got, err := h.getImport(admin(), ImportRequest{Import: id})
	if err != nil {
		h.t.Fatalf("%v", err)
	}
	return got
}

// An import that is taken back leaves the directory as it was, and can be taken over again.
func TestImportAndUndoIsAsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHouse(t, true)
		defer h.stop()
		h.takes(filesOf(t, drawUnits(t, true), drawPeople(t)))
		units, people := h.directory()
		next := filesOf(t, drawUnits(t, false), drawPeople(t))
		_, done := h.takes(next)
		afterUnits, afterPeople := h.directory()
		if done.Import == "" {
			return
		}
		if got := h.undoes(done.Import); got.Phase != phaseUndone || got.KeptCount != 0 {
			t.Fatalf("undone: %+v", got)
		}
		if u, p := h.directory(); !reflect.DeepEqual(u, units) || !reflect.DeepEqual(p, people) {
			t.Fatalf("before:\n%q\n%q\nafter the undoing:\n%q\n%q", units, people, u, p)
		}
		h.takes(next)
		if u, p := h.directory(); !reflect.DeepEqual(u, afterUnits) || !reflect.DeepEqual(p, afterPeople) {
			t.Fatalf("first:\n%q\n%q\nagain:\n%q\n%q", afterUnits, afterPeople, u, p)
		}
	})
}

func TestAWholeProvinceIsTakenBack(t *testing.T) {
	h := home(t)
	_, done := h.takes(ImportFiles{Units: province, People: staff})
	got := h.undoes(done.Import)
	if got.Phase != phaseUndone || got.KeptCount != 0 || got.CanUndo {
		t.Fatalf("got %+v", got)
	}
	h.says(t, nil, nil)
	facts := len(h.journal.All())
	if got := h.undoes(done.Import); got.Phase != phaseUndone || len(h.journal.All()) != facts {
		t.Errorf("undone twice: %+v, %d more facts", got, len(h.journal.All())-facts)
	}
	if _, err := h.undoImport(admin(), ImportRequest{Import: "i-none"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("undid what is not there: %v", err)
	}
}

func TestWhatWasChangedSinceIsKeptAndListed(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province})
	_, done := h.takes(ImportFiles{Units: unitsCSV("MN-A,Phòng A,division,MN-SO,2025-07-01", "MN-B,Phòng B,division,MN-SO,2025-07-01"),
		People: peopleCSV("C-1,Nguyễn Lan,lan@mayngan.example,1969,MN-A,clerk,learner", "C-2,Trần Minh,minh@mayngan.example,,MN-B,clerk,learner")})
	h.takes(ImportFiles{People: peopleCSV("C-1,Nguyễn Thị Lan,lan@mayngan.example,1969,MN-A,clerk,learner")})
	got := h.undoes(done.Import)
	if got.KeptCount != 2 || len(got.Kept) != 2 || got.Kept[0].Code != "MN-A" || got.Kept[1].Name != "Nguyễn Thị Lan" {
		t.Fatalf("kept %+v", got)
	}
	h.says(t, []string{"MN-A|Phòng A|division|MN-SO|2025-07-01|1", "MN-SO|Sở Khoa học|department|MN|2025-07-01|0", "MN-XA|Xã Đỉnh Mây|commune|MN|2025-07-01|0", "MN|Tỉnh Mây Ngàn|province||2025-07-01|0"},
		[]string{"C-1|Nguyễn Thị Lan|lan@mayngan.example|1969|MN-A|clerk|learner@"})
}

// Wherever an import is cut off once its plan is whole, the loop ends it; and likewise its undoing.
func TestAnImportThatWasCutOffIsEndedByTheLoop(t *testing.T) {
	f := ImportFiles{Units: province, People: staff}
	whole := home(t)
	whole.takes(f)
	wantUnits, wantPeople := whole.directory()
	for after := range 7 {
		h := home(t)
		preview, err := h.previewImport(admin(), f)
		must(t, err)
		started, err := h.startImport(admin(), ConfirmImportRequest{ImportFiles: f, Digest: preview.Digest})
		must(t, err)
		if units, people := h.directory(); len(units)+len(people) != 0 {
			t.Fatalf("started, and there is %q %q", units, people)
		}
		h.d.Journal = &breaking{record: h.journal, left: after}
		if err := h.carryOut(context.Background(), started.Import); err == nil {
			t.Fatalf("was not cut off after %d", after)
		}
		h.d.Journal = h.journal
		if got := h.works(started.Import); got.Phase != phaseDone || got.Percent != 100 {
			t.Fatalf("cut off after %d: %+v", after, got)
		}
		h.says(t, wantUnits, wantPeople)
		_, err = h.undoImport(admin(), ImportRequest{Import: started.Import})
		must(t, err)
		h.d.Journal = &breaking{record: h.journal, left: after}
		if err := h.takeBack(context.Background(), started.Import); err == nil {
			t.Fatalf("the undoing was not cut off after %d", after)
		}
		h.d.Journal = h.journal
		if got := h.works(started.Import); got.Phase != phaseUndone || got.KeptCount != 0 {
			t.Fatalf("the undoing was cut off after %d: %+v", after, got)
		}
		h.says(t, nil, nil)
	}
}

// Two processes that import the same new people at once make each of them once.
func TestTwoImportsOfTheSamePeopleMeet(t *testing.T) {
	h := home(t)
	f := ImportFiles{Units: province, People: staff}
	other := newService(h.d)
	other.readModel = h.readModel
	for _, s := range []*service{h.service, other} {
		p, _, err := s.planImport(admin(), f)
		must(t, err)
		if _, err := s.startImport(admin(), ConfirmImportRequest{ImportFiles: f, Digest: p.digest}); err != nil {
			t.Fatal(err)
		}
	}
	must(t, h.workOnce(context.Background(), true))
	if units, people := h.directory(); len(units) != 3 || len(people) != 3 {
		t.Errorf("%q %q", units, people)
	}
	n := 0
	must(t, h.catchUp(context.Background()))
	all, err := h.all(context.Background())
	must(t, err)
	for _, same := range all.mails {
		n += len(same)
	}
	if n != 3 {
		t.Errorf("%d people, want 3", n)
	}
}

func TestChosenColumnsAreRememberedForTheSameHeadings(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province})
	data := []byte("Số,Họ tên,Thư,Nơi làm,Chức danh\nC-1,A,b@c.example,MN-SO,clerk\n")
	chosen := map[string]string{"code": "Số", "name": "Họ tên", "email": "Thư", "unit": "Nơi làm", "post": "Chức danh"}
	preview, err := h.previewImport(admin(), ImportFiles{PeopleFile: &ImportFile{Data: data}})
	must(t, err)
	if preview.People.Bad != 1 {
		t.Fatalf("got %+v", preview)
	}
	h.takes(ImportFiles{PeopleFile: &ImportFile{Data: data, Columns: chosen}})
	later := []byte("SỐ;họ TÊN;Thư;Nơi làm;Chức danh\nC-2;B;c@c.example;MN-SO;clerk\n")
	preview, _ = h.takes(ImportFiles{PeopleFile: &ImportFile{Data: later}})
	if preview.People.New != 1 || !preview.Files[0].Remembered {
		t.Errorf("got %+v", preview)
	}
}
