package reporting

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

var (
	analyst = rpc.Grant{Role: events.RoleAnalyst}
	headSo  = rpc.Grant{Role: events.RoleHead, Unit: "so"}
)

func serve(t *testing.T, all ...events.Event) *hosttest.House {
	t.Helper()
	h := hosttest.Bus(t, events.All())
	for _, e := range all {
		h.Append(streamOf(t, e), e)
	}
	h.Serve(func(d host.Deps) (host.Service, error) { return New(d, Config{Scan: h.Journal.Scan}) })
	h.Settle()
	return h
}

func named(t *testing.T, h *hosttest.House, person, name string) {
	t.Helper()
	sealed, err := h.Keys.Seal(t.Context(), person, "name", name)
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person."+person, events.PersonRegistered{Person: person, Name: events.Sealed(sealed)})
}

func TestRollupsOverTheBus(t *testing.T) {
	h := serve(t, past()...)
	all, err := GetRollup.Call(h.As("an", analyst), h.Client, RollupRequest{})
	want := Line{Unit: "tinh", Name: "Đơn vị tinh", People: 2, Assigned: 2, Started: 2, Passed: 1, Completed: 1, Certified: 1}
	if err != nil || all.Unit != want || len(all.Path) != 1 || len(all.Below) != 1 || all.Below[0].People != 2 {
		t.Errorf("%+v, %v", all, err)
	}
	seq := h.Append("enrolment.enrolment.lan_cds", enrolled("lan", "cds", 1))
	so, err := GetRollup.Call(h.As("head", headSo), h.Client, RollupRequest{After: seq})
	if err != nil || so.Unit.Unit != "so" || so.Unit.Assigned != 3 || len(so.Path) != 2 || so.Below[0] != (Line{Unit: "phong", Name: "Đơn vị phong", People: 1, Assigned: 2, Started: 1, Passed: 1, Completed: 1, Certified: 1}) {
		t.Errorf("%+v, %v", so, err)
	}
	cds, err := GetRollup.Call(h.As("head", headSo), h.Client, RollupRequest{Unit: "phong", Course: "cds"})
	if err != nil || cds.Unit != (Line{Unit: "phong", Name: "Đơn vị phong", People: 1, Assigned: 1}) {
		t.Errorf("%+v, %v", cds, err)
	}
	_, err = GetRollup.Call(h.As("head", headSo), h.Client, RollupRequest{Unit: "tinh"})
	hosttest.Refused(t, err, fault.Denied)
	if got := h.Denied(); got != "head reporting.get-rollup" {
		t.Errorf("denied %q", got)
	}
	_, err = GetRollup.Call(h.As("lan", rpc.Grant{Role: events.RoleLearner}), h.Client, RollupRequest{})
	hosttest.Refused(t, err, fault.Denied)
}

func TestRowsOverTheBus(t *testing.T) {
	h := serve(t, past()...)
	named(t, h, "lan", "Nguyễn Thị Lan")
	named(t, h, "minh", "Trần Văn Minh")
	for i := range 5 {
		person := fmt.Sprintf("p%d", i)
		h.Append("directory.person."+person, began(person, "phong"))
		h.Append("enrolment.enrolment."+person+"_attt", enrolled(person, "attt", 1))
	}
	h.Settle()
	if err := h.Keys.Destroy(t.Context(), "minh"); err != nil {
		t.Fatal(err)
	}
	var seen []string
	req := ListRowsRequest{Unit: "so", Limit: 2}
	for pages := 0; pages == 0 || req.After != ""; pages++ {
		page, err := ListRows.Call(h.As("head", headSo), h.Client, req)
		if err != nil || len(page.Items) > 2 || pages > 9 {
			t.Fatalf("%+v, %v", page, err)
		}
		for _, r := range page.Items {
			seen = append(seen, r.Person+":"+r.Name+":"+r.State)
		}
		req.After = page.Next
	}
	if got := strings.Join(seen, " "); got != "minh::started lan:Nguyễn Thị Lan:completed p0::assigned p1::assigned p2::assigned p3::assigned p4::assigned" {
		t.Error(got)
	}
	done, err := ListRows.Call(h.As("head", headSo), h.Client, ListRowsRequest{State: stateCompleted, Course: "attt"})
	if err != nil || len(done.Items) != 1 || done.Items[0].Certificate != "KV-lan" || done.Items[0].UnitName != "Đơn vị phong" || done.Items[0].Mark != 8.5 {
		t.Errorf("%+v, %v", done, err)
	}
	_, err = ListRows.Call(h.As("head", headSo), h.Client, ListRowsRequest{Unit: "tinh"})
	hosttest.Refused(t, err, fault.Denied)
	_, err = ListRows.Call(h.As("head", headSo), h.Client, ListRowsRequest{After: "tinh|"})
	hosttest.Refused(t, err, fault.Invalid)
	_, err = ListRows.Call(h.As("head", headSo), h.Client, ListRowsRequest{State: "lost"})
	hosttest.Refused(t, err, fault.Invalid)
}

