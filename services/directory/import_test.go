package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

var province = unitsCSV("MN,Tỉnh Mây Ngàn,province,,2025-07-01", "MN-SO,Sở Khoa học,department,MN,2025-07-01", "MN-XA,Xã Đỉnh Mây,commune,MN,2025-07-01")

var staff = peopleCSV("C-1,Nguyễn Lan,lan@mayngan.example,1969,MN-XA,clerk,learner",
	"C-2,Trần Minh,minh@mayngan.example,,MN-XA,leader,head;learner",
	"C-3,Bùi Quỳnh,quynh@mayngan.example,1995,MN-SO,it-officer,admin")

func TestAnImportIsPreviewedConfirmedAndRepeatedWithoutEffect(t *testing.T) {
	h := home(t)
	files := ImportFiles{Units: province, People: staff}
	preview, err := h.previewImport(admin(), files)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(h.journal.All()); got != 0 {
		t.Fatalf("the preview wrote %d facts", got)
	}
	if want := (Changes{New: 3}); preview.Units != want || preview.People != want || len(preview.Problems) != 0 {
		t.Fatalf("previewed %+v", preview)
	}
	if got, want := preview.Rows[4], (RowChange{File: "people", Line: 3, Code: "C-2", Name: "Trần Minh", Change: "new"}); len(preview.Rows) != 6 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d rows, the fifth %+v", len(preview.Rows), got)
	}
	if _, err := h.confirmImport(admin(), ConfirmImportRequest{ImportFiles: files, Digest: "other"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("confirmed under a wrong digest: %v", err)
	}
	_, done := h.takes(files)
	wantUnits := []string{"MN-SO|Sở Khoa học|department|MN|2025-07-01|1", "MN-XA|Xã Đỉnh Mây|commune|MN|2025-07-01|2", "MN|Tỉnh Mây Ngàn|province||2025-07-01|0"}
	wantPeople := []string{"C-1|Nguyễn Lan|lan@mayngan.example|1969|MN-XA|clerk|learner@", "C-2|Trần Minh|minh@mayngan.example||MN-XA|leader|head@MN-XA;learner@",
		"C-3|Bùi Quỳnh|quynh@mayngan.example|1995|MN-SO|it-officer|admin@;learner@"}
	h.says(t, wantUnits, wantPeople)
	facts := h.journal.All()
	last := facts[len(facts)-1]
	record, ok := last.Event.(events.ImportConfirmed)
	if !ok || record.Digest != preview.Digest || record.Units != 3 || record.People != 3 || last.Actor != "chief" || done.Seq != last.Seq {
		t.Errorf("the import is recorded as %+v at #%d, answered #%d", last, last.Seq, done.Seq)
	}

	_, done = h.takes(files)
	if want := (Changes{Same: 3}); done.Units != want || done.People != want || len(h.journal.All()) != len(facts) {
		t.Errorf("the second time did %+v and wrote %d facts", done, len(h.journal.All())-len(facts))
	}
	h.says(t, wantUnits, wantPeople)
}

