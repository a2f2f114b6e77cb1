package directory

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
)

func TestErase(t *testing.T) {
	gone := events.PersonErased{Person: "p1", Reason: erasedOnRequest, By: "chief", At: monday}
	erase := ErasePersonally{gone}
	eventtest.Given[erasure](t).When(erase).ThenRefused(fault.NotFound)
	eventtest.Given[erasure](t, lanKnown).When(erase).Then(gone)
	from := gone
	from.Units = []string{"u1"}
	eventtest.Given[erasure](t, lanKnown, lanClerk).When(erase).Then(from)
	eventtest.Given[erasure](t, lanKnown, gone).When(erase).ThenNothing()
	own, vague := erase, erase
	own.By, vague.Reason = "p1", "because"
	eventtest.Given[erasure](t, lanKnown).When(own).ThenRefused(fault.Denied)
	eventtest.Given[erasure](t, lanKnown).When(vague).ThenRefused(fault.Invalid)
	eventtest.Given[person](t, lanKnown, lanClerk, gone).When(ChangePassword{Person: "p1", Hash: "h"}).ThenRefused(fault.NotFound)
	eventtest.Given[person](t, lanKnown, lanClerk, gone).When(CorrectPerson{Person: "p1", Name: "n2"}).ThenRefused(fault.NotFound)
}

func TestARequestIsReceivedAcknowledgedAndFulfilledOnce(t *testing.T) {
	received := events.PrivacyRequestReceived{Request: "p1_r", Person: "p1", Kind: kindExport, By: "p1", At: monday, Due: monday, Rule: "r"}
	known := events.PrivacyRequestAcknowledged{Request: "p1_r", Person: "p1", By: "chief", At: monday}
	done := events.PrivacyRequestFulfilled{Request: "p1_r", Person: "p1", By: "chief", At: monday, Digest: "d"}
	fulfil := fulfilRequest{id: "p1_r", person: "p1", kind: kindExport, by: "chief", digest: "d", at: monday}
	acknowledge := acknowledgeRequest{id: "p1_r", by: "chief", at: monday}
	eventtest.Given[privacyRequest](t).When(receiveRequest{PrivacyRequestReceived: received}).Then(received)
	eventtest.Given[privacyRequest](t).When(receiveRequest{received, "d"}).Then(received,
		events.PrivacyRequestFulfilled{Request: "p1_r", Person: "p1", By: "p1", At: monday, Digest: "d"})
	eventtest.Given[privacyRequest](t, received).When(receiveRequest{PrivacyRequestReceived: received}).ThenNothing()
	eventtest.Given[privacyRequest](t).When(acknowledge).ThenRefused(fault.NotFound)
	eventtest.Given[privacyRequest](t, received).When(acknowledge).Then(known)
	eventtest.Given[privacyRequest](t, received, known).When(acknowledge).ThenNothing()
	eventtest.Given[privacyRequest](t, received, known).When(fulfil).Then(done)
	eventtest.Given[privacyRequest](t, received, done).When(fulfil).ThenNothing()
	withdraw := withdrawRequest{id: "p1_r", at: monday}
	back := events.PrivacyRequestWithdrawn{Request: "p1_r", Person: "p1", At: monday}
	eventtest.Given[privacyRequest](t).When(withdraw).ThenRefused(fault.NotFound)
	eventtest.Given[privacyRequest](t, received, known).When(withdraw).Then(back)
	eventtest.Given[privacyRequest](t, received, back).When(withdraw).ThenNothing()
	eventtest.Given[privacyRequest](t, received, done).When(withdraw).ThenRefused(fault.Conflict)
	eventtest.Given[privacyRequest](t, received, back).When(fulfil).ThenRefused(fault.Conflict)
	eventtest.Given[privacyRequest](t, received, back).When(acknowledge).ThenNothing()
	others, odd := fulfil, received
	others.person, odd.Kind = "p2", "sale"
	eventtest.Given[privacyRequest](t, received).When(others).ThenRefused(fault.Conflict)
	eventtest.Given[privacyRequest](t).When(receiveRequest{PrivacyRequestReceived: odd}).ThenRefused(fault.Invalid)
}

