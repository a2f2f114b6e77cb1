package directory

import (
	"context"
	"errors"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/keyring"
)

func doubtful(name, email, year string) ImportFiles {
	return ImportFiles{People: peopleCSV("NEW-1," + name + "," + email + "," + year + ",MN-SO,officer,trainer")}
}

func TestARowThatMaySpeakOfSomebodyKnownWaitsForADecision(t *testing.T) {
	for name, c := range map[string]struct {
		file ImportFiles
		why  string // "" for no doubt
	}{
		"the same name and year":  {doubtful("Nguyễn Thị Hoà", "x@mayngan.example", "1969"), whyName},
		"the tone mark elsewhere": {doubtful("NGUYỄN THỊ HÒA", "x@mayngan.example", "1969"), whyName},
		"decomposed":              {doubtful("Nguyê\u0303n Thi\u0323 Hoa\u0300", "x@mayngan.example", "1969"), whyName},
		"another year":            {doubtful("Nguyễn Thị Hoà", "x@mayngan.example", "1970"), ""},
		"no year":                 {doubtful("Nguyễn Thị Hoà", "x@mayngan.example", ""), ""},
		"the same address":        {doubtful("Lê Ai", "HOA@mayngan.example", "1980"), whyEmail},
		"both stand in one file":  {ImportFiles{People: doubtful("Nguyễn Thị Hoà", "x@mayngan.example", "1969").People + "C-1,Nguyễn Thị Hoà,hoa@mayngan.example,1969,MN-XA,clerk,learner\n"}, ""},
	} {
		h := home(t)
		h.takes(ImportFiles{Units: province, People: peopleCSV("C-1,Nguyễn Thị Hoà,hoa@mayngan.example,1969,MN-XA,clerk,learner")})
		preview, done := h.takes(c.file)
		want := 0
		if c.why != "" {
			want = 1
		}
		if preview.People.Doubtful != want || preview.People.New != 1-want || done.People.Doubtful != want {
			t.Errorf("%s: %+v", name, preview.People)
			continue
		}
		queue, err := h.listDoubts(admin(), ListDoubtsRequest{})
		must(t, err)
		if len(queue.Items) != want || want == 1 && (queue.Items[0].Why != c.why || queue.Items[0].Row.Code != "NEW-1" || queue.Items[0].Known[0].Code != "C-1") {
			t.Errorf("%s: queue %+v", name, queue)
		}
		facts := len(h.journal.All())
		if h.takes(c.file); len(h.journal.All()) != facts {
			t.Errorf("%s: the same file again wrote %d facts", name, len(h.journal.All())-facts)
		}
	}
}

