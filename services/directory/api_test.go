package directory_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

const unitRows = "code,name,kind,parent,established\nMN,Tỉnh Mây Ngàn,province,,2025-07-01\nMN-XA,Xã Đỉnh Mây,commune,MN,2025-07-01\nMN-AP,Ấp Bắc,commune,MN,2025-07-01\n"

const peopleRows = "code,name,email,birth_year,unit,post,roles\nC-1,Nguyễn Lan,lan@mayngan.example,1969,MN-XA,clerk,learner\n" +
	"C-2,Trần Minh,minh@mayngan.example,,MN-XA,leader,head\nC-3,Bùi Quỳnh,quynh@mayngan.example,1995,MN-AP,officer,\nC-4,Bùi Quỳnh,quynh2@mayngan.example,,MN,it-officer,admin\n"

func bus(t *testing.T) *hosttest.House {
	return hosttest.Run(t, events.All(), func(d host.Deps) (host.Service, error) { return directory.New(d), nil })
}

// call asks over the bus and fails the test on a refusal.
func call[Req, Resp any](t *testing.T, h *hosttest.House, ctx context.Context, m rpc.Method[Req, Resp], req Req) Resp { //nolint:revive // t first
	t.Helper()
	resp, err := m.Call(ctx, h.Client, req)
	if err != nil {
		t.Fatalf("%s: %v", m.Signature.Name, err)
	}
	return resp
}

func TestTheDirectoryOverTheBus(t *testing.T) {
	h := bus(t)
	adminRole := rpc.Grant{Role: events.RoleAdmin}
	files := directory.ImportFiles{Units: unitRows, People: peopleRows}
	preview := call(t, h, h.As("chief", adminRole), directory.PreviewImport, files)
	confirm := directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest}
	once := h.As("chief", adminRole)
	done := call(t, h, once, directory.ConfirmImport, confirm)
	if done.Units.New != 3 || done.People.New != 4 || done.Seq == 0 {
		t.Errorf("done %+v", done)
	}
	if again := call(t, h, once, directory.ConfirmImport, confirm); again.Units.Same != 3 || again.People.Same != 4 || again.Seq == 0 || again.Seq > done.Seq {
		t.Errorf("repeated: %+v", again)
	}

	units := call(t, h, h.As("anyone"), directory.ListUnits, directory.ListUnitsRequest{})
	var names []string
	for _, u := range units {
		names = append(names, u.Name)
	}
	if !slices.Equal(names, []string{"Tỉnh Mây Ngàn", "Ấp Bắc", "Xã Đỉnh Mây"}) || units[2].People != 2 || units[2].Parent != units[0].ID || units[2].Code != "MN-XA" {
		t.Errorf("units %+v", units)
	}
	first := call(t, h, h.As("chief", adminRole), directory.ListPeople, directory.ListPeopleRequest{Limit: 3})
	second := call(t, h, h.As("chief", adminRole), directory.ListPeople, directory.ListPeopleRequest{Limit: 3, After: first.Next})
	codes := map[string]directory.Person{}
	for _, p := range append(first.Items, second.Items...) {
		codes[p.Code] = p
	}
	if len(first.Items) != 3 || len(second.Items) != 1 || second.Next != "" || first.Total != 4 || len(codes) != 4 {
		t.Errorf("people %+v, %+v", first, second)
	}
	lan := codes["C-1"]
	if lan.Name != "Nguyễn Lan" || lan.Email != "lan@mayngan.example" || lan.UnitName != "Xã Đỉnh Mây" || lan.Post != "clerk" || len(lan.Grants) != 1 {
		t.Errorf("lan is %+v", lan)
	}
	commune := call(t, h, h.As("chief", adminRole), directory.ListPeople, directory.ListPeopleRequest{Unit: lan.Unit})
	if commune.Total != 2 || len(commune.Items) != 2 {
		t.Errorf("the commune has %+v", commune)
	}
	if _, err := directory.ListPeople.Call(h.As("chief", adminRole), h.Client, directory.ListPeopleRequest{Limit: 501}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a page of 501: %v", err)
	}

	call(t, h, h.AsSystem(), directory.SetPassword, directory.SetPasswordRequest{Person: lan.ID, Password: "hoa đào nở sớm"})
	who := call(t, h, h.AsSystem(), directory.SignIn, directory.SignInRequest{Login: "c-1", Password: "hoa đào nở sớm"})
	if who.Person != lan.ID || who.UnitName != "Xã Đỉnh Mây" {
		t.Errorf("signed in as %+v", who)
	}
	if got := call(t, h, h.AsSystem(), directory.Identify, directory.IdentifyRequest{Person: lan.ID}); got.Name != "Nguyễn Lan" {
		t.Errorf("identified %+v", got)
	}
}

