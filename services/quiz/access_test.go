package quiz

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host/hosttest"
	"khuevan/platform/rpc"
)

// Whom a method is for.
const (
	forTrainers = "trainers"              // and nobody else
	forOwners   = "the attempt's owner"   // and no trainer either
	forPeople   = "whoever has signed in" // each for themselves
)

// accessRow says who may call a method, with a request that is right otherwise. Its attempt is Lan's.
type accessRow struct {
	who  string
	body string
}

// access has a row for every method of the service.
func access(attempt string) map[string]accessRow {
	of := func(rest string) string { return fmt.Sprintf(`{"course":%q%s}`, course, rest) }
	owned := func(rest string) accessRow {
		return accessRow{forOwners, fmt.Sprintf(`{"attempt":%q%s}`, attempt, rest)}
	}
	digest := `"0000000000000000000000000000000000000000000000000000000000000000"`
	return map[string]accessRow{
		ImportItems.Signature.Name:     {forTrainers, of(`,"markdown":"# A\n","dry_run":true`)},
		ExportItems.Signature.Name:     {forTrainers, of(`,"format":"markdown"`)},
		ListItems.Signature.Name:       {forTrainers, of("")},
		GetItem.Signature.Name:         {forTrainers, of(`,"item":"mk-01"`)},
		WriteItem.Signature.Name:       {forTrainers, of(`,"markdown":"# A\n","dry_run":true`)},
		MoveItem.Signature.Name:        {forTrainers, of(`,"item":"mk-01","step":"submit","version":1`)},
		StorePicture.Signature.Name:    {forTrainers, `{"data":"AA=="}`},
		GetPicture.Signature.Name:      {forPeople, `{"digest":` + digest + `}`},
		GetRules.Signature.Name:        {forTrainers, of("")},
		ReviseQuiz.Signature.Name:      {forTrainers, of(`,"version":1,"rules":{"items":10,"pass":5,"minutes":20,"attempts":3}`)},
		ScheduleSitting.Signature.Name: {forTrainers, of(`,"opens":"2020-01-01T00:00:00Z","closes":"2020-01-01T01:00:00Z"`)},
		ListSittings.Signature.Name:    {forTrainers, of("")},
		CancelSitting.Signature.Name:   {forTrainers, `{"sitting":"k1"}`},
		GrantExtraTime.Signature.Name:  {forTrainers, `{"person":"lan","percent":0}`},
		ListExtraTime.Signature.Name:   {forTrainers, of("")},
		ListAttempts.Signature.Name:    {forTrainers, of(`,"state":"open"`)},
		GetTrail.Signature.Name:        {forTrainers, fmt.Sprintf(`{"attempt":%q}`, attempt)},
		ExtendDeadline.Signature.Name:  {forTrainers, fmt.Sprintf(`{"attempt":%q,"minutes":1,"reason":"other"}`, attempt)},
		PreviewRemark.Signature.Name:   {forTrainers, of(`,"item":"mk-01","from":1,"to":2`)},
		ConfirmRemark.Signature.Name:   {forTrainers, of(`,"item":"mk-01","from":1,"to":2,"digest":` + digest)},
		GetQuiz.Signature.Name:         {forPeople, of("")},
		StartAttempt.Signature.Name:    {forPeople, of("")},
		GetAttempt.Signature.Name:      owned(""),
		SaveAnswer.Signature.Name:      owned(`,"item":"mk-01","choice":["a"]`),
		FlagItem.Signature.Name:        owned(`,"item":"mk-01","flagged":true`),
		Observe.Signature.Name:         owned(`,"what":"left"`),
		SubmitAttempt.Signature.Name:   owned(""),
	}
}

func TestEveryMethodHasARowOfAccess(t *testing.T) {
	h := opened(t)
	rows := access("lan_" + course + "_1_1")
	for _, e := range New(h.Deps, Config{}).Endpoints {
		row, ok := rows[e.Name]
		if !ok {
			t.Errorf("%s has no row: say in access who may call it", e.Name)
			continue
		}
		want := []string{rpc.SignedIn}
		if row.who == forTrainers {
			want = []string{events.RoleTrainer}
		}
		if !slices.Equal(e.Allow, want) {
			t.Errorf("%s is for %s and allows %v", e.Name, row.who, e.Allow)
		}
		if !json.Valid([]byte(row.body)) {
			t.Errorf("%s: %s", e.Name, row.body)
		}
		delete(rows, e.Name)
	}
	for name := range rows {
		t.Errorf("%s has a row and is not served", name)
	}
}

func TestWhoMayCallWhat(t *testing.T) {
	h := opened(t)
	v := startLan(t, h)
	head := roles(events.RoleHead)
	callers := map[string]context.Context{
		"nobody": rpc.With(t.Context(), rpc.Request{}), "Hoa": h.As("hoa"), "Hoa, unit head": h.As("hoa", head), "Hoa, trainer": h.As("hoa", trainer),
		"Hoa, administrator": h.As("hoa", roles(events.RoleAdmin)), "Hoa, analyst": h.As("hoa", roles(events.RoleAnalyst)), "Lan": h.As("lan"), "Lan, trainer": h.As("lan", trainer),
	}
	for name, row := range access(v.Attempt) {
		for who, ctx := range callers {
			if name == SubmitAttempt.Signature.Name && (who == "Lan" || who == "Lan, trainer") {
				continue // it would close what the others ask for
			}
			denied := who == "nobody" ||
				row.who == forTrainers && who != "Hoa, trainer" && who != "Lan, trainer" ||
				row.who == forOwners && who != "Lan" && who != "Lan, trainer"
			_, err := h.Client.Call(rpc.With(ctx, rpc.Request{ID: name + who, Identity: rpc.From(ctx).Identity}), name, []byte(row.body))
			if got := fault.Is(err, fault.Denied); got != denied {
				t.Errorf("%s calls %s: %v, want denied %v", who, name, err, denied)
			}
			if noted := h.Denied(); (noted != "") != denied {
				t.Errorf("%s calls %s: noted is %q", who, name, noted)
			}
		}
	}
	for _, id := range []string{"lan_" + course + "_1_9", "mai_" + course + "_1_1"} { // attempts that do not exist are denied alike
		for name, row := range access(id) {
			if row.who == forOwners {
				_, err := h.Client.Call(h.As("hoa", trainer), name, []byte(row.body))
				hosttest.Refused(t, err, fault.Denied)
			}
		}
	}
}

func roles(role string) rpc.Grant { return rpc.Grant{Role: role} }

// A trainer who also learns has no way to the keys of an open attempt but the bank.
func TestATrainersOwnAttemptShowsNoKeys(t *testing.T) {
	h := opened(t)
	v := startLan(t, h)
	again, err := GetAttempt.Call(h.As("lan", trainer), h.Client, GetAttemptRequest{Attempt: v.Attempt})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range again.Questions {
		if q.Revealed || slices.ContainsFunc(q.Choices, func(o Option) bool { return o.Key || o.Explanation != "" }) {
			t.Errorf("got %+v", q)
		}
	}
}