func TestTheCompetencyReportOverTheBus(t *testing.T) {
	h := serve(t, append(past(), events.CoursePublished{Course: "attt", Version: 1, Title: events.Words{Vi: "An toàn thông tin"}})...)
	named(t, h, "lan", "Nguyễn Thị Lan")
	named(t, h, "head", "Lê Thị Trưởng")
	h.Settle()
	doc, err := DownloadCompetency.Call(h.As("head", headSo), h.Client, DownloadRequest{Course: "attt"})
	if err != nil || doc.Name != "bao-cao-nang-luc-so-20261123.xlsx" {
		t.Fatalf("%q, %v", doc.Name, err)
	}
	f := openBook(t, doc.Body)
	cells(t, f, "Tổng hợp", map[string]string{"A2": "SO", "C2": "2", "H2": "50.0%", "A3": "PHONG", "H3": "100.0%", "A4": ""}, false)
	cells(t, f, "Chi tiết", map[string]string{"A3": "Nguyễn Thị Lan", "C3": "An toàn thông tin", "H3": "KV-lan", "A4": ""}, false)
	cells(t, f, "Ghi chú", map[string]string{"B2": "An toàn thông tin", "B5": "Lê Thị Trưởng"}, false)
	_, err = DownloadCompetency.Call(h.As("head", headSo), h.Client, DownloadRequest{Unit: "tinh"})
	hosttest.Refused(t, err, fault.Denied)
	_, err = DownloadCompetency.Call(h.As("quan", rpc.Grant{Role: events.RoleTrainer}), h.Client, DownloadRequest{})
	hosttest.Refused(t, err, fault.Denied)
}

func TestTheRecountOverTheBus(t *testing.T) {
	h := serve(t, past()...)
	report, err := Recount.Call(h.As("an", analyst), h.Client, rpc.Empty{})
	if err != nil || report.Lines != 4 || len(report.Differences)+len(report.Broken) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
	_, err = Recount.Call(h.As("an", rpc.Grant{Role: events.RoleAnalyst, Unit: "so"}), h.Client, rpc.Empty{})
	hosttest.Refused(t, err, fault.Denied)
}

func TestALargeProvinceIsAddedUp(t *testing.T) {
	all := []events.Event{unit("tinh", "")}
	for i := range 200 {
		id := fmt.Sprintf("xa%03d", i)
		all = append(all, unit(id, "tinh"), began("p"+id, id), enrolled("p"+id, "attt", 1))
	}
	h := serve(t, all...)
	got, err := GetRollup.Call(h.As("an", analyst), h.Client, RollupRequest{Course: "attt"})
	if err != nil || got.Unit.People != 200 || got.Unit.Assigned != 200 || len(got.Below) != 200 {
		t.Errorf("%+v, %v", got.Unit, err)
	}
	page, err := ListRows.Call(h.As("an", analyst), h.Client, ListRowsRequest{Limit: 150})
	if err != nil || len(page.Items) != 150 || page.Next == "" {
		t.Errorf("%d rows, next %q, %v", len(page.Items), page.Next, err)
	}
}

func TestTheServiceNeedsAScan(t *testing.T) {
	if _, err := New(host.Deps{}, Config{}); err == nil {
		t.Error("made without a scan")
	}
}

// Given somebody who completed a course and somebody who did not, when both are erased, then every total stays, nothing is
// due of them, they go nowhere else, and the recount agrees.
func TestAnErasureChangesNoTotal(t *testing.T) {
	known := append(past(), enrolled("lan", "cds", 1))
	total := func(h *hosttest.House) Rollup {
		t.Helper()
		all, err := GetRollup.Call(h.As("an", analyst), h.Client, RollupRequest{})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	h := serve(t, append(known, events.PersonErased{Person: "minh", At: morning}, events.PersonErased{Person: "lan", At: morning},
		enrolled("minh", "cds", 1), ended("lan", "phong"), began("lan", "so"))...)
	if got, want := total(h), total(serve(t, known...)); !reflect.DeepEqual(got.Unit, want.Unit) || !reflect.DeepEqual(got.Below, want.Below) {
		t.Errorf("after the erasure %+v, before %+v", got, want)
	}
	rows, err := ListRows.Call(h.As("an", analyst), h.Client, ListRowsRequest{})
	if err != nil || len(rows.Items) == 0 || slices.ContainsFunc(rows.Items, func(r Row) bool { return !r.Due.IsZero() || r.Name != "" }) {
		t.Errorf("%+v, %v", rows, err)
	}
	report, err := Recount.Call(h.As("root", rpc.Grant{Role: events.RoleAdmin}, analyst), h.Client, rpc.Empty{})
	if err != nil || len(report.Differences) > 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
