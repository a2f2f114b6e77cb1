package portal_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/rpc"
	"khuevan/services/portal"
)

// json asks the API with a JSON body.
func (r *reader) json(path, body string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.site+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := r.client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end below
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{status: resp.StatusCode, header: resp.Header, body: string(text)}
}

// The services that the test's house runs.
func served() []string {
	return []string{"directory", "catalog", "enrolment", "progress", "quiz", "certification", "notification"}
}

func TestTheAPIAllowsWhatTheMethodsSayAndNothingElse(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	nobody, learner := visit(t, site), signIn(t, site, "DEMO-0100")
	public, staff := 0, 0
	for _, m := range portal.Methods(served()) {
		if !slices.Contains(served(), m.Service()) {
			continue
		}
		path := portal.APIPath(m)
		if slices.Contains(m.Allow, rpc.Anyone) {
			public++
		} else if a := nobody.json(path, "{}"); a.status != http.StatusForbidden || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s answers a visitor with %d", m.Name, a.status)
		}
		if !slices.Contains(m.Allow, rpc.Anyone) && !slices.Contains(m.Allow, rpc.SignedIn) && !slices.Contains(m.Allow, events.RoleLearner) {
			staff++
			if a := learner.json(path, "{}"); a.status != http.StatusForbidden {
				t.Errorf("%s answers a learner with %d", m.Name, a.status)
			}
		}
		if m.Command {
			if a := learner.get(path); a.status != http.StatusNotFound {
				t.Errorf("GET of the command %s answers %d", m.Name, a.status)
			}
		}
		if a := learner.json(path, `{"no_such_field":1}`); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s takes an unknown field: %d", m.Name, a.status)
		}
		h.denials() // or they fill up, and a service waits to tell of the next
	}
	if public == 0 || staff < 10 {
		t.Errorf("%d public and %d staff methods were tried; the table is too small to mean anything", public, staff)
	}
}

func TestTheAPIDescribesItselfAndRefusesWhatItDoesNotKnow(t *testing.T) {
	site := newHouse(t).open()
	doc := visit(t, site).get("/api/v1/openapi.json")
	for _, m := range portal.Methods(served()) {
		if !strings.Contains(doc.body, `"`+portal.APIPath(m)+`"`) {
			t.Errorf("openapi.json lacks %s", m.Name)
		}
	}
	learner := signIn(t, site, "DEMO-0100")
	for path, status := range map[string]int{
		"/api/v1/enrolment/my-enrolments":           http.StatusOK,
		"/api/v1/enrolment/my-enrolments?after=x":   http.StatusUnprocessableEntity,
		"/api/v1/enrolment/my-enrolments?nothing=1": http.StatusUnprocessableEntity,
		"/api/v1/nowhere":                           http.StatusNotFound,
	} {
		if a := learner.get(path); a.status != status {
			t.Errorf("%s answers %d, want %d", path, a.status, status)
		}
	}
}