func TestALaterFileChangesWhatDiffers(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	preview, _ := h.takes(ImportFiles{
		Units: unitsCSV("mn-so,Sở Khoa học và Công nghệ,department,mn,2025-07-01", "MN-VP,Văn phòng,division,MN-SO,2026-01-01"),
		People: peopleCSV("c-1,Nguyễn Lan,LAN@mayngan.example,1969,MN-XA,clerk,learner", // same, in another spelling
			"C-2,Trần Minh,minh@mayngan.example,1970,MN-SO,leader,head", "C-3,Bùi Quỳnh Hoa,hoa@mayngan.example,,MN-SO,officer,analyst")})
	want := []RowChange{
		{File: "units", Line: 2, Code: "MN-SO", Name: "Sở Khoa học và Công nghệ", Change: "changed", Fields: []FieldChange{{"name", "Sở Khoa học", "Sở Khoa học và Công nghệ"}}},
		{File: "units", Line: 3, Code: "MN-VP", Name: "Văn phòng", Change: "new"},
		{File: "people", Line: 3, Code: "C-2", Name: "Trần Minh", Change: "changed", Fields: []FieldChange{{"birth_year", "", "1970"}, {"unit", "MN-XA", "MN-SO"}}},
		{File: "people", Line: 4, Code: "C-3", Name: "Bùi Quỳnh Hoa", Change: "changed", Fields: []FieldChange{{"name", "Bùi Quỳnh", "Bùi Quỳnh Hoa"}, {"email", "quynh@mayngan.example", "hoa@mayngan.example"}, {"birth_year", "1995", ""}, {"post", "it-officer", "officer"}, {"roles", "admin;learner", "analyst;learner"}}},
	}
	if !reflect.DeepEqual(preview.Rows, want) || preview.People != (Changes{Changed: 2, Same: 1}) {
		t.Errorf("previewed %+v\n%+v", preview.People, preview.Rows)
	}
	h.says(t, []string{"MN-SO|Sở Khoa học và Công nghệ|department|MN|2025-07-01|2", "MN-VP|Văn phòng|division|MN-SO|2026-01-01|0",
		"MN-XA|Xã Đỉnh Mây|commune|MN|2025-07-01|1", "MN|Tỉnh Mây Ngàn|province||2025-07-01|0"},
		[]string{"C-1|Nguyễn Lan|lan@mayngan.example|1969|MN-XA|clerk|learner@", "C-2|Trần Minh|minh@mayngan.example|1970|MN-SO|leader|head@MN-SO;learner@",
			"C-3|Bùi Quỳnh Hoa|hoa@mayngan.example||MN-SO|officer|analyst@;learner@"})
}

func TestNothingPersonalStandsInTheFacts(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: peopleCSV("CANBO-000123,Nguyễn Thị Hoa Lan,hoalan.000123@mayngan.example,1969,MN-XA,clerk,learner")})
	for _, r := range h.journal.All() {
		text := fmt.Sprintf("%+v", r.Event)
		for _, secret := range []string{"CANBO-000123", "Hoa Lan", "hoalan.000123", h.codeKey("CANBO-000123"), h.emailKey("hoalan.000123@mayngan.example")} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q: %s", r.Event.EventType(), secret, text)
			}
		}
		if e, ok := r.Event.(events.PersonRegistered); ok && !strings.HasPrefix(string(e.BirthYear), "k1.") {
			t.Errorf("the birth year is not sealed: %q", e.BirthYear)
		}
	}
}

// problemsOf gives "file:line column" of all problems of an import.
func (h *house) problemsOf(f ImportFiles) (all []string) {
	preview, _ := h.takes(f)
	for _, p := range preview.Problems {
		if p.Vi == "" || p.En == "" {
			h.t.Fatalf("the problem %+v says nothing", p)
		}
		all = append(all, strings.TrimSpace(p.File[:1]+strconv.Itoa(p.Line)+" "+p.Column))
	}
	return all
}