// furnished is a house with a unit and two people; lan is the id of the first.
func furnished(t *testing.T) (h *house, lan, minh string) {
	t.Helper()
	h = home(t)
	h.takes(ImportFiles{Units: unitsCSV("R,Sở Mẫu,department,,2025-07-01"), People: peopleCSV(
		"P-1,Nguyễn Thị Lan Chi,lan.chi@x.example,1969,R,clerk,learner", "P-2,Trần Văn Minh,minh@x.example,1970,R,officer,learner")})
	people, err := h.listPeople(admin(), ListPeopleRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people.Items {
		switch p.Code {
		case "P-1":
			lan = p.ID
		case "P-2":
			minh = p.ID
		}
	}
	return h, lan, minh
}

func TestAnErasedPersonCannotBeFoundAndCountsInThePastOnly(t *testing.T) {
	h, lan, minh := furnished(t)
	wrong := ErasePersonRequest{Person: lan, Reason: erasedOnRequest, Confirm: "P-2"}
	if _, err := h.erasePerson(admin(), wrong); !fault.Is(err, fault.Invalid) {
		t.Fatalf("a wrong confirmation: %v", err)
	}
	right := wrong
	right.Confirm = "P-1"
	for range 2 {
		if _, err := h.erasePerson(admin(), right); err != nil {
			t.Fatal(err)
		}
		right.Confirm = "" // there is nothing left to compare with
	}
	if err := h.catchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, err := h.byID(t.Context(), lan)
	if err != nil || d.CodeKey+d.EmailKey+d.Print+string(d.Code)+string(d.Name)+string(d.Email)+string(d.BirthYear)+string(d.Hash) != "" || len(d.Grants) > 0 {
		t.Errorf("the directory still has %+v, %v", d, err)
	}
	if _, err := h.identify(admin(), IdentifyRequest{Person: lan}); !fault.Is(err, fault.NotFound) {
		t.Errorf("her session goes on: %v", err)
	}
	for _, login := range []string{"P-1", "lan.chi@x.example"} {
		if _, err := h.signIn(asking(rpc.Identity{}), SignInRequest{Login: login, Password: "not known to anybody"}); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", login, err)
		}
	}
	units, err := h.listUnits(admin(), ListUnitsRequest{})
	if err != nil || units[0].People != 1 {
		t.Errorf("the unit counts %+v, %v", units, err)
	}
	for day, n := range map[string]int{"2026-11-22": 0, "2026-11-23": 1, "2026-11-24": 1} {
		got, err := h.getUnit(admin(), UnitRequest{Moment: Moment{On: day}, Unit: units[0].ID})
		if err != nil || len(got.People) != n {
			t.Errorf("on %s: %+v, %v", day, got.People, err)
		}
	}
	if page, err := h.listPeople(admin(), ListPeopleRequest{Unit: units[0].ID}); err != nil || len(page.Items) != 1 || page.Items[0].ID != minh {
		t.Errorf("listed: %+v, %v", page, err)
	}
	if _, err := h.changeCareer(admin(), CareerChange{Person: lan, What: "retire", On: "2026-11-24"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a change: %v", err)
	}
	if who, err := h.identify(admin(), IdentifyRequest{Person: minh}); err != nil || who.Name != "Trần Văn Minh" {
		t.Errorf("the other: %+v, %v", who, err)
	}
	if _, err := h.exportPerson(admin(), ExportPersonRequest{Person: lan, Request: lan + "_x"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an export of an erased person: %v", err)
	}
}

func TestAnExportHoldsWhatIsKnownAndRecordsTheRequest(t *testing.T) {
	h, lan, minh := furnished(t)
	if _, err := h.setPassword(admin(), SetPasswordRequest{Person: lan, Password: "một cụm nhiều từ"}); err != nil {
		t.Fatal(err)
	}
	hers := rpc.Identity{Person: lan}
	done, err := h.exportPerson(asking(hers), ExportPersonRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var e Export
	if err := json.Unmarshal(done.JSON, &e); err != nil || e.Format != exportFormat || e.Particulars["name"] != "Nguyễn Thị Lan Chi" ||
		e.Particulars["birth_year"] != "1969" || e.Particulars["unit"] != "Sở Mẫu" {
		t.Fatalf("%+v, %v", e, err)
	}
	fitsItsSchema(t, done.JSON)
	text := string(done.JSON)
	for _, want := range []string{"lan.chi@x.example", "directory.membership-began.v1", "(withheld)", `"P-1"`} {
		if !strings.Contains(text, want) {
			t.Errorf("the export lacks %s", want)
		}
	}
	for _, not := range []string{"Minh", "argon2", "k1."} {
		if strings.Contains(text, not) {
			t.Errorf("the export holds %s", not)
		}
	}
	if !bytes.HasPrefix(done.PDF, []byte("%PDF-")) || len(done.PDF) < 5000 {
		t.Errorf("a PDF of %d bytes", len(done.PDF))
	}
	if _, err := h.exportPerson(asking(hers), ExportPersonRequest{Person: minh, Request: minh + "_x"}); !fault.Is(err, fault.Denied) {
		t.Errorf("somebody else's: %v", err)
	}
	if _, err := h.exportPerson(admin(), ExportPersonRequest{Person: lan}); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a request: %v", err)
	}
	if err := h.requests.AwaitAll(t.Context(), h.journal, done.Seq); err != nil {
		t.Fatal(err)
	}
	list, err := h.listPrivacy(asking(hers), ListPrivacyRequest{})
	if err != nil || len(list) != 1 || list[0].State != "fulfilled" || list[0].Rule.Vi == "" || !list[0].Due.After(list[0].Received) {
		t.Errorf("%+v, %v", list, err)
	}
}

func fitsItsSchema(t *testing.T, body []byte) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../schemas/data-subject-export.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("the export does not fit its schema: %v", err)
	}
}