func TestATrainerLearnsNamesAndNoAddresses(t *testing.T) {
	h := bus(t)
	files := directory.ImportFiles{Units: unitRows, People: peopleRows}
	preview := call(t, h, h.AsSystem(), directory.PreviewImport, files)
	call(t, h, h.AsSystem(), directory.ConfirmImport, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	h.Settle()
	people := call(t, h, h.AsSystem(), directory.ListPeople, directory.ListPeopleRequest{}).Items
	trainer := func() context.Context { return h.As("trainer", rpc.Grant{Role: events.RoleTrainer}) }
	ids := []string{people[1].ID, "nobody", people[0].ID}
	named := call(t, h, trainer(), directory.NamePeople, directory.NamePeopleRequest{People: ids})
	if len(named) != 2 || named[0].Name != people[1].Name || named[1].Person != people[0].ID || named[1].UnitName != people[0].UnitName {
		t.Errorf("named %+v", named)
	}
	root := call(t, h, h.AsSystem(), directory.ListUnits, directory.ListUnitsRequest{})[0]
	all := call(t, h, trainer(), directory.NamePeople, directory.NamePeopleRequest{Unit: root.ID})
	one := call(t, h, trainer(), directory.NamePeople, directory.NamePeopleRequest{Unit: root.ID, Text: " " + strings.ToUpper(people[0].Code)})
	if len(all) != len(people) || len(one) != 1 || one[0].Person != people[0].ID {
		t.Errorf("found %d of %d people, and %+v", len(all), len(people), one)
	}
	if none := call(t, h, trainer(), directory.NamePeople, directory.NamePeopleRequest{Text: "a"}); len(none) != 0 {
		t.Errorf("without a unit: %+v", none)
	}
	_, err := directory.NamePeople.Call(trainer(), h.Client, directory.NamePeopleRequest{People: make([]string, 501)})
	hosttest.Refused(t, err, fault.Invalid)
	_, err = directory.NamePeople.Call(h.As("head", rpc.Grant{Role: events.RoleHead}), h.Client, directory.NamePeopleRequest{People: ids})
	hosttest.Refused(t, err, fault.Denied)
}

func TestWhoMayNotAskTheDirectory(t *testing.T) {
	h := bus(t)
	files := directory.ImportFiles{Units: unitRows, People: peopleRows}
	preview := call(t, h, h.AsSystem(), directory.PreviewImport, files)
	call(t, h, h.AsSystem(), directory.ConfirmImport, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	people := call(t, h, h.AsSystem(), directory.ListPeople, directory.ListPeopleRequest{}).Items
	lan, minh := people[0].ID, people[1].ID
	asLan := h.As(lan, rpc.Grant{Role: events.RoleLearner})
	asks := map[string]func() error{
		"directory.list-people": func() error {
			_, err := directory.ListPeople.Call(asLan, h.Client, directory.ListPeopleRequest{})
			return err
		},
		"directory.list-denials": func() error {
			_, err := directory.ListDenials.Call(asLan, h.Client, directory.ListDenialsRequest{})
			return err
		},
		"directory.preview-import": func() error { _, err := directory.PreviewImport.Call(asLan, h.Client, files); return err },
		"directory.confirm-import": func() error {
			_, err := directory.ConfirmImport.Call(asLan, h.Client, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
			return err
		},
		"directory.identify": func() error {
			_, err := directory.Identify.Call(asLan, h.Client, directory.IdentifyRequest{Person: minh})
			return err
		},
		"directory.set-password": func() error {
			_, err := directory.SetPassword.Call(asLan, h.Client, directory.SetPasswordRequest{Person: minh, Password: "mine from now on"})
			return err
		},
	}
	for method, ask := range asks {
		hosttest.Refused(t, ask(), fault.Denied)
		if got := h.Denied(); got != lan+" "+method {
			t.Errorf("%s: the host heard %q", method, got)
		}
	}
	if _, err := directory.ListUnits.Call(h.As(""), h.Client, directory.ListUnitsRequest{}); !fault.Is(err, fault.Denied) {
		t.Errorf("a visitor lists units: %v", err)
	}
}

func TestDenialsAreListedNewestFirst(t *testing.T) {
	h := bus(t)
	files := directory.ImportFiles{Units: unitRows, People: peopleRows}
	preview := call(t, h, h.AsSystem(), directory.PreviewImport, files)
	call(t, h, h.AsSystem(), directory.ConfirmImport, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	lan := call(t, h, h.AsSystem(), directory.ListPeople, directory.ListPeopleRequest{}).Items[0]
	for range 59 {
		h.Append("access.person.ghost_20261123", events.AccessDenied{Person: "ghost", Method: "quiz.save-answer", Object: "attempt a"})
	}
	h.Append("access.person."+lan.ID+"_20261123", events.AccessDenied{Person: lan.ID, Method: "directory.list-people"})
	h.Settle()
	first := call(t, h, h.As("chief", rpc.Grant{Role: events.RoleAdmin}), directory.ListDenials, directory.ListDenialsRequest{})
	second := call(t, h, h.As("chief", rpc.Grant{Role: events.RoleAdmin}), directory.ListDenials, directory.ListDenialsRequest{After: first.Next})
	if len(first.Items) != 50 || len(second.Items) != 10 || second.Next != "" {
		t.Fatalf("pages of %d and %d", len(first.Items), len(second.Items))
	}
	newest, oldest := first.Items[0], second.Items[9]
	if newest.Name != lan.Name || newest.Person != lan.ID || newest.Method != "directory.list-people" || !strings.HasSuffix(newest.At, "T08:00:00+07:00") {
		t.Errorf("the newest is %+v", newest)
	}
	if oldest.Person != "ghost" || oldest.Name != "" || oldest.Object != "attempt a" || oldest.ID >= newest.ID {
		t.Errorf("the oldest is %+v", oldest)
	}
}