func TestBadRowsOfUnits(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province})
	got := h.problemsOf(ImportFiles{Units: unitsCSV(
		"MN-A,Phòng A,division,MN-SO,2025-07-01",
		"MN B,Phòng B,division,MN-SO,2025-07-01",            // 3: code
		"MN-C,,division,MN-SO,2025-13-01",                   // 4: name, date
		"MN-D,Phòng D,,MN-SO,2025-07-01",                    // 5: kind
		"MN-E,Phòng E,division,MN-F,2025-07-01",             // 6: parent's parent misses
		"MN-F,Phòng F,division,MN-Z,2025-07-01",             // 7: parent misses
		"MN-G,Phòng G,division,MN-H,2025-07-01",             // 8: circle
		"MN-H,Phòng H,division,MN-G,2025-07-01",             // 9: circle
		"MN-I,Phòng I,division,MN-I,2025-07-01",             // 10: circle
		"MN-J,Phòng J,division,MN-D,2025-07-01",             // 11: parent is bad
		"MN-K,Phòng K,division,MN-SO,2025-07-01",            // 12: twice
		"mn-k,Phòng L,division,MN-SO,2025-07-01",            // 13: twice
		"MN-XA,Xã Đỉnh Mây,commune,MN-SO,2025-07-01",        // 14: moved
		"MN-M,Phòng M dưới,division,MN-A,2025-07-01",        // good, below a good new one
		"MN-N,Phòng N,division,MN-XA,2025-07-01",            // good: what is below a bad row of a known unit
		"MN-O,Phòng O dưới vòng,division,MN-G,2025-07-01")}) // 17: below a circle
	want := []string{"u3 code", "u4 name", "u4 established", "u5 kind", "u6 parent", "u7 parent", "u8 parent", "u9 parent", "u10 parent", "u11 parent",
		"u12 code", "u13 code", "u14 parent", "u17 parent"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems\n got %v\nwant %v", got, want)
	}
	units, _ := h.directory()
	if len(units) != 6 || !slices.Contains(units, "MN-M|Phòng M dưới|division|MN-A|2025-07-01|0") || !slices.Contains(units, "MN-N|Phòng N|division|MN-XA|2025-07-01|0") {
		t.Errorf("the good rows left %q", units)
	}
}

func TestBadRowsOfPeople(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	got := h.problemsOf(ImportFiles{
		Units: unitsCSV("MN-BAD,,division,MN,2025-07-01", "MN-NEW,Phòng mới,division,MN,2025-07-01"),
		People: peopleCSV(
			"D_1,A,a@x.example,1990,MN-SO,clerk,",            // 2: code
			"D-2,,a.x.example,90,MN-SO,clerk,",               // 3: name, email, birth_year
			"D-3,A,A <d3@x.example>,1939,MN-SO,clerk,",       // 4: email, birth_year
			"D-4,A,d4@x.example,1990,MN-NO,boss,learner;god", // 5: unit, post, roles
			"D-5,A,d5@x.example,1990,MN-BAD,clerk,",          // 6: unit's row is bad
			"D-6,A,d6@x.example,1990,MN-NEW,clerk,",          // good: unit of the same import
			"D-7,A,d7@x.example,,MN-SO,clerk,",               // 8: code twice
			"d-7,A,d7b@x.example,,MN-SO,clerk,",              // 9
			"D-8,A,same@x.example,,MN-SO,clerk,",             // 10: address twice
			"D-9,A,same@x.example,,MN-SO,clerk,",             // 11
			"D-10,A,Lan@mayngan.example,,MN-SO,clerk,",       // 12: lan's address: in doubt
			"D-11,A,d11@x,,MN-SO,clerk,",                     // 13: no dot
			"D-12,A,d12@x.example,,MN-SO,clerk",              // 14: a cell misses
			"D-13,A,đ13@x.example,,MN-SO,clerk,")})           // 15: not ASCII
	want := []string{"u2 name", "p2 code", "p3 name", "p3 email", "p3 birth_year", "p4 email", "p4 birth_year", "p5 unit", "p5 post", "p5 roles",
		"p6 unit", "p8 code", "p9 code", "p10 email", "p11 email", "p13 email", "p14", "p15 email"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems\n got %v\nwant %v", got, want)
	}
	if _, people := h.directory(); len(people) != 4 || !slices.Contains(people, "D-6|A|d6@x.example|1990|MN-NEW|clerk|learner@") {
		t.Errorf("the good rows left %q", people)
	}
}

