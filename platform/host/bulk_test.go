package host

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
)

func TestWhatFollowsFromABulkWaitsUntilItIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bulks
		end := b.begin("#5/enrolment-assign")
		var mu sync.Mutex
		passed := map[string]bool{}
		for _, cause := range []string{"#5/enrolment-assign", "#5/enrolment-assign/k1", "#55/enrolment-assign", "#5/enrolment-assigned", "#6/quiz-define", ""} {
			go func() {
				if err := b.await(t.Context(), cause, shown); err != nil {
					t.Errorf("%s: %v", cause, err)
				}
				mu.Lock()
				passed[cause] = true
				mu.Unlock()
			}()
			synctest.Wait()
		}
		if len(passed) != 4 || passed["#5/enrolment-assign"] || passed["#5/enrolment-assign/k1"] {
			t.Errorf("went on during the bulk: %v", passed)
		}
		given, give := context.WithCancel(t.Context())
		give()
		if b.await(given, "#5/enrolment-assign", shown) == nil {
			t.Error("whoever gave up is told that the bulk is done")
		}
		end(written)
		synctest.Wait()
		if err := b.await(t.Context(), "#5/enrolment-assign/k1", written); err != nil || len(passed) != 4 {
			t.Errorf("once it is written, its facts are shown (%v), and nothing follows: %v", err, passed)
		}
		end(shown)
		synctest.Wait()
		if len(passed) != 6 {
			t.Errorf("after the bulk: %v", passed)
		}
		if err := b.await(t.Context(), "#5/enrolment-assign", written); err != nil {
			t.Error(err)
		}
	})
}