func TestDecisionsAboutIdentity(t *testing.T) {
	for name, c := range map[string]struct {
		file  ImportFiles
		same  bool
		wants string
		again Changes // what the same file would do afterwards
	}{
		"the same":     {doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969"), true, "C-1|Nguyễn Thị Hòa|x@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
		"another":      {doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969"), false, "C-1|Nguyễn Thị Hoà|hoa@mayngan.example|1969|MN-XA|clerk|learner@ NEW-1|Nguyễn Thị Hòa|x@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
		"same address": {doubtful("Nguyễn Hoa", "hoa@mayngan.example", "1969"), true, "C-1|Nguyễn Hoa|hoa@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
		"not that one": {doubtful("Lê Ai", "hoa@mayngan.example", "1980"), false, "C-1|Nguyễn Thị Hoà|hoa@mayngan.example|1969|MN-XA|clerk|learner@", Changes{Bad: 1}},
	} {
		h := home(t)
		h.takes(ImportFiles{Units: province, People: peopleCSV("C-1,Nguyễn Thị Hoà,hoa@mayngan.example,1969,MN-XA,clerk,learner")})
		h.takes(c.file)
		queue, err := h.listDoubts(admin(), ListDoubtsRequest{})
		must(t, err)
		req := DecideIdentityRequest{Candidate: queue.Items[0].Candidate}
		if c.same {
			req.Person = queue.Items[0].Known[0].Person
		}
		if _, err := h.decideIdentity(admin(), DecideIdentityRequest{Candidate: req.Candidate, Person: "p-none"}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: decided for somebody who was never meant: %v", name, err)
		}
		for range 2 {
			if _, err := h.decideIdentity(admin(), req); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if _, people := h.directory(); strings.Join(people, " ") != c.wants {
			t.Errorf("%s: %q", name, people)
		}
		if queue, err := h.listDoubts(admin(), ListDoubtsRequest{}); err != nil || len(queue.Items) != 0 {
			t.Errorf("%s: still in the queue: %+v, %v", name, queue, err)
		}
		if preview, _ := h.takes(c.file); preview.People != c.again {
			t.Errorf("%s: again %+v", name, preview.People)
		}
	}
}

// reacts lets the service hear all facts, those that it makes itself included.
func (h *house) reacts() {
	for heard := 0; heard < len(h.journal.All()); heard++ {
		r := h.journal.All()[heard]
		for _, react := range []func(context.Context, eventsource.Recorded) ([]eventsource.Request, error){h.destroyKey, h.endDoubts} {
			orders, err := react(context.Background(), r)
			if err != nil {
				h.t.Fatalf("%s: %v", r.Event.EventType(), err)
			}
			for _, order := range orders {
				if _, err := order.Do(context.Background(), h.journal, eventsource.Meta{Cause: r.Stream, Time: h.clock.Now()}); err != nil {
					h.t.Fatalf("%s: %v", r.Event.EventType(), err)
				}
			}
		}
	}
	if err := h.catchUp(context.Background()); err != nil {
		h.t.Fatalf("%v", err)
	}
}

// doubted is a house with one row in doubt, and that row.
func doubted(t *testing.T) (*house, events.IdentityDoubted, string) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: peopleCSV("C-1,Nguyễn Thị Hoà,hoa@mayngan.example,1969,MN-XA,clerk,learner")})
	_, done := h.takes(doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969"))
	for _, r := range h.journal.All() {
		if e, ok := r.Event.(events.IdentityDoubted); ok {
			return h, e, done.Import
		}
	}
	t.Fatal("nobody is in doubt")
	return nil, events.IdentityDoubted{}, ""
}

// gone fails unless the row is unreadable and no longer in the queue.
func (h *house) gone(t *testing.T, row events.IdentityDoubted) {
	t.Helper()
	if name, err := h.keys.Reveal(context.Background(), row.Key, "name", string(row.Name)); !errors.Is(err, keyring.ErrDestroyed) {
		t.Errorf("the row can still be read: %q, %v", name, err)
	}
	if queue, err := h.listDoubts(admin(), ListDoubtsRequest{}); err != nil || len(queue.Items) != 0 || queue.Total != 0 {
		t.Errorf("still in the queue: %+v, %v", queue, err)
	}
}

func TestTheKeyOfADecidedRowIsDestroyed(t *testing.T) {
	for _, same := range []bool{true, false} {
		h, row, _ := doubted(t)
		h.reacts()
		if name, err := h.keys.Reveal(context.Background(), row.Key, "name", string(row.Name)); err != nil || name != "Nguyễn Thị Hòa" {
			t.Fatalf("before the decision: %q, %v", name, err)
		}
		req := DecideIdentityRequest{Candidate: row.Candidate}
		if same {
			req.Person = row.Persons[0]
		}
		_, err := h.decideIdentity(admin(), req)
		must(t, err)
		h.reacts()
		h.gone(t, row)
		if _, people := h.directory(); !strings.Contains(strings.Join(people, " "), "|Nguyễn Thị Hòa|x@mayngan.example|1969") {
			t.Errorf("same %v: what the row said is lost: %q", same, people)
		}
	}
}

func TestWhoeverIsErasedIsErasedFromRowsInDoubt(t *testing.T) {
	h, row, _ := doubted(t)
	must(t, func() error {
		_, err := h.erasePerson(admin(), ErasePersonRequest{Person: row.Persons[0], Reason: erasedOnRequest, Confirm: "C-1"})
		return err
	}())
	h.reacts()
	h.gone(t, row)
	if _, err := h.decideIdentity(admin(), DecideIdentityRequest{Candidate: row.Candidate}); err != nil {
		t.Errorf("deciding late: %v", err)
	}
	if _, people := h.directory(); strings.Contains(strings.Join(people, " "), "NEW-1") {
		t.Errorf("a dropped row was registered: %q", people)
	}
}

// A row that is raised while somebody whom it may be is erased, is dropped when it is heard of.
func TestARowRaisedAfterTheErasureIsDropped(t *testing.T) {
	h, row, _ := doubted(t)
	must(t, func() error {
		_, err := h.erasePerson(admin(), ErasePersonRequest{Person: row.Persons[0], Reason: erasedOnRequest, Confirm: "C-1"})
		return err
	}())
	orders, err := h.endDoubts(context.Background(), eventsource.Recorded{Fact: eventsource.Fact{Event: row}})
	must(t, err)
	if len(orders) != 1 {
		t.Fatalf("%d orders", len(orders))
	}
}

func TestUndoingAnImportTakesItsRowsOutOfTheQueue(t *testing.T) {
	h, row, id := doubted(t)
	if got := h.undoes(id); got.Phase != phaseUndone {
		t.Fatalf("got %+v", got)
	}
	h.reacts()
	h.gone(t, row)
	if preview, _ := h.takes(doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969")); preview.People.Doubtful != 1 {
		t.Errorf("the file again: %+v", preview.People)
	}
	if queue, err := h.listDoubts(admin(), ListDoubtsRequest{}); err != nil || len(queue.Items) != 1 || queue.Items[0].Row.Name != "Nguyễn Thị Hòa" {
		t.Errorf("the file again: %+v, %v", queue, err)
	}
}

// The same person keeps the known code unless it is asked for otherwise, and the file goes on meaning her.
func TestTheSamePersonKeepsTheKnownCode(t *testing.T) {
	for _, newCode := range []bool{false, true} {
		h, fact, _ := doubted(t)
		person := fact.Persons[0]
		if _, err := h.decideIdentity(admin(), DecideIdentityRequest{Candidate: fact.Candidate, Person: person, NewCode: newCode}); err != nil {
			t.Fatal(err)
		}
		want := "C-1"
		if newCode {
			want = "NEW-1"
		}
		if _, people := h.directory(); len(people) != 1 || !strings.HasPrefix(people[0], want+"|") {
			t.Errorf("new code %v: %q", newCode, people)
		}
		changed := doubtful("Nguyễn Thị Hoà", "z@mayngan.example", "1969")
		if preview, _ := h.takes(changed); preview.People != (Changes{Changed: 1}) {
			t.Errorf("new code %v: the file's next state %+v", newCode, preview.People)
		}
		if newCode {
			continue
		}
		both := ImportFiles{People: changed.People + "C-1,Nguyễn Thị Hoà,hoa@mayngan.example,1969,MN-XA,clerk,learner\n"}
		if preview, err := h.previewImport(admin(), both); err != nil || preview.People.Bad != 2 {
			t.Errorf("two rows about her: %+v, %v", preview.People, err)
		}
	}
}

// Taking an import back takes back what was decided about its rows, too; asked again, it is in doubt again.
func TestAnUndoneImportUndoesWhatWasDecidedAboutIt(t *testing.T) {
	for name, same := range map[string]bool{"the same": true, "another": false} {
		h, fact, _ := doubted(t)
		person := fact.Persons[0]
		units, people := h.directory()
		req := DecideIdentityRequest{Candidate: fact.Candidate, NewCode: same}
		if same {
			req.Person = person
		}
		if _, err := h.decideIdentity(admin(), req); err != nil {
			t.Fatal(err)
		}
		if got := h.works(fact.Import); got.Waiting != 0 || got.Decided != 1 {
			t.Errorf("%s: decided %+v", name, got)
		}
		if got := h.undoes(fact.Import); got.Phase != phaseUndone || got.KeptCount != 0 || got.Waiting+got.Decided != 0 {
			t.Errorf("%s: undone %+v", name, got)
		}
		h.says(t, units, people)
		if _, done := h.takes(doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969")); done.People.Doubtful != 1 {
			t.Errorf("%s: again %+v", name, done.People)
		}
	}
}

// What somebody changed after the decision is kept, and told.
func TestAnUndoneImportKeepsWhatWasChangedAfterTheDecision(t *testing.T) {
	h, fact, _ := doubted(t)
	person := fact.Persons[0]
	if _, err := h.decideIdentity(admin(), DecideIdentityRequest{Candidate: fact.Candidate, Person: person}); err != nil {
		t.Fatal(err)
	}
	h.takes(ImportFiles{People: peopleCSV("C-1,Nguyễn Thị Hoài,x@mayngan.example,1969,MN-SO,officer,trainer")})
	if got := h.undoes(fact.Import); got.KeptCount != 1 || got.Kept[0].Name != "Nguyễn Thị Hoài" {
		t.Errorf("%+v", got)
	}
}

func TestACodeIsCorrected(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	lan, _, err := h.byKey(t.Context(), "code", h.codeKey("C-1"))
	must(t, err)
	for code, want := range map[string]fault.Kind{"c-2": fault.Conflict, "không": fault.Invalid, "": fault.Invalid} {
		if _, err := h.correctCode(admin(), CorrectCodeRequest{Person: lan.ID, Code: code}); !fault.Is(err, want) {
			t.Errorf("%q: %v", code, err)
		}
	}
	if _, err := h.correctCode(admin(), CorrectCodeRequest{Person: "p-none", Code: "C-9"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("nobody: %v", err)
	}
	for range 2 {
		if _, err := h.correctCode(admin(), CorrectCodeRequest{Person: lan.ID, Code: " c-9 "}); err != nil {
			t.Fatal(err)
		}
	}
	must(t, h.catchUp(t.Context()))
	if _, found, err := h.byKey(t.Context(), "code", h.codeKey("C-9")); !found || err != nil {
		t.Errorf("not found by the new code: %v", err)
	}
	if _, found, _ := h.byKey(t.Context(), "code", h.codeKey("C-1")); found {
		t.Error("still found by the old code")
	}
}

// Files may say what the pages say.
func TestFilesSpeakAsThePagesDo(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: unitsCSV("MN,Tỉnh Mây Ngàn,Tỉnh,,01/07/2025", "MN-SO,Sở Khoa học,sở,Tỉnh Mây Ngàn,2025-07-01", "MN-XA,Xã Đỉnh Mây,XÃ,mn,2025-07-01", "MN-XB,Xã Đỉnh Mây,xã,mn,2025-07-01"),
		People: peopleCSV("C-1,Nguyễn Lan,lan@mayngan.example,1969,sở khoa học,chuyên viên,Cán bộ học viên; Thủ trưởng đơn vị", "C-2,Trần Minh,minh@mayngan.example,1970,MN-XA,Va\u0306n thư,")})
	h.says(t, []string{"MN-SO|Sở Khoa học|department|MN|2025-07-01|1", "MN-XA|Xã Đỉnh Mây|commune|MN|2025-07-01|1", "MN-XB|Xã Đỉnh Mây|commune|MN|2025-07-01|0", "MN|Tỉnh Mây Ngàn|province||2025-07-01|0"},
		[]string{"C-1|Nguyễn Lan|lan@mayngan.example|1969|MN-SO|officer|head@MN-SO;learner@", "C-2|Trần Minh|minh@mayngan.example|1970|MN-XA|clerk|learner@"})
	preview, err := h.previewImport(admin(), ImportFiles{People: peopleCSV("C-3,A B,a@mayngan.example,,Xã Đỉnh Mây,clerk,", "C-4,B C,b@mayngan.example,,MN-SO,văn thu,", "C-5,C D,c@mayngan.example,,MN-SO,trưởng ban bầu cử,", ",D E,d@mayngan.example,,,clerk,head trainer")})
	must(t, err)
	var said []string
	for _, p := range preview.Problems {
		said = append(said, p.Vi)
	}
	got := strings.Join(said, "\n")
	for _, want := range []string{"Có nhiều đơn vị tên “Xã Đỉnh Mây”. Hãy ghi mã: MN-XA; MN-XB.", "Không có chức vụ “văn thu”. Có phải là “Văn thư”? Các giá trị: Cấp trưởng;", "Không có chức vụ “trưởng ban bầu cử”. Các giá trị", "Thiếu đơn vị công tác", "Không có vai trò “head trainer”"} {
		if !strings.Contains(got, want) {
			t.Errorf("no word of %q in\n%s", want, got)
		}
	}
}

// A code that was somebody's before it was corrected is free for somebody new.
func TestAnOldCodeIsFreeForSomebodyNew(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	lan, _, err := h.byKey(t.Context(), "code", h.codeKey("C-1"))
	must(t, err)
	_, err = h.correctCode(admin(), CorrectCodeRequest{Person: lan.ID, Code: "C-9"})
	must(t, err)
	file := ImportFiles{People: peopleCSV("C-1,Vũ Gió,gio@mayngan.example,1980,MN-SO,clerk,learner")}
	h.takes(file)
	if _, people := h.directory(); !strings.Contains(strings.Join(people, " "), "C-1|Vũ Gió") || len(people) != 4 {
		t.Errorf("%q", people)
	}
	if preview, _ := h.takes(file); preview.People != (Changes{Same: 1}) {
		t.Errorf("again: %+v", preview.People)
	}
}

// A code that somebody else has come to have in the meantime is given to nobody.
func TestADecisionGivesNobodyTheCodeOfSomebodyElse(t *testing.T) {
	for _, same := range []bool{true, false} {
		h, fact, _ := doubted(t)
		h.takes(ImportFiles{People: peopleCSV("C-5,Vũ Gió,gio@mayngan.example,1980,MN-SO,clerk,learner")})
		other, _, err := h.byKey(t.Context(), "code", h.codeKey("C-5"))
		must(t, err)
		_, err = h.correctCode(admin(), CorrectCodeRequest{Person: other.ID, Code: "NEW-1"})
		must(t, err)
		req := DecideIdentityRequest{Candidate: fact.Candidate, NewCode: true}
		if same {
			req.Person = fact.Persons[0]
		}
		if _, err = h.decideIdentity(admin(), req); !fault.Is(err, fault.Conflict) {
			t.Errorf("same %v: %v", same, err)
		}
	}
}

// What stays with an import says what is wrong, and nothing of what stands in the row, whatever signs are in it.
func TestTheProblemsOfAnImportStayWithoutWhatWasCited(t *testing.T) {
	h := home(t)
	_, done := h.takes(ImportFiles{Units: province, People: peopleCSV("C-1,Nguyễn Lan,lan@mayngan.example,1969,A” Bùi “Bí Mật” x,clerk,", "C-2,Trần Minh,minh@mayngan.example,,MN-SO,clerk,")})
	for _, r := range h.journal.All() {
		e, ok := r.Event.(events.ImportPlanned)
		for _, p := range e.Problems {
			if ok && (strings.Contains(p.Say.Vi+p.Say.En, "Mật") || strings.Contains(p.Say.Vi+p.Say.En, " x")) {
				t.Errorf("in clear in the fact: %s", p.Say.Vi)
			}
		}
	}
	if got := h.works(done.Import); len(got.Problems) != 1 || got.Problems[0].Line != 2 || got.Problems[0].Column != "unit" || got.Problems[0].Vi == "" {
		t.Errorf("%+v", got.Problems)
	}
}