func TestAddressesMayBePassedOnAndSwapped(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	swapped := peopleCSV("C-1,Nguyễn Lan,minh@mayngan.example,1969,MN-XA,clerk,", "C-2,Trần Minh,lan@mayngan.example,,MN-XA,leader,head")
	if got := h.problemsOf(ImportFiles{People: swapped}); len(got) > 0 {
		t.Fatalf("swapping: %v", got)
	}
	_, people := h.directory()
	if !strings.HasPrefix(people[0], "C-1|Nguyễn Lan|minh@") || !strings.HasPrefix(people[1], "C-2|Trần Minh|lan@") {
		t.Errorf("swapped: %q", people)
	}
	// C-3's row is bad, so she keeps quynh@; so C-2 cannot have it and keeps lan@; so C-1 cannot have that.
	chain := peopleCSV("C-1,Nguyễn Lan,lan@mayngan.example,1969,MN-XA,clerk,", "C-2,Trần Minh,quynh@mayngan.example,,MN-XA,leader,head",
		"C-3,Bùi Quỳnh,new@mayngan.example,1995,NOWHERE,it-officer,admin")
	if got, want := h.problemsOf(ImportFiles{People: chain}), []string{"p2 email", "p3 email", "p4 unit"}; !reflect.DeepEqual(got, want) {
		t.Errorf("chain: %v, want %v", got, want)
	}
}

func TestAnImportThatWasCutOffIsEndedByTheNext(t *testing.T) {
	whole := home(t)
	whole.takes(ImportFiles{Units: province, People: staff})
	wantUnits, wantPeople := whole.directory()
	for after := range 6 {
		h := home(t)
		f := ImportFiles{Units: province, People: staff}
		preview, err := h.previewImport(admin(), f)
		must(t, err)
		h.d.Journal = &breaking{record: h.journal, left: after}
		if _, err := h.confirmImport(admin(), ConfirmImportRequest{ImportFiles: f, Digest: preview.Digest}); err == nil {
			t.Fatalf("cut off after %d commands, and said that all was well", after)
		}
		h.d.Journal = h.journal
		h.takes(f)
		h.says(t, wantUnits, wantPeople)
	}
}

// breaking is a journal that stops taking commands.
type breaking struct {
	*record
	left int
}

var errBroken = errors.New("broken")

// Append takes commands until it breaks.
func (b *breaking) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	b.mu.Lock()
	b.left--
	broken := b.left < 0
	b.mu.Unlock()
	if broken {
		return 0, errBroken
	}
	return b.record.Append(ctx, stream, at, facts...)
}

func TestAnErasedPersonIsNotImportedAgain(t *testing.T) {
	h := home(t)
	h.takes(ImportFiles{Units: province, People: staff})
	lan, _, err := h.byLogin(context.Background(), "C-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.keys.Destroy(context.Background(), lan.ID); err != nil {
		t.Fatal(err)
	}
	if got := h.problemsOf(ImportFiles{People: staff}); len(got) != 0 {
		t.Errorf("an unchanged row: %v", got)
	}
	if got := h.problemsOf(ImportFiles{People: strings.ReplaceAll(staff, "Lan", "Lan Chi")}); !reflect.DeepEqual(got, []string{"p2 code"}) {
		t.Errorf("a changed row: %v", got)
	}
	page, err := h.listPeople(admin(), ListPeopleRequest{Unit: lan.Unit})
	if err != nil || page.Total != 2 || page.Items[0].Name != "" && page.Items[1].Name != "" {
		t.Errorf("listed %+v, %v", page, err)
	}
}

func TestTheDemoProvinceIsGood(t *testing.T) {
	read := func(name string) string {
		text, err := content.FS.ReadFile("demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	h := home(t)
	preview, done := h.takes(ImportFiles{Units: read("units.csv"), People: read("people.csv")})
	if len(preview.Problems) > 0 || done.Units != (Changes{New: 62}) || done.People != (Changes{New: 300}) || len(preview.Rows) != 362 {
		t.Errorf("%+v, %d rows shown, problems %+v", done, len(preview.Rows), preview.Problems)
	}
	accounts, err := h.demoAccounts(admin(), rpc.Empty{})
	if err != nil || len(accounts) != 6 {
		t.Fatalf("demo accounts %+v, %v", accounts, err)
	}
	for _, a := range accounts {
		who, err := h.demoSignIn(admin(), DemoSignInRequest{Code: a.Code})
		if err != nil || who.Name != a.Name || !slices.ContainsFunc(who.Grants, func(g rpc.Grant) bool { return g.Role == a.Role }) {
			t.Errorf("%+v signs in as %+v, %v", a, who, err)
		}
	}
}