func TestAnAdministratorAnswersARequest(t *testing.T) {
	h, lan, minh := furnished(t)
	asked, err := h.requestPrivacy(asking(rpc.Identity{Person: lan}), PrivacyAsk{Kind: kindErasure})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.requestPrivacy(asking(rpc.Identity{Person: lan}), PrivacyAsk{Person: minh, Kind: kindErasure}); !fault.Is(err, fault.Denied) {
		t.Errorf("for somebody else: %v", err)
	}
	if _, err := h.listPrivacy(asking(rpc.Identity{Person: lan}), ListPrivacyRequest{All: true}); !fault.Is(err, fault.Denied) {
		t.Errorf("everybody's: %v", err)
	}
	if _, err := h.acknowledgePrivacy(admin(), PrivacyRequestID{asked.Request}); err != nil {
		t.Fatal(err)
	}
	done, err := h.erasePerson(admin(), ErasePersonRequest{Person: lan, Reason: erasedOnRequest, Confirm: "P-1", Request: asked.Request})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.requests.AwaitAll(t.Context(), h.journal, done.Seq); err != nil {
		t.Fatal(err)
	}
	list, err := h.listPrivacy(admin(), ListPrivacyRequest{All: true})
	if err != nil || len(list) != 1 || list[0].State != "fulfilled" || list[0].Name != "" || list[0].Acknowledged.IsZero() {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTheShippedRuleHasASourceAndTwoWorkingDays(t *testing.T) {
	rules, err := readRules(content.FS)
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]string{"2026-11-23": "2026-11-25", "2026-11-26": "2026-11-30", "2026-11-28": "2026-12-01", "2026-11-27": "2026-12-01"} {
		day, err := time.Parse(time.DateOnly, asked)
		if err != nil {
			t.Fatal(err)
		}
		if got := clock.Local(ruleOn(rules, day).due(day)).Format(time.DateOnly); got != want {
			t.Errorf("asked on %s, due on %s; want %s", asked, got, want)
		}
	}
}

func TestTheNewestRuleInForceHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 400), 1, 5).Draw(t, "from")
		asked := monday.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "asked"))
		var rules []privacyRule
		for _, d := range days {
			rules = append(rules, privacyRule{From: monday.AddDate(0, 0, d).Format(time.DateOnly), WorkingDays: 1 + d%5})
		}
		got := ruleOn(rules, asked)
		for _, r := range rules {
			if r.From <= clock.Local(asked).Format(time.DateOnly) && r.From > got.From {
				t.Fatalf("%s holds, but %s is newer", got.From, r.From)
			}
		}
		if due := got.due(asked); !due.After(asked) || due.Weekday() == time.Saturday || due.Weekday() == time.Sunday {
			t.Fatalf("asked %v, due %v", asked, due)
		}
	})
}

func FuzzParseRules(f *testing.F) {
	f.Add("rules:\n  - id: a\n    from: 2026-01-01\n    acknowledge_working_days: 2\n    citation: {vi: x, en: y}\n")
	f.Add("rules: []")
	f.Add("rules:\n - {id: a, from: today}")
	f.Fuzz(func(t *testing.T, text string) {
		rules, err := parseRules([]byte(text))
		if err != nil {
			return
		}
		for _, r := range rules {
			if r.ID == "" || r.WorkingDays < 1 || r.Citation.Vi == "" {
				t.Errorf("accepted %+v", r)
			}
		}
	})
}
