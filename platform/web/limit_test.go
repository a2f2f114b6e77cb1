package web_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/web"
)

func TestALimiterAllowsABurstAndThenARate(t *testing.T) {
	now := clock.NewTest(noon)
	l := web.NewLimiter(now, 10*time.Second, 3)
	for i := range 3 {
		if _, ok := l.Allow("lan"); !ok {
			t.Fatalf("act %d of the burst was refused", i)
		}
	}
	for range 2 { // a refused act costs nothing
		if wait, ok := l.Allow("lan"); ok || wait != 10*time.Second {
			t.Errorf("the fourth: %v, %v", wait, ok)
		}
	}
	if _, ok := l.Allow("minh"); !ok {
		t.Error("one key's acts count for another")
	}
	now.Advance(10 * time.Second)
	if _, ok := l.Allow("lan"); !ok {
		t.Error("refused after the wait it was told")
	}
	if _, ok := l.Allow("lan"); ok {
		t.Error("two acts in one interval")
	}
}

func TestALimiterForgetsTheLongestUnseen(t *testing.T) {
	l := web.NewLimiter(clock.NewTest(noon), time.Hour, 1)
	l.Allow("old")
	l.Allow("seen")
	for i := range 19_999 {
		l.Allow(strconv.Itoa(i))
		l.Allow("seen")
	}
	if _, ok := l.Allow("seen"); ok {
		t.Error("a key in use was forgotten")
	}
	if _, ok := l.Allow("old"); !ok {
		t.Error("the map grows without bound")
	}
}

func TestTooManySaysWhenToComeBack(t *testing.T) {
	e := edge(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { e.TooMany(w, r, 1500*time.Millisecond) })
	w := ask(h, "GET", "/", "")
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" || w.Body.String() != "<h1>Bạn thao tác quá nhanh. Vui lòng thử lại sau 2 giây.</h1>" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w = ask(h, "GET", "/api/x", ""); w.Code != 429 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
