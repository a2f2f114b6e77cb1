package portal_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"khuevan/services/progress"
)

func TestThePageOfALessonTellsHowLongItIsInSight(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	lan := signIn(t, site, "DEMO-0100")
	at := "/learn/" + course + "/lessons/" + lessons[0]
	lan.get(at).sees(t, `data-time="`+at+`/time"`, `data-every="120"`)
	h.Clock.Advance(5 * time.Minute)
	if a := lan.post(at+"/time", url.Values{"visible": {"130"}, "active": {"90"}}); a.status != http.StatusNoContent {
		t.Fatalf("the script is answered %d %s", a.status, a.body)
	}
	h.Settle()
	mine, err := progress.GetProgress.Call(h.As(h.person("DEMO-0100")), h.Client, progress.GetProgressRequest{Course: course})
	if err != nil || mine.Lessons[0].Time != (progress.Time{Visible: 130, Active: 90, Counted: 130}) {
		t.Errorf("noted %+v, %v", mine.Lessons[0].Time, err)
	}
	if a := lan.post(at+"/time", url.Values{"visible": {"many"}}); a.status != http.StatusNoContent {
		t.Errorf("nonsense is answered %d", a.status)
	}
	if a := visit(t, site).post(at+"/time", url.Values{"visible": {"130"}}); a.status != http.StatusUnauthorized {
		t.Errorf("a visitor is answered %d", a.status)
	}
}
