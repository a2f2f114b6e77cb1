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
		"the same":     {doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969"), true, "NEW-1|Nguyễn Thị Hòa|x@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
		"another":      {doubtful("Nguyễn Thị Hòa", "x@mayngan.example", "1969"), false, "C-1|Nguyễn Thị Hoà|hoa@mayngan.example|1969|MN-XA|clerk|learner@ NEW-1|Nguyễn Thị Hòa|x@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
		"same address": {doubtful("Nguyễn Hoa", "hoa@mayngan.example", "1969"), true, "NEW-1|Nguyễn Hoa|hoa@mayngan.example|1969|MN-SO|officer|learner@;trainer@", Changes{Same: 1}},
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
		if _, people := h.directory(); !strings.Contains(strings.Join(people, " "), "NEW-1|Nguyễn Thị Hòa|x@mayngan.example|1969") {
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
