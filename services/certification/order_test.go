package certification

import (
	"fmt"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

func ordered() events.IssueOrdered {
	return events.IssueOrdered{Order: "o1", Course: "attt", From: "2026-11-01", Through: "2026-11-30", Known: 90, Count: 60, By: "head"}
}

func TestAnOrderGoesOnStepByStepAndEnds(t *testing.T) {
	first, second := events.IssueAdvanced{Order: "o1", After: 50}, events.IssueAdvanced{Order: "o1", After: 90, Failed: []events.IssueFailure{{Certificate: "x", Person: "x", Why: "person"}}}
	end := events.IssueFinished{Order: "o1"}
	nobody := ordered()
	nobody.Count = 0
	eventtest.Given[order](t).When(startOrder{ordered()}).Then(ordered())
	eventtest.Given[order](t, ordered()).When(startOrder{ordered()}).ThenNothing()
	eventtest.Given[order](t).When(startOrder{nobody}).ThenRefused(fault.Conflict)

	eventtest.Given[order](t, ordered()).When(advanceOrder{Order: "o1", After: 50}).Then(first)
	eventtest.Given[order](t, ordered(), first).When(advanceOrder{Order: "o1", After: 50}).ThenNothing() // another process was faster
	eventtest.Given[order](t, ordered(), first).When(advanceOrder{Order: "o1", From: 50, After: 90, Failed: second.Failed, Last: true}).Then(second, end)
	eventtest.Given[order](t, ordered(), first, second, end).When(advanceOrder{Order: "o1", From: 90, After: 90, Last: true}).ThenNothing()
	eventtest.Given[order](t).When(advanceOrder{Order: "o1", After: 50}).ThenNothing()
}

func TestOnlyWhatFailedIsTriedAgainAndOnlyOnceTheOrderRests(t *testing.T) {
	failed := events.IssueAdvanced{Order: "o1", After: 90, Failed: []events.IssueFailure{{Certificate: "x", Person: "x", Why: "person"}}}
	end, again := events.IssueFinished{Order: "o1"}, events.IssueRetried{Order: "o1", By: "head"}
	eventtest.Given[order](t).When(retryOrder{"o1", "head"}).ThenRefused(fault.NotFound)
	eventtest.Given[order](t, ordered(), failed).When(retryOrder{"o1", "head"}).ThenRefused(fault.Conflict)
	eventtest.Given[order](t, ordered(), failed, end).When(retryOrder{"o1", "head"}).Then(again)
	eventtest.Given[order](t, ordered(), failed, end, again).When(retryOrder{"o1", "head"}).ThenRefused(fault.Conflict)
	eventtest.Given[order](t, ordered(), events.IssueAdvanced{Order: "o1", After: 90}, end).When(retryOrder{"o1", "head"}).ThenNothing()
	eventtest.Given[order](t, ordered(), failed, end, again).When(advanceOrder{Order: "o1", After: 90, Last: true}).Then(events.IssueAdvanced{Order: "o1", After: 90}, end)
}

// class lets people complete a course whose certificates wait for an order.
func class(t *testing.T, people int) *hosttest.House {
	t.Helper()
	h := school(t)
	h.Append("catalog.course.lop", events.CoursePublished{Course: "lop", Version: 1, Hours: 8, Title: events.Words{Vi: "Lớp tập huấn"}, Certificate: events.CertificateOrdered})
	for i := range people {
		id := fmt.Sprintf("hv%03d", i)
		sealed, err := h.Keys.Seal(t.Context(), id, "name", "Học viên "+id)
		if err != nil {
			t.Fatal(err)
		}
		h.Append("directory.person."+id, events.PersonRegistered{Person: id, Name: events.Sealed(sealed)})
		completes(h, id)
	}
	h.Settle()
	return h
}

func completes(h *hosttest.House, person string) {
	h.Append("progress.course."+person+"_lop_1", events.CourseCompleted{Person: person, Course: "lop", Period: 1, Version: 1, At: h.Clock.Now(), Mark: 8})
}

func trainer() rpc.Grant { return rpc.Grant{Role: events.RoleTrainer} }

func theDay() OrderRequest {
	return OrderRequest{Course: "lop", From: "2026-11-23", Through: "2026-11-23"}
}

func preview(t *testing.T, h *hosttest.House, req OrderRequest) OrderPreview {
	t.Helper()
	p, err := PreviewOrder.Call(h.As("boss", trainer()), h.Client, req)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func orderedAndDone(t *testing.T, h *hosttest.House, req OrderRequest) Order {
	t.Helper()
	started, err := StartOrder.Call(h.As("boss", trainer()), h.Client, req)
	if err != nil {
		t.Fatal(err)
	}
	h.Settle()
	return orderNow(t, h, started.Order)
}

func orderNow(t *testing.T, h *hosttest.House, id string) Order {
	t.Helper()
	o, err := GetOrder.Call(h.As("boss", trainer()), h.Client, GetOrderRequest{Order: id})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnOrderIssuesToEverybodyWhoWaitsInSeveralStepsWithoutGaps(t *testing.T) {
	const people = stepSize*2 + 7
	h := class(t, people)
	if list := mine(t, h, "hv000"); len(list) != 0 {
		t.Fatalf("issued without an order: %+v", list)
	}
	seen := preview(t, h, theDay())
	if seen.Waiting != people || seen.Held != 0 || seen.Rule != events.CertificateOrdered || len(seen.Who) != people || seen.Who[0].Person != "hv000" || seen.Who[0].Why != "" {
		t.Errorf("preview: %d wait, %d hold, %s, %+v", seen.Waiting, seen.Held, seen.Rule, seen.Who[:1])
	}
	completes(h, "mai") // after the preview
	h.Settle()
	req := theDay()
	req.Known = seen.Known
	o := orderedAndDone(t, h, req)
	if o.Count != people || o.Issued != people || o.Failed != 0 || o.Finished.IsZero() || o.By != "boss" {
		t.Errorf("order: %+v", o)
	}
	numbers := map[string]bool{}
	for i := range people {
		list := mine(t, h, fmt.Sprintf("hv%03d", i))
		if len(list) != 1 {
			t.Fatalf("hv%03d holds %d", i, len(list))
		}
		numbers[list[0].Register] = true
	}
	for n := 1; n <= people; n++ {
		if !numbers[fmt.Sprintf("%d/2026", n)] {
			t.Errorf("nobody stands at %d in the register", n)
		}
	}
	if list := mine(t, h, "mai"); len(list) != 0 {
		t.Errorf("who was not on the preview was issued one: %+v", list)
	}
	if seen := preview(t, h, theDay()); seen.Waiting != 1 || seen.Held != people || seen.Holders[0].Code == "" {
		t.Errorf("afterwards %d wait, %d hold", seen.Waiting, seen.Held)
	}
	if o := orderedAndDone(t, h, theDay()); o.Count != 1 || o.Issued != 1 {
		t.Errorf("the next order: %+v", o)
	}
	_, err := StartOrder.Call(h.As("boss", trainer()), h.Client, theDay())
	hosttest.Refused(t, err, fault.Conflict)
	all, err := ListOrders.Call(h.As("boss", trainer()), h.Client, ListOrdersRequest{})
	if err != nil || len(all.Items) != 2 || all.Items[0].Count != 1 {
		t.Errorf("orders: %+v, %v", all, err)
	}
}

func TestWhatFailsSaysWhyAndIsTriedAgain(t *testing.T) {
	h := class(t, 2)
	completes(h, "late") // the directory does not know them yet
	completes(h, "gone")
	sealed, err := h.Keys.Seal(t.Context(), "gone", "name", "Nguyễn Văn Vắng")
	if err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.gone", events.PersonRegistered{Person: "gone", Name: events.Sealed(sealed)})
	if err := h.Keys.Destroy(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	why := map[string]string{}
	for _, r := range preview(t, h, theDay()).Who {
		why[r.Person] = r.Why
	}
	if why["late"] != "person" || why["gone"] != "erased" || why["hv000"] != "" {
		t.Errorf("the preview says %v", why)
	}
	o := orderedAndDone(t, h, theDay())
	if o.Count != 4 || o.Issued != 2 || o.Failed != 2 || o.Failures[0] != (OrderFailure{"late", "person"}) || o.Failures[1] != (OrderFailure{"gone", "erased"}) {
		t.Fatalf("order: %+v", o)
	}
	if sealed, err = h.Keys.Seal(t.Context(), "late", "name", "Lê Thị Muộn"); err != nil {
		t.Fatal(err)
	}
	h.Append("directory.person.late", events.PersonRegistered{Person: "late", Name: events.Sealed(sealed)})
	if _, err := RetryOrder.Call(h.As("boss", trainer()), h.Client, RetryOrderRequest{o.Order}); err != nil {
		t.Fatal(err)
	}
	h.Settle()
	if o = orderNow(t, h, o.Order); o.Issued != 3 || o.Failed != 1 || o.Failures[0].Person != "gone" || o.Finished.IsZero() {
		t.Errorf("tried again: %+v", o)
	}
	if list := mine(t, h, "late"); len(list) != 1 || list[0].Register != "3/2026" {
		t.Errorf("late holds %+v", list)
	}
}

func TestTheCourseSaysHowItsCertificatesAreIssued(t *testing.T) {
	h := class(t, 0)
	h.Append("catalog.course.lop", events.CoursePublished{Course: "lop", Version: 2, Certificate: events.CertificateNone})
	completes(h, "lan")
	h.Settle()
	if p := preview(t, h, theDay()); p.Rule != events.CertificateNone || p.Waiting != 1 {
		t.Errorf("preview: %+v", p)
	}
	_, err := StartOrder.Call(h.As("boss", trainer()), h.Client, theDay())
	hosttest.Refused(t, err, fault.Conflict)
	for name, bad := range map[string]OrderRequest{"no day": {Course: "lop", Through: "2026-11-23"}, "wrong way": {Course: "lop", From: "2026-11-24", Through: "2026-11-23"}} {
		if _, err := StartOrder.Call(h.As("boss", trainer()), h.Client, bad); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = StartOrder.Call(h.As("boss", trainer()), h.Client, OrderRequest{Course: "none", From: "2026-11-23", Through: "2026-11-23"})
	hosttest.Refused(t, err, fault.NotFound)
	_, err = StartOrder.Call(h.As("boss", rpc.Grant{Role: events.RoleTrainer, Unit: "so"}), h.Client, theDay())
	hosttest.Refused(t, err, fault.Denied)
	h.Append("catalog.course.lop", events.CoursePublished{Course: "lop", Version: 3, Certificate: events.CertificateAuto})
	h.Settle()
	if o := orderedAndDone(t, h, theDay()); o.Issued != 1 {
		t.Errorf("who completed it when none were issued: %+v", o)
	}
}

// An issue that was cut off between the draw and the certificate goes on with its number, also in another year.
func TestACutOffIssueKeepsItsPlaceInTheRegister(t *testing.T) {
	h := class(t, 0)
	h.Clock.Set(time.Date(2026, 12, 31, 16, 59, 0, 0, time.UTC)) // 23:59 in Ha Noi
	complete(h, "lan", 1)
	end, err := h.Journal.Load(t.Context(), "certification.register.1_2026")
	if err != nil {
		t.Fatal(err)
	}
	cut := []string{"mai_attt_1"}
	h.Append("certification.register.1_2026", events.NumbersDrawn{Issuer: "1", Year: 2026, First: len(end) + 1, Certificates: cut})
	h.Settle()
	h.Clock.Advance(time.Hour)
	complete(h, "mai", 1)
	complete(h, "lan", 2)
	if m, l := mine(t, h, "mai")[0], mine(t, h, "lan")[0]; m.Register != "2/2026" || l.Register != "1/2027" {
		t.Errorf("entered as %s and %s", m.Register, l.Register)
	}
}
